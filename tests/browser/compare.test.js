// Two jobs side by side: chosen on the board, by pointer and by keyboard, and what differs of them.

import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';

import { barriers, painted } from './browser.js';
import { FakeMemory, PROJECT, record } from './fake_memory.js';
import { backend, page, providePages, provideStage, renewPage } from './stage.js';

/** @type {FakeMemory} */
let memory;

const BEGIN = Date.parse('2026-11-29T12:00:00Z');
/** @param {number} n */
const id = (n) => `ff${n.toString(16).padStart(30, '0')}`;
/** @param {number} n */
const key = (n) => `cn-north-4/eip/${PROJECT}/${id(n)}`;
/** @param {number} seconds */
const after = (seconds) => new Date(BEGIN + seconds * 1000).toISOString();

const NAMES = { en: 'Create EIP', zh: '创建弹性公网IP' };
const WHOLE = { name: { en: 'Create EIPs', zh: '创建弹性公网IP' }, type: 'createPublicIps', service: 'eip', begin_time: after(0) };

/** @param {Partial<import('../../web/dashboard/state/records.js').TypeFigures>} given */
const figures = (given) => ({ count: 20, succeeded: 20, failed: 0, unfinished: 0, median: 10, longest: 30, ...given });
/** @param {Partial<import('../../web/dashboard/state/records.js').ComparedSubJob>} given */
const part = (given) => ({ sub_job: 'part-1', facts: '203.0.113.7', status: /** @type {const} */ ('succeeded'), seconds: 10, error_code: null, error_text: null, ...given });

provideStage();
providePages({ permissions: ['clipboard-read', 'clipboard-write'] }, /status of 40[34]/);
beforeEach(prepare);

async function prepare() {
  memory = new FakeMemory();
  memory.jobs = [
    record({ ...WHOLE, job_id: id(1), status: 'succeeded', end_time: after(60), last_change: after(60), counts: /** @type {any} */ ({ total: 20, succeeded: 20 }) }),
    record({
      ...WHOLE, job_id: id(2), status: 'failed', end_time: after(200), last_change: after(200), error_code: 'VPC.0521', error_text: 'Elastic IP quota exceeded',
      counts: /** @type {any} */ ({ total: 20, succeeded: 12, failed: 8 }),
    }),
  ];
  memory.comparison = {
    differs: ['outcome', 'duration', 'errors', 'sub_jobs'],
    errors: [{ error_code: 'VPC.0521', error_text: 'Elastic IP quota exceeded', counts: [0, 8] }],
    types: [{ type: 'createPublicip', name: NAMES, runs: [figures({}), figures({ succeeded: 12, failed: 8, median: 95, longest: 120 })], differs: ['outcome', 'duration'] }],
    sub_jobs: [
      { type: 'createPublicip', name: NAMES, number: 3, runs: [part({}), part({ status: 'failed', error_code: 'VPC.0521', error_text: 'Elastic IP quota exceeded' })], differs: ['outcome'] },
      { type: 'createPublicip', name: NAMES, number: 4, runs: [part({}), part({ seconds: 95 })], differs: ['duration'] },
    ],
    left_out: 12,
    unmatched: 3,
  };
  await memory.serve(page);
}

