import {type BlockParser, blockParser} from './block-parser.ts';
import type {ViewContext} from './block-views.ts';
import {type Elements, elementsOf} from './dom.ts';
import {loading} from './entities.ts';
import {languages} from './highlight.ts';
import {createReferences, type References} from './references.ts';

/** See `createMarkdownRenderer`. */
export interface MarkdownRenderer {
  /** Appends text to the document. It may be drawn a frame later. */
  append(text: string): void;
  /** Draws everything before it returns; the promise waits for lazily loaded parts. No `append` after it. */
  end(): Promise<void>;
  /** Like `end()`, but if more is left than fits into a frame, the rest is drawn in the next ones. */
  finish(): void;
  /** Empties the container and starts again. */
  reset(): void;
}

export interface MarkdownOptions {
  /** Exact origins whose images are shown at once; all other images become labelled links. Default none. */
  readonly imageOrigins?: readonly string[];
  /**
   * Adds a bar to each block of code, with its language and buttons to copy it and to wrap its lines, and to each table,
   * with buttons to copy it as Markdown and as TSV. The code of the buttons is loaded with the first one. Default false.
   */
  readonly codeActions?: boolean;
  /** Highlights fenced code that names a language; the highlighter is loaded with the first such block. Default false. */
  readonly highlight?: boolean;
  /**
   * Draws formulas between `$…$`, `$$…$$`, `\(…\)` and `\[…\]`. Nothing is drawn until what finds them has loaded.
   * Default false.
   */
  readonly math?: boolean;
  /** Links bare addresses in the text, as GFM does and CommonMark does not. Default true. */
  readonly autolinks?: boolean;
  /** Texts that the renderer itself adds. */
  readonly labels?: Partial<MarkdownLabels>;
}

/** What is drawn with the document itself. */
export interface DrawnLabels {
  /** Names the scrollable box of a table. */
  readonly table: string;
  /** Names the scrollable box of a code block; `{language}` is replaced. */
  readonly code: string;
  /** Precedes the alternative text of an image that is not loaded. */
  readonly image: string;
  /** Describes a link to screen readers. */
  readonly newTab: string;
}

/** What `codeActions` adds. */
export interface ButtonLabels {
  /** Copies a block of code. */
  readonly copy: string;
  readonly copied: string;
  /** The switch that wraps the lines of code. */
  readonly wrap: string;
  /** Copies a table; `{format}` is replaced by `Markdown` or `TSV`. */
  readonly copyTable: string;
}

export type MarkdownLabels = DrawnLabels & ButtonLabels;

/** Milliseconds of a frame that drawing may take; the rest is drawn in the next one. */
const FRAME_BUDGET = 6;
/** Drawing has one part in so many of the main thread: what makes a frame dearer makes frames rarer. */
const SHARE = 10;
/** Milliseconds from one drawing to the next, however dear they are, and where the page is hidden and has no frames. */
const MAX_PAUSE = 250;

/** Milliseconds from the last drawing to the next one. All renderers of a page share its main thread. */
export let pause = 0;
/** No frame draws before that, in the time of frames. */
let due = 0;
/** Milliseconds of the last frame that drew. */
let cost = 0;
/** Whether the time of a frame is being taken. */
let measures = false;

/** `createMarkdownRenderer` without defaults: cuts text into lines, and draws them and what they begin in frames. */
export function markdownRenderer(
  container: HTMLElement | DocumentFragment,
  options: Omit<ViewContext, 'references' | keyof Elements>,
): MarkdownRenderer {
  const document = container.ownerDocument;
  let parser: BlockParser;
  let references: References;
  /** Text that was not looked at yet, and the line that it goes on with. */
  let text: string;
  let line: string;
  let ended: boolean;
  let cancel: (() => void) | undefined;

  function begin(): void {
    references = createReferences();
    parser = blockParser(container, {...elementsOf(document), ...options, references});
    text = line = '';
    ended = false;
  }

  /** Consumes whole lines until `deadline`; whether none is left. */
  function lines(deadline: number): boolean {
    cancel?.();
    const ends = /\r\n|\n|\r(?!$)/g;
    let from = 0;
    for (let found = ends.exec(text); found; found = ends.exec(text)) {
      parser.line(line + text.slice(from, found.index));
      line = '';
      from = ends.lastIndex;
      if (performance.now() > deadline) {
        text = text.slice(from);
        return false;
      }
    }
    // A carriage return at the end may be half of a line end.
    const to = text.endsWith('\r') ? text.length - 1 : text.length;
    line += text.slice(from, to);
    text = text.slice(to);
    return true;
  }

  /** Draws what is there; only until the deadline, and the rest in the next frame. */
  function flush(deadline = performance.now() + FRAME_BUDGET): void {
    const done = lines(deadline);
    if (done && ended) {
      // At the end it is whole, too, and so is a carriage return alone.
      if (line || text) parser.line(line);
      line = text = '';
      parser.end();
    } else parser.preview(line);
    references.patch();
    if (!done) schedule();
  }

  function schedule(): void {
    if (cancel) return;
    let frame: number;
    const next = (): void => {
      frame = requestAnimationFrame(now => {
        if (now < due) return next();
        const start = performance.now();
        flush();
        // Where more waits already, its own budget has cut it short. All else is known behind layout and paint.
        if (!cancel && !measures) {
          measures = true;
          setTimeout(() => {
            measures = false;
            const last = cost;
            cost = performance.now() - start;
            pause = Math.min(cost * SHARE, last * SHARE, MAX_PAUSE);
            due = start + pause;
          });
        }
      });
    };
    next();
    // A page that is hidden, or will be, gets no frame.
    const timer = setTimeout(flush, MAX_PAUSE);
    cancel = () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      cancel = undefined;
    };
  }

  begin();
  return {
    append(more) {
      if (ended) throw new Error('This document has ended; reset() begins another.');
      if (!more) return;
      text += more.replaceAll('\0', '\ufffd');
      schedule();
    },

    async end() {
      ended = true;
      flush(Number.POSITIVE_INFINITY);
      await Promise.all([loading, languages]);
    },

    finish() {
      ended = true;
      due = 0;
      flush();
    },

    reset() {
      cancel?.();
      container.replaceChildren();
      due = cost = 0;
      begin();
    },
  };
}
