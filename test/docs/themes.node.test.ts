import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, it} from 'node:test';
import {read, root, themesOf} from './support/pages.ts';

type Theme = Readonly<Record<string, string>>;

const TOKEN = /--sse-chat-([a-z-]+)[:,] ([^;\n]+?)\)?;/g;
const tokensOf = (css: string): Theme =>
  Object.fromEntries([...css.matchAll(TOKEN)].map(([, name = '', value = '']) => [name, value]));

const ui = (name: string) => readFileSync(join(root, 'src/ui', name), 'utf8');
/** The values that hold where a page sets none. */
const ownTheme = tokensOf(
  ['styles.ts', 'message-styles.ts', 'composer-styles.ts']
    .flatMap(name => ui(name).match(/--sse-chat-[a-z-]+, light-dark.+;/g) ?? [])
    .join('\n'),
);

const themes = themesOf(read('docs/themes.md')).map(({name, css}): [string, Theme] => [name, tokensOf(css)]);

/** Relative luminance as WCAG defines it. */
function luminance(colour: string): number {
  const hex = colour.replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3');
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(at => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function colourOf(theme: Theme, token: string, look: 0 | 1): string {
  const value = theme[token] ?? '';
  const colours = value.match(/#[0-9a-f]{3,6}\b/g) ?? [];
  const colour = colours[look] ?? colours[0];
  assert.ok(colour, `${token}: ${value}`);
  return colour;
}

const PAIRS = [
  ['text', 'background'],
  ['text', 'surface'],
  ['text', 'user-background'],
  ['muted', 'background'],
  ['muted', 'surface'],
  ['accent', 'background'],
  ['accent', 'surface'],
  ['accent-text', 'accent'],
  ['error', 'background'],
  ['error', 'surface'],
] as const;

/** The line around what is written in, which no theme sets. */
const FIELD = /--_field: (#[0-9a-f]{6});/.exec(ui('styles.ts'))?.[1] ?? '';

describe('the themes', () => {
  it('are four', () => assert.equal(themes.length, 4));

  for (const [name, theme] of [['as it comes', ownTheme] as const, ...themes]) {
    for (const look of [0, 1] as const) {
      it(`${name}, ${look ? 'dark' : 'light'}, have enough contrast`, () => {
        const least = name === 'Contrast' ? 7 : 4.5;
        const pale = PAIRS.map(([text, behind]) => {
          const ratio = contrast(colourOf(theme, text, look), colourOf(theme, behind, look));
          return {text, behind, ratio};
        }).filter(({ratio}) => ratio < least);
        assert.deepEqual(pale, []);
        assert.ok(contrast(FIELD, colourOf(theme, 'background', look)) >= 3, 'of the line around a text box');
      });
    }
  }

  it('leave the count on the launcher as it is, with enough contrast', () => {
    const colours = /\.badge \{[^}]+background: (#\w+);\s+color: (#\w+);/.exec(ui('styles.ts'));
    const [, behind = '', text = ''] = colours ?? [];
    assert.ok(contrast(text, behind) >= 4.5, `${text} on ${behind}`);
  });

  it('have no text on the colour of lines', () => {
    const names = readdirSync(join(root, 'src/ui')).filter(name =>
      /background: var\(--_border/.test(ui(name)),
    );
    assert.deepEqual(names, []);
  });

  it('use custom properties that are there', () => {
    const known = new Set([...ui('sse-chat.ts').matchAll(/\[--sse-chat-([a-z-]+)/g)].map(([, name]) => name));
    const unknown = themes.flatMap(([, theme]) => Object.keys(theme)).filter(name => !known.has(name));
    assert.deepEqual(unknown, []);
  });
});
