// Why jobs fail: the failures of all jobs that a server remembers, in the board of the dashboard, with the demo's own past.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';

import { startBackend } from '../integration/helpers.js';
import { barriers, closePage, newPage, painted } from './browser.js';
import { FakeMemory } from './fake_memory.js';
import { browser, page, providePages, provideStage, renewPage } from './stage.js';

/** One with a memory. @type {import('../integration/helpers.js').Backend} */
let backend;

provideStage(async () => {
  backend = await startBackend(['serve', '--demo', '--listen', '127.0.0.1:0', '--discover', 'off'], { env: { JOBTREE_DATA: '' } });
});
after(() => backend?.stop());
providePages({ locale: 'en-US' }, /status of (40[0134]|503)/);

const rows = (on = page) => on.locator('#cause-rows li');
const row = (/** @type {string} */ code, on = page) => rows(on).filter({ hasText: code });
const visit = async (path = '/#board&view=causes', on = page) => {
  await on.goto('about:blank'); // another fragment alone would load nothing
  await on.goto(backend.url + path);
};
const shown = async (on = page) => {
  await visit(undefined, on);
  await row('VPC.0521', on).waitFor();
};
const parameters = () => new URLSearchParams(new URL(page.url()).hash.slice('#board'.length));
const failures = async (query = 'state=all') => (await (await fetch(`${backend.url}/api/failures?${query}`)).json()).failures;
/** Leaves the demo as it was. */
const unmuteAll = async () => {
  for (const { service, name } of await failures('state=muted')) {
    await fetch(`${backend.url}/api/failures`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ service, name, mute: null }),
    });
  }
};

