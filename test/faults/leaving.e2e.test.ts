import assert from 'node:assert/strict';
import {after, before, describe, it} from 'node:test';
import {pickedEngines} from '../../scripts/engines.ts';
import {type ScriptedServer, startScriptedServer} from '../support/scripted-server.ts';
import {newSeed, seededRandom} from '../support/seeded-random.ts';
import {breakOff, SAVED_AFTER} from './support/break-off.ts';
import {type DrivenBrowser, launch, type PageUrl, servePage} from './support/driven.ts';

// The engines side by side: each waits more than it works.
describe('a page that goes away', {concurrency: true}, () => {
  for (const name of pickedEngines()) {
    /** Of 20 in all; reloads in Chromium are what test/demo/reloads.e2e.test.ts does. */
    const points = Number(process.env['POINTS'] ?? (name === 'chromium' ? 4 : 3));

    describe(`in ${name}, a page that goes away while an answer streams`, {
      concurrency: 1,
      timeout: 300_000,
    }, () => {
      const seed = newSeed();
      let server: ScriptedServer;
      let urlOf: PageUrl;
      let browser: DrivenBrowser;
      before(async () => {
        server = await startScriptedServer();
        urlOf = await servePage(server);
        browser = await launch(name);
      });
      after(async () => {
        await browser?.close();
        await server?.close();
      });

      it(`loses nothing that was written or shown for ${SAVED_AFTER} ms, at ${points} random points (seed ${seed})`, async t => {
        const {lost, doubled, midway} = await breakOff({
          server,
          urlOf,
          tab: await browser.newTab(),
          random: seededRandom(seed),
          times: points,
          async leave(url, tab, time) {
            if (name !== 'chromium' && time % 2 === 0) {
              await tab.reload();
              return tab;
            }
            // Another tab is open first, since a browser ends with its last one.
            const next = await browser.newTab(true);
            await tab.close();
            await next.show();
            await next.open(url);
            return next;
          },
        });
        t.diagnostic(
          `${name}: ${points} pages left, lost ${lost}, doubled ${doubled}, ${midway} in the middle`,
        );
        assert.deepEqual({lost, doubled}, {lost: 0, doubled: 0});
        assert.ok(midway > 0);
      });
    });
  }
});
