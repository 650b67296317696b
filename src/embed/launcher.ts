import type {LauncherWords} from './words.ts';

// Same geometry and colours as the element's own launcher, so that the swap goes unnoticed. This one lies on top until
// it is removed, so that a press that began on it also ends on it.
const CSS = `\
:host{display:block;--_offset:var(--sse-chat-offset,20px);--_z:var(--sse-chat-z-index,2147483000)}\
:host(:not([mode=inline])){display:contents}\
[hidden]{display:none!important}\
#embed-launcher{all:initial;box-sizing:border-box;position:fixed;z-index:calc(var(--_z) + 1);\
inset-inline-end:var(--_offset);inset-block-end:calc(var(--_offset) + env(safe-area-inset-bottom,0px));\
display:grid;place-items:center;inline-size:56px;block-size:56px;border-radius:50%;cursor:pointer;\
background:var(--sse-chat-accent,#2f5bea);color:var(--sse-chat-accent-text,#fff);box-shadow:0 4px 16px rgb(0 0 0/.27)}\
#embed-launcher:hover{filter:brightness(1.08)}\
#embed-launcher:focus-visible{outline:2px solid var(--sse-chat-accent,#2f5bea);outline-offset:2px}\
#embed-launcher svg{inline-size:26px;block-size:26px;fill:currentColor}\
#embed-launcher[aria-busy=true]{cursor:progress}\
#embed-failure{box-sizing:border-box;position:fixed;z-index:var(--_z);inset-block-end:calc(var(--_offset) + 70px);\
inset-inline-end:var(--_offset);inline-size:min(280px,100vw - 2*var(--_offset));padding:12px 16px;border:1px solid;\
border-radius:12px;font:14px/1.45 system-ui,sans-serif;background:Canvas;color:CanvasText}\
:host([mode=inline]) #embed-failure{position:static}\
#embed-retry{all:initial;display:block;margin-block-start:8px;padding-block:6px;cursor:pointer;\
font:600 14px/1.45 system-ui,sans-serif;color:inherit;text-decoration:underline}\
#embed-retry:focus-visible{outline:2px solid;outline-offset:2px}\
@media (prefers-reduced-motion:no-preference){#embed-launcher[aria-busy=true] svg{animation:busy 1s .3s ease infinite alternate}}\
@keyframes busy{to{opacity:.35}}\
@media (forced-colors:active){#embed-launcher{border:1px solid ButtonText}#embed-launcher svg{fill:ButtonText}}\
@media print{#embed-launcher{display:none}}`;

const SVG = 'http://www.w3.org/2000/svg';

/** What an `<sse-chat>` shows until its class has been loaded. */
export interface Launcher {
  readonly button: HTMLButtonElement;
  show(state: 'loading' | 'failed'): void;
  /** Adopts the styles again, which an upgraded element replaces with its own. */
  restyle(): void;
  remove(): void;
}

/**
 * Draws into `host`'s shadow root, which the element takes over when it is upgraded. So there is one element from the
 * start, and the page's styles, listeners and properties for it apply before and after.
 * An inline chat has no launcher; only a failure is shown.
 */
export function drawLauncher(
  host: HTMLElement,
  words: LauncherWords,
  {inline, onRetry}: {readonly inline: boolean; readonly onRetry: () => void},
): Launcher {
  const root = host.attachShadow({mode: 'open'});
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  root.adoptedStyleSheets = [sheet];

  const button = element('button', 'embed-launcher');
  button.type = 'button';
  button.hidden = inline;
  button.ariaLabel = words.label;
  button.ariaHasPopup = 'dialog';
  button.ariaExpanded = 'false';
  button.append(icon());

  const failure = element('div', 'embed-failure');
  failure.hidden = true;
  failure.role = 'alert';
  const retry = element('button', 'embed-retry');
  retry.type = 'button';
  retry.textContent = words.retry;
  retry.addEventListener('click', onRetry);
  failure.append(words.failed, retry);
  root.append(button, failure);

  return {
    button,
    show(state) {
      const failed = state === 'failed';
      if (root.activeElement === retry) button.focus(); // Hiding it would lose the focus.
      button.ariaBusy = String(!failed);
      failure.hidden = !failed;
    },
    restyle() {
      root.adoptedStyleSheets.push(sheet);
    },
    remove() {
      button.remove();
      failure.remove();
      root.adoptedStyleSheets = root.adoptedStyleSheets.filter(each => each !== sheet);
    },
  };
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  id: string,
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.id = id;
  return made;
}

function icon(): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', 'M5.6 18 5 22l4.6-2.2a10 8.5 0 1 0-4-1.8Z');
  svg.append(path);
  return svg;
}
