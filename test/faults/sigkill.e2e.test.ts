import assert from 'node:assert/strict';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {type EngineName, pickedEngines} from '../../scripts/engines.ts';
import type {ExportedHistory} from '../../src/client.ts';
import {referenceText, referenceTokens} from '../support/reference-answer.ts';
import type {LedgerEntry} from '../support/scenario.ts';
import {type ScriptedServer, startScriptedServer} from '../support/scripted-server.ts';
import {integer, newSeed, seededRandom} from '../support/seeded-random.ts';
import {type DrivenBrowser, launch, type PageUrl, servePage, until} from './support/driven.ts';
import type {Report} from './support/page.ts';

/** Of each engine; `npm run sigkill` does 50. Firefox takes its time to start. */
const kills = (name: EngineName) => Number(process.env['KILLS'] ?? (name === 'chromium' ? 6 : 3));
/** Milliseconds; what was on screen for longer than this is on disk. */
const SAVED_AFTER = 300;
/** Milliseconds over which the kills are spread; about as long as the answer takes. */
const SPREAD = 2000;

/** Each way to go on in turn, and one where the user decides. */
const policies = [
  {resume: 'none', continuation: 'auto'},
  {resume: 'offered', continuation: 'auto'},
  {resume: 'none', continuation: 'manual'},
] as const;

/** What the page knew of its answer when it was killed, and must be on disk. */
function promised({shown, acknowledged, messages, now}: Report): {isWritten: boolean; length: number} {
  const id = messages.at(-1)?.id ?? '';
  const seen = shown.findLast(sight => sight.id === id && sight.at <= now - SAVED_AFTER)?.text ?? '';
  const written = acknowledged[id];
  return {isWritten: written !== undefined, length: Math.max(seen.length, written?.length ?? 0)};
}

/** How much of the answer the page had when it made this request, by what it told the server. */
function hadBefore({mode, position, lastEventId}: LedgerEntry): number {
  return mode === 'resume' ? referenceTokens.slice(0, Number(lastEventId)).join('').length : position;
}

for (const name of pickedEngines().filter(name => name !== 'webkit')) {
  const KILLS = kills(name);
  describe(`${name}, killed while an answer streams`, {timeout: 600_000}, () => {
    const seed = newSeed();
    const random = seededRandom(seed);
    let server: ScriptedServer;
    let urlOf: PageUrl;
    let profile: string;
    let browser: DrivenBrowser;
    before(async () => {
      server = await startScriptedServer();
      urlOf = await servePage(server);
      profile = await mkdtemp(join(tmpdir(), 'sse-chat-profile-'));
      browser = await launch(name, profile);
    });
    after(async () => {
      await browser?.close();
      await server?.close();
      await rm(profile, {recursive: true, force: true, maxRetries: 3});
    });

    it(`loses nothing that was written or shown for ${SAVED_AFTER} ms, at ${KILLS} random points (seed ${seed})`, async t => {
      let lost = 0;
      let doubled = 0;
      let midway = 0;
      let conversations = 0;
      for (let kill = 0; kill < KILLS; kill++) {
        const where = `kill ${kill} (seed ${seed})`;
        const {resume, continuation} = policies[kill % policies.length]!;
        const {endpoint, ledger} = server.serve({
          dialect: 'token',
          tokens: referenceTokens,
          resume,
          responses: [{chunks: integer(random, 0, 2 ** 31), pause: 4}],
        });
        const url = urlOf({endpoint, continuation});
        const tab = await browser.newTab();
        await tab.open(url);
        await tab.evaluate('chat.newConversation()');
        await tab.evaluate('void chat.send("Explain streaming.")');
        const end = Date.now() + ((kill + random()) / KILLS) * SPREAD;
        let last: Report;
        do last = await tab.evaluate<Report>('report()');
        while (Date.now() < end);
        await browser.kill();
        const asked = ledger.requests.length;
        const {isWritten, length} = promised(last);
        if (length > 0 && last.messages.at(-1)?.status === 'streaming') midway++;

        browser = await launch(name, profile);
        const again = await browser.newTab();
        await again.open(url);
        const mustBeThere = asked > 0 || isWritten;
        const {messages: found} = await until(
          again,
          `${where}: the conversation`,
          ({status, messages}) => messages.length > 0 || (!mustBeThere && status === 'ready'),
        );
        if (found.length === 0 || (!mustBeThere && found.at(-1)?.text === referenceText)) continue;
        conversations++;
        if (continuation === 'manual' && found.at(-1)?.status !== 'complete') {
          assert.equal(found.at(-1)?.status, 'interrupted', where);
          assert.ok(ledger.requests.length === asked, `${where}: nothing is asked before the user says so`);
          await again.evaluate('void chat.continue()');
        }
        const {messages} = await until(
          again,
          `${where}: the whole answer`,
          ({status, messages}) => status === 'ready' && messages.at(-1)?.status === 'complete',
        );
        const answer = messages.at(-1)?.text ?? '';
        if (messages.length > 2 || answer.length > referenceText.length) doubled++;
        else assert.equal(answer, referenceText, where);
        // The bill: the question, and once more where it was not answered to the end.
        const next = ledger.requests[asked];
        assert.ok(ledger.requests.length <= asked + 1, `${where}: ${ledger.requests.length} requests`);
        if (next?.mode === 'continue-turn') assert.ok(next.exact, `${where}: it goes on from what it had`);
        if (next && hadBefore(next) < length) lost++;
      }
      const tab = await browser.newTab();
      await tab.open(urlOf({endpoint: `${server.url}/none`}));
      await until(tab, 'the page', ({messages}) => messages.length > 0);
      const history = await tab.evaluate<ExportedHistory>('chat.exportHistory()');
      const texts = history.conversations.map(({messages}) => messages.map(({text}) => text));
      assert.deepEqual(
        texts,
        Array.from({length: conversations}, () => ['Explain streaming.', referenceText]),
        `${conversations} whole conversations (seed ${seed})`,
      );
      t.diagnostic(`kills ${KILLS}, lost ${lost}, doubled ${doubled}`);
      t.diagnostic(
        `${name}: ${midway} in the middle of the text, ${conversations} conversations, seed ${seed}`,
      );
      assert.deepEqual({lost, doubled}, {lost: 0, doubled: 0}, `seed ${seed}`);
      assert.ok(midway > 0);
    });
  });
}
