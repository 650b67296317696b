import {ChatError} from '../protocol/chat-error.ts';
import type {ContinuationRequest} from '../protocol/completion.ts';
import type {Dialect, EncodedRequest} from '../protocol/dialect.ts';
import {later} from './later.ts';
import type {
  PreparedRequest,
  ResumePoint,
  StreamCompletionOptions,
  Transport,
  TransportRequest,
} from './options.ts';
import {ANCHOR_LENGTH, tailOf, withoutLoneSurrogate} from './stitcher.ts';

const LOOPBACK = /^((.+\.)?localhost|\[::1\]|127(\.\d+){3})$/;
const CONTINUE_PROMPT =
  'Continue exactly where your previous message stopped. Do not repeat anything. Its last characters were: "{tail}"';

/** Where an answer is requested. */
export interface Target {
  readonly endpoint: URL;
  readonly model: string | undefined;
}

export interface RequestPlan extends Target {
  readonly options: StreamCompletionOptions;
  readonly dialect: Dialect;
  readonly mode: PreparedRequest['mode'];
  readonly attempt: number;
  readonly continuation: ContinuationRequest | undefined;
  /** Set for `mode: 'resume'`. */
  readonly resume: ResumePoint | undefined;
}

/**
 * The request as it is sent: encoded by the dialect, with the page's headers, and changed by `prepareRequest`.
 * @throws Whatever the page's own functions throw.
 */
export async function buildRequest(
  plan: RequestPlan,
): Promise<Omit<TransportRequest, 'signal'> & {init: RequestInit & {headers: Headers}}> {
  const {options, endpoint, mode, attempt, resume, dialect} = plan;
  const {headers: source = {}, credentials = 'same-origin'} = options;
  const headers = new Headers(typeof source === 'function' ? await source() : source);
  const url = new URL(endpoint);
  const {body, headers: own} = resume
    ? (dialect.encodeResume?.(url, resume) ?? encodeResume(url, resume))
    : await encode(plan);
  const accept = 'text/event-stream, application/x-ndjson, application/json;q=0.9';
  for (const [name, value] of Object.entries({accept, ...own})) {
    if (!headers.has(name)) headers.set(name, value);
  }
  const prepared: PreparedRequest = {
    url: url.href,
    headers,
    body,
    mode,
    attempt,
  };
  await options.prepareRequest?.(prepared);
  // Throws for an invalid address, which `fetch` would report like a lost network.
  if (!options.transport) new Request(new URL(prepared.url, endpoint));
  return {
    ...prepared,
    resume,
    init: {
      method: resume ? 'GET' : 'POST',
      headers: new Headers(prepared.headers),
      ...(prepared.body !== undefined && {body: JSON.stringify(prepared.body, wellFormed)}),
      credentials,
      cache: 'no-store',
      redirect: 'manual', // Never send a conversation to an address that nobody configured.
      referrerPolicy: 'strict-origin',
    },
  };
}

/**
 * Many servers refuse half a surrogate pair, so U+FFFD is sent instead. Browsers without `toWellFormed` send the half.
 */
const wellFormed = (_: string, value: {toWellFormed?(): string} | null | undefined): unknown =>
  value?.toWellFormed?.() ?? value;

async function encode({dialect, options, model, continuation}: RequestPlan): Promise<EncodedRequest> {
  const asked = {...options, ...(model !== undefined && {model}), continuation};
  const put = asked.messages.some(({attachments}) => attachments?.length)
    ? (await later.seldom()).putAttachments(dialect, asked)
    : undefined;
  const {body, headers} = dialect.encode(put?.request ?? asked);
  return {
    body: put ? {...(body as object), ...put.body} : body,
    headers: {'content-type': 'application/json', ...headers},
  };
}

/**
 * What a request for the rest of an answer says about it.
 * @param asked `before`: what the server sent before the text, such as reasoning between tags.
 */
export function continuationOf({
  before = '',
  text: answer,
  lastToken,
  words = CONTINUE_PROMPT,
  ...asked
}: Omit<ContinuationRequest, 'prompt'> & {
  readonly before: string | undefined;
  readonly words: string | undefined;
}): ContinuationRequest {
  const text = withoutLoneSurrogate(answer);
  return {
    ...asked,
    text: before + text,
    lastToken: withoutLoneSurrogate(tailOf(lastToken, lastToken.length)),
    prompt: words.replace('{tail}', () => tailOf(text, ANCHOR_LENGTH)),
  };
}

/** The id as the standard sends it, in UTF-8: a header holds bytes, and an id may be in any script. */
function utf8(id: string): string {
  return String.fromCharCode(...new TextEncoder().encode(id));
}

/** `GET {endpoint}/{streamId}`, keeping the endpoint's query. */
function encodeResume(url: URL, {streamId, lastEventId}: ResumePoint): EncodedRequest {
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${encodeURIComponent(streamId)}`;
  return {body: undefined, headers: {'last-event-id': utf8(lastEventId)}};
}

/**
 * The endpoint as a URL. In a page it must be https, loopback or the page's own origin, so that no conversation travels
 * unencrypted.
 * @throws {ChatError} `configuration`.
 */
export function parseEndpoint(endpoint: string | URL | undefined, transport?: Transport): URL {
  if (!endpoint && transport) return new URL('about:blank'); // The transport knows where to go.
  if (!endpoint) throw new ChatError('configuration', 'No endpoint is set.');
  // The base URL has the name and password that the page was opened with, and `fetch` refuses such URLs.
  const base = (globalThis.document?.baseURI ?? globalThis.location?.href)?.replace(
    /(?<=^\w+:\/\/)[^/]*@/,
    '',
  );
  if (!URL.canParse(endpoint, base)) {
    throw new ChatError('configuration', 'The endpoint is not a URL. Outside a page it must be absolute.');
  }
  const url = new URL(endpoint, base);
  const own = globalThis.location?.origin ?? url.origin;
  const isSafe = url.protocol === 'https:' || url.origin === own || LOOPBACK.test(url.hostname);
  if (!isSafe || !/^https?:$/.test(url.protocol)) {
    throw new ChatError('configuration', 'The endpoint must be https, loopback or the page’s own origin.');
  }
  return url;
}

/**
 * Where an answer may be requested, in order: each model at each endpoint. The first is the page's first choice.
 * @throws {ChatError} `configuration`.
 */
export function targetsOf({
  endpoint,
  transport,
  model,
  fallbackEndpoints = [],
  fallbackModels = [],
}: Omit<StreamCompletionOptions, 'messages'>): readonly Target[] {
  const endpoints = [
    parseEndpoint(endpoint, transport),
    ...fallbackEndpoints.map(each => parseEndpoint(each)),
  ];
  return endpoints.flatMap(endpoint => [model, ...fallbackModels].map(model => ({endpoint, model})));
}
