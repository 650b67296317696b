/**
 * Builds everything that is published into `dist/`. `npm run build -- js` builds only the JavaScript, which is enough
 * for the demo and the end-to-end tests while the types do not check yet.
 */
import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {build} from 'vite';
import {buildConfig, buildNames} from '../vite.config.ts';
import {listFiles} from './bundle.ts';
import {writeLicences} from './licences.ts';
import {writeManifests} from './manifests.ts';
import {squeeze} from './squeeze.ts';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

async function buildJavaScript(): Promise<void> {
  for (const name of buildNames)
    await build({...buildConfig(name), configFile: false, mode: 'production', logLevel: 'warn'});
  shortenHashes();
  writeLicences(dist);
  for (const file of standaloneScripts())
    await squeeze(join(dist, file), {module: file !== 'embed.js', hint: file.startsWith('chunks/core-')});
}

/**
 * Shortens the hash in a chunk's name to five characters; the bundler needs at least seven. The core names each chunk
 * that is loaded later, and a hash does not compress.
 */
function shortenHashes(): void {
  const shorten = (text: string): string => text.replace(/(?<=-[a-z0-9]{5})[a-z0-9]{2}(?=\.js\b)/g, '');
  for (const name of listFiles(join(dist, 'chunks'))) {
    const file = join(dist, 'chunks', shorten(name));
    if (existsSync(file)) throw new Error(`Two chunks would be called ${file}.`);
    renameSync(join(dist, 'chunks', name), file);
  }
  for (const file of standaloneScripts()) {
    writeFileSync(join(dist, file), shorten(readFileSync(join(dist, file), 'utf8')));
  }
}

/** What a page loads without a bundler: the self-contained module, its chunks, and the script tag. */
function standaloneScripts(): string[] {
  return listFiles(dist).filter(file => file.endsWith('.js') && !file.startsWith('npm/'));
}

/**
 * Emits the declarations and adapts the modules they name to what a user has: the files of `dist/`, where `./x.ts` is
 * `./x.js`, and `lit` in place of the packages it consists of, which a strict package manager hides.
 */
function buildTypes(): void {
  const tsc = spawnSync('npx', ['--no-install', 'tsc', '-p', 'scripts/tsconfig.types.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (tsc.status !== 0) throw new Error('The types have errors.');
  for (const name of listFiles(join(dist, 'types'))) {
    const file = join(dist, 'types', name);
    const text = readFileSync(file, 'utf8')
      .replace(/((?:from|import)\s*\(?\s*['"]\.{1,2}\/[^'"]*)\.ts(['"])/g, '$1.js$2')
      .replace(
        /(import\(['"])(?:lit-html|lit-element|@lit\/reactive-element)(\/[^'"]+)?(['"]\))/g,
        '$1lit$2$3',
      );
    writeFileSync(file, text);
  }
}

/** `integrity.json`: the Subresource Integrity value of each script that a page may load from a CDN. */
function writeIntegrity(): void {
  const values = standaloneScripts().map(file => [
    file,
    `sha384-${createHash('sha384')
      .update(readFileSync(join(dist, file)))
      .digest('base64')}`,
  ]);
  writeFileSync(join(dist, 'integrity.json'), `${JSON.stringify(Object.fromEntries(values), null, 2)}\n`);
}

const only = process.argv[2];
rmSync(dist, {recursive: true, force: true});
await buildJavaScript();
if (only !== 'js') {
  buildTypes();
  writeManifests(root, dist);
}
writeIntegrity();
