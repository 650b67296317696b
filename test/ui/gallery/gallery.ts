import {type FakeChat, messageOf} from '../support/fake-conversation.ts';

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
const params = new URLSearchParams(location.search);
const state = params.get('state') ?? 'complete';

document.documentElement.dir = params.get('dir') ?? 'ltr';
document.documentElement.lang = params.get('lang') ?? 'en';
document.documentElement.style.colorScheme = params.get('scheme') ?? 'light dark';

const chat = document.createElement('fake-chat') as FakeChat;
chat.endpoint = '/api/chat';
chat.history = 'none';
chat.heading = 'Ask Ada';
chat.greeting = 'Hello! What would you like to know?';
chat.suggestions = ['What can you do?', 'Explain server-sent events', 'Write a haiku about packets'];
chat.mode = (params.get('mode') as FakeChat['mode']) ?? 'inline';
chat.open = params.has('open');
document.body.append(chat);
await chat.updateComplete;
while (!chat.fakes.length) await new Promise(requestAnimationFrame);
const {fake} = chat;
Object.assign(globalThis, {chat, fake});

const rtl = params.get('dir') === 'rtl';
const earlier = [
  messageOf('user', rtl ? 'مرحبا، هل يمكنك مساعدتي؟' : 'Hi! Can you help me with streaming?'),
  messageOf(
    'assistant',
    rtl ? 'بالطبع. ما الذي تريد معرفته عن **البث**؟' : 'Of course. What would you like to know?',
  ),
];
if (state !== 'empty') fake.set({settled: earlier});

switch (state) {
  case 'empty':
    break;
  case 'pending':
    void fake.send(QUESTION);
    break;
  case 'streaming':
    void fake.send(QUESTION);
    fake.text(ANSWER.slice(0, Number(params.get('chars') ?? 760)));
    break;
  case 'waiting':
    void fake.send(QUESTION);
    fake.set({status: 'waiting', retryAt: Date.now() + 5_000});
    break;
  case 'reconnecting':
    void fake.send(QUESTION);
    fake.text(ANSWER.slice(0, 420));
    fake.set({status: 'reconnecting'});
    break;
  case 'offline':
    void fake.send(QUESTION);
    fake.set({status: 'offline'});
    break;
  case 'elsewhere':
    fake.set({
      settled: [...earlier, messageOf('user', QUESTION)],
      open: messageOf('assistant', ANSWER.slice(0, 420), {status: 'streaming'}),
      status: 'streaming',
      elsewhere: true,
    });
    break;
  case 'omitted':
    fake.set({
      settled: [...earlier, messageOf('user', QUESTION), messageOf('assistant', ANSWER.slice(0, 155))],
      omitted: 2,
    });
    break;
  case 'interrupted':
  case 'stopped':
  case 'length':
    void fake.send(QUESTION);
    fake.text(ANSWER.slice(0, 420));
    fake.end(state);
    break;
  case 'error':
    void fake.send(QUESTION);
    fake.end('error', {
      error: {
        kind: 'http',
        status: 500,
        message: 'The endpoint answered with status 500.',
        requestIds: ['req_01J9ZK7'],
      },
    });
    break;
  default:
    void fake.send(QUESTION);
    fake.text(ANSWER);
    fake.end('complete');
}
