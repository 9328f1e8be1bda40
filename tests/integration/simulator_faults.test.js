// What a client of the pretend cloud meets when something goes wrong, on real sockets; and the
// journal that counts it.

import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';

import {
  documentedJob, request, sign, simulatorKey, startSimulator, startWatchedSimulator, runBackend, until,
} from './helpers.js';

const { project } = simulatorKey;
const path = `/v1/${project}/jobs/${documentedJob}`;

/** @type {Awaited<ReturnType<typeof startWatchedSimulator>>} */
let cloud;

const ask = (/** @type {string} */ target = path) =>
  request(cloud.url + target, { headers: sign(cloud.url + target) });

/** All bytes that signed requests sent at once get until the other side ends the connection. `close`: the
 * last of them asks for that, so that what was kept open until then shows in its response.
 * `grain`: the buffer it is read into. Node.js takes a reset for an end when the last read before it did
 * not fill its buffer.
 * @param {{close?: boolean, times?: number, grain?: number}} [options]
 * @returns {Promise<{bytes: Buffer, end: string, pieces: number, ms: number}>} */
function raw({ close = false, times = 1, grain = 65536 } = {}) {
  const { hostname, port } = new URL(cloud.url);
  const head = (/** @type {boolean} */ last) => {
    const headers = Object.entries({ ...sign(cloud.url + path), ...(last && close ? { Connection: 'close' } : {}) });
    return `GET ${path} HTTP/1.1\r\n${headers.map((line) => line.join(': ')).join('\r\n')}\r\n\r\n`;
  };
  const requests = Array.from({ length: times }, (_, i) => head(i === times - 1)).join('');
  const since = performance.now();
  return new Promise((resolve) => {
    /** @type {Buffer[]} */
    const all = [];
    let end = 'quiet';
    const onread = {
      buffer: Buffer.alloc(grain),
      callback: (/** @type {number} */ size, /** @type {Uint8Array} */ buffer) => {
        all.push(Buffer.from(buffer.subarray(0, size)));
        return true;
      },
    };
    const socket = net.connect({ port: Number(port), host: hostname, onread }, () => socket.write(requests));
    socket.setTimeout(20_000, () => socket.destroy());  // nothing is expected to be so late
    socket.on('end', () => (end = 'closed'));
    socket.on('error', (/** @type {NodeJS.ErrnoException} */ error) => (end = error.code ?? 'error'));
    socket.on('close', () =>
      resolve({ bytes: Buffer.concat(all), end, pieces: all.length, ms: performance.now() - since }));
  });
}

/** The responses of a connection, one after the other, their lengths not believed. @param {Buffer} bytes */
const responses = (bytes) => bytes.toString('latin1').split(/(?=HTTP\/1\.1 \d{3} )/).map((text) => parts(Buffer.from(text, 'latin1')));

/** @param {Buffer} bytes */
const parts = (bytes) => {
  const at = bytes.indexOf('\r\n\r\n');
  return { head: bytes.subarray(0, at).toString(), body: bytes.subarray(at + 4) };
};

