// <job-tree> for everybody: each of its states in light and dark, forced colours, large text, narrow
// screens, right to left; and what those hear who do not see it.

import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';

import { barriers, painted } from './browser.js';
import { backend, page, providePages, provideStage, reached, site } from './stage.js';

provideStage();
// The browser itself tells the console of answers that are no good news.
providePages({}, /Failed to load resource|ERR_|job-tree engine/);

/** @param {string} status @param {object} [more] */
const part = (status, more = {}) => ({
  job_id: `id-of-${status}`, job_type: `step${status}`, status, begin_time: '2026-01-01T00:00:00Z',
  end_time: status === 'RUNNING' || status === 'INIT' ? '' : '2026-01-01T00:01:00Z', ...more,
});
const broken = part('FAIL', { error_code: 'VPC.0504', fail_reason: 'The address is in use.' });
const parts = [broken, part('RUNNING'), part('INIT'), part('TELEPORTING'), part('CANCEL'), part('SKIPPED'), part('SUCCESS')];
/** @param {string} status @param {object[]} sub_jobs */
const job = (status, sub_jobs = parts) => ({ ...part(status, { job_type: 'createServer', job_id: 'root' }), entities: { sub_jobs } });

/** @typedef {{ status?: number, headers?: Record<string, string>, json?: unknown, body?: string } | 'nothing' | 'never'} Reply */

