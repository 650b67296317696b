import {html, nothing, type TemplateResult} from 'lit';
import {cleanLabel, IMAGES, LINKS, safeUrl} from '../markdown/safe-url.ts';
import {
  type FilePart,
  isFinal,
  type Message,
  type MessagePart,
  type ReasoningPart,
  type SourcePart,
} from '../protocol/message.ts';
import {adoptStyles} from './adopt-styles.ts';
import {renderAttached} from './attached-file.ts';
import {isCounted, linkMarks} from './citations.ts';
import {css} from './css.ts';
import {save} from './data-url.ts';
import {durationOf} from './duration.ts';
import type {Piece} from './message-parts.ts';
import type {MessageContext} from './message-view.ts';
import {english} from './parts-strings.ts';
import {fill, type PartStrings} from './strings.ts';

const styles = css`
  .plain {
    margin-top: 8px;
    padding-inline-start: 12px;
    border-inline-start: 2px solid var(--_border);
    white-space: pre-wrap;
  }
  summary {
    width: fit-content;
    border-radius: 5px;
    cursor: pointer;
  }
  .more {
    flex-basis: 100%;
  }
  .reasoning + .body {
    margin-top: 8px;
  }
  .sources,
  .files,
  .refused {
    margin-top: 12px;
  }
  .reasoning,
  .sources,
  .refused {
    font-size: 0.93em;
    color: var(--_muted);
  }
  .sources > p {
    font-weight: 600;
  }
  .sources li {
    margin-top: 4px;
  }
  .sources bdi + bdi {
    margin-inline-start: 0.5em;
  }
  .sources blockquote {
    margin-block: 2px 6px;
    max-height: 8em;
    overflow-y: auto;
    white-space: pre-wrap;
  }
  /* As wide as it was as text: an answer that ends must not break its lines anew. */
  .cite {
    background: var(--_surface);
    box-shadow: 0 0 0 1px var(--_border);
  }
  .files {
    display: flex;
    flex-wrap: wrap;
    align-items: flex-start;
    gap: 8px;
  }
  /* A question may be nothing but what is attached. */
  .user > .body:empty {
    display: none;
  }
  .user > .files {
    align-self: flex-end;
    justify-content: flex-end;
    max-width: min(85%, 560px);
  }
  .files img {
    width: 100%;
    max-width: 480px;
    aspect-ratio: 1; /* What a model draws has mostly a shape near to that. */
    border-radius: 10px;
    background: var(--_surface);
    object-fit: scale-down;
  }
  .files :is(a, button, span) {
    display: inline-block;
    padding: 3px 10px;
    border: 1px solid var(--_field);
    border-radius: 10px;
    font-size: 0.93em;
  }
  .files .attached {
    display: grid;
    justify-items: start;
    max-width: 100%;
    padding: 8px;
    overflow-wrap: anywhere;
  }
  .attached canvas {
    height: 150px;
    max-width: 100%;
    margin-bottom: 4px;
    border-radius: 4px;
    object-fit: scale-down;
  }
  .attached small {
    font-size: 0.9em;
    color: var(--_muted);
  }
`;

/** What is shown before the text of a message, after it, and in the note on how it ended. */
export interface BesideText {
  readonly before: Piece;
  readonly after: Piece;
  readonly details: Piece;
}

/**
 * Draws what a message has besides its text: reasoning, tool calls, sources, files, a refusal. Parts that are meant for
 * the page are not shown.
 */
export function besideText(article: HTMLElement, message: Message, context: MessageContext): BesideText {
  // Once it is in the shadow root.
  requestAnimationFrame(() => article.isConnected && adoptStyles(article, styles));
  const {parts} = message;
  const of = <Type extends MessagePart['type']>(type: Type) =>
    parts.filter((part): part is Extract<MessagePart, {type: Type}> => part.type === type);
  const [thoughts, sources, files, refusals] = [of('reasoning'), of('source'), of('file'), of('refusal')];
  if (sources.length > 0) linkMarks(article, {message, sources, newTab: context.strings.newTab});
  return {
    before: html`${thoughts.length > 0 ? renderThoughts(thoughts, message, context) : nothing}
      ${of('tool-call').length > 0 ? callsOf(article, message, context) : nothing}`,
    after: html`${files.length > 0 ? renderFiles(files, message, context) : nothing}
      ${sources.length > 0 ? renderSources(sources, message, context) : nothing}
      ${refusals.map(({reason = ''}) => renderRefusal(reason, message, context))}`,
    details: message.status === 'error' ? renderDetails(message, stringsOf(context)) : nothing,
  };
}

/** Where the tool calls of a message are drawn. The code for it is loaded for the first of them. */
const places = new WeakMap<HTMLElement, HTMLElement>();

function callsOf(article: HTMLElement, message: Message, context: MessageContext): HTMLElement {
  const place = places.get(article) ?? document.createElement('div');
  places.set(article, place);
  void import('./tool-calls.ts').then(
    ({drawCalls}) => drawCalls(place, message, context),
    () => {}, // Tried again when something changes.
  );
  return place;
}

const stringsOf = ({strings}: MessageContext) => ({...english, ...strings.parts});

