import type {AttemptRecord, ConversationInfo} from '../../src/conversation/journal.ts';
import type {Message} from '../../src/protocol/message.ts';

export function message(id: string, text = `text of ${id}`, fields: Partial<Message> = {}): Message {
  return {
    id,
    role: 'assistant',
    text,
    parts: [{type: 'text', text}],
    status: 'complete',
    createdAt: 1_000,
    requestIds: [],
    ...fields,
  };
}

export function info(id: string, updatedAt = 1_000): ConversationInfo {
  return {id, title: `title of ${id}`, createdAt: 1, updatedAt};
}

export function attempt(conversationId: string, messageId: string): AttemptRecord {
  return {conversationId, messageId, attempt: 1, continuations: 0, mode: 'send'};
}
