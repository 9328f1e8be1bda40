// A disk that is full: the real binary with its memory on a file system of its own, which is small.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { request, simulatorKey, startBackend, startWatchedSimulator, until } from './helpers.js';

const JOBS = 12;
const idOf = (/** @type {number} */ i) => `job-${i}`;
const documentOf = (/** @type {string} */ id) => ({
  job_id: id, job_type: 'createBatch', status: 'SUCCESS', begin_time: '2026-11-29T10:00:00.000Z', end_time: '2026-11-29T10:01:00.000Z',
  entities: {
    // Ids by chance: what repeats would take no room.
    sub_jobs: Array.from({ length: 300 }, () => ({ job_id: randomBytes(16).toString('hex'), job_type: 'create', status: 'SUCCESS' })),
  },
});

/** A command that gives the one behind it a small file system there, which nobody else sees. @param {string} folder */
const smallDisk = (folder) =>
  ['unshare', '--map-root-user', '--mount', 'sh', '-c', `mount -t tmpfs -o size=2m none "$0" && exec "$@"`, folder];

const [unshare, ...its] = [...smallDisk(tmpdir()), 'true'];
const cannot = spawnSync(unshare, its).status === 0 ? false : 'a file system of its own is not allowed here';

describe('A server whose disk is full', { skip: cannot }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'jobtree disk '));
  /** @type {Awaited<ReturnType<typeof startWatchedSimulator>>} */
  let cloud;
  /** @type {import('./helpers.js').Backend} */
  let backend;

  const live = (/** @type {number} */ i) => request(`${backend.url}/api/cn-north-4/eip/v1/-/jobs/${idOf(i)}`);
  const ready = async () => (await request(`${backend.url}/readyz`)).json();
  const storedCount = async () => (await request(`${backend.url}/api/jobs?limit=50`)).json().jobs.length;
  const filler = () => `/proc/${backend.pid}/root${folder}/filler`;
  const fill = () => {
    for (const size of [65_536, 4096, 1]) {
      try {
        for (;;) appendFileSync(filler(), Buffer.alloc(size, 1));
      } catch (error) {
        assert.equal(/** @type {NodeJS.ErrnoException} */ (error).code, 'ENOSPC');
      }
    }
  };

  before(async () => {
    cloud = await startWatchedSimulator({
      scenario: { jobs: Array.from({ length: JOBS }, (_, i) => ({ service: 'eip', region: 'cn-north-4', job_id: idOf(i), document: documentOf(idOf(i)) })) },
    });
    backend = await startBackend(
      ['serve', '--listen', '127.0.0.1:0', '--endpoint', `*=${cloud.url}`, '--project', simulatorKey.project, '--data', join(folder, 'data')],
      { env: { CLOUD_SDK_AK: simulatorKey.ak, CLOUD_SDK_SK: simulatorKey.sk }, within: smallDisk(folder) });
    assert.equal((await live(0)).status, 200);
    await until(storedCount, (count) => count === 1);
  });
  after(async () => {
    await backend?.stop();
    await cloud?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('serves every viewer as before, and says what is wrong where an operator looks', async () => {
    fill();
    for (let i = 1; i < JOBS; ++i) assert.equal((await live(i)).status, 200);
    const { memory_note: note } = await until(ready, ({ memory }) => memory === 'trouble');
    assert.match(note, /until there is room on the disk/);
    assert.match((await request(`${backend.url}/metrics`)).text, /^jobtree_store_up 0$/m);
    await backend.logged(/there is no room left for /);
    const [first] = (await request(`${backend.url}/api/jobs?q=${idOf(0)}`)).json().jobs;
    assert.equal(first.job_id, idOf(0)); // what was stored is there
  });

  it('stores what waited by itself when there is room again, and loses nothing', async () => {
    rmSync(filler());
    assert.equal(await until(storedCount, (count) => count === JOBS, { withinMs: 90_000 }), JOBS);
    await until(ready, ({ memory }) => memory === 'good');
  });
});
