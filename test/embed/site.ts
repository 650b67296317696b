import {readFile} from 'node:fs/promises';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {extname, join, normalize} from 'node:path';

const DIST = join(import.meta.dirname, '../../dist');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.map': 'application/json',
};

/** Milliseconds that a test waits for what it expects, however busy the machine is. */
export const PATIENCE = 60_000;

/** One answer that the server is giving, in the plain `{token}` contract. */
export interface Answer {
  readonly request: Readonly<Record<string, unknown>>;
  readonly headers: IncomingMessage['headers'];
  token(text: string): void;
  /** Says that the answer is over, and ends the response. */
  done(): void;
  /** Resolves when the connection is gone, by whichever side. */
  readonly closed: Promise<void>;
  readonly isClosed: boolean;
}

export interface Page {
  readonly body: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A site on the loopback interface: its pages, the package's `dist/` under `/dist/`, and a chat at `/chat`. */
export interface Site {
  readonly origin: string;
  /** Paths asked for, in order. */
  readonly requests: string[];
  readonly pages: Map<string, Page>;
  /** Paths that are answered by cutting the connection. */
  readonly broken: Set<string>;
  /** Answers every question with these tokens at once; without it, `nextAnswer` takes them. */
  tokens: readonly string[] | undefined;
  /** The next answer asked for that nobody has taken yet. */
  nextAnswer(): Promise<Answer>;
  close(): Promise<void>;
}

/** `pages` by path. Directories in `folders` are served under their key (`/app/` → a folder). */
export async function startSite(
  pages: Readonly<Record<string, string | Page>>,
  folders: Readonly<Record<string, string>> = {},
): Promise<Site> {
  const mounted = {'/dist/': DIST, ...folders};
  const waiting: ((answer: Answer) => void)[] = [];
  const asked: Answer[] = [];

  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    site.requests.push(path);
    if (site.broken.has(path)) request.socket.destroy();
    else if (path === '/chat') await chat(request, response);
    else await file(path, response);
  });

  async function file(path: string, response: ServerResponse): Promise<void> {
    const page = site.pages.get(path);
    if (page) {
      response.writeHead(200, {'content-type': page.type ?? TYPES['.html']!, ...page.headers}).end(page.body);
      return;
    }
    const mount = Object.entries(mounted).find(([prefix]) => path.startsWith(prefix));
    const inside = mount && normalize(path.slice(mount[0].length) || 'index.html');
    try {
      if (!mount || !inside || inside.startsWith('..')) throw new Error('not found');
      const body = await readFile(join(mount[1], inside));
      response
        .writeHead(200, {'content-type': TYPES[extname(inside)] ?? 'application/octet-stream'})
        .end(body);
    } catch {
      response.writeHead(404).end();
    }
  }

  async function chat(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    response.writeHead(200, {'content-type': 'text/event-stream', 'cache-control': 'no-store'});
    response.flushHeaders();
    let isClosed = false;
    const answer: Answer = {
      request: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>,
      headers: request.headers,
      token: text => void response.write(`data: ${JSON.stringify({token: text})}\n\n`),
      done: () => void response.end('data: {"done": true}\n\ndata: [DONE]\n\n'),
      closed: bounded('the connection to be closed', resolve =>
        response.on('close', () => {
          isClosed = true;
          resolve();
        }),
      ),
      get isClosed() {
        return isClosed;
      },
    };
    if (site.tokens) {
      for (const token of site.tokens) answer.token(token);
      answer.done();
      return;
    }
    const taker = waiting.shift();
    if (taker) taker(answer);
    else asked.push(answer);
  }

  server.listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const site: Site = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    pages: new Map(
      Object.entries(pages).map(([path, page]) => [path, typeof page === 'string' ? {body: page} : page]),
    ),
    broken: new Set(),
    tokens: undefined,
    nextAnswer() {
      const answer = asked.shift();
      return answer ? Promise.resolve(answer) : bounded('a question', resolve => waiting.push(resolve));
    },
    async close() {
      const closed = new Promise(resolve => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  return site;
}

/** Rejects when it takes too long, so that a test fails with a reason, and does not hang. */
function bounded<T>(what: string, executor: (resolve: (value: T) => void) => void): Promise<T> {
  const promise = new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Waited too long for ${what}.`)), PATIENCE);
    executor(value => {
      clearTimeout(timer);
      resolve(value);
    });
  });
  promise.catch(() => {}); // A test that does not ask for it does not fail by it.
  return promise;
}
