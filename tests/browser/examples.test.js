// The examples of web/package/examples, as they stand there but for the address of the backend.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { runBackend, startBackend } from '../integration/helpers.js';
import { barriers, closePage, newPage } from './browser.js';
import { packInto, startSite, startStage } from './site.js';

const examples = fileURLToPath(new URL('../../web/package/examples/', import.meta.url));
const tools = fileURLToPath(new URL('../node_modules/', import.meta.url));
const WRITTEN = 'http://127.0.0.1:8080'; // the backend's address in the examples
/** @type {Record<string, string>} */
const TYPES = { html: 'text/html', js: 'text/javascript', css: 'text/css', wasm: 'application/wasm' };

/** @type {import('../integration/helpers.js').Backend} */
let backend;
/** @type {import('playwright-core').Browser} */
let browser;
/** @type {import('playwright-core').Page & {complaints: string[]}} */
let page;
/** @type {import('./site.js').Site} */
let site;
/** @type {string} */
let folder;
/** @type {Awaited<ReturnType<typeof startStage>>} */
let stage;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'jobtree-examples-'));
  stage = await startStage();
  ({ site, backend, browser } = stage);
});
after(async () => {
  await stage?.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => page && closePage(page));

/** @param {string} text */
const here = (text) => text.replaceAll(WRITTEN, backend.url);

/** @param {string} name @param {string | Uint8Array} body */
const serve = (name, body) => site.serve(name === 'index.html' ? '/' : `/${name}`,
  typeof body === 'string' ? here(body) : Buffer.from(body), { 'Content-Type': TYPES[name.split('.').at(-1) ?? ''] });

/** Builds an example with the packages that the tests have. @param {string} name */
async function build(name) {
  const { build: bundle } = await import('vite');
  const root = join(folder, name);
  cpSync(join(examples, name), root, { recursive: true });
  mkdirSync(join(root, 'node_modules'));
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const it of Object.keys(dependencies)) symlinkSync(join(tools, it), join(root, 'node_modules', it));
  const packed = packInto(join(folder, 'packed'));
  symlinkSync(packed, join(root, 'node_modules', 'job-tree'));
  const { output } = /** @type {import('vite').Rollup.RollupOutput} */ (await bundle({ root, logLevel: 'error', build: { write: false } }));
  for (const file of output) serve(file.fileName, file.type === 'chunk' ? file.code : file.source);
}

const settled = () => page.waitForFunction(() => /** @type {any} */ (document.querySelector('job-tree'))?.state === 'settled');

describe('the example of', () => {
  it('a plain page shows the job, and says in its own words that it has ended', async () => {
    for (const name of readdirSync(join(examples, 'plain'))) serve(name, readFileSync(join(examples, 'plain', name), 'utf8'));
    page = await newPage(browser);
    // Its own script comes late, by which time the job could long be known.
    await page.route('**/page.js', (route) => setTimeout(() => route.continue(), 2000));
    await page.goto(site.url);
    await settled();
    await page.getByText('Your addresses are ready.').waitFor();
    assert.equal(await page.locator('job-tree .toolbar').isVisible(), false);
    assert.deepEqual(await barriers(page), []);
  });

  it('React hears events, and shows another job when told to', async () => {
    await build('react');
    page = await newPage(browser);
    await page.goto(site.url);
    await settled();
    await page.getByText('done, settled').waitFor();
    await page.getByLabel('Job', { exact: true }).selectOption('A server');
    await page.getByText('done, live').waitFor();
    await page.getByLabel('Job', { exact: true }).selectOption('New addresses');
    await page.getByText('done, settled').waitFor();
  });

  it('Vue binds properties and hears events', async () => {
    await build('vue');
    page = await newPage(browser);
    await page.goto(site.url);
    await settled();
    await page.getByText('done, settled').waitFor();
    await page.getByLabel('Paused').check();
    await page.waitForFunction(() => document.querySelector('job-tree')?.hasAttribute('paused'));
    await page.getByLabel('Paused').uncheck();
    await page.waitForFunction(() => !document.querySelector('job-tree')?.hasAttribute('paused'));
  });

  it('an internal portal logs in, and gives the token to its pages alone', async (test) => {
    const file = join(folder, 'tokens');
    const token = (await runBackend(['token', 'portal', '--tokens-file', file])).stdout.trim();
    const portalSite = await startSite(); // for a free port
    portalSite.close();
    const guarded = await startBackend(['serve', '--demo', '--listen', '127.0.0.1:0', '--tokens-file', file, '--allow-origin', portalSite.url]);
    test.after(() => guarded.stop());
    const portal = spawn(process.execPath, [join(examples, 'portal', 'server.js')], {
      env: { ...process.env, JOBTREE_URL: guarded.url, JOBTREE_TOKEN: token, PORTAL_PASSWORD: 'open sesame', PORT: new URL(portalSite.url).port },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    test.after(() => portal.kill());
    await once(portal.stdout, 'data');
    page = await newPage(browser, {}, /favicon|status of 40[134]/);
    await page.goto(portalSite.url);
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button').click();
    await page.getByLabel('Password').fill('open sesame');
    await page.getByRole('button').click();
    await settled();
    assert.ok(!(await page.content()).includes('jt.'));
    assert.deepEqual(await barriers(page), []);
    const url = `${portalSite.url}/token`;
    const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join();
    assert.match(cookie, /^session=/);
    assert.equal(await page.evaluate(() => document.cookie), '', 'no script reads the cookie');
    assert.equal((await fetch(url, { method: 'POST', headers: { 'Sec-Fetch-Site': 'same-origin' } })).status, 403, 'no session');
    assert.equal((await fetch(url, { method: 'POST', headers: { cookie, 'Sec-Fetch-Site': 'cross-site' } })).status, 403, 'another site');
    assert.equal((await fetch(url, { headers: { cookie } })).status, 404, 'no POST');
  });
});
