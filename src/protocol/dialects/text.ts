import type {Dialect} from '../dialect.ts';
import {isSignOfLife, isText} from '../is-text.ts';
import {isObject} from '../json.ts';
import {saidTurns} from '../parts.ts';
import {wireError} from '../wire-error.ts';
import {token} from './token.ts';

/** Events whose data is the text itself, and bodies that are nothing but text. */
export const text: Dialect = {
  name: 'text',
  continuations: ['continue-turn'],
  endsWithDone: true,
  isPlain: true,

  matches: isText,

  encode: request => token.encode({...request, messages: saidTurns(request.messages)}),

  decode(event, state) {
    const {event: name, data, json} = event;
    if (data === '[DONE]') return [{type: 'done'}];
    if (name === 'text/plain') return [{type: 'text', text: data, raw: data}];
    if (/^(end|done|close)$/.test(name)) return [{type: 'done'}];
    const error = name === 'error' || isObject(json) ? wireError(event) : undefined;
    if (error) return [{type: 'error', error, raw: data}];
    if (isSignOfLife(name)) return [];
    // Some write each piece as JSON, so that its spaces and lines survive.
    state['isJson'] ??= typeof json === 'string';
    const said = state['isJson'] && typeof json === 'string' ? json : data;
    return said === '' ? [] : [{type: 'text', text: said, raw: data}];
  },
};
