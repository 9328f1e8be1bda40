// A backend that wants a token, as a person at its dashboard and a portal of another origin meet it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';

import { documentedJob, runBackend, startBackend } from '../integration/helpers.js';
import { barriers, closePage, launch, newPage } from './browser.js';

const JOB = `/?job=cn-north-4/eip/-/${documentedJob}`;

/** @type {import('../integration/helpers.js').Backend} */
let backend;
/** @type {import('playwright-core').Browser} */
let browser;
/** @type {import('playwright-core').Page & {complaints: string[]}} */
let page;
/** @type {http.Server} another origin's page */
let portal;
/** @type {string} */
let portalUrl;
/** @type {string} */
let token;
const folder = mkdtempSync(join(tmpdir(), 'jobtree-door-'));

before(async () => {
  const file = join(folder, 'tokens');
  token = (await runBackend(['token', 'portal', '--tokens-file', file])).stdout.trim();
  portal = http.createServer((_, answer) =>
    answer.setHeader('Content-Type', 'text/html').end('<!doctype html><title>portal</title><main></main>'));
  portal.listen(0, '127.0.0.1');
  await once(portal, 'listening');
  portalUrl = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (portal.address()).port}`;
  [backend, browser] = await Promise.all([
    startBackend(['serve', '--demo', '--listen', '127.0.0.1:0', '--tokens-file', file, '--allow-origin', portalUrl]),
    launch(),
  ]);
});
after(async () => {
  await browser.close();
  await backend.stop();
  portal.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => closePage(page));

/** @param {string} state */
const reached = (state) => page.waitForFunction(
  (wanted) => /** @type {any} */ (document.querySelector('job-tree'))?.state === wanted, state, { timeout: 20_000 });

/** Puts a <job-tree> into the portal's page. @param {string} setUp statements about `tree` and `given` */
async function embed(setUp) {
  await page.goto(portalUrl);
  await page.evaluate(async ([url, id, good, statements]) => {
    const tree = /** @type {any} */ (document.createElement('job-tree'));
    Object.assign(tree, { calls: 0 });
    new Function('tree', 'given', statements)(tree, good);
    tree.setAttribute('region', 'cn-north-4');
    tree.setAttribute('job-id', id);
    document.querySelector('main')?.append(tree);
    await import(`${url}/job-tree.js`);
  }, /** @type {const} */ ([backend.url, documentedJob, token, setUp]));
}

describe('the dashboard of a backend that wants a token', () => {
  it('asks for one, says when it is not taken, and keeps it for the tab', async () => {
    page = await newPage(browser, {}, /status of 401/);
    await page.goto(backend.url + JOB);
    await reached('denied');
    const field = page.locator('#token');
    await field.waitFor();
    assert.match(await page.locator('job-tree .state').innerText(), /Access token required/);
    assert.deepEqual(await barriers(page), []);
    await field.fill('jt.wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForFunction(() => document.querySelector('job-tree')?.shadowRoot?.textContent?.includes('Invalid access token'));
    await field.waitFor();
    await field.fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await reached('settled');
    await field.waitFor({ state: 'hidden' });
    assert.ok(!page.url().includes(token));
    await page.reload();
    await reached('settled');
    assert.equal(await field.isVisible(), false);
  });

  it('keeps it for the page, where the browser forbids to store anything', async () => {
    page = await newPage(browser, {}, /status of 401/);
    await page.addInitScript(() => {
      Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError'); } });
    });
    await page.goto(backend.url);
    await page.locator('#token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('#token').waitFor({ state: 'hidden' });
    await page.locator('#job').fill(documentedJob);
    await page.locator('#job').press('Enter');
    await reached('settled');
  });
});

describe('an element in a portal of an allowed origin', () => {
  it('shows a job with the token it was given before its script came', async () => {
    page = await newPage(browser);
    await embed('tree.token = given');
    await reached('settled');
  });

  it('asks the portal for a token, and once more when it is not taken', async () => {
    page = await newPage(browser, {}, /status of 401/);
    await embed('tree.token = "jt.old"; tree.tokenProvider = async () => { tree.calls += 1; return given; }');
    await reached('settled');
    assert.equal(await page.evaluate(() => /** @type {any} */ (document.querySelector('job-tree')).calls), 1);
  });

  it('says that its token is not taken, and asks again with the next', async () => {
    page = await newPage(browser, {}, /status of 401/);
    await embed('tree.token = "jt.old"');
    await reached('denied');
    await page.evaluate((good) => {
      /** @type {any} */ (document.querySelector('job-tree')).token = good;
    }, token);
    await reached('settled');
  });
});
