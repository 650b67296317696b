import {ChatError} from '../chat-error.ts';
import {type Dialect, RAW, type WireEvent} from '../dialect.ts';
import {ARRAY, isText} from '../is-text.ts';
import {isObject, type JsonObject, parseJson} from '../json.ts';
import {openai} from './openai.ts';
import {token} from './token.ts';

/** A dialect that is loaded on first use. */
interface RareDialect {
  readonly name: string;
  /** Host and path of the URLs that take its requests. `RARE_URL` in index.ts must match them too. */
  readonly url?: RegExp;
  /** Whether such an event can only come from this dialect. `RARE_EVENT` in index.ts must match it too. */
  matches(json: JsonObject, event: WireEvent): boolean;
  load(): Promise<Dialect>;
}

const loaded = new Map<RareDialect, Promise<Dialect>>();

async function framed(dialect: Promise<Dialect>): Promise<Dialect> {
  const [found, {framedDialect}] = await Promise.all([dialect, import('../framed-dialect.ts')]);
  return framedDialect(found);
}

/** Loads a dialect once. After a failure, the next call tries again. */
export function load(dialect: RareDialect | undefined): Promise<Dialect> | undefined {
  if (!dialect) return undefined;
  const found = loaded.get(dialect) ?? framed(dialect.load());
  loaded.set(dialect, found);
  found.catch(() => loaded.delete(dialect));
  return found;
}

const typed = (pattern: RegExp) => (json: JsonObject) => pattern.test(`${json['type']}`);

/** The more specific first, because the first match wins. */
const rare: readonly RareDialect[] = [
  {
    name: 'anthropic',
    url: /\/v1\/messages\/?$/,
    matches: json =>
      typed(/^(message_(start|delta|stop)|content_block_(start|delta|stop))$/)(json) ||
      (json['type'] === 'message' && Array.isArray(json['content'])),
    load: async () => (await import('./anthropic.ts')).anthropic,
  },
  {
    name: 'openai-responses',
    url: /\/responses\/?$/,
    matches: json => typed(/^response\./)(json) || json['object'] === 'response',
    load: async () => (await import('./openai-responses.ts')).openaiResponses,
  },
  {
    name: 'gemini',
    url: /:(stream)?generateContent$/i,
    matches: json => Array.isArray(json['candidates']) || isObject(json['promptFeedback']),
    load: async () => (await import('./gemini.ts')).gemini,
  },
  {
    name: 'gemini-interactions',
    url: /\/interactions\/?$/,
    matches: json => /^(interaction|step)\./.test(`${json['event_type']}`),
    load: async () => (await import('./gemini-interactions.ts')).geminiInteractions,
  },
  {
    name: 'cohere',
    url: /\/v2\/chat\/?$/,
    matches: typed(/^(message-start|content-(start|delta)|tool-plan-delta)$/),
    load: async () => (await import('./cohere.ts')).cohere,
  },
  {
    name: 'mistral',
    url: /mistral\.ai\/v1\/chat\/completions\/?$/,
    matches: () => false, // Its events are OpenAI's.
    load: async () => (await import('./mistral.ts')).mistral,
  },
  {
    name: 'openai', // With tools and other content beside the text.
    url: /\/chat\/completions\/?$/,
    matches: () => false,
    load: async () => (await import('./openai-parts.ts')).openaiParts,
  },
  {
    name: 'token', // With tools, or llama.cpp's own completions.
    matches: json => typeof json['stop'] === 'boolean' && typeof json['content'] === 'string',
    load: async () => (await import('./token-tools.ts')).tokenTools,
  },
  {
    name: 'token', // With its fields nested in others.
    matches: (json, {event}) =>
      isObject(json['token']) ||
      (isObject(json['result']) && isObject(json['result']['output'])) ||
      ('code' in json && isObject(json['data']) && 'answer' in json['data']) ||
      /^conversation\.(chat|message)\./.test(event),
    load: async () => (await import('./token-within.ts')).tokenWithin,
  },
  {
    name: 'ollama-generate',
    url: /\/api\/generate\/?$/,
    matches: () => false, // Its events are recognised as Ollama's.
    load: async () => (await import('./ollama.ts')).ollamaGenerate,
  },
  {
    name: 'ollama',
    url: /:11434\/api\/chat\/?$/,
    matches: json => typeof json['done'] === 'boolean' && ('created_at' in json || isObject(json['message'])),
    load: async () => (await import('./ollama.ts')).ollama,
  },
  {
    name: 'ai-sdk',
    matches: (json, {event}) =>
      event === 'data-stream' ||
      // Many servers begin with a bare `start`.
      (json['type'] === 'start' && 'messageId' in json) ||
      typed(
        /^((start|finish|reset)-step|message-metadata|(text|reasoning)-(start|delta|end)|tool-(in|out)put-.*|source-(url|document)|data-.+)$/,
      )(json),
    load: async () => (await import('./ai-sdk.ts')).aiSdk,
  },
  {
    name: 'ag-ui',
    matches: typed(/^(RUN|TEXT_MESSAGE|THINKING|REASONING|TOOL_CALL|MESSAGES)_[A-Z_]+$/),
    load: async () => (await import('./ag-ui.ts')).agUi,
  },
  {
    name: 'langgraph',
    url: /\/runs\/(stream|wait)\/?$/,
    matches: (_, {event, json}) => json !== undefined && /^(messages|values|updates)\b/.test(event),
    load: async () => (await import('./langgraph.ts')).langGraph,
  },
  {
    name: 'langserve',
    matches: (_, {event, json}) => event === 'data' && json !== undefined,
    load: async () => (await import('./langserve.ts')).langServe,
  },
  {
    name: 'dify',
    url: /\/(chat|completion)-messages\/?$/,
    matches: json => typeof json['event'] === 'string' && ('answer' in json || 'task_id' in json),
    load: async () => (await import('./dify.ts')).dify,
  },
  {
    name: 'flowise',
    url: /\/prediction\/[^/]+\/?$/,
    matches: json =>
      'data' in json &&
      /^(start|token|thinking|metadata|sourceDocuments|(used|called)Tools|agent.*|(next|executed)Agent.*|artifacts|end)$/.test(
        `${json['event']}`,
      ),
    load: async () => (await import('./flowise.ts')).flowise,
  },
  {
    name: 'n8n',
    url: /\/webhook\/.+/,
    matches: json => typed(/^(begin|item|end)$/)(json) && isObject(json['metadata']),
    load: async () => (await import('./n8n.ts')).n8n,
  },
  {
    name: 'text',
    matches: () => false, // Almost anything could be text, so `toldText` is tried after all others.
    load: async () => (await import('./text.ts')).text,
  },
];

