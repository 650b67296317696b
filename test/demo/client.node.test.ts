import assert from 'node:assert/strict';
import {after, before, describe, it} from 'node:test';
import type {Faults} from '../../demo/faults.ts';
import {answerTo} from '../../demo/scripted-model.ts';
import {type CompletionEvent, streamCompletion} from '../../src/client.ts';
import {type RunningServer, requestsOf, servers, setFaults} from './servers.ts';

const messages = [{role: 'user', content: 'Write a long essay'}] as const;
const essay = answerTo(messages);
const fast: Faults = {tokensPerSecond: 0, firstTokenDelay: 0};

/** Faults, and by which requests the client must come to the whole answer. */
const cases: readonly [title: string, faults: Faults, kinds: readonly string[]][] = [
  ['without any fault', {}, ['send']],
  ['taken up again by its ids after a reset', {cutAfterTokens: 321, cut: 'reset'}, ['send', 'resume']],
  ['taken up again after a clean end in mid-event', {cutAtByte: 5003}, ['send', 'resume']],
  ['continued', {cutAfterTokens: 99, resume: false}, ['send', 'continuation']],
  [
    'continued twice',
    {cutAfterTokens: 900, resume: false, everyRequest: true},
    ['send', 'continuation', 'continuation'],
  ],
  [
    'continued from a cut in mid-event, in CRLF',
    {cutAtByte: 7001, resume: false, framing: 'crlf'},
    ['send', 'continuation'],
  ],
  ['asked for again after a 429', {status: 429, retryAfter: 0}, ['send', 'send']],
  ['asked for again after a 503', {status: 503}, ['send', 'send']],
];

// Side by side: what goes on a second time waits ten seconds first.
describe('the headless client', {concurrency: true}, () => {
  for (const {name, start} of servers) {
    describe(`the headless client at ${name}`, {concurrency: 1, timeout: 300_000}, () => {
      let server: RunningServer;
      before(async () => {
        server = await start();
      });
      after(() => server.close());

      const endpoints = name === 'Express' ? ['/api/chat', '/v1/chat/completions'] : ['/api/chat'];
      for (const endpoint of endpoints) {
        for (const [title, faults, kinds] of cases) {
          it(`gets one whole answer from ${endpoint}, ${title}`, async () => {
            await setFaults(server.url, {...fast, ...faults});
            const before = (await requestsOf(server.url)).at(-1)?.number ?? 0;
            const stream = streamCompletion({
              endpoint: server.url + endpoint,
              messages,
              conversationId: crypto.randomUUID(),
              random: () => 0,
            });
            let text = '';
            let last: CompletionEvent | undefined;
            for await (const event of stream) {
              if (event.type === 'text') text += event.text;
              last = event;
            }
            assert.equal(text, essay);
            assert.equal(last?.type === 'end' && last.status, 'complete');
            const requests = (await requestsOf(server.url)).filter(entry => entry.number > before);
            assert.deepEqual(
              requests.map(entry => entry.kind),
              kinds,
            );
          });
        }
      }
    });
  }
});
