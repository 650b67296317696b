import {assert} from 'chai';
import {streamCompletion} from '../../src/transport/completion-stream.ts';
import type {StreamCompletionOptions} from '../../src/transport/options.ts';

describe('in a page', () => {
  const ask = (options: object) =>
    streamCompletion({
      endpoint: '/no-such-place',
      messages: [{role: 'user', content: 'Hi'}],
      maxRetries: 0,
      ...options,
    } as StreamCompletionOptions).result();

  it('the page’s own `fetch` can be handed over as it is', async () => {
    const {error} = await ask({fetch: window.fetch});
    assert.equal(error?.status, 404);
  });

  it('headers can be a plain object', async () => {
    let sent: HeadersInit | undefined;
    const {status} = await ask({
      prepareRequest: (request: object) => void Object.assign(request, {headers: {authorization: 'me'}}),
      fetch: async (_: unknown, init: RequestInit) => {
        sent = init.headers;
        return new Response('data: {"token":"Hi"}\n\ndata: [DONE]\n\n', {
          headers: {'content-type': 'text/event-stream'},
        });
      },
    });
    assert.equal(status, 'complete');
    assert.equal(new Headers(sent).get('authorization'), 'me');
  });

  it('a page that was opened with a name and a password in its address can ask', async () => {
    const base = document.createElement('base');
    base.href = location.href.replace('//', '//me:a%40b@');
    document.head.append(base);
    try {
      assert.include(document.baseURI, '//me:a%40b@');
      const {error} = await ask({endpoint: 'no@place'});
      assert.equal(error?.status, 404);
    } finally {
      base.remove();
    }
  });

  it('what cannot be asked with is told as such at once', async () => {
    for (const change of [{url: 'http://'}, {headers: {'a b': 'c'}}]) {
      const prepareRequest = (request: object) => void Object.assign(request, change);
      const {error, metrics} = await ask({maxRetries: 4, prepareRequest});
      assert.equal(error?.kind, 'configuration');
      assert.equal(metrics.requests, 1);
    }
  });
});
