import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {type CodeState, languageNames, loadLanguage} from '../../src/markdown/code-languages.ts';
import {CODE_COLORS, codeStyles} from '../../src/markdown/code-theme.ts';

/** The tokens of code that is read at once, as `group text`. */
async function tokens(language: string, ...pieces: string[]): Promise<string[]> {
  const read = (await loadLanguage(language))!;
  let state: CodeState | undefined;
  return pieces.flatMap(piece => {
    const found = read(piece, state);
    state = found.state;
    return found.tokens.map(({from, to, group}) => `${group} ${piece.slice(from, to)}`);
  });
}

/** Code with something in it that has a colour, by language. */
const SAMPLES: Readonly<Record<string, readonly [code: string, token: string]>> = {
  bash: ['if true; then echo "a"; fi', 'string "a"'],
  c: ['int main(void) { return 1; }', 'keyword return'],
  cpp: ['class A { public: int x = 1; };', 'keyword public'],
  csharp: ['public class A { string b = "c"; }', 'string "c"'],
  css: ['a { color: red; }', 'attribute color'],
  diff: ['@@ -1 +1 @@\n-old\n+new\n', 'addition +new'],
  dockerfile: ['FROM node:20\nRUN echo "a"\n', 'keyword FROM'],
  go: ['func main() { return "a" }', 'keyword func'],
  graphql: ['query { me { name } } # all', 'comment # all'],
  ini: ['[section]\nkey = "value"\n', 'title [section]'],
  java: ['public class A { int x = 1; }', 'keyword public'],
  javascript: ['const x = 1; // one', 'comment // one'],
  json: ['{"key": [true, 1, "text"]}', 'attribute "key"'],
  kotlin: ['fun main() { val x = 1 }', 'keyword fun'],
  lua: ['local x = "a" -- note', 'comment -- note'],
  makefile: ['all: a.o\n\tcc -o $@ a.o # link\n', 'comment # link'],
  markdown: ['# Title\n\n- item\n', 'title # Title'],
  php: ['<?php echo "a"; // note', 'comment // note'],
  powershell: ['if ($x -eq 1) { Write-Host "a" }', 'keyword if'],
  python: ['def f(x):\n  return "a"\n', 'keyword def'],
  r: ['f <- function(x) "a" # note', 'comment # note'],
  ruby: ['def f; "a"; end', 'keyword def'],
  rust: ['fn main() { let x = "a"; }', 'keyword fn'],
  scss: ['$x: 1px; a { b { color: $x; } }', 'attribute color'],
  shell: ['$ echo "a"\na\n', 'string "a"'],
  sql: ["SELECT a FROM b WHERE c = 'd'", 'keyword SELECT'],
  swift: ['func f() -> Int { return 1 }', 'keyword func'],
  typescript: ['const x: string = "a";', 'type string'],
  xml: ['<a href="b">c</a>', 'string "b"'],
  yaml: ['key: "value" # note\n', 'comment # note'],
};

describe('the tokens of code', () => {
  for (const [language, [code, token]] of Object.entries(SAMPLES)) {
    it(`are found in ${language}`, async () => {
      const found = await tokens(language, code);
      assert.ok(found.includes(token), found.join(' | '));
    });
  }

  it('have a sample for each language', async () => {
    const loads = new Set(await Promise.all(languageNames().map(name => loadLanguage(name))));
    assert.equal(loads.size, Object.keys(SAMPLES).length);
  });

  it('come in order and do not overlap', async () => {
    for (const [language, [code]] of Object.entries(SAMPLES)) {
      const read = (await loadLanguage(language))!;
      let at = 0;
      for (const {from, to} of read(code).tokens) {
        assert.ok(from >= at && to > from && to <= code.length, language);
        at = to;
      }
    }
  });

  it('leave what stands in a string, but is none, without its colour', async () => {
    assert.deepEqual(await tokens('js', 'x = `a ${b + 1} c`'), ['string `a ', 'number 1', 'string  c`']);
  });

  it('are those of the languages inside of HTML', async () => {
    const code = '<style>a { color: red }</style><script>let x = "y"; // z\n</script>';
    const found = await tokens('html', code);
    for (const token of ['tag style', 'attribute color', 'keyword let', 'string "y"', 'comment // z'])
      assert.ok(found.includes(token), `${token} is not in ${found.join(' | ')}`);
  });

  it('are those of elements in JavaScript', async () => {
    assert.ok((await tokens('tsx', 'return <a href="b">c</a>;')).includes('attribute href'));
  });

  it('go on in the next piece where the last one ended', async () => {
    assert.deepEqual(await tokens('js', 'let a; /* one\n', 'two */ let b;\n', 'x = `\n', 'y ${', 'z} `; 1'), [
      'keyword let',
      'comment /* one\n',
      'comment two */',
      'keyword let',
      'string `\n',
      'string y ',
      'string  `',
      'number 1',
    ]);
    assert.deepEqual(await tokens('python', 'def f():\n  """one\n', 'two"""\n  return 1\n'), [
      'keyword def',
      'title f',
      'string """one\n',
      'string two"""',
      'keyword return',
      'number 1',
    ]);
    const css = await tokens('css', '@keyframes a { from { color: red } }\n', 'b { left: 1px }\n');
    assert.ok(css.includes('attribute left'), css.join(' | '));
    // Letters of any size, as in the first piece.
    assert.deepEqual(await tokens('sql', 'select a\n', 'FROM b\n'), ['keyword select', 'keyword FROM']);
  });

  it('are those of one piece again when it is read again', async () => {
    const read = (await loadLanguage('js'))!;
    const {state} = read('/* one\n');
    const first = read('two */ let b', state).tokens;
    read('`', state);
    assert.deepEqual(read('two */ let b', state).tokens, first);
  });

  it('are none for a language that is not known', () => {
    for (const name of ['', 'text', 'brainfuck', 'constructor', '__proto__', 'toString'])
      assert.equal(loadLanguage(name), undefined, name);
  });

  it('are found by other names, in letters of any size', async () => {
    for (const [name, language] of [
      ['JS', 'javascript'],
      ['C++', 'cpp'],
      ['c#', 'csharp'],
      ['sh', 'bash'],
      ['Html', 'xml'],
      ['yml', 'yaml'],
    ] as const) {
      assert.equal(await loadLanguage(name), await loadLanguage(language), name);
    }
  });
});

describe('the colours of code', () => {
  // By WCAG 2: the grounds of the chat, and those that a page mostly has.
  const luminance = (color: string): number => {
    const [r, g, b] = [1, 3, 5].map(at => {
      const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const contrast = (a: string, b: string): number => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light! + 0.05) / (dark! + 0.05);
  };

  for (const [group, colors] of Object.entries(CODE_COLORS)) {
    it(`of a ${group} can be read on light and on dark`, () => {
      const grounds = [
        ['#ffffff', '#f5f6f8'],
        ['#16181d', '#1f2229'],
      ];
      for (const [at, color] of colors.entries()) {
        for (const ground of grounds[at]!) {
          const found = contrast(color, ground);
          assert.ok(found >= 4.5, `${color} on ${ground}: ${found.toFixed(2)}`);
        }
      }
    });
  }

  it('are left to who has colours of their own', () => {
    assert.match(codeStyles, /^@media \(forced-colors:none\)\{/);
    assert.doesNotMatch(codeStyles.slice(1), /@media/);
  });
});
