// What a server remembers of the shown job: what happened, also while no tab was open; whether it is followed; how long
// such jobs took; and that the cloud has deleted it.

import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';

import { endlessJob } from '../integration/helpers.js';
import { barriers, painted, press } from './browser.js';
import { FakeMemory, record } from './fake_memory.js';
import { backend, page, providePages, provideStage, reached } from './stage.js';

const ADDRESS = `cn-north-4/ecs/-/${endlessJob}`;
const BEGIN = Date.parse('2026-11-29T12:00:00Z');

/** @type {FakeMemory} */
let memory;

provideStage();
providePages({}, /status of 40[34]/);
beforeEach(async () => {
  memory = new FakeMemory();
  memory.jobs = [record({ job_id: endlessJob })];
  await memory.serve(page);
});

/** @param {string} [address] */
async function visit(address = ADDRESS) {
  await page.goto(`${backend.url}/?job=${address}`);
  await page.locator('job-tree .row').first().waitFor();
  await page.locator('body.known').waitFor();
}

/** @param {number} n @param {Partial<import('./fake_memory.js').RecordedEvent>} [given] @returns {import('./fake_memory.js').RecordedEvent} */
const event = (n, given) => ({
  at: new Date(BEGIN + n * 1000).toISOString(), at_is: 'cloud', version: n, sub_job: `part-${n}`, name: `203.0.113.${n}`, type: 'createPublicip',
  from: 'running', to: 'succeeded', status_text: 'SUCCESS', error_code: null, error_text: null, ...given,
});
/** Without the days, which are told of other days than today. */
const lines = async () => (await page.locator('#history-list li').allInnerTexts()).map((text) =>
  text.replace(/\s+/g, ' ').replace(/(Nov 29, (2026, )?)?(\d\d:\d\d:\d\d)/, '$3'));
/** @param {number} count */
const hasLines = (count) => page.waitForFunction((wanted) => document.querySelectorAll('#history-list li').length === wanted, count);

describe('what happened', () => {
  it('is told by the server, the newest first: what, from where to where, why, when, and who says when', async () => {
    memory.events.set(endlessJob, [
      event(5, { sub_job: null, name: null, to: 'failed' }),
      event(4, { to: 'failed', at_is: 'seen', error_code: 'VPC.0521', error_text: 'Elastic IP quota exceeded' }),
      event(3, { sub_job: 'ff8080827e7810fb017f06338ae3132c', name: null }),
      event(2, { to: 'unknown', status_text: 'REVIEWING' }),
      event(1, { to: 'running' }),
      event(0, { from: null, to: 'running' }),
    ]);
    await page.route('**/api/cn-north-4/**', (route) => route.fulfill({ json: {
      job_id: endlessJob, job_type: 'createServer', status: 'RUNNING',
      sub_jobs: [{ job_id: 'ff8080827e7810fb017f06338ae3132c', job_type: 'createPublicip', status: 'SUCCESS' }],
    } }));
    await visit();
    await press(page, 'h');
    await hasLines(6);
    assert.deepEqual(await lines(), [
      'Create server: running → failed 20:00:05',
      'createPublicip: running → failed 203.0.113.4 VPC.0521 · Elastic IP quota exceeded 20:00:04 seen',
      'Create EIP: running → succeeded …\u2060e3132c 20:00:03',
      'createPublicip: running → REVIEWING 203.0.113.2 20:00:02',
      'createPublicip: running 203.0.113.1 20:00:01',
      'createPublicip: running when first seen 203.0.113.0 20:00:00',
    ]);
    assert.match(await page.locator('#history-zone').innerText(), /^Times in GMT\+8\. "seen": when this server saw the change/);
    assert.deepEqual(await barriers(page), []);
    await page.keyboard.press('Escape');
    await page.locator('#language').click();
    await press(page, 'h');
    await page.waitForFunction(() => document.querySelectorAll('#history-list li')[1]?.textContent?.includes('失败'));
    assert.match((await lines())[1], /^createPublicip：运行中 → 失败 .*获知$/);
  });

  it('is read a page at a time, as far back as wanted', async () => {
    memory.events.set(endlessJob, Array.from({ length: 350 }, (_, i) => event(350 - i)));
    await visit();
    await press(page, 'h');
    await hasLines(100);
    for (const count of [200, 300, 350]) {
      await page.getByRole('button', { name: 'Load more' }).click();
      await hasLines(count);
    }
    assert.equal(await page.getByRole('button', { name: 'Load more' }).count(), 0);
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'history-list');
  });

  it('comes as it happens while the sheet is open', async () => {
    memory.events.set(endlessJob, [event(0)]);
    let status = 'RUNNING';
    await page.route('**/api/cn-north-4/**', (route) => route.fulfill({ json: { job_id: endlessJob, job_type: 'createServer', status, sub_jobs: [{ job_id: 'part', status }] } }));
    await visit();
    await press(page, 'h');
    await hasLines(1);
    memory.events.set(endlessJob, [event(2), event(1), event(0)]);
    status = 'SUCCESS';
    await page.locator('job-tree').evaluate((tree) => /** @type {any} */ (tree).refresh());
    await hasLines(3);
  });

  it('is what this tab saw itself where the server does not know the job', async () => {
    memory.jobs = [];
    await visit();
    const answer = page.waitForResponse(/\/events\?/);
    await press(page, 'h');
    await answer;
    await painted(page);
    assert.match(await page.locator('#history-zone').innerText(), /when this tab noticed/);
    await hasLines(1);
  });
});

