/**
 * Prints what each source file weighs in what loads for a conversation, in bytes before and after brotli. The parts
 * are compressed one by one, so they add up to more than the whole: it is for comparing, `npm run size` is for judging.
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

const bytes = (text: string): {bytes: number; brotli: number} => ({
  bytes: Buffer.byteLength(text),
  brotli: brotliCompressSync(text).length,
});
const folderOf = (source: string): string =>
  /^node_modules\/(@[^/]+\/)?[^/]+/.exec(source)?.[0] ?? source.split('/').slice(0, 2).join('/');

const files = new Map<string, string>();
const folders = new Map<string, string>();
for (const file of conversationFiles(dist, listFiles(dist))) {
  if (!existsSync(join(dist, `${file}.map`))) continue; // It only names what is in another.
  for (const [source, texts] of pieces(file)) {
    files.set(source, (files.get(source) ?? '') + texts.join(''));
    folders.set(folderOf(source), (folders.get(folderOf(source)) ?? '') + texts.join(''));
  }
}
for (const groups of [files, folders]) {
  const rows = [...groups].map(([name, text]) => ({name, ...bytes(text)}));
  console.table(rows.sort((a, b) => b.brotli - a.brotli));
}