describe('faults', () => {
  before(async () => {
    cloud = await startWatchedSimulator();
  });
  after(async () => {
    assert.equal(await cloud.stop(), 0);
  });
  beforeEach(async () => {
    assert.equal((await cloud.fail()).status, 200);
  });

  it('delay an answer', async () => {
    await cloud.fail({ kind: 'latency', ms: 300, jitter_ms: 100 }, { kind: 'latency', ms: 100 });
    const since = performance.now();
    assert.equal((await ask()).status, 200);
    const took = performance.now() - since;
    assert.ok(took >= 400, `${took} ms`);
  });

  it('let an answer drip', async () => {
    await cloud.fail({ kind: 'drip', bytes: 50, every_ms: 20 });
    const { bytes, pieces, ms } = await raw({ close: true });
    const drops = Math.ceil(bytes.length / 50);
    assert.ok(pieces > drops / 2, `${pieces} pieces`);
    assert.ok(ms >= (drops - 1) * 20, `${ms} ms`);
    assert.match(parts(bytes).body.toString(), /createBatchPublicip/);
  });

  it('reset the connection before the answer and within it', async () => {
    await cloud.fail({ kind: 'reset_before' });
    assert.deepEqual((({ bytes, end }) => [bytes.length, end])(await raw()), [0, 'ECONNRESET']);
    await cloud.fail({ kind: 'reset_within', after_bytes: 40 });
    assert.deepEqual((({ bytes, end }) => [bytes.length, end])(await raw({ grain: 20 })), [40, 'ECONNRESET']);
  });

  it('cut an answer off with a clean close', async () => {
    await cloud.fail({ kind: 'truncated' });
    const half = await raw();
    assert.equal(half.end, 'closed');
    assert.match(parts(half.bytes).head, /^HTTP\/1\.1 200 /);
    await cloud.fail();
    const whole = await raw({ close: true });
    // Keep-alive headers make the two heads differ by a few bytes.
    assert.ok(Math.abs(half.bytes.length - whole.bytes.length / 2) < 40);
    await cloud.fail({ kind: 'truncated', after_bytes: 0 });
    assert.deepEqual((({ bytes, end }) => [bytes.length, end])(await raw()), [0, 'closed']);
  });

  it('state a wrong length: more than comes before the close, or less, and the rest stays on the connection', async () => {
    await cloud.fail({ kind: 'wrong_length', by: 10 });
    const more = await raw();
    const { head, body } = parts(more.bytes);
    assert.match(head, new RegExp(`^Content-Length: ${body.length + 10}$`, 'm'));
    assert.equal(more.end, 'closed');

    await cloud.fail({ kind: 'wrong_length', by: -10, times: 1 });
    const [less, next] = responses((await raw({ times: 2, close: true })).bytes);
    assert.match(less.head, new RegExp(`^Content-Length: ${less.body.length - 10}$`, 'm'));
    assert.match(next.head, new RegExp(`^Content-Length: ${next.body.length}$`, 'm'));
  });

  it('answer 304 without a length and keep the connection', async () => {
    await cloud.fail({ kind: 'not_modified_without_length', times: 1 });
    const [first, next] = responses((await raw({ times: 2, close: true })).bytes);
    assert.match(first.head, /^HTTP\/1\.1 304 /);
    assert.doesNotMatch(first.head, /content-length|transfer-encoding/i);
    assert.equal(first.body.length, 0);
    assert.match(next.head, /^HTTP\/1\.1 200 /);
  });

  it('answer more than anybody asked for', async () => {
    await cloud.fail({ kind: 'oversized', bytes: 3_000_000 });
    const { text } = await ask();
    assert.equal(text.length, 3_000_000);
    assert.doesNotThrow(() => JSON.parse(text));
    await cloud.fail({ kind: 'gzip_bomb', bytes: 20_000_000 });
    const { bytes } = await raw({ close: true });
    const { head, body } = parts(bytes);
    assert.match(head, /^Content-Encoding: gzip$/m);
    assert.ok(body.length < 100_000, `${body.length} bytes`);
    assert.ok(gunzipSync(body).length > 20_000_000);
  });

  it('answer as a proxy would, as another place would, and as the gateway does in trouble', async () => {
    await cloud.fail({ kind: 'html_error' });
    const page = await ask();
    assert.deepEqual([page.status, page.headers['content-type']], [502, 'text/html']);
    assert.match(page.text, /^<html>/);
    await cloud.fail({ kind: 'redirect', status: 307, location: 'http://192.0.2.7/jobs' });
    const away = await ask();
    assert.deepEqual([away.status, away.headers.location], [307, 'http://192.0.2.7/jobs']);
    await cloud.fail({ kind: 'error', status: 503, code: 'APIGW.0404', message: 'not now' });
    const trouble = await ask();
    const { request_id: id, ...rest } = trouble.json();
    assert.equal(trouble.status, 503);
    assert.deepEqual(rest, { error_msg: 'not now', error_code: 'APIGW.0404' });
    assert.equal(id, trouble.headers['x-request-id']);
  });

  it('close a kept connection without a word', async () => {
    await cloud.fail({ kind: 'close_before', times: 1 });
    const kept = await raw();
    assert.equal(kept.end, 'closed');
    assert.match(parts(kept.bytes).head, /^Connection: keep-alive$|^Keep-Alive: /im);
    // The next request is under way already: it is never answered.
    await cloud.fail({ kind: 'close_before', after_ms: 200, times: 1 });
    await cloud.forget();
    const two = await raw({ times: 2 });
    assert.equal(two.bytes.toString().split('HTTP/1.1 ').length - 1, 1);
    assert.equal((await cloud.journal()).total, 1);
  });

  it('meet whom they are meant for, as often as they are meant to', async () => {
    const other = `/v1/${project}/jobs/ff8080827e7810fb017f06338a731328`;
    await cloud.fail(
      { kind: 'html_error', job_id: documentedJob, times: 2 },
      { kind: 'html_error', service: 'ecs', status: 504, times: 1 },
      { kind: 'html_error', path: '/v3/auth', status: 500 },
    );
    const statuses = [];
    for (const target of [path, path, path, other, other, '/v3/auth/domains', '/v3/projects']) {
      statuses.push((await ask(target)).status);
    }
    assert.deepEqual(statuses, [502, 502, 200, 504, 200, 500, 200]);
    const left = (await request(`${cloud.admin}/faults`)).json();
    assert.deepEqual(left.map((/** @type {any} */ fault) => fault.times), [0, 0, undefined]);
  });

  it('are refused with a sentence when they make no sense, and the old ones stay', async () => {
    await cloud.fail({ kind: 'html_error', status: 500 });
    for (const [body, why] of /** @type {[string, RegExp][]} */ ([
      ['', /not JSON/], ['{}', /faults must be a list/], ['[1]', /faults\[0\] must be an object/],
      ['[{}]', /faults\[0\]\.kind is missing/],
      ['[{"kind":"flood"}]', /faults\[0\]\.kind must be one of latency, drip/],
      ['[{"kind":"latency","ms":-1}]', /faults\[0\]\.ms must be a whole number from 0/],
      ['[{"kind":"latency","bytes":1}]', /unknown member "bytes"/],
      ['[{"kind":"drip","chance":2}]', /faults\[0\]\.chance must be a number from 0/],
      ['[{"kind":"wrong_length","by":0}]', /faults\[0\]\.by must not be 0/],
      ['[{"kind":"redirect","location":"a\\r\\nb"}]', /faults\[0\]\.location must be printable/],
      ['[{"kind":"drip","service":"nothing"}]', /faults\[0\]\.service is not a service/],
    ])) {
      const reply = await request(`${cloud.admin}/faults`, { method: 'PUT', body });
      assert.equal(reply.status, 400, body);
      assert.match(reply.json().error, why);
    }
    assert.equal((await ask()).status, 500);
  });
});

