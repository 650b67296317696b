import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {Conversation, type ConversationOptions} from '../../src/conversation/conversation.ts';
import {idbStore} from '../../src/store/idb-store.ts';
import {storeJournal} from '../../src/store/store-journal.ts';
import {MemoryJournal} from '../support/memory-journal.ts';

interface Turn {
  readonly role: string;
  readonly content: string;
}

const LONG = 'word '.repeat(80).trim(); // 400 characters, about 100 tokens
const PREFACE = 'Summary of what was said before:\n\n';

/** A server that answers a question with that long text, and a wish for a summary with one. */
function server() {
  const requests: (readonly Turn[])[] = [];
  const state = {isBroken: false};
  const fetch: typeof globalThis.fetch = async (_input, init) => {
    const {messages} = JSON.parse(String(init?.body)) as {messages: readonly Turn[]};
    requests.push(messages);
    const isSummary = messages.at(-1)?.content.startsWith('Summarize the conversation');
    if (isSummary && state.isBroken) return new Response('', {status: 400});
    const text = isSummary ? `Sum ${requests.length}.` : LONG;
    const body = `data: ${JSON.stringify({token: text})}\n\ndata: {"done": true}\n\ndata: [DONE]\n\n`;
    return new Response(body, {headers: {'Content-Type': 'text/event-stream'}});
  };
  return {requests, state, fetch};
}

function begin(options: Partial<ConversationOptions>) {
  const {requests, state, fetch} = server();
  const conversation = new Conversation({
    endpoint: 'http://127.0.0.1:9/api/chat',
    dialect: 'token',
    fetch,
    contextTokens: 400,
    ...options,
  });
  return {conversation, requests, state, fetch};
}

const question = (index: number) => `Question ${index}?`;
async function askAll(conversation: Conversation, from: number, to: number): Promise<void> {
  for (let index = from; index <= to; index++) {
    assert.equal((await conversation.send(question(index))).status, 'complete');
  }
}

describe('context: summary', () => {
  it('sums up by the page what has no room, some turns ahead, and sends that before the first question', async () => {
    const summed: (readonly Turn[])[] = [];
    const {conversation, requests} = begin({
      context: 'summary',
      summarize: turns => {
        summed.push(turns);
        return `Sum ${summed.length}.`;
      },
    });
    await askAll(conversation, 1, 4);
    assert.equal(summed.length, 0, 'nothing while all has room');
    await askAll(conversation, 5, 5);
    assert.deepEqual(
      summed[0]?.map(({content}) => content),
      [1, 2, 3].flatMap(index => [question(index), LONG]),
    );
    assert.deepEqual(
      requests.at(-1)?.map(({content}) => content),
      [`${PREFACE}Sum 1.\n\n${question(4)}`, LONG, question(5)],
    );
    assert.equal(conversation.state.omitted, 6);
    await askAll(conversation, 6, 7);
    assert.equal(summed.length, 1, 'it was made some turns ahead');
    await askAll(conversation, 8, 8);
    assert.equal(summed.length, 2);
    assert.equal(summed[1]?.[0]?.content, `${PREFACE}Sum 1.\n\n${question(4)}`, 'from the one before');
    assert.ok(requests.at(-1)?.[0]?.content.startsWith(`${PREFACE}Sum 2.`));
  });

  it('keeps it with the conversation on disk, and uses it after a reload', async () => {
    const journal = storeJournal(idbStore({name: 'summaries'}));
    let made = 0;
    const summarize = () => `Sum ${++made}.`;
    const first = begin({context: 'summary', summarize, journal, id: 'c'});
    await askAll(first.conversation, 1, 5);
    first.conversation.dispose();
    assert.equal(made, 1);
    const loaded = await storeJournal(idbStore({name: 'summaries'})).load('c');
    assert.equal(loaded?.info.summary?.text, 'Sum 1.');
    const second = begin({context: 'summary', summarize, journal, ...(loaded && {loaded})});
    await askAll(second.conversation, 6, 6);
    assert.equal(made, 1);
    assert.equal(second.requests[0]?.[0]?.content, `${PREFACE}Sum 1.\n\n${question(4)}`);
    await journal.dispose();
  });

  it('asks the endpoint where the page says so, and nobody where it does not', async () => {
    const asked = begin({context: 'summary', summarize: 'endpoint'});
    await askAll(asked.conversation, 1, 5);
    assert.equal(asked.requests.length, 6);
    assert.equal(asked.requests.at(-1)?.[0]?.content, `${PREFACE}Sum 5.\n\n${question(4)}`);
    const unasked = begin({context: 'summary'});
    await askAll(unasked.conversation, 1, 5);
    assert.equal(unasked.requests.length, 5);
    assert.equal(unasked.requests.at(-1)?.[0]?.content, question(2));
  });

  it('asks for it in turns that alternate, also behind a question that was not answered', async () => {
    const {conversation, requests, state} = begin({context: 'summary', summarize: 'endpoint'});
    state.isBroken = true;
    await askAll(conversation, 1, 3);
    for (let index = 4; index <= 6; index++) {
      const answer = conversation.send(LONG.repeat(3));
      await conversation.stop();
      await answer;
    }
    requests.length = 0;
    await askAll(conversation, 7, 7);
    const [asked] = requests;
    assert.match(asked?.at(-1)?.content ?? '', /Summarize the conversation/);
    const roles = asked?.map(({role}) => role) ?? [];
    assert.ok(
      roles.every((role, at) => role !== roles[at - 1]),
      roles.join(),
    );
  });

  it('goes on with what has room when no summary can be made', async () => {
    const failing: readonly ConversationOptions['summarize'][] = [
      () => Promise.reject(new Error('No.')),
      () => '',
      () => {
        throw new Error('No.');
      },
      ...[undefined, null, {text: 'Sum.'}].map(sum => () => sum as unknown as string),
    ];
    for (const summarize of failing) {
      const {conversation, requests} = begin({context: 'summary', ...(summarize && {summarize})});
      await askAll(conversation, 1, 5);
      assert.equal(requests.at(-1)?.[0]?.content, question(2));
    }
    const broken = begin({context: 'summary', summarize: 'endpoint'});
    broken.state.isBroken = true;
    await askAll(broken.conversation, 1, 5);
    assert.equal(broken.requests.at(-1)?.[0]?.content, question(2));
  });

  it('is made anew once something in it was edited', async () => {
    let made = 0;
    const {conversation, requests} = begin({context: 'summary', summarize: () => `Sum ${++made}.`});
    await askAll(conversation, 1, 5);
    await conversation.edit(conversation.messages[0]!.id, 'Anew?');
    assert.deepEqual(
      requests.at(-1)?.map(({content}) => content),
      ['Anew?'],
    );
    assert.equal(conversation.state.info.summary, undefined);
  });
});

