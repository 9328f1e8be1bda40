// Three replicas on one PostgreSQL, with one key and without a balancer: what all of them together send the
// cloud, which counts it.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';

import { request, simulatorKey, startBackend, startWatchedSimulator, until } from './helpers.js';
import { startPostgres } from './postgres.js';

const JOBS = Array.from({ length: 16 }, (_, i) => `ff808082843684110184e155fdb3646${i.toString(16)}`);
const jobPath = (/** @type {string} */ job) => `/api/cn-north-4/eip/v1/-/jobs/${job}`;
const wait = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @type {Awaited<ReturnType<typeof startPostgres>>} */
let postgres;
/** @type {Awaited<ReturnType<typeof startWatchedSimulator>>} */
let cloud;
/** @type {import('./helpers.js').Backend[]} */
let replicas = [];

before(async () => {
  postgres = await startPostgres();
});
after(() => postgres.stop());

/** @param {object} [scenario] */
async function startCloud(scenario = {}) {
  const children = Array.from({ length: 150 }, (_, i) => ({ type: 'aPart', begin_ms: 0, end_ms: (i + 1) * 1000 }));
  cloud = await startWatchedSimulator({
    scenario: {
      jobs: JOBS.map((job) => ({
        service: 'eip', job_id: job, course: { type: 'aCourse', begin_ms: 0, end_ms: 151_000, children },
      })),
      ...scenario,
    },
  });
}

/** @param {{secret?: string, args?: string[]}} [options] */
async function startReplica({ secret = simulatorKey.sk, args = [] } = {}) {
  const replica = await startBackend(
    ['serve', '--listen', '127.0.0.1:0', '--metadata', 'off', '--endpoint', `*=${cloud.url}`,
      '--project', simulatorKey.project, '--database', postgres.url, ...args],
    { env: { CLOUD_SDK_AK: simulatorKey.ak, CLOUD_SDK_SK: secret } });
  replicas.push(replica);
  return replica;
}
/** At one moment. @param {Parameters<typeof startReplica>[0]} [options] */
const startThree = (options) => Promise.all([1, 2, 3].map(() => startReplica(options)));

const calls = async () => /** @type {{job_id: string, at: string, path: string, status: number}[]} */ ((await cloud.journal()).calls);
const get = (/** @type {import('./helpers.js').Backend} */ replica, /** @type {string} */ path) => request(replica.url + path);
/** Every job from every replica at once. */
const getAll = () => Promise.all(replicas.flatMap((replica) => JOBS.map((job) => get(replica, jobPath(job)).catch(() => undefined))));

beforeEach(() => startCloud());
afterEach(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  replicas = [];
  await cloud.stop();
  postgres.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
});

describe('Three replicas with a wrong key', () => {
  test('that start together are refused three times in all', async () => {
    await startThree({ secret: 'wrong' });
    await getAll();
    assert.equal((await calls()).length, 3);
    for (const replica of replicas) {
      const refusal = await get(replica, jobPath('not-asked-for-yet'));
      assert.equal(refusal.json().code, 'jobtree.key_paused', refusal.text);
      assert.equal((await get(replica, '/readyz')).json().status, 'key_paused');
    }
    assert.equal((await calls()).length, 3);
  });

  test('of which one is killed while its queries are under way are refused three times in all', async () => {
    const [first] = await startThree({ secret: 'wrong' });
    await cloud.fail({ kind: 'latency', ms: 700 });
    const asked = getAll();
    await until(calls, (all) => all.length > 0);
    process.kill(first.pid, 'SIGKILL');
    await asked;
    await startReplica({ secret: 'wrong' });
    await getAll();
    assert.ok((await calls()).length <= 3, JSON.stringify(await calls()));
  });

  test('are refused no more when the database goes away meanwhile', async () => {
    await startThree({ secret: 'wrong' });
    await get(replicas[0], jobPath(JOBS[0]));
    await postgres.kill();
    try {
      await getAll();
      assert.ok((await calls()).length <= 3, JSON.stringify(await calls()));
    } finally {
      await postgres.start();
    }
  });
});

describe('Three replicas with a good key', () => {
  test('are all trusted when the cloud has accepted one', async () => {
    await startThree();
    assert.equal((await get(replicas[0], jobPath(JOBS[0]))).status, 200);
    await until(async () => postgres.query("SELECT proven <> '' FROM key_guard"), ([proven]) => proven === 't');
    for (const reply of await getAll()) assert.equal(reply?.status, 200, reply?.text);
  });

  test('keep to one budget', async () => {
    await startThree({ args: ['--budget', '60/1m'] });  // six at once, then one a second
    for (const replica of replicas) {
      await until(async () => (await get(replica, '/metrics')).text, (text) => /^jobtree_replicas 3$/m.test(text));
    }
    const began = performance.now();
    const replies = await getAll();
    const most = 6 + Math.ceil((performance.now() - began) / 1000) + 3;  // what waits for its turn comes up to 3 s later
    const sent = (await calls()).length;
    const seen = `${sent} of ${most}, answered with ${replies.map((reply) => reply?.status)}`;
    assert.ok(sent >= 6, seen);
    assert.ok(sent <= most, seen);
  });

  test('keep all to the pause that one was told', async () => {
    await startThree();
    assert.equal((await get(replicas[0], jobPath(JOBS[0]))).status, 200);
    await cloud.fail({ kind: 'error', status: 429, code: 'APIGW.0308', message: 'limit:200,time:5 minute', times: 1 });
    assert.equal((await get(replicas[0], jobPath(JOBS[1]))).status, 429);
    for (const replica of replicas) {
      await until(async () => (await get(replica, '/metrics')).text, (text) => /^jobtree_services_paused 1$/m.test(text));
    }
    await cloud.forget();
    // Each another job: for one they would take turns, and the pause might be over by the last.
    for (const reply of await Promise.all(replicas.map((replica, i) => get(replica, jobPath(JOBS[2 + i]))))) {
      assert.equal(reply.status, 429, reply.text);
    }
    assert.deepEqual(await calls(), []);
  });

  test('divide what they follow, and take over what one followed that was killed', async () => {
    const [first] = await startThree();
    const shares = async () => postgres.query("SELECT count(*) FROM lease WHERE name LIKE 'follow/%' AND until > now() GROUP BY holder ORDER BY 1").map(Number);
    await until(shares, (all) => all.length === 3 && all.every((share) => share >= 20));
    const body = JSON.stringify({ region: 'cn-north-4', service: 'eip', project_id: '-', job_id: JOBS[0] });
    for (const replica of replicas) {
      const reply = await request(`${replica.url}/api/jobs`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
      assert.ok(reply.status < 300, reply.text);
    }
    await until(calls, (all) => all.length > 0);
    process.kill(first.pid, 'SIGKILL');
    await until(shares, (all) => all.length === 2 && all[0] === 32 && all[1] === 32, { withinMs: 40_000 });
  });

  test('answer while the database is away, and when it is back', async () => {
    await startThree();
    for (const reply of await getAll()) assert.equal(reply?.status, 200, reply?.text);
    await postgres.kill();
    try {
      await wait(2500);
      for (const reply of await getAll()) assert.equal(reply?.status, 200, reply?.text);
    } finally {
      await postgres.start();
    }
    await until(async () => (await get(replicas[0], '/readyz')).json().memory, (memory) => memory !== 'trouble');
    for (const reply of await getAll()) assert.equal(reply?.status, 200, reply?.text);
  });
});
