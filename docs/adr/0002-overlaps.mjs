// How often text that repeats nothing looks as if it does, for docs/adr/0002-stitching.md: `node docs/adr/0002-overlaps.mjs`.
// Cuts the Markdown pages of the installed packages at 6,000 places drawn from a seed, and looks for the longest end of
// the text before the cut with which the text after it begins.
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

const folder = join(import.meta.dirname, '../../node_modules');
const texts = readdirSync(folder, {recursive: true, encoding: 'utf8'})
  .filter(name => /(^|\/)(README|CHANGELOG)\.md$/i.test(name) && !name.startsWith('.'))
  .sort()
  .map(name => readFileSync(join(folder, name), 'utf8'))
  .filter(text => text.length > 2000);

const CUTS = 6000;
const lengths = [1, 8, 16, 24, 48];
const found = new Map(lengths.map(length => [length, 0]));
let seed = 1;
/** Lehmer's generator: an integer below `end`. */
const random = end => {
  seed = (seed * 48271) % 2147483647;
  return seed % end;
};
for (let cut = 0; cut < CUTS; cut++) {
  const text = texts[random(texts.length)];
  const at = 200 + random(text.length - 400);
  const before = text.slice(Math.max(0, at - 2000), at);
  let longest = 0;
  for (let length = 1; length <= Math.min(400, before.length); length++) {
    if (text.startsWith(before.slice(-length), at)) longest = length;
  }
  for (const length of lengths) if (longest >= length) found.set(length, found.get(length) + 1);
}
console.log(`${texts.length} pages, ${CUTS} cuts`);
for (const [length, count] of found) {
  console.log(`an overlap of ${length} or more: ${((100 * count) / CUTS).toFixed(2)} %`);
}
