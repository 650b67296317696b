import type {Dialect} from '../dialect.ts';
import {finishReasonOf} from '../finish-reason.ts';
import {ARRAY, isSignOfLife, isText, LARAVEL_END} from '../is-text.ts';
import {isObject, stringField} from '../json.ts';
import {IGNORED, saidTurns} from '../parts.ts';
import {wireError} from '../wire-error.ts';
import {token} from './token.ts';

/**
 * @param isNamed Whether the page has named this dialect, so that everything is text. Otherwise JSON objects, and
 * arrays of them, before the first piece or among pieces that are JSON strings, are metadata.
 */
const textBy = (isNamed: boolean): Dialect => ({
  name: 'text',
  continuations: ['continue-turn'],
  endsWithDone: true,
  isPlain: true,

  matches: isText,

  encode: request => token.encode({...request, messages: saidTurns(request.messages)}),

  decode(event, state) {
    const {event: name, data, json} = event;
    // Some servers send `[DONE]` as a JSON string, as they do each piece.
    const isDone = data === '[DONE]' || (!isNamed && json === '[DONE]');
    if (isDone || (name === 'update' && data === LARAVEL_END)) return [{type: 'done'}];
    if (name === 'text/plain') return [{type: 'text', text: data, raw: data}];
    if (/^(end|done|close)$/.test(name)) {
      const reason = isObject(json) ? finishReasonOf(stringField(json, 'reason')) : undefined; // As Replicate sends it.
      return reason === 'error' ? [{type: 'finish', reason, raw: data}, {type: 'done'}] : [{type: 'done'}];
    }
    const error = name === 'error' || isObject(json) ? wireError(event) : undefined;
    if (error) return [{type: 'error', error, raw: data}];
    if (isSignOfLife(name)) return [];
    if (!isNamed && state['isJson'] !== false && (isObject(json) || ARRAY.test(data))) return IGNORED;
    // Some servers send each piece as a JSON string, so that its spaces and line breaks survive.
    state['isJson'] ??= typeof json === 'string';
    const said = state['isJson'] && typeof json === 'string' ? json : data;
    return said === '' ? [] : [{type: 'text', text: said, raw: data}];
  },
});

/** Events whose data is the text itself, and bodies that are nothing but text. */
export const text = textBy(true);

/** The same for a response that only looks like text, without the page having said so. */
export const toldText = textBy(false);
