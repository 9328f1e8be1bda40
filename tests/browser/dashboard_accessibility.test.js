// The dashboard and the page for frames for everybody: axe looks at each screen in every language, color scheme, width
// and zoom.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { endlessJob } from '../integration/helpers.js';
import { barriers, closePage, newPage, painted } from './browser.js';
import { backend, browser, provideStage } from './stage.js';

/**
 * @typedef {import('playwright-core').Page & {complaints: string[]}} Page
 * @typedef {object} View how a screen is looked at
 * @property {number} width of the window
 * @property {number} height
 * @property {'en-US' | 'zh-CN'} locale
 * @property {'light' | 'dark'} colorScheme
 * @property {number} [zoom]
 */

/** Every value of each dimension, and each pair of language and colors. @type {View[]} */
const VIEWS = [
  { width: 360, height: 740, locale: 'zh-CN', colorScheme: 'light' },
  { width: 1366, height: 768, locale: 'en-US', colorScheme: 'light' },
  { width: 1366, height: 768, locale: 'zh-CN', colorScheme: 'dark', zoom: 1.5 },
  { width: 1920, height: 1080, locale: 'en-US', colorScheme: 'dark', zoom: 2 },
];
const FRAME = { width: 360, height: 300 };

const keys = { running: `cn-north-4/ecs/-/${endlessJob}`, failed: '', large: '' };

provideStage(async () => {
  const keyOf = (/** @type {any} */ it) => `${it.region}/${it.service}/${it.project_id || '-'}/${it.job_id}`;
  const { demo } = await (await fetch(`${backend.url}/api/config`)).json();
  keys.failed = keyOf(demo.jobs.find((/** @type {any} */ it) => it.title.en === 'SWR: an instance that failed'));
  const batch = await fetch(`${backend.url}/api/demo/batches`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ count: 1200, failing: 30 }),
  });
  keys.large = keyOf(await batch.json());
});

/** @param {View} view */
const open = ({ width, height, zoom = 1, ...options }) => newPage(browser, {
  ...options, viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) }, deviceScaleFactor: zoom, reducedMotion: 'reduce',
});

/** @param {View} view */
const named = ({ width, locale, colorScheme, zoom = 1 }) => `${width} pixels, ${locale}, ${colorScheme}, ${zoom * 100} %`;

/** @param {Page} page @param {string} path */
async function visit(page, path) {
  await page.goto('about:blank'); // another fragment alone would load nothing
  await page.goto(backend.url + path);
}

/** @param {Page} page @param {string[]} jobs */
async function show(page, ...jobs) {
  await visit(page, `/?${jobs.map((key) => `job=${key}`).join('&')}`);
  await page.locator('job-tree:visible .row').first().waitFor();
  await page.locator('body.known').waitFor();
}

/** Each screen, by the way there. @type {[string, (page: Page) => Promise<void>][]} */
const SCREENS = [
  ['the first page', async (page) => {
    await visit(page, '/');
    await page.locator('#demo .choices a').first().waitFor();
  }],
  ['the form that adds jobs, with several found and a project that is none', async (page) => {
    await page.locator('#job').fill(`${keys.failed.split('/')[3]} ${'ab'.repeat(16)}`);
    await page.locator('#found li').nth(1).waitFor();
    await page.locator('#open [name="project"]').fill('mine');
    await page.locator('#open button').click();
    await page.locator('#project-help.wrong').waitFor();
  }],
  ['a running job in a list of three, with a row in full', async (page) => {
    await show(page, keys.running, keys.failed, keys.large);
    await page.locator('nav li [data-status="failed"]').first().waitFor();
    await page.locator('job-tree:visible .row').first().click();
    await page.locator('job-tree:visible .detail').waitFor();
  }],
  ['the menu of a job', async (page) => {
    await page.locator('nav li:has([aria-current]) .more').focus();
    await page.keyboard.press('Enter');
    await page.locator('#menu').waitFor();
  }],
  ['the menu of a button', async (page) => {
    await page.keyboard.press('Escape');
    await page.locator('#export').click();
    await page.locator('#menu').waitFor();
  }],
  ['what the bell offers', async (page) => {
    await page.keyboard.press('Escape');
    await page.locator('#bell').click();
    await page.locator('#bell-choices').waitFor();
  }],
  ['a job that failed, and what happened to it', async (page) => {
    await show(page, keys.failed);
    assert.deepEqual(await barriers(page), []);
    await page.locator('#history-open').click();
    await page.locator('#history-list li').first().waitFor();
  }],
  ['a job of 1,200 sub-jobs', (page) => show(page, keys.large)],
  ['where the time of it went', async (page) => {
    await page.locator('#slowest-open').click();
    await page.locator('#slowest-types tr').first().waitFor();
  }],
];

describe('axe finds nothing in the dashboard', () => {
  for (const view of VIEWS) {
    it(`at ${named(view)}`, async (test) => {
      const page = await open(view);
      try {
        for (const [name, go] of SCREENS) {
          await test.test(name, async () => {
            await go(page);
            await painted(page);
            assert.deepEqual(await barriers(page), []);
          });
        }
      } finally {
        await closePage(page);
      }
    });
  }
});

describe('axe finds nothing in a frame of 360 by 300 pixels', () => {
  for (const view of VIEWS) {
    it(`in ${view.locale}, ${view.colorScheme}`, async () => {
      const page = await open({ ...view, ...FRAME, zoom: 1 });
      for (const job of [keys.running, keys.failed]) {
        await visit(page, `/embed.html?job=${job}`);
        await page.locator('job-tree .row').first().waitFor();
        await painted(page);
        assert.deepEqual(await barriers(page), []);
      }
      await closePage(page);
    });
  }
});
