import type {ChatStore, ChatStoreWrite} from '../../src/store/chat-store.ts';
import {memoryStore} from '../../src/store/memory-store.ts';

type Method = 'list' | 'load' | 'write' | 'delete' | 'clear';

/**
 * A store that does as it is told before each call: what `before` throws or rejects with is the call's failure, what it
 * waits for delays it. Writes land when they resolve.
 */
export class ScriptedStore implements ChatStore {
  readonly kept = memoryStore();
  readonly writes: ChatStoreWrite[] = [];
  readonly calls: Method[] = [];
  /** Calls that have not been answered. */
  open = 0;
  mostOpen = 0;
  before: (method: Method, call: number) => void | Promise<void> = () => {};

  list() {
    return this.#call('list', () => this.kept.list());
  }

  load(conversationId: string) {
    return this.#call('load', () => this.kept.load(conversationId));
  }

  write(...writes: readonly ChatStoreWrite[]) {
    this.writes.push(...writes);
    return this.#call('write', () => this.kept.write(...writes));
  }

  delete(conversationId: string) {
    return this.#call('delete', () => this.kept.delete(conversationId));
  }

  clear() {
    return this.#call('clear', () => this.kept.clear());
  }

  close() {}

  /** Not async itself: what `before` throws is thrown, as a page's own store may do. */
  #call<T>(method: Method, answer: () => Promise<T>): Promise<T> {
    this.calls.push(method);
    const permission = this.before(method, this.calls.length);
    this.open++;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    return (permission ?? Promise.resolve()).then(answer).finally(() => this.open--);
  }
}
