import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {isText} from '../../src/protocol/is-text.ts';

const event = (data: string) => ({event: 'message', data, json: undefined});

describe('data that is text itself', () => {
  for (const data of ['Hello', ' world', '3 < 4', 'a\tb\nc', 'مرحبا', '👩‍🚀'])
    it(`is ${JSON.stringify(data)}`, () => assert.equal(isText(event(data)), true));

  for (const data of [
    '{"bad": ',
    '[DONE]x',
    ' [1',
    'ping',
    '',
    '\u0000 nonsense',
    'half a \uFFFD letter',
    '\u001B[31mred',
  ])
    it(`is not ${JSON.stringify(data)}`, () => assert.equal(isText(event(data)), false));
});
