import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import type {Browser} from 'playwright-core';
import {PATIENCE, type Site, startSite} from '../embed/site.ts';
import {launchChromium} from '../support/launch-chromium.ts';
import {AFTER, toolStreams} from '../support/tool-streams.ts';

// Against the built `dist/`: `npm run build` comes first. Clicks are real ones, which no script can make.

const {call, answer} = toolStreams['openai']!;
const PAGE = `<!doctype html><html lang="en"><title>t</title>
<sse-chat endpoint="/v1/chat/completions"></sse-chat>
<script type="module">
  import '/dist/sse-chat.js';
  const chat = document.querySelector('sse-chat');
  const count = name => localStorage.setItem(name, Number(localStorage.getItem(name) ?? 0) + 1);
  chat.fetch = async (url, {body}) => {
    count('requests');
    const hasResult = body.includes('"role":"tool"');
    return new Response(hasResult ? ${JSON.stringify(answer)} : ${JSON.stringify(call)}, {
      headers: {'content-type': 'text/event-stream'},
    });
  };
  chat.tools = [
    {
      name: 'weather',
      description: 'Of a city.',
      parameters: {type: 'object', properties: {city: {type: 'string'}}, required: ['city']},
      needsApproval: true,
      run({city}) {
        count('runs');
        return {city, celsius: 21};
      },
    },
  ];
</script>`;

let browser: Browser;
let site: Site;

before(async () => {
  browser = await launchChromium();
  site = await startSite({'/': PAGE});
});
after(async () => {
  await browser.close();
  await site.close();
});

test('a tool waits for a person through a reload, runs once, and what it said is in the answer', async () => {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  const count = (name: string) => page.evaluate(key => Number(localStorage.getItem(key)), name);
  const allow = page.getByRole('button', {name: 'Allow'});
  const line = page.locator('.tool-call');
  await page.goto(`${site.origin}/`);
  await page.getByRole('textbox', {name: 'Message', exact: true}).fill('Warm in Rome?');
  await page.keyboard.press('Enter');
  await allow.waitFor();
  assert.equal(site.requests.filter(path => /\/tool-calls-/.test(path)).length, 1);

  await page.reload();
  await page.locator('.tool-call[data-state=unfinished]').waitFor();
  assert.equal(await allow.count(), 0);
  assert.deepEqual([await count('requests'), await count('runs')], [1, 0]);
  await page.getByRole('button', {name: 'Continue'}).click();
  await allow.waitFor();
  assert.deepEqual([await count('requests'), await count('runs')], [1, 0]);
  assert.equal(await line.locator('pre').textContent(), '{\n  "city": "Rom"\n}');
  assert.equal(await page.evaluate(() => document.querySelector('sse-chat')?.status), 'waiting');

  // One that comes with the button is not meant for it.
  await allow.dispatchEvent('click');
  await page.locator('[data-allow][aria-disabled=false]').waitFor();
  await page.getByRole('button', {name: 'Deny'}).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.locator('[data-role=assistant][data-status=complete]').getByText(AFTER).waitFor();
  assert.deepEqual([await count('requests'), await count('runs')], [2, 1]);
  assert.match((await line.locator('summary').textContent()) ?? '', /weather\s+– done/);

  await page.reload();
  await page.getByText(AFTER).waitFor();
  await line.locator('summary').click();
  await line.getByText('"celsius": 21').waitFor();
  assert.deepEqual([await count('requests'), await count('runs')], [2, 1]);
  await page.close();
});
