/** Numbers in [0, 1) that a seed reproduces (mulberry32), so that a random run can be repeated. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The seed of this run: `SEED` from the environment, otherwise a new one. Print it with each failure. */
export function newSeed(): number {
  const {SEED} = globalThis.process?.env ?? globalThis.TEST_ENV ?? {};
  return SEED === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(SEED);
}

/** A whole number in [from, to). */
export function integer(random: () => number, from: number, to: number): number {
  return from + Math.floor(random() * (to - from));
}
