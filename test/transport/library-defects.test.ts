import {fetchEventSource} from '@microsoft/fetch-event-source';
import {assert} from 'chai';
import {streamCompletion} from '../../src/transport/completion-stream.ts';
import type {StreamCompletionOptions} from '../../src/transport/options.ts';
import {FakeClock, settle} from '../support/fake-clock.ts';
import {tokenEvent} from '../support/raw-body.ts';

// fetch-event-source 2.0.1 carries the answer in a page. What is known to be wrong with it, one test each: none of
// it can be reached through our client. A last test holds the library to its defects, so that these stay needed.

const messages = [{role: 'user', content: 'Hi'}] as const;
const DONE = 'data: [DONE]\n\n';
const EVENT_STREAM = {'content-type': 'text/event-stream'};

/** One request as `fetch` got it. */
interface Call {
  readonly init: RequestInit;
  readonly headers: Headers;
  /** Sends bytes of the body. */
  send(text: string): void;
  end(): void;
  reset(): void;
  /** Nobody reads the body any more, or the request was aborted before it was over. */
  readonly isClosed: boolean;
}

/** A `fetch` whose bodies the test writes, as `answer` begins them. */
function server(answer: (call: Call, index: number) => Response | undefined = () => undefined) {
  const calls: Call[] = [];
  const fetch: typeof globalThis.fetch = async (_, init = {}) => {
    let controller!: ReadableStreamDefaultController<Uint8Array>;
    let isClosed = false;
    let isOver = false;
    const body = new ReadableStream<Uint8Array>({
      start(given) {
        controller = given;
      },
      cancel() {
        isClosed = true;
      },
    });
    init.signal?.addEventListener('abort', () => {
      if (isOver || isClosed) return;
      isClosed = true;
      controller.error(init.signal?.reason);
    });
    const call: Call = {
      init,
      headers: new Headers(init.headers),
      send: text => controller.enqueue(new TextEncoder().encode(text)),
      end() {
        isOver = true;
        controller.close();
      },
      reset() {
        isOver = true;
        controller.error(new TypeError('network error'));
      },
      get isClosed() {
        return isClosed;
      },
    };
    calls.push(call);
    return answer(call, calls.length - 1) ?? new Response(body, {headers: EVENT_STREAM});
  };
  return {fetch, calls};
}

/** Asks, with a clock of the test's own and without jitter. */
function ask(fetch: typeof globalThis.fetch, options: Partial<StreamCompletionOptions> = {}) {
  const clock = new FakeClock();
  const stream = streamCompletion({
    endpoint: '/api/chat',
    dialect: 'token',
    messages,
    fetch,
    clock,
    random: () => 0,
    ...options,
  });
  return {stream, clock};
}

/** The page is hidden, or seen again, as far as scripts can tell. */
function setVisibility(state: DocumentVisibilityState): void {
  Object.defineProperty(document, 'visibilityState', {configurable: true, get: () => state});
  Object.defineProperty(document, 'hidden', {configurable: true, get: () => state === 'hidden'});
  document.dispatchEvent(new Event('visibilitychange'));
}

async function leaveAndComeBack(): Promise<void> {
  setVisibility('hidden');
  await settle();
  setVisibility('visible');
  await settle();
}

