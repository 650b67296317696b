import type {Turn} from './backend.ts';

/** The turns of each conversation by its id, in memory: the newest 500 conversations, 200 turns each. */
export class Conversations {
  #turns = new Map<string, readonly Turn[]>();

  get(id: string): readonly Turn[] {
    return this.#turns.get(id) ?? [];
  }

  set(id: string, turns: readonly Turn[]): void {
    this.#turns.delete(id); // So that the order of the map is the order of last use.
    this.#turns.set(id, turns.slice(-200));
    if (this.#turns.size > 500) this.#turns.delete(this.#turns.keys().next().value!);
  }
}
