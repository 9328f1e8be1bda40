// Debian's WebKitGTK: its MiniBrowser in a display that nobody sees, driven by WebKitWebDriver over HTTP.
//
// Knows: how WebKit is started and spoken to. Must not know: what is tested.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from '../../integration/helpers.js';
import { LONGEST, until } from './page.js';
import { installed, start } from './process.js';
import { webDriverPage } from './webdriver.js';

/** @param {string} url @param {string} method @param {object} [body] */
async function command(url, method, body) {
  const response = await fetch(url, {
    method, signal: AbortSignal.timeout(2 * LONGEST), ...(body && { body: JSON.stringify(body) }),
  });
  const { value } = /** @type {any} */ (await response.json());
  if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}

/** @type {import('./index.js').Open} */
export async function openWebKit() {
  const driver = installed('/usr/bin/WebKitWebDriver', 'webkit2gtk-driver');
  const screen = start(installed('/usr/bin/Xvfb', 'xvfb'),
    ['-displayfd', '3', '-screen', '0', '2000x1400x24', '-nolisten', 'tcp', '-noreset']);
  const home = mkdtempSync(join(tmpdir(), 'jobtree-webkit-'));
  /** @type {ReturnType<typeof start> | undefined} */
  let program;
  const close = async () => {
    await program?.stop();
    await screen.stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const [, display] = await screen.said(/^(\d+)$/m);
    const port = await freePort();
    program = start(driver, ['--host=127.0.0.1', `--port=${port}`], {
      DISPLAY: `:${display}`, HOME: home, XDG_RUNTIME_DIR: home, TZ: 'Asia/Shanghai', LANGUAGE: 'en_US', GDK_BACKEND: 'x11',
      NO_AT_BRIDGE: '1', LIBGL_ALWAYS_SOFTWARE: '1', WEBKIT_DISABLE_DMABUF_RENDERER: '1',
    });
    const url = `http://127.0.0.1:${port}`;
    await until(() => fetch(`${url}/status`).then(({ ok }) => ok, () => false), Boolean, 'WebKitWebDriver listens');
    const { sessionId, capabilities } = await command(`${url}/session`, 'POST', { capabilities: {} });
    const session = `${url}/session/${sessionId}`;
    return await webDriverPage((name, body = {}) => {
      if (name === 'screenshot') return command(`${session}/screenshot`, 'GET');
      if (name === 'click') return command(`${session}/element/${body.id}/click`, 'POST', {});
      return command(`${session}/${name}`, 'POST', body);
    }, `WebKitGTK ${capabilities.browserVersion}`, close);
  } catch (error) {
    await close();
    throw error;
  }
}
