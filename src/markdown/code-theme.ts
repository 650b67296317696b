import type {CodeGroup} from './code-tokens.ts';

/**
 * Colours on a light and on a dark background: each has a contrast of at least 4.5 to the chat's own backgrounds, to
 * white and to near-black.
 */
export const CODE_COLORS: Readonly<Record<CodeGroup, readonly [light: string, dark: string]>> = {
  addition: ['#17692c', '#8ddb9b'],
  attribute: ['#0b6675', '#7ccfdb'],
  comment: ['#5d6473', '#a1a8b8'],
  deletion: ['#ab2330', '#ff9c9c'],
  keyword: ['#94219a', '#dba3f5'],
  meta: ['#545a9c', '#b4b8f2'],
  number: ['#95440c', '#f0b07a'],
  string: ['#22672f', '#a3d49d'],
  tag: ['#a32a3a', '#ff9da6'],
  title: ['#1f53bf', '#8fb6ff'],
  type: ['#7d5600', '#ecc974'],
};

/** The name of a highlight, which all documents of a page share, and of its custom property, there after two dashes. */
export const highlightName = (group: string): string => `sse-chat-code-${group}`;

const rules = Object.entries(CODE_COLORS).map(([group, [light, dark]]) => {
  const name = highlightName(group);
  const color = `{color:var(--${name},light-dark(${light},${dark}))}`;
  return `::highlight(${name})${color}[data-scope=${group}]${color}`;
});

/** No colours where the user has chosen their own. */
export const codeStyles = `@media (forced-colors:none){${rules.join('')}}`;
