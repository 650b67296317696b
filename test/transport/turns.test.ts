import {assert} from 'chai';
import {streamCompletion} from '../../src/transport/completion-stream.ts';

describe('an answer that has come at once', () => {
  const words = Array.from({length: 40_000}, (_, at) => `word${at} `);
  const bytes = new TextEncoder().encode(
    `${words.map(token => `data: ${JSON.stringify({token})}\n\n`).join('')}data: [DONE]\n\n`,
  );

  it('is read in turns with the page, however large its chunks are', async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytes);
        controller.close();
      },
    });
    const stream = streamCompletion({
      endpoint: '/api/chat',
      dialect: 'token',
      messages: [{role: 'user', content: 'Hi'}],
      fetch: async () => new Response(body, {headers: {'content-type': 'text/event-stream'}}),
    });
    const {port1, port2} = new MessageChannel();
    let turns = 0;
    let first: number | undefined;
    port1.onmessage = () => {
      turns++;
      port2.postMessage(0);
    };
    port2.postMessage(0);
    for await (const event of stream) if (event.type === 'text') first ??= turns;
    port1.close();
    assert.equal(stream.text, words.join(''));
    assert.equal(stream.status, 'complete');
    assert.isAtLeast(turns - first!, Math.floor(bytes.length / 65_536) - 2);
  });
});
