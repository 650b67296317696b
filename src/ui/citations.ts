import {cleanLabel, IMAGES, LINKS, safeUrl} from '../markdown/safe-url.ts';
import {isFinal, type Message, type SourcePart} from '../protocol/message.ts';

/** How a text refers to its sources: `[1]` is the first one. */
const MARK = /\[(\d{1,3})\]/g;
/** Elements in which `[1]` is not such a mark, or which are not part of the answer's text. */
const OTHERS = 'a, button, code, math, pre, [data-html]';

/** What the marks of a message currently link to. */
interface Cited {
  readonly message: Message;
  readonly sources: readonly SourcePart[];
  readonly newTab: string;
}

const cited = new WeakMap<Element, Cited>();

/** Whether the text refers to its sources by number, in the order in which they came. */
export const isCounted = ({text}: Message): boolean => text.search(MARK) >= 0;

/**
 * Turns each `[2]` in the text of a final message into a link to its second source. Until then, the text belongs to the
 * renderer. The characters stay the same, so that what is copied, quoted and read aloud is what the answer said.
 */
export function linkMarks(article: HTMLElement, now: Cited): void {
  const isWatched = cited.has(article);
  cited.set(article, now);
  // Once the text is in the article.
  queueMicrotask(() => {
    const body = article.querySelector<HTMLElement>('.body');
    if (!body) return;
    const draw = () => {
      const now = cited.get(article);
      if (now && isFinal(now.message.status) && isCounted(now.message)) linkIn(body, now);
    };
    draw();
    // The end of a burst is drawn over several frames, and a part that loads late causes its block to be drawn again.
    if (!isWatched) new MutationObserver(draw).observe(body, {childList: true, subtree: true});
  });
}

function linkIn(body: HTMLElement, {sources, newTab}: Cited): void {
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  for (const text of texts) {
    if (text.parentElement?.closest(OTHERS)) continue;
    // Backwards, so that earlier positions stay valid. A selection stays in place when a text node is split.
    for (const {0: mark, 1: number, index} of [...text.data.matchAll(MARK)].reverse()) {
      const source = sources[Number(number) - 1];
      const url = source?.url === undefined ? undefined : safeUrl(source.url, document, LINKS);
      if (!url) continue;
      const said = text.splitText(index);
      said.splitText(mark.length);
      const link = document.createElement('a');
      const name = cleanLabel(source?.title ?? '').trim() || url.host || url.pathname;
      const attributes = {
        ...(IMAGES.test(url.protocol) && {'aria-description': newTab}),
        'aria-label': `${mark} ${name}`,
        class: 'cite',
        href: url.href,
        rel: 'noopener noreferrer nofollow ugc',
        target: '_blank',
        title: name,
      };
      for (const [name, value] of Object.entries(attributes)) link.setAttribute(name, value);
      said.replaceWith(link);
      link.append(said);
    }
  }
}
