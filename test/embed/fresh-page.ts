import assert from 'node:assert/strict';
import {after, afterEach, before, beforeEach} from 'node:test';
import type {Browser, BrowserContext, Page} from 'playwright-core';
import {launchChromium} from '../support/launch-chromium.ts';
import {PATIENCE, type Site, startSite} from './site.ts';

export interface FreshPage {
  readonly browser: Browser;
  readonly site: Site;
  readonly context: BrowserContext;
  readonly page: Page;
}

/** Gives each test of the file a site and a page of its own. No error may escape into that page. */
export function beforeEachTest(use: (fresh: FreshPage) => void): void {
  let browser: Browser;
  let fresh: FreshPage;
  const failures: string[] = [];

  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser.close());
  beforeEach(async () => {
    const site = await startSite({});
    const context = await browser.newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    failures.length = 0;
    page.on('pageerror', error => failures.push(String(error)));
    fresh = {browser, site, context, page};
    use(fresh);
  });
  afterEach(async () => {
    await fresh.context.close();
    await fresh.site.close();
    assert.deepEqual(failures, [], 'no error escapes into the page');
  });
}
