import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import type {Faults} from '../../demo/faults.ts';
import type {LogEntry} from '../../demo/request-log.ts';
import {startDemo} from '../../demo/server.ts';

export interface RunningServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Runs a script that prints its URL, with Debian's own Python, which has FastAPI. */
export function runPython(file: string, env: NodeJS.ProcessEnv = {}): Promise<RunningServer> {
  return runServer('/usr/bin/python3', file, {PORT: '0', PYTHONDONTWRITEBYTECODE: '1', ...env});
}

export function runNode(file: string, env: NodeJS.ProcessEnv = {}): Promise<RunningServer> {
  return runServer(process.execPath, file, {PORT: '0', ...env});
}

async function runServer(command: string, file: string, env: NodeJS.ProcessEnv): Promise<RunningServer> {
  const child = spawn(command, [file], {
    env: {...process.env, ...env},
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const exited = once(child, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({input: child.stdout}).on('line', line => {
      const found = /http:\/\/[\d.:]+/.exec(line);
      if (found) resolve(found[0]);
    });
    child.once('error', reject);
    child.once('exit', code => reject(new Error(`${file} ended with ${code} before it said its URL.`)));
  });
  return {
    url,
    async close() {
      process.off('exit', end);
      end();
      await exited;
    },
  };
}

/** The two servers of the demo, which keep the same promises. */
export const servers: readonly {readonly name: string; start(): Promise<RunningServer>}[] = [
  {name: 'Express', start: () => startDemo({port: 0, quiet: true, page: false})},
  {
    name: 'FastAPI',
    start: () => runPython(join(import.meta.dirname, '../../demo/fastapi/main.py')),
  },
];

export async function setFaults(url: string, faults: Faults): Promise<void> {
  const response = await postJson(`${url}/demo/faults`, faults);
  if (!response.ok) throw new Error(await response.text());
}

export async function requestsOf(url: string): Promise<readonly LogEntry[]> {
  const response = await fetch(`${url}/demo/faults`);
  return ((await response.json()) as {requests: LogEntry[]}).requests;
}

export function postJson(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {'content-type': 'application/json', ...headers},
    body: JSON.stringify(body),
    ...(signal && {signal}),
  });
}

export interface WireEvent {
  readonly id?: number;
  readonly data: string;
}

/** The events of a whole body, as simply as it can be done: the servers write no comments within an event. */
export function eventsOf(body: string): WireEvent[] {
  return body
    .replaceAll('\r\n', '\n')
    .split('\n\n')
    .slice(0, -1)
    .filter(event => !event.startsWith(':'))
    .map(event => {
      const fields = new Map(event.split('\n').map(line => line.split(/: (.*)/s) as [string, string]));
      const id = fields.get('id');
      return {data: fields.get('data') ?? '', ...(id !== undefined && {id: Number(id)})};
    });
}

/** The text that `{"token": …}` events bring. */
export function textOf(events: readonly WireEvent[]): string {
  return events
    .filter(event => event.data.startsWith('{'))
    .map(event => (JSON.parse(event.data) as {token?: string}).token ?? '')
    .join('');
}
