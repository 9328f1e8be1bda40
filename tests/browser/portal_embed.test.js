// The page for frames: whom it shows a job, what it says when it cannot, and how it fits little room.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { documentedJob, runBackend, startBackend } from '../integration/helpers.js';
import { barriers, painted } from './browser.js';
import { JAVASCRIPT, startSite } from './site.js';
import { backend, page, providePages, provideStage, reached, renewPage, site } from './stage.js';

provideStage();
providePages();

describe('the page for frames', () => {
  /** @param {string} query @param {string} [script] of the page around */
  async function frame(query, script = '') {
    site.serve('/app.js', `window.told = []; addEventListener('message', ({ data, source }) => { told.push(data); ${script} });`, JAVASCRIPT);
    site.serve('/', `<!doctype html><title>portal</title><script src="/app.js"></script>
      <iframe title="Job" width="800" height="500" src="${backend.url}/embed.html${query}"></iframe>`);
    await page.goto(site.url);
  }
  const tree = () => page.frameLocator('iframe').locator('job-tree');

  it('shows the job of its URL, fills the frame, and tells the page around of it', async () => {
    await frame(`?job=cn-north-4/eip/-/${documentedJob}&lang=zh-CN&theme=dark&expand=all&time-zone=UTC`);
    await tree().locator('.row').first().waitFor();
    assert.equal(await tree().locator('.badge').first().innerText(), '成功');
    assert.match(await tree().locator('.times').innerText(), /GMT\+00:00/);
    assert.equal(await tree().evaluate((it) => getComputedStyle(it).colorScheme), 'dark');
    assert.equal(await tree().evaluate((it) => it.clientHeight), 500);
    await page.waitForFunction(() => /** @type {any} */ (window).told.some((/** @type {any} */ it) => it.type === 'job-tree-settled' && it.detail.job.status === 'succeeded'));
    const [inner] = page.frames().slice(1);
    assert.deepEqual(await inner.evaluate(() => [document.documentElement.scrollHeight > innerHeight, document.documentElement.lang]), [false, 'zh-CN']);
  });

  it('says how to name a job when its URL names none, and what is wrong with another name', async () => {
    await renewPage({}, /preload/); // of an engine that nobody needs
    for (const [query, sentence] of [
      ['', 'No job in this address.'],
      ['?job=<b>', '“<b>” is not a job.'],
      ['?lang=zh-CN', '地址中没有任务。'],
      ['?lang=zh-CN&job=cn-north-4/eip', '“cn-north-4/eip”不是任务。'],
    ]) {
      await frame(query);
      await page.frameLocator('iframe').getByText(sentence).waitFor();
      await page.frameLocator('iframe').getByText('embed.html?job=REGION/SERVICE/PROJECT/ID').waitFor();
    }
  });

  it('says what a sandbox must allow, as it may query nothing without', async () => {
    await renewPage({}, /preload/);
    site.serve('/', `<!doctype html><title>portal</title>
      <iframe title="Job" sandbox="allow-scripts" src="${backend.url}/embed.html?job=cn-north-4/eip/-/${documentedJob}&lang=en"></iframe>
      <iframe title="Job" sandbox="allow-scripts allow-same-origin" src="${backend.url}/embed.html?job=cn-north-4/eip/-/${documentedJob}"></iframe>`);
    await page.goto(site.url);
    await page.frameLocator('iframe >> nth=0').getByText('Add allow-same-origin to the sandbox attribute of this frame.').waitFor();
    await page.frameLocator('iframe >> nth=1').locator('job-tree .row').first().waitFor();
    assert.equal(await page.frameLocator('iframe >> nth=0').locator('main').evaluate((it) => getComputedStyle(it).margin), '0px', 'its style sheet is there');
  });

  it('is shown by a page that isolates itself', async () => {
    site.serve('/', `<!doctype html><title>portal</title><iframe title="Job" width="800" height="500"
      src="${backend.url}/embed.html?job=cn-north-4/eip/-/${documentedJob}"></iframe>`,
    { 'Cross-Origin-Embedder-Policy': 'require-corp', 'Cross-Origin-Opener-Policy': 'same-origin' });
    await page.goto(site.url);
    assert.equal(await page.evaluate(() => crossOriginIsolated), true);
    await tree().locator('.row').first().waitFor();
  });

  it('says so where there is no WebAssembly, in both languages', async () => {
    await renewPage({}, /job-tree engine unsupported/);
    await page.addInitScript(() => { delete /** @type {any} */ (window).WebAssembly; });
    for (const [lang, sentence] of [['en', 'WebAssembly is unavailable in this browser.'], ['zh-CN', '此浏览器无法使用 WebAssembly。']]) {
      await page.goto(`${backend.url}/embed.html?job=cn-north-4/eip/-/${documentedJob}&lang=${lang}`);
      await page.locator('job-tree').getByText(sentence).waitFor();
    }
  });

  it('passes on what its URL says of filter, order, selection and density', async () => {
    await frame(`?job=cn-north-4/eip/-/${documentedJob}&filter=status:succeeded&sort=longest_first&density=compact`);
    await tree().locator('.row').first().waitFor();
    assert.deepEqual(await tree().evaluate((it) => {
      const { filter, sort, density } = /** @type {any} */ (it);
      return [filter, sort, density];
    }), ['status:succeeded', 'longest_first', 'compact']);
  });

  describe('in little room', () => {
    /** How many rows are seen whole, and what stands above them. */
    const seen = () => page.locator('job-tree').evaluate((it) => {
      const root = /** @type {ShadowRoot} */ (it.shadowRoot);
      const isWhole = (/** @type {Element} */ node) => {
        const { top, bottom, height } = node.getBoundingClientRect();
        return height > 0 && top >= 0 && bottom <= innerHeight;
      };
      return {
        rows: [...root.querySelectorAll('.row')].filter(isWhole).length,
        above: ['h2', '.badge', '.bar', '.counts', '.search'].filter((part) => !isWhole(/** @type {Element} */ (root.querySelector(part)))),
        scrolls: document.documentElement.scrollHeight > innerHeight || document.documentElement.scrollWidth > innerWidth,
      };
    });
    const failing = JSON.stringify({
      job_id: 'root', job_type: 'createBatchPublicip', status: 'FAIL', begin_time: '2026-01-01T00:00:00Z', end_time: '2026-01-01T00:01:00Z',
      entities: { sub_jobs: Array.from({ length: 40 }, (_, i) => ({
        job_id: `part${i}`, job_type: 'createPublicip', status: i % 4 ? 'SUCCESS' : 'FAIL', begin_time: '2026-01-01T00:00:00Z', end_time: '2026-01-01T00:01:00Z',
        ...(i % 4 === 0 && { error_code: 'VPC.0503', fail_reason: 'The address pool has no address left.' }),
      })) },
    });

    // A frame of a portal; what a screen of 1366 by 768 is at 200 % and at 150 %.
    for (const [width, height, rows] of [[360, 300, 4], [600, 300, 3], [683, 384, 5], [911, 512, 7]]) {
      it(`shows the summary and ${rows} rows at ${width} by ${height}`, async () => {
        await page.setViewportSize({ width, height });
        await page.goto(`${backend.url}/embed.html?job=cn-north-4/eip/-/${documentedJob}&lang=en`);
        await reached('settled');
        await page.locator('job-tree').evaluate((it, json) => /** @type {any} */ (it).load(json), failing);
        await page.locator('job-tree .row .name', { hasText: 'Create EIP' }).nth(3).waitFor();
        await painted(page);
        const found = await seen();
        assert.deepEqual([found.above, found.scrolls], [[], false]);
        assert.ok(found.rows >= rows, `${found.rows} rows`);
        assert.deepEqual(await barriers(page), []);
      });
    }

    it('scrolls where five rows find no room at all', async () => {
      await page.setViewportSize({ width: 360, height: 120 });
      await page.goto(`${backend.url}/embed.html?job=cn-north-4/eip/-/${documentedJob}`);
      await reached('settled');
      await page.locator('job-tree').evaluate((it, json) => /** @type {any} */ (it).load(json), failing);
      await page.locator('job-tree .row').nth(4).waitFor();
      const row = await page.locator('job-tree .row').nth(4).evaluate((it) => {
        it.scrollIntoView({ block: 'nearest' });
        const { top, bottom } = it.getBoundingClientRect();
        return top > -1 && bottom < innerHeight + 1;
      });
      assert.ok(row);
    });
  });

  it('is shown by no page that the backend was not told of', async () => {
    await renewPage({}, /frame-ancestors|Refused to frame|Framing/);
    const stranger = await startSite();
    stranger.serve('/', `<!doctype html><title>stranger</title><iframe title="Job" src="${backend.url}/embed.html?job=cn-north-4/eip/-/${documentedJob}"></iframe>`);
    const refused = page.waitForEvent('console', (message) => /frame-ancestors/.test(message.text()));
    await page.goto(stranger.url);
    await refused;
    assert.equal(await page.frameLocator('iframe').locator('job-tree').count(), 0);
    stranger.close();
  });

  it('has no barriers that axe can find', async () => {
    await page.goto(`${backend.url}/embed.html?job=cn-north-4/eip/-/${documentedJob}`);
    await reached('settled');
    assert.deepEqual(await barriers(page), []);
  });

  it('asks the page around for a token, and takes one from nobody else', async () => {
    await renewPage({}, /status of 401/);
    const folder = mkdtempSync(join(tmpdir(), 'jobtree-frame-'));
    const file = join(folder, 'tokens');
    const token = (await runBackend(['token', 'portal', '--tokens-file', file])).stdout.trim();
    const guarded = await startBackend(['serve', '--demo', '--listen', '127.0.0.1:0', '--tokens-file', file, '--allow-origin', site.url]);
    try {
      site.serve('/app.js', `window.told = []; addEventListener('message', ({ data, source }) => {
        told.push(data.type);
        if (data.type === 'job-tree-token') source.postMessage({ type: 'job-tree-token', token: '${token}' }, '${guarded.url}');
      });`, JAVASCRIPT);
      site.serve('/', `<!doctype html><title>portal</title><script src="/app.js"></script>
        <iframe title="Job" width="800" height="500" src="${guarded.url}/embed.html?job=cn-north-4/eip/-/${documentedJob}"></iframe>`);
      await page.goto(site.url);
      await tree().locator('.row').first().waitFor();
      assert.deepEqual(await page.evaluate(() => [...new Set(/** @type {any} */ (window).told)].sort()),
        ['job-tree-change', 'job-tree-error', 'job-tree-settled', 'job-tree-token']);
      await page.goto(`${guarded.url}/embed.html?job=cn-north-4/eip/-/${documentedJob}`);
      await reached('denied');
      await page.evaluate((good) => postMessage({ type: 'job-tree-token', token: good }, '*'), token);
      await painted(page);
      assert.equal(await page.locator('job-tree').evaluate((it) => /** @type {any} */ (it).token), undefined);
    } finally {
      await guarded.stop();
      rmSync(folder, { recursive: true });
    }
  });
});

