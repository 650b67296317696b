import type {Elements} from './dom.ts';
import {parseInline} from './inline-parser.ts';
import type {DrawnLabels} from './markdown-renderer.ts';
import {type Home, type Place, paint} from './paint.ts';
import type {References} from './references.ts';

/** What inline text needs to know about its document. */
export interface InlineContext extends Elements {
  readonly imageOrigins: readonly string[];
  readonly labels: DrawnLabels;
  readonly references: References;
  readonly autolinks?: boolean | undefined;
}

/** Longer unsettled text, in UTF-16 units, is drawn only after growing by an eighth, to keep the cost linear. */
const LONG_TAIL = 4096;
/** UTF-16 units of a task's text that become the name of its checkbox. */
const MAX_NAME = 200;

/** Draws the block's current text: the last one, with more at its end or less. `final` if no more can come. */
export type InlineView = (text: string, final: boolean) => void;

/**
 * Draws the inline content of one block: keeps the nodes up to the safe point, and updates the rest to the current
 * meaning of the text, changing only nodes that differ.
 */
export function inlineView(home: Home, context: InlineContext): InlineView {
  let text = '';
  let final = false;
  let safe = 0;
  /** Where the nodes of the text before `safe` end. */
  let settled: Place | undefined;

  function forget(): void {
    safe = 0;
    settled = undefined;
  }

  function draw(): void {
    const {references, autolinks} = context;
    const lookup = (label: string) => references.lookup(label, redraw);
    const parsed = parseInline(text, safe, final, autolinks !== false, lookup, redraw);
    settled = paint(home, settled, context, parsed);
    safe = parsed.safe;
    const {body, checkbox} = home;
    if (checkbox && (final || !checkbox.ariaLabel))
      checkbox.ariaLabel = body.textContent.trim().slice(0, MAX_NAME);
  }

  /** Draws all of the text again, for a definition or the name of a character that came late. */
  function redraw(): void {
    forget();
    // A fixed direction meanwhile, see `elementsOf`.
    const block = home.body.closest<HTMLElement>('[dir=auto]');
    if (block) block.dir = 'ltr';
    draw();
    if (block) block.dir = 'auto';
  }

  return (now, last) => {
    if (now === text && last === final) return;
    if (now.length < safe || home.cut) forget();
    const tail = now.length - safe;
    if (!last && tail > LONG_TAIL && now.length - text.length < tail / 8) return;
    text = now;
    final = last;
    draw();
  };
}
