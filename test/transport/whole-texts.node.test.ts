import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {streamCompletion} from '../../src/transport/completion-stream.ts';
import type {PartialAnswer, StreamCompletionOptions} from '../../src/transport/options.ts';
import {type ChunkedBody, chunkedFetch} from '../support/chunked-fetch.ts';
import {FakeClock} from '../support/fake-clock.ts';
import {readStream} from '../support/read-stream.ts';

/** An event of the wire: its payload, and the name it has, if any. */
type Sent = readonly [payload: unknown, name?: string];

const WORDS = ['Rivers ', 'begin as springs, ', 'gather rain, ', 'and reach\n', 'the sea ', 'at last.'];
const TEXT = WORDS.join('');
const DONE: Sent = ['[DONE]'];
const upTo = (pieces: readonly string[]) => pieces.map((_, at) => pieces.slice(0, at + 1).join(''));
const plain = (payload: unknown): Sent => [payload];
const chunk = (choice: object): Sent => [
  {object: 'chat.completion.chunk', choices: [{index: 0, finish_reason: null, ...choice}]},
];
const question = {type: 'human', id: 'q', content: 'Hi'};
/** What an agent says in two messages: the pieces of each. */
const halves = (pieces: readonly string[]) => {
  const half = Math.ceil(pieces.length / 2);
  return [pieces.slice(0, half), pieces.slice(half)].filter(({length}) => length > 0);
};
const inMessages = (pieces: readonly string[]) => {
  const messages = halves(pieces).map((own, at) => ({id: `m${at}`, own}));
  return messages.flatMap(({id, own}, nth) =>
    upTo(own).map(content => ({
      id,
      content,
      all: [
        ...messages.slice(0, nth).map(before => ({id: before.id, content: before.own.join('')})),
        {id, content},
      ].map(each => ({type: 'ai', ...each})),
    })),
  );
};
const delta = (text: string, index = 0): Sent => [
  {type: 'response.output_text.delta', output_index: index, content_index: 0, delta: text},
];
const said = (text: string, index = 0): Sent => [
  {type: 'response.output_text.done', output_index: index, content_index: 0, text},
];
const completed = (texts: readonly string[]): Sent => [
  {
    type: 'response.completed',
    response: {output: texts.map(text => ({type: 'message', content: [{type: 'output_text', text}]}))},
  },
];
const CREATED: Sent = [{type: 'response.created', response: {id: 'r', output: []}}];
const agent = (pieces: readonly string[], inMiddle: boolean): Sent[] => {
  const snapshot = (content: string): Sent => [
    {
      type: 'MESSAGES_SNAPSHOT',
      messages: [
        {id: 'q', role: 'user', content: 'Hi'},
        {id: 'a', role: 'assistant', content},
      ],
    },
  ];
  return [
    [{type: 'RUN_STARTED'}],
    [{type: 'TEXT_MESSAGE_START', messageId: 'a', role: 'assistant'}],
    ...pieces.flatMap((piece, at): Sent[] => [
      [{type: 'TEXT_MESSAGE_CONTENT', messageId: 'a', delta: piece}],
      ...(inMiddle ? [snapshot(upTo(pieces)[at]!)] : []),
    ]),
    [{type: 'TEXT_MESSAGE_END', messageId: 'a'}],
    snapshot(pieces.join('')),
    [{type: 'RUN_FINISHED'}],
  ];
};
const flow = (event: string, more: object): Sent => [{event, task_id: 't', ...more}];

