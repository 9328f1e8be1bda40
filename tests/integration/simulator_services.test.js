// Every service of the pretend cloud at its real path, in its real shape.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';

import { dataFile, request, sign, simulatorKey, startSimulator } from './helpers.js';

const { project, domain } = simulatorKey;

/** Written down once more, from the services' references.
 * @type {[string, string, string][]} service, path, the recorded answer */
const recorded = [
  ['eip', `/v1/${project}/jobs/ff808082843684110184e155fdb36461`, 'eip-documented'],
  ['ecs', `/v1/${project}/jobs/ff8080827e7810fb017f06338a731328`, 'ecs-running-nested-live'],
  ['ecs', `/v1/${project}/jobs/7980a0289d5c9c066f833b4939421dd0`, 'ecs-success-nested-wire'],
  ['bms', `/v1/${project}/jobs/e3c35722131a56019ebbf3a24133d2b4`, 'bms-running-nested-hcs'],
  ['evs', `/v1/${project}/jobs/1f7af78c01283680c3c5c4eb8972fb28`, 'evs-success-batch-2-children'],
  ['sdrs', `/v1/${project}/jobs/f9da4a57ec7a8ffc4cccc1a855fc0301`, 'sdrs-success'],
  ['vbs', `/v1/${project}/jobs/857a8922223f2a87ffe18e0ad5771018`, 'vbs-failed-bad-time'],
  ['ims', `/v1/${project}/jobs/5705a5d194b67789c7209a53035bf353`, 'ims-success-ova-2-children'],
  ['ims', '/v1/cloudimages/job/5705a5d194b67789c7209a53035bf353', 'ims-success-ova-2-children'],
  ['dcs', `/v2/${project}/jobs/d2a8797ffe6be8d6747feeb661d5e61b`, 'dcs-success-epoch-text'],
  ['swr', `/v2/${project}/jobs/75ed4352-bb05-f5fe-b9a5-84d177695f87`, 'swr-failed-list-of-one'],
  ['sfs-turbo', `/v1/${project}/sfs-turbo/jobs/26f6b565-xxxx-XXXX-xxxx-03f0bd975433`, 'sfsturbo-success'],
  ['workspace', `/v2/${project}/workspace-jobs/524295429061944805`, 'workspaceapp-success-nested'],
  ['workspace-app', `/v1/${project}/job/524295429061944805`, 'workspaceapp-int-job_status-failed'],
  ['dws', `/v1.0/${project}/job/a9e318686bf673039b697a8a8938fd6e`, 'dws-failed'],
  ['cph', `/v1/${project}/cloud-phone/jobs/06b520d2a53493e772b2c9b3eccf828a`, 'cph-int-success'],
  ['elb', `/v3/${project}/elb/jobs/4467d576-9363-a20b-c038-48c96db53084`, 'elb3-complete-3-children'],
  ['rds', `/v3/${project}/jobs?id=f2080973-1e96-e57a-5146-2dd142e4fb34`, 'rds-running'],
  ['taurusdb', `/v3/${project}/jobs?id=3364790d-1667-ebfb-ab23-d36a1c3c97b6`, 'taurusdb-completed'],
  ['dds', `/v3/${project}/jobs?id=2f73256b-e683-6c05-6b7e-6c04b3e0cd04`, 'dds-failed'],
  ['ddm', `/v3/${project}/jobs/f2080973-1e96-e57a-5146-2dd142e4fb34`, 'ddm-running-ended'],
  ['cbr', `/v3/${project}/operation-logs/a84815b5-0602-05f8-d843-bcef8edeaf61`, 'cbr-success-nozone-nulls'],
  ['cce', `/api/v3/projects/${project}/jobs/49e6dd41-4458-eb35-bab9-803d3332420f`, 'cce-success-3-levels'],
  ['cce-autopilot', `/autopilot/v2/projects/${project}/jobs/2c22476a-e091-f121-873d-d3f5b881b6eb`, 'cce-v2-failed'],
  ['cse', `/v2/${project}/enginemgr/engines/6f708192-a3b4-4c5d-96e7-f8091a2b0e10/jobs/12339`, 'cse-finished-tasks-2-levels'],
  ['roma', `/v2/${project}/instances/708192a3-b4c5-4d6e-87f8-091a2b3c0e11/assets/jobs/007146e2584e2dcefde8603814903ae8`, 'roma-running-reason-array'],
];

