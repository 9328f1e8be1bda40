// What there is to be seen of a server: the real binary, before a simulated cloud, read by a real
// Prometheus.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import {
  documentedJob, request, runBackend, simulatorKey, startBackend, startWatchedSimulator, until,
} from './helpers.js';
import { mustHavePrometheus, withPrometheus } from './prometheus.js';

const KEY = { HUAWEICLOUD_SDK_AK: simulatorKey.ak, HUAWEICLOUD_SDK_SK: simulatorKey.sk };
const JOB = `/api/cn-north-4/eip/v1/-/jobs/${documentedJob}`;

/** @type {Awaited<ReturnType<typeof startWatchedSimulator>>} */
let cloud;
/** @type {string} */
let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jobtree-metrics-'));
  cloud = await startWatchedSimulator();
});
after(async () => {
  await cloud.stop();
  await rm(folder, { recursive: true });
});

/** @param {string[]} args */
const start = (...args) =>
  startBackend(['serve', '--listen', '127.0.0.1:0', '--endpoint', `*=${cloud.url}`,
    '--project', simulatorKey.project, ...args], { env: KEY });

/** Every series and its value. @param {string} url @param {Record<string, string>} [headers] */
async function figures(url, headers = {}) {
  const reply = await request(`${url}/metrics`, { headers });
  assert.equal(reply.status, 200, reply.text);
  const lines = reply.text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(lines.map((line) => {
    const space = line.lastIndexOf(' ');
    return [line.slice(0, space), Number(line.slice(space + 1))];
  }));
}

const calls = (/** @type {string} */ outcome) => `jobtree_upstream_calls_total{outcome="${outcome}"}`;
const jobs = (/** @type {string} */ outcome) =>
  `jobtree_http_requests_total{route="/api/{region}/{service}/{upstream...}",outcome="${outcome}"}`;

test('counts what viewers and cloud did', async () => {
  const backend = await start('--metrics-listen', '127.0.0.1:0');
  try {
    const [, at] = await backend.logged(/^metrics on (http:\/\/\S+)\/metrics$/m);
    await cloud.forget();
    for (let i = 0; i < 5; ++i) assert.equal((await request(backend.url + JOB)).status, 200);
    const unknown = await request(`${backend.url}${JOB.replace(documentedJob, 'nothing-there')}`);
    assert.equal(unknown.status, 404);
    const seen = await figures(at);
    assert.equal(seen[jobs('ok')], 5);
    assert.equal(seen[jobs('not_found')], 1);
    assert.equal(seen[calls('succeeded')], 1);
    assert.equal(seen[calls('not_found')], 1);
    assert.equal((await cloud.journal()).calls.length, 2);
    assert.equal(seen['jobtree_upstream_call_duration_seconds_count'], 2);
    assert.equal(seen['jobtree_http_request_duration_seconds_count{parked="no"}'], 6);
    assert.equal(seen['jobtree_jobs_remembered'], 2);
    assert.ok(Math.abs(seen['jobtree_upstream_last_success_timestamp_seconds'] - Date.now() / 1000) < 60);
    assert.equal((await request(`${backend.url}/metrics`)).status, 404, 'not on the main port as well');
  } finally {
    await backend.stop();
  }
});

test('shows who is parked and connected, and lets them go', async () => {
  const demo = await startBackend(['serve', '--demo', '--listen', '127.0.0.1:0']);
  try {
    const order = await request(`${demo.url}/api/demo/batches`, { method: 'POST',
      headers: { 'Content-Type': 'application/json' }, body: '{"count":50,"failing":0}' });
    const { region, service, project_id, job_id } = order.json();
    const path = `/api/${region}/${service}/v1/${project_id}/jobs/${job_id}`;
    // A change lets those who wait go; each comes again with what it has.
    let watching = true;
    const watchers = Array.from({ length: 5 }, async () => {
      let etag = '';
      while (watching) {
        const reply = await request(demo.url + path, { headers: { 'If-None-Match': etag, Prefer: 'wait=2' } });
        etag = String(reply.headers.etag);
      }
    });
    const seen = await until(() => figures(demo.url), (now) => now['jobtree_viewers_parked'] === 5);
    assert.ok(seen['jobtree_open_connections'] >= 6, String(seen['jobtree_open_connections']));
    watching = false;
    await Promise.all(watchers);
    const then = await until(() => figures(demo.url), (now) => now['jobtree_viewers_parked'] === 0);
    assert.ok(then['jobtree_http_request_duration_seconds_count{parked="yes"}'] >= 5);
  } finally {
    await demo.stop();
  }
});

