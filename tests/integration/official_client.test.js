// Huawei Cloud's own client for Node.js against the simulator, straight and through our backend:
// what it signs is accepted, what it reads is what we send, and a wrong secret is refused.
//
// The elastic-IP client is not on npm; the ECS one asks for jobs on the same path.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import log4js from 'log4js';

import { dataFile, documentedJob, simulatorKey, startBackend, startSimulator } from './helpers.js';

/** @typedef {import('./helpers.js').Backend} Backend */

// The client writes ~/.huaweicloud/application_id when it is loaded; not into the user's home.
const home = await mkdtemp(join(tmpdir(), 'jobtree-client-'));
process.env.HOME = home;
after(() => rm(home, { recursive: true, force: true }));

const { BasicCredentials } = await import('@huaweicloud/huaweicloud-sdk-core');
const { EcsClient, ShowJobRequest } = await import(
  '@huaweicloud/huaweicloud-sdk-ecs/v2/public-api.js'
);
// It logs every failure with the whole request; a refusal is what one test is about.
log4js.getLogger().level = 'off';

/**
 * @param {string} endpoint
 * @param {string} jobId
 * @param {string} [sk]
 * @returns {Promise<any>}
 */
function showJob(endpoint, jobId, sk = simulatorKey.sk) {
  const credential = new BasicCredentials()
    .withAk(simulatorKey.ak)
    .withSk(sk)
    .withProjectId(simulatorKey.project);
  const client = EcsClient.newBuilder().withCredential(credential).withEndpoint(endpoint).build();
  return client.showJob(new ShowJobRequest(jobId));
}

/** What the client makes of a document: its members, and the status beside them.
 * @param {string} file */
async function expected(file) {
  return { ...JSON.parse(await readFile(dataFile(file), 'utf8')), httpStatusCode: 200 };
}

describe('the official client, straight at the simulator', () => {
  /** @type {Backend} */
  let cloud;
  before(async () => {
    cloud = await startSimulator();
  });
  after(() => cloud.stop());

  it('reads a job', async () => {
    const ended = await showJob(cloud.url, documentedJob);
    assert.deepEqual({ ...ended }, await expected('jobs/eip-documented.json'));
    const running = await showJob(cloud.url, 'ff8080827e7810fb017f06338a731328');
    assert.deepEqual({ ...running }, await expected('jobs/ecs-running-nested-live.json'));
  });

  it('is refused with APIGW.0301 when its secret is wrong', async () => {
    await assert.rejects(showJob(cloud.url, documentedJob, 'wrong'), (/** @type {any} */ error) => {
      assert.equal(error.httpStatusCode, 401);
      assert.equal(error.errorCode, 'APIGW.0301');
      assert.match(error.errorMsg, /verify aksk signature fail, canonicalRequest:GET\|/);
      assert.match(error.requestId, /^[0-9a-f]{32}$/);
      return true;
    });
  });
});

describe('the official client, through our backend', () => {
  /** @type {Backend} */
  let backend;
  before(async () => {
    backend = await startBackend(['serve', '--demo', '--listen', '127.0.0.1:0']);
  });
  after(() => backend.stop());

  it('reads a job, for the backend signs anew', async () => {
    const endpoint = `${backend.url}/api/cn-north-4/ecs`;
    const ended = await showJob(endpoint, documentedJob);
    assert.deepEqual({ ...ended }, await expected('jobs/eip-documented.json'));
    const unsigned = await showJob(endpoint, 'ff8080827e7810fb017f06338a731328', 'not the key');
    assert.deepEqual({ ...unsigned }, await expected('jobs/ecs-running-nested-live.json'));
  });
});