describe('the journal', () => {
  before(async () => {
    cloud = await startWatchedSimulator();
  });
  after(() => cloud.stop());

  it('counts what was asked of each job, and tells each call without its secrets', async () => {
    await cloud.fail({ kind: 'error', status: 503, times: 1 });
    const headers = {
      ...sign(cloud.url + path), 'X-Project-Id': project, 'X-Security-Token': 'canary-token',
      'User-Agent': 'a test', 'X-Other': 'canary-other',
    };
    await request(cloud.url + path, { headers });
    await ask();
    await ask(`/v1/${project}/jobs/unknown`);
    await ask('/v3/auth/domains');
    const { text } = await request(`${cloud.admin}/journal`);
    const journal = JSON.parse(text);
    assert.deepEqual(journal.jobs, { [documentedJob]: 2, unknown: 1 });
    assert.equal(journal.total, 4);
    const [first, second] = journal.calls;
    assert.deepEqual(
      [first.n, first.method, first.path, first.job_id, first.key, first.status, first.fault],
      [1, 'GET', path, documentedJob, simulatorKey.ak, 503, 'error'],
    );
    assert.deepEqual([second.n, second.status, second.fault], [2, 200, '']);
    assert.ok(Math.abs(Date.parse(first.at) - Date.now()) < 60_000);
    const sent = Object.fromEntries(first.headers.map((/** @type {any} */ one) => [one.name, one.value]));
    assert.deepEqual(Object.keys(sent).sort(), [
      'Authorization', 'Connection', 'Host', 'User-Agent', 'X-Other', 'X-Project-Id', 'X-Sdk-Date', 'X-Security-Token',
    ]);
    assert.deepEqual([sent['X-Project-Id'], sent['User-Agent']], [project, 'a test']);
    const signature = /** @type {Record<string, string>} */ (headers).Authorization.split('Signature=')[1];
    for (const secret of [signature, 'canary', simulatorKey.sk]) assert.ok(!text.includes(secret), secret);

    assert.equal((await cloud.forget()).status, 204);
    assert.deepEqual(await cloud.journal(), { calls: [], total: 0, jobs: {} });
  });

  it('is at an address of its own, which answers nothing else and nobody else', async () => {
    assert.equal((await ask('/journal')).status, 404);
    for (const [target, method, status] of /** @type {[string, string, number][]} */ ([
      ['/', 'GET', 404], ['/journal', 'PUT', 405], ['/faults', 'DELETE', 405], ['/ca.pem', 'GET', 404], [path, 'GET', 404],
    ])) {
      const reply = await request(cloud.admin + target, { method });
      assert.equal(reply.status, status, `${method} ${target}`);
      assert.equal(reply.headers['x-simulated'], 'true');
    }
    const rebound = await request(`${cloud.admin}/journal`, { headers: { Host: 'evil.example.com' } });
    assert.equal(rebound.status, 403);
    const { code, stderr } = await runBackend(['simulate', '--listen', '127.0.0.1:0', '--admin-listen', '0.0.0.0:0']);
    assert.deepEqual([code, /loopback/.test(stderr)], [2, true]);
  });
});

