// The cloud wing in real life: the backend before the simulated cloud, over real sockets, with keys
// that change and end, clocks that are wrong, limits, and every way an answer can go wrong.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import {
  documentedJob, request, runBackend, simulatorKey, startBackend, startWatchedSimulator, until,
} from './helpers.js';

/** @typedef {Awaited<ReturnType<typeof startWatchedSimulator>>} Cloud */

const keyEnv = { CLOUD_SDK_AK: simulatorKey.ak, CLOUD_SDK_SK: simulatorKey.sk };
const wrongKey = { CLOUD_SDK_AK: simulatorKey.ak, CLOUD_SDK_SK: 'not-the-secret' };
const project = ['--project', simulatorKey.project];

/** @type {string} */
let folder;
before(() => (folder = mkdtempSync(join(tmpdir(), 'jobtree-cloud-'))));
after(() => rmSync(folder, { recursive: true }));

/** Also of a test that failed half-way. @type {import('./helpers.js').Backend[]} */
const started = [];
after(() => Promise.all(started.map((backend) => backend.stop())));

/**
 * @template T
 * @param {Parameters<typeof startWatchedSimulator>[0]} options
 * @param {(cloud: Cloud) => Promise<T>} use
 */
async function withCloud(options, use) {
  const cloud = await startWatchedSimulator(options);
  try {
    return await use(cloud);
  } finally {
    await cloud.stop();
  }
}

/** @param {string[]} args @param {Record<string, string>} [env] */
async function serve(args, env = keyEnv) {
  const off = args.includes('--metadata') ? [] : ['--metadata', 'off'];
  const backend = await startBackend(['serve', '--listen', '127.0.0.1:0', ...off, ...args], { env });
  started.push(backend);
  return backend;
}

/** @param {string} base @param {{project?: string, job?: string, service?: string, region?: string}} [of] */
const jobUrl = (base, { project: owner = '-', job = documentedJob, service = 'eip', region = 'cn-north-4' } = {}) =>
  `${base}/api/${region}/${service}/v1/${owner}/jobs/${job}`;

/** Jobs of a scenario for tests that want a question each: the backend remembers what it was told. */
const jobs = Array.from({ length: 1000 }, (_, i) => ({
  service: 'eip', region: 'cn-north-4', job_id: `job-${i}`,
  document: { job_id: `job-${i}`, status: 'SUCCESS', job_type: 'long enough to be cut '.repeat(20) },
}));
let next = 0;
/** @param {string} base */
const freshJobUrl = (base) => jobUrl(base, { job: jobs[next++ % jobs.length].job_id });

/** One question by the command line. @param {Cloud} cloud @param {string[]} [args] @param {Record<string, string>} [env] */
const askOnce = (cloud, args = project, env = keyEnv) =>
  runBackend(['job', documentedJob, '--endpoint', `*=${cloud.url}`, '--output', 'json', '--metadata', 'off', ...args], env);

/** @param {Cloud} cloud */
const callsForJobs = async (cloud) =>
  (await cloud.journal()).calls.filter((/** @type {any} */ call) => call.path.includes('/jobs/'));

