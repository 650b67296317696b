import {ChatError} from './chat-error.ts';
import type {CompletionRequest, RequestMessage} from './completion.ts';
import type {Dialect} from './dialect.ts';
import type {Attachment} from './message.ts';

// How each dialect encodes attachments. One lazily loaded chunk for all dialects, since few requests have any.

/** The request with its attachments encoded, and the fields that they add to the body beside the turns. */
export interface PutAttachments {
  readonly request: CompletionRequest;
  readonly body?: object;
}

/** An attachment, taken apart so that it can be encoded. */
interface Attached {
  readonly url: string;
  /** The media type, in lower case; empty if unknown. */
  readonly type: string;
  readonly name: string;
  readonly isImage: boolean;
  /** The content in base64; `undefined` if `url` is not a `data:` URL. */
  readonly data: string | undefined;
  /** The content of a text document; `undefined` for other types, and if `url` is not a `data:` URL. */
  readonly text: string | undefined;
}

/** Returns the fields of a turn that its attachments add or change. */
type PutTurn = (turn: RequestMessage, files: readonly Attached[]) => object;

const TEXT =
  /^(text\/|application\/(json|xml|yaml|x-yaml|javascript|typescript|x-sh|sql|toml)\b)|\+(json|xml)$/;
const PDF = 'application/pdf';

/**
 * Encodes the attachments of all turns.
 * @throws {ChatError} `configuration`, before anything is sent, for a file that the dialect cannot send.
 */
export function putAttachments(dialect: Dialect, request: CompletionRequest): PutAttachments {
  if (dialect.attaches) return {request};
  const {name} = dialect;
  const files = (turn: RequestMessage) => (turn.attachments ?? []).map(attached);
  const all = request.messages.flatMap(files);
  const beside = BODIES[name]?.(
    all,
    request.messages.findLast(({role}) => role === 'user'),
  );
  const put = TURNS[name];
  if (!put && !beside) {
    throw new ChatError('configuration', `The dialect "${name}" cannot send attachments. Nothing was sent.`);
  }
  const messages = request.messages.map(turn => {
    const {attachments, ...rest} = turn;
    return attachments?.length ? {...rest, ...put?.(turn, files(turn))} : rest;
  });
  return {request: {...request, messages}, ...(beside && {body: beside})};
}

/** Encodes a turn's content as a list: the files, then the text. A text document becomes text headed by its name. */
function pieces(
  put: (file: Attached) => object,
  word: (text: string) => object = text => ({type: 'text', text}),
): PutTurn {
  return ({content}, files) => ({
    content: [
      ...files.map(file => (file.text === undefined ? put(file) : word(documentOf(file)))),
      ...(content ? [word(content)] : []),
    ],
  });
}

const chatCompletions = pieces(file => {
  const {url, data, type, name, isImage} = file;
  if (isImage) return {type: 'image_url', image_url: {url}};
  const [, format] = /^audio\/(?:x-)?(wav|mp3|mpeg)$/.exec(type) ?? [];
  if (format && data) {
    return {type: 'input_audio', input_audio: {data, format: format === 'wav' ? 'wav' : 'mp3'}};
  }
  if (type !== PDF || !data) return refuse('openai', file);
  return {type: 'file', file: {filename: name || 'file.pdf', file_data: url}};
});

const imagesAlone = (dialect: string) =>
  pieces(file => (file.isImage ? {type: 'image_url', image_url: {url: file.url}} : refuse(dialect, file)));

