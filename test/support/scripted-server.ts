import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import type {AddressInfo, Socket} from 'node:net';
import {reset} from '../../demo/reset.ts';
import type {StreamCompletionOptions} from '../../src/transport/options.ts';
import {assertExplained} from './explained.ts';
import type {Ledger, Scenario} from './scenario.ts';
import {ScriptedModel, type ScriptedResponse} from './scripted-model.ts';

/** A scenario that is being served. */
export interface ServedScenario {
  readonly id: string;
  /** The URL to which a client posts. */
  readonly endpoint: string;
  readonly ledger: Ledger;
  readonly model: ScriptedModel;
}

export interface ScriptedServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  /**
   * For tests in the same process; a page posts the same JSON to `/scenario` and reads `/ledger/<id>`.
   * @param allowed The client's policy, if not the default; `false` if its requests are judged elsewhere.
   */
  serve(scenario: Scenario, allowed?: Partial<StreamCompletionOptions> | false): ServedScenario;
  /** Serves a file beside the scenarios, at `/page/<name>`; with `?delay=`, delayed by that many milliseconds. */
  page(name: string, type: string, content: string): string;
  /**
   * Waits up to 2 s for responses to end. Returns the number of sockets with a response in progress; those kept alive
   * for later are released first.
   */
  idle(): Promise<number>;
  /** @throws {Error} for a request, served in this process, that the policy does not explain. */
  close(): Promise<void>;
}

const EXPOSED = 'X-Stream-Id, X-Continue-From, Retry-After, X-Request-Id, X-Should-Retry';

/**
 * A chat server that does what a scenario says, over real sockets: it can end or break a body at any byte, go silent,
 * or refuse. It counts the requests. An image, `/image/<name>`, is sent once its SVG is posted there; a post without an
 * SVG returns how many requests wait for it. It listens only on 127.0.0.1, and any page may talk to it.
 */
export async function startScriptedServer(): Promise<ScriptedServer> {
  const models = new Map<string, ScriptedModel>();
  const judged: Parameters<typeof assertExplained>[] = [];
  const pages = new Map<string, {type: string; content: string}>();
  const images = new Map<string, ServerResponse[]>();
  let url = '';
  const serve = (scenario: Scenario) => {
    const id = `${models.size + 1}-${Math.random().toString(36).slice(2, 8)}`;
    const model = new ScriptedModel(scenario);
    models.set(id, model);
    const path = scenario.dialect === 'openai' ? 'v1/chat/completions' : 'api/chat';
    return {id, endpoint: `${url}/s/${id}/${path}`, ledger: model.ledger, model};
  };

  /** Excludes sockets on which no request was made: Node's `fetch` by itself opens one to replace one that broke. */
  const asked = new Set<Socket>();

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    allowEveryOrigin(request, response);
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    const {pathname, searchParams} = new URL(request.url ?? '/', url);
    const [, kind = '', id = ''] = pathname.split('/');
    const text = await read(request);
    if (kind === 'scenario' && request.method === 'POST') {
      const served = serve(JSON.parse(text));
      return sendJson(response, {id: served.id, endpoint: served.endpoint});
    }
    if (kind === 'page' && pages.has(id)) {
      const {type, content} = pages.get(id)!;
      const delay = Number(searchParams.get('delay'));
      if (delay > 0) await new Promise(resolve => setTimeout(resolve, delay));
      return void response.writeHead(200, {'content-type': type}).end(content);
    }
    if (kind === 'image') {
      const waiting = images.get(id) ?? [];
      images.set(id, waiting);
      if (request.method === 'GET') return void waiting.push(response);
      const {length} = waiting;
      if (text === '') return sendJson(response, length);
      for (const each of waiting.splice(0)) each.writeHead(200, {'content-type': 'image/svg+xml'}).end(text);
      return sendJson(response, length);
    }
    const model = models.get(id);
    if (!model) return void response.writeHead(404).end();
    if (kind === 'ledger') return sendJson(response, model.ledger);
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
    await send(
      response,
      model.answer({
        method: request.method ?? 'GET',
        path: pathname,
        headers: Object.fromEntries(headers),
        body: text === '' ? undefined : JSON.parse(text),
      }),
    );
  };

  const server = createServer((request, response) => {
    const {socket} = request;
    if (!asked.has(socket)) socket.once('close', () => asked.delete(socket));
    asked.add(socket);
    handle(request, response).catch(() => response.destroy());
  });
  await listen(server);
  const {port} = server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    serve(scenario, allowed) {
      const served = serve(scenario);
      if (allowed !== false) judged.push([scenario, served.ledger, allowed]);
      return served;
    },
    page(name, type, content) {
      pages.set(name, {type, content});
      return `${url}/page/${name}`;
    },
    async idle() {
      for (let tries = 0; asked.size > 0 && tries < 100; tries++) {
        server.closeIdleConnections();
        await new Promise(resolve => setTimeout(resolve, 20));
      }
      return asked.size;
    },
    async close() {
      const closed = new Promise(resolve => server.close(resolve));
      server.closeAllConnections();
      await closed;
      for (const ledger of judged) assertExplained(...ledger);
    },
  };
}

/** Milliseconds within which even a busy page has read what came. */
const READ = 50;

async function send(response: ServerResponse, scripted: ScriptedResponse): Promise<void> {
  const {status, headers, chunks, end, headerDelay, waits, entry} = scripted;
  let gone = false;
  const closed = new Promise<void>(resolve => {
    response.on('close', () => {
      gone = true;
      entry.closedAt ??= Date.now();
      entry.closedBy ??= 'client';
      resolve();
    });
  });
  const wait = (ms: number) =>
    new Promise<void>(resolve => {
      if (ms !== Number.POSITIVE_INFINITY) setTimeout(resolve, ms);
      closed.then(resolve);
    });
  if (headerDelay > 0) await wait(headerDelay);
  if (gone) return;
  response.writeHead(status, headers);
  response.flushHeaders();
  for (const [index, chunk] of chunks.entries()) {
    const pause = waits[index] ?? 0;
    if (pause > 0) await wait(pause);
    if (gone) return;
    entry.sent += chunk.length;
    const flushed = new Promise<void>(resolve => response.write(chunk, () => resolve()));
    // Only the last chunk must be out before the connection breaks; waiting for each would be slow.
    if (pause > 0 || index === chunks.length - 1) await Promise.race([flushed, closed]);
  }
  // A reset discards what the client has not read yet. A slow answer may have a slow reader.
  if (end === 'reset' && waits.some(pause => pause > 0)) await wait(READ);
  if (end === 'stall' || gone) return;
  entry.closedAt = Date.now();
  entry.closedBy = 'server';
  if (end === 'eof') response.end();
  else reset(response.socket);
}

function allowEveryOrigin(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', request.headers.origin ?? '*');
  response.setHeader('access-control-allow-credentials', 'true');
  response.setHeader('access-control-allow-methods', 'GET, POST, DELETE, OPTIONS');
  response.setHeader(
    'access-control-allow-headers',
    request.headers['access-control-request-headers'] ?? 'content-type',
  );
  response.setHeader('access-control-expose-headers', EXPOSED);
  response.setHeader('access-control-allow-private-network', 'true');
  response.setHeader('vary', 'origin');
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, {'content-type': 'application/json', 'cache-control': 'no-store'});
  response.end(JSON.stringify(value));
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
}
