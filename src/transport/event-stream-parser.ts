import {bound} from '../protocol/bound.ts';
import {ChatError} from '../protocol/chat-error.ts';
import {RAW, type ServerSentEvent} from '../protocol/dialect.ts';
import {isObject, parseJson} from '../protocol/json.ts';

const MAX_HEAD = 2000; // characters within which the framing must show

export interface EventStreamParserOptions {
  /** Whether a body that does not look like events is plain text. */
  readonly isPlain: boolean;
  /** Maximum characters of a line or an event. */
  readonly maxEvent: number;
  onEvent(event: ServerSentEvent): void;
  /** A comment, or anything else that shows that the server is alive. */
  onComment(): void;
}

/**
 * Reads events from a body's bytes: server-sent events by the WHATWG rules, or JSON lines if the server omitted `data:`
 * (the first characters after any comments tell). The events do not depend on how the bytes were split. A JSON array,
 * an AI SDK data stream and plain text are passed on unchanged, as `RAW` events. Both methods throw a `ChatError`:
 * `too-large` beyond the limit, `content` for an HTML page.
 */
export interface EventStreamParser {
  push(bytes: Uint8Array): void;
  /**
   * The body is over. Returns what was left unfinished, closed as if the server had finished it; whether to believe
   * that is up to the caller.
   */
  end(): readonly ServerSentEvent[];
}

interface Framing {
  feed(text: string): void;
  end(): readonly ServerSentEvent[];
}

