import type {ChatErrorKind} from '../../src/protocol/chat-error.ts';
import type {FinalStatus} from '../../src/protocol/message.ts';

/** A whole body, and what a client makes of it that may not ask again. */
export interface AnswerCase {
  readonly dialect: 'openai' | 'token';
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The connection breaks at the end of the body. */
  readonly reset?: boolean;
  readonly text: string;
  readonly status: FinalStatus;
  readonly error?: ChatErrorKind;
  /** Must stand in the error's message. */
  readonly says?: string;
}

type Cases = Readonly<Record<string, AnswerCase>>;

/** What must not stand in any error: it is in the payloads of the cases that fail. */
export const SECRET = 'sk-proj-4f9a8b7c6d5e';

const DONE = 'data: [DONE]\n\n';
const delta = (content: string) =>
  `data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"${content}"}}]}\n\n`;
const finish = (reason: string) =>
  `data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"${reason}"}]}\n\n`;
const token = (text: string) => `data: {"token":"${text}"}\n\n`;
const type = (value: string) => ({headers: {'content-type': value}});

/** web-platform-tests' cases about the response, and what is different on purpose: the body says what it is. */
export const platformAnswers: Cases = {
  'P20 format-utf-8: the charset of the header means nothing': {
    dialect: 'token',
    body: `${token('größer 🙂')}${DONE}`,
    ...type('text/event-stream; charset=windows-1252'),
    text: 'größer 🙂',
    status: 'complete',
  },
  'P21 format-mime-bogus: a stream under a bogus type is read, for many servers send one': {
    dialect: 'token',
    body: `${token('Hi')}${DONE}`,
    ...type('text/x-bogus'),
    text: 'Hi',
    status: 'complete',
  },
  'P22 format-mime-trailing-semicolon': {
    dialect: 'token',
    body: `${token('Hi')}${DONE}`,
    ...type('text/event-stream;'),
    text: 'Hi',
    status: 'complete',
  },
  'P23 from-readable-stream: a stream that errs keeps what came': {
    dialect: 'token',
    body: `${token('Hi')}data: {"tok`,
    reset: true,
    text: 'Hi',
    status: 'interrupted',
    error: 'network',
  },
};