/** Servers that say once more what they said. Each says the text of these pieces; `isAgain`: of a request for the rest. */
const SERVERS: Readonly<Record<string, (pieces: readonly string[], isAgain?: boolean) => readonly Sent[]>> = {
  'plain, the whole text each time': pieces => [...upTo(pieces).map(text => plain({text})), DONE],
  'plain, the whole text with the end': pieces => [
    ...pieces.map(token => plain({token})),
    plain({done: true, text: pieces.join('')}),
  ],
  'plain, the whole text before the end': pieces => [
    ...pieces.map(token => plain({token})),
    plain({message: pieces.join('')}),
    DONE,
  ],
  'openai, the whole message at last': pieces => [
    ...pieces.map(content => chunk({delta: {content}})),
    chunk({message: {role: 'assistant', content: pieces.join('')}, finish_reason: 'stop'}),
    DONE,
  ],
  'ag-ui, a snapshot at last': pieces => agent(pieces, false),
  'ag-ui, snapshots': pieces => agent(pieces, true),
  'langgraph, messages as far as they came': pieces => [
    ...inMessages(pieces).map(({id, content}): Sent => [[{type: 'ai', id, content}], 'messages/partial']),
    [null, 'end'],
  ],
  'langgraph, the state': pieces => [
    ...inMessages(pieces).map(({all}): Sent => [{messages: [question, ...all]}, 'values']),
    [null, 'end'],
  ],
  'langgraph, pieces, nodes and the state': pieces => [
    ...pieces.map((content): Sent => [[{type: 'AIMessageChunk', id: 'a', content}, {}], 'messages']),
    [{model: {messages: [{type: 'ai', id: 'a', content: pieces.join('')}]}}, 'updates'],
    [{messages: [question, {type: 'ai', id: 'a', content: pieces.join('')}]}, 'values'],
    [null, 'end'],
  ],
  'langgraph, nodes': pieces => [
    ...pieces.map(
      (content, at): Sent => [{[`node${at}`]: {messages: [{type: 'ai', id: `m${at}`, content}]}}, 'updates'],
    ),
    [null, 'end'],
  ],
  'dify, a workflow and its outputs': pieces => [
    ...pieces.map(text => flow('text_chunk', {data: {text}})),
    flow('workflow_finished', {data: {status: 'succeeded', outputs: {text: pieces.join('')}}}),
  ],
  'dify, a text that replaces': pieces => [
    ...pieces.map(answer => flow('message', {answer})),
    flow('message_replace', {answer: pieces.join('')}),
    flow('message_end', {metadata: {}}),
  ],
  'ai-sdk, a step that begins anew': (pieces, isAgain) => {
    const [first = [], second = []] = halves(pieces);
    const say = (text: string): Sent => [{type: 'text-delta', id: 't', delta: text}];
    return [
      [{type: 'start', messageId: 'm'}],
      [{type: 'start-step'}],
      ...first.map(say),
      [{type: 'finish-step'}],
      [{type: 'start-step'}],
      ...(isAgain ? [] : [say('Lakes, no: '), [{type: 'reset-step'}] as const]),
      ...second.map(say),
      [{type: 'finish-step'}],
      [{type: 'finish', finishReason: 'stop'}],
      DONE,
    ];
  },
  'openai-responses, all once more': pieces => [
    CREATED,
    ...halves(pieces).flatMap((own, at) => [...own.map(piece => delta(piece, at)), said(own.join(''), at)]),
    completed(halves(pieces).map(own => own.join(''))),
  ],
  'openai-responses, texts that come whole': pieces => [
    CREATED,
    ...halves(pieces).map((own, at) => said(own.join(''), at)),
    completed(halves(pieces).map(own => own.join(''))),
  ],
};

const wire = (sent: readonly Sent[], from: number, to = sent.length) =>
  sent
    .map(([payload, name], at) => {
      const data = typeof payload === 'string' ? payload : JSON.stringify(payload);
      return `id: ${at + 1}\n${name ? `event: ${name}\n` : ''}data: ${data}\n\n`;
    })
    .slice(from, to)
    .join('');

const body = (text: string, end: 'eof' | 'reset', resumes: boolean): ChunkedBody => ({
  chunks: [new TextEncoder().encode(text)],
  end,
  headers: {'content-type': 'text/event-stream', ...(resumes && {'x-stream-id': 's'})},
});

let servers = 0;

async function read(bodies: readonly ChunkedBody[], options: Partial<StreamCompletionOptions>) {
  const clock = new FakeClock();
  const fetch = chunkedFetch(...bodies);
  const stream = streamCompletion({
    endpoint: `http://127.0.0.1:9/${++servers}/chat`,
    messages: [{role: 'user', content: 'Hi'}],
    fetch,
    clock,
    ...options,
  });
  const {result} = await clock.runUntil(readStream(stream, options.partial?.text));
  return {...result, resumePoint: stream.resumePoint, requests: fetch.requests.length};
}

