// Telling people: the real server, the vendors as the simulated cloud plays them, and a real mail server. Nobody looks
// at the jobs; what counts is what the vendors say that people saw.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { SMTPServer } from 'smtp-server';

import { request, runBackend, startBackend, startWatchedSimulator, until } from './helpers.js';
import { KEY, LOCAL, PUBLIC, channels, course, folderWith, killed, live, messages, places, robots, secrets, serve, shown } from './telling.js';

const ALL = 'feishu, dingtalk, wecom, slack, webhook, alerts';

describe('a job that ends with nobody looking', { concurrency: true }, () => {
  /** @type {Awaited<ReturnType<typeof startWatchedSimulator>>} */
  let cloud;
  before(async () => {
    cloud = await startWatchedSimulator({
      scenario: { robots: Object.values(robots), jobs: [course('in-en', 3000, { failing: true }), course('in-zh', 3000, { failing: true })] },
    });
  });
  after(() => cloud.stop());

  for (const { language, title } of [
    { language: /** @type {'en'} */ ('en'), title: /Failed/ },
    { language: /** @type {'zh'} */ ('zh'), title: /失败/ },
  ]) {
    it(`is told in each channel, once, in the channel's language (${language})`, async () => {
      const folder = await folderWith({
        ...secrets(cloud.url),
        'notify.yaml': `${channels(cloud.url, language)}\nrules:\n  - {on: [settled], to: [${ALL}]}\n`,
      });
      const backend = await serve(cloud.url, folder.path('notify.yaml'), '--data', folder.path('data'));
      const id = `in-${language}`;
      const mine = async () => (await messages(cloud)).filter((one) => one.shown && one.text.includes(id) || places(one).some((link) => link.includes(id)));
      assert.equal((await request(backend.url + live(id))).status, 200, 'somebody looks once, and goes');
      const told = await until(mine, (all) => new Set(all.map((one) => one.vendor)).size === 6,
        { withinMs: 60_000 });
      for (const vendor of ['feishu', 'dingtalk', 'wecom', 'slack']) {
        const [message] = told.filter((one) => one.vendor === vendor);
        assert.match(message.text, title, vendor);
        assert.match(message.text, /VPC\.0501/, vendor);
        assert.match(message.text, language === 'zh' ? /\+08:00/ : /UTC|\+00:00/, `${vendor}: a time with its zone`);
        assert.ok(places(message).some((link) => link.startsWith(`${PUBLIC}/?job=`) && link.endsWith(`/${id}`)), `${vendor}: ${JSON.stringify(message)}`);
        assert.deepEqual(message.mentions, [], `${vendor} calls nobody, whatever an error says`);
      }
      const hook = told.find((one) => one.vendor === 'webhook');
      assert.ok(hook?.headers.some(({ name, value }) => name === 'content-type' && value.startsWith('application/cloudevents+json')));
      await until(async () => (await request(`${backend.url}/api/channels`)).json().channels,
        (all) => all.every((/** @type {any} */ one) => one.state === 'ok' && one.pending === 0 && one.last_sent_at !== null));
      await new Promise((resolve) => setTimeout(resolve, 2500));
      assert.equal((await mine()).length, 6, 'once');
      const metrics = (await request(`${backend.url}/metrics`)).text;
      assert.match(metrics, /^jobtree_outbox_sent_total\{channel="feishu",result="delivered"\} 1$/m);
      assert.match(metrics, /^jobtree_outbox_pending\{channel="wecom"\} 0$/m);
      // A log and a page are read by many: neither shows a robot's URL or a secret.
      const everything = backend.log() + (await request(`${backend.url}/api/channels`)).text + metrics;
      for (const secret of ['simulated-ops', robots.feishu.secret, robots.dingtalk.secret, robots.webhook.secret]) {
        assert.ok(!everything.includes(secret), secret);
      }
      await backend.stop();
      await folder.remove();
    });
  }
});

