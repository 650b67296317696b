import type {LoadedConversation} from '../conversation/journal.ts';
import {ChatError} from '../protocol/chat-error.ts';
import type {ChatStore} from '../store/chat-store.ts';
import {type ExportedHistory, exportConversations} from '../store/export-conversations.ts';
import {importConversations} from '../store/import-conversations.ts';
import type {ChatStrings} from './strings.ts';

export type HistoryFormat = 'json' | 'markdown';

/** Where a history is written to, and read from with what is not saved yet. */
export interface Exchange {
  readonly store: ChatStore;
  readonly read: Pick<ChatStore, 'list' | 'load'>;
}

/** The whole history, newest conversation first. @throws {ChatError} `storage` */
export async function exportHistory(
  {read}: Exchange,
  format: HistoryFormat,
  strings: ChatStrings,
): Promise<ExportedHistory | string> {
  const history = await exportConversations(read);
  return format === 'json' ? history : asMarkdown(history, strings);
}

/** Adds conversations to the history. The first of them. @throws {ChatError} `configuration`, `storage` */
export async function importHistory(
  {store, read}: Exchange,
  data: unknown,
): Promise<LoadedConversation | undefined> {
  const [first] = await importConversations(store, parse(data));
  return first && read.load(first.id);
}

/** A history for people: a heading for each conversation, and who said what. */
function asMarkdown({conversations}: ExportedHistory, {you, assistant}: ChatStrings): string {
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
function parse(data: unknown): unknown {
  if (typeof data !== 'string') return data;
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw new ChatError('configuration', 'The history cannot be imported: it is no JSON.', {cause});
  }
}
