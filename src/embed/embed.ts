import {drawLauncher, type Launcher} from './launcher.ts';
import {launcherWords} from './words.ts';

/** What this script relies on of the element's public surface. The element's own types are not for a page's loader. */
interface ChatElement extends HTMLElement {
  readonly updateComplete: Promise<unknown>;
  show(): Promise<void>;
}

const TAG = 'sse-chat';
/** How far outside of the viewport an inline chat begins to load. */
const NEAR = '300px';
/** Up to this width, in CSS pixels, an open chat covers the page. */
const PHONE = 480;
/** On a touch screen the click may follow the release this late, in milliseconds. */
const CLICK_DELAY = 400;

/**
 * The script tag: `<script src="…/embed.js" data-endpoint="/api/chat" defer></script>`.
 *
 * Puts an `<sse-chat>` on the page, with every `data-x` of the script as its attribute `x`, and draws its launcher at
 * once. The element's code, `sse-chat.js` beside this script, is loaded on intent: when the launcher is pointed at or
 * focused, at the latest when it is clicked. The element is on the page from the start, so that listeners and
 * properties (`document.querySelector('sse-chat').headers = …`) can be set at any time.
 *
 * Without `data-mode` it is a `popup`. With `inline` the chat stands in the element that `data-target` selects, or
 * after the script, which is in the body then, and is loaded when it comes near the viewport. A chat that was open in this
 * tab, or has `data-open`, `data-greeting-bubble` or `data-movable-launcher`, is loaded at once.
 */
function embed(script: HTMLScriptElement): void {
  const chat = document.createElement(TAG) as ChatElement;
  for (const {name, value} of script.attributes) {
    // A handler or a style would be code, or what a strict policy forbids.
    const attribute = /^data-(?!on|style$|target$)(.+)/.exec(name)?.[1];
    if (attribute) chat.setAttribute(attribute, value);
  }
  if (!chat.matches('[mode=inline],[mode=popup],[mode=panel],[mode=fullscreen]')) {
    if (chat.hasAttribute('mode')) console.error('sse-chat: nothing matches data-mode.', script);
    chat.setAttribute('mode', 'popup');
  }
  chat.dataset['turboPermanent'] = ''; // Else its morphing takes the chat away.
  const inline = chat.matches('[mode=inline]');

  const endpoint = chat.getAttribute('endpoint');
  if (!endpoint) {
    console.error('sse-chat: nothing in data-endpoint.', script);
    return;
  }
  let parent = inline ? targetOf(script) : document.body;
  // Nobody sees what is in the head.
  if (!parent && (script.dataset['target'] || script.closest('head'))) {
    console.error('sse-chat: nothing matches data-target.', script);
    return;
  }
  const same = () => [...(parent || chat).querySelectorAll(TAG)].filter(each => isSame(chat, each));
  // A tag manager, or a page that is put together twice, runs the same tag again.
  if (same().some(each => each.shadowRoot)) return;

  function place(): void {
    for (const copy of same()) copy.remove(); // Turbo keeps one, without what was drawn in it.
    if (parent) parent.append(chat);
    else script.after(chat);
  }

  if (!inline) rememberOpen(chat, `sse-chat:open:${endpoint}`);
  if (!customElements.get(TAG))
    loadOnIntent(chat, inline, new URL(`${TAG}.js`, script.src).href, languageOf(script));
  place();
  // Turbo and Astro put another body in the place of this one, and run no script of the head again.
  if (inline || !script.closest('head')) return;
  new MutationObserver(() => {
    if (chat.isConnected || !chat.parentNode) return; // The page may have taken it away.
    parent = document.body;
    place();
  }).observe(document.documentElement, {childList: true});
}

