import assert from 'node:assert/strict';
import {request as httpRequest} from 'node:http';
import {after, before, beforeEach, describe, it} from 'node:test';
import {answerTo} from '../../demo/scripted-model.ts';
import {eventsOf, postJson, type RunningServer, requestsOf, servers, setFaults, textOf} from './servers.ts';

const fast = {tokensPerSecond: 0, firstTokenDelay: 0};
const joke = answerTo([{role: 'user', content: 'Tell me a joke'}]);
const essay = answerTo([{role: 'user', content: 'Write a long essay'}]);

/** A body as its bytes came, and whether it ended well. */
function rawBody(url: string, body: unknown): Promise<{bytes: Buffer; end: 'eof' | 'reset'}> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let answered = false; // Then a reset is told to the response, and to the request as well.
    const outgoing = httpRequest(
      url,
      {method: 'POST', headers: {'content-type': 'application/json'}},
      incoming => {
        answered = true;
        const finish = () =>
          resolve({bytes: Buffer.concat(chunks), end: incoming.complete ? 'eof' : 'reset'});
        incoming
          .on('data', chunk => chunks.push(chunk))
          .on('close', finish)
          .on('error', () => {});
      },
    );
    outgoing.on('error', error => answered || reject(error)).end(JSON.stringify(body));
  });
}

/** Asks until there is an answer: the end of a request is noted a moment after its client has left. */
async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const value = await ask();
    if (value !== undefined) return value;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

