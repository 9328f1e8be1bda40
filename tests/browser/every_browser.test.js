// What every browser must do alike: the tree, the dashboard, the page for frames. JOBTREE_BROWSER says which
// one is tested; node tests/run.js firefox and webkit set it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, beforeEach, describe, it } from 'node:test';

import { documentedJob, endlessJob, startBackend } from '../integration/helpers.js';
import { open } from './driver/index.js';
import { TEXTS, until } from './driver/page.js';
import { JAVASCRIPT, startSite, strictPolicy } from './site.js';

const DOCUMENTED = `cn-north-4/eip/-/${documentedJob}`;

/** @type {import('../integration/helpers.js').Backend} */
let backend;
/** @type {import('./driver/index.js').Page} */
let page;
/** @type {import('./site.js').Site} */
let site;

before(async () => {
  site = await startSite();
  backend = await startBackend(['serve', '--demo', '--listen', '127.0.0.1:0', '--allow-origin', site.url]);
  page = await open();
}, { timeout: 120_000 });
after(async () => {
  try {
    await page?.close(); // fails when the page has complained
  } finally {
    await backend?.stop();
    site?.close();
  }
});
beforeEach(() => page.leave());

it('is the browser that is asked for', (test) => {
  test.diagnostic(page.name);
  assert.match(page.name.toLowerCase(), new RegExp(process.env.JOBTREE_BROWSER ?? 'chromium'));
});

// --- looking ---

/** What is seen under a selector. @param {string} selector */
const texts = (selector) => page.evaluate(TEXTS, selector);

/** @param {string} selector @param {(all: string[]) => boolean} likes */
const untilTexts = (selector, likes) => until(() => texts(selector), likes, selector);

/** @param {string} selector @param {RegExp} pattern one of its texts */
const untilText = (selector, pattern) => untilTexts(selector, (all) => all.some((text) => pattern.test(text)));

/** @param {string} selector */
const untilGone = (selector) => untilTexts(selector, (all) => all.length === 0);

/** Names of the rows, from top to bottom. @param {string[]} wanted */
const untilNames = (wanted) => untilTexts('job-tree >>> .row .name', (all) => String(all) === String(wanted));

/** The name on the row with the keyboard's focus. */
const focusedName = () => page.evaluate(() => {
  const tree = /** @type {Element} */ (document.querySelector('job-tree:not([hidden])'));
  return tree.shadowRoot?.activeElement?.querySelector('.name')?.textContent ?? null;
});
/** @param {string | null} wanted */
const untilFocused = (wanted) => until(focusedName, (name) => name === wanted, `the focus on ${wanted}`);

/** @param {string} state */
const reached = (state) => until(
  () => page.evaluate(() => /** @type {any} */ (document.querySelector('job-tree:not([hidden])'))?.state), (it) => it === state, state);

const focusedId = () => page.evaluate(() => document.activeElement?.id ?? '');

// --- jobs ---

/** @param {string} type @param {object[]} [sub_jobs] @param {object} [more] */
const job = (type, sub_jobs = [], more = {}) => ({
  job_id: `id-${type}`, job_type: type, status: 'SUCCESS', begin_time: '2026-03-02T01:00:00.000Z',
  end_time: '2026-03-02T01:00:08.000Z', entities: { sub_jobs }, ...more,
});
const failure = { status: 'FAIL', error_code: 'Ecs.0319', fail_reason: 'Capacity is not enough.' };
const running = { status: 'RUNNING', end_time: '' };
const family = job('root', [job('alpha', [job('ant'), job('ape', [job('asp')])]), job('beta'), job('gamma', [job('gnu')])]);

/** A page of the portal with one element, under the strictest policy. @param {string} attributes */
async function visitPortal(attributes) {
  site.serve('/', `<!doctype html><html lang="en"><head><title>portal</title><link rel="stylesheet" href="/portal.css">
    <script type="module" src="${backend.url}/job-tree.js"></script></head>
    <body><h1>Portal</h1><job-tree ${attributes}></job-tree><textarea aria-label="Notes"></textarea></body></html>`,
  { 'Content-Security-Policy': strictPolicy(backend.url).replace('connect-src', "connect-src 'self'") });
  site.serve('/portal.css', 'job-tree { height: 640px }', { 'Content-Type': 'text/css' });
  await page.goto(site.url);
  await page.evaluate(() => customElements.whenDefined('job-tree').then(() => true));
}

