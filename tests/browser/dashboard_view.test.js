// How a job is looked at stands in the URL: filter, order and selected row, for links and for Back.

import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';

import { backend, page, providePages, provideStage } from './stage.js';

/** A job of which some parts failed, and another one: as in the URL. */
let [failed, other] = ['', ''];

provideStage(async () => {
  /** @type {{region: string, service: string, job_id: string, title: {en: string}}[]} */
  const jobs = (await (await fetch(`${backend.url}/api/config`)).json()).demo.jobs;
  const keyOf = (/** @type {RegExp} */ title) => {
    const job = jobs.find((it) => title.test(it.title.en));
    assert.ok(job, String(title));
    return `${job.region}/${job.service}/-/${job.job_id}`;
  };
  failed = keyOf(/20 elastic IPs, 4 fail/);
  other = keyOf(/documented example/);
});
providePages({ permissions: ['clipboard-read', 'clipboard-write'] });
beforeEach(async () => {
  await page.goto(`${backend.url}/?job=${failed}&job=${other}`);
  await rows().nth(5).waitFor();
});

const rows = () => page.locator('job-tree:visible .row');
const search = () => page.locator('job-tree:visible [type="search"]');
/** Waits until the fragment of the URL, but for the job, says this. @param {Record<string, string>} view */
const inUrl = (view) => page.waitForFunction((wanted) => {
  const now = [...new URLSearchParams(location.hash.split('&').slice(1).join('&'))];
  return JSON.stringify(now.map(String)) === wanted;
}, JSON.stringify(Object.entries(view).map(String)));

/** Shows only what failed, the failed first, with the last of them selected; its ID. */
async function chooseView() {
  await page.locator('job-tree:visible .chip[data-status="failed"]').click();
  await inUrl({ filter: 'status:failed' });
  await page.locator('job-tree:visible select').first().selectOption({ index: 1 });
  await inUrl({ filter: 'status:failed', sort: 'failed_first' });
  await rows().last().click();
  await page.waitForFunction(() => location.hash.includes('&selected='));
  return String(new URLSearchParams(new URL(page.url()).hash.split('&').slice(1).join('&')).get('selected'));
}

describe('how a job is looked at', () => {
  it('stands in the URL, and is the same after a reload and in a copied link', async () => {
    const selected = await chooseView();
    const count = await rows().count();
    await page.getByRole('button', { name: 'Copy link', exact: true }).click();
    await page.waitForFunction(() => navigator.clipboard.readText().then((text) => text.includes('&selected=')));
    const link = await page.evaluate(() => navigator.clipboard.readText());
    for (const open of [() => page.reload(), () => page.goto(link)]) {
      await open();
      await page.locator('job-tree:visible .row[aria-selected="true"]').waitFor();
      assert.equal(await page.locator('job-tree:visible .chip[data-status="failed"]').getAttribute('aria-pressed'), 'true');
      assert.equal(await page.locator('job-tree:visible select').first().evaluate((it) => /** @type {any} */ (it).selectedIndex), 1);
      assert.equal(await page.locator('job-tree:visible').getAttribute('selected'), selected);
      assert.equal(await rows().count(), count);
    }
  });

  it('is taken back by Back, and comes again by Forward', async () => {
    await page.clock.install();
    const chip = page.locator('job-tree:visible .chip[data-status="failed"]');
    await chip.click();
    await inUrl({ filter: 'status:failed' });
    await page.goBack();
    await page.waitForFunction(() => !document.querySelector('job-tree:not([hidden])')?.hasAttribute('filter'));
    await inUrl({});
    await page.locator('job-tree:visible .chip[data-status="failed"][aria-pressed="false"]').waitFor();
    await page.goForward();
    await page.waitForFunction(() => document.querySelector('job-tree:not([hidden])')?.getAttribute('filter') === 'status:failed');
  });

  it('is one step of the history while somebody types', async () => {
    const before = await page.evaluate(() => history.length);
    await search().pressSequentially('VPC.05');
    await inUrl({ filter: 'VPC.05' });
    assert.equal(await page.evaluate(() => history.length), before + 1);
  });

  it('is kept for each job while another one is shown', async () => {
    await page.locator('job-tree:visible .chip[data-status="failed"]').click();
    await inUrl({ filter: 'status:failed' });
    await page.locator('nav li a').nth(1).click();
    await inUrl({});
    await page.locator('nav li a').nth(0).click();
    await inUrl({ filter: 'status:failed' });
    await page.locator('main').focus();
    await page.keyboard.press('j');
    await inUrl({});
    await page.keyboard.press('k');
    await inUrl({ filter: 'status:failed' });
  });
});
