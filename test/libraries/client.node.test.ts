import assert from 'node:assert/strict';
import {after, before, describe, it} from 'node:test';
import {streamCompletion} from '../../src/client.ts';
import {readStream} from '../support/read-stream.ts';
import {toolCallsIn} from '../support/readings/tool-calls.ts';
import {ANSWER, echo, libraries, THOUGHT} from './servers/index.ts';
import type {LibraryServer} from './servers/serve.ts';

for (const {name, endpoints, start} of libraries) {
  describe(`${name}, by the client`, {timeout: 300_000}, () => {
    let server: LibraryServer;
    before(async () => {
      server = await start();
    });
    after(() => server.close());

    for (const {path, dialect, speaks, thinks, calls, fails} of endpoints) {
      it(`${path} is asked so that it understands, and says all that it has to say`, async () => {
        const prompt = 'Grüß Gott, "server"!';
        const stream = streamCompletion({
          endpoint: server.url + path,
          ...(dialect && {dialect}),
          conversationId: 'c',
          messages: [
            {role: 'user', content: 'One?'},
            {role: 'assistant', content: 'One.'},
            {role: 'user', content: prompt},
          ],
        });
        const {text, events, end, result} = await readStream(stream);
        const reasoning = events.map(event => (event.type === 'reasoning' ? event.text : '')).join('');
        assert.equal(text, fails ? 'Half' : [...ANSWER, echo(prompt)].join(''));
        assert.equal(end.status, fails ? 'error' : 'complete');
        if (fails) assert.match(`${end.error?.message}`, new RegExp(fails));
        assert.equal(stream.dialect, speaks);
        assert.equal(reasoning, thinks ? THOUGHT.join('') : '');
        assert.deepEqual(
          toolCallsIn(events),
          calls ? [{name: 'weather', arguments: '{"city":"Essen"}'}] : [],
        );
        assert.deepEqual([result.metrics.requests, result.metrics.malformed], [1, 0]);
      });
    }
  });
}
