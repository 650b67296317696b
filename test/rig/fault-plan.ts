import type {ContinuationPolicy} from '../../src/client.ts';
import {referenceTokens} from '../support/reference-answer.ts';
import type {Framing, ResponseScript, Scenario} from '../support/scenario.ts';
import {frames, measure} from '../support/scripted-answer.ts';
import {integer, seededRandom} from '../support/seeded-random.ts';

/** What a user does while an answer is in progress, after a number of changes of the conversation. */
export type UserAct = 'nothing' | 'stop' | 'crash' | 'double-send';

/** How a store fails. `quota` and `null` are what engines reject with; `hang` never answers. */
export type StorageFailure = 'reject' | 'throw' | 'null' | 'quota' | 'slow' | 'hang';

/** Everything drawn for one run. Plain JSON, so that it can be printed, and reduced by hand. */
export interface FaultPlan {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly continuation: ContinuationPolicy;
  readonly model?: string;
  readonly store: 'none' | 'memory' | 'indexeddb';
  /** From call number `from` on, `count` calls fail. */
  readonly storage?: {readonly how: StorageFailure; readonly from: number; readonly count: number};
  readonly user: {readonly does: UserAct; readonly after: number};
  /** After `after` changes, the wall clock is set, or the machine sleeps. */
  readonly clock?: {readonly after: number; readonly jump?: number; readonly sleep?: number};
  /** Over loopback sockets, with the machine's real time. */
  readonly sockets: boolean;
  /** The faults drawn, by their names in the fault list. */
  readonly faults: readonly string[];
}

/** How a reader must treat an injected piece of a body. */
export type Injected = 'noise' | 'unreadable' | 'error';

type Random = () => number;

export const MODEL_WITH_PREFILL = 'llama-3.3-70b-versatile';
export const MAX_CONTINUATIONS = 2;
export const MAX_RETRIES = 4;
export const SECRET = 'sk-live-0a1b2c3d4e5f';

const pick = <Value>(random: Random, values: readonly Value[]): Value =>
  values[integer(random, 0, values.length)]!;

/** Pieces inserted among the events, and what they are. `[DONE]x` only looks like an end. */
export const injections: ReadonlyMap<string, Injected> = new Map([
  [': still here\n\n', 'noise'],
  [':\n:\n:\n:\n:\n\n', 'noise'],
  ['event: ping\n\n', 'noise'],
  ['retry: 1\n\n', 'noise'],
  ['retry: -1\nunknown: field\n\n', 'noise'],
  ['\n\n\r\n\r\n', 'noise'],
  ['data:\n\n', 'noise'],
  [`data: {"bad": "${SECRET}\n\n`, 'unreadable'],
  [`data: [DONE]${SECRET}\n\n`, 'unreadable'],
  ['data: \u0000\u2028nonsense\uFFFD\n\n', 'unreadable'],
  ['data: {"error":{"message":"Overheated.","type":"server_error"}}\n\n', 'error'],
  ['data: {"error":{"message":"Overheated."}}\n\ndata: [DONE]\n\n', 'error'],
  ['event: error\ndata: {"message":"Overheated."}\n\n', 'error'],
  ['event: error\ndata: "Overheated."\n\n', 'error'],
  ['error: {"code":500,"message":"Overheated."}\n\n', 'error'],
]);
const ofKind = (kind: Injected) => [...injections].filter(([, is]) => is === kind).map(([text]) => text);

/** Ways to request a wait, and the milliseconds they mean; for a date, the time that is left until it. */
export const waits: readonly (readonly [
  headers: Record<string, string>,
  body: string,
  ms: number | undefined,
])[] = [
  [{'retry-after': '2'}, '', 2000],
  [{'retry-after': '2.5'}, '', 2500],
  [{'retry-after': '0'}, '', 0],
  [{'retry-after': '-1'}, '', undefined],
  [{'retry-after': '1000000000'}, '', 1e12],
  [{'retry-after': 'soon'}, '', undefined],
  [{'retry-after': 'Thu, 01 Jan 2026 00:00:00 GMT'}, '', 0],
  [{'retry-after-ms': '750'}, '', 750],
  [{'retry-after-ms': '750', 'retry-after': '20'}, '', 750],
  [{}, '{"error":{"message":"Rate limit reached. Please try again in 5.289s."}}', 5289],
  [{}, '{"error":{"message":"Rate limit reached. Please try again in 1m2s."}}', 62_000],
  [{}, '', undefined],
];

const PASSING = [408, 409, 425, 498, 500, 502, 503, 504, 520, 524, 529];
const LASTING = [400, 401, 403, 404, 410, 413, 422, 451];
const HTML = '<!doctype html><title>Sign in</title>';

