// The port of the real binary before clients that are not polite: forged heads and odd ones, slow ones, many.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { forgedHeads, unusualHeads } from './forged_heads.js';
import { documentedJob, request, runBackend, startBackend, until } from './helpers.js';

/** @type {import('./helpers.js').Backend} */
let demo;
/** @type {number} */
let port;
before(async () => {
  demo = await startBackend(['--demo', '--listen', '127.0.0.1:0', '--log-level', 'debug']);
  port = Number(new URL(demo.url).port);
});
after(() => demo.stop());

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
const statusesIn = (/** @type {string} */ text) => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));

/** The first `count` answers to these bytes. @param {string} bytes @param {number} count */
async function answers(bytes, count) {
  const connection = await open();
  try {
    connection.socket.write(Buffer.from(bytes, 'latin1'));
    // Each of them ends in JSON.
    await until(async () => connection.received, (text) => countOf(text, 'HTTP/1.1 ') >= count && text.endsWith('}'), { everyMs: 2 });
    return connection.received;
  } finally {
    connection.socket.destroy();
  }
}

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

  test('None of them reached a route, each was counted, and the log quotes none', async () => {
    const { text } = await request(`${demo.url}/metrics`);
    const ofNoRoute = [...text.matchAll(/^jobtree_http_requests_total\{route="none",.*\} (\d+)$/gm)];
    const count = ofNoRoute.reduce((sum, [, more]) => sum + Number(more), 0);
    assert.equal(count, 2 * heads().length, text);
    await demo.logged(/request refused status=400/);
    assert.doesNotMatch(demo.log(), /smuggled|evil/i);
  });

  test('A body that nobody announced is not a body, and no request either', async () => {
    const received = await exchange(`POST /api/demo/batches HTTP/1.1\r\n${host()}Content-Type: application/json\r\n\r\n{"count":1}${good('/smuggled')}`);
    const statuses = [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
    assert.deepEqual(statuses, [400, 400]);
    assert.doesNotMatch(demo.log(), /smuggled/);
  });

  for (const method of ['GET', 'HEAD']) {
    test(`A body after a ${method} is skipped, and no request, whether it comes along or apart`, async () => {
      const hidden = good('/smuggled');
      const head = `${method} /healthz HTTP/1.1\r\n${host()}Content-Length: ${hidden.length}\r\nConnection: close\r\n\r\n`;
      for (const received of [await exchange(head + hidden), await exchange(head, hidden)]) {
        assert.deepEqual(statusesIn(received), [200], received);
      }
      // What follows the body is the next request.
      const kept = head.replace('Connection: close\r\n', '') + hidden;
      const two = await exchange(kept + good('/nothing').replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
      assert.deepEqual(statusesIn(two), [200, 404], two);
      assert.doesNotMatch(demo.log(), /smuggled/);
    });
  }

  test('A long path costs no stack', async () => {
    const received = await exchange(good(`/${'a-'.repeat(500)}`).replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
    assert.equal(parse(received).status, 404);
  });

});

describe('What is only unusual is served', () => {
  unusualHeads('host').forEach(([name], number) => {
    test(`${name}: 200, and what follows is the next request`, async () => {
      const bytes = unusualHeads(`127.0.0.1:${port}`)[number][1];
      const received = await answers(bytes + good('/nothing'), 2);
      assert.deepEqual(statusesIn(received), [200, 404], received);
      assert.doesNotMatch(received, /evil/i);
    });
  });

  test('HTTP/1.0, whole: there is no part of an answer', async () => {
    const old = parse(await exchange(`GET /healthz HTTP/1.0\r\n${host()}Range: bytes=0-1\r\n\r\n`));
    assert.equal(old.status, 200);
    assert.equal(JSON.parse(old.body).status, 'ok');
  });

  test('What the whole server takes is told to OPTIONS *', async () => {
    const received = await exchange(`OPTIONS * HTTP/1.1\r\n${host()}Connection: close\r\n\r\n`);
    const { status, headers } = parse(received);
    assert.equal(status, 204, received);
    assert.equal(headers.allow, 'DELETE, GET, HEAD, OPTIONS, POST');
  });

  test('A body is sent for when it is wanted (100-continue), and not when it is not', async () => {
    const order = '{"count":1}';
    const head = (/** @type {string} */ path, type = 'application/json') =>
      `POST ${path} HTTP/1.1\r\n${host()}Content-Type: ${type}\r\nContent-Length: ${order.length}\r\n` +
      'Expect: 100-continue\r\nConnection: close\r\n\r\n';
    const connection = await open();
    connection.socket.write(head('/api/demo/batches'));
    await until(async () => connection.received, (text) => text !== '', { everyMs: 2 });
    assert.equal(connection.received, 'HTTP/1.1 100 Continue\r\n\r\n');
    connection.socket.write(order);
    await until(async () => connection.closed, (closed) => closed);
    assert.deepEqual(statusesIn(connection.received), [100, 201]);
    assert.deepEqual(statusesIn(await exchange(head('/healthz'))), [405]);
    assert.deepEqual(statusesIn(await exchange(head('/api/demo/batches', 'text/plain'))), [415]);
  });
});

describe('A body that nobody will read is not waited for', () => {
  /** @type {[string, number, string][]} */
  const cases = [
    ['by a method that nothing takes', 405, 'PUT /healthz HTTP/1.1\r\nHost: host\r\nContent-Length: 60000\r\n\r\n'],
    ['to what takes none', 405, 'POST /healthz HTTP/1.1\r\nHost: host\r\nContent-Length: 60000\r\n\r\n'],
    ['to what is not there', 404, 'POST /nothing/at/all HTTP/1.1\r\nHost: host\r\nContent-Length: 60000\r\n\r\n'],
    ['of another kind', 415, 'POST /api/demo/batches HTTP/1.1\r\nHost: host\r\nContent-Length: 60000\r\nContent-Type: text/plain\r\n\r\n'],
    ['that is compressed', 415, 'POST /api/demo/batches HTTP/1.1\r\nHost: host\r\nContent-Length: 60000\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n\r\n'],
    ['of another site', 403, 'POST /api/demo/batches HTTP/1.1\r\nHost: host\r\nContent-Length: 60000\r\nContent-Type: application/json\r\nOrigin: https://evil.example\r\n\r\n'],
    ['to another host', 421, 'POST /api/demo/batches HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 60000\r\nContent-Type: application/json\r\n\r\n'],
    ['that is too long', 413, 'POST /api/demo/batches HTTP/1.1\r\nHost: host\r\nContent-Length: 6000000\r\nContent-Type: application/json\r\n\r\n'],
  ];
  for (const [what, status, bytes] of cases) {
    test(`${what}: ${status} from the head alone, and the connection ends`, async () => {
      const connection = await open();
      try {
        connection.socket.write(bytes.replace('Host: host', `Host: 127.0.0.1:${port}`));
        // It goes on sending while it is told, and so must not lose what it is told.
        const drip = setInterval(() => connection.closed || connection.socket.write('{'), 20);
        await until(async () => connection.received, (text) => text.endsWith('}')).finally(() => clearInterval(drip));
        const told = parse(connection.received);
        assert.equal(told.status, status, connection.received);
        assert.equal(told.headers.connection, 'close');
        connection.socket.end();
        await until(async () => connection.closed, (closed) => closed);
        assert.equal(countOf(connection.received, 'HTTP/1.1 '), 1);
      } finally {
        connection.socket.destroy();
      }
    });
  }

  test('by somebody without a token: 401', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'jobtree-http-'));
    const file = join(folder, 'tokens');
    const made = await runBackend(['token', 'portal', '--project', '-', '--tokens-file', file]);
    assert.equal(made.code, 0, made.stderr);
    const closed = await startBackend(['--demo', '--listen', '127.0.0.1:0', '--tokens-file', file]);
    try {
      const there = Number(new URL(closed.url).port);
      const socket = net.connect(there, '127.0.0.1');
      let received = '';
      socket.on('error', () => {}).on('data', (bytes) => (received += bytes));
      socket.write(`POST /api/demo/batches HTTP/1.1\r\nHost: 127.0.0.1:${there}\r\nContent-Length: 60000\r\nContent-Type: application/json\r\n\r\n{`);
      await until(async () => received, (text) => text !== '').finally(() => socket.destroy());
      assert.equal(parse(received).status, 401);
    } finally {
      await closed.stop();
      await rm(folder, { recursive: true });
    }
  });
});

