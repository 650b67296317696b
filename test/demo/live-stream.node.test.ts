import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {setImmediate as turn} from 'node:timers/promises';
import {Conversations} from '../../demo/conversations.ts';
import {parseFaults} from '../../demo/faults.ts';
import {LiveStream, StreamRegistry} from '../../demo/live-stream.ts';
import {startDemo} from '../../demo/server.ts';

/** An answer that says one thing and then waits until it is aborted. */
function endless(grace: number): {stream: LiveStream; abort: AbortController} {
  const abort = new AbortController();
  async function* source() {
    yield {kind: 'text', data: 'one'} as const;
    await new Promise((_, reject) =>
      abort.signal.addEventListener('abort', () => reject(abort.signal.reason)),
    );
  }
  return {stream: new LiveStream(source(), abort, {grace, headers: {}, answer: 'a'}), abort};
}

/** Reads the first event and leaves. */
async function visit(stream: LiveStream): Promise<void> {
  for await (const {data} of stream.follow(0, new AbortController().signal)) {
    assert.equal(data, 'one');
    return;
  }
}

describe('LiveStream', {timeout: 300_000}, () => {
  it('stops an answer without grace as soon as its reader leaves', async () => {
    const {stream, abort} = endless(0);
    await visit(stream);
    assert.equal(stream.state, 'stopped');
    assert.ok(abort.signal.aborted);
  });

  it('goes on for the time of grace, and stops when nobody came back', async test => {
    test.mock.timers.enable({apis: ['setTimeout']});
    const {stream, abort} = endless(1000);
    await visit(stream);
    test.mock.timers.tick(999);
    assert.equal(stream.state, 'open');
    await visit(stream); // Whoever comes back begins the time anew.
    test.mock.timers.tick(999);
    assert.equal(stream.state, 'open');
    test.mock.timers.tick(1);
    assert.equal(stream.state, 'stopped');
    assert.ok(abort.signal.aborted);
  });

  it('lets go of a reader that leaves while nothing comes', async () => {
    const {stream} = endless(0);
    const leave = new AbortController();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const {data} of stream.follow(0, leave.signal)) seen.push(data);
    })();
    await turn();
    leave.abort();
    await reading;
    assert.deepEqual(seen, ['one']);
    assert.equal(stream.state, 'stopped');
  });

  it('gives every reader every event, from wherever it begins', async () => {
    async function* source() {
      for (const data of ['a', 'b', 'c', 'd']) {
        await turn();
        yield {kind: 'text', data} as const;
      }
    }
    const stream = new LiveStream(source(), new AbortController(), {grace: 0, headers: {}, answer: 'a'});
    const read = async (after: number) => {
      const ids: number[] = [];
      for await (const {id} of stream.follow(after, new AbortController().signal)) ids.push(id);
      return ids;
    };
    assert.deepEqual(await Promise.all([read(0), read(2), read(4)]), [[1, 2, 3, 4], [3, 4], []]);
    assert.deepEqual(await read(1), [2, 3, 4]);
  });
});

describe('what the server keeps', () => {
  it('is bounded: the oldest stream is stopped and forgotten', () => {
    const registry = new StreamRegistry(2);
    const streams = [endless(1000), endless(1000), endless(1000)].map(({stream}) => stream);
    for (const stream of streams) registry.add(stream);
    assert.equal(registry.get(streams[0]!.id), undefined);
    assert.equal(streams[0]!.state, 'stopped');
    assert.equal(registry.get(streams[2]!.id), streams[2]);
    registry.stopAll();
    assert.equal(streams[2]!.state, 'stopped');
  });

  it('is bounded: 500 conversations, the one used last the longest', () => {
    const conversations = new Conversations();
    const turns = [{role: 'user', content: 'x'}] as const;
    for (let n = 0; n < 500; n++) conversations.set(`c${n}`, turns);
    conversations.set('c0', turns);
    conversations.set('new', turns);
    assert.deepEqual(conversations.get('c1'), []);
    assert.deepEqual(conversations.get('c0'), turns);
  });
});

describe('parseFaults', () => {
  it('takes what it knows and names what it does not', () => {
    assert.deepEqual(parseFaults({cutAfterTokens: 3, cut: 'reset'}), {cutAfterTokens: 3, cut: 'reset'});
    for (const bad of [
      null,
      [1],
      {cutAfterTokens: '3'},
      {cut: 'no'},
      {status: 200},
      {toString: true},
      {cutAtByte: -1},
    ]) {
      assert.throws(() => parseFaults(bad), TypeError);
    }
  });
});

describe('startDemo', {timeout: 300_000}, () => {
  it('takes the next port when its own is taken, on this machine alone', async () => {
    const first = await startDemo({port: 0, quiet: true, page: false});
    const {port, hostname} = new URL(first.url);
    const second = await startDemo({port: Number(port), quiet: true, page: false});
    try {
      assert.equal(hostname, '127.0.0.1');
      assert.ok(Number(new URL(second.url).port) > Number(port));
      assert.ok((await fetch(`${second.url}/v1/models`)).ok);
    } finally {
      await Promise.all([first.close(), second.close()]);
    }
    await assert.rejects(fetch(`${first.url}/v1/models`));
  });
});
