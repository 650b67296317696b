import {once} from 'node:events';
import type {AddressInfo} from 'node:net';
import cors from 'cors';
import express, {type Express} from 'express';

/** A server made of a library, which a chat asks as it would any other. */
export interface LibraryServer {
  readonly url: string;
  /** The bodies that it was sent. */
  readonly requests: unknown[];
  close(): Promise<void>;
}

/** What the servers say to "Hi": their words and what was thought, by a model that says always the same. */
export const ANSWER = [
  'Hello ',
  'from ',
  'a **real** ',
  'server: ',
  'ünï',
  '✓ 🌉',
  '\n\n',
  '- one\n',
  '- two',
];
export const THOUGHT = ['Someone ', 'says hi.'];
export const PACE = 2; // ms between two pieces, so that they come one by one

/** The last thing that was asked is part of every answer: so that it is seen to have been understood. */
export const echo = (prompt: string) => `\n\nYou said: ${prompt}`;

/** Listens on a free port of the loopback interface. */
export async function serve(mount: (app: Express, requests: unknown[]) => void): Promise<LibraryServer> {
  const app = express();
  const requests: unknown[] = [];
  app.use(cors({exposedHeaders: '*'}), express.json(), (request, _response, next) => {
    requests.push(request.body);
    next();
  });
  mount(app, requests);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
