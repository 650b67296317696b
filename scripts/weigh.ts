/**
 * Prints what each source file and folder weighs in what loads for a conversation: its bytes, its size compressed with
 * brotli on its own, and what would be saved without it. Code that resembles the rest saves less than it weighs alone,
 * so no column adds up to the whole: they are for comparing, and `npm run size` is for judging.
 */
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {brotliCompressSync} from 'node:zlib';
import {eachMapping, TraceMap} from '@jridgewell/trace-mapping';
import {conversationFiles, listFiles} from './bundle.ts';

const dist = join(import.meta.dirname, '../dist');

/** The pieces of built code that come from each source, by its path. */
function pieces(file: string): Map<string, string[]> {
  const lines = readFileSync(join(dist, file), 'utf8').split('\n');
  const found = new Map<string, string[]>();
  let last: {source: string; line: number; column: number} | undefined;
  const take = (end?: {line: number; column: number}): void => {
    if (!last) return;
    let text = lines[last.line - 1]!.slice(last.column, end?.line === last.line ? end.column : undefined);
    for (let line = last.line + 1; line <= (end?.line ?? lines.length); line++) {
      text += `\n${lines[line - 1]!.slice(0, end?.line === line ? end.column : undefined)}`;
    }
    found.set(last.source, [...(found.get(last.source) ?? []), text]);
  };
  eachMapping(new TraceMap(readFileSync(join(dist, `${file}.map`), 'utf8')), mapping => {
    const place = {line: mapping.generatedLine, column: mapping.generatedColumn};
    take(place);
    last = {source: mapping.source?.replace(/^(\.\.\/)+/, '') ?? '(glue)', ...place};
  });
  take();
  return found;
}

/** Bytes after brotli. */
const compress = (text: string): number => brotliCompressSync(text).length;
const folderOf = (source: string): string =>
  /^node_modules\/(@[^/]+\/)?[^/]+/.exec(source)?.[0] ?? source.split('/').slice(0, 2).join('/');

const texts = new Map<string, string>();
for (const file of conversationFiles(dist, listFiles(dist))) {
  if (!existsSync(join(dist, `${file}.map`))) continue; // It only re-exports what is in another file.
  for (const [source, found] of pieces(file)) texts.set(source, (texts.get(source) ?? '') + found.join(''));
}

function textOf(isTaken: (source: string) => boolean): string {
  return [...texts].map(([source, text]) => (isTaken(source) ? text : '')).join('');
}

const whole = compress(textOf(() => true));
for (const groupOf of [(source: string) => source, folderOf]) {
  const names = [...new Set([...texts.keys()].map(groupOf))];
  const rows = names.map(name => {
    const text = textOf(source => groupOf(source) === name);
    const saved = whole - compress(textOf(source => groupOf(source) !== name));
    return {name, bytes: Buffer.byteLength(text), brotli: compress(text), saved};
  });
  console.table(rows.sort((a, b) => b.saved - a.saved));
}