/** Shows a document in the portal. @param {object} document_ @param {string} [attributes] */
async function show(document_, attributes = '') {
  await visitPortal(attributes);
  await page.evaluate((json) => /** @type {any} */ (document.querySelector('job-tree')).load(json), JSON.stringify(document_));
  await untilTexts('job-tree >>> .row .name', (all) => all.length > 0);
}

/** Puts the focus on the first row, without a click. */
const focusFirst = () => page.evaluate(() => {
  const row = /** @type {HTMLElement} */ (document.querySelector('job-tree')?.shadowRoot?.querySelector('.row'));
  row.focus();
});

/** What was copied, as a person finds it out. */
async function pasted() {
  await page.evaluate(() => {
    const notes = document.querySelector('textarea') ?? document.body.appendChild(document.createElement('textarea'));
    notes.value = '';
    notes.hidden = false;
    notes.focus();
  });
  await page.press('Control+v');
  return page.evaluate(() => document.querySelector('textarea')?.value ?? '');
}

describe('the keys of the tree', () => {
  it('walk, open and close its branches', async () => {
    await show(family);
    await untilNames(['root', 'alpha', 'beta', 'gamma']);
    await focusFirst();
    for (const [key, name] of /** @type {const} */ ([['ArrowDown', 'alpha'], ['ArrowRight', 'alpha'], ['ArrowRight', 'ant'],
      ['End', 'gamma'], ['Home', 'root'], ['g', 'gamma'], ['PageUp', 'root'], ['ArrowDown', 'alpha']])) {
      await page.press(key);
      await untilFocused(name);
    }
    await untilNames(['root', 'alpha', 'ant', 'ape', 'beta', 'gamma']);
    await page.press('ArrowLeft');
    await untilNames(['root', 'alpha', 'beta', 'gamma']);
    await page.press('*');
    await untilNames(['root', 'alpha', 'ant', 'ape', 'beta', 'gamma', 'gnu']);
  });

  it('show a row in full and put it away, and the focus stays', async () => {
    await show(job('root', [job('culprit', [], failure)], failure));
    await focusFirst();
    await page.press('ArrowDown');
    await page.press('Enter');
    await untilText('job-tree >>> .detail', /Ecs\.0319[^]*Capacity is not enough\./);
    await page.press('Escape');
    await untilGone('job-tree >>> .detail');
    assert.equal(await focusedName(), 'culprit');
  });

  it('stop at one row alone on the way through the page', async () => {
    await show(family);
    await focusFirst();
    await page.press('ArrowDown');
    await untilFocused('alpha');
    await page.press('Tab');
    await untilFocused(null);
    await page.press('Shift+Tab');
    await untilFocused('alpha');
  });

  it('go to the search, whose matches stand open and are counted', async () => {
    await show(family);
    await focusFirst();
    await page.press('/');
    await page.type('asp');
    await untilNames(['root', 'alpha', 'ape', 'asp']);
    await untilText('job-tree >>> .found', /1 of 7/);
    await page.press('Enter');
    await untilFocused('asp');
    await page.press('/');
    await page.press('Escape');
    await untilNames(['root', 'alpha', 'beta', 'gamma']);
    await untilTexts('job-tree >>> .found', (all) => all.every((text) => text === ''));
  });
});

describe('the columns', () => {
  /** By how many pixels a row ends before the edge of what scrolls, and a head beside its column. */
  const offsets = () => page.evaluate(() => {
    const root = document.querySelector('job-tree')?.shadowRoot;
    /** @param {string} selector */
    const right = (selector) => /** @type {Element} */ (root?.querySelector(selector)).getBoundingClientRect().right;
    const tree = /** @type {HTMLElement} */ (root?.querySelector('.tree'));
    const bar = tree.scrollHeight > tree.clientHeight ? tree.offsetWidth - tree.clientWidth : 0;
    return [right('.tree') - bar - right('.row'), right('.columns > :last-child') - right('.row .duration')];
  });
  const untilInPlace = () => until(offsets, (all) => all.every((it) => Math.abs(it) < 1), 'rows and heads in place');

  it('reach the edge of the tree and stand under their heads, with a scroll bar and without', async () => {
    await show(family);
    await untilInPlace();
    await page.evaluate(() => /** @type {any} */ (document.querySelector('job-tree')).load(JSON.stringify({
      job_id: 'p', job_type: 'long', status: 'RUNNING',
      sub_jobs: Array.from({ length: 200 }, (_, i) => ({ job_id: `h${i}`, job_type: `h${i}`, status: 'SUCCESS' })),
    })));
    await untilText('job-tree >>> .row .name', /^h0$/);
    await untilInPlace();
  });

  it('has marks at round times over the bars, and a line below each', async () => {
    await show(family);
    await untilText('job-tree >>> .columns .marks', /^2s\s*4s\s*6s\s*8s$/);
  });
});

