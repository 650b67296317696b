/**
 * What the driven pages run: the chat, with its attributes from the page's query, and what it said and was told,
 * for `report()`. Times are milliseconds since the epoch, so that they mean the same to the page and to the test.
 */
import '../../../src/index.ts';
import type {Message} from '../../../src/protocol/message.ts';

/** An answer's text at a moment. */
export interface Sight {
  readonly at: number;
  readonly id: string;
  readonly text: string;
}

export interface Report {
  readonly now: number;
  readonly status: string;
  readonly messages: readonly Message[];
  /** Texts of answers, frame by frame as they grew. */
  readonly shown: readonly Sight[];
  /** Messages that the database said were written, the newest text of each. */
  readonly acknowledged: Readonly<Record<string, string>>;
  /** Lifecycle events and what the page was at each, in order. */
  readonly heard: readonly string[];
  /** `chat-storage` events so far. */
  readonly storageErrors: number;
}

declare global {
  var chat: HTMLElementTagNameMap['sse-chat'];
  var report: () => Report;
}

const shown: Sight[] = [];
const acknowledged: Record<string, string> = {};
const heard: string[] = [document.visibilityState];
let storageErrors = 0;

const {put} = IDBObjectStore.prototype;
IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...args) {
  const stored = (args[0] as {message?: Message} | undefined)?.message;
  if (stored) {
    const text = stored.text ?? stored.parts.map(part => ('text' in part ? part.text : '')).join('');
    this.transaction.addEventListener('complete', () => {
      acknowledged[stored.id] = text;
    });
  }
  return put.apply(this, args);
};

for (const name of ['pagehide', 'pageshow'] as const) {
  addEventListener(name, event => heard.push(event.persisted ? `${name} persisted` : name));
}
for (const name of ['online', 'offline']) addEventListener(name, () => heard.push(name));
for (const name of ['freeze', 'resume']) document.addEventListener(name, () => heard.push(name));
document.addEventListener('visibilitychange', () => heard.push(document.visibilityState));

globalThis.chat = document.createElement('sse-chat');
for (const [name, value] of new URLSearchParams(location.search)) chat.setAttribute(name, value);
chat.addEventListener('chat-storage', () => storageErrors++);
document.body.append(chat);

const look = () => {
  const last = chat.messages.at(-1);
  const before = shown.at(-1);
  if (last?.role === 'assistant' && (before?.id !== last.id || before.text !== last.text)) {
    shown.push({at: Date.now(), id: last.id, text: last.text});
  }
  requestAnimationFrame(look);
};
look();

globalThis.report = () => ({
  now: Date.now(),
  status: chat.status,
  messages: chat.messages,
  shown,
  acknowledged,
  heard,
  storageErrors,
});
