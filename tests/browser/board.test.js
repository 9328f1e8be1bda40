// The board: the jobs that a server remembers, by view, search and filters, live while somebody looks.

import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';

import { endlessJob, startBackend } from '../integration/helpers.js';
import { barriers, closePage, newPage, painted, press } from './browser.js';
import { FakeMemory, PROJECT, record } from './fake_memory.js';
import { backend, browser, page, providePages, provideStage } from './stage.js';

/** @type {FakeMemory} */
let memory;

provideStage();
providePages({ permissions: ['clipboard-read', 'clipboard-write'] }, /status of (40[0134]|503)/);
beforeEach(async () => {
  memory = new FakeMemory();
  await memory.serve(page);
});

/** @param {number} seconds before now */
const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();
/** @param {number} n */
const id = (n) => `ff${n.toString(16).padStart(30, '0')}`;
/** @param {string} [path] */
const visit = async (path = '/#board') => {
  await page.goto('about:blank'); // another fragment alone would load nothing
  await page.goto(backend.url + path);
};
const rows = () => page.locator('#board-rows li');
const names = () => page.locator('#board-rows .name').allTextContents();
/** @param {string[]} wanted */
const shows = async (...wanted) => {
  const isSo = () => page.waitForFunction((all) =>
    String([...document.querySelectorAll('#board-rows .name')].map((it) => it.textContent)) === String(all), wanted);
  await isSo().catch(async () => assert.deepEqual(await names(), wanted));
};
const parameters = () => new URLSearchParams(new URL(page.url()).hash.slice('#board'.length));
const boardQueries = () => memory.asked.filter((it) => it.startsWith('GET /api/jobs?'));
const focused = () => page.evaluate(() => document.activeElement?.closest('li')?.querySelector('.name')?.textContent ?? document.activeElement?.id);
const message = () => page.locator('#message');

/** What this browser stored before the page is opened. @param {string} key @param {string} value */
const stored = (key, value, on = page) => on.addInitScript(([name, text]) => {
  if (location.protocol === 'http:' && localStorage.getItem(name) === null) localStorage.setItem(name, text);
}, /** @type {const} */ ([`jobtree.${key}`, value]));

/** One of each kind; the newest change first. */
function someJobs() {
  memory.jobs = [
    record({ job_id: endlessJob, name: { en: 'Create server', zh: '创建云服务器' }, begin_time: ago(125), last_change: ago(5) }),
    record({
      job_id: id(1), service: 'rds', type: 'CreateInstance', status: 'failed', end_time: ago(60), last_change: ago(60),
      counts: /** @type {any} */ ({ total: 20, succeeded: 12, failed: 8 }), error_code: 'DBS.200001', error_text: 'Subnet does not exist', is_followed: true,
    }),
    record({ job_id: id(2), region: 'cn-east-3', type: 'CreateCluster', status: 'succeeded', end_time: ago(200_000), last_change: ago(200_000), forgotten_at: ago(90_000) }),
    record({ job_id: id(3), type: 'createImage', begin_time: ago(300_000), last_change: ago(250_000), last_seen: ago(250_000), forgotten_at: ago(90_000), is_lost: true }),
    record({ job_id: id(4), type: 'resizeServer', status: 'cancelled', end_time: ago(400_000), last_change: ago(400_000), is_example: true, label: 'nightly' }),
  ];
}

describe('without a memory', () => {
  for (const [name, config] of Object.entries({ 'switched off': { memory: { state: 'off' } }, 'an older server': { memory: undefined } })) {
    it(`${name}: the page is as it was, and nothing is asked for`, async () => {
      await memory.serve(page, { config });
      await visit(`/?job=cn-north-4/ecs/-/${endlessJob}`);
      await page.locator('job-tree .row').first().waitFor();
      await page.locator('body.known').waitFor();
      assert.equal(await page.locator('#views').isVisible(), false);
      assert.equal(await page.locator('#follow').isVisible(), false);
      assert.equal(await page.locator('#jobs-title').innerText(), 'Jobs');
      await press(page, 'b');
      await press(page, '?');
      assert.doesNotMatch(await page.locator('#help-keys').innerText(), /this server/);
      await press(page, 'Escape');
      await press(page, 'h');
      assert.match(await page.locator('#history').innerText(), /when this tab noticed/);
      assert.deepEqual(memory.asked.filter((it) => !it.includes('/api/stats')), []); // those the tree asks for
      await visit('/#board');
      await page.locator('#home').waitFor();
    });
  }

  it('that is only told by the routes: says so', async () => {
    memory.refusal = { status: 404, body: { code: 'jobtree.not_found', detail: 'There is nothing at this address.' } };
    await visit();
    await page.locator('#board-live', { hasText: 'There is nothing at this address.' }).waitFor();
    assert.equal(boardQueries().length, 1, 'it is not asked for again');
  });
});

