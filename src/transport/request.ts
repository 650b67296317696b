import {ChatError} from '../protocol/chat-error.ts';
import type {ContinuationRequest} from '../protocol/completion.ts';
import type {Dialect} from '../protocol/dialect.ts';
import type {HeadersSource, PreparedRequest, ResumePoint, StreamCompletionOptions} from './options.ts';

export interface RequestPlan {
  readonly options: StreamCompletionOptions;
  readonly endpoint: URL;
  readonly dialect: Dialect;
  readonly mode: PreparedRequest['mode'];
  readonly attempt: number;
  readonly continuation: ContinuationRequest | undefined;
  /** Set for `mode: 'resume'`. */
  readonly resume: ResumePoint | undefined;
}

/** The request as it leaves: the dialect's words, the page's headers, and whatever `prepareRequest` changed. */
export async function buildRequest(
  plan: RequestPlan,
): Promise<{url: string; init: RequestInit & {headers: Headers}}> {
  const {options, endpoint, dialect, mode, attempt, continuation, resume} = plan;
  const headers = new Headers(await readHeaders(options.headers));
  if (!headers.has('accept'))
    headers.set('accept', 'text/event-stream, application/x-ndjson, application/json;q=0.9');
  let url = endpoint.href;
  let body: unknown;
  if (resume) {
    url = resumeUrl(endpoint, resume);
    headers.set('last-event-id', utf8(resume.lastEventId));
  } else {
    const encoded = dialect.encode({...options, continuation});
    body = encoded.body;
    for (const [name, value] of Object.entries(encoded.headers ?? {}))
      if (!headers.has(name)) headers.set(name, value);
    if (!headers.has('content-type')) headers.set('content-type', 'application/json');
  }
  const prepared: PreparedRequest = {url, headers, body, mode, attempt};
  await options.prepareRequest?.(prepared);
  return {
    url: prepared.url,
    init: {
      method: resume ? 'GET' : 'POST',
      headers: prepared.headers,
      ...(prepared.body !== undefined && {body: JSON.stringify(prepared.body)}),
      credentials: options.credentials ?? 'same-origin',
      cache: 'no-store',
      redirect: 'manual', // A conversation is not handed on to an address that nobody configured.
      referrerPolicy: 'strict-origin',
    },
  };
}

/** As the standard sends it: a header holds bytes, and an id may be of any script. */
function utf8(id: string): string {
  return String.fromCharCode(...new TextEncoder().encode(id));
}

function readHeaders(headers: HeadersSource | undefined): HeadersInit | Promise<HeadersInit> {
  return typeof headers === 'function' ? headers() : (headers ?? {});
}

/** `GET {endpoint}/{streamId}`; the query stays behind the path. */
function resumeUrl(endpoint: URL, {streamId}: ResumePoint): string {
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${encodeURIComponent(streamId)}`;
  return url.href;
}

/**
 * The endpoint as a URL. In a page it is https, loopback, or of the page's own origin, so that a conversation does
 * not travel in the clear.
 * @throws {ChatError} `configuration`.
 */
export function parseEndpoint(endpoint: string | URL | undefined): URL {
  if (!endpoint) throw new ChatError('configuration', 'No endpoint is set: the URL that the chat POSTs to.');
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  let url: URL;
  try {
    url = new URL(endpoint, base);
  } catch (cause) {
    throw new ChatError('configuration', 'The endpoint is not a URL. Outside a page it must be absolute.', {
      cause,
    });
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new ChatError('configuration', `The endpoint must be an http(s) URL, not ${url.protocol}`);
  }
  const own = globalThis.location?.origin;
  if (url.protocol === 'http:' && own !== undefined && url.origin !== own && !isLoopback(url.hostname)) {
    throw new ChatError(
      'configuration',
      'The endpoint must be https, loopback, or of the page’s own origin.',
    );
  }
  return url;
}

function isLoopback(host: string): boolean {
  return (
    host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d+){3}$/.test(host)
  );
}
