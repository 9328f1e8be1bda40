// Links to a part of a job: to a sub-job, to a cause of failure, to a moment. Each opens what it was copied from, in a
// browser that has seen nothing before.

import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';

import { endlessJob } from '../integration/helpers.js';
import { barriers, painted, press } from './browser.js';
import { FakeMemory, record } from './fake_memory.js';
import { backend, page, providePages, provideStage, renewPage } from './stage.js';

const KEY = `cn-north-4/ecs/-/${endlessJob}`;
const MANY = 10_000;
const CLIPBOARD = { permissions: ['clipboard-read', 'clipboard-write'] };
const EXPECTED = /status of 40[1234]/;

/** A part of the job. @param {number} i */
const idOf = (i) => i.toString(16).padStart(32, '0');

/** What the cloud sends. @param {string} status @param {number} parts */
const job = (status, parts = 3) => ({
  job_id: endlessJob, job_type: 'createServer', status, begin_time: '2026-11-29T06:28:00Z', ...(status !== 'RUNNING' && { end_time: '2026-11-29T06:30:00Z' }),
  entities: { sub_jobs: Array.from({ length: parts }, (_, i) => ({
    job_id: idOf(i), job_type: 'createSingleServer', status: i % 2 ? 'FAIL' : status, begin_time: '2026-11-29T06:28:00Z', ...((i % 2 || status !== 'RUNNING') && { end_time: '2026-11-29T06:29:00Z' }),
    ...(i % 2 && { error_code: i % 4 === 1 ? 'VPC.0521' : 'Ecs.0319', fail_reason: 'quota' }),
  })) },
});

/** @type {FakeMemory} */
let memory;
/** What the cloud sends now. @type {unknown} */
let now;

provideStage();
providePages(CLIPBOARD, EXPECTED);
beforeEach(prepare);

async function prepare() {
  now = job('SUCCESS');
  memory = new FakeMemory();
  memory.jobs = [record({ job_id: endlessJob })];
  memory.versions.set(endlessJob, [
    { version: 1, at: '2026-11-29T06:28:18Z', body: job('RUNNING', 2) },
    { version: 2, at: '2026-11-29T06:28:40Z' },
    { version: 3, at: '2026-11-29T06:29:10Z', body: job('RUNNING') },
    { version: 4, at: '2026-11-29T06:30:00Z', body: job('SUCCESS') },
  ]);
  await serve();
}

async function serve() {
  await memory.serve(page);
  await page.route('**/api/cn-north-4/ecs/**', (route) => route.fulfill({ json: now }));
}

/** A browser of somebody else. @param {import('playwright-core').BrowserContextOptions} [options] */
async function another(options = {}) {
  await renewPage({ ...CLIPBOARD, ...options }, EXPECTED);
  await serve();
}

