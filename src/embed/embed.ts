import {drawLauncher, type Launcher} from './launcher.ts';
import {launcherWords} from './words.ts';

/**
 * The part of the element's public surface that this script uses. It is declared here because the loader imports
 * nothing of the element, not even its types.
 */
interface ChatElement extends HTMLElement {
  readonly updateComplete: Promise<unknown>;
  show(): Promise<void>;
}

const TAG = 'sse-chat';
/** An inline chat loads once it is this close to the viewport. */
const NEAR = '300px';
/** Up to this viewport width, in CSS pixels, an open chat covers the page. */
const PHONE = 480;
/** Milliseconds by which a click on a touch screen may follow the release. */
const CLICK_DELAY = 400;

/**
 * The script tag: `<script src="…/embed.js" data-endpoint="/api/chat" defer></script>`.
 *
 * Puts an `<sse-chat>` on the page, with every `data-x` of the script as its attribute `x`, and draws its launcher at
 * once. The element's code, `sse-chat.js` beside this script, is loaded on intent: when the launcher is pointed at or
 * focused, at the latest when it is clicked. The element is on the page from the start, so that listeners and
 * properties (`document.querySelector('sse-chat').headers = …`) can be set at any time.
 *
 * Without `data-mode` it is a `popup`. With `inline`, the chat is placed in the element that `data-target` selects, or
 * after the script, which then must be in the body; it is loaded when it comes near the viewport. A chat that was open
 * in this tab, or has `data-open`, `data-greeting-bubble` or `data-movable-launcher`, is loaded at once.
 */
function embed(script: HTMLScriptElement): void {
  const chat = document.createElement(TAG) as ChatElement;
  for (const {name, value} of script.attributes) {
    // `on…` would be code, a strict policy forbids `style`, and `target` is for this script.
    const attribute = /^data-(?!on|style$|target$)(.+)/.exec(name)?.[1];
    if (attribute) chat.setAttribute(attribute, value);
  }
  if (!chat.matches('[mode=inline],[mode=popup],[mode=panel],[mode=fullscreen]')) {
    if (chat.hasAttribute('mode')) console.error('sse-chat: unknown data-mode.', script);
    chat.setAttribute('mode', 'popup');
  }
  chat.dataset['turboPermanent'] = ''; // Otherwise Turbo's morphing removes the chat.
  const inline = chat.matches('[mode=inline]');

  const endpoint = chat.getAttribute('endpoint');
  if (!endpoint) {
    console.error('sse-chat: data-endpoint is missing.', script);
    return;
  }
  let parent = inline ? targetOf(script) : document.body;
  // In the head, the chat would be invisible.
  if (!parent && (script.dataset['target'] || script.closest('head'))) {
    console.error('sse-chat: data-target not found.', script);
    return;
  }
  const same = () => [...(parent || chat).querySelectorAll(TAG)].filter(each => isSame(chat, each));
  // A tag manager, or a page that is assembled twice, runs the same tag again.
  if (same().some(each => each.shadowRoot)) return;

  function place(): void {
    for (const copy of same()) copy.remove(); // Turbo keeps a copy, without its shadow root.
    if (parent) parent.append(chat);
    else script.after(chat);
  }

  if (!inline) rememberOpen(chat, `sse-chat:open:${endpoint}`);
  if (!customElements.get(TAG))
    loadOnIntent(chat, inline, new URL(`${TAG}.js`, script.src).href, languageOf(script));
  place();
  // Turbo and Astro replace the body, and do not run the scripts of the head again.
  if (inline || !script.closest('head')) return;
  new MutationObserver(() => {
    if (chat.isConnected || !chat.parentNode) return; // No parent: the page removed the chat itself.
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
      url += '?'; // Firefox caches a failed module forever.
      throw error;
    });
    return loading;
  }
  /** Silent when it fails, since nobody has asked for the chat yet. Opening the chat tries again. */
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
    // Safari does not focus a clicked button. It has to, so that a user whose focus has moved on by the time the chat
    // opens is left there.
    launcher.button.focus();
    void open();
  });
  if (chat.matches('[open],[greeting-bubble],[movable-launcher]')) preload();
}

/** Replaces our launcher with the upgraded element's own, but not while ours is being pressed. */
async function handOver(chat: ChatElement, launcher: Launcher, released: () => Promise<void>): Promise<void> {
  launcher.restyle(); // The element renders only once its locale has loaded.
  await chat.updateComplete;
  await released();
  const root = chat.shadowRoot;
  const focused = root?.activeElement === launcher.button;
  launcher.remove();
  if (focused) root?.querySelector<HTMLElement>('[part=launcher]')?.focus();
}

/** Returns a function that waits until a press of `button` in progress has become a click, or come to nothing. */
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

/** Reopens the chat if it was open in this tab, unless it would cover the page that the user has just opened. */
function rememberOpen(chat: ChatElement, key: string): void {
  try {
    const store = sessionStorage; // Throws where the page may not store anything.
    if (store.getItem(key) && innerWidth > PHONE) chat.setAttribute('open', '');
    chat.addEventListener('chat-open', () => store.setItem(key, '1'));
    chat.addEventListener('chat-close', () => store.removeItem(key));
  } catch {}
}

/** Whether both come from the same tag. Either may be open. */
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

// Read it now: it is `null` by the time the first callback runs.
const script = document.currentScript as HTMLScriptElement | null;
if (!script) {
  console.error('sse-chat: embed.js is not a module. Import "sse-chat" and use <sse-chat>.');
} else if (
  document.readyState === 'loading' &&
  !(document.body && (!script.dataset['target'] || targetOf(script)))
) {
  addEventListener('DOMContentLoaded', () => embed(script), {once: true}); // While the head is parsed, there is no body yet.
} else {
  embed(script);
}
