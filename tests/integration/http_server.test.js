// The port of the real binary before clients that are not polite: forged heads, slow ones, many.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, describe, test } from 'node:test';

import { forgedHeads } from './forged_heads.js';
import { documentedJob, request, startBackend, until } from './helpers.js';

/** @type {import('./helpers.js').Backend} */
let demo;
/** @type {number} */
let port;
before(async () => {
  demo = await startBackend(['--demo', '--listen', '127.0.0.1:0', '--log-level', 'debug']);
  port = Number(new URL(demo.url).port);
});
after(async () => {
  assert.equal(await demo.stop(), 0);
});

const host = () => `Host: 127.0.0.1:${port}\r\n`;
const good = (/** @type {string} */ path) => `GET ${path} HTTP/1.1\r\n${host()}\r\n`;

/** A connection that keeps what it receives. */
async function open() {
  const socket = net.connect(port, '127.0.0.1');
  const state = { socket, received: '', closed: false };
  socket.on('data', (bytes) => (state.received += bytes.toString('latin1')));
  socket.on('error', () => {});
  socket.on('close', () => (state.closed = true));
  await once(socket, 'connect');
  return state;
}

/** All that comes back for these bytes, until the server closes; `later` is sent once an answer has
 * begun. @param {string} bytes */
async function exchange(bytes, later = '') {
  const connection = await open();
  connection.socket.write(Buffer.from(bytes, 'latin1'));
  if (later) {
    await until(async () => connection.received, (received) => received !== '', { everyMs: 2 });
    connection.socket.write(Buffer.from(later, 'latin1'));
  }
  await until(async () => connection.closed, (closed) => closed);
  return connection.received;
}

/** @param {string} text an answer */
function parse(text) {
  const [head, body] = text.split('\r\n\r\n');
  const [first, ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );
  return { status: Number(first.split(' ')[1]), headers, body };
}

const countOf = (/** @type {string} */ text, /** @type {string} */ part) => text.split(part).length - 1;

