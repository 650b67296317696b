import {parseJson} from '../protocol/json.ts';
import type {Attachment} from '../protocol/message.ts';
import {tabMemory} from './tab-memory.ts';

/** UTF-16 units of all files of a draft together. A tab can store about five million, for all its pages together. */
const ROOM = 2_000_000;

/** A file of a message that is not sent yet, or perhaps not in the history yet. */
export interface DraftFile {
  readonly name: string;
  readonly attachment: Attachment;
  /** It is a text that somebody pasted. */
  readonly isPasted: boolean;
  /** Its message was sent, but the answer had not ended. */
  readonly isSent: boolean;
}

/**
 * Stores files like the draft's text: per conversation and tab. Earlier files take precedence; only the names are
 * stored of those that do not fit.
 */
export function keepFiles(conversationId: string, files: readonly DraftFile[]): void {
  const key = `files:${conversationId}`;
  const nameOf = ({name, isSent}: DraftFile) => ({name, isSent});
  const names = JSON.stringify(files.map(nameOf));
  let left = ROOM;
  const kept = files.map(file => {
    left -= file.attachment.url.length;
    return left < 0 ? nameOf(file) : file;
  });
  const json = JSON.stringify(kept);
  tabMemory(key, ''); // A full storage would keep the previous value.
  if (files.length === 0) return;
  tabMemory(key, json);
  if (tabMemory(key) !== json) tabMemory(key, names);
}

/**
 * @returns the stored files, sent ones first and without those that `said` has; and the names of those that did not
 * fit.
 */
export function recallFiles(
  conversationId: string,
  said: readonly Attachment[],
): {files: readonly DraftFile[]; lost: readonly string[]} {
  const found = parseJson(tabMemory(`files:${conversationId}`) ?? '');
  const all = (Array.isArray(found) ? found : []) as readonly Partial<DraftFile>[];
  const isSaid = ({name, attachment}: Partial<DraftFile>) =>
    said.some(file => (attachment ? file.url === attachment.url : file.name === name));
  const named = all
    .filter(each => typeof each?.name === 'string' && !(each.isSent && isSaid(each)))
    .sort((a, b) => Number(b.isSent ?? false) - Number(a.isSent ?? false));
  const isKept = (file: Partial<DraftFile>): file is DraftFile =>
    typeof file.attachment?.url === 'string' && file.attachment.url.startsWith('data:');
  return {
    files: named.filter(isKept),
    lost: named.filter(file => !isKept(file)).map(({name}) => `${name}`),
  };
}