function someFraming(random: Random, mayBeBare: boolean): Framing {
  return {
    newline: pick(random, ['\n', '\n', '\r\n', '\r']),
    bom: random() < 0.15,
    ...(random() < 0.2 && {comments: integer(random, 1, 9)}),
    bare: mayBeBare && random() < 0.3,
  };
}

/** One fault of a response, by its name in the fault list. `events` and `bytes` are those of the whole answer. */
function someFault(
  random: Random,
  events: number,
  bytes: number,
  {bare, isQuiet}: {readonly bare: boolean; readonly isQuiet: boolean},
): [name: string, ResponseScript] {
  const chunks = pick(random, ['event', 'whole', 'byte', integer(random, 1, 1000)] as const);
  const at = integer(random, 0, bytes + 1);
  const before = integer(random, 0, events + 1);
  const inject = (kind: Injected, count: number) =>
    Array.from({length: count}, () => ({
      before: integer(random, 0, events),
      text: pick(random, ofKind(kind)),
    }));
  const draws: (readonly [name: string, weight: number, make: () => ResponseScript])[] = [
    ['none', 1, () => ({chunks})],
    ['F01 cut, clean', 5, () => ({chunks, cut: {at, by: 'eof'}})],
    ['F01 cut, reset', 5, () => ({chunks, cut: {at, by: 'reset'}})],
    [
      'F03 rate limit',
      2,
      () => {
        const [headers, body] = pick(random, waits);
        return {status: 429, headers: {...headers}, body};
      },
    ],
    ['F04 passing status', 2, () => ({status: pick(random, PASSING)})],
    [
      'F04 x-should-retry',
      0.5,
      () => ({
        status: pick(random, [500, 503, 400]),
        headers: {'x-should-retry': pick(random, ['false', 'true'])},
      }),
    ],
    ['F05 lasting status', 1, () => ({status: pick(random, LASTING), body: `{"error":{"message":"No."}}`})],
    [
      'F06 wrong content',
      1,
      () =>
        pick<ResponseScript>(random, [
          {body: HTML, headers: {'content-type': 'text/html'}},
          {body: HTML, headers: {'content-type': 'text/event-stream'}},
          {status: 204},
          {status: 302, headers: {location: 'http://127.0.0.1:9/login'}},
        ]),
    ],
    ['F06 empty body', 0.5, () => ({cut: {at: 0, by: 'eof'}})],
    ['F12 drip', 0.5, () => ({chunks: integer(random, 1, 1000), pause: integer(random, 200, 1500)})],
    ['F24 buffered', 0.5, () => ({chunks: 'whole', headerDelay: integer(random, 1000, 25_000)})],
    [
      'F24 cut by a proxy',
      0.5,
      () => ({chunks: 'event', pause: 100, cut: {at, by: pick(random, ['eof', 'reset'])}}),
    ],
  ];
  if (!bare) {
    draws.push(
      ['F07 error inside', 1.5, () => ({chunks, inject: inject('error', 1)})],
      ['F10 noise', 2, () => ({chunks, inject: inject('noise', integer(random, 1, 6))})],
      ['F10 unreadable', 1, () => ({chunks, inject: inject('unreadable', integer(random, 1, 5))})],
      [
        'F10 unreadable, then cut',
        0.5,
        () => ({
          chunks,
          inject: inject('unreadable', integer(random, 1, 3)),
          cut: {at, by: pick(random, ['eof', 'reset'])},
        }),
      ],
    );
  }
  if (isQuiet) {
    draws.push(
      ['F02 stall', 2, () => ({chunks, cut: {at, by: 'stall'}})],
      ['F02 pause within the limit', 1, () => ({chunks, gap: {before, ms: integer(random, 100, 25_000)}})],
      [
        'F02 pause with signs of life',
        1,
        () => ({
          chunks,
          gap: {before, ms: integer(random, 30_000, 120_000), ping: integer(random, 1000, 15_000)},
        }),
      ],
      ['F12 headers that never come', 0.5, () => ({headerDelay: 1e9})],
      ['F12 headers that come late', 0.5, () => ({headerDelay: integer(random, 31_000, 40_000)})],
    );
  }
  const total = draws.reduce((sum, [, weight]) => sum + weight, 0);
  let at2 = random() * total;
  for (const [name, weight, make] of draws) {
    at2 -= weight;
    if (at2 < 0) return [name, make()];
  }
  return ['none', {chunks}];
}