const status = () => page.locator('#compare-status');
/** The texts of a table, a line a row. @param {number} n */
const rowsOf = async (n) => (await page.locator('#compare table').nth(n).locator('tbody tr').allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
const compareUrl = () => new URL(page.url()).searchParams.get('compare');

describe('two jobs', () => {
  it('are compared by a link: what differs in a sentence, and in tables', async () => {
    await page.goto(`${backend.url}/?compare=${key(1)},${key(2)}`);
    await status().getByText('Differs in: outcome, duration, errors, sub-jobs.', { exact: true }).waitFor();
    assert.ok(memory.asked.includes(`GET /api/compare?${new URLSearchParams({ a: key(1), b: key(2) })}`));
    const [outcome, duration, , parts, error] = await rowsOf(0);
    assert.equal(outcome, 'Status≠ Succeeded Failed');
    assert.equal(duration, 'Duration≠ 1m 00s 3m 20s+2m 20s');
    assert.equal(parts, 'Sub-jobs≠ 20 · 20 succeeded 20 · 12 succeeded, 8 failed');
    assert.equal(error, 'First failure≠ – VPC.0521 · Elastic IP quota exceeded');
    assert.deepEqual(await rowsOf(1), ['VPC.0521 · Elastic IP quota exceeded≠ – × 8']);
    assert.deepEqual(await rowsOf(2), ['Create EIP≠ 20 median 10s, longest 30s 20 · 8 failed median 1m 35s, longest 2m 00s+1m 25s']);
    assert.deepEqual(await rowsOf(3), [
      'Create EIP #3 Succeeded 10s 203.0.113.7 Failed 10s VPC.0521 · Elastic IP quota exceeded 203.0.113.7',
      'Create EIP #4 Succeeded 10s 203.0.113.7 Succeeded 1m 35s+1m 25s 203.0.113.7',
    ]);
    assert.match(await page.locator('#compare-tables').innerText(), /12 more sub-jobs differ\.\s+3 sub-jobs can't be matched/);
    assert.deepEqual(await barriers(page), []);

    await page.locator('#language').click();
    await status().getByText('不同之处：结果、用时、错误、子任务。', { exact: true }).waitFor();
    assert.match((await rowsOf(0))[1], /^用时≠ 1 分 00 秒 3 分 20 秒\+2 分 20 秒$/);
    assert.deepEqual(await barriers(page), []);
  });

  it('that went alike say so', async () => {
    memory.comparison = {};
    await page.goto(`${backend.url}/?compare=${key(1)},${key(2)}`);
    await status().getByText('Same outcome, errors and sub-jobs, about the same duration.', { exact: true }).waitFor();
    assert.equal(await page.locator('#compare .differs').count(), 0);
  });

  it('are looked at first where the server does not remember them, and else it says so', async () => {
    /** @type {string[]} */
    const looked = [];
    await page.route('**/api/cn-north-4/eip/**', (route) => {
      looked.push(route.request().method());
      memory.jobs.push(record({ ...WHOLE, job_id: id(3), status: 'succeeded', end_time: after(61) }));
      return route.fulfill({ status: 200 });
    });
    await page.goto(`${backend.url}/?compare=${key(1)},${key(3)}`);
    await page.locator('#compare table').first().waitFor();
    assert.deepEqual(looked, ['HEAD', 'HEAD']);
    await page.goto(`${backend.url}/?compare=${key(1)},${key(4)}`);
    await status().getByText("Couldn't compare: This server doesn't remember the job, or your access token doesn't include it.", { exact: true }).waitFor();
  });

  it('swap their places, and have a link for others', async () => {
    await page.goto(`${backend.url}/?compare=${key(1)},${key(2)}`);
    await page.locator('#compare table').first().waitFor();
    await page.getByRole('button', { name: 'Swap' }).click();
    await page.waitForFunction((wanted) => document.querySelector('#compare thead a code')?.textContent?.endsWith(wanted), id(2).slice(-6));
    assert.equal(compareUrl(), `${key(2)},${key(1)}`);
    await page.locator('#compare-link').click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${backend.url}/?compare=${key(2)},${key(1)}`);
  });

  it('lead to each of them', async () => {
    await page.goto(`${backend.url}/?compare=${key(1)},${key(2)}`);
    await page.locator('#compare thead a').nth(1).click();
    await page.locator('#watch job-tree').waitFor();
    await page.goBack();
    await page.locator('#compare table').first().waitFor();
  });

  it('are told again while one of them runs', async () => {
    await page.clock.install();
    memory.comparison = {};
    memory.change({ job_id: id(2), status: 'running', end_time: null });
    await page.route('**/api/cn-north-4/eip/**', (route) => route.fulfill({ status: 200 }));
    await page.goto(`${backend.url}/?compare=${key(1)},${key(2)}`);
    await status().getByText('No difference so far.', { exact: true }).waitFor();
    memory.change({ job_id: id(2), status: 'failed', end_time: after(100) });
    memory.comparison = { differs: ['outcome'] };
    await page.clock.runFor(6000);
    await status().getByText('Differs in: outcome.', { exact: true }).waitFor();
  });
});

describe('on the board', () => {
  const row = (/** @type {number} */ n) => page.locator(`#board-rows li[data-key="${key(n)}"]`);

  it('two are chosen, one after the other', async () => {
    await page.goto(`${backend.url}/#board`);
    await row(1).locator('.compare').click();
    await page.locator('#choice', { hasText: 'Choose another job to compare with Create EIPs.' }).waitFor();
    assert.equal(await row(1).locator('.compare').getAttribute('aria-pressed'), 'true');
    assert.deepEqual(await barriers(page), []);
    await row(2).locator('.compare').click();
    await page.locator('#compare table').first().waitFor();
    assert.equal(compareUrl(), `${key(1)},${key(2)}`);
    await page.goBack();
    await row(1).waitFor();
    assert.equal(await page.locator('#choice').isVisible(), false);
  });

  it('a click anywhere on the second row chooses it, and nothing moves when the first is chosen', async () => {
    await page.goto(`${backend.url}/#board`);
    await row(1).waitFor();
    const before = await row(2).boundingBox();
    await row(1).locator('.compare').click();
    await page.locator('#choice').waitFor();
    assert.deepEqual(await row(2).boundingBox(), before);
    await row(2).locator('a').click();
    await page.locator('#compare table').first().waitFor();
    assert.equal(compareUrl(), `${key(1)},${key(2)}`);
  });

  it('the keyboard chooses them too, and takes a choice back', async () => {
    await page.goto(`${backend.url}/#board`);
    await row(2).locator('a').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('#choice').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('#choice').waitFor({ state: 'hidden' });
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('#choice').waitFor({ state: 'hidden' });
    await row(2).locator('a').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('#compare table').first().waitFor();
    assert.equal(compareUrl(), `${key(2)},${key(1)}`);
  });
});

it('it all fits into a telephone, in either language and either theme', async () => {
  for (const locale of ['en-US', 'zh-CN']) {
    await renewPage({ viewport: { width: 360, height: 740 }, locale, colorScheme: 'dark' });
    await prepare();
    await page.goto(`${backend.url}/?compare=${key(1)},${key(2)}`);
    await page.locator('#compare table').first().waitFor();
    await painted(page);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    assert.ok(await page.locator('#main').evaluate((main) => main.scrollWidth <= main.clientWidth));
    assert.deepEqual(await barriers(page), []);
  }
});
