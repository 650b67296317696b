import type {Message, ToolCallPart} from '../../../src/protocol/message.ts';
import type {SseChat} from '../../../src/ui/sse-chat.ts';
import {type FakeChat, messageOf} from './fake-conversation.ts';
import {FakeRecognition, fakeSpeech} from './fake-speech.ts';
import {all, drawn, mount, press, the, until, write} from './page.ts';

const ANSWER = `Server-sent events are a **one-way stream** from a server to a page, over plain HTTP. The page asks once, and the server keeps the response open and writes to it as it goes.

## When to use them

1. The server talks *much more* than the page does.
2. You want reconnection without writing it: \`Last-Event-ID\` says where to go on.
3. A proxy in between does not speak WebSocket.

\`\`\`ts
const response = await fetch('/api/chat', {method: 'POST', body});
for await (const event of parse(response.body)) {
  if (event.data === '[DONE]') break; // The server says that the answer is over.
  append(JSON.parse(event.data).token);
}
\`\`\`

| | SSE | WebSocket |
|---|---|---|
| Direction | server → page | both |
| Reconnects by itself | yes | no |
| Works over HTTP/2 | yes | since 2018 |

> A stream that ends without a terminal event is not a whole answer.

See the [specification](https://html.spec.whatwg.org/multipage/server-sent-events.html) for the details.`;

const QUESTION = 'What are server-sent events, and when should I use them instead of WebSockets?';

const EARLIER = [
  messageOf('user', 'Hi! Can you help me with streaming?'),
  messageOf('assistant', 'Of course. What would you like to know?'),
];
const ARABIC = [
  messageOf('user', 'مرحبا، هل يمكنك مساعدتي؟'),
  messageOf('assistant', 'بالطبع. ما الذي تريد معرفته عن **البث**؟'),
];

const call = (rest: Partial<ToolCallPart>): ToolCallPart => ({
  type: 'tool-call',
  id: 'c1',
  name: 'find_articles',
  arguments: '{"about":"server-sent events","limit":3}',
  state: 'called',
  round: 1,
  ...rest,
});

const TITLES = ['Server-sent events or WebSockets?', 'A haiku about packets', 'Why does my proxy buffer?'];

/** A question, and the beginning of its answer. */
function ask(chat: FakeChat, answered = 0): void {
  void chat.fake.send(QUESTION);
  if (answered) chat.fake.text(ANSWER.slice(0, answered));
}

const ended = (status: 'interrupted' | 'stopped' | 'length') => (chat: FakeChat) => {
  ask(chat, 420);
  chat.fake.end(status);
};

/** Waits for the line that says what an answer waits for, which is there at once with what else is loaded later. */
async function slow(chat: FakeChat): Promise<void> {
  const root = chat.shadowRoot!;
  root.querySelector('.transcript')!.dispatchEvent(new Event('selectstart'));
  await until(() => root.querySelector('[part=wait]') !== null, 'the line');
}