describe('a tree of 100,000 sub-jobs', () => {
  it('is walked to its end by keys and by scrolling, every row in its place', async () => {
    await show({ job_id: 'p', job_type: 'huge', ...running });
    await page.evaluate(() => /** @type {any} */ (document.querySelector('job-tree')).load(JSON.stringify({
      job_id: 'p', job_type: 'huge', status: 'RUNNING',
      sub_jobs: Array.from({ length: 100_000 }, (_, i) => ({ job_id: `h${i}`, job_type: `h${i}`, status: 'SUCCESS' })),
    })));
    await untilText('job-tree >>> .row .name', /^h0$/);
    await focusFirst();
    await page.press('End');
    await untilFocused('h99999');
    assert.equal((await texts('job-tree >>> .row .name')).at(-1), 'h99999');
    await page.press('Home');
    await untilFocused('huge');
    for (const at of [500, 49_999, 99_000, 100_000]) {
      await page.evaluate((row) => {
        const tree = /** @type {Element} */ (document.querySelector('job-tree')?.shadowRoot?.querySelector('.tree'));
        tree.scrollTop = (row * tree.scrollHeight) / 100_001;
      }, at);
      const shown = await untilTexts('job-tree >>> .row .name', (all) => all.includes(`h${at - 1}`));
      assert.ok(shown.length < 60, `${shown.length} rows at ${at}`);
    }
  });
});

describe('a job that runs', () => {
  const PATH = '/api/cn-north-4/eip/v1/-/jobs/p';
  /** @param {number} done @param {object[]} failed */
  const batch = (done, failed, state = /** @type {object} */ (running)) => job('batch', [
    ...Array.from({ length: 6 - failed.length }, (_, i) => job(`part${i}`, [], i < done ? {} : state)), ...failed,
  ], state);
  /** @param {object} body */
  const answer = (body) => {
    site.serve(PATH, JSON.stringify(body), { 'Content-Type': 'application/json' });
    site.serve('/api/stats', JSON.stringify({ count: 0 }), { 'Content-Type': 'application/json' });
  };
  const refresh = () => page.evaluate(() => void /** @type {any} */ (document.querySelector('job-tree')).refresh());
  /** The chips, each as its class and number. */
  const chips = () => page.evaluate(() =>
    [...(document.querySelector('job-tree')?.shadowRoot?.querySelectorAll('.chip') ?? [])]
      .filter((it) => it.checkVisibility({ visibilityProperty: true }))
      .map((it) => `${parseInt(it.textContent ?? '', 10)} ${/** @type {HTMLElement} */ (it).dataset.status}`).sort());
  /** @param {string[]} wanted */
  const untilChips = (wanted) => until(chips, (all) => String(all) === String(wanted), `chips ${wanted}`);

  it('has a chip for each class of which there are jobs, and a way to each failure', async () => {
    answer(batch(2, []));
    await visitPortal(`backend="${site.url}" region="cn-north-4" job-id="p"`);
    await reached('live');
    await untilChips(['2 succeeded', '4 running']);
    await untilText('job-tree >>> .counts', /^2 of 6/);
    await untilGone('job-tree >>> .failures');
    await untilGone('job-tree >>> button.cause');

    site.serve('/api/error-codes/Ecs.0319', JSON.stringify({ meaning: { en: 'The flavor is sold out.' }, remedy: {} }),
      { 'Content-Type': 'application/json' });
    answer(batch(3, [job('culprit', [], failure)]));
    await refresh();
    await untilChips(['1 failed', '2 running', '3 succeeded']);
    await untilText('job-tree >>> .counts', /^4 of 6/);
    await untilText('job-tree >>> .causes button', /Ecs\.0319[^]*The flavor is sold out/);
    await page.click('job-tree >>> button.cause');
    await untilFocused('culprit');
    await untilText('job-tree >>> .detail', /The flavor is sold out/);
    await page.click('job-tree >>> .failures button');

    answer(batch(6, [], {}));
    await refresh();
    await reached('settled');
    await untilChips(['6 succeeded']);
    await untilGone('job-tree >>> .failures');
    await untilGone('job-tree >>> button.cause');
  });

  it('shows by a chip the jobs of its class, and by another button all again', async () => {
    answer(batch(3, [job('culprit', [], failure)]));
    await visitPortal(`backend="${site.url}" region="cn-north-4" job-id="p"`);
    await reached('live');
    await page.click('job-tree >>> .chip[data-status="failed"]');
    await untilNames(['batch', 'culprit']);
    await untilText('job-tree >>> .found', /1 of 6/);
    await page.click('job-tree >>> .found button');
    await untilTexts('job-tree >>> .row .name', (all) => all.length === 7);
    await untilGone('job-tree >>> .found button');
  });

  it('of the demo goes from its start to its end by itself', async () => {
    const response = await fetch(`${backend.url}/api/demo/batches`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ count: 3, failing: 1 }),
    });
    const { region, service, project_id: project, job_id: id } = await response.json();
    await page.goto(`${backend.url}/?job=${region}/${service}/${project}/${id}`);
    await untilTexts('job-tree >>> .row .name', (all) => all.length > 0);
    await until(() => page.evaluate(() => /** @type {any} */ (document.querySelector('job-tree'))?.state), (it) => it === 'settled',
      'the end of the job', 90_000);
    await untilChips(['1 failed', '2 succeeded']);
    await untilText('job-tree >>> button.cause', /\S/);
    await until(() => page.evaluate(() => document.title), (title) => title.startsWith('✕'), 'the title');
  });
});

