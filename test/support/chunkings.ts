import {integer, seededRandom} from './seeded-random.ts';

/** A way for a network to deliver bytes. */
export interface Chunking {
  readonly name: string;
  chunks(bytes: Uint8Array): Uint8Array[];
}

export const whole: Chunking = {name: 'whole', chunks: bytes => [bytes]};

export const byteAtATime: Chunking = {
  name: 'a byte at a time',
  chunks: bytes => Array.from(bytes, byte => Uint8Array.of(byte)),
};

export const byteAndNothing: Chunking = {
  name: 'a byte at a time, with an empty piece behind each',
  chunks: bytes => Array.from(bytes, byte => [Uint8Array.of(byte), new Uint8Array()]).flat(),
};

/** In two pieces, the first of `at` bytes. */
export function splitAt(at: number): Chunking {
  return {name: `split at ${at}`, chunks: bytes => [bytes.subarray(0, at), bytes.subarray(at)]};
}

/** Pieces of 1 to `largest` bytes, with an empty one now and then; always the same for the same seed. */
export function randomChunks(seed: number, largest = 40): Chunking {
  return {
    name: `random (seed ${seed})`,
    chunks(bytes) {
      const random = seededRandom(seed);
      const pieces: Uint8Array[] = [];
      for (let from = 0; from < bytes.length; ) {
        const length = random() < 0.03 ? 0 : integer(random, 1, largest + 1);
        pieces.push(bytes.subarray(from, from + length));
        from += length;
      }
      return pieces;
    },
  };
}

/** Every way to deliver bytes in two pieces, and whole. For short inputs. */
export function everySplit(length: number): Chunking[] {
  return [whole, ...Array.from({length: Math.max(0, length - 1)}, (_, at) => splitAt(at + 1))];
}
