import type {ChatError} from '../protocol/chat-error.ts';
import type {Target} from './request.ts';

/**
 * Whether a model continues a trailing assistant message ("prefill"). The first row that matches counts. A model that
 * no row matches is assumed to start a new answer, and gets a user turn instead. As of 2026-11. Sources: the providers'
 * own pages on prefilling and their 400 answers; docs/adr/0001-ladder.md.
 */
export interface PrefillCapability {
  /** Matches the request's `model`. */
  readonly model?: RegExp;
  /** Matches the endpoint's host. */
  readonly host?: RegExp;
  readonly prefill: boolean;
}

const ROWS: readonly PrefillCapability[] = [
  {host: /(^|\.)openai\.com$/, prefill: false}, // Accepts it and starts a new reply.
  {model: /gpt-oss|^(openai\/)?(gpt-|o\d|chatgpt)/i, prefill: false},
  {model: /claude-(instant|2|3|(opus|sonnet|haiku)-(3|4(?![.-][6-9]\b)))\b/i, prefill: true},
  {model: /claude/i, prefill: false}, // 4.6 and later answer 400.
  {model: /gemini-(1|2|3(\.[01])?(-|$))/i, prefill: true},
  {model: /gemini/i, prefill: false},
  {host: /(^|\.)groq\.com$/, prefill: true},
  {model: /llama|mixtral|gemma/i, prefill: true},
];

/** @param rows The page's own rows, which take precedence. */
export function takesPrefill({model, endpoint}: Target, rows: readonly PrefillCapability[] = []): boolean {
  const row = [...rows, ...ROWS].find(
    ({model: models, host}) =>
      (!models || (model !== undefined && models.test(model))) && (!host || host.test(endpoint.hostname)),
  );
  return row?.prefill ?? false;
}

/** Whether a 400 says that the model takes no prefill. Nothing was billed; only this way of continuing is ruled out. */
export function isPrefillRefusal({status, message}: ChatError): boolean {
  return status === 400 && /prefill|model turn|end with a user|last message/i.test(message);
}
