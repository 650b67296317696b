import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {streamCompletion} from '../../src/client.ts';
import {integer, newSeed, seededRandom} from '../support/seeded-random.ts';

type StreamOptions = Parameters<typeof streamCompletion>[0];

/** The body of a response, and whether the connection breaks behind it. */
interface Answer {
  readonly body: string | Uint8Array | readonly string[];
  readonly cut?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

const sse = (...payloads: readonly unknown[]) =>
  payloads.map(each => `data: ${typeof each === 'string' ? each : JSON.stringify(each)}\n\n`).join('');
const chunk = (delta: object, finish_reason: string | null = null) => ({
  object: 'chat.completion.chunk',
  choices: [{index: 0, delta, finish_reason}],
});

/** What is known of one server stays, so each reading has its own. */
let servers = 0;

/** Reads an answer of which each request gets the next part. */
async function read(answers: readonly Answer[], options: Partial<StreamOptions> & {path?: string} = {}) {
  const {path = 'api/chat', ...rest} = options;
  let requests = 0;
  const stream = streamCompletion({
    endpoint: `http://127.0.0.1:9/${++servers}/${path}`,
    messages: [{role: 'user', content: 'Hi'}],
    continuation: 'manual',
    maxRetries: 1,
    random: () => 0,
    ...rest,
    fetch: async () => {
      const {body, cut, headers} = answers[Math.min(requests++, answers.length - 1)]!;
      const pieces = typeof body === 'string' || body instanceof Uint8Array ? [body] : [...body];
      const encoder = new TextEncoder();
      const source = new ReadableStream({
        pull(controller) {
          const piece = pieces.shift();
          if (piece !== undefined)
            controller.enqueue(typeof piece === 'string' ? encoder.encode(piece) : piece);
          else if (cut) controller.error(new TypeError('cut'));
          else controller.close();
        },
      });
      return new Response(source, {headers: {'content-type': 'text/event-stream', ...headers}});
    },
  });
  const calls = new Map<string, string>();
  const sources: string[] = [];
  for await (const batch of stream.batches()) {
    for (const event of batch) {
      if (event.type === 'tool-call') calls.set(event.id, event.arguments);
      else if (event.type === 'source') sources.push(event.id);
    }
  }
  const {status, text, error, segments, metrics} = await stream.result();
  return {
    status,
    text,
    kind: error?.kind,
    message: error?.message,
    joins: segments.map(({join}) => join),
    metrics,
    requests,
    calls,
    sources,
  };
}

describe('a finish reason', () => {
  for (const [reason, status] of [
    ['insufficient_system_resource', 'error'],
    ['timeout', 'error'],
    ['max_tokens', 'length'],
    ['SAFETY', 'filtered'],
    ['content_filter: RECITATION', 'filtered'],
    ['eos', 'complete'],
    ['failed', 'error'],
    ['model_context_window_exceeded', 'length'],
    ['token_limit', 'length'],
    ['refusal', 'filtered'],
    ['guardrail_intervened', 'filtered'],
  ]) {
    it(`"${reason}" of chat completions is ${status}`, async () => {
      const body = sse(chunk({content: 'Half'}), chunk({}, reason), '[DONE]');
      const answer = await read([{body}], {path: 'v1/chat/completions'});
      assert.deepEqual([answer.status, answer.text, answer.requests], [status, 'Half', 1]);
    });
  }

  for (const [reason, status] of [
    ['STOP', 'complete'],
    ['OTHER', 'error'],
    ['IMAGE_OTHER', 'error'],
    ['FINISH_REASON_UNSPECIFIED', 'error'],
    ['UNEXPECTED_TOOL_CALL', 'error'],
    ['TOO_MANY_TOOL_CALLS', 'error'],
    ['MISSING_THOUGHT_SIGNATURE', 'error'],
    ['MALFORMED_RESPONSE', 'error'],
    ['IMAGE_RECITATION', 'filtered'],
    ['LANGUAGE', 'filtered'],
  ]) {
    it(`"${reason}" of Gemini is ${status}`, async () => {
      const part = {content: {parts: [{text: 'Half'}], role: 'model'}};
      const body = sse({candidates: [part]}, {candidates: [{finishReason: reason}]});
      const answer = await read([{body}], {path: 'v1beta/models/gemini:streamGenerateContent'});
      assert.deepEqual([answer.status, answer.text, answer.requests], [status, 'Half', 1]);
    });
  }

  it('of a model that LangGraph runs is read by its words', async () => {
    for (const [reason, status] of [
      ['stop', 'complete'],
      ['max_output_tokens', 'length'],
      ['MALFORMED_FUNCTION_CALL', 'error'],
    ]) {
      const response_metadata = {finish_reason: reason};
      const message = {type: 'AIMessageChunk', id: 'a', content: 'Half', response_metadata};
      const body = `event: messages\n${sse([message, {}])}event: end\n${sse('null')}`;
      const answer = await read([{body}]);
      assert.deepEqual([answer.status, answer.text], [status, 'Half'], reason);
    }
  });

  it('"null" is none', async () => {
    const body = sse(chunk({content: 'One'}, 'null'), chunk({content: ' two'}, 'null'));
    const answer = await read([{body}], {path: 'v1/chat/completions'});
    assert.deepEqual([answer.status, answer.text], ['interrupted', 'One two']);
  });

  it('"error" is one in plain streams and in the AI SDK’s, after one request', async () => {
    const plain = await read([{body: sse({token: 'Half'}, {finish_reason: 'error'}, '[DONE]')}]);
    const parts = [
      {type: 'start'},
      {type: 'text-start', id: '1'},
      {type: 'text-delta', id: '1', delta: 'Half'},
    ];
    const sdk = await read([{body: sse(...parts, {type: 'finish', finishReason: 'error'})}], {
      continuation: 'auto',
    });
    for (const answer of [plain, sdk])
      assert.deepEqual([answer.status, answer.kind, answer.requests], ['error', 'server', 1]);
  });

  it('of a response that is not complete is none of a whole one', async () => {
    const delta = {type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'Half'};
    for (const [end, status] of [
      [{type: 'response.incomplete', response: {incomplete_details: {reason: 'new'}}}, 'length'],
      [{type: 'response.cancelled', response: {}}, 'error'],
    ] as const) {
      const answer = await read([{body: sse({type: 'response.created', response: {id: 'r'}}, delta, end)}], {
        path: 'v1/responses',
      });
      assert.deepEqual([answer.status, answer.text, answer.requests], [status, 'Half', 1]);
    }
  });
});

describe('an answer', () => {
  const path = 'v1/chat/completions';

  it('of white space alone, or of nothing but its sources, is empty', async () => {
    const sources = {...chunk({content: ''}), citations: ['https://example.org/']};
    for (const payload of [chunk({content: ' \n\n'}), sources]) {
      const answer = await read([{body: sse(payload, chunk({}, 'stop'), '[DONE]')}], {path});
      assert.deepEqual([answer.status, answer.kind, answer.requests], ['error', 'empty', 1]);
    }
  });

  it('of a picture alone is one', async () => {
    for (const size of [2, 3_000_000]) {
      const images = [{image_url: {url: `data:image/png;base64,${'A'.repeat(size)}==`}}];
      const answer = await read([{body: sse(chunk({images}), chunk({}, 'stop'), '[DONE]')}], {path});
      assert.equal(answer.status, 'complete');
    }
  });

  it('of nothing is empty, whatever came of a request that was cut before', async () => {
    const tool_calls = [{index: 0, id: 'a', function: {name: 'weather', arguments: '{"city'}}];
    const answer = await read(
      [{body: sse(chunk({tool_calls})), cut: true}, {body: sse(chunk({}, 'stop'), '[DONE]')}],
      {path},
    );
    assert.deepEqual([answer.status, answer.kind, answer.requests], ['error', 'empty', 2]);
  });
});

describe('signs of life', () => {
  it('are no broken payloads, with whatever data', async () => {
    const signs = [
      'event: ping\ndata: 1700000000\n\n',
      'event: heartbeat\ndata: now\n\n',
      sse('ping'),
      sse('null'),
    ];
    for (const sign of signs) {
      const body = `${sse({token: 'One'})}${sign.repeat(5)}${sse({token: ' two'}, '[DONE]')}`;
      const answer = await read([{body}]);
      assert.deepEqual([answer.status, answer.text], ['complete', 'One two'], sign);
    }
  });
});

describe('what goes on', () => {
  it('has its text also where that stands beside its position', async () => {
    const answer = await read(
      [
        {body: sse({token: 'One two'}), cut: true},
        {body: sse({continue_from: 7, token: ' three'}, {token: ' four'}, '[DONE]')},
      ],
      {continuation: 'auto'},
    );
    assert.deepEqual([answer.status, answer.text], ['complete', 'One two three four']);
    assert.equal(answer.joins.at(-1), 'position');
  });

  it('is not doubled where it begins anew behind other white space', async () => {
    const text = Array.from({length: 150}, (_, n) => `word ${n}`).join(', ');
    for (const space of ['\n', ' ', '\n\n']) {
      const answer = await read(
        [
          {body: sse({token: text.slice(0, 900)}), cut: true},
          {body: sse({token: space}, {token: text.slice(0, 9)}, {token: text.slice(9)}, '[DONE]')},
        ],
        {continuation: 'auto'},
      );
      assert.deepEqual([answer.status, answer.text], ['complete', text]);
    }
  });

  it('is not doubled where the server says the whole text each time, from the beginning or not', async () => {
    const words = Array.from({length: 12}, (_, n) => `word ${n}`);
    const soFar = (from: number, ...ends: readonly number[]) =>
      ends.map(end => ({text: words.slice(from, end).join(', ')}));
    const first = {body: sse(...soFar(0, 2, 4, 6, 8)), cut: true};
    for (const from of [0, 8]) {
      const lead = from ? ', ' : '';
      const rest = soFar(from, 9, 10, 11, 12).map(({text}) => ({text: lead + text}));
      const answer = await read([first, {body: sse(...rest, {done: true})}], {continuation: 'auto'});
      assert.deepEqual([answer.status, answer.text], ['complete', words.join(', ')], `from ${from}`);
    }
  });

  it('is not doubled where a server that says the whole text each time says little behind the cut', async () => {
    for (const shown of [1, 2, 3]) {
      const words = ['A', ' river', ' begins', ' as a', ' spring', ' in the', ' hills.'];
      const texts = (from: number, to: number) =>
        words.map((_, at) => ({text: words.slice(from, at + 1).join('')})).slice(from, to);
      for (const from of [0, 5]) {
        const answer = await read(
          [
            {body: sse(...texts(0, 5)), cut: true},
            {body: sse(...texts(from, 7).slice(-shown), {done: true})},
          ],
          {continuation: 'auto'},
        );
        assert.deepEqual([answer.status, answer.text], ['complete', words.join('')], `${shown} from ${from}`);
      }
    }
  });

  it('keeps what only looks like a short beginning behind white space', async () => {
    const answer = await read(
      [{body: sse({token: 'ha ha'}), cut: true}, {body: sse({token: ' ha ha'}, {token: '!'}, '[DONE]')}],
      {continuation: 'auto'},
    );
    assert.deepEqual([answer.status, answer.text], ['complete', 'ha ha ha ha!']);
  });
});

describe('a stream that is taken up behind its first event', () => {
  for (const json of [{error: 'gone'}, {detail: 'gone'}, null]) {
    it(`is not whole where the server answers ${JSON.stringify(json)}`, async () => {
      const headers = {'x-stream-id': 's'};
      const gone = {body: JSON.stringify(json), headers: {'content-type': 'application/json'}};
      const answer = await read(
        [
          {body: `id: 1\n${sse({token: 'One'})}`, cut: true, headers},
          gone,
          gone,
          {body: sse({token: ' two'}, '[DONE]')},
        ],
        {continuation: 'auto'},
      );
      assert.deepEqual([answer.status, answer.text], ['complete', 'One two']);
    });
  }
});

describe('the end of a plain stream', () => {
  for (const end of [
    {type: 'done', content: 'Hi you'},
    {done: true, content: 'Hi you'},
  ]) {
    it(`may say a short answer once more: ${JSON.stringify(end)}`, async () => {
      const answer = await read([{body: sse({content: 'Hi'}, {content: ' you'}, end)}]);
      assert.deepEqual([answer.status, answer.text], ['complete', 'Hi you']);
    });
  }

  it('may bring the last piece, which is like the only one before', async () => {
    const answer = await read([{body: sse({token: 'ha'}, {token: 'ha', done: true})}]);
    assert.deepEqual([answer.status, answer.text], ['complete', 'haha']);
  });
});

describe('pieces of a plain stream', () => {
  for (const pieces of [
    ['=', '==', '===', '\n'],
    ['=', '==', '===', '='],
    ['#', '##', '### H', '.'],
    ['ha', 'haha', 'hahaha', '!'],
    ['-', '--', '--- ', '-'],
    ['No', 'Nothing', ' at all'],
    ['join ', 'join ', 'join ', 'in'],
    [' ha', ' ha', ' ha', ' ha'],
    ['Row, row, row your boat, ', 'Row, row, row your boat, ', 'gently'],
    ['A', 'An', 'And', ' so', ' on'],
    ['Row, ', 'Row, row, row your boat, ', 'gently'],
    ['Yes', 'Yes, it is.'],
    ['ha', 'ha'],
    ['a', 'b', 'ab'],
  ]) {
    it(`that begin with those before are pieces all the same: ${JSON.stringify(pieces)}`, async () => {
      const answer = await read([{body: sse(...pieces.map(token => ({token})), {done: true})}]);
      assert.deepEqual([answer.status, answer.text], ['complete', pieces.join('')]);
    });
  }

  it('are never taken for the whole text, whatever few words they are made of', async () => {
    const seed = newSeed();
    const random = seededRandom(seed);
    const words = [
      'line |lin|e ',
      'ha|ha | ',
      'a|b|ab| ',
      'The |the |Theory ',
      '- |- item|\n',
      '=|==|\n',
      '```|`|js',
      'no |no no ',
    ];
    for (let answer = 0; answer < 1500; answer++) {
      const own = words[integer(random, 0, words.length)]!.split('|');
      const pieces = Array.from({length: integer(random, 1, 8)}, () => own[integer(random, 0, own.length)]!);
      const {text} = await read([{body: sse(...pieces.map(token => ({token})), {done: true})}]);
      assert.equal(text, pieces.join(''), `${JSON.stringify(pieces)} (seed ${seed})`);
    }
  });

  for (const texts of [
    ['I', 'I a', 'I am'],
    ['===', '===\nTitle', '===\nTitle\n===', '===\nTitle\n===\nText'],
    ['Row, row, row your boat, ', 'Row, row, row your boat, gently'],
    ['Gently ', 'down ', 'the ', 'stream', 'Gently down the stream'],
    ['It', 'It rains', 'It rains on', 'It pours', 'It pours down'],
    [' ', '  ', '  a', '  a b'],
  ]) {
    it(`that say all that was said each time are no pieces: ${JSON.stringify(texts)}`, async () => {
      const answer = await read([{body: sse(...texts.map(text => ({text})), {done: true})}]);
      assert.deepEqual([answer.status, answer.text], ['complete', texts.at(-1)]);
    });
  }
});

describe('lines of JSON', () => {
  it('that cannot be read behind others count, and three are too many', async () => {
    const headers = {'content-type': 'application/x-ndjson'};
    const lines = [
      '{"token":"One "}',
      '{"token":"two "',
      '{"token":"three "',
      'garbage',
      '{"token":"six"}',
      '{"done":true}',
    ];
    const answer = await read([{body: `${lines.join('\n')}\n`, headers}]);
    assert.deepEqual([answer.status, answer.kind], ['interrupted', 'protocol']);
    const one = await read([{body: `${lines.filter((_, at) => at < 2 || at > 3).join('\n')}\n`, headers}]);
    assert.deepEqual([one.status, one.metrics.malformed], ['complete', 1]);
  });
});

describe('a body of plain text', () => {
  const headers = {'content-type': 'text/plain; charset=utf-8'};

  for (const body of [
    '[Paris](https://x.org/p) is it.',
    '[ ] Buy milk and eggs',
    '[1] First of all',
    '{',
    '{x} is a set.',
    '{\n  color: red;\n}',
    '{{ name }} is put there.',
  ]) {
    it(`may begin with "${body.slice(0, 4)}"`, async () => {
      for (const pieces of [body, [...body]]) {
        const answer = await read([{body: pieces, headers}]);
        assert.deepEqual([answer.status, answer.text], ['complete', body]);
      }
    });
  }

  it('has no half of a character where it breaks off', async () => {
    const bytes = new TextEncoder().encode('Hello café and more');
    const answer = await read(
      [
        {body: bytes.slice(0, 10), headers, cut: true},
        {body: 'é and more', headers: {...headers, 'x-continue-from': '9'}},
      ],
      {continuation: 'auto'},
    );
    assert.deepEqual([answer.status, answer.text], ['complete', 'Hello café and more']);
  });
});

describe('calls of tools', () => {
  const ask = (index: object, id: string, args: string) =>
    chunk({tool_calls: [{...index, id, function: {name: 'w', arguments: args}}]});

  for (const index of [{index: 0}, {}, {index: null}]) {
    it(`at once are two where all of them have ${JSON.stringify(index)}`, async () => {
      const body = sse(
        ask(index, 'a', '{"city"'),
        chunk({tool_calls: [{...index, function: {arguments: ':"SF"}'}}]}),
        ask(index, 'b', '{"city":"NY"}'),
        chunk({}, 'tool_calls'),
        '[DONE]',
      );
      const {calls} = await read([{body}], {path: 'v1/chat/completions'});
      assert.deepEqual(
        [...calls],
        [
          ['a', '{"city":"SF"}'],
          ['b', '{"city":"NY"}'],
        ],
      );
    });
  }
});

describe('a whole message of chat completions', () => {
  const path = 'v1/chat/completions';
  const whole = (message: object) => ({
    object: 'chat.completion',
    choices: [{index: 0, message, finish_reason: 'stop'}],
  });

  it('is the answer where it comes alone, and where it comes in pieces', async () => {
    const alone = await read([{body: sse(whole({content: 'One two'}), '[DONE]')}], {path});
    const piece = (content: string) => ({choices: [{index: 0, message: {content}, finish_reason: null}]});
    const pieces = await read([{body: sse(piece('One'), piece(' two'), whole({content: '!'}))}], {path});
    assert.deepEqual(
      [alone.status, alone.text, pieces.status, pieces.text],
      ['complete', 'One two', 'complete', 'One two!'],
    );
  });

  it('behind pieces of a call does not say the call once more', async () => {
    const call = {index: 0, id: 'a', function: {name: 'w', arguments: '{"city":"SF"}'}};
    const body = sse(chunk({tool_calls: [call]}), whole({tool_calls: [call]}), '[DONE]');
    const {calls} = await read([{body}], {path});
    assert.deepEqual([...calls], [['a', '{"city":"SF"}']]);
  });
});

describe('calls in chunks of chat completions behind plain text', () => {
  const call = {index: 0, id: 'a', function: {name: 'w', arguments: '{"city":"SF"}'}};
  const body = sse({token: 'Let me see.'}, chunk({tool_calls: [call]}), chunk({}, 'tool_calls'), '[DONE]');

  for (const tools of [[], [{name: 'w'}]]) {
    it(`are read, of ${tools.length} tools`, async () => {
      const {status, text, calls} = await read([{body}], {tools});
      assert.deepEqual([status, text, [...calls]], ['complete', 'Let me see.', [['a', '{"city":"SF"}']]]);
    });
  }
});

describe('JSON that says it is a failure, with a status of 200', () => {
  for (const failure of [
    {code: 401, message: 'Invalid API key'},
    {status: 'error', message: 'Quota exceeded'},
    {success: false, message: 'No.'},
  ]) {
    it(`is an error: ${JSON.stringify(failure)}`, async () => {
      const headers = {'content-type': 'application/json'};
      const answer = await read([{body: JSON.stringify(failure), headers}], {continuation: 'auto'});
      assert.deepEqual([answer.status, answer.requests], ['error', 1]);
    });
  }
});

describe('a plain stream', () => {
  const piece = {token: 'Hi'};
  it('is over with an event of the type "complete"', async () => {
    const {status, text} = await read([{body: sse(piece, {type: 'complete'})}]);
    assert.deepEqual([status, text], ['complete', 'Hi']);
  });

  const failures = [
    {status: 'error', message: 'Quota'},
    {success: false, message: 'Quota'},
    {text: '**NETWORK ERROR DUE TO HIGH TRAFFIC**', error_code: 50001},
  ];
  for (const failure of failures) {
    it(`that ends with ${JSON.stringify(failure)} has failed, and that is no text of it`, async () => {
      const {status, text, kind} = await read([{body: sse(piece, failure, '[DONE]')}]);
      assert.deepEqual([status, text, kind], ['error', 'Hi', 'server']);
      const alone = await read([{body: sse(failure, '[DONE]')}]);
      assert.deepEqual([alone.status, alone.text], ['error', '']);
    });
  }

  const texts = [
    {success: false, answer: 'No document says that.'},
    {status: 'error', text: 'That status is an error.'},
    {type: 'message', status: 'error', message: 'A step failed.'},
    {message: 'All is well.', success: true, status: 'ok'},
    {text: 'All is well.', error_code: 0},
    {text: 'All is well.', error_code: '0'},
    {text: 'All is well.', error_code: null},
    {answer: 'Such a code has no meaning.', error_code: 7},
    {token: '[DONE]'},
    {token: '"[DONE]"'},
  ];
  for (const said of texts) {
    it(`says ${JSON.stringify(said)}`, async () => {
      const {status, text} = await read([{body: sse(said, piece, '[DONE]')}]);
      const {token, answer, message, text: words} = said as Record<string, unknown>;
      assert.deepEqual([status, text], ['complete', `${token ?? words ?? answer ?? message}Hi`]);
    });
  }

  it('of bare words has them all, also what is like an end of others', async () => {
    for (const word of ['[DONE] ', '"[DONE]"']) {
      const {status, text} = await read([{body: sse('"It"', word, '" is"', '[DONE]')}], {dialect: 'text'});
      assert.deepEqual([status, text], ['complete', `It${word.replace(/"/g, '')} is`]);
    }
  });
});

describe('an end of a stream', () => {
  it('may be put into JSON where each piece is', async () => {
    const answer = await read([{body: sse('"One"', '" two"', '"[DONE]"')}]);
    assert.deepEqual([answer.status, answer.text], ['complete', 'One two']);
  });
});

describe('a stream whose lines have `data:` twice', () => {
  // A library puts it before each line of what is an event already, and of the blank line behind that.
  const twice = (body: string) =>
    body
      .replace(/\n\n$/, '')
      .split('\n\n')
      .map(each => `data: ${each}`);
  for (const blank of ['', 'data: \n', 'data: \ndata: \n']) {
    it(`is read as if once, with ${blank.length / 7} blank lines`, async () => {
      for (const [path, ...pieces] of [
        ['api/chat', {token: 'One'}, {token: ' two'}],
        ['api/chat', 'One', ' two'],
        ['api/chat', {conversation_id: 'a'}, {token: 'One'}, {token: ' two'}],
        [
          'v1/chat/completions',
          chunk({role: 'assistant'}),
          chunk({content: 'One'}),
          chunk({content: ' two'}, 'stop'),
        ],
        [
          'v1/chat/completions',
          chunk({content: [{type: 'text', text: 'One'}]}),
          chunk({content: ' two'}, 'stop'),
        ],
      ] as const) {
        const body = twice(sse(...pieces, '[DONE]'))
          .map(each => `${each}\n${blank}\n`)
          .join('');
        const answer = await read([{body}], {path});
        assert.deepEqual([answer.status, answer.text], ['complete', 'One two']);
      }
    });
  }

  it('keeps the line breaks of its pieces', async () => {
    for (const pieces of [
      ['One', '\n\n', '- two\n', '- three'],
      ['One\n\n- two', '\n', '- three'],
    ]) {
      for (const blank of [1, 2]) {
        const body = [...pieces, '[DONE]']
          .map(piece => `data: data: ${piece}${'\n'.repeat(blank)}`.replaceAll('\n', '\ndata: '))
          .map(event => `${event}\n\n`);
        const answer = await read([{body}]);
        assert.deepEqual([answer.status, answer.text], ['complete', 'One\n\n- two\n- three']);
      }
    }
  });
});

describe('an error in a stream', () => {
  for (const [who, event] of [
    [
      'in its choice (OpenRouter)',
      {
        choices: [
          {
            index: 0,
            delta: {content: ''},
            finish_reason: 'error',
            error: {code: 502, message: 'No provider'},
          },
        ],
      },
    ],
  ] as const) {
    it(`has its words ${who}`, async () => {
      const answer = await read([{body: sse(chunk({content: 'Half'}), event, '[DONE]')}], {
        path: 'v1/chat/completions',
      });
      assert.deepEqual([answer.status, answer.text], ['error', 'Half']);
      assert.match(`${answer.message}`, /No provider$/);
    });
  }
});

describe('a part of `fullStream`', () => {
  it('names a source', async () => {
    const source = {
      type: 'source',
      sourceType: 'url',
      id: 's',
      url: 'https://example.org/',
      title: 'Example',
    };
    const body = sse({type: 'start'}, {type: 'text-delta', id: '1', text: 'Hi'}, source, {
      type: 'finish',
      finishReason: 'stop',
    });
    const {status, sources} = await read([{body}], {dialect: 'ai-sdk'});
    assert.deepEqual([status, sources], ['complete', [source.url]]);
  });
});

describe('a dialect of the page’s own', () => {
  for (const [bad, status] of [
    ['One', 'error'],
    ['two', 'interrupted'],
  ]) {
    it(`that throws at ${bad} is asked nothing more, and told as such`, async () => {
      const answer = await read([{body: sse('One', 'two')}], {
        continuation: 'auto',
        dialect: {
          name: 'own',
          continuations: ['continue-turn'],
          endsWithDone: true,
          matches: () => true,
          encode: () => ({body: {}}),
          decode({data}) {
            if (data === bad) throw new Error('A bug.');
            return [{type: 'text', text: data, raw: data}];
          },
        },
      });
      assert.deepEqual([answer.status, answer.kind, answer.requests], [status, 'configuration', 1]);
      assert.match(`${answer.message}`, /of the page failed/);
    });
  }
});

describe('a piece that is a number', () => {
  // Workers AI sends a token that looks like one so. Source: github.com/cloudflare/ai/issues/651.
  it('is text of chat completions', async () => {
    const body = sse(
      chunk({content: 'See ['}),
      chunk({content: 1}),
      chunk({content: '].'}, 'stop'),
      '[DONE]',
    );
    const {status, text} = await read([{body}], {path: 'v1/chat/completions'});
    assert.deepEqual([status, text], ['complete', 'See [1].']);
  });

  it('is text of its own streams, also as the first one', async () => {
    const body = sse({response: 4, p: 'ab'}, {response: 2, p: 'a'}, {response: '.', p: 'abc'}, '[DONE]');
    const {status, text} = await read([{body}]);
    assert.deepEqual([status, text], ['complete', '42.']);
  });

  it('beside a text is another thing', async () => {
    const body = sse({token: 4521, text: 'Hi'}, {token: 0, text: ''}, {text: ' you'}, '[DONE]');
    const {status, text} = await read([{body}]);
    assert.deepEqual([status, text], ['complete', 'Hi you']);
  });
});

describe('a stream of bare text', () => {
  const streams: readonly (readonly [string, readonly unknown[], string])[] = [
    ['begins with an object about it', [{conversation_id: '1'}, 'Hello', ' you', '[DONE]'], 'Hello you'],
    ['begins with one that has a type', [{type: 'start', id: '1'}, 'Hello', ' you', '[DONE]'], 'Hello you'],
    ['begins with its sources', [[{title: 'A'}], 'Hello', ' you', '[DONE]'], 'Hello you'],
    ['in JSON has objects about it', ['"Hel"', {usage: {total_tokens: 3}}, '"lo"', '[DONE]'], 'Hello'],
    ['has objects that are code', ['Write ', '{}', ' or ', '[1]', '[DONE]'], 'Write {} or [1]'],
    ['is no text where objects have it', [{type: 'piece', text: 'Hello'}, 'END', '[DONE]'], 'Hello'],
  ];
  for (const [title, payloads, expected] of streams) {
    it(`that ${title} says the text alone`, async () => {
      const {status, text} = await read([{body: sse(...payloads)}]);
      assert.deepEqual([status, text], ['complete', expected]);
    });
  }

  it('that is asked for by its name may be an object in JSON', async () => {
    const {status, text} = await read([{body: sse('{"name": "Bob"}', '[DONE]')}], {dialect: 'text'});
    assert.deepEqual([status, text], ['complete', '{"name": "Bob"}']);
  });

  it('of Laravel’s is over by its own word, which is none of the text', async () => {
    const update = (data: string) => `event: update\ndata: ${data}\n\n`;
    for (const pieces of [
      ['Hel', 'lo'],
      ['{"token":"Hel"}', '{"token":"lo"}'],
      ['{"type":"text_delta","delta":"Hel"}', '{"type":"text_delta","delta":"lo"}'],
    ]) {
      const body = [...pieces, '</stream>'].map(update).join('');
      const {status, text, requests} = await read([{body}], {continuation: 'auto'});
      assert.deepEqual([status, text, requests], ['complete', 'Hello', 1], pieces[0]);
    }
    const {text} = await read([{body: sse('<stream>', '</stream>', '[DONE]')}]);
    assert.equal(text, '<stream></stream>');
  });

  it('of Replicate’s is not whole where its `done` has another reason', async () => {
    const output = 'event: output\nid: 1:0\ndata: Hel\n\n';
    for (const [data, expected] of [
      ['{}', 'complete'],
      ['{"reason":"canceled"}', 'error'],
      ['{"reason":"error"}', 'error'],
    ]) {
      const {status, text} = await read([{body: `${output}event: done\nid: 2:0\ndata: ${data}\n\n`}]);
      assert.deepEqual([status, text], [expected, 'Hel'], data);
    }
  });
});

describe('an answer whose pieces are within others', () => {
  /** Source: huggingface.co/docs/text-generation-inference, "Streaming". */
  const tgi = (text: string, generated_text: string | null = null, finish_reason = 'eos_token') => ({
    index: 1,
    token: {id: 1, text, logprob: -1, special: text.startsWith('<')},
    generated_text,
    details: generated_text === null ? null : {finish_reason, generated_tokens: 3},
  });
  const spring = (text: string, finishReason: string | null = null) => ({
    result: {output: {messageType: 'ASSISTANT', toolCalls: [], text}, metadata: {finishReason}},
    metadata: {model: 'm', usage: {}},
  });
  const ragflow = (answer: string) => ({code: 0, message: '', data: {answer, reference: {}, id: 'r'}});
  const coze = (name: string, data: object | string) =>
    `event: conversation.${name}\ndata: ${JSON.stringify(data)}\n\n`;
  const delta = (content: string, type = 'answer') => ({id: 'm', role: 'assistant', type, content});
  const begun = coze('chat.created', {id: 'c', status: 'created', created_at: 1});
  const half = begun + coze('message.delta', delta('Hel'));

  for (const [title, body, status, text] of [
    ['by TGI', sse(tgi('Hel'), tgi('lo'), tgi('</s>', 'Hello')), 'complete', 'Hello'],
    ['by TGI, up to its limit', sse(tgi('Hel'), tgi('lo', 'Hello', 'length')), 'length', 'Hello'],
    ['by TGI, which fails', sse(tgi('Hel'), {error: 'Overloaded', error_type: 'overloaded'}), 'error', 'Hel'],
    ['by TGI, cut', sse(tgi('Hel')), 'interrupted', 'Hel'],
    ['by Spring AI', sse(spring('Hel'), spring('lo'), spring('', 'STOP')), 'complete', 'Hello'],
    ['by Spring AI, up to its limit', sse(spring('Hel', ''), spring('', 'LENGTH')), 'length', 'Hel'],
    ['by Spring AI, cut', sse(spring('Hel', '')), 'interrupted', 'Hel'],
    [
      'by RAGFlow',
      sse(ragflow('Hel'), ragflow('lo'), {code: 0, message: '', data: true}),
      'complete',
      'Hello',
    ],
    [
      'by RAGFlow, which fails',
      sse(ragflow('Hel'), {...ragflow(''), code: 500, message: 'No'}),
      'error',
      'Hel',
    ],
    [
      'by Coze',
      half +
        coze('message.delta', delta('lo')) +
        coze('message.completed', delta('Hello')) +
        coze('message.completed', delta('{"msg_type":"generate_answer_finish"}', 'verbose')) +
        coze('message.completed', delta('And then?', 'follow_up')) +
        coze('chat.completed', {id: 'c', status: 'completed'}) +
        'event: done\ndata: "[DONE]"\n\n',
      'complete',
      'Hello',
    ],
    ['by Coze, which fails', half + coze('chat.failed', {last_error: {code: 1, msg: 'No'}}), 'error', 'Hel'],
    ['by Coze, cut', half, 'interrupted', 'Hel'],
  ] as const) {
    it(`is read as it is sent ${title}`, async () => {
      const answer = await read([{body}]);
      assert.deepEqual([answer.status, answer.text], [status, text]);
    });
  }
});

describe('objects in JSON one after the other', () => {
  const objects = ['{"token":"Hel"}', '{"token":"lo }{"}', '{"token":"\\"}{\\"a"}', '{"done":true}'];
  const expected = 'Hello }{"}{"a';
  const headers = {'content-type': 'application/json'};

  it('without line ends are an answer, however they are split', async () => {
    const whole = objects.join('');
    const chunkings = [
      objects,
      [...whole],
      ...[...whole].map((_, at) => [whole.slice(0, at), whole.slice(at)]),
    ];
    for (const chunks of chunkings) {
      const {status, text, requests} = await read([{body: chunks, headers}]);
      assert.deepEqual([status, text, requests], ['complete', expected, 1], JSON.stringify(chunks));
    }
  });

  it('are shown as they come', async () => {
    const {status, text} = await read([{body: objects.slice(0, 3), cut: true, headers}]);
    assert.deepEqual([status, text], ['interrupted', 'Hello }{']);
  });
});

describe('events without a blank line behind them', () => {
  const openaiParts = [
    chunk({role: 'assistant', content: 'Hel'}),
    chunk({content: 'lo'}),
    chunk({}, 'stop'),
    '[DONE]',
  ];
  const lines = (...payloads: readonly unknown[]) => sse(...payloads).replaceAll('\n\n', '\n');
  const bodies: Record<string, string> = {
    'of a plain server': lines({token: 'Hel'}, {token: 'lo'}, {done: true}),
    'of a plain server, with the sign of the end': lines({token: 'Hel'}, {token: 'lo'}, '[DONE]'),
    'of Chat Completions': lines(...openaiParts),
    'with names': ['token', 'token', 'end']
      .map((name, at) => `event: ${name}\n${lines([{token: 'Hel'}, {token: 'lo'}, {}][at])}`)
      .join(''),
    'with CRLF': lines(...openaiParts).replaceAll('\n', '\r\n'),
  };
  for (const [title, body] of Object.entries(bodies)) {
    it(`${title} are an answer, however they are split`, async () => {
      for (let at = 0; at < body.length; at++) {
        const {status, text, requests} = await read([{body: [body.slice(0, at), body.slice(at)]}]);
        assert.deepEqual([status, text, requests], ['complete', 'Hello', 1], `split at ${at}`);
      }
    });
  }

  it('come as they are sent', async () => {
    let seen = '';
    let finish = () => {};
    const stream = streamCompletion({
      endpoint: `http://127.0.0.1:9/${++servers}/api/chat`,
      messages: [{role: 'user', content: 'Hi'}],
      fetch: async () =>
        new Response(
          new ReadableStream({
            start(controller) {
              const put = (text: string) => controller.enqueue(new TextEncoder().encode(text));
              put(lines({token: 'Hel'}, {token: 'lo'}));
              finish = () => {
                put(lines('[DONE]'));
                controller.close();
              };
            },
          }),
          {headers: {'content-type': 'text/event-stream'}},
        ),
    });
    for await (const event of stream) {
      if (event.type !== 'text') continue;
      if (seen === '') finish();
      seen += event.text;
    }
    assert.equal(seen, 'Hello');
  });

  it('are taken up behind the last one that was read whole', async () => {
    const event = (id: string) => `id: ${id}\ndata: {"token":"${id} "}\n`;
    const asked: (string | null)[] = [];
    const stream = streamCompletion({
      endpoint: `http://127.0.0.1:9/${++servers}/api/chat`,
      messages: [{role: 'user', content: 'Hi'}],
      random: () => 0,
      fetch: async (_, init) => {
        asked.push(new Headers(init?.headers).get('last-event-id'));
        const body =
          asked.length === 1
            ? event('1') + event('2') + event('3')
            : `${event('3')}${event('4')}data: [DONE]`;
        return new Response(body, {headers: {'content-type': 'text/event-stream', 'x-stream-id': 's'}});
      },
    });
    const {text} = await stream.result();
    assert.deepEqual(asked, [null, '2']);
    assert.equal(text, '1 2 3 4 ');
  });

  it('but with lines that are no objects are one event, by the standard', async () => {
    const pretty = JSON.stringify({token: 'Hello', done: true}, undefined, 1).replace(/^/gm, 'data: ');
    const {status, text} = await read([{body: `${pretty}\n\n`}]);
    assert.deepEqual([status, text], ['complete', 'Hello']);
    const code = await read([{body: 'data: {"a":1}\ndata: {"b":2}\n\ndata: [DONE]\n\n'}], {dialect: 'text'});
    assert.equal(code.text, '{"a":1}\n{"b":2}');
  });

  it('but in a stream that said other than objects are one event', async () => {
    const {text} = await read([{body: 'data: Lines:\n\ndata: {"a":1}\ndata: {"b":2}\n\ndata: [DONE]\n\n'}]);
    assert.equal(text, 'Lines:{"a":1}\n{"b":2}');
  });

  it('and are no less an error', async () => {
    const {status, text} = await read([
      {body: 'data: {"token":"Hel"}\nerror: {"code":500,"message":"No"}\n\n'},
    ]);
    assert.deepEqual([status, text], ['error', 'Hel']);
  });

  it('are looked for once in an event, however many lines it has', async context => {
    const lines = 'data: {"a":1}\ndata: ,\n'.repeat(1000);
    const parse = context.mock.method(JSON, 'parse');
    await read([{body: `data: {"list":[\n${lines}data: {}]}\n\ndata: {"token":"Hi"}\n\ndata: [DONE]\n\n`}]);
    assert.ok(parse.mock.callCount() < 10);
  });
});
