import {ChatError} from '../protocol/chat-error.ts';
import type {DecodedEvent, Dialect, WireEvent} from '../protocol/dialect.ts';
import type {AttemptMode} from '../protocol/message.ts';

/**
 * The reasoning between tags before an answer's text. One object for all generations of the answer: a server counts
 * positions in everything it sent, so a continuation sends back the tags and what is between them, too.
 */
export interface Thoughts {
  /** Everything before the first character of the text. `undefined` if a reload lost it. */
  raw: string | undefined;
  /** The tag that is open. */
  tag: string | undefined;
  /** What was read but may still turn out to be a tag. */
  held: string;
  /** The part of `raw` that the server repeats, by the position that it gave. */
  again: string;
}

/** Where in the answer a generation begins. */
export interface Beginning {
  readonly mode: AttemptMode;
  /** The text of the answer so far. */
  readonly text: string;
  readonly thoughts: Thoughts;
  /** What dialects remember across all attempts at the answer. */
  readonly memory: object;
}

type Kind = 'text' | 'reasoning';
type Said = readonly [Kind, string];
type Reader = (piece: string, isOver?: boolean) => readonly Said[];

const TAGS = ['think', 'thinking'];
const MAX_HELD = 1000; // characters of white space before or in reasoning
/** In these dialects tags are text, because they have other ways to mark reasoning. */
const NEVER = /^(anthropic|gemini|openai-responses|cohere)/;
/** White space that makes what follows indented code, in which tags are text. */
const CODE_INDENT = /(^|\n) {0,3}(\t| {4})[^\n]*$/;

/**
 * Wraps a dialect so that text between `<think>` and `</think>` at the beginning of an answer becomes reasoning, even
 * if the tag is not closed at a clean end. After the first character of the text, and in code, tags are text.
 * Source: docs/adr/0015-thoughts-between-tags.md.
 * @param state The attempt's. Whoever decodes an event only to inspect it passes another one.
 * @param wire The first event with text. It was already decoded, to `decoded`, which cannot be done twice.
 */
export function readThoughts(
  dialect: Dialect,
  state: Record<string, unknown>,
  wire: WireEvent,
  decoded: readonly DecodedEvent[],
  beginning: Beginning,
): Dialect {
  const {text, thoughts} = beginning;
  const isRead = !NEVER.test(dialect.name);
  let read = createReader(beginning);
  let before: Readonly<Record<Kind, string>> = {text: '', reasoning: ''};

  function keep(said: readonly Said[]): readonly Said[] {
    for (const [kind, words] of said) before = {...before, [kind]: before[kind] + words};
    return said;
  }

  /** Reads a whole answer in place of what came before, which it either extends or contradicts. */
  function replace(whole: string): readonly (Said | readonly ['replace', string])[] {
    Object.assign(thoughts, {tag: undefined, held: ''}, text === '' && thoughts.raw && {raw: ''});
    read = createReader(beginning);
    const then = before;
    before = {text: '', reasoning: ''};
    keep(read(whole));
    const now = (['reasoning', 'text'] as const).map(kind => [kind, before[kind]] as const);
    const grows = now.every(([kind, words]) => words.startsWith(then[kind]));
    const said = now.map(([kind, words]) => [kind, grows ? words.slice(then[kind].length) : words] as const);
    const filled = said.filter(([, words]) => words !== '');
    return grows ? filled : [['replace', ''], ...filled];
  }

  function part(event: DecodedEvent): readonly DecodedEvent[] {
    const raw = 'raw' in event ? event.raw : undefined;
    const put = ([type, text]: Said | readonly ['replace', string]) => ({type, text, raw});
    if (event.type === 'text') return keep(read(event.text)).map(put);
    if (event.type === 'replace') return replace(event.text).map(put);
    return /^(finish|done|error)$/.test(event.type) ? [...keep(read('', true)).map(put), event] : [event];
  }

  const wrap = (dialect: Dialect): Dialect => ({
    ...dialect,
    fuller: event => dialect.fuller?.(event)?.then(found => found && wrap(found)),
    decode(event, asked) {
      const events = event === wire ? decoded : dialect.decode(event, asked);
      return isRead && asked === state ? events.flatMap(part) : events;
    },
    end(asked) {
      const events = dialect.end?.(asked) ?? [];
      return isRead ? events.flatMap(part) : events;
    },
  });
  return wrap(dialect);
}

