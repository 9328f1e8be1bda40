// Many viewers in one process, as cheap as they come: bare sockets, connected before anything is measured,
// one request made ready for all, one buffer to read into, and a look at the clock at the first byte. What an
// answer says is looked at when all are in.

import net from 'node:net';

const AT_ONCE = 100;  // connecting: a server's queue need not be long
const shared = Buffer.alloc(65_536);

/** @typedef {{socket: net.Socket, at: number, text: string}} Viewer */

/** @param {number} port @returns {Promise<Viewer>} */
const connectOne = (port) => new Promise((resolve, reject) => {
  const viewer = { at: 0, text: '', socket: net.connect({
    port, host: '127.0.0.1', noDelay: true,
    onread: {
      buffer: shared,
      callback: (/** @type {number} */ length) => {
        if (viewer.at === 0) viewer.at = performance.now();
        viewer.text += shared.toString('latin1', 0, length);
        return true;
      },
    },
  }) };
  viewer.socket.on('connect', () => resolve(viewer)).on('error', reject);
});

/** @param {number} port @param {number} count */
export async function connectViewers(port, count) {
  /** @type {Viewer[]} */
  const viewers = [];
  while (viewers.length < count) {
    const some = Math.min(AT_ONCE, count - viewers.length);
    viewers.push(...(await Promise.all(Array.from({ length: some }, () => connectOne(port)))));
  }
  return viewers;
}

/** @param {Viewer[]} viewers */
export const disconnect = (viewers) => viewers.forEach(({ socket }) => socket.destroy());

/** @param {number} port @param {string} path @param {string} [headers] lines that end in CRLF */
export const requestOf = (port, path, headers = '') =>
  Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${headers}\r\n`);

/** All ask at once. @param {Viewer[]} viewers @param {Buffer} bytes */
export function askAll(viewers, bytes) {
  for (const viewer of viewers) {
    viewer.at = 0;
    viewer.text = '';
  }
  viewers.forEach(({ socket }) => socket.write(bytes));
}

/** Of what an answer brought. @param {string} text */
function isWhole(text) {
  const end = text.indexOf('\r\n\r\n');
  return end !== -1 && text.length >= end + 4 + Number(/^content-length: *(\d+)/im.exec(text.slice(0, end))?.[1] ?? 0);
}

/**
 * Waits for everybody's answer; the times of their first bytes.
 * @param {Viewer[]} viewers
 * @param {RegExp} expected what every answer must look like
 * @param {number} [withinMs]
 */
export async function answersOf(viewers, expected, withinMs = 20_000) {
  const deadline = performance.now() + withinMs;
  while (!viewers.every(({ at, text }) => at > 0 && isWhole(text))) {
    if (performance.now() > deadline) {
      const without = viewers.filter(({ at }) => at === 0).length;
      throw new Error(`${without} of ${viewers.length} had no answer in ${withinMs} ms`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const other = viewers.filter(({ text }) => !expected.test(text));
  if (other.length > 0) throw new Error(`${other.length} of ${viewers.length} had another answer:\n${other[0].text}`);
  return viewers.map(({ at }) => at);
}
