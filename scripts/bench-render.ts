/**
 * `npm run bench:render`: measures what drawing Markdown costs, in Chromium, with a stream that a server sends token by
 * token. Times are CPU times of the page's main thread (script, style and layout), from before the request to the frame
 * with the last word. Each is a ratio against a floor of the same run: the plain text, in one element per paragraph,
 * written once a frame. Exits with 1 if a target is missed.
 * `-- answer list` measures only these shapes, `-- --runs 3` makes fewer runs than 5.
 */
import {readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {join} from 'node:path';
import type {Page} from 'playwright-core';
import {expand, type Pattern} from '../test/markdown/support/pathological.ts';
import {launchChromium} from '../test/support/launch-chromium.ts';
import {type Shape, shapes, tokensOf} from './bench-render/documents.ts';
import type {Bench} from './bench-render/page.ts';
import {bundlePage} from './bundle-page.ts';
import {listen} from './listen.ts';
import {COMPILE_HINT} from './squeeze.ts';

const STREAM_RATE = 500; // tokens a second
const GROWTH_RATE = 4000;
const TICK = 2; // ms between two writes of the server
const PATTERN = 20_000; // UTF-16 units of an input made to be slow
const PART = 200;

const root = join(import.meta.dirname, '..');
const words = process.argv.slice(2);
const runs = words.includes('--runs') ? Number(words[words.indexOf('--runs') + 1]) : 5;
const isPicked = (what: string) => words.includes(what) || !words.some(word => /^[a-z]/.test(word));

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Drawing</title>
<style>
  body { margin: 0; font: 14px/1.45 sans-serif; }
  main { width: 420px; height: 652px; overflow: auto; padding: 8px; overflow-wrap: anywhere; }
  .plain { white-space: pre-wrap; }
  pre { overflow: auto; white-space: pre-wrap; }
  pre [data-part] { display: inline-block; }
</style><main></main><script src="/page.js"></script></html>`;

/**
 * Serves the page, and at `/stream?shape=…&tokens=…&rate=…` an answer with one event per token; rate 0 sends as fast as
 * the page reads.
 */
async function serve(): Promise<{url: string; close(): void}> {
  const script = `${COMPILE_HINT}\n${await bundlePage('scripts/bench-render/page.ts')}`; // As the built files begin.
  const server = createServer(async ({url = ''}, response) => {
    const {pathname, searchParams} = new URL(url, 'http://localhost');
    if (pathname !== '/stream') {
      response.setHeader('content-type', pathname === '/page.js' ? 'text/javascript' : 'text/html');
      response.end(pathname === '/page.js' ? script : pathname === '/' ? PAGE : '');
      return;
    }
    const rate = Number(searchParams.get('rate'));
    const events = tokensOf(searchParams.get('shape') as Shape, Number(searchParams.get('tokens'))).map(
      content => `data: ${JSON.stringify({choices: [{index: 0, delta: {content}}]})}\n\n`,
    );
    response.setHeader('content-type', 'text/event-stream');
    const start = performance.now();
    let sent = 0;
    while (sent < events.length) {
      const due = rate ? Math.floor(((performance.now() - start) / 1000) * rate) : sent + 100;
      while (sent < Math.min(due, events.length)) {
        if (!response.write(events[sent++]!) && !rate)
          await new Promise(resolve => response.once('drain', resolve));
      }
      if (rate) await new Promise(resolve => setTimeout(resolve, TICK));
    }
    response.end();
  });
  return listen(server);
}

interface Cost {
  /** Milliseconds of the main thread; `own` excludes style and layout, which grow with any document. */
  readonly task: number;
  readonly own: number;
}

const browser = await launchChromium();
const {url, close} = await serve();

async function onPage<Result>(act: (page: Page) => Promise<Result>): Promise<Result> {
  const context = await browser.newContext({viewport: {width: 1280, height: 800}});
  try {
    const page = await context.newPage();
    await page.goto(url);
    return await act(page);
  } finally {
    await context.close();
  }
}

/** Returns a function that reads the CPU time of the page's main thread so far, in ms: the same on a busy machine. */
async function clockOf(page: Page, slowed = 1) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', {timeDomain: 'threadTicks'});
  if (slowed > 1) await session.send('Emulation.setCPUThrottlingRate', {rate: slowed});
  return async () => {
    const {metrics} = await session.send('Performance.getMetrics');
    const of = (name: string) => metrics.find(each => each.name === name)!.value * 1000;
    const task = of('TaskDuration');
    return {task, script: of('ScriptDuration'), own: task - of('LayoutDuration') - of('RecalcStyleDuration')};
  };
}

/** Draws an answer. Returns the number of its characters. */
const draw = (page: Page, drawer: string, shape: Shape, tokens: number, rate: number): Promise<number> =>
  page.evaluate(([name, path]) => (globalThis as unknown as {bench: Bench}).bench.draw(name, path), [
    drawer,
    `/stream?shape=${shape}&tokens=${tokens}&rate=${rate}`,
  ] as const);

/** One answer, drawn on a page of its own. */
function cost(drawer: string, shape: Shape, tokens: number, rate: number, slowed = 1): Promise<Cost> {
  return onPage(async page => {
    const read = await clockOf(page, slowed);
    const before = await read();
    const drawn = await draw(page, drawer, shape, tokens, rate);
    if (drawn < tokens) throw new Error(`${drawer} drew ${drawn} characters of ${tokens} tokens.`);
    const after = await read();
    return {task: after.task - before.task, own: after.own - before.own};
  });
}

interface Phone {
  readonly slowed?: number;
  /** Something was drawn on the page before the measurement. */
  readonly warm?: boolean;
}

/** CPU milliseconds of the longest task of an answer. */
function longestTask(
  drawer: string,
  shape: Shape,
  tokens: number,
  rate: number,
  {slowed = 1, warm = false}: Phone = {},
): Promise<number> {
  return onPage(async page => {
    await clockOf(page, slowed);
    if (warm) await page.evaluate(() => (globalThis as unknown as {bench: Bench}).bench.warmUp());
    await browser.startTracing(page, {categories: ['toplevel', 'disabled-by-default-devtools.timeline']});
    await draw(page, drawer, shape, tokens, rate);
    const {traceEvents} = JSON.parse((await browser.stopTracing()).toString()) as {
      traceEvents: {name: string; tid: number; tdur?: number; args: {name?: string}}[];
    };
    const threads = traceEvents.filter(
      ({name, args}) => name === 'thread_name' && args.name === 'CrRendererMain',
    );
    const tasks = traceEvents.filter(
      ({name, tid}) => name === 'RunTask' && threads.some(thread => thread.tid === tid),
    );
    if (tasks.length === 0) throw new Error('The trace has no tasks.');
    return tasks.reduce((longest, {tdur = 0}) => Math.max(longest, tdur / 1000), 0);
  });
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Costs of several things, each measured once per round, so that a busy moment affects all of them. */
async function inTurn(...acts: readonly (() => Promise<Cost>)[]): Promise<Cost[]> {
  const costs = acts.map((): Cost[] => []);
  for (let run = 0; run < runs; run++) {
    for (const [index, act] of acts.entries()) costs[index]!.push(await act());
  }
  return costs.map(each => ({
    task: median(each.map(({task}) => task)),
    own: median(each.map(({own}) => own)),
  }));
}

let missed = 0;
function report(what: string, value: number, limit: number, unit: string, detail = ''): void {
  const isKept = value <= limit;
  if (!isKept) missed++;
  console.log(
    `${isKept ? 'ok    ' : 'MISSED'} ${what}: ${value.toFixed(2)}${unit} (at most ${limit}${unit})${detail}`,
  );
}

const ms = (value: number) => `${value.toFixed(0)} ms`;

async function streaming(): Promise<void> {
  const tokens = 10_000;
  const of = (drawer: string) => () => cost(drawer, 'answer', tokens, STREAM_RATE);
  const [floor, ours, smd, pre] = await inTurn(of('floor'), of('ours'), of('smd'), of('pre'));
  const detail = `: ${ms(ours!.task)}, floor ${ms(floor!.task)}, one text ${ms(pre!.task)}, smd ${ms(smd!.task)}`;
  report('10k tokens at 500 a second', ours!.task / floor!.task, 1.4, '× of the floor', detail);
  const longest = (drawer: string, warm: boolean) =>
    longestTask(drawer, 'answer', 5000, STREAM_RATE, {slowed: 4, warm});
  report(
    'longest task at 500 a second, processor slowed 4×',
    await longest('ours', true),
    50,
    ' ms',
    `: floor ${ms(await longest('floor', true))}; the first that a page draws ${ms(await longest('ours', false))}, floor ${ms(await longest('floor', false))}`,
  );
}

async function burst(): Promise<void> {
  const tokens = 50_000;
  const of = (drawer: string) => () => cost(drawer, 'answer', tokens, 0);
  const [floor, ours, smd, pre] = await inTurn(of('floor'), of('ours'), of('smd'), of('pre'));
  const detail = `: ${ms(ours!.task)}, floor ${ms(floor!.task)}, one text ${ms(pre!.task)}, smd ${ms(smd!.task)}`;
  report('a burst of 50k tokens', ours!.task / floor!.task, 3, '× of the floor', detail);
  report(
    'longest task of it',
    await longestTask('ours', 'answer', tokens, 0),
    50,
    ' ms',
    `: floor ${ms(await longestTask('floor', 'answer', tokens, 0))}`,
  );
  const [least, again] = await inTurn(
    () => cost('floor', 'answer', 2000, 0),
    () => cost('marked', 'answer', 2000, 0),
  );
  console.log(`       marked, all anew each frame, 2k tokens: ${(again!.task / least!.task).toFixed(2)}×`);
}

async function growth(shape: Shape): Promise<void> {
  const of = (drawer: string, tokens: number) => () => cost(drawer, shape, tokens, GROWTH_RATE);
  const [floor2, ours2, ours10, floor50, ours50] = await inTurn(
    of('floor', 2000),
    of('ours', 2000),
    of('ours', 10_000),
    of('floor', 50_000),
    of('ours', 50_000),
  );
  const each = ({task}: Cost, tokens: number) => (task / tokens) * 1000;
  const least = each(floor50!, 50_000) / each(floor2!, 2000);
  const own = (ours50!.own / ours2!.own / 25).toFixed(2);
  const detail = `: ${[each(ours2!, 2000), each(ours10!, 10_000), each(ours50!, 50_000)]
    .map(us => us.toFixed(1))
    .join(', ')} µs a token of 2k, 10k, 50k; ${own}× without style and layout; floor ${least.toFixed(2)}×`;
  report(
    `${shape}, a token of 50k`,
    each(ours50!, 50_000) / each(ours2!, 2000),
    1.15,
    '× of one of 2k',
    detail,
  );
  report(`${shape}, 50k`, ours50!.task / floor50!.task, 3, '× of the floor');
}

async function pathological(): Promise<void> {
  const {items} = JSON.parse(
    readFileSync(join(root, 'test/fixtures/markdown/pathological-patterns.json'), 'utf8'),
  ) as {items: readonly Pattern[]};
  const cut = (text: string, part: number) =>
    Array.from({length: Math.ceil(text.length / part)}, (_, i) => text.slice(i * part, (i + 1) * part));
  const found = await onPage(async page => {
    const read = await clockOf(page);
    const call = (name: 'flush' | 'layOut' | 'clear', text = '') =>
      page.evaluate(([name, text]) => (globalThis as unknown as {bench: Bench}).bench[name](text), [
        name,
        text,
      ] as const);
    /** Milliseconds of the longest flush in the renderer, and of all flushes with style and layout. */
    const flushes = async (parts: readonly string[]) => {
      const before = await read();
      let last = before;
      let longest = 0;
      for (const part of [...parts, '']) {
        await call('flush', part);
        longest = Math.max(longest, (await read()).script - last.script);
        await call('layOut');
        last = await read();
      }
      await call('clear');
      return {longest, all: (await read()).task - before.task};
    };
    const leastOf = async (take: () => ReturnType<typeof flushes>) =>
      [await take(), await take(), await take()].reduce((a, b) => (b.all < a.all ? b : a));
    const results = [];
    await flushes(['*warm* [up](/u) `now`']);
    for (const pattern of items) {
      const text = expand(pattern, PATTERN);
      const long = expand({...pattern, repeat: pattern.repeat * 10}, PATTERN * 10);
      const parts = await flushes(cut(text, PART));
      await flushes([text]);
      const whole = await leastOf(() => flushes([text]));
      const tenfold = await leastOf(() => flushes([long]));
      results.push({
        name: pattern.name,
        longest: Math.max(parts.longest, whole.longest),
        parts: parts.all,
        whole: whole.all,
        tenfold: tenfold.all,
        // The 5 ms keep noise out of the ratio where both times are close to nothing.
        growth: ((tenfold.all + 5) / (whole.all + 5)) * (text.length / long.length),
      });
    }
    return results;
  });
  const worst = (of: (each: (typeof found)[number]) => number) =>
    found.reduce((a, b) => (of(b) > of(a) ? b : a));
  const slowest = worst(({longest}) => longest);
  report('slowest flush of text made to be slow, 20 kB', slowest.longest, 50, ' ms', `: ${slowest.name}`);
  const steepest = worst(({growth}) => growth);
  report(
    'time of a character of 200 kB',
    steepest.growth,
    2,
    '× of one of 20 kB',
    `: ${steepest.name}, ${ms(steepest.tenfold)}`,
  );
  if (words.includes('--all')) console.table(found);
}

try {
  if (isPicked('pathological')) await pathological();
  if (isPicked('burst')) await burst();
  if (isPicked('stream')) await streaming();
  for (const shape of shapes.filter(isPicked)) await growth(shape);
} finally {
  await browser.close();
  close();
}
console.log(missed === 0 ? 'every target is met' : `${missed} targets are missed`);
process.exitCode = missed === 0 ? 0 : 1;
