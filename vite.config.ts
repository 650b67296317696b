import {readdirSync} from 'node:fs';
import {builtinModules} from 'node:module';
import {basename, join} from 'node:path';
import {defineConfig, type Plugin, type UserConfig} from 'vite';
import {minifyStyles} from './scripts/squeeze.ts';
import {trim} from './scripts/trim.ts';

const root = import.meta.dirname;
const at = (path: string) => join(root, path);

/** The package's entries; the names are those of the files in `dist/npm/` and of the `exports`. */
export function entries(): Record<string, string> {
  const locales = readdirSync(at('src/locales')).filter(name => name.endsWith('.ts'));
  return {
    index: at('src/index.ts'),
    element: at('src/element.ts'),
    client: at('src/client.ts'),
    markdown: at('src/markdown.ts'),
    react: at('src/react/index.ts'),
    otel: at('src/telemetry/otel.ts'),
    ...Object.fromEntries(
      locales.map(name => [`locales/${basename(name, '.ts')}`, at(`src/locales/${name}`)]),
    ),
  };
}

/** What a page or a server has, or must have, only once. Everything else is bundled in. */
const external = [/^lit($|\/)/, /^@lit\/react$/, /^react($|\/)/, /^@opentelemetry\/api$/];

/** Fails when something that only Node has, or that was meant to be bundled, would be left to the page. */
function nothingElseExternal(): Plugin {
  return {
    name: 'nothing-else-external',
    resolveId(source) {
      if (source.startsWith('node:') || builtinModules.includes(source)) {
        this.error(`${source} is imported, but this code runs in a page.`);
      }
      return null;
    },
  };
}

function build(options: {
  readonly entry: Record<string, string>;
  readonly format: 'es' | 'iife';
  readonly fileName: string;
  readonly chunks: string;
  readonly minify: boolean;
  readonly external?: RegExp[];
  readonly plugins?: Plugin[];
  readonly licences: string;
  /** Everything that loads at once in one chunk of that name, which what loads later shares. */
  readonly core?: string;
}): UserConfig {
  return {
    root,
    publicDir: false,
    plugins: [nothingElseExternal(), ...(options.plugins ?? [])],
    build: {
      target: 'es2022',
      outDir: at('dist'),
      emptyOutDir: false,
      sourcemap: true,
      minify: options.minify ? 'oxc' : false,
      modulePreload: false,
      reportCompressedSize: false,
      license: {fileName: options.licences},
      lib: {entry: options.entry, formats: [options.format], name: 'SseChatEmbed'},
      rolldownOptions: {
        external: options.external ?? [],
        output: {
          entryFileNames: options.fileName,
          chunkFileNames: options.chunks,
          ...(options.core && {codeSplitting: {groups: [{name: options.core, tags: ['$initial']}]}}),
          minify: options.minify, // Vite alone keeps the white space of an ES library.
          hashCharacters: 'base36', // Fewer bits, of which each chunk that is loaded later costs the core all.
          // Else a component of a server could not use it.
          banner: ({name}) => (name === 'react' ? "'use client';" : ''),
          comments: {legal: false, annotation: !options.minify, jsdoc: false}, // Notices ship in a file of their own.
        },
      },
    },
  };
}

const builds: Record<string, () => UserConfig> = {
  npm: () =>
    build({
      entry: entries(),
      format: 'es',
      fileName: 'npm/[name].js',
      chunks: 'npm/chunks/[name]-[hash].js',
      minify: false,
      external,
      plugins: [trim('highlight.js/')],
      licences: 'licences.npm.json',
    }),
  cdn: () =>
    build({
      entry: {'sse-chat': at('src/index.ts')},
      format: 'es',
      fileName: '[name].js',
      chunks: 'chunks/[name]-[hash:7].js',
      minify: true,
      plugins: [trim(), minifyStyles()],
      licences: 'licences.cdn.json',
      core: 'core',
    }),
  embed: () =>
    build({
      entry: {embed: at('src/embed/embed.ts')},
      format: 'iife',
      fileName: '[name].js',
      chunks: 'chunks/[name]-[hash].js',
      minify: true,
      licences: 'licences.embed.json',
    }),
};

/** The three builds, in the order in which `npm run build` makes them. */
export const buildNames: readonly string[] = Object.keys(builds);

export function buildConfig(name: string): UserConfig {
  const config = builds[name];
  if (!config) throw new Error(`There is no build ${name}; there are ${buildNames.join(', ')}.`);
  return config();
}

/** `vite build --mode npm|cdn|embed` makes one of the builds; any other mode has Vite's own defaults. */
export default defineConfig(({mode}) => builds[mode]?.() ?? {server: {host: '127.0.0.1'}});
