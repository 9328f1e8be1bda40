// Services whose jobs several ids name: their fields, links and texts.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { simulatorKey } from '../integration/helpers.js';
import { backend, page, providePages, provideStage, renewPage } from './stage.js';

const INSTANCE = '9d8c7b6a-5f4e-4d3c-8b2a-1908f7e6d5c4';
const TASK = '8abfa7b27da211df017da34a1d7e0b4d';
const LINK = `?job=cn-north-4/dms/-/${INSTANCE}/${TASK}`;

provideStage();
providePages();

const form = () => page.locator('#open');
const heading = () => page.locator('job-tree:visible h2');

/** The page with the form, where this service is chosen. @param {string} service */
async function choose(service) {
  await page.goto('about:blank');
  await page.goto(`${backend.url}/#new`);
  await page.locator('#demo').waitFor();
  await form().getByLabel('Service').selectOption(service);
}

describe('the form for a service with further ids', () => {
  it('has a field for each, called by its name, and opens the job that they name together', async () => {
    await choose('dms');
    await form().getByLabel('Task ID, link or log').fill(TASK);
    await form().getByLabel('Instance ID').fill(INSTANCE);
    await form().getByLabel('Instance ID').press('Enter');
    await heading().getByText('DATABASE_INSTANCE_EXPAND').waitFor();
    assert.equal(new URL(page.url()).search, LINK);
  });

  it('says which id is missing, in its field', async () => {
    await choose('dms');
    await form().getByLabel('Task ID, link or log').fill(TASK);
    await page.getByRole('button', { name: 'Open' }).click();
    assert.equal(await page.locator('#job-help').innerText(), 'Instance ID is missing.');
    assert.equal(await form().getByLabel('Instance ID').getAttribute('aria-invalid'), 'true');
    assert.ok(await form().getByLabel('Instance ID').evaluate((field) => field === document.activeElement));
  });

  it('takes all ids in one text, and a URL with them', async () => {
    for (const text of [`${INSTANCE}/${TASK}`, `https://dms.cn-north-4.myhuaweicloud.com/v2/${simulatorKey.project}/instances/${INSTANCE}/tasks/${TASK}`]) {
      await choose('dms');
      await form().getByLabel('Task ID, link or log').fill(text);
      await form().getByLabel('Task ID, link or log').press('Enter');
      await heading().getByText('DATABASE_INSTANCE_EXPAND').waitFor();
    }
  });

  it('says how many ids there are where more were given', async () => {
    await choose('ecs');
    await form().getByLabel('Job ID, link or log').fill(`${INSTANCE}/${TASK}`);
    await page.getByRole('button', { name: 'Open' }).click();
    assert.match(await page.locator('#job-help').innerText(), /^Jobs of Elastic Cloud Server have these IDs: Job ID/);
  });

  it('speaks Chinese', async () => {
    await choose('dms');
    await page.locator('#language').click();
    assert.equal(await page.locator('label[for="job"]').innerText(), '任务 ID、链接或日志');
    await form().getByLabel('实例 ID').waitFor();
  });
});

describe('a job with several ids', () => {
  it('is opened by its link, is kept under it, and its history, code and title are its own', async () => {
    await page.goto(backend.url + LINK);
    await heading().getByText('DATABASE_INSTANCE_EXPAND').waitFor();
    assert.match(await page.title(), /DATABASE_INSTANCE_EXPAND/);
    await page.locator('#copy-link').waitFor();
    await page.keyboard.press('c');
    await page.getByRole('tab', { name: 'curl' }).click();
    assert.match(await page.locator('#code-text').innerText(), new RegExp(`/api/cn-north-4/dms/v1/-/jobs/${INSTANCE}/${TASK}'$`));
    await page.keyboard.press('Escape');
    await page.goto(`${backend.url}/#new`);
    await page.reload();
    await page.locator('#recent').getByRole('link', { name: /DATABASE_INSTANCE_EXPAND/ }).click();
    await heading().getByText('DATABASE_INSTANCE_EXPAND').waitFor();
    assert.equal(new URL(page.url()).search, LINK);
  });

  it('is shown in a frame', async () => {
    await page.goto(`${backend.url}/embed.html${LINK}`);
    await heading().getByText('DATABASE_INSTANCE_EXPAND').waitFor();
  });

  it('that is not there can be looked for among services with as many ids', async () => {
    await renewPage({}, /status of 404/);
    await page.goto(`${backend.url}/?job=cn-north-4/mrs/-/${INSTANCE}/${TASK}`);
    const elsewhere = page.locator('#elsewhere');
    await elsewhere.getByLabel('Service').selectOption('dms');
    assert.equal(await elsewhere.locator('option[value="ecs"]').count(), 0);
    await elsewhere.getByRole('button', { name: 'Look up' }).click();
    await heading().getByText('DATABASE_INSTANCE_EXPAND').waitFor();
  });
});

describe('the list of services', () => {
  it('is in named groups, each service once', async () => {
    await choose('ecs');
    const { services } = await (await fetch(`${backend.url}/api/config`)).json();
    const shown = await form().locator('optgroup > option').evaluateAll((all) => all.map((it) => /** @type {HTMLOptionElement} */ (it).value));
    assert.deepEqual([...shown].sort(), services.map((/** @type {any} */ it) => it.name).sort());
    const labels = await form().locator('optgroup').evaluateAll((all) => all.map((it) => /** @type {HTMLOptGroupElement} */ (it).label));
    assert.ok(labels.includes('Databases') && labels.every(Boolean));
  });
});
