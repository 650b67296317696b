import type {AttemptRecord, ConversationInfo} from '../conversation/journal.ts';
import type {ChatStore, ChatStoreWrite} from './chat-store.ts';
import {type KeptMessage, loadedConversation, newestFirst} from './records.ts';

interface Kept {
  info: ConversationInfo;
  readonly records: Map<string, KeptMessage>;
  attempt?: AttemptRecord | null;
}

/** Keeps conversations for as long as the page lives. Holds the messages themselves, not copies. Never rejects. */
export function memoryStore(): ChatStore {
  const conversations = new Map<string, Kept>();

  function put({info, messages = [], removed = [], attempt, cursor}: ChatStoreWrite): void {
    const kept: Kept = conversations.get(info.id) ?? {info, records: new Map()};
    conversations.set(info.id, kept);
    kept.info = info;
    for (const id of removed) kept.records.delete(id);
    for (const message of messages) {
      kept.records.set(message.id, {message, cursor: message === messages.at(-1) ? cursor : undefined});
    }
    if (attempt !== undefined) kept.attempt = attempt;
  }

  return {
    async list() {
      return newestFirst([...conversations.values()].map(kept => kept.info));
    },
    async load(conversationId) {
      const kept = conversations.get(conversationId);
      return kept && loadedConversation(kept.info, [...kept.records.values()], kept.attempt);
    },
    async write(...writes) {
      writes.forEach(put);
    },
    async delete(conversationId) {
      conversations.delete(conversationId);
    },
    async clear() {
      conversations.clear();
    },
    close() {},
  };
}
