// Official SDKs through the backend, by the table of what their clients do: an address without a path, the
// project that no program names, the four facts of every failure, and a token where they can send one.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import {
  dataFile, documentedJob, request, runBackend, simulatorKey, startBackend, startWatchedSimulator,
} from './helpers.js';
import { clients, factsOf, ownProject, send } from './sdk_client.js';

const KEY = { HUAWEICLOUD_SDK_AK: simulatorKey.ak, HUAWEICLOUD_SDK_SK: simulatorKey.sk };
const NOBODYS = { ak: 'ANYTHINGATALL', sk: 'never looked at' };
const document = readFileSync(dataFile('jobs/eip-documented.json'), 'utf8');
const jobPath = (project = '-', job = documentedJob) => `/v1/${project}/jobs/${job}`;

/** Jobs of a scenario for tests that want a query each. */
const jobs = Array.from({ length: 200 }, (_, i) => ({
  service: 'eip', region: 'cn-north-4', job_id: `job-${i}`, document: { job_id: `job-${i}`, status: 'SUCCESS' },
}));
let next = 0;
const freshPath = () => jobPath('-', jobs[next++].job_id);

/** @type {Awaited<ReturnType<typeof startWatchedSimulator>>} */
let cloud;
/** @type {string} */
let folder;
/** @type {import('./helpers.js').Backend[]} */
const started = [];
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'jobtree-sdks-'));
  cloud = await startWatchedSimulator({ scenario: { jobs: [...jobs, { service: 'eip', region: 'cn-north-4', job_id: documentedJob, document: JSON.parse(document) }] } });
});
after(async () => {
  await Promise.all(started.map((backend) => backend.stop()));
  await cloud.stop();
  rmSync(folder, { recursive: true });
});

/** A backend, and its address for the SDK of the elastic-IP service.
 * @param {string[]} args @param {{ endpoint?: string, env?: Record<string, string> }} [options] */
async function start(args = [], { endpoint = `*=${cloud.url}`, env = KEY } = {}) {
  const backend = await startBackend(['serve', '--listen', '127.0.0.1:0', '--endpoint', endpoint,
    '--sdk-listen', 'eip@cn-north-4=127.0.0.1:0', ...args], { env });
  started.push(backend);
  const [, sdk] = await backend.logged(/^SDKs of eip in cn-north-4 on (http:\S+)$/m);
  return { ...backend, sdk };
}

/** @param {import('./helpers.js').Reply} reply */
const hasFourFacts = (reply, /** @type {import('./sdk_client.js').Facts} */ expected, what = '') => {
  for (const client of clients) {
    assert.deepEqual(factsOf(client, reply), expected, `${client.name} ${what}: ${reply.text}`);
  }
  assert.equal(reply.headers['content-type'], 'application/json');
  assert.deepEqual(Object.keys(reply.json()), ['error_code', 'error_msg', 'request_id']);
};

/** What the three members say, which all clients must then read. @param {import('./helpers.js').Reply} reply */
const saidIn = (reply) => {
  const { error_code: code, error_msg: message, request_id: requestId } = reply.json();
  return { status: reply.status, requestId, code, message };
};

