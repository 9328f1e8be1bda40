// The dialog of the channels that a server sends messages to: how each stands, what a test message came to, and how they are
// set up.

import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';

import { barriers, painted, press } from './browser.js';
import { FakeChannels, channel, problem } from './fake_telling.js';
import { backend, page, providePages, provideStage, renewPage } from './stage.js';

const EXPECTED = /status of (40[134]|429|500)/;

/** @type {FakeChannels} */
let channels;

provideStage();
providePages({}, EXPECTED);
beforeEach(async () => {
  channels = new FakeChannels();
  channels.channels = [
    channel({ name: 'ops', last_sent_at: new Date(Date.now() - 180_000).toISOString(), rules: [
      { jobs: { service: 'ecs', region: 'cn-north-4' }, on: ['failed', 'stuck'] }, { jobs: {}, on: ['group_new', 'word-of-a-newer-server'] }] }),
    channel({ name: 'release', kind: 'dingtalk', target: 'https://oapi.dingtalk.com/…77aa', state: 'shut', pending: 12, oldest_waits_seconds: 340, dropped: 2,
      last_trouble_at: new Date(Date.now() - 60_000).toISOString(), last_trouble: '130101: <b>too fast</b>', shut_for_seconds: 512, rules: [{ jobs: { label: 'release-*' }, on: ['settled'] }] }),
    channel({ name: 'audit', kind: 'webhook', language: 'en', state: 'failing', pending: 1 }),
    channel({ name: 'old', kind: 'wecom', state: 'gone' }),
    channel({ name: 'post', kind: 'mail', state: 'misconfigured', problem: 'The password file cannot be read.' }),
  ];
  await channels.serve(page);
});

const rows = () => page.locator('#channels-list > li');
const texts = async () => (await rows().allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));

async function open() {
  await page.goto(backend.url);
  await page.locator('body.known').waitFor();
  await page.locator('#main').focus();
  await press(page, 'Control+k');
  await page.locator('#command').fill('mail');
  await page.keyboard.press('Enter');
  await page.locator('#channels').waitFor();
}

