/**
 * `npm run bench:stream`: measures what the stream core costs, from bytes to a conversation's state, without a user
 * interface. Each number is a ratio against a floor measured in the same run (medians of 5, in turn), since absolute
 * times say more about the machine. Exits with 1 if a target is missed.
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {createParser} from 'eventsource-parser';
import {build} from 'vite';
import type {Conversation} from '../src/client.ts';

const RUNS = 5;
const WARM_UP = 4; // runs that are not measured
const MB = 1_000_000; // bytes
const EVENTS = 20_000; // in one run of the pipeline
const encoder = new TextEncoder();
const {Conversation: ShippedConversation, memoryStore, storeJournal} = await shipped();

/** The client as it is built: running the TypeScript directly makes each function slower. */
async function shipped(): Promise<typeof import('../src/client.ts')> {
  const root = join(import.meta.dirname, '..');
  const outDir = mkdtempSync(join(tmpdir(), 'sse-chat-bench-'));
  try {
    await build({
      root,
      configFile: false,
      logLevel: 'error',
      build: {
        outDir,
        target: 'es2022',
        lib: {entry: join(root, 'src/client.ts'), formats: ['es'], fileName: 'client'},
      },
    });
    // Otherwise it would be loaded as CommonJS, where each call into another file goes through a getter.
    writeFileSync(join(outDir, 'package.json'), '{"type": "module"}');
    return await import(pathToFileURL(join(outDir, 'client.js')).href);
  } finally {
    rmSync(outDir, {recursive: true});
  }
}

/** A body can be read only once, so each run gets a new one, from chunks that are made once. */
function bodyOf(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[next++];
        if (chunk) controller.enqueue(chunk);
        else controller.close();
      },
    },
    {highWaterMark: 0},
  );
}

/** Events as Groq sends them, `perChunk` in each chunk, and their end. */
function stream(texts: Iterable<string>, perChunk: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let [part, count] = ['', 0];
  const flush = () => {
    if (part !== '') chunks.push(encoder.encode(part));
    [part, count] = ['', 0];
  };
  for (const text of texts) {
    part += event({delta: {content: text}, logprobs: null, finish_reason: null});
    if (++count === perChunk) flush();
  }
  flush();
  chunks.push(encoder.encode(`${event({delta: {}, logprobs: null, finish_reason: 'stop'})}data: [DONE]\n\n`));
  return chunks;
}

function event(choice: object): string {
  return `data: ${JSON.stringify({
    id: 'chatcmpl-7eb0d5a4-5a0e-4e15-9ef5-3a0f1f9a7c11',
    object: 'chat.completion.chunk',
    created: 1_770_770_839,
    model: 'llama-3.3-70b-versatile',
    system_fingerprint: 'fp_f8b414701e',
    choices: [{index: 0, ...choice}],
  })}\n\n`;
}

/** The least that any client has to do with such a stream. */
async function floor(chunks: readonly Uint8Array[]): Promise<string> {
  let text = '';
  const parser = createParser({
    onEvent({data}) {
      if (data !== '[DONE]') text += JSON.parse(data).choices[0].delta.content ?? '';
    },
  });
  const decoder = new TextDecoder();
  const reader = bodyOf(chunks).getReader();
  for (;;) {
    const {done, value} = await reader.read();
    if (done) return text;
    parser.feed(decoder.decode(value, {stream: true}));
  }
}

function converse(chunks: readonly Uint8Array[], kept: boolean): Conversation {
  return new ShippedConversation({
    endpoint: 'http://127.0.0.1:9/v1/chat/completions',
    fetch: async () => new Response(bodyOf(chunks), {headers: {'content-type': 'text/event-stream'}}),
    limits: {answer: 1000 * MB},
    continuation: 'off',
    maxRetries: 0,
    ...(kept && {journal: storeJournal(memoryStore())}),
  });
}

/** The whole pipeline. Returns the conversation, which holds the answer. */
async function pipeline(chunks: readonly Uint8Array[], kept = false): Promise<Conversation> {
  const conversation = converse(chunks, kept);
  let changes = 0;
  conversation.subscribe(() => changes++);
  const answer = await conversation.send('Hi');
  if (answer.status !== 'complete' || changes === 0) throw new Error(`The answer is ${answer.status}.`);
  return conversation;
}

/**
 * CPU milliseconds, which are the same on a busy machine. Only young objects are collected before: a full collection
 * would also drop the compiled code of the previous answer, and each run would compile it again.
 */