describe('An official SDK at its own address', () => {
  for (const client of clients) {
    test(`${client.name} finds its project and reads the job, whatever key it signs with`, async () => {
      const { sdk } = await sharedBackend();
      const project = await ownProject(client, sdk, 'cn-north-4', {});
      assert.equal(project, simulatorKey.project);
      const reply = await send(client, sdk, jobPath(project), { project, key: NOBODYS });
      assert.equal(reply.status, 200);
      assert.equal(reply.headers['content-encoding'] ?? 'none', 'none', 'a small body is sent as it is');
      assert.deepEqual(reply.json(), JSON.parse(document));
    });

    test(`${client.name} ${client.endpoint_path === 'kept' ? 'does so' : 'is told of that address where it fails'} at an endpoint with a path`, async () => {
      const { url } = await sharedBackend();
      const reply = await send(client, `${url}/api/cn-north-4/eip`, jobPath(), { key: NOBODYS });
      if (client.endpoint_path === 'kept') {
        assert.deepEqual(reply.json(), JSON.parse(document));
        for (const endpoint of [`${url}/api/cn-north-4`, `${url}/api/cn-north-4/eip`]) {
          assert.equal(await ownProject(client, endpoint, 'cn-north-4'), simulatorKey.project);
        }
      } else {
        const facts = factsOf(client, reply);
        assert.equal(facts.status, 404);
        assert.equal(facts.code, 'jobtree.not_found');
        assert.match(facts.message ?? '', /--sdk-listen SERVICE@REGION=HOST:PORT/);
      }
    });
  }

  test('a large job arrives in a coding that each client unpacks', async () => {
    const { sdk } = await start(['--demo'], { env: {} });
    const { json } = await request(`${started[started.length - 1].url}/api/config`);
    const big = json().demo.jobs.find((/** @type {any} */ job) => job.service === 'eip' && /1,?000|10,?000/.test(job.title.en));
    for (const client of clients) {
      const url = `${sdk}${jobPath(big.project_id, big.job_id)}`;
      const response = await fetch(url, { headers: { ...client.sends, Connection: 'close', 'X-Sdk-Date': '20261129T000000Z' } });
      assert.equal(response.status, 200);
      assert.ok((await response.json()).entities.sub_jobs.length >= 1000, client.name);
    }
  });

  test('the project is looked up by the key of the backend, once, and named for the region that is asked', async () => {
    const { sdk } = await start();
    await cloud.forget();
    const reply = await request(`${sdk}/v3/projects?enabled=true&name=cn-north-4`, { headers: { 'X-Sdk-Date': 'now' } });
    assert.deepEqual(reply.json(), { projects: [{ id: simulatorKey.project, name: 'cn-north-4' }] });
    const { calls } = await cloud.journal();
    assert.deepEqual(calls.map((/** @type {any} */ call) => call.path), ['/v3/projects?name=cn-north-4']);
    await request(`${sdk}/v3/projects`, { headers: { 'X-Sdk-Date': 'now' } });
    assert.equal((await cloud.journal()).calls.length, 1);
    const { domains } = (await request(`${sdk}/v3/auth/domains`)).json();
    assert.deepEqual(domains, [{ id: simulatorKey.domain }]);
  });

  test('a key that may not ask IAM is a failure with its four facts, told in the log', async () => {
    const backend = await start();
    await cloud.fail({ kind: 'error', status: 403, code: 'IAM.0003', message: 'Policy does not allow it.', path: '/v3/projects' });
    const reply = await request(`${backend.sdk}/v3/projects?name=cn-north-4`, { headers: { 'X-Sdk-Date': 'now' } });
    await cloud.fail();
    hasFourFacts(reply, { ...saidIn(reply), status: 403, code: 'IAM.0003', message: 'Policy does not allow it.' });
    await backend.logged(/project look-up failed.*IAM\.0003/);
  });

  test('it is guarded as the main port is', async () => {
    const refused = await runBackend(['serve', '--demo', '--listen', '127.0.0.1:0', '--sdk-listen', 'eip@cn-north-4=0.0.0.0:0']);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /--sdk-listen: .*loopback/);
    const { sdk } = await sharedBackend();
    const wrongHost = await request(`${sdk}${jobPath()}`, { headers: { Host: 'evil.example.com' } });
    assert.equal(wrongHost.status, 421);
    const crossSite = await request(`${sdk}${jobPath()}`, { headers: { Origin: 'https://evil.example.com' } });
    assert.equal(crossSite.status, 403);
    for (const path of ['/', '/api/config', '/metrics', '/index.html']) {
      assert.equal((await request(`${sdk}${path}`)).status, 404, path);
    }
  });

  for (const [text, says] of /** @type {[string, RegExp][]} */ ([
    ['eip=127.0.0.1:0', /is not SERVICE@REGION=HOST:PORT, such as eip@cn-north-4=127\.0\.0\.1:8081/],
    ['eipp@cn-north-4=127.0.0.1:0', /unknown service "eipp"; "backend services" lists them/],
    ['eip@cn-nowhere=127.0.0.1:0', /unknown region "cn-nowhere"; "backend regions" lists them/],
    ['eip@cn-north-4=127.0.0.1', /"127\.0\.0\.1" is not HOST:PORT/],
  ])) {
    test(`--sdk-listen ${text} is refused with what is wrong in it`, async () => {
      const { code, stderr } = await runBackend(['serve', '--demo', '--listen', '127.0.0.1:0', '--sdk-listen', text]);
      assert.equal(code, 2);
      assert.match(stderr, /^backend serve: --sdk-listen: /);
      assert.match(stderr, says);
    });
  }

  test('two addresses for one service and region are refused', async () => {
    const { code, stderr } = await runBackend(['serve', '--demo', '--listen', '127.0.0.1:0',
      '--sdk-listen', 'eip@cn-north-4=127.0.0.1:0', '--sdk-listen', 'eip@cn-north-4=127.0.0.1:0']);
    assert.equal(code, 2);
    assert.match(stderr, /eip@cn-north-4 is given twice/);
  });
});

