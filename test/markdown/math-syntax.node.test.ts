import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {mathFilter} from '../../src/markdown/math-filter.ts';
import {scanFormula} from '../../src/markdown/math-syntax.ts';
import {inVariant} from '../../src/markdown/math-variants.ts';

/** The sources of the formulas in a text that is whole, those on lines of their own in brackets. */
function formulas(text: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length; at++) {
    const formula = scanFormula(text, at, true);
    if (typeof formula !== 'object') {
      if (text[at] === '\\') at++; // What it escapes begins nothing.
      continue;
    }
    found.push(formula.display ? `[${formula.source}]` : formula.source);
    at = formula.end - 1;
  }
  return found;
}

describe('a formula', () => {
  for (const [text, ...expected] of [
    ['$x^2$', 'x^2'],
    ['so $x$, and ($y$).', 'x', 'y'],
    ['$2 x$ and $3$', '2 x', '3'],
    ['\\(x\\) and \\[ y \\]', 'x', '[y]'],
    ['$$x$$ and $$\na\n= b\n$$', '[x]', '[a\n= b]'],
    ['$a \\$ b$', 'a \\$ b'],
    ['\\[ a \\\\ b \\]', '[a \\\\ b]'],
    ['$x$-axis', 'x'],
    ['日本 $x$ 語', 'x'],
    ["函数$f(x)$的导数为$f'(x)$，其中$x>0$。", 'f(x)', "f'(x)", 'x>0'],
    ['パラメーター$a$と$b$は', 'a', 'b'],
    ['함수 $f$는 $x$에서', 'f', 'x'],
    ['כאשר ב$x$ וגם و$y$ है$z$में', 'x', 'y', 'z'],
    ['$90º$', '90º'],
    ['共有$3$个，$2^n$种', '3', '2^n'],
    ['so $$\nx\n$$', '[x]'],
    ['$$\nx $$', '[x]'],
    ['\\[ 42 \\] and \\[\n1\n\\]', '[42]', '[1]'],
    // No formulas.
    ['as \\[1\\], \\[2, 3\\], \\[4–6\\] and \\[^7\\] say'],
    ['${HOME}/${USER} and $(date)-$(hostname)'],
    ['Nobu ($$), Per Se ($$$$), Joe ($$)'],
    ['Nobu ($$), Joe ($$)'],
    ['from $$ to $$$ or $$$$'],
    ['- Nobu: $$\n- Joe: $$\n- Per Se: $$$'],
    ['- $$ Nobu\n- $$ Joe'],
    ['**Price:** $$\n**Food:** $$'],
    ['| A | $$ |\n|---|----|\n| B | $$ |'],
    ['| A | $$ | $$ |'],
    ['echo $$; kill $$'],
    ['$5 and $6'],
    ['kostet $5,00.$ und 6,-$'],
    ['It costs $5, or 6$ there'],
    ['between $5 and 10$'],
    ['US$5 and US$6'],
    ['a$b$c'],
    ['价格是$5元，原价$10元，省$5。'],
    ['票价$5元（$表示美元）'],
    ['从$5涨到$10'],
    ['$ x $'],
    ['$x $'],
    ['$x$5'],
    ['$$ $$'],
    ['\\$x$'],
    ['\\\\(x)'],
    ['$x'],
    [`$${'x'.repeat(401)}$`],
    [`$5${'x'.repeat(60)}$`],
    ['$x\n\ny$'],
    ['`$x$'],
    ['$x$`'],
    [`$$${'x'.repeat(5001)}$$`],
  ] as const) {
    const title = JSON.stringify(text.slice(0, 60));
    it(`is ${expected.length > 0 ? `${expected.join(' and ')} in` : 'nothing in'} ${title}`, () => {
      assert.deepEqual(formulas(text), expected);
    });
  }

  for (const [text, expected] of [
    ['$', 'held'],
    ['$x', 'held'],
    ['$x^2', 'held'],
    ['$x$', 'held'], // A digit may follow.
    ['$5', 'held'],
    ['$x\n', 'held'],
    ['$x\n\n', undefined],
    [`$5${' '.repeat(60)}`, undefined],
    [`$${'x'.repeat(401)}`, undefined],
    ['$ 5', undefined],
    ['$$', 'held'],
    ['$$ \\frac{a', 'held'],
    ['$$ x $', 'held'],
    ['$$ x $$', 'held'], // As may another sign.
    ['$$, and', undefined],
    ['\\[ x', 'held'],
    ['\\(5', 'held'],
    ['\\(5 \\', 'held'],
  ] as const) {
    it(`is ${expected ?? 'none'} while ${text.slice(0, 20)} is all there is`, () => {
      assert.equal(scanFormula(text, 0, false), expected);
    });
  }

  it('is found in time that grows with the text alone', () => {
    for (const piece of ['$x', '\\(', '$$x', '\\[\\', '$\\', '$ ']) {
      const text = piece.repeat(50_000);
      for (let at = 0; at < text.length; at++) scanFormula(text, at, false);
    }
  });
});

