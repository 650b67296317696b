import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {ConversationState} from '../../src/conversation/state.ts';
import type {Message, ToolCallPart} from '../../src/protocol/message.ts';
import {waitOf} from '../../src/ui/waits.ts';

const ASKED = 1_700_000_000_000;
/** The monotonic clock when it was asked. */
const START = 50_000;

const call: ToolCallPart = {type: 'tool-call', id: 'c', name: 'find', arguments: '{}', state: 'running'};

function stateOf(change: Partial<ConversationState>, parts: Message['parts'] = []): ConversationState {
  const open: Message = {
    id: 'm',
    role: 'assistant',
    text: '',
    parts,
    status: 'pending',
    createdAt: ASKED,
    requestIds: [],
  };
  const info = {id: 'c', title: '', createdAt: ASKED, updatedAt: ASKED};
  return {info, settled: [], open, status: 'submitted', at: START, ...change};
}

/** What is waited for so many milliseconds after it was asked, and when to look again. */
const after = (ms: number, change: Partial<ConversationState> = {}, parts: Message['parts'] = []) => {
  const {wait, due} = waitOf(stateOf(change, parts), ASKED + ms, START + ms);
  return [wait, due];
};

describe('what an answer waits for', () => {
  it('is not said before it is slow, and then which of the two it is', () => {
    assert.deepEqual(after(0), [undefined, 2_000]);
    assert.deepEqual(after(1_999), [undefined, 1]);
    assert.deepEqual(after(2_000), ['connecting', undefined]);
    assert.deepEqual(after(25_000), ['connecting', undefined]);
    assert.deepEqual(after(2_000, {connected: true}), ['thinking', 8_000]);
  });

  it('is more, once nothing came for ten seconds, until something does', () => {
    assert.deepEqual(after(9_999, {connected: true}), ['thinking', 1]);
    assert.deepEqual(after(10_000, {connected: true}), ['stalled', undefined]);
    assert.deepEqual(after(10_000, {connected: true, at: START + 9_000}), ['thinking', 9_000]);
    assert.deepEqual(after(12_000, {status: 'streaming', at: START + 3_000}), [undefined, 1_000]);
    assert.deepEqual(after(13_000, {status: 'streaming', at: START + 3_000}), ['stalled', undefined]);
    assert.deepEqual(after(13_001, {status: 'streaming', at: START + 13_001}), [undefined, 10_000]);
  });

  it('is nothing where something else says it, and where nobody waits', () => {
    for (const status of ['waiting', 'reconnecting', 'offline', 'ready', 'error'] as const) {
      assert.deepEqual(after(60_000, {status}), [undefined, undefined], status);
    }
    assert.deepEqual(after(60_000, {elsewhere: true}), [undefined, undefined]);
    assert.deepEqual(after(60_000, {open: undefined}), [undefined, undefined]);
    assert.deepEqual(after(60_000, {status: 'streaming'}, [call]), [undefined, undefined]);
    assert.deepEqual(after(60_000, {status: 'streaming'}, [{...call, state: 'done'}]), [
      'stalled',
      undefined,
    ]);
  });
});
