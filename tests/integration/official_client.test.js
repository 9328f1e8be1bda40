// Huawei Cloud's own clients for Node.js against the simulator, straight and through our backend:
// what they sign is accepted, what they read is what we send, and a wrong secret is refused.
//
// The elastic-IP client is not on npm; the ECS one asks for jobs on the same path.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import log4js from 'log4js';

import {
  dataFile, documentedJob, runBackend, simulatorKey, startBackend, startSimulator,
} from './helpers.js';

/** @typedef {import('./helpers.js').Backend} Backend */

// The client writes ~/.huaweicloud/application_id when it is loaded; not into the user's home.
const home = await mkdtemp(join(tmpdir(), 'jobtree-client-'));
process.env.HOME = home;
after(() => rm(home, { recursive: true, force: true }));

const { BasicCredentials, GlobalCredentials, Region } = await import('@huaweicloud/huaweicloud-sdk-core');
const { EcsClient, ShowJobRequest } = await import(
  '@huaweicloud/huaweicloud-sdk-ecs/v2/public-api.js'
);
const { IamClient, KeystoneListAuthDomainsRequest, KeystoneListProjectsRequest } = await import(
  '@huaweicloud/huaweicloud-sdk-iam/v3/public-api.js'
);
const { ListVpcsRequest, VpcClient } = await import(
  '@huaweicloud/huaweicloud-sdk-vpc/v2/public-api.js'
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

  it('finds its project when the program names none, with a GET that has a body', async () => {
    const client = EcsClient.newBuilder()
      .withCredential(new BasicCredentials().withAk(simulatorKey.ak).withSk(simulatorKey.sk).withIamEndpoint(cloud.url))
      .withRegion(new Region('cn-north-4', cloud.url))
      .build();
    const job = await client.showJob(new ShowJobRequest(documentedJob));
    assert.deepEqual({ ...job }, await expected('jobs/eip-documented.json'));
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

describe('the official clients, through our backend', () => {
  /** @type {Backend & { sdk: string }} */
  let backend;
  before(async () => {
    const started = await startBackend(['serve', '--demo', '--listen', '127.0.0.1:0', '--sdk-listen', 'ecs@cn-north-4=127.0.0.1:0']);
    const [, sdk] = await started.logged(/^SDKs of ecs in cn-north-4 on (http:\S+)$/m);
    backend = { ...started, sdk };
  });
  after(() => backend.stop());

  /** Both kinds of address: a path of the main one, and one without. */
  const endpoints = () => [`${backend.url}/api/cn-north-4/ecs`, backend.sdk];
  const anyKey = () => new BasicCredentials().withAk('ANY').withSk('not the key');

  /** The demo's documented jobs run today. @param {object} job */
  const untimed = (job) => JSON.parse(JSON.stringify(job, (name, value) => (name.endsWith('_time') ? undefined : value)));

  it('read a job, for the backend signs anew', async () => {
    for (const endpoint of endpoints()) {
      const ended = await showJob(endpoint, documentedJob);
      assert.deepEqual({ ...ended }, await expected('jobs/eip-documented.json'));
      const unsigned = await showJob(endpoint, 'ff8080827e7810fb017f06338a731328', 'not the key');
      assert.deepEqual(untimed(unsigned), untimed(await expected('jobs/ecs-running-nested-live.json')));
    }
  });

  it('find the project by themselves when the program names none', async () => {
    for (const endpoint of endpoints()) {
      const client = EcsClient.newBuilder()
        .withCredential(anyKey().withIamEndpoint(endpoint))
        .withRegion(new Region('cn-north-4', endpoint))
        .build();
      const job = await client.showJob(new ShowJobRequest(documentedJob));
      assert.deepEqual({ ...job }, await expected('jobs/eip-documented.json'));
    }
  });

  it('list the key\'s project and account as they would at IAM', async () => {
    for (const endpoint of [`${backend.url}/api/cn-north-4`, ...endpoints()]) {
      const client = IamClient.newBuilder().withCredential(new GlobalCredentials().withAk('ANY').withSk('any').withDomainId('any')).withEndpoint(endpoint).build();
      const { projects } = await client.keystoneListProjects(new KeystoneListProjectsRequest().withName('cn-north-4'));
      assert.deepEqual(projects?.map(({ id, name }) => ({ id, name })), [{ id: simulatorKey.project, name: 'cn-north-4' }]);
      const { domains } = await client.keystoneListAuthDomains(new KeystoneListAuthDomainsRequest());
      assert.deepEqual(domains?.map(({ id }) => id), [simulatorKey.domain]);
    }
  });

  it('are told all four facts of a job that is not there', async () => {
    for (const endpoint of endpoints()) {
      await assert.rejects(showJob(endpoint, 'no-such-job'), (/** @type {any} */ error) => {
        assert.equal(error.httpStatusCode, 404);
        assert.match(error.errorCode, /^[A-Z][A-Za-z]+\.\d+$/);
        assert.equal(error.errorMsg, 'The job does not exist.');
        assert.match(error.requestId, /^[0-9a-f]{32}$/);
        return true;
      });
    }
  });

  it('are told all four facts of what a backend does not do', async () => {
    for (const endpoint of endpoints()) {
      const client = VpcClient.newBuilder().withCredential(anyKey().withProjectId(simulatorKey.project)).withEndpoint(endpoint).build();
      await assert.rejects(client.listVpcs(new ListVpcsRequest()), (/** @type {any} */ error) => {
        assert.equal(error.httpStatusCode, 404);
        assert.equal(error.errorCode, 'jobtree.unknown_path');
        assert.match(error.errorMsg, /no jobs at this path/);
        assert.match(error.requestId, /^jt-[0-9a-f]{16}$/);
        return true;
      });
    }
  });

  it('give an access token as their security token', async () => {
    const file = join(home, 'tokens');
    const { stdout } = await runBackend(['token', 'script', '--tokens-file', file]);
    const guarded = await startBackend(['serve', '--demo', '--listen', '127.0.0.1:0', '--tokens-file', file]);
    try {
      const endpoint = `${guarded.url}/api/cn-north-4/ecs`;
      const build = (/** @type {string | undefined} */ token) => EcsClient.newBuilder()
        .withCredential(anyKey().withProjectId(simulatorKey.project).withSecurityToken(token))
        .withEndpoint(endpoint)
        .build();
      assert.equal((await build(stdout.trim()).showJob(new ShowJobRequest(documentedJob))).jobId ?? documentedJob, documentedJob);
      for (const [token, code] of [[undefined, 'jobtree.token_required'], ['jt_wrong', 'jobtree.bad_token']]) {
        await assert.rejects(build(token).showJob(new ShowJobRequest(documentedJob)), { httpStatusCode: 401, errorCode: code });
      }
    } finally {
      await guarded.stop();
    }
  });
});
