import {lines, type Named, NDJSON, named, sample, sse, type WireSample} from './wire-sample.ts';

const started = [{type: 'start', messageId: 'msg_1'}, {type: 'start-step'}];
const said = (delta: string, id = 't1') => ({type: 'text-delta', id, delta});
const finished = [{type: 'finish-step'}, {type: 'finish', finishReason: 'stop'}, '[DONE]'];

/** The AI SDK: its message stream of parts, and its earlier data stream. */
export const aiSdk: readonly WireSample[] = [
  sample(
    'ai-sdk',
    'thought, text and a source',
    sse(
      ...started,
      {type: 'reasoning-start', id: 'r1'},
      {type: 'reasoning-delta', id: 'r1', delta: 'Look.'},
      {type: 'reasoning-end', id: 'r1'},
      {type: 'text-start', id: 't1'},
      said('Hel'),
      said('lo'),
      {type: 'text-end', id: 't1'},
      {type: 'source-url', sourceId: 's', url: 'https://example.org/', title: 'Example'},
      {type: 'data-weather', data: {degrees: 20}},
      {type: 'message-metadata', messageMetadata: {x: 1}},
      ...finished,
    ),
    {status: 'complete', text: 'Hello', reasoning: 'Look.', finish: 'stop'},
  ),
  sample(
    'ai-sdk',
    'a call, and what came of it',
    sse(
      ...started,
      {type: 'tool-input-start', toolCallId: 'c1', toolName: 'weather'},
      {type: 'tool-input-delta', toolCallId: 'c1', inputTextDelta: '{"city":'},
      {type: 'tool-input-delta', toolCallId: 'c1', inputTextDelta: '"SF"}'},
      {type: 'tool-input-available', toolCallId: 'c1', toolName: 'weather', input: {city: 'SF'}},
      {type: 'tool-output-available', toolCallId: 'c1', output: {degrees: 20}},
      {type: 'finish-step'},
      {type: 'start-step'},
      {type: 'text-start', id: 't1'},
      said('20 °'),
      ...finished,
    ),
    {status: 'complete', text: '20 °', finish: 'stop', tools: [['weather', '{"city":"SF"}']]},
  ),
  sample(
    'ai-sdk',
    'a call that comes whole',
    sse(
      ...started,
      {type: 'tool-input-available', toolCallId: 'c1', toolName: 'weather', input: {city: 'SF'}},
      {type: 'finish-step'},
      {type: 'finish', finishReason: 'tool-calls'},
      '[DONE]',
    ),
    {status: 'complete', finish: 'tool-calls', tools: [['weather', '{"city":"SF"}']]},
  ),
  sample(
    'ai-sdk',
    'a start that could be of anything',
    sse({type: 'start'}, {type: 'start-step'}, said('Hi'), ...finished),
    {status: 'complete', text: 'Hi', finish: 'stop'},
  ),
  sample('ai-sdk', 'an end without a reason', sse(...started, said('Hello'), {type: 'finish'}, '[DONE]'), {
    status: 'complete',
    text: 'Hello',
    finish: 'stop',
  }),
  sample(
    'ai-sdk',
    'a step that begins again',
    sse(...started, said('Wro'), {type: 'reset-step'}, said('Right'), ...finished),
    {
      status: 'complete',
      text: 'Right',
      finish: 'stop',
    },
  ),
  sample(
    'ai-sdk',
    'the second step alone begins again',
    sse(
      ...started,
      said('One. '),
      {type: 'finish-step'},
      {type: 'start-step'},
      said('Tow'),
      {type: 'reset-step'},
      said('Two.'),
      ...finished,
    ),
    {status: 'complete', text: 'One. Two.', finish: 'stop'},
  ),
  sample(
    'ai-sdk',
    'an error',
    sse(...started, said('Half'), {type: 'error', errorText: 'Overheated.'}, '[DONE]'),
    {
      status: 'error',
      text: 'Half',
      error: 'Overheated.',
    },
  ),
  sample(
    'ai-sdk',
    'given up',
    sse(...started, said('Half'), {type: 'abort', reason: 'Too slow.'}, '[DONE]'),
    {
      status: 'error',
      text: 'Half',
      error: 'Too slow.',
    },
  ),
  sample(
    'ai-sdk',
    'the limit',
    sse(...started, said('Long'), {type: 'finish', finishReason: 'length'}, '[DONE]'),
    {status: 'length', text: 'Long', finish: 'length'},
  ),
  sample(
    'ai-sdk',
    'the filter',
    sse(...started, said('Well'), {type: 'finish', finishReason: 'content-filter'}),
    {
      status: 'filtered',
      text: 'Well',
      finish: 'content-filter',
    },
  ),
  sample('ai-sdk', 'nothing but [DONE]', sse(...started, said('Half'), '[DONE]'), {
    status: 'interrupted',
    text: 'Half',
  }),
  sample(
    'ai-sdk',
    'a file beside the text',
    sse(
      ...started,
      said('Here.'),
      {type: 'file', url: 'data:image/png;base64,iVBORw0KGgo=', mediaType: 'image/png'},
      {type: 'finish', finishReason: 'stop'},
      '[DONE]',
    ),
    {status: 'complete', text: 'Here.', finish: 'stop'},
  ),
  sample('ai-sdk', 'a cut', sse(...started, said('Half')), {status: 'interrupted', text: 'Half'}),
  sample(
    'ai-sdk',
    'the data stream of before',
    lines(
      'f:{"messageId":"msg_1"}',
      'g:"Look."',
      '0:"Hel"',
      '0:"lo: \\"x\\"\\n"',
      '9:{"toolCallId":"c1","toolName":"weather","args":{"city":"SF"}}',
      'a:{"toolCallId":"c1","result":{"degrees":20}}',
      'e:{"finishReason":"stop","usage":{"promptTokens":5,"completionTokens":2},"isContinued":false}',
      'd:{"finishReason":"stop","usage":{"promptTokens":5,"completionTokens":2}}',
    ),
    {
      status: 'complete',
      text: 'Hello: "x"\n',
      reasoning: 'Look.',
      finish: 'stop',
      tools: [['weather', '{"city":"SF"}']],
      usage: {inputTokens: 5, outputTokens: 2},
    },
    'text/plain; charset=utf-8',
  ),
  sample(
    'ai-sdk',
    'an error in the data stream',
    lines('0:"Half"', '3:"Overheated."'),
    {status: 'error', text: 'Half', error: 'Overheated.'},
    'text/plain; charset=utf-8',
  ),
  sample(
    'ai-sdk',
    'a cut in the data stream',
    lines('0:"Half"'),
    {status: 'interrupted', text: 'Half'},
    'text/plain',
  ),
];

