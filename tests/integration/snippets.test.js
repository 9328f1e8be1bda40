// The code that the page gives for a job: it holds no key, names the job, prints the four facts of a failure, and
// can be pointed at this server. What Node.js can run is run.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { clientOf } from '../../web/dashboard/snippets/clients.js';
import { cpp } from '../../web/dashboard/snippets/cpp.js';
import { go } from '../../web/dashboard/snippets/go.js';
import { java } from '../../web/dashboard/snippets/java.js';
import { node } from '../../web/dashboard/snippets/node.js';
import { python } from '../../web/dashboard/snippets/python.js';
import { commandLine, curl } from '../../web/dashboard/snippets/shell.js';
import { through } from '../../web/dashboard/snippets/through.js';
import { documentedJob, endWithTests, request, simulatorKey, startBackend, startSimulator } from './helpers.js';

const COMMON = '/v1/{project_id}/jobs/{job_id}';
const address = (more = {}) => ({ region: 'cn-north-4', service: 'eip', project: '-', job: documentedJob, ...more });
const WITH_OWNER = { project: simulatorKey.project };

/** @type {Record<string, (of: ReturnType<typeof address>, path: string) => string>} */
const SDKS = { python, java, go, node, cpp };

/** The four facts, as the exceptions of each SDK name them. @type {Record<string, RegExp[]>} */
const FACTS = {
  python: [/e\.status_code/, /e\.request_id/, /e\.error_code/, /e\.error_msg/],
  java: [/getHttpStatusCode\(\)/, /getRequestId\(\)/, /getErrorCode\(\)/, /getErrorMsg\(\)/],
  go: [/\.StatusCode/, /\.RequestId/, /\.ErrorCode/, /\.ErrorMessage/],
  node: [/error\.httpStatusCode/, /error\.requestId/, /error\.errorCode/, /error\.errorMsg/],
  cpp: [/getStatusCode\(\)/, /getRequestId\(\)/, /getErrorCode\(\)/, /getErrorMsg\(\)/],
};

