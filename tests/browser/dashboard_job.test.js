// What the dashboard puts around one job: facts, history, export, code, the notice of its end, keys.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { beforeEach, describe, it } from 'node:test';

import { documentedJob, endlessJob } from '../integration/helpers.js';
import { barriers, painted } from './browser.js';
import { backend, page, providePages, provideStage, renewPage } from './stage.js';

const running = `/?job=cn-north-4/ecs/-/${endlessJob}`;
const ended = `/?job=cn-north-4/eip/-/${documentedJob}`;
const both = `${running}&${ended.slice(2)}`;

provideStage();
providePages({ permissions: ['clipboard-read', 'clipboard-write'] });

const heading = () => page.locator('job-tree:visible h2').first();
const focusedId = () => page.evaluate(() => document.activeElement?.id ?? '');

/** @param {string} path */
async function visit(path) {
  await page.goto(backend.url + path);
  await heading().getByText(/^Create/).waitFor();
}

/** Presses a key with the focus on nothing that takes it. @param {string} key */
async function pressOnPage(key) {
  await page.locator('main').focus();
  await page.keyboard.press(key);
}

/** Waits until the clipboard holds it. @param {string | RegExp} text */
async function copied(text) {
  await page.waitForFunction(async ([source, isPattern]) => {
    const held = await navigator.clipboard.readText();
    return isPattern ? new RegExp(source).test(held) : held === source;
  }, /** @type {const} */ ([text instanceof RegExp ? text.source : text, text instanceof RegExp]));
}

/** Starts a batch that ends after a while; its path. @param {number} count @param {number} failing */
async function batch(count, failing) {
  const answer = await fetch(`${backend.url}/api/demo/batches`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ count, failing }),
  });
  const { region, service, project_id: project, job_id: job } = await answer.json();
  return `/?job=${region}/${service}/${project}/${job}`;
}

