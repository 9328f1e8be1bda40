// The dashboard's list: adding jobs from what people paste, the URL and what is kept, order, removal.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { documentedJob, endlessJob } from '../integration/helpers.js';
import { barriers, painted } from './browser.js';
import { backend, page, providePages, provideStage, renewPage } from './stage.js';

const PROJECT = '5100000000000000000000000de30001';
const both = `/?job=cn-north-4/ecs/-/${endlessJob}&job=cn-north-4/eip/-/${documentedJob}`;
/** Ids the cloud knows nothing of. */
const unknownIds = (/** @type {number} */ n) => Array.from({ length: n }, (_, i) => i.toString(16).padStart(32, 'e'));
const notThere = /status of 40[14]/;

provideStage();
// Whoever goes on looking at fifty jobs that are not there is held back.
const refused = new RegExp(`${notThere.source}|status of 429`);
providePages({ permissions: ['clipboard-read', 'clipboard-write'] }, refused);

/** @param {string} [path] */
const visit = (path = '/') => page.goto(backend.url + path);
const heading = () => page.locator('job-tree:visible h2');
const items = () => page.locator('nav li');
const itemNames = () => page.locator('nav li .name').allTextContents();
const jobsInUrl = () => new URL(page.url()).searchParams.getAll('job');
const focused = () => page.evaluate(() => document.activeElement?.closest('li')?.dataset.key ?? document.activeElement?.id ?? '');
const copied = () => page.evaluate(() => navigator.clipboard.readText());
const message = () => page.locator('#message');

/** Both jobs are there, and have their names. */
async function visitBoth() {
  await visit(both);
  await page.locator('nav li .name', { hasText: 'Create server' }).waitFor();
  await page.locator('nav li .name', { hasText: 'Create EIPs' }).waitFor();
}

/** The shown tree has its engine, whose loading a page that goes would cut off. */
const isLoaded = () => page.waitForFunction(() =>
  !['idle', 'loading'].includes(/** @type {any} */ (document.querySelector('job-tree:not([hidden])'))?.state ?? 'idle'));

/** @param {string} name @param {string} choice */
async function choose(name, choice) {
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: choice }).click();
}

/** @param {string} text */
async function paste(text) {
  await page.locator('#job').fill(text);
}