describe('the channels', () => {
  it('say how they stand, in words, colour and shape: what was sent, what waits, what went wrong, which jobs are told', async () => {
    await open();
    await rows().nth(4).waitFor();
    const told = await texts();
    assert.equal(told[0], 'ops Feishu · https://open.feishu.cn/…9f3c · in Chinese Send test message Working Last message 3m ago '
      + 'Service: Elastic Cloud Server · Region: CN North-Beijing4 failed, stuck All jobs new failure cause, word-of-a-newer-server');
    assert.match(told[1], /^release DingTalk .* Paused after failures, next attempt in 8m 32s No message sent yet · 12 waiting, the oldest for 5m 40s · 2 dropped ?130101: <b>too fast<\/b> \(1m ago\) Name: release-\* finished$/);
    assert.match(told[2], /^audit Webhook .* in English Send test message Failing, will retry No message sent yet · 1 waiting All jobs finished$/);
    assert.match(told[3], /No longer exists/);
    assert.match(told[4], /Configuration error The password file cannot be read\./);
    assert.deepEqual(await rows().evaluateAll((all) => all.map((it) => it.dataset.status)), ['succeeded', 'warning', 'warning', 'failed', 'failed']);
    assert.deepEqual(await barriers(page), []);
  });

  it('are sent a test message, whose result stands beside the button, by keyboard alone', async () => {
    await open();
    await rows().nth(4).waitFor();
    const button = rows().first().getByRole('button', { name: 'Send test message to ops' });
    await button.focus();
    await page.keyboard.press('Enter');
    await rows().first().getByText('Delivered in 123 ms.', { exact: true }).waitFor();
    assert.ok(channels.asked.includes('POST /api/channels/ops/test {}'), channels.asked.join());
    channels.trial = { delivered: false, code: '19024', meaning: 'The robot wants a keyword; set keyword.', took_ms: 93 };
    await page.keyboard.press('Enter');
    await rows().first().getByText('Not delivered (93 ms). 19024: The robot wants a keyword; set keyword.').waitFor();
    assert.equal(await button.evaluate((it) => it === document.activeElement), true);
    assert.deepEqual(await barriers(page), []);
    for (const [refusal, sentence] of /** @type {const} */ ([
      [problem(403, 'jobtree.not_permitted'), 'Without access tokens, test messages can be sent only from the server\'s own machine.'],
      [problem(429, 'jobtree.x', 'One test a minute.'), 'Couldn\'t send: One test a minute.'],
    ])) {
      channels.noTest = refusal;
      await page.keyboard.press('Enter');
      await rows().first().getByText(sentence).waitFor();
    }
  });

  it('are read again every five seconds while they are open, and not after that', async () => {
    await page.clock.install();
    await open();
    await rows().nth(4).waitFor();
    channels.channels = [channel({ name: 'ops', state: 'failing' }), channel({ name: 'new' })];
    await page.clock.runFor(5100);
    await rows().nth(1).getByText('new', { exact: true }).waitFor();
    assert.equal(await rows().count(), 2);
    assert.match((await texts())[0], /Failing, will retry/);
    await page.keyboard.press('Escape');
    const before = channels.asked.length;
    await page.clock.runFor(20_000);
    await painted(page);
    assert.equal(channels.asked.length, before);
  });

  it('that are not set up are explained, with the shortest file and the flag', async () => {
    await renewPage({ permissions: ['clipboard-read', 'clipboard-write'] }, EXPECTED);
    await channels.serve(page);
    channels.configured = false;
    channels.channels = [];
    await open();
    await page.getByText('This server sends no messages yet.').waitFor();
    assert.equal(await page.locator('#channels-flag').innerText(), 'backend --notify-file notify.yaml');
    assert.deepEqual(await barriers(page), []);
    await page.getByRole('tab', { name: 'Feishu' }).focus();
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.getByRole('tab', { name: 'DingTalk' }).getAttribute('aria-selected'), 'true');
    await page.getByRole('button', { name: 'Copy file' }).click();
    await page.locator('#message', { hasText: 'Copied' }).waitFor();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^channels:\n {2}ops:\n {4}kind: dingtalk\n {4}# https:\/\/oapi\.dingtalk\.com\/robot\/send\?…\n {4}url_file: /);
  });

  it('are not there, or hidden from this visitor: it is said, once', async () => {
    for (const [refusal, sentence] of /** @type {const} */ ([
      [problem(404, 'jobtree.not_found'), 'This server cannot send messages.'],
      [problem(403, 'jobtree.not_permitted'), 'Without access tokens, channels are shown only on the server\'s own machine.'],
      [problem(500, 'jobtree.internal', 'Something broke.'), /Something broke\./],
    ])) {
      channels.refusal = refusal;
      await open();
      await page.locator('#channels-note', { hasText: sentence }).waitFor();
    }
  });

  it('are reached from the bell and from the menu, in Chinese, dark and on a phone', async () => {
    await renewPage({ locale: 'zh-CN', colorScheme: 'dark', viewport: { width: 360, height: 740 } }, EXPECTED);
    await channels.serve(page);
    await page.goto(backend.url);
    await page.locator('body.known').waitFor();
    await page.locator('#bell').click();
    await page.getByRole('button', { name: '群消息、邮件和 Webhook…' }).click();
    await rows().nth(4).waitFor();
    assert.match((await texts())[1], /多次失败，已暂停，8 分 32 秒后重试/);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
    assert.deepEqual(await barriers(page), []);
    await page.keyboard.press('Escape');
    await page.locator('#more-open').click();
    await page.getByRole('menuitem', { name: '消息通知' }).click();
    await page.getByRole('dialog', { name: '消息通知' }).waitFor();
  });
});
