import {parseJson} from '../protocol/json.ts';
import type {Attachment} from '../protocol/message.ts';
import {tabMemory} from './tab-memory.ts';

/** UTF-16 units of all files of a draft. A tab may remember about five million, of all its pages. */
const ROOM = 2_000_000;

/** What is attached to a message that is not sent yet, or perhaps not in the history yet. */
export interface DraftFile {
  readonly name: string;
  readonly attachment: Attachment;
  /** It was a text that somebody pasted. */
  readonly isPasted: boolean;
  /** Its message was sent, and the answer was not over. */
  readonly isSent: boolean;
}

/**
 * Keeps files as the text beside them, per conversation and tab; of those for which there is no room only the name.
 * The first have room before the others.
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
  tabMemory(key, ''); // What is full keeps the value of before.
  if (files.length === 0) return;
  tabMemory(key, json);
  if (tabMemory(key) !== json) tabMemory(key, names);
}

/** @returns what was kept but what is among those `said`, what was sent first, and the names of what had no room. */
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
