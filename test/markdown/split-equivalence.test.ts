import {assert} from 'chai';
import {loadAttacks, loadCommonMark, loadEdgeCases, loadGfmExtensions} from './support/fixtures.ts';
import {Frames, render, stream} from './support/frames.ts';
import {exact} from './support/tree.ts';

const LONGEST_SPLIT = 300;

describe('a streamed document', () => {
  const frames = new Frames();
  before(() => frames.install());
  after(() => frames.restore());

  function differing(documents: readonly string[]): string[] {
    const differ: string[] = [];
    let splits = 0;
    for (const text of documents) {
      const whole = exact(render(text));
      const ways: (readonly string[])[] = [[...text]];
      for (let i = 1; i < Math.min(text.length, LONGEST_SPLIT); i++)
        ways.push([text.slice(0, i), text.slice(i)]);
      for (const parts of ways) {
        splits++;
        if (exact(stream(frames, parts)) === whole) continue;
        differ.push(
          `${JSON.stringify(text)} in ${parts.length} parts, the first ${JSON.stringify(parts[0])}`,
        );
        break;
      }
    }
    console.log(`${documents.length} documents, ${splits} splits, ${differ.length} differ`);
    return differ;
  }

  it('is the same as the whole one for every example of CommonMark, split anywhere', async () => {
    assert.deepEqual(differing((await loadCommonMark()).map(({markdown}) => markdown)), []);
  }).timeout(60_000);

  it('is the same as the whole one for GFM and for other edge cases, split anywhere', async () => {
    const gfm = (await loadGfmExtensions()).map(({markdown}) => markdown);
    assert.deepEqual(differing([...gfm, ...(await loadEdgeCases())]), []);
  }).timeout(60_000);

  it('is the same as the whole one for every attack, a character at a time', async () => {
    const differ = (await loadAttacks()).filter(text => {
      const short = text.slice(0, LONGEST_SPLIT);
      return exact(stream(frames, short)) !== exact(render(short));
    });
    assert.deepEqual(differ, []);
  }).timeout(60_000);
});
