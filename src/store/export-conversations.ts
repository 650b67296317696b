import type {Branch, ConversationInfo} from '../conversation/journal.ts';
import type {Message} from '../protocol/message.ts';
import type {ChatStore} from './chat-store.ts';
import {SCHEMA} from './schema.ts';

/** A history as plain JSON, newest conversation first. */
export interface ExportedHistory {
  readonly schema: number;
  readonly conversations: readonly {
    readonly info: ConversationInfo;
    readonly messages: readonly Message[];
    readonly branches?: readonly Branch[];
  }[];
}

/** @throws {ChatError} `storage`. */
export async function exportConversations(store: Pick<ChatStore, 'list' | 'load'>): Promise<ExportedHistory> {
  const conversations: ExportedHistory['conversations'][number][] = [];
  for (const {id} of await store.list()) {
    const loaded = await store.load(id);
    if (!loaded) continue;
    const {info, messages, branches} = loaded;
    conversations.push({info, messages, ...(branches && {branches})});
  }
  return {schema: SCHEMA, conversations};
}