describe('retrieve', () => {
  it('puts its passages before the question, asked by its words, and keeps them out of the conversation', async () => {
    const queries: string[] = [];
    const {conversation, requests} = begin({
      retrieve: query => {
        queries.push(query);
        return query.includes('2') ? [] : ['Alpha.', ' ', 'Beta.'];
      },
    });
    await askAll(conversation, 1, 2);
    assert.deepEqual(queries, [question(1), question(2)]);
    assert.deepEqual(requests[0], [
      {
        role: 'user',
        content: `Passages that may help to answer:\n\n[1] Alpha.\n\n[2] Beta.\n\n${question(1)}`,
      },
    ]);
    assert.equal(requests[1]?.at(-1)?.content, question(2), 'none were found');
    assert.equal(conversation.messages[0]?.text, question(1));
  });

  it('that fails ends the answer with an error, sends nothing, and keeps the question for a retry', async () => {
    let isDown = true;
    const {conversation, requests} = begin({
      retrieve: () => (isDown ? Promise.reject(new Error('down')) : ['Alpha.']),
    });
    const answer = await conversation.send('Why?');
    assert.equal(answer.status, 'error');
    assert.equal(answer.error?.kind, 'configuration');
    assert.equal(requests.length, 0);
    assert.equal(conversation.messages[0]?.text, 'Why?');
    isDown = false;
    assert.equal((await conversation.retry()).status, 'complete');
    assert.match(requests[0]?.[0]?.content ?? '', /\[1\] Alpha\.\n\nWhy\?$/);
  });

  it('that finds what is no text has failed: nothing is sent', async () => {
    for (const found of [undefined, [undefined], [{text: 'Alpha.'}]]) {
      const {conversation, requests} = begin({retrieve: () => found as unknown as string[]});
      assert.equal((await conversation.send('Why?')).error?.kind, 'configuration');
      assert.equal(requests.length, 0);
    }
  });

  it('is not asked once Stop was pressed, however little before', async () => {
    let asked = 0;
    const {conversation, requests} = begin({
      retrieve: () => {
        asked++;
        return [];
      },
    });
    for (let turns = 0; turns < 8; turns++) {
      const answer = conversation.send('Who?');
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      const before = asked;
      await conversation.stop();
      assert.equal((await answer).status, 'stopped');
      await new Promise(resolve => setTimeout(resolve));
      assert.equal(asked, before, `after ${turns} turns`);
    }
    assert.equal(requests.length, 0);
  });

  it('leaves nothing under way in the history once Stop was pressed, however little before', async () => {
    const journal = new MemoryJournal();
    const {conversation} = begin({context: 'summary', summarize: () => 'Sum.', journal});
    for (let turns = 0; turns < 30; turns++) {
      const answer = conversation.send('Who?');
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      await conversation.stop();
      await answer;
      await new Promise(resolve => setTimeout(resolve));
      const written = journal.calls.filter(({type}) => type !== 'checkpoint');
      assert.equal(written.at(-1)?.type, 'end', `after ${turns} turns`);
    }
  });

  it('that never answers is ended by Stop, and nothing is sent', async () => {
    const {conversation, requests} = begin({retrieve: () => new Promise<never>(() => {})});
    const answer = conversation.send('Why?');
    await new Promise(resolve => setTimeout(resolve, 50));
    await conversation.stop();
    assert.equal((await answer).status, 'stopped');
    assert.equal(requests.length, 0);
  });
});