/** The page believes that its tab is in the background, or not. @param {boolean} hidden */
const hide = (hidden) => page.evaluate((value) => {
  Object.defineProperty(document, 'hidden', { get: () => value, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}, hidden);

const settled = () => page.waitForFunction(
  () => /** @type {any} */ (document.querySelector('job-tree'))?.state === 'settled', undefined, { timeout: 60_000 });

describe('around a job', () => {
  it('stand its service and region in words', async () => {
    await visit(running);
    await page.locator('#where').getByText('Elastic Cloud Server · CN North-Beijing4').waitFor();
    assert.equal(await page.locator('#where').innerText(), 'Elastic Cloud Server · CN North-Beijing4');
    assert.equal(await page.locator('#where').getAttribute('title'), 'cn-north-4');
    await page.locator('#language').click();
    await page.locator('#where').getByText('弹性云服务器 · 华北-北京四').waitFor();
  });

  it('stand its service and region in a line each on a phone, beside all buttons', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await visit(await batch(40, 0));
    await page.locator('#running').waitFor();
    await page.locator('#language').click();
    await page.locator('#where').getByText('华北-北京四').waitFor();
    const [service, region] = await page.locator('#where > span:not(.dot)').evaluateAll((all) => all.map((it) => {
      const { top, height } = it.getBoundingClientRect();
      return { text: it.textContent, top, height, line: parseFloat(getComputedStyle(it).lineHeight) };
    }));
    for (const { text, height, line } of [service, region]) assert.ok(height <= line + 1, `${text}: ${height} pixels`);
    assert.ok(region.top >= service.top + service.height - 1);
    assert.ok(await page.locator('#where').evaluate((it) => it.getBoundingClientRect().height <= 40));
  });

  it('stands when it was last confirmed, in its true age, and when it no longer is', async () => {
    await renewPage({ permissions: ['clipboard-read', 'clipboard-write'] }, /status of 503/);
    await page.clock.install();
    let status = 200;
    await page.route('**/jobs/**', (route) => route.fulfill({
      status, headers: { 'X-Request-Id': 'r-1' }, json: { job_id: 'p', job_type: 'createServer', status: 'RUNNING' },
    }));
    await visit(running);
    const line = page.locator('#confirmed');
    await page.locator('job-tree').evaluate((tree) => /** @type {any} */ (tree).pause());
    await page.clock.runFor(125_000);
    await page.locator('job-tree').getByText('Paused · updated 2m').waitFor();
    assert.equal(await line.innerText(), '', 'the tree says it already');
    assert.match(String(await line.getAttribute('title')), /Last confirmed by Huawei Cloud .* GMT\+8/);
    status = 503;
    await page.locator('job-tree').evaluate((tree) => /** @type {any} */ (tree).resume());
    await page.clock.runFor(180_000);
    await line.getByText('Last updated 5m ago').waitFor();
    await page.locator('#code-open').click();
    await page.getByRole('menuitem', { name: 'Copy request ID of the last query' }).click();
    await copied('r-1');
  });

  it('stands in its history with the time at which it ended, not that of the first look', async () => {
    await visit(ended);
    await settled();
    await pressOnPage('h');
    const line = page.locator('#history li').first();
    assert.match(await line.innerText(), /Succeeded \(time reported by the service\)/);
    assert.match(String(await line.locator('time').getAttribute('datetime')), /^2022-12-05T/);
  });

  it('is no longer shown as lost once it is confirmed again, though nothing else has changed', async () => {
    await renewPage({}, /status of 503/);
    let status = 200;
    await page.route('**/jobs/**', (route) => route.fulfill({
      status, json: { job_id: 'p', job_type: 'createServer', status: 'RUNNING' },
    }));
    const refresh = () => page.locator('job-tree').evaluate((tree) => /** @type {any} */ (tree).refresh());
    await visit(running);
    status = 503;
    await refresh();
    await page.locator('nav li a.lost').waitFor();
    status = 200;
    await refresh();
    await page.locator('nav li a:not(.lost)').waitFor();
    await pressOnPage('h');
    const events = await page.locator('#history li span').allInnerTexts();
    assert.match(events[0], /^Updates resumed/);
    assert.match(events[1], /^Updates stopped/);
  });

  it('stands in its history once that it succeeded with failures inside, after a reload too', async () => {
    await page.route('**/api/cn-north-4/eip/**', (route) => route.fulfill({
      json: {
        status: 'SUCCESS', job_id: documentedJob, job_type: 'createBatchPublicip',
        begin_time: '2022-12-05T08:10:19.000Z', end_time: '2022-12-05T08:10:21.000Z',
        entities: { sub_jobs: [{ status: 'FAIL', job_id: 'a1', job_type: 'createPublicip' }] },
      },
    }));
    await visit(ended);
    await page.reload();
    await settled();
    await pressOnPage('h');
    assert.deepEqual(await page.locator('#history li span').allInnerTexts(), ['Succeeded with failures (time reported by the service)']);
  });

  it('stands its history: what changed when, with the zone, kept over a reload', async () => {
    await visit(await batch(4, 1));
    await settled();
    await pressOnPage('h');
    const sheet = page.locator('#history');
    await sheet.waitFor();
    assert.match(await sheet.innerText(), /Times in GMT\+8/);
    const events = await sheet.locator('li').allInnerTexts();
    assert.match(events[0], /failed/i);
    assert.ok(events.some((text) => /of 4 done, 1 failed/i.test(text)), events.join('\n'));
    assert.ok(events.some((text) => /^Create EIP failed: VPC\./.test(text)), events.join('\n'));
    assert.ok(events.some((text) => /running/i.test(text)), events.join('\n'));
    assert.ok(events.every((text) => /\d\d:\d\d:\d\d/.test(text)));
    assert.deepEqual(await barriers(page), []);
    await page.keyboard.press('Escape');
    await page.reload();
    await settled();
    await pressOnPage('h');
    assert.equal(await sheet.locator('li').count(), events.length);
  });

  it('hears of a hundred changes and keeps two hundred events at most', async () => {
    await visit(running);
    const kept = await page.evaluate(() => {
      const tree = /** @type {any} */ (document.querySelector('job-tree'));
      for (let i = 0; i < 500; i += 1) {
        const job = { ...tree.job, total: 1000, done: i, failed: i };
        Object.defineProperty(tree, 'job', { configurable: true, value: job });
        tree.dispatchEvent(new CustomEvent('job-tree-change', { detail: {} }));
      }
      document.querySelector('main')?.focus();
      dispatchEvent(new KeyboardEvent('keydown', { key: 'h', bubbles: true }));
      return document.querySelectorAll('#history li').length;
    });
    assert.equal(kept, 200);
  });
});

describe('a job with names and errors that turn the direction of text', () => {
  const turned = 'create\u202eServer';
  const hebrew = '\u05e9\u05dc\u05d5\u05dd';
  const part = { begin_time: '2022-12-05T08:10:19.000Z', end_time: '2022-12-05T08:10:21.000Z' };
  const job = (/** @type {string} */ status) => ({
    ...part, job_id: 'p', job_type: turned, status, end_time: status === 'RUNNING' ? '' : part.end_time,
    entities: { sub_jobs: [{ ...part, job_id: 'q', job_type: hebrew, status, error_code: status === 'FAIL' ? 'Ecs.0319' : '', fail_reason: status === 'FAIL' ? `${hebrew} (1)` : '' }] },
  });
  /** Whether a word reads from left to right, and after what stands before it. @param {import('playwright-core').Locator} place @param {string} word */
  const isInOrder = (place, word) => place.first().evaluate((root, text) => {
    const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.textContent?.indexOf(text) ?? -1;
      if (at < 0) continue;
      const [first, last] = [at, at + text.length - 1].map((offset) => {
        const range = root.ownerDocument.createRange();
        range.setStart(/** @type {Node} */ (node), offset);
        range.setEnd(/** @type {Node} */ (node), offset + 1);
        return range.getBoundingClientRect();
      });
      return first.left < last.left || first.top < last.top;
    }
    return `no "${text}" in ${root.textContent}`;
  }, word);

  it('is shown with all around them in its order', async () => {
    let status = 'RUNNING';
    await page.route('**/jobs/**', (route) => route.fulfill({ json: job(status) }));
    await page.goto(backend.url + running);
    await page.locator('nav li [data-status="running"]').waitFor();
    status = 'FAIL';
    await page.locator('job-tree').evaluate((tree) => /** @type {any} */ (tree).refresh());
    await page.waitForFunction(() => document.title.startsWith('✕'));
    assert.match(await page.title(), /\u2068create\u202eServer\u2069$/);
    await page.locator('#history-open').click();
    const lines = page.locator('#history-list [data-what="failure"]');
    await lines.nth(1).waitFor();
    for (const line of await lines.all()) assert.equal(await isInOrder(line, 'failed'), true);
    await page.keyboard.press('Escape');
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await page.emulateMedia({ media: 'print' });
    assert.equal(await isInOrder(page.locator('#ticket h1'), 'failed'), true);
    await page.emulateMedia({ media: 'screen' });
    await pressOnPage('x');
    await page.locator('#message').getByText('Removed').waitFor();
    assert.equal(await isInOrder(page.locator('#message'), 'Removed'), true);
    assert.equal(await isInOrder(page.locator('#message'), 'Undo'), true);
  });
});