/** openai-node's `streaming-sentinel-integrity`, `streaming-named-error-events` and truncation tests, written anew. */
export const clientAnswers: Cases = {
  ...Object.fromEntries(
    [
      `[DONE]${SECRET}`,
      '[DONE] ',
      '[DONE]\t',
      ' [DONE]',
      '[done]',
      `[DONE]\ndata: {"key":"${SECRET}"}`,
    ].flatMap(forged =>
      (['openai', 'token'] as const).map(dialect => [
        `${JSON.stringify(forged)} is no end of an ${dialect} stream`,
        {
          dialect,
          body: `${dialect === 'openai' ? delta('Half') : token('Half')}data: ${forged}\n\n`,
          text: 'Half',
          status: 'interrupted',
          error: 'incomplete',
        } satisfies AnswerCase,
      ]),
    ),
  ),
  'a forged end before an error is not what counts': {
    dialect: 'openai',
    body: `${delta('Half')}data: [DONE]${SECRET}\n\nevent: error\ndata: {"error":{"message":"Refused."}}\n\n`,
    text: 'Half',
    status: 'error',
    error: 'server',
    says: 'Refused.',
  },
  'the end without the space': {
    dialect: 'token',
    body: `${token('Hi')}data:[DONE]\n\n`,
    text: 'Hi',
    status: 'complete',
  },
  'the end in CRLF': {
    dialect: 'token',
    body: `${token('Hi')}data: [DONE]\r\n\r\n`.replaceAll(/(?<!\r)\n/g, '\r\n'),
    text: 'Hi',
    status: 'complete',
  },
  'the end under a name': {
    dialect: 'openai',
    body: `${delta('Hi')}${finish('stop')}event: thread.done\ndata: [DONE]\n\n`,
    text: 'Hi',
    status: 'complete',
  },
  'frames after the end': {
    dialect: 'openai',
    body: `${delta('Hi')}${finish('stop')}${DONE}event: error\ndata: {"error":{"message":"late"}}\n\ndata: [DONE]${SECRET}\n\ndata: not-json\n\n`,
    text: 'Hi',
    status: 'complete',
  },
  'no finish reason, then the end of the body': {
    dialect: 'openai',
    body: delta('Half'),
    text: 'Half',
    status: 'interrupted',
    error: 'incomplete',
  },
  'an error named so, flat': {
    dialect: 'openai',
    body: 'event: error\ndata: {"message":"Refused.","code":"provider_error","type":"server_error"}\n\n',
    text: '',
    status: 'error',
    error: 'server',
    says: 'Refused.',
  },
  'an error named so, nested': {
    dialect: 'openai',
    body: `${delta('Half')}event: error\ndata: {"error":{"message":"Refused.","code":"provider_error"}}\n\n`,
    text: 'Half',
    status: 'error',
    error: 'server',
    says: 'Refused.',
  },
  'an error without a name, nested': {
    dialect: 'openai',
    body: `${delta('Half')}data: {"error":{"message":"Refused.","code":"provider_error"}}\n\n`,
    text: 'Half',
    status: 'error',
    error: 'server',
    says: 'Refused.',
  },
  'a wrapper with a message of its own around the error': {
    dialect: 'openai',
    body: 'event: error\ndata: {"message":"Refused.","error":{"code":"nested","type":"server_error"}}\n\n',
    text: '',
    status: 'error',
    error: 'server',
  },
  ...Object.fromEntries(
    ['null', '"Refused."', '42'].map(value => [
      `an error whose body is ${value}`,
      {
        dialect: 'openai',
        body: `${delta('Half')}event: error\ndata: ${value}\n\n`,
        text: 'Half',
        status: 'error',
        error: 'server',
      } satisfies AnswerCase,
    ]),
  ),
  'an error that reads like an abort': {
    dialect: 'openai',
    body: `${delta('Half')}event: error\ndata: {"message":"AbortError: The request was cancelled."}\n\n`,
    text: 'Half',
    status: 'error',
    error: 'server',
  },
  'a payload that cannot be read, between two that can': {
    dialect: 'openai',
    body: `${delta('a')}data: {"choices":[{"key":"${SECRET}"\n\n${delta('b')}${finish('stop')}${DONE}`,
    text: 'ab',
    status: 'complete',
  },
  'nothing but payloads that cannot be read': {
    dialect: 'openai',
    body: `${delta('a')}${`data: {bad ${SECRET}\n\n`.repeat(4)}`,
    text: 'a',
    status: 'interrupted',
    error: 'protocol',
  },
  'events of a name that nobody knows': {
    dialect: 'openai',
    body: `event: chat.delta\n${delta('Hi')}event: ping\ndata: {}\n\n${finish('stop')}${DONE}`,
    text: 'Hi',
    status: 'complete',
  },
  'lines of JSON, the last one without its line end': {
    dialect: 'token',
    body: '{"token":"H"}\n\n{"token":"i"}\n{"done":true}',
    text: 'Hi',
    status: 'complete',
  },
};

/** Leniencies that only a whole answer shows. */
export const lenientAnswers: Cases = {
  'L1 a name without data may be the end': {
    dialect: 'token',
    body: `${token('Hi')}event: end\n\n`,
    text: 'Hi',
    status: 'complete',
  },
  'L1 or a ping, which is no answer': {
    dialect: 'openai',
    body: `event: ping\n\n${delta('Hi')}event: ping\n\n${finish('stop')}`,
    text: 'Hi',
    status: 'complete',
  },
  'L1 nothing but pings is nothing yet': {
    dialect: 'token',
    body: 'event: ping\n\n'.repeat(5),
    text: '',
    status: 'error',
    error: 'incomplete',
  },
  'L2 a field named error ends the answer': {
    dialect: 'openai',
    body: `${delta('Half')}error: {"code":500,"message":"Overheated."}\n\n`,
    text: 'Half',
    status: 'error',
    error: 'server',
    says: 'Overheated.',
  },
  'L4 an end without its blank line is an end': {
    dialect: 'token',
    body: `${token('Hi')}data: [DONE]`,
    text: 'Hi',
    status: 'complete',
  },
  'L4 an end that the connection broke behind is one too': {
    dialect: 'token',
    body: `${token('Hi')}data: [DONE]`,
    reset: true,
    text: 'Hi',
    status: 'complete',
  },
  'L4 half an end is none': {
    dialect: 'token',
    body: `${token('Hi')}data: [DON`,
    text: 'Hi',
    status: 'interrupted',
    error: 'incomplete',
  },
  ...Object.fromEntries(
    [
      'text/plain',
      'application/json',
      'application/x-ndjson',
      'application/stream+json',
      'application/jsonl',
      'application/octet-stream',
    ].map(name => [
      `L6 a stream that is called ${name}`,
      {
        dialect: 'token',
        body: `${token('Hi')}${DONE}`,
        ...type(name),
        text: 'Hi',
        status: 'complete',
      } satisfies AnswerCase,
    ]),
  ),
  'L6 a page is refused, whatever it is called': {
    dialect: 'token',
    body: '<!doctype html><title>Sign in</title>data: {"token":"x"}\n\n',
    text: '',
    status: 'error',
    error: 'content',
  },
  'L6 what calls itself a page is refused, whatever it is': {
    dialect: 'token',
    body: `${token('x')}${DONE}`,
    ...type('text/html; charset=utf-8'),
    text: '',
    status: 'error',
    error: 'content',
  },
};