describe('following', () => {
  it('shows whether the job is followed, and changes it', async () => {
    memory.change({ job_id: endlessJob, is_followed: true });
    await visit();
    const pin = page.getByRole('button', { name: 'Follow', exact: true });
    await page.locator('#follow[aria-pressed="true"]').waitFor();
    await pin.click();
    await page.locator('#follow[aria-pressed="false"]').waitFor();
    assert.deepEqual(memory.posted, [{ region: 'cn-north-4', service: 'ecs', project_id: '-', job_id: endlessJob, follow: false }]);
  });

  it('says so when the token has no right to', async () => {
    await memory.serve(page, { config: { token_required: true } });
    memory.mayNotFollow = { status: 403, body: { code: 'jobtree.denied', detail: 'The token may not follow jobs.' } };
    await page.addInitScript(() => location.protocol === 'http:' && sessionStorage.setItem('jobtree.token', 'secret'));
    await visit();
    await page.locator('#follow').click();
    await page.locator('#message', { hasText: 'Your access token does not include the right to follow jobs.' }).waitFor();
    assert.equal(await page.locator('#follow').getAttribute('aria-pressed'), 'false');
  });

  it('is not offered for a job that has ended', async () => {
    await page.route('**/api/cn-north-4/**', (route) => route.fulfill({ json: { job_id: endlessJob, status: 'SUCCESS' } }));
    await visit();
    await reached('settled');
    assert.equal(await page.locator('#follow').isVisible(), false);
  });
});

describe('how long such jobs take', () => {
  /** @param {number} seconds since the job began */
  const runningFor = (seconds) => page.route('**/api/cn-north-4/**', (route) => route.fulfill({
    json: { job_id: endlessJob, job_type: 'createServer', status: 'RUNNING', begin_time: new Date(Date.now() - seconds * 1000).toISOString() },
  }));
  const usual = () => page.locator('job-tree .estimate');

  for (const [p50, p90, text, zh] of /** @type {[number, number, string, string][]} */ ([
    [61, 118, 'Usually 1 to 2 min', '通常需要 1 到 2 分钟'], [20, 118, 'Usually 20 s to 2 min', '通常需要 20 秒到 2 分钟'],
    [110, 118, 'Usually about 2 min', '通常需要约 2 分钟'], [3500, 90_000, 'Usually 1 to 25 hours', '通常需要 1 到 25 小时'],
  ])) {
    it(`is said while it runs: ${text}`, async () => {
      memory.durations = { count: 40, p50, p90, p95: p90 + 10 };
      await runningFor(5);
      await visit();
      await usual().getByText(text, { exact: true }).waitFor();
      assert.ok(memory.asked.includes('GET /api/stats?service=ecs&type=createServer&parts=1'));
      await page.locator('#language').click();
      await usual().getByText(zh, { exact: true }).waitFor();
    });
  }

  it('and that this one takes longer', async () => {
    memory.durations = { count: 40, p50: 61, p90: 118, p95: 130 };
    await runningFor(200);
    await visit();
    await usual().getByText('Longer than 95 of 100 before', { exact: true }).waitFor();
  });

  it('and that it seems stuck when nothing changes either', async () => {
    memory.durations = { count: 40, p50: 61, p90: 118, p95: 130 };
    const begun = new Date(Date.now() - 600_000).toISOString();
    const part = { status: 'RUNNING', begin_time: begun };
    await page.route('**/api/cn-north-4/**', (route) => route.fulfill({ json: {
      job_id: endlessJob, job_type: 'createServer', ...part, sub_jobs: [{ job_id: 'a', ...part }, { job_id: 'b', ...part }],
    } }));
    await visit();
    await usual().getByText('Seems stuck: longer than 95 of 100 before, no change for 10 min', { exact: true }).waitFor();
    assert.ok(memory.asked.includes('GET /api/stats?service=ecs&type=createServer&parts=2'));
    assert.deepEqual(await barriers(page), []);
  });

  it('is not said of fewer than five, nor of one that has ended', async () => {
    memory.durations = { count: 4, p50: 61, p90: 118, p95: 130 };
    await runningFor(5);
    const answer = page.waitForResponse(/api\/stats/);
    await visit();
    await answer;
    await painted(page);
    assert.equal(await usual().isVisible(), false);
    assert.equal(memory.asked.filter((it) => it.includes('/api/stats')).length, 1, 'once a job');
    memory.durations = { count: 40, p50: 61, p90: 118, p95: 130 };
    await page.unroute('**/api/cn-north-4/**');
    await page.route('**/api/cn-north-4/**', (route) => route.fulfill({ json: { job_id: endlessJob, job_type: 'createServer', status: 'SUCCESS' } }));
    await page.reload();
    await reached('settled');
    await painted(page);
    assert.equal(await usual().isVisible(), false);
  });
});

it('a job that the cloud has deleted says so, and when it was seen last', async () => {
  await page.route('**/api/cn-north-4/**', (route) => route.fulfill({
    json: { job_id: endlessJob, job_type: 'createServer', status: 'RUNNING', begin_time: '2026-11-28T11:00:00Z' },
    headers: { ETag: '"1"', 'Jobtree-Stored-At': '2026-11-28T12:00:00.123Z' },
  }));
  await visit();
  await reached('not_found');
  assert.match(await page.locator('job-tree .state').innerText(), /^Huawei Cloud has deleted this job; this is what was last seen, /);
  assert.match(await page.locator('#confirmed').innerText(), /^Last seen Nov 28,( 2026,)? 20:00:00$/);
  assert.equal(await page.locator('#follow').isVisible(), false);
  assert.equal(await page.locator('nav li a').getAttribute('data-status'), 'unknown', 'nobody knows how it ended');
  assert.equal(await page.locator('#tally').innerText(), '1');
  assert.deepEqual(await barriers(page), []);
});
