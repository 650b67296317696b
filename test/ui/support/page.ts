import {assert} from 'chai';
import {pause} from '../../../src/markdown/markdown-renderer.ts';
import type {SseChat} from '../../../src/ui/sse-chat.ts';
import './fake-conversation.ts'; // Defines the element.
import type {FakeChat} from './fake-conversation.ts';

const SELECTORS = {
  alert: '[role="alert"]',
  article: 'article',
  button: 'button, [role="button"]',
  dialog: '[role="dialog"]',
  log: '[role="log"]',
  region: '[role="region"]',
  textbox: 'textarea',
} as const;

export type Role = keyof typeof SELECTORS;

/** Puts an element on the page with these properties, and waits for its conversation. */
export async function mount(properties: Partial<SseChat> = {}): Promise<FakeChat> {
  const chat = document.createElement('fake-chat') as FakeChat;
  Object.assign(chat, {endpoint: '/api/chat', history: 'none', ...properties});
  document.body.append(chat);
  await until(() => chat.fakes.length > 0, 'a conversation');
  await drawn(chat);
  return chat;
}

/** Takes every element of a test off the page. */
export async function unmount(): Promise<void> {
  for (const chat of document.querySelectorAll('fake-chat, sse-chat')) chat.remove();
  await Promise.resolve();
}

/** Waits until what has come is on screen. */
export async function drawn(chat: SseChat): Promise<void> {
  for (let i = 0; i < 2; i++) await new Promise(resolve => requestAnimationFrame(resolve));
  // Where frames are dear, as on a busy machine, text is drawn more rarely.
  await new Promise(resolve => setTimeout(resolve, pause));
  await new Promise(resolve => requestAnimationFrame(resolve));
  // Observers of sizes run after the frame's callbacks, and what they see is drawn after the frame.
  for (let i = 0; i < 2; i++) await new Promise(resolve => setTimeout(resolve));
  await chat.updateComplete;
}

/** Looks again each frame; the test's own time limit ends it. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const started = performance.now();
  while (!holds()) {
    assert.isBelow(performance.now() - started, 45_000, `waited in vain for ${what}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

export function nameOf(element: Element): string {
  return element.getAttribute('aria-label') ?? element.textContent?.trim() ?? '';
}

/** What can be seen of a role, in the order of the page. */
export function all(chat: Element, role: Role, name?: string): HTMLElement[] {
  const found = [...(chat.shadowRoot as ShadowRoot).querySelectorAll<HTMLElement>(SELECTORS[role])];
  return found.filter(
    each => each.getClientRects().length > 0 && (name === undefined || nameOf(each) === name),
  );
}

/** The one of that role and name. */
export function the(chat: Element, role: Role, name?: string): HTMLElement {
  const found = all(chat, role, name);
  assert.lengthOf(found, 1, `${role} ${name ?? ''} among: ${all(chat, role).map(nameOf).join(' | ')}`);
  return found[0] as HTMLElement;
}

export function composer(chat: Element): HTMLTextAreaElement {
  return the(chat, 'textbox', 'Message') as HTMLTextAreaElement;
}

/** Writes into the text box as an input method of the platform would. */
export function write(box: HTMLTextAreaElement, text: string): void {
  box.focus();
  box.value = text;
  box.dispatchEvent(new InputEvent('input', {bubbles: true, composed: true}));
}

/** Presses a key where the focus is. True if nobody took it. */
export function press(
  target: Element,
  key: string,
  rest: KeyboardEventInit & {keyCode?: number} = {},
): boolean {
  const event = new KeyboardEvent('keydown', {key, bubbles: true, composed: true, cancelable: true, ...rest});
  // Not settable by the constructor in every engine.
  if (rest.keyCode !== undefined) Object.defineProperty(event, 'keyCode', {value: rest.keyCode});
  return target.dispatchEvent(event);
}

/** The name of what has the focus in the element. */
export function focusIn(chat: Element): string {
  const active = activeIn(chat);
  return active ? nameOf(active) : '';
}

export function activeIn(chat: Element): Element | null {
  return (chat.shadowRoot as ShadowRoot).activeElement;
}

export function spoken(role: 'status' | 'alert'): string {
  const regions = [...document.querySelectorAll(`[data-sse-chat-announcer][role="${role}"]`)];
  return regions.map(region => region.textContent).join('');
}