function renderThoughts(
  thoughts: readonly ReasoningPart[],
  {parts, status}: Message,
  context: MessageContext,
): TemplateResult {
  const {strings} = context;
  const thinks = !isFinal(status) && parts.at(-1)?.type === 'reasoning';
  const time = thoughts.reduce((sum, {duration = 0}) => sum + duration, 0);
  const thought = fill(stringsOf(context).thought, 'duration', durationOf(time, strings.lang));
  return html`<details class="reasoning" part="reasoning">
    <summary>${thinks ? strings.thinking : time < 1000 ? stringsOf(context).reasoning : thought}</summary>
    <div class="plain" dir="auto">${thoughts.map(({text}) => text).join('\n\n')}</div>
  </details>`;
}

function renderSources(
  sources: readonly SourcePart[],
  message: Message,
  context: MessageContext,
): TemplateResult {
  const heading = stringsOf(context).sources;
  return html`<section class="sources" part="sources" aria-label=${heading}>
    <p>${heading}</p>
    <ol>${grouped(sources, message).map(
      same =>
        html`<li>${renderSource(same.find(({title}) => title) ?? same[0]!, context)}${[
          ...new Set(same.map(({quote}) => quote)),
        ].map(quote =>
          quote ? html`<blockquote dir="auto">${cleanLabel(quote)}</blockquote>` : nothing,
        )}</li>`,
    )}</ol>
  </section>`;
}

/** Links to the same page are one source, with all quotes from it, unless the text refers to them by number. */
function grouped(sources: readonly SourcePart[], message: Message): readonly (readonly SourcePart[])[] {
  const byPage = new Map<string, SourcePart[]>();
  sources.forEach((source, index) => {
    const page = source.url?.replace(/#:~:text=.*/s, ''); // A text fragment only names a passage.
    const key = isCounted(message) || page === undefined ? `${index}` : page;
    const same = byPage.get(key);
    if (same) same.push(source);
    else byPage.set(key, [source]);
  });
  return [...byPage.values()];
}

/** The host is always the real one; the title is what the server says. */
function renderSource({url: raw, title = '', id}: SourcePart, context: MessageContext): TemplateResult {
  const url = raw === undefined ? undefined : safeUrl(raw, document, LINKS);
  const name = cleanLabel(title).trim();
  if (!url) return html`<bdi>${name || cleanLabel(id)}</bdi>`;
  const target = url.host || url.pathname;
  const label = name || target + (url.host && url.pathname !== '/' ? decoded(url.pathname) : '');
  return html`${renderLink(url, label, context)}${name ? html` <bdi data-host>${target}</bdi>` : nothing}`;
}

function renderLink(url: URL, label: string, {strings}: MessageContext): TemplateResult {
  const opens = IMAGES.test(url.protocol) ? strings.newTab : nothing;
  return html`<a aria-description=${opens} href=${url.href} rel="noopener noreferrer nofollow ugc" target="_blank"><bdi>${label}</bdi></a>`;
}

function renderFiles(files: readonly FilePart[], {role}: Message, context: MessageContext): TemplateResult {
  const isAttached = ({url}: FilePart) => role === 'user' && url.startsWith('data:');
  return html`<div class="files" part="files">${files.map(file =>
    isAttached(file) ? renderAttached(file, context.strings.lang) : renderFile(file, context),
  )}</div>`;
}

/** Images inside the message itself need no request, and these types hold no script. */
const OWN_IMAGE = /^data:image\/(png|jpe?g|gif|webp|avif);base64,/i;

/** Follows the rules for images in the text: shown at once from an origin that the page allows, else as a link. */
function renderFile(
  {url: raw, mediaType = '', name = ''}: FilePart,
  context: MessageContext,
): TemplateResult {
  const {strings, imageOrigins} = context;
  const isImage = /^image\b/i.test(mediaType) || /^data:image\//i.test(raw);
  const kind = isImage ? strings.image : stringsOf(context).file;
  const label = cleanLabel(name).trim();
  const url = safeUrl(raw, document, IMAGES);
  const isShown = isImage && (OWN_IMAGE.test(raw) || (url && imageOrigins.includes(url.origin)));
  if (isShown) {
    return html`<img alt=${label || strings.image} src=${url?.href ?? raw} loading="lazy" referrerpolicy="no-referrer">`;
  }
  const words = kind + strings.colon + (label || url?.host || mediaType);
  if (url) return renderLink(url, label && url.host ? `${words} (${url.host})` : words, context);
  if (!raw.startsWith('data:')) return html`<span dir="auto">${words}</span>`;
  return html`<button type="button" dir="auto" @click=${() => save(raw, label)}>${words}</button>`;
}

/** The text of a refusal is the answer's text. This says that it is a refusal, and why. */
function renderRefusal(reason: string, {text}: Message, context: MessageContext): TemplateResult {
  const why = reason && !text.includes(reason) ? ` ${cleanLabel(reason)}` : '';
  return html`<p class="refused" part="refusal" dir="auto">${stringsOf(context).refused}${why}</p>`;
}

/** The path as people read it, if it can be decoded. */
function decoded(path: string): string {
  try {
    return cleanLabel(decodeURI(path));
  } catch {
    return path;
  }
}

/** Details to quote to support. */
function renderDetails({requestIds, error}: Message, strings: PartStrings): Piece {
  const ids = [...new Set([...requestIds, ...(error?.requestIds ?? [])])].join(', ');
  const rows = [
    error?.status && fill(strings.httpStatus, 'status', error.status),
    ids && fill(strings.requestIds, 'ids', ids),
    error?.message,
  ].filter(Boolean);
  if (rows.length === 0) return nothing;
  return html`<details class="more" part="details">
    <summary>${strings.details}</summary>
    <ul>${rows.map(row => html`<li dir="auto">${row}</li>`)}</ul>
  </details>`;
}
