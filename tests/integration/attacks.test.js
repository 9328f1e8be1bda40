// What one hostile client, or one hostile cloud, can do to the real binary: fill it with connections, with
// bytes, with log lines. Whatever it is, others are served and memory stays within what is promised.
// (A log that nobody reads: lifecycle.test.js. Requests held through the balancer: deploy.test.js.)
//
// The cloud here is a few lines of Node.js, since it is to send what no simulator would. Memory is what the
// kernel counts (VmRSS), in the numbers that README promises: 512 MiB of answers, each of at most 64 MiB.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, test } from 'node:test';

import { request, runBackend, sanitized, simulatorKey, startBackend, until } from './helpers.js';

const MB = 1 << 20;
/** What README promises to keep of answers at most. */
const PROMISED = 512 * MB;

/** What was started and still runs, last first. @type {(() => unknown)[]} */
const stops = [];
const stopAll = async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
};

/** @param {number} pid */
async function residentBytes(pid) {
  const [, kb] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb) * 1024;
}

/**
 * A cloud that answers as it is told, and a gateway before it.
 * @param {(request: http.IncomingMessage, response: http.ServerResponse, job: string) => void} answer
 * @param {{args?: string[], project?: string, files?: number}} [options]
 */
async function startBefore(answer, { args = [], project = simulatorKey.project, files } = {}) {
  const cloud = http.createServer((request, response) => {
    answer(request, response, /[^/]*$/.exec(String(request.url).split('?')[0])?.[0] ?? '');
  });
  cloud.listen(0, '127.0.0.1');
  await once(cloud, 'listening');
  stops.push(() => {
    cloud.closeAllConnections();
    return new Promise((resolve) => cloud.close(resolve));
  });
  const { port } = /** @type {net.AddressInfo} */ (cloud.address());
  const backend = await startBackend(
    ['serve', '--listen', '127.0.0.1:0', '--metadata', 'off', '--budget', '1000/s', '--endpoint',
      `*=http://127.0.0.1:${port}`, ...(project ? ['--project', project] : []), ...args],
    { env: { CLOUD_SDK_AK: simulatorKey.ak, CLOUD_SDK_SK: simulatorKey.sk }, files });
  stops.push(backend.stop);
  return backend;
}

const jobPath = (/** @type {string} */ job) => `/api/cn-north-4/eip/v1/-/jobs/${job}`;
const document = (/** @type {string} */ job, status = 'RUNNING') =>
  JSON.stringify({ job_id: job, status, entities: {} });

/**
 * A job whose document has `size` bytes, of which nobody is told before.
 * @param {string} job
 * @param {number} size
 * @param {http.ServerResponse} response
 */
function sendLarge(job, size, response) {
  const [head, tail] = document(job, 'SUCCESS').split('{}');
  const opening = `${head}{"text":"`;
  const closing = `"}${tail}`;
  const filler = Buffer.alloc(MB, 'x');
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.write(opening);
  let left = size - opening.length - closing.length;
  const go = () => {
    while (left > 0) {
      const piece = filler.subarray(0, Math.min(left, filler.length));
      left -= piece.length;
      if (!response.write(piece)) return response.once('drain', go);
    }
    response.end(closing);
  };
  response.on('error', () => {});
  go();
}

/**
 * A connection that keeps what it receives, and what became of it.
 * @param {string} url
 * @param {{allowHalfOpen?: boolean}} [options]
 */
async function open(url, options) {
  const { hostname, port } = new URL(url);
  const socket = net.connect({ host: hostname, port: Number(port), ...options });
  const state = { socket, received: '', closed: false, broken: '' };
  socket.on('data', (bytes) => (state.received += bytes.toString('latin1')));
  socket.on('error', (error) => (state.broken = String(error)));
  socket.on('close', () => (state.closed = true));
  stops.push(() => socket.destroy());
  await once(socket, 'connect');
  return state;
}

const get = (/** @type {string} */ url, /** @type {string} */ path, more = '') =>
  `GET ${path} HTTP/1.1\r\nHost: ${new URL(url).host}\r\n${more}\r\n`;
const statusOf = (/** @type {string} */ received) => Number(/^HTTP\/1\.1 (\d+)/.exec(received)?.[1]);

/**
 * @param {string} url where the figures are
 * @param {string} name of one without labels
 * @param {Record<string, string>} [headers]
 */
async function metric(url, name, headers) {
  const { text } = await request(url, { headers });
  const found = new RegExp(`^${name} (\\S+)$`, 'm').exec(text);
  assert.ok(found, `${name} in ${text}`);
  return Number(found[1]);
}

