// Debian's Firefox. It speaks Marionette, which is WebDriver's commands as JSON over a socket, so that no
// further program is needed in between.
//
// Knows: how Firefox is started and spoken to. Must not know: what is tested.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { until } from './page.js';
import { installed, start } from './process.js';
import { webDriverPage } from './webdriver.js';

const PREFERENCES = {
  'marionette.port': 0, // any that is free
  'intl.accept_languages': 'en-US',
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
};

/** What Marionette calls the commands. @type {Record<string, string>} */
const NAMES = {
  url: 'Navigate', refresh: 'Refresh', back: 'Back', 'execute/async': 'ExecuteAsyncScript', actions: 'PerformActions',
  frame: 'SwitchToFrame', 'window/rect': 'SetWindowRect', timeouts: 'SetTimeouts', screenshot: 'TakeScreenshot',
  click: 'ElementClick',
};

/**
 * Marionette's messages: each is its length, a colon, and JSON.
 * @param {net.Socket} socket
 */
function messages(socket) {
  let next = 0;
  let bytes = Buffer.alloc(0);
  /** @type {Map<number, { resolve: (result: any) => void, reject: (error: Error) => void }>} */
  const open = new Map();
  socket.on('data', (piece) => {
    bytes = Buffer.concat([bytes, piece]);
    for (;;) {
      const colon = bytes.indexOf(':');
      const size = Number(bytes.subarray(0, colon));
      if (colon < 0 || bytes.length < colon + 1 + size) return;
      const message = JSON.parse(bytes.toString('utf8', colon + 1, colon + 1 + size));
      bytes = bytes.subarray(colon + 1 + size);
      if (!Array.isArray(message)) continue; // the greeting
      const [, id, error, result] = message;
      const command = open.get(id);
      open.delete(id);
      if (error) command?.reject(new Error(`${error.error}: ${error.message}`));
      else command?.resolve(result);
    }
  });
  const fail = () => open.forEach(({ reject }) => reject(new Error('Firefox has closed the connection')));
  socket.on('close', fail).on('error', fail);
  /** @param {string} name @param {object} [body] @returns {Promise<any>} */
  return (name, body = {}) => new Promise((resolve, reject) => {
    const id = next++;
    open.set(id, { resolve, reject });
    const text = JSON.stringify([0, id, `WebDriver:${name}`, body]);
    socket.write(`${Buffer.byteLength(text)}:${text}`);
  });
}

/** @type {import('./index.js').Open} */
export async function openFirefox() {
  const program = installed('/usr/bin/firefox-esr', 'firefox-esr');
  const profile = mkdtempSync(join(tmpdir(), 'jobtree-firefox-'));
  writeFileSync(join(profile, 'user.js'), Object.entries(PREFERENCES)
    .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`).join(''));
  const browser = start(program, ['--headless', '--marionette', '--no-remote', '--profile', profile, 'about:blank'],
    { HOME: profile, TZ: 'Asia/Shanghai', MOZ_CRASHREPORTER_DISABLE: '1' });
  /** @type {net.Socket | undefined} */
  let socket;
  const close = async () => {
    socket?.destroy();
    await browser.stop();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const port = await until(async () => {
      try {
        return Number(readFileSync(join(profile, 'MarionetteActivePort'), 'utf8'));
      } catch {
        return 0;
      }
    }, Boolean, 'Firefox listens');
    socket = net.connect(port, '127.0.0.1');
    const command = messages(socket);
    const { capabilities } = await command('NewSession', {});
    return await webDriverPage(async (name, body = {}) => {
      // Marionette takes the element of a frame by its bare name, and wraps most results once more.
      const arguments_ = name === 'frame' && body.id ? { element: Object.values(/** @type {object} */ (body.id))[0] } : body;
      const result = await command(NAMES[name], arguments_);
      return result && 'value' in result ? result.value : result;
    }, `Firefox ${capabilities.browserVersion}`, close);
  } catch (error) {
    await close();
    throw error;
  }
}