/** Every state of the interface, by what brings a chat there that has had a first exchange. */
const ways = {
  closed: () => {},
  bubble: chat =>
    until(() => chat.shadowRoot!.querySelector('[part=greeting-bubble]') !== null, 'the bubble'),
  moved: async chat => {
    const button = () => chat.shadowRoot!.querySelector<HTMLElement>('[part=move-button]');
    await until(() => button() !== null, 'the button');
    button()!.click();
    button()!.click();
  },
  empty: chat => chat.fake.set({settled: []}),
  complete: chat => {
    ask(chat, ANSWER.length);
    chat.fake.end('complete');
  },
  wrapped: async chat => {
    const code = `const text = ${JSON.stringify('a long line '.repeat(12))};\n`;
    chat.fake.set({
      settled: [
        messageOf('user', QUESTION),
        messageOf('assistant', `\`\`\`js\n${code}${'run();\n'.repeat(40)}\`\`\`\n`),
      ],
    });
    await until(() => all(chat, 'button', 'Wrap lines').length > 0, 'the switch');
    the(chat, 'button', 'Wrap lines').click();
    chat.shadowRoot!.querySelector('.transcript')!.scrollTop = 300; // Within the block.
  },
  pending: chat => ask(chat),
  connecting: async chat => {
    ask(chat);
    await slow(chat);
  },
  streaming: chat => ask(chat, 760),
  stalled: async chat => {
    ask(chat, 420);
    chat.fake.set({at: performance.now() - 20_000});
    await slow(chat);
  },
  tool: async chat => {
    ask(chat);
    const open = chat.fake.state.open as Message;
    const known = [
      {type: 'reasoning' as const, text: 'They ask for a comparison; articles may help.', duration: 4_200},
      call({id: 'c0', state: 'done', result: ['SSE in depth', 'WebSockets in depth'], duration: 2_700}),
    ];
    const waits = call({name: 'send_mail', arguments: '{"to":"ada@example.com"}', state: 'waiting'});
    chat.fake.set({open: {...open, parts: [...known, {...waits, state: 'called'}]}, status: 'streaming'});
    void chat.fake.options.approveTool?.(waits, {
      needsApproval: true,
      signal: new AbortController().signal,
    });
    chat.fake.set({open: {...open, parts: [...known, waits]}, status: 'waiting'});
    await until(
      () => all(chat, 'button', 'Allow')[0]?.getAttribute('aria-disabled') === 'false',
      'a call that can be allowed',
    );
  },
  waiting: chat => {
    ask(chat);
    chat.fake.set({status: 'waiting', retryAt: Date.now() + 60_000});
  },
  reconnecting: chat => {
    ask(chat, 420);
    chat.fake.set({status: 'reconnecting'});
  },
  offline: chat => {
    ask(chat);
    chat.fake.set({status: 'offline'});
  },
  elsewhere: chat =>
    chat.fake.set({
      settled: [...chat.fake.state.settled, messageOf('user', QUESTION)],
      open: messageOf('assistant', ANSWER.slice(0, 420), {status: 'streaming'}),
      status: 'streaming',
      elsewhere: true,
    }),
  omitted: chat => {
    ask(chat, 155);
    chat.fake.end('complete');
    chat.fake.set({omitted: 2});
  },
  days: async chat => {
    const at = (days: number) => new Date().setHours(10, 5, 0, 0) - days * 86_400_000;
    const messages = chat.fake.state.settled;
    const settled = [9, 1, 0].flatMap(days =>
      messages.map(each => ({...each, id: `${each.id}-${days}`, createdAt: at(days)})),
    );
    chat.fake.set({settled});
    await until(() => chat.shadowRoot!.querySelectorAll('[part=day]').length === 3, 'the days');
  },
  branches: async chat => {
    const [first, second] = chat.fake.state.settled as [Message, Message];
    chat.fake.set({
      settled: [first, second], // As in life: branches come by a change of what is shown.
      branches: [
        {...first, id: 'b1', createdAt: 1, after: '', rest: []},
        {...second, id: 'b2', createdAt: 1, after: first.id, rest: []},
        {...second, id: 'b3', createdAt: second.createdAt + 1, after: first.id, rest: []},
      ],
    });
    await until(() => all(chat, 'button', 'Next version').length > 0, 'the branches');
  },
  suggestions: async chat => {
    ask(chat, 155);
    chat.suggestions = [
      'What about HTTP/2?',
      'Show me a server in Node, please, with Express',
      'Why one-way?',
    ];
    const text = `${ANSWER.slice(0, 155)} [1]`;
    const url = 'https://html.spec.whatwg.org/';
    const source = {type: 'source' as const, id: '1', url, title: 'HTML', quote: 'Server-sent events'};
    chat.fake.end('complete', {text, parts: [{type: 'text', text}, source]});
    await until(() => chat.shadowRoot!.querySelector('.next') !== null, 'the suggestions');
    await until(() => chat.shadowRoot!.querySelector('.cite') !== null, 'what leads to the source');
  },
  queued: async chat => {
    ask(chat, 155);
    await drawn(chat);
    const box = the(chat, 'textbox', 'Message') as HTMLTextAreaElement;
    write(
      box,
      'And how does a server know that the page is gone? Does it have to write to the socket to find that out?',
    );
    press(box, 'Enter');
    await until(() => chat.shadowRoot!.querySelector('.queued') !== null, 'a message that waits');
  },
  quote: async chat => {
    ask(chat, ANSWER.length);
    chat.fake.end('complete');
    await drawn(chat);
    const root = chat.shadowRoot as ShadowRoot & {getSelection?(): Selection | null};
    const item = root.querySelector('li:nth-child(2)')!;
    item.dispatchEvent(new Event('selectstart', {bubbles: true}));
    item.scrollIntoView({block: 'center'});
    (root.getSelection?.() ?? document.getSelection())!.setBaseAndExtent(
      item,
      0,
      item,
      item.childNodes.length,
    );
    await until(() => root.querySelector('.quote:not([hidden])') !== null, 'the button');
  },
  feedback: async chat => {
    const [question, answer] = chat.fake.state.settled as [Message, Message];
    const rated: Message = {...answer, id: 'rated', feedback: {rating: 'down'}};
    chat.fake.set({settled: [{...question, id: 'first'}, rated, question, answer]});
    await until(() => chat.shadowRoot!.querySelectorAll('.good').length > 1, 'the thumbs');
    chat.shadowRoot!.querySelector<HTMLElement>('[data-last] .good')!.click();
    await until(() => chat.shadowRoot!.querySelector('.why') !== null, 'the note');
  },
  voice: async chat => {
    ask(chat, 155);
    chat.fake.end('complete');
    await until(() => all(chat, 'button', 'Read aloud').length > 1, 'the voice');
    write(the(chat, 'textbox', 'Message') as HTMLTextAreaElement, 'And what about');
    the(chat, 'button', 'Dictate').click();
    FakeRecognition.last.onerror?.({error: 'not-allowed'});
    FakeRecognition.last.onend?.();
    the(chat, 'button', 'Dictate').click();
    FakeRecognition.last.hear('web sockets');
    all(chat, 'button', 'Read aloud').at(-1)?.click();
  },
  interrupted: ended('interrupted'),
  stopped: ended('stopped'),
  length: ended('length'),
  error: chat => {
    ask(chat);
    chat.fake.end('error', {
      error: {
        kind: 'http',
        status: 500,
        message: 'The endpoint answered with status 500.',
        requestIds: ['req_01J9ZK7'],
      },
    });
  },
  editing: async chat => {
    all(chat, 'button', 'Edit')[0]?.click();
    await until(() => all(chat, 'textbox', 'Edit your message').length > 0, 'the editor');
  },
  attachments: async chat => {
    await until(() => all(chat, 'button', 'Attach files').length > 0, 'the button');
    const canvas = Object.assign(document.createElement('canvas'), {width: 96, height: 64});
    const context = canvas.getContext('2d')!;
    context.fillStyle = 'rebeccapurple';
    context.fillRect(0, 0, 96, 64);
    const picture = await new Promise<Blob | null>(resolve => canvas.toBlob(resolve));
    const transfer = new DataTransfer();
    transfer.items.add(new File([picture!], 'a-screenshot-of-the-network-panel.png', {type: 'image/png'}));
    transfer.items.add(new File(['data: {}\n\n'.repeat(300)], 'stream.txt', {type: 'text/plain'}));
    transfer.items.add(new File(['MZ'], 'setup.exe', {type: 'application/x-msdownload'}));
    const input = chat.shadowRoot!.querySelector<HTMLInputElement>('input[type=file]')!;
    input.files = transfer.files;
    input.dispatchEvent(new Event('change', {bubbles: true}));
    await until(() => chat.shadowRoot!.querySelectorAll('.chip .size').length === 2, 'the files');
    write(the(chat, 'textbox', 'Message') as HTMLTextAreaElement, 'What is wrong here?');
  },
  list: async chat => {
    const conversations = TITLES.map((title, at) => ({
      info: {id: `list-${at}`, title, createdAt: 0, updatedAt: Date.UTC(2026, 0, 5 - at, 10, 5)},
      messages: [messageOf('user', title)],
    }));
    await chat.importHistory({schema: 1, conversations});
    the(chat, 'button', 'Conversations').click();
    const list = () => chat.shadowRoot!.querySelectorAll('.conversations li');
    await until(() => list().length >= TITLES.length, 'the list');
  },
} satisfies Record<string, (chat: FakeChat) => void | Promise<void>>;