describe('A failure that an official SDK is told', () => {
  const sdkHeaders = { 'X-Sdk-Date': '20261129T000000Z' };

  for (const [status, code, message] of /** @type {[number, string, string][]} */ ([
    [400, 'VPC.0001', 'Invalid parameter "limit".'],
    [403, 'VPC.0602', 'Policy doesn\'t allow vpc:publicIps:list to be performed.'],
    [404, 'VPC.0504', '弹性公网IP不存在。'],
    [409, 'VPC.0010', 'Conflict.'],
  ])) {
    test(`is the cloud's own: ${status} ${code}`, async () => {
      const { sdk } = await sharedBackend();
      await cloud.fail({ kind: 'error', status, code, message });
      const reply = await request(`${sdk}${freshPath()}`, { headers: sdkHeaders });
      await cloud.fail();
      hasFourFacts(reply, { status, requestId: reply.headers['x-request-id']?.toString(), code, message });
    });
  }

  test('is the cloud\'s own when it is too much: 429, with when to come back', async () => {
    const { sdk } = await start();
    await cloud.fail({ kind: 'error', status: 429, code: 'APIGW.0308', message: 'The throttling threshold has been reached: policy user over ratelimit,limit:60,time:1 minute' });
    const reply = await request(`${sdk}${freshPath()}`, { headers: sdkHeaders });
    await cloud.fail();
    assert.equal(reply.status, 429);
    assert.ok(Number(reply.headers['retry-after']) > 0);
    hasFourFacts(reply, { ...saidIn(reply), status: 429, code: 'APIGW.0308' });
  });

  test('is the cloud\'s own when that has trouble: 500 and 503', async () => {
    const { sdk } = await sharedBackend();
    for (const status of [500, 503]) {
      await cloud.fail({ kind: 'error', status, code: 'VPC.0002', message: 'Internal error.' });
      const reply = await request(`${sdk}${freshPath()}`, { headers: sdkHeaders });
      await cloud.fail();
      hasFourFacts(reply, { ...saidIn(reply), status, code: 'VPC.0002', message: 'Internal error.' });
    }
  });

  test('quotes nothing of what was signed', async () => {
    const { sdk } = await start([], { env: { ...KEY, HUAWEICLOUD_SDK_SK: 'not-the-secret' } });
    const reply = await request(`${sdk}${freshPath()}`, { headers: sdkHeaders });
    hasFourFacts(reply, { ...saidIn(reply), status: 401, code: 'APIGW.0301' });
    assert.doesNotMatch(reply.text, /canonicalRequest|x-sdk-date|SIMULATEDKEY/i);
  });

  /** Ours, each from the request alone. @type {[string, number, string, (sdk: string, main: string) => Promise<import('./helpers.js').Reply>][]} */
  const own = [
    ['no job id, as when a program leaves it out', 400, 'jobtree.bad_job_id', (sdk) => request(`${sdk}/v1/-/jobs/%7Bjob_id%7D`, { headers: sdkHeaders })],
    ['a path that is no job', 404, 'jobtree.unknown_path', (sdk) => request(`${sdk}/v1/-/publicips`, { headers: sdkHeaders })],
    ['a project that is none', 400, 'jobtree.bad_project_id', (sdk) => request(`${sdk}/v1/mine/jobs/x`, { headers: sdkHeaders })],
    ['an unknown region', 404, 'jobtree.unknown_region', (_, main) => request(`${main}/api/nowhere/eip/v1/-/jobs/x`, { headers: sdkHeaders })],
    ['a project of an unknown region', 404, 'jobtree.unknown_region', (sdk) => request(`${sdk}/v3/projects?name=nowhere`, { headers: sdkHeaders })],
    ['an unknown service', 404, 'jobtree.unknown_service', (_, main) => request(`${main}/api/cn-north-4/nosuch/v1/-/jobs/x`, { headers: sdkHeaders })],
    ['a call that changes something', 405, 'jobtree.wrong_method', (sdk) => request(`${sdk}/v2/-/batchpublicips`, { method: 'POST', headers: sdkHeaders, body: '{}' })],
    ['a method that is never served', 405, 'jobtree.wrong_method', (sdk) => request(`${sdk}/v1/-/publicips/1`, { method: 'DELETE', headers: sdkHeaders })],
    ['another host name', 421, 'jobtree.wrong_host', (sdk) => request(`${sdk}${jobPath()}`, { headers: { ...sdkHeaders, Host: 'vpc.example.com' } })],
    ['a page of another origin', 403, 'jobtree.cross_site', (sdk) => request(`${sdk}${jobPath()}`, { headers: { ...sdkHeaders, Origin: 'https://evil.example.com' } })],
    ['an address that is too long', 414, 'jobtree.target_too_long', (sdk) => request(`${sdk}/${'a'.repeat(8000)}`, { headers: sdkHeaders })],
    ['headers that are too large', 431, 'jobtree.head_too_large', (sdk) => request(`${sdk}${jobPath()}`, { headers: { ...sdkHeaders, 'X-Long': 'a'.repeat(9000) } })],
    ['an expectation', 417, 'jobtree.expectation_failed', (sdk) => request(`${sdk}${jobPath()}`, { headers: { ...sdkHeaders, Expect: 'the-unexpected' } })],
  ];
  for (const [what, status, code, ask] of own) {
    test(`is one of ours, read by all five: ${what}`, async () => {
      const backend = await sharedBackend();
      const reply = await ask(backend.sdk, backend.url);
      hasFourFacts(reply, { ...saidIn(reply), status, code }, what);
      assert.equal(reply.json().request_id, reply.headers['x-request-id']);
    });
  }

  test('is one of ours when the cloud is not there, or nothing comes that it would send', async () => {
    const nobody = await start([], { endpoint: '*=http://127.0.0.1:9' });
    const away = await request(`${nobody.sdk}${jobPath(simulatorKey.project)}`, { headers: sdkHeaders });
    hasFourFacts(away, { ...saidIn(away), status: 504, code: 'jobtree.unreachable' });
    const { sdk } = await sharedBackend();
    await cloud.fail({ kind: 'redirect' });
    const odd = await request(`${sdk}${freshPath()}`, { headers: sdkHeaders });
    await cloud.fail();
    hasFourFacts(odd, { ...saidIn(odd), status: 502, code: 'jobtree.malformed' });
  });

  test('stays a problem document for everybody else', async () => {
    const { sdk } = await sharedBackend();
    const reply = await request(`${sdk}/v1/-/publicips`);
    assert.match(reply.headers['content-type'] ?? '', /^application\/problem\+json/);
    assert.equal(reply.json().code, 'jobtree.unknown_path');
  });
});

