// What people come for, and how many clicks and keys it takes them: counted, so that it stays as short.

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import { backend, page, providePages, provideStage } from './stage.js';

const CAUSES = 40;
const FAILURES = 10_000;
const PATH = 'cn-north-4/eip/-/f0000000000000000000000000010000';

/** @param {number} number */
const idOf = (number) => `f${number.toString(16).padStart(31, '0')}`;

/** A batch of which all has failed, for forty reasons; texts differ from one failure to the next. */
function failedBatch() {
  const jobs = Array.from({ length: FAILURES }, (_, i) => {
    const cause = Math.floor(CAUSES * (i / FAILURES) ** 2); // the first are the most frequent
    return {
      job_id: idOf(i + 1), job_type: 'createPublicip', status: 'FAIL', begin_time: '2026-11-29T06:00:00.000Z',
      end_time: `2026-11-29T06:${String(10 + (i % 50)).padStart(2, '0')}:00.000Z`,
      error_code: `VPC.${String(521 + cause).padStart(4, '0')}`,
      fail_reason: `Cause ${String.fromCharCode(97 + (cause % 26)).repeat(3 + Math.floor(cause / 26))}: ${i} of ${FAILURES} at 10.0.${i >> 8}.${i & 255}, request ${idOf(i * 7 + 1)}`,
      entities: { publicip_id: `${idOf(i).slice(0, 8)}-0000-4000-8000-${idOf(i).slice(-12)}`, public_ip_address: `10.0.${i >> 8}.${i & 255}` },
    };
  });
  return JSON.stringify({
    job_id: PATH.split('/')[3], job_type: 'createBatchPublicip', status: 'FAIL', begin_time: '2026-11-29T06:00:00.000Z',
    end_time: '2026-11-29T07:00:00.000Z', error_code: 'VPC.0503', fail_reason: 'some failed', entities: { sub_jobs_total: FAILURES, sub_jobs: jobs },
  });
}

let body = '';
/** What the user's hand has done. */
let clicks = 0;

/** @param {import('playwright-core').Locator} what */
async function click(what) {
  clicks += 1;
  await what.click();
}

/** The batch, as somebody opens it from a link. @param {string} [view] */
async function open(view = '') {
  clicks = 0;
  await page.route('**/v1/-/jobs/**', (route) => route.fulfill({ body, contentType: 'application/json', headers: { 'X-Request-Id': 'request-1' } }));
  await page.goto(`${backend.url}/?job=${PATH}#${PATH}${view}`);
}

const causes = () => page.locator('job-tree .causes button');
const clipboard = () => page.evaluate(() => navigator.clipboard.readText());

provideStage();
providePages({ permissions: ['clipboard-read', 'clipboard-write'] });
before(() => { body = failedBatch(); });

describe('with a batch of 10,000', () => {
  it('why it failed is seen without a click', async () => {
    await open();
    await causes().first().getByText('The EIP quota is used up.').waitFor();
    assert.match(await causes().first().innerText(), /^VPC\.0521\s+The EIP quota is used up\.\s+×1,5\d\d$/);
    assert.equal(await page.locator('job-tree').evaluate((tree) => /** @type {any} */ (tree).groups.length), CAUSES);
    assert.equal(clicks, 0);
  });

  it('the failures of one cause, and what to do about it, are a click away', async () => {
    await open();
    await click(causes().first());
    await page.locator('job-tree .found').getByText(/^1,5\d\d of 10,000 match$/).waitFor();
    await page.locator('job-tree .why').getByText('Release EIPs that are not bound').waitFor();
    await click(causes().first());
    await page.locator('job-tree .why').waitFor({ state: 'hidden' });
  });

  it('the chosen cause is in sight, wherever it stands among the others', async () => {
    await open();
    await causes().nth(11).waitFor();
    const last = await page.locator('job-tree').evaluate((tree) => /** @type {any} */ (tree).groups[11].filter);
    await page.locator('job-tree').evaluate((tree, filter) => tree.setAttribute('filter', filter), last);
    const chosen = page.locator('job-tree .causes [aria-pressed="true"]');
    await chosen.waitFor();
    const [row, its] = [await page.locator('job-tree .causes').boundingBox(), await chosen.boundingBox()];
    assert.ok(row && its && its.x >= row.x && its.x + its.width <= row.x + row.width + 1, JSON.stringify([row, its]));
  });

  it('IDs of what failed are copied with two clicks', async () => {
    await open();
    await causes().first().waitFor();
    await click(page.getByRole('button', { name: 'Export' }));
    await click(page.getByRole('menuitem', { name: 'Copy resource IDs of failed sub-jobs' }));
    await page.locator('#message').getByText('Copied 10,000 resource IDs').waitFor();
    assert.equal((await clipboard()).split('\n').length, FAILURES);
    assert.equal(clicks, 2);
  });

  it('a ticket is copied with one click, and of one cause when that is shown', async () => {
    await open();
    await causes().first().waitFor();
    await click(page.getByRole('button', { name: 'Copy ticket' }));
    await page.locator('#message').getByText('Ticket copied').waitFor();
    assert.equal(clicks, 1);
    const whole = await clipboard();
    assert.match(whole, /^### Create EIPs `createBatchPublicip`: failed\n/);
    assert.match(whole, /10,000 failed/);
    assert.match(whole, /not of the failed call: `request-1`/);
    assert.match(whole, /1\. 1,5\d\d × `VPC\.0521` `Cause aaa: 0 of 10000 at 10\.0\.0\.0, request f0{30}1`\n {3}- Meaning: The EIP quota is used up\.\n/);
    assert.match(whole, /30 more causes are left out\./);
    await causes().nth(1).click();
    await page.locator('job-tree .causes [aria-pressed="true"]').waitFor();
    await page.keyboard.press('m');
    await page.waitForFunction(async () => !(await navigator.clipboard.readText()).includes('VPC.0521'));
    assert.match(await clipboard(), /1\. \d+ × `VPC\.0522`/);
  });

  it('a view of one cause is shared with one click, and opens as it was', async () => {
    await open('&filter=error%3AVPC.0522');
    await page.locator('job-tree .found').getByText(/of 10,000 match$/).waitFor();
    await click(page.getByRole('button', { name: 'Copy link', exact: true }));
    assert.equal(clicks, 1);
    await page.locator('#message').getByText('Link copied').waitFor();
    await page.goto(await clipboard());
    await page.reload();
    await page.locator('job-tree .found').getByText(/of 10,000 match$/).waitFor();
    assert.equal(await page.locator('job-tree').getAttribute('filter'), 'error:VPC.0522');
  });

  it('the slowest are found with one click, with percentiles, and are a click from the tree', async () => {
    await open();
    await causes().first().waitFor();
    await click(page.getByRole('button', { name: 'Slowest' }));
    assert.equal(clicks, 1);
    assert.equal((await page.locator('#slowest-types tr').innerText()).replace(/\s+/g, ' '), 'Create EIP 10,000 34m 00s 54m 00s 59m 00s 59m 00s');
    await page.locator('#critical').getByText(/hangs on 1 sub-job/).waitFor();
    await click(page.locator('#slowest-types button'));
    await page.locator('#slowest').waitFor({ state: 'hidden' });
    assert.match(String(await page.locator('job-tree .row[aria-selected="true"]').innerText()), /59m 00s/);
  });
});