export type StateName = keyof typeof ways;
export const stateNames = Object.keys(ways) as StateName[];

const SETTINGS: Partial<Record<StateName, Partial<SseChat>>> = {
  closed: {mode: 'popup'},
  bubble: {
    mode: 'popup',
    open: false,
    greetingBubble: 'Hi! Questions about streaming? Ask away, we like them.',
  },
  moved: {mode: 'popup', movableLauncher: true},
  feedback: {feedback: true},
  voice: {voice: true, feedback: true, attachments: ''},
  attachments: {attachments: 'image/*,.txt'},
  list: {history: 'memory'},
};

/** A chat in that state, on the page. */
export async function showState(state: StateName, settings: Partial<SseChat> = {}): Promise<FakeChat> {
  if (state === 'voice') fakeSpeech();
  if (state === 'moved') localStorage.clear(); // Of where it was moved to before.
  const chat = await mount({
    heading: 'Ask Ada',
    greeting: 'Hello! What would you like to know?',
    suggestions: ['What can you do?', 'Explain server-sent events', 'Write a haiku about packets'],
    ...settings,
    ...SETTINGS[state],
  });
  chat.fake.set({settled: document.documentElement.dir === 'rtl' ? ARABIC : EARLIER});
  await drawn(chat);
  await ways[state](chat);
  await drawn(chat);
  return chat;
}
