import type {Language, LanguageFn} from 'highlight.js';
import type {CodeToken, Scopes, TokenEmitter} from './code-tokens.ts';

type Load = () => Promise<{default: LanguageFn}>;

/** Keyed by highlight.js' names; each is a chunk of its own. */
const languages: Readonly<Record<string, Load>> = {
  bash: () => import('highlight.js/lib/languages/bash'),
  c: () => import('highlight.js/lib/languages/c'),
  cpp: () => import('highlight.js/lib/languages/cpp'),
  csharp: () => import('highlight.js/lib/languages/csharp'),
  css: () => import('highlight.js/lib/languages/css'),
  diff: () => import('highlight.js/lib/languages/diff'),
  dockerfile: () => import('highlight.js/lib/languages/dockerfile'),
  go: () => import('highlight.js/lib/languages/go'),
  graphql: () => import('highlight.js/lib/languages/graphql'),
  ini: () => import('highlight.js/lib/languages/ini'),
  java: () => import('highlight.js/lib/languages/java'),
  javascript: () => import('highlight.js/lib/languages/javascript'),
  json: () => import('highlight.js/lib/languages/json'),
  kotlin: () => import('highlight.js/lib/languages/kotlin'),
  lua: () => import('highlight.js/lib/languages/lua'),
  makefile: () => import('highlight.js/lib/languages/makefile'),
  markdown: () => import('highlight.js/lib/languages/markdown'),
  php: () => import('highlight.js/lib/languages/php'),
  powershell: () => import('highlight.js/lib/languages/powershell'),
  python: () => import('highlight.js/lib/languages/python'),
  r: () => import('highlight.js/lib/languages/r'),
  ruby: () => import('highlight.js/lib/languages/ruby'),
  rust: () => import('highlight.js/lib/languages/rust'),
  scss: () => import('highlight.js/lib/languages/scss'),
  shell: () => import('highlight.js/lib/languages/shell'),
  sql: () => import('highlight.js/lib/languages/sql'),
  swift: () => import('highlight.js/lib/languages/swift'),
  typescript: () => import('highlight.js/lib/languages/typescript'),
  xml: () => import('highlight.js/lib/languages/xml'),
  yaml: () => import('highlight.js/lib/languages/yaml'),
};

/** Other names that models write after a fence. */
const ALIASES: Readonly<Record<string, string>> = {
  bash: 'sh zsh',
  c: 'h',
  cpp: 'c++ cc cxx hpp',
  csharp: 'c# cs',
  diff: 'patch',
  dockerfile: 'docker',
  go: 'golang',
  graphql: 'gql',
  ini: 'toml',
  javascript: 'js jsx mjs cjs',
  json: 'json5 jsonc',
  kotlin: 'kt kts',
  makefile: 'make',
  markdown: 'md',
  powershell: 'ps1 pwsh',
  python: 'py python3',
  ruby: 'rb',
  rust: 'rs',
  shell: 'console shell-session',
  sql: 'mysql postgresql sqlite',
  typescript: 'ts tsx mts cts',
  xml: 'html svelte svg vue xhtml',
  yaml: 'yml',
};

/** Languages embedded in other ones. Embedded code in any other language is not coloured. */
const INNER: Readonly<Record<string, readonly string[]>> = {
  dockerfile: ['bash'],
  javascript: ['xml'],
  markdown: ['xml'],
  shell: ['bash'],
  typescript: ['xml'],
  xml: ['css', 'javascript'],
};

const names: ReadonlyMap<string, string> = new Map([
  ...Object.keys(languages).map((name): [string, string] => [name, name]),
  ...Object.entries(ALIASES).flatMap(([name, aliases]) =>
    aliases.split(' ').map((alias): [string, string] => [alias, name]),
  ),
]);

/** The state of a reader after a piece of code. */
export interface CodeState {
  /** A mode of highlight.js, which can serve as a language. */
  readonly mode: object;
  readonly scopes: Scopes;
}

export interface CodePiece {
  /** Their positions are in the piece. */
  readonly tokens: readonly CodeToken[];
  readonly state: CodeState;
}

/**
 * Finds the tokens of a piece of code in one language: from its beginning, or continuing from `state`.
 * @throws {Error} For code that highlight.js fails with.
 */
export type ReadCode = (piece: string, state?: CodeState) => CodePiece;

const loads = new Map<string, Promise<ReadCode | undefined>>();

/** Loads the reader of the language that a fence names. `undefined` if the language is unknown or cannot be loaded. */
export function loadLanguage(info: string): Promise<ReadCode | undefined> | undefined {
  const name = names.get(info.toLowerCase());
  if (!name) return undefined;
  let load = loads.get(name);
  if (!load) {
    load = reader(name).catch(() => undefined); // Code is readable without colours.
    loads.set(name, load);
  }
  return load;
}

/** The names that a fence can have. */
export const languageNames = (): readonly string[] => [...names.keys()];

async function reader(name: string): Promise<ReadCode> {
  const wanted = [name, ...(INNER[name] ?? [])];
  const [{emitFrom, hljs}, ...loaded] = await Promise.all([
    import('./code-core.ts'),
    ...wanted.map(each => languages[each]!()),
  ]);
  loaded.forEach((language, at) => {
    if (!hljs.getLanguage(wanted[at]!)) hljs.registerLanguage(wanted[at]!, language.default);
  });
  const {classNameAliases, case_insensitive} = hljs.getLanguage(name)!;

  return (piece, state) => {
    // highlight.js continues from a mode only internally, for embedded languages; but a mode can be registered as a
    // language.
    const mode =
      state &&
      Object.assign(Object.create(state.mode), {classNameAliases, case_insensitive, aliases: undefined});
    if (mode) hljs.registerLanguage(RESUMED, () => mode as Language);
    emitFrom(state?.scopes ?? []);
    const result = hljs.highlight(piece, {language: mode ? RESUMED : name, ignoreIllegals: true});
    const {tokens, text, scopes: open} = result._emitter as unknown as TokenEmitter;
    if (result.errorRaised || !result._top) throw result.errorRaised ?? new Error(`This is not ${name}.`);
    if (text !== piece) throw new Error('The text was changed.'); // This has happened.
    return {tokens, state: {mode: result._top, scopes: open}};
  };
}

/** The name under which a mode is registered as a language. */
const RESUMED = 'resumed';
