import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {importConversations} from '../../src/store/whole-history.ts';
import type {Scenario} from '../support/scenario.ts';
import {FakeOrigin} from './fake-origin.ts';

// Loaded before they are asked for, since the clock of these tests does not wait for files.
await import('../../src/store/other-tabs.ts');
await import('../../src/store/seldom.ts');
await import('../../src/conversation/seldom.ts');
await import('../../src/transport/seldom.ts');

const tokens = Array.from({length: 40}, (_, index) => ` word${index}`);
const TEXT = tokens.join('');
const scenario: Scenario = {dialect: 'token', tokens, last: {pause: 100}};

type Tab = Awaited<ReturnType<FakeOrigin['open']>>;
const textsOf = ({conversation}: Tab) => conversation.messages.map(({text}) => text);

for (const hasLocks of [true, false]) {
  describe(`two tabs with one conversation, ${hasLocks ? 'with Web Locks' : 'without'}`, () => {
    it('that send at once make one request; the other is told busy and has changed nothing', async () => {
      const origin = new FakeOrigin(scenario, {hasLocks});
      const [one, two] = [await origin.open('c'), await origin.open('c')];
      const answers = [one.conversation.send('One?'), two.conversation.send('Two?')];
      const results = await origin.run(Promise.allSettled(answers));
      assert.deepEqual(results.map(({status}) => status).sort(), ['fulfilled', 'rejected']);
      const refused = results.find(result => result.status === 'rejected');
      assert.equal(refused?.reason.kind, 'busy');
      assert.equal(origin.ledger.requests.length, 1);
      await origin.pass(1_000);
      const asked = results[0]?.status === 'fulfilled' ? 'One?' : 'Two?';
      for (const tab of [one, two]) await origin.until(() => textsOf(tab).join() === [asked, TEXT].join());
      assert.equal((await origin.run(two.conversation.send('And?'))).status, 'complete');
    });

    it('show the same text while it comes, in the same message', async () => {
      const origin = new FakeOrigin(scenario, {hasLocks});
      const [one, two] = [await origin.open('c'), await origin.open('c')];
      const answer = one.conversation.send('Hello?');
      await origin.until(() => two.conversation.state.open?.text);
      let seen = 0;
      for (let ms = 0; ms < 2_500; ms += 50) {
        await origin.pass(50);
        const mine = one.conversation.state;
        if (!mine.open?.text) continue;
        const theirs = two.conversation.state;
        assert.equal(theirs.open?.text, mine.open.text);
        assert.deepEqual(theirs.open?.parts, mine.open.parts);
        assert.equal(theirs.open?.id, mine.open.id);
        assert.deepEqual([mine.elsewhere, theirs.elsewhere], [undefined, true]);
        seen++;
      }
      assert.ok(seen > 20);
      await origin.run(answer);
      await origin.until(() => !two.conversation.state.open);
      assert.deepEqual(two.conversation.messages, one.conversation.messages);
      assert.equal(two.conversation.state.elsewhere, undefined);
      assert.equal(origin.ledger.requests.length, 1);
    });

    it('show it also where the second was opened in the middle', async () => {
      const origin = new FakeOrigin(scenario, {hasLocks});
      const one = await origin.open('c');
      const answer = one.conversation.send('Hello?');
      await origin.until(() => one.conversation.state.open?.text);
      await origin.pass(1_000);
      const two = await origin.open('c');
      assert.equal(await origin.run(two.conversation.resume()), undefined);
      const textOf = ({conversation}: Tab) => conversation.state.open?.text;
      await origin.until(() => textOf(two) === textOf(one));
      assert.equal(two.conversation.state.elsewhere, true);
      await origin.run(answer);
      await origin.until(() => !two.conversation.state.open);
      assert.deepEqual(textsOf(two), ['Hello?', TEXT]);
      assert.equal(origin.ledger.requests.length, 1);
    });

    it('show its end where the second was opened just before, and looks only then', async () => {
      const origin = new FakeOrigin(scenario, {hasLocks});
      const one = await origin.open('c');
      const {write} = one.store;
      let isOver = () => {};
      const over = new Promise<void>(resolve => {
        isOver = resolve;
      });
      one.store.write = async (...writes) => {
        if (writes.some(({attempt}) => attempt === null)) await over;
        return write(...writes);
      };
      const answer = one.conversation.send('Hello?');
      await origin.until(() => textsOf(one)[1] === TEXT && !one.conversation.state.open);
      const two = await origin.open('c');
      const {load} = two.store;
      two.store.load = async (...asked) => {
        await answer;
        return load(...asked);
      };
      const resumed = two.conversation.resume();
      await origin.pass(200);
      isOver();
      assert.equal(await origin.run(resumed), undefined);
      await origin.pass(1_000);
      assert.deepEqual(textsOf(two), ['Hello?', TEXT]);
      assert.equal(two.conversation.messages.at(-1)?.status, 'complete');
      assert.equal(origin.ledger.requests.length, 1);
    });

    for (const isKilled of [false, true]) {
      it(`go on in exactly one other when the asking one is ${isKilled ? 'killed' : 'closed'} in the middle`, async () => {
        const origin = new FakeOrigin({...scenario, responses: [{pause: 100}]}, {hasLocks});
        const [one, two, three] = [await origin.open('c'), await origin.open('c'), await origin.open('c')];
        void one.conversation.send('Hello?');
        await origin.until(() => two.conversation.state.open?.text && three.conversation.state.open?.text);
        await origin.pass(1_000);
        const shown = two.conversation.state.open!.text;
        assert.ok(shown.length > 20);
        let shortest = shown.length;
        for (const tab of [two, three]) {
          tab.conversation.subscribe(({open, settled}) => {
            shortest = Math.min(shortest, (open ?? settled.at(-1)!).text.length);
          });
        }
        one.close(isKilled);
        for (const tab of [two, three]) await origin.until(() => textsOf(tab)[1] === TEXT, 120_000);
        await origin.pass(60_000);
        for (const tab of [two, three]) {
          assert.deepEqual(textsOf(tab), ['Hello?', TEXT]);
          assert.equal(tab.conversation.state.status, 'ready');
        }
        assert.deepEqual(
          origin.ledger.requests.map(({mode}) => mode),
          ['send', 'continue-turn'],
        );
        assert.equal(shortest, shown.length, 'nothing that was shown is lost');
        const stored = await two.store.load('c');
        assert.equal(stored?.messages.at(-1)?.text, TEXT);
        assert.equal(stored?.attempt, undefined);
      });
    }

    it('leave it to the user where the policy says so', async () => {
      const origin = new FakeOrigin(scenario, {hasLocks});
      const [one, two] = [await origin.open('c'), await origin.open('c', {continuation: 'manual'})];
      void one.conversation.send('Hello?');
      await origin.until(() => two.conversation.state.open?.text);
      one.close();
      await origin.until(() => two.conversation.messages.at(-1)?.status === 'interrupted', 120_000);
      await origin.pass(60_000);
      assert.equal(origin.ledger.requests.length, 1);
      assert.equal(two.conversation.messages.at(-1)?.status, 'interrupted');
      assert.equal(two.conversation.state.elsewhere, undefined);
      assert.equal((await origin.run(two.conversation.continue())).text, TEXT);
    });

    it('stay empty when the tab that answers speaks before it hears that all is forgotten', async () => {
      const origin = new FakeOrigin(scenario, {hasLocks});
      const [one, two] = [await origin.open('c'), await origin.open('c')];
      const answer = one.conversation.send('Hello?');
      await origin.until(() => two.conversation.state.open?.text);
      const late = origin.told.findLast(({data}) => /"write".*"assistant"/.test(JSON.stringify(data)));
      assert.ok(late);
      await origin.run(two.journal.clear());
      late.again();
      await origin.run(answer);
      await origin.pass(60_000);
      for (const tab of [one, two]) assert.deepEqual(tab.conversation.messages, []);
      assert.deepEqual(await two.store.list(), []);
      assert.equal(origin.ledger.requests.length, 1);
    });

    it('are empty once one of them forgets all, and nothing comes back', async () => {
      const origin = new FakeOrigin(scenario, {hasLocks});
      const [one, two] = [await origin.open('c'), await origin.open('c')];
      const answer = one.conversation.send('Hello?');
      await origin.until(() => two.conversation.state.open?.text);
      await origin.run(two.journal.clear());
      assert.equal((await origin.run(answer)).status, 'interrupted');
      await origin.pass(60_000);
      for (const tab of [one, two]) assert.deepEqual(tab.conversation.messages, []);
      assert.deepEqual(await two.store.list(), []);
      assert.equal(origin.ledger.requests.length, 1);
      assert.equal(origin.ledger.requests[0]?.closedBy, 'client');
      assert.equal((await origin.run(one.conversation.send('Anew'))).status, 'complete');
      await origin.until(() => !two.conversation.state.open);
      assert.deepEqual(textsOf(two), ['Anew', TEXT]);
    });
  });
}

