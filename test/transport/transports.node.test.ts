import assert from 'node:assert/strict';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {pathToFileURL} from 'node:url';
import {WebSocket, WebSocketServer} from 'ws';
import {ChatError} from '../../src/protocol/chat-error.ts';
import {streamCompletion} from '../../src/transport/completion-stream.ts';
import type {StreamCompletionOptions, Transport, TransportEvent} from '../../src/transport/options.ts';
import {FakeClock} from '../support/fake-clock.ts';
import {readStream} from '../support/read-stream.ts';

const root = join(import.meta.dirname, '../..');
const words = Array.from({length: 40}, (_, index) => ` word${index}`);
const TEXT = words.join('');
const EVENTS: readonly TransportEvent[] = [...words.map(token => JSON.stringify({token})), '[DONE]'].map(
  (data, index) => ({id: String(index + 1), data}),
);

/** The code of docs/transports.md as a module, with the package's own name led to the sources. */
async function example<Export>(file: string, folder: string): Promise<Export> {
  const page = readFileSync(join(root, 'docs/transports.md'), 'utf8');
  const code = page.split('```').find(block => block.startsWith(`js\n// ${file}\n`));
  assert.ok(code, `docs/transports.md has no ${file}`);
  const client = pathToFileURL(join(root, 'src/client.ts')).href;
  const path = join(folder, file.replace('.js', '.mjs'));
  writeFileSync(path, code.slice(3).replace('sse-chat/client', client));
  return import(pathToFileURL(path).href) as Promise<Export>;
}

function ask(options: Partial<StreamCompletionOptions>) {
  return streamCompletion({
    messages: [{role: 'user', content: 'Count.'}],
    dialect: 'token',
    random: () => 0,
    ...options,
  });
}

function indexAfter(id: string | undefined): number {
  return EVENTS.findIndex(event => event.id === id) + 1;
}

