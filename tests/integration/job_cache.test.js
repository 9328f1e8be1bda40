// One poll for all viewers: the backend before the simulated cloud, whose journal counts every question.

import assert from 'node:assert/strict';
import http from 'node:http';
import { after, describe, test } from 'node:test';
import zlib from 'node:zlib';

import { request, sign, simulatorKey, startBackend, startWatchedSimulator, until } from './helpers.js';

/** Also of a test that failed half-way. @type {import('./helpers.js').Backend[]} */
const started = [];
after(() => Promise.all(started.map((one) => one.stop())));

/** @param {number} count */
const subJobs = (count) => Array.from({ length: count }, (_, i) => ({ job_id: `sub${i}`, status: 'SUCCESS' }));

/**
 * The body as it came, byte for byte.
 * @param {string} url
 * @param {Record<string, string>} headers
 * @returns {Promise<{status: number, headers: import('node:http').IncomingHttpHeaders, body: Buffer}>}
 */
const raw = (url, headers) => new Promise((resolve, reject) => {
  http.get(url, { headers, agent: false }, (incoming) => {
    /** @type {Buffer[]} */
    const pieces = [];
    incoming.on('data', (piece) => pieces.push(piece));
    incoming.on('error', reject);
    incoming.on('end', () => resolve({
      status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(pieces) }));
  }).on('error', reject);
});

/**
 * A simulated cloud and a backend before it. Its job "moving" succeeds `endMs` after it was first asked
 * for, "standing" runs for ever, "ended" has succeeded; of "partly" a part has not, and what "unheard" does
 * nobody knows.
 * @param {{endMs?: number, faults?: object[], forgetAfterSeconds?: number}} [options]
 */
async function start({ endMs = 3_600_000, faults = [], forgetAfterSeconds = 86_400 } = {}) {
  const cloud = await startWatchedSimulator({
    scenario: {
      faults,
      forget_after_seconds: forgetAfterSeconds,
      jobs: [
        { job_id: 'moving', course: { type: 'aCourse', begin_ms: 0, end_ms: endMs } },
        { job_id: 'standing', document: { job_id: 'standing', status: 'RUNNING' } },
        { job_id: 'ended', document: { job_id: 'ended', status: 'SUCCESS' } },
        { job_id: 'partly', document: { job_id: 'partly', status: 'SUCCESS', entities: { sub_jobs: [{ job_id: 'x', status: 'RUNNING' }] } } },
        { job_id: 'unheard', document: { job_id: 'unheard', status: 'DOING' } },
        { job_id: 'large', document: { job_id: 'large', status: 'SUCCESS', entities: { sub_jobs: subJobs(200) } } },
      ].map((job) => ({ service: 'eip', region: 'cn-north-4', ...job })),
    },
  });
  started.push(cloud);
  const backend = await startBackend(
    ['serve', '--listen', '127.0.0.1:0', '--metadata', 'off', '--endpoint', `*=${cloud.url}`,
      '--project', simulatorKey.project],
    { env: { CLOUD_SDK_AK: simulatorKey.ak, CLOUD_SDK_SK: simulatorKey.sk } });
  started.push(backend);
  /** @param {string} job @param {Record<string, string>} [headers] */
  const ask = (job, headers = {}) =>
    request(`${backend.url}/api/cn-north-4/eip/v1/-/jobs/${job}`, { headers });
  /** How often the cloud was asked for the job. @param {string} job */
  const questions = async (job) => (await cloud.journal()).jobs[job] ?? 0;
  return { cloud, backend, ask, questions };
}

/**
 * Until what the cloud said of a job that is not asked for again is so old.
 * @param {(job: string) => Promise<import('./helpers.js').Reply>} ask
 * @param {string} job
 * @param {number} seconds
 */
const untilOlder = (ask, job, seconds) =>
  until(() => ask(job), (reply) => Number(reply.headers.age) >= seconds);