function createReader({mode, text, thoughts}: Beginning): Reader {
  const isFirst = text === '';
  const known = isFirst ? '' : thoughts.again || thoughts.raw || '';
  /** A model that is asked to continue may think again first. */
  const mayBegin = isFirst || (mode === 'continue-turn' && !endsInCode(text));
  let phase: 'echo' | 'start' | 'thought' | 'text' = mayBegin ? 'start' : 'text';
  if (thoughts.tag !== undefined) phase = 'thought';
  else if (known !== '' && mode !== 'resume') phase = 'echo';
  let hasThought = isFirst && thoughts.raw === undefined;
  /** Whether the reasoning has a character that is not white space. */
  let isFilled = thoughts.tag !== undefined && thoughts.raw === undefined;
  let last = '';
  let out: Said[] = [];

  function say(type: Said[0], words: string): void {
    if (words !== '') out.push([type, words]);
  }

  function begin(words: string): void {
    phase = 'text';
    thoughts.held = '';
    if (isFirst) thoughts.raw = hasThought ? thoughts.raw?.slice(0, thoughts.raw.length - words.length) : '';
    say('text', words);
  }

  function think(words: string): void {
    const filled = isFilled ? words : words.trimStart();
    isFilled ||= filled !== '';
    last = words.at(-1) ?? last;
    say('reasoning', filled);
  }

  /** Skips what a server that begins anew repeats before the text. */
  function skip(isOver: boolean): boolean {
    const {held} = thoughts;
    if (held.startsWith(known)) begin(held.slice(known.length));
    else if (known.startsWith(held)) {
      if (isOver) thoughts.held = '';
      return false;
    } else if (thoughts.again !== '' && thoughts.again !== thoughts.raw) {
      throw new ChatError('gap', 'The server continued with different reasoning.');
    } else phase = mayBegin ? 'start' : 'text';
    if (phase === 'text' && thoughts.held !== '') begin(thoughts.held);
    return phase === 'start';
  }

  function start(isOver: boolean): boolean {
    const {held} = thoughts;
    const rest = held.trimStart();
    const lead = held.slice(0, held.length - rest.length);
    const waits = !isOver && held.length < MAX_HELD;
    const isCode = CODE_INDENT.test(lead);
    if (waits && (rest === '' || (!isCode && TAGS.some(tag => `<${tag}>`.startsWith(rest))))) return false;
    const tag = isCode ? undefined : TAGS.find(tag => rest.startsWith(`<${tag}>`));
    if (tag === undefined) {
      // Blank lines after reasoning only separate it from the text.
      begin(hasThought ? (/\n/.test(lead) ? held.replace(/^\s*\n/, '') : rest) : held);
      return false;
    }
    thoughts.tag = tag;
    thoughts.held = rest.slice(tag.length + 2);
    phase = 'thought';
    hasThought = true;
    isFilled = false;
    return true;
  }

  function inThought(isOver: boolean): boolean {
    const {held} = thoughts;
    const close = `</${thoughts.tag}>`;
    const at = closeIn(held, close, last, isOver);
    if (at >= 0) {
      think(held.slice(0, at).trimEnd());
      thoughts.held = held.slice(at + close.length);
      thoughts.tag = undefined;
      phase = 'start';
      return true;
    }
    const mark = held.lastIndexOf('<');
    const mayClose = !isOver && mark >= 0 && close.startsWith(held.slice(mark));
    const sure = held.slice(0, mayClose ? mark : held.length);
    const words = !isOver && held.length > MAX_HELD ? sure : sure.trimEnd();
    thoughts.held = isOver ? '' : held.slice(words.length);
    think(words);
    return false;
  }

  return (piece, isOver = false) => {
    if (phase === 'text') return piece === '' ? [] : [['text', piece]];
    thoughts.held += piece;
    if (isFirst && thoughts.raw !== undefined) thoughts.raw += piece;
    out = [];
    for (let goesOn = true; goesOn; ) {
      goesOn = phase === 'echo' ? skip(isOver) : phase === 'start' ? start(isOver) : inThought(isOver);
    }
    return out;
  };
}

/** The index of the closing tag; -1 if there is none, or none that is certain yet. A tag between backticks is text. */
function closeIn(text: string, close: string, before: string, isOver: boolean): number {
  for (let at = text.indexOf(close); at >= 0; at = text.indexOf(close, at + 1)) {
    if ((text[at - 1] ?? before) !== '`') return at;
    const after = text[at + close.length];
    if (after === undefined) return isOver ? at : -1;
    if (after !== '`') return at;
  }
  return -1;
}

/** Whether the text ends inside a code block or inside inline code. */
function endsInCode(text: string): boolean {
  const fences = text.match(/^ {0,3}(`{3,}|~{3,})/gm) ?? [];
  const line = text.slice(text.lastIndexOf('\n') + 1);
  return fences.length % 2 === 1 || line.split('`').length % 2 === 0;
}