describe('Connections', () => {
  afterEach(stopAll);
  /** So few files that 128 connections are all there may be. */
  const FILES = 256;

  test('that say nothing fill the server, and others still get in: the one idle longest goes', async () => {
    const backend = await startBackend(['--demo', '--listen', '127.0.0.1:0'], { files: FILES });
    stops.push(backend.stop);
    /** @type {Awaited<ReturnType<typeof open>>[]} */
    const idle = [];
    for (let i = 0; i < 200; ++i) idle.push(await open(backend.url));
    for (let i = 0; i < 20; ++i) {
      assert.equal((await request(`${backend.url}/healthz`)).status, 200);
    }
    await until(async () => idle.filter(({ closed }) => closed).length, (count) => count >= 70);
    assert.ok(idle[0].closed, 'the oldest');
    assert.ok(!idle[199].closed, 'and not the newest');
  });

  test('that each sent half a head fill the server, and others still get in', async () => {
    const backend = await startBackend(['--demo', '--listen', '127.0.0.1:0'], { files: FILES });
    stops.push(backend.stop);
    for (let i = 0; i < 200; ++i) (await open(backend.url)).socket.write('G');
    const answered = () => request(`${backend.url}/healthz`).then(({ status }) => status, () => 0);
    // Sooner than they are late by themselves.
    await until(answered, (status) => status === 200, { withinMs: 5000 });
  });

  test('that say nothing fill the port of the metrics, and these are still read', async () => {
    const backend = await startBackend(['--demo', '--listen', '127.0.0.1:0', '--metrics-listen', '127.0.0.1:0']);
    stops.push(backend.stop);
    const [, metrics] = await backend.logged(/^metrics on (\S+)$/m);
    for (let i = 0; i < 100; ++i) await open(metrics);
    assert.equal((await request(metrics)).status, 200);
  });

  test('of those who wait for a change are kept; who comes too late reads why', async () => {
    const backend = await startBefore((_request, response, job) => response.end(document(job)),
      { files: FILES, args: ['--metrics-listen', '127.0.0.1:0'] });
    const [, metrics] = await backend.logged(/^metrics on (\S+)$/m);
    const { headers } = await request(backend.url + jobPath('a'));
    const wait = get(backend.url, jobPath('a'), `If-None-Match: ${headers.etag}\r\nPrefer: wait=30\r\n`);
    const waiting = [];
    for (let i = 0; i < 128; ++i) {
      const one = await open(backend.url);
      one.socket.write(wait);
      waiting.push(one);
    }
    await until(() => metric(metrics, 'jobtree_viewers_parked'), (parked) => parked === 128);
    const late = await Promise.all(Array.from({ length: 10 }, () => open(backend.url)));
    for (const { socket } of late) socket.write(get(backend.url, '/healthz'));
    await until(async () => late.filter(({ closed }) => closed).length, (count) => count === late.length);
    for (const { received, broken } of late) {
      assert.equal(broken, '');
      assert.equal(statusOf(received), 503, received);
      assert.equal(JSON.parse(received.split('\r\n\r\n')[1]).code, 'jobtree.too_many_connections');
    }
    assert.ok(waiting.every(({ closed }) => !closed));
  });

  test('closed by half get the answer they wait for', async () => {
    /** @type {(() => void)[]} */
    const held = [];
    const backend = await startBefore((_request, response, job) => held.push(() => response.end(document(job))));
    const viewer = await open(backend.url, { allowHalfOpen: true });
    viewer.socket.end(get(backend.url, jobPath('slow'), 'Connection: close\r\n'));
    await until(async () => held.length, (count) => count === 1);
    // The server has heard of the end by now, if it looks: the cloud was asked after it came.
    assert.equal((await request(`${backend.url}/healthz`)).status, 200);
    held[0]();
    await until(async () => viewer.closed || viewer.received.endsWith('}'), (is) => is);
    assert.equal(statusOf(viewer.received), 200, viewer.received);
  });
});