describe('Forged heads', () => {
  // The host's port is known when the server has started.
  const heads = () => forgedHeads(`127.0.0.1:${port}`, good('/smuggled'));
  forgedHeads('host', '').forEach(([name, status], number) => {
    test(`${name}: ${status}, in words, and the connection is over`, async () => {
      const bytes = heads()[number][2];
      // What follows may come along, or in a segment of its own, as bodies do.
      const received = await exchange(bytes + good('/smuggled'));
      assert.equal(countOf(received, 'HTTP/1.1 '), 1, received);
      const apart = await exchange(bytes, good('/smuggled'));
      assert.equal(countOf(apart, 'HTTP/1.1 '), 1, apart);
      assert.equal(parse(apart).status, status);
      const { status: got, headers, body } = parse(received);
      assert.equal(got, status, received);
      assert.equal(headers.connection, 'close');
      assert.equal(headers['content-type'], 'application/problem+json; charset=utf-8');
      assert.match(headers['content-security-policy'], /^default-src 'none'/);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      // A HEAD is told by the head alone.
      const told = bytes.startsWith('HEAD ') ? {} : JSON.parse(body);
      assert.equal(told.status ?? status, status);
      assert.equal(told.request_id ?? headers['x-request-id'], headers['x-request-id']);
      assert.doesNotMatch(received, /evil/i);
    });
  });

  test('None of them reached a route, and each is in the log', async () => {
    await until(async () => countOf(demo.log(), 'request not served'), (count) => count === 2 * heads().length);
    assert.doesNotMatch(demo.log(), /smuggled|evil/i);
  });

  test('A body that nobody announced is not a body, and no request either', async () => {
    const received = await exchange(`POST /api/demo/batches HTTP/1.1\r\n${host()}Content-Type: application/json\r\n\r\n{"count":1}${good('/smuggled')}`);
    const statuses = [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
    assert.deepEqual(statuses, [400, 400]);
    assert.doesNotMatch(demo.log(), /smuggled/);
  });

  test('A long path costs no stack', async () => {
    const received = await exchange(good(`/${'a-'.repeat(500)}`).replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
    assert.equal(parse(received).status, 404);
  });

  test('What is only unusual is served', async () => {
    const unusual = [
      'Upgrade: h2c\r\nConnection: Upgrade\r\n', 'REMOTE_ADDR: 10.0.0.1\r\n', 'Cookie: a=%0A\r\n',
      'Referer: http://127.0.0.1/?note=%0A\r\n', 'X: \xe4\r\n',
    ];
    for (const text of unusual) {
      const connection = await open();
      connection.socket.write(Buffer.from(`GET /healthz HTTP/1.1\r\n${host()}${text}\r\n`, 'latin1'));
      await until(async () => connection.received, (received) => received.includes('"ok"'));
      assert.equal(parse(connection.received).status, 200);
      connection.socket.destroy();
    }
    const old = await exchange(`GET /healthz HTTP/1.0\r\n${host()}\r\n`);
    assert.equal(parse(old).status, 200);
  });
});

test('Requests that are sent without waiting are answered in their order', async () => {
  const connection = await open();
  connection.socket.write(good('/healthz') + good('/nothing') + good('/readyz') + good('/healthz'));
  await until(async () => countOf(connection.received, 'HTTP/1.1 '), (count) => count === 4);
  const statuses = [...connection.received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
  assert.deepEqual(statuses, [200, 404, 200, 200]);
  connection.socket.destroy();
});

test('Answers on a kept connection do not wait for the other side\'s word', async () => {
  const connection = await open();
  const times = [];
  for (let i = 1; i <= 41; ++i) {
    const begin = performance.now();
    connection.socket.write(good('/healthz'));
    while (countOf(connection.received, '"ok"') < i) await once(connection.socket, 'data');
    times.push(performance.now() - begin);
  }
  connection.socket.destroy();
  // Nagle's algorithm and a delayed ACK cost 40 ms together.
  assert.ok(times.sort((a, b) => a - b)[20] < 20, String(times));
});

test('More slow clients than there are threads delay nobody, and lose their connections', async () => {
  const slow = await Promise.all(Array.from({ length: 1500 }, open));
  for (const { socket } of slow) socket.write('GET /healthz HTTP/1.1\r\nHo');
  const drip = setInterval(() => slow.forEach(({ socket, closed }) => closed || socket.write('s')), 1000);
  try {
    for (let i = 0; i < 50; ++i) {
      assert.equal((await request(`${demo.url}/healthz`)).status, 200);
    }
    assert.ok(slow.every(({ closed }) => !closed), 'the good ones had to wait for the slow ones');
    await until(async () => slow.every(({ closed }) => closed), (all) => all);
    assert.ok(slow.every(({ received }) => received === ''));
  } finally {
    clearInterval(drip);
    slow.forEach(({ socket }) => socket.destroy());
  }
});

test('One address can fill its share and not the server; the next connection is told so', async () => {
  const many = await Promise.all(Array.from({ length: 2048 }, open));
  try {
    const received = await exchange('');
    const { status, body } = parse(received);
    assert.equal(status, 503);
    assert.equal(JSON.parse(body).code, 'jobtree.too_many_connections');
  } finally {
    many.forEach(({ socket }) => socket.destroy());
  }
  await until(async () => request(`${demo.url}/healthz`).then(({ status }) => status, () => 0), (status) => status === 200);
});

test('Where few files may be open, viewers leave some for the questions to the cloud', async () => {
  const narrow = await startBackend(['--demo', '--listen', '127.0.0.1:0'], { files: 256 });
  const there = Number(new URL(narrow.url).port);
  let refused = 0;
  const viewers = Array.from({ length: 400 }, () => net.connect(there, '127.0.0.1'));
  viewers.forEach((viewer) => viewer.on('error', () => {}).on('close', () => ++refused).resume());
  try {
    await Promise.all(viewers.map((viewer) => once(viewer, 'connect')));
    const [first] = viewers;
    let received = '';
    first.on('data', (bytes) => (received += bytes));
    first.write(`GET /api/cn-north-4/eip/v1/-/jobs/${documentedJob} HTTP/1.1\r\nHost: 127.0.0.1:${there}\r\n\r\n`);
    await until(async () => received, (text) => text !== '');
    assert.equal(parse(received).status, 200, received);
    await until(async () => refused, (count) => count > 100);
  } finally {
    viewers.forEach((viewer) => viewer.destroy());
    assert.equal(await narrow.stop(), 0);
  }
});

test('A signal closes hundreds of idle connections at once', async () => {
  const backend = await startBackend(['--demo', '--listen', '127.0.0.1:0']);
  const there = Number(new URL(backend.url).port);
  const viewers = Array.from({ length: 500 }, () => net.connect(there, '127.0.0.1'));
  let ended = 0;
  await Promise.all(
    viewers.map(async (viewer) => {
      viewer.on('error', () => {}).on('close', () => ++ended);
      viewer.write(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${there}\r\n\r\n`);
      await once(viewer, 'data');
    }),
  );
  const begin = Date.now();
  assert.equal(await backend.stop(), 0);
  assert.ok(Date.now() - begin < 5000, `${Date.now() - begin} ms`);
  await until(async () => ended, (count) => count === viewers.length);
});