describe('The code for a job', () => {
  for (const [language, snippet] of Object.entries(SDKS)) {
    test(`in ${language} names the job, takes the key from the environment, and prints the four facts of a failure`, () => {
      const code = snippet(address(WITH_OWNER), COMMON);
      assert.match(code, new RegExp(documentedJob));
      assert.match(code, /HUAWEICLOUD_SDK_AK/);
      assert.match(code, /HUAWEICLOUD_SDK_SK/);
      assert.match(code, new RegExp(simulatorKey.project));
      for (const fact of FACTS[language]) assert.match(code, fact);
    });

    test(`in ${language} is whole for any service and any shape of path`, () => {
      for (const [service, path] of [
        ['rds', '/v3/{project_id}/jobs?id={job_id}'], ['geip', '/v3/{domain_id}/geip/jobs/{job_id}'],
        ['dms', '/v2/{project_id}/instances/{instance_id}/tasks/{task_id}'], ['sms', '/v3/tasks/{task_id}'],
        ['constructor', COMMON],
      ]) {
        const job = service === 'dms' ? 'INSTANCE/TASK' : 'TASK';
        for (const project of ['-', simulatorKey.project]) {
          const code = snippet(address({ service, job, project }), path);
          assert.doesNotMatch(code, /undefined|\{\w+_id\}|\0/, `${service}: ${code}`);
          if (language === 'cpp') assert.equal(code, '', 'there is no client of it');
          else assert.match(code, service === 'dms' ? /instances\/INSTANCE\/tasks\/TASK/ : /TASK/);
        }
      }
    });
  }

  test('in Python sends the URL that was signed, with its query', () => {
    const code = python(address({ service: 'rds', ...WITH_OWNER }), '/v3/{project_id}/jobs?id={job_id}');
    assert.match(code, /HttpRequest\("GET", url\)/);
    assert.match(code, /requests\.get\(url, headers=r\.headers\)/);
    assert.doesNotMatch(code, /r\.uri/);
  });

  test('knows no client of a service whose name is a word of JavaScript', () => {
    for (const service of ['constructor', 'toString', '__proto__']) assert.equal(clientOf(service), undefined);
    assert.equal(clientOf('ecs')?.client, 'Ecs');
  });

  test('for a shell quotes what it is given', () => {
    assert.match(curl('http://127.0.0.1:8080/', address({ job: "x'y" }), true), /Bearer \$JOBTREE_TOKEN.*\n.*'http:\/\/127\.0\.0\.1:8080\/api\/cn-north-4\/eip\/v1\/-\/jobs\/x'\\''y'/);
    assert.equal(commandLine(address()), `backend job ${documentedJob} \\\n  --region cn-north-4 --service eip --wait`);
  });
});

describe('What a program sets to query through this server', () => {
  const server = { base: 'http://jobs.example.com:8080/', sdkEndpoints: [{ service: 'eip', region: 'cn-north-4', url: 'http://0.0.0.0:8081' }], sdkName: 'EIP', hasClient: true };
  const none = { ...server, sdkEndpoints: [] };

  test('is the address without a path where there is one, by the name of the page', () => {
    const url = 'http://jobs.example.com:8081';
    const [region, iam] = [`export HUAWEICLOUD_SDK_REGION_EIP_CN_NORTH_4=${url}`, `export HUAWEICLOUD_SDK_IAM_ENDPOINT=${url}`];
    assert.deepEqual(through('python', address(), server), { lines: [region, iam], flag: '', iam: '' });
    assert.deepEqual(through('java', address(), server).lines, [region, iam]);
    assert.deepEqual(through('go', address(), server), { lines: [region], flag: '', iam: `.WithIamEndpointOverride("${url}")` });
    assert.deepEqual(through('node', address(), server).lines, [`export ENDPOINT=${url}`]);
    assert.deepEqual(through('cpp', address(), server).lines, [`export ENDPOINT=${url}`]);
  });

  test('is an address with a path where the SDK keeps one, and the flag where it does not', () => {
    const byPath = 'http://jobs.example.com:8080/api/cn-north-4/eip';
    for (const language of /** @type {const} */ (['python', 'go'])) {
      assert.deepEqual(through(language, address(), none), { lines: [], flag: '--sdk-listen eip@cn-north-4=127.0.0.1:8081', iam: '' });
    }
    assert.equal(through('java', address(), none).lines[0], `export HUAWEICLOUD_SDK_REGION_EIP_CN_NORTH_4=${byPath}`);
    assert.deepEqual(through('node', address(), none).lines, [`export ENDPOINT=${byPath}`]);
    // The signing SDKs send the URL they are given.
    assert.deepEqual(through('python', address(), { ...none, hasClient: false }).lines, [`export ENDPOINT=${byPath}`]);
  });
});

describe('The code for Node.js', () => {
  /** @type {string} */
  let folder;
  /** @type {import('./helpers.js').Backend} */
  let cloud;
  /** @type {import('./helpers.js').Backend} */
  let backend;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jobtree-snippet-'));
    cloud = await startSimulator();
    backend = await startBackend(['serve', '--demo', '--listen', '127.0.0.1:0']);
  });
  after(async () => {
    await Promise.all([cloud.stop(), backend.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  /** @param {string} code @param {Record<string, string>} env @returns {Promise<{ code: number | null, stdout: string, stderr: string }>} */
  async function run(code, env) {
    const file = join(folder, 'show_job.cjs');
    await writeFile(file, code);
    const child = endWithTests(spawn(process.execPath, [file], {
      env: { PATH: process.env.PATH, HOME: folder, NODE_PATH: fileURLToPath(new URL('../node_modules', import.meta.url)), ...env },
    }));
    let [stdout, stderr] = ['', ''];
    child.stdout?.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text) => (stderr += text));
    return new Promise((resolve) => child.on('close', (status) => resolve({ code: status, stdout, stderr })));
  }
  const key = { HUAWEICLOUD_SDK_AK: simulatorKey.ak, HUAWEICLOUD_SDK_SK: simulatorKey.sk };

  test('reads the job at the cloud, and through this server with any key', async () => {
    const code = node(address(WITH_OWNER), COMMON);
    const there = await run(code, { ...key, ENDPOINT: cloud.url });
    assert.match(there.stdout, /"job_type": "createBatchPublicip"/, there.stderr);
    const [line] = through('node', address(), { base: backend.url, sdkEndpoints: [], sdkName: 'EIP', hasClient: true }).lines;
    const here = await run(code, { HUAWEICLOUD_SDK_AK: 'any', HUAWEICLOUD_SDK_SK: 'any', ENDPOINT: line.replace('export ENDPOINT=', '') });
    assert.equal(here.stdout, there.stdout);
    assert.equal(here.code, 0);
  });

  test('reads a job whose id stands in the query', async () => {
    const { json } = await request(`${backend.url}/api/config`);
    const { services, demo } = json();
    const job = demo.jobs.find((/** @type {any} */ it) => it.service === 'rds');
    const { path } = services.find((/** @type {any} */ it) => it.name === 'rds');
    const code = node({ region: job.region, service: 'rds', project: simulatorKey.project, job: job.job_id }, path);
    const { stdout, stderr } = await run(code, { HUAWEICLOUD_SDK_AK: 'any', HUAWEICLOUD_SDK_SK: 'any', ENDPOINT: `${backend.url}/api/${job.region}/rds` });
    assert.match(stdout, new RegExp(job.job_id), stderr);
  });

  test('prints the four facts of a failure', async () => {
    const code = node(address({ ...WITH_OWNER, job: 'no-such-job' }), COMMON);
    const { code: status, stdout, stderr } = await run(code, { ...key, ENDPOINT: `${backend.url}/api/cn-north-4/eip` });
    assert.equal(status, 1, stderr);
    assert.match(stdout, /^404\n[0-9a-f]{32}\nCommon\.0011\nThe job does not exist\.\n$/);
  });
});
