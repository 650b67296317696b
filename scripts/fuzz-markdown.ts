/**
 * `npm run fuzz:markdown -- --documents 50000 --seed 1`: has random documents read by our renderer, by micromark with
 * GFM and by markdown-it, in Chromium. Each difference is reduced to its smallest text and grouped by cause. Exits with
 * 1 if a difference is not known to be the others' doing.
 */

import {launchChromium} from '../test/support/launch-chromium.ts';
import {newSeed} from '../test/support/seeded-random.ts';
import {bundlePage} from './bundle-page.ts';
import {causeOf} from './fuzz-markdown/causes.ts';
import type {Difference, Fuzz} from './fuzz-markdown/page.ts';

const AT_ONCE = 250; // documents per call into the page
const SHOWN = 2; // examples per cause

function numberOf(name: string): number | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : Number(process.argv[at + 1]);
}

const seed = numberOf('seed') ?? newSeed();
const documents = numberOf('documents') ?? 1000;

async function findDifferences(): Promise<Difference[]> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    page.on('pageerror', error => console.error(error.message));
    await page.route('**/*', route =>
      route.fulfill({contentType: 'text/html', body: '<!doctype html><title>Fuzz</title>'}),
    );
    await page.goto('http://fuzz.localhost/');
    await page.addScriptTag({content: await bundlePage('scripts/fuzz-markdown/page.ts')});
    const found: Difference[] = [];
    for (let from = 0; from < documents; from += AT_ONCE) {
      const range = [seed, from, Math.min(from + AT_ONCE, documents)] as const;
      found.push(
        ...(await page.evaluate(
          ([seed, from, to]) => (globalThis as unknown as {fuzz: Fuzz}).fuzz.compare(seed, from, to),
          range,
        )),
      );
    }
    return found;
  } finally {
    await browser.close();
  }
}

/** Texts with the same marks in the same order are taken to have the same cause. */
const shapeOf = ({rival, text}: Difference) => `${rival} ${text.replace(/[a-z0-9]+/gi, 'a')}`;

/** Makes non-breaking spaces and the like visible. */
const escaped = (text: string) =>
  JSON.stringify(text).replace(/[^\S ]/g, space => `\\u${space.charCodeAt(0).toString(16).padStart(4, '0')}`);

function show(title: string, group: readonly Difference[]): void {
  console.log(`\n${group.length}× ${title}`);
  for (const {n, rival, text, ours, theirs} of group.slice(0, SHOWN)) {
    console.log(`  ${n}: ${escaped(text)}\n    ours ${ours}\n    ${rival} ${theirs}`);
  }
}

const found = await findDifferences();
const theirs = new Map<string, Difference[]>();
const unknown = new Map<string, Difference[]>();
for (const each of found) {
  const cause = causeOf(each);
  const groups = cause ? theirs : unknown;
  const key = cause ? `${each.rival}'s. ${cause.why}` : shapeOf(each);
  groups.set(key, [...(groups.get(key) ?? []), each]);
}
for (const groups of [theirs, unknown]) {
  for (const [title, group] of [...groups].sort(([, a], [, b]) => b.length - a.length)) show(title, group);
}
const rest = [...unknown.values()].reduce((sum, {length}) => sum + length, 0);
console.log(
  `\n--seed ${seed}: ${documents} documents; ${found.length - rest} differ by the others' doing, ${rest} for reasons not known`,
);
process.exitCode = rest > 0 ? 1 : 0;
