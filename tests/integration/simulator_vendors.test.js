// The vendors of chat channels that the simulated cloud plays, from outside: signatures made here, over sockets, and
// what the admin address tells of it. Rules in detail are tested in tests/unit/simulator/vendors.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';

import { request, runBackend, startBackend, startSimulator, startWatchedSimulator, until } from './helpers.js';

/** @param {string | Buffer} key @param {string} text */
const hmac = (key, text) => createHmac('sha256', key).update(text).digest('base64');

const feishuSecret = 'simulated-secret-opens-nothing';
const dingtalkSecret = 'SECsimulated0secret0opens0nothing';
const webhookSecret = 'whsec_c2ltdWxhdGVkIHNlY3JldCB0aGF0IG9wZW5zIG5vdGhpbmc=';

/** @type {Awaited<ReturnType<typeof startWatchedSimulator>>} */
let cloud;

/** @param {string} path @param {unknown} body @param {Record<string, string>} [headers] */
const post = (path, body, headers = {}) => request(cloud.url + path, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

const messages = async () => (await request(`${cloud.admin}/messages`)).json().messages;

/** A signed Feishu message, as of `seconds`. @param {string} text */
const feishu = (text, seconds = Math.floor(Date.now() / 1000)) => ({
  timestamp: String(seconds),
  sign: hmac(`${seconds}\n${feishuSecret}`, ''),
  msg_type: 'text',
  content: { text },
});

/** @param {string} secret @param {number} [milliseconds] */
const dingtalkPath = (secret, milliseconds = Date.now()) => {
  const sign = encodeURIComponent(hmac(secret, `${milliseconds}\n${secret}`));
  return `/robot/send?access_token=simulated-dingtalk&timestamp=${milliseconds}&sign=${sign}`;
};

/** @param {string} text */
const markdown = (text) => ({ msgtype: 'markdown', markdown: { title: 'jobtree', text } });

const event = JSON.stringify({
  specversion: '1.0', id: 'evt_1', source: 'https://jobs.example/', type: 'io.jobtree.job.settled', data: { status: 'failed' },
});

/** The headers of Standard Webhooks. @param {string} secret @param {string} body @param {number} [seconds] */
function webhook(secret, body, seconds = Math.floor(Date.now() / 1000)) {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return {
    'Content-Type': 'application/cloudevents+json; charset=utf-8',
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${hmac('another secret', 'x')} v1,${hmac(key, `evt_1.${seconds}.${body}`)}`,
  };
}

describe('the simulated vendors', () => {
  before(async () => {
    cloud = await startWatchedSimulator();
  });
  after(async () => {
    assert.equal(await cloud.stop(), 0);
  });
  beforeEach(async () => {
    await cloud.fail();
    await cloud.forget();
    assert.equal((await request(`${cloud.admin}/messages`, { method: 'DELETE' })).status, 204);
  });

  it('are printed with the URLs and secrets of their robots, in both languages, and every URL responds', async () => {
    await cloud.logged(/--project [0-9a-f]{32}/);
    const robots = [...cloud.log().matchAll(/^ {2}(feishu|dingtalk|wecom|slack|webhook|alertmanager) {2}(http:\S+)(?: {2}secret (\S+))?/gm)];
    assert.deepEqual([...new Set(robots.map(([, vendor]) => vendor))], ['feishu', 'dingtalk', 'wecom', 'slack', 'webhook', 'alertmanager']);
    assert.match(cloud.log(), /^Robots of chat channels:$/m);
    assert.deepEqual(new Set(robots.map(([, , , secret]) => secret)), new Set([undefined, feishuSecret, dingtalkSecret, webhookSecret]));
    for (const [, vendor, url] of robots) {
      const reply = await request(url, { method: 'POST', body: '{}' });
      assert.equal(reply.headers['x-simulated'], 'true');
      assert.doesNotMatch(reply.text, /APIGW|\b(19001|300005|93000)\b|invalid_token|no such hook/, vendor);
    }
    const chinese = await startBackend(['simulate', '--listen', '127.0.0.1:0'], { env: { LANG: 'zh_CN.UTF-8' } });
    await chinese.logged(/^聊天机器人：$/m);
    await chinese.stop();
  });

  it('accept what is signed as each of them wants it', async () => {
    const told = '[jobtree] 失败 17/20';
    const feishuReply = await post('/open-apis/bot/v2/hook/simulated-feishu-signed', feishu(told));
    assert.equal(feishuReply.text, '{"code":0,"msg":"success","data":{},"StatusCode":0,"StatusMessage":"success","Extra":null}');
    assert.equal((await post(dingtalkPath(dingtalkSecret), markdown(told))).text, '{"errcode":0,"errmsg":"ok"}');
    assert.equal((await post('/cgi-bin/webhook/send?key=simulated-wecom', { msgtype: 'text', text: { content: told } })).text, '{"errcode":0,"errmsg":"ok"}');
    assert.equal((await post('/services/T0SIMULATED/B0SIMULATED/simulated', { text: told })).text, 'ok');
    assert.equal((await post('/hook/simulated', event, webhook(webhookSecret, event))).status, 204);
    assert.equal((await post('/api/v2/alerts', [{ labels: { alertname: 'JobtreeJobFailed' }, annotations: { summary: told } }])).status, 200);

    const all = await messages();
    assert.deepEqual(all.map((/** @type {any} */ message) => [message.vendor, message.status, message.code, message.shown]), [
      ['feishu', 200, '0', true], ['dingtalk', 200, '0', true], ['wecom', 200, '0', true],
      ['slack', 200, 'ok', true], ['webhook', 204, '204', true], ['alertmanager', 200, '200', true],
    ]);
    assert.deepEqual(all.map((/** @type {any} */ message) => message.text), [
      told, told, told, told, 'io.jobtree.job.settled\n{"status":"failed"}', `JobtreeJobFailed\nsummary: ${told}`,
    ]);
    assert.ok(all[4].headers.some((/** @type {any} */ header) => header.name === 'webhook-id' && header.value === 'evt_1'));
    assert.doesNotMatch(JSON.stringify(all), /"sign"|SECsim|whsec|v1,/);
  });

  it('refuse what is signed by another secret, or long ago, most of them with status 200', async () => {
    const hour = 3600 + 5;
    const now = Math.floor(Date.now() / 1000);
    const late = await post('/open-apis/bot/v2/hook/simulated-feishu-signed', feishu('jobtree', now - hour));
    assert.deepEqual([late.status, late.json().code], [200, 19021]);
    const seconds = await post(dingtalkPath(dingtalkSecret, now), markdown('x'));
    assert.deepEqual([seconds.status, seconds.json().errcode], [200, 310000]);
    assert.match(seconds.json().errmsg, /^invalid timestamp/);
    assert.match((await post(dingtalkPath('SECother'), markdown('x'))).json().errmsg, /^sign not match/);
    const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    assert.equal((await post('/hook/simulated', event, webhook(other, event))).status, 401);
    assert.equal((await post('/hook/simulated', event, webhook(webhookSecret, event, now - 305))).status, 401);
    assert.equal((await post('/hook/simulated', `${event} `, webhook(webhookSecret, event))).status, 401);
    assert.deepEqual((await messages()).map((/** @type {any} */ message) => message.shown), Array(6).fill(false));
  });

  it('tell whom a message calls, and that a text of the cloud calls nobody', async () => {
    const text = 'quota <at id=all></at> <!channel> <@U1> @all';
    const card = (/** @type {string} */ tag) => ({
      msg_type: 'interactive',
      card: { header: { title: { tag: 'plain_text', content: 'failed' } }, elements: [{ tag: 'div', text: { tag, content: text } }] },
    });
    for (const tag of ['plain_text', 'lark_md']) await post('/open-apis/bot/v2/hook/simulated-feishu', card(tag));
    for (const type of ['plain_text', 'mrkdwn']) {
      await post('/services/T0SIMULATED/B0SIMULATED/simulated', { text: 'failed', blocks: [{ type: 'section', text: { type, text } }] });
    }
    await post(dingtalkPath(dingtalkSecret), { ...markdown('failed @13800000000'), at: { atMobiles: ['13800000000', '13900000000'] } });
    const all = await messages();
    assert.deepEqual(all.map((/** @type {any} */ message) => message.code), ['0', '0', 'ok', 'ok', '0']);
    assert.deepEqual(all.map((/** @type {any} */ message) => message.mentions), [[], ['all'], [], ['channel', 'U1'], ['13800000000']]);
    assert.equal(all[0].text, `failed\n${text}`);
  });

  it('tell nothing of a robot that is not theirs: its URL may be a secret', async () => {
    const secret = 'b7a1c2d3-real';
    for (const path of [`/open-apis/bot/v2/hook/${secret}`, `/robot/send?access_token=${secret}&sign=x`, `/cgi-bin/webhook/send?key=${secret}`,
      `/services/T1/B1/${secret}`, `/hook/${secret}`]) {
      const reply = await post(path, {});
      assert.doesNotMatch(reply.text, new RegExp(secret));
    }
    const both = JSON.stringify([await messages(), await cloud.journal()]);
    assert.doesNotMatch(both, new RegExp(secret));
    assert.deepEqual((await messages()).map((/** @type {any} */ message) => message.code), ['19001', '300005', '93000', 'invalid_token', '404']);
    assert.equal((await cloud.journal()).calls[1].path, '/robot/send');
  });

  it('meet the faults of the cloud: what a proxy responds has not come, what is cut off has', async () => {
    await cloud.fail({ kind: 'html_error', service: 'wecom', times: 1 }, { kind: 'reset_before', service: 'wecom', times: 1 });
    const send = () => post('/cgi-bin/webhook/send?key=simulated-wecom', { msgtype: 'text', text: { content: 'x' } });
    assert.equal((await send()).status, 502);
    await assert.rejects(send());
    assert.equal((await send()).status, 200);
    const all = await messages();
    assert.deepEqual(all.map((/** @type {any} */ message) => [message.fault, message.code, message.shown]),
      [['html_error', '', false], ['reset_before', '0', true], ['', '0', true]]);
  });

  it('say in their own words that they are busy, when a fault has them so, and the cloud never does', async () => {
    await cloud.fail({ kind: 'busy', times: 1 });
    assert.equal((await request(`${cloud.url}/v1/x/jobs/y`)).status, 401);
    const send = () => post('/cgi-bin/webhook/send?key=simulated-wecom', { msgtype: 'text', text: { content: 'x' } });
    assert.equal((await send()).json().errcode, -1);
    assert.equal((await send()).json().errcode, 0);
    assert.deepEqual((await messages()).map((/** @type {any} */ message) => [message.code, message.fault, message.shown, message.text]),
      [['-1', 'busy', false, 'x'], ['0', '', true, 'x']]);
  });

  it('take only POST, and the admin address only GET and DELETE', async () => {
    const reply = await request(`${cloud.url}/hook/simulated`);
    assert.deepEqual([reply.status, reply.headers.allow], [405, 'POST']);
    assert.equal((await request(`${cloud.admin}/messages`, { method: 'PUT', body: '[]' })).status, 405);
  });
});

describe('the robots of a scenario', () => {
  it('are throttled as the real ones, at the speed of the simulator', async (t) => {
    cloud = await startWatchedSimulator({
      speed: 100,
      scenario: {
        robots: [
          { vendor: 'dingtalk', id: 'simulated-1' }, { vendor: 'dingtalk', id: 'simulated-2', rates: false },
          { vendor: 'slack', id: 'T1/B1/simulated' }, { vendor: 'webhook', id: 'simulated-gone', gone: true },
        ],
      },
    });
    t.after(() => cloud.stop());
    const dingtalk = async (/** @type {number} */ robot) =>
      (await post(`/robot/send?access_token=simulated-${robot}`, markdown('x'))).json().errcode;
    // A busy machine may not manage 21 in 0.6 s: then there is one round more.
    const first = await until(() => Promise.all(Array.from({ length: 21 }, () => dingtalk(1))), (codes) => codes.includes(130101));
    assert.ok(first.includes(130101));
    await until(() => dingtalk(1), (code) => code === 0);
    assert.deepEqual(new Set(await Promise.all(Array.from({ length: 50 }, () => dingtalk(2)))), new Set([0]));
    const slack = await until(
      () => Promise.all(Array.from({ length: 20 }, () => post('/services/T1/B1/simulated', { text: 'x' }))),
      (replies) => replies.some(({ status }) => status === 429),
    );
    const refused = slack.find(({ status }) => status === 429);
    assert.deepEqual([refused?.text, refused?.headers['retry-after']], ['rate_limited', '1']);
    assert.equal((await post('/hook/simulated-gone', event, { 'Content-Type': 'application/cloudevents+json' })).status, 410);
    assert.equal((await post('/open-apis/bot/v2/hook/simulated-feishu', {})).json().code, 19001, 'the built-in ones are not there');
  });

  it('follow the clock of the simulator', async (t) => {
    cloud = await startWatchedSimulator({ scenario: { clock_offset_seconds: -7200 } });
    t.after(() => cloud.stop());
    const path = '/open-apis/bot/v2/hook/simulated-feishu-signed';
    assert.equal((await post(path, feishu('jobtree'))).json().code, 19021);
    assert.equal((await post(path, feishu('jobtree', Math.floor(Date.now() / 1000) - 7200))).json().code, 0);
  });

  it('can be none', async (t) => {
    const none = await startSimulator({ scenario: { robots: [] } });
    t.after(() => none.stop());
    await none.logged(/--project [0-9a-f]{32}/);
    assert.doesNotMatch(none.log(), /Robots/);
  });

  it('that are wrong stop the start in one line, in the language of the reader', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'jobtree-robots-'));
    after(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'scenario.json');
    /** @type {[object, RegExp, RegExp][]} */
    const cases = [
      [{ vendor: 'feishu', id: 'b7a1c2d3' }, /robots\[0\]\.id must have the word simulated in it/, /robots\[0\]\.id 必须包含 simulated/],
      [{ vendor: 'dingtalk', id: 'simulated', secret: 'x' }, /robots\[0\]\.secret must begin with SEC/, /robots\[0\]\.secret 应以 SEC 开头/],
      [{ vendor: 'wecom', id: 'simulated', gone: 1 }, /robots\[0\]\.gone must be true or false/, /robots\[0\]\.gone 应为 true 或 false/],
    ];
    for (const [robot, english, chinese] of cases) {
      await writeFile(file, JSON.stringify({ robots: [robot] }));
      const args = ['simulate', '--scenario', file];
      const en = await runBackend(args, { LANG: 'en_US.UTF-8' });
      const zh = await runBackend(args, { LANG: 'zh_CN.UTF-8' });
      assert.deepEqual([en.code, zh.code], [2, 2]);
      assert.match(en.stderr, english);
      assert.match(zh.stderr, chinese);
      assert.doesNotMatch(en.stderr + zh.stderr, /b7a1/);
      assert.equal(en.stderr.trimEnd().split('\n').length, 1);
    }
  });
});