describe('adding jobs', () => {
  it('takes all ids of a log, each once, and leaves out other ids', async () => {
    const [first, second, third] = unknownIds(3);
    await visit();
    await page.locator('#demo').waitFor();
    await paste([
      `10:00:01 INFO region=cn-east-3 project_id=${PROJECT} job_id=${first} accepted`,
      `10:00:02 INFO request_id=${'a'.repeat(32)} "jobId": "${second}"`,
      `10:00:03 INFO job_id=${first} polled`,
      `10:00:04 GET https://ecs.cn-south-1.myhuaweicloud.com/v1/${PROJECT}/jobs/${third}`,
    ].join('\n'));
    assert.equal(await page.locator('#job-help').innerText(),
      `3 jobs found. Left out, as it is not called a job ID: request_id ${'a'.repeat(32)}. To open it anyway, paste only that.`);
    assert.deepEqual(await page.locator('#found code').allTextContents(), [first, second, third]);
    assert.deepEqual(await page.locator('#found .place').allTextContents(), ['cn-east-3', '', 'ecs · cn-south-1']);
    assert.deepEqual(await barriers(page), []);
    await page.locator('#found').getByRole('checkbox', { name: second }).uncheck();
    await page.getByRole('button', { name: 'Add 2 jobs' }).click();
    assert.deepEqual(jobsInUrl(), [`cn-east-3/eip/-/${first}`, `cn-south-1/ecs/${PROJECT}/${third}`]);
    assert.equal(await focused(), `cn-east-3/eip/-/${first}`);
  });

  it('says which other ids it leaves out, the first of many', async () => {
    const [job, ...others] = unknownIds(7);
    await visit();
    await page.locator('#demo').waitFor();
    await paste(`job_id=${job}\n${others.join('\n')}`);
    assert.equal(await page.locator('#job-help').innerText(),
      `1 job found. Left out, as they are not called job IDs: ${others.slice(0, 3).join(', ')}, and 3 more. To open one anyway, paste only that one.`);
    await paste(`https://ecs.cn-south-1.myhuaweicloud.com/v1/${PROJECT}/jobs/${job}`);
    assert.match(await page.locator('#job-help').innerText(), /^Paste one or more/);
  });

  it('takes what is pasted anywhere on the page', async () => {
    await visitBoth();
    await page.locator('main').focus();
    await page.evaluate((text) => {
      const data = new DataTransfer();
      data.setData('text/plain', text);
      document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, composed: true, cancelable: true }));
    }, unknownIds(2).join('\n'));
    assert.match(await page.locator('#job-help').innerText(), /^2 jobs found/);
    assert.equal(await focused(), 'job');
  });

  it('uses the default project where none is given, and says so', async () => {
    await visit();
    await page.locator('#demo').waitFor();
    assert.equal(await page.locator('#open').getByLabel('Project ID').inputValue(), '');
    assert.equal(await page.locator('#open').getByLabel('Project ID').getAttribute('placeholder'), 'Default project');
    await paste(unknownIds(1)[0]);
    await page.locator('#job').press('Enter');
    assert.deepEqual(jobsInUrl(), [`cn-north-4/eip/-/${unknownIds(1)[0]}`]);
    await isLoaded();
  });

  it('remembers the last place, and the projects that were used', async () => {
    await visit();
    await page.locator('#demo').waitFor();
    await page.locator('#open').getByLabel('Service').selectOption('evs');
    await page.locator('#open').getByLabel('Region').selectOption('cn-east-3');
    await page.locator('#open').getByLabel('Project ID').fill(PROJECT);
    await paste(unknownIds(1)[0]);
    await page.locator('#job').press('Enter');
    assert.deepEqual(jobsInUrl(), [`cn-east-3/evs/${PROJECT}/${unknownIds(1)[0]}`]);
    await isLoaded();
    await visit('/#new');
    await page.reload();
    await page.locator('#demo').waitFor();
    assert.equal(await page.locator('#open').getByLabel('Service').inputValue(), 'evs');
    assert.equal(await page.locator('#open').getByLabel('Region').inputValue(), 'cn-east-3');
    assert.equal(await page.locator('#open').getByLabel('Project ID').inputValue(), PROJECT);
    assert.deepEqual(await page.locator('#projects option').evaluateAll((all) => all.map((it) => it.getAttribute('value'))), [PROJECT]);
  });

  it('stops at fifty, in words', async () => {
    await visit();
    await paste(unknownIds(60).join('\n'));
    assert.match(await page.locator('#job-help').innerText(), /60 jobs found\. Only the first 50 are selected \(limit: 50 open jobs\)\./);
    await page.getByRole('button', { name: 'Add 50 jobs' }).click();
    assert.equal(await items().count(), 50);
    await page.locator('nav .another').click();
    await paste(documentedJob);
    await page.locator('#job').press('Enter');
    assert.match(await page.locator('#job-help').innerText(), /up to 50 jobs/);
    await paste(unknownIds(52).slice(50).join('\n'));
    assert.match(await page.locator('#job-help').innerText(), /2 jobs found\. You can have up to 50 jobs open/);
    await page.locator('#job').press('Enter');
    assert.match(await page.locator('#job-help').innerText(), /^You can have up to 50 jobs open/);
    await page.reload(); // an address longer than servers take
    assert.equal(await items().count(), 50);
    await visit(`/#new&job=nonsense&job=a/b/c/d/e&job=../../-/x&${unknownIds(60).map((id) => `job=cn-north-4/eip/-/${id}`).join('&')}`);
    await page.reload();
    assert.equal(await items().count(), 50);
    await page.locator('#home').waitFor();
    await page.locator('#demo .choices a').first().click();
    await message().getByText('You can have up to 50 jobs open').waitFor();
    assert.equal(await items().count(), 50);
  });
});

