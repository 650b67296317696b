import {expand, type Pattern} from './pathological.ts';

export interface SpecExample {
  readonly n: number;
  readonly section: string;
  readonly markdown: string;
  readonly html: string;
  /** Set on what only GFM has. */
  readonly ext?: string | null;
}

async function load<Item>(path: string): Promise<readonly Item[]> {
  const response = await fetch(new URL(`../../fixtures/${path}.json`, import.meta.url));
  return ((await response.json()) as {items: readonly Item[]}).items;
}

export const loadCommonMark = () => load<SpecExample>('markdown/commonmark-0.31.2');

export const loadGfm = () => load<SpecExample>('markdown/gfm-0.29');

export const loadGfmExtensions = async () => (await loadGfm()).filter(({ext}) => ext);

/** Documents of other parsers' edge cases. */
export const loadEdgeCases = async () =>
  (await load<{markdown: string}>('markdown/markdown-it-fixtures')).map(({markdown}) => markdown);

/** The fixtures of attacks. */
export const ATTACKS = [
  'security/llm-exfil-and-cve-shapes',
  'security/owasp-xss-filter-evasion',
  'security/h5sc-vectors',
  'security/sanitize-url-vectors',
] as const;

type Attack = {readonly markdown?: string; readonly payload?: string; readonly url?: string};

/** Every attack as Markdown: as it is, and where it is a URL or a piece of HTML, in each place that takes one. */
export function attacksOf(items: readonly Attack[]): readonly string[] {
  const payloads = items.flatMap(({payload}) => payload ?? []);
  const addresses = [
    ...items.flatMap(({url}) => url ?? []),
    ...payloads.filter(payload => payload.length < 200 && /^\s*[\w&#;\\]+:/.test(payload)),
  ];
  return [
    ...items.flatMap(({markdown}) => markdown ?? []),
    ...payloads,
    ...addresses.flatMap(url => [
      `[x](${url})`,
      `[x](<${url}>)`,
      `![x](${url})`,
      `[x]\n\n[x]: ${url}`,
      `<${url}>`,
      `[![x](${url})](${url})`,
    ]),
  ];
}

export const loadAttacks = async () =>
  attacksOf((await Promise.all(ATTACKS.map(path => load<Attack>(path)))).flat());

/** Inputs that make naive parsers quadratic, each about `size` UTF-16 units long. */
export async function loadPathological(size: number): Promise<readonly {name: string; text: string}[]> {
  const patterns = await load<Pattern>('markdown/pathological-patterns');
  return patterns.map(pattern => ({name: pattern.name, text: expand(pattern, size)}));
}
