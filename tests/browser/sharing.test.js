// Share links: how one is made of a job or of the board, listed and revoked; and the page behind one, which shows what was
// shared and nothing else.

import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';

import { documentedJob, endlessJob } from '../integration/helpers.js';
import { barriers, painted, press } from './browser.js';
import { FakeMemory, record } from './fake_memory.js';
import { FakeShares, problem, serveShared, share } from './fake_telling.js';
import { backend, page, providePages, provideStage, reached, renewPage } from './stage.js';

const KEY = `cn-north-4/ecs/-/${endlessJob}`;
const JOB = { region: 'cn-north-4', service: 'ecs', project_id: '-', job_id: endlessJob };
const CLIPBOARD = { permissions: ['clipboard-read', 'clipboard-write'] };
const EXPECTED = /status of 4\d\d|status of 503/;

/** @type {FakeMemory} */
let memory;
/** @type {FakeShares} */
let shares;

provideStage();
providePages(CLIPBOARD, EXPECTED);
beforeEach(async () => {
  memory = new FakeMemory();
  memory.jobs = [record({ job_id: endlessJob }), record({ job_id: 'b'.repeat(32), service: 'eip', status: 'failed', error_code: 'VPC.0521' })];
  shares = new FakeShares();
  await serve();
});

async function serve() {
  await memory.serve(page);
  await shares.serve(page);
}

/** @param {import('playwright-core').BrowserContextOptions} options */
async function another(options) {
  await renewPage({ ...CLIPBOARD, ...options }, EXPECTED);
  await serve();
}

/** @param {string} [path] */
async function visit(path = `/?job=${KEY}`) {
  await page.goto('about:blank');
  await page.goto(backend.url + path);
  await page.locator('body.known').waitFor();
  await page.locator(path.includes('#board') ? '#board-rows li' : 'job-tree .row').first().waitFor();
}

const dialog = () => page.locator('#share');
const copied = () => page.evaluate(() => navigator.clipboard.readText());
async function open() {
  await page.locator('#main').focus();
  await press(page, 'f');
  await dialog().waitFor();
}

