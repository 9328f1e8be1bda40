// How the dashboard loads: nothing jumps, nothing blocks, nothing is sent twice, nothing complains.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { beforeEach, describe, it } from 'node:test';

import { documentedJob, endlessJob } from '../integration/helpers.js';
import { painted } from './browser.js';
import { backend, page, providePages, provideStage, renewPage } from './stage.js';

const job = `/?job=cn-north-4/eip/-/${documentedJob}`;
const ASSETS = ['', 'dashboard.css', 'dashboard.js', 'favicon.svg', 'job-tree.js', 'job-tree.wasm'];

provideStage();
providePages();
beforeEach(async () => {
  await page.addInitScript(() => {
    const seen = /** @type {any} */ (window).seen = { shift: 0, shifted: /** @type {string[]} */ ([]) };
    new PerformanceObserver((list) => {
      for (const entry of /** @type {any[]} */ (list.getEntries())) {
        seen.shift += entry.value;
        seen.shifted.push(...entry.sources.map((/** @type {any} */ it) => it.node?.id || it.node?.className || it.node?.nodeName));
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
});

const shifts = () => page.evaluate(() => {
  const { shift, shifted } = /** @type {any} */ (window).seen;
  return { shift, shifted };
});

describe('loading', () => {
  for (const [what, path] of [
    ['the first page', '/'],
    ['a job', job],
    ['several jobs', `${job}&job=cn-north-4/ecs/-/${endlessJob}`],
  ]) {
    for (const width of [390, 1280]) {
      it(`moves nothing on ${what}, ${width} pixels wide`, async () => {
        await page.setViewportSize({ width, height: 800 });
        await page.goto(backend.url + path);
        await page.locator(path === '/' ? '#demo' : 'job-tree:visible .row').first().waitFor();
        await page.waitForFunction((count) => document.querySelectorAll('nav li [data-status="waiting"]').length === 0 &&
          document.querySelectorAll('nav li').length === count, (path.match(/job=/g) ?? []).length);
        await painted(page);
        assert.deepEqual(await shifts(), { shift: 0, shifted: [] });
      });
    }
  }

  it('moves nothing when the job is there before what the backend says of itself', async () => {
    await page.setViewportSize({ width: 1720, height: 800 }); // where there is room for how fresh the data is
    /** @type {(value?: unknown) => void} */
    let tell = () => {};
    const told = new Promise((resolve) => { tell = resolve; });
    await page.route('**/api/config', async (route) => {
      await told;
      await route.continue();
    });
    await page.goto(backend.url + job);
    await page.locator('#where').getByText('eip').waitFor();
    await page.waitForFunction(() => /** @type {any} */ (document.querySelector('job-tree'))?.state === 'settled');
    await painted(page);
    tell();
    await page.locator('#where').getByText('Elastic IP').waitFor();
    await page.locator('#confirmed').getByText('Finished').waitFor();
    await painted(page);
    assert.deepEqual(await shifts(), { shift: 0, shifted: [] });
  });

  it('moves nothing while the page itself comes in pieces', async () => {
    const document = await (await fetch(backend.url)).text();
    const end = document.indexOf('</header>');
    // A piece ends after each button of the header; the next is sent when the one before has been painted.
    const pieces = [...document.slice(0, end).split(/(?<=<\/button>)/), document.slice(end)];
    const server = createServer(async (req, res) => {
      if (req.url !== '/') {
        const file = await fetch(backend.url + req.url);
        res.writeHead(file.status, { 'Content-Type': String(file.headers.get('Content-Type')) });
        res.end(Buffer.from(await file.arrayBuffer()));
        return;
      }
      res.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
      for (const [i, piece] of pieces.entries()) {
        res.write(piece);
        await page.waitForFunction((count) => globalThis.document.querySelectorAll('header button').length === count,
          Math.min(i + 1, pieces.length - 2));
        await painted(page);
      }
      res.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      await page.setViewportSize({ width: 390, height: 800 });
      await page.goto(`http://127.0.0.1:${port}/`);
      await painted(page);
      assert.deepEqual(await shifts(), { shift: 0, shifted: [] });
      await page.goto('about:blank'); // nothing is loaded from a server that is no more
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('tries once more for an engine that did not come, and says nothing when it does then', async () => {
    await renewPage({}, /ERR_FAILED/);
    await page.addInitScript(() => {
      const seen = /** @type {any} */ (window).errors = /** @type {string[]} */ ([]);
      addEventListener('job-tree-error', ({ detail }) => seen.push(detail.state));
    });
    await page.route((url) => url.pathname === '/', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace(/<link rel="preload".*/, '') });
    });
    let tries = 0;
    await page.route('**/job-tree.wasm', (route) => (tries++ === 0 ? route.abort() : route.continue()));
    await page.goto(backend.url + job);
    await page.locator('job-tree .row').first().waitFor();
    assert.deepEqual(await page.evaluate(() => /** @type {any} */ (window).errors), []);
    assert.equal(tries, 2);
  });

  it('says that the backend has no key yet, in the words of the page, until it has one', async () => {
    let cloud = { status: 'no_key', detail: 'A sentence in English.' };
    await page.route('**/api/config', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...await response.json(), cloud } });
    });
    await page.goto(backend.url);
    const trouble = page.locator('#trouble');
    await trouble.getByText('no Huawei Cloud key yet').waitFor();
    await page.locator('#language').click();
    await trouble.getByText('还没有华为云密钥').waitFor();
    assert.doesNotMatch(await trouble.innerText(), /[a-z]/i, 'a page in Chinese has no sentence in English');
    cloud = { status: 'ready', detail: '' };
    await trouble.waitFor({ state: 'hidden' });
  });
});

describe('what is loaded', () => {
  it('is compressed beforehand, and known again by its ETag', async () => {
    for (const name of ASSETS) {
      const first = await fetch(`${backend.url}/${name}`, { headers: { 'Accept-Encoding': 'br' } });
      assert.equal(first.status, 200, name);
      assert.equal(first.headers.get('Content-Encoding'), 'br', name);
      const etag = String(first.headers.get('ETag'));
      assert.match(etag, /^"[^"]+"$/, name);
      const again = await fetch(`${backend.url}/${name}`, { headers: { 'Accept-Encoding': 'br', 'If-None-Match': etag } });
      assert.equal(again.status, 304, name);
    }
  });

  it('is what the page names and no more, and is not sent again on a reload', async () => {
    /** @type {Map<string, number>} */
    const asked = new Map();
    page.on('response', (response) => {
      const { origin, pathname } = new URL(response.url());
      if (origin === backend.url && !pathname.startsWith('/api/')) asked.set(pathname.slice(1), (asked.get(pathname.slice(1)) ?? 0) + 1);
    });
    await page.goto(backend.url + job);
    await page.locator('job-tree .row').first().waitFor();
    assert.deepEqual([...asked.keys()].filter((name) => !ASSETS.includes(name)), []);
    assert.deepEqual([...asked].filter(([, times]) => times > 1), []);
    await page.reload();
    await page.locator('job-tree .row').first().waitFor();
    const sent = await page.evaluate(() => performance.getEntriesByType('resource')
      .filter((entry) => !entry.name.includes('/api/'))
      .filter((entry) => /** @type {PerformanceResourceTiming} */ (entry).transferSize > 400)
      .map((entry) => `${entry.name} ${/** @type {PerformanceResourceTiming} */ (entry).transferSize}`));
    assert.deepEqual(sent, []);
  });

  it('holds no style or script that the policy of the page forbids', async () => {
    const html = await (await fetch(`${backend.url}/`)).text();
    assert.doesNotMatch(html, /\sstyle=|\son[a-z]+=|<style|<script(?![^>]*src=)/);
    const policy = String((await fetch(`${backend.url}/`)).headers.get('Content-Security-Policy'));
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe-inline/);
  });
});