/** The answer as a page finds it after it was left behind so many events. */
async function left(sent: readonly Sent[], events: number, resumes: boolean): Promise<PartialAnswer> {
  const first = body(wire(sent, 0, events), 'reset', resumes);
  const {text, segments, resumePoint} = await read([first], {continuation: 'off', maxRetries: 0});
  return JSON.parse(
    JSON.stringify({text, segments, resume: resumePoint, attempt: 1, continuations: 0}),
  ) as PartialAnswer;
}

for (const [name, answer] of Object.entries(SERVERS)) {
  const sent = answer(WORDS);
  const places = sent.map((_, at) => at).slice(1);
  const rest = (events: number) => body(wire(sent, events), 'eof', true);
  const anew = body(wire(answer(WORDS, true), 0), 'eof', false);
  /** What a model says that goes on where the text ends. */
  const goesOn = (text: string) => {
    const pieces = TEXT.slice(text.length).match(/\S+\s*/g) ?? [];
    return body(
      wire(answer(/^\s/.test(TEXT.slice(text.length)) ? [' ', ...pieces] : pieces, true), 0),
      'eof',
      false,
    );
  };

  describe(`what is said again by ${name}`, () => {
    it('is not doubled in one piece', async () => {
      assert.deepEqual((await read([anew], {})).text, TEXT);
    });

    it('is not doubled after a cut that is taken up', async () => {
      for (const at of places) {
        const {status, text} = await read([body(wire(sent, 0, at), 'reset', true), rest(at)], {});
        assert.deepEqual([status, text], ['complete', TEXT], `cut behind ${at}`);
      }
    });

    it('is not doubled after a reload that takes the stream up', async () => {
      for (const at of places) {
        const partial = await left(sent, at, true);
        // Where a step begins that is void nobody knows any more.
        if (!partial.resume || !TEXT.startsWith(partial.text)) continue;
        const {status, text} = await read([rest(at)], {partial});
        assert.deepEqual([status, text], ['complete', TEXT], `left behind ${at}`);
      }
    });

    for (const [how, restOf] of [
      ['anew', () => anew],
      ['where it ends', goesOn],
    ] as const) {
      it(`is not doubled where a model begins ${how}, after a cut and after a reload`, async () => {
        for (const at of places) {
          const partial = await left(sent, at, false);
          if (partial.text === '' || !TEXT.startsWith(partial.text) || partial.text === TEXT) continue;
          const next = restOf(partial.text);
          // What is short may be pieces that begin alike; only a page that was there before the cut knows better.
          const isShort = next !== anew && TEXT.length - partial.text.length < 12 && name.startsWith('plain');
          if (!isShort || name.endsWith('each time')) {
            const cut = await read([body(wire(sent, 0, at), 'reset', false), next], {});
            assert.deepEqual([cut.status, cut.text], ['complete', TEXT], `cut behind ${at}`);
          }
          if (isShort) continue;
          const reloaded = await read([next], {partial});
          assert.deepEqual([reloaded.status, reloaded.text], ['complete', TEXT], `left behind ${at}`);
        }
      });
    }
  });
}

it('a snapshot after a reload takes nothing from what an earlier request had brought', async () => {
  const [first = [], second = []] = halves(WORDS);
  const sent = SERVERS['ag-ui, snapshots']!(second);
  for (const at of sent.keys()) {
    if (at === 0) continue;
    const brought = second.slice(0, Math.ceil(Math.max(0, at - 2) / 2)).join('');
    const text = first.join('') + brought;
    const partial: PartialAnswer = {
      text,
      resume: {streamId: 's', lastEventId: `${at}`},
      attempt: 2,
      continuations: 1,
    };
    const {status, text: found} = await read([body(wire(sent, at), 'eof', true)], {partial});
    assert.deepEqual([status, found], ['complete', TEXT], `left behind ${at}`);
  }
});