for (const {name, start} of servers) {
  describe(`POST /api/chat of ${name}`, {timeout: 300_000}, () => {
    let server: RunningServer;
    let chat: string;
    before(async () => {
      server = await start();
      chat = `${server.url}/api/chat`;
    });
    after(() => server.close());
    beforeEach(() => setFaults(server.url, fast));

    const ask = (prompt: string, more: object = {}) =>
      postJson(chat, {prompt, conversation_id: crypto.randomUUID(), ...more});

    it('streams an answer token by token and ends with [DONE]', async () => {
      const response = await ask('Tell me a joke');
      assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
      assert.match(response.headers.get('cache-control') ?? '', /no-transform/);
      const events = eventsOf(await response.text());
      assert.equal(textOf(events), joke);
      assert.ok(events.length > 20);
      assert.equal(events.at(-1)?.data, '[DONE]');
    });

    it('keeps a conversation by its id, under both spellings', async () => {
      const id = crypto.randomUUID();
      await (await postJson(chat, {prompt: 'Tell me a joke', conversation_id: id})).text();
      const response = await postJson(chat, {prompt: 'What did I ask before?', conversationId: id});
      assert.match(textOf(eventsOf(await response.text())), /1\. Tell me a joke/);
      const other = await ask('What did I ask before?');
      assert.doesNotMatch(textOf(eventsOf(await other.text())), /joke/);
    });

    it('answers to the messages that the page sends, where it sends them', async () => {
      const messages = [{role: 'user', content: 'What did I ask before?'}];
      const id = crypto.randomUUID();
      await (await postJson(chat, {prompt: 'Tell me a joke', conversation_id: id})).text();
      const response = await postJson(chat, {prompt: messages[0]!.content, conversation_id: id, messages});
      assert.doesNotMatch(textOf(eventsOf(await response.text())), /joke/);
    });

    it('goes on exactly where a text ends, and says where that is', async () => {
      const id = crypto.randomUUID();
      const question = {role: 'user', content: 'Write a long essay'};
      const emoji = essay.indexOf('📜');
      const positions = [0, 1, emoji, emoji + 1, emoji + 2, 1000, 4321, essay.length - 1, essay.length];
      await (await postJson(chat, {prompt: question.content, conversation_id: id})).text();
      for (const at of positions) {
        const text = essay.slice(0, at);
        const goOn = {role: 'user', content: 'Weiter, bitte.'};
        const continuation = {message_id: 'm1', text, last_token: text.slice(-4), attempt: 1};
        for (const known of [true, false]) {
          const response = await postJson(chat, {
            prompt: goOn.content,
            conversation_id: known ? id : crypto.randomUUID(),
            messages: [question, {role: 'assistant', content: text}, goOn],
            continuation,
          });
          assert.equal(response.headers.get('x-continue-from'), String(at));
          const events = eventsOf(await response.text());
          assert.equal(text + textOf(events), essay, `at ${at}`);
          assert.equal(events.at(-1)?.data, '[DONE]');
        }
      }
    });

    it('goes on for a conversation that it knows without being sent the messages', async () => {
      const id = crypto.randomUUID();
      await (await postJson(chat, {prompt: 'Tell me a joke', conversation_id: id})).text();
      const continuation = {message_id: 'm1', text: joke.slice(0, 20), last_token: '', attempt: 1};
      const response = await postJson(chat, {prompt: 'Continue', conversation_id: id, continuation});
      assert.equal(joke.slice(0, 20) + textOf(eventsOf(await response.text())), joke);
    });

    it('goes on for the turns that fit the text: its own, or the page’s where a question was edited', async () => {
      const goOn = async (prompts: string[], sent: string[]) => {
        const id = crypto.randomUUID();
        for (const prompt of prompts) await (await postJson(chat, {prompt, conversation_id: id})).text();
        const turns = sent.map(content => ({role: 'user' as const, content}));
        return async (answered: string[]) => {
          const whole = answerTo(answered.map(content => ({role: 'user', content})));
          const text = whole.slice(0, 40);
          const messages = [...turns, {role: 'assistant', content: text}, {role: 'user', content: 'Go on'}];
          const continuation = {message_id: 'm1', text, last_token: '', attempt: 2};
          const response = await postJson(chat, {
            prompt: 'Go on',
            conversation_id: id,
            messages,
            continuation,
          });
          assert.equal(text + textOf(eventsOf(await response.text())), whole);
        };
      };
      const conversation = ['Tell me a joke', 'What did I ask before?'];
      await (await goOn(conversation, conversation.slice(1)))(conversation); // Early turns left out.
      await (await goOn(['Tell me a joke'], ['Write a long essay']))(['Write a long essay']); // Edited.
    });

    it('refuses to go on with a text that it never wrote', async () => {
      const continuation = {message_id: 'm1', text: 'Not what I said', last_token: '', attempt: 1};
      const response = await ask('Tell me a joke', {continuation});
      assert.equal(response.status, 422);
      assert.match(await response.text(), /continuation_mismatch/);
    });

    it('refuses a body without a question, and one that is not JSON', async () => {
      assert.equal((await postJson(chat, {})).status, 400);
      assert.equal((await postJson(chat, {prompt: 'x', messages: 'y'})).status, 400);
      assert.equal((await fetch(chat, {method: 'POST', body: '{"prompt":"x"}'})).status, 400);
    });

    it('cuts after so many tokens, once, and gives the rest on request', async () => {
      await setFaults(server.url, {...fast, cutAfterTokens: 7, resume: false});
      const id = crypto.randomUUID();
      const first = await rawBody(chat, {prompt: 'Tell me a joke', conversation_id: id});
      assert.equal(first.end, 'eof');
      const events = eventsOf(first.bytes.toString());
      assert.equal(events.length, 7);
      const text = textOf(events);
      const continuation = {message_id: 'm1', text, last_token: '', attempt: 1};
      const rest = await postJson(chat, {prompt: '', conversation_id: id, continuation});
      assert.equal(text + textOf(eventsOf(await rest.text())), joke);
    });

    it('cuts at exactly the byte that is named, cleanly and by a reset', async () => {
      const messages = [{role: 'user', content: 'Tell me a joke'}];
      const body = {prompt: 'Tell me a joke', messages};
      const reference = (await rawBody(chat, body)).bytes;
      for (const cut of ['eof', 'reset'] as const) {
        for (const at of [0, 1, 37, 400, reference.length - 3]) {
          await setFaults(server.url, {...fast, cutAtByte: at, cut});
          const {bytes, end} = await rawBody(chat, body);
          assert.deepEqual([bytes.length, end], [at, cut]);
          assert.ok(reference.subarray(0, at).equals(bytes));
        }
      }
    });

    it('cuts every request when it is told to, and still gives the whole answer in the end', async () => {
      await setFaults(server.url, {...fast, cutAfterTokens: 9, everyRequest: true, resume: false});
      const id = crypto.randomUUID();
      let text = '';
      let requests = 0;
      for (let done = false; !done; requests++) {
        const continuation = {message_id: 'm1', text, last_token: '', attempt: requests};
        const response = await postJson(chat, {
          prompt: 'Tell me a joke',
          conversation_id: id,
          ...(requests > 0 && {continuation}),
        });
        const events = eventsOf(await response.text());
        text += textOf(events);
        done = events.at(-1)?.data === '[DONE]';
      }
      assert.equal(text, joke);
      assert.ok(requests > 2);
    });

    it('replays what follows Last-Event-ID, with the ids going on', async () => {
      await setFaults(server.url, {...fast, cutAfterTokens: 5, cut: 'eof'});
      const first = await ask('Tell me a joke');
      const id = first.headers.get('x-stream-id') ?? '';
      assert.ok(id.length >= 22, 'at least 128 bits');
      const events = eventsOf(await first.text());
      assert.deepEqual(
        events.map(event => event.id),
        [1, 2, 3, 4, 5],
      );
      const again = await fetch(`${chat}/${id}`, {headers: {'last-event-id': '5'}});
      assert.equal(again.headers.get('x-stream-id'), id);
      const rest = eventsOf(await again.text());
      assert.equal(rest[0]?.id, 6);
      assert.equal(textOf(events) + textOf(rest), joke);

      const last = String(rest.at(-1)!.id);
      assert.equal((await fetch(`${chat}/${id}`, {headers: {'last-event-id': last}})).status, 204);
      assert.equal((await fetch(`${chat}/${id}`, {headers: {'last-event-id': `${last}0`}})).status, 404);
      assert.equal((await fetch(`${chat}/nothing`)).status, 404);
      assert.equal(textOf(eventsOf(await (await fetch(`${chat}/${id}`)).text())), joke);
    });

    it('goes on making a resumable answer for a client that left, until it is told to stop', async () => {
      await setFaults(server.url, {tokensPerSecond: 2000, firstTokenDelay: 0});
      const leave = new AbortController();
      const body = {prompt: 'Write a long essay', conversation_id: crypto.randomUUID()};
      const left = await postJson(chat, body, {}, leave.signal);
      const url = `${chat}/${left.headers.get('x-stream-id')}`;
      leave.abort();
      assert.equal(textOf(eventsOf(await (await fetch(url)).text())), essay);

      await setFaults(server.url, {tokensPerSecond: 10, firstTokenDelay: 0});
      const slow = await ask('Write a long essay');
      const slowUrl = `${chat}/${slow.headers.get('x-stream-id')}`;
      assert.equal((await fetch(slowUrl, {method: 'DELETE'})).status, 204);
      assert.equal(eventsOf(await slow.text()).at(-1)?.data === '[DONE]', false);
      assert.equal((await fetch(slowUrl)).status, 410);
    });

    it('offers no resume, and sends no ids, when that is turned off', async () => {
      await setFaults(server.url, {...fast, resume: false, continueFrom: false});
      const response = await ask('Tell me a joke');
      assert.equal(response.headers.get('x-stream-id'), null);
      assert.ok(eventsOf(await response.text()).every(event => event.id === undefined));
    });

    it('answers 429 with Retry-After to the first request and serves the second', async () => {
      await setFaults(server.url, {...fast, status: 429, retryAfter: 3});
      const body = {prompt: 'Tell me a joke', conversation_id: crypto.randomUUID()};
      const refused = await postJson(chat, body);
      assert.equal(refused.status, 429);
      assert.equal(refused.headers.get('retry-after'), '3');
      assert.equal(textOf(eventsOf(await (await postJson(chat, body)).text())), joke);
    });

    it('answers 500, or a web page with 200, when it is told to', async () => {
      await setFaults(server.url, {status: 500});
      assert.equal((await ask('Hello')).status, 500);
      await setFaults(server.url, {htmlPage: true});
      const page = await ask('Hello');
      assert.equal(page.status, 200);
      assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
    });

    it('leaves out [DONE], or writes CRLF, when it is told to', async () => {
      await setFaults(server.url, {...fast, noDone: true});
      const events = eventsOf(await (await ask('Tell me a joke')).text());
      assert.equal(textOf(events), joke);
      assert.notEqual(events.at(-1)?.data, '[DONE]');
      await setFaults(server.url, {...fast, framing: 'crlf'});
      const body = await (await ask('Tell me a joke')).text();
      assert.doesNotMatch(body, /[^\r]\n/);
      assert.equal(textOf(eventsOf(body)), joke);
    });

    it('falls silent after so many tokens and keeps the connection open until the client leaves', async () => {
      await setFaults(server.url, {...fast, stallAfterTokens: 3});
      const leave = new AbortController();
      const body = {prompt: 'Tell me a joke', conversation_id: crypto.randomUUID()};
      const reader = (await postJson(chat, body, {}, leave.signal)).body!.getReader();
      let text = '';
      while (eventsOf(text).length < 3) text += Buffer.from((await reader.read()).value!).toString();
      leave.abort();
      const outcome = await until(async () => {
        const last = (await requestsOf(server.url)).at(-1)?.outcome;
        return last === 'under way' ? undefined : last;
      });
      assert.equal(outcome, 'stalled');
      assert.equal(eventsOf(text).length, 3);
    });

    it('takes faults by a header for one request alone', async () => {
      const body = {prompt: 'Tell me a joke', conversation_id: crypto.randomUUID()};
      const faulty = await postJson(chat, body, {'x-demo-faults': '{"status":503}'});
      assert.equal(faulty.status, 503);
      assert.equal((await ask('Tell me a joke')).status, 200);
    });

    it('tells a page of this machine its headers, and a page from elsewhere nothing', async () => {
      const from = (origin: string) => postJson(chat, {prompt: 'Hello'}, {origin});
      const near = await from('http://localhost:3000');
      assert.equal(near.headers.get('access-control-allow-origin'), 'http://localhost:3000');
      const exposed = near.headers.get('access-control-expose-headers') ?? '';
      for (const header of ['X-Stream-Id', 'X-Continue-From', 'Retry-After', 'X-Request-Id']) {
        assert.ok(exposed.includes(header), header);
      }
      const far = await from('https://localhost.example.org');
      assert.equal(far.headers.get('access-control-allow-origin'), null);
      const preflight = await fetch(`${chat}/x`, {
        method: 'OPTIONS',
        headers: {
          origin: 'http://localhost:3000',
          'access-control-request-method': 'GET',
          'access-control-request-headers': 'last-event-id',
        },
      });
      assert.ok(preflight.ok);
      assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /last-event-id/i);
    });

    it('does not answer under a name that is not this machine’s', async () => {
      const status = await new Promise(resolve => {
        const headers = {host: 'attacker.example', 'content-type': 'application/json'};
        httpRequest(chat, {method: 'POST', headers}, response => {
          response.resume();
          resolve(response.statusCode);
        }).end('{"prompt":"Hello"}');
      });
      assert.ok(status === 403 || status === 400, `${status}`);
    });

    it('makes every answer the same as the other server', async () => {
      const prompts = [
        'Hello',
        'My name is Ada',
        'ما هو التدفق؟',
        'Explain  SSE to me?',
        'joke',
        'Anything 🙂',
        'joke',
      ];
      prompts.push('What is my name?', 'What did I ask?', 'a table', 'some code', 'markdown', 'thanks');
      const turns: {role: 'user'; content: string}[] = [];
      for (const content of prompts) {
        turns.push({role: 'user', content});
        const response = await ask(content, {messages: turns});
        assert.equal(textOf(eventsOf(await response.text())), answerTo(turns), content);
      }
    });
  });
}
