// The pretend cloud from outside: what it gives out, what it refuses, and that hostile requests
// do not hurt it.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import net from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';

import {
  dataFile, documentedJob, request, runBackend, sdkDate, sign, simulatorKey, startBackend,
  startSimulator, until,
} from './helpers.js';

/** @typedef {import('./helpers.js').Backend} Backend */

/** @type {Backend} */
let cloud;

/** @param {string} id */
const jobUrl = (id, project = simulatorKey.project) => `${cloud.url}/v1/${project}/jobs/${id}`;

/** @param {string} url @param {Parameters<typeof sign>[1]} [options] */
const ask = (url, options = {}) =>
  request(url, { method: options.method, body: options.body, headers: sign(url, options) });

/** @param {import('./helpers.js').Reply} reply */
function assertGatewayError(reply, /** @type {number} */ status, /** @type {string} */ code) {
  assert.equal(reply.status, status, reply.text);
  assert.match(reply.headers['content-type'] ?? '', /^application\/json/);
  assert.equal(reply.headers['x-simulated'], 'true');
  assert.match(String(reply.headers['x-request-id']), /^[0-9a-f]{32}$/);
  const body = reply.json();
  assert.deepEqual(Object.keys(body), ['error_msg', 'error_code', 'request_id']);
  assert.equal(body.error_code, code);
  assert.equal(body.request_id, reply.headers['x-request-id']);
  return body.error_msg;
}

/** Sends bytes as they are; all that comes back until the server closes.
 * @param {string} bytes @returns {Promise<string>} */
function raw(bytes) {
  const { hostname, port } = new URL(cloud.url);
  return new Promise((resolve) => {
    let text = '';
    const socket = net.connect(Number(port), hostname, () => socket.write(bytes));
    socket.setEncoding('utf8').setTimeout(20_000, () => socket.destroy());
    socket.on('data', (piece) => (text += piece));
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });
}