describe('what it shows', () => {
  it('views at the side, each a link that opens exactly that', async () => {
    someJobs();
    memory.jobs[1].last_change = ago(0); // today, at midnight too
    await visit('/');
    const views = page.getByRole('navigation', { name: 'Jobs on this server' }).getByRole('link');
    await views.first().waitFor();
    assert.deepEqual(await views.allInnerTexts(), ['Running', 'Failed today', 'Failure causes', 'All jobs']);
    await views.nth(0).click();
    await shows('Create server');
    assert.equal(await page.getByRole('heading', { name: 'Running' }).count(), 1);
    await views.nth(1).click();
    await shows('CreateInstance');
    assert.equal(parameters().get('view'), 'failed');
    const midnight = new Date(new Date().toLocaleString('en-US', { timeZone: 'Asia/Shanghai' })).setHours(0, 0, 0, 0);
    const asked = new URLSearchParams(boardQueries().at(-1)?.split('?')[1]);
    assert.equal(asked.get('status'), 'failed');
    const since = new Date(new Date(asked.get('ended_since') ?? '').toLocaleString('en-US', { timeZone: 'Asia/Shanghai' })).getTime();
    assert.ok([midnight, midnight - 86_400_000].includes(since), 'the day of the user, wherever the server is');
    await page.reload();
    await shows('CreateInstance');
    assert.equal(await views.nth(1).getAttribute('aria-current'), 'page');
    await page.goBack();
    await shows('Create server');
  });

  it('each job by what sets it apart: its name, place, progress, age, first failure and marks', async () => {
    someJobs();
    await visit();
    await shows('Create server', 'CreateInstance', 'CreateCluster', 'createImage', 'nightly');
    const texts = (await rows().allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
    assert.match(texts[0], /^Create server …\u2060731328 ecs · Beijing4 Running 2m \d\ds$/);
    assert.match(texts[1], /^CreateInstance …\u2060000001 Followed rds · Beijing4 20\/20 8 failed Failed 1m ago DBS\.200001 · Subnet does not exist$/);
    assert.match(texts[2], /^CreateCluster …\u2060000002 Deleted in the cloud ecs · Shanghai1 Succeeded 2d ago$/);
    assert.match(texts[3], /^createImage …\u2060000003 ecs · Beijing4 Outcome unknown 2d ago$/);
    assert.match(texts[4], /^nightly …\u2060000004 Example ecs · Beijing4 Cancelled 4d ago$/);
    assert.deepEqual(await rows().locator('.pin').evaluateAll((pins) => pins.map((pin) => pin.checkVisibility())), [true, false, false, false, false]);
    await page.locator('#language').click();
    assert.equal((await names())[0], '创建云服务器');
    assert.match((await rows().nth(3).innerText()).replace(/\s+/g, ' '), /结果未知/);
  });

  it('a search and filters, in the URL, which opens exactly that elsewhere', async () => {
    someJobs();
    await visit();
    await shows('Create server', 'CreateInstance', 'CreateCluster', 'createImage', 'nightly');
    await press(page, '/');
    await page.keyboard.type('create');
    await shows('Create server', 'CreateInstance', 'CreateCluster', 'createImage');
    await page.getByLabel('Status', { exact: true }).selectOption('Succeeded');
    await shows('CreateCluster');
    await page.locator('#board').getByLabel('Region').selectOption('cn-east-3');
    assert.deepEqual(Object.fromEntries(parameters()), { view: 'all', q: 'create', status: 'succeeded', region: 'cn-east-3' });
    await page.locator('#board-link').click();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    await page.locator('#board').getByLabel('Region').selectOption('cn-north-4');
    await page.locator('#board-empty').waitFor();
    assert.equal(await page.locator('#board-empty').innerText(), 'No job matches the search and filters.');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await shows('Create server', 'CreateInstance', 'CreateCluster', 'createImage', 'nightly');
    assert.equal(await focused(), await page.evaluate(() => document.activeElement?.id));
    await page.goto('about:blank');
    await page.goto(link);
    await shows('CreateCluster');
    assert.equal(await page.getByRole('searchbox').inputValue(), 'create');
    assert.equal(await page.locator('#board').getByLabel('Region').inputValue(), 'cn-east-3');
  });

  it('says why there is nothing, what the server refuses, and that it cannot store', async () => {
    await visit('/#board&view=running');
    await page.locator('#board-empty', { hasText: 'Nothing is running.' }).waitFor();
    memory.refusal = { status: 400, body: { code: 'jobtree.bad_parameter', detail: 'A search has 200 characters at most.' } };
    await visit('/#board&q=x');
    await page.locator('#board-live', { hasText: 'The server refused this search: A search has 200 characters at most.' }).waitFor();
    await page.locator('#language').click();
    await page.locator('#board-live', { hasText: '服务端拒绝了此搜索：参数有误（A search has 200 characters at most.）' }).waitFor();
    memory.refusal = { status: 503, body: { code: 'jobtree.memory_unavailable', detail: 'What is remembered cannot be read or written now.' } };
    await visit('/#board&q=y');
    await page.locator('#board-live', { hasText: '未更新，正在重试：服务端暂时无法读取或保存任务。' }).waitFor();
    await page.locator('#language').click();
    await page.locator('#board-live', { hasText: 'Not up to date, retrying: The server can\'t read or store jobs right now.' }).waitFor();
    memory.refusal = undefined;
    memory.state = { state: 'trouble', note: 'The disk is full.' };
    await visit();
    await page.locator('#board-note', { hasText: 'This server can\'t store jobs right now, so changes may be missing here. The disk is full.' }).waitFor();
  });

  it('asks for a token when the server wants one, and shows the jobs with it', async () => {
    someJobs();
    memory.refusal = { status: 401, body: { code: 'jobtree.token_required', detail: 'An access token is required.' } };
    await memory.serve(page, { config: { token_required: true } });
    await visit();
    await page.locator('#access').waitFor();
    memory.refusal = undefined;
    await page.locator('#token').fill('secret');
    const query = page.waitForRequest(/api\/jobs\?/);
    await page.locator('#token').press('Enter');
    assert.equal((await query).headers().authorization, 'Bearer secret');
    await shows('Create server', 'CreateInstance', 'CreateCluster', 'createImage', 'nightly');
    assert.equal(await page.locator('#access').isVisible(), false);
  });
});

it('what is typed into the palette and is no command is searched for in all jobs', async () => {
  someJobs();
  await visit('/#board&view=running');
  await shows('Create server');
  await page.keyboard.press('Control+k');
  await page.locator('#command').fill('Subnet does not');
  await page.locator('#palette [role="option"]').getByText('Search all jobs for “Subnet does not”').waitFor();
  await page.keyboard.press('Enter');
  await shows('CreateInstance');
  assert.equal(parameters().get('q'), 'Subnet does not');
});

describe('on a timeline', () => {
  const jobs = () => page.locator('#board-timeline [role="treeitem"]');
  const jobNames = () => page.locator('#board-timeline [role="treeitem"] .name').allInnerTexts();

  it('the same jobs stand on it, by the same view and filters, with the look in the link', async () => {
    someJobs();
    await visit('/#board&view=failed');
    await shows('CreateInstance');
    await page.locator('#board-look').click();
    await jobs().nth(1).waitFor();
    assert.deepEqual(await jobNames(), ['1 job', 'Create instance']);
    assert.equal(parameters().get('look'), 'timeline');
    assert.equal(await page.locator('#board-rows').isVisible(), false);
    assert.deepEqual(await barriers(page), []);
    await page.locator('#views').getByText('All jobs').click();
    await jobs().nth(5).waitFor();
    await page.locator('#board-filters [name="region"]').selectOption('cn-east-3');
    await page.waitForFunction(() => document.querySelector('#board-timeline job-board')?.shadowRoot?.querySelectorAll('[role="treeitem"]:not([hidden])').length === 2);
    assert.deepEqual(await jobNames(), ['1 job', 'Create cluster']);
    await page.reload();
    await jobs().nth(1).waitFor();
    await page.locator('#board-look').click();
    await shows('CreateCluster');
    assert.equal(await page.locator('#board-timeline job-board').count(), 0); // and queries no more
  });

  it('ten thousand of them scroll, and a click opens the one at the end', async () => {
    memory.jobs = Array.from({ length: 10_000 }, (_, i) => record({ job_id: id(i), type: `type-${i}`, last_change: ago(i) }));
    await visit('/#board&view=all&look=timeline');
    await page.locator('#board-timeline').getByText('10,000 jobs').first().waitFor();
    await page.locator('#board-timeline job-board').evaluate((board) => {
      const tree = /** @type {HTMLElement} */ (board.shadowRoot?.querySelector('[role="tree"]'));
      tree.scrollTop = tree.scrollHeight;
    });
    const last = jobs().filter({ hasText: 'type-9999' });
    await last.waitFor();
    assert.ok(await jobs().count() < 100);
    await last.click();
    await page.waitForFunction((key) => decodeURIComponent(location.search).includes(key), id(9999));
    assert.equal(await page.locator('#board').isVisible(), false);
    await page.goBack();
    await page.locator('#board-timeline').getByText('10,000 jobs').first().waitFor();
  });

  it('says so where there are none, and is no place for groups', async () => {
    memory.jobs = [];
    await visit('/#board&view=all&look=timeline');
    await page.locator('#board-empty').getByText('No jobs yet.').waitFor();
    assert.equal(await page.locator('#board-timeline').isVisible(), false);
    someJobs();
    await visit('/#board&view=all&look=timeline&group=service');
    await page.locator('#group-rows li').first().waitFor();
    assert.equal(await page.locator('#board-timeline').isVisible(), false);
    assert.equal(await page.locator('#board-look').isVisible(), false);
  });
});

describe('over time', () => {
  it('it is live: a query is held until something changes', async () => {
    someJobs();
    await visit('/#board&view=running');
    await shows('Create server');
    await memory.held();
    memory.change({ job_id: id(9), type: 'createVolume' });
    await shows('createVolume', 'Create server');
    memory.change({ job_id: endlessJob, status: 'succeeded' });
    await shows('createVolume');
  });

  it('it rests while nobody looks: hidden, or with a job shown', async () => {
    someJobs();
    await visit();
    await shows('Create server', 'CreateInstance', 'CreateCluster', 'createImage', 'nightly');
    const held = await memory.held();
    /** @param {boolean} hidden */
    const hide = (hidden) => page.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { configurable: true, value });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
    const givenUp = page.waitForEvent('requestfailed', (request) => /api\/jobs\?/.test(request.url()));
    await hide(true);
    await givenUp;
    const before = boardQueries().length;
    memory.change({ job_id: id(9), type: 'createVolume' });
    await painted(page);
    assert.equal(boardQueries().length, before);
    const again = page.waitForRequest(/api\/jobs\?/);
    await hide(false);
    assert.equal((await again).headers().prefer, undefined, 'who comes back is answered at once');
    await shows('createVolume', 'Create server', 'CreateInstance', 'CreateCluster', 'createImage', 'nightly');
    const left = page.waitForEvent('requestfailed', (request) => /api\/jobs\?/.test(request.url()));
    await memory.held(held);
    await page.locator('.brand').click();
    await left;
  });

  it('a server that fails is tried again, and what was shown stays', async () => {
    someJobs();
    await visit('/#board&view=running');
    await shows('Create server');
    await memory.held();
    memory.refusal = { status: 503, body: { code: 'jobtree.busy', detail: 'The store is busy.' } };
    memory.change();
    await page.locator('#board-live', { hasText: 'Not up to date, retrying: The server is busy. Try again shortly.' }).waitFor();
    assert.deepEqual(await names(), ['Create server']);
    memory.refusal = undefined;
    await page.locator('#board-live', { hasText: 'Live' }).waitFor();
  });

  it('the focus stays on its job wherever that goes, and goes on to the next when it is gone', async () => {
    memory.jobs = [1, 2, 3].map((n) => record({ job_id: id(n), type: `job${n}`, last_change: ago(n) }));
    await visit('/#board&view=running');
    await shows('job1', 'job2', 'job3');
    await rows().nth(2).locator('a').focus();
    memory.change({ job_id: id(3) });
    await shows('job3', 'job1', 'job2');
    assert.equal(await focused(), 'job3');
    memory.change({ job_id: id(3), status: 'succeeded' });
    await shows('job1', 'job2');
    assert.equal(await focused(), 'job1');
  });
});