export function createEventStreamParser(options: EventStreamParserOptions): EventStreamParser {
  const decoder = new TextDecoder(); // Drops the one byte order mark that the standard allows.
  let framing: Framing | undefined;
  /** Text before the framing is known. */
  let head = '';
  let isOver = false;

  function begin(make: (options: EventStreamParserOptions) => Framing): Framing {
    framing = make(options);
    framing.feed(head);
    return framing;
  }

  /** Looks past blank lines and comments, which say nothing about the framing. */
  function decide(): void {
    const {maxEvent, onComment, isPlain} = options;
    for (;;) {
      const start = head.search(/\S/);
      const rest = head.slice(start);
      if (start < 0) {
        if (head.length > maxEvent) begin(sseFraming);
        return;
      }
      if (/^<(?:!doctype|html)/i.test(rest))
        throw new ChatError('content', 'The endpoint answered with a web page. Check the URL.');
      if (rest[0] !== ':') {
        // Nine characters tell a page from anything else that begins with "<", and SSE fields from text. What follows a
        // bracket tells an array of objects from JSON lines, and an object from code.
        if (!isOver && rest.length < MAX_HEAD && /^([[{]\s*|[^{\r\n]{0,8})$/.test(rest)) return;
        const isText = isPlain && !/^(\{\s*["}]|(data|event|id|retry|message):)/.test(rest);
        if (isText || /^\[\s*[{\]]|^\w:["{[]/.test(rest)) begin(rawFraming);
        else begin(/^[{["]/.test(rest) ? jsonLinesFraming : sseFraming);
        return;
      }
      const end = rest.search(/[\r\n]/);
      bound(end < 0 ? rest.length : end, maxEvent);
      if (end < 0) return;
      onComment();
      head = rest.slice(end + 1);
    }
  }

  function feed(text: string): void {
    if (text === '') return; // An empty piece must not separate a CR from its LF.
    if (framing) {
      framing.feed(text);
    } else {
      head += text;
      decide();
    }
  }

  return {
    push: bytes => feed(decoder.decode(bytes, {stream: true})),
    end() {
      feed(decoder.decode());
      isOver = true;
      if (!framing) decide(); // Even a body this short needs a framing.
      return (framing ?? begin(sseFraming)).end();
    },
  };
}

/** Passes the body on unchanged: even white space at the start is part of a text. */
function rawFraming({onEvent, maxEvent}: EventStreamParserOptions): Framing {
  const piece = (data: string) => ({event: RAW, data, maxEvent});
  return {
    feed: data => {
      if (data !== '\ufffd') onEvent(piece(data)); // A lone U+FFFD is a character that the end of the body cut.
    },
    end: () => [piece('')],
  };
}

const SPACE = 32;
const COLON = 58;
const LONGEST_FIELD = 5; // characters of `event`, `error` and `retry`

/**
 * Server-sent events by the standard, with three leniencies. An event with a name but no data counts: some servers end
 * with `event: end`. The non-standard field `error` (llama.cpp) makes an event of that name. And unless the data is
 * text, a line with a JSON object after a complete one is a new event, for servers that omit blank lines.
 */
function sseFraming({maxEvent, isPlain: isText, onEvent, onComment}: EventStreamParserOptions): Framing {
  let emit = onEvent;
  /** The beginning of a line whose end has not arrived. */
  let pending = '';
  /** The last piece ended in CR, so an LF at the start of the next one belongs to it. */
  let afterCr = false;
  let event = '';
  let data: string | undefined;
  let id: string | undefined;
  // Without blank lines, the fields before the data belong to its event, and those after it to the next. Only data of
  // one line is tested for being a whole object, so that parsing stays linear.
  let before: Omit<ServerSentEvent, 'data'> | undefined;
  let behind: {event?: string; id?: string} = {};

  function dispatch(): void {
    if (data !== undefined || event !== '') emit({event: event || 'message', data: data ?? '', id});
    isText ||= !!data && data[0] !== '{';
    event = '';
    data = before = id = undefined;
  }

  /** The line from `from` to `to`, without its end. */
  function read(text: string, from: number, to: number): void {
    if (from === to) {
      dispatch();
      return;
    }
    bound(to - from, maxEvent);
    let colon = from;
    while (colon < to && text.charCodeAt(colon) !== COLON) if (++colon - from > LONGEST_FIELD) return;
    if (colon === from) {
      onComment();
      return;
    }
    const start = text.charCodeAt(colon + 1) === SPACE ? colon + 2 : colon + 1;
    const value = text.slice(start, to);
    const field = text.slice(from, colon);
    if (field === 'event') event = behind.event = value;
    else if (field === 'id' && !value.includes('\0')) id = behind.id = value;
    else if (field === 'error') event = behind.event = field;
    // `retry` is ignored like any unknown field: the server does not decide when to ask again.
    if (field !== 'data' && field !== 'error') return;
    if (before && !isText && /^(\{|\[DONE\])/.test(value) && isObject(parseJson(data!))) {
      emit({...before, data: data!});
      ({event = '', id} = behind);
      data = undefined;
    }
    if (data === undefined) {
      before = {event: event || 'message', id};
      behind = {};
      data = value;
    } else {
      data += `\n${value}`;
      before = undefined;
    }
    bound(data.length, maxEvent);
  }

  function feed(piece: string): void {
    let text = afterCr && piece.startsWith('\n') ? piece.slice(1) : piece;
    afterCr = piece.endsWith('\r');
    if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n'); // Most have no CR, and `includes` is faster.
    let at = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
      if (pending === '') {
        read(text, at, end);
      } else {
        const line = pending + text.slice(at, end);
        pending = '';
        read(line, 0, line.length);
      }
      at = end + 1;
    }
    if (at === text.length) return;
    pending += text.slice(at);
    const {length} = pending;
    if (length > maxEvent) pending = ''; // The error below keeps this closure, and so the text, alive.
    bound(length, maxEvent);
  }

  return {
    feed,
    end() {
      const tail: ServerSentEvent[] = [];
      if (pending) feed('\n'); // If the last line begins another event, the one before it was whole.
      emit = event => tail.push(event);
      feed('\n\n');
      return tail;
    },
  };
}

/**
 * One JSON value per line. Also accepts `data:` before it, and a single value that is pretty-printed over many lines.
 */
function jsonLinesFraming({maxEvent, onEvent, onComment}: EventStreamParserOptions): Framing {
  let line = '';
  /** The last characters so far, which may be the start of a border between two objects. */
  let held = '';
  let emitted = false;
  let unparsed = '';

  const read = (text: string): ServerSentEvent | undefined => {
    bound(text.length, maxEvent);
    const data = text.replace(/^\s*(?:data:)?\s*/, '').trimEnd();
    if (data === '[DONE]' || parses(data)) return {event: 'message', data};
    if (data.startsWith(':')) onComment();
    else if (data !== '') unparsed += `${text}\n`;
    bound(unparsed.length, maxEvent);
    return undefined;
  };

  return {
    feed(text) {
      // A CRLF that was split reads as a blank line, which means nothing here. Some servers put no line break between
      // objects: `}{"` before a name cannot occur inside a JSON string.
      const lines = (held + text).split(/[\r\n]|(?<=\})(?=\{"\w)/);
      const last = lines.pop()!;
      for (const next of lines) {
        const event = read(line + next);
        line = '';
        emitted ||= event !== undefined;
        if (event) onEvent(event);
        else if (emitted && unparsed) {
          onEvent({event: 'message', data: unparsed}); // The dialect counts what it cannot read.
          unparsed = '';
        }
      }
      bound(line.length + last.length, maxEvent);
      line += last.slice(0, -3);
      held = last.slice(-3);
    },
    end() {
      const event = read(line + held);
      if (event) return [event];
      // No line was a value: perhaps all of them are one, pretty-printed.
      return !emitted && parses(unparsed) ? [{event: 'message', data: unparsed}] : [];
    },
  };
}

function parses(text: string): boolean {
  return /^\s*[{["]/.test(text) && parseJson(text) !== undefined;
}
