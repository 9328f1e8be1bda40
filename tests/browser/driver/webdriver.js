// A page of a browser that speaks W3C WebDriver, by whatever way its commands travel.
//
// Knows: WebDriver's commands and their arguments. Must not know: which browser it is, or what is tested.

import { FIND, KEYS, until } from './page.js';

/** The name under which WebDriver hands out an element. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/**
 * Sends one command and gives its result.
 * @typedef {(command: 'url' | 'refresh' | 'back' | 'execute/async' | 'actions' | 'frame' | 'window/rect' | 'timeouts' |
 *   'screenshot' | 'click', body?: Record<string, unknown>) => Promise<any>} Send
 */

/**
 * @param {Send} send
 * @param {string} name what the browser says it is
 * @param {() => Promise<void>} close
 * @returns {Promise<import('./page.js').Page>}
 */
export async function webDriverPage(send, name, close) {
  /** @type {import('./page.js').Page['evaluate']} */
  const evaluate = async (work, ...args) => {
    const { value, error } = await send('execute/async', {
      script: `const done = arguments[arguments.length - 1];
        Promise.resolve().then(() => (${work})(...[...arguments].slice(0, -1)))
          .then((value) => done({ value }), (error) => done({ error: String(error) + '\\n' + error.stack }));`,
      args,
    });
    if (error) throw new Error(error);
    return value;
  };

  /** @param {string} selector @returns {Promise<any>} */
  const find = (selector) => until(() => evaluate(FIND, selector), Boolean, `${selector} is there and is seen`);

  /** @param {{ type: string, value: string }[]} actions */
  const keys = async (actions) => {
    await send('actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
  };
  /** @param {string} key */
  const stroke = (key) => [{ type: 'keyDown', value: key }, { type: 'keyUp', value: key }];

  await send('timeouts', { script: 30_000, pageLoad: 30_000 });
  return {
    name,
    evaluate,
    close,
    goto: (url) => send('url', { url }),
    reload: () => send('refresh'),
    back: () => send('back'),
    click: async (selector) => {
      await send('click', { id: (await find(selector))[ELEMENT] });
    },
    press: async (chord) => {
      const parts = chord.split('+').map((part) => KEYS[part] ?? part);
      const key = String(parts.pop());
      await keys([
        ...parts.map((value) => ({ type: 'keyDown', value })),
        ...stroke(key),
        ...parts.map((value) => ({ type: 'keyUp', value })),
      ]);
    },
    type: (text) => keys([...text].flatMap(stroke)),
    enter: async (selector) => {
      await send('frame', { id: await find(selector) });
    },
    leave: () => send('frame', { id: null }),
    resize: async (width, height) => {
      // WebDriver sets the window; what it draws around the page is not ours to know.
      await send('window/rect', { width, height });
      const inner = await evaluate(() => [innerWidth, innerHeight]);
      await send('window/rect', { width: 2 * width - inner[0], height: 2 * height - inner[1] });
    },
    screenshot: async () => Buffer.from(await send('screenshot'), 'base64'),
  };
}