describe('thousands of jobs', () => {
  it('are loaded in steps, and never stand in the document all at once', async () => {
    memory.jobs = Array.from({ length: 1000 }, (_, n) => record({ job_id: id(n), type: `job${n}`, last_change: ago(n) }));
    await visit();
    await shows(...Array.from({ length: 50 }, (_, n) => `job${n}`));
    for (let loaded = 100; loaded <= 300; loaded += 50) {
      await page.getByRole('button', { name: 'Load more' }).click();
      await shows(...Array.from({ length: loaded }, (_, n) => `job${n}`));
    }
    await page.getByRole('button', { name: 'Show older' }).click();
    await shows(...Array.from({ length: 50 }, (_, n) => `job${300 + n}`));
    await page.getByRole('button', { name: 'Back to the newest' }).click();
    await shows(...Array.from({ length: 50 }, (_, n) => `job${n}`));
  });
});

describe('a job of the board', () => {
  it('opens among the jobs of this browser, and Back leads to where it was', async () => {
    someJobs();
    await visit('/#board&view=all&q=create');
    await shows('Create server', 'CreateInstance', 'CreateCluster', 'createImage');
    await page.locator('#board-rows li a').first().focus();
    await press(page, 'ArrowDown');
    await press(page, 'ArrowUp');
    await press(page, 'Enter');
    await page.locator('job-tree:visible .row').first().waitFor();
    assert.deepEqual(new URL(page.url()).searchParams.getAll('job'), [`cn-north-4/ecs/${PROJECT}/${endlessJob}`]);
    assert.equal(await page.locator('nav li').count(), 1);
    await page.goBack();
    await shows('Create server', 'CreateInstance', 'CreateCluster', 'createImage');
    assert.equal(await focused(), 'Create server');
    assert.equal(parameters().get('q'), 'create');
  });

  it('is the one that is open already, also in the default project, and has its own label', async () => {
    someJobs();
    await stored('labels', JSON.stringify([[`cn-north-4/ecs/-/${endlessJob}`, 'my server']]));
    await visit(`/?job=cn-north-4/ecs/-/${endlessJob}#board`);
    await shows('my server', 'CreateInstance', 'CreateCluster', 'createImage', 'nightly');
    await page.locator('#board-rows li a').first().click();
    await page.locator('job-tree:visible .row').first().waitFor();
    assert.equal(await page.locator('nav li').count(), 1);
  });

  it('is followed to its end by its pin, and its label goes along', async () => {
    someJobs();
    await stored('labels', JSON.stringify([[`cn-north-4/ecs/${PROJECT}/${endlessJob}`, 'my server']]));
    await visit();
    const pin = page.getByRole('button', { name: 'Follow my server to the end' });
    await pin.click();
    await message().getByText('The server follows this job to its end, even when nobody is watching.').waitFor();
    assert.deepEqual(memory.posted, [{ region: 'cn-north-4', service: 'ecs', project_id: PROJECT, job_id: endlessJob, follow: true, label: 'my server' }]);
    assert.equal(await pin.getAttribute('aria-pressed'), 'true');
    await pin.click();
    await message().getByText('The server follows this job no longer.').waitFor();
    memory.mayNotFollow = { status: 403, body: { code: 'jobtree.denied', detail: 'Only this machine may.' } };
    await pin.click();
    await message().getByText('Can\'t follow jobs here: Only this machine may.').waitFor();
    assert.equal(await pin.getAttribute('aria-pressed'), 'false');
  });
});