/** Draws a run; always the same for the same seed. */
export function drawPlan(seed: number): FaultPlan {
  const random = seededRandom(seed);
  const faults: string[] = [];
  const sockets = random() < 0.05;
  const dialect = pick(random, ['openai', 'token'] as const);
  const from = integer(random, 0, referenceTokens.length - 100);
  const drawn = referenceTokens.slice(from, from + integer(random, 1, 60));
  // White space before the first visible character is not text yet: a tag may follow it.
  const first = drawn.findIndex(token => token.trim() !== '');
  const tokens = first < 0 ? ['x'] : drawn.slice(first);
  const resume = pick(random, [
    'none',
    'none',
    'none',
    'offered',
    'offered',
    'offered',
    204,
    404,
    410,
    503,
  ] as const);
  const isDeclared = random() < 0.8;
  const whole: Scenario = {
    dialect,
    tokens,
    framing: someFraming(random, dialect === 'token' && resume === 'none'), // Lines without `data:` have no ids.
    terminal: pick(
      random,
      isDeclared
        ? (['full', 'full', 'full', 'finish', 'unterminated', 'done', 'none'] as const)
        : (['full', 'finish'] as const),
    ),
    finishReason:
      dialect === 'openai' ? pick(random, ['stop', 'stop', 'stop', 'length', 'content_filter']) : 'stop',
    resume,
    prefill: pick(random, ['obeyed', 'refused']),
    declare: isDeclared ? pick(random, ['header', 'event'] as const) : 'none',
    ...(resume === 'offered' && {resumeFrom: pick(random, ['cursor', 'cursor', 'start', 'gap'] as const)}),
    ...(isDeclared
      ? {back: pick(random, [0, 0, 0, 1, 30, 'all', -3] as const)}
      : {
          back: pick(random, [0, 24, 40, 100, 'all'] as const),
          prelude: pick(random, ['', '', 'Sure, ', '```ts\n']),
        }),
  };
  const marks = measure(frames(whole));
  const {bare = false} = whole.framing ?? {};
  const responses: ResponseScript[] = [];
  for (let count = integer(random, 1, isDeclared ? 6 : 2); count > 0; count--) {
    const [name, script] = someFault(random, marks.length, marks.at(-1)?.end ?? 0, {bare, isQuiet: !sockets});
    if (sockets && (script.headerDelay || script.pause)) continue;
    faults.push(name);
    responses.push(script);
  }
  if (resume === 'offered' && random() < 0.3) {
    faults.push('F09 duplicates');
    const event = integer(random, 0, marks.length);
    responses[0] = {...responses[0], repeat: {event, times: integer(random, 1, 4)}};
  }
  if (resume !== 'none') faults.push(`F22 resume ${whole.resumeFrom ?? resume}`);
  if (!isDeclared)
    faults.push(`F23 continuation, back ${whole.back}${whole.prelude ? ', with words before' : ''}`);
  const store = pick(random, ['none', 'memory', 'memory', 'indexeddb'] as const);
  const storage =
    store !== 'none' && !sockets && random() < 0.35
      ? {
          how: pick(random, ['reject', 'throw', 'null', 'quota', 'slow', 'hang'] as const),
          from: integer(random, 0, 8),
          count: pick(random, [1, 2, 1000]),
        }
      : undefined;
  if (storage) faults.push(`F19 storage, ${storage.how}`);
  const does = pick<UserAct>(random, ['nothing', 'nothing', 'nothing', 'stop', 'crash', 'double-send']);
  const user = {
    does: does === 'crash' && (store === 'none' || sockets) ? 'nothing' : does,
    after: integer(random, 1, 30),
  };
  if (user.does === 'stop') faults.push('F21 stop');
  if (user.does === 'crash') faults.push('F16 the page is gone');
  if (user.does === 'double-send') faults.push('F21 double send');
  const clock =
    sockets || random() > 0.15
      ? undefined
      : {
          after: integer(random, 1, 20),
          ...(random() < 0.7
            ? {jump: pick(random, [-1, 1]) * pick(random, [3_600_000, 7 * 86_400_000])}
            : {sleep: integer(random, 1000, 600_000)}),
        };
  if (clock) faults.push('jump' in clock ? 'F18 the clock is set' : 'F18 the machine sleeps');
  if (sockets) faults.push('over sockets');
  return {
    seed,
    scenario: {
      ...whole,
      responses,
      last: {chunks: pick(random, ['event', 'whole', integer(random, 1, 1000)] as const)},
    },
    continuation: pick(random, [
      'auto',
      'auto',
      'auto',
      'resume',
      'prefill',
      'continue-turn',
      'manual',
      'off',
    ] as const),
    ...(random() < 0.5 && {model: MODEL_WITH_PREFILL}),
    store,
    ...(storage && {storage}),
    user: user as FaultPlan['user'],
    ...(clock && {clock}),
    sockets,
    faults,
  };
}
