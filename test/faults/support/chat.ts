import {assert} from 'chai';
import '../../../src/index.ts';
import type {ExportedHistory} from '../../../src/client.ts';
import type {Message} from '../../../src/protocol/message.ts';
import type {SseChat} from '../../../src/ui/sse-chat.ts';
import type {Ledger, ResponseScript, Scenario} from '../../support/scenario.ts';
import {serveRemotely} from '../../support/served-scenario.ts';

/** The answer of the in-page tests: about 4 kB on the wire, half a second long at `slow`. */
export const tokens: readonly string[] = Array.from({length: 150}, (_, index) => ` word${index}`);
export const text = tokens.join('');
/** A little at a time, so that there is a middle. */
export const slow: ResponseScript = {pause: 3};
/** The connection breaks after about a third, late enough for a busy page to have read some of it: a reset throws the rest away. */
export const broken: ResponseScript = {
  pause: 3,
  gap: {before: 50, ms: 1000},
  cut: {at: 1500, by: 'reset'},
};

/** Falls silent after about a third, so that a page that goes away has not had its end, however busy it is. */
export const halted: ResponseScript = {pause: 3, cut: {at: 1500, by: 'stall'}};

export interface OpenChat {
  readonly chat: SseChat;
  /** Each status that it had, in order. */
  readonly statuses: readonly string[];
  /** `chat-storage` events so far. */
  readonly storageErrors: readonly Event[];
  /** What the server was asked so far. */
  ledger(): Promise<Ledger>;
  answer(): Message | undefined;
  /** Takes it off the page and puts another in its place, as a reload does but for what the page remembers. */
  reopen(): Promise<OpenChat>;
}

let keys = 0;
const open = new Set<SseChat>();

/** The name of the database of a chat with that key. */
export const databaseOf = (key: string) => `sse-chat:${key}`;
export const newKey = () => `faults-${performance.timeOrigin}-${++keys}`;

/** A chat on this page that asks the scripted server, slow at first, with a history of its own. */
export async function openChat(
  scenario: Partial<Scenario> = {},
  properties: Partial<SseChat> = {},
): Promise<OpenChat> {
  const served = await serveRemotely({dialect: 'token', tokens, responses: [slow], ...scenario});
  return show({endpoint: served.endpoint, historyKey: newKey(), ...properties}, served.ledger);
}

function show(properties: Partial<SseChat>, ledger: () => Promise<Ledger>): OpenChat {
  const chat = document.createElement('sse-chat');
  const statuses: string[] = [];
  const storageErrors: Event[] = [];
  chat.addEventListener('chat-status', event => statuses.push(event.status));
  chat.addEventListener('chat-storage', event => storageErrors.push(event));
  Object.assign(chat, properties);
  document.body.append(chat);
  open.add(chat);
  return {
    chat,
    statuses,
    storageErrors,
    ledger,
    answer: () => {
      const last = chat.messages.at(-1);
      return last?.role === 'assistant' ? last : undefined;
    },
    reopen: async () => {
      await close(chat);
      return show(properties, ledger);
    },
  };
}

async function close(chat: SseChat): Promise<void> {
  open.delete(chat);
  chat.remove();
  // Removed elements save what is left and let go of their databases in tasks of their own.
  await pause(20);
}

/** Takes every chat of a test off the page. */
export async function closeAll(): Promise<void> {
  await Promise.all([...open].map(close));
}

export const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));

/** Looks again and again; the limit is for a machine that does much else at the same time. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 45_000;
  while (!holds()) {
    assert.isBelow(performance.now(), deadline, `waited in vain for ${what}`);
    await pause(5);
  }
}

export const hasText = ({answer}: OpenChat, length = 1) => (answer()?.text.length ?? 0) >= length;
export const isComplete = ({answer, chat}: OpenChat) =>
  answer()?.status === 'complete' && chat.status === 'ready';

/** The answer became whole, is there exactly once, and the server was asked just so. */
export async function assertWhole(opened: OpenChat, modes: readonly string[]): Promise<void> {
  await until('the whole answer', () => isComplete(opened));
  assert.equal(opened.answer()?.text, text);
  assert.deepEqual(
    opened.chat.messages.map(({role}) => role),
    ['user', 'assistant'],
  );
  await assertAsked(opened, modes);
}

export async function assertAsked({ledger}: OpenChat, modes: readonly string[]): Promise<void> {
  const {requests} = await ledger();
  assert.deepEqual(
    requests.map(({mode}) => mode),
    modes,
  );
  assert.isTrue(
    requests.every(({exact}) => exact),
    'each request goes on from what the answer has',
  );
}

/** Whatever happened before, the next message is answered. */
export async function assertGoesOn(opened: OpenChat): Promise<void> {
  const answer = await opened.chat.send('And now?');
  assert.equal(answer.status, 'complete');
  assert.equal(answer.text, text);
}

/** All that the history has, by conversation: role, status and text of each message. */
export async function storedTexts({chat}: OpenChat): Promise<string[][]> {
  const history: ExportedHistory = await chat.exportHistory('json');
  return history.conversations.map(({messages}) =>
    messages.map(({role, status, text}) => `${role} ${status} ${text.length}`),
  );
}