const toldText: RareDialect = {
  name: 'text',
  matches: (_, event) => isText(event),
  load: async () => (await import('./text.ts')).toldText,
};

/** All dialects that can be loaded. Some share a name. */
export const rareDialects: readonly RareDialect[] = [...rare, toldText];

/** Of a body without events: an array is Gemini's, lines such as `0:"…"` are the AI SDK's, anything else is text. */
function nameOfRaw(body: string): string {
  if (ARRAY.test(body)) return 'gemini';
  return /^\s*\w:["{[]/.test(body) ? 'ai-sdk' : 'text';
}

/** Data that itself begins with `data:`: a library has prefixed finished events, and the blank lines after them. */
const TWICE = /^data:.*?(\n*)$/s;

/** Reads such an event as if prefixed once. More line breaks at its end than those `blank` lines are text. */
const once =
  (blank: number) =>
  (event: WireEvent): WireEvent => {
    if (!event.data.startsWith('data:')) return event;
    const data = event.data.replace(RegExp(`^data: ?|\\n{0,${blank}}$`, 'g'), '');
    return {...event, data, json: parseJson(data)};
  };

function twice(dialect: Dialect | undefined, read: ReturnType<typeof once>): Dialect | undefined {
  return (
    dialect && {
      ...dialect,
      fuller: event => dialect.fuller?.(read(event))?.then(found => twice(found, read)),
      decode: (event, state) => dialect.decode(read(event), state),
    }
  );
}

/**
 * The dialect for a name, a URL, or the events so far.
 * @throws {ChatError} Rejects with `configuration` for a name that no dialect has.
 */
export async function findDialect(of: string | URL | readonly WireEvent[]): Promise<Dialect | undefined> {
  if (of instanceof URL) return load(rare.find(({url}) => url?.test(of.host + of.pathname)));
  const raw = typeof of === 'string' ? undefined : of.find(({event}) => event === RAW);
  const asked = raw ? nameOfRaw(raw.data) : of;
  if (typeof asked === 'string') {
    const found = rare.find(({name}) => name === asked);
    if (!found) throw new ChatError('configuration', `There is no dialect "${asked}".`);
    return load(found);
  }
  const blank = asked.map(({data}) => TWICE.exec(data)?.[1]?.length).find(found => found !== undefined);
  if (blank !== undefined) {
    const read = once(blank);
    return twice(await findDialect(asked.map(read)), read);
  }
  for (const event of asked) {
    const {json} = event;
    if (openai.matches(event)) return openai;
    const found = rare.find(({matches}) => matches(isObject(json) ? json : {}, event));
    if (found) return load(found);
  }
  const first = asked.find(event => token.matches(event) || isText(event));
  return first && token.matches(first) ? token : load(first && toldText);
}
