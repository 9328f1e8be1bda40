// Who may ask: the real binary with tokens, before a simulated cloud whose journal tells what was
// really asked.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import {
  documentedJob, request, runBackend, simulatorKey, startBackend, startWatchedSimulator, until,
} from './helpers.js';

const MINE = simulatorKey.project;
const OTHERS = '0605767cc80010f42f1ec00bc0e6b7a8';
const PORTAL = 'https://portal.example.com';
const KEY = { HUAWEICLOUD_SDK_AK: simulatorKey.ak, HUAWEICLOUD_SDK_SK: simulatorKey.sk };

/** @type {Awaited<ReturnType<typeof startWatchedSimulator>>} */
let cloud;
/** @type {string} */
let folder;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'jobtree-access-'));
  cloud = await startWatchedSimulator();
});
after(async () => {
  await cloud.stop();
  rmSync(folder, { recursive: true });
});

/** Makes a token and puts its line into the file. @param {string} file @param {string[]} args */
async function makeToken(file, ...args) {
  const made = await runBackend(['token', ...args, '--tokens-file', file]);
  assert.equal(made.code, 0, made.stderr);
  return made.stdout.trim();
}

/** A backend before the simulated cloud, with its log in JSON and at its most talkative.
 * @param {string[]} args */
const start = (...args) =>
  startBackend(['serve', '--listen', '127.0.0.1:0', '--endpoint', `*=${cloud.url}`, '--project', MINE,
    '--log-level', 'debug', '--log-format', 'json', ...args], { env: KEY });

/** @param {string} [token] @returns {Record<string, string>} */
const bearer = (token) => (token === undefined ? {} : { Authorization: `Bearer ${token}` });

const path = (/** @type {string} */ project, job = documentedJob, service = 'eip') =>
  `/api/cn-north-4/${service}/v1/${project}/jobs/${job}`;

/** All of an answer but what differs from one to the next. @param {import('./helpers.js').Reply} reply */
function bare({ status, headers, text, json }) {
  const { 'x-request-id': id, date, ...rest } = headers;
  assert.equal(json().request_id, id);
  return { status, rest, text: text.replace(String(id), '') };
}

/** The status for a request of these very bytes. @param {string} url @param {string} target
 * @param {string} [lines] the headers; without any, the right Host */
function statusOf(url, target, lines) {
  const { host, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = net.connect(Number(port), '127.0.0.1', () => socket.write(Buffer.from(
      `GET ${target} HTTP/1.1\r\n${lines ?? `Host: ${host}\r\n`}Connection: close\r\n\r\n`, 'latin1')));
    socket.setEncoding('latin1').on('data', (piece) => (text += piece))
      .on('end', () => resolve(Number(text.slice(9, 12)))).on('error', reject);
  });
}

/** The audit lines of a log. @param {string} log @returns {any[]} */
const audits = (log) =>
  log.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line))
    .filter((entry) => entry.message === 'audit');