it('a server of the demo remembers jobs from its first minute, and one that is opened is among them at once', async () => {
  const server = await startBackend(['serve', '--demo', '--listen', '127.0.0.1:0', '--discover', 'off'], { env: { JOBTREE_DATA: '' } });
  try {
    const other = await newPage(browser);
    const order = await fetch(`${server.url}/api/demo/batches`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ count: 5, failing: 1 }),
    });
    const job = await order.json();
    await other.goto(`${server.url}/?job=${job.region}/${job.service}/-/${job.job_id}#board`);
    const row = other.locator('#board-rows li', { hasText: job.job_id.slice(-6) });
    await row.getByText('1 failed').waitFor({ timeout: 60_000 });
    assert.ok(await other.locator('.mark', { hasText: 'Example' }).count() > 0);
    await other.getByRole('button', { name: 'Follow Create EIPs to the end' }).first().click();
    await other.locator('#message', { hasText: 'The server follows this job to its end' }).waitFor();
    await other.locator('#board-rows li .mark', { hasText: 'Deleted in the cloud' }).first().click();
    await other.locator('job-tree:visible .state', { hasText: 'Huawei Cloud has deleted this job' }).waitFor();
    await other.locator('#history-open').click();
    await other.locator('#history-zone', { hasText: 'when this server saw the change' }).waitFor();
    await closePage(other);
  } finally {
    await server.stop();
  }
});

