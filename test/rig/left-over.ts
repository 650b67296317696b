/** What is still held: listeners on signals that are reachable, and readers of bodies that are not over. */
export interface LeftOver {
  readonly listeners: number;
  readonly readers: number;
}

const signals = new Set<WeakRef<AbortSignal>>();
const listeners = new WeakMap<AbortSignal, number>();
const readers = new Set<WeakRef<ReadableStreamDefaultReader>>();
const over = new WeakSet<ReadableStreamDefaultReader>();
let isWatching = false;

/** Starts counting, by wrapping the platform's own methods. */
export function watchForLeftOver(): void {
  if (isWatching) return;
  isWatching = true;
  const {addEventListener, removeEventListener} = EventTarget.prototype;
  const count = (signal: AbortSignal, by: number) => {
    if (!listeners.has(signal)) signals.add(new WeakRef(signal));
    listeners.set(signal, (listeners.get(signal) ?? 0) + by);
  };
  AbortSignal.prototype.addEventListener = function (this: AbortSignal, ...args: unknown[]) {
    count(this, 1);
    return Reflect.apply(addEventListener, this, args);
  };
  AbortSignal.prototype.removeEventListener = function (this: AbortSignal, ...args: unknown[]) {
    count(this, -1);
    return Reflect.apply(removeEventListener, this, args);
  };
  const {getReader} = ReadableStream.prototype;
  ReadableStream.prototype.getReader = function (this: ReadableStream, ...args: unknown[]) {
    const reader: ReadableStreamDefaultReader = Reflect.apply(getReader, this, args);
    readers.add(new WeakRef(reader));
    const end = () => over.add(reader);
    reader.closed.then(end, end);
    return reader;
  } as typeof getReader;
}

/** Counts only what is still reachable; the platform releases the rest. Needs `gc`. */
export async function leftOver(): Promise<LeftOver> {
  for (let pass = 0; pass < 5; pass++) {
    await new Promise(resolve => setTimeout(resolve, 5));
    globalThis.gc?.();
  }
  let [held, open] = [0, 0];
  for (const ref of signals) {
    const signal = ref.deref();
    if (!signal) signals.delete(ref);
    else if (!signal.aborted) held += Math.max(0, listeners.get(signal) ?? 0); // An aborted signal never fires again.
  }
  for (const ref of readers) {
    const reader = ref.deref();
    if (!reader) readers.delete(ref);
    else if (!over.has(reader)) open++;
  }
  return {listeners: held, readers: open};
}