describe('the formulas of a document', () => {
  function filter(text: string, size: number): string {
    let out = '';
    const found: string[] = [];
    const {push, end} = mathFilter(
      piece => {
        out += piece;
      },
      ({source, display}) => found.push(display ? `[${source}]` : source) - 1,
    );
    for (let at = 0; at < text.length; at += size) push(text.slice(at, at + size));
    end();
    return out.replace(/`\ue000(\d+)\ue001`/g, (_, number) => `<${found[number]}>`);
  }

  for (const [text, expected] of [
    ['a $x$ b', 'a <x> b'],
    ['`$x$` $y$', '`$x$` <y>'],
    ['``a ` $x$`` $y$', '``a ` $x$`` <y>'],
    ['```js\n$x$\n``\n```\n$y$', '```js\n$x$\n``\n```\n<y>'],
    ['~~~\n$x$\n```\n~~~~\n$y$', '~~~\n$x$\n```\n~~~~\n<y>'],
    ['- ```\n  $x$\n  ```\n- $y$', '- ```\n  $x$\n  ```\n- <y>'],
    ['> ```\n> $x$\n> ```\n> $y$', '> ```\n> $x$\n> ```\n> <y>'],
    ['```\n$x$', '```\n$x$'],
    // A fence that is open ends with what it stands in.
    ['> ```\n> $x$\n$y$', '> ```\n> $x$\n<y>'],
    ['> > ```\n> > $x$\n> $y$', '> > ```\n> > $x$\n> <y>'],
    ['- ```\n  $x$\n\n  $x$\n- $y$', '- ```\n  $x$\n\n  $x$\n- <y>'],
    ['1. a\n   - b\n     ```\n     $x$\n   $y$', '1. a\n   - b\n     ```\n     $x$\n   <y>'],
    ['> 1. a\n>    ```\n>    $x$\n>\n> $y$', '> 1. a\n>    ```\n>    $x$\n>\n> <y>'],
    ['- a\n\nb\n  ```\n$x$\n  ```\n$y$', '- a\n\nb\n  ```\n$x$\n  ```\n<y>'],
    ['1. a\n  ```\n$x$\n  ```\n$y$', '1. a\n  ```\n$x$\n  ```\n<y>'],
    ['-\ta\n\t```\n\t$x$\n\t```\n$y$', '-\ta\n\t```\n\t$x$\n\t```\n<y>'],
    ['a ` $x$\n\n$y$', 'a ` $x$\n\n<y>'],
    ['- a ` $x$\n- $y$', '- a ` $x$\n- <y>'],
    ['$$\na\n- b\n$$\n- c', '<[a\n- b]>\n- c'],
    ['> \\[\n> a\n> \\]', '> <[a]>'],
    ['$x$, `b`\\(y\\)\\(z\\)', '<x>, `b`\u2060<y>\u2060<z>'],
    ['\\$x$ \\\\(y\\)', '\\$x$ \\\\(y\\)'],
    ['$5 and $6, $x', '$5 and $6, $x'],
    ['\ue0000\ue001 $x$', '\ufffd0\ufffd <x>'],
    ['a ` b\n# $x$', 'a ` b\n# <x>'],
    ['tail \\', 'tail \\'],
    ['tail `', 'tail `'],
    ['| $a$ | b |\n|--|--|\n', '| <a> | b |\n|--|--|\n'],
  ] as const) {
    it(`become ${JSON.stringify(expected)}, however ${JSON.stringify(text)} is split`, () => {
      for (const size of [1, 2, 3, 5, text.length]) assert.equal(filter(text, size), expected, `by ${size}`);
    });
  }

  it('are found in time that grows with the text alone', () => {
    for (const piece of ['$x', '\\(', '$$x\n', '`', '``` ', '> ', '- ', '$ ', '\\']) {
      const text = piece.repeat(100_000 / piece.length);
      assert.ok(filter(text, 100).length > 0);
    }
  });
});

describe('letters of a variant', () => {
  it('are those of Unicode, also where they are elsewhere', () => {
    assert.equal(inVariant('RZA', 'double-struck'), 'ℝℤ𝔸');
    assert.equal(inVariant('LBa', 'script'), 'ℒℬ𝒶');
    assert.equal(inVariant('x1', 'bold'), '𝐱𝟏');
    assert.equal(inVariant('gz', 'fraktur'), '𝔤𝔷');
    assert.equal(inVariant('a+', 'italic'), '𝑎+');
    assert.equal(inVariant('α x', 'normal'), 'α x');
  });
});