/** Services that publish no whole answer. @type {[string, string, (body: any) => string][]} */
const made = [
  ['deh', `/v1/${project}/jobs/ff8080828f7a2c11018f9b0c51d20e01`, (body) => body.status],
  ['waf', `/v1/${project}/waf/async-job/c1f0a2d47be84b3f9d5e6a7081920e02`, (body) => body.status],
  ['gaussdb', `/v3/${project}/jobs?id=1d2c3b4a-5e6f-4a70-8192-a3b4c5d60e03`, (body) => body.job.status],
  ['geminidb', `/v3/${project}/jobs?id=7a6b5c4d-3e2f-4102-93a4-b5c6d7e80e04`, (body) => body.jobs[0].status],
  ['cfw', `/v3/${project}/jobs/2b3c4d5e-6f70-4182-a3b4-c5d6e7f80e05`, (body) => body.data.status],
  ['vpn', `/v5/${project}/vpn-gateways/jobs?resource_id=620d99b8-2d3e-4d7b-8b1c-1f2e3d4c5b6a`, (body) => body.jobs[0].status],
  ['servicestage', `/v2/${project}/cas/jobs/JOB5e6f7081-9293-4b4c-95d6-e7f809100e09`, (body) => body.job.EXECUTION_STATUS],
  ['drs', `/v5/${project}/jobs/8192a3b4-c5d6-4e7f-8091-021324350e12`, (body) => body.job.status],
];

/** @type {import('./helpers.js').Backend} */
let cloud;

/** @param {string} path @param {Record<string, string>} [headers] */
const ask = (path, headers = {}) =>
  request(cloud.url + path, { headers: sign(cloud.url + path, { headers }) });

describe('the simulator, service by service', () => {
  before(async () => {
    cloud = await startSimulator();
    await cloud.logged(/Watch them in a browser/);
  });
  after(() => cloud.stop());

  for (const [service, path, file] of recorded) {
    it(`answers for ${service} at ${path.replace(project, '{project_id}')} as recorded`, async () => {
      const reply = await ask(path);
      assert.equal(reply.status, 200, reply.text);
      assert.equal(reply.text, await readFile(dataFile(`jobs/${file}.json`), 'utf8'));
      await cloud.logged(new RegExp(`^ {2}\\S+ {2}${service} {2}`, 'm'));
    });
  }

  for (const [service, path, status] of made) {
    it(`answers for ${service} at ${path.replace(project, '{project_id}')} in its shape`, async () => {
      const reply = await ask(path);
      assert.equal(reply.status, 200, reply.text);
      assert.match(status(reply.json()), /^[A-Za-z_]+$/);
      await cloud.logged(new RegExp(`^ {2}\\S+ {2}${service} {2}`, 'm'));
    });
  }

  it('knows no job under another instance than its own', async () => {
    const reply = await ask(`/v2/${project}/enginemgr/engines/another-engine/jobs/12339`);
    assert.equal(reply.status, 404, reply.text);
  });

  it('answers for geip under the domain, to who says X-Domain-Id', async () => {
    const job = 'geip/jobs/aa44ce37-c394-604a-418a-2483d0bfa639';
    const good = await ask(`/v3/${domain}/${job}`, { 'X-Domain-Id': domain });
    assert.equal(good.text, await readFile(dataFile('jobs/geip-success.json'), 'utf8'));
    for (const [owner, headers] of /** @type {[string, Record<string, string>][]} */ ([
      [domain, {}], [domain, { 'X-Domain-Id': project }], [project, { 'X-Domain-Id': domain }],
    ])) {
      assert.equal((await ask(`/v3/${owner}/${job}`, headers)).status, 400);
    }
  });

  it('finds no job at the path of another service', async () => {
    for (const path of [
      `/v3/${project}/jobs?id=ff808082843684110184e155fdb36461`,
      `/v2/${project}/jobs/ff808082843684110184e155fdb36461`,
      `/v1/${project}/jobs/49e6dd41-4458-eb35-bab9-803d3332420f`,
      `/v3/${project}/jobs?id=`,
      `/v1/${project}/jobs/12339`,
    ]) {
      assert.equal((await ask(path)).status, 404, path);
    }
  });

  it('answers for no other project', async () => {
    const other = '0'.repeat(32);
    for (const [, path] of recorded) {
      if (!path.includes(project)) continue;
      const reply = await ask(path.replace(project, other));
      assert.equal(reply.json().code, 'VPC.0007', path);
    }
  });
});
