// What error codes mean, among the details of a job that failed.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { painted } from './browser.js';
import { backend, page, providePages, provideStage } from './stage.js';

provideStage();
providePages();

const LABELS = { en: ['Meaning', 'What to do'], 'zh-CN': ['含义', '处理建议'] };
const lines = () => page.locator('job-tree .detail dl > div').evaluateAll((nodes) => Object.fromEntries(
  nodes.filter((node) => node.checkVisibility()).map((node) => [node.querySelector('dt')?.textContent, node.querySelector('dd')?.textContent])));

/** The jobs of the demo that fail, but for the one of ten thousand, and a batch of which every job does: addresses. */
async function failing() {
  const config = await (await fetch(`${backend.url}/api/config`)).json();
  const order = await fetch(`${backend.url}/api/demo/batches`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ count: 8, failing: 8 }),
  });
  const jobs = config.demo.jobs.filter((/** @type {any} */ it) => /fail|refused/.test(it.title.en) && !/000/.test(it.title.en));
  const all = [await order.json(), ...jobs];
  // A job of the demo begins when it is first looked at: so all run at the same time.
  await Promise.all(all.map((it) => fetch(`${backend.url}/api/${it.region}/${it.service}/v1/-/jobs/${it.job_id}`)));
  return all.map((it) => `${it.region}/${it.service}/-/${it.job_id}`);
}

it("the details of each failure of the demo explain its code in both languages, beside the cloud's own text", async () => {
  const tree = page.locator('job-tree');
  const seen = new Set();
  for (const address of await failing()) {
    await page.goto(`${backend.url}/?job=${address}`);
    await page.waitForFunction(() => {
      const { job } = /** @type {any} */ (document.querySelector('job-tree')) ?? {};
      return job?.hasEnded && job.failed > 0;
    }, undefined, { timeout: 120_000 });
    for (const { code, first } of await tree.evaluate((node) => /** @type {any} */ (node).groups)) {
      if (!code || seen.has(code)) continue;
      seen.add(code);
      // The parts of some jobs have a name alone.
      if (first.id) await tree.evaluate((node, id) => /** @type {any} */ (node).reveal(id), first.id);
      else await tree.locator('.row', { hasText: first.name }).last().click();
      for (const [lang, [meaning, remedy]] of Object.entries(LABELS)) {
        await tree.evaluate((node, it) => { node.setAttribute('lang', it); }, lang);
        await tree.locator('.detail dt', { hasText: remedy }).waitFor();
        await page.waitForFunction((text) => document.querySelector('job-tree')?.shadowRoot?.querySelector('.detail .failure')?.textContent?.startsWith(text), code);
        const shown = await lines();
        for (const label of [meaning, remedy]) {
          assert.match(shown[label] ?? '', lang === 'en' ? /^[\x20-\x7E]{8,}\.$/ : /\p{Script=Han}.*。$/u, `${code}: ${JSON.stringify(shown)}`);
        }
      }
    }
  }
  assert.ok(seen.size >= 5, [...seen].join());
});

describe('an explanation', () => {
  const failed = (/** @type {string} */ code) => JSON.stringify({ job_id: `id-${code}`, job_type: 'createVolume', status: 'FAIL', error_code: code, fail_reason: 'r' });
  const sub = (/** @type {string} */ code) => failed(code).slice(0, -1);
  const document = `{"job_id":"root","job_type":"createVolume","status":"FAIL","entities":{"sub_jobs":[${sub('EVS.2024')}},${sub('Ecs.0319')}},${sub('a/../b')}},${sub('Ecs.0204').replace('"r"', '"CreateVolumeTask-fail:EVS.2024 volume is error"')}}]}}`;

  async function open(body = document) {
    /** @type {string[]} */
    const asked = [];
    page.on('request', (request) => { if (request.url().includes('/api/error-codes')) asked.push(new URL(request.url()).pathname); });
    await page.route('**/jobs/**', (route) => route.fulfill({ contentType: 'application/json', body }));
    await page.goto(`${backend.url}/?job=cn-north-4/evs/-/root`);
    await page.locator('job-tree .row').first().waitFor();
    return asked;
  }
  const select = async (/** @type {number} */ row) => {
    await page.locator('job-tree .row').nth(row).click();
    await painted(page);
  };

  it('is fetched once for each cause of the failures, and kept', async () => {
    const asked = await open();
    await page.locator('job-tree .causes button', { hasText: 'The new disk' }).first().waitFor();
    for (const row of [1, 2, 1, 2]) {
      await select(row);
      await page.locator('job-tree .detail dt', { hasText: 'Meaning' }).waitFor();
    }
    assert.deepEqual(asked.sort(), ['EVS.2024', 'Ecs.0204', 'Ecs.0319'].map((code) => `/api/error-codes/${code}`));
  });

  it('is of the job that is shown, however late an earlier one comes', async () => {
    /** @type {() => void} */
    let release = () => {};
    const held = new Promise((resolve) => { release = () => resolve(undefined); });
    await page.route(/error-codes\/EVS\.2024/, async (route) => {
      await held;
      await route.fulfill({ json: { meaning: { en: 'Late.' }, remedy: { en: 'Late.' } } });
    });
    await open();
    await select(1);
    await select(2);
    await page.locator('job-tree .detail dt', { hasText: 'Meaning' }).waitFor();
    const late = page.waitForResponse(/error-codes\/EVS\.2024/);
    release();
    await late;
    await painted(page);
    assert.match((await lines()).Meaning ?? '', /capacity/);
  });

  it('is of the cause that the text names, where the code only says that a step failed', async () => {
    await open();
    await select(4);
    await page.locator('job-tree .detail dt', { hasText: 'Meaning' }).waitFor();
    assert.match((await lines()).Meaning ?? '', /^EVS\.2024 {2}The new disk/);
  });

  it('is asked for with no more of a long text than an address has room for, in any script', async () => {
    await open(`{"job_id":"root","job_type":"createVolume","status":"FAIL","error_code":"EVS.2024","fail_reason":"${'\u{1F600}'.repeat(5000)}"}`);
    await select(0);
    await page.locator('job-tree .detail dd', { hasText: 'The new disk' }).waitFor();
  });

  it('that is of no use is none, and does no harm', async () => {
    for (const json of [null, { code: 7, meaning: 'x', remedy: null }]) {
      await page.route('**/api/error-codes/**', (route) => route.fulfill({ contentType: 'application/json', body: JSON.stringify(json) }));
      const response = page.waitForResponse('**/api/error-codes/**');
      await open();
      await response;
      await select(1);
      assert.equal((await lines()).Meaning, undefined);
    }
  });

  it('is not asked for with what is no code', async () => {
    const asked = await open();
    await select(3);
    assert.equal(asked.some((path) => path.includes('..') || path.endsWith('/b')), false);
    assert.equal((await lines()).Meaning, undefined);
  });

  it('is text, whatever it holds', async () => {
    await page.route('**/api/error-codes/**', (route) => route.fulfill({ json: { meaning: { en: '<img src=x onerror="window.hurt=1">' }, remedy: {} } }));
    await open();
    await select(1);
    await page.locator('job-tree .detail dd', { hasText: '<img' }).waitFor();
    assert.equal(await page.evaluate(() => 'hurt' in window), false);
    assert.equal((await lines())['What to do'], undefined);
  });
});
