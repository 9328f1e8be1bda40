// Jobs that nobody named appear by themselves: the real binary with a real file, before a simulated cloud that has
// traces and task lists.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { request, runBackend, simulatorKey, startBackend, startSimulator, startWatchedSimulator, until } from './helpers.js';

/** @typedef {import('./helpers.js').Backend} Backend */
/** @typedef {Awaited<ReturnType<typeof startWatchedSimulator>>} Simulator */

const ME = simulatorKey.project;
const HOUR = 3_600_000;

/** A server that is ordered at that time; every fifth fails. @param {number} n @param {number} startsAfter milliseconds @param {object} [trace] */
const server = (n, startsAfter, trace = {}) => ({
  service: 'ecs', job_id: `server-${n}`, starts_after_ms: startsAfter, trace,
  course: { type: 'createServer', end_ms: 100, ...(n % 5 ? {} : { error: { code: 'Ecs.0013', reason: 'No capacity.' } }) },
});

/** Hours ago, one a minute. @param {number} count */
const servers = (count) => Array.from({ length: count }, (_, i) => server(i + 1, -10 * HOUR + i * 60_000));

describe('A server that finds jobs', () => {
  /** @type {string} */
  let folder;
  /** @type {(() => unknown)[]} */
  const ends = [];

  /** @param {Simulator | Backend} cloud @param {string[]} args */
  const start = (cloud, ...args) => startBackend(
    ['serve', '--listen', '127.0.0.1:0', '--endpoint', `*=${cloud.url}`, '--project', ME, ...args],
    { env: { CLOUD_SDK_AK: simulatorKey.ak, CLOUD_SDK_SK: simulatorKey.sk } });
  const data = (/** @type {string} */ name) => ['--data', join(folder, name)];
  /** @template {{stop: () => unknown}} T @param {T} it @returns {T} */
  const ending = (it) => {
    ends.push(() => it.stop());
    return it;
  };
  /** @param {Backend} backend @param {string} [query] @param {Record<string, string>} [headers] @returns {Promise<any[]>} */
  const board = async (backend, query = '', headers = {}) => {
    const reply = await request(`${backend.url}/api/jobs?limit=500${query}`, { headers });
    assert.equal(reply.status, 200, reply.text);
    return reply.json().jobs;
  };
  const ids = (/** @type {any[]} */ jobs) => jobs.map(({ job_id }) => job_id).sort();
  const finding = async (/** @type {Backend} */ backend) => (await request(`${backend.url}/api/discovery`)).json();
  /** @param {Backend} backend @param {string} list */
  const source = async (backend, list) => (await finding(backend)).readings.find((/** @type {any} */ it) => it.list === list);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jobtree finds '));
  });
  after(async () => {
    for (const end of ends.reverse()) await end();
    await rm(folder, { recursive: true, force: true });
  });

  it('shows each job of the account with who did what, and has an ended server whole', async () => {
    const cloud = ending(await startWatchedSimulator({
      scenario: {
        jobs: [server(1, -2 * HOUR, { user: 'anna' }), server(5, -HOUR),
          { service: 'rds', job_id: 'rds-1', starts_after_ms: -HOUR, document: { job: { id: 'rds-1', name: 'CreateInstance', status: 'Running', instance: { id: 'i-1', name: 'crm' } } }, trace: { user: 'acme/ops' } }],
        traces: { delay_seconds: 0, others: 'none' },
      },
    }));
    const backend = ending(await start(cloud, ...data('all'), '--discover', 'all'));
    const jobs = await until(() => board(backend), (all) => all.length === 3 && all.every((/** @type {any} */ it) => it.version > 0));
    const job = (/** @type {string} */ id) => jobs.find((/** @type {any} */ it) => it.job_id === id);
    assert.equal(job('server-1').found.person, 'anna');
    assert.equal(job('server-1').status, 'succeeded');
    assert.equal(job('server-5').status, 'failed');
    assert.equal(job('rds-1').found.resource_name, 'crm');
    assert.equal(job('rds-1').found.person, 'acme/ops');
    assert.deepEqual(ids(await board(backend, '&q=crm')), ['rds-1']);
    assert.deepEqual(ids(await board(backend, '&q=anna')), ['server-1']);
    assert.deepEqual(ids(await board(backend, '&person=anna')), ['server-1']);
    assert.deepEqual(ids(await board(backend, '&resource=i-1')), ['rds-1']);
    const { groups } = (await request(`${backend.url}/api/jobs?group=service`)).json();
    assert.deepEqual(groups.map((/** @type {any} */ it) => [it.value, it.jobs]).sort(), [['ecs', 2], ['rds', 1]]);
    // The cloud was never queried for the servers: their traces have all of them.
    const { jobs: queried } = await cloud.journal();
    assert.equal(queried['server-1'] ?? 0, 0);
    assert.equal((await source(backend, 'traces')).state, 'good');
  });

  it('finds a job that is ordered later, and sees it end although nobody looks', async () => {
    const cloud = ending(await startSimulator({
      scenario: {
        jobs: [{ service: 'eip', job_id: 'later', starts_after_ms: 5000, course: { type: 'createPublicIps', end_ms: 2000 } }],
        traces: { delay_seconds: 0, others: 'none' },
      },
    }));
    const backend = ending(await start(cloud, ...data('later'), '--discover', 'traces'));
    await until(() => board(backend), (all) => all.some((/** @type {any} */ it) => it.job_id === 'later' && it.status === 'succeeded'), { withinMs: 60_000 });
    const metrics = await request(`${backend.url}/metrics`);
    assert.match(metrics.text, /^jobtree_discovery_jobs_total [1-9]/m);
  });

  it('loses nothing and stores nothing twice when it is killed in the middle of a page', async () => {
    const cloud = ending(await startSimulator({ scenario: { jobs: servers(450), traces: { delay_seconds: 0, others: 'none' } } }));
    const wanted = servers(450).map(({ job_id }) => job_id).sort();
    for (let round = 0; round < 3; ++round) {
      const backend = await start(cloud, ...data('killed'), '--discover', 'traces');
      // A page has 200, and they come a second apart.
      await until(() => source(backend, 'traces'), (it) => it.records >= 200 * round, { everyMs: 5 });
      process.kill(backend.pid, 'SIGKILL');
      await backend.stop();
    }
    const backend = ending(await start(cloud, ...data('killed'), '--discover', 'traces'));
    const jobs = await until(() => board(backend), (all) => all.length === 450 && all.every((/** @type {any} */ it) => it.version > 0));
    assert.deepEqual(ids(jobs), wanted);
    for (const job of jobs) assert.equal(job.version, 1, `${job.job_id} was stored more than once`);
  });

  it('says which permission is missing where, and goes on with all others', async () => {
    const cloud = ending(await startWatchedSimulator({ scenario: { jobs: servers(1), traces: { delay_seconds: 0, others: 'none' } } }));
    await cloud.fail({ kind: 'error', service: 'rds', status: 403, code: 'DBS.280005', message: 'Access denied.' });
    const backend = ending(await start(cloud, ...data('denied'), '--discover', 'all'));
    const rds = await until(() => source(backend, 'rds'), (it) => it.state === 'denied');
    assert.equal(rds.detail.en, 'The key lacks the permission rds:task:list');
    assert.equal(rds.detail.zh, '密钥缺少权限 rds:task:list');
    await until(() => finding(backend), ({ readings }) => readings.every((/** @type {any} */ it) => it.state !== 'waiting'));
    assert.equal((await board(backend)).length, 1);
    await backend.logged(/cannot find jobs in the task list of rds: The key lacks the permission rds:task:list region=cn-north-4 service=rds/);
    const { policy, identity_policy: identity } = await finding(backend);
    assert.ok(policy.Statement[0].Action.includes('rds:task:list'));
    assert.ok(identity.Statement[0].Action.includes('rds:task:listAll'));
  });

  it('tells a tracker that is off from an account where nothing happens', async () => {
    const cloud = ending(await startSimulator({ scenario: { jobs: servers(1), traces: { tracker: 'none', delay_seconds: 0 } } }));
    const backend = ending(await start(cloud, ...data('silent'), '--discover', 'traces'));
    const traces = await until(() => source(backend, 'traces'), (it) => it.state === 'silent');
    assert.match(traces.detail.en, /enable its tracker/);
  });

  it('sends nothing of the kind unless it is wanted, and says so', async () => {
    const cloud = ending(await startWatchedSimulator({ scenario: { jobs: servers(1), traces: { delay_seconds: 0, others: 'none' } } }));
    const backend = ending(await start(cloud, ...data('off')));
    assert.equal((await request(`${backend.url}/api/config`)).json().discovery.mode, 'off');
    assert.deepEqual((await finding(backend)).readings, []);
    assert.deepEqual(await board(backend), []);
    assert.equal((await cloud.journal()).requests ?? 0, 0);
  });

  it('shows names of people to who may see them, and keeps none where that is not wanted', async () => {
    const cloud = ending(await startSimulator({
      scenario: { jobs: [server(1, -HOUR, { user: 'canary-anna' })], traces: { delay_seconds: 0, others: 'none' } },
    }));
    const tokens = join(folder, 'tokens');
    const token = async (/** @type {string[]} */ ...args) => {
      const [secret, line] = (await runBackend(['token', ...args])).stdout.split('\n');
      return { line, headers: { Authorization: `Bearer ${secret}` } };
    };
    const plain = await token('plain');
    const trusted = await token('trusted', '--people');
    assert.match(trusted.line, / people$/);
    await writeFile(tokens, `${plain.line}\n${trusted.line}\n`, { mode: 0o600 });
    const backend = ending(await start(cloud, ...data('people'), '--discover', 'traces', '--tokens-file', tokens));
    const [job] = await until(() => board(backend, '', trusted.headers), (all) => all.length === 1);
    assert.equal(job.found.person, 'canary-anna');
    assert.equal((await board(backend, '', plain.headers))[0].found.person, null);
    assert.deepEqual(await board(backend, '&q=canary', plain.headers), []);
    assert.deepEqual(await board(backend, '&person=canary-anna', plain.headers), []);
    const grouped = await request(`${backend.url}/api/jobs?group=person`, { headers: plain.headers });
    assert.deepEqual(grouped.json().groups, []);

    const discreet = await start(cloud, ...data('discreet'), '--discover', 'traces', '--discover-users', 'off');
    await until(() => board(discreet), (all) => all.length === 1 && all[0].version > 0);
    assert.equal((await board(discreet))[0].found.person, null);
    await discreet.stop();
    for (const file of await readdir(join(folder, 'discreet'))) {
      assert.equal((await readFile(join(folder, 'discreet', file))).includes('canary-anna'), false, file);
    }
  });

  it('refuses flags that cannot be, and says what to do', async () => {
    const wrong = async (/** @type {string[]} */ ...args) => {
      const { code, stderr } = await runBackend(['serve', '--listen', '127.0.0.1:0', ...args], { CLOUD_SDK_AK: simulatorKey.ak, CLOUD_SDK_SK: simulatorKey.sk });
      assert.equal(code, 2, stderr);
      return stderr;
    };
    assert.match(await wrong('--discover', 'all', '--data', 'none'), /--discover: what is found must be remembered/);
    assert.match(await wrong('--discover', 'all', '--discover-region', 'cn-nowhere-1', ...data('wrong')), /--discover-region: unknown region "cn-nowhere-1"/);
    assert.match(await wrong('--discover', 'sometimes', ...data('wrong')), /--discover/);
  });
});
