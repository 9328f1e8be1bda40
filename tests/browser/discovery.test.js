// Jobs that nobody named: an account whose jobs appear by themselves, found by a name, a person, a service, and opened.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';

import { startBackend } from '../integration/helpers.js';
import { press } from './browser.js';
import { FakeMemory, record } from './fake_memory.js';
import { backend, page, providePages, provideStage, renewPage } from './stage.js';

provideStage();
providePages({ permissions: ['clipboard-read', 'clipboard-write'] }, /status of (40[034]|503)/);

const names = () => page.locator('#board-rows .name').allTextContents();
const live = () => page.locator('#board-live[data-is="live"]').waitFor();
const clipboard = () => page.evaluate(() => navigator.clipboard.readText());

describe('an account of the demo', () => {
  /** @type {import('../integration/helpers.js').Backend} */
  let account;
  before(async () => {
    account = await startBackend(['serve', '--demo', '--listen', '127.0.0.1:0'], { env: { JOBTREE_DATA: '' } });
  });
  after(() => account.stop());

  for (const [language, word] of Object.entries({
    'en-US': { running: 'Running', person: 'By person', chip: 'Started by 李文静', failed: 'Failed', group: 'Group by', status: 'Status' },
    'zh-CN': { running: '运行中', person: '按发起人', chip: '发起人：李文静', failed: '失败', group: '分组方式', status: '状态' },
  })) {
    it(`shows its jobs by themselves, and a failed one is found by its server, by a person, and opened (${language})`, async () => {
      await renewPage({ locale: language }, /status of 404/);
      await page.goto(account.url);
      // No ID is typed: the view says what runs.
      await page.getByRole('link', { name: word.running, exact: true }).click();
      await page.locator('#board-rows .subject', { hasText: 'dev-tomas' }).first().waitFor({ timeout: 30_000 });

      await page.goto(`${account.url}/#board`);
      await live();
      await press(page, '/');
      await page.keyboard.type('web-55');
      const row = page.locator('#board-rows li', { hasText: 'web-55' });
      await row.waitFor();
      await page.waitForFunction(() => document.querySelectorAll('#board-rows li').length === 1);
      assert.match(await row.innerText(), new RegExp(word.failed));
      assert.match(await row.innerText(), /web-55 · 李文静/);

      await page.locator('#board-filters [name="q"]').fill('');
      await page.getByLabel(word.group).selectOption(word.person);
      await page.locator('#group-rows a', { hasText: '李文静' }).click();
      await page.locator('#board-chips').getByRole('button', { name: word.chip }).waitFor();
      await page.getByLabel(word.status, { exact: true }).selectOption('failed');
      await row.waitFor();
      assert.ok((await page.locator('#board-rows .subject').allTextContents()).every((text) => text.includes('李文静')));
      await row.getByRole('link').click();
      await page.locator('job-tree:visible [part="row"]').first().waitFor();
      const facts = page.locator('#found-facts');
      await facts.getByText('李文静').waitFor();
      assert.match(await facts.innerText(), /createServer · web-55 · 李文静/);
      await facts.getByText('web-55').click();
      await row.waitFor();
      assert.equal(await page.locator('#board-rows li').count(), 1);
    });
  }
});

