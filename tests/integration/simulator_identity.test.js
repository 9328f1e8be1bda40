// Who the pretend cloud lets in, and for how long: keys, temporary keys, quotas, clocks, IAM.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import {
  documentedJob, request, sdkDate, sign, simulatorKey, startSimulator, startWatchedSimulator, until,
} from './helpers.js';

const { project, domain } = simulatorKey;

/** @param {{url: string}} cloud @param {string} path @param {Parameters<typeof sign>[1]} [options] */
const ask = (cloud, path, options) =>
  request(cloud.url + path, { headers: sign(cloud.url + path, options) });
const documented = `/v1/${project}/jobs/${documentedJob}`;

describe('a key that looks real', () => {
  /** @type {Awaited<ReturnType<typeof startWatchedSimulator>>} */
  let cloud;
  before(async () => {
    cloud = await startWatchedSimulator();
  });
  after(() => cloud.stop());

  it('is refused in words that say why, and is neither echoed nor kept', async () => {
    const ak = 'HPUAREALLOOKING00001';
    for (let i = 0; i < 8; ++i) {  // it locks nothing either
      const reply = await ask(cloud, documented, { ak, sk: 'a-secret-of-somebody' });
      assert.equal(reply.status, 401);
      assert.equal(reply.json().error_code, 'APIGW.0301');
      assert.match(reply.json().error_msg, /this is a simulated cloud, and a key that looks real was sent/);
      assert.ok(!JSON.stringify([reply.text, reply.headers]).includes(ak));
    }
    const journal = JSON.stringify(await cloud.journal());
    assert.match(journal, /"total":8/);
    assert.ok(!journal.includes(ak));
    assert.ok(!cloud.log().includes(ak));
  });
});

describe('IAM', () => {
  it('lists the key\'s own project for any region, and its domain', async (t) => {
    const cloud = await startSimulator();
    t.after(() => cloud.stop());
    const projects = (await ask(cloud, '/v3/projects?name=ap-southeast-1')).json();
    assert.deepEqual(Object.keys(projects), ['links', 'projects']);
    assert.equal(projects.projects.length, 1);
    const { id, name, domain_id: owner, enabled } = projects.projects[0];
    assert.deepEqual({ id, name, owner, enabled }, { id: project, name: 'ap-southeast-1', owner: domain, enabled: true });
    const domains = (await ask(cloud, '/v3/auth/domains')).json();
    assert.equal(domains.domains[0].id, domain);
    assert.equal((await request(`${cloud.url}/v3/projects`)).status, 401);
  });

  it('plays none and several projects of a region', async (t) => {
    const projects = [
      { id: 'a'.repeat(32), name: 'cn-north-4' }, { id: 'b'.repeat(32), name: 'cn-north-4' },
      { id: 'c'.repeat(32), name: 'cn-north-9' },
    ];
    const cloud = await startSimulator({ scenario: { projects } });
    t.after(() => cloud.stop());
    const listed = async (/** @type {string} */ query) =>
      (await ask(cloud, `/v3/projects${query}`)).json().projects.map((/** @type {any} */ one) => one.id[0]).join('');
    assert.equal(await listed('?name=cn-north-4'), 'ab');
    assert.equal(await listed('?name=cn-north-9'), 'c');
    assert.equal(await listed('?name=cn-south-1'), '');
    assert.equal(await listed(''), 'abc');
  });
});

describe('the metadata service', () => {
  /** @param {{url: string}} cloud @param {string} [ttl] */
  const token = (cloud, ttl = '21600') =>
    request(`${cloud.url}/meta-data/latest/api/token`, {
      method: 'PUT', headers: { 'X-Metadata-Token-Ttl-Seconds': ttl },
    });
  /** @param {{url: string}} cloud @param {string} [shown] */
  const key = (cloud, shown) =>
    request(`${cloud.url}/openstack/latest/securitykey`, {
      headers: shown === undefined ? {} : { 'X-Metadata-Token': shown },
    });
  /** @param {any} credential @param {string} [sent] */
  const signing = (credential, sent = credential.securitytoken) => ({
    ak: credential.access, sk: credential.secret, headers: { 'X-Security-Token': sent },
  });

  it('gives a fresh temporary key for a token, which opens what the machine may see', async (t) => {
    const cloud = await startSimulator();
    t.after(() => cloud.stop());
    const { text: shown, status } = await token(cloud);
    assert.equal(status, 200);
    const first = (await key(cloud, shown)).json().credential;
    const second = (await key(cloud, shown)).json().credential;
    assert.deepEqual(Object.keys(first), ['access', 'secret', 'securitytoken', 'expires_at']);
    assert.match(first.access, /^SIMULATED/);
    assert.notEqual(first.access, second.access);
    const lives = Date.parse(first.expires_at) - Date.now();
    assert.ok(lives > 3590_000 && lives <= 3600_000, first.expires_at);
    for (const credential of [first, second]) {
      assert.equal((await ask(cloud, documented, signing(credential))).status, 200);
    }
  });

  it('gives nothing without a valid token', async (t) => {
    const cloud = await startSimulator({ speed: 100 });
    t.after(() => cloud.stop());
    for (const shown of [undefined, '', 'made-up']) assert.equal((await key(cloud, shown)).status, 401);
    for (const ttl of ['', '0', '21601', 'x', '1x']) assert.equal((await token(cloud, ttl)).status, 400);
    assert.equal((await request(`${cloud.url}/meta-data/latest/api/token`)).status, 405);
    // 20 seconds at a speed of 100.
    const { text: shown } = await token(cloud, '20');
    await until(() => key(cloud, shown), (reply) => reply.status === 401, { withinMs: 20_000 });
  });

  it('refuses a temporary key without its token, with another, or with an unsigned one', async (t) => {
    const cloud = await startSimulator();
    t.after(() => cloud.stop());
    const { text: shown } = await token(cloud);
    const credential = (await key(cloud, shown)).json().credential;
    const without = await ask(cloud, documented, { ak: credential.access, sk: credential.secret });
    assert.match(without.json().error_msg, /x-security-token not found/);
    const other = await ask(cloud, documented, signing(credential, 'another'));
    assert.match(other.json().error_msg, /decrypt token fail/);
    const headers = sign(cloud.url + documented, { ak: credential.access, sk: credential.secret });
    const unsigned = await request(cloud.url + documented, {
      headers: { ...headers, 'X-Security-Token': credential.securitytoken },
    });
    assert.match(unsigned.json().error_msg, /x-security-token is not signed/);
    assert.equal((await ask(cloud, documented, signing(credential))).status, 200);
  });

  it('gives keys that expire, by the simulator\'s speed', async (t) => {
    const cloud = await startSimulator({ speed: 100, scenario: { metadata: { key_lifetime_seconds: 60 } } });
    t.after(() => cloud.stop());
    const { text: shown } = await token(cloud);
    const credential = (await key(cloud, shown)).json().credential;
    assert.equal((await ask(cloud, documented, signing(credential))).status, 200);
    const late = await until(
      () => ask(cloud, documented, signing(credential)), (reply) => reply.status !== 200, { withinMs: 20_000 },
    );
    assert.equal(late.status, 401);
    assert.equal(late.json().error_code, 'APIGW.0301');
    assert.match(late.json().error_msg, /token expires/);
    assert.ok(Date.now() >= Date.parse(credential.expires_at));
  });
});

