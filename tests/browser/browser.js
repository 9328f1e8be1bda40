// What the browser tests share: Debian's Chromium without windows, pages that note every complaint of theirs, and
// ways to look into a <job-tree>.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import { chromium } from 'playwright-core';

/**
 * @typedef {import('playwright-core').Browser} Browser
 * @typedef {import('playwright-core').Page} Page
 */

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** @returns {Promise<Browser>} */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

/**
 * A page in a context of its own. Whatever it complains of (errors, warnings, refusals by the
 * security policy) fails the test in closePage(), but for what `expected` matches.
 * @param {Browser} browser
 * @param {import('playwright-core').BrowserContextOptions} [options]
 * @param {RegExp} [expected]
 * @returns {Promise<Page & {complaints: string[]}>}
 */
export async function newPage(browser, options = {}, expected = /^$/) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 }, locale: 'en-US', timezoneId: 'Asia/Shanghai', ...options,
  });
  const page = /** @type {any} */ (await context.newPage());
  page.setDefaultTimeout(20_000);
  page.complaints = [];
  /** @param {string} text */
  const complain = (text) => {
    if (!expected.test(text)) page.complaints.push(text);
  };
  page.on('pageerror', (/** @type {Error} */ error) => complain(String(error.stack)));
  page.on('console', (/** @type {import('playwright-core').ConsoleMessage} */ message) => {
    if (['error', 'warning'].includes(message.type())) complain(`${message.text()} (${message.location().url})`);
  });
  return page;
}

/** @param {Page & {complaints: string[]}} page */
export async function closePage(page) {
  await page.context().close();
  assert.deepEqual(page.complaints, []);
}

/** Waits until what was done has reached the screen. @param {Page} page */
export function painted(page) {
  return page.evaluate(() => new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(resolve));
  }));
}

/**
 * Puts one <job-tree> with this document in the place of all that is on the page.
 * @param {Page} page
 * @param {unknown} document
 * @param {Record<string, string>} [attributes]
 */
export async function showDocument(page, document, attributes = {}) {
  await page.evaluate(([job, given]) => {
    const tree = /** @type {any} */ (window.document.createElement('job-tree'));
    for (const [name, value] of Object.entries(given)) tree.setAttribute(name, value);
    tree.style.height = '500px';
    tree.load(job);
    const main = window.document.createElement('main');
    main.append(window.document.createElement('h1'), tree);
    main.firstElementChild?.append('A page');
    window.document.body.className = '';
    window.document.body.replaceChildren(main);
  }, /** @type {const} */ ([document, attributes]));
  await page.locator('job-tree .row').first().waitFor();
  await painted(page);
}

/** Names of the mounted rows from top to bottom. @param {Page} page */
export function names(page) {
  return page.locator('job-tree:visible .row .name').allTextContents();
}

/** The name on the row that has the keyboard's focus. @param {Page} page */
export function focusedName(page) {
  return page.evaluate(() => {
    const root = document.querySelector('job-tree:not([hidden])')?.shadowRoot;
    return root?.activeElement?.querySelector('.name')?.textContent ?? null;
  });
}

/** @param {Page} page @param {string} key */
export async function press(page, key) {
  await page.keyboard.press(key);
  await painted(page);
}

/** What axe finds wrong, in a line each. @param {Page} page */
export async function barriers(page) {
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe);
  // What fades in has not its colors yet. What turns for ever has no end to wait for.
  await page.evaluate(() => Promise.all(document.getAnimations()
    .filter((it) => it.playState === 'running' && it.effect?.getComputedTiming().endTime !== Infinity).map((it) => it.finished.catch(() => {}))));
  // What is right is not asked for: gathering it takes longer than finding what is wrong.
  const found = await page.evaluate(() => /** @type {any} */ (window).axe.run({ resultTypes: ['violations'] }));
  return found.violations.map((/** @type {any} */ it) =>
    `${it.id}: ${it.help}: ${it.nodes.map((/** @type {any} */ node) => node.target.flat().join(' ')).join('; ')}`);
}