describe('the list', () => {
  it('takes none of several when none is ticked, and says why', async () => {
    await visit();
    await paste(unknownIds(2).join('\n'));
    for (const box of await page.locator('#found input').all()) await box.uncheck();
    await page.locator('#job').press('Enter');
    assert.equal(await page.locator('#job-help').innerText(), 'Select at least one job.');
  });

  it('keeps what was opened after a removal when that is undone', async () => {
    await visitBoth();
    await page.keyboard.press('x');
    await page.locator('nav .another').click();
    await paste(unknownIds(1)[0]);
    await page.locator('#job').press('Enter');
    await page.locator('main').focus();
    await page.keyboard.press('u');
    assert.deepEqual(jobsInUrl(), [`cn-north-4/ecs/-/${endlessJob}`, `cn-north-4/eip/-/${documentedJob}`, `cn-north-4/eip/-/${unknownIds(1)[0]}`]);
  });

  it('can be brought back, cleared and copied on a narrow screen, beside where jobs are added', async () => {
    await visit();
    await paste(documentedJob);
    await page.locator('#job').press('Enter');
    await page.setViewportSize({ width: 320, height: 640 });
    await visit(`/?job=cn-north-4/ecs/-/${endlessJob}`);
    await heading().getByText('Create server').waitFor();
    await page.locator('nav .another').click();
    await page.getByRole('button', { name: 'Restore 1 earlier job' }).click();
    await page.locator('nav li .name', { hasText: 'Create EIPs' }).waitFor();
    await page.getByRole('button', { name: 'Copy link to all' }).click();
    await page.getByRole('button', { name: 'Remove finished jobs' }).click();
    assert.equal(await items().count(), 1);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
  });

  it('shows status, progress and age, and the links of it change what is shown', async () => {
    await visitBoth();
    await heading().getByText('Create server').waitFor();
    assert.match(await items().nth(0).innerText(), /Create server\s+ecs ·\s+Beijing4\s+· …\u2060731328\s+\d+h \d\dm\s/);
    assert.match(await items().nth(1).innerText(), /Create EIPs\s*(\d\/\d)?\s+eip ·\s+Beijing4\s+· …\u2060b36461\s+\d+y ago/);
    assert.match(await items().nth(1).locator('a').textContent() ?? '', /succeeded/);
    assert.equal(await page.locator('#tally').innerText(), '2 · 1 running');
    await items().nth(1).locator('a').click();
    await heading().getByText('Create EIPs').waitFor();
    assert.equal(await page.locator('nav [aria-current]').count(), 1);
    await page.goBack();
    await heading().getByText('Create server').waitFor();
  });

  it('removes by menu and key, gives back by one click, and by the Back button', async () => {
    await visitBoth();
    await choose('Create server', 'Remove');
    await heading().getByText('Create EIPs').waitFor();
    assert.equal(await focused(), `cn-north-4/eip/-/${documentedJob}`);
    await message().getByText('Removed "Create server"').waitFor();
    await message().getByRole('button', { name: 'Undo' }).click();
    await heading().getByText('Create server').waitFor();
    assert.deepEqual(jobsInUrl(), [`cn-north-4/ecs/-/${endlessJob}`, `cn-north-4/eip/-/${documentedJob}`]);
    assert.equal(await focused(), `cn-north-4/ecs/-/${endlessJob}`);
    await page.keyboard.press('Delete');
    await page.keyboard.press('x');
    await page.locator('#home').waitFor();
    assert.equal(await focused(), 'job');
    assert.equal(await page.locator('nav').isVisible(), false);
    await page.goBack();
    await heading().getByText('Create EIPs').waitFor();
  });

  it('shows why each of them fails, with a red part of its bar however few have', async () => {
    const parts = Array.from({ length: 1000 }, (_, i) => ({ job_id: `part${i}`, job_type: 'createPublicip', status: i === 7 ? 'FAIL' : 'SUCCESS',
      ...(i === 7 && { error_code: 'VPC.0503', fail_reason: 'No address is left.' }) }));
    const batch = { job_id: 'p', job_type: 'createBatchPublicip', status: 'RUNNING', error_code: 'VPC.0001', fail_reason: 'A sub-job failed.', entities: { sub_jobs: parts } };
    await page.route(`**/${unknownIds(1)[0]}`, (route) => route.fulfill({ json: batch }));
    await visit(`/?job=cn-north-4/eip/-/${unknownIds(1)[0]}&job=cn-north-4/eip/-/${documentedJob}`);
    const failure = items().first().locator('.failure');
    await failure.getByText(/^VPC\.0503 +No address is left\.$/).waitFor();
    assert.equal(await failure.getAttribute('title'), 'VPC.0503  No address is left.');
    assert.ok((await items().first().locator('.bar').evaluate((bar) => Number(bar.style.getPropertyValue('--lost')))) > 0);
    assert.equal(await items().nth(1).locator('.failure').isVisible(), false);
  });

  it('takes a look-up that failed for no failed job', async () => {
    await visit(`/?job=cn-north-4/eip/-/${unknownIds(1)[0]}&job=cn-north-4/nowhere/-/${unknownIds(2)[1]}`);
    await items().nth(1).locator('a.lost').waitFor();
    assert.equal(await page.locator('#tally').innerText(), '2');
    const [id, message] = await Promise.all(['.summary > .id', '.summary > .state'].map((part) => page.locator(`job-tree:visible ${part}`).boundingBox()));
    assert.ok(id && message && message.y > id.y + id.height - 1, 'the sentence stands below the ID');
    assert.ok(Math.abs(id.x + id.width / 2 - message.x - message.width / 2) < 2, 'both are in the middle');
    await items().nth(1).locator('a').click();
    await page.waitForFunction(() => document.title.startsWith('?'));
  });

  it('shows the names that a user gives, after a reload too, and the type again without one', async () => {
    await visitBoth();
    await choose('Create server', 'Name…');
    await page.getByLabel('Name in your list').fill('Order 4711');
    assert.deepEqual(await barriers(page), []);
    await page.keyboard.press('Enter');
    assert.deepEqual(await itemNames(), ['Order 4711', 'Create EIPs']);
    assert.equal(await focused(), `cn-north-4/ecs/-/${endlessJob}`);
    assert.match(await page.title(), /Order 4711/);
    await page.reload();
    await page.locator('nav li .name', { hasText: 'Order 4711' }).waitFor();
    await heading().getByText('Create server').waitFor();
    await items().nth(0).locator('a').focus();
    await page.keyboard.press('F2');
    await page.getByLabel('Name in your list').fill('');
    await page.getByRole('button', { name: 'Save' }).click();
    assert.deepEqual(await itemNames(), ['Create server', 'Create EIPs']);
  });

  it('is one stop for Tab, and arrows move in it', async () => {
    await visitBoth();
    assert.equal(await page.locator('nav li a[tabindex="0"]').count(), 1);
    await items().nth(0).locator('a').focus();
    await page.keyboard.press('ArrowDown');
    assert.equal(await focused(), `cn-north-4/eip/-/${documentedJob}`);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.className), 'more');
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'copy-all');
    await items().nth(1).locator('a').focus();
    await page.keyboard.press('Home');
    assert.equal(await focused(), `cn-north-4/ecs/-/${endlessJob}`);
  });

  it('clears what has finished', async () => {
    await visitBoth();
    await page.getByRole('button', { name: 'Remove finished jobs' }).click();
    assert.deepEqual(await itemNames(), ['Create server']);
    await message().getByText('1 finished job removed').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Remove finished jobs' }).isVisible(), false);
    await page.locator('main').focus();
    await page.keyboard.press('u');
    assert.equal(await items().count(), 2);
  });

  it('is put into another order by menu, keys and drag, in the URL too', async () => {
    await visitBoth();
    await choose('Create server', 'Move down');
    assert.deepEqual(await itemNames(), ['Create EIPs', 'Create server']);
    await items().nth(1).locator('a').focus();
    await page.keyboard.press('Alt+ArrowUp');
    assert.deepEqual(await itemNames(), ['Create server', 'Create EIPs']);
    assert.equal(await focused(), `cn-north-4/ecs/-/${endlessJob}`);
    assert.equal(await page.locator('#announcer').textContent(), 'Moved to position 1 of 2');
    await items().nth(0).dragTo(items().nth(1), { targetPosition: { x: 40, y: 60 } });
    await page.waitForFunction(() => document.querySelector('nav li .name')?.textContent === 'Create EIPs');
    assert.deepEqual(jobsInUrl(), [`cn-north-4/eip/-/${documentedJob}`, `cn-north-4/ecs/-/${endlessJob}`]);
    await visit();
    await page.locator('nav li .name', { hasText: 'Create server' }).waitFor();
    assert.deepEqual(await itemNames(), ['Create EIPs', 'Create server']);
  });

  it('gives links: to one job, and to all', async () => {
    await visitBoth();
    await choose('Create EIPs', 'Copy link');
    await message().getByText('Link copied').waitFor();
    assert.equal(await copied(), `${backend.url}/?job=cn-north-4/eip/-/${documentedJob}`);
    await page.getByRole('button', { name: 'Copy link to all jobs' }).click();
    await page.waitForFunction(async (url) => (await navigator.clipboard.readText()) === url, backend.url + both);
  });
});

