import type {DecodedEvent, Dialect} from '../dialect.ts';
import {isObject, type JsonObject, objectField, stringField} from '../json.ts';
import {IGNORED, type State, saidTurns, source, toolCallsIn} from '../parts.ts';
import {turnsOf} from '../turns.ts';
import {decodeBare, serverError, wireError} from '../wire-error.ts';

/** Events about the work behind the answer, which is not shown. */
const SILENT =
  /^(start|metadata|agentReasoning|(next|executed)Agent.*|agentFlow.*|nextAgentFlow|calledTools|artifacts|fileAnnotations|action|usageMetadata|tts.*)$/;

/** Flowise's predictions. Source: docs.flowiseai.com, "Streaming". */
export const flowise: Dialect = {
  name: 'flowise',
  continuations: ['continue-turn'],
  endsWithDone: false,

  matches({json}) {
    if (!isObject(json)) return false;
    return (typeof json['event'] === 'string' && 'data' in json) || isWhole(json);
  },

  encode(request) {
    const {conversationId, model: modelName, temperature, maxTokens, instructions} = request;
    const turns = saidTurns(turnsOf(request));
    return {
      body: {
        question: turns.at(-1)?.content ?? '',
        streaming: true,
        chatId: conversationId,
        // By the chat's id, a flow with a memory knows the earlier turns.
        history: conversationId
          ? undefined
          : turns.slice(0, -1).map(({role, content}) => ({
              role: role === 'assistant' ? 'apiMessage' : 'userMessage',
              content,
            })),
        overrideConfig: {
          sessionId: conversationId,
          modelName,
          temperature,
          maxTokens,
          systemMessage: instructions,
        },
      },
    };
  },

  decode(event, state) {
    const {json} = event;
    if (!isObject(json)) return decodeBare(event);
    const said = stringField(json, 'data');
    if (json['event'] === 'error' || json['event'] === 'abort') {
      return [{type: 'error', error: serverError(said ?? `${json['event']}`), raw: json}];
    }
    const error = wireError(event);
    if (error) return [{type: 'error', error, raw: json}];
    if (isWhole(json)) {
      return [{type: 'text', text: `${json['text']}`, raw: json}, ...beside(json, state), ...END];
    }
    switch (json['event']) {
      case 'token':
        return said ? [{type: 'text', text: said, raw: json}] : [];
      case 'thinking':
        return said ? [{type: 'reasoning', text: said, raw: json}] : [];
      case 'sourceDocuments':
      case 'usedTools':
        return beside({[json['event']]: json['data']}, state);
      case 'end':
        return END;
    }
    return SILENT.test(`${json['event']}`) ? [] : IGNORED;
  },
};

const END: readonly DecodedEvent[] = [{type: 'finish', reason: 'stop', raw: undefined}, {type: 'done'}];

/** Whether this is the whole answer, of a flow that cannot stream. */
function isWhole(json: JsonObject): boolean {
  return typeof json['text'] === 'string' && 'chatId' in json;
}

function beside(json: JsonObject, state: State): DecodedEvent[] {
  const list = (name: string) => (Array.isArray(json[name]) ? json[name].filter(isObject) : []);
  const calls = toolCallsIn(state);
  return [
    ...list('sourceDocuments').flatMap(({pageContent, metadata}) => {
      const {source: url, title} = isObject(metadata) ? metadata : {};
      const link = /^https?:/.test(`${url}`);
      return source({quote: pageContent, title: title ?? (link ? undefined : url), ...(link && {url})});
    }),
    ...list('usedTools').map((used, index) =>
      calls.change(index, {
        name: `${used['tool']}`,
        ...(!calls.has(index) && {arguments: JSON.stringify(objectField(used, 'toolInput') ?? {})}),
        state: 'done',
        result: used['toolOutput'],
      }),
    ),
  ];
}
