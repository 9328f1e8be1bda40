// Draws web/screenshots: node tests/browser/screenshots.js [FOLDER]
//
// The demo's clock runs, so that no two runs give the same bytes; what is on the pictures is the same.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startBackend } from '../integration/helpers.js';
import { closePage, launch, newPage, painted } from './browser.js';

const folder = process.argv[2] ?? fileURLToPath(new URL('../../web/screenshots', import.meta.url));

/** @typedef {{ done: number, failed: number, total: number, status: string }} Job */

/**
 * @typedef {object} Picture
 * @property {string} name
 * @property {number} [width]
 * @property {number} [height]
 * @property {'light' | 'dark'} [colours]
 * @property {string} [locale]
 * @property {{ count: number, failing: number }[]} [batches] the last is shown
 * @property {(job: Job) => boolean} [until] when to draw
 * @property {string} [press] a key
 */

/** @type {Picture[]} */
const pictures = [
  { name: 'home', height: 1000 },
  { name: 'light', batches: [{ count: 8, failing: 0 }, { count: 60, failing: 4 }, { count: 24, failing: 0 }], until: (job) => job.done >= 9 },
  { name: 'dark', colours: 'dark', batches: [{ count: 12, failing: 2 }, { count: 24, failing: 0 }], until: (job) => job.done >= 9 },
  { name: 'narrow', width: 390, height: 844, batches: [{ count: 8, failing: 0 }, { count: 20, failing: 0 }], until: (job) => job.done >= 7 },
  { name: 'zh-CN', locale: 'zh-CN', batches: [{ count: 8, failing: 1 }, { count: 24, failing: 2 }], until: (job) => job.done >= 12 },
  { name: 'failed', batches: [{ count: 12, failing: 3 }], until: (job) => job.status === 'failed', press: 'n' },
  { name: '100000', batches: [{ count: 100_000, failing: 400 }], until: (job) => job.total === 100_000 && job.failed > 0 },
];

const [backend, browser] = await Promise.all([startBackend(['serve', '--demo', '--listen', '127.0.0.1:0']), launch()]);
await mkdir(folder, { recursive: true });
try {
  for (const picture of pictures) await draw(picture);
} finally {
  await browser.close();
  await backend.stop();
}

/** @param {{ count: number, failing: number }} order @returns {Promise<string>} its address */
async function start(order) {
  const answer = await fetch(`${backend.url}/api/demo/batches`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(order),
  });
  const { region, service, project_id: project, job_id: job } = await answer.json();
  return `${region}/${service}/${project}/${job}`;
}

/** @param {Picture} picture */
async function draw({ name, width = 1440, height = 900, colours = 'light', locale = 'en-US', batches = [], until, press }) {
  const page = await newPage(browser, { viewport: { width, height }, colorScheme: colours, locale, reducedMotion: 'reduce' });
  const keys = [];
  for (const batch of batches) keys.push(await start(batch));
  await page.goto(`${backend.url}/${keys.length > 0 ? `?${keys.toReversed().map((key) => `job=${key}`).join('&')}` : ''}`);
  await page.locator(keys.length > 0 ? 'job-tree:visible .row' : '#demo').first().waitFor();
  for (const deadline = Date.now() + 120_000; until && Date.now() < deadline;) {
    const job = await page.evaluate(() => /** @type {any} */ (document.querySelector('job-tree:not([hidden])')).job);
    if (job && until(job)) break;
    await painted(page);
  }
  if (press) {
    await page.locator('main').focus();
    await page.keyboard.press(press);
  }
  await painted(page);
  await writeFile(join(folder, `${name}.png`), await page.screenshot());
  await closePage(page);
}