describe('the transports of the documentation, against real servers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sse-chat-transports-'));
  const nodes = globalThis.WebSocket; // Node 20 has none.
  before(() => {
    Object.assign(globalThis, {WebSocket});
  });
  after(() => {
    Object.assign(globalThis, {WebSocket: nodes});
    rmSync(folder, {recursive: true});
  });

  describe('a WebSocket', () => {
    let server: WebSocketServer;
    let transport: Transport;
    let cuts: number[];
    let asked: {lastEventId?: string; body?: {prompt?: string}}[];
    let closed: Promise<unknown>;
    before(async () => {
      server = new WebSocketServer({host: '127.0.0.1', port: 0});
      await once(server, 'listening');
      server.on('connection', socket => {
        closed = once(socket, 'close');
        socket.on('message', async data => {
          const question = JSON.parse(String(data));
          asked.push(question);
          const cut = cuts.shift();
          for (const event of EVENTS.slice(indexAfter(question.lastEventId))) {
            if (Number(event.id) === cut) return cut < 0 ? undefined : socket.terminate();
            if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(event));
            await new Promise(resolve => setImmediate(resolve));
          }
          if (cut === undefined) socket.close(1000);
        });
      });
      const {port} = server.address() as AddressInfo;
      const module = await example<{webSocketTransport(address: string): Transport}>(
        'websocket-transport.js',
        folder,
      );
      transport = module.webSocketTransport(`ws://127.0.0.1:${port}`);
    });
    after(() => {
      for (const client of server.clients) client.terminate();
      server.close();
    });

    it('brings an answer, with no endpoint set', async () => {
      [cuts, asked] = [[], []];
      const {end, text} = await readStream(ask({transport}));
      assert.equal(end.status, 'complete');
      assert.equal(text, TEXT);
      assert.equal(asked[0]?.body?.prompt, 'Count.');
    });

    it('that is lost twice is taken up where it was, and nothing is asked anew', async () => {
      [cuts, asked] = [[7, 21], []];
      const {end, text, result} = await readStream(ask({transport}));
      assert.equal(end.status, 'complete');
      assert.equal(text, TEXT);
      assert.deepEqual(
        asked.map(({lastEventId, body}) => [lastEventId, body !== undefined]),
        [
          [undefined, true],
          ['6', false],
          ['20', false],
        ],
      );
      assert.equal(result.metrics.resumes, 2);
      assert.equal(result.metrics.continuations, 0);
    });

    it('is closed by Stop', async () => {
      [cuts, asked] = [[20], []];
      const stream = ask({transport});
      for await (const event of stream) if (event.type === 'text') break;
      await closed;
      assert.equal(stream.status, 'stopped');
      assert.equal(asked.length, 1);
    });

    it('that cannot be opened is a lost network', async () => {
      const {webSocketTransport} = await example<{webSocketTransport(address: string): Transport}>(
        'websocket-transport.js',
        folder,
      );
      const nobody = webSocketTransport('ws://127.0.0.1:1');
      const {end, thrown} = await readStream(ask({transport: nobody, maxRetries: 1}));
      assert.equal(end.status, 'error');
      assert.equal(thrown?.kind, 'network');
    });
  });

  describe('long polling', () => {
    let transport: Transport;
    let endpoint: string;
    let log: string[];
    /** What the next polls answer instead of events. */
    let failures: (number | 'cut')[];
    const server = createServer((request: IncomingMessage, response: ServerResponse) => {
      const {pathname, searchParams} = new URL(request.url ?? '', 'http://127.0.0.1');
      log.push(
        `${request.method} ${pathname}${searchParams.size > 0 ? ` ${searchParams.get('after')}` : ''}`,
      );
      const failure = failures.shift();
      if (failure === 'cut') {
        request.socket.destroy();
      } else if (failure) {
        response.writeHead(failure).end();
      } else if (request.method === 'POST') {
        response.end(JSON.stringify({id: 'one'}));
      } else {
        const from = indexAfter(searchParams.get('after') ?? '');
        const events = EVENTS.slice(from, from + 15);
        response.end(JSON.stringify({events, isOver: from + 15 >= EVENTS.length}));
      }
    });
    before(async () => {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/chat`;
      const module = await example<{longPollingTransport(): Transport}>('long-polling-transport.js', folder);
      transport = module.longPollingTransport();
    });
    after(() => {
      server.closeAllConnections();
      server.close();
    });

    it('brings an answer, some events a poll', async () => {
      [log, failures] = [[], []];
      const {end, text} = await readStream(ask({transport, endpoint}));
      assert.equal(end.status, 'complete');
      assert.equal(text, TEXT);
      assert.deepEqual(log, ['POST /chat', 'GET /chat/one ', 'GET /chat/one 15', 'GET /chat/one 30']);
    });

    it('goes on behind a poll that was lost, and one that was refused for a moment', async () => {
      const good = 0;
      [log, failures] = [[], [good, good, 'cut', 503]];
      const {end, text, result} = await readStream(ask({transport, endpoint}));
      assert.equal(end.status, 'complete');
      assert.equal(text, TEXT);
      assert.equal(result.metrics.resumes, 2);
      const posts = log.filter(line => line.startsWith('POST'));
      assert.deepEqual(posts, ['POST /chat']);
    });

    it('is asked again when the question was refused for a moment, and not when it was for good', async () => {
      [log, failures] = [[], [503]];
      assert.equal((await readStream(ask({transport, endpoint}))).end.status, 'complete');
      [log, failures] = [[], [400]];
      const {end, thrown} = await readStream(ask({transport, endpoint}));
      assert.equal(end.status, 'error');
      assert.equal(thrown?.status, 400);
      assert.deepEqual(log, ['POST /chat']);
    });
  });
});

describe('a transport of the page', () => {
  const opened: string[] = [];
  const of = (events: () => AsyncIterable<TransportEvent>): Transport => ({
    open({mode}) {
      opened.push(mode);
      return {events: events()};
    },
  });
  const read = (transport: Transport, options: Partial<StreamCompletionOptions> = {}) => {
    opened.length = 0;
    const clock = new FakeClock();
    return clock.runUntil(readStream(ask({transport, clock, ...options})));
  };

  it('that ends before its terminal is gone on with, and never complete', async () => {
    const transport = of(async function* () {
      yield {data: '{"token": "Half"}'};
    });
    const {end} = await read(transport, {continuation: 'off'});
    assert.equal(end.status, 'interrupted');
    await read(transport);
    assert.deepEqual(opened, ['send', 'continue-turn', 'continue-turn']);
  });

  it('that falls silent, or never opens, is given up by the watchdogs', async () => {
    const silent = of(async function* () {
      yield {data: '{"token": "Half"}'};
      await new Promise(() => {});
    });
    assert.equal((await read(silent, {continuation: 'off'})).thrown?.watchdog, 'idle');
    const deaf: Transport = {open: () => new Promise(() => {})};
    assert.equal((await read(deaf, {maxRetries: 0})).thrown?.watchdog, 'connect');
  });

  it('that gives signs of life may take its time', async () => {
    const clock = new FakeClock();
    const transport = of(async function* () {
      yield {data: '{"token": "Slow"}'};
      for (let i = 0; i < 10; i++) {
        await new Promise<void>(resolve => clock.after(20_000, resolve));
        yield {data: ''};
      }
      yield {data: '[DONE]'};
    });
    const {end} = await clock.runUntil(readStream(ask({transport, clock})));
    assert.equal(end.status, 'complete');
    assert.ok(clock.now() >= 200_000);
  });

  it('is held to the limits, and to the shape of an event', async () => {
    const big = of(async function* () {
      yield {data: JSON.stringify({token: 'x'.repeat(2000)})};
    });
    assert.equal((await read(big, {limits: {event: 1000}})).thrown?.kind, 'too-large');
    const wrong = of(async function* () {
      yield {data: 5 as unknown as string};
    });
    assert.equal((await read(wrong)).thrown?.kind, 'protocol');
  });

  it('may count in numbers, and is taken up after a reload by them, too', async () => {
    const numbers = {
      async *[Symbol.asyncIterator]() {
        yield {id: 1, data: '{"token": "Half"}'};
        await new Promise(() => {});
      },
    };
    const open = () => ({events: numbers, streamId: 7});
    const answer = ask({transport: {open} as unknown as Transport});
    for await (const event of answer) if (event.type === 'text') break;
    assert.deepEqual(answer.resumePoint, {streamId: '7', lastEventId: '1'});
  });

  it('says by a ChatError what is wrong', async () => {
    const transport: Transport = {
      open() {
        throw new ChatError('unauthorized', 'Sign in first.', {status: 401});
      },
    };
    const {end, thrown} = await read(transport);
    assert.equal(end.status, 'error');
    assert.equal(thrown?.message, 'Sign in first.');
  });

  it('is waited for where its ChatError says that there were too many requests, also without a status', async () => {
    const clock = new FakeClock();
    const transport: Transport = {
      open({mode}) {
        if (mode === 'send') throw new ChatError('rate-limit', 'Later.', {retryAfter: 3000});
        return {
          events: (async function* () {
            yield {data: '{"token": "Now"}'};
            yield {data: '[DONE]'};
          })(),
        };
      },
    };
    const {end} = await clock.runUntil(readStream(ask({transport, clock})));
    assert.equal(end.status, 'complete');
    assert.ok(clock.now() >= 3000);
  });
});
