// What a page can set and read of a tree: what is filtered, sorted and selected, and the job as data.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { until } from '../integration/helpers.js';
import { names, painted } from './browser.js';
import { strictPolicy } from './site.js';
import { backend, page, providePages, provideStage, renewPage, site } from './stage.js';

provideStage();
providePages();

/** @param {string} name @param {string} status @param {object} [more] */
const part = (name, status, more = {}) => ({
  job_id: `id-${name}`, job_type: name, status, begin_time: '2026-01-01T00:00:00Z',
  end_time: status === 'RUNNING' ? '' : '2026-01-01T00:01:00Z', ...more,
});
const failed = (/** @type {string} */ name, /** @type {string} */ code) =>
  part(name, 'FAIL', { error_code: code, fail_reason: 'It broke.' });
const JOB = part('batch', 'RUNNING', { entities: { sub_jobs: [
  part('alpha', 'SUCCESS'), failed('beta', 'X.1'), failed('gamma', 'X.2'), failed('delta', 'X.1'), part('epsilon', 'RUNNING'),
] } });

/**
 * Opens a page with one element, which is told of its events and shows JOB.
 * @param {string} attributes
 * @param {object | null} [document_]
 */
async function show(attributes, document_ = JOB) {
  site.serve('/', `<!doctype html><html lang="en"><head><title>portal</title>
    <script type="module" src="${backend.url}/job-tree.js"></script></head>
    <body><main><h1>Portal</h1><job-tree ${attributes}></job-tree></main></body></html>`,
  { 'Content-Security-Policy': strictPolicy(backend.url) });
  await page.goto(site.url);
  await page.evaluate(async (job) => {
    await customElements.whenDefined('job-tree');
    const told = /** @type {unknown[]} */ (/** @type {any} */ (window).told = []);
    addEventListener('job-tree-view', ({ detail }) => told.push(detail));
    if (job) /** @type {any} */ (document.querySelector('job-tree')).load(job);
  }, document_);
  if (document_) await page.locator('job-tree .row').first().waitFor();
  await painted(page);
}

/** An attribute of the element. @param {string} name */
const attribute = (name) => page.locator('job-tree').getAttribute(name);
/** @param {string} name @param {string | null} value */
const reaches = (name, value) => until(() => attribute(name), (is) => is === value);
/** @param {string[]} wanted */
const shows = (wanted) => until(() => names(page), (are) => String(are) === String(wanted));
/** @param {string} name @param {unknown} value */
const set = (name, value) => page.locator('job-tree').evaluate((tree, [key, to]) => {
  /** @type {any} */ (tree)[key] = to;
}, /** @type {const} */ ([name, value]));
const told = () => page.evaluate(() => /** @type {any} */ (window).told);

