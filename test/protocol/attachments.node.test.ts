import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {putAttachments} from '../../src/protocol/attachments.ts';
import type {CompletionRequest} from '../../src/protocol/completion.ts';
import {dialectFor} from '../../src/protocol/dialects/index.ts';
import type {Attachment} from '../../src/protocol/message.ts';
import {CompletionStream} from '../../src/transport/completion-stream.ts';
import {dialectNames} from '../support/known-dialects.ts';

const image: Attachment = {url: 'data:image/png;base64,AAEC', name: 'dot.png'};
const far: Attachment = {url: 'https://a.example/cat.jpg', mediaType: 'image/jpeg'};
const pdf: Attachment = {url: 'data:application/pdf;base64,JVBE', name: 'sum.pdf'};
const note: Attachment = {url: 'data:text/plain,gr%C3%B6%C3%9Fer', name: 'note.txt'};
const sound: Attachment = {url: 'data:audio/wav;base64,UklG', name: 'a.wav'};
const zip: Attachment = {url: 'data:application/zip;base64,UEsD', name: 'a.zip'};

const asks = (...attachments: Attachment[]): Pick<CompletionRequest, 'messages'> => ({
  messages: [
    {role: 'user', content: 'Before?'},
    {role: 'assistant', content: 'Yes.'},
    {role: 'user', content: 'What is it?', attachments},
  ],
});

/** The body as it is on the wire. */
async function bodyOf(name: string, request: CompletionRequest): Promise<Record<string, unknown>> {
  const dialect = await dialectFor(name, new URL('http://127.0.0.1/'));
  const put = putAttachments(dialect, request);
  const {body} = dialect.encode(put.request);
  return JSON.parse(JSON.stringify({...(body as object), ...put.body}));
}

const words = {type: 'text', text: 'What is it?'};
const noteText = 'note.txt:\n\ngrößer';
const noteWords = {type: 'text', text: noteText};
const imageUrl = (url: string) => ({type: 'image_url', image_url: {url}});

/** What each dialect makes of an attachment: in the last turn, or as it says itself. */
const last = (list: unknown) => (list as object[]).at(-1);
const shapes: Readonly<
  Record<string, readonly [readonly Attachment[], (body: Record<string, unknown>) => unknown, unknown][]>
> = {
  openai: [
    [
      [image, far, note],
      body => last(body['messages']),
      {role: 'user', content: [imageUrl(image.url), imageUrl(far.url), noteWords, words]},
    ],
    [
      [pdf, sound],
      body => last(body['messages']),
      {
        role: 'user',
        content: [
          {type: 'file', file: {filename: 'sum.pdf', file_data: pdf.url}},
          {type: 'input_audio', input_audio: {data: 'UklG', format: 'wav'}},
          words,
        ],
      },
    ],
  ],
  mistral: [
    [
      [image, pdf],
      body => last(body['messages']),
      {
        role: 'user',
        content: [
          {type: 'image_url', image_url: image.url},
          {type: 'document_url', document_url: pdf.url, document_name: 'sum.pdf'},
          words,
        ],
      },
    ],
  ],
  cohere: [[[image], body => last(body['messages']), {role: 'user', content: [imageUrl(image.url), words]}]],
  langgraph: [
    [
      [far],
      body => last((body['input'] as Record<string, unknown>)['messages']),
      {role: 'user', content: [imageUrl(far.url), words]},
    ],
  ],
  'openai-responses': [
    [
      [far, pdf, {...pdf, url: 'https://a.example/x.pdf', mediaType: 'application/pdf'}, note],
      body => last(body['input']),
      {
        role: 'user',
        content: [
          {type: 'input_image', image_url: far.url, detail: 'auto'},
          {type: 'input_file', filename: 'sum.pdf', file_data: pdf.url},
          {type: 'input_file', file_url: 'https://a.example/x.pdf'},
          {type: 'input_text', text: noteText},
          {type: 'input_text', text: 'What is it?'},
        ],
      },
    ],
  ],
  anthropic: [
    [
      [image, far, pdf, note],
      body => last(body['messages']),
      {
        role: 'user',
        content: [
          {type: 'image', source: {type: 'base64', media_type: 'image/png', data: 'AAEC'}},
          {type: 'image', source: {type: 'url', url: far.url}},
          {
            type: 'document',
            source: {type: 'base64', media_type: 'application/pdf', data: 'JVBE'},
            title: 'sum.pdf',
          },
          {
            type: 'document',
            source: {type: 'text', media_type: 'text/plain', data: 'größer'},
            title: 'note.txt',
          },
          words,
        ],
      },
    ],
  ],
  gemini: [
    [
      [image, far, sound],
      body => last(body['contents']),
      {
        role: 'user',
        parts: [
          {inlineData: {mimeType: 'image/png', data: 'AAEC'}},
          {fileData: {mimeType: 'image/jpeg', fileUri: far.url}},
          {inlineData: {mimeType: 'audio/wav', data: 'UklG'}},
          {text: 'What is it?'},
        ],
      },
    ],
  ],
  'gemini-interactions': [
    [
      [image, pdf, far],
      body => last(body['input']),
      {
        type: 'user_input',
        content: [
          {type: 'image', mime_type: 'image/png', data: 'AAEC'},
          {type: 'document', mime_type: 'application/pdf', data: 'JVBE'},
          {type: 'image', mime_type: 'image/jpeg', uri: far.url},
          words,
        ],
      },
    ],
  ],
  ollama: [
    [
      [image, note],
      body => last(body['messages']),
      {role: 'user', content: `${noteText}\n\nWhat is it?`, images: ['AAEC']},
    ],
  ],
  'ollama-generate': [[[image], body => body['images'], ['AAEC']]],
  'ai-sdk': [
    [
      [image, far],
      body => (last(body['messages']) as Record<string, unknown>)['parts'],
      [
        {type: 'file', mediaType: 'image/png', url: image.url, filename: 'dot.png'},
        {type: 'file', mediaType: 'image/jpeg', url: far.url},
        words,
      ],
    ],
  ],
  'ag-ui': [
    [
      [image, far],
      body => (last(body['messages']) as Record<string, unknown>)['content'],
      [
        {type: 'binary', mimeType: 'image/png', data: 'AAEC', filename: 'dot.png'},
        {type: 'binary', mimeType: 'image/jpeg', url: far.url},
        words,
      ],
    ],
  ],
  dify: [[[far], body => body['files'], [{type: 'image', transfer_method: 'remote_url', url: far.url}]]],
  flowise: [
    [
      [image, far],
      body => body['uploads'],
      [
        {type: 'file', data: image.url, name: 'dot.png', mime: 'image/png'},
        {type: 'url', data: far.url, name: '', mime: 'image/jpeg'},
      ],
    ],
  ],
  token: [
    [
      [image, note],
      body => [body['prompt'], body['attachments'], last(body['messages'])],
      [
        'What is it?',
        [
          {name: 'dot.png', media_type: 'image/png', url: image.url},
          {name: 'note.txt', media_type: 'text/plain', url: note.url},
        ],
        {
          role: 'user',
          content: 'What is it?',
          attachments: [
            {name: 'dot.png', media_type: 'image/png', url: image.url},
            {name: 'note.txt', media_type: 'text/plain', url: note.url},
          ],
        },
      ],
    ],
  ],
  text: [
    [[image], body => body['attachments'], [{name: 'dot.png', media_type: 'image/png', url: image.url}]],
  ],
};