describe('connections of the simulator', () => {
  before(async () => {
    cloud = await startWatchedSimulator();
  });
  after(() => cloud.stop());

  it('are kept, and answer requests sent ahead one by one', async () => {
    const { bytes, end } = await raw({ times: 5, close: true });
    assert.deepEqual(responses(bytes).map(({ head }) => head.slice(0, 13)), Array(5).fill('HTTP/1.1 200 '));
    assert.equal(end, 'closed');
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    /** @type {Set<number | undefined>} */
    const ports = new Set();
    for (let i = 0; i < 10; ++i) {
      await new Promise((resolve, reject) => {
        const outgoing = http.get(cloud.url + path, { agent, headers: sign(cloud.url + path) }, (incoming) => {
          ports.add(incoming.socket.localPort);
          incoming.resume().on('end', resolve);
        });
        outgoing.on('error', reject);
      });
    }
    agent.destroy();
    assert.equal(ports.size, 1);
  });

  it('on which a fault of ten minutes rests hold no stop', async (t) => {
    const other = await startWatchedSimulator();
    t.after(() => other.stop());
    await other.fail(
      { kind: 'latency', service: 'ecs', ms: 600_000 },
      { kind: 'drip', service: 'eip', bytes: 1, every_ms: 600_000 },
      { kind: 'close_before', path: '/v3/auth', after_ms: 600_000 },
    );
    const waiting = [path, `/v1/${project}/jobs/ff8080827e7810fb017f06338a731328`, '/v3/auth/domains'].map(
      (target) => request(other.url + target, { headers: sign(other.url + target) }).then(({ status }) => status, (error) => error.code));
    await until(() => other.journal(), ({ total }) => total === 3);
    assert.equal(await other.stop(), 0);
    const [dripped, delayed, answered] = await Promise.all(waiting);
    assert.deepEqual([typeof dripped, typeof delayed, answered], ['string', 'string', 200]);
  });

  it('that never finish a head do not keep others waiting, nor a stop', async (t) => {
    const other = await startSimulator();
    t.after(() => other.stop());
    const { hostname, port } = new URL(other.url);
    const slow = Array.from({ length: 40 }, () => {
      const socket = net.connect(Number(port), hostname, () => socket.write('GET / HTTP/1.1\r\nHost: a'));
      return socket.on('error', () => {});
    });
    assert.equal((await request(other.url + path, { headers: sign(other.url + path) })).status, 200);
    assert.equal(await other.stop(), 0);
    slow.forEach((socket) => socket.destroy());
  });
});