const run = {threadId: 't', runId: 'r'};
const content = (delta: string, messageId = 'm') => ({type: 'TEXT_MESSAGE_CONTENT', messageId, delta});
const opened = [
  {type: 'RUN_STARTED', ...run},
  {type: 'TEXT_MESSAGE_START', messageId: 'm', role: 'assistant'},
];

/** AG-UI. */
export const agUi: readonly WireSample[] = [
  sample(
    'ag-ui',
    'thought and text',
    sse(
      {type: 'RUN_STARTED', ...run},
      {type: 'REASONING_MESSAGE_START', messageId: 'q', role: 'assistant'},
      {type: 'REASONING_MESSAGE_CONTENT', messageId: 'q', delta: 'Look.'},
      {type: 'REASONING_MESSAGE_END', messageId: 'q'},
      ...opened.slice(1),
      content('H'),
      content('i'),
      {type: 'TEXT_MESSAGE_END', messageId: 'm'},
      {type: 'STATE_SNAPSHOT', snapshot: {text: 'no text'}},
      {type: 'CUSTOM', name: 'x', value: {delta: 'no text'}},
      {type: 'RUN_FINISHED', ...run},
    ),
    {status: 'complete', text: 'Hi', reasoning: 'Look.', finish: 'stop'},
  ),
  sample(
    'ag-ui',
    'a call, and what came of it',
    sse(
      {type: 'RUN_STARTED', ...run},
      {type: 'TOOL_CALL_START', toolCallId: 'c', toolCallName: 'weather', parentMessageId: 'm'},
      {type: 'TOOL_CALL_ARGS', toolCallId: 'c', delta: '{"city":'},
      {type: 'TOOL_CALL_ARGS', toolCallId: 'c', delta: '"SF"}'},
      {type: 'TOOL_CALL_END', toolCallId: 'c'},
      {type: 'TOOL_CALL_RESULT', messageId: 'n', toolCallId: 'c', content: '20 °', role: 'tool'},
      ...opened.slice(1),
      content('20 °'),
      {type: 'RUN_FINISHED', ...run},
    ),
    {status: 'complete', text: '20 °', finish: 'stop', tools: [['weather', '{"city":"SF"}']]},
  ),
  sample(
    'ag-ui',
    'a call for the page to answer',
    sse(
      {type: 'RUN_STARTED', ...run},
      {type: 'TOOL_CALL_CHUNK', toolCallId: 'c', toolCallName: 'weather', delta: '{"city":'},
      {type: 'TOOL_CALL_CHUNK', toolCallId: 'c', delta: '"SF"}'},
      {type: 'RUN_FINISHED', ...run},
    ),
    {status: 'complete', finish: 'tool-calls', tools: [['weather', '{"city":"SF"}']]},
  ),
  sample(
    'ag-ui',
    'the short forms',
    sse(
      {type: 'RUN_STARTED', ...run},
      {type: 'TEXT_MESSAGE_CHUNK', messageId: 'm', role: 'assistant', delta: 'H'},
      {type: 'TEXT_MESSAGE_CHUNK', messageId: 'm', delta: 'i'},
      {type: 'RUN_FINISHED', ...run},
    ),
    {status: 'complete', text: 'Hi', finish: 'stop'},
  ),
  sample(
    'ag-ui',
    'thought under its old names',
    sse(
      {type: 'RUN_STARTED', ...run},
      {type: 'THINKING_TEXT_MESSAGE_CONTENT', delta: 'Look.'},
      content('Hi'),
      {
        type: 'RUN_FINISHED',
        ...run,
      },
    ),
    {status: 'complete', text: 'Hi', reasoning: 'Look.', finish: 'stop'},
  ),
  sample(
    'ag-ui',
    'a snapshot instead of what was shown',
    sse(
      ...opened,
      content('Wrong'),
      {
        type: 'MESSAGES_SNAPSHOT',
        messages: [
          {id: 'u', role: 'user', content: 'Hi'},
          {id: 'm', role: 'assistant', content: 'Right'},
        ],
      },
      content('!'),
      {type: 'RUN_FINISHED', ...run},
    ),
    {status: 'complete', text: 'Right!', finish: 'stop'},
  ),
  sample(
    'ag-ui',
    'an error',
    sse(...opened, content('Half'), {type: 'RUN_ERROR', message: 'Overheated.', code: 'x'}),
    {
      status: 'error',
      text: 'Half',
      error: 'Overheated.',
    },
  ),
  sample('ag-ui', 'a cut', sse(...opened, content('Half')), {status: 'interrupted', text: 'Half'}),
];

