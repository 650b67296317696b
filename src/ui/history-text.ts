import {ChatError} from '../protocol/chat-error.ts';
import type {ExportedHistory} from '../store/export-conversations.ts';
import type {ChatStrings} from './strings.ts';

export type HistoryFormat = 'json' | 'markdown';

/** A history for people: a heading for each conversation, and who said what. */
export function historyAsMarkdown(
  {conversations}: ExportedHistory,
  {you, assistant}: Pick<ChatStrings, 'you' | 'assistant'>,
): string {
  return conversations
    .map(({info, messages}) =>
      [
        `# ${info.title || info.id}`,
        ...messages.map(({role, text}) => `**${role === 'user' ? you : assistant}**\n\n${text}`),
      ].join('\n\n'),
    )
    .join('\n\n---\n\n');
}

/** A history that may be JSON text. @throws {ChatError} `configuration` */
export function parseHistory(data: unknown): unknown {
  if (typeof data !== 'string') return data;
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw new ChatError('configuration', 'The history cannot be imported: it is no JSON.', {cause});
  }
}