describe('failure causes', () => {
  it('are a view of the board, each with its code, meaning, count, service, age, marks and days', async () => {
    await visit('/');
    await page.locator('#views').getByRole('link', { name: 'Failure causes' }).click();
    await row('VPC.0521').waitFor();
    assert.equal(parameters().get('view'), 'causes');
    assert.equal(await page.locator('#board-title').innerText(), 'Failure causes');
    assert.equal(await page.locator('#board-rows').isVisible(), false);
    const quota = row('VPC.0521');
    const [known] = await failures('q=VPC.0521');
    assert.equal(await quota.locator('.meaning').innerText(), known.explanation.meaning.en);
    assert.match(await quota.locator('.error').innerText(), /^Elastic IP quota exceeded/);
    assert.equal(await quota.locator('.count').innerText(), '3 in 1 job');
    assert.equal(await quota.locator('.place').innerText(), 'eip');
    assert.match(await quota.locator('.age').innerText(), /ago$/);
    assert.deepEqual(await quota.locator('.mark').allInnerTexts(), ['New today']);
    assert.deepEqual(await row('EVS.2024').locator('.mark').allInnerTexts(), ['Back again']);
    assert.deepEqual(await row('Ecs.0319').locator('.mark').allInnerTexts(), []);
    const days = quota.getByRole('img');
    assert.match(await days.getAttribute('aria-label') ?? '', /^Failures per day in the last 14 days, today last: (\d+, ){13}\d+$/);
    assert.equal(await days.locator('i').count(), 14);
    await page.reload();
    await row('VPC.0521').waitFor();
  });

  it('are filtered by service, state and text, and the URL says so', async () => {
    await shown();
    assert.equal(await page.getByRole('combobox', { name: 'Status' }).isVisible(), false);
    await page.getByRole('combobox', { name: 'Failures' }).selectOption('back');
    await row('VPC.0521').waitFor({ state: 'detached' });
    await row('EVS.2024').waitFor();
    assert.equal(await rows().count(), 1);
    assert.equal(parameters().get('state'), 'back');
    await page.getByRole('combobox', { name: 'Service' }).selectOption('eip');
    await page.locator('#board-empty', { hasText: 'No failure matches' }).waitFor();
    await page.locator('#board-clear').click();
    await row('VPC.0521').waitFor();
    await page.locator('#board-filters [name="q"]').fill('capacity');
    await row('VPC.0521').waitFor({ state: 'detached' });
    await row('Ecs.0319').waitFor();
    assert.equal(parameters().get('q'), 'capacity');
  });

  it('lead to the latest job, which shows that cause', async () => {
    await shown();
    const [{ name, sample }] = await failures('q=VPC.0521');
    await row('VPC.0521').getByRole('link').first().click();
    await page.locator('job-tree:visible .row').first().waitFor();
    const url = decodeURIComponent(new URL(page.url()).hash);
    assert.ok(url.includes(sample.job_id), url);
    assert.ok(url.includes(`filter=error:${name}`), url);
    await page.waitForFunction(() => /** @type {any} */ (document.querySelector('job-tree:not([hidden])'))?.filter.startsWith('error:'));
  });

  it('have links of their own, which show them alone', async () => {
    await renewPage({ locale: 'en-US', permissions: ['clipboard-read', 'clipboard-write'] });
    await shown();
    await row('VPC.0521').getByRole('button', { name: 'Copy link to VPC.0521' }).click();
    await page.locator('#message', { hasText: 'Link to this cause copied' }).waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(link, `${backend.url}/#board&view=causes&q=VPC.0521&state=all&service=eip`);
    await visit(link.slice(backend.url.length));
    await row('VPC.0521').waitFor();
    assert.equal(await rows().count(), 1);
  });

  it('lead to all their jobs, where there are several', async () => {
    const cause = { ...(await failures('q=VPC.0521'))[0], jobs: 2 };
    await page.route(/api\/failures/, (route) => route.fulfill({ json: { failures: [cause, { ...cause, name: 'once', code: 'VPC.0522', jobs: 1 }], next: null } }));
    await shown();
    assert.equal(await row('VPC.0522').getByRole('link').count(), 1);
    await row('VPC.0521').getByRole('link', { name: 'Show all 2 jobs with VPC.0521' }).click();
    await page.locator('#board-rows li').first().waitFor();
    assert.deepEqual(Object.fromEntries(parameters()), { view: 'all', q: 'VPC.0521', service: cause.service });
    await page.unroute(/api\/failures/);
  });

  it('are muted with a note and unmuted, by keyboard alone', async () => {
    await shown();
    const button = row('VPC.0521').getByRole('button', { name: 'Mute VPC.0521' });
    await button.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Mute this failure' });
    await dialog.waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('value')), 'day');
    await page.keyboard.press('ArrowDown');
    assert.equal(await dialog.getByRole('radio', { name: 'After 1 week' }).isChecked(), true);
    await dialog.getByLabel('Note').focus();
    await page.keyboard.type('ticket <b>7</b>');
    await page.keyboard.press('Enter');
    await page.locator('#message', { hasText: 'Muted VPC.0521' }).waitFor();
    await row('VPC.0521').waitFor({ state: 'detached' });
    assert.ok(await page.evaluate(() => document.activeElement?.closest('#cause-rows')), 'the focus stays in the list');
    const [muted] = await failures('state=muted');
    assert.equal(muted.mute.note, 'ticket <b>7</b>');
    assert.ok(Math.abs(Date.parse(muted.mute.until) - Date.now() - 7 * 86_400_000) < 60_000);

    await page.getByRole('combobox', { name: 'Failures' }).selectOption('muted');
    await row('VPC.0521').waitFor();
    assert.match(await row('VPC.0521').locator('.muted').innerText(), /^Muted until .* · ticket <b>7<\/b>$/);
    await row('VPC.0521').getByRole('button', { name: 'Unmute VPC.0521' }).press('Enter');
    await page.locator('#board-empty').waitFor();
    assert.deepEqual(await failures('state=muted'), []);
  });

  it('are muted knowing what the error means, and that can be undone at once', async () => {
    await shown();
    await row('VPC.0521').getByRole('button').last().click();
    const dialog = page.getByRole('dialog');
    assert.match(await dialog.locator('#mute-meaning').innerText(), /quota/i);
    await dialog.getByRole('button', { name: 'Mute', exact: true }).click();
    await row('VPC.0521').waitFor({ state: 'detached' });
    await page.locator('#message').getByRole('button', { name: 'Undo' }).click();
    await row('VPC.0521').waitFor();
    assert.deepEqual(await failures('state=muted'), []);
  });

  it('are muted for a number of failures, and what cannot be is said in the dialog', async () => {
    await shown();
    await row('Ecs.0319').getByRole('button').last().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Number of failures').fill('0');
    assert.equal(await dialog.getByRole('radio', { name: 'After more failures' }).isChecked(), true);
    await dialog.getByRole('button', { name: 'Mute', exact: true }).click();
    await dialog.getByRole('alert').filter({ hasText: 'from 1 to 1,000,000' }).waitFor();
    await dialog.getByLabel('Last day').fill('2020-01-01');
    await dialog.getByRole('button', { name: 'Mute', exact: true }).click();
    await dialog.getByRole('alert').filter({ hasText: 'a day from today on' }).waitFor();
    await dialog.getByLabel('Number of failures').fill('12');
    await dialog.getByRole('button', { name: 'Mute', exact: true }).click();
    await row('Ecs.0319').waitFor({ state: 'detached' });
    assert.equal((await failures('state=muted'))[0].mute.remaining, 12);
    await unmuteAll();
  });

  it('without a memory are not offered', async () => {
    await new FakeMemory().serve(page, { config: { memory: { state: 'off' } } });
    await visit();
    await page.locator('#home').waitFor();
    assert.equal(await page.locator('#views').isVisible(), false);
  });

  it('speak Chinese', async () => {
    await renewPage({ locale: 'zh-CN' });
    await shown();
    const [known] = await failures('q=VPC.0521');
    assert.equal(await page.locator('#board-title').innerText(), '失败原因');
    assert.equal(await row('VPC.0521').locator('.meaning').innerText(), known.explanation.meaning.zh);
    assert.equal(await row('VPC.0521').locator('.count').innerText(), '3 次，1 个任务');
    assert.deepEqual(await row('VPC.0521').locator('.mark').allInnerTexts(), ['今日新增']);
    await row('VPC.0521').getByRole('button', { name: '屏蔽 VPC.0521' }).click();
    await page.getByRole('dialog', { name: '屏蔽此失败' }).waitFor();
    await page.getByRole('button', { name: '屏蔽', exact: true }).click();
    await page.locator('#message', { hasText: '已屏蔽 VPC.0521' }).waitFor();
    await unmuteAll();
  });
});

describe('axe finds nothing', () => {
  for (const [name, options] of Object.entries({
    'in English, light': { locale: 'en-US', colorScheme: /** @type {const} */ ('light'), viewport: { width: 1366, height: 768 } },
    'in Chinese, dark, 360 pixels': { locale: 'zh-CN', colorScheme: /** @type {const} */ ('dark'), viewport: { width: 360, height: 740 } },
  })) {
    it(name, async () => {
      const on = await newPage(browser, { ...options, reducedMotion: 'reduce' });
      await shown(on);
      await painted(on);
      assert.deepEqual(await barriers(on), []);
      const isWide = await on.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assert.equal(isWide, false, 'nothing is wider than the page');
      await row('VPC.0521', on).getByRole('button').last().click();
      await painted(on);
      assert.deepEqual(await barriers(on), []);
      await closePage(on);
    });
  }
});