/** LangGraph numbers its events and sends a heartbeat. */
const graph = (...events: readonly Named[]) =>
  `: heartbeat\n\n${events.map((event, index) => `id: 1754${index}-0\n${named(event)}`).join('')}`;
const piece = (content: unknown, more: object = {}): Named => [
  'messages',
  [{type: 'AIMessageChunk', id: 'run-1', content, ...more}, {langgraph_node: 'agent'}],
];
const metadata: Named = ['metadata', {run_id: '1f0', attempt: 1}];
const partial = (content: string): Named => ['messages/partial', [{type: 'ai', id: 'run-1', content}]];

/** LangGraph's platform, in each of its stream modes that contains text. */
export const langGraph: readonly WireSample[] = [
  sample(
    'langgraph',
    'messages by and by',
    graph(
      metadata,
      piece('Hel'),
      piece([{type: 'text', text: 'lo', index: 0}]),
      piece('', {usage_metadata: {input_tokens: 5, output_tokens: 2, total_tokens: 7}}),
      ['end'],
    ),
    {
      status: 'complete',
      text: 'Hello',
      finish: 'stop',
      usage: {inputTokens: 5, outputTokens: 2, totalTokens: 7},
    },
  ),
  sample(
    'langgraph',
    'a call, and the tool that answers',
    graph(
      metadata,
      piece('', {tool_call_chunks: [{name: 'weather', args: '', id: 'c', index: 0}]}),
      piece('', {tool_call_chunks: [{name: null, args: '{"city":', id: null, index: 0}]}),
      piece('', {tool_call_chunks: [{name: null, args: '"SF"}', id: null, index: 0}]}),
      ['messages', [{type: 'tool', content: 'no text of the answer', tool_call_id: 'c'}, {}]],
      ['messages', [{type: 'AIMessageChunk', id: 'run-2', content: '20 °'}, {langgraph_node: 'agent'}]],
      ['end'],
    ),
    {status: 'complete', text: '20 °', finish: 'stop', tools: [['weather', '{"city":"SF"}']]},
  ),
  sample(
    'langgraph',
    'the whole message so far, each time',
    graph(
      metadata,
      ['messages/metadata', {'run-1': {metadata: {}}}],
      partial('Hel'),
      partial('Hello'),
      ['messages/complete', [{type: 'ai', id: 'run-1', content: 'Hello'}]],
      ['end'],
    ),
    {status: 'complete', text: 'Hello', finish: 'stop'},
  ),
  sample(
    'langgraph',
    'the state after each step',
    graph(
      metadata,
      ['values', {messages: [{type: 'human', content: 'Hi'}]}],
      [
        'values',
        {
          messages: [
            {type: 'human', content: 'Hi'},
            {type: 'ai', id: 'a', content: 'Hello'},
          ],
        },
      ],
      ['end'],
    ),
    {status: 'complete', text: 'Hello', finish: 'stop'},
  ),
  sample(
    'langgraph',
    'what each step changed',
    graph(metadata, ['updates', {agent: {messages: [{type: 'ai', id: 'a', content: 'Hello'}]}}], ['end']),
    {status: 'complete', text: 'Hello', finish: 'stop'},
  ),
  sample(
    'langgraph',
    'an error',
    graph(metadata, piece('Half'), ['error', {error: 'X', message: 'Overheated.'}]),
    {
      status: 'error',
      text: 'Half',
    },
  ),
  sample('langgraph', 'a cut', graph(metadata, piece('Half')), {status: 'interrupted', text: 'Half'}),
];

