import {bound} from '../protocol/bound.ts';
import {ChatError} from '../protocol/chat-error.ts';
import {RAW, type ServerSentEvent} from '../protocol/dialect.ts';
import {isObject, parseJson} from '../protocol/json.ts';

const MAX_HEAD = 2000; // characters in which it is looked for what a body is

export interface EventStreamParserOptions {
  /** What looks like no events is bare text. */
  readonly isPlain: boolean;
  /** Characters of a line or an event. */
  readonly maxEvent: number;
  onEvent(event: ServerSentEvent): void;
  /** A comment, or anything else that shows that the server is alive. */
  onComment(): void;
}

/**
 * Reads events out of a body's bytes: server-sent events by the WHATWG rules, or JSON lines where the server
 * left `data:` out (told by the first characters that are not of a comment). What comes out does not depend on how
 * the bytes were split. A JSON array, an AI SDK data stream and bare text are passed on as they are, as `RAW` events. Both methods throw a `ChatError`: `too-large` beyond the limit, `content` for an HTML page.
 */
export interface EventStreamParser {
  push(bytes: Uint8Array): void;
  /**
   * The body is over. Returns what stood there unfinished, closed as if the server had finished it: whether to
   * believe it is the caller's decision.
   */
  end(): readonly ServerSentEvent[];
}

interface Framing {
  feed(text: string): void;
  end(): readonly ServerSentEvent[];
}

export function createEventStreamParser(options: EventStreamParserOptions): EventStreamParser {
  const decoder = new TextDecoder(); // It takes off the one byte order mark that the standard allows.
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
        // Nine characters tell a page from something odd that begins with "<", and fields from text.
        // What follows a bracket tells a list of objects from lines of JSON, and an object from code.
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
    if (text === '') return; // An empty piece between CR and LF does not part them.
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
      if (!framing) decide(); // What is short is judged, too.
      return (framing ?? begin(sseFraming)).end();
    },
  };
}

/** White space at the start of a text is part of it. */
function rawFraming({onEvent, maxEvent}: EventStreamParserOptions): Framing {
  const piece = (data: string) => ({event: RAW, data, maxEvent});
  return {
    feed: data => {
      if (data !== '\ufffd') onEvent(piece(data)); // What the end cuts off of a character comes alone, and is no text.
    },
    end: () => [piece('')],
  };
}

const SPACE = 32;
const COLON = 58;
const LONGEST_FIELD = 5; // characters of `event`, `error` and `retry`

/**
 * Server-sent events by the standard, with three leniencies: an event that has a name and no data is one all the same
 * (`event: end` is how some servers end), the field `error`, which is none, is an event of that name (llama.cpp), and
 * where JSON is said and no text, an object behind a whole one is another event: its server leaves out blank lines.
 */
function sseFraming({maxEvent, isPlain: isText, onEvent, onComment}: EventStreamParserOptions): Framing {
  let emit = onEvent;
  /** The beginning of a line whose end has not come. */
  let pending = '';
  /** The last piece ended in CR; a LF at the start of the next one belongs to it. */
  let afterCr = false;
  let event = '';
  let data: string | undefined;
  let id: string | undefined;
  // Where no blank line comes behind it, what stood before the data is its own, and what stands behind it that of the next.
  // Only data of one line is asked whether it is whole, so that reading stays linear.
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
    // `retry` too means nothing: when to ask again is not the server's decision.
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
    if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n'); // Most have none, which is seen sooner so.
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
    if (length > maxEvent) pending = ''; // The error holds on to this function for as long as it is kept.
    bound(length, maxEvent);
  }

  return {
    feed,
    end() {
      const tail: ServerSentEvent[] = [];
      if (pending) feed('\n'); // What stood before a last line that is one more event was whole.
      emit = event => tail.push(event);
      feed('\n\n');
      return tail;
    },
  };
}

/** One JSON value a line; `data:` before it is forgiven, and so is one pretty-printed value over many lines. */
function jsonLinesFraming({maxEvent, onEvent, onComment}: EventStreamParserOptions): Framing {
  let line = '';
  /** The end of the line, in which a border may begin. */
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
      // A line break that was split reads as a blank line, which means nothing here. Some objects have none between them:
      // in a string no such brackets stand before a name.
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
      // Nothing came line by line: perhaps it is one value, printed over many lines.
      return !emitted && parses(unparsed) ? [{event: 'message', data: unparsed}] : [];
    },
  };
}

function parses(text: string): boolean {
  return /^\s*[{["]/.test(text) && parseJson(text) !== undefined;
}
