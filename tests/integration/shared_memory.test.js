// Three replicas with one key and one PostgreSQL behind the balancer: what all of them together ask the cloud,
// and what they remember, while one is killed and while the database is away.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { INTERVAL, jobPath, JOBS, NAME, startBalancer, startViewer, stops } from './balancer.js';
import { request, simulatorKey, startBackend, startWatchedSimulator, until } from './helpers.js';
import { startPostgres } from './postgres.js';

const PARTS = 300;
const VIEWERS = 64;

/** @type {Awaited<ReturnType<typeof startPostgres>>} */
let postgres;
/** @type {Awaited<ReturnType<typeof startWatchedSimulator>>} */
let cloud;
/** @type {import('./helpers.js').Backend[]} */
const replicas = [];
/** @type {ReturnType<typeof startViewer>[]} */
let viewers = [];

/** @param {number} index @param {number} [port] */
async function startReplica(index, port = 0) {
  replicas[index] = await startBackend(
    ['serve', '--listen', `127.0.0.1:${port}`, '--allow-host', NAME, '--trust-proxy', '127.0.0.1', '--metadata', 'off',
      '--endpoint', `*=${cloud.url}`, '--project', simulatorKey.project, '--database', postgres.url],
    { env: { CLOUD_SDK_AK: simulatorKey.ak, CLOUD_SDK_SK: simulatorKey.sk } });
}

/** Of each job when it was asked for, in order. */
async function queries() {
  /** @type {Map<string, number[]>} */
  const asked = new Map(JOBS.map((job) => [job, []]));
  for (const { job_id, at } of (await cloud.journal()).calls) asked.get(job_id)?.push(Date.parse(at));
  return asked;
}

/** No job is queried more than twice in an interval. */
async function checkQueries() {
  for (const [job, times] of await queries()) {
    for (const at of times) {
      const close = times.filter((time) => time >= at && time < at + INTERVAL);
      assert.ok(close.length <= 2, `${job}: ${close} of ${times}`);
    }
  }
}

/** Until every viewer has heard something new, and every job was asked for twice: no move of a job is under way. */
async function settle() {
  const since = Date.now();
  const heard = viewers.map(({ news }) => news);
  await until(queries, (asked) => viewers.every(({ news }, i) => news > heard[i]) &&
    [...asked.values()].every((times) => times.filter((time) => time >= since).length >= 2), { everyMs: 200, withinMs: 40_000 });
}

const failures = () => viewers.flatMap((viewer) => viewer.failures);
const get = async (/** @type {string} */ path) => (await request(replicas[0].url + path)).json();

/**
 * Each sub-job that has ended by now has done so once in the memory, whoever saw it, and none is left out.
 * @param {string} job
 */
async function checkRemembered(job) {
  const where = `/api/jobs/cn-north-4/eip/${simulatorKey.project}/${job}`;
  const done = (/** @type {any} */ body) => body.entities.sub_jobs.filter((/** @type {any} */ sub) => sub.status === 'SUCCESS').length;
  const least = done((await request(replicas[0].url + jobPath(job))).json());
  assert.ok(least > 0, job);
  /** @type {any[]} */
  const events = [];
  const read = async () => {
    events.length = 0;  // all anew: more have come
    for (let cursor = ''; ;) {
      const page = await get(`${where}/events?limit=500${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      events.push(...page.events);
      if (!page.next) break;
      cursor = page.next;
    }
    return events.filter((event) => event.sub_job !== null && event.to === 'succeeded');
  };
  const ended = await until(read, (all) => all.length >= least);
  const names = ended.map((event) => event.sub_job);
  assert.equal(new Set(names).size, names.length, `${job}: ${names.filter((name, i) => names.indexOf(name) !== i)} twice`);
}

before(async () => {
  postgres = await startPostgres();
  stops.push(() => postgres.stop());
  const children = Array.from({ length: PARTS }, (_, i) => ({ type: 'aPart', begin_ms: 0, end_ms: (i + 1) * 1000 }));
  cloud = await startWatchedSimulator({
    scenario: {
      jobs: JOBS.map((job) => ({
        service: 'eip', job_id: job, course: { type: 'aCourse', begin_ms: 0, end_ms: (PARTS + 1) * 1000, children },
      })),
    },
  });
  stops.push(() => cloud.stop());
  await Promise.all([0, 1, 2].map((index) => startReplica(index)));
  stops.push(() => Promise.all(replicas.map((replica) => replica.stop())));
  const { secure } = await startBalancer(replicas.map(({ url }) => Number(new URL(url).port)));
  viewers = Array.from({ length: VIEWERS }, (_, i) => startViewer(secure, JOBS[i % JOBS.length],
    { ...(i % 32 < 16 ? { hold: 3, pause: 2000 } : { hold: 25, pause: 50 }), localAddress: `127.0.1.${1 + i}` }));
  stops.push(() => Promise.all(viewers.map((viewer) => viewer.stop())));
  await settle();
});
after(async () => {
  // Viewers first, the database last.
  for (const stop of stops.splice(0).reverse()) await stop();
});

describe('Three replicas with one key and one database, of which', () => {
  test('one is killed by kill -9: all together query a job twice an interval at most, and each change is stored once', async () => {
    await cloud.forget();
    const { pid, url } = replicas[1];
    process.kill(pid, 'SIGKILL');
    await settle();
    await startReplica(1, Number(new URL(url).port));
    await settle();
    await checkQueries();
    assert.deepEqual(failures(), []);
    for (const job of JOBS) await checkRemembered(job);
  });

  test('all have viewers of one job, because nothing keeps them together: it is queried no more often', async () => {
    await cloud.forget();
    let goesOn = true;
    const news = await Promise.all(replicas.map(async ({ url }) => {
      const seen = new Set();
      for (let etag = ''; goesOn || seen.size === 0;) {
        /** @type {Record<string, string>} */
        const headers = etag ? { 'If-None-Match': etag, Prefer: 'wait=5' } : {};
        const reply = await request(url + jobPath(JOBS[0]), { headers });
        assert.ok([200, 304].includes(reply.status), reply.text);
        etag = String(reply.headers.etag);
        if (seen.add(etag).size > 8) goesOn = false;
      }
      return seen.size;
    }));
    await checkQueries();
    assert.ok(news.every((count) => count >= 4), `all follow it: ${news}`);
    assert.deepEqual(failures(), []);
  });

  test('all lose the database while they are busy: viewers see no difference, and what happened meanwhile is stored later', async () => {
    await cloud.forget();
    await postgres.kill();
    try {
      await until(async () => (await get('/readyz')).memory, (memory) => memory === 'trouble');
      await settle();
      await settle();
      assert.deepEqual(failures(), []);
    } finally {
      await postgres.start();
    }
    await until(async () => (await get('/readyz')).memory, (memory) => memory !== 'trouble');
    await settle();
    await checkQueries();
    assert.deepEqual(failures(), []);
    for (const job of JOBS) await checkRemembered(job);
  });
});
