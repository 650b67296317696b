import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {AttemptMode} from '../../src/protocol/message.ts';
import {createStitcher} from '../../src/transport/stitcher.ts';
import {referenceText} from '../support/reference-answer.ts';
import {integer, newSeed, seededRandom} from '../support/seeded-random.ts';

const seed = newSeed();

// No 24 characters of it stand in it twice.
const TEXT =
  'Sphinx of black quartz, judge my vow! How vexingly quick daft zebras jump across the frozen lake at dawn. ' +
  'Pack my box with sixty dozen liquor jugs, said Grandma; then she waltzed, nymph-like, for a bad quick jig. ' +
  'The five boxing wizards keep watch over a lazy dog, while jackdaws love the moon (a pale one) above these hills. ' +
  'Waltz, bad nymph, for quick jigs vex; and so the story ends where no reader ever thought that it could begin.';

/** The answer after a continuation came in pieces of so many characters. */
function join(mode: AttemptMode, shown: string, continuation: string, pieces: number, position?: number) {
  const stitcher = createStitcher(mode, shown);
  if (position !== undefined) stitcher.from(position);
  let text = shown;
  for (let at = 0; at < continuation.length; at += pieces)
    text += stitcher.push(continuation.slice(at, at + pieces));
  text += stitcher.flush(false);
  return {text, join: stitcher.join()};
}

const PIECES = [1, 3, 17, 10_000];

function cuts(count: number, from: number, to: number): number[] {
  const random = seededRandom(seed);
  return Array.from({length: count}, () => integer(random, from, to));
}

describe(`a continuation in the model's own words (seed ${seed})`, () => {
  const joinsTo = (cut: number, continuation: string, mode: AttemptMode = 'continue-turn') => {
    for (const pieces of PIECES) {
      const {text} = join(mode, TEXT.slice(0, cut), continuation, pieces);
      assert.equal(text, TEXT, `cut at ${cut}, pieces of ${pieces}`);
    }
  };

  it('that goes on exactly loses nothing', () => {
    for (const cut of cuts(60, 1, TEXT.length)) joinsTo(cut, TEXT.slice(cut));
  });

  it('that repeats 24 characters and more is joined where they end', () => {
    for (const back of [24, 25, 40, 59, 60, 61, 100, 150]) {
      for (const cut of cuts(20, back + 1, TEXT.length)) joinsTo(cut, TEXT.slice(cut - back));
    }
  });

  it('that begins anew is not shown twice', () => {
    for (const cut of cuts(60, 24, TEXT.length)) joinsTo(cut, TEXT);
  });

  it('that begins anew after few characters is not shown twice', () => {
    for (let cut = 4; cut < 24; cut++) joinsTo(cut, TEXT);
  });

  it('that repeats the quoted end after some words of its own loses those words', () => {
    for (const cut of cuts(20, 80, TEXT.length)) {
      joinsTo(cut, `Sure, here is the rest: ${TEXT.slice(cut - 60)}`);
    }
  });

  it('is not joined on what stood earlier already', () => {
    // Each row ends as the one before it: a repetition of it proves nothing.
    const row = '| a cell of the table | and another one |\n';
    const shown = `# A table\n\n${row}${row}${row}`;
    for (const pieces of PIECES) {
      assert.equal(
        join('continue-turn', shown, `${row}${row}The end.`, pieces).text,
        `${shown}${row}${row}The end.`,
      );
    }
  });

  it('is not joined on words that come again and again', () => {
    const shown = 'It is very very very very very very';
    const more = ' good, and very very very very very very very very bad.';
    for (const pieces of PIECES)
      assert.equal(join('continue-turn', shown.slice(6), more, pieces).text, shown.slice(6) + more);
  });

  it('that opens a code block again which is open loses that line', () => {
    const shown = 'See:\n\n```ts\nconst a = 1;\n';
    for (const pieces of PIECES) {
      const {text} = join('continue-turn', shown, '```ts\nconst b = 2;\n```\n', pieces);
      assert.equal(text, `${shown}const b = 2;\n\`\`\`\n`);
    }
  });

  it('that opens a code block where none is open keeps it', () => {
    const shown = 'See:\n\n```ts\nconst a = 1;\n```\nAnd this:\n';
    const more = '```ts\nconst b = 2;\n```\n';
    for (const pieces of PIECES) assert.equal(join('continue-turn', shown, more, pieces).text, shown + more);
  });
});

describe('a prefill', () => {
  it('that goes on exactly loses nothing, though it begins as the answer did', () => {
    for (const pieces of PIECES) {
      assert.equal(join('prefill', 'ha ha ', 'ha ha ha!', pieces).text, 'ha ha ha ha ha!');
    }
  });

  it('that echoes all of a long answer is joined after it', () => {
    for (const cut of cuts(40, 24, TEXT.length)) {
      for (const pieces of PIECES) {
        const {text, join: how} = join('prefill', TEXT.slice(0, cut), TEXT, pieces);
        assert.equal(text, TEXT);
        assert.equal(how, 'echo');
      }
    }
  });

  it('is never joined on an overlap: what it repeats, the model meant', () => {
    const shown = 'One potato, two potato, three potato, four. ';
    for (const pieces of PIECES) {
      const more = 'three potato, four. Five potato.';
      assert.equal(join('prefill', shown, more, pieces).text, shown + more);
    }
  });
});

describe('a declared position', () => {
  it('decides alone, whatever the text looks like', () => {
    for (const mode of ['prefill', 'continue-turn'] as const) {
      for (const cut of cuts(40, 1, referenceText.length)) {
        for (const back of [0, 1, 30, cut]) {
          const from = Math.max(0, cut - back);
          const {text, join: how} = join(
            mode,
            referenceText.slice(0, cut),
            referenceText.slice(from),
            7,
            from,
          );
          assert.equal(text, referenceText);
          assert.equal(how, 'position');
        }
      }
    }
  });

  it('gives what is new at once: nothing is held back', () => {
    const stitcher = createStitcher('continue-turn', TEXT.slice(0, 50));
    stitcher.from(50);
    assert.equal(stitcher.push(TEXT.slice(50, 51)), TEXT.slice(50, 51));
    assert.equal(stitcher.holding(), false);
  });

  it('behind the end of the answer is a gap', () => {
    const stitcher = createStitcher('continue-turn', TEXT.slice(0, 50));
    assert.throws(() => stitcher.from(51), {kind: 'gap'});
  });
});

describe('text that is held back', () => {
  it('is never more than 400 characters', () => {
    for (const mode of ['prefill', 'continue-turn'] as const) {
      const stitcher = createStitcher(mode, `${'abcdefgh '.repeat(300)}END.`);
      let [given, sent] = [0, 0];
      for (let at = 0; at < 600; at++) {
        const piece = String.fromCharCode(0x4e00 + at);
        sent++;
        given += stitcher.push(piece).length;
        assert.ok(sent - given <= 400);
      }
    }
  });

  it('is dropped where the stream breaks off while it only repeats: it will be asked for again', () => {
    const stitcher = createStitcher('continue-turn', TEXT.slice(0, 200));
    assert.equal(stitcher.push(TEXT.slice(0, 60)), '');
    assert.equal(stitcher.flush(true), '');
  });
});