test('A client that has said all it has to say, and closed its half, gets its answer', async () => {
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let received = '';
  let ended = false;
  socket.on('data', (bytes) => (received += bytes)).on('end', () => (ended = true)).on('error', () => {});
  socket.end(good('/healthz'));
  await until(async () => ended, (is) => is).finally(() => socket.destroy());
  assert.equal(parse(received).status, 200);
});

test('Requests that are sent without waiting are answered in their order', async () => {
  const connection = await open();
  connection.socket.write(good('/healthz') + good('/nothing') + good('/readyz') + good('/healthz'));
  await until(async () => countOf(connection.received, 'HTTP/1.1 '), (count) => count === 4);
  const statuses = [...connection.received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
  assert.deepEqual(statuses, [200, 404, 200, 200]);
  connection.socket.destroy();
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

test('An address that fills its share with connections that say nothing loses the one idle longest', async () => {
  /** @type {Awaited<ReturnType<typeof open>>[]} */
  const many = [];
  // One after the other, so that it is known which came first.
  for (let i = 0; i < 2048; i += 64) many.push(...await Promise.all(Array.from({ length: 64 }, open)));
  try {
    for (let i = 0; i < 10; ++i) {
      assert.equal((await request(`${demo.url}/healthz`)).status, 200);
    }
    await until(async () => many.findIndex(({ closed }) => closed), (at) => at >= 0);
    const gone = many.flatMap(({ closed }, at) => (closed ? [at] : []));
    assert.ok(gone.every((at) => at < 1024), `those that came as ${gone}`);
  } finally {
    many.forEach(({ socket }) => socket.destroy());
  }
});

test('Where few files may be open, viewers leave some for the queries to the cloud', async () => {
  const narrow = await startBackend(['--demo', '--listen', '127.0.0.1:0'], { files: 256 });
  const there = Number(new URL(narrow.url).port);
  let refused = 0;
  const viewers = Array.from({ length: 400 }, () => net.connect(there, '127.0.0.1'));
  viewers.forEach((viewer) => viewer.on('error', () => {}).on('close', () => ++refused).resume());
  try {
    await Promise.all(viewers.map((viewer) => once(viewer, 'connect')));
    // The first are gone already: they were idle longest.
    const last = /** @type {net.Socket} */ (viewers.at(-1));
    let received = '';
    last.on('data', (bytes) => (received += bytes));
    last.write(`GET /api/cn-north-4/eip/v1/-/jobs/${documentedJob} HTTP/1.1\r\nHost: 127.0.0.1:${there}\r\n\r\n`);
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

test('After all this the server ends when it is told to, as if nothing had been', async () => {
  assert.equal(await demo.stop(), 0);
});