/** What the backend answers from now on. @param {Reply} reply */
async function answer(reply) {
  await page.unroute('**/jobs/**');
  await page.route('**/jobs/**', (route) => {
    if (reply === 'never') return undefined;
    if (reply === 'nothing') return route.abort();
    const { status = 200, headers = {}, ...content } = reply;
    return route.fulfill({ status, headers: { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': '*', ...headers }, ...content });
  });
}

const ALLOWED = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' };

/** Opens a page with one element. @param {string} attributes @param {string} [html] attributes of the root */
async function visit(attributes = 'region="cn-north-4" job-id="root"', html = 'lang="en"') {
  site.serve('/', `<!doctype html><html ${html}><head><title>portal</title><meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="stylesheet" href="/page.css"><script type="module" src="${backend.url}/job-tree.js"></script></head>
    <body><main><h1>Portal</h1><job-tree ${attributes}></job-tree></main></body></html>`, ALLOWED);
  site.serve('/page.css', ':root { color-scheme: light dark } body { margin: 0 }', { 'Content-Type': 'text/css' });
  await page.goto(site.url);
}

const refresh = () => page.locator('job-tree').evaluate((tree) => /** @type {any} */ (tree).refresh());

/** Everything there is to animate has ended. */
const still = () => page.evaluate(() => Promise.all(
  [document, document.querySelector('job-tree')?.shadowRoot].flatMap((root) => root?.getAnimations() ?? []).map((it) => it.finished.catch(() => {}))));

describe('axe finds nothing in a tree that is', () => {
  /** @type {[string, string, RegExp, () => Promise<void>][]} name, state, what is read aloud, the way there */
  const states = [
    ['empty', 'idle', /No job selected/, () => visit('')],
    ['loading', 'loading', /Loading…/, async () => { await answer('never'); await visit(); }],
    ['live', 'live', /tree "/, async () => { await answer({ json: job('RUNNING') }); await visit(); }],
    ['settled and good', 'settled', /status: succeeded, 1 of 1 done/, async () => { await answer({ json: job('SUCCESS', [part('SUCCESS')]) }); await visit(); }],
    ['settled and failed', 'settled', /VPC\.0504/, async () => { await answer({ json: job('FAIL') }); await visit(); }],
    ['stale', 'stale', /No update for/, async () => {
      await answer({ json: job('RUNNING') });
      await visit();
      await reached('live');
      await answer('nothing');
      await refresh();
    }],
    ['unreachable', 'unreachable', /No response/, async () => { await answer('nothing'); await visit(); }],
    ['offline', 'offline', /offline/, async () => {
      await answer({ json: job('RUNNING') });
      await visit();
      await reached('live');
      await answer('nothing');
      await page.context().setOffline(true);
    }],
    ['paused', 'paused', /Paused/, async () => {
      await answer({ json: job('RUNNING') });
      await visit();
      await reached('live');
      await page.locator('job-tree').evaluate((tree) => tree.toggleAttribute('paused', true));
    }],
    ['denied', 'denied', /refused/i, async () => { await answer({ status: 403, json: {} }); await visit(); }],
    ['waited for', 'waiting', /Job not found yet/, async () => { await answer({ status: 404, json: {} }); await visit(); }],
    ['not found', 'not_found', /region/, async () => { await answer({ status: 404, json: { code: 'jobtree.unknown_region' } }); await visit(); }],
    ['throttled', 'throttled', /retrying in/, async () => { await answer({ status: 429, headers: { 'Retry-After': '60' }, json: {} }); await visit(); }],
    ['not understood', 'not_understood', /not JSON/, async () => { await answer({ body: '{"job_id": "tr' }); await visit(); }],
    ['broken', 'broken', /Couldn't load/, async () => {
      await page.route('**/job-tree.wasm', (route) => route.fulfill({ status: 404, headers: ALLOWED }));
      await visit();
    }],
  ];
  for (const [name, state, heard, go] of states) {
    it(name, async () => {
      await go();
      await reached(state);
      await still();
      assert.match(await page.locator('main').ariaSnapshot(), heard);
      for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
        await page.emulateMedia({ colorScheme });
        assert.deepEqual(await barriers(page), [], colorScheme);
      }
    });
  }
});

describe('those who listen', () => {
  /** Chromium's accessibility tree of the page. */
  async function listen() {
    const session = await page.context().newCDPSession(page);
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    /** @param {any} node */
    const plain = (node) => /** @type {Record<string, any>} */ ({
      role: node.role?.value,
      name: node.name?.value,
      value: node.value?.value,
      ...Object.fromEntries((node.properties ?? []).map((/** @type {any} */ it) => [it.name, it.value.value])),
    });
    return nodes.filter((node) => !node.ignored).map(plain);
  }

  it('hear a tree of named items with their level, place, and whether they are open and selected', async () => {
    await answer({ json: job('RUNNING') });
    await visit();
    await reached('live');
    await page.locator('job-tree .row').nth(1).click();
    await painted(page);
    const nodes = await listen();
    const trees = nodes.filter((node) => node.role === 'tree');
    assert.deepEqual(trees.map(({ name }) => name), ['Job and sub-jobs']);
    const items = nodes.filter((node) => node.role === 'treeitem');
    assert.equal(items.length, 8);
    assert.match(items[0].name, /^Create server, running/i);
    assert.match(items[1].name, /^stepFAIL, failed.*VPC\.0504/i);
    assert.deepEqual([items[0].level, items[0].expanded, items[0].selected], [1, true, false]);
    assert.deepEqual([items[1].level, items[1].expanded, items[1].selected], [2, undefined, true]);
    const places = await page.locator('job-tree .row').evaluateAll((rows) => rows.map((row) => `${row.ariaPosInSet}/${row.ariaSetSize}`));
    assert.deepEqual(places, ['1/1', ...Array.from({ length: 7 }, (_, i) => `${i + 1}/7`)]);
    const shown = nodes.filter((node) => node.role !== 'InlineTextBox');
    assert.ok(shown.some((node) => node.role === 'group' && node.name === 'Details of the selected job'));
    assert.ok(shown.some((node) => node.role === 'progressbar' && node.value === 4 && node.valuemax === 7));
    for (const button of shown.filter((node) => node.role === 'button')) assert.ok(button.name, 'each button has a name');
  });

  it('hear of a change once, and of no row', async () => {
    await answer({ json: job('RUNNING', [part('RUNNING')]) });
    await visit();
    await reached('live');
    await page.evaluate(() => {
      const heard = /** @type {string[]} */ (/** @type {any} */ (window).heard = []);
      const root = /** @type {ShadowRoot} */ (document.querySelector('job-tree')?.shadowRoot);
      const live = root.querySelectorAll('[role="status"], [aria-live]');
      if (live.length !== 1) heard.push(`${live.length} live regions`);
      new MutationObserver(() => heard.push(live[0].textContent ?? '')).observe(live[0], { childList: true, characterData: true, subtree: true });
    });
    await answer({ json: job('FAIL', [broken]) });
    await refresh();
    await reached('settled');
    await page.waitForFunction(() => /** @type {any} */ (window).heard.length > 0);
    const heard = await page.evaluate(() => /** @type {any} */ (window).heard);
    assert.equal(heard.length, 1);
    assert.match(heard[0], /failed/i);
  });
});

describe('a tree that is looked at in another way', () => {
  /** Nothing of the page or the tree is cut off at the side. */
  const overflows = () => page.evaluate(() => {
    const root = /** @type {ShadowRoot} */ (document.querySelector('job-tree')?.shadowRoot);
    const tooWide = [...root.querySelectorAll('.base, .summary, .tree, .detail')]
      .filter((it) => it.scrollWidth > it.clientWidth + 1).map((it) => it.className);
    return document.documentElement.scrollWidth > innerWidth ? ['page', ...tooWide] : tooWide;
  });

  beforeEach(async () => {
    await answer({ json: job('FAIL') });
  });

  it('fits 320 pixels, with its detail too', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    await visit();
    await reached('settled');
    assert.deepEqual(await overflows(), []);
    await page.locator('job-tree .row').nth(1).click();
    await page.locator('job-tree .detail').waitFor();
    assert.deepEqual(await overflows(), []);
    await still();
    assert.deepEqual(await barriers(page), []);
  });

  it('grows with text of twice the size, and loses nothing', async () => {
    await page.setViewportSize({ width: 640, height: 512 });
    await visit();
    await reached('settled');
    const size = () => page.locator('job-tree h2').evaluate((it) => parseFloat(getComputedStyle(it).fontSize));
    const before = await size();
    await page.locator('job-tree').evaluate((tree) => tree.style.setProperty('--job-tree-font-size', '28px'));
    await painted(page);
    assert.equal(await size(), 2 * before);
    assert.deepEqual(await overflows(), []);
    assert.ok(await page.locator('job-tree .row').first().evaluate((row) => row.scrollHeight <= row.clientHeight + 1));
    assert.deepEqual(await barriers(page), []);
  });

  it('reads from right to left where the page does', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' }); // signs turn at once
    await visit('region="cn-north-4" job-id="root"', 'lang="ar" dir="rtl"');
    await reached('settled');
    const [toggle, name, tree] = await Promise.all(['.toggle', '.row .name', '.tree'].map((it) => page.locator(`job-tree ${it}`).first().boundingBox()));
    assert.ok(toggle && name && tree && toggle.x > name.x, 'the toggle is at the right of the name');
    assert.ok(toggle.x > tree.x + tree.width / 2);
    // The sign of a branch: where its middle is, from the middle between its ends.
    const sign = () => page.locator('job-tree .toggle path').first().evaluate((/** @type {SVGPathElement} */ path) => {
      const length = path.getTotalLength();
      const [from, middle, to] = [0, length / 2, length]
        .map((at) => path.getPointAtLength(at).matrixTransform(path.getScreenCTM() ?? undefined));
      const [x, y] = [middle.x - (from.x + to.x) / 2, middle.y - (from.y + to.y) / 2];
      return Math.abs(x) > Math.abs(y) ? (x > 0 ? 'right' : 'left') : y > 0 ? 'down' : 'up';
    });
    assert.equal(await sign(), 'down', 'the branch is open');
    await page.locator('job-tree .toggle').first().click();
    await painted(page);
    assert.equal(await sign(), 'left', 'it is closed, and opens to where the text runs');
    assert.deepEqual(await overflows(), []);
    assert.deepEqual(await barriers(page), []);
  });

  it('tells statuses by shape and word where colours are forced, and shows what is selected', async () => {
    await page.emulateMedia({ forcedColors: 'active' });
    await visit();
    await reached('settled');
    const rows = page.locator('job-tree .row');
    const shapes = await rows.locator('.icon path').evaluateAll((paths) => paths.slice(1).map((path) => path.getAttribute('d')));
    assert.equal(new Set(shapes).size, parts.length, 'a shape each');
    await rows.nth(1).click();
    await painted(page);
    assert.notEqual(await rows.nth(1).evaluate((row) => getComputedStyle(row).outlineStyle), 'none');
    assert.deepEqual(await barriers(page), []);
  });

  it('moves nothing for those who asked for that', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await answer({ json: job('RUNNING') });
    await visit();
    await reached('live');
    await answer({ json: job('FAIL') });
    await refresh();
    await reached('settled');
    assert.equal(await page.evaluate(() => document.querySelector('job-tree')?.shadowRoot?.getAnimations().length), 0);
  });

  it('names the time zone, in Chinese too', async () => {
    await visit('region="cn-north-4" job-id="root" lang="zh-CN" time-zone="Asia/Tokyo"');
    await reached('settled');
    assert.match(await page.locator('job-tree .times').innerText(), /2026-01-01 09:00:00 \(GMT\+09:00\)/);
    const head = page.locator('job-tree .columns .time');
    assert.equal(await head.innerText(), '开始时间 GMT+09:00');
    assert.ok(await head.evaluate((it) => it.scrollWidth <= it.clientWidth), 'the head is as narrow as its column');
    assert.match(await page.locator('main').ariaSnapshot(), /tree "任务及子任务"/);
    assert.deepEqual(await barriers(page), []);
  });
});