/** LangServe. */
export const langServe: readonly WireSample[] = [
  sample(
    'langserve',
    'strings',
    named(['metadata', {run_id: '1f0'}], ['data', '"Hel"'], ['data', '"lo"'], ['end']),
    {
      status: 'complete',
      text: 'Hello',
      finish: 'stop',
    },
  ),
  sample(
    'langserve',
    'messages',
    named(
      ['metadata', {run_id: '1f0'}],
      ['data', {content: 'Hel', type: 'AIMessageChunk', id: 'run-1'}],
      ['data', {content: 'lo', type: 'AIMessageChunk', id: 'run-1'}],
      ['end'],
    ),
    {status: 'complete', text: 'Hello', finish: 'stop'},
  ),
  sample(
    'langserve',
    'an error',
    named(['data', '"Half"'], ['error', {status_code: 500, message: 'Internal Server Error'}]),
    {status: 'error', text: 'Half', error: 'Internal Server Error'},
  ),
  sample('langserve', 'a cut', named(['metadata', {run_id: '1f0'}], ['data', '"Half"']), {
    status: 'interrupted',
    text: 'Half',
  }),
];

const dify1 = {task_id: '900b', message_id: '5ad4', conversation_id: '4570'};
const answer = (answer: string, event = 'message') => ({event, ...dify1, answer, created_at: 1679586595});
const difyEnd = {
  event: 'message_end',
  ...dify1,
  metadata: {usage: {prompt_tokens: 5, completion_tokens: 2, total_tokens: 7}},
};
const difyUsage = {inputTokens: 5, outputTokens: 2, totalTokens: 7};

