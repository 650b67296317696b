import type {ResponseScript, Scenario} from './scenario.ts';

const EVENT_STREAM = {'content-type': 'text/event-stream'};

/** A server that answers every request with exactly this body. */
export function rawBody(
  dialect: Scenario['dialect'],
  body: string,
  script: Omit<ResponseScript, 'body'> = {},
): Scenario {
  return {dialect, tokens: [], last: {headers: EVENT_STREAM, chunks: 'whole', ...script, body}};
}

/** An event of an OpenAI stream with this text. */
export function deltaEvent(content: string): string {
  return `data: ${JSON.stringify({object: 'chat.completion.chunk', choices: [{index: 0, delta: {content}}]})}\n\n`;
}

/** The event in which an OpenAI server sends its finish reason. */
export function finishEvent(reason: string): string {
  const choices = [{index: 0, delta: {}, finish_reason: reason}];
  return `data: ${JSON.stringify({object: 'chat.completion.chunk', choices})}\n\n`;
}

/** An event of a plain stream with this text. */
export function tokenEvent(token: string): string {
  return `data: ${JSON.stringify({token})}\n\n`;
}
