import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {StreamCompletionOptions} from '../../src/transport/options.ts';
import {
  askedWith,
  askFor,
  type KeptRecording,
  keptFetch,
  keptRecordings,
  restBehind,
  saidBy,
  saidWhole,
} from '../rig/own-resume-cuts.ts';
import {cutBody, HEADERS} from '../rig/recorded-cuts.ts';
import type {ChunkedBody} from '../support/chunked-fetch.ts';

const named = (name: string): KeptRecording => keptRecordings().find(each => each.name === name)!;
const responses = named('azure/azure-text.1');
const interactions = named('google/basic');

/** Behind the event that has some of the text. */
const CUT = 5;
const cutAt = ({events}: KeptRecording, index: number) => ({at: events[index]!.end, by: 'reset'}) as const;
const changed = (body: ChunkedBody, from: RegExp, to: string): ChunkedBody => ({
  ...body,
  chunks: [new TextEncoder().encode(Buffer.concat(body.chunks).toString().replace(from, to))],
});
const methods = (asked: readonly string[]) => asked.map(each => each.slice(0, 4).trim());

async function askCut(
  recording: KeptRecording,
  {
    first = cutBody(recording, cutAt(recording, CUT)),
    second,
  }: {first?: ChunkedBody; second?: ChunkedBody} = {},
  options: Partial<StreamCompletionOptions> = {},
) {
  const fetch = keptFetch(recording, first, second && (() => second));
  return {said: await saidBy(askFor(recording, fetch, options)), asked: fetch.asked};
}

