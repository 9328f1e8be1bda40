// <job-board>: the jobs that a backend remembers, in the list that shows the sub-jobs of one.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

import { runBackend, startBackend } from '../integration/helpers.js';
import { FakeMemory, record } from './fake_memory.js';
import { backend, page, providePages, provideStage, reached, site } from './stage.js';

const folder = mkdtempSync(join(tmpdir(), 'jobtree-board-'));
/** One with a past, and a token for what is of ECS alone. @type {import('../integration/helpers.js').Backend} */
let remembering;
/** @type {string} */
let token;

provideStage(async () => {
  const file = join(folder, 'tokens');
  token = (await runBackend(['token', 'portal', '--tokens-file', file, '--service', 'ecs'])).stdout.trim();
  remembering = await startBackend(['serve', '--demo', '--listen', '127.0.0.1:0', '--discover', 'off', '--tokens-file', file, '--allow-origin', site.url],
    { env: { JOBTREE_DATA: '' } });
});
after(async () => {
  await remembering?.stop();
  rmSync(folder, { recursive: true });
});
providePages({ locale: 'en-US' }, /503/);

/** @type {FakeMemory} */
let memory;

/** A page of the backend's own origin with this in it. @param {string} body */
async function show(body) {
  memory = new FakeMemory();
  await memory.serve(page);
  await page.route('**/portal', (route) => route.fulfill({
    contentType: 'text/html', body: `<!doctype html><html lang="en"><title>portal</title><script type="module" src="/job-board.js"></script>${body}`,
  }));
}
const open = () => page.goto(`${backend.url}/portal`);
const row = (/** @type {string} */ text) => page.locator('job-board [role="treeitem"]', { hasText: text });
const names = () => page.locator('job-board [role="treeitem"] .name').allInnerTexts();
const board = (/** @type {string} */ property) => page.evaluate((name) => /** @type {any} */ (document.querySelector('job-board'))[name], property);