describe('what is filtered, sorted and selected', () => {
  it('begins as the attributes say', async () => {
    await show('filter="status:failed X.1" sort="failed_first" selected="id-delta"');
    await shows(['batch', 'beta', 'delta']);
    assert.equal(await page.locator('job-tree input').inputValue(), 'X.1');
    assert.equal(await page.locator('job-tree .chip[data-status="failed"]').getAttribute('aria-pressed'), 'true');
    assert.equal(await page.locator('job-tree [data-choice="sort"]').evaluate((it) => /** @type {HTMLSelectElement} */ (it).selectedIndex), 1);
    assert.equal(await page.locator('job-tree .detail h3').innerText(), 'delta');
    assert.deepEqual(await told(), [], 'a page is not told what it has said itself');
    assert.equal(await page.evaluate(() => document.activeElement?.localName), 'body', 'and nobody loses the focus');
  });

  it('follows what a page sets later', async () => {
    await show('');
    await set('filter', 'X.2');
    await shows(['batch', 'gamma']);
    await set('filter', 'status:succeeded,running');
    await shows(['batch', 'alpha', 'epsilon']);
    await set('filter', null);
    await set('sort', 'failed_first');
    await shows(['batch', 'beta', 'gamma', 'delta', 'epsilon', 'alpha']);
    await set('selected', 'id-beta');
    await page.locator('job-tree .detail').waitFor();
    await set('selected', null);
    await page.locator('job-tree .detail').waitFor({ state: 'hidden' });
  });

  it('stands in the attributes when the user chooses, and the page hears of it', async () => {
    await show('');
    await page.locator('job-tree .chip[data-status="failed"]').click();
    await reaches('filter', 'status:failed');
    await page.locator('job-tree input').pressSequentially(' X.1');
    await reaches('filter', 'status:failed  X.1');
    assert.equal(await page.locator('job-tree input').inputValue(), ' X.1', 'nothing is taken from who types');
    await page.locator('job-tree [data-choice="sort"]').selectOption({ index: 2 });
    await reaches('sort', 'longest_first');
    await page.locator('job-tree .row .name', { hasText: 'delta' }).click();
    await reaches('selected', 'id-delta');
    assert.deepEqual((await told()).at(-1), { filter: 'status:failed  X.1', sort: 'longest_first', selected: 'id-delta' });
    await page.locator('job-tree .found button').click();
    await reaches('filter', null);
    await page.locator('job-tree [data-choice="sort"]').selectOption({ index: 0 });
    await reaches('sort', null);
    await page.locator('job-tree .detail [data-do="close"]').click();
    await reaches('selected', null);
  });

  it('stays when the element begins anew, and goes with the job it was of', async () => {
    await renewPage({}, /status of 404/); // the backend has no such jobs
    await show('region="cn-north-4" job-id="one" filter="X"', null);
    await page.locator('job-tree').evaluate((tree, job) => /** @type {any} */ (tree).load(job), JOB);
    await shows(['batch', 'beta', 'gamma', 'delta']);
    await page.locator('job-tree .row .name', { hasText: 'gamma' }).click();
    await reaches('selected', 'id-gamma');
    await page.locator('job-tree').evaluate((tree, job) => /** @type {any} */ (tree).load(job), { ...JOB, status: 'FAIL' });
    await page.waitForFunction(() => /** @type {any} */ (document.querySelector('job-tree')).job?.status === 'failed');
    await page.locator('job-tree .detail h3', { hasText: 'gamma' }).waitFor();
    await shows(['batch', 'beta', 'gamma', 'delta']);
    await set('jobId', 'two');
    await reaches('selected', null);
    assert.equal(await attribute('filter'), 'X');
  });
});

describe('a job as data', () => {
  it('says how many stand how, and what failed by error', async () => {
    await show('');
    const [data, groups, notice] = await page.locator('job-tree').evaluate((tree) => {
      const it = /** @type {any} */ (tree);
      return [it.job, it.groups, it.notice];
    });
    assert.deepEqual([data.type, data.statusSent, data.hasEnded, data.total, data.failures],
      ['batch', 'RUNNING', false, 5, 'X.1 × 2, X.2 × 1']);
    assert.deepEqual(data.counts, { waiting: 0, running: 1, succeeded: 1, failed: 3, cancelled: 0, skipped: 0, unknown: 0 });
    const [first, second] = /** @type {any[]} */ (groups);
    assert.deepEqual([first.code, first.reason, first.count, first.first], ['X.1', 'It broke.', 2, { id: 'id-beta', name: 'beta' }]);
    assert.deepEqual([second.code, second.reason, second.count, second.first], ['X.2', 'It broke.', 1, { id: 'id-gamma', name: 'gamma' }]);
    assert.match(first.filter, /^error:X\.1~[0-9a-f]{8}$/);
    assert.deepEqual([first.firstAt, first.lastAt, first.facets], [new Date('2026-01-01T00:01:00Z'), new Date('2026-01-01T00:01:00Z'), []]);
    assert.equal(notice.isLost, false);
  });

  it('is none before there is one', async () => {
    await show('', null);
    assert.deepEqual(await page.locator('job-tree').evaluate((tree) => {
      const { job, groups, notice, state } = /** @type {any} */ (tree);
      return [job, groups, notice, state];
    }), [null, [], { message: '', hint: '', severity: 'none', isLost: false }, 'idle']);
  });

  it('is lost, with the reason in words, where there is no engine', async () => {
    await renewPage({}, /status of 404|job-tree engine missing/);
    await show('', null);
    const heard = await page.evaluate(() => new Promise((resolve) => {
      addEventListener('job-tree-error', ({ detail }) => resolve(detail));
      const tree = /** @type {any} */ (document.querySelector('job-tree'));
      tree.constructor.wasm = new URL('/nowhere.wasm', tree.backend).href;
      tree.load({ job_id: 'r', status: 'SUCCESS' });
    }));
    assert.deepEqual(heard, { state: 'broken', message: "Couldn't load the job tree.", hint: '' });
    assert.deepEqual(await page.locator('job-tree').evaluate((tree) => /** @type {any} */ (tree).notice.isLost), true);
  });
});
