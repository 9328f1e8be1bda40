// What failed over all jobs that a server remembers, by HTTP: the real binary with a real file, before a simulated cloud.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { request, runBackend, simulatorKey, startBackend, startSimulator, until } from './helpers.js';

const ME = simulatorKey.project;
const QUOTA = 'Elastic IP quota exceeded.';

/** A job of which these parts have failed. @param {string} id @param {string} code @param {string[]} reasons */
const failing = (id, code, reasons) => ({
  service: 'eip', region: 'cn-north-4', job_id: id,
  document: {
    job_id: id, job_type: 'aType', status: 'FAIL', begin_time: '2026-11-29T10:00:00.000Z', end_time: '2026-11-29T10:01:00.000Z',
    entities: {
      sub_jobs: reasons.map((reason, i) => ({ job_id: `${id}-${i}`, job_type: 'aPart', status: 'FAIL', error_code: code, fail_reason: reason, entities: {} })),
    },
  },
});

describe('Failures over all jobs', () => {
  /** @type {string} */
  let folder;
  /** @type {Awaited<ReturnType<typeof startSimulator>>} */
  let cloud;
  /** @type {import('./helpers.js').Backend} */
  let backend;

  /** @param {string[]} args */
  const start = (...args) => startBackend(
    ['serve', '--listen', '127.0.0.1:0', '--endpoint', `*=${cloud.url}`, '--project', ME, '--data', join(folder, 'data'), ...args],
    { env: { CLOUD_SDK_AK: simulatorKey.ak, CLOUD_SDK_SK: simulatorKey.sk } });
  const get = (/** @type {string} */ path, headers = {}) => request(backend.url + path, { headers });
  const look = (/** @type {string} */ job, headers = {}) => get(`/api/cn-north-4/eip/v1/-/jobs/${job}`, headers);
  /** @returns {Promise<any[]>} */
  const failures = async (query = '', headers = {}) => {
    const reply = await get(`/api/failures${query}`, headers);
    assert.equal(reply.status, 200, reply.text);
    return reply.json().failures;
  };
  const post = (/** @type {object} */ order, headers = {}) => request(`${backend.url}/api/failures`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(order),
  });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jobtree failures '));
    cloud = await startSimulator({
      scenario: {
        jobs: [
          failing('first', 'VPC.0521', [QUOTA, QUOTA]), failing('second', 'VPC.0521', [QUOTA]), failing('other', 'VPC.0532', ['No more addresses.']),
          failing('third', 'VPC.0521', [QUOTA]), failing('fourth', 'VPC.0521', [QUOTA]),
        ],
      },
    });
    backend = await start();
  });
  after(async () => {
    await backend.stop();
    await cloud.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('are none where nothing has failed', async () => {
    assert.deepEqual(await failures(), []);
  });

  it('are counted over jobs, each once, with what the code means', async () => {
    for (const job of ['first', 'second', 'other']) assert.equal((await look(job)).status, 200);
    const [last, quota] = await until(failures, (all) => all.length === 2 && all[1].count === 3);
    assert.equal(last.code, 'VPC.0532');
    assert.match(quota.name, /^VPC\.0521~[0-9a-f]{8}$/);
    assert.equal(quota.text, QUOTA);
    assert.equal(quota.jobs, 2);
    assert.equal(quota.is_new, true);
    assert.equal(quota.is_back, false);
    assert.equal(quota.days.length, 14);
    assert.equal(quota.days[13] + quota.days[12], 3); // around midnight they were yesterday's
    assert.deepEqual(quota.sample, { region: 'cn-north-4', service: 'eip', project_id: ME, job_id: 'second', part: 'second-0' });
    assert.equal(quota.explanation.code, 'VPC.0521');
    assert.ok(quota.explanation.meaning.en && quota.explanation.meaning.zh && quota.explanation.remedy.zh);
    const stored = (await get(`/api/jobs/cn-north-4/eip/${ME}/second`)).json();
    assert.equal(stored.failures[0].group, quota.name, 'a link can filter the job by it');
  });

  it('are the same after a restart, and nothing is counted again', async () => {
    assert.equal(await backend.stop(), 0);
    backend = await start();
    for (const job of ['first', 'second', 'other']) await look(job);
    assert.deepEqual((await failures()).map(({ count }) => count), [1, 3]);
  });

  it('are found by service, state and text, a page at a time', async () => {
    assert.equal((await failures('?service=ecs')).length, 0);
    assert.equal((await failures('?state=new')).length, 2);
    assert.equal((await failures('?state=back')).length, 0);
    assert.equal((await failures('?q=quota')).length, 1);
    const page = (await get('/api/failures?limit=1')).json();
    assert.equal(page.failures[0].code, 'VPC.0532');
    assert.deepEqual((await failures(`?limit=1&cursor=${page.next}`)).map(({ code }) => code), ['VPC.0521']);
    const reply = await get('/api/failures');
    assert.equal((await get('/api/failures', { 'If-None-Match': String(reply.headers.etag) })).status, 304);
    assert.equal((await get('/api/failures?state=old')).json().code, 'jobtree.bad_parameter');
  });

  it('can be muted until more have come than were let pass, and are counted all the while', async () => {
    const [, { name }] = await failures();
    const muted = await post({ service: 'eip', name, mute: { remaining: 1, note: 'ticket <b>7</b>' } });
    assert.equal(muted.status, 200, muted.text);
    assert.equal(muted.json().mute.note, 'ticket <b>7</b>');
    assert.equal(muted.json().mute.remaining, 1);
    assert.deepEqual((await failures()).map(({ code }) => code), ['VPC.0532']);
    await look('third');
    const [hidden] = await until(() => failures('?state=muted'), ([it]) => it?.count === 4);
    assert.equal(hidden.mute.remaining, 0);
    await look('fourth');
    const heard = await until(failures, (all) => all.length === 2);
    assert.equal(heard[0].count, 5);
    assert.equal(heard[0].mute, null);
    assert.deepEqual(await failures('?state=muted'), []);
  });

  it('can be muted until a time, and unmuted', async () => {
    const [{ name }] = await failures();
    const until = new Date(Date.now() + 3_600_000).toISOString();
    assert.equal((await post({ service: 'eip', name, mute: { until } })).json().mute.until, until);
    assert.equal((await failures()).length, 1);
    assert.equal((await failures('?state=all')).length, 2);
    assert.equal((await post({ service: 'eip', name, mute: null })).json().mute, null);
    assert.equal((await failures()).length, 2);
    assert.equal((await post({ service: 'eip', name: 'nothing~12345678', mute: null })).status, 404);
    assert.equal((await post({ service: 'eip', name, mute: {} })).json().code, 'jobtree.bad_parameter');
    assert.equal((await post({ service: 'eip', name, mute: null }, { Origin: 'https://evil.example' })).json().code, 'jobtree.cross_site');
  });

  it('are shown to a token as far as it sees jobs, and muted by one with the right', async () => {
    const tokens = join(folder, 'tokens');
    const token = async (/** @type {string[]} */ ...args) => {
      const [secret, line] = (await runBackend(['token', ...args])).stdout.split('\n');
      return { line, headers: { Authorization: `Bearer ${secret}` } };
    };
    const own = await token('own');
    const other = await token('other', '--project', '0605767cc80010f42f1ec00bc0e6b7a8', '--follow');
    const ecs = await token('ecs', '--service', 'ecs');
    const writer = await token('writer', '--follow');
    await writeFile(tokens, [own, other, ecs, writer].map(({ line }) => `${line}\n`).join(''), { mode: 0o600 });
    assert.equal(await backend.stop(), 0);
    backend = await start('--tokens-file', tokens);
    assert.equal((await get('/api/failures')).status, 401);
    const [{ name }] = await failures('', own.headers);
    assert.equal((await failures('', own.headers)).length, 2);
    assert.deepEqual(await failures('', other.headers), []);
    assert.deepEqual(await failures('', ecs.headers), []);
    const order = { service: 'eip', name, mute: { remaining: 3 } };
    assert.equal((await post(order, own.headers)).json().code, 'jobtree.not_permitted');
    assert.equal((await post(order, other.headers)).status, 404, 'it sees none to mute');
    assert.equal((await post(order, writer.headers)).json().mute.by, 'writer');
    await backend.logged(/audit.*token=writer.*service=eip.*outcome=muted/);
  });
});