describe('An official SDK with an access token', () => {
  test('gives it as its security token; its own key is never looked at', async () => {
    const file = join(folder, 'tokens');
    const made = await runBackend(['token', 'pipeline', '--tokens-file', file]);
    assert.equal(made.code, 0, made.stderr);
    const token = made.stdout.trim();
    const { sdk, url, log } = await start(['--tokens-file', file]);
    for (const client of clients) {
      const reply = await send(client, sdk, jobPath(), { token, key: NOBODYS });
      assert.equal(reply.status, 200, client.name);
      assert.equal(await ownProject(client, sdk, 'cn-north-4', { token }), simulatorKey.project);

      for (const [options, code] of /** @type {[object, string][]} */ ([[{}, 'jobtree.token_required'], [{ token: 'jt_wrong' }, 'jobtree.bad_token']])) {
        for (const target of [jobPath(), '/v3/projects?name=cn-north-4', '/v3/auth/domains']) {
          const refused = await send(client, sdk, target, options);
          assert.equal(refused.status, 401);
          assert.equal(factsOf(client, refused).code, code);
        }
      }
      assert.match(factsOf(client, await send(client, sdk, jobPath())).message ?? '', /as its security token/);
    }
    // A page has no X-Sdk-Date, and so no such way in.
    assert.equal((await request(`${url}/api/cn-north-4/eip${jobPath()}`, { headers: { 'X-Security-Token': token } })).status, 401);
    assert.equal(log().includes(token), false);
  });

  test('sees what its scope lets it see', async () => {
    const file = join(folder, 'scoped');
    const made = await runBackend(['token', 'narrow', '--project', '0605767cc80010f42f1ec00bc0e6b7a8', '--tokens-file', file]);
    assert.equal(made.code, 0, made.stderr);
    const { sdk } = await start(['--tokens-file', file]);
    const reply = await send(clients[0], sdk, jobPath(simulatorKey.project), { token: made.stdout.trim() });
    hasFourFacts(reply, { ...saidIn(reply), status: 404, code: 'jobtree.job_not_found' });
  });
});

/** @type {ReturnType<typeof start> | undefined} */
let shared;
function sharedBackend() {
  shared ??= start(['--project', simulatorKey.project]);
  return shared;
}