/** Dify. */
export const dify: readonly WireSample[] = [
  sample(
    'dify',
    'a chat, with pings',
    `event: ping\n\n${sse(answer(' I'), {event: 'ping'}, answer(' am'), difyEnd)}`,
    {
      status: 'complete',
      text: ' I am',
      finish: 'stop',
      usage: difyUsage,
    },
  ),
  sample(
    'dify',
    'an agent',
    sse(
      {event: 'agent_thought', ...dify1, id: 'a', position: 1, thought: '', tool: '', tool_input: ''},
      answer('So', 'agent_message'),
      {event: 'message_file', ...dify1, id: 'f', type: 'image', url: 'https://example.org/x.png'},
      difyEnd,
    ),
    {status: 'complete', text: 'So', finish: 'stop', usage: difyUsage},
  ),
  sample(
    'dify',
    'what was said is taken back',
    sse(answer('A sec'), answer('ret'), answer('I cannot share that.', 'message_replace'), difyEnd),
    {
      status: 'complete',
      text: 'I cannot share that.',
      finish: 'stop',
      usage: difyUsage,
    },
  ),
  sample(
    'dify',
    'a chat flow',
    sse(
      {event: 'workflow_started', ...dify1, workflow_run_id: 'w', data: {}},
      {event: 'node_started', ...dify1, data: {title: 'LLM'}},
      answer('Hi'),
      {event: 'node_finished', ...dify1, data: {outputs: {text: 'Hi'}}},
      {event: 'workflow_finished', ...dify1, data: {status: 'succeeded', outputs: {answer: 'Hi'}}},
      difyEnd,
    ),
    {status: 'complete', text: 'Hi', finish: 'stop', usage: difyUsage},
  ),
  sample(
    'dify',
    'a work flow',
    sse(
      {event: 'workflow_started', task_id: '5', workflow_run_id: 'w', data: {}},
      {event: 'text_chunk', task_id: '5', workflow_run_id: 'w', data: {text: 'Hel'}},
      {event: 'text_chunk', task_id: '5', workflow_run_id: 'w', data: {text: 'lo'}},
      {event: 'workflow_finished', task_id: '5', data: {status: 'succeeded', outputs: {text: 'Hello'}}},
    ),
    {status: 'complete', text: 'Hello', finish: 'stop'},
  ),
  sample(
    'dify',
    'an error',
    sse(answer('Half'), {event: 'error', ...dify1, status: 400, code: 'x', message: 'Overheated.'}),
    {status: 'error', text: 'Half', error: 'Overheated.'},
  ),
  sample('dify', 'a cut', sse(answer('Half')), {status: 'interrupted', text: 'Half'}),
];

/** Flowise begins each event with `message:`, which is not a field of the standard. */
const flow = (...payloads: readonly object[]) =>
  payloads.map(payload => `message:\ndata:${JSON.stringify(payload)}\n\n`).join('');
const token = (data: string) => ({event: 'token', data});
const flowEnd = {event: 'end', data: '[DONE]'};

/** Flowise. */
export const flowise: readonly WireSample[] = [
  sample(
    'flowise',
    'tokens and what goes with them',
    flow(
      {event: 'start', data: ''},
      token('Hel'),
      token('lo'),
      {event: 'sourceDocuments', data: [{pageContent: 'x', metadata: {source: 'a.txt'}}]},
      {event: 'usedTools', data: []},
      {event: 'metadata', data: {chatId: 'c', question: 'Hi'}},
      flowEnd,
    ),
    {status: 'complete', text: 'Hello', finish: 'stop'},
  ),
  sample('flowise', 'an error', flow(token('Half'), {event: 'error', data: 'Overheated.'}), {
    status: 'error',
    text: 'Half',
    error: 'Overheated.',
  }),
  sample('flowise', 'a cut', flow({event: 'start', data: ''}, token('Half')), {
    status: 'interrupted',
    text: 'Half',
  }),
];

const node = {nodeId: 'n1', nodeName: 'AI Agent', timestamp: 1, runIndex: 0, itemIndex: 0};
const begin = {type: 'begin', metadata: node};
const item = (content: string) => ({type: 'item', content, metadata: node});
const end = {type: 'end', metadata: node};

/** n8n's chat trigger. */
export const n8n: readonly WireSample[] = [
  sample(
    'n8n',
    'one node',
    lines(begin, item('Hi'), item(' '), item('you'), end),
    {
      status: 'complete',
      text: 'Hi you',
      finish: 'stop',
    },
    NDJSON,
  ),
  sample(
    'n8n',
    'two runs of nodes',
    lines(begin, item('One. '), end, {type: 'tool-call-start', metadata: node}, begin, item('Two.'), end),
    {status: 'complete', text: 'One. Two.', finish: 'stop'},
    NDJSON,
  ),
  sample(
    'n8n',
    'an error',
    lines(begin, item('Half'), {type: 'error', content: 'Overheated.', metadata: node}),
    {
      status: 'error',
      text: 'Half',
      error: 'Overheated.',
    },
    NDJSON,
  ),
  sample('n8n', 'a cut', lines(begin, item('Half')), {status: 'interrupted', text: 'Half'}, NDJSON),
  sample(
    'n8n',
    'a cut in the second run',
    lines(begin, item('One.'), end, begin, item(' Tw')),
    {
      status: 'interrupted',
      text: 'One. Tw',
    },
    NDJSON,
  ),
];