describe('a share link', () => {
  it('is made of the shown job, and shown once with what can be done with it', async () => {
    await visit();
    await page.getByRole('button', { name: 'Share…' }).click();
    assert.match(await page.locator('#share-what').innerText(), /^A link that shows Create server to anyone who has it/);
    assert.deepEqual(await barriers(page), []);
    await dialog().getByText('30 days').click();
    await dialog().getByRole('textbox', { name: 'Name shown with the link' }).fill('Nightly <b>');
    await dialog().getByRole('switch').check();
    await dialog().getByRole('button', { name: 'Create link' }).click();
    await page.locator('#share-once').waitFor();
    assert.deepEqual(shares.posted, [{ job: JOB, expires_in: 2_592_000, public: true, label: 'Nightly <b>' }]);
    assert.match(await page.locator('#share-once').innerText(), /^Shown once: copy it now\. Anyone with the link can see this job until .* GMT\+8\.$/);
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'share-page-text');
    await page.locator('#share-badge img').waitFor();
    for (const [name, text] of [
      ['Copy link', `${backend.url}/s/jts_token1`],
      ['Copy badge Markdown', `[![jobtree](${backend.url}/badge/jts_token1.svg)](${backend.url}/s/jts_token1)`],
      ['Copy feed address', `${backend.url}/feed/jts_token1.atom`],
    ]) {
      await dialog().getByRole('button', { name, exact: true }).click();
      await page.locator('#message', { hasText: 'Copied' }).waitFor();
      assert.equal(await copied(), text);
    }
    assert.deepEqual(await barriers(page), []);
    assert.match(await page.locator('#share-others-list').innerText(), /Nightly <b>/);
    await page.keyboard.press('Escape');
    await open();
    assert.equal(await page.locator('#share-made').isVisible(), false, 'once');
    assert.ok(!(await page.content()).includes('jts_token1'));
  });

  it('begins as the server says', async () => {
    shares.publicUrl = 'https://jobs.example.com';
    await visit();
    await open();
    await page.keyboard.press('Enter');
    await page.locator('#share-once').waitFor();
    assert.equal(await page.locator('#share-page-text').inputValue(), 'https://jobs.example.com/s/jts_token1');
    await page.locator('#share-badge img').waitFor(); // from here
    assert.equal(shares.posted[0].expires_in, 604_800);
    assert.equal('label' in shares.posted[0], false);
  });

  it('is made of what the board shows', async () => {
    await visit('/#board&view=all&status=failed&service=eip&q=VPC');
    await page.getByRole('button', { name: 'Share…' }).click();
    assert.match(await page.locator('#share-what').innerText(), /: Failed · “VPC” · .*Elastic IP/);
    await dialog().getByRole('button', { name: 'Create link' }).click();
    await page.locator('#share-once').waitFor();
    assert.deepEqual(Object.fromEntries(new URLSearchParams(shares.posted[0].board)), { status: 'failed', q: 'VPC', service: 'eip' });
    await page.keyboard.press('Escape');
    for (const path of ['/#board&view=all&group=service', '/#board&view=all&person=li']) {
      await page.goto('about:blank');
      await page.goto(backend.url + path);
      await page.locator('body.known').waitFor();
      await painted(page);
      assert.equal(await page.locator('#board-share').isVisible(), false, path);
    }
  });

  it('that the server refuses says why', async () => {
    await visit();
    await open();
    for (const [refusal, sentence] of /** @type {const} */ ([
      [problem(403, 'jobtree.not_permitted', 'This token cannot make share links.'), 'Without access tokens, links can be created only on the server\'s own machine.'],
      [problem(400, 'jobtree.bad_parameter', '"board"'), /"board"/],
      [problem(503, 'jobtree.memory_unavailable'), /memory|remember|stored|store/],
    ])) {
      shares.refusal = refusal;
      await dialog().getByRole('button', { name: 'Create link' }).click();
      await page.locator('#share-wrong', { hasText: sentence }).waitFor();
    }
    assert.deepEqual(await barriers(page), []);
  });

  it('is not offered without a memory', async () => {
    memory.state = { state: 'off', note: null };
    await visit();
    assert.equal(await page.locator('#share-open').isVisible(), false);
    await press(page, 'f');
    assert.equal(await dialog().isVisible(), false);
  });
});

describe('all links', () => {
  beforeEach(() => {
    shares.shares = [
      share({ id: 4, board: 'status=failed&service=ecs', label: 'On call', created_by: 'ops', last_used_at: new Date().toISOString() }),
      share({ id: 3, job: JOB, public: true }),
      share({ id: 2, board: '', state: 'expired' }),
      share({ id: 1, job: JOB, label: '<img src=x onerror=alert(1)>', state: 'revoked' }),
    ];
  });
  const rows = () => page.locator('#shares-list li');
  async function openAll() {
    await page.locator('#more-open').click();
    await page.getByRole('menuitem', { name: 'Share links' }).click();
    await rows().nth(3).waitFor();
  }

  it('are listed: what each shows, how it stands, who made it, when it was used', async () => {
    await visit();
    await openAll();
    const texts = (await rows().allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
    assert.match(texts[0], /^On call Failed · Elastic Cloud Server valid until .* · created yesterday by ops · last used (now|just now|\ds ago) Revoke$/);
    assert.match(texts[1], new RegExp(`^${endlessJob} .* not used yet · preview shows name and status Revoke$`));
    assert.match(texts[2], /^All jobs expired · created yesterday · not used yet$/);
    assert.match(texts[3], /^<img src=x onerror=alert\(1\)> .* revoked/);
    assert.deepEqual(await rows().evaluateAll((all) => all.map((it) => it.dataset.status)), ['succeeded', 'succeeded', 'waiting', 'cancelled']);
    assert.deepEqual(await barriers(page), []);
  });

  it('that are too many to list are counted', async () => {
    shares.leftOut = 1234;
    await visit();
    await openAll();
    assert.equal(await page.locator('#shares-note').innerText(), '1,234 older links are not listed.');
  });

  it('are revoked when that is confirmed, by keyboard alone', async () => {
    await visit();
    await openAll();
    await rows().first().getByRole('button', { name: 'Revoke the link to On call' }).focus();
    await page.keyboard.press('Enter');
    await rows().first().getByText('Everyone with the link loses access at once.').waitFor();
    assert.equal(shares.shares[0].state, 'live');
    assert.deepEqual(await barriers(page), []);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter'); // cancel
    assert.equal(await rows().first().getByRole('button').count(), 1);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.locator('#message', { hasText: 'Link revoked' }).waitFor();
    assert.equal(shares.shares[0].state, 'revoked');
    assert.equal(await rows().first().getAttribute('data-status'), 'cancelled');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'shares-list');
  });

  it('are found among the commands, and follow the language', async () => {
    await another({ locale: 'zh-CN', colorScheme: 'dark', viewport: { width: 360, height: 740 } });
    await visit();
    await press(page, 'Control+k');
    await page.locator('#command').fill('分享链接');
    await page.keyboard.press('Enter');
    await rows().nth(3).waitFor();
    assert.match(await rows().first().innerText(), /撤销/);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
    assert.deepEqual(await barriers(page), []);
  });

  it('say why they cannot be read, and that there are none', async () => {
    await visit();
    for (const [refusal, sentence] of /** @type {const} */ ([
      [problem(403, 'jobtree.not_permitted'), 'Without access tokens'], [undefined, 'No links yet.'],
    ])) {
      shares.shares = [];
      shares.refusal = refusal;
      await press(page, 'Control+k');
      await page.locator('#command').fill('share links');
      await page.keyboard.press('Enter');
      await page.locator('#shares-note', { hasText: sentence }).waitFor();
      await page.keyboard.press('Escape');
    }
  });
});

