// What a server has seen is remembered, by the real program in a real file, and read while it runs.

import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { runBackend, startBackend } from './helpers.js';

describe('The demo', () => {
  /** @type {import('./helpers.js').Backend} */
  let backend;
  /** @type {string} */
  let temporary;
  /** @type {string} */
  let data;

  before(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'jobtree history '));
    backend = await startBackend(['--demo', '--listen', '127.0.0.1:0', '--discover', 'off'], { env: { JOBTREE_DATA: '', TMPDIR: temporary } });
    data = join(temporary, readdirSync(temporary).find((name) => name.startsWith('jobtree-demo-')) ?? '');
  });
  after(() => rm(temporary, { recursive: true, force: true }));

  /** @param {string[]} flags */
  const history = async (...flags) => {
    const { code, stdout } = await runBackend(['history', '--data', data, '--output', 'json', ...flags]);
    assert.equal(code, 0);
    return JSON.parse(stdout).jobs;
  };

  it('remembers made-up runs of the past two weeks from the first minute', async () => {
    let jobs = await history();
    for (let tries = 0; jobs.length < 13 && tries < 100; ++tries) jobs = await history();
    assert.equal(jobs.length, 13);
    assert.ok(jobs.every((/** @type {any} */ job) => job.is_example));
    assert.equal(jobs.filter((/** @type {any} */ job) => job.is_lost).length, 1);
  });

  it('shows them as a table, and what was asked for alone', async () => {
    const { stdout } = await runBackend(['history', '--data', data]);
    assert.match(stdout, /^CHANGED +STATUS +JOB +PARTS +SERVICE +NAME +ERROR\n/);
    assert.match(stdout, /failed +\S+ +20\/20 +eip +createPublicIps +VPC\.0521 {2}Elastic IP quota/);
    const failed = await history('--status', 'failed', '--service', 'ecs');
    assert.deepEqual(failed.map((/** @type {any} */ job) => job.failures[0].error_code), ['Ecs.0319', 'Ecs.0319']);
    assert.equal((await history('--since', '7h')).length, 4);
    assert.equal((await history('--status', 'lost')).length, 1);
    assert.equal((await history('--search', 'vpc.0521')).length, 1);
    assert.equal((await history('--limit', '2')).length, 2);
  });

  it('is copied while it serves, for its owner alone, and over no other file', async () => {
    const copy = join(temporary, 'copy', 'jobtree.db');
    const refused = await runBackend(['backup', copy, '--data', data]);
    assert.equal(refused.code, 1); // no such folder
    const folder = await mkdtemp(join(temporary, 'copies-'));
    const made = await runBackend(['backup', join(folder, 'jobtree.db'), '--data', data]);
    assert.equal(made.code, 0, made.stderr);
    assert.deepEqual(readdirSync(folder), ['jobtree.db']);
    assert.equal(statSync(join(folder, 'jobtree.db')).mode & 0o777, 0o600);
    const { stdout } = await runBackend(['history', '--data', folder, '--output', 'json']);
    assert.equal(JSON.parse(stdout).jobs.length, 13);
    const again = await runBackend(['backup', join(folder, 'jobtree.db'), '--data', data]);
    assert.equal(again.code, 2);
    assert.match(again.stderr, /is there already; name another file/);
  });

  it('takes its folder with it', async () => {
    assert.equal(await backend.stop(), 0);
    assert.deepEqual(readdirSync(temporary).filter((name) => name.startsWith('jobtree-demo-')), []);
  });
});

describe('The commands that read what is remembered', () => {
  it('say where they looked when there is nothing', async () => {
    for (const command of [['history'], ['backup', 'copy.db']]) {
      const { code, stderr } = await runBackend([...command, '--data', '/nowhere/at all']);
      assert.equal(code, 2);
      assert.match(stderr, /nothing is remembered in \/nowhere\/at all: no server has used this folder/);
    }
  });

  it('refuse what is no retention and no span of time', async () => {
    const retention = await runBackend(['serve', '--retention', 'jobs=ever']);
    assert.equal(retention.code, 2);
    assert.match(retention.stderr, /--retention: "jobs=ever" is no part of a retention/);
    const since = await runBackend(['history', '--since', 'yesterday']);
    assert.equal(since.code, 2);
    assert.match(since.stderr, /--since: "yesterday" is no span of time/);
  });
});