describe('The key', () => {
  test('A profile that is written anew is taken over while the backend runs', async () => {
    const second = { access: 'SIMULATEDROTATED0001', secret: 'second-secret' };
    await withCloud({ scenario: { jobs, keys: [{ access: simulatorKey.ak, secret: simulatorKey.sk }, second] } },
      async (cloud) => {
        const file = join(folder, 'rotating');
        const write = (/** @type {string} */ ak, /** @type {string} */ sk) =>
          writeFileSync(file, `[basic]\nak = ${ak}\nsk = ${sk}\n`, { mode: 0o600 });
        write(simulatorKey.ak, simulatorKey.sk);
        const backend = await serve(
          ['--endpoint', `*=${cloud.url}`, ...project, '--profile', file], {});
        assert.equal((await request(freshJobUrl(backend.url))).status, 200);
        write(second.access, second.secret);
        await until(async () => {
          await request(freshJobUrl(backend.url));
          return (await cloud.journal()).calls.at(-1).key;
        }, (key) => key === second.access);
        await backend.logged(/now using key SIMU(…|\\u2026)/);
        assert.ok(!backend.log().includes(second.access));

        writeFileSync(file, '[basic]\nak = SIMULATEDHALF0000001\n');
        await until(async () => {
          await request(freshJobUrl(backend.url));
          return backend.log();
        }, (log) => /changed profile file was not loaded/.test(log));
        assert.equal((await request(freshJobUrl(backend.url))).status, 200);
        assert.equal((await cloud.journal()).calls.at(-1).key, second.access);
        });
  });

  test('systemd\'s folder of credentials is a place for the file', async () => {
    await withCloud({}, async (cloud) => {
      const credentials = join(folder, 'systemd');
      mkdirSync(credentials);
      writeFileSync(join(credentials, 'credentials'),
        `[basic]\nak = ${simulatorKey.ak}\nsk = ${simulatorKey.sk}\nproject_id = ${simulatorKey.project}\n`,
        { mode: 0o400 });
      const { code, stderr } = await askOnce(cloud, [], { CREDENTIALS_DIRECTORY: credentials, HOME: folder });
      assert.equal(code, 0, stderr);
    });
  });

  test('An instance\'s temporary key is used, its token signed, and renewed before it ends', async () => {
    await withCloud({ scenario: { jobs, metadata: { key_lifetime_seconds: 6 } } }, async (cloud) => {
      const backend = await serve(
        ['--endpoint', `*=${cloud.url}`, ...project, '--metadata', cloud.url], { HOME: folder });
      const keys = new Set();
      await until(async () => {
        assert.equal((await request(freshJobUrl(backend.url))).status, 200);
        const call = (await callsForJobs(cloud)).at(-1);
        assert.ok(call.headers.some((/** @type {any} */ { name }) => name.toLowerCase() === 'x-security-token'));
        return keys.add(call.key).size;
      }, (different) => different >= 3);
      const { calls } = await cloud.journal();
      assert.ok(calls.every((/** @type {any} */ { status }) => status < 400));
    });
  });

  test('The key\'s project is found out once a region; none or several is an error that names them', async () => {
    const other = '5200000000000000000000000de30002';
    const projects = [
      { id: simulatorKey.project, name: 'cn-north-4' },
      { id: simulatorKey.project, name: 'cn-south-1' }, { id: other, name: 'cn-south-1' },
    ];
    await withCloud({ scenario: { jobs, projects } }, async (cloud) => {
      const backend = await serve(['--endpoint', `*=${cloud.url}`]);
      for (let i = 0; i < 5; ++i) assert.equal((await request(freshJobUrl(backend.url))).status, 200);
      const { calls } = await cloud.journal();
      const lookups = calls.filter((/** @type {any} */ call) => call.path.startsWith('/v3/projects'));
      assert.deepEqual(lookups.map((/** @type {any} */ call) => call.path), ['/v3/projects?name=cn-north-4']);

      const several = await request(jobUrl(backend.url, { region: 'cn-south-1' }));
      assert.equal(several.json().code, 'jobtree.unknown_project');
      assert.match(several.json().detail, /2 projects in region cn-south-1.*--project/);
      assert.ok(!several.text.includes(other));
      await backend.logged(new RegExp(`${other} \\(cn-south-1\\)`));
      const none = await request(jobUrl(backend.url, { region: 'ap-southeast-1' }));
      assert.match(none.json().detail, /no project in region ap-southeast-1/);
    });
  });

  test('A global service is asked for with the key\'s account', async () => {
    await withCloud({}, async (cloud) => {
      const job = /(\S+) {2}geip/.exec(cloud.log())?.[1] ?? '';
      const { code, stderr } = await runBackend(
        ['job', job, '--service', 'geip', '--endpoint', `*=${cloud.url}`, '--metadata', 'off'], keyEnv);
      assert.notEqual(code, 3, stderr);
      const call = (await callsForJobs(cloud)).at(-1);
      assert.equal(call.path, `/v3/${simulatorKey.domain}/geip/jobs/${job}`);
      assert.ok(call.headers.some((/** @type {any} */ { name }) => name.toLowerCase() === 'x-domain-id'));
    });
  });
});

