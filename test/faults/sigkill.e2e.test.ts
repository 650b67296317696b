import assert from 'node:assert/strict';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {pickedEngines} from '../../scripts/engines.ts';
import {type ScriptedServer, startScriptedServer} from '../support/scripted-server.ts';
import {newSeed, seededRandom} from '../support/seeded-random.ts';
import {breakOff, SAVED_AFTER} from './support/break-off.ts';
import {type DrivenBrowser, launch, type PageUrl, servePage} from './support/driven.ts';

// WebKitGTK's MiniBrowser keeps no profile while it is driven, so there is nothing to open again.

for (const name of pickedEngines().filter(name => name !== 'webkit')) {
  /** `npm run sigkill` does 50. Firefox takes its time to start. */
  const kills = Number(process.env['KILLS'] ?? (name === 'chromium' ? 3 : 2));

  describe(`${name}, killed while an answer streams`, {timeout: 600_000}, () => {
    const seed = newSeed();
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

    it(`loses nothing that was written or shown for ${SAVED_AFTER} ms, at ${kills} random points (seed ${seed})`, async t => {
      const {lost, doubled, midway} = await breakOff({
        server,
        urlOf,
        tab: await browser.newTab(),
        random: seededRandom(seed),
        times: kills,
        async leave(url) {
          await browser.kill();
          browser = await launch(name, profile);
          const tab = await browser.newTab();
          await tab.open(url);
          return tab;
        },
      });
      t.diagnostic(`kills ${kills}, lost ${lost}, doubled ${doubled}`);
      t.diagnostic(`${name}: ${midway} in the middle of the text, seed ${seed}`);
      assert.deepEqual({lost, doubled}, {lost: 0, doubled: 0});
      assert.ok(midway > 0);
    });
  });
}
