import {bound} from './bound.ts';
import type {ServerSentEvent} from './dialect.ts';
import {ARRAY} from './is-text.ts';

/** Cuts a body that is neither server-sent events nor JSON lines into events. */
export interface RawFraming {
  push(text: string): readonly ServerSentEvent[];
  /** @param isClean Whether the server closed the body, and it was not cut. */
  end(isClean: boolean): readonly ServerSentEvent[];
}

/** The name of events of plain text; their data is the text as it arrived. */
const TEXT = 'text/plain';
/** The name of events of the AI SDK's data stream v4; their data is `{"code": "0", "value": …}`. */
const DATA_STREAM = 'data-stream';

/**
 * A JSON array, which Gemini sends without `alt=sse`, is read element by element. Lines such as `0:"Hel"` are the AI
 * SDK's data stream v4. Anything else is plain text, which ends only with the body. Apart from the pieces of plain
 * text, the events do not depend on how the body was split.
 * @param maxEvent Maximum characters of an element or a line; beyond it both methods throw `too-large`.
 */
export function createRawFraming(maxEvent: number): RawFraming {
  let framing: RawFraming | undefined;
  return {
    push(text) {
      // The parser has held the body back until its first piece tells the framing.
      framing ??= ARRAY.test(text)
        ? arrayFraming(maxEvent)
        : /^\s*\w:["{[]/.test(text)
          ? linesFraming(maxEvent)
          : textFraming();
      return framing.push(text);
    },
    end: isClean => framing?.end(isClean) ?? [],
  };
}

function textFraming(): RawFraming {
  return {
    push: data => [{event: TEXT, data}],
    end: isClean => (isClean ? [{event: 'message', data: '[DONE]'}] : []),
  };
}

function linesFraming(maxEvent: number): RawFraming {
  let pending = '';
  return {
    push(text) {
      const lines = (pending + text).split(/[\r\n]+/);
      pending = lines.pop() ?? '';
      for (const line of [...lines, pending]) bound(line.length, maxEvent);
      return lines.flatMap(lineEvent);
    },
    end: () => lineEvent(pending),
  };
}

function lineEvent(line: string): ServerSentEvent[] {
  const [, code, value] = /^\s*(\w):(.*)$/s.exec(line) ?? [];
  if (code === undefined) return line.trim() === '' ? [] : [{event: DATA_STREAM, data: line}];
  return [{event: DATA_STREAM, data: `{"code":"${code}","value":${value}}`}];
}

/**
 * Reads the elements of one array, or of several in sequence. Only objects count; whatever is between them is skipped.
 */
function arrayFraming(maxEvent: number): RawFraming {
  let element = '';
  let depth = 0;
  let inString = false;
  let escaped = false;
  return {
    push(text) {
      const events: ServerSentEvent[] = [];
      let from = 0;
      for (let at = 0; at < text.length; at++) {
        const char = text[at];
        if (inString) {
          if (escaped) escaped = false;
          else if (char === '\\') escaped = true;
          else if (char === '"') inString = false;
        } else if (char === '"') {
          inString = true;
        } else if (char === '{') {
          if (depth++ === 0) from = at;
        } else if (char === '}' && depth > 0 && --depth === 0) {
          const data = element + text.slice(from, at + 1);
          bound(data.length, maxEvent);
          events.push({event: 'message', data});
          element = '';
        }
      }
      if (depth > 0) element += text.slice(from);
      bound(element.length, maxEvent);
      return events;
    },
    end: () => [],
  };
}
