// Debian's Chromium, by the same hand as in the tests for Chromium alone.
//
// Knows: Playwright. Must not know: what is tested.

import { closePage, launch, newPage } from '../browser.js';
import { FIND, until } from './page.js';

/** @type {import('./index.js').Open} */
export async function openChromium() {
  const browser = await launch();
  const page = await newPage(browser);
  /** @type {import('playwright-core').Page | import('playwright-core').Frame} */
  let inner = page;
  /** @param {string} selector */
  const find = async (selector) => {
    const handle = await until(async () => (await inner.evaluateHandle(FIND, selector)).asElement(), Boolean,
      `${selector} is there and is seen`);
    return /** @type {import('playwright-core').ElementHandle<Element>} */ (handle);
  };
  return {
    name: `Chromium ${browser.version()}`,
    goto: async (url) => {
      await page.goto(url);
    },
    reload: async () => {
      await page.reload();
    },
    back: async () => {
      await page.goBack();
    },
    evaluate: (work, ...args) => inner.evaluate(`(${work})(...${JSON.stringify(args)})`),
    click: async (selector) => (await find(selector)).click(),
    press: (chord) => page.keyboard.press(chord),
    type: (text) => page.keyboard.type(text),
    enter: async (selector) => {
      inner = (await (await find(selector)).contentFrame()) ?? page;
    },
    leave: async () => {
      inner = page;
    },
    resize: (width, height) => page.setViewportSize({ width, height }),
    screenshot: () => page.screenshot(),
    close: async () => {
      try {
        await closePage(page);
      } finally {
        await browser.close();
      }
    },
  };
}
