// The port of the real binary before clients that are not polite: forged heads, slow ones, many.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, describe, test } from 'node:test';

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
  const json = 'Content-Type: application/json\r\n';
  const lines = (/** @type {string} */ text) => () => `GET /healthz HTTP/1.1\r\n${host()}${text}\r\n`;
  const target = (/** @type {string} */ text) => () => good(text);

  /** @type {[string, number, () => string][]} */
  const attacks = [
    ['a line of 256 KB', 431, lines(`X: ${'a'.repeat(256 << 10)}\r\n`)],
    ['a request line of 256 KB', 414, target(`/${'a'.repeat(256 << 10)}`)],
    ['a target that kills a regular expression', 414, target(`/${'a-'.repeat(4000)}`)],
    ['4000 headers', 431, lines('A: b\r\n'.repeat(4000))],
    ['65 headers', 431, lines('A: b\r\n'.repeat(64))],
    ['a head of 20 KB', 431, lines(`A: ${'b'.repeat(500)}\r\n`.repeat(40))],
    ['a header split by encoded CRLF', 400, lines('X-A: b%0d%0aX-Evil: 1\r\n')],
    ['an origin split by encoded CRLF', 400, lines('Origin: https://a%0d%0aX-Evil: 1\r\n')],
    ['a wish split by encoded CRLF', 400, lines('Prefer: wait=1%0D%0AX-Evil: 1\r\n')],
    ['a token split by encoded CRLF', 400, lines('Authorization: Bearer a%0d%0aX-Evil: 1\r\n')],
    ['a bare CR in a header', 400, lines('X-A: b\rX-Evil: 1\r\n')],
    ['a NUL in a header', 400, lines('X-A: b\0\r\n')],
    ['an encoded NUL in a header', 400, lines('X-A: b%00\r\n')],
    ['an encoded CRLF in the target', 400, target('/%0d%0aX-Evil:1')],
    ['an encoded NUL in the target', 400, target('/job-tree.js%00')],
    ['a body after a GET', 400, () => `GET /healthz HTTP/1.1\r\n${host()}Content-Length: 60\r\n\r\n`],
    ['chunks after a GET', 400, lines('Transfer-Encoding: chunked\r\n')],
    ['chunks by another name after a GET', 400, lines('Transfer-Encoding: identity, chunked\r\n')],
    ['chunks behind a space', 400, lines('Transfer-Encoding : chunked\r\n')],
    ['chunks after a POST', 411, () => `POST /api/demo/batches HTTP/1.1\r\n${host()}${json}Transfer-Encoding: chunked\r\n\r\n`],
    ['two ideas of a length', 400, () => `POST /api/demo/batches HTTP/1.1\r\n${host()}${json}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n`],
    ['two lengths', 400, () => `POST /api/demo/batches HTTP/1.1\r\n${host()}${json}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
    ...['+2', '-2', '0x2', '2, 2', '2 2', '2;', '', '18446744073709551618'].map((length) => /** @type {[string, number, () => string]} */ ([
      `the length "${length}"`, 400, () => `POST /api/demo/batches HTTP/1.1\r\n${host()}${json}Content-Length: ${length}\r\n\r\n{}`])),
    ['a compressed body', 415, () => `POST /api/demo/batches HTTP/1.1\r\n${host()}${json}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}`],
    ['a form with files', 415, () => `POST /api/demo/batches HTTP/1.1\r\n${host()}Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 2\r\n\r\n{}`],
    ['a body of a gigabyte', 413, () => `POST /api/demo/batches HTTP/1.1\r\n${host()}${json}Content-Length: 1073741824\r\n\r\n`],
    ['lines that end in LF', 400, () => good('/healthz').replaceAll('\r\n', '\n')],
    ['HTTP/0.9', 400, () => 'GET /healthz\r\n\r\n'],
    ['HTTP/1.2', 400, () => good('/healthz').replace('HTTP/1.1', 'HTTP/1.2')],
    ['no host', 400, () => 'GET /healthz HTTP/1.1\r\n\r\n'],
    ['two hosts', 400, lines('Host: evil.com\r\n')],
    ['the same host twice', 400, lines(`Host: 127.0.0.1:1\r\n`)],
    ['a host in the target', 400, target('http://evil.com/healthz')],
    ['a line that is no header', 400, lines('junk\r\n')],
    ['a folded line', 400, lines('A: b\r\n c\r\n')],
    ['a space before the colon', 400, lines('Content-Length : 5\r\n')],
    ['a name that is no token', 400, lines('A{b}: c\r\n')],
    ['500 ranges', 400, lines(`Range: bytes=${'0-1,'.repeat(500)}0-1\r\n`)],
    ['an expectation', 400, lines('Expect: 100-continue\r\n')],
    ['a tunnel', 405, () => `CONNECT evil.com:443 HTTP/1.1\r\n${host()}\r\n`],
    ['a trace', 405, () => `TRACE / HTTP/1.1\r\n${host()}\r\n`],
    ['HTTP/2', 405, () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'.replace('2.0', '1.1')],
    ['TLS', 400, () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ];
  for (const [name, status, bytes] of attacks) {
    test(`${name}: ${status}, in words, and the connection is over`, async () => {
      // What follows may come along, or in a segment of its own, as bodies do.
      const received = await exchange(bytes() + good('/smuggled'));
      assert.equal(countOf(received, 'HTTP/1.1 '), 1, received);
      const apart = await exchange(bytes(), good('/smuggled'));
      assert.equal(countOf(apart, 'HTTP/1.1 '), 1, apart);
      assert.equal(parse(apart).status, status);
      const { status: got, headers, body } = parse(received);
      assert.equal(got, status, received);
      assert.equal(headers.connection, 'close');
      assert.equal(headers['content-type'], 'application/problem+json; charset=utf-8');
      assert.match(headers['content-security-policy'], /^default-src 'none'/);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(JSON.parse(body).status, status);
      assert.equal(headers['x-request-id'], JSON.parse(body).request_id);
      assert.doesNotMatch(received, /evil/i);
    });
  }

  test('None of them reached a route, and each is in the log', async () => {
    await until(async () => countOf(demo.log(), 'request not served'), (count) => count === 2 * attacks.length);
    assert.doesNotMatch(demo.log(), /smuggled|evil/i);
  });

  test('A body that nobody announced is not a body, and no request either', async () => {
    const received = await exchange(`POST /api/demo/batches HTTP/1.1\r\n${host()}${json}\r\n{"count":1}${good('/smuggled')}`);
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
      connection.socket.write(Buffer.from(lines(text)(), 'latin1'));
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