describe('one line of a job', () => {
  const failing = {
    job_id: documentedJob, job_type: 'createBatchPublicip', status: 'RUNNING', begin_time: new Date(Date.now() - 61_000).toISOString(),
    entities: { sub_jobs: Array.from({ length: 20 }, (_, i) => ({
      job_id: `part${i}`, job_type: 'createPublicip', status: i < 3 ? 'FAIL' : i < 17 ? 'SUCCESS' : 'RUNNING', begin_time: '2026-01-01T00:00:00Z', ...(i < 17 && { end_time: '2026-01-01T00:01:00Z' }),
      ...(i < 3 && { error_code: 'VPC.0503', fail_reason: 'The address pool <b>has no</b> address left.' }),
    })) },
  };
  const line = () => page.locator('a.strip');
  /** @param {string} query @param {unknown} [job] */
  async function show(query, job = failing) {
    await page.route(`**/jobs/${documentedJob}`, (route) => route.fulfill({ json: job }));
    await page.goto(`${backend.url}/embed.html?job=cn-north-4/eip/-/${documentedJob}&compact&${query}`);
    await page.waitForFunction(() => /** @type {any} */ (document.querySelector('job-tree'))?.job);
    await painted(page);
  }
  /** What is cut off, or wraps. */
  const overflow = () => page.evaluate(() => document.documentElement.scrollHeight > innerHeight || document.documentElement.scrollWidth > innerWidth);

  for (const [width, height, lang, theme, text] of /** @type {const} */ ([
    [640, 40, 'en', 'light', /^Create EIPs running VPC\.0503 .*<b>has no<\/b> .*17\/20 3 failed \d+m \d\ds$/i],
    [360, 40, 'zh-CN', 'dark', /^批量创建弹性公网IP\s+.*17\/20 失败 3 \d+ 分 \d\d 秒$/],
    [360, 32, 'en', 'dark', /^Create EIPs\s+.*17\/20\s+3 failed\s+\d+m \d\ds$/],
    [240, 40, 'zh-CN', 'light', /17\/20\s+失败 3\s+\d+ 分 \d\d 秒$/],
  ])) {
    it(`says status, name, progress, failures and time at ${width} by ${height}, ${lang}, ${theme}`, async () => {
      await page.setViewportSize({ width, height });
      await show(`lang=${lang}&theme=${theme}`);
      assert.match((await line().innerText()).replace(/\s+/g, ' '), text);
      assert.equal(await line().getAttribute('data-status'), 'running');
      assert.equal(await overflow(), false);
      const { height: tall = 0 } = await line().boundingBox() ?? {};
      assert.ok(tall >= 32 && tall <= 40, `${tall} pixels`);
      assert.equal(await page.locator('job-tree').isVisible(), false);
      assert.deepEqual(await barriers(page), []);
    });
  }

  it('is a link to all of the job, by the keyboard too, and goes on with the clock', async () => {
    await show('lang=en');
    assert.equal(await line().evaluate((it) => /** @type {HTMLAnchorElement} */ (it).href), `${backend.url}/?job=cn-north-4/eip/-/${documentedJob}`);
    const before = await line().locator('.time').innerText();
    await page.waitForFunction((text) => document.querySelector('.time')?.textContent !== text, before);
    await page.keyboard.press('Tab');
    const opened = page.context().waitForEvent('page');
    await page.keyboard.press('Enter');
    await (await opened).waitForURL(/\/\?job=cn-north-4\/eip\/-\//);
    assert.equal(await page.title(), 'running: Create EIPs');
  });

  it('follows the job to its end, and says what is wrong when it cannot be had', async () => {
    await renewPage({}, /status of 40[134]/);
    await show('lang=en');
    await page.unroute(`**/jobs/${documentedJob}`);
    await page.route(`**/jobs/${documentedJob}`, (route) => route.fulfill({ json: { ...failing, status: 'SUCCESS', end_time: new Date().toISOString(), entities: { sub_jobs: [] } } }));
    await page.locator('job-tree').evaluate((it) => /** @type {any} */ (it).refresh());
    await page.locator('a.strip[data-status="succeeded"]').waitFor();
    await page.route(`**/jobs/${'0'.repeat(32)}`, (route) => route.fulfill({ status: 401, json: { status: 401, code: 'jobtree.token_required' }, headers: { 'Content-Type': 'application/problem+json' } }));
    await page.goto(`${backend.url}/embed.html?job=cn-north-4/eip/-/${'0'.repeat(32)}&compact&lang=en`);
    await line().getByText('Access token required').waitFor();
    assert.equal(await line().getAttribute('data-status'), 'unknown');
    assert.deepEqual(await barriers(page), []);
  });

  it('without a job says how to name one, as the whole frame does', async () => {
    await renewPage({}, /preload/);
    await page.goto(`${backend.url}/embed.html?compact&lang=en`);
    await page.getByText('No job in this address.').waitFor();
    assert.equal(await line().count(), 0);
  });
});