describe('copying', () => {
  it('gives the id of a job, and its error', async () => {
    await show(job('root', [job('culprit', [], failure)], failure));
    await page.click('job-tree >>> .summary [data-do="copy"]');
    await until(pasted, (text) => text === 'id-root', 'the ID on the clipboard');
    await page.click('job-tree >>> .row[aria-level="2"] .name');
    await page.click('job-tree >>> .detail .copied button');
    await until(pasted, (text) => text === 'Ecs.0319  Capacity is not enough.', 'the error on the clipboard');
  });

  it('gives a link to a job', async () => {
    await page.goto(`${backend.url}/?job=${DOCUMENTED}`);
    await reached('settled');
    await page.click('#copy-link');
    await untilText('#message', /\S/);
    assert.equal(await pasted(), `${backend.url}/?job=${DOCUMENTED}`);
  });
});

describe('the dashboard', () => {
  it('opens a job by its id, removes it, and goes back and forth in its history', async () => {
    await page.goto(`${backend.url}/`);
    await page.click('#job');
    await page.type(documentedJob);
    await page.press('Enter');
    await untilText('job-tree >>> h2', /Create EIPs/);
    assert.equal(await page.evaluate(() => location.search), `?job=${DOCUMENTED}`);
    await page.evaluate(() => document.querySelector('main')?.focus());
    await page.press('x');
    await untilText('#headline', /\S/);
    await page.back();
    await untilText('job-tree >>> h2', /Create EIPs/);
    await page.reload();
    await untilText('job-tree >>> h2', /Create EIPs/);
  });

  it('shows each job where it was scrolled to, and after a reload from its first row', async () => {
    const batch = async () => {
      const response = await fetch(`${backend.url}/api/demo/batches`, {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ count: 200, failing: 0 }),
      });
      const { region, service, project_id: project, job_id: id } = await response.json();
      return `${region}/${service}/${project}/${id}`;
    };
    const keys = [await batch(), await batch()];
    /** @param {number} [to] */
    const scroll = (to) => page.evaluate((wanted) => {
      const tree = document.querySelector('job-tree:not([hidden])')?.shadowRoot?.querySelector('.tree');
      if (tree && wanted) tree.scrollTop = wanted;
      return tree?.scrollTop ?? -1;
    }, to);
    /** @param {number} job */
    const show = async (job) => {
      await page.click(`nav li:nth-child(${job + 1}) a`);
      await until(() => page.evaluate(() => document.querySelector('job-tree:not([hidden])')?.getAttribute('job-id')),
        (id) => keys[job].endsWith(`/${id}`), `job ${job}`);
      await untilTexts('job-tree >>> .row .name', (all) => all.length > 5);
    };
    await page.goto(`${backend.url}/?job=${keys[0]}&job=${keys[1]}`);
    await untilTexts('job-tree >>> .row .name', (all) => all.length > 5);
    await until(() => scroll(2000), (top) => top === 2000, 'the rows are there');
    await show(1);
    assert.equal(await scroll(), 0);
    await show(0);
    assert.equal(await scroll(), 2000);
    await show(1);
    await page.reload();
    await untilTexts('job-tree >>> .row .name', (all) => all.length > 5);
    await reached('live');
    assert.equal(await scroll(), 0);
  });

  it('has dialogs that open by a key or a button and close to where one was', async () => {
    await page.goto(`${backend.url}/?job=${DOCUMENTED}`);
    await reached('settled');
    for (const [key, dialog] of [['?', 'help'], ['h', 'history'], ['c', 'code']]) {
      await page.evaluate(() => document.querySelector('main')?.focus());
      await page.press(key);
      await untilText(`#${dialog}`, /\S/);
      await page.press('Escape');
      await untilGone(`#${dialog}`);
      assert.equal(await focusedId(), 'main');
    }
    await page.click('#help-open');
    await untilText('#help', /\S/);
    await page.click('#help [data-close]');
    await untilGone('#help');
  });

  it('has menus, walked by keys, that close to their button', async () => {
    await page.goto(`${backend.url}/?job=${DOCUMENTED}`);
    await reached('settled');
    await page.click('#export');
    await untilText('#menu', /CSV/);
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    const [first, second] = await texts('#menu [role="menuitem"]');
    assert.equal((await focused()).trim(), first);
    await page.press('ArrowDown');
    assert.equal((await focused()).trim(), second);
    await page.press('Escape');
    await untilGone('#menu');
    assert.equal(await focusedId(), 'export');
  });

  it('speaks two languages, the tree in it too, and remembers which', async () => {
    await page.goto(`${backend.url}/?job=cn-north-4/ecs/-/${endlessJob}`);
    await reached('live');
    await untilText('job-tree >>> .badge', /^Running/);
    await page.click('#language');
    await untilText('job-tree >>> .badge', /^运行中/);
    await untilText('#copy-link', /链接/);
    await page.reload();
    await untilText('job-tree >>> .badge', /^运行中/);
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN');
    await page.click('#language');
    await untilText('job-tree >>> .badge', /^Running/);
  });
});