describe('a dialect’s own way to take a stream up', () => {
  it('keeps what stands in the query, and asks with no header that the provider may not allow', async () => {
    const headers: string[][] = [];
    const endpoint = `${responses.endpoint}/?api-version=preview`;
    const {asked} = await askCut(
      responses,
      {},
      {
        endpoint,
        prepareRequest: request => void headers.push([...request.headers.keys()]),
      },
    );
    assert.equal(asked[1], `GET ${responses.path}?api-version=preview&stream=true&starting_after=${CUT}`);
    assert.deepEqual(headers[1], ['accept']);
  });

  it('is taken where the dialect is named, at any URL', async () => {
    const options = {endpoint: 'http://127.0.0.1:9/chat/claude', dialect: 'openai-responses'} as const;
    const {asked, said} = await askCut(responses, {}, options);
    assert.match(asked[1]!, /^GET \/chat\/claude\/resp_[^/]+\?stream=true&starting_after=5$/);
    assert.deepEqual(said, await saidWhole(responses));
  });

  it('is not taken where the URL is another server’s, which answers in these words', async () => {
    const {asked} = await askCut(responses, {}, {endpoint: 'http://127.0.0.1:9/chat'});
    assert.deepEqual(methods(asked), ['POST', 'POST']);
  });

  for (const [what, from, to] of [
    ['a response that is not made in the background', /"background":true/g, '"background":false'],
    ['events without numbers', /"sequence_number":\d+,?/g, ''],
  ] as const) {
    it(`is not taken for ${what}`, async () => {
      const first = changed(cutBody(responses, cutAt(responses, CUT)), from, to);
      const {asked} = await askCut(responses, {first});
      assert.deepEqual(methods(asked), ['POST', 'POST']);
    });
  }

  it('is not taken for an interaction without ids of events', async () => {
    const first = changed(cutBody(interactions, cutAt(interactions, 6)), /,"event_id":"[^"]*"/g, '');
    assert.deepEqual(methods((await askCut(interactions, {first})).asked), ['POST', 'POST']);
  });

  it('gives way to X-Stream-Id', async () => {
    const first = cutBody(responses, cutAt(responses, CUT));
    const numbered = changed(first, /^event: /gm, 'id: 0\nevent: ');
    const {asked} = await askCut(responses, {
      first: {...numbered, headers: {...HEADERS, 'x-stream-id': 's'}},
    });
    assert.equal(asked[1], 'GET /v1/responses/s');
  });

  it('is not asked of a transport of the page’s own, which says itself what it can', async () => {
    const modes: string[] = [];
    const payload = {type: 'response.created', sequence_number: 0, response: {id: 'r', background: true}};
    const stream = askFor(responses, fetch, {
      dialect: 'openai-responses',
      transport: {
        open({mode}) {
          modes.push(mode);
          return {
            events: (async function* () {
              yield {data: JSON.stringify(payload)};
            })(),
          };
        },
      },
    });
    await stream.result();
    assert.deepEqual(modes, ['send', 'retry']);
  });

  for (const recording of [responses, interactions]) {
    it(`${recording.name}: drops what is sent again from the beginning`, async () => {
      const second = {chunks: [recording.bytes], headers: HEADERS};
      const {said, asked} = await askCut(recording, {second});
      assert.deepEqual(methods(asked), ['POST', 'GET']);
      assert.deepEqual(said, await saidWhole(recording));
    });

    it(`${recording.name}: goes on by a new request where the provider has it no more`, async () => {
      const first = cutBody(recording, cutAt(recording, 6));
      const {asked, said} = await askCut(recording, {first, second: {chunks: [], status: 404}});
      assert.deepEqual(methods(asked), ['POST', 'GET', 'POST']);
      assert.equal(said.status, 'complete');
    });
  }

  it('takes no answer as it stands for the rest of a stream', async () => {
    const content = [{type: 'output_text', text: 'All of it.'}];
    for (const [status, requests] of [
      ['completed', ['POST', 'GET', 'POST']],
      ['in_progress', ['POST', 'GET', 'GET', 'POST']], // Nothing came: it is tried `maxRetries` times.
    ] as const) {
      const json = JSON.stringify({
        id: 'r',
        object: 'response',
        status,
        output: [{type: 'message', content}],
      });
      const second = {chunks: [Buffer.from(json)], headers: {'content-type': 'application/json'}};
      const {asked, said} = await askCut(responses, {second});
      assert.deepEqual(methods(asked), requests);
      assert.ok(!said.text.includes('All of it.'));
    }
  });

  it('goes on by a new request where events are missing', async () => {
    const second = restBehind(responses, `${CUT + 1}`);
    assert.deepEqual(methods((await askCut(responses, {second})).asked), ['POST', 'GET', 'POST']);
  });

  it('follows no Stop', async () => {
    const fetch = keptFetch(responses, cutBody(responses, cutAt(responses, CUT)));
    const stream = askFor(responses, fetch);
    for await (const event of stream) if (event.type === 'text') break;
    assert.equal(stream.status, 'stopped');
    assert.equal(fetch.asked.length, 1);
  });

  for (const name of ['azure/azure-text.1', 'azure/azure-tool-call.1', 'openai/openai-phase.1']) {
    it(`${name}: is taken after a reload behind each event, and the answer is there once`, async () => {
      const recording = named(name);
      const whole = await saidWhole(recording);
      for (const [index] of recording.events.slice(0, -1).entries()) {
        const cut = cutAt(recording, index);
        const before = askFor(recording, keptFetch(recording, cutBody(recording, cut)), {
          continuation: 'manual',
          maxRetries: 0,
        });
        await before.result();
        const {text, resumePoint} = before;
        assert.ok(resumePoint, `${index}`);
        const fetch = keptFetch(recording, restBehind(recording, `${index}`));
        const asked: string[] = [];
        const stream = askFor(recording, fetch, {
          partial: {text, resume: JSON.parse(JSON.stringify(resumePoint)), attempt: 1, continuations: 0},
          prepareRequest: ({url}) => void asked.push(new URL(url).pathname + new URL(url).search),
        });
        const said = await saidBy(stream, text);
        assert.deepEqual(asked, [askedWith(recording, cut)[1]!.slice(4)]);
        assert.deepEqual(
          [said.status, said.text, said.finishReason],
          [whole.status, whole.text, whole.finishReason],
        );
        const calls = ({parts}: typeof said) =>
          parts.filter(part => (part as {type: string}).type === 'tool-call');
        assert.deepEqual(calls(said).slice(-1), calls(whole).slice(-1), `${index}`);
      }
    });
  }
});
