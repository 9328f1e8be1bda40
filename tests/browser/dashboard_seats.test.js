// Ten windows of one browser: long polls leave its connections to what is clicked.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { endlessJob } from '../integration/helpers.js';
import { closePage, newPage } from './browser.js';
import { backend, browser, provideStage } from './stage.js';

const WINDOWS = 10;
const MOST_HELD = 4;

provideStage();

describe('ten windows', () => {
  it('hold four long polls together, and a refresh in any of them is answered', async () => {
    const first = await newPage(browser);
    const context = first.context();
    let held = 0;
    let most = 0;
    context.on('request', (request) => {
      if (!request.headers().prefer) return;
      held += 1;
      most = Math.max(most, held);
    });
    /** @param {import('playwright-core').Request} request */
    const isOver = (request) => { if (request.headers().prefer) held -= 1; };
    context.on('requestfinished', isOver);
    context.on('requestfailed', isOver);
    /** @type {(value?: unknown) => void} */
    let tell = () => {};
    const isFull = new Promise((resolve) => { tell = resolve; });
    context.on('request', (request) => {
      const headers = request.headers();
      if (held === MOST_HELD && 'if-none-match' in headers && !headers.prefer) tell();
    });
    const pages = [first];
    while (pages.length < WINDOWS) pages.push(/** @type {any} */ (await context.newPage()));
    for (const page of pages) {
      await page.goto(`${backend.url}/?job=cn-north-4/ecs/-/${endlessJob}`);
      await page.locator('job-tree .row').first().waitFor();
    }
    await isFull; // and whoever has no seat polls without
    for (const page of pages) {
      const response = page.waitForResponse((it) => /\/jobs\//.test(it.url()) && !it.request().headers().prefer);
      await page.evaluate(() => /** @type {any} */ (document.querySelector('job-tree')).refresh());
      await response;
    }
    assert.equal(most, MOST_HELD);
    await closePage(first);
  });
});
