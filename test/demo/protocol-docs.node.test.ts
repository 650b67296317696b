import assert from 'node:assert/strict';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {streamCompletion} from '../../src/client.ts';
import {token} from '../../src/protocol/dialects/token.ts';
import {eventsOf, postJson, type RunningServer, runNode, runPython, textOf} from './servers.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/protocol.md'), 'utf8');

/** The code block of the page that begins with a comment naming the file. */
function snippet(file: string): string {
  const block = [...page.matchAll(/^```\w+\n([\s\S]*?)^```$/gm)].find(found =>
    new RegExp(`^(?://|#) ${file.replace('.', '\\.')}\n`).test(found[1]!),
  );
  assert.ok(block, `docs/protocol.md has the code of ${file}`);
  return block[1]!;
}

const backends = [
  {name: 'Express', file: 'server.mjs', run: runNode},
  {name: 'FastAPI', file: 'main.py', run: runPython},
] as const;

for (const {name, file, run} of backends) {
  describe(`the ${name} code of docs/protocol.md`, {timeout: 300_000}, () => {
    let folder: string;
    let server: RunningServer;
    let chat: string;
    before(async () => {
      const cache = join(root, 'node_modules/.cache'); // Where its imports are found.
      mkdirSync(cache, {recursive: true});
      folder = mkdtempSync(join(cache, 'protocol-'));
      writeFileSync(join(folder, file), snippet(file));
      server = await run(join(folder, file), {PORT: '0', ALLOWED_ORIGIN: 'http://page.example'});
      chat = `${server.url}/api/chat`;
    });
    after(async () => {
      await server.close();
      rmSync(folder, {recursive: true, force: true});
    });

    const question = {role: 'user', content: 'Ciao 🌉'};
    const answer = 'You wrote “Ciao 🌉”, and that was message 1. 👋';

    it('streams an answer with ids and an end', async () => {
      const response = await postJson(chat, {prompt: question.content, messages: [question]});
      assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
      const events = eventsOf(await response.text());
      assert.equal(textOf(events), answer);
      assert.deepEqual(
        events.map(event => event.id),
        events.map((_, index) => index + 1),
      );
      assert.equal(events.at(-1)?.data, '[DONE]');
    });

    it('remembers a conversation by its id', async () => {
      const id = crypto.randomUUID();
      const ask = async (prompt: string) =>
        textOf(eventsOf(await (await postJson(chat, {prompt, conversation_id: id})).text()));
      await ask('One');
      assert.match(await ask('Two'), /message 3/);
    });

    it('goes on from every position, and says which it is', async () => {
      for (let at = 0; at <= answer.length; at++) {
        const text = answer.slice(0, at);
        const turns = [question, {role: 'assistant', content: text}, {role: 'user', content: 'Continue'}];
        const continuation = {message_id: 'm', text, last_token: '', attempt: 2};
        const response = await postJson(chat, {prompt: 'Continue', messages: turns, continuation});
        assert.equal(response.headers.get('x-continue-from'), String(at));
        assert.equal(text + textOf(eventsOf(await response.text())), answer);
      }
    });

    it('refuses a text that it never said, and a body without a question', async () => {
      const continuation = {message_id: 'm', text: 'Never', last_token: '', attempt: 2};
      assert.equal((await postJson(chat, {messages: [question], continuation})).status, 422);
      assert.equal((await postJson(chat, {messages: []})).status, 400);
    });

    it('replays what follows Last-Event-ID; 204 after the end, 404 for a stranger', async () => {
      const response = await postJson(chat, {messages: [question]});
      const events = eventsOf(await response.text());
      const url = `${chat}/${response.headers.get('x-stream-id')}`;
      const after = (id: number) => fetch(url, {headers: {'last-event-id': String(id)}});
      assert.deepEqual(eventsOf(await (await after(3)).text()), events.slice(3));
      assert.equal((await after(events.length)).status, 204);
      assert.equal((await after(events.length + 1)).status, 404);
      assert.equal((await fetch(`${chat}/stranger`)).status, 404);
      assert.equal((await fetch(url, {method: 'DELETE'})).status, 204);
    });

    it('exposes its headers to the page that it allows', async () => {
      const headers = {origin: 'http://page.example'};
      const response = await postJson(chat, {messages: [question]}, headers);
      await response.text();
      assert.equal(response.headers.get('access-control-allow-origin'), 'http://page.example');
      const exposed = response.headers.get('access-control-expose-headers') ?? '';
      for (const header of ['X-Stream-Id', 'X-Continue-From', 'Retry-After'])
        assert.ok(exposed.includes(header));
    });

    it('is understood by the client', async () => {
      const stream = streamCompletion({
        endpoint: chat,
        messages: [{role: 'user', content: question.content}],
      });
      const {status, text} = await stream.result();
      assert.deepEqual([status, text], ['complete', answer]);
    });
  });
}

describe('docs/protocol.md', () => {
  it('shows a continuation with just the fields that the client sends', () => {
    const [block] = [...page.matchAll(/^```json\n([\s\S]*?)^```$/gm)];
    const shown = JSON.parse(block![1]!);
    const {text, message_id, last_token, attempt} = shown.continuation;
    const {body} = token.encode({
      messages: shown.messages.slice(0, 1),
      conversationId: shown.conversation_id,
      continuation: {
        mode: 'continue-turn',
        messageId: message_id,
        text,
        lastToken: last_token,
        attempt,
        prompt: shown.prompt,
      },
    });
    const messages = [...shown.messages.slice(0, 2), {role: 'user', content: shown.prompt}];
    assert.deepEqual(JSON.parse(JSON.stringify(body)), {...shown, messages});
  });

  it('has JSON that parses', () => {
    const blocks = [...page.matchAll(/^```json\n([\s\S]*?)^```$/gm)];
    assert.ok(blocks.length >= 3);
    for (const block of blocks) JSON.parse(block[1]!);
  });
});
