import assert from 'node:assert/strict';
import {after, afterEach, before, describe, it} from 'node:test';
import type {Browser} from 'playwright-core';
import {bundle} from '../support/bundle.ts';
import {launchChromium} from '../support/launch-chromium.ts';
import {openPlainTab, type PlainTab} from '../support/plain-tab.ts';
import type {Scenario} from '../support/scenario.ts';
import {type ScriptedServer, type ServedScenario, startScriptedServer} from '../support/scripted-server.ts';

// What a page sees of its own visibility is the browser's business, so the tabs are real ones. Each test waits
// until the page itself has seen that it was hidden, so that none of them passes without.

const tokens = Array.from({length: 200}, (_, index) => ` word${index}`);
const slow: Scenario = {dialect: 'token', tokens, last: {pause: 10}};

let server: ScriptedServer;
let browser: Browser;
const tabs: PlainTab[] = [];

before(async () => {
  server = await startScriptedServer();
  server.page('client.js', 'text/javascript', await bundle('src/transport/completion-stream.ts'));
  browser = await launchChromium();
});
after(async () => {
  await browser.close();
  await server.close();
});
afterEach(async () => {
  for (const tab of tabs.splice(0)) await tab.close();
});

/** The URL of a page that asks as soon as it is open, and keeps what it saw in `state`. */
function pageFor(served: ServedScenario): string {
  const script = `
    import {streamCompletion} from '/page/client.js';
    const state = (globalThis.state = {seen: [document.visibilityState], text: '', status: 'pending', waits: false});
    document.addEventListener('visibilitychange', () => state.seen.push(document.visibilityState));
    const stream = streamCompletion({
      endpoint: ${JSON.stringify(served.endpoint)},
      messages: [{role: 'user', content: 'Count.'}],
      random: () => 0,
    });
    stream.result().then(({status}) => { state.status = status; });
    (async () => {
      for await (const event of stream) {
        if (event.type === 'text') state.text += event.text;
        if (event.type === 'progress' && event.state === 'offline') state.waits = true;
      }
    })().catch(() => {});`;
  return server.page(
    `${served.id}.html`,
    'text/html',
    `<!doctype html><title>t</title><link rel="icon" href="data:,"><script type="module">${script}</script>`,
  );
}

interface State {
  readonly seen: readonly DocumentVisibilityState[];
  readonly text: string;
  readonly status: string;
  /** It said that it waits until somebody looks. */
  readonly waits: boolean;
}

async function openTab(url: string, background = false): Promise<PlainTab> {
  const tab = await openPlainTab(browser, url, background);
  tabs.push(tab);
  return tab;
}

/** Waits for what the page says of itself. Asked from here, since a hidden page's own timers sleep. */
async function until(tab: PlainTab, holds: (state: State) => boolean): Promise<State> {
  for (;;) {
    const state = (await tab.evaluate('globalThis.state')) as State | undefined;
    if (state && holds(state)) return state;
  }
}

const isHidden = ({seen}: State) => seen.at(-1) === 'hidden';
const isSeen = ({seen}: State) => seen.at(-1) === 'visible';
const isOver = ({status}: State) => status !== 'pending';

describe('in real Chromium, an answer under way', () => {
  it('is asked for once, however often its tab is left and come back to', async () => {
    const served = server.serve(slow);
    const tab = await openTab(pageFor(served));
    await until(tab, state => state.text !== '');
    const other = await openTab('about:blank');
    for (let times = 0; times < 3; times++) {
      await other.show();
      await until(tab, isHidden);
      await tab.show();
      await until(tab, isSeen);
    }
    const {text, status, seen} = await until(tab, isOver);
    assert.equal(status, 'complete');
    assert.equal(text, tokens.join(''));
    assert.ok(seen.filter(state => state === 'hidden').length >= 3);
    assert.equal(served.ledger.requests.length, 1);
  });

  it('is asked for once from a tab that was opened in the background and then shown', async () => {
    const served = server.serve(slow);
    await openTab('about:blank');
    const tab = await openTab(pageFor(served), true);
    const before = await until(tab, state => state.text !== '');
    assert.deepEqual(before.seen, ['hidden']);
    await tab.show();
    await until(tab, isSeen);
    const {text, status} = await until(tab, isOver);
    assert.equal(status, 'complete');
    assert.equal(text, tokens.join(''));
    assert.equal(served.ledger.requests.length, 1);
  });

  it('that is cut while nobody looks goes on by one request, once its tab is seen', async () => {
    const served = server.serve({...slow, responses: [{cut: {at: 3000, by: 'reset'}, pause: 10}]});
    const tab = await openTab(pageFor(served));
    await until(tab, state => state.text !== '');
    await (await openTab('about:blank')).show();
    await until(tab, isHidden);
    await until(tab, state => state.waits);
    assert.equal(served.ledger.requests.length, 1);
    await tab.show();
    const {text, status} = await until(tab, isOver);
    assert.equal(status, 'complete');
    assert.equal(text, tokens.join(''));
    assert.equal(served.ledger.requests.length, 2);
  });
});