describe('what is never lost', () => {
  /** @type {Awaited<ReturnType<typeof startWatchedSimulator>>} */
  let cloud;
  /** @type {Awaited<ReturnType<typeof folderWith>>} */
  let folder;
  const data = () => folder.path('data');
  before(async () => {
    cloud = await startWatchedSimulator({
      scenario: {
        robots: Object.values(robots),
        jobs: ['killed', 'missed', 'busy', 'cut', 'many'].map((id) => course(id, id === 'missed' ? 4000 : 1500, { failing: true, parts: id === 'many' ? 4000 : 3 })),
      },
    });
    folder = await folderWith({
      ...secrets(cloud.url),
      'notify.yaml': `${channels(cloud.url, 'en')}\nrules:\n  - {on: [settled], to: [slack]}\n`,
    });
  });
  after(async () => {
    await cloud.stop();
    await folder.remove();
  });
  const start = () => serve(cloud.url, folder.path('notify.yaml'), '--data', data());
  /** Somebody looks until the vendor has so many messages: so the end is seen soon. @param {import('./helpers.js').Backend} backend @param {string} id */
  const looking = (backend, id, count = 1, read = () => shown(cloud, 'slack')) => until(async () => {
    await request(backend.url + live(id));
    return read();
  }, (all) => all.length === count, { everyMs: 500, withinMs: 60_000 });
  const clear = async () => {
    await cloud.fail();
    await request(`${cloud.admin}/messages`, { method: 'DELETE' });
  };

  it('a message whose sender is killed before it knows that it arrived: it comes again, and says so', async () => {
    await clear();
    await cloud.fail({ kind: 'latency', service: 'slack', ms: 15_000, times: 1 });
    const backend = await start();
    await looking(backend, 'killed', 1, () => messages(cloud));
    await killed(backend);
    const again = await start();
    const [first, second] = await until(() => shown(cloud, 'slack'), (all) => all.length === 2, { withinMs: 30_000 });
    assert.doesNotMatch(first.text, /repeat/);
    assert.match(second.text, /repeat/);
    await again.stop();
  });

  it('a job that ended while the server was down: told at the next start, as learned late', async () => {
    await clear();
    const backend = await start();
    await request(backend.url + live('missed'));
    await until(async () => (await request(`${backend.url}/api/jobs?q=missed`)).json().jobs, (jobs) => jobs.length === 1);
    await backend.stop();
    await new Promise((resolve) => setTimeout(resolve, 4500));
    assert.deepEqual(await shown(cloud, 'slack'), []);
    const again = await start();
    const [message] = await until(() => shown(cloud, 'slack'), (all) => all.length === 1, { withinMs: 60_000 });
    assert.ok(places(message).some((link) => link.endsWith('/missed')));
    await again.stop();
  });

  it('what a vendor that is down did not take: it is sent once it is up', async () => {
    await clear();
    await cloud.fail({ kind: 'busy', service: 'slack', times: 1 });
    const backend = await start();
    await looking(backend, 'busy', 1, () => messages(cloud));
    const found = await until(async () => (await request(`${backend.url}/api/channels`)).json().channels.find((/** @type {any} */ one) => one.name === 'slack'),
      (channel) => channel.state === 'failing', { withinMs: 40_000 });
    assert.match(found.last_trouble, /HTTP 500/);
    assert.match(backend.log(), /a notification was not delivered: HTTP 500.*channel=slack/);
    await until(() => shown(cloud, 'slack'), (all) => all.length === 1, { withinMs: 60_000 });
    await until(async () => (await request(`${backend.url}/api/channels`)).json().channels.find((/** @type {any} */ one) => one.name === 'slack').state, (state) => state === 'ok');
    await backend.stop();
  });

  it('a message whose response was cut off: it comes a second time at most', async () => {
    await clear();
    await cloud.fail({ kind: 'reset_before', service: 'slack', times: 1 });
    const backend = await start();
    const [first, second] = await looking(backend, 'cut', 2);
    assert.doesNotMatch(first.text, /repeat/);
    assert.match(second.text, /repeat/);
    await backend.stop();
  });

  it('thousands of parts that end at once are one message', async () => {
    await clear();
    const backend = await start();
    const [message] = await looking(backend, 'many');
    assert.match(message.text, /3,?999/);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    assert.equal((await shown(cloud, 'slack')).length, 1);
    await backend.stop();
  });
});