describe('a board', () => {
  it('shows what the server remembers, and goes on when all of it has ended', async () => {
    await show('<job-board></job-board>');
    memory.jobs = [
      record({ job_id: 'a', type: 'createVolume', service: 'evs', status: 'failed', error_code: 'EVS.2024', error_text: 'No room', last_change: '2026-11-30T10:02:00Z' }),
      record({ job_id: 'b', status: 'succeeded', last_change: '2026-11-30T10:01:00Z', found: /** @type {any} */ ({ operation: 'createServer', resource_name: 'web-07', resource_id: 'r7' }) }),
    ];
    await open();
    await reached('live', 'job-board');
    assert.deepEqual(await names(), ['2 jobs', 'Create volume', 'Create server']);
    assert.equal(await board('state'), 'live');
    const { total, failed } = await board('job');
    assert.deepEqual([total, failed], [2, 1]);
    await row('web-07').waitFor();
    await row('EVS.2024').waitFor();

    await memory.held();
    memory.change({ job_id: 'c', type: 'deleteVolume', service: 'evs', status: 'running', last_change: '2026-11-30T10:03:00Z' });
    await row('Delete volume').waitFor();
    assert.equal((await names()).length, 4);
  });

  it('says of a lost job that nobody knows how it stands, whatever was heard of it last', async () => {
    await show('<job-board></job-board>');
    memory.jobs = [
      record({ job_id: 'a', status: 'running', status_text: 'RUNNING', is_lost: true, forgotten_at: '2026-11-30T10:00:00Z' }),
      record({ job_id: 'b', status: 'unknown', status_text: 'PONDERING' }),
    ];
    await open();
    await reached('live', 'job-board');
    assert.deepEqual((await board('job')).counts.unknown, 2);
    const words = await page.evaluate(() => /** @type {any} */ (document.querySelector('job-board')).rows(9).rows.map((/** @type {any} */ it) => [it.id, it.status, it.duration]));
    assert.equal(words.length, 3);
    assert.equal(words.find((/** @type {string[]} */ it) => it[0] === 'a')[2], '');
  });

  it('has no job, and says so', async () => {
    await show('<job-board></job-board>');
    await open();
    await reached('live', 'job-board');
    assert.deepEqual(await names(), ['0 jobs']);
  });

  it('queries what its attributes say, and anew when they change', async () => {
    await show('<job-board status="failed" service="ecs" region="cn-north-4" project-id="p" q="quota &amp; more" person="li.wei" resource="web-07" since="2026-11-30T00:00:00Z" ended-since="2026-11-29T00:00:00Z" limit="7"></job-board>');
    await open();
    await reached('live', 'job-board');
    const asked = () => new URLSearchParams(memory.asked.filter((it) => it.includes('/api/jobs')).at(-1)?.split('?')[1]);
    assert.deepEqual(Object.fromEntries(asked()), {
      region: 'cn-north-4', service: 'ecs', project: 'p', status: 'failed', q: 'quota & more', person: 'li.wei', resource: 'web-07',
      since: '2026-11-30T00:00:00Z', ended_since: '2026-11-29T00:00:00Z', limit: '7',
    });
    await page.evaluate(() => { /** @type {any} */ (document.querySelector('job-board')).q = 'other'; });
    await page.waitForFunction(() => document.querySelector('job-board')?.getAttribute('q') === 'other');
    await reached('live', 'job-board');
    assert.equal(asked().get('q'), 'other');
  });

  it('tells which job is selected, by what shows it', async () => {
    await show('<job-board></job-board>');
    memory.jobs = [record({ job_id: 'a', type: 'createVolume', service: 'evs', status: 'failed' })];
    await open();
    await reached('live', 'job-board');
    await page.evaluate(() => {
      Object.assign(window, { told: [] });
      document.addEventListener('job-board-select', (event) => /** @type {any} */ (window).told.push(/** @type {any} */ (event).detail));
    });
    const told = (/** @type {number} */ count) => page.waitForFunction((all) => /** @type {any} */ (window).told.length === all, count);
    await row('Create volume').click();
    await told(1);
    await page.keyboard.press('Escape');
    await told(2);
    assert.deepEqual(await page.evaluate(() => /** @type {any} */ (window).told), [{ region: 'cn-north-4', service: 'evs', projectId: memory.jobs[0].project_id, jobId: 'a' }, null]);
  });

  it('has ten thousand jobs, page after page, of which the rows on screen are in the document', async () => {
    await show('<job-board limit="10000" style="--job-tree-max-height: 30rem"></job-board>');
    const at = Date.parse('2026-11-30T10:00:00Z');
    memory.jobs = Array.from({ length: 10_050 }, (_, i) => record({
      job_id: `job-${i}`, status: i % 9 === 0 ? 'failed' : 'succeeded', last_change: new Date(at - i * 1000).toISOString(),
    }));
    await open();
    await reached('live', 'job-board');
    const { total } = await board('job');
    assert.equal(total, 10_000);
    assert.ok((await page.locator('job-board [role="treeitem"]').count()) < 60);
    await page.locator('job-board [role="treeitem"]').first().focus();
    await page.keyboard.press('End');
    await page.locator('job-board [role="treeitem"][aria-posinset="10000"]').waitFor();
    await page.evaluate(() => /** @type {any} */ (document.querySelector('job-board')).search('job-9999'));
    await page.waitForFunction(() => document.querySelector('job-board')?.shadowRoot?.querySelectorAll('[role="treeitem"]').length === 2);
  });

  it('reads so many pages and no more, though a server says for ever that there is another', async () => {
    await show('<job-board limit="1000"></job-board>');
    let pages = 0;
    await page.route(/api\/jobs\?/, (route) => {
      pages += 1;
      return route.fulfill({ headers: { ETag: '"1"' }, json: { jobs: [record({ job_id: 'again' })], next: 'more' } });
    });
    await open();
    await reached('live', 'job-board');
    assert.equal(pages, 4);
    assert.equal((await names()).length, 2);
  });

  it('keeps what is on screen when the server cannot be reached, and says so', async () => {
    await show('<job-board></job-board>');
    memory.jobs = [record({ job_id: 'a', status: 'succeeded' })];
    await open();
    await reached('live', 'job-board');
    memory.refusal = { status: 503, body: { code: 'jobtree.no_replica', status: 503, title: 'x' }, headers: { 'Content-Type': 'application/problem+json' } };
    await page.evaluate(() => /** @type {any} */ (document.querySelector('job-board')).refresh());
    await page.waitForFunction(() => /** @type {any} */ (document.querySelector('job-board')).notice.message !== '');
    assert.equal((await names()).length, 2);
  });
});

describe('a board in a portal of another origin', () => {
  it('shows what its token may see, and a job that is selected on it beside it', async () => {
    site.serve('/', `<!doctype html><html lang="zh-CN"><title>portal</title>
      <job-board status="running,failed" service="ecs"></job-board><job-tree></job-tree>
      <script type="module">
        import '${remembering.url}/job-board.js';
        const [board, tree] = document.querySelectorAll('job-board, job-tree');
        board.token = tree.token = '${token}';
        document.addEventListener('job-board-select', ({ detail }) => detail && Object.assign(tree, detail));
      </script>`);
    await page.goto(site.url);
    await reached('live', 'job-board');
    const services = await page.evaluate(() => /** @type {any} */ (document.querySelector('job-board')).toJSON().map((/** @type {any} */ job) => job.entities.service_name));
    assert.ok(services.length > 1);
    assert.deepEqual([...new Set(services)], ['ecs']);
    await page.locator('job-board [role="treeitem"]').nth(1).click();
    await page.waitForFunction(() => /** @type {any} */ (document.querySelector('job-tree')).job !== null);
    assert.equal(await page.evaluate(() => /** @type {any} */ (document.querySelector('job-tree')).service), 'ecs');
  });
});