/** By the dialect's name. Sources: the API documentation that each dialect's file names, as of 2026-11. */
const TURNS: Readonly<Record<string, PutTurn>> = {
  openai: chatCompletions,

  mistral: pieces(file => {
    const {url, type, name, isImage} = file;
    if (isImage) return {type: 'image_url', image_url: url};
    if (type !== PDF) return refuse('mistral', file);
    return {type: 'document_url', document_url: url, ...(name && {document_name: name})};
  }),

  cohere: imagesAlone('cohere'),
  langgraph: imagesAlone('langgraph'),

  'openai-responses': pieces(
    file => {
      const {url, data, type, name, isImage} = file;
      if (isImage) return {type: 'input_image', image_url: url, detail: 'auto'};
      if (type.startsWith('audio/') || type.startsWith('video/')) return refuse('openai-responses', file);
      if (!data) return {type: 'input_file', file_url: url};
      return {type: 'input_file', filename: name || 'file', file_data: url};
    },
    text => ({type: 'input_text', text}),
  ),

  anthropic: ({content}, files) => ({
    content: [
      ...files.map(file => {
        const {data, text, type, name, isImage, url} = file;
        const source = data ? {type: 'base64', media_type: type, data} : {type: 'url', url};
        if (isImage) return {type: 'image', source};
        const title = name ? {title: name} : {};
        if (text !== undefined) {
          return {type: 'document', source: {type: 'text', media_type: 'text/plain', data: text}, ...title};
        }
        return type === PDF ? {type: 'document', source, ...title} : refuse('anthropic', file);
      }),
      ...(content ? [{type: 'text', text: content}] : []),
    ],
  }),

  gemini: pieces(
    ({data, type: mimeType, url}) =>
      data ? {inlineData: {mimeType, data}} : {fileData: {mimeType, fileUri: url}},
    text => ({text}),
  ),

  'gemini-interactions': pieces(file => {
    const {data, type, url} = file;
    const [, kind] = /^(image|audio|video)\//.exec(type) ?? [];
    if (!kind && type !== PDF) return refuse('gemini-interactions', file);
    return {type: kind ?? 'document', mime_type: type, ...(data ? {data} : {uri: url})};
  }),

  ollama: ({content}, files) => {
    const images = files.filter(({text}) => text === undefined);
    const documents = files.filter(({text}) => text !== undefined).map(documentOf);
    return {
      content: [...documents, content].filter(Boolean).join('\n\n'),
      ...(images.length > 0 && {images: images.map(imageOf)}),
    };
  },

  'ai-sdk': (_, files) => ({
    files: files.map(({url, type: mediaType, name}) => ({
      type: 'file',
      mediaType,
      url,
      ...(name && {filename: name}),
    })),
  }),

  'ag-ui': pieces(({url, data, type: mimeType, name}) => ({
    type: 'binary',
    mimeType,
    ...(data ? {data} : {url}),
    ...(name && {filename: name}),
  })),

  token: (_, files) => ({attachments: files.map(plain)}),
  text: (_, files) => ({attachments: files.map(plain)}),
};

const plainBody = (_: readonly Attached[], last: RequestMessage | undefined) => ({
  attachments: last?.attachments?.map(file => plain(attached(file))),
});

/** Dialects with attachments in the body itself: those of all turns, or of the last user turn alone. */
const BODIES: Readonly<
  Record<string, (all: readonly Attached[], last: RequestMessage | undefined) => object>
> = {
  token: plainBody,
  text: plainBody,
  'ollama-generate': all => ({images: all.map(imageOf)}),

  dify: all => ({
    files: all.map(file => {
      if (file.data !== undefined) return refuse('dify', file);
      const [, kind = 'document'] = /^(image|audio|video)\//.exec(file.type) ?? [];
      return {type: kind, transfer_method: 'remote_url', url: file.url};
    }),
  }),

  flowise: all => ({
    uploads: all.map(({data, url, name, type: mime}) => ({
      type: data === undefined ? 'url' : 'file',
      data: url,
      name,
      mime,
    })),
  }),
};

/** The fields of the `token` dialect, in snake_case as a Python backend would name them. */
function plain({url, type, name}: Attached): object {
  return {name, media_type: type, url};
}

/** Ollama takes only images, and only their content: it fetches no URLs. */
function imageOf(file: Attached): string {
  return file.isImage && file.data ? file.data : refuse('ollama', file);
}

function documentOf({name, text = ''}: Attached): string {
  return name ? `${name}:\n\n${text}` : text;
}

function refuse(dialect: string, {type, name, data}: Attached): never {
  const what = `${type || 'a file'}${data === undefined ? ' by URL' : ''}`;
  throw new ChatError(
    'configuration',
    `The dialect "${dialect}" cannot send the attachment "${name}" (${what}). Nothing was sent.`,
  );
}

function attached({url, mediaType, name = ''}: Attachment): Attached {
  const [, head, content = ''] = /^data:([^,]*),(.*)$/is.exec(url) ?? [];
  const type = (mediaType || head?.replace(/;.*/s, '') || '').toLowerCase();
  const isImage = type.startsWith('image/');
  if (head === undefined) return {url, type, name, isImage, data: undefined, text: undefined};
  const isBase64 = /;base64$/i.test(head);
  try {
    const bytes = isBase64
      ? Uint8Array.from(atob(content), char => char.charCodeAt(0))
      : new TextEncoder().encode(decodeURIComponent(content));
    const data = isBase64 ? content : btoa([...bytes].map(byte => String.fromCharCode(byte)).join(''));
    return {
      url,
      type,
      name,
      isImage,
      data,
      text: TEXT.test(type) ? new TextDecoder().decode(bytes) : undefined,
    };
  } catch (cause) {
    const message = `The attachment "${name}" is a data URL that cannot be read. Nothing was sent.`;
    throw new ChatError('configuration', message, {cause});
  }
}