describe('a job that is not found', () => {
  const unknown = 'e'.repeat(32);

  beforeEach(async () => {
    await renewPage({ permissions: ['clipboard-read', 'clipboard-write'] }, /status of 4(04|29)/);
  });

  it('is looked for in another place by one form, and keeps its place in the list', async () => {
    await page.goto(`${backend.url}/?job=cn-north-4/eip/-/${documentedJob}&job=cn-north-4/eip/-/${unknown}#cn-north-4/eip/-/${unknown}`);
    const form = page.locator('#elsewhere');
    await form.waitFor();
    assert.equal(await form.getByLabel('Region').inputValue(), 'cn-north-4');
    await form.getByLabel('Service').selectOption('ecs');
    await form.getByLabel('Region').selectOption('cn-east-3');
    await form.getByLabel('Project ID').fill('mine');
    await form.getByRole('button', { name: 'Look up' }).click();
    assert.match(await page.locator('#elsewhere-help').innerText(), /32 hexadecimal digits/);
    await form.getByLabel('Project ID').fill('');
    assert.deepEqual(await barriers(page), []);
    await form.getByRole('button', { name: 'Look up' }).click();
    assert.deepEqual(new URL(page.url()).searchParams.getAll('job'), [`cn-north-4/eip/-/${documentedJob}`, `cn-east-3/ecs/-/${unknown}`]);
    await page.locator('nav li a').nth(0).click();
    await form.waitFor({ state: 'hidden' });
  });

  it('is looked for in all services by one button, as fast as the server allows', async () => {
    await renewPage({}, /status of 4(04|29)/);
    let isRefused = false;
    await page.route('**/api/cn-north-4/*/v1/**', (route) => {
      if (!route.request().url().includes('/eip/')) return route.fulfill({ status: 404, json: {} });
      if (isRefused) return route.continue();
      isRefused = true;
      return route.fulfill({ status: 429, headers: { 'Retry-After': '1' }, json: {} });
    });
    await page.goto(`${backend.url}/?job=cn-north-4/ecs/-/${documentedJob}`);
    await page.locator('#elsewhere').waitFor();
    await page.locator('#elsewhere').getByRole('button', { name: 'Try all services' }).click();
    await page.locator('#elsewhere-help', { hasText: 'goes on in 1 s' }).waitFor();
    await heading().getByText('Create EIPs').waitFor();
    assert.deepEqual(new URL(page.url()).searchParams.getAll('job'), [`cn-north-4/eip/-/${documentedJob}`]);
  });

  it('is not taken for found where a service sends an empty list for a job that it does not know', async () => {
    await renewPage({}, /status of 404/);
    await page.route('**/api/cn-north-4/*/v1/**', (route) => (route.request().url().includes('/rds-tasks/')
      ? route.fulfill({ json: { total_count: 0, actions: [], tasks: [] } }) : route.fulfill({ status: 404, json: {} })));
    await page.goto(`${backend.url}/?job=cn-north-4/ecs/-/${unknown}`);
    await page.locator('#elsewhere').getByRole('button', { name: 'Try all services' }).click();
    await page.locator('#elsewhere-help').getByText(/^No service has this job/).waitFor();
    assert.deepEqual(new URL(page.url()).searchParams.getAll('job'), [`cn-north-4/ecs/-/${unknown}`]);
    assert.equal(await page.locator('job-tree').count(), 1);
  });

  it('is in no service when all have been tried, and the search can be stopped', async () => {
    await page.goto(`${backend.url}/?job=cn-north-4/eip/-/${unknown}`);
    const form = page.locator('#elsewhere');
    await form.waitFor();
    /** @type {(() => void) | undefined} */
    let goOn;
    const held = new Promise((resolve) => { goOn = () => resolve(undefined); });
    await page.route('**/api/cn-north-4/*/v1/**', async (route) => {
      if (route.request().url().includes('/eip/')) return route.fulfill({ status: 429, json: {} });
      await held;
      await route.fulfill({ status: 404, json: {} }).catch(() => {});
    });
    const help = page.locator('#elsewhere-help');
    await form.getByRole('button', { name: 'Try all services' }).click();
    await help.getByText(/^Looking in .+ \(1 of \d+\)…$/).waitFor();
    await page.evaluate(() => /** @type {any} */ (document.querySelector('job-tree')).refresh());
    await page.waitForFunction(() => /** @type {any} */ (document.querySelector('job-tree')).state === 'throttled');
    await help.getByText(/^Looking in .+ \(1 of \d+\)…$/).waitFor();
    assert.deepEqual(await barriers(page), []);
    await form.getByRole('button', { name: 'Stop' }).click();
    assert.equal(await help.innerText(), 'The job keeps its place in the list.');
    goOn?.();
    await form.getByRole('button', { name: 'Try all services' }).click();
    await help.getByText(/^No service has this job in this region and project \(\d{2,} tried\)\.$/).waitFor();
    await form.getByRole('button', { name: 'Try all services' }).waitFor();
  });

  it('has the ID of its request beside it, labeled, and copies it', async () => {
    await page.goto(`${backend.url}/?job=cn-north-4/eip/-/${unknown}`);
    const request = page.locator('#request');
    await request.waitFor();
    const [, id] = /^Request ID: (\S+)$/.exec(await request.innerText()) ?? [];
    assert.ok(id);
    await request.click();
    await copied(id);
  });
});