describe('the simulator', () => {
  before(async () => {
    cloud = await startSimulator({ speed: 100 });
    await cloud.logged(/--project [0-9a-f]{32}/);
  });
  after(async () => {
    assert.equal(await cloud.stop(), 0);
  });
  // A good request clears the count of failures, so that the tests do not lock each other out.
  beforeEach(async () => {
    assert.equal((await ask(jobUrl(documentedJob))).status, 200);
  });

  it('gives out the documented job byte for byte', async () => {
    const reply = await ask(jobUrl(documentedJob));
    assert.equal(reply.text, await readFile(dataFile('jobs/eip-documented.json'), 'utf8'));
    assert.equal(reply.headers['x-simulated'], 'true');
    assert.match(reply.headers['content-type'] ?? '', /^application\/json/);
    assert.match(String(reply.headers['x-request-id']), /^[0-9a-f]{32}$/);
  });

  it('prints its keys, its project and its jobs, and every printed job answers', async () => {
    const log = cloud.log();
    assert.ok(log.includes(simulatorKey.ak));
    assert.ok(log.includes(simulatorKey.sk));
    assert.ok(log.includes(simulatorKey.project));
    const classic = /^ {2}([0-9a-f]{32}) {2}(?:eip|ecs|bms|evs|deh|sdrs|vbs|ims) {2}/gm;
    const ids = [...log.matchAll(classic)].map((match) => match[1]);
    assert.ok(ids.length >= 8, log);
    for (const id of ids) {
      const reply = await ask(jobUrl(id));
      assert.equal(reply.status, 200);
      assert.equal(reply.json().job_id, id);
    }
  });

  it('ignores a range, as RFC 9110 allows', async () => {
    const url = jobUrl(documentedJob);
    const reply = await request(url, { headers: { ...sign(url), Range: 'bytes=0-1' } });
    assert.equal(reply.status, 200);
    assert.equal(reply.text, await readFile(dataFile('jobs/eip-documented.json'), 'utf8'));
  });

  it('answers a request without a signature with 401', async () => {
    const text = assertGatewayError(await request(jobUrl(documentedJob)), 401, 'APIGW.0301');
    assert.equal(text, 'Incorrect IAM authentication information: x-auth-token not found');
  });

  it('refuses a tampered request and echoes what it saw, on one line', async () => {
    const headers = sign(jobUrl(documentedJob));
    const other = documentedJob.replace(/1$/, '2');
    const text = assertGatewayError(await request(jobUrl(other), { headers }), 401, 'APIGW.0301');
    assert.equal(
      text,
      'Incorrect IAM authentication information: verify aksk signature fail, canonicalRequest:' +
        `GET|/v1/${simulatorKey.project}/jobs/${other}/||host:${new URL(cloud.url).host}|` +
        `x-sdk-date:${headers['X-Sdk-Date']}||host;x-sdk-date|` +
        'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });

  it('refuses a request whose query, host or date is another than the signed one', async () => {
    const url = jobUrl(documentedJob);
    const later = sdkDate(new Date(Date.now() + 60_000));
    for (const [changed, more] of /** @type {[string, Record<string, string>][]} */ ([
      [`${url}?limit=1`, {}],
      [url, { Host: 'vpc.cn-north-4.myhuaweicloud.com' }],
      [url, { 'X-Sdk-Date': later }],
    ])) {
      const reply = await request(changed, { headers: { ...sign(url), ...more } });
      assert.match(assertGatewayError(reply, 401, 'APIGW.0301'), /verify aksk signature fail/);
    }
  });

  it('refuses a wrong secret, an unknown key and an old date, each in its own words', async () => {
    const url = jobUrl(documentedJob);
    const secret = await ask(url, { sk: 'wrong' });
    assert.match(assertGatewayError(secret, 401, 'APIGW.0301'), /verify aksk signature fail/);
    const key = await ask(url, { ak: 'SIMULATEDUNKNOWN0001' });
    assert.match(assertGatewayError(key, 401, 'APIGW.0301'), /ak SIMULATEDUNKNOWN0001 not exist$/);
    const old = await ask(url, { date: sdkDate(new Date(Date.now() - 16 * 60_000)) });
    assert.match(assertGatewayError(old, 401, 'APIGW.0301'), /signature expired, signature time:/);
  });

  it('tells another project, an unknown job and an unknown API apart', async () => {
    const project = await ask(jobUrl(documentedJob, '0'.repeat(32)));
    assert.equal(project.status, 400);
    assert.equal(project.json().code, 'VPC.0007');
    const job = await ask(jobUrl('ff808082000000000000000000000000'));
    assert.equal(job.status, 404);
    assert.equal(job.json().code, 'Common.0011');
    for (const path of ['/', '/v1//jobs/x', `/v1/${simulatorKey.project}/jobs/`, '/v9/a/jobs/b', '/v1/a/jobs/b/c']) {
      const text = assertGatewayError(await request(cloud.url + path), 404, 'APIGW.0101');
      assert.match(text, /does not exist or has not been published/);
    }
    for (const method of ['DELETE', 'PUT', 'OPTIONS']) {
      assertGatewayError(await request(jobUrl(documentedJob), { method }), 404, 'APIGW.0101');
    }
  });

  it('runs an ordered batch to its end, the ordered number failing', async () => {
    const url = `${cloud.url}/v2/${simulatorKey.project}/batchpublicips`;
    const order = {
      publicip: { type: '5_bgp' },
      bandwidth: { name: 'demo', size: 5, share_type: 'PER', charge_mode: 'traffic' },
      publicip_number: 12,
      simulated_failures: 2,
    };
    const started = await ask(url, { method: 'POST', body: JSON.stringify(order) });
    assert.equal(started.status, 200, started.text);
    const id = started.json().job_id;
    const end = await until(
      async () => (await ask(jobUrl(id))).json(),
      (job) => job.status === 'SUCCESS' || job.status === 'FAIL',
    );
    assert.equal(end.status, 'FAIL');
    assert.equal(end.job_type, 'createBatchPublicip');
    const states = end.entities.sub_jobs.map((/** @type {any} */ job) => job.status);
    assert.equal(states.length, 12);
    assert.equal(states.filter((/** @type {string} */ state) => state === 'FAIL').length, 2);
    // Begun just now, by the wall clock.
    assert.ok(Math.abs(Date.parse(end.begin_time) - Date.now()) < 60_000);
  });

  it('refuses an order it cannot read or fill', async () => {
    const url = `${cloud.url}/v2/${simulatorKey.project}/batchpublicips`;
    const good = { publicip: { type: '5_bgp' }, bandwidth: { size: 5 }, publicip_number: 2 };
    const bad = [
      '', 'null', '[]', '{', '[['.repeat(5000), '"x"',
      {}, { ...good, publicip: null }, { ...good, publicip: {} }, { ...good, publicip: { type: 5 } },
      { ...good, bandwidth: [] }, { ...good, publicip_number: 0 }, { ...good, publicip_number: '2' },
      { ...good, publicip_number: 1.5 }, { ...good, publicip_number: 100_001 },
      { ...good, publicip_number: 1e300 }, { ...good, publicip_number: -(2 ** 40) },
      { ...good, simulated_failures: 3 }, { ...good, simulated_failures: null },
    ];
    for (const order of bad) {
      const body = typeof order === 'string' ? order : JSON.stringify(order);
      const reply = await ask(url, { method: 'POST', body });
      assert.equal(reply.status, 400, body.slice(0, 100));
      assert.equal(reply.json().code, 'VPC.0501', body.slice(0, 100));
    }
    const tampered = await request(url, {
      method: 'POST', body: JSON.stringify({ ...good, publicip_number: 3 }),
      headers: sign(url, { method: 'POST', body: JSON.stringify(good) }),
    });
    assertGatewayError(tampered, 401, 'APIGW.0301');
  });

  it('takes only requests of a sane size and shape, and goes on answering', async () => {
    const url = jobUrl(documentedJob);
    const host = new URL(cloud.url).host;
    const long = await request(`${cloud.url}/v1/${'a'.repeat(7500)}/jobs/b`);
    assertGatewayError(long, 414, 'APIGW.0201');
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`X-${i}`, 'x']));
    assertGatewayError(await request(url, { headers: many }), 431, 'APIGW.0201');
    assertGatewayError(await request(url, { body: 'x'.repeat(70_000) }), 413, 'APIGW.0201');
    assertGatewayError(await request(url, { method: 'PATCH' }), 404, 'APIGW.0101');
    const chunked = await raw(`GET / HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`);
    assert.match(chunked, /^HTTP\/1\.1 400 /);
    const batch = `${cloud.url}/v2/${simulatorKey.project}/batchpublicips`;
    const big = await request(batch, { method: 'POST', body: 'x'.repeat(70_000) });
    assert.equal(big.status, 413);
    for (const bytes of [
      '\r\n\r\n', 'GET\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', '\u0000\u0001\u0002\r\n\r\n',
      `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: ${host}\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`,
    ]) {
      assert.match(await raw(bytes), /^HTTP\/1\.1 4\d\d /);
    }
    assert.equal((await ask(url)).status, 200);
  });

  it('answers a hundred at once', async () => {
    const replies = await Promise.all(Array.from({ length: 100 }, () => ask(jobUrl(documentedJob))));
    assert.ok(replies.every((reply) => reply.status === 200));
  });

  it('locks a key after more than five failures in a row, for five minutes of its own time', async () => {
    const url = jobUrl(documentedJob);
    const locked = (/** @type {import('./helpers.js').Reply} */ reply) =>
      reply.status === 401 && /AK access failed to reach the limit,forbidden/.test(reply.text);
    for (let i = 0; i < 5; ++i) assert.ok(!locked(await ask(url, { sk: 'wrong' })));
    assert.equal((await ask(url)).status, 200, 'five failures are allowed');
    for (let i = 0; i < 6; ++i) assert.ok(!locked(await ask(url, { sk: 'wrong' })));
    const since = Date.now();
    const refused = await ask(url);
    assert.ok(locked(refused), refused.text);
    assertGatewayError(refused, 401, 'APIGW.0301');
    const other = await ask(url, { ak: 'SIMULATEDUNKNOWN0001' });
    assert.match(other.text, /not exist/);
    // At a speed of 100 the five minutes are three seconds.
    await until(() => ask(url), (reply) => reply.status === 200, { withinMs: 20_000 });
    assert.ok(Date.now() - since > 2500);
  });
});

