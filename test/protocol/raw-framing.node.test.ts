import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {ChatError} from '../../src/protocol/chat-error.ts';
import {createRawFraming} from '../../src/protocol/raw-framing.ts';

function read(pieces: readonly string[], {maxEvent = 1000, isClean = true} = {}): [string, string][] {
  const framing = createRawFraming(maxEvent);
  return [...pieces.flatMap(piece => framing.push(piece)), ...framing.end(isClean)].map(({event, data}) => [
    event,
    data,
  ]);
}

/** At every place, behind the characters that tell the framing. */
function* splits(text: string): Iterable<string[]> {
  for (let at = 4; at < text.length; at++) yield [text.slice(0, at), text.slice(at)];
}

const elements = ['{"a":"}]\\"{"}', '{"b":{"c":[{"d":1}]}}', '{}'];
const array = `[${elements[0]}\n,\r\n${elements[1]} , ${elements[2]}\n]`;
const lines = ['0:"Hel"', 'd:{"finishReason":"stop"}', 'not a line', '2:[1]'];

describe('a body without events', () => {
  it('that is a JSON array gives its elements as they come', () => {
    const expected = elements.map(data => ['message', data]);
    for (const pieces of [[array], ...splits(array)]) assert.deepEqual(read(pieces), expected, `${pieces}`);
    assert.deepEqual(read([array.slice(0, elements[0]!.length + 2)]), expected.slice(0, 1));
  });

  it('that is a data stream of the AI SDK gives its lines, and what is none as it is', () => {
    const body = `${lines.join('\r\n')}\n`;
    const expected = [
      ['data-stream', '{"code":"0","value":"Hel"}'],
      ['data-stream', '{"code":"d","value":{"finishReason":"stop"}}'],
      ['data-stream', 'not a line'],
      ['data-stream', '{"code":"2","value":[1]}'],
    ];
    for (const pieces of [[body], [body.trimEnd()], ...splits(body)])
      assert.deepEqual(read(pieces), expected);
  });

  it('that is bare text gives it as it is, and an end only where the server closed it', () => {
    assert.deepEqual(read(['Hel', 'lo\n']), [
      ['text/plain', 'Hel'],
      ['text/plain', 'lo\n'],
      ['message', '[DONE]'],
    ]);
    assert.deepEqual(read(['Hel'], {isClean: false}), [['text/plain', 'Hel']]);
  });

  it('is bounded in each of its elements and lines', () => {
    for (const body of [`[{"a":"${'x'.repeat(99)}`, `[{"a":"${'x'.repeat(99)}"}]`, `0:"${'x'.repeat(99)}`]) {
      assert.throws(
        () => read([body], {maxEvent: 50}),
        error => error instanceof ChatError && error.kind === 'too-large',
      );
    }
  });
});
