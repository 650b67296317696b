import {type Clock, systemClock} from '../../src/transport/clock.ts';
import type {Ledger, Scenario} from './scenario.ts';
import {ScriptedModel, type ScriptedResponse} from './scripted-model.ts';

export interface ScriptedFetch {
  readonly fetch: typeof globalThis.fetch;
  readonly ledger: Ledger;
}

/** A scenario behind a `fetch` without sockets: every byte is read before the body ends, errs or goes silent. */
export function scriptedFetch(scenario: Scenario, clock: Clock = systemClock): ScriptedFetch {
  const model = new ScriptedModel(scenario);
  const fetch: typeof globalThis.fetch = async (input, init = {}) => {
    const request = input instanceof Request ? input : undefined;
    const url = new URL(request ? request.url : String(input));
    const signal = init.signal ?? request?.signal;
    if (signal?.aborted) throw signal.reason;
    const body = typeof init.body === 'string' ? init.body : await request?.text();
    const response = model.answer({
      method: init.method ?? request?.method ?? 'GET',
      path: url.pathname,
      headers: Object.fromEntries(new Headers(init.headers ?? request?.headers)),
      body: body ? JSON.parse(body) : undefined,
    });
    await delay(response.headerDelay, clock, signal);
    const empty = [204, 205, 304].includes(response.status);
    return new Response(empty ? null : bodyOf(response, clock, signal), {
      status: response.status,
      headers: response.headers,
    });
  };
  return {fetch, ledger: model.ledger};
}

function bodyOf(
  {chunks, end, pause, entry}: ScriptedResponse,
  clock: Clock,
  signal: AbortSignal | null | undefined,
): ReadableStream<Uint8Array> {
  let next = 0;
  const close = (by: 'server' | 'client') => {
    if (entry.closedBy) return;
    entry.closedAt = Date.now();
    entry.closedBy = by;
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        signal?.addEventListener('abort', () => {
          if (!entry.closedBy) controller.error(signal.reason);
          close('client');
        });
      },
      async pull(controller) {
        if (next > 0 && next < chunks.length) await delay(pause, clock, signal).catch(() => {});
        if (entry.closedBy) return;
        const chunk = chunks[next++];
        if (chunk) {
          entry.sent += chunk.length;
          controller.enqueue(chunk.slice());
        } else if (end === 'stall') {
          await new Promise(() => {});
        } else {
          close('server');
          if (end === 'eof') controller.close();
          else controller.error(new TypeError('terminated'));
        }
      },
      cancel: () => close('client'),
    },
    {highWaterMark: 0},
  );
}

/** Waits by the clock; rejects as soon as the signal aborts. */
function delay(ms: number, clock: Clock, signal: AbortSignal | null | undefined): Promise<void> {
  if (ms === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const undo = ms === Number.POSITIVE_INFINITY ? () => {} : clock.after(ms, resolve);
    signal?.addEventListener('abort', () => {
      undo();
      reject(signal.reason);
    });
  });
}