test('is not ready while the key is paused, and asks nothing to find out', async () => {
  const backend = await start();
  try {
    assert.equal((await request(`${backend.url}/readyz`)).status, 200);
    await cloud.fail({ kind: 'error', status: 401, code: 'APIGW.0301', message: 'no' });
    for (const job of ['a', 'b', 'c', 'd']) {
      await request(`${backend.url}${JOB.replace(documentedJob, job)}`);
    }
    await cloud.forget();
    const ready = await request(`${backend.url}/readyz`);
    assert.equal(ready.status, 503, ready.text);
    assert.equal(ready.json().status, 'key_paused');
    assert.ok(Number(ready.headers['retry-after']) > 300, String(ready.headers['retry-after']));
    assert.equal((await request(`${backend.url}/healthz`)).status, 200);
    const seen = await figures(backend.url);
    assert.equal(seen['jobtree_key_guard_shut'], 1);
    assert.equal(seen[calls('denied')], 3);
    assert.equal(seen[calls('key_paused')], 1);
    assert.deepEqual((await cloud.journal()).calls, []);
  } finally {
    await cloud.fail();
    await backend.stop();
  }
});

test('says of a bad --metrics-listen what is wrong', async () => {
  const { code, stderr } = await runBackend(['serve', '--demo', '--metrics-listen', 'nowhere']);
  assert.equal(code, 2);
  assert.match(stderr, /--metrics-listen: "nowhere" is not HOST:PORT/);
});

describe('for a real Prometheus', () => {
  before(mustHavePrometheus);

  test('promtool finds nothing to complain of', async () => {
    const backend = await start();
    try {
      await request(backend.url + JOB);
      const { text } = await request(`${backend.url}/metrics`);
      const check = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
      assert.deepEqual([check.status, check.stdout + check.stderr], [0, '']);
      const broken = spawnSync('promtool', ['check', 'metrics'], { input: `${text}jobtree_unexplained 1\n` });
      assert.notEqual(broken.status, 0, 'promtool would find something');
    } finally {
      await backend.stop();
    }
  });

  test('both ports are scraped without a complaint, the main one with a token', async () => {
    const tokens = join(folder, 'tokens');
    const made = await runBackend(['token', 'prometheus', '--project', '-', '--tokens-file', tokens]);
    assert.equal(made.code, 0, made.stderr);
    const open = await start('--metrics-listen', '127.0.0.1:0');
    const guarded = await start('--tokens-file', tokens);
    try {
      const [, apart] = await open.logged(/^metrics on http:\/\/(\S+)\/metrics$/m);
      const main = guarded.url.replace('http://', '');
      await request(open.url + JOB);
      const token = `    authorization: {credentials: ${JSON.stringify(made.stdout.trim())}}\n`;
      await withPrometheus({ targets: [apart, main], more: token }, async (ask, log) => {
        const { activeTargets } = await until(() => ask('/targets?state=active'),
          ({ activeTargets: all }) => all.length === 2 &&
            all.every((/** @type {any} */ { health }) => health !== 'unknown'));
        for (const { scrapeUrl, health, lastError } of activeTargets) {
          assert.deepEqual({ scrapeUrl, health, lastError }, { scrapeUrl, health: 'up', lastError: '' });
        }
        const query = async (/** @type {string} */ words) =>
          (await ask(`/query?query=${encodeURIComponent(words)}`)).result.map(
            (/** @type {any} */ { value }) => Number(value[1]));
        assert.deepEqual(await until(() => query('up'), (up) => up.length === 2), [1, 1]);
        assert.deepEqual(await query(`${calls('succeeded').slice(0, -1)},instance="${apart}"}`), [1]);
        assert.deepEqual(await query(`count(${jobs('ok')})`), [2]);
        const about = await ask('/metadata?metric=jobtree_http_request_duration_seconds');
        assert.equal(about.jobtree_http_request_duration_seconds[0].type, 'histogram');
        assert.doesNotMatch(log(), /level=(warn|error).*scrape/i);
      });
    } finally {
      await open.stop();
      await guarded.stop();
    }
  });
});