describe('tabs of one history', () => {
  it('that add conversations at once lose none, and none of their messages', async () => {
    const origin = new FakeOrigin(scenario);
    const tabs = [await origin.open('a'), await origin.open('b'), await origin.open('c')];
    const adding = tabs.map(async ({journal, store}, index) => {
      await importConversations(store, {
        conversations: Array.from({length: 10}, (_, at) => ({
          info: {id: `${index}-${at}`, title: 't', createdAt: 1, updatedAt: 1},
          messages: [{role: 'user', text: 'x'}],
        })),
      });
      return journal.list();
    });
    await origin.run(Promise.all(adding));
    assert.equal((await tabs[0]!.store.list()).length, 30);
  });

  it('delete one that another tab shows, whichever it shows itself', async () => {
    const origin = new FakeOrigin(scenario);
    const [one, two] = [await origin.open('c'), await origin.open('d')];
    await origin.run(one.conversation.send('Hello?'));
    await origin.run(two.journal.delete('c'));
    await origin.until(() => one.conversation.messages.length === 0);
  });

  it('keep the name and the pin that one gives a conversation while another one answers in it', async () => {
    const origin = new FakeOrigin({...scenario, last: {pause: 300}});
    const [one, two] = [await origin.open('c'), await origin.open('other')];
    const answer = one.conversation.send('Hello?');
    await origin.until(() => one.conversation.state.open?.text);
    const [info] = await two.store.list();
    const named = {...info!, title: 'A name', pinned: true};
    // It tells the others what is kept by then, and what is under way may have come between.
    while (!one.conversation.state.info.pinned) {
      await two.store.write({info: named});
      await origin.run(two.journal.remove('c', []));
    }
    const {length} = one.conversation.state.open!.text;
    await origin.until(() => one.conversation.state.open!.text.length > length + 40);
    const line = async () => (await two.store.list()).map(({title, pinned}) => [title, pinned]);
    assert.deepEqual(await line(), [['A name', true]], 'should the page be gone now');
    await origin.run(answer);
    assert.deepEqual(await line(), [['A name', true]]);
  });

  it('hold no lock while the page is kept for going back, and ask for it when it is back', async () => {
    const origin = new FakeOrigin(scenario);
    const one = await origin.open('c');
    const answer = one.conversation.send('Hello?');
    await origin.pass(1_000);
    const turn = (type: string) => one.page.dispatchEvent(Object.assign(new Event(type), {persisted: true}));
    assert.ok(origin.locks.isHeld('sse-chat:c'));
    turn('pagehide');
    await origin.until(() => !origin.locks.isHeld('sse-chat:c'));
    turn('pageshow');
    await origin.until(() => origin.locks.isHeld('sse-chat:c'));
    assert.equal((await origin.run(answer)).text, TEXT);
    assert.equal(origin.ledger.requests.length, 1);
    await origin.until(() => !origin.locks.isHeld('sse-chat:c'));
  });

  for (const isKnown of [true, false]) {
    it(`show what another one${isKnown ? ', that was there before,' : ''} said while the page was kept for going back`, async () => {
      const origin = new FakeOrigin({...scenario, last: {pause: 1}});
      const one = await origin.open('c');
      await origin.run(one.conversation.send('Hello?'));
      const turn = (type: string) =>
        one.page.dispatchEvent(Object.assign(new Event(type), {persisted: true}));
      const before = isKnown && (await origin.open('c'));
      await origin.pass(1_000);
      turn('pagehide');
      const two = before || (await origin.open('c'));
      await origin.run(two.conversation.send('And now?'));
      two.close();
      turn('pageshow');
      await origin.until(() => textsOf(one).join() === ['Hello?', TEXT, 'And now?', TEXT].join());
      assert.equal(one.conversation.state.status, 'ready');
      assert.equal((await origin.run(one.conversation.send('Then?'))).status, 'complete');
      assert.match(JSON.stringify(origin.ledger.requests.at(-1)?.body), /And now/);
      assert.equal(origin.ledger.requests.length, 3);
    });
  }

  it('go on in a page that comes back with what another one left, that is gone', async () => {
    const origin = new FakeOrigin({...scenario, last: {pause: 1}, responses: [{pause: 1}, {pause: 100}]});
    const one = await origin.open('c');
    await origin.run(one.conversation.send('Hello?'));
    const turn = (type: string) => one.page.dispatchEvent(Object.assign(new Event(type), {persisted: true}));
    turn('pagehide');
    const two = await origin.open('c');
    void two.conversation.send('And now?');
    await origin.until(() => two.conversation.state.open?.text);
    await origin.pass(1_000);
    two.close();
    turn('pageshow');
    await origin.until(() => textsOf(one).join() === ['Hello?', TEXT, 'And now?', TEXT].join());
    assert.equal(origin.ledger.requests.length, 3);
  });

  for (const isEnded of [true, false]) {
    it(`give an answer up that another tab ${isEnded ? 'has ended' : 'is at'} when the page comes back`, async () => {
      // So slow at first that the page has nothing to do while it is kept, as a frozen one.
      const origin = new FakeOrigin({
        ...scenario,
        responses: [{pause: 5_000}],
        last: {pause: isEnded ? 10 : 1_000},
      });
      const [one, two] = [await origin.open('c'), await origin.open('c')];
      const answer = one.conversation.send('Hello?');
      await origin.until(() => two.conversation.state.open?.text);
      await origin.pass(300);
      const turn = (type: string) =>
        one.page.dispatchEvent(Object.assign(new Event(type), {persisted: true}));
      turn('pagehide');
      if (isEnded) await origin.until(() => two.conversation.messages.at(-1)?.status === 'complete');
      else await origin.until(() => origin.ledger.requests.length === 2);
      turn('pageshow');
      assert.equal((await origin.run(answer)).status, 'interrupted');
      if (!isEnded) await origin.until(() => one.conversation.state.elsewhere === true);
      await origin.pass(60_000);
      for (const tab of [one, two]) assert.deepEqual(textsOf(tab), ['Hello?', TEXT]);
      assert.equal((await two.store.load('c'))?.messages.at(-1)?.text, TEXT);
      assert.equal(origin.ledger.requests.length, 2);
    });
  }

  it('keep an answer that ends while its page comes back', async () => {
    const origin = new FakeOrigin(scenario);
    const one = await origin.open('c');
    const answer = one.conversation.send('Hello?');
    const turn = (type: string) => one.page.dispatchEvent(Object.assign(new Event(type), {persisted: true}));
    await origin.until(() => one.conversation.state.open?.text.endsWith('38'));
    turn('pagehide');
    await origin.until(() => !origin.locks.isHeld('sse-chat:c'));
    turn('pageshow');
    await origin.clock.advance(500); // Before the lock is granted.
    assert.equal(one.conversation.state.status, 'ready');
    assert.equal((await origin.run(answer)).text, TEXT);
    await origin.pass(5_000);
    assert.deepEqual(textsOf(one), ['Hello?', TEXT]);
    assert.equal(one.conversation.messages.at(-1)?.status, 'complete');
    assert.equal((await one.store.load('c'))?.messages.at(-1)?.status, 'complete');
    assert.equal(origin.ledger.requests.length, 1);
    await origin.until(() => !origin.locks.isHeld('sse-chat:c'));
    assert.equal((await origin.run(one.conversation.send('Then?'))).status, 'complete');
  });
});