describe('a page of another origin', () => {
  it('says nothing of an engine that it no longer loads, as it is being left', async () => {
    /** @type {Promise<unknown>} */
    let aborted = Promise.resolve();
    const slow = createServer(async (request, response) => {
      if (request.url === '/job-tree.wasm') {
        aborted = once(response, 'close');
        return void response.writeHead(200, { 'Content-Type': 'application/wasm', 'Access-Control-Allow-Origin': '*' }).flushHeaders();
      }
      // Firefox has aborted it by now; other browsers do so when the next page comes.
      await Promise.race([aborted, new Promise((resolve) => setTimeout(resolve, 500))]);
      response.writeHead(302, { Location: `${site.url}/next` }).end();
    }).listen(0, '127.0.0.1');
    await once(slow, 'listening');
    const { port } = /** @type {import('node:net').AddressInfo} */ (slow.address());
    try {
      site.serve('/next', '<!doctype html><title>next</title>');
      site.serve('/', `<!doctype html><title>portal</title><script type="module" src="${backend.url}/job-tree.js"></script>
        <script type="module" src="/app.js"></script><job-tree></job-tree>`);
      site.serve('/app.js', `sessionStorage.said = '';
        addEventListener('job-tree-error', ({ detail }) => { sessionStorage.said += detail.state; });
        customElements.get('job-tree').wasm = 'http://127.0.0.1:${port}/job-tree.wasm';
        document.querySelector('job-tree').jobId = 'p';`, JAVASCRIPT);
      await page.goto(site.url);
      await reached('loading');
      await page.evaluate((to) => { setTimeout(() => { location.href = to; }); }, `http://127.0.0.1:${port}/next`);
      await until(() => page.evaluate(() => document.title).catch(() => ''), (title) => title === 'next', 'the next page');
      assert.equal(await page.evaluate(() => sessionStorage.said), '');
    } finally {
      slow.closeAllConnections();
      slow.close();
    }
  });

  it('shows a job that the backend asks for, and hears of it', async () => {
    await visitPortal('');
    const heard = await page.evaluate((id) => new Promise((/** @type {(heard: string[]) => void} */ resolve) => {
      const tree = /** @type {Element} */ (document.querySelector('job-tree'));
      const types = /** @type {string[]} */ ([]);
      addEventListener('job-tree-change', () => types.push('change'));
      addEventListener('job-tree-settled', () => resolve([...types, 'settled']));
      tree.setAttribute('region', 'cn-north-4');
      tree.setAttribute('job-id', id);
    }), documentedJob);
    assert.deepEqual(heard, ['change', 'settled']);
    await untilText('job-tree >>> .badge', /^Succeeded/);
  });

  it('shows a job in a frame, which fits, and hears of it', async () => {
    site.serve('/', `<!doctype html><title>portal</title><script src="/app.js"></script>
      <iframe title="Job" width="600" height="400" src="${backend.url}/embed.html?job=${DOCUMENTED}&lang=zh-CN"></iframe>`);
    site.serve('/app.js', "window.told = []; addEventListener('message', ({ data }) => told.push(data.type));",
      { 'Content-Type': 'text/javascript' });
    await page.goto(site.url);
    await until(() => page.evaluate(() => /** @type {any} */ (window).told), (told) => told.includes('job-tree-settled'), 'the message');
    await page.enter('iframe');
    await untilText('job-tree >>> .badge', /^成功/);
    assert.deepEqual(await page.evaluate(() => [document.documentElement.scrollWidth > innerWidth, document.documentElement.lang]),
      [false, 'zh-CN']);
    await page.click('job-tree >>> .row .name');
    await untilText('job-tree >>> .detail', /批量创建弹性公网IP\s+createBatchPublicip/);
  });

  it('gets the answer for a frame far below what is seen', async () => {
    site.serve('/', `<!doctype html><title>portal</title><link rel="stylesheet" href="/far.css"><script src="/app.js"></script>
      <iframe title="Job" width="600" height="400" src="${backend.url}/embed.html?job=${DOCUMENTED}"></iframe>`);
    site.serve('/far.css', 'iframe { margin-top: 5000px }', { 'Content-Type': 'text/css' });
    site.serve('/app.js', "window.told = []; addEventListener('message', ({ data }) => told.push(data.type));",
      { 'Content-Type': 'text/javascript' });
    await page.goto(site.url);
    await until(() => page.evaluate(() => /** @type {any} */ (window).told), (told) => told.includes('job-tree-settled'), 'the message');
  });
});

