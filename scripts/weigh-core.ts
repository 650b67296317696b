/**
 * `npm run weigh:core`: prints what a page loads at once to stream an answer in the two common dialects (everything
 * that `streamCompletion` imports, in one piece, minified as in the build), and what each chunk of another dialect
 * costs. The chunks are those of the last build.
 * `-- ../before` also weighs the sources of that work tree, to see what a change cost:
 * `git worktree add ../before <commit>`.
 */
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {brotliCompressSync} from 'node:zlib';
import {build, type Plugin} from 'vite';
import {minifyAgain} from './squeeze.ts';

const root = join(import.meta.dirname, '..');
const brotli = (code: string): number => brotliCompressSync(code).length;

/** Leaves out what is loaded later. */
const withoutLater: Plugin = {
  name: 'without-later',
  resolveDynamicImport: specifier => ({id: String(specifier), external: true}),
};

async function weighCore(tree: string) {
  const result = await build({
    root: tree,
    configFile: false,
    logLevel: 'error',
    plugins: [withoutLater],
    build: {
      write: false,
      target: 'es2022',
      lib: {entry: join(tree, 'src/transport/completion-stream.ts'), formats: ['es'], fileName: 'core'},
      rolldownOptions: {output: {minify: true}},
    },
  });
  const [core] = [result].flat().flatMap(each => ('output' in each ? each.output : []));
  if (core?.type !== 'chunk') throw new Error(`Nothing was built of ${tree}.`);
  const {code = ''} = await minifyAgain(core.code, {module: true});
  return {tree, bytes: code.length, brotli: brotli(code)};
}

const trees = [root, ...process.argv.slice(2).map(each => resolve(each))];
const rows = await Promise.all(trees.map(weighCore));
console.table(rows.map(row => ({...row, more: rows[0]!.brotli - row.brotli})));

const names = readdirSync(join(root, 'src/protocol/dialects')).map(name => name.replace('.ts', ''));
const chunks = join(root, 'dist/chunks');
const files = existsSync(chunks) ? readdirSync(chunks).filter(file => file.endsWith('.js')) : [];
const dialects = files.filter(file => names.some(name => file.replace(/-\w{5}\.js$/, '') === name));
console.table(
  dialects
    .map(file => ({
      chunk: file.replace(/-\w{5}\.js$/, ''),
      brotli: brotli(readFileSync(join(chunks, file), 'utf8')),
    }))
    .sort((a, b) => b.brotli - a.brotli),
);