describe('what is found', () => {
  /** @type {FakeMemory} */
  let memory;
  /** @param {Partial<import('../../web/dashboard/state/records.js').Source>} given @returns {any} */
  const source = (given) => ({ region: 'cn-north-4', list: 'traces', service: 'cts', state: 'good', detail: null, permission: null, read_at: new Date().toISOString(), records: 3, ...given });
  /** @param {Partial<import('../../web/dashboard/state/records.js').Finding>} given */
  const found = (given = {}) => ({ operation: 'createServer', person: 'anna', resource_id: 'vm-1', resource_name: 'web-1', at: new Date().toISOString(), is_queryable: true, ...given });
  beforeEach(async () => {
    memory = new FakeMemory();
    memory.discovery = { mode: 'all', people: true, readings: [source({})], policy: { Version: '1.1' }, identity_policy: { Version: '5.0' } };
    await memory.serve(page);
  });

  it('says which permission is missing where, with the policy to copy', async () => {
    memory.discovery?.readings.push(source({ list: 'rds', service: 'rds', state: 'denied', detail: { en: 'The key lacks the permission rds:task:list', zh: '密钥缺少权限 rds:task:list' } }));
    await page.goto(`${backend.url}/#board`);
    await page.getByRole('button', { name: '1 source can\'t be read' }).click();
    const dialog = page.getByRole('dialog', { name: 'How jobs are found' });
    await dialog.getByText('The key lacks the permission rds:task:list').waitFor();
    await dialog.getByText('Operations (CTS)').waitFor();
    await dialog.getByRole('button', { name: 'Copy IAM policy' }).click();
    assert.deepEqual(JSON.parse(await clipboard()), { Version: '1.1' });
    await dialog.getByRole('button', { name: 'Copy identity policy' }).click();
    assert.deepEqual(JSON.parse(await clipboard()), { Version: '5.0' });
    await page.keyboard.press('Escape');
    await page.locator('#language').click();
    await page.getByRole('button', { name: '1 个来源无法读取' }).click();
    await page.getByText('密钥缺少权限 rds:task:list').waitFor();
  });

  it('a server that does not look is said to, with how to switch it on', async () => {
    memory.discovery = { mode: 'off', people: true, readings: [], policy: {}, identity_policy: {} };
    await page.goto(`${backend.url}/#board`);
    await page.getByRole('button', { name: 'Jobs are not found automatically' }).click();
    await page.getByRole('dialog').getByText('backend --discover all').waitFor();
  });

  it('an older server says nothing of it, and neither does the page', async () => {
    memory.discovery = undefined;
    await page.goto(`${backend.url}/#board`);
    await live();
    assert.equal(await page.locator('#board-finding').isVisible(), false);
  });

  it('is grouped by resource, in the URL, and each group leads to its jobs', async () => {
    memory.jobs = [1, 2, 3].map((n) => record({ job_id: `job-${n}`, type: `type${n}`, found: found({ resource_name: n < 3 ? 'web-1' : '<b>db</b>', resource_id: n < 3 ? 'vm-1' : 'db-1' }) }));
    await page.goto(`${backend.url}/#board&view=all&group=resource`);
    const groups = page.locator('#group-rows li');
    await groups.nth(1).waitFor();
    assert.deepEqual((await groups.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').replace(/ \S+ ago$| now$/, '')).sort(), ['<b>db</b> 1 job 1 unfinished', 'web-1 2 jobs 2 unfinished']);
    await groups.getByRole('link', { name: 'web-1' }).click();
    await page.locator('#board-rows li').nth(1).waitFor();
    assert.deepEqual((await names()).sort(), ['type1', 'type2']);
    assert.equal(new URLSearchParams(new URL(page.url()).hash.slice('#board&'.length)).get('resource'), 'web-1');
    await page.getByRole('button', { name: 'Resource web-1' }).click();
    await page.locator('#board-rows li').nth(2).waitFor();
    await page.goBack();
    await page.locator('#board-rows li').nth(2).waitFor({ state: 'detached' });
  });

  it('a job of which nobody can say more is no link, and says why', async () => {
    memory.jobs = [record({ job_id: 'gone', type: null, status: 'unknown', version: 0, is_lost: true, forgotten_at: new Date().toISOString(), found: found({ is_queryable: false, operation: 'bksCreateBackup' }) })];
    await page.goto(`${backend.url}/#board`);
    const row = page.locator('#board-rows li');
    await row.getByText('bksCreateBackup').waitFor();
    assert.equal(await row.locator('a').getAttribute('href'), null);
    assert.equal(await row.locator('.status').getAttribute('title'), 'Huawei Cloud doesn\'t say how this job went.');
    await row.locator('.name').click();
    assert.equal(await page.locator('#board').isVisible(), true);
  });

  it('an ID that is pasted alone is opened where the server knows it', async () => {
    const id = 'ff80808290a1b2c3019900000000000e';
    memory.jobs = [record({ job_id: id, service: 'rds', region: 'cn-east-3', found: found() })];
    await page.goto(backend.url);
    await page.locator('#job').fill(id);
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.search.includes('cn-east-3/rds/'));
  });

  it('where a job is not found, the place in which the server knows it is one click away', async () => {
    const id = 'ff80808290a1b2c3019900000000000f';
    memory.jobs = [record({ job_id: id, service: 'rds', found: found() })];
    await page.goto(`${backend.url}/?job=cn-north-4/ecs/-/${id}`);
    await page.getByRole('button', { name: 'Open it as a job of Relational Database Service in CN North-Beijing4' }).click();
    await page.waitForFunction(() => location.search.includes('/rds/'));
  });
});
