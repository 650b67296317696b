/** Batches from one writer to one reader. What is written before anybody reads waits. */
export class EventQueue<T> {
  #items: T[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  push(items: readonly T[]): void {
    if (this.#ended || items.length === 0) return;
    for (const item of items) this.#items.push(item);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** All that has come since the last call, or `undefined` after the end. */
  async take(): Promise<readonly T[] | undefined> {
    while (this.#items.length === 0) {
      if (this.#ended) return undefined;
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    const items = this.#items;
    this.#items = [];
    return items;
  }
}