describe('Memory', { skip: sanitized && 'a sanitizer takes memory of its own' }, () => {
  afterEach(stopAll);

  test('of answers that are refused for their size is given back', async () => {
    const backend = await startBefore((_request, response, job) => sendLarge(job, 64 * MB + 1, response));
    const before = await residentBytes(backend.pid);
    for (let round = 0; round < 2; ++round) {
      const replies = await Promise.all(Array.from({ length: 6 }, (_, i) => request(backend.url + jobPath(`${round}-${i}`))));
      for (const { status, text } of replies) assert.deepEqual([status, JSON.parse(text).code], [502, 'jobtree.too_large']);
    }
    const grown = await until(async () => await residentBytes(backend.pid) - before, (bytes) => bytes < 0.1 * PROMISED)
      .catch(async () => await residentBytes(backend.pid) - before);
    assert.ok(grown < 0.1 * PROMISED, `${Math.round(grown / MB)} MiB more than before`);
  });

  test('that slow readers hold counts: 11 who take nothing of 60 MiB each', async () => {
    const size = 60 * MB;
    const backend = await startBefore((_request, response, job) => sendLarge(job, size, response));
    const before = await residentBytes(backend.pid);
    /** @type {number[]} */
    const statuses = [];
    for (let i = 0; i < 11; ++i) {
      const reader = await open(backend.url);
      reader.socket.write(get(backend.url, jobPath(`big-${i}`)));
      await until(async () => reader.received, (text) => text.includes('\r\n\r\n'), { everyMs: 5 });
      reader.socket.pause();
      statuses.push(statusOf(reader.received));
    }
    const grown = await residentBytes(backend.pid) - before;
    assert.ok(grown < 1.1 * PROMISED, `${Math.round(grown / MB)} MiB more than before; ${statuses}`);
    assert.ok(statuses.filter((status) => status === 200).length >= 7, String(statuses));
    assert.ok(statuses.every((status) => status === 200 || status === 503), String(statuses));
    assert.ok(await metric(`${backend.url}/metrics`, 'jobtree_jobs_remembered_bytes') <= PROMISED);
    assert.equal((await request(`${backend.url}/healthz`)).status, 200);
  });

  test('is not spent on what an identity service may say', async () => {
    const backend = await startBefore((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.on('error', () => {});
      const opening = Buffer.alloc(MB, '[');
      let left = 60;
      const go = () => {
        while (left-- > 0) if (!response.write(opening)) return response.once('drain', go);
        response.end();
      };
      go();
    }, { project: '' });
    const before = await residentBytes(backend.pid);
    const { status } = await request(backend.url + jobPath('a'));
    assert.ok(status >= 400, String(status));
    const grown = await residentBytes(backend.pid) - before;
    assert.ok(grown < 40 * MB, `${Math.round(grown / MB)} MiB more than before`);
  });
});

/** A tokens file with one token in it. */
async function makeToken() {
  const folder = await mkdtemp(join(tmpdir(), 'jobtree-attacks-'));
  stops.push(() => rm(folder, { recursive: true }));
  const file = join(folder, 'tokens');
  const made = await runBackend(['token', 'portal', '--project', '-', '--tokens-file', file]);
  assert.equal(made.code, 0, made.stderr);
  return { file, token: made.stdout.trim() };
}

describe('A token', () => {
  afterEach(stopAll);

  test('that is taken out while somebody waits with it opens nothing any more: 401, and not the new state', async () => {
    const { file, token } = await makeToken();
    let status = 'RUNNING';
    const backend = await startBefore((_request, response, job) => response.end(document(job, status)), { args: ['--tokens-file', file] });
    const bearer = { Authorization: `Bearer ${token}` };
    const first = await request(backend.url + jobPath('a'), { headers: bearer });
    assert.equal(first.status, 200, first.text);
    const waiting = request(backend.url + jobPath('a'), {
      headers: { ...bearer, 'If-None-Match': String(first.headers.etag), Prefer: 'wait=15' },
    });
    await until(() => metric(`${backend.url}/metrics`, 'jobtree_viewers_parked', bearer), (parked) => parked === 1);
    await writeFile(file, '# nobody\n');
    // It changes when the file has been read; from then on nobody is to learn of it.
    await until(() => request(backend.url + jobPath('a'), { headers: bearer }), ({ status: told }) => told === 401, { everyMs: 20 });
    status = 'SUCCESS';
    const told = await waiting;
    assert.equal(told.status, 401, told.text);
    assert.doesNotMatch(told.text, /SUCCESS/);
  });
});

describe('The log', () => {
  afterEach(stopAll);

  test('has a few lines, and not one for each, of who asks without a token again and again', async () => {
    const { file: tokens } = await makeToken();
    const backend = await startBefore((_request, response, job) => response.end(document(job)), { args: ['--tokens-file', tokens] });
    const viewer = await open(backend.url);
    for (let i = 0; i < 1000; ++i) viewer.socket.write(get(backend.url, jobPath(`guess-${i}`)));
    await until(async () => viewer.received.split('HTTP/1.1 401').length - 1, (count) => count === 1000);
    await backend.logged(/audit.*no_token/);
    const lines = backend.log().split('\n').filter((line) => line.includes('audit'));
    assert.ok(lines.length < 10, `${lines.length} lines: ${lines.slice(0, 3).join('\n')}`);
    assert.match(lines[0], /viewer=127\.0\.0\.1\b/);
    assert.ok(backend.log().split('\n').length < 40, backend.log());
    assert.doesNotMatch(backend.log(), /guess-/);
  });
});

after(stopAll);