describe('a job taken elsewhere', () => {
  /** @param {string} choice */
  async function save(choice) {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: choice }).click();
    const file = await download;
    return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') };
  }

  it("is a file of the cloud's answer", async () => {
    await visit(ended);
    const { name, text } = await save('API response (JSON)');
    assert.equal(name, `eip-${documentedJob}.json`);
    assert.equal(JSON.parse(text).job_id, documentedJob);
  });

  it('holds every value digit for digit', async () => {
    const text = '{"job_id":"x","job_type":"createVolume","status":"SUCCESS","entities":{"size":9007199254740993,"cost":1e400}}';
    await page.route('**/jobs/**', (route) => route.fulfill({ contentType: 'application/json', body: text }));
    await visit(ended);
    assert.equal((await save('API response (JSON)')).text.replace(/\s/g, ''), text);
  });

  it('is a table', async () => {
    await visit(ended);
    const { name, text } = await save('CSV');
    assert.equal(name, `eip-${documentedJob}.csv`);
    assert.match(text, /^\uFEFFlevel,id,parent_id,type,status/);
    assert.match(text, new RegExp(`^1,${documentedJob},,createBatchPublicip,succeeded`, 'm'));
  });

  it('is a sheet of paper: facts, counts, failures and the tree, and how much of it is left out', async () => {
    await visit(await batch(700, 7));
    await page.waitForFunction(() => /** @type {any} */ (document.querySelector('job-tree'))?.job?.failed > 0, undefined, { timeout: 60_000 });
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    const ticket = page.locator('#ticket');
    const text = await ticket.innerText();
    assert.match(text, /Create EIPs/);
    assert.match(text, /Status as of .* GMT\+8/);
    assert.match(text, /of 700 done/);
    assert.match(text, /Failures/);
    assert.match(text, /201 more rows not shown/);
    assert.match(text, /Request ID: \S+/);
    const failure = await page.locator('#ticket table').first().locator('tr').first().innerText();
    assert.match(failure, /Create EIP\s+[0-9a-f]{32}/, 'what failed has its ID');
    assert.match(text, new RegExp(`Source: ${backend.url}/\\?job=`));
    assert.equal(await page.locator('header').isVisible(), false);
    assert.equal(await page.locator('job-tree').isVisible(), false);
    assert.ok((await page.pdf()).length > 10_000);
  });

  it('is the IDs of what failed itself, a line each', async () => {
    await visit(await batch(5, 2));
    await settled();
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: 'Copy IDs of failed sub-jobs' }).click();
    await page.locator('#message').getByText('Copied the IDs of 2 failed sub-jobs').waitFor();
    const ids = await page.evaluate(() => navigator.clipboard.readText());
    const csv = await page.locator('job-tree').evaluate((tree) => /** @type {any} */ (tree).toCSV());
    assert.deepEqual(ids.split('\n'), [...csv.matchAll(/^2,(\w+),\w+,createPublicip,failed,/gm)].map(([, id]) => id));
  });

  it('is a link', async () => {
    await visit(both);
    await page.getByRole('button', { name: 'Copy link', exact: true }).click();
    await copied(`${backend.url}${running}`);
    await page.locator('#message').getByText('Link copied').waitFor();
  });

  it('is the text itself, to be copied by hand, where the browser does not let the page copy', async () => {
    await visit(ended);
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    await page.evaluate(() => { document.execCommand = () => false; });
    await page.locator('#code-open').click();
    await page.getByRole('menuitem', { name: 'Copy as curl' }).click();
    await page.locator('#message').getByText(`/jobs/${documentedJob}'`).waitFor();
  });
});