describe('backend notify test', () => {
  /** @type {Awaited<ReturnType<typeof startWatchedSimulator>>} */
  let cloud;
  /** @type {Awaited<ReturnType<typeof folderWith>>} */
  let folder;
  before(async () => {
    // Tests come faster than people, and a vendor that has enough of them says only that.
    cloud = await startWatchedSimulator({ scenario: { robots: Object.values(robots).map((robot) => ({ ...robot, rates: false })), jobs: [] } });
    folder = await folderWith({
      ...secrets(cloud.url),
      'wrong.secret': 'SECsimulated-of-another',
      'wrong.url': `${cloud.url}/open-apis/bot/v2/hook/simulated-nobody`,
      'notify.yaml': `${channels(cloud.url, 'en')}
  unsigned: {kind: feishu, url_file: feishu.url, secret_file: wrong.secret, keyword: jobtree, allow_networks: ${LOCAL}}
  unworded: {kind: feishu, url_file: feishu.url, secret_file: feishu.secret, keyword: another, allow_networks: ${LOCAL}}
  nobody: {kind: feishu, url_file: wrong.url, allow_networks: ${LOCAL}}
  mistaken: {kind: dingtalk, url_file: dingtalk.url, secret_file: wrong.secret, allow_networks: ${LOCAL}}
  gone: {kind: webhook, url: "${cloud.url}/hook/simulated-gone", allow_networks: ${LOCAL}}
  closed: {kind: webhook, url: "http://127.0.0.1:9/hook", allow_networks: ${LOCAL}}
  inside: {kind: webhook, url: "http://localhost:9/hook", allow_networks: [10.0.0.0/8]}
`,
    });
  });
  after(async () => {
    await cloud.stop();
    await folder.remove();
  });
  /** @param {string} channel @param {Record<string, string>} [env] */
  const test = (channel, env = {}) => runBackend(['notify', 'test', channel, '--notify-file', folder.path('notify.yaml')], { LANG: 'C.UTF-8', ...env });

  for (const channel of ALL.split(', ')) {
    it(`says that ${channel} got the message`, async () => {
      const { code, stdout, stderr } = await test(channel);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^Delivered\. \(\d+ ms\)\n$/);
      assert.match(stderr, /^Sending a test message to http:\/\/127\.0\.0\.1:\d+/);
    });
  }

  for (const { channel, says, chinese } of [
    { channel: 'unsigned', says: /19021: .*secret/, chinese: /19021：/ },
    { channel: 'unworded', says: /19024: .*keyword/, chinese: /19024：.*关键词/ },
    { channel: 'nobody', says: /19001: /, chinese: /19001：/ },
    { channel: 'mistaken', says: /310000: /, chinese: /310000：/ },
    { channel: 'gone', says: /HTTP 410: .*wants no more messages at this URL/, chinese: /不再接收/ },
    { channel: 'closed', says: /There was no response\./, chinese: /没有收到响应/ },
    { channel: 'inside', says: /belongs to this machine; .* allow_networks/, chinese: /属于本机/ },
  ]) {
    it(`explains why ${channel} got none, in both languages`, async () => {
      const { code, stdout, stderr } = await test(channel);
      assert.equal(code, 1, stdout + stderr);
      assert.match(stderr, says);
      assert.match((await test(channel, { LANG: 'zh_CN.UTF-8' })).stderr, chinese);
    });
  }

  it('says which channels there are when it does not know one, and where a mistake in the file is', async () => {
    const unknown = await test('opps');
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /there is no channel "opps" in .*notify\.yaml; it has: feishu, dingtalk/);
    await folder.write('broken.yaml', 'channels:\n  ops: {kind: feishu, url: "https://open.feishu.cn/open-apis/bot/v2/hook/0123456789"}\n');
    const broken = await runBackend(['notify', 'test', 'ops', '--notify-file', folder.path('broken.yaml')], { LANG: 'C.UTF-8' });
    assert.equal(broken.code, 2);
    assert.match(broken.stderr, /line 2: channels\.ops\.url is a key/);
    assert.doesNotMatch(broken.stderr, /0123456789/);
    const serving = await runBackend(['serve', '--listen', '127.0.0.1:0', '--notify-file', folder.path('broken.yaml')], { LANG: 'C.UTF-8', ...KEY });
    assert.equal(serving.code, 2);
    assert.match(serving.stderr, /--notify-file: .*line 2/);
  });

  it('is a button of the page, too, for those who may', async () => {
    const backend = await serve(cloud.url, folder.path('notify.yaml'), '--data', folder.path('data'));
    const post = (/** @type {string} */ name, /** @type {Record<string, string>} */ headers = {}) => request(`${backend.url}/api/channels/${name}/test`, {
      method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json', ...headers },
    });
    const good = await post('wecom');
    assert.equal(good.status, 200, good.text);
    assert.equal(good.json().delivered, true);
    const refused = (await post('unworded', { 'Accept-Language': 'zh-CN' })).json();
    assert.equal(refused.delivered, false);
    assert.equal(refused.code, '19024');
    assert.match(refused.meaning, /关键词/);
    assert.equal((await post('opps')).status, 404);
    assert.equal((await post('wecom', { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' })).status, 403);
    let paced;
    for (let i = 0; i < 8 && paced?.status !== 429; ++i) paced = await post('wecom');
    assert.equal(paced?.status, 429);
    assert.ok(Number(paced?.headers['retry-after']) >= 1);
    await backend.stop();
  });

  it('is not for a token without the right', async () => {
    const tokens = folder.path('tokens');
    const [reader, writer] = await Promise.all([[], ['--follow']].map(async (more, i) =>
      (await runBackend(['token', `viewer-${i}`, '--tokens-file', `${tokens}-${i}`, '--project', '*', ...more])).stdout.trim()));
    await writeFile(tokens, await readFile(`${tokens}-0`, 'utf8') + await readFile(`${tokens}-1`, 'utf8'), { mode: 0o600 });
    const backend = await serve(cloud.url, folder.path('notify.yaml'), '--data', folder.path('data2'), '--tokens-file', tokens);
    const get = (/** @type {string} */ token) => request(`${backend.url}/api/channels`, { headers: { Authorization: `Bearer ${token}` } });
    assert.equal((await request(`${backend.url}/api/channels`)).status, 401);
    assert.equal((await get(reader)).status, 403);
    assert.equal((await get(writer)).status, 200);
    await backend.stop();
  });
});

describe('mail', () => {
  it('goes to each recipient by TLS alone, and who refuses one has the others sent', async () => {
    const folder = await folderWith({ password: 'a b c' });
    const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
      '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', folder.path('key.pem'), '-out', folder.path('cert.pem')]);
    assert.equal(made.status, 0, String(made.stderr));
    /** @type {{to: string, text: string}[]} */
    const mails = [];
    /** @type {string[]} */
    const logins = [];
    const options = { key: await readFile(folder.path('key.pem')), cert: await readFile(folder.path('cert.pem')) };
    const server = new SMTPServer({
      ...options,
      authMethods: ['PLAIN', 'LOGIN'],
      onAuth(auth, _session, done) {
        logins.push(`${auth.username}:${auth.password}`);
        if (auth.password === 'a b c') done(null, { user: auth.username });
        else done(new Error('no such user'));
      },
      onRcptTo(address, _session, done) {
        if (address.address.startsWith('nobody')) done(Object.assign(new Error('no mailbox of that name'), { responseCode: 550 }));
        else done();
      },
      onData(stream, session, done) {
        let text = '';
        stream.setEncoding('utf8').on('data', (piece) => (text += piece));
        stream.on('end', () => {
          for (const to of session.envelope.rcptTo) mails.push({ to: to.address, text });
          done();
        });
      },
    });
    server.on('error', () => {});  // of a client that does not trust it
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.server.address());
    const channel = (/** @type {string} */ to, /** @type {string} */ more) =>
      `{kind: mail, url: "smtp://localhost:${port}", user: jobs, secret_file: password, from: jobs@example.com, to: ${to}, language: zh, ${more}}`;
    await folder.write('notify.yaml', `
channels:
  post: ${channel('[li@example.com, wang@example.com]', `ca_file: cert.pem, allow_networks: ${LOCAL}`)}
  partly: ${channel('[li@example.com, nobody@example.com]', `ca_file: cert.pem, allow_networks: ${LOCAL}`)}
  untrusted: ${channel('[li@example.com]', `allow_networks: ${LOCAL}`)}
`);
    const test = (/** @type {string} */ name) => runBackend(['notify', 'test', name, '--notify-file', folder.path('notify.yaml')], { LANG: 'C.UTF-8' });
    const delivered = await test('post');
    assert.equal(delivered.code, 0, delivered.stderr);
    assert.deepEqual(mails.map((mail) => mail.to), ['li@example.com', 'wang@example.com']);
    assert.deepEqual(new Set(logins), new Set(['jobs:a b c']));
    const [head, body] = mails[0].text.split('\r\n\r\n');
    assert.match(head, /^Subject: =\?UTF-8\?B\?/m);
    assert.match(head, /^Auto-Submitted: auto-generated/m);
    assert.match(Buffer.from(body, 'base64').toString('utf8'), /测试/);
    assert.notEqual(head.match(/^Message-ID: (.*)$/m)?.[1], mails[1].text.match(/^Message-ID: (.*)$/m)?.[1]);

    const partly = await test('partly');
    assert.equal(partly.code, 1);
    assert.match(partly.stderr, /SMTP 550: .*no mailbox of that name/);
    assert.equal(mails.length, 3);

    const untrusted = await test('untrusted');
    assert.equal(untrusted.code, 1);
    assert.match(untrusted.stderr, /certificate/);
    assert.equal(mails.length, 3);
    await new Promise((resolve) => server.close(() => resolve(undefined)));

    // One that knows no TLS gets neither the mail nor the password.
    const plain = new SMTPServer({ hideSTARTTLS: true, authOptional: true, onAuth: (/** @type {{password?: string | null}} */ auth, /** @type {unknown} */ _session, /** @type {any} */ done) => { logins.push(String(auth.password)); done(null, { user: 'x' }); } });
    await new Promise((resolve) => plain.listen(0, '127.0.0.1', () => resolve(undefined)));
    const count = logins.length;
    const { port: plainPort } = /** @type {import('node:net').AddressInfo} */ (plain.server.address());
    await folder.write('notify.yaml', `channels:\n  post: ${channel('[li@example.com]', `allow_networks: ${LOCAL}`).replace(`:${port}`, `:${plainPort}`)}\n`);
    assert.equal((await test('post')).code, 1);
    assert.equal(logins.length, count);
    await new Promise((resolve) => plain.close(() => resolve(undefined)));
    await folder.remove();
  });
});