/** @param {string} [fragment] */
async function visit(fragment = '') {
  await page.goto('about:blank');
  await page.goto(`${backend.url}/?job=${KEY}${fragment && `#${KEY}&${fragment}`}`);
  await page.locator('job-tree .row').first().waitFor();
  await page.locator('body.known').waitFor();
}

const tree = () => page.locator('job-tree:visible');
const copied = () => page.evaluate(() => navigator.clipboard.readText());
/** @param {string} text */
const told = (text) => page.locator('#message', { hasText: text }).waitFor();
/** Whether the selected row is on screen. */
const isInSight = () => tree().evaluate((it) => {
  const root = /** @type {ShadowRoot} */ (it.shadowRoot);
  const row = root.querySelector('.row[aria-selected="true"]')?.getBoundingClientRect();
  const list = root.querySelector('.tree')?.getBoundingClientRect();
  return Boolean(row && list && row.top >= list.top - 1 && row.bottom <= list.bottom + 1);
});

describe('a link to a sub-job', () => {
  it('is copied from its details, and shows it among ten thousand', async () => {
    now = job('SUCCESS', MANY);
    await visit();
    await tree().evaluate((it, id) => void /** @type {any} */ (it).reveal(id), idOf(8765));
    await tree().locator('.detail').waitFor();
    await page.getByRole('button', { name: 'Copy link to this sub-job' }).click();
    await told('Link to this sub-job copied');
    const link = await copied();
    assert.equal(link, `${backend.url}/?job=${KEY}#${KEY}&selected=${idOf(8765)}`);
    await another();
    await page.goto(link);
    await tree().locator('.row[aria-selected="true"]').waitFor();
    await painted(page);
    assert.ok(await isInSight());
    assert.match(await tree().locator('.detail').innerText(), new RegExp(idOf(8765)));
  });

  it('shows it although the filter of the link would hide it', async () => {
    now = job('SUCCESS', MANY);
    await visit(`filter=status:failed&selected=${idOf(8764)}`);
    await tree().locator('.row[aria-selected="true"]').waitFor();
    await painted(page);
    assert.ok(await isInSight());
  });

  it('says so when the job has no such sub-job', async () => {
    await visit(`selected=${idOf(99)}`);
    await told(`This job has no sub-job ${idOf(99)}.`);
    assert.equal(await tree().locator('.row[aria-selected="true"]').count(), 0);
  });

  it('is among the commands while one is selected', async () => {
    await visit();
    const commands = async () => {
      await press(page, 'Control+k');
      await page.locator('#command').fill('link to this sub-job');
      return page.locator('#commands li', { hasText: 'Copy link to this sub-job' });
    };
    assert.equal(await (await commands()).count(), 0);
    await page.keyboard.press('Escape');
    await tree().locator('.row').nth(1).click();
    await page.waitForFunction(() => location.hash.includes('selected='));
    assert.equal(await (await commands()).count(), 1);
    await page.keyboard.press('Enter');
    await told('Link to this sub-job copied');
  });

  it('is in the language of the page, and can be reached by the keyboard', async () => {
    await another({ locale: 'zh-CN' });
    await visit();
    await tree().locator('.row').nth(1).click();
    const button = page.getByRole('button', { name: '复制此子任务的链接' });
    await button.focus();
    await page.keyboard.press('Enter');
    await told('已复制此子任务的链接');
    assert.deepEqual(await barriers(page), []);
  });
});

describe('a link to a cause', () => {
  it('is copied from what is said of it, and opens the job with that cause chosen', async () => {
    now = job('FAIL', 20);
    await visit();
    assert.equal(await page.getByRole('button', { name: 'Copy link to this cause' }).count(), 0, 'no cause is chosen');
    await tree().locator('.causes button', { hasText: 'Ecs.0319' }).click();
    await page.getByRole('button', { name: 'Copy link to this cause' }).click();
    await told('Link to this cause copied');
    const link = await copied();
    assert.match(decodeURIComponent(link), /&filter=error:Ecs\.0319/);
    await another();
    await page.goto(link);
    await tree().locator('.causes [aria-pressed="true"]', { hasText: 'Ecs.0319' }).waitFor();
    assert.equal(await tree().locator('.causes [aria-pressed="true"]').count(), 1);
    assert.deepEqual(await barriers(page), []);
  });
});

describe('a moment', () => {
  const banner = () => page.locator('#moment');
  const rows = () => tree().locator('.row');

  it('is shown by the number of a version, and nothing is queried', async () => {
    let queries = 0;
    await page.route('**/api/cn-north-4/ecs/**', (route) => {
      queries += 1;
      return route.fulfill({ json: now });
    });
    await visit('at=1');
    assert.equal(await page.locator('#moment-text').innerText(), 'As seen at Nov 29, 2026, 14:28:18 GMT+8');
    await painted(page);
    assert.equal(await rows().count(), 3);
    assert.match(await tree().locator('.summary').innerText(), /Running[\s\S]*Duration\s+18s/, 'what ran then has run until then');
    assert.equal(queries, 0);
    assert.equal(await tree().locator('[data-do="refresh"]').isVisible(), false);
    assert.deepEqual(await barriers(page), []);
  });

  it('is the newest response not after a time', async () => {
    await visit('at=2026-11-29T06:29:59Z');
    await page.locator('#moment-text', { hasText: '14:29:10' }).waitFor();
    await another({ locale: 'zh-CN', colorScheme: 'dark' });
    await visit('at=2026-11-29T14:29:59%2B08:00');
    assert.equal(await page.locator('#moment-text').innerText(), '2026-11-29 14:29:10 (GMT+08:00) 的状态');
    assert.deepEqual(await barriers(page), []);
  });

  it('leads to the ones before and after, and to now; Back leads back', async () => {
    await visit('at=3');
    await page.locator('#moment-earlier').click();
    await page.locator('#moment-text', { hasText: '14:28:18' }).waitFor();
    assert.equal(await page.locator('#moment-earlier').isDisabled(), true);
    await page.locator('#moment-later').click();
    await page.locator('#moment-text', { hasText: '14:29:10' }).waitFor();
    await page.getByRole('button', { name: 'Show now' }).click();
    await banner().waitFor({ state: 'hidden' });
    await tree().locator('.badge', { hasText: 'Succeeded' }).first().waitFor();
    assert.doesNotMatch(page.url(), /at=/);
    await page.goBack();
    await page.locator('#moment-text', { hasText: '14:29:10' }).waitFor();
  });

  it('keeps filter and selection, and its link opens it elsewhere', async () => {
    await visit('at=3');
    await rows().nth(1).click();
    await page.waitForFunction(() => location.hash.includes('&selected=') && location.hash.includes('&at=3'));
    await page.getByRole('button', { name: 'Copy link to this moment' }).click();
    await told('Link to this moment copied');
    const link = await copied();
    await another();
    await page.goto(link);
    await page.locator('#moment-text', { hasText: '14:29:10' }).waitFor();
    await tree().locator('.row[aria-selected="true"]').waitFor();
    assert.equal(await tree().getAttribute('selected'), idOf(0));
  });

  it('is reached from the activity of the job, where its response is stored', async () => {
    memory.events.set(endlessJob, [4, 3, 2, 1].map((version) => ({
      at: `2026-11-29T06:2${version}:00Z`, at_is: 'cloud', version, sub_job: null, name: null, type: 'createServer', from: null, to: 'running', error_code: null, error_text: null,
    })));
    await visit();
    await press(page, 'h');
    await page.locator('#history-list button').first().waitFor();
    assert.equal(await page.locator('#history-list button').count(), 3, 'of the second nothing is stored');
    assert.deepEqual(await barriers(page), []);
    await page.locator('#history-list li').nth(1).getByRole('button').focus();
    await page.keyboard.press('Enter');
    await page.locator('#moment-text', { hasText: '14:29:10' }).waitFor();
    assert.equal(await page.locator('#history').isVisible(), false);
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'moment-now');
    await page.keyboard.press('Enter');
    await banner().waitFor({ state: 'hidden' });
  });

  it('that is stored no longer says what is there instead', async () => {
    for (const [at, sentence] of [
      ['2', 'The response seen at Nov 29, 2026, 14:28:40 GMT+8 is no longer stored. This is the job as it is now.'],
      ['2026-11-01T00:00:00Z', 'The response seen at Nov 1, 2026, 08:00:00 GMT+8 is no longer stored. This is the job as it is now.'],
      ['77', 'No such response is stored. This is the job as it is now.'],
    ]) {
      await visit(`at=${at}`);
      await page.locator('#moment-text', { hasText: sentence }).waitFor();
      await tree().locator('.badge', { hasText: 'Succeeded' }).first().waitFor();
    }
    assert.deepEqual(await barriers(page), []);
  });

  it('that cannot be read says why, and is read again with a token', async () => {
    memory.refusal = { status: 503, body: { status: 503, code: 'jobtree.memory_unavailable' } };
    await renewPage(CLIPBOARD, /status of 503/);
    await serve();
    await visit('at=1');
    await page.locator('#moment-text', { hasText: /^Couldn't load the stored response: / }).waitFor();
    await tree().locator('.badge', { hasText: 'Succeeded' }).first().waitFor();
  });

  it('is no news: nothing is noticed, nothing is written down', async () => {
    await visit();
    await page.evaluate((key) => { location.hash = `#${key}&at=1`; }, KEY);
    await page.locator('#moment-text', { hasText: '14:28:18' }).waitFor();
    await painted(page);
    assert.equal(await page.locator('nav li .age').innerText(), 'Nov 29, 14:28:18');
    memory.jobs = [];
    await press(page, 'h');
    assert.equal(await page.locator('#history-list li').count(), 1);
  });

  it('of another form is left out, and so is what nobody knows', async () => {
    await page.goto(`${backend.url}/?job=${KEY}&utm_source=mail#${KEY}&at=yesterday&zoom=3`);
    await page.locator('job-tree .row').first().waitFor();
    await painted(page);
    assert.equal(await banner().isVisible(), false);
    assert.equal(await tree().locator('.badge').first().innerText(), 'Succeeded');
  });
});

it('a link to a job that the cloud has deleted opens what the server remembers', async () => {
  await page.route('**/api/cn-north-4/ecs/**', (route) => route.fulfill({ json: job('RUNNING'), headers: { ETag: '"1"', 'Jobtree-Stored-At': '2026-11-28T12:00:00Z' } }));
  await visit(`selected=${idOf(1)}`);
  await tree().locator('.row[aria-selected="true"]').waitFor();
  assert.match(await tree().locator('.state').innerText(), /^Huawei Cloud has deleted this job/);
});