describe('what fetch-event-source does wrong does not reach a page', () => {
  const unhandled: unknown[] = [];
  const onUnhandled = (event: PromiseRejectionEvent) => {
    unhandled.push(event.reason);
    event.preventDefault();
  };
  before(() => addEventListener('unhandledrejection', onUnhandled));
  after(() => removeEventListener('unhandledrejection', onUnhandled));
  afterEach(() => {
    Reflect.deleteProperty(document, 'visibilityState');
    Reflect.deleteProperty(document, 'hidden');
    assert.deepEqual(unhandled.splice(0), []);
  });

  it('01 a tab that is left and come back to: the request is not sent again, the stream goes on', async () => {
    const {fetch, calls} = server();
    const {stream} = ask(fetch);
    await settle();
    calls[0]?.send(tokenEvent('one'));
    await leaveAndComeBack();
    calls[0]?.send(tokenEvent(' two') + DONE);
    calls[0]?.end();
    assert.include(await stream.result(), {text: 'one two', status: 'complete'});
    assert.lengthOf(calls, 1);
  });

  it('02 a tab opened in the background and then shown: one request, and it can be stopped', async () => {
    setVisibility('hidden');
    const {fetch, calls} = server();
    const {stream} = ask(fetch);
    await settle();
    await leaveAndComeBack();
    assert.lengthOf(calls, 1);
    await stream.close();
    await settle();
    assert.isTrue(calls[0]?.isClosed);
    assert.lengthOf(calls, 1);
  });

  it('03 a tab left and come back to while a retry is waited for: one retry, one stream', async () => {
    const {fetch, calls} = server((_, index) =>
      index === 0 ? new Response('', {status: 503, headers: {'retry-after': '2'}}) : undefined,
    );
    const {stream, clock} = ask(fetch);
    await clock.advance(1000);
    await leaveAndComeBack();
    assert.lengthOf(calls, 1);
    await clock.advance(1000);
    await leaveAndComeBack();
    assert.lengthOf(calls, 2);
    calls[1]?.send(tokenEvent('once') + DONE);
    calls[1]?.end();
    assert.include(await stream.result(), {text: 'once', status: 'complete'});
    assert.lengthOf(calls, 2);
  });

  it('04 a signal that aborted before the call: nothing is sent', async () => {
    const {fetch, calls} = server();
    const {stream} = ask(fetch, {signal: AbortSignal.abort()});
    assert.equal((await stream.result()).status, 'stopped');
    assert.lengthOf(calls, 0);
  });

  it('05 a stop as soon as an error is told: no retry follows', async () => {
    const {fetch, calls} = server(() => new Response('', {status: 500}));
    const {stream, clock} = ask(fetch, {random: () => 0.5});
    for await (const event of stream) if (event.type === 'progress' && event.error) break;
    await clock.advance(120_000);
    assert.equal(stream.status, 'stopped');
    assert.lengthOf(calls, 1);
  });

  it('06 a stop at the first event of a chunk: the rest of the chunk is not delivered', async () => {
    const {fetch, calls} = server();
    const {stream} = ask(fetch);
    await settle();
    calls[0]?.send(['a', 'b', 'c'].map(tokenEvent).join(''));
    const seen: string[] = [];
    for await (const event of stream) {
      if (event.type !== 'text') continue;
      seen.push(event.text);
      break;
    }
    assert.deepEqual(seen, ['a']);
    assert.isTrue(calls[0]?.isClosed);
  });

  it('07 a payload that cannot be parsed: no request follows, and the response does not stay open', async () => {
    const {fetch, calls} = server();
    const {stream, clock} = ask(fetch);
    await settle();
    calls[0]?.send(`${tokenEvent('kept')}${'data: {"token": \n\n'.repeat(3)}`);
    const {status, text} = await stream.result();
    await clock.advance(60_000);
    assert.deepEqual({status, text}, {status: 'interrupted', text: 'kept'});
    assert.isTrue(calls[0]?.isClosed);
    assert.lengthOf(calls, 1);
  });

  it('07 a loop that throws: no request follows, and the response does not stay open', async () => {
    const {fetch, calls} = server();
    const {stream, clock} = ask(fetch);
    await settle();
    calls[0]?.send(tokenEvent('a'));
    const broken = (async () => {
      for await (const event of stream) if (event.type === 'text') throw new Error('mine');
    })();
    assert.equal(await broken.catch(error => error.message), 'mine');
    await clock.advance(60_000);
    assert.isTrue(calls[0]?.isClosed);
    assert.lengthOf(calls, 1);
  });

  it('08 429 with Retry-After: 60: the next request goes out after a minute, and there is an end to it', async () => {
    const {fetch, calls} = server(() => new Response('{}', {status: 429, headers: {'retry-after': '60'}}));
    const {stream, clock} = ask(fetch, {maxRetries: 1});
    await clock.advance(59_999);
    assert.lengthOf(calls, 1);
    await clock.advance(1);
    assert.lengthOf(calls, 2);
    assert.equal((await stream.result()).error?.kind, 'rate-limit');
    await clock.advance(600_000);
    assert.lengthOf(calls, 2);
  });

  it('09 HTTP 500 that calls itself an event stream: an error, and nothing of it is shown', async () => {
    const {fetch} = server(
      () => new Response(tokenEvent('no answer') + DONE, {status: 500, headers: EVENT_STREAM}),
    );
    const {stream} = ask(fetch, {maxRetries: 0});
    const {status, text, error} = await stream.result();
    assert.deepEqual({status, text, kind: error?.kind}, {status: 'error', text: '', kind: 'http'});
  });

  it('10 an end without a terminal: not a success, and the last whole line is not lost', async () => {
    const {fetch, calls} = server();
    const {stream} = ask(fetch, {continuation: 'off'});
    await settle();
    calls[0]?.send(`${tokenEvent('one')}data: {"token": " two"}`);
    calls[0]?.end();
    assert.include(await stream.result(), {text: 'one two', status: 'interrupted'});
  });

  it('11 [DONE] without a blank line behind it: delivered', async () => {
    const {fetch, calls} = server();
    const {stream} = ask(fetch);
    await settle();
    calls[0]?.send(`${tokenEvent('all')}data: [DONE]\n`);
    calls[0]?.end();
    assert.include(await stream.result(), {text: 'all', status: 'complete'});
    assert.lengthOf(calls, 1);
  });

  it('12 headers in a Headers object: sent', async () => {
    const {fetch, calls} = server();
    const {stream} = ask(fetch, {headers: new Headers({authorization: 'Bearer page'})});
    await settle();
    assert.equal(calls[0]?.headers.get('authorization'), 'Bearer page');
    await stream.close();
  });

  it('13 Accept in capitals: sent as it is, not doubled', async () => {
    const {fetch, calls} = server();
    const {stream} = ask(fetch, {headers: {Accept: 'application/x-ndjson'}});
    await settle();
    assert.equal(calls[0]?.headers.get('accept'), 'application/x-ndjson');
    await stream.close();
  });

  it('14 ids that promise nothing: no request has a Last-Event-ID, which would cost a preflight', async () => {
    const {fetch, calls} = server();
    const {stream, clock} = ask(fetch);
    await settle();
    calls[0]?.send(`id: 7\n${tokenEvent('The beginning of an answer')}`);
    calls[0]?.reset();
    await clock.advance(1000);
    assert.lengthOf(calls, 2);
    assert.isFalse(calls.some(({headers}) => headers.has('last-event-id')));
    await stream.close();
  });

  for (const retry of ['-1', '0', '1e3', '1000x']) {
    it(`15 retry: ${retry} from the server: the number and the pace of requests stay ours`, async () => {
      const {fetch, calls} = server(call => {
        call.send(`retry: ${retry}\n\n`);
        call.reset();
        return undefined;
      });
      const {stream, clock} = ask(fetch, {maxRetries: 2, random: () => 0.5});
      await clock.advance(200);
      assert.lengthOf(calls, 1);
      await clock.advance(600_000);
      assert.equal((await stream.result()).status, 'error');
      assert.lengthOf(calls, 3);
    });
  }

  it('16 a response without a body: an error in words, after one request', async () => {
    const {fetch, calls} = server(() => new Response(null, {headers: EVENT_STREAM}));
    const {stream, clock} = ask(fetch);
    assert.equal((await stream.result()).error?.kind, 'content');
    await clock.advance(60_000);
    assert.lengthOf(calls, 1);
  });

  it('17 one signal for many answers: no listener stays on it', async () => {
    const {signal} = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    for (let times = 0; times < 20; times++) {
      const {fetch, calls} = server();
      const {stream} = ask(fetch, {signal});
      await settle();
      calls[0]?.send(tokenEvent('a') + DONE);
      calls[0]?.end();
      await stream.result();
    }
    assert.equal(listeners, 0);
  });

  it('18 a server that goes silent: noticed, and the response is closed', async () => {
    const {fetch, calls} = server();
    const {stream, clock} = ask(fetch, {continuation: 'off'});
    await settle();
    calls[0]?.send(tokenEvent('a'));
    await clock.advance(30_001);
    const {status, error} = await stream.result();
    assert.deepEqual({status, watchdog: error?.watchdog}, {status: 'interrupted', watchdog: 'idle'});
    assert.isTrue(calls[0]?.isClosed);
  });

  it('20 work that fails behind an event: no unhandled rejection, and the stream is closed', async () => {
    const {fetch, calls} = server();
    const {stream} = ask(fetch);
    await settle();
    calls[0]?.send(tokenEvent('a'));
    const failing = (async () => {
      for await (const event of stream) if (event.type === 'text') await Promise.reject(new Error('mine'));
    })();
    assert.equal(await failing.catch(error => error.message), 'mine');
    assert.isTrue(calls[0]?.isClosed);
  });

  it('a whole answer: the request that brought it is not aborted afterwards', async () => {
    const {fetch, calls} = server();
    const {stream} = ask(fetch);
    await settle();
    calls[0]?.send(tokenEvent('a') + DONE);
    calls[0]?.end();
    await stream.result();
    await settle();
    assert.isFalse(calls[0]?.init.signal?.aborted);
  });

  it('a stop is told from a success, and from a failure', async () => {
    const {fetch, calls} = server();
    const {stream} = ask(fetch);
    await settle();
    calls[0]?.send(tokenEvent('a'));
    await settle();
    await stream.close();
    const {status, error, text} = await stream.result();
    assert.deepEqual({status, error, text}, {status: 'stopped', error: undefined, text: 'a'});
  });
});

describe('the library itself', () => {
  it('still sends the request again when its tab is left and come back to', async () => {
    const {fetch, calls} = server();
    const controller = new AbortController();
    const reading = fetchEventSource('/api/chat', {
      fetch,
      signal: controller.signal,
      onerror: error => {
        throw error;
      },
    });
    await settle();
    await leaveAndComeBack();
    Reflect.deleteProperty(document, 'visibilityState');
    Reflect.deleteProperty(document, 'hidden');
    assert.lengthOf(calls, 2, 'It is mended: the profile in attempt.ts may be simpler now.');
    controller.abort();
    await reading;
  });
});
