import cors from 'cors';
import express, {type Express} from 'express';
import type {Backend} from './backend.ts';
import {chatRoute} from './chat-route.ts';
import {completionsRoute} from './completions-route.ts';
import {Conversations} from './conversations.ts';
import {FaultPlan, parseFaults, sendError} from './faults.ts';
import {StreamRegistry} from './live-stream.ts';
import {RequestLog} from './request-log.ts';

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

function isLoopback(origin: string): boolean {
  return URL.canParse(origin) && loopback.test(new URL(origin).hostname);
}

/** The response headers that a page on another origin may read; without this list it sees none of them. */
const exposedHeaders = [
  'X-Stream-Id',
  'X-Continue-From',
  'X-Conversation-Id',
  'X-Request-Id',
  'Retry-After',
  'Date',
];

/**
 * The demo's API: `/api/chat`, `/v1/…`, and `/demo/…` for the fault panel. It answers only pages on this machine: there
 * may be an API key behind it, and otherwise any page that the visitor opens could spend it.
 */
export function createApi(backend: Backend, grace = 30_000): {app: Express; stop: () => void} {
  const plan = new FaultPlan();
  const streams = new StreamRegistry();
  const log = new RequestLog();
  const service = {backend, plan, streams, log, grace};
  const app = express();
  app.disable('x-powered-by');

  app.use((request, response, next) => {
    // It is not enough that a name resolves to this machine: anybody can have a name that does (DNS rebinding).
    if (loopback.test(request.hostname) || request.hostname === '::1') return next();
    sendError(response, 403, 'forbidden', 'This server answers to localhost only.');
  });
  app.use(
    cors({
      origin: (origin, decide) => decide(null, origin !== undefined && isLoopback(origin)),
      methods: ['GET', 'POST', 'DELETE'],
      exposedHeaders,
      credentials: true,
      maxAge: 600,
    }),
  );
  // A page on another origin can send a POST without a preflight if its content type is not JSON.
  app.use(['/api', '/v1', '/demo'], express.json({limit: '4mb', type: 'application/json'}));

  app.use('/api/chat', chatRoute(service, new Conversations()));
  app.use('/v1', completionsRoute(service));

  app.get('/demo/faults', (_request, response) => {
    response.json({faults: plan.faults, requests: log.entries, backend: backend.name});
  });
  app.post('/demo/faults', (request, response) => {
    try {
      plan.faults = parseFaults(request.body);
      response.json({faults: plan.faults});
    } catch (error) {
      sendError(response, 400, 'invalid_request_error', (error as Error).message);
    }
  });
  return {app, stop: () => streams.stopAll()};
}