describe('what is kept', () => {
  it('comes back on the next visit, shown as it was', async () => {
    await visit();
    await paste(documentedJob);
    await page.locator('#job').press('Enter');
    await heading().getByText('Create EIPs').waitFor();
    await visit();
    await heading().getByText('Create EIPs').waitFor();
    assert.deepEqual(jobsInUrl(), [`cn-north-4/eip/-/${documentedJob}`]);
    await page.keyboard.press('x');
    await page.locator('#home').waitFor();
    await visit();
    await page.locator('#home').waitFor();
    assert.equal(await items().count(), 0);
  });

  it('stays apart from a link that somebody sent, and can be joined to it', async () => {
    await visit();
    await paste(documentedJob);
    await page.locator('#job').press('Enter');
    await heading().waitFor();
    await visit(`/?job=cn-north-4/ecs/-/${endlessJob}`);
    await heading().getByText('Create server').waitFor();
    assert.equal(await items().count(), 1);
    await page.getByRole('button', { name: 'Restore 1 earlier job' }).click();
    await page.locator('nav li .name', { hasText: 'Create EIPs' }).waitFor();
    assert.equal(await items().count(), 2);
  });

  it('is written once for many changes, and before the page goes', async () => {
    await page.addInitScript(() => {
      const { setItem } = Storage.prototype;
      const counted = /** @type {any} */ (window);
      counted.writes = 0;
      Storage.prototype.setItem = function write(/** @type {string} */ name, /** @type {string} */ value) {
        counted.writes += 1;
        setItem.call(this, name, value);
      };
    });
    await visitBoth();
    const writes = await page.evaluate(() => {
      const counted = /** @type {any} */ (window);
      const before = counted.writes;
      for (let i = 0; i < 50; i += 1) {
        for (const tree of /** @type {any} */ (document.querySelectorAll('job-tree'))) {
          Object.defineProperty(tree, 'job', { configurable: true, value: { ...tree.job, name: `Create server ${i}` } });
          tree.dispatchEvent(new CustomEvent('job-tree-change', { detail: {} }));
        }
      }
      return counted.writes - before;
    });
    assert.equal(writes, 0);
    await visit('/#new');
    assert.match(await page.evaluate(() => localStorage.getItem('jobtree.recent') ?? ''), /Create server 49/);
  });

  it('is nothing when the storage holds nonsense, or is forbidden', async () => {
    for (const nonsense of ['{', 'null', '[1, null, {"key": 3}]', '["../../x", {}]', '"x"']) {
      await page.addInitScript((text) => {
        for (const key of ['open', 'recent', 'projects', 'place', 'shown', 'theme', 'language', 'notice']) localStorage.setItem(`jobtree.${key}`, text);
      }, nonsense);
      await visit();
      await page.locator('#demo').waitFor();
      assert.equal(await items().count(), 0);
      assert.equal(await page.locator('#recent').isVisible(), false);
    }
    await page.addInitScript(() => {
      Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });
    });
    await visit(`/?job=cn-north-4/eip/-/${documentedJob}`);
    await heading().getByText('Create EIPs').waitFor();
  });

  it('holds what was seen, until it is told to forget', async () => {
    await visitBoth();
    await choose('Create server', 'Remove');
    await page.locator('nav .another').click();
    assert.deepEqual(await page.locator('#recent .name').allTextContents(), ['Create server']);
    await page.getByRole('button', { name: 'Clear' }).click();
    assert.equal(await page.locator('#recent').isVisible(), false);
    await page.reload();
    await painted(page);
    assert.equal(await page.locator('#recent').isVisible(), false);
  });
});

describe('the backend being away', () => {
  it('is said once, and the page goes on by itself', async () => {
    await renewPage({}, /Failed to load resource|ERR_/);
    await page.route('**/api/**', (route) => route.abort());
    await visit('/#new');
    await page.getByRole('alert').getByText('Can\'t reach the server').waitFor();
    await page.unroute('**/api/**');
    await page.locator('#demo').waitFor();
    assert.equal(await page.locator('#trouble').isVisible(), false);
  });
});
