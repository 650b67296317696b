import {type CompletionResult, type StreamCompletionOptions, streamCompletion} from '../../src/client.ts';
import {type ChunkedBody, chunkedFetch} from '../support/chunked-fetch.ts';
import {toEventStream} from '../support/fixtures.ts';
import {readStream} from '../support/read-stream.ts';
import {type Recording, recordings} from '../support/readings/index.ts';
import {HEADERS, type RecordedCut, soonClock} from './recorded-cuts.ts';

/** A recorded stream, sent as by a server that resumes it in the dialect's own way. */
export interface KeptRecording {
  readonly name: string;
  readonly endpoint: string;
  readonly bytes: Uint8Array;
  /** `place`: the provider's identifier for the event's position in its stream. */
  readonly events: readonly {
    readonly start: number;
    readonly payloadEnd: number;
    readonly end: number;
    readonly place: string;
  }[];
  /** Bytes up to where the server has said how the answer ended. */
  readonly terminal: number;
  /** The path of the rest, and the parameter that says after which event. */
  readonly path: string;
  readonly cursor: string;
}

type Payload = Record<string, unknown>;

const object = (value: unknown) => value as Payload | undefined;

/**
 * What a provider adds to a stream that it keeps. The recordings are of streams that were not kept, or were shortened.
 * Places are of the provider's own kind: numbers counted from 0, or marks that say nothing about their order.
 */
const KEPT: Readonly<
  Record<
    string,
    Pick<KeptRecording, 'cursor'> & {
      readonly path: string;
      readonly idOf: (first: Payload) => unknown;
      readonly keep: (payload: Payload, index: number) => readonly [place: string, payload: Payload];
    }
  >
> = {
  'openai-responses': {
    path: '/v1/responses',
    cursor: 'starting_after',
    idOf: first => object(first['response'])?.['id'],
    keep: (payload, index) => [
      `${index}`,
      {
        ...payload,
        sequence_number: index,
        ...(payload['response'] !== undefined && {
          response: {...object(payload['response']), background: true},
        }),
      },
    ],
  },
  'gemini-interactions': {
    path: '/v1beta/interactions',
    cursor: 'last_event_id',
    idOf: first => object(first['interaction'])?.['id'],
    keep: (payload, index) => {
      const event_id = `mark/${(index * 7919) % 997}=`;
      return [event_id, {...payload, event_id}];
    },
  },
};

/** All recorded streams of a dialect with its own way to resume. */
export function keptRecordings(): KeptRecording[] {
  return recordings().flatMap(recording => {
    const kept = KEPT[recording.dialect];
    return kept ? [asKept(recording, kept)] : [];
  });
}

function asKept(
  {name, payloads, read, eventOf}: Recording,
  {path, cursor, idOf, keep}: (typeof KEPT)[string],
): KeptRecording {
  let end = 0;
  const pieces: Uint8Array[] = [];
  const events = payloads.map((payload, index) => {
    const [place, kept] = keep(JSON.parse(payload), index);
    const piece = toEventStream([JSON.stringify(kept)], {newline: '\n', eventOf});
    pieces.push(piece);
    const start = end;
    end += piece.length;
    return {start, payloadEnd: end - 2, end, place};
  });
  const finish = events.findIndex((_, index) => read(index + 1).finish);
  const error = events.findIndex((_, index) => /"(type|event_type)":\s*"error"/.test(payloads[index]!));
  const id = encodeURIComponent(`${idOf(JSON.parse(payloads[0]!))}`);
  return {
    name,
    endpoint: `http://127.0.0.1:9${path}`,
    bytes: Buffer.concat(pieces),
    events,
    // A finish is accepted without its blank line, an error is not.
    terminal: events[finish]?.payloadEnd ?? events[error]!.end,
    path: `${path}/${id}`,
    cursor,
  };
}

/** What follows an event, as the provider sends it to a GET. */
export function restBehind({bytes, events}: KeptRecording, place: string | null): ChunkedBody {
  const at = events.find(event => event.place === place);
  return at ? {chunks: [bytes.subarray(at.end)], headers: HEADERS} : {chunks: [], status: 404};
}

/**
 * Answers the first request with the cut body, and then as the provider does, or with `second`. `asked` has the method
 * and URL of every request.
 */
export function keptFetch(
  recording: KeptRecording,
  first: ChunkedBody,
  second = (place: string | null) => restBehind(recording, place),
) {
  const asked: string[] = [];
  const fetch = async (input: RequestInfo | URL, init: RequestInit = {}) => {
    const url = new URL(String(input));
    asked.push(`${init.method} ${url.pathname}${url.search}`);
    if (init.method === 'POST') {
      const whole = {chunks: [recording.bytes], headers: HEADERS};
      return chunkedFetch(asked.length === 1 ? first : whole)(input, init);
    }
    return chunkedFetch(second(url.searchParams.get(recording.cursor)))(input, init);
  };
  return Object.assign(fetch, {asked});
}

/** Requests a kept stream in tests: at once, without a clock. */
export function askFor(
  {endpoint}: KeptRecording,
  fetch: typeof globalThis.fetch,
  options: Partial<StreamCompletionOptions> = {},
) {
  return streamCompletion({
    endpoint,
    messages: [{role: 'user', content: 'Hi'}],
    maxRetries: 1,
    fetch,
    random: () => 0,
    clock: soonClock,
    ...options,
  });
}

/** Everything that an answer says, however many requests it took. */
export async function saidBy(stream: ReturnType<typeof streamCompletion>, already = '') {
  const {result, events} = await readStream(stream, already);
  const {status, text, finishReason, usage, error}: CompletionResult = result;
  const parts = new Map<string, unknown>();
  let reasoning = '';
  for (const event of events) {
    if (event.type === 'reasoning') reasoning += event.text;
    else if ('id' in event && event.type !== 'request-id')
      parts.set(`${event.type} ${event.id}`, {...event, raw: 0});
  }
  return {status, text, reasoning, finishReason, usage, error: error?.message, parts: [...parts.values()]};
}

/** What the whole stream says. */
export function saidWhole(recording: KeptRecording) {
  return saidBy(askFor(recording, keptFetch(recording, {chunks: [recording.bytes], headers: HEADERS})));
}

/** All requests that are made when a stream is cut there. */
export function askedWith(
  {path, cursor, events, endpoint, terminal}: KeptRecording,
  {at, by}: RecordedCut,
): string[] {
  const {pathname} = new URL(endpoint);
  if (at >= terminal) return [`POST ${pathname}`];
  // Until the dialect is known by the first event, one that lacks only its blank line is accepted at a clean end.
  const last = events.findLast(
    ({end, payloadEnd}, index) => (index === 0 && by === 'eof' ? payloadEnd : end) <= at,
  );
  // Without an event there is nothing to resume, and the same request is made again.
  const rest = last
    ? `GET ${path}?${new URLSearchParams({stream: 'true', [cursor]: last.place})}`
    : `POST ${pathname}`;
  return [`POST ${pathname}`, rest];
}
