import type {Turn} from './backend.ts';

/** What was said, by conversation id, in memory: the newest 500 conversations, 200 turns of each. */
export class Conversations {
  #turns = new Map<string, readonly Turn[]>();

  get(id: string): readonly Turn[] {
    return this.#turns.get(id) ?? [];
  }

  set(id: string, turns: readonly Turn[]): void {
    this.#turns.delete(id); // So that the order of the map is the order of use.
    this.#turns.set(id, turns.slice(-200));
    if (this.#turns.size > 500) this.#turns.delete(this.#turns.keys().next().value!);
  }
}
