import {readFileSync} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Backend, Chunk, Generation, GenerationRequest, Pace, Turn} from './backend.ts';
import {BackendError} from './backend.ts';

/** A rule of demo/answers/index.json: the first rule that matches the prompt provides the answer. */
interface Rule {
  readonly match: string;
  readonly file: string;
  /** Searched for in earlier prompts, newest first; its groups are inserted into the answer. */
  readonly recall?: string;
  /** Used if nothing was recalled. */
  readonly otherwise?: string;
}

const folder = new URL('./answers/', import.meta.url);
const rules: readonly Rule[] = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8'));
const variants = new Map<string, readonly string[]>();

function variantsOf(file: string): readonly string[] {
  let texts = variants.get(file);
  if (!texts) {
    const whole = readFileSync(new URL(file, folder), 'utf8');
    texts = whole.split('\n<!-- or -->\n').map(text => text.trimEnd());
    variants.set(file, texts);
  }
  return texts;
}

const oneLine = (prompt: string): string => [...prompt.replace(/\s+/g, ' ').trim()].slice(0, 200).join('');
const ruleFor = (prompt: string): Rule => rules.find(rule => new RegExp(rule.match, 'iu').test(prompt))!;

/**
 * What the scripted model answers to a conversation that ends with a user turn. The answer is always the same for the
 * same user turns; a prompt repeated in a conversation gets the next variant. demo/fastapi/main.py gives the same texts
 * from the same files.
 */
export function answerTo(turns: readonly Turn[]): string {
  const prompts = turns.filter(turn => turn.role === 'user').map(turn => oneLine(turn.content));
  const prompt = prompts.pop() ?? '';
  const rule = ruleFor(prompt);
  let file = rule.file;
  let groups = new RegExp(rule.match, 'iu').exec(prompt);
  if (rule.recall) {
    const recall = new RegExp(rule.recall, 'iu');
    groups = prompts.map(earlier => recall.exec(earlier)).findLast(found => found !== null) ?? null;
    if (!groups) file = rule.otherwise ?? file;
  }
  const texts = variantsOf(file);
  const before = prompts.filter(earlier => ruleFor(earlier) === rule).length;
  const asked = prompts.map((earlier, index) => `${index + 1}. ${earlier}`).join('\n');
  const values: Record<string, string> = {
    prompt,
    asked: asked || '*(nothing before this)*',
    count: String(prompts.length),
    1: groups?.[1] ?? '',
  };
  return texts[before % texts.length]!.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
}

/** About four characters a token, with the space before a word, as models do. Joined, the tokens are the text. */
export function tokenise(text: string): string[] {
  return (
    text.match(/ ?[\p{L}\p{M}]{1,6}| ?\p{N}{1,3}|\n+ *|[ \t]+(?=\s)| ?[^\s\p{L}\p{M}\p{N}]{1,2}|./gsu) ?? []
  );
}

/** The tokens after the first `from` UTF-16 units; the first of them may be the rest of a token. */
export function tokensFrom(text: string, from: number): string[] {
  let start = 0;
  const rest: string[] = [];
  for (const token of tokenise(text)) {
    const end = start + token.length;
    if (end > from) rest.push(start < from ? token.slice(from - start) : token);
    start = end;
  }
  return rest;
}

/** Yields each token when it is due by the clock, so that a late timer does not delay the following ones. */
async function* paced(tokens: readonly string[], pace: Pace, signal: AbortSignal): AsyncGenerator<string> {
  const start = performance.now() + pace.firstTokenDelay;
  for (const [index, token] of tokens.entries()) {
    const due = pace.tokensPerSecond > 0 ? start + (index * 1000) / pace.tokensPerSecond : start;
    const wait = due - performance.now();
    if (wait > 0) await sleep(wait, undefined, {signal});
    signal.throwIfAborted();
    yield token;
  }
}

function chunk(
  id: string,
  model: string,
  delta: Chunk['choices'][number]['delta'],
  finish: string | null,
): Chunk {
  const choices = [{index: 0, delta, finish_reason: finish}];
  return {id, object: 'chat.completion.chunk', created: Math.floor(Date.now() / 1000), model, choices};
}

async function* chunks(
  id: string,
  request: GenerationRequest,
  tokens: readonly string[],
  pace: Pace,
  signal: AbortSignal,
): AsyncGenerator<Chunk> {
  const model = request.model ?? 'scripted-1';
  const said = tokens.slice(0, request.maxTokens ?? tokens.length);
  yield chunk(id, model, {role: 'assistant', content: ''}, null);
  for await (const token of paced(said, pace, signal)) yield chunk(id, model, {content: token}, null);
  yield chunk(id, model, {}, said.length < tokens.length ? 'length' : 'stop');
  if (request.includeUsage) {
    const prompt = request.turns.reduce((sum, turn) => sum + tokenise(turn.content).length, 0);
    const usage = {prompt_tokens: prompt, completion_tokens: said.length, total_tokens: prompt + said.length};
    yield {...chunk(id, model, {}, null), choices: [], usage};
  }
}

/**
 * A model that needs no key and no network. It continues an answer exactly: it generates the same answer again and
 * starts at position `partial.length`. A text that is not the beginning of that answer is refused with 422, since any
 * continuation would leave something out or repeat it.
 */
export const scriptedModel: Backend = {
  name: 'scripted',
  models: ['scripted-1'],
  async open(request, pace, signal): Promise<Generation> {
    const answer = answerTo(request.turns);
    const from = request.partial?.length ?? 0;
    if (request.partial !== undefined && !answer.startsWith(request.partial)) {
      const message = 'The text to go on from is not the beginning of the answer to this conversation.';
      throw new BackendError(422, 'continuation_mismatch', message);
    }
    const id = `chatcmpl-${crypto.randomUUID()}`;
    return {
      ...(request.partial !== undefined && {continueFrom: from}),
      requestId: id,
      chunks: chunks(id, request, tokensFrom(answer, from), pace, signal),
    };
  },
};