describe('backend simulate', () => {
  it('listens on a loopback address only', async () => {
    for (const listen of ['0.0.0.0:0', '192.0.2.1:0', '[::]:0', 'example.com:0', '127.0.0.1.example.com:0']) {
      const { code, stdout, stderr } = await runBackend(['simulate', '--listen', listen]);
      assert.equal(code, 2, listen);
      assert.equal(stdout, '');
      assert.match(stderr, /^[^\n]*loopback[^\n]*\n$/);
    }
  });

  it('refuses a bad flag with exit code 2', async () => {
    for (const args of [
      ['--listen', 'nonsense'], ['--listen', '127.0.0.1:99999'], ['--listen', '127.0.0.1:x'], ['--listen', ':1'],
      ['--speed', '0'], ['--speed', '-1'], ['--speed', 'nan'], ['--speed', 'x'], ['--seed', '-1'],
      ['--seed', 'x'], ['--nonsense'],
    ]) {
      const { code, stderr } = await runBackend(['simulate', ...args]);
      assert.equal(code, 2, args.join(' '));
      assert.notEqual(stderr, '');
    }
  });

  it('says so when the port is taken', async () => {
    const first = await startSimulator();
    const { code, stderr } = await runBackend(['simulate', '--listen', new URL(first.url).host]);
    assert.equal(code, 1);
    assert.match(stderr, /^[^\n]*in use[^\n]*\n$/);
    assert.equal(await first.stop(), 0);
  });

  it('takes its flags from the environment too, and the seed decides the jobs', async () => {
    const one = await startBackend(['simulate'], {
      env: { JOBTREE_LISTEN: '127.0.0.1:0', JOBTREE_SEED: '7', JOBTREE_SPEED: '50' },
    });
    const same = await startSimulator({ seed: 7 });
    const other = await startSimulator({ seed: 8 });
    const firstJob = async (/** @type {Backend} */ backend) =>
      (await backend.logged(/^ {2}([0-9a-f]{32}) {2}/m))[1];
    assert.equal(await firstJob(one), await firstJob(same));
    assert.notEqual(await firstJob(one), await firstJob(other));
    for (const backend of [one, same, other]) assert.equal(await backend.stop(), 0);
  });
});
