import assert from 'node:assert/strict';
import {streamCompletion} from '../../src/transport/completion-stream.ts';
import {soonClock} from '../rig/recorded-cuts.ts';
import {chunkedFetch} from '../support/chunked-fetch.ts';
import {exists} from '../support/known-dialects.ts';
import {readStream} from '../support/read-stream.ts';
import {type WireSample, wireSamples} from '../support/samples/index.ts';
import {table} from '../support/table.ts';
import {after, describe, it, run} from '../support/unwatched.ts';

/** What has to have come before an answer may be called whole. */
const TERMINALS: Readonly<Record<string, RegExp>> = {
  openai: /"finish_reason":"/,
  'openai-responses': /"response\.(completed|incomplete)"/,
  anthropic: /"stop_reason":"/,
  gemini: /"finishReason":\s*"/,
  'gemini-interactions': /"interaction\.completed"/,
  ollama: /"done":true/,
  cohere: /"message-end"/,
  'ai-sdk': /"type":"finish"|^d:/m,
  'ag-ui': /"RUN_FINISHED"/,
  langgraph: /event: end\n/,
  langserve: /event: end\n/,
  dify: /"message_end"|"workflow_finished"(?!.*"message_id")/,
  flowise: /"event":"end"/,
  n8n: /$^/, // Only the end of the body.
  token: /\[DONE\]|"(done|finished)":true|"type":"(done|end)"/,
  text: /\[DONE\]/,
};

/** These are over with the body, if it was closed; nothing in it says so. */
const ENDS_WITH_BODY = ({dialect, contentType}: WireSample) =>
  dialect === 'n8n' || (dialect === 'text' && contentType.startsWith('text/plain'));

const WHOLE = ['complete', 'length', 'filtered'];
const rows: Record<string, string | number>[] = [];

/** The body up to each place between two events. */
function* prefixes({body, contentType}: WireSample): Iterable<string> {
  const between =
    contentType === 'text/event-stream'
      ? /(?:\r?\n){2}/g
      : contentType === 'application/json'
        ? /\n,/g
        : /\n/g;
  for (const {index, 0: mark} of body.matchAll(between)) yield body.slice(0, index + mark.length);
}

async function cut(sample: WireSample, prefix: string, end: 'eof' | 'reset', goesOn: boolean) {
  const encode = (text: string) => new TextEncoder().encode(text);
  const headers = {'content-type': sample.contentType};
  const fetch = chunkedFetch(
    {chunks: [encode(prefix)], end, headers},
    {chunks: [encode(sample.body)], headers: {...headers, 'x-continue-from': '0'}},
  );
  const stream = streamCompletion({
    endpoint: 'http://127.0.0.1:9/chat',
    dialect: sample.dialect as 'auto',
    messages: [{role: 'user', content: 'Hi'}],
    continuation: goesOn ? 'continue-turn' : 'off',
    continuePrompt: 'GO ON',
    maxRetries: 0,
    fetch,
    clock: soonClock,
  });
  const reading = await readStream(stream);
  return {...reading, requests: fetch.requests};
}

describe('a sample that is cut between two events', () => {
  for (const sample of wireSamples.filter(
    ({says, dialect}) => WHOLE.includes(says.status) && exists(dialect),
  )) {
    const {dialect, name, says} = sample;
    it(`${dialect}, ${name}: is called whole behind its terminal alone, and goes on before it`, async () => {
      const terminal = TERMINALS[`${dialect}`]!;
      const row = {sample: name, dialect: `${dialect}`, cuts: 0, 'went on': 0, wrong: 1};
      rows.push(row);
      for (const prefix of prefixes(sample)) {
        for (const by of ['eof', 'reset'] as const) {
          const how = `${by} behind ${prefix.length} characters`;
          row.cuts++;
          const {end, text} = await cut(sample, prefix, by, false);
          if (terminal.test(prefix) || (by === 'eof' && ENDS_WITH_BODY(sample))) {
            if (terminal.test(prefix)) assert.equal(end.status, says.status, how);
            continue;
          }
          assert.ok(!WHOLE.includes(end.status), `${how}: ${end.status}`);
          assert.equal(end.status, text === '' ? 'error' : 'interrupted', how);
          // Nobody goes on with nothing, with a call, or with a refusal.
          if (text === '' || says.tools || name === 'a refusal') continue;
          const on = await cut(sample, prefix, by, true);
          assert.deepEqual(
            [on.end.status, on.text, on.requests.length],
            [says.status, says.text ?? '', 2],
            how,
          );
          assert.match(`${on.requests[1]?.init.body}`, /GO ON/, how);
          row['went on']++;
        }
      }
      row.wrong = 0;
    });
  }

  after(() => console.log(table(rows)));
});

await run();
