import {describe, it} from 'node:test';
import {assert} from 'chai';
import type {ChatError} from '../../src/protocol/chat-error.ts';
import type {Message} from '../../src/protocol/message.ts';
import {exportConversations} from '../../src/store/export-conversations.ts';
import {importConversations} from '../../src/store/import-conversations.ts';
import {memoryStore} from '../../src/store/memory-store.ts';
import {pruneConversations} from '../../src/store/prune-conversations.ts';
import {attempt, info, message} from './history.ts';
import {ScriptedStore} from './scripted-store.ts';

async function filledStore() {
  const store = memoryStore();
  const half = message('b', 'half', {status: 'streaming'});
  await store.write(
    {info: info('old', 1), messages: [message('a', 'why?', {role: 'user'})], durability: 'strict'},
    {
      info: info('new', 2),
      messages: [message('a'), half],
      attempt: attempt('new', 'b'),
      durability: 'strict',
    },
  );
  return store;
}

const rich = message('rich', 'visible', {
  parts: [
    {type: 'reasoning', text: 'hidden'},
    {type: 'text', text: 'visi'},
    {type: 'text', text: 'ble'},
  ],
  finishReason: 'stop',
  usage: {totalTokens: 3},
  segments: [{attempt: 1, mode: 'send', chars: 7, end: 'complete'}],
  error: {kind: 'network', message: 'Cut.'},
  requestIds: ['r'],
});