describe('since the last visit', () => {
  const HOUR = 3_600_000;

  it('what changed is one click away, and marked elsewhere', async () => {
    someJobs();
    await stored('visit', `0 ${Date.now() - 50 * HOUR}`);
    await visit();
    await shows('Create server', 'CreateInstance', 'CreateCluster', 'createImage', 'nightly');
    assert.deepEqual(await page.locator('#board-rows .mark', { hasText: 'New' }).count(), 2);
    await page.getByRole('link', { name: 'Since your last visit' }).click();
    await shows('Create server', 'CreateInstance');
    assert.match(await page.locator('#board-since').innerText(), /^Changed after \w+ \d+, (\d+, )?\d\d:\d\d:\d\d$/);
    const { since } = Object.fromEntries(parameters());
    await page.reload(); // is no other visit
    await shows('Create server', 'CreateInstance');
    assert.equal(parameters().get('since'), since);
    assert.equal(await page.getByRole('link', { name: 'Since your last visit' }).getAttribute('aria-current'), 'page');
  });

  it('the first visit has none before it', async () => {
    await visit();
    await page.locator('#board-empty').waitFor();
    assert.equal(await page.getByRole('link', { name: 'Since your last visit' }).count(), 0);
  });
});

describe('axe finds nothing on the board', () => {
  for (const [width, height, locale, colorScheme] of /** @type {const} */ ([
    [360, 740, 'zh-CN', 'light'], [360, 740, 'en-US', 'dark'], [1366, 768, 'en-US', 'light'], [1366, 768, 'zh-CN', 'dark'],
  ])) {
    it(`at ${width} pixels, ${locale}, ${colorScheme}`, async () => {
      someJobs();
      const other = await newPage(browser, { viewport: { width, height }, locale, colorScheme, reducedMotion: 'reduce' });
      await memory.serve(other);
      await stored('visit', `${Date.now() - 100_000_000} ${Date.now()}`, other);
      await other.goto(`${backend.url}/?job=cn-north-4/ecs/-/${endlessJob}#board`);
      await other.locator('#board-rows li').nth(4).waitFor();
      await painted(other);
      assert.deepEqual(await barriers(other), []);
      const overflow = await other.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, 'nothing is wider than the window');
      memory.state = { state: 'trouble', note: 'The disk is full.' };
      await other.goto('about:blank');
      await other.goto(`${backend.url}/#board&view=failed&q=nothing`);
      await other.locator('#board-empty').waitFor();
      assert.deepEqual(await barriers(other), []);
      await closePage(other);
    });
  }
});
