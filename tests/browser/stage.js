// What the tests of a file stand on: a backend of the demo, a web site beside it, a browser, and a page for each test.
//
// There is one of each, which the tests import by its name: Node runs every file in a process of its own.
//
// Knows: when they begin and end. Must not know: what is tested.

import { after, afterEach, before, beforeEach } from 'node:test';

import { closePage, newPage, painted } from './browser.js';
import { startStage } from './site.js';

/** @type {import('../integration/helpers.js').Backend} */
export let backend;
/** @type {import('playwright-core').Browser} */
export let browser;
/** @type {import('./site.js').Site} a web site of another origin, which the backend allows */
export let site;
/** @type {import('playwright-core').Page & {complaints: string[]}} */
export let page;

/**
 * Backend, site and browser, for all tests of the file.
 * @param {() => Promise<void>} [prepare] what is done once before the tests, when they are there
 */
export function provideStage(prepare) {
  /** @type {Awaited<ReturnType<typeof startStage>>} */
  let stage;
  before(async () => {
    stage = await startStage();
    ({ backend, browser, site } = stage);
    await prepare?.();
  });
  after(() => stage?.close());
}

/**
 * A new page for each test; what it complains of fails the test, but for what `expected` matches.
 * @param {import('playwright-core').BrowserContextOptions} [options]
 * @param {RegExp} [expected]
 */
export function providePages(options, expected) {
  beforeEach(async () => {
    page = await newPage(browser, options, expected);
  });
  afterEach(() => closePage(page));
}

/**
 * Another page in the place of the one there is.
 * @param {import('playwright-core').BrowserContextOptions} [options]
 * @param {RegExp} [expected]
 */
export async function renewPage(options, expected) {
  await closePage(page);
  page = await newPage(browser, options, expected);
}

/**
 * Waits until a job tree of the page is in a state, and is seen so.
 * @param {string} state
 * @param {string} [selector]
 */
export async function reached(state, selector = 'job-tree') {
  await page.waitForFunction(([wanted, where]) => /** @type {any} */ (document.querySelector(where))?.state === wanted,
    /** @type {const} */ ([state, selector]));
  await painted(page);
}
