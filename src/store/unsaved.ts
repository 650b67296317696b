import type {AttemptRecord, ConversationInfo, ResumeCursor} from '../conversation/journal.ts';
import type {Message} from '../protocol/message.ts';
import type {ChatStoreWrite} from './chat-store.ts';

/** A message to put, or to remove where there is none. */
interface Change {
  readonly message?: Message;
  readonly cursor?: ResumeCursor | undefined;
}

interface Conversation {
  info: ConversationInfo;
  /** By message id, in the order of their places. */
  readonly changes: Map<string, Change>;
  /** In an object of its own, to be told from a later one with the same value. */
  attempt: {readonly record: AttemptRecord | null} | undefined;
}

/**
 * What has changed since it was last saved, the latest of each thing. A change leaves when a write with that very
 * change is confirmed; one that was made meanwhile stays.
 */
export class Unsaved {
  readonly #conversations = new Map<string, Conversation>();

  get size(): number {
    return this.#conversations.size;
  }

  infoOf(conversationId: string): ConversationInfo | undefined {
    return this.#conversations.get(conversationId)?.info;
  }

  /** The cursor belongs to the last of the messages. */
  add({info, messages = [], removed = [], attempt, cursor}: ChatStoreWrite): void {
    const known = this.#conversations.get(info.id) ?? {info, changes: new Map(), attempt: undefined};
    this.#conversations.set(info.id, known);
    known.info = info;
    for (const id of removed) known.changes.set(id, {});
    for (const message of messages) {
      // Put again after a removal, it takes a new place: the last.
      if (!known.changes.get(message.id)?.message) known.changes.delete(message.id);
      known.changes.set(message.id, {message, cursor: message === messages.at(-1) ? cursor : undefined});
    }
    if (attempt !== undefined) known.attempt = {record: attempt};
  }

  delete(conversationId: string): void {
    this.#conversations.delete(conversationId);
  }

  clear(): void {
    this.#conversations.clear();
  }

  /** All of it as writes, and what to call once they have succeeded. */
  take(durability: ChatStoreWrite['durability']): {writes: ChatStoreWrite[]; confirm: () => void} {
    const taken = [...this.#conversations.values()].map(conversation => ({
      conversation,
      changes: [...conversation.changes],
      attempt: conversation.attempt,
      info: conversation.info,
    }));
    const writes = taken.map(({changes, attempt, info}): ChatStoreWrite => {
      const put = changes.filter(([, change]) => change.message);
      const cursor = put.at(-1)?.[1].cursor;
      return {
        info,
        messages: put.map(([, change]) => change.message!),
        removed: changes.filter(([, change]) => !change.message).map(([id]) => id),
        ...(attempt && {attempt: attempt.record}),
        ...(cursor && {cursor}),
        durability,
      };
    });
    const confirm = () => {
      for (const {conversation, changes, attempt} of taken) {
        for (const [id, change] of changes) {
          if (conversation.changes.get(id) === change) conversation.changes.delete(id);
        }
        if (conversation.attempt === attempt) conversation.attempt = undefined;
        const {id} = conversation.info;
        if (
          !conversation.changes.size &&
          !conversation.attempt &&
          this.#conversations.get(id) === conversation
        ) {
          this.#conversations.delete(id);
        }
      }
    };
    return {writes, confirm};
  }
}