describe('Listening beyond this machine', () => {
  test('is refused without tokens, with a line that says why and what to do', async () => {
    for (const listen of ['0.0.0.0:0', '[::]:0', '192.0.2.1:0']) {
      const { code, stderr } = await runBackend(['--demo', '--listen', listen]);
      assert.equal(code, 2);
      assert.match(stderr, /^backend serve: --listen .*without tokens.*can use its key.*--tokens-file[^\n]*\n$/);
    }
  });

  test('is refused with a tokens file that opens nothing', async () => {
    const file = join(folder, 'none');
    writeFileSync(file, '');
    const half = join(folder, 'half');
    writeFileSync(half, 'portal sha256:0123 project=-\n', { mode: 0o600 });
    for (const [name, words] of /** @type {[string, RegExp][]} */ (
      [[file, /has no token/], [half, /line 1/], [join(folder, 'absent'), /cannot read/], [folder, /not a regular file/]])) {
      const { code, stderr } = await runBackend(['--demo', '--listen', '0.0.0.0:0', '--tokens-file', name]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, words);
    }
  });

  test('is done with tokens, and nobody gets in without one', async () => {
    const file = join(folder, 'open');
    const token = await makeToken(file, 'portal');
    const backend = await startBackend(['--demo', '--listen', '0.0.0.0:0', '--tokens-file', file]);
    const { port } = new URL(backend.url);
    const url = `http://127.0.0.1:${port}${path('-')}`;
    assert.equal((await request(url)).status, 401);
    assert.equal((await request(url, { headers: bearer(token) })).status, 200);
    // The address of every address is the name of none.
    assert.equal((await request(url, { headers: { Host: `0.0.0.0:${port}`, ...bearer(token) } })).status, 421);
    assert.equal((await request(`http://127.0.0.1:${port}/api/demo/batches`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' })).status, 401);
    assert.equal(await backend.stop(), 0);
  });
});

describe('A token', () => {
  test('is shown once, and stored as its SHA-256', async () => {
    const { code, stdout, stderr } = await runBackend(
      ['token', 'portal', '--project', MINE, '--project', '-', '--service', 'eip', '--service', 'ecs']);
    assert.equal(code, 0);
    const [token, line, end] = stdout.split('\n');
    assert.match(token, /^jt\.[A-Za-z0-9_-]{43}$/);
    const digest = createHash('sha256').update(token).digest('hex');
    assert.equal(line, `portal sha256:${digest} project=${MINE} project=- service=eip service=ecs`);
    assert.equal(end, '');
    assert.ok(!stderr.includes(token));

    const file = join(folder, 'stored');
    const stored = await makeToken(file, 'one');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.ok(!readFileSync(file, 'utf8').includes(stored));
    assert.equal(readFileSync(file, 'utf8'),
      `one sha256:${createHash('sha256').update(stored).digest('hex')} project=-\n`);
    const again = await runBackend(['token', 'one', '--tokens-file', file]);
    assert.equal(again.code, 1);
    assert.equal(again.stdout, '');
    assert.match(again.stderr, /another token above has this name/);
  });

  test('is not made for nobody or nothing', async () => {
    for (const args of [[], ['a b'], ['portal', '--project', 'XYZ'], ['portal', '--service', 'nonsense']]) {
      const { code, stdout, stderr } = await runBackend(['token', ...args]);
      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.match(stderr, /--help/);
    }
  });
});

describe('A server with tokens', () => {
  /** @type {import('./helpers.js').Backend} */
  let backend;
  /** @type {string} */
  let file;
  /** @type {{mine: string, others: string, own: string, all: string}} */
  let tokens;
  before(async () => {
    file = join(folder, 'tokens');
    tokens = {
      mine: await makeToken(file, 'mine', '--project', MINE),
      others: await makeToken(file, 'others', '--project', OTHERS, '--service', 'eip'),
      own: await makeToken(file, 'own', '--service', 'eip'),
      all: await makeToken(file, 'all', '--project=*'),
    };
    backend = await start('--tokens-file', file, '--allow-origin', PORTAL);
  });
  after(async () => {
    assert.equal(await backend.stop(), 0);
  });
  /** @param {string | undefined} token @param {string} target */
  const ask = (token, target) => request(backend.url + target, { headers: bearer(token) });

  test('wants one on loopback too, and says so', async () => {
    await cloud.forget();
    for (const [token, code, challenge] of /** @type {[string | undefined, string, string][]} */ ([
      [undefined, 'jobtree.token_required', 'Bearer'],
      ['jt.wrong', 'jobtree.bad_token', 'Bearer error="invalid_token"'],
      [tokens.mine.slice(0, -1), 'jobtree.bad_token', 'Bearer error="invalid_token"'],
      [tokens.mine.replace('.', '%2E'), 'jobtree.bad_token', 'Bearer error="invalid_token"'],
    ])) {
      const reply = await ask(token, path(MINE));
      assert.equal(reply.status, 401);
      assert.equal(reply.json().code, code);
      assert.equal(reply.headers['www-authenticate'], challenge);
      assert.equal(reply.headers['content-type'], 'application/problem+json; charset=utf-8');
    }
    assert.deepEqual((await cloud.journal()).calls, []);
    const config = (await request(`${backend.url}/api/config`)).json();
    assert.equal(config.token_required, true);
    assert.equal(config.default_project, '-');
  });

  test('shows each token its own, and all else as what is not there', async () => {
    const nothing = bare(await ask(tokens.mine, path(MINE, 'no-such-job')));
    assert.equal(nothing.status, 404);
    await cloud.forget();
    const projects = { mine: [MINE], others: [OTHERS], own: ['-', MINE], all: [MINE, OTHERS, '-'] };
    const matrix = Object.entries(tokens).flatMap(([name, token]) =>
      [MINE, OTHERS, '-'].flatMap((project) => ['eip', 'ecs'].map((service) => ({
        where: `${name} ${project} ${service}`, token, project, service,
        may: projects[/** @type {keyof typeof projects} */ (name)].includes(project) &&
          (service === 'eip' || name === 'mine' || name === 'all'),
      }))));
    for (const { where, token, project, service } of matrix.filter(({ may }) => !may)) {
      for (const job of [documentedJob, 'no-such-job']) {
        assert.deepEqual(bare(await ask(token, path(project, job, service))), nothing, where);
      }
    }
    assert.deepEqual((await cloud.journal()).calls, [], 'nothing of it was asked for');
    for (const { where, token, project, service } of matrix.filter(({ may }) => may)) {
      const { status } = await ask(token, path(project, documentedJob, service));
      if (service === 'eip' && project !== OTHERS) assert.equal(status, 200, where);
    }
    assert.ok((await cloud.journal()).calls.length > 0);
  });

  test('writes one line for each decision', async () => {
    // The log is written behind the responses, in their order: once this line is there, all before it are.
    await ask(tokens.mine, path(MINE, 'a-job-to-find-in-the-log'));
    const written = await until(
      async () => audits(backend.log()), (all) => all.at(-1)?.job === 'a-job-to-find-in-the-log');
    const shown = await ask(tokens.mine, path(MINE));
    const hidden = await ask(tokens.mine, path(OTHERS));
    const unknown = await ask(tokens.mine, path(MINE, 'no-such-job-either'));
    const lines = await until(
      async () => audits(backend.log()).slice(written.length), (all) => all.length >= 3);
    const names = ['time', 'level', 'message', 'request_id', 'viewer', 'token', 'region', 'service', 'project', 'job',
      'outcome', 'cache', 'upstream_request_id'];
    for (const line of lines) assert.deepEqual(Object.keys(line), names);
    const brief = lines.map((it) => [it.token, it.project, it.job, it.outcome]);
    assert.deepEqual(brief, [
      ['mine', MINE, documentedJob, 'shown'],
      ['mine', OTHERS, documentedJob, 'not_allowed'],
      ['mine', MINE, 'no-such-job-either', 'unknown'],
    ]);
    assert.ok(lines.every((it) => it.viewer === '127.0.0.1'));
    assert.equal(lines[0].request_id, shown.headers['x-request-id']);
    assert.match(lines[0].cache, /^jobtree; /);
    assert.equal(lines[1].request_id, hidden.headers['x-request-id']);
    assert.equal(lines[1].upstream_request_id, '');
    assert.equal(lines[2].request_id, unknown.headers['x-request-id']);
    assert.notEqual(lines[2].upstream_request_id, lines[2].request_id);
    assert.ok(lines[2].upstream_request_id);
  });

  test('tells of one who is shut out again and again, and is not filled by it', async () => {
    for (let i = 0; i < 40; i += 1) await ask(undefined, path(MINE));
    await ask(tokens.mine, path(MINE)); // whose line comes after all of those
    const all = await until(async () => audits(backend.log()), (lines) => lines.at(-1)?.outcome === 'shown');
    const refused = all.filter(({ outcome }) => outcome === 'no_token');
    assert.ok(refused.length > 0 && refused.length < 40, `${refused.length} lines`);
    assert.deepEqual([refused[0].viewer, refused[0].token, refused[0].job], ['127.0.0.1', '', '']);
  });

  test('lets a portal ask, and tells other pages nothing', async () => {
    const preflight = await request(backend.url + path(MINE), {
      method: 'OPTIONS',
      headers: { Origin: PORTAL, 'Access-Control-Request-Method': 'GET', 'Access-Control-Request-Headers': 'authorization' },
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers['access-control-allow-origin'], PORTAL);
    assert.equal(preflight.headers['access-control-allow-headers'], 'Authorization, If-None-Match, Prefer');
    assert.equal(preflight.headers['access-control-max-age'], '7200');
    for (const [origin, token, status, allowed] of /** @type {[string, string | undefined, number, boolean][]} */ ([
      [PORTAL, tokens.mine, 200, true], [PORTAL, undefined, 401, true], [PORTAL, tokens.others, 404, true],
      [`${PORTAL}.evil.com`, tokens.mine, 403, false], [`${PORTAL}:8443`, tokens.mine, 403, false],
      ['https://evilportal.example.com', tokens.mine, 403, false], ['https://example.com', tokens.mine, 403, false],
      [`${PORTAL}/`, tokens.mine, 403, false], [`${PORTAL}@evil.com`, tokens.mine, 403, false],
      [PORTAL.toUpperCase(), tokens.mine, 403, false], [`${PORTAL}, ${PORTAL}`, tokens.mine, 403, false],
      ['http://portal.example.com', tokens.mine, 403, false], ['null', tokens.mine, 403, false],
    ])) {
      const reply = await request(backend.url + path(MINE), {
        headers: { Origin: origin, 'Sec-Fetch-Site': 'cross-site', ...bearer(token) } });
      assert.equal(reply.status, status, origin);
      assert.equal(reply.headers['access-control-allow-origin'], allowed ? PORTAL : undefined, origin);
      assert.match(String(reply.headers.vary), /\bOrigin\b/);
    }
    // What the HTTP library answers by itself too: a head of no request, an address too long.
    const long = await request(`${backend.url}/${'a'.repeat(7500)}`, { headers: { Origin: PORTAL } });
    assert.equal(long.status, 414);
    assert.equal(long.headers['access-control-allow-origin'], PORTAL);
  });

  test('goes by exactly its names', async () => {
    const { port } = new URL(backend.url);
    const host = (/** @type {string} */ name) => `Host: ${name}\r\n`;
    for (const name of ['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]']) {
      assert.equal(await statusOf(backend.url, '/healthz', host(`${name}:${port}`)), 200, name);
    }
    for (const name of [`localhost.evil.com:${port}`, `localhost.:${port}`, `127.0.0.1:1`, 'localhost', 'evil.com',
      `evil.com:${port}`, `127a0b0c1:${port}`, `127.0.0.1.evil.com:${port}`, `127.0.0.2:${port}`, `127.1:${port}`,
      `2130706433:${port}`, `localhost:${port}.evil.com`, `[::1]`, `[::1%25lo]:${port}`, `::1:${port}`, `127.0.0.1:0${port}`,
      `[::ffff:127.0.0.1]:${port}`, `0.0.0.0:${port}`, `evil.com@localhost:${port}`]) {
      assert.ok([400, 421].includes(await statusOf(backend.url, '/healthz', host(name))), name);
    }
    const ours = host(`127.0.0.1:${port}`);
    for (const [target, hosts] of [['/healthz', ''], ['/healthz', ours + ours], ['/healthz', ours + host('evil.com')],
      ['http://evil.com/healthz', ours], ['http://evil.com/healthz', host('evil.com')]]) {
      assert.ok([400, 421].includes(await statusOf(backend.url, target, hosts)), `${target} ${hosts}`);
    }
    assert.equal(await statusOf(backend.url, `http://127.0.0.1:${port}/healthz`, ours), 200, 'a target that names us');
  });

  test('takes a change of the file over without a restart, and a broken one not at all', async () => {
    const lines = readFileSync(file, 'utf8');
    const next = join(folder, 'next');
    writeFileSync(next, lines.replace(/^others .*\n/m, ''), { mode: 0o600 });
    const fresh = await makeToken(next, 'fresh', '--project', MINE);
    assert.equal((await ask(tokens.others, path(MINE))).status, 404);
    renameSync(next, file);
    await until(() => ask(tokens.others, path(MINE)), ({ status }) => status === 401);
    assert.equal((await ask(fresh, path(MINE))).status, 200);
    assert.equal((await ask(tokens.mine, path(MINE))).status, 200);

    writeFileSync(file, readFileSync(file, 'utf8').slice(0, -20));
    await until(async () => {
      assert.equal((await ask(fresh, path(MINE))).status, 200);
      return backend.log();
    }, (log) => log.includes('was not loaded'));
    await until(() => ask(fresh, path(MINE)), ({ status }) => status === 200);
    assert.equal(backend.log().split('was not loaded').length, 2, 'said once');
    writeFileSync(file, lines);
    await until(() => ask(tokens.others, path(MINE)), ({ status }) => status === 404);
  });

  test('never writes a token down, good or bad, wherever it was put', async () => {
    const planted = { ...tokens, refused: 'jt.CanaryCanaryCanary0123456789', other: 'CanaryWithoutForm' };
    for (const token of Object.values(planted)) {
      await ask(token, path(MINE));
      await ask(token, path(OTHERS));
      for (const target of [`/${token}`, `/?token=${token}`, `/api/${token}/eip/v1/-/jobs/a`, `/api/cn-north-4/eip/v1/-/jobs/${
        token.startsWith('jt.') ? token : 'a'}`, `/api/config?${token}`]) {
        await ask(token, target);
        await ask(tokens.mine, target);
      }
      await request(`${backend.url}/`, { headers: { Authorization: token, Cookie: token, 'X-Token': token, Origin: token } });
    }
    // Lines come in their order, and what is shown has one each time.
    const shown = () => audits(backend.log()).filter(({ outcome }) => outcome === 'shown').length;
    const earlier = shown();
    assert.equal((await ask(tokens.mine, path(MINE))).status, 200);
    await until(async () => shown(), (count) => count > earlier);
    for (const [name, token] of Object.entries(planted)) {
      assert.ok(!backend.log().includes(token), `the token ${name} stands in the log`);
    }
    const { calls } = await cloud.journal();
    for (const token of Object.values(planted)) assert.ok(!JSON.stringify(calls).includes(token));
  });
});

describe('A server without tokens', () => {
  /** @type {import('./helpers.js').Backend} */
  let backend;
  before(async () => {
    backend = await startBackend(['--demo', '--listen', '127.0.0.1:0']);
  });
  after(async () => {
    assert.equal(await backend.stop(), 0);
  });
  const JSON_TYPE = { 'Content-Type': 'application/json' };
  const CROSS = { 'Sec-Fetch-Site': 'cross-site' };
  const job = path('-');

  /** @type {[string, string, string, Record<string, string>, number][]} what, method, target, headers, status */
  const forgeries = [
    ['a form', 'POST', '/api/demo/batches', { ...CROSS, 'Content-Type': 'application/x-www-form-urlencoded' }, 403],
    ['a form that looks like JSON', 'POST', '/api/demo/batches', { ...CROSS, 'Content-Type': 'text/plain' }, 403],
    ['a form of an old browser', 'POST', '/api/demo/batches', { 'Content-Type': 'text/plain' }, 415],
    ['a form with files', 'POST', '/api/demo/batches', { ...CROSS, 'Content-Type': 'multipart/form-data; boundary=x' }, 403],
    ['a script that sends JSON', 'POST', '/api/demo/batches', { ...JSON_TYPE, Origin: 'https://evil.com' }, 403],
    ['a script without an origin', 'POST', '/api/demo/batches', { ...JSON_TYPE, ...CROSS }, 403],
    ['a script of a neighbour', 'POST', '/api/demo/batches', { ...JSON_TYPE, 'Sec-Fetch-Site': 'same-site' }, 403],
    ['a script of a sandbox', 'POST', '/api/demo/batches', { ...JSON_TYPE, Origin: 'null' }, 403],
    ['a page of another port here', 'POST', '/api/demo/batches', { ...JSON_TYPE, Origin: 'http://127.0.0.1:1' }, 403],
    ['its preflight', 'OPTIONS', '/api/demo/batches', { ...CROSS, Origin: 'https://evil.com', 'Access-Control-Request-Method': 'POST' }, 403],
    ['an image', 'GET', job, { ...CROSS, 'Sec-Fetch-Dest': 'image', 'Sec-Fetch-Mode': 'no-cors' }, 403],
    ['a script element', 'GET', job, { ...CROSS, 'Sec-Fetch-Dest': 'script', 'Sec-Fetch-Mode': 'no-cors' }, 403],
    ['a frame', 'GET', job, { ...CROSS, 'Sec-Fetch-Dest': 'iframe', 'Sec-Fetch-Mode': 'navigate' }, 403],
    ['a fetch of a job', 'GET', job, { ...CROSS, Origin: 'https://evil.com' }, 403],
    ['a fetch of the configuration', 'GET', '/api/config', { ...CROSS, Origin: 'https://evil.com' }, 403],
    ['a fetch of the metrics', 'GET', '/metrics', { ...CROSS, Origin: 'https://evil.com' }, 403],
    ['a name that leads here', 'GET', job, { Host: 'evil.com', Origin: 'http://evil.com', 'Sec-Fetch-Site': 'same-origin' }, 421],
  ];
  test('begins nothing and tells nothing for a page of another site', async () => {
    const before = (await request(`${backend.url}/api/config`)).json().demo.jobs;
    for (const [what, method, target, headers, status] of forgeries) {
      const reply = await request(backend.url + target, {
        method, headers, ...(method === 'POST' && { body: '{"count":1}' }) });
      assert.equal(reply.status, status, what);
      assert.equal(reply.headers['access-control-allow-origin'], undefined, what);
      assert.match(String(reply.headers['content-type']), /^application\/problem\+json/, what);
    }
    assert.deepEqual((await request(`${backend.url}/api/config`)).json().demo.jobs, before);
    // A page is no secret, but nobody may frame it.
    const framed = await request(`${backend.url}/`, { headers: { ...CROSS, 'Sec-Fetch-Dest': 'iframe' } });
    assert.match(String(framed.headers['content-security-policy']), /frame-ancestors 'none'/);
  });
});

describe('An address that is not one', () => {
  const inPlaceOf = {
    job: ['..', '%2e%2e', '%2E%2E%2Fa', 'a%2f..%2fb', 'a%2Fb', '%00', 'a%00', 'a%0d%0a', '..;', 'a;x=1', 'a@evil.com', 'a\\b', 'a%5cb',
      '\xe4\xbb\xbb', '%E4%BB%BB', '%252e%252e', '%252f', 'a:80', 'a#b', 'a|b', '*', '{job_id}', '%', '%zz', '-'.repeat(65)],
    project: ['..', '%2e%2e', MINE.toUpperCase(), `${MINE}0`, MINE.slice(1), `${MINE}%00`, `%2d`, 'evil.com', `${MINE}@evil.com`, '*'],
    service: ['..', '%65ip', 'eip.evil.com', 'eip@evil.com', 'evil.com#', 'EIP', 'iam', '*', '169.254.169.254'],
    region: ['..', 'cn-north-4.evil.com', 'cn-north-4@evil.com', 'evil.com%23', 'cn-north-4%2e', 'CN-NORTH-4', '*', '127.0.0.1:80'],
  };
  const good = { region: 'cn-north-4', service: 'eip', project: MINE, job: documentedJob };
  const targetOf = (/** @type {typeof good} */ it) => `/api/${it.region}/${it.service}/v1/${it.project}/jobs/${it.job}`;

  test('is refused as it stands, decoded by nobody, and nothing is asked of the cloud', async () => {
    const backend = await start();
    await cloud.forget();
    const targets = Object.entries(inPlaceOf).flatMap(([part, all]) => all.map((value) => targetOf({ ...good, [part]: value })));
    const whole = targetOf(good);
    targets.push(`${whole}/`, `${whole}/../x`, `/${whole}`, `/.${whole}`, `/x/..${whole}`, whole.replace('/v1/', '//v1/'),
      whole.replace('/v1/', '/v1/../v1/'), whole.replace('/api/', '/API/'), whole.replace('/jobs/', '/jobs%2f'),
      whole.replace('/v1/', '/v2/'), `http://127.0.0.1${whole}`, `\\\\evil.com${whole}`, `//evil.com${whole}`,
      `/api/cn-north-4/eip/v1/${MINE}/jobs?id=${documentedJob}`, `/api/cn-north-4/rds/v3/${MINE}/jobs?id=${documentedJob}&x=1`,
      `/api/cn-north-4/rds/v3/${MINE}/jobs?id=a%2fb`, `/api/cn-north-4/rds/v3/${MINE}/jobs?id=`);
    for (const target of targets) assert.ok([400, 404].includes(await statusOf(backend.url, target)), target);
    assert.deepEqual((await cloud.journal()).calls, []);
    assert.equal(await statusOf(backend.url, whole), 200);
    assert.equal((await cloud.journal()).total, 1);
    await backend.stop();
  });
});

describe('A walk through random ids', () => {
  test('spends a budget of its own and not the key\'s, and shuts out no job that is there', async () => {
    const backend = await start();
    assert.equal((await request(backend.url + path('-'))).status, 200);
    await cloud.forget();
    const statuses = [];
    /** @type {import('./helpers.js').Reply | undefined} */
    let last;
    for (let i = 0; i < 200 && last?.status !== 429; i += 1) {
      // Whoever says to be somebody else is not believed.
      const other = `10.0.0.${i}`;
      last = await request(backend.url + path('-', `random-${i}`), {
        headers: { REMOTE_ADDR: other, 'X-Forwarded-For': other, 'X-Real-IP': other, Forwarded: `for=${other}` } });
      statuses.push(last.status);
    }
    assert.equal(last?.status, 429);
    assert.equal(last.json().code, 'jobtree.too_many_unknown');
    assert.ok(Number(last.headers['retry-after']) >= 1);
    assert.equal(Number(last.headers['retry-after']), last.json().retry_after);
    assert.ok(statuses.slice(0, 60).every((status) => status === 404), String(statuses));
    assert.equal((await cloud.journal()).calls.length, statuses.length - 1);
    assert.equal((await request(backend.url + path('-'))).status, 200);
    await backend.stop();
  });
});

describe('What portals load', () => {
  test('may be loaded by every page, with all that it imports, and nothing else may', async () => {
    // A folder with scripts that are not bundled, as somebody who works on the page may have.
    const folder = mkdtempSync(join(tmpdir(), 'jobtree-web-'));
    writeFileSync(join(folder, 'job-tree.js'), "export { it } from './part.js';");
    writeFileSync(join(folder, 'part.js'), 'export const it = 1;');
    for (const args of [[], ['--web-root', folder]]) {
      const backend = await startBackend(['--demo', '--listen', '127.0.0.1:0', ...args]);
      const { integrity } = (await request(`${backend.url}/api/config`)).json();
      const todo = ['job-tree.js'];
      for (const name of todo) {
        const reply = await request(`${backend.url}/${name}`, { headers: { Origin: 'https://any.example' } });
        assert.equal(reply.status, 200, name);
        assert.equal(reply.headers['access-control-allow-origin'], '*', name);
        assert.equal(reply.headers['cross-origin-resource-policy'], 'cross-origin', name);
        for (const [, imported] of reply.text.matchAll(/from\s*["']\.\/([^"']+)["']/g)) {
          if (!todo.includes(imported)) todo.push(imported);
        }
        if (integrity[name]) {
          const hash = createHash('sha384').update(reply.text).digest('base64');
          assert.equal(integrity[name], `sha384-${hash}`, name);
        }
      }
      assert.equal(todo.length > 1, args.length > 0); // what is built in is one script
      assert.ok(integrity['job-tree.js'] && integrity['element.js']);
      for (const name of Object.keys(integrity)) {
        const { headers } = await request(`${backend.url}/${name}`);
        assert.equal(headers['access-control-allow-origin'], '*', name);
      }
      for (const name of ['', 'dashboard.js', 'dashboard.css', 'favicon.svg']) {
        const reply = await request(`${backend.url}/${name}`, { headers: { Origin: 'https://any.example' } });
        assert.equal(reply.status, 200, name);
        assert.equal(reply.headers['access-control-allow-origin'], undefined, name);
        assert.equal(reply.headers['cross-origin-resource-policy'], 'same-origin', name);
      }
      await backend.stop();
    }
  });
});