describe('exportConversations and importConversations', () => {
  it('bring a history to another store as it was, by way of JSON', async () => {
    const store = await filledStore();
    await store.write({info: info('rich', 3), messages: [rich], durability: 'strict'});
    const exported = await exportConversations(store);
    assert.equal(exported.schema, 1);
    const other = memoryStore();
    await importConversations(other, JSON.parse(JSON.stringify(exported)));
    assert.deepEqual(await exportConversations(other), exported);
    assert.isUndefined((await other.load('new'))?.attempt, 'an answer under way stays where it is under way');
  });

  it('write once, and nothing when there is nothing new', async () => {
    const exported = await exportConversations(await filledStore());
    const store = new ScriptedStore();
    await importConversations(store, exported);
    await importConversations(store, exported);
    assert.equal(store.calls.filter(call => call === 'write').length, 1);
  });

  it('change nothing that is there already, and add what is missing', async () => {
    const exported = await exportConversations(await filledStore());
    const store = memoryStore();
    const longer = message('b', 'half and the rest');
    await store.write({info: {...info('new', 9), title: 'mine'}, messages: [longer], durability: 'strict'});
    await importConversations(store, exported);
    const loaded = await store.load('new');
    assert.equal(loaded?.info.title, 'mine');
    assert.deepEqual(loaded?.messages, [longer, message('a')]);
  });

  it('add what was said in a branch after its first message was taken over, where that stands by now', async () => {
    const theirs = memoryStore();
    const aside = {...message('a'), after: '', rest: [message('b'), message('c')]};
    await theirs.write({info: info('new'), messages: [aside, message('edited')]});
    const exported = await exportConversations(theirs);

    const line = memoryStore();
    await line.write({info: info('new'), messages: [message('a'), message('b')]});
    await importConversations(line, exported);
    assert.deepEqual(await line.load('new'), {
      info: info('new'),
      messages: ['a', 'b', 'c', 'edited'].map(id => message(id)),
    });

    const branch = memoryStore();
    await branch.write({info: info('new'), messages: [{...aside, rest: [message('b')]}, message('edited')]});
    await importConversations(branch, exported);
    assert.deepEqual(await branch.load('new'), await theirs.load('new'));
  });

  it('add what was said after something that stands within a branch, or begins one by now, there', async () => {
    const [q, w, x, y, z] = ['q', 'w', 'x', 'y', 'z'].map(id => message(id)) as [Message, ...Message[]];
    const aside = (first: Message, after: string, rest: Message[] = []) => ({...first, after, rest});
    const theirs = memoryStore();
    // Here another thing was asked in the place of `b`, and there in the place of `a`, where `b` followed.
    const branches = [aside(message('b'), 'a', [x!, y!]), aside(message('d'), 'q', [z!])];
    await theirs.write({info: info('new'), messages: [...branches, q, message('a'), message('c'), w!]});
    const exported = await exportConversations(theirs);
    const store = memoryStore();
    const stored = [aside(message('a'), 'q', [message('b'), x!, message('c')]), q, message('d')];
    await store.write({info: info('new'), messages: stored});
    for (let times = 0; times < 2; times++) {
      await importConversations(store, exported);
      const {messages, branches} = (await store.load('new'))!;
      const idsOf = (all: readonly Message[] = []) => all.map(({id}) => id).join('');
      assert.equal(idsOf(messages), 'qdz');
      assert.deepEqual(
        branches?.map(each => each.id + idsOf(each.rest)),
        ['abxcyw'],
      );
    }
  });

  it('take the least form as one new conversation', async () => {
    const store = memoryStore();
    let ids = 0;
    const [added] = await importConversations(
      store,
      {
        messages: [
          {role: 'user', text: '  why? '},
          {role: 'assistant', text: 'so'},
        ],
      },
      {now: () => 5, createId: () => `id${ids++}`},
    );
    const plain = {status: 'complete', createdAt: 5, requestIds: []} as const;
    assert.deepEqual(await store.load(added!.id), {
      info: {id: 'id2', title: 'why?', createdAt: 5, updatedAt: 5},
      messages: [
        {...plain, id: 'id0', role: 'user', text: '  why? ', parts: [{type: 'text', text: '  why? '}]},
        {...plain, id: 'id1', role: 'assistant', text: 'so', parts: [{type: 'text', text: 'so'}]},
      ],
    });
  });

  it('name it as a conversation names itself', async () => {
    const text = `one\n${'a'.repeat(55)}\u{1f600}`;
    const [added] = await importConversations(memoryStore(), {messages: [{role: 'user', text}]});
    assert.equal(added!.title, `one ${'a'.repeat(55)}`);
  });

  it('give each conversation in the least form an id of its own', async () => {
    const store = memoryStore();
    const least = {messages: [{role: 'user', text: 'why?'}]};
    await importConversations(store, least);
    await importConversations(store, least);
    assert.equal((await store.list()).length, 2);
  });

  it('carry no field over that they do not know', async () => {
    const store = memoryStore();
    const extra = JSON.parse('{"__proto__": {"evil": 1}, "html": "<script>"}');
    await importConversations(store, {
      schema: 1,
      conversations: [
        {
          info: Object.assign({}, info('c'), extra, {extra}),
          messages: [{...message('a'), ...extra, parts: [{type: 'text', text: 'text of a', extra}]}],
        },
      ],
    });
    assert.deepEqual(await store.load('c'), {info: info('c'), messages: [message('a')]});
  });

  const good = {info: info('c'), messages: [message('a')]};
  const bad: Record<string, unknown> = {
    'no object': 'text',
    null: null,
    'an array': [],
    'neither form': {},
    'a newer schema': {schema: 2, conversations: []},
    'conversations that are no array': {schema: 1, conversations: {}},
    'a conversation without info': {schema: 1, conversations: [good, {messages: []}]},
    'a conversation without messages': {schema: 1, conversations: [good, {info: info('d')}]},
    'two conversations with one id': {schema: 1, conversations: [good, good]},
    'two messages with one id': {messages: [message('a'), message('a')]},
    'a message without text': {messages: [{role: 'user', text: 'why?'}, {role: 'assistant'}]},
    'a message of nobody': {messages: [{role: 'root', text: 'obey'}]},
    'a message with an id and nothing else': {messages: [{id: 'a', role: 'user', text: 'why?'}]},
    'a message whose parts are not its text': {messages: [{...message('a'), text: 'other'}]},
    'a status that there is not': {messages: [{...message('a'), status: 'done'}]},
    'a segment without a length': {messages: [{...rich, segments: [{attempt: 1, mode: 'send', end: 'eof'}]}]},
  };
  for (const [name, data] of Object.entries(bad)) {
    it(`reject ${name} and change nothing`, async () => {
      const store = await filledStore();
      const before = await exportConversations(store);
      const error = await importConversations(store, data).then(
        () => undefined,
        reason => reason as ChatError,
      );
      assert.equal(error?.kind, 'configuration');
      assert.deepEqual(await exportConversations(store), before);
    });
  }
});

describe('pruneConversations', () => {
  it('keeps a conversation whose age is not known', async () => {
    const store = memoryStore();
    const info = {id: 'lost', title: '', createdAt: 0, updatedAt: 0};
    await store.write({info, messages: [], durability: 'strict'});
    assert.deepEqual(await pruneConversations(store, Date.now()), []);
  });

  it('deletes what was last changed before a time, but for the conversation on screen', async () => {
    const store = memoryStore();
    for (const id of ['1', '2', '3', '4'])
      await store.write({info: info(id, Number(id)), durability: 'strict'});
    assert.sameMembers([...(await pruneConversations(store, 4, '2'))], ['1', '3']);
    assert.deepEqual(
      (await store.list()).map(({id}) => id),
      ['4', '2'],
    );
  });
});
