import {markdownRenderer} from '../markdown/markdown-renderer.ts';
import {ChatError} from '../protocol/chat-error.ts';
import type {Message} from '../protocol/message.ts';
import type {ChatStore} from '../store/chat-store.ts';
import {type ExportedHistory, exportConversations} from '../store/export-conversations.ts';
import {startImport} from '../store/import-conversations.ts';
import {memoryStore} from '../store/memory-store.ts';
import type {Session} from './session.ts';
import type {ChatStrings} from './strings.ts';

export type HistoryFormat = 'json' | 'markdown';

/** Fewer messages than this are written fast enough for what reads the history meanwhile. */
const SOON = 10_000;

/** Where a history is written to, and where it is read from, including what is not saved yet. */
interface Exchange {
  readonly store: ChatStore;
  readonly read: Pick<ChatStore, 'list' | 'load'>;
}

/** The whole history, newest conversation first. @throws {ChatError} `storage` */
export async function exportHistory(
  session: Session,
  format: HistoryFormat,
  strings: ChatStrings,
): Promise<ExportedHistory | string> {
  const {read} = await exchangeOf(session);
  const history = await exportConversations(read);
  return format === 'json' ? history : asMarkdown(history, strings);
}

/**
 * Adds conversations to the history and shows the first; a new one is shown while it is written.
 * @throws {ChatError} `configuration`, `storage`
 */
export async function importHistory(session: Session, data: unknown): Promise<void> {
  const {info: before} = (await session.current()).state;
  const {store, read} = await exchangeOf(session);
  const {infos, fresh, count, written} = await startImport(store, parse(data));
  const showing = fresh && count < SOON && session.replace(fresh);
  try {
    await Promise.all([written, showing]);
  } catch (error) {
    const {info: shown} = (await session.current()).state;
    if (showing && shown.id === fresh.info.id) await session.replace(await read.load(before.id));
    throw error;
  }
  if (showing) {
    const {info, messages, branches = []} = fresh;
    session.history?.journal?.keep({info, messages: [...branches, ...messages]});
    return;
  }
  const loaded = infos[0] && (await read.load(infos[0].id));
  if (loaded) await session.replace(loaded);
}

/** Without a history: a temporary one that has only the conversation on screen. */
async function exchangeOf(session: Session): Promise<Exchange> {
  const {info, settled: messages} = (await session.current()).state;
  const {store, journal} = session.history ?? {};
  if (store && journal) return {store, read: journal};
  const alone = memoryStore();
  if (messages.length > 0) await alone.write({info, messages});
  return {store: alone, read: alone};
}

/** A history for reading: a heading for each conversation, and who said what. */
function asMarkdown({conversations}: ExportedHistory, strings: ChatStrings): string {
  return conversations
    .map(({info, messages}) =>
      [
        `# ${info.title || info.id}`,
        ...messages.map(message =>
          [
            `**${strings[message.role === 'user' ? 'you' : 'assistant']}**`,
            closed(message.text, strings),
            asList(message),
          ]
            .filter(Boolean)
            .join('\n\n'),
        ),
      ].join('\n\n'),
    )
    .join('\n\n---\n\n');
}

/** Closes a code block that the text leaves open, for instance because it was cut: all that follows would be in it. */
function closed(text: string, strings: ChatStrings): string {
  const length = Math.max(0, ...(text.match(/`{3,}|~{3,}/g) ?? []).map(fence => fence.length));
  const ends = length ? ['', '`', '~'].map(mark => mark && `\n${mark.repeat(length)}`) : [];
  const end = ends.find(end => {
    const drawn = document.createDocumentFragment();
    const renderer = markdownRenderer(drawn, {imageOrigins: [], labels: strings});
    renderer.append(`${text}${end}\n\nWhat follows`);
    void renderer.end();
    return drawn.lastElementChild?.matches('p');
  });
  return text + (end ?? '');
}

/** Sources and files of a message. Files inside the message are only named. */
function asList({parts}: Message): string {
  const lines = parts.flatMap(part => {
    if (part.type === 'source') return [linkTo(part.title ?? part.url ?? part.id, part.url)];
    return part.type === 'file' ? [linkTo(part.name ?? part.mediaType ?? 'file', part.url)] : [];
  });
  return lines.map((line, at) => `${at + 1}) ${line}`).join('\n'); // `1.` would continue a list at the end of the text.
}

function linkTo(label: string, url = ''): string {
  const name = label.replace(/\s+/g, ' ').replace(/[\\[\]]/g, '\\$&');
  return /^https?:/.test(url) ? `[${name}](<${encodeURI(url).replace(/%25/g, '%')}>)` : name;
}

/** A history that may be JSON text. @throws {ChatError} `configuration` */
function parse(data: unknown): unknown {
  if (typeof data !== 'string') return data;
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw new ChatError('configuration', 'The history cannot be imported: it is not JSON.', {cause});
  }
}