describe('Refusals', () => {
  test('A wrong key that many viewers ask with is refused three times and not locked', async () => {
    await withCloud({}, async (cloud) => {
      const backend = await serve(['--endpoint', `*=${cloud.url}`, ...project], wrongKey);
      const replies = await Promise.all(Array.from({ length: 40 }, () => request(freshJobUrl(backend.url))));
      const codes = replies.map((reply) => reply.json().code);
      assert.equal(codes.filter((code) => code === 'APIGW.0301').length, 3);
      assert.equal(codes.filter((code) => code === 'jobtree.key_paused').length, 37);
      assert.equal((await cloud.journal()).total, 3);
      const paused = await request(freshJobUrl(backend.url));
      assert.equal(paused.status, 403);
      assert.ok(Number(paused.headers['retry-after']) > 300);
      // Others with the right secret are not locked out.
      assert.equal((await askOnce(cloud)).code, 0);
      await backend.logged(/secret key does not belong to the access key/);
    });
  });

  test('What something on the way changed is named line by line to the operator, not to the browser', async () => {
    await withCloud({}, async (cloud) => {
      const proxy = http.createServer(async (incoming, response) => {
        const headers = Object.fromEntries(Object.entries(incoming.headers).map(([k, v]) => [k, String(v)]));
        const reply = await request(`${cloud.url}${incoming.url}`, { headers: { ...headers, host: 'changed.example' } });
        response.writeHead(reply.status, { 'Content-Type': 'application/json' }).end(reply.text);
      });
      await new Promise((resolve) => proxy.listen(0, '127.0.0.1', () => resolve(undefined)));
      const { port } = /** @type {import('node:net').AddressInfo} */ (proxy.address());
      const backend = await serve(['--endpoint', `*=http://127.0.0.1:${port}`, ...project]);
      const reply = await request(jobUrl(backend.url));
      assert.equal(reply.json().code, 'APIGW.0301');
      assert.ok(!reply.text.includes('changed.example'));
      await backend.logged(/line 4 of the canonical request differs.*host:changed\.example.*host:127\.0\.0\.1/);
      proxy.close();
      proxy.closeAllConnections();
    });
  });

  test('A clock that is far off is named as the cause, one that is a little off is said', async () => {
    await withCloud({ scenario: { clock_offset_seconds: 1200 } }, async (cloud) => {
      const { code, stderr } = await askOnce(cloud);
      assert.equal(code, 3);
      assert.match(stderr, /20 minutes behind Huawei Cloud's/);
    });
    await withCloud({ scenario: { clock_offset_seconds: -180 } }, async (cloud) => {
      const { code, stderr } = await askOnce(cloud);
      assert.equal(code, 0);
      assert.match(stderr, /3 minutes ahead of Huawei Cloud's/);
    });
  });

  test('A quota is learnt from its refusal and kept to', async () => {
    await withCloud({ scenario: { jobs, quota: { limit: 5, seconds: 60 } } }, async (cloud) => {
      const backend = await serve(['--endpoint', `*=${cloud.url}`, ...project]);
      for (let i = 0; i < 5; ++i) assert.equal((await request(freshJobUrl(backend.url))).status, 200);
      const refused = await request(freshJobUrl(backend.url));
      assert.equal(refused.status, 429);
      assert.equal(refused.json().code, 'APIGW.0308');
      assert.equal(refused.headers['retry-after'], '12');
      const held = await request(freshJobUrl(backend.url));
      assert.equal(held.json().code, 'jobtree.throttled');
      assert.equal((await cloud.journal()).total, 6);
    });
  });

  test('The budget bounds what a key asks in all', async () => {
    await withCloud({ scenario: { jobs } }, async (cloud) => {
      const backend = await serve(['--endpoint', `*=${cloud.url}`, ...project, '--budget', '10/1h']);
      const statuses = [];
      for (let i = 0; i < 4; ++i) statuses.push((await request(freshJobUrl(backend.url))).status);
      assert.deepEqual(statuses, [200, 429, 429, 429]);
      assert.equal((await cloud.journal()).total, 1);
    });
  });
});

describe('An answer that goes wrong', () => {
  /** @type {Cloud} */
  let cloud;
  /** @type {import('./helpers.js').Backend} */
  let backend;
  before(async () => {
    cloud = await startWatchedSimulator({ scenario: { jobs } });
    backend = await serve(['--endpoint', `*=${cloud.url}`, ...project]);
    assert.equal((await request(freshJobUrl(backend.url))).status, 200);
  });
  after(async () => {
    await cloud.stop();
  });

  /** @type {[string, object, number, string, number][]} name, fault, status and code, questions asked */
  const table = [
    ['that is late arrives', { kind: 'latency', ms: 300, jitter_ms: 50 }, 200, '', 1],
    ['that drips in time arrives', { kind: 'drip', bytes: 200, every_ms: 5 }, 200, '', 1],
    ['that is reset before it begins, once, is asked for again', { kind: 'reset_before', times: 1 }, 200, '', 2],
    ['that is always reset is unreachable after five tries', { kind: 'reset_before' }, 504, 'jobtree.unreachable', 5],
    ['that is reset within, once, is asked for again', { kind: 'reset_within', after_bytes: 300, times: 1 }, 200, '', 2],
    ['that is cut is never taken for whole', { kind: 'truncated', after_bytes: 350 }, 504, 'jobtree.unreachable', 5],
    ['that is shorter than its length is not taken', { kind: 'wrong_length', by: 10 }, 504, 'jobtree.unreachable', 5],
    ['of 304 that nobody asked for is malformed', { kind: 'not_modified_without_length' }, 502, 'jobtree.malformed', 1],
    ['that is too large is refused', { kind: 'oversized', bytes: 65 * 1024 * 1024 }, 502, 'jobtree.too_large', 1],
    ['that is a gzip bomb is not unpacked', { kind: 'gzip_bomb' }, 502, 'jobtree.malformed', 1],
    ['that is a proxy\'s page says the cloud failed', { kind: 'html_error', status: 502 }, 502, 'jobtree.cloud_failed', 5],
    ['of trouble that passes is asked for again', { kind: 'error', status: 503, times: 2 }, 200, '', 3],
    ['that leads elsewhere is not followed', { kind: 'redirect', location: 'http://127.0.0.1:9/evil' }, 502, 'jobtree.malformed', 1],
  ];
  for (const [name, fault, status, code, questions] of table) {
    test(`An answer ${name}`, async () => {
      await cloud.fail();
      await request(freshJobUrl(backend.url));
      await cloud.fail(fault);
      await cloud.forget();
      const url = freshJobUrl(backend.url);
      const reply = await request(url);
      assert.equal(reply.status, status, reply.text);
      if (code) assert.equal(reply.json().code, code);
      else assert.ok(url.endsWith(`/${reply.json().job_id}`));
      assert.equal((await cloud.journal()).total, questions);
    });
  }

  test('A connection the cloud closed without a word costs nothing but a second try', async () => {
    await cloud.fail({ kind: 'close_before', after_ms: 0 });
    for (let i = 0; i < 10; ++i) assert.equal((await request(freshJobUrl(backend.url))).status, 200);
    await cloud.fail();
  });
});

describe('TLS', () => {
  test('A private authority is trusted when named, and a wrong name or an ended certificate never is', async () => {
    for (const [tls, code, words] of /** @type {const} */ ([
      ['good', 0, /^$/], ['wrong-name', 3, /not trusted/], ['expired', 3, /not trusted/],
    ])) {
      const ca = join(folder, `${tls}.pem`);
      await withCloud({ args: ['--tls', tls, '--ca-out', ca] }, async (cloud) => {
        const trusted = await askOnce(cloud, [...project, '--ca-file', ca]);
        assert.equal(trusted.code, code, trusted.stderr);
        assert.match(trusted.stderr, words);
        const untrusted = await askOnce(cloud);
        assert.equal(untrusted.code, 3);
        assert.match(untrusted.stderr, /--ca-file/);
        assert.equal((await callsForJobs(cloud)).length, tls === 'good' ? 1 : 0);
      });
    }
  });

  test('HTTP/2 is spoken with a server that offers it', async () => {
    const [key, certificate] = [join(folder, 'h2.key'), join(folder, 'h2.pem')];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
      '-keyout', key, '-out', certificate, '-days', '1', '-subj', '/CN=test', '-addext', 'subjectAltName=IP:127.0.0.1'],
    { stdio: 'ignore' });
    /** @type {string[]} */
    const seen = [];
    const server = http2.createSecureServer({ key: readFileSync(key), cert: readFileSync(certificate), allowHTTP1: true },
      (incoming, response) => {
        seen.push(`${incoming.httpVersion} ${incoming.headers[':authority']} ${incoming.url}`);
        response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"job_id":"a","status":"SUCCESS"}');
      });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    const { code, stdout, stderr } = await runBackend(
      ['job', 'a', '--endpoint', `*=https://127.0.0.1:${port}`, '--ca-file', certificate, '--output', 'json',
        '--metadata', 'off', ...project], keyEnv);
    server.close();
    assert.equal(code, 0, stderr);
    assert.equal(stdout.trim(), '{"job_id":"a","status":"SUCCESS"}');
    assert.deepEqual(seen, [`2.0 127.0.0.1:${port} /v1/${simulatorKey.project}/jobs/a`]);
  });
});