function loadOnIntent(chat: ChatElement, inline: boolean, url: string, language: string): void {
  let loading: Promise<unknown> | undefined;
  let opening = false;

  function load(): Promise<unknown> {
    loading ??= import(/* @vite-ignore */ url).catch(error => {
      loading = undefined;
      url += '?'; // Firefox keeps a failed module for good.
      throw error;
    });
    return loading;
  }
  /** Nobody has asked for the chat yet, so a failure is not worth a word; asking for it tries again. */
  const preload = () => void load().catch(() => {});

  async function open(): Promise<void> {
    if (opening) return;
    opening = true;
    launcher.show('loading');
    try {
      await load();
      await handedOver;
      if (!inline) await chat.show();
    } catch (error) {
      launcher.show('failed');
      console.error(`sse-chat: ${url} could not be loaded.`, error);
    }
    opening = false;
  }

  const launcher = drawLauncher(chat, launcherWords(language), {inline, onRetry: () => void open()});
  const released = watchPress(launcher.button);
  const handedOver = customElements.whenDefined(TAG).then(() => handOver(chat, launcher, released));

  if (inline) {
    const observer = new IntersectionObserver(
      entries => {
        if (!entries.some(entry => entry.isIntersecting)) return;
        observer.disconnect();
        void open();
      },
      {rootMargin: NEAR},
    );
    observer.observe(chat);
    return;
  }
  launcher.button.addEventListener('pointerenter', preload);
  launcher.button.addEventListener('focus', preload);
  launcher.button.addEventListener('click', () => {
    // Safari does not focus what is clicked. Who has gone on to something else when the chat opens is left there.
    launcher.button.focus();
    void open();
  });
  if (chat.matches('[open],[greeting-bubble],[movable-launcher]')) preload();
}

/** The upgraded element has its own launcher; ours goes, but not from under a finger. */
async function handOver(chat: ChatElement, launcher: Launcher, released: () => Promise<void>): Promise<void> {
  launcher.restyle(); // The element is drawn later, once its language is there.
  await chat.updateComplete;
  await released();
  const root = chat.shadowRoot;
  const focused = root?.activeElement === launcher.button;
  launcher.remove();
  if (focused) root?.querySelector<HTMLElement>('[part=launcher]')?.focus();
}

/** Returns a function that waits until a press of `button` that is under way has become a click, or nothing. */
function watchPress(button: HTMLElement): () => Promise<void> {
  let released = Promise.resolve();
  const press = () => {
    released = new Promise(resolve => {
      const end = () => setTimeout(resolve, CLICK_DELAY);
      for (const type of ['pointerup', 'pointercancel', 'keyup']) addEventListener(type, end, {once: true});
      button.addEventListener('click', () => resolve(), {once: true});
    });
  };
  button.addEventListener('pointerdown', press);
  button.addEventListener('keydown', press);
  return () => released;
}

/** Opens the chat again if it was open in this tab, but not where it would cover the page that was gone to. */
function rememberOpen(chat: ChatElement, key: string): void {
  try {
    const store = sessionStorage; // Throws where the page may not keep anything.
    if (store.getItem(key) && innerWidth > PHONE) chat.setAttribute('open', '');
    chat.addEventListener('chat-open', () => store.setItem(key, '1'));
    chat.addEventListener('chat-close', () => store.removeItem(key));
  } catch {}
}

/** Whether both are of the same tag. One may be open. */
function isSame(wanted: Element, element: Element): boolean {
  return [...wanted.attributes].every(
    ({name, value}) => name === 'open' || element.getAttribute(name) === value,
  );
}

function languageOf(script: HTMLScriptElement): string {
  return script.dataset['lang'] || script.closest<HTMLElement>('[lang]')?.lang || '';
}

function targetOf(script: HTMLScriptElement): Element | '' | null | undefined {
  const selector = script.dataset['target'];
  return selector && document.querySelector(selector);
}

// Only now: it is gone when the first callback runs.
const script = document.currentScript as HTMLScriptElement | null;
if (!script) {
  console.error('sse-chat: embed.js is no module. Import "sse-chat" and use <sse-chat>.');
} else if (
  document.readyState === 'loading' &&
  !(document.body && (!script.dataset['target'] || targetOf(script)))
) {
  addEventListener('DOMContentLoaded', () => embed(script), {once: true}); // In the head there is no body yet.
} else {
  embed(script);
}