describe('a quota', () => {
  it('answers 429 in the real gateway\'s words, for each key, until its window is over', async (t) => {
    const keys = [
      { access: 'SIMULATEDKEY00000001', secret: simulatorKey.sk },
      { access: 'SIMULATEDKEY00000002', secret: 'another' },
    ];
    const cloud = await startSimulator({ speed: 100, scenario: { keys, quota: { limit: 5, seconds: 300 } } });
    t.after(() => cloud.stop());
    for (let i = 0; i < 5; ++i) assert.equal((await ask(cloud, documented)).status, 200);
    const refused = await ask(cloud, documented);
    assert.equal(refused.status, 429);
    assert.deepEqual(Object.keys(refused.json()), ['error_msg', 'error_code', 'request_id']);
    assert.equal(refused.json().error_code, 'APIGW.0308');
    assert.equal(
      refused.json().error_msg,
      'The throttling threshold has been reached: policy user over ratelimit,limit:5,time:5 minute',
    );
    assert.equal((await ask(cloud, documented, { ak: 'SIMULATEDKEY00000002', sk: 'another' })).status, 200);
    // The five minutes are three seconds.
    await until(() => ask(cloud, documented), (reply) => reply.status === 200, { withinMs: 20_000 });
  });
});

describe('a clock that is off', () => {
  it('shows in the Date header and in what signatures are taken for', async (t) => {
    const cloud = await startSimulator({ scenario: { clock_offset_seconds: 1200 } });
    t.after(() => cloud.stop());
    const behind = await ask(cloud, documented);
    assert.equal(behind.status, 401);
    assert.match(behind.json().error_msg, /signature expired/);
    const skew = Date.parse(behind.headers.date ?? '') - Date.now();
    assert.ok(Math.abs(skew - 1200_000) < 5000, behind.headers.date);
    const right = await ask(cloud, documented, { date: sdkDate(new Date(Date.now() + 1200_000)) });
    assert.equal(right.status, 200);
  });
});

describe('an ended job', () => {
  it('is forgotten after its time, a day if nothing else is said', async (t) => {
    const course = { type: 'createServer', end_ms: 1000 };
    const scenario = {
      jobs: [{ service: 'ecs', job_id: 'short', course }], forget_after_seconds: 300,
    };
    const cloud = await startSimulator({ speed: 100, scenario });
    t.after(() => cloud.stop());
    const path = `/v1/${project}/jobs/short`;
    await until(() => ask(cloud, path), (reply) => reply.json().status === 'SUCCESS');
    const gone = await until(() => ask(cloud, path), (reply) => reply.status !== 200, { withinMs: 20_000 });
    assert.equal(gone.status, 404);
    assert.equal(gone.json().code, 'Common.0011');
  });
});

describe('the same seed', () => {
  it('gives the same bytes, answer by answer, head and all', async (t) => {
    const transcript = async (/** @type {number} */ seed) => {
      const cloud = await startSimulator({ seed, scenario: { faults: [{ kind: 'html_error', chance: 0.5 }] } });
      t.after(() => cloud.stop());
      const all = [];
      for (let i = 0; i < 12; ++i) {
        const { status, headers, text } = await ask(cloud, documented);
        all.push({ status, headers: { ...headers, date: '' }, text });
      }
      const { text: token } = await request(`${cloud.url}/meta-data/latest/api/token`, {
        method: 'PUT', headers: { 'X-Metadata-Token-Ttl-Seconds': '60' },
      });
      return JSON.stringify([...all, token]);
    };
    const first = await transcript(3);
    assert.equal(await transcript(3), first);
    assert.notEqual(await transcript(4), first);
    assert.match(first, /"status":200/);
    assert.match(first, /"status":502/);
  });
});
