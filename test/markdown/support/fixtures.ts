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

/** Every attack as Markdown: as it is, and where it is a URL or a piece of HTML, in each place that takes one. */
export async function loadAttacks(): Promise<readonly string[]> {
  const [shapes, owasp, h5sc, urls] = await Promise.all([
    load<{markdown: string}>('security/llm-exfil-and-cve-shapes'),
    load<{payload: string}>('security/owasp-xss-filter-evasion'),
    load<{payload: string}>('security/h5sc-vectors'),
    load<{url: string}>('security/sanitize-url-vectors'),
  ]);
  const payloads = [...owasp, ...h5sc].map(({payload}) => payload);
  const addresses = [
    ...urls.map(({url}) => url),
    ...payloads.filter(payload => payload.length < 200 && /^\s*[\w&#;\\]+:/.test(payload)),
  ];
  return [
    ...shapes.map(({markdown}) => markdown),
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

interface Pattern {
  readonly name: string;
  readonly prefix: string;
  readonly unit: string;
  readonly suffix: string;
  readonly repeat: number;
}

/** Inputs that make naive parsers quadratic, each about `size` UTF-16 units long. */
export async function loadPathological(size: number): Promise<readonly {name: string; text: string}[]> {
  const patterns = await load<Pattern>('markdown/pathological-patterns');
  return patterns.map(pattern => ({name: pattern.name, text: expand(pattern, size)}));
}

function expand({name, prefix, unit, suffix, repeat}: Pattern, size: number): string {
  const lines = (make: (i: number) => string) => {
    let text = '';
    for (let i = 1; text.length < size; i++) text += make(i);
    return text;
  };
  switch (prefix) {
    case 'LISTS':
      return lines(i => `${'  '.repeat(i - 1)}* a\n`);
    case 'BACKTICKS':
      return lines(i => `e${'`'.repeat(i)}`);
    case 'TABLE':
      return `|${'x|'.repeat(repeat)}\n|${'-|'.repeat(repeat)}\n${'|x|\n'.repeat(20)}`;
  }
  if (/nested|deep/.test(name)) {
    // What nests is the prefix and the suffix, or the unit where there is neither.
    const open = prefix || unit;
    const close = suffix.replace(/^a$/, `a${unit}`);
    const times = Math.max(1, Math.floor(size / (open.length + close.length)));
    return open.repeat(times) + (prefix ? unit : '') + close.repeat(times);
  }
  const times = Math.max(1, Math.min(repeat, Math.floor(size / Math.max(1, unit.length))));
  return prefix + unit.repeat(times) + suffix;
}
