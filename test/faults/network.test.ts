import {assert} from 'chai';
import {
  assertAsked,
  assertGoesOn,
  assertWhole,
  broken,
  closeAll,
  halted,
  hasText,
  openChat,
  pause,
  text,
  until,
} from './support/chat.ts';
import {hurry, type Network, restore, takeNetwork} from './support/page-faults.ts';

/** Milliseconds in which a request that should not be made would be. */
const QUIET = 250;

let network: Network;
beforeEach(() => {
  network = takeNetwork();
});
afterEach(async () => {
  await closeAll();
  restore();
});

describe('offline, a chat', () => {
  it('asks once the network is back, and not before', async () => {
    const opened = await openChat({responses: []});
    network.goOffline();
    void opened.chat.send('Count.');
    await until('offline', () => opened.chat.status === 'offline');
    await pause(QUIET);
    assert.equal(network.refused, 0);
    await assertAsked(opened, []);
    network.goOnline();
    await assertWhole(opened, ['send']);
    await assertGoesOn(opened);
  });

  it('that lost its answer goes on once the network is back, by one request', async () => {
    const opened = await openChat({responses: [halted]});
    void opened.chat.send('Count.');
    await until('some text', () => hasText(opened));
    network.goOffline({cut: true});
    await until('offline', () => opened.chat.status === 'offline');
    await pause(QUIET);
    assert.equal(opened.answer()?.status, 'streaming', 'recovery is under way by itself');
    network.goOnline();
    await assertWhole(opened, ['send', 'continue-turn']);
    assert.equal(network.refused, 0);
    await assertGoesOn(opened);
  });

  it('that lost its answer because its page is being left asks for nothing more, unless the page stays', async () => {
    const opened = await openChat({responses: [halted]});
    void opened.chat.send('Count.');
    await until('some text', () => hasText(opened));
    dispatchEvent(new Event('beforeunload'));
    network.breakBodies(new TypeError('The connection was reset.'));
    await until('the cut', () => opened.chat.status === 'offline');
    await pause(QUIET + 500);
    await assertAsked(opened, ['send']);
    dispatchEvent(new Event('pageshow'));
    await assertWhole(opened, ['send', 'continue-turn']);
  });

  it('takes its stream up where the server offers that', async () => {
    const opened = await openChat({resume: 'offered', responses: [halted]});
    void opened.chat.send('Count.');
    await until('some text', () => hasText(opened));
    network.goOffline({cut: true});
    await until('offline', () => opened.chat.status === 'offline');
    network.goOnline();
    await assertWhole(opened, ['send', 'resume']);
    assert.equal(network.refused, 0);
  });

  it('whose answer goes on coming all the same asks for nothing', async () => {
    const opened = await openChat();
    void opened.chat.send('Count.');
    await until('some text', () => hasText(opened));
    network.goOffline();
    await pause(50);
    network.goOnline();
    await assertWhole(opened, ['send']);
  });

  it('between two retries makes none', async () => {
    const opened = await openChat({responses: [{status: 503, headers: {'retry-after': '0.2'}}]});
    void opened.chat.send('Count.');
    await until('the wait', () => opened.chat.status === 'waiting');
    network.goOffline();
    await until('offline', () => opened.chat.status === 'offline');
    await pause(QUIET);
    await assertAsked(opened, ['send']);
    network.goOnline();
    await assertWhole(opened, ['send', 'send']);
    assert.equal(network.refused, 0);
  });

  it('that is told to stop while it waits asks for nothing when the network is back', async () => {
    const opened = await openChat({responses: []});
    network.goOffline();
    const answer = opened.chat.send('Count.');
    await until('offline', () => opened.chat.status === 'offline');
    await opened.chat.stop();
    assert.equal((await answer).status, 'stopped');
    network.goOnline();
    await pause(QUIET);
    await assertAsked(opened, []);
    await assertGoesOn(opened);
  });
});

describe('on a network that comes and goes, a chat', () => {
  async function flap(times: number): Promise<void> {
    for (let time = 0; time < times; time++) {
      network.goOnline();
      await pause(40);
      network.goOffline({cut: true});
      await pause(40);
    }
  }

  it('asks its question once, when the network stays', async () => {
    const opened = await openChat({responses: []});
    network.goOffline();
    void opened.chat.send('Count.');
    await until('offline', () => opened.chat.status === 'offline');
    await flap(8);
    network.goOnline();
    await assertWhole(opened, ['send']);
  });

  it('goes on with a cut answer once, when the network stays', async () => {
    const opened = await openChat({responses: [halted]});
    void opened.chat.send('Count.');
    await until('some text', () => hasText(opened));
    network.goOffline({cut: true});
    await until('offline', () => opened.chat.status === 'offline');
    await flap(8);
    network.goOnline();
    await assertWhole(opened, ['send', 'continue-turn']);
  });
});

describe('on a network that goes away without a word (a name that does not resolve, a VPN that is switched), a chat', () => {
  it('asks again until it is back', async () => {
    const opened = await openChat({responses: []});
    network.goOffline({unnoticed: true});
    void opened.chat.send('Count.');
    await until('a try', () => network.refused === 1);
    network.goOnline();
    await assertWhole(opened, ['send']);
    assert.equal(network.refused, 1);
  });

  it('goes on with what it had', async () => {
    hurry();
    const opened = await openChat({responses: [halted]});
    void opened.chat.send('Count.');
    await until('some text', () => hasText(opened));
    network.goOffline({unnoticed: true, cut: true});
    await until('a try', () => network.refused === 1);
    network.goOnline();
    await assertWhole(opened, ['send', 'continue-turn']);
    await assertGoesOn(opened);
  });

  it('gives up in the end with what it had, says so, and answers the next message', async () => {
    hurry();
    const opened = await openChat({responses: [halted]});
    const answer = opened.chat.send('Count.');
    await until('some text', () => hasText(opened));
    network.goOffline({unnoticed: true, cut: true});
    const {status, text: had} = await answer;
    assert.equal(status, 'interrupted');
    assert.equal(had, text.slice(0, had.length));
    assert.equal(network.refused, 2, 'as many as it may continue by itself');
    network.goOnline();
    await assertAsked(opened, ['send']);
    await opened.chat.continue();
    await assertWhole(opened, ['send', 'continue-turn']);
    await assertGoesOn(opened);
  });

  it('that had nothing yet keeps the question and says so', async () => {
    const opened = await openChat({responses: []}, {maxRetries: 1});
    network.goOffline({unnoticed: true});
    const {status} = await opened.chat.send('Count.');
    assert.equal(status, 'error');
    assert.equal(network.refused, 2);
    network.goOnline();
    await opened.chat.retry();
    await assertWhole(opened, ['send']);
  });
});

describe('a connection that breaks in another way than by an error of the network', () => {
  for (const error of [
    new DOMException('The operation was aborted.', 'AbortError'),
    new DOMException('', 'NetworkError'),
    new Error('Load failed'),
  ]) {
    it(`(${error.name}) that nobody asked for is gone on from, once`, async () => {
      const opened = await openChat({responses: [halted]});
      void opened.chat.send('Count.');
      await until('some text', () => hasText(opened));
      network.breakBodies(error);
      await assertWhole(opened, ['send', 'continue-turn']);
      await assertGoesOn(opened);
    });
  }

  it('is gone on from after a real reset, too', async () => {
    const opened = await openChat({responses: [broken]});
    void opened.chat.send('Count.');
    await assertWhole(opened, ['send', 'continue-turn']);
  });
});
