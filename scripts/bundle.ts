import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join, relative} from 'node:path';

/**
 * Names of the chunks of `dist/sse-chat.js` that are imported dynamically but always load, as soon as a conversation is
 * shown. They count as loaded; most pages never load any other dynamic import. test/build/loaded.e2e.test.ts checks in
 * a browser that this list is complete.
 */
export const alwaysLoaded: readonly string[] = [];

/**
 * The files, relative to `dist`, that the module `entry` loads by itself: the module, its static imports and theirs.
 * Reads the built code, where an import is `import…from"./x.js"`, `export…from"./x.js"` or `import"./x.js"`.
 */
export function staticClosure(dist: string, entry: string): string[] {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const specifier of staticImports(readFileSync(join(dist, file), 'utf8'))) {
      if (specifier.startsWith('.')) visit(relative(dist, join(dist, dirname(file), specifier)));
    }
  };
  visit(entry);
  return [...seen];
}

/** The specifiers of the static imports and re-exports of built code, in order. */
export function staticImports(code: string): string[] {
  const pattern =
    /(?:^|[;}\n])\s*(?:import|export)\s*(?:[\w$*{}\s,]*?\bfrom\s*|\{[^{}]*\}\s*from\s*|)["']([^"'\n]+)["']/g;
  return [...code.matchAll(pattern)].map(match => match[1]!);
}

/** The files under a folder, relative to it, in order. */
export function listFiles(folder: string): string[] {
  return readdirSync(folder, {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** What `dist/sse-chat.js` loads to show a conversation and stream Markdown, relative to `dist`. */
export function conversationFiles(dist: string, files: readonly string[]): string[] {
  const always = files.filter(file => alwaysLoaded.some(name => file.startsWith(`chunks/${name}-`)));
  const missing = alwaysLoaded.filter(name => !always.some(file => file.startsWith(`chunks/${name}-`)));
  if (missing.length > 0) throw new Error(`There is no chunk named ${missing.join(', ')} in dist/chunks.`);
  return [...new Set(['sse-chat.js', ...always].flatMap(file => staticClosure(dist, file)))];
}