describe('a server that remembers', () => {
  /** @type {import('../integration/helpers.js').Backend} */
  let server;
  before(async () => {
    server = await startBackend(['serve', '--demo', '--listen', '127.0.0.1:0', '--discover', 'off'], { env: { JOBTREE_DATA: '' } });
  });
  after(async () => {
    await page.leave();
    await server.stop();
  });

  it('makes a share link, whose page shows the job and nothing else', async () => {
    await page.goto(`${server.url}/?job=${DOCUMENTED}`);
    await reached('settled');
    const [name] = await texts('job-tree >>> h2');
    await page.evaluate(() => document.querySelector('main')?.focus());
    await page.press('f');
    await untilText('#share', /\S/);
    await page.click('#share form .primary');
    await untilText('#share-once', /\S/);
    const link = await page.evaluate(() => /** @type {HTMLInputElement} */ (document.querySelector('#share-page-text')).value);
    await page.goto(link);
    await reached('settled');
    assert.deepEqual(await texts('job-tree >>> h2'), [name]);
    assert.deepEqual(await texts('#open-jobs'), []);
  });

  it('sends a test message through a channel, and says that it arrived', async () => {
    await page.goto(`${server.url}/`);
    await page.click('#bell');
    await page.click('#bell-channels');
    await untilText('#channels-list', /feishu/);
    await page.click('#channels-list li:first-child button');
    await untilText('#channels-list', /Delivered in \d+ ms\./);
    await page.press('Escape');
    await untilGone('#channels');
  });
});