async function time(act: () => Promise<unknown>): Promise<number> {
  globalThis.gc?.({type: 'minor', execution: 'sync'});
  const start = process.cpuUsage();
  await act();
  const {user, system} = process.cpuUsage(start);
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Medians of the acts, each measured once per round, so that a busy moment affects all of them. */
async function inTurn(...acts: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const times = acts.map((): number[] => []);
  // Compilation during these runs is not part of the cost of an event.
  for (let run = 0; run < WARM_UP; run++) for (const act of acts) await act();
  for (let run = 0; run < RUNS; run++) {
    for (const [index, act] of acts.entries()) times[index]?.push(await time(act));
  }
  return times.map(median);
}

let missed = 0;
function report(what: string, value: number, limit: number, unit: string, detail = ''): void {
  const isKept = value <= limit;
  if (!isKept) missed++;
  console.log(
    `${isKept ? 'ok    ' : 'MISSED'} ${what}: ${value.toFixed(2)}${unit} (at most ${limit.toFixed(2)}${unit})${detail}`,
  );
}

/** Bytes in use, once everything that has ended has released its memory. */
async function heap(): Promise<number> {
  for (let pass = 0; pass < 4; pass++) {
    await new Promise(resolve => setTimeout(resolve, 20));
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
}

/** Growth of the heap that lasts as long as the conversation, in MB. */
async function growth(chunks: readonly Uint8Array[]): Promise<number> {
  await pipeline(chunks.slice(-2), true).catch(() => {}); // Code that is compiled once is not growth.
  const before = await heap();
  const conversation = await pipeline(chunks, true);
  const after = await heap();
  if (conversation.messages.length !== 2) throw new Error('There is no answer.');
  return (after - before) / MB;
}

async function perEvent(perChunk: number): Promise<void> {
  const words = Array.from({length: EVENTS}, (_, at) => ` word${at % 97}`);
  const chunks = stream(words, perChunk);
  const text = words.join('');
  if ((await floor(chunks)) !== text || (await pipeline(chunks)).messages[1]?.text !== text)
    throw new Error('The texts differ.');
  const [least = 0, whole = 0] = await inTurn(
    () => floor(chunks),
    () => pipeline(chunks),
  );
  const each = (ms: number) => `${((ms / EVENTS) * 1000).toFixed(2)} µs`;
  report(
    `cost of an event, ${perChunk} a chunk`,
    whole / least,
    3,
    '× of the floor',
    `: ${each(whole)}, floor ${each(least)}`,
  );
}

async function linear(
  what: string,
  small: readonly Uint8Array[],
  large: readonly Uint8Array[],
): Promise<void> {
  const [one = 0, ten = 0] = await inTurn(
    () => pipeline(small),
    () => pipeline(large),
  );
  report(`time of ${what}`, ten / one, 12, '× of a tenth of it', `: ${ten.toFixed(0)} ms`);
}

async function refusal(): Promise<void> {
  const chunk = encoder.encode('x'.repeat(65_536));
  const chunks = [encoder.encode('data: '), ...Array.from({length: 512}, () => chunk)];
  let pulled = 0;
  const counted = {
    *[Symbol.iterator]() {
      for (const one of chunks) {
        pulled += one.length;
        yield one;
      }
    },
  };
  const before = await heap();
  const next = counted[Symbol.iterator]();
  const conversation = new ShippedConversation({
    endpoint: 'http://127.0.0.1:9/v1/chat/completions',
    fetch: async () =>
      new Response(
        new ReadableStream<Uint8Array>(
          {
            pull(controller) {
              const {done, value} = next.next();
              if (done) controller.close();
              else controller.enqueue(value);
            },
          },
          {highWaterMark: 0},
        ),
        {headers: {'content-type': 'text/event-stream'}},
      ),
    maxRetries: 0,
  });
  const answer = await conversation.send('Hi');
  if (answer.error?.kind !== 'too-large') throw new Error(`It is ${answer.error?.kind}.`);
  report('read of a line of 32 MB', pulled / MB, 8.6, ' MB'); // The limit of an event, and one chunk.
  report('heap after it', ((await heap()) - before) / MB, 0.5, ' MB');
}

if (!globalThis.gc) throw new Error('Run this by `npm run bench:stream`: it needs --expose-gc.');
await perEvent(1);
await perEvent(64);

const page = 'All work and no play makes Jack a dull boy. '.repeat(23).slice(0, 1000);
const pages = (count: number) =>
  stream(
    Array.from({length: count}, () => page),
    16,
  );
const characters = (count: number) =>
  stream(
    Array.from({length: count}, (_, at) => 'abcdefghij'[at % 10]!),
    64,
  );
{
  const large = pages(10_000);
  await linear('an answer of 10 MB', pages(1000), large);
  report('heap that it holds', await growth(large), 44, ' MB');
}
{
  const large = characters(1_000_000);
  await linear('an answer of 1,000,000 events of one character', characters(100_000), large);
  report('heap that it holds', await growth(large), 8, ' MB');
}
/** Events as plain servers send them, 64 in each chunk. */
const tokens = (count: number) => [
  ...Array.from({length: count / 64}, () => encoder.encode('data: {"token": " word"}\n\n'.repeat(64))),
  encoder.encode('data: [DONE]\n\n'),
];
await linear('a plain answer of 640,000 tokens', tokens(64_000), tokens(640_000));
await refusal();
console.log(missed === 0 ? 'every target is met' : `${missed} targets are missed`);
process.exitCode = missed === 0 ? 0 : 1;