describe('the code of a query', () => {
  /** @param {string} way */
  async function codeIn(way) {
    await page.getByRole('tab', { name: way }).click();
    return page.locator('#code-text').innerText();
  }

  it('is curl, without a key, and answers', async () => {
    await visit(ended);
    await page.locator('#code-open').click();
    await page.getByRole('menuitem', { name: 'Copy as curl' }).click();
    await copied(`curl -sS \\\n  '${backend.url}/api/cn-north-4/eip/v1/-/jobs/${documentedJob}'`);
    await pressOnPage('c');
    await page.locator('#code-copy').click();
    await page.locator('#code').getByText('Copied').waitFor(); // before the sheet, not behind it
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Copy link', exact: true }).click();
    await page.locator('#message').getByText('Link copied').waitFor();
    const answer = await fetch(`${backend.url}/api/cn-north-4/eip/v1/-/jobs/${documentedJob}`);
    assert.equal(/** @type {any} */ (await answer.json()).job_id, documentedJob);
  });

  it('is a command, and programs with the classes of the official SDKs', async () => {
    await visit(ended);
    await pressOnPage('c');
    assert.match(await codeIn('backend job'), new RegExp(`^backend job ${documentedJob} \\\\\\s+--region cn-north-4 --service eip --wait$`));
    const python = await codeIn('Python');
    assert.match(python, /from huaweicloudsdkeip\.v2 import EipClient, ShowResourcesJobDetailRequest/);
    assert.match(python, new RegExp(`client\\.show_resources_job_detail\\(ShowResourcesJobDetailRequest\\(job_id="${documentedJob}"\\)\\)`));
    assert.match(await codeIn('Java'), /client\.showResourcesJobDetail\(\s*new ShowResourcesJobDetailRequest\(\)\.withJobId/);
    assert.match(await codeIn('Go'), /client\.ShowResourcesJobDetail\(&model\.ShowResourcesJobDetailRequest\{JobId: /);
    assert.match(python, /os\.environ\["HUAWEICLOUD_SDK_AK"\]/);
    assert.match(await codeIn('Node.js'), /url: `\/v1\/\$\{owner\}\/jobs\/ff8080/);
    assert.match(await codeIn('C++'), /client->showResourcesJobDetail\(request\)/);
    assert.deepEqual(await barriers(page), []);
    await page.getByRole('tab', { name: 'C++' }).press('ArrowLeft');
    assert.equal(await focusedId(), 'code-node');
    await codeIn('Go');
    await page.getByRole('tab', { name: 'Go' }).press('ArrowLeft');
    assert.equal(await focusedId(), 'code-java');
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await copied(/class ShowJob/);
  });

  it('comes with what to set to query through this server', async () => {
    await visit(ended);
    await pressOnPage('c');
    assert.equal(await page.locator('#code-server').isVisible(), false, 'curl does so already');
    await codeIn('Java');
    const set = page.locator('#code-server');
    await set.getByText(`export HUAWEICLOUD_SDK_REGION_EIP_CN_NORTH_4=${backend.url}/api/cn-north-4/eip`).waitFor();
    await set.getByText('The server signs, so any key will do.').waitFor();
    await codeIn('Python');
    await set.getByText('start the server with: --sdk-listen eip@cn-north-4=127.0.0.1:8081').waitFor();
    assert.equal(await set.locator('pre').isVisible(), false);
    assert.deepEqual(await barriers(page), []);
  });

  it('signs by itself where no client is known', async () => {
    await renewPage({}, /status of 40[04]/);
    await page.goto(`${backend.url}/?job=cn-north-4/rds/-/5ec94c0e-5d62-11f0-9e9c-0255ac100b05`);
    await page.locator('#where').getByText('Relational Database Service').waitFor();
    await pressOnPage('c');
    assert.match(await codeIn('Python'), /from apig_sdk import signer[^]*os\.environ\["ENDPOINT"\] \+ "\/v3\/" \+ owner \+ "\/jobs\?id=5ec94c0e-5d62-11f0-9e9c-0255ac100b05"/);
    assert.match(await codeIn('Java'), /setKey\(System\.getenv\("HUAWEICLOUD_SDK_AK"\)\)/);
    assert.match(await codeIn('Go'), /core\.Signer\{Key: os\.Getenv\("HUAWEICLOUD_SDK_AK"\)/);
  });
});

/** The page has a notification of the desktop that only takes notes. */
function fakeNotifications() {
  return page.addInitScript(() => {
    const made = /** @type {any} */ (window).made = /** @type {any[]} */ ([]);
    const fake = class {
      static permission = 'default';
      static asked = 0;
      static async requestPermission() {
        fake.asked += 1;
        fake.permission = 'granted';
        return 'granted';
      }
      /** @param {string} title @param {{ body: string }} options */
      constructor(title, { body }) {
        made.push({ title, body });
      }
    };
    Object.defineProperty(window, 'Notification', { value: fake, configurable: true });
  });
}

describe('the first failure of a job', () => {
  it('is noticed while the others go on, once, and so is the end', async () => {
    await fakeNotifications();
    await page.clock.install();
    const part = { job_type: 'createPublicip', begin_time: '2022-12-05T08:10:19.000Z' };
    const reason = { error_code: 'VPC.0503', fail_reason: 'No address is left.' };
    /** @param {string} status @param {...string} parts */
    const job = (status, ...parts) => ({
      ...part, job_id: 'p', job_type: 'createBatchPublicip', status,
      entities: { sub_jobs: parts.map((its, i) => ({ ...part, job_id: `part${i}`, status: its, ...(its === 'FAIL' ? reason : {}) })) },
    });
    let answer = job('RUNNING', 'RUNNING', 'RUNNING', 'RUNNING');
    await page.route('**/jobs/**', (route) => route.fulfill({ json: answer }));
    await visit(ended);
    await page.locator('#bell').click();
    await page.getByRole('switch', { name: 'Desktop notification' }).click();
    await page.keyboard.press('Escape');
    await hide(true);
    const notices = () => page.evaluate(() => /** @type {any} */ (window).made);
    for (const next of [job('RUNNING', 'FAIL', 'RUNNING', 'RUNNING'), job('RUNNING', 'FAIL', 'FAIL', 'RUNNING'), job('FAIL', 'FAIL', 'FAIL', 'SUCCESS')]) {
      const { entities: { sub_jobs: parts } } = answer = next;
      const failed = parts.filter((it) => it.status === 'FAIL').length;
      const deadline = Date.now() + 20_000;
      while ((await page.evaluate(() => /** @type {any} */ (document.querySelector('job-tree')).job.failed)) < failed && Date.now() < deadline) await page.clock.runFor(10_000);
    }
    await page.clock.runFor(60_000);
    await page.waitForFunction(() => document.title.startsWith('(1) ✕'));
    const [first, end, ...more] = await notices();
    assert.deepEqual(more, []);
    assert.equal(first.title, 'First failure: Create EIPs');
    assert.match(first.body, /^VPC\.0503 {2}No address is left\.\n1\/3/);
    assert.match(end.title, /failed: Create EIPs/i);
  });
});

describe('the end of a job', () => {
  it('is noticed in the title, and by a notification and a sound where they are wanted', async () => {
    await fakeNotifications();
    await page.clock.install();
    const part = { job_type: 'createPublicip', begin_time: '2022-12-05T08:10:19.000Z', end_time: '2022-12-05T08:10:21.000Z' };
    /** @type {object} */
    let answer = { ...part, job_id: 'p', job_type: 'createBatchPublicip', status: 'RUNNING', end_time: '' };
    await page.route('**/jobs/**', (route) => route.fulfill({ json: answer }));
    await visit(ended);
    assert.equal(await page.evaluate(() => /** @type {any} */ (Notification).asked), 0);
    await page.locator('#bell').click();
    await page.getByRole('switch', { name: 'Desktop notification' }).click();
    await page.getByRole('switch', { name: 'Sound' }).click();
    assert.equal(await page.evaluate(() => /** @type {any} */ (Notification).asked), 1);
    assert.deepEqual(await barriers(page), []);
    await page.keyboard.press('Escape');
    await hide(true);
    answer = {
      ...part, job_id: 'p', job_type: 'createBatchPublicip', status: 'FAIL',
      entities: { sub_jobs: ['SUCCESS', 'FAIL', 'SUCCESS'].map((status, i) => ({ ...part, job_id: `part${i}`, status })) },
    };
    await page.clock.runFor(60_000); // a page in the background asks seldom
    await page.waitForFunction(() => document.title.startsWith('(1) ✕'));
    const [notice, ...more] = await page.evaluate(() => /** @type {any} */ (window).made);
    assert.deepEqual(more, []);
    assert.match(notice.title, /failed: Create EIPs/i);
    assert.match(notice.body, /3\/3/);
    assert.equal(await page.evaluate(() => document.documentElement.dataset.played), 'bad');
    await hide(false);
    assert.match(await page.title(), /^✕ 3\/3/);
    await page.reload(); // an end that was seen before is no news
    await settled();
    assert.equal((await page.evaluate(() => /** @type {any} */ (window).made)).length, 0);
  });
});

describe('the keyboard', () => {
  it('goes to the next and the previous job, and to where jobs are added', async () => {
    await visit(both);
    await pressOnPage('j');
    await heading().getByText('Create EIPs').waitFor();
    await page.keyboard.press('j');
    await heading().getByText('Create server').waitFor();
    await page.keyboard.press('k');
    await heading().getByText('Create EIPs').waitFor();
    await page.keyboard.press('a');
    await page.locator('#home').waitFor();
    assert.equal(await focusedId(), 'job');
  });

  it('pauses, goes on, asks again, and changes the colours', async () => {
    await visit(running);
    const paused = () => page.locator('job-tree').evaluate((tree) => /** @type {any} */ (tree).paused);
    await pressOnPage('p');
    assert.equal(await paused(), true);
    await pressOnPage('p');
    assert.equal(await paused(), false);
    const asked = page.waitForRequest(/\/jobs\//);
    await pressOnPage('r');
    await asked;
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
    const before = await theme();
    await pressOnPage('t');
    assert.notEqual(await theme(), before);
  });

  it('goes to the search of the tree, and to what failed in it', async () => {
    await visit(await batch(3, 1));
    await settled();
    await pressOnPage('n');
    const focused = page.locator('job-tree .row:focus');
    await focused.waitFor();
    assert.equal(await focused.getAttribute('data-status'), 'failed');
    assert.equal(await focused.getAttribute('aria-level'), '2');
    await pressOnPage('/');
    await page.keyboard.type('createPublicip');
    const found = page.locator('job-tree [type="search"]:focus');
    assert.equal(await found.inputValue(), 'createPublicip', 'the slash itself is not typed');
  });

  it('goes to what is running, and on to the next', async () => {
    await visit(await batch(200, 0));
    // The batch itself and two others at least: of one alone there is no next.
    await page.waitForFunction(() => /** @type {any} */ (document.querySelector('job-tree'))?.rows?.(9, ['running'])?.total > 2);
    await page.getByRole('button', { name: 'Go to running' }).click();
    const selected = page.locator('job-tree .row[aria-selected="true"]');
    await selected.waitFor();
    assert.equal(await selected.getAttribute('aria-level'), '2');
    const first = await selected.getAttribute('aria-posinset');
    await page.locator('main').focus();
    await page.keyboard.press('g');
    await page.waitForFunction((before) => {
      const row = document.querySelector('job-tree')?.shadowRoot?.querySelector('.row[aria-selected="true"]');
      return row && row.getAttribute('aria-posinset') !== before;
    }, first);
  });

  it('skips to the rows of the tree', async () => {
    await visit(both);
    const url = page.url();
    await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement)?.blur());
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('job-tree:visible .row:focus').waitFor();
    assert.equal(page.url(), url);
  });

  it('goes on from failure to failure, though the first has led into the tree, and out of it by Escape', async () => {
    await visit(await batch(4, 2));
    await settled();
    const selected = () => page.locator('job-tree .row:focus').getAttribute('aria-posinset');
    await pressOnPage('n');
    const first = await selected();
    await page.keyboard.press('n');
    await page.waitForFunction((before) => document.querySelector('job-tree')?.shadowRoot?.activeElement?.getAttribute('aria-posinset') !== before, first);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('h'); // a letter of a name again
    assert.equal(await page.locator('dialog[open]').count(), 0);
    await page.keyboard.press('?');
    await page.locator('#help').waitFor();
    await page.keyboard.press('Escape');
    for (let i = 0; i < 3 && (await focusedId()) !== 'main'; i += 1) await page.keyboard.press('Escape');
    assert.equal(await focusedId(), 'main');
  });

  it('has no letters once they are switched off, and remembers that', async () => {
    await visit(running);
    await pressOnPage('?');
    await page.getByRole('switch', { name: 'Single-key shortcuts' }).click();
    await page.keyboard.press('Escape');
    await page.reload();
    await heading().waitFor();
    await pressOnPage('x');
    assert.equal(await page.locator('nav li').count(), 1);
    await page.keyboard.press('?');
    await page.locator('#help').waitFor();
  });

  it('held down is one step of the history, and a browser that has enough of steps stops nothing', async () => {
    await visit(both);
    const before = await page.evaluate(() => history.length);
    await page.locator('main').focus();
    for (let i = 0; i < 9; i += 1) await page.keyboard.press('j', { delay: 0 });
    assert.ok((await page.evaluate(() => history.length)) < before + 9);
    await page.evaluate(() => {
      history.pushState = history.replaceState = () => { throw new DOMException('too many', 'SecurityError'); };
    });
    const shown = await heading().innerText();
    await page.keyboard.press('j');
    await page.waitForFunction((name) => !document.querySelector('nav [aria-current] .name')?.textContent?.includes(name), shown);
  });

  it('never acts while something is typed, with a modifier, or behind a sheet', async () => {
    await visit(running);
    await pressOnPage('a');
    await page.keyboard.type('jkxpt?a/');
    assert.equal(await page.locator('#job').inputValue(), 'jkxpt?a/');
    assert.equal(await page.locator('nav li').count(), 1);
    assert.equal(await page.locator('dialog[open]').count(), 0);
    await page.locator('nav li a').click();
    await pressOnPage('Control+x');
    assert.equal(await page.locator('nav li').count(), 1);
    await pressOnPage('?');
    await page.keyboard.press('x');
    assert.equal(await page.locator('nav li').count(), 1);
  });

  it('has a sheet of help, which closes to where one was', async () => {
    await visit(running);
    await page.locator('#export').focus();
    await page.keyboard.press('?');
    const help = page.locator('#help');
    await help.waitFor();
    for (const key of ['j', 'k', 'a', 'F2', 'x', 'u', '/', 'n', 'g', 'r', 'p', 'l', 'e', 'c', 'h', 't', '?']) {
      assert.equal(await help.locator('kbd').getByText(key, { exact: true }).count(), 1, key);
    }
    assert.deepEqual(await barriers(page), []);
    await page.keyboard.press('Escape');
    assert.equal(await help.isVisible(), false);
    assert.equal(await focusedId(), 'export');
  });

  it('moves in a menu, and closes it to its button', async () => {
    await visit(both);
    await page.keyboard.press('e');
    const focusedText = () => page.evaluate(() => document.activeElement?.textContent);
    assert.match(String(await focusedText()), /JSON/);
    await page.keyboard.press('ArrowDown');
    assert.match(String(await focusedText()), /CSV/);
    await page.keyboard.press('End');
    assert.match(String(await focusedText()), /Print/);
    await page.keyboard.press('ArrowDown');
    assert.match(String(await focusedText()), /JSON/);
    assert.deepEqual(await barriers(page), []);
    await page.keyboard.press('Escape');
    assert.equal(await focusedId(), 'export');
    assert.equal(await page.locator('#export').getAttribute('aria-expanded'), 'false');
  });

  it('opens a menu by the first press, after a click elsewhere has closed it', async () => {
    await visit(both);
    await page.locator('#export').click();
    await page.locator('#where').click();
    assert.equal(await page.locator('#menu').isVisible(), false);
    await page.locator('#export').press('Enter');
    assert.equal(await page.locator('#menu').isVisible(), true);
  });

  it('closes a menu by the button that opened it, and another one opens its own', async () => {
    await visit(both);
    const expanded = () => page.locator('.actions [aria-expanded="true"]').evaluateAll((all) => all.map((it) => it.id));
    await page.locator('#export').click();
    assert.deepEqual(await expanded(), ['export']);
    await page.locator('#export').click();
    assert.deepEqual(await expanded(), []);
    assert.equal(await page.locator('#menu').isVisible(), false);
    await page.locator('#export').click();
    await page.locator('#code-open').click();
    assert.deepEqual(await expanded(), ['code-open']);
    assert.match(await page.locator('#menu').innerText(), /curl/);
  });

  it('opens what the bell offers, and closes it by a press or the focus elsewhere', async () => {
    await visit(both);
    const sound = page.getByRole('switch', { name: 'Sound' });
    const bell = page.locator('#bell');
    await bell.focus();
    await page.keyboard.press('Enter');
    assert.equal(await sound.isVisible(), true);
    assert.equal(await bell.getAttribute('aria-expanded'), 'true');
    for (let i = 0; i < 2; i += 1) await page.keyboard.press('Tab');
    assert.equal(await focusedId(), 'sound', 'its switches follow the button');
    await page.keyboard.press('Tab');
    assert.equal(await focusedId(), 'bell-channels');
    await page.keyboard.press('Tab');
    await sound.waitFor({ state: 'hidden' });
    assert.equal(await focusedId(), 'commands-open');
    await bell.click();
    await page.locator('#where').click();
    await sound.waitFor({ state: 'hidden' });
    assert.equal(await bell.getAttribute('aria-expanded'), 'false');
  });

  it('works, and so do the menus, in a browser without the Popover API', async () => {
    await page.addInitScript(() => {
      const { prototype } = /** @type {any} */ (HTMLElement);
      for (const name of ['popover', 'showPopover', 'hidePopover', 'togglePopover']) delete prototype[name];
      for (const kind of /** @type {any[]} */ ([Element.prototype, Document.prototype, DocumentFragment.prototype])) {
        for (const name of ['matches', 'closest', 'querySelector', 'querySelectorAll']) {
          const known = kind[name];
          if (known) kind[name] = function find(/** @type {string} */ selector) {
            if (selector.includes(':popover-open')) throw new DOMException(`'${selector}' is not a valid selector.`, 'SyntaxError');
            return known.call(this, selector);
          };
        }
      }
    });
    await visit(both);
    const first = await heading().innerText();
    await pressOnPage('j');
    await page.waitForFunction((name) => !document.querySelector('nav [aria-current] .name')?.textContent?.includes(name), first);
    await pressOnPage('e');
    await page.getByRole('menuitem', { name: 'API response (JSON)' }).waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('#menu').isVisible(), false);
    assert.equal(await focusedId(), 'export');
    await page.locator('#bell').click();
    await page.getByRole('switch', { name: 'Sound' }).click();
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('#bell-choices').isVisible(), false);
    assert.equal(await focusedId(), 'bell');
  });

  it('reaches everything by Tab, each with a focus that is seen', async () => {
    await visit(both);
    await painted(page);
    /** @type {Set<string>} */
    const reached = new Set();
    for (let i = 0; i < 40; i += 1) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(() => {
        const it = document.activeElement;
        const style = it && getComputedStyle(it);
        const shows = it?.localName === 'job-tree' || it === document.body || (style?.outlineStyle !== 'none' && style?.outlineWidth !== '0px');
        return { name: it?.id || it?.className || it?.closest('li')?.localName || it?.localName || '', shows };
      });
      assert.ok(at.shows, at.name);
      reached.add(at.name);
    }
    for (const name of ['skip', 'bell', 'language', 'theme', 'help-open', 'another', 'more', 'copy-link', 'export', 'code-open', 'history-open', 'job-tree']) {
      assert.ok(reached.has(name), `${name} of ${[...reached].join(' ')}`);
    }
  });
});
