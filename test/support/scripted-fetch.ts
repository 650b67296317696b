import {type Clock, systemClock} from '../../src/transport/clock.ts';
import type {Ledger, Scenario} from './scenario.ts';
import {ScriptedModel, type ScriptedResponse} from './scripted-model.ts';

export interface ScriptedFetch {
  readonly fetch: typeof globalThis.fetch;
  readonly ledger: Ledger;
  readonly model: ScriptedModel;
}

/**
 * Serves a scenario through a `fetch` without sockets. The reader gets every byte before the body ends, fails or goes
 * silent.
 */
export function scriptedFetch(scenario: Scenario, clock: Clock = systemClock): ScriptedFetch {
  // With a fake clock, the ledger has its times.
  const model = new ScriptedModel(scenario, clock === systemClock ? Date.now : () => clock.now());
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
    await delay(response.headerDelay, clock, signal).catch(error => {
      Object.assign(response.entry, {closedBy: 'client', closedAt: model.now()});
      throw error;
    });
    const empty = [204, 205, 304].includes(response.status);
    if (empty) Object.assign(response.entry, {closedBy: 'server', closedAt: model.now()});
    return new Response(empty ? null : bodyOf(response, model, clock, signal), {
      status: response.status,
      headers: response.headers,
    });
  };
  return {fetch, ledger: model.ledger, model};
}

function bodyOf(
  {chunks, end, waits, entry}: ScriptedResponse,
  model: ScriptedModel,
  clock: Clock,
  signal: AbortSignal | null | undefined,
): ReadableStream<Uint8Array> {
  let next = 0;
  const over = new AbortController();
  const close = (by: 'server' | 'client') => {
    if (entry.closedBy) return;
    entry.closedAt = model.now();
    entry.closedBy = by;
    over.abort();
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
        if (entry.closedBy) return; // Closed with its page, whose reader may still pull.
        await delay(waits[next] ?? 0, clock, over.signal).catch(() => {});
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
    const abort = () => {
      undo();
      reject(signal?.reason);
    };
    const done = () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    };
    const undo = ms === Number.POSITIVE_INFINITY ? () => {} : clock.after(ms, done);
    signal?.addEventListener('abort', abort);
  });
}