describe('Keys that are issued', () => {
  const wherever = (/** @type {Cloud} */ cloud) =>
    ['job', documentedJob, '--endpoint', `*=${cloud.url}`, '--metadata', 'off', '--output', 'json'];
  /** @param {string} text */
  const tokenFile = (text) => {
    const file = join(folder, 'id-token');
    writeFileSync(file, text);
    return file;
  };

  test('A container shows its token and gets a key', async () => {
    await withCloud({}, async (cloud) => {
      const container = {
        HOME: folder, HC_CONTAINER_CREDENTIALS_FULL_URI: `${cloud.url}/v1/container-credentials`,
        HC_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile('SIMULATED.token\n'),
      };
      const { code, stderr } = await runBackend(wherever(cloud), container);
      assert.equal(code, 0, stderr);
      const refused = await runBackend(wherever(cloud), {
        ...container, HC_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile('somebody-elses'),
      });
      assert.equal(refused.code, 3);
      assert.match(refused.stderr, /container's credential service returned status 401/);
      assert.ok(!refused.stderr.includes('somebody-elses'));
    });
  });

  test('IAM takes the token of another identity provider, by variables or by the profile', async () => {
    await withCloud({}, async (cloud) => {
      const file = tokenFile('SIMULATED.token');
      const byVariables = { HUAWEICLOUD_SDK_IDP_ID: 'my-idp', HUAWEICLOUD_SDK_ID_TOKEN_FILE: file };
      const { code, stderr } = await runBackend(wherever(cloud), { HOME: folder, ...byVariables });
      assert.equal(code, 0, stderr);
      const profile = join(folder, 'federated');
      writeFileSync(profile, `[basic]\nidp_id = my-idp\nid_token_file = ${file}\niam_endpoint = ${cloud.url}\n`, { mode: 0o600 });
      const byProfile = await runBackend(
        ['job', documentedJob, '--profile', profile, '--metadata', 'off'],
        { HOME: folder, HUAWEICLOUD_SDK_REGION_EIP_CN_NORTH_4: cloud.url });
      assert.equal(byProfile.code, 0, byProfile.stderr);
      const { calls } = await cloud.journal();
      assert.deepEqual(calls.slice(0, 2).map((/** @type {any} */ call) => [call.method, call.path, call.status]), [
        ['POST', '/v3.0/OS-AUTH/id-token/tokens', 201], ['POST', '/v3.0/OS-CREDENTIAL/securitytokens', 201]]);
      assert.ok(!JSON.stringify(calls).includes('SIMULATED.token'));
      tokenFile('somebody-elses');
      const refused = await runBackend(wherever(cloud), { HOME: folder, ...byVariables });
      assert.equal(refused.code, 3);
      assert.match(refused.stderr, /IAM did not accept the identity token \(status 401\)/);
    });
  });

  test('A key that was issued is renewed before it ends', async () => {
    await withCloud({ scenario: { metadata: { key_lifetime_seconds: 6 } } }, async (cloud) => {
      await serve(['--endpoint', `*=${cloud.url}`, ...project], {
        HOME: folder, HUAWEICLOUD_SDK_IDP_ID: 'my-idp', HUAWEICLOUD_SDK_ID_TOKEN_FILE: tokenFile('SIMULATED.token'),
      });
      const issued = (/** @type {any} */ { calls }) =>
        calls.filter((/** @type {any} */ call) => call.path === '/v3.0/OS-CREDENTIAL/securitytokens').length;
      await until(() => cloud.journal(), (journal) => issued(journal) >= 2);
    });
  });
});

describe('Elsewhere', () => {
  test('Variables and regions.yaml of the SDKs say where another cloud of the same kind is', async () => {
    await withCloud({}, async (cloud) => {
      const home = join(folder, 'home');
      mkdirSync(join(home, '.huaweicloud'), { recursive: true });
      writeFileSync(join(home, '.huaweicloud', 'regions.yaml'), `EIP:\n  - id: eu-de\n    endpoint: ${cloud.url}\n`);
      const byFile = await runBackend(
        ['job', documentedJob, '--region', 'eu-de', '--metadata', 'off', ...project], { ...keyEnv, HOME: home });
      assert.equal(byFile.code, 0, byFile.stderr);
      const byVariable = await runBackend(
        ['job', documentedJob, '--region', 'cn-south-1', '--metadata', 'off', ...project],
        { ...keyEnv, HUAWEICLOUD_SDK_REGION_EIP_CN_SOUTH_1: cloud.url });
      assert.equal(byVariable.code, 0, byVariable.stderr);
    });
  });

  test('A region is known by endpoints alone, and nobody else is asked', async () => {
    await withCloud({}, async (cloud) => {
      const { code, stdout, stderr } = await runBackend(
        ['job', documentedJob, '--region', 'cn-north-3', '--endpoint', `eip=${cloud.url}`, '--endpoint', `iam=${cloud.url}`,
          '--metadata', 'off', '--output', 'json'], { ...keyEnv, HOME: folder });
      assert.equal(code, 0, stderr);
      assert.equal(JSON.parse(stdout).job_id, documentedJob);
    });
  });

  test('Where one host of several is not reached the next is asked, and that is said', async () => {
    const gone = http.createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = /** @type {import('node:net').AddressInfo} */ (gone.address());
    gone.close();
    await once(gone, 'close');
    await withCloud({}, async (cloud) => {
      for (const [args, env] of /** @type {[string[], Record<string, string>][]} */ ([
        [['--endpoint', `eip=http://127.0.0.1:${port},${cloud.url}`], {}],
        [[], { HUAWEICLOUD_SDK_REGION_EIP_CN_NORTH_4: `http://127.0.0.1:${port},${cloud.url}` }],
      ])) {
        const { code, stderr } = await runBackend(
          ['job', documentedJob, '--metadata', 'off', ...project, ...args], { ...keyEnv, HOME: folder, ...env });
        assert.equal(code, 0, stderr);
        assert.match(stderr, new RegExp(`http://127\\.0\\.0\\.1:${port} could not be reached \\(.*\\); using ${cloud.url} in its place`));
      }
    });
  });

  test('iam_endpoint of the profile says where the project is looked up', async () => {
    await withCloud({}, async (cloud) => {
      const file = join(folder, 'with-iam');
      writeFileSync(file, `[basic]\nak = ${simulatorKey.ak}\nsk = ${simulatorKey.sk}\niam_endpoint = ${cloud.url}\n`, { mode: 0o600 });
      const { code, stderr } = await runBackend(
        ['job', documentedJob, '--profile', file, '--metadata', 'off'],
        { HOME: folder, HUAWEICLOUD_SDK_REGION_EIP_CN_NORTH_4: cloud.url });
      assert.equal(code, 0, stderr);
    });
  });
});
