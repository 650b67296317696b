import type {Dialect} from '../dialect.ts';
import {isObject, objectField, stringField} from '../json.ts';
import {IGNORED, saidTurns} from '../parts.ts';
import {turnsOf} from '../turns.ts';
import {decodeBare, serverError, wireError} from '../wire-error.ts';

/**
 * n8n's chat trigger. Each run of a streaming node has a `begin` and an `end`. The answer is over when the body ends
 * with no run open. Source: docs.n8n.io, "Chat Trigger".
 */
export const n8n: Dialect = {
  name: 'n8n',
  continuations: ['continue-turn'],
  endsWithDone: false,

  matches({json}) {
    return (
      isObject(json) &&
      /^(begin|item|end)$/.test(`${json['type']}`) &&
      objectField(json, 'metadata')?.['nodeId'] !== undefined
    );
  },

  encode(request) {
    return {
      body: {
        action: 'sendMessage',
        sessionId: request.conversationId,
        chatInput: saidTurns(turnsOf(request)).at(-1)?.content ?? '',
        metadata: {
          model: request.model,
          temperature: request.temperature,
          instructions: request.instructions,
        },
      },
    };
  },

  decode(event, state) {
    const {json} = event;
    if (!isObject(json)) return decodeBare(event);
    const content = stringField(json, 'content');
    if (json['type'] === 'error') {
      return [{type: 'error', error: serverError(content), raw: json}];
    }
    const error = wireError(event);
    if (error) return [{type: 'error', error, raw: json}];
    const open = Number(state['open'] ?? 0);
    switch (json['type']) {
      case 'begin':
        state['open'] = open + 1;
        return [];
      case 'item':
        return content ? [{type: 'text', text: content, raw: json}] : [];
      case 'end':
        state['open'] = Math.max(0, open - 1);
        return [];
      case undefined: {
        // The whole answer of a workflow that does not stream.
        const text = stringField(json, 'output') ?? stringField(json, 'text');
        if (text) state['open'] = 0;
        return text ? [{type: 'text', text, raw: json}] : IGNORED;
      }
    }
    return IGNORED;
  },

  end: state => (state['open'] === 0 ? [{type: 'finish', reason: 'stop', raw: undefined}] : []),
};
