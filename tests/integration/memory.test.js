// What a server has seen it remembers, and shows by HTTP: the real binary with a real file, before a simulated
// cloud whose journal counts every query.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { request, runBackend, simulatorKey, startBackend, startWatchedSimulator, until } from './helpers.js';

/** @typedef {import('./helpers.js').Backend} Backend */

const ME = simulatorKey.project;
const JSON_TYPE = { 'Content-Type': 'application/json' };
const live = (/** @type {string} */ job, project = '-') => `/api/cn-north-4/eip/v1/${project}/jobs/${job}`;
const remembered = (/** @type {string} */ job, more = '') => `/api/jobs/cn-north-4/eip/${ME}/${job}${more}`;

/** Five of a kind. */
const SUCH = ['such-1', 'such-2', 'such-3', 'such-4', 'such-5'];

const document = (/** @type {string} */ id, /** @type {string} */ status, begin = '2026-11-29T10:00:00.000Z') => ({
  job_id: id, job_type: 'aType', status, begin_time: begin,
  ...(status === 'RUNNING' ? {} : { end_time: '2026-11-29T10:01:30.000Z' }),
  entities: { sub_jobs: [{ job_id: `${id}-1`, job_type: 'aPart', status, entities: {} }] },
});

describe('A server with a memory', () => {
  /** @type {string} */
  let folder;
  /** @type {Awaited<ReturnType<typeof startWatchedSimulator>>} */
  let cloud;
  /** @type {Backend} */
  let backend;

  /** @param {string[]} args */
  const start = (...args) => startBackend(
    ['serve', '--listen', '127.0.0.1:0', '--endpoint', `*=${cloud.url}`, '--project', ME, '--data', join(folder, 'data'), ...args],
    { env: { CLOUD_SDK_AK: simulatorKey.ak, CLOUD_SDK_SK: simulatorKey.sk } });
  const get = (/** @type {string} */ path, headers = {}) => request(backend.url + path, { headers });
  const post = (/** @type {object} */ order, headers = {}) =>
    request(`${backend.url}/api/jobs`, { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(order) });
  /** The jobs of a board. @param {string} [query] @returns {Promise<any[]>} */
  const board = async (query = '') => {
    const reply = await get(`/api/jobs${query}`);
    assert.equal(reply.status, 200, reply.text);
    return reply.json().jobs;
  };
  const ids = (/** @type {any[]} */ jobs) => jobs.map(({ job_id }) => job_id).sort();
  /** The job, once it is stored so. @param {string} job @param {(job: any) => boolean} [is] */
  const stored = async (job, is = () => true) =>
    (await until(() => get(remembered(job)), (reply) => reply.status === 200 && is(reply.json()))).json();
  const queries = async (/** @type {string} */ job) => (await cloud.journal()).jobs[job] ?? 0;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jobtree memory '));
    cloud = await startWatchedSimulator({
      scenario: {
        jobs: [
          ...['ended', 'followed', 'killed'].map((id) => ({ job_id: id, document: document(id, 'SUCCESS') })),
          ...SUCH.map((id) => ({ job_id: id, document: document(id, 'SUCCESS') })),
          { job_id: 'begun', document: document('begun', 'RUNNING', new Date().toISOString()) },
          ...['running', 'lost', 'taken-up', 'with-ci'].map((id) => ({ job_id: id, document: document(id, 'RUNNING') })),
        ].map((job) => ({ service: 'eip', region: 'cn-north-4', ...job })),
      },
    });
    backend = await start();
  });
  after(async () => {
    await backend.stop();
    await cloud.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('says that it remembers', async () => {
    assert.deepEqual((await get('/api/config')).json().memory, { state: 'good' });
    const ready = await get('/readyz');
    assert.equal(ready.status, 200);
    assert.equal(ready.json().memory, 'good');
    assert.match((await get('/metrics')).text, /^jobtree_store_up 1$/m);
  });

  it('has a job that was seen on its board, with what changed and the bodies', async () => {
    const seen = await get(live('ended'));
    assert.equal(seen.status, 200);
    const job = await stored('ended');
    assert.equal(job.project_id, ME);
    assert.equal(job.status, 'succeeded');
    assert.equal(job.has_ended, true);
    assert.equal(job.end_time, '2026-11-29T10:01:30.000Z');
    assert.equal(job.counts.succeeded, 1);
    assert.deepEqual(await board(), [job]);
    assert.deepEqual(await board('?status=failed,unknown'), []);
    assert.deepEqual(ids(await board('?status=ended&type=aType&q=ENDED&service=eip')), ['ended']);

    const { events, next } = (await get(remembered('ended', '/events'))).json();
    assert.equal(next, null);
    assert.deepEqual(events.map((/** @type {any} */ event) => event.sub_job), [null, 'ended-1']);
    assert.ok(events.every((/** @type {any} */ event) => event.from === null && event.to === 'succeeded'));
    const { versions } = (await get(remembered('ended', '/versions'))).json();
    assert.deepEqual(versions.map((/** @type {any} */ version) => [version.version, version.has_body]), [[1, true]]);
    const body = await get(remembered('ended', '/versions/1'));
    assert.equal(body.text, seen.text);
    assert.equal((await get(remembered('ended', '/versions/1'), { 'If-None-Match': String(body.headers.etag) })).status, 304);
    assert.equal((await get('/api/stats?service=eip&type=aType&parts=1')).json().count, 1);
  });

  it('tells a terminal how long such jobs take, from the same file', async () => {
    /** @param {string[]} more */
    const job = (...more) => runBackend(
      ['job', 'begun', '--service', 'eip', '--endpoint', `*=${cloud.url}`, '--project', ME, ...more],
      { CLOUD_SDK_AK: simulatorKey.ak, CLOUD_SDK_SK: simulatorKey.sk, LANG: 'C.UTF-8' });
    const data = ['--data', join(folder, 'data')];
    assert.doesNotMatch((await job(...data)).stdout, /Usually/, 'one such run tells nothing');
    for (const id of SUCH) {
      await get(live(id));
      await stored(id);
    }
    const told = await job(...data);
    assert.equal(told.code, 0, told.stderr);
    assert.match(told.stdout, /^running · .* · Usually about 2 min\n/);
    assert.match((await job(...data, '--lang', 'zh')).stdout, / · 通常需要约 2 分钟\n/);
    assert.doesNotMatch((await job()).stdout, /Usually/, 'of another folder');
    const nowhere = await job('--data', join(folder, 'nowhere'));
    assert.equal(nowhere.code, 0);
    assert.match(nowhere.stderr, /nothing is remembered in /);
  });

  it('compares two jobs, whichever way their project is written', async () => {
    const reply = await get(`/api/compare?a=cn-north-4/eip/-/ended&b=cn-north-4/eip/${ME}/such-1`);
    assert.equal(reply.status, 200, reply.text);
    const { runs, differs, types } = reply.json();
    assert.deepEqual(runs.map((/** @type {any} */ run) => [run.job.job_id, run.seconds]), [['ended', 90], ['such-1', 90]]);
    assert.deepEqual(differs, []);
    assert.deepEqual(types.map((/** @type {any} */ it) => [it.type, it.runs[0].count]), [['aPart', 1]]);
    assert.equal((await get('/api/compare?a=cn-north-4/eip/-/ended&b=cn-north-4/eip/-/nobody-saw')).json().code, 'jobtree.job_not_found');
    assert.equal(await queries('nobody-saw'), 0);
  });

  it('tells who waits for the board that it changed', async () => {
    const before = await get('/api/jobs');
    const etag = String(before.headers.etag);
    assert.equal((await get('/api/jobs', { 'If-None-Match': etag })).status, 304);
    const waits = get('/api/jobs', { 'If-None-Match': etag, Prefer: 'wait=15' });
    assert.equal((await get(live('running'))).status, 200);
    const told = await waits;
    assert.equal(told.status, 200);
    assert.deepEqual(ids(told.json().jobs), ['ended', 'running', ...SUCH]);
  });

  it('has a job followed although nobody looks', async () => {
    const order = { region: 'cn-north-4', service: 'eip', project_id: '-', job_id: 'followed' };
    const first = await post({ ...order, label: 'nightly', links: ['https://ci.example.com/1'] });
    assert.equal(first.status, 201, first.text);
    assert.equal(first.json().is_followed, true);
    const job = await stored('followed', ({ has_ended }) => has_ended);
    assert.equal(job.label, 'nightly');
    assert.deepEqual(job.links, ['https://ci.example.com/1']);
    assert.equal(await queries('followed'), 1);
    assert.equal((await post(order)).status, 200);
    assert.deepEqual(ids(await board('?followed=1')), ['followed']);
    await backend.logged(/audit.*job=followed.*outcome=followed/);
    assert.equal((await post({ ...order, follow: false })).json().is_followed, false);
  });

  it('is handed a job by a pipeline, which hears when the cloud does not know its ID', async () => {
    const hand = (/** @type {string} */ job) => runBackend(['job', job, '--region', 'cn-north-4', '--follow-by', backend.url]);
    const known = await hand('running');
    assert.deepEqual([known.code, known.stdout, known.stderr], [0, `followed: ${backend.url}/?job=cn-north-4/eip/-/running\n`, '']);
    const unknown = await hand('mistyped');
    assert.equal(unknown.code, 0);
    assert.match(unknown.stderr, /note: Huawei Cloud does not know this job/);
    for (const job_id of ['running', 'mistyped']) {
      await post({ region: 'cn-north-4', service: 'eip', project_id: '-', job_id, follow: false });
    }
  });

  it('refuses a write of another site, and one that is no JSON', async () => {
    const order = { region: 'cn-north-4', service: 'eip', project_id: '-', job_id: 'ended' };
    assert.equal((await post(order, { Origin: 'https://evil.example.com' })).json().code, 'jobtree.cross_site');
    assert.equal((await post(order, { 'Content-Type': 'text/plain' })).status, 415);
    assert.equal((await post({ ...order, job_id: '../x' })).json().code, 'jobtree.bad_job_id');
  });

  it('calls a job lost that the cloud forgot before it ended, and shows it as it was', async () => {
    const seen = await get(live('lost'));
    await stored('lost');
    await cloud.fail({ kind: 'error', job_id: 'lost', status: 404, code: 'VPC.0504', message: 'no such job' });
    // A first "not found" a moment after the job was there may be a machine that does not know it yet.
    const shown = await until(() => get(live('lost')), ({ headers }) => headers['jobtree-stored-at'] !== undefined);
    assert.equal(shown.status, 200);
    assert.equal(shown.text, seen.text);
    assert.equal(shown.headers['cache-status'], 'jobtree; hit; detail=stored');
    await until(() => get(live('lost')).then(() => board('?status=lost')), (jobs) => jobs.length === 1);
    const [job] = await board('?status=lost');
    assert.equal(job.is_lost, true);
    assert.equal(job.status, 'running');
    const count = await queries('lost');
    await until(() => get(live('lost')), ({ headers }) => Number(headers.age) > 4, { everyMs: 500 });
    assert.equal(await queries('lost'), count, 'it is not queried any more');
    await cloud.fail();
  });

  it('remembers over a restart, and takes up what had not ended', async () => {
    const { text } = await get(live('taken-up'));
    await stored('taken-up');
    assert.equal(await backend.stop(), 0);
    await cloud.forget();
    backend = await start();
    await until(() => queries('taken-up'), (count) => count > 0);
    assert.equal(await queries('ended'), 0);
    assert.equal(await queries('lost'), 0);
    assert.deepEqual(ids(await board('?status=ended')), ['ended', 'followed', ...SUCH]);
    assert.equal((await get(live('taken-up'))).text, text);
  });

  it('loses nothing that was shown as stored when it is killed', async () => {
    await get(live('killed'));
    const job = await stored('killed');
    process.kill(backend.pid, 'SIGKILL');
    await backend.stop();
    backend = await start();
    const { last_seen: was, ...rest } = job;
    const { last_seen: is, ...now } = (await get(remembered('killed'))).json();
    assert.ok(is >= was);
    assert.deepEqual(now, rest);
    assert.equal((await get(remembered('killed', '/events'))).json().events.length, 2);
  });

  it('shows what it remembers while the cloud cannot be reached', async () => {
    assert.equal(await backend.stop(), 0);
    const reachable = cloud.url;
    cloud.url = 'http://127.0.0.1:9'; // nobody listens there
    backend = await start();
    cloud.url = reachable;
    const shown = await get(live('killed'));
    assert.equal(shown.status, 200);
    assert.match(String(shown.headers['jobtree-stored-at']), /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ$/);
    assert.equal((await get(live('nobody-saw'))).status, 504);
  });

  it('shows a token what it may see live, and lets it write with the right alone', async () => {
    const tokens = join(folder, 'tokens');
    const token = async (/** @type {string[]} */ ...args) => {
      const { stdout } = await runBackend(['token', ...args]);
      const [secret, line] = stdout.split('\n');
      return { line, headers: { Authorization: `Bearer ${secret}` } };
    };
    const own = await token('own');
    const other = await token('other', '--project', '0605767cc80010f42f1ec00bc0e6b7a8');
    const writer = await token('writer', '--follow');
    assert.match(writer.line, / follow$/);
    await writeFile(tokens, [own, other, writer].map(({ line }) => `${line}\n`).join(''), { mode: 0o600 });
    assert.equal(await backend.stop(), 0);
    backend = await start('--tokens-file', tokens);

    const jobs = async (/** @type {{headers: object}} */ { headers }) => (await get('/api/jobs', headers)).json().jobs.length;
    assert.equal((await get('/api/jobs')).status, 401);
    assert.ok(await jobs(own) >= 5);
    assert.equal(await jobs(other), 0);
    assert.equal((await get(remembered('ended'), own.headers)).status, 200);
    for (const more of ['', '/events', '/versions', '/versions/1']) {
      const reply = await get(remembered('ended', more), other.headers);
      assert.equal(reply.status, 404);
      assert.equal(reply.json().code, 'jobtree.job_not_found');
    }
    const order = { region: 'cn-north-4', service: 'eip', project_id: ME, job_id: 'with-ci' };
    assert.equal((await post(order, own.headers)).json().code, 'jobtree.not_permitted');
    assert.equal((await post(order, writer.headers)).status, 201);
  });
});