describe('the page behind a link', () => {
  const TOKEN = 'jts_secret-1';
  const UNTIL = '2027-12-08T02:00:00Z';
  /** What the link opens. @type {import('./fake_telling.js').Answer} */
  let answer;
  /** Requests with the token, and those without. @type {string[]} */
  let asked = [];

  /** @param {import('playwright-core').BrowserContextOptions} [options] */
  async function prepare(options) {
    if (options) await another(options);
    asked = [];
    page.on('request', (request) => {
      const { pathname, search } = new URL(request.url());
      if (pathname.startsWith('/api/')) asked.push(`${pathname}${search} ${request.headers().authorization ?? ''}`.trim());
    });
    await serveShared(page, () => answer);
  }
  const go = (fragment = '') => page.goto(`${backend.url}/s/${TOKEN}${fragment}`);
  const stored = () => page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));

  it('shows the job, live, and nothing else; the token is kept nowhere', async () => {
    answer = { status: 200, body: { kind: 'job', job: JOB, label: 'Nightly', expires_at: UNTIL } };
    await prepare();
    await go();
    await reached('live');
    assert.equal(await page.locator('#shared').innerText(), 'Shared link · valid until Dec 8, 2027, 10:00:00 GMT+8');
    assert.match(await page.locator('#where').innerText(), /^Nightly · .*Elastic Cloud Server.* · CN North-Beijing4$/);
    assert.equal(await page.title(), 'Running: Nightly');
    for (const selector of ['nav', '#views', '#home', '#more-open', '#bell', 'dialog']) assert.equal(await page.locator(selector).count(), 0, selector);
    assert.ok(asked.includes(`/api/cn-north-4/ecs/v1/-/jobs/${endlessJob} Bearer ${TOKEN}`), asked.join('\n'));
    await page.waitForTimeout(1200);
    assert.ok(!(await stored()).includes(TOKEN));
    assert.ok(!(await stored()).includes(endlessJob));
    assert.deepEqual(await barriers(page), []);
  });

  it('looks at it as its fragment says, and keeps that', async () => {
    answer = { status: 200, body: { kind: 'job', job: { ...JOB, service: 'eip', job_id: documentedJob }, label: null, expires_at: UNTIL } };
    await prepare();
    await go('#filter=status:succeeded');
    await reached('settled');
    assert.equal(await page.locator('job-tree').getAttribute('filter'), 'status:succeeded');
    await page.locator('job-tree .row').first().click();
    await page.waitForFunction(() => location.hash.includes('selected='));
    const { pathname, search } = new URL(page.url());
    assert.equal(pathname + search, `/s/${TOKEN}`);
  });

  it('shows the list of jobs, which leads nowhere and says only how much is wanted', async () => {
    answer = { status: 200, body: { kind: 'board', board: 'status=failed&service=eip', label: null, expires_at: UNTIL } };
    memory.jobs = Array.from({ length: 60 }, (_, i) => record({ job_id: String(i).padStart(32, '0'), status: 'failed', service: 'eip' }));
    await prepare();
    await go();
    await page.locator('#board-rows li').nth(49).waitFor();
    assert.match(await page.locator('#board-title').innerText(), /^Failed · .*Elastic IP/);
    assert.equal(await page.locator('#board-rows a[href], #board-rows button').count(), 0);
    await page.getByRole('button', { name: 'Load more' }).click();
    await page.locator('#board-rows li').nth(59).waitFor();
    assert.ok(asked.filter((it) => it.startsWith('/api/jobs')).every((it) => /^\/api\/jobs\?limit=\d+ Bearer jts_secret-1$/.test(it)), asked.join('\n'));
    memory.change({ job_id: 'c'.repeat(32), status: 'failed', service: 'eip', label: 'The newest' });
    await page.locator('#board-rows li', { hasText: 'The newest' }).waitFor();
    assert.deepEqual(await barriers(page), []);
  });

  it('is in both languages, dark and on a phone', async () => {
    answer = { status: 200, body: { kind: 'job', job: JOB, label: null, expires_at: UNTIL } };
    await prepare({ locale: 'zh-CN', colorScheme: 'dark', viewport: { width: 360, height: 740 } });
    await go();
    await reached('live');
    assert.equal(await page.locator('#shared').innerText(), '分享链接 · 有效期至 2027-12-08 10:00:00 (GMT+08:00)');
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
    assert.deepEqual(await barriers(page), []);
    await page.locator('#language').click();
    await page.locator('#shared', { hasText: 'valid until' }).waitFor();
    assert.equal(await page.locator('job-tree').getAttribute('lang'), 'en');
  });

  for (const [status, code, title] of /** @type {const} */ ([
    [410, 'jobtree.share_ended', ['This link has ended', '链接已失效']], [401, 'jobtree.bad_token', ['This link does not work', '链接无效']],
  ])) {
    it(`says so when the server answers ${status}`, async () => {
      answer = problem(status, code);
      await prepare();
      await go();
      await page.getByRole('heading', { name: title[0] }).waitFor();
      assert.match(await page.locator('#ended-text').innerText(), /Request a new one from the person who sent it to you\.$/);
      assert.deepEqual(await barriers(page), []);
      await page.locator('#language').click();
      await page.getByRole('heading', { name: title[1] }).waitFor();
      assert.equal(await page.locator('#watch').isVisible() || await page.locator('#board').isVisible(), false);
    });
  }

  it('ends when the link does', async () => {
    answer = { status: 200, body: { kind: 'board', board: '', label: null, expires_at: UNTIL } };
    await prepare();
    await go();
    await page.locator('#board-rows li').first().waitFor();
    answer = problem(410, 'jobtree.share_ended');
    memory.refusal = problem(410, 'jobtree.share_ended');
    memory.change({ job_id: 'd'.repeat(32) });
    await page.getByRole('heading', { name: 'This link has ended' }).waitFor();
    assert.equal(await page.locator('#board').isVisible(), false);
    assert.equal(await page.locator('#shared').isVisible(), false);
  });

  it('waits for a server that is out of reach', async () => {
    answer = problem(503, 'jobtree.memory_unavailable');
    await prepare();
    await page.clock.install();
    await go();
    await page.locator('#trouble').waitFor();
    assert.equal(await page.locator('#ended').isVisible(), false);
    answer = { status: 200, body: { kind: 'board', board: '', label: null, expires_at: UNTIL } };
    await page.clock.runFor(6000);
    await page.locator('#board-rows li').first().waitFor();
    assert.equal(await page.locator('#trouble').isVisible(), false);
  });

  it('without a token is none', async () => {
    await page.goto(`${backend.url}/share.html`);
    await page.getByRole('heading', { name: 'This link does not work' }).waitFor();
  });
});
