// Share links and channels with the real server in the place of one that a test plays: what a dialog makes, another
// browser opens, and nothing else.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { request, startBackend } from '../integration/helpers.js';
import { press } from './browser.js';
import { page, providePages, provideStage, renewPage } from './stage.js';

const CLIPBOARD = { permissions: ['clipboard-read', 'clipboard-write'] };
const EXPECTED = /status of 4\d\d/;

/** @type {import('../integration/helpers.js').Backend} */
let server;
/** @type {string} the key of a job, as in addresses of the page */
let key;

provideStage();
providePages(CLIPBOARD, EXPECTED);
before(async () => {
  server = await startBackend(['serve', '--demo', '--listen', '127.0.0.1:0', '--discover', 'off'], { env: { JOBTREE_DATA: '' } });
  const made = await request(`${server.url}/api/demo/batches`, {
    method: 'POST', body: '{"count":20,"failing":3}', headers: { 'Content-Type': 'application/json' },
  });
  const { region, service, project_id, job_id } = made.json();
  key = `${region}/${service}/${project_id}/${job_id}`;
});
after(() => server.stop());

/** Makes a link in the dialog of what is open. @returns {Promise<string>} its address */
async function makeLink() {
  await page.locator('#main').focus();
  await press(page, 'f');
  await page.locator('#share').waitFor();
  await page.locator('#share form button.primary').click();
  await page.locator('#share-once').waitFor();
  return page.locator('#share-page-text').inputValue();
}

describe('with the real server', () => {
  it('a link to a job opens its tree for somebody who has nothing else, until it is revoked', async () => {
    await page.goto(`${server.url}/?job=${key}`);
    await page.locator('job-tree .row').first().waitFor();
    const link = await makeLink();
    assert.match(link, /^http:\/\/127\.0\.0\.1:\d+\/s\/jts_[\w-]{43}$/);

    await renewPage(CLIPBOARD, EXPECTED);
    await page.goto(link);
    await page.locator('job-tree .row').nth(10).waitFor();
    assert.equal(await page.locator('job-tree').evaluate((tree) => /** @type {any} */ (tree).shadowRoot?.querySelectorAll('.row').length > 10 || tree.querySelectorAll('.row').length > 10), true);
    assert.deepEqual(await page.evaluate(() => Object.keys(localStorage).concat(Object.values(localStorage)).filter((text) => text.includes('jts_'))), []);

    const token = link.slice(link.lastIndexOf('/') + 1);
    const bearer = { Authorization: `Bearer ${token}` };
    assert.equal((await request(`${server.url}/api/jobs/${key}`, { headers: bearer })).status, 200);
    assert.notEqual((await request(`${server.url}/api/jobs`, { headers: bearer })).status, 200);
    const badge = await request(`${server.url}/badge/${token}.svg`);
    assert.match(badge.text, /^<svg /);
    const { shares } = (await request(`${server.url}/api/shares`)).json();
    assert.equal((await request(`${server.url}/api/shares/${shares[0].id}`, { method: 'DELETE' })).status, 204);
    await page.reload();
    await page.locator('#ended').waitFor();
    assert.equal(await page.locator('job-tree .row').count(), 0);
  });

  it('a link to the board shows its jobs', async () => {
    await page.goto(`${server.url}/#board`);
    await page.locator('#board-rows li').first().waitFor();
    const link = await makeLink();
    await renewPage(CLIPBOARD, EXPECTED);
    await page.goto(link);
    await page.locator('#board-rows li').first().waitFor();
  });

  it('each channel of the demo takes a test message', async () => {
    await page.goto(server.url);
    await page.locator('body.known').waitFor();
    await page.locator('#main').focus();
    await press(page, 'Control+k');
    await page.locator('#command').fill('notifications');
    await page.keyboard.press('Enter');
    await page.locator('#channels-list > li').nth(3).waitFor();
    for (const row of await page.locator('#channels-list > li').all()) {
      await row.getByRole('button', { name: /Send test message/ }).click();
      await row.getByText(/Delivered/).waitFor();
    }
  });
});