describe('One poll for all', () => {
  test('Forty viewers at once of a job nobody has asked for are one question', async () => {
    const { ask, questions } = await start({ faults: [{ kind: 'latency', ms: 60 }] });
    await ask('standing');  // so that the key has worked and the connection is there
    const replies = await Promise.all(Array.from({ length: 40 }, () => ask('moving')));
    assert.equal(await questions('moving'), 1);
    assert.ok(replies.every((reply) => reply.status === 200 && reply.text === replies[0].text));
    const states = replies.map((reply) => reply.headers['cache-status']);
    assert.equal(states.filter((state) => state === 'jobtree; fwd=miss').length, 1);
    assert.ok(states.every((state) => /^jobtree; (hit|fwd=miss(; collapsed)?)$/.test(String(state))), states.join());
    assert.ok(replies.every((reply) => reply.headers['x-request-id'] === replies[0].headers['x-request-id']));
  });

  test('Forty viewers at once of an answer past its interval are one question, and none waits for it', async () => {
    const { cloud, ask, questions } = await start();
    await ask('ended');
    await ask('moving');
    await untilOlder(ask, 'ended', 3);
    await cloud.fail({ kind: 'latency', ms: 5000 });
    await cloud.forget();
    const replies = await Promise.all(Array.from({ length: 40 }, () => ask('moving')));
    for (const reply of replies) {
      // Told from memory: who had waited would have the cloud's new answer.
      assert.match(String(reply.headers['cache-status']), /^jobtree; hit; ttl=-\d+$/);
      assert.ok(Number(reply.headers.age) >= 2, reply.headers.age);
    }
    await until(() => ask('moving'), (reply) => reply.headers['cache-status'] === 'jobtree; hit');
    assert.equal(await questions('moving'), 1);
  });

  test('A viewer who leaves takes nothing from the others', async () => {
    const { backend, ask, questions } = await start({ faults: [{ kind: 'latency', ms: 400 }] });
    const leaver = http.get(`${backend.url}/api/cn-north-4/eip/v1/-/jobs/moving`, { agent: false });
    leaver.on('error', () => {});
    await until(() => questions('moving'), (count) => count === 1);
    leaver.destroy();
    const reply = await ask('moving');
    assert.equal(reply.status, 200);
    assert.equal(await questions('moving'), 1);
  });

  test('Viewers who ask all the time are one question an interval', async () => {
    const { ask, questions } = await start();
    const begin = performance.now();
    const tenAsk = () => Promise.all(Array.from({ length: 10 }, () => ask('standing')));
    await until(() => tenAsk().then(() => questions('standing')), (count) => count >= 3, { everyMs: 5 });
    // At 0, 2 and 5 seconds, more or less a tenth; a busy machine may be late, but nobody is early.
    const took = performance.now() - begin;
    assert.ok(took >= 4500, `${took} ms`);
  });
});

describe('Prefer: wait', () => {
  test('Those who wait hear of the change within moments, by the questions of one', async () => {
    const { ask, questions } = await start({ endMs: 3000 });
    const first = await ask('moving');
    const etag = String(first.headers.etag);
    assert.equal(first.json().status, 'RUNNING');
    const replies = await Promise.all(
      Array.from({ length: 50 }, () => ask('moving', { 'If-None-Match': etag, Prefer: 'wait=20' })));
    for (const reply of replies) {
      assert.equal(reply.status, 200);
      assert.equal(reply.json().status, 'SUCCESS');
      assert.equal(reply.headers['preference-applied'], 'wait=20');
      assert.equal(reply.headers['cache-status'], 'jobtree; fwd=stale; collapsed');
      assert.equal(reply.headers.age, '0');
      assert.equal(reply.headers['x-request-id'], replies[0].headers['x-request-id'], 'all are told by one answer');
    }
    // At 0, 2 and 5 seconds, or fewer where those come late.
    assert.ok((await questions('moving')) <= 3);
  });

  test('Who waits in vain gets 304 when the time is over', async () => {
    const { ask } = await start();
    const etag = String((await ask('standing')).headers.etag);
    const begin = performance.now();
    const reply = await ask('standing', { 'If-None-Match': etag, Prefer: 'wait=1' });
    const took = performance.now() - begin;
    assert.equal(reply.status, 304);
    assert.equal(reply.headers['preference-applied'], 'wait=1');
    assert.ok(took >= 990, `${took} ms`);
  });

  test('Who waits hears when the cloud is gone, and again when it is back', async () => {
    const { cloud, ask } = await start();
    const etag = String((await ask('standing')).headers.etag);
    const wait = () => ask('standing', { 'If-None-Match': etag, Prefer: 'wait=60' });
    await cloud.fail({ kind: 'redirect' });
    const gone = await wait();
    assert.equal(gone.status, 304);
    assert.match(String(gone.headers['cache-status']), /^jobtree; fwd=stale; collapsed; detail=stale-if-error$/);
    await cloud.fail();
    const back = await wait();
    assert.equal(back.status, 304);
    assert.equal(back.headers['cache-status'], 'jobtree; fwd=stale; collapsed');
    assert.equal(back.headers.age, '0');
  });

  test('A stop answers all who wait', async () => {
    const { backend, ask } = await start();
    const etag = String((await ask('standing')).headers.etag);
    // One more than are made to wait: when it is answered, the others wait.
    const waiting = Array.from({ length: 1001 }, () => ask('standing', { 'If-None-Match': etag, Prefer: 'wait=60' }));
    assert.equal((await Promise.race(waiting)).headers['preference-applied'], undefined);
    assert.equal(await backend.stop(), 0);
    const replies = await Promise.all(waiting);
    assert.ok(replies.every((reply) => reply.status === 304));
    assert.equal(replies.filter((reply) => reply.headers['preference-applied'] === 'wait=60').length, 1000);
  });
});