describe('a notification file', () => {
  it('that changes while the server runs is taken over, and one that breaks is not', async () => {
    let hits = 0;
    const receiver = createServer((incoming, response) => {
      incoming.resume().on('end', () => {
        hits += 1;
        response.writeHead(204).end();
      });
    });
    await new Promise((resolve) => receiver.listen(0, '127.0.0.1', () => resolve(undefined)));
    const { port } = /** @type {import('node:net').AddressInfo} */ (receiver.address());
    const file = (/** @type {string} */ name) => `channels:\n  ${name}: {kind: webhook, url: "http://127.0.0.1:${port}/", allow_networks: ${LOCAL}}\n`;
    const folder = await folderWith({ 'notify.yaml': file('first') });
    const backend = await startBackend(['serve', '--demo', '--discover', 'off', '--listen', '127.0.0.1:0', '--data', folder.path('data'), '--notify-file', folder.path('notify.yaml')]);
    const names = async () => (await request(`${backend.url}/api/channels`)).json().channels.map((/** @type {any} */ one) => one.name);
    assert.deepEqual(await names(), ['first']);
    await folder.write('notify.yaml', file('second'));
    await until(names, (now) => now[0] === 'second', { withinMs: 30_000 });
    await folder.write('notify.yaml', 'channels: {');
    await backend.logged(/the changed notification file .* was not loaded/);
    assert.deepEqual(await names(), ['second']);
    const reply = await request(`${backend.url}/api/channels/second/test`, { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } });
    assert.equal(reply.json().delivered, true);
    assert.equal(hits, 1);
    await backend.stop();
    await new Promise((resolve) => receiver.close(() => resolve(undefined)));
    await folder.remove();
  });

  it('is not needed to see in a demo what people would get: its robots are the channels', async () => {
    const folder = await folderWith({});
    const backend = await startBackend(['serve', '--demo', '--discover', 'off', '--listen', '127.0.0.1:0', '--data', folder.path('data')]);
    const { configured, channels: all } = (await request(`${backend.url}/api/channels`)).json();
    assert.equal(configured, true);
    assert.deepEqual(all.map((/** @type {any} */ one) => one.name), ['feishu', 'dingtalk', 'wecom', 'slack']);
    assert.match(backend.log(), /^Notification channels: feishu, dingtalk, wecom, slack$/m);
    assert.match(backend.log(), /^Notifications have no link to their job: set --public-url$/m);
    for (const { name } of all) {
      const reply = await request(`${backend.url}/api/channels/${name}/test`, { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } });
      assert.equal(reply.json().delivered, true, `${name}: ${reply.text}`);
    }
    await backend.stop();
    await folder.remove();
  });
});