/** What a dialect has no words for. */
const refused: Readonly<Record<string, readonly Attachment[]>> = {
  openai: [zip, {url: 'https://a.example/x.pdf', mediaType: 'application/pdf'}],
  mistral: [sound, zip],
  cohere: [pdf],
  langgraph: [pdf],
  'openai-responses': [sound],
  anthropic: [sound, zip],
  'gemini-interactions': [zip],
  ollama: [far, pdf],
  'ollama-generate': [pdf],
  dify: [image],
  langserve: [image],
  n8n: [image],
};

describe('attachments', () => {
  for (const [name, list] of Object.entries(shapes)) {
    it(`are put as ${name} takes them`, async () => {
      for (const [attachments, pick, shape] of list) {
        assert.deepEqual(pick(await bodyOf(name, asks(...attachments))), shape);
        const {messages} = asks(...attachments);
        const alone = {messages: [{...messages[2]!, content: ''}]};
        assert.ok(JSON.stringify(await bodyOf(name, alone)).length > 0);
      }
    });
  }

  it('are put, or refused, by every dialect there is', () => {
    const names = new Set([...dialectNames, 'openai', 'token']);
    const known = new Set([...Object.keys(shapes), ...Object.keys(refused)]);
    assert.deepEqual(
      [...names].filter(name => !known.has(name)),
      [],
    );
  });

  for (const [name, list] of Object.entries(refused)) {
    it(`that ${name} has no words for are refused before anything is sent`, async () => {
      for (const attachment of list) {
        let requests = 0;
        const stream = new CompletionStream({
          endpoint: 'http://127.0.0.1:9/',
          dialect: name as 'openai',
          ...asks(attachment),
          fetch: async () => {
            requests++;
            return new Response('{}');
          },
        });
        const {status, error} = await stream.result();
        assert.equal(status, 'error');
        assert.equal(error?.kind, 'configuration');
        assert.match(
          error?.message ?? '',
          new RegExp(
            `"${name}" cannot send.*Nothing was sent`.replace('ollama-generate', 'ollama(-generate)?'),
          ),
        );
        assert.equal(requests, 0);
      }
    });
  }

  it('that cannot be read are refused', async () => {
    const broken = {url: 'data:image/png;base64,%%%', name: 'x'};
    await assert.rejects(bodyOf('openai', asks(broken)), {
      kind: 'configuration',
      message: /"x".*cannot be read/,
    });
  });

  it('go to a dialect of the page’s own as they are, where it says that it puts them', async () => {
    const bodies: unknown[] = [];
    const own = await dialectFor('token', new URL('http://127.0.0.1/'));
    for (const attaches of [true, false]) {
      const stream = new CompletionStream({
        endpoint: 'http://127.0.0.1:9/',
        dialect: {...own, name: 'own', attaches, encode: ({messages}) => ({body: {messages}})},
        ...asks(image),
        fetch: async (_, init) => {
          bodies.push(JSON.parse(`${init?.body}`));
          return new Response('data: {"token":"A dot."}\n\ndata: [DONE]\n\n');
        },
      });
      assert.equal((await stream.result()).status, attaches ? 'complete' : 'error');
    }
    assert.deepEqual(bodies, [{messages: asks(image).messages}]);
  });
});
