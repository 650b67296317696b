import {createParser, type EventSourceParser} from 'eventsource-parser';
import {ChatError} from '../protocol/chat-error.ts';
import type {ServerSentEvent} from '../protocol/dialect.ts';

export interface EventStreamParserOptions {
  /** Characters of a line or an event. */
  readonly maxEvent: number;
  onEvent(event: ServerSentEvent): void;
  /** A comment, or anything else that shows that the server is alive. */
  onComment(): void;
}

/**
 * Reads events out of a body's bytes: server-sent events by the WHATWG rules, or JSON lines where the server
 * left `data:` out (told by the first character that is not of a comment). What comes out does not depend on how
 * the bytes were split.
 * @throws {ChatError} `too-large` beyond the limit, `content` for an HTML page.
 */
export class EventStreamParser {
  readonly #options: EventStreamParserOptions;
  // The parser strips the one BOM that the standard allows; the decoder must leave it there.
  readonly #decoder = new TextDecoder('utf-8', {ignoreBOM: true});
  #framing: Framing | undefined;
  /** Text before the framing is known. */
  #head = '';
  /** Comments were taken off the head, so it is no longer the start of the stream, where a BOM may stand. */
  #pastStart = false;

  constructor(options: EventStreamParserOptions) {
    this.#options = options;
  }

  push(bytes: Uint8Array): void {
    this.#feed(this.#decoder.decode(bytes, {stream: true}));
  }

  /**
   * The body is over. Returns what stood there unfinished, closed as if the server had finished it: whether to
   * believe it is the caller's decision.
   */
  end(): readonly ServerSentEvent[] {
    this.#feed(this.#decoder.decode());
    this.#framing ??= this.#begin(this.#sse());
    return this.#framing.end();
  }

  #feed(text: string): void {
    if (text === '') return;
    if (this.#framing) {
      this.#framing.feed(text);
      return;
    }
    this.#head += text;
    const framing = this.#decide();
    if (framing) this.#framing = this.#begin(framing);
  }

  #begin(framing: Framing): Framing {
    framing.feed(this.#head);
    return framing;
  }

  /** Looks past blank lines and comments, which say nothing about the framing. */
  #decide(): Framing | undefined {
    for (;;) {
      const start = this.#head.search(/[^\s\uFEFF]/);
      if (start < 0) return this.#head.length > this.#options.maxEvent ? this.#sse() : undefined;
      const first = this.#head[start];
      if (first === '<' && /^<(?:!doctype|html)/i.test(this.#head.slice(start, start + 9))) throw pageError();
      // Nine characters tell a page from something odd that begins with "<".
      if (first === '<' && this.#head.length - start < 9) return undefined;
      if (first === '{' || first === '[') return jsonLinesFraming(this.#options);
      if (first !== ':') return this.#sse();
      const rest = this.#head.slice(start);
      const end = rest.search(/[\r\n]/);
      if (end < 0) return this.#head.length > this.#options.maxEvent ? this.#sse() : undefined;
      this.#options.onComment();
      this.#head = rest.slice(end + 1);
      this.#pastStart = true;
    }
  }

  #sse(): Framing {
    const framing = sseFraming(this.#options);
    if (this.#pastStart) framing.feed(':\n');
    return framing;
  }
}

interface Framing {
  feed(text: string): void;
  end(): readonly ServerSentEvent[];
}

function sseFraming({maxEvent, onEvent, onComment}: EventStreamParserOptions): Framing {
  let tail: ServerSentEvent[] | undefined;
  const parser: EventSourceParser = createParser({
    maxBufferSize: maxEvent,
    onComment,
    onEvent({event = 'message', data, id}) {
      if (data.length > maxEvent) throw tooLarge(maxEvent);
      const parsed = id === undefined ? {event, data} : {event, data, id};
      if (tail) tail.push(parsed);
      else onEvent(parsed);
    },
    onError(error) {
      if (error.type === 'max-buffer-size-exceeded') throw tooLarge(maxEvent);
      // The field `error:` is no SSE, but some builds of llama.cpp send it.
      if (error.type === 'unknown-field' && error.field === 'error' && error.value) {
        onEvent({event: 'error', data: error.value});
      }
    },
  });
  return {
    feed: text => parser.feed(text),
    end() {
      tail = [];
      parser.feed('\n\n');
      return tail;
    },
  };
}

/** One JSON value a line; `data:` before it is forgiven, and so is one pretty-printed value over many lines. */
function jsonLinesFraming({maxEvent, onEvent, onComment}: EventStreamParserOptions): Framing {
  let line = '';
  let emitted = false;
  let unparsed = '';

  const read = (text: string): ServerSentEvent | undefined => {
    const data = text.replace(/^\uFEFF?\s*(?:data:)?\s*/, '').trimEnd();
    if (data === '[DONE]' || parses(data)) return {event: 'message', data};
    if (data.startsWith(':')) onComment();
    else if (data !== '') unparsed += `${text}\n`;
    if (unparsed.length > maxEvent) throw tooLarge(maxEvent);
    return undefined;
  };

  return {
    feed(text) {
      // A line break that was split reads as a blank line, which means nothing here.
      const [first = '', ...rest] = text.split(/[\r\n]/);
      line += first;
      for (const next of rest) {
        const event = read(line);
        if (event) onEvent(event);
        emitted ||= event !== undefined;
        line = next;
      }
      if (line.length > maxEvent) throw tooLarge(maxEvent);
    },
    end() {
      const event = read(line);
      if (event) return [event];
      // Nothing came line by line: perhaps it is one value, printed over many lines.
      return !emitted && parses(unparsed) ? [{event: 'message', data: unparsed}] : [];
    },
  };
}

function parses(text: string): boolean {
  const first = text.trimStart()[0];
  if (first !== '{' && first !== '[') return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function tooLarge(maxEvent: number): ChatError {
  return new ChatError('too-large', `The server sent an event of more than ${maxEvent} characters.`);
}

export function pageError(): ChatError {
  return new ChatError(
    'content',
    'The endpoint answered with a web page instead of a stream. Check the URL, and whether a login or a proxy stands before it.',
  );
}
