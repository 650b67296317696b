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
/** Drawing gets one part in this many of the main thread: the more a frame costs, the fewer frames there are. */
const SHARE = 10;
/** The most milliseconds between two drawings, whatever they cost; also where the page is hidden and gets no frames. */
const MAX_PAUSE = 250;

/** Milliseconds from the last drawing to the next. All renderers of a page share its main thread. */
export let pause = 0;
/** No frame before this timestamp draws. */
let due = 0;
/** Milliseconds that the last frame with a drawing took. */
let cost = 0;
/** Whether a frame is being timed. */
let measures = false;

/**
 * `createMarkdownRenderer` without defaults: splits text into lines, and draws these and the unfinished one in frames.
 */
export function markdownRenderer(
  container: HTMLElement | DocumentFragment,
  options: Omit<ViewContext, 'references' | keyof Elements>,
): MarkdownRenderer {
  const document = container.ownerDocument;
  let parser: BlockParser;
  let references: References;
  /** Text not processed yet, and the unfinished line that it continues. */
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

  /** Consumes complete lines until `deadline`. Returns whether none is left. */
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

  /** Draws what has arrived, until the deadline; the rest in the next frame. */
  function flush(deadline = performance.now() + FRAME_BUDGET): void {
    const done = lines(deadline);
    if (done && ended) {
      // At the end, the last line is complete, and so is a line end of a carriage return alone.
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
        // If more is waiting already, the frame was cut short by its own budget. Otherwise its cost is known only after
        // layout and paint.
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
    // A page that is hidden, or about to be, gets no frame.
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