describe('What is remembered', () => {
  test('A job that has ended is told for ever, also when the cloud has forgotten it', async () => {
    const { cloud, ask, questions } = await start({ endMs: 1000, forgetAfterSeconds: 5 });
    await until(() => ask('moving'), (reply) => reply.json().status === 'SUCCESS');
    assert.equal(await questions('moving'), 2);
    const direct = `${cloud.url}/v1/${simulatorKey.project}/jobs/moving`;
    const askedDirectly = await until(
      () => request(direct, { headers: sign(direct) }), (reply) => reply.status === 404, { everyMs: 200 });
    assert.equal(askedDirectly.status, 404);
    await cloud.forget();
    const reply = await untilOlder(ask, 'moving', 5);
    assert.equal(reply.json().status, 'SUCCESS');
    assert.equal(reply.headers['cache-status'], 'jobtree; hit');
    assert.equal(await questions('moving'), 0);
  });

  test('A body goes out packed as the viewer takes it, and a tag of any coding names the version', async () => {
    const { backend, questions } = await start();
    const url = `${backend.url}/api/cn-north-4/eip/v1/-/jobs/large`;
    const plain = await raw(url, {});
    assert.equal(plain.headers['content-encoding'], undefined);
    const sizes = [];
    for (const [coding, unpack] of /** @type {const} */ ([
      ['gzip', zlib.gunzipSync], ['br', zlib.brotliDecompressSync], ['zstd', /** @type {any} */ (zlib).zstdDecompressSync]])) {
      const packed = await raw(url, { 'Accept-Encoding': `${coding.toUpperCase()}, x;q=0.5` });
      assert.equal(packed.headers['content-encoding'], coding);
      assert.equal(packed.headers.etag, `${plain.headers.etag?.slice(0, -1)}-${coding}"`);
      assert.match(String(packed.headers.vary), /Accept-Encoding/);
      sizes.push(packed.body.length);
      // Not every Node knows zstd.
      if (unpack) assert.deepEqual(unpack(packed.body), plain.body);
      for (const tag of [String(packed.headers.etag), `W/${plain.headers.etag}`]) {
        const same = await raw(url, { 'If-None-Match': tag, 'Accept-Encoding': 'br' });
        assert.equal(same.status, 304);
        assert.equal(same.body.length, 0);
      }
    }
    assert.ok(Math.max(...sizes) < plain.body.length / 4, sizes.join());
    assert.equal(await questions('large'), 1);
  });

  test('A job that ended but for a part, or is in a state nobody knows, is asked for again', async () => {
    const { ask, questions } = await start();
    for (const job of ['partly', 'unheard']) {
      await until(() => ask(job).then(() => questions(job)), (count) => count === 2, { withinMs: 6000 });
    }
  });

  test('A job that is not there is asked for once in a few seconds, however many look for it', async () => {
    const { ask, questions } = await start();
    const replies = await Promise.all(Array.from({ length: 20 }, () => ask('nowhere')));
    assert.ok(replies.every((reply) => reply.status === 404));
    const ids = new Set(replies.map((reply) => reply.json().request_id));
    assert.equal(ids.size, 1);
    assert.equal(await questions('nowhere'), 1);
    await until(() => ask('nowhere').then(() => questions('nowhere')), (count) => count === 2, { withinMs: 6000 });
  });

  test('While the cloud is gone the last answer stands in and says so, with its true age', async () => {
    const { cloud, ask } = await start();
    const good = await ask('standing');
    await cloud.fail({ kind: 'redirect' });
    const reply = await until(() => ask('standing'), ({ headers }) => /stale-if-error/.test(String(headers['cache-status'])));
    assert.equal(reply.status, 200);
    assert.equal(reply.text, good.text);
    assert.ok(Number(reply.headers.age) >= 1);
    await cloud.fail();
    await until(() => ask('standing'), ({ headers }) => headers['cache-status'] === 'jobtree; hit');
  });
});
