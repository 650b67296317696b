import {lines, NDJSON, sample, sse, type WireSample} from './wire-sample.ts';

const ENDS = ['[DONE]', {done: true}, {finished: true}, {type: 'done'}, {type: 'end'}] as const;
const FIELDS = ['token', 'text', 'content', 'delta', 'answer', 'response', 'output_text', 'message'] as const;

/** Endpoints that people write in an afternoon. */
export const plain: readonly WireSample[] = [
  ...FIELDS.map(field =>
    sample('token', `text under "${field}"`, sse({[field]: 'Hel'}, {[field]: 'lo'}, '[DONE]'), {
      status: 'complete',
      text: 'Hello',
    }),
  ),
  ...ENDS.map(end =>
    sample('token', `the end ${JSON.stringify(end)}`, sse({token: 'Hi'}, end), {
      status: 'complete',
      text: 'Hi',
    }),
  ),
  sample(
    'token',
    'the whole text so far, each time',
    sse({text: 'Hel'}, {text: 'Hello'}, {text: 'Hello you'}, {text: 'Hello you two'}, {done: true}),
    {status: 'complete', text: 'Hello you two'},
  ),
  sample(
    'token',
    'text that only begins as if it were',
    sse({token: 'Ha'}, {token: 'Haha'}, {token: '!'}, {token: '!!'}, {token: '!!!'}, {done: true}),
    {status: 'complete', text: 'HaHaha!!!!!!'},
  ),
  sample(
    'token',
    'a start that could be of anything',
    sse({type: 'start'}, {type: 'token', content: 'Hel'}, {type: 'token', content: 'lo'}, {type: 'end'}),
    {status: 'complete', text: 'Hello'},
  ),
  sample(
    'token',
    'lines without "data:"',
    lines({token: 'Hel'}, {token: 'lo'}, {done: true}),
    {
      status: 'complete',
      text: 'Hello',
    },
    NDJSON,
  ),
  sample('token', 'an error', sse({token: 'Half'}, {error: 'Overheated.'}), {
    status: 'error',
    text: 'Half',
    error: 'Overheated.',
  }),
  sample('token', 'an error under "detail"', sse({token: 'Half'}, {type: 'error', detail: 'Overheated.'}), {
    status: 'error',
    text: 'Half',
    error: 'Overheated.',
  }),
  sample('token', 'a cut', sse({token: 'Half'}), {status: 'interrupted', text: 'Half'}),
  sample('text', 'events of plain text', sse('Hello', ' world', '[DONE]'), {
    status: 'complete',
    text: 'Hello world',
  }),
  sample('text', 'a line break', 'data: One\ndata: Two\n\ndata: !\n\ndata: [DONE]\n\n', {
    status: 'complete',
    text: 'One\nTwo!',
  }),
  sample('text', 'a cut', sse('Half'), {status: 'interrupted', text: 'Half'}),
  sample('text', 'an error', `${sse('Half')}event: error\ndata: Overheated.\n\n`, {
    status: 'error',
    text: 'Half',
    error: 'Overheated.',
  }),
  sample(
    'text',
    'a body of plain text',
    'Hello,\n  world: "1 < 2"\n\n{not json}\ndata: x\n',
    {
      status: 'complete',
      text: 'Hello,\n  world: "1 < 2"\n\n{not json}\ndata: x\n',
    },
    'text/plain; charset=utf-8',
  ),
];
