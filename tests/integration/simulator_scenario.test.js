// Scenario files at the command line: the documented example, and files that are wrong.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { request, runBackend, sign, startBackend, startSimulator, until } from './helpers.js';

/** @type {string} */
let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jobtree-scenarios-'));
});
after(() => rm(folder, { recursive: true }));

/** @param {{url: string}} cloud @param {string} path @param {Parameters<typeof sign>[1]} [options] */
const ask = (cloud, path, options) =>
  request(cloud.url + path, { headers: sign(cloud.url + path, options) });

describe('a scenario file', () => {
  it('plays as its documentation says, in the very example', async (t) => {
    const readme = await readFile(new URL('../../backend/simulator/README.md', import.meta.url), 'utf8');
    const [, example] = readme.match(/```json\n([\s\S]*?)```/) ?? [];
    const file = join(folder, 'example.json');
    await writeFile(file, example);
    const cloud = await startBackend(['simulate', '--listen', '127.0.0.1:0', '--scenario', file]);
    t.after(() => cloud.stop());
    await cloud.logged(/batch-1 {2}eip {2}Fifty, two fail/);

    const project = '5200000000000000000000000de30001';
    // Its clock is two minutes slow.
    const date = () => new Date(Date.now() - 120_000).toISOString().replace(/[-:]|\.\d+/g, '');
    const key = () => ({ ak: 'SIMULATEDOPERATOR001', sk: 'any-words-nothing-real', date: date() });
    const jobs = `/v1/${project}/jobs`;
    assert.equal((await ask(cloud, `${jobs}/servers-1`, key())).status, 503, 'the one fault of ecs');
    const servers = await until(
      async () => (await ask(cloud, `${jobs}/servers-1`, key())).json(), (job) => job.end_time !== '',
    );
    assert.equal(servers.status, 'FAIL');
    assert.equal(servers.job_id, 'servers-1');
    assert.equal(servers.error_code, 'Ecs.0319');
    assert.match(servers.fail_reason, /Capacity is not enough\.$/);
    assert.deepEqual(
      servers.entities.sub_jobs.map((/** @type {any} */ job) => job.status), ['SUCCESS', 'FAIL'],
    );
    const begun = Date.parse(servers.begin_time) - Date.now();
    assert.ok(Math.abs(begun + 120_000) < 30_000, servers.begin_time);
    const batch = await until(
      async () => (await ask(cloud, `${jobs}/batch-1`, key())).json(), (job) => job.end_time !== '',
    );
    const failed = batch.entities.sub_jobs.filter((/** @type {any} */ job) => job.status === 'FAIL');
    assert.deepEqual([batch.entities.sub_jobs.length, failed.length], [50, 2]);

    const rds = await ask(cloud, `/v3/${project}/jobs?id=rds-1`, key());
    assert.equal(rds.text, '{"job":{"id":"rds-1","status":"Running","process":"60%"}}');
    const listed = (await ask(cloud, '/v3/projects?name=cn-north-4', key())).json().projects;
    assert.equal(listed.length, 2);
    const temporary = {
      ak: 'SIMULATEDTEMPORARY01', sk: 'other-words', date: date(), headers: { 'X-Security-Token': 'a-token' },
    };
    assert.equal((await ask(cloud, '/v3/auth/domains', temporary)).status, 200);
    assert.equal((await ask(cloud, '/v3/auth/domains', { ...temporary, headers: {} })).status, 401);
  });

  it('may name a document, which is given out byte for byte', async (t) => {
    const bytes = '{ "job_id":\t"odd",  "status": 1e3 }\n';
    await writeFile(join(folder, 'odd.json'), bytes);
    const file = join(folder, 'with-document.json');
    await writeFile(file, JSON.stringify({ jobs: [{ service: 'evs', job_id: 'odd', document_file: 'odd.json' }] }));
    const cloud = await startBackend(['simulate', '--listen', '127.0.0.1:0', '--scenario', file]);
    t.after(() => cloud.stop());
    assert.equal((await ask(cloud, '/v1/5100000000000000000000000de30001/jobs/odd')).text, bytes);
  });

  it('yields to the flags, and has every member left out', async (t) => {
    /** @param {Parameters<typeof startSimulator>[0]} options */
    const first = async (options) => {
      const cloud = await startSimulator(options);
      t.after(() => cloud.stop());
      return (await cloud.logged(/^ {2}([0-9a-f]{32}) {2}eip/m))[1];
    };
    const seven = await first({ seed: 7 });
    assert.equal(await first({ scenario: { seed: 7 } }), seven);
    assert.equal(await first({ scenario: { seed: 8 }, seed: 7 }), seven);
    assert.equal(await first({ scenario: {} }), await first({}));
  });

  it('with a key that may be real stops the start, without repeating it', async () => {
    const file = join(folder, 'real.json');
    await writeFile(file, JSON.stringify({ keys: [{ access: 'HPUAREALLOOKING00001', secret: 'canary' }] }));
    const { code, stderr } = await runBackend(['simulate', '--scenario', file]);
    assert.equal(code, 2);
    assert.match(stderr, /^[^\n]*keys\[0\]\.access does not begin with SIMULATED\. Never put a real key/);
    assert.doesNotMatch(stderr, /HPUA|canary/);
  });

  it('that is wrong stops the start in one line that says where', async () => {
    const cases = [
      ['{"seeds": 1}', /the top has an unknown member "seeds"/],
      ['{', /not JSON; the error is at byte 2/],
      ['{"jobs": [{"service": "eip", "job_id": "a", "document_file": "../x"}]}', /jobs\[0\]\.document_file cannot be used: \.\.\/x is not beside/],
      ['{"jobs": [{"service": "eip", "job_id": "a", "document_file": "none"}]}', /jobs\[0\]\.document_file cannot be used: cannot read the document [^\n]*none: No such file/],
      [' '.repeat(2 ** 20 + 1), /is larger than 1 MiB/],
    ];
    for (const [text, why] of /** @type {[string, RegExp][]} */ (cases)) {
      const file = join(folder, 'wrong.json');
      await writeFile(file, text);
      const { code, stderr } = await runBackend(['simulate', '--scenario', file]);
      assert.equal(code, 2, text.slice(0, 100));
      assert.match(stderr, /^backend simulate: --scenario [^\n]*wrong\.json[^\n]*\n$/);
      assert.match(stderr, why);
    }
    const { code, stderr } = await runBackend(['simulate', '--scenario', join(folder, 'nowhere.json')]);
    assert.deepEqual([code, /nowhere\.json: No such file/.test(stderr)], [2, true]);
  });
});
