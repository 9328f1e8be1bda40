// A watch over time: a job to its end, failures as they come, and what the page says when the way to
// the cloud is broken.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { startBackend } from '../integration/helpers.js';
import { Abi } from '../../web/host/abi.js';
import { closePage, focusedName, launch, names, newPage, painted, press } from './browser.js';

/** @typedef {import('playwright-core').Page & {complaints: string[]}} Page */

const ENDLESS = '/?job=cn-north-4/ecs/-/ff8080827e7810fb017f06338a731328';
const STEPS = ['open', 'close', 'input', 'set', 'answer', 'refresh', 'viewport', 'click', 'key', 'frame'];

/** @type {import('../integration/helpers.js').Backend} */
let backend;
/** @type {import('playwright-core').Browser} */
let browser;
/** @type {Page} */
let page;

before(async () => {
  [backend, browser] = await Promise.all([startBackend(['serve', '--demo', '--listen', '127.0.0.1:0']), launch()]);
});
after(async () => {
  await browser.close();
  await backend.stop();
});
afterEach(() => closePage(page));

/** @param {string} state */
const reached = (state) => page.waitForFunction(
  (wanted) => /** @type {any} */ (document.querySelector('job-tree'))?.state === wanted, state, { timeout: 60_000 });

/** The names of the rows, once there are so many: they come a frame after the state. @param {number} count */
async function rowsOf(count) {
  await page.locator('job-tree .row').nth(count - 1).waitFor();
  return names(page);
}

/** Orders a batch and watches it; what happened, in order. @param {number} count @param {number} failing */
async function watchBatch(count, failing) {
  const order = await fetch(`${backend.url}/api/demo/batches`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ count, failing }),
  });
  assert.equal(order.status, 201);
  const job = await order.json();
  await page.addInitScript(() => {
    const events = /** @type {any[]} */ (/** @type {any} */ (window).events = []);
    for (const type of ['job-tree-change', 'job-tree-settled', 'job-tree-error']) {
      addEventListener(type, (event) => {
        const { job: it, state, changes } = /** @type {CustomEvent} */ (event).detail;
        events.push({ type, state, done: it?.done, status: it?.status, ...(changes && { changes }) });
      });
    }
  });
  await page.goto(`${backend.url}/?job=${job.region}/${job.service}/-/${job.job_id}`);
  await page.locator('job-tree .row').first().waitFor();
}

describe('a job that runs', () => {
  it('is seen to its end: rows, counts, title, events', async () => {
    page = await newPage(browser);
    await page.clock.install();
    await watchBatch(6, 0);
    await page.locator('nav li a').focus();
    await page.waitForFunction(() => /^● \d\/6 · Create EIPs$/.test(document.title));
    await reached('settled');
    await painted(page);
    assert.equal(await page.title(), '✓ 6/6 · Create EIPs');
    assert.equal(await page.locator('job-tree .badge').first().innerText(), 'Succeeded');
    assert.match(await page.locator('job-tree .counts').innerText(), /6 of 6 done\s+6 succeeded/);
    assert.equal(await page.locator('job-tree .row[data-status="succeeded"]').count(), 7);
    assert.ok(await page.locator('nav li a').evaluate((link) => link === document.activeElement), 'the list keeps the focus');
    const events = await page.evaluate(() => /** @type {any} */ (window).events);
    assert.ok(events.filter((/** @type {any} */ it) => it.type === 'job-tree-change').length > 1, 'it changed while one looked');
    assert.deepEqual(events.map((/** @type {any} */ it) => it.done), events.map((/** @type {any} */ it) => it.done).sort(), 'never backwards');
    assert.deepEqual(events.at(-1), { type: 'job-tree-settled', state: 'settled', done: 6, status: 'succeeded' });
    let asked = 0;
    page.on('request', (request) => { asked += Number(request.url().includes('/jobs/')); });
    await page.clock.runFor(120_000);
    assert.equal(asked, 0, 'an ended job is not asked for any more');
  });

  it('keeps what the visitor opened, selected and focused while it changes', async () => {
    page = await newPage(browser);
    await watchBatch(8, 1);
    const row = page.locator('job-tree .row').nth(3);
    const before = await row.locator('.unseen').evaluate((node) => node.parentElement?.querySelector('code')?.textContent);
    await row.click();
    await reached('settled');
    const after = await page.evaluate(() => {
      const root = document.querySelector('job-tree')?.shadowRoot;
      return [root?.activeElement, root?.querySelector('.row[aria-selected="true"]')].map((node) => node?.querySelector('code')?.textContent);
    });
    assert.deepEqual(after, [before, before]);
  });

  it('has its focus on the same job wherever that goes, and on the next when it is gone', async () => {
    page = await newPage(browser);
    /** @type {string[]} */
    let children = ['alpha', 'beta', 'gamma'];
    await page.route('**/jobs/**', (route) => route.fulfill({ json: {
      job_id: 'root', status: 'RUNNING', sub_jobs: children.map((name) => ({ job_id: name, status: 'RUNNING' })),
    } }));
    await page.goto(backend.url + ENDLESS);
    await rowsOf(4);
    /** @param {string[]} next */
    const answer = async (next) => {
      children = next;
      await page.locator('job-tree').evaluate((tree) => /** @type {any} */ (tree).refresh());
      await page.waitForFunction((wanted) => {
        const shown = document.querySelector('job-tree')?.shadowRoot?.querySelectorAll('.row .name') ?? [];
        return String([...shown].map((name) => name.textContent)) === wanted;
      }, String(['root', ...next]));
      await painted(page);
    };
    await page.locator('job-tree .row').first().focus();
    await press(page, 'ArrowDown');
    await press(page, 'ArrowDown');
    assert.equal(await focusedName(page), 'beta');
    await answer(['new', 'gamma', 'alpha', 'beta', 'delta']);
    assert.equal(await focusedName(page), 'beta');
    await answer(['new', 'gamma', 'alpha', 'delta']);
    assert.equal(await focusedName(page), 'delta');
    await press(page, 'ArrowUp');
    assert.equal(await focusedName(page), 'alpha');
  });

  it('is said to be deleted when the backend alone remembers it, and is not asked for again', async () => {
    for (const [status, state] of [['SUCCESS', 'settled'], ['RUNNING', 'not_found']]) {
      page = await newPage(browser, { locale: 'zh-CN' });
      await page.clock.install({ time: new Date('2026-11-30T15:00:00Z') });
      let asked = 0;
      await page.route('**/jobs/**', (route) => {
        asked += 1;
        return route.fulfill({
          json: { job_id: 'root', status, begin_time: '2026-11-28T11:00:00Z', end_time: status === 'RUNNING' ? '' : '2026-11-28T11:10:00Z' },
          headers: { ETag: '"1"', 'Jobtree-Stored-At': '2026-11-28T12:00:00.123Z', Date: 'Mon, 30 Nov 2026 15:00:00 GMT', Age: '183600' },
        });
      });
      await page.goto(backend.url + ENDLESS);
      await reached(state);
      await painted(page);
      assert.match(await page.locator('job-tree .state').innerText(), /^华为云已删除此任务，显示的是 2 天 3 小时前最后一次看到的内容/);
      const told = await page.locator('job-tree').evaluate((/** @type {any} */ tree) => [tree.lastAnswer.confirmed.toJSON().slice(0, 19), tree.lastAnswer.isStored]);
      assert.deepEqual(told, ['2026-11-28T12:00:00', true]);
      await page.clock.runFor(120_000);
      assert.equal(asked, 1);
      if (status === 'SUCCESS') await closePage(page);
    }
  });

  it('tells the times of its rows from its own begin, also when that is known later', async () => {
    page = await newPage(browser);
    let begin_time = '';
    await page.route('**/jobs/**', (route) => route.fulfill({ json: {
      job_id: 'root', status: 'RUNNING', begin_time, sub_jobs: [{ job_id: 'part', status: 'RUNNING', begin_time: '2026-03-01T23:00:00Z' }],
    } }));
    await page.goto(backend.url + ENDLESS);
    await rowsOf(2);
    const time = page.locator('job-tree .row .time').nth(1);
    assert.equal(await time.textContent(), '07:00:00');
    begin_time = '2026-03-01T10:00:00Z';
    await page.locator('job-tree').evaluate((tree) => /** @type {any} */ (tree).refresh());
    await page.waitForFunction(() => document.querySelector('job-tree')?.shadowRoot?.querySelectorAll('.row .time')[1].textContent === 'Mar 2, 07:00:00');
  });

  it('tells how long a job has run by the clock of the server, where the one of the browser is hours off', async () => {
    page = await newPage(browser);
    await page.clock.install({ time: Date.now() + 5 * 3_600_000 });
    await page.goto(backend.url + ENDLESS);
    await reached('live');
    await painted(page);
    const { shown, ran } = await page.locator('job-tree').evaluate((tree) => ({
      shown: tree.shadowRoot?.querySelector('.summary [data-field="duration"]')?.textContent,
      ran: Date.now() - 5 * 3_600_000 - Number(/** @type {any} */ (tree).job.begin),
    }));
    const words = (/** @type {number} */ time) => `${Math.floor(time / 3_600_000)}h ${String(Math.floor(time / 60_000) % 60).padStart(2, '0')}m`;
    assert.ok([words(ran), words(ran - 5000)].includes(shown ?? ''), `${shown} is not ${words(ran)}`);
  });

  it('shows code and reason beside each that failed, and fails as a whole', async () => {
    page = await newPage(browser);
    await watchBatch(6, 2);
    await reached('settled');
    await painted(page);
    assert.equal(await page.locator('job-tree .badge').first().innerText(), 'Failed');
    assert.match(await page.title(), /^✕ 6\/6 · /);
    assert.match(await page.locator('job-tree .counts').innerText(), /4 succeeded\s+2 failed/);
    const changes = await page.evaluate(() => /** @type {any[]} */ (/** @type {any} */ (window).events).flatMap((it) => it.changes ?? []));
    const failures = changes.filter((/** @type {any} */ it) => it.to === 'failed' && it.name !== 'Create EIPs');
    assert.equal(failures.length, 2, 'each failure is told as it comes');
    for (const it of failures) assert.match(`${it.name} ${it.id} ${it.from}, ${it.error}`, /^Create EIP \w+ (waiting|running), [A-Za-z]+\.\d+/);
    const failed = page.locator('job-tree .row[data-status="failed"]:not([aria-level="1"])');
    assert.equal(await failed.count(), 2);
    for (const text of await failed.locator('.error').allTextContents()) assert.match(text, /^[A-Za-z]+\.\d+\s+\S+ \S+/);
    await failed.first().click();
    await page.locator('job-tree .detail .failure').waitFor();
    assert.match(await page.locator('job-tree .detail .failure').innerText(), /^[A-Za-z]+\.\d+/);
  });
});

describe('a watch in trouble', () => {
  it('says that a job is not there, what to check, and stops asking', async () => {
    page = await newPage(browser, {}, /status of 404/);
    await page.clock.install();
    await page.goto(`${backend.url}/?job=cn-north-4/eip/-/00000000000000000000000000000000`);
    await reached('waiting');
    await page.clock.runFor(1000);
    const notice = page.locator('job-tree .state');
    assert.match(await notice.innerText(), /Job not found yet.*; retrying in \ds/);
    const state = () => page.evaluate(() => /** @type {any} */ (document.querySelector('job-tree')).state);
    for (let i = 0; i < 40 && await state() === 'waiting'; i += 1) {
      const answered = page.waitForResponse('**/jobs/**', { timeout: 2000 }).catch(() => undefined);
      await page.clock.runFor(3500);
      await answered;
      await page.clock.runFor(100);
    }
    assert.equal(await state(), 'not_found');
    const text = await notice.innerText();
    assert.doesNotMatch(text, /retrying/);
    assert.match(text, /Job not found/);
    assert.match(text, /Check the service, region and project/);
    assert.equal(await page.locator('nav [data-status]').getAttribute('data-status'), 'unknown');
  });

  it('gives up a query that takes too long, and tries again', async () => {
    page = await newPage(browser, {}, /net::ERR_FAILED/);
    await page.clock.install();
    await page.route('**/jobs/**', () => {}); // and nothing comes
    const asked = page.waitForRequest('**/jobs/**');
    let isGivenUp = false;
    const givenUp = page.waitForEvent('requestfailed').then(() => { isGivenUp = true; });
    await page.goto(backend.url + ENDLESS);
    await asked;
    await reached('loading');
    await page.clock.runFor(28_000);
    assert.equal(isGivenUp, false);
    await page.clock.runFor(2500);
    await givenUp;
    await reached('unreachable');
    const last = await page.evaluate(() => /** @type {any} */ (document.querySelector('job-tree')).lastAnswer);
    assert.deepEqual(last, { confirmed: null, requestId: '', status: 0, isStored: false });
    const askedAgain = page.waitForRequest('**/jobs/**');
    await page.clock.runFor(2500);
    await askedAgain;
  });

  it('stops at a refusal and asks again on demand', async () => {
    page = await newPage(browser, {}, /status of 401/);
    await page.route('**/jobs/**', (route) => route.fulfill({ status: 401, contentType: 'application/problem+json', json: { code: 'APIGW.0301' } }));
    await page.goto(backend.url + ENDLESS);
    await reached('denied');
    assert.match(await page.locator('job-tree .state').innerText(), /Authentication failed.*APIGW\.0301/);
    await page.unroute('**/jobs/**');
    await page.getByRole('button', { name: 'Refresh' }).click();
    await reached('live');
  });

  it('keeps the last good tree when an answer makes no sense, and recovers', async () => {
    page = await newPage(browser);
    await page.goto(backend.url + ENDLESS);
    await reached('live');
    const rows = await rowsOf(2);
    await page.route('**/jobs/**', (route) => route.fulfill({ status: 200, contentType: 'application/json', body: '{"job_id": "tr' }));
    await page.getByRole('button', { name: 'Refresh' }).click();
    await reached('not_understood');
    assert.deepEqual(await names(page), rows);
    await page.unroute('**/jobs/**');
    await page.getByRole('button', { name: 'Refresh' }).click();
    await reached('live');
  });

  it('refuses an answer without end', async () => {
    page = await newPage(browser);
    await page.addInitScript(() => {
      const real = fetch;
      window.fetch = async (...request) => {
        if (!String(request[0]).includes('/jobs/')) return real(...request);
        let sent = 0;
        return new Response(new ReadableStream({
          pull(stream) { stream.enqueue(new Uint8Array(1 << 20).fill(32)); sent += 1; },
          cancel() { /** @type {any} */ (window).sent = sent; },
        }));
      };
    });
    await page.goto(backend.url + ENDLESS);
    await reached('not_understood');
    assert.match(await page.locator('job-tree .state').innerText(), /The response is too large; retrying in \ds/);
    const sent = await page.evaluate(() => /** @type {any} */ (window).sent);
    assert.ok(sent >= 64 && sent <= 67, `it stopped after ${sent} MiB`);
  });

  it('keeps the last tree while the backend is gone, says how old it is, and recovers when it is back', async (test) => {
    page = await newPage(browser, {}, /ERR_CONNECTION|ERR_EMPTY_RESPONSE|Failed to fetch/);
    const gone = await startBackend(['serve', '--demo', '--listen', '127.0.0.1:0']);
    test.after(() => gone.stop());
    await page.goto(gone.url + ENDLESS);
    await reached('live');
    const rows = await rowsOf(2);
    await gone.stop();
    await reached('stale');
    assert.deepEqual(await names(page), rows);
    assert.match(await page.locator('job-tree .state').innerText(), /No update for \d+s; retrying in \d+s\s+Can.t reach the jobtree server/);
    const back = await startBackend(['serve', '--demo', '--listen', new URL(gone.url).host]);
    test.after(() => back.stop());
    await reached('live');
    assert.deepEqual(await names(page), rows);
  });

  it('pauses when the browser is offline, and goes on after', async () => {
    page = await newPage(browser, {}, /ERR_INTERNET_DISCONNECTED/);
    await page.goto(backend.url + ENDLESS);
    await reached('live');
    await page.context().setOffline(true);
    await reached('offline');
    await page.context().setOffline(false);
    await reached('live');
  });

  it('says so when the page blocked by this page', async () => {
    page = await newPage(browser, {}, /Content Security Policy|job-tree engine refused|preload/);
    await page.route((url) => url.pathname === '/', async (route) => {
      const response = await route.fetch();
      const headers = response.headers();
      headers['content-security-policy'] = headers['content-security-policy'].replace(" 'wasm-unsafe-eval'", '');
      await route.fulfill({ response, headers });
    });
    await page.goto(backend.url + ENDLESS);
    await reached('broken');
    const text = await page.locator('job-tree .state').innerText();
    assert.match(text, /blocked by this page/);
    assert.match(text, /'wasm-unsafe-eval'/);
  });

  it('says so when the engine cannot be loaded, and starts again on demand', async () => {
    page = await newPage(browser, {}, /status of 404|job-tree engine missing|preload/);
    await page.route('**/job-tree.wasm', (route) => route.fulfill({ status: 404 }));
    await page.goto(backend.url + ENDLESS);
    await reached('broken');
    assert.match(await page.locator('job-tree .state').innerText(), /load the job tree/);
    await page.unroute('**/job-tree.wasm');
    await page.getByRole('button', { name: 'Reload viewer' }).click();
    await reached('live');
  });

  it('survives a fault of the engine, says so, and starts again on demand', async () => {
    page = await newPage(browser, {}, /job-tree engine stopped/);
    await page.route('**/job-tree.wasm', (route) => route.fulfill({ status: 200, contentType: 'application/wasm', body: brokenEngine() }));
    await page.goto(backend.url + ENDLESS);
    await reached('broken');
    assert.match(await page.locator('job-tree .state').innerText(), /crashed/);
    assert.equal(await page.locator('nav .name').innerText(), 'ff8080827e7810fb017f06338a731328');
    await page.unroute('**/job-tree.wasm');
    await page.getByRole('button', { name: 'Reload viewer' }).click();
    await reached('live');
  });

  it('says that script and engine are of different versions, and reads no number of such an engine', async () => {
    page = await newPage(browser, { locale: 'zh-CN' }, /job-tree engine mismatch/);
    await page.route('**/job-tree.wasm', (route) => route.fulfill({ status: 200, contentType: 'application/wasm', body: brokenEngine(Abi.version + 1) }));
    await page.goto(backend.url + ENDLESS);
    await reached('broken');
    assert.match(await page.locator('job-tree .state').innerText(), /页面已过期/);
    await page.unroute('**/job-tree.wasm');
    await page.getByRole('button', { name: '重新加载' }).click();
    await reached('live');
  });
});

/** A page of elements that watch the endless job. @param {number} count */
async function showMany(count) {
  // One that loads no engine of its own accord, as the dashboard does.
  await page.route('**/empty.html', (route) => route.fulfill({
    contentType: 'text/html', body: '<!doctype html><script type="module" src="job-tree.js"></script>',
  }));
  await page.goto(`${backend.url}/empty.html`);
  await page.evaluate((many) => {
    const trees = Array.from({ length: many }, () => {
      const tree = document.createElement('job-tree');
      for (const [name, value] of Object.entries({ region: 'cn-north-4', service: 'ecs', 'job-id': 'ff8080827e7810fb017f06338a731328' })) {
        tree.setAttribute(name, value);
      }
      return tree;
    });
    document.body.className = '';
    document.body.replaceChildren(...trees);
  }, count);
}

/** The states of all elements once they are these. @param {string[]} wanted */
const allReached = (wanted) => page.waitForFunction(
  (states) => String([...document.querySelectorAll('job-tree')].map((tree) => /** @type {any} */ (tree).state)) === states,
  String(wanted), { timeout: 60_000 });

describe('an engine that traps', () => {
  const BIG = 'x'.repeat(8 << 20);
  /** @param {string} body shown by the first element */
  const give = (body) => page.evaluate((text) => {
    /** @type {any} */ (document.querySelector('job-tree')).load(`{"job_id": "${text}"}`);
  }, body);

  it('stops the element that brought it about, and no other', async () => {
    page = await newPage(browser, {}, /job-tree engine stopped/);
    let engines = 0;
    await page.route('**/job-tree.wasm', async (route) => {
      engines += 1;
      const response = await route.fetch();
      await route.fulfill({ response, body: withLittleMemory(await response.body()) });
    });
    await showMany(3);
    await allReached(['live', 'live', 'live']);
    assert.equal(engines, 1, 'one engine serves all');
    await give(BIG);
    await allReached(['broken', 'live', 'live']);
    assert.equal(engines, 2);
    const first = page.locator('job-tree').first();
    assert.match(await first.locator('.state').innerText(), /crashed/);

    await first.getByRole('button', { name: 'Reload viewer' }).click();
    for (let i = 0; i < 400 && engines < 3; i += 1) await page.waitForTimeout(50);
    await allReached(['broken', 'live', 'live']);
    assert.equal(engines, 3, 'each trap costs one engine, and nothing loops');

    await give('small');
    await allReached(['settled', 'live', 'live']);
    assert.equal(engines, 3, 'the newest engine serves it, too');
  });

  it('ends even when every engine traps at once', async () => {
    page = await newPage(browser, {}, /job-tree engine stopped/);
    let engines = 0;
    await page.route('**/job-tree.wasm', (route) => {
      engines += 1;
      return route.fulfill({ status: 200, contentType: 'application/wasm', body: brokenEngine() });
    });
    await showMany(5);
    await allReached(Array(5).fill('broken'));
    assert.ok(engines <= 6, `${engines} engines were tried`);
  });
});

describe('queries that are held', () => {
  /** The queries of the page, with what it would wait; and those given up. */
  function listen() {
    /** @type {{ wait: string | undefined, time: number, isOver: boolean }[]} */
    const queries = [];
    /** @type {Map<unknown, typeof queries[0]>} */
    const byRequest = new Map();
    page.on('request', (request) => {
      if (!request.url().includes('/jobs/')) return;
      const query = { wait: request.headers().prefer, time: Date.now(), isOver: false };
      queries.push(query);
      byRequest.set(request, query);
    });
    const end = (/** @type {unknown} */ request) => {
      const query = byRequest.get(request);
      if (query) query.isOver = true;
    };
    page.on('requestfinished', end);
    page.on('requestfailed', end);
    return queries;
  }
  /** @param {() => boolean} holds */
  async function until(holds) {
    for (let i = 0; i < 600 && !holds(); i += 1) await page.waitForTimeout(50);
    assert.ok(holds());
  }

  it('are at most four on a page, and a refresh comes in the place of one', async () => {
    page = await newPage(browser);
    const queries = listen();
    await showMany(6);
    await allReached(Array(6).fill('live'));
    const held = () => queries.filter(({ wait, isOver }) => wait !== undefined && !isOver).length;
    await until(() => held() === 4);
    assert.equal(queries.slice(0, 6).filter(({ wait }) => wait !== undefined).length, 0, 'the first are not held');
    assert.ok(queries.every(({ wait }) => wait === undefined || /^wait=(1[0-9]|2[0-5])$/.test(wait)));

    const before = queries.length;
    await page.evaluate(() => document.querySelectorAll('job-tree').forEach((tree) => /** @type {any} */ (tree).refresh()));
    await until(() => queries.length >= before + 6);
    assert.ok(queries.slice(before, before + 6).every(({ wait }) => wait === undefined), 'a refresh is not held');
    await until(() => queries.slice(0, before + 6).every(({ isOver }) => isOver));
  });

  it('are given up when the page is hidden, and it is asked at once on return', async () => {
    page = await newPage(browser);
    await page.clock.install();
    const queries = listen();
    await showMany(1);
    await until(() => queries.some(({ wait, isOver }) => wait === 'wait=25' && !isOver));
    /** @param {boolean} hidden */
    const hide = (hidden) => page.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { configurable: true, value });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
    await hide(true);
    await until(() => queries.every(({ isOver }) => isOver));
    const before = queries.length;
    await page.clock.runFor(20_000);
    assert.equal(queries.length, before, 'a hidden page asks every half minute');
    await hide(false);
    await until(() => queries.length > before);
  });

  it('tell when the cloud last confirmed what is shown, and a failure does not', async () => {
    page = await newPage(browser, {}, /status of 503/);
    await showMany(1);
    await allReached(['live']);
    const last = () => page.evaluate(() => {
      const { confirmed, ...rest } = /** @type {any} */ (document.querySelector('job-tree')).lastAnswer;
      return { age: Date.now() - confirmed, time: Number(confirmed), ...rest };
    });
    const good = await last();
    assert.ok(good.age >= 0 && good.age < 30_000, `${good.age} ms old`);
    assert.equal(good.status, 200);
    assert.match(good.requestId, /^\S{8,}$/);
    await page.route('**/jobs/**', (route) => route.fulfill({
      status: 503, contentType: 'application/problem+json', headers: { 'X-Request-Id': 'jt-1' }, json: { code: 'jobtree.busy' },
    }));
    await page.evaluate(() => /** @type {any} */ (document.querySelector('job-tree')).refresh());
    await allReached(['stale']);
    const bad = await last();
    assert.ok(bad.time >= good.time && bad.age < 60_000);
    assert.deepEqual([bad.status, bad.requestId], [503, 'jt-1']);
    await page.unroute('**/jobs/**');
  });
});

/**
 * The engine with a memory of at most 4 MiB, so that what is too much for that is a trap, a real one.
 * @param {Buffer} module
 */
function withLittleMemory(module) {
  /** @param {number} at @returns {[number, number]} an unsigned LEB128 number, and where it ends */
  const number = (at) => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = module[at++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return [value, at];
    }
  };
  for (let at = 8; at < module.length;) {
    const [size, content] = number(at + 1);
    if (module[at] === 5) { // the section of memories: their count, then flags, least, most pages of 64 KiB
      const [least] = number(content + 2);
      const section = [5, 4, 1, 1, least, 64];
      return Buffer.concat([module.subarray(0, at), Buffer.from(section), module.subarray(content + size)]);
    }
    at = content + size;
  }
  throw new Error('the module has no memory');
}

/** A module with the exports of the engine, each of which traps. */
function brokenEngine(version = /** @type {number} */ (Abi.version)) {
  const size = (/** @type {number} */ bytes) => (bytes < 0x80 ? [bytes] : [(bytes & 0x7f) | 0x80, bytes >> 7]);
  /** @param {number} id @param {number[]} content */
  const section = (id, content) => [id, ...size(content.length), ...content];
  /** @param {string} name @param {number} kind @param {number} [number] */
  const entry = (name, kind, number = 0) => [name.length, ...Buffer.from(name), kind, number];
  const exported = [...entry('memory', 2), ...entry('version', 0, 1), ...STEPS.flatMap((name) => entry(name, 0))];
  return Buffer.from([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, [2, 0x60, 0, 0, 0x60, 0, 1, 0x7f]), // two types: nothing in, and nothing or a number out
    ...section(3, [2, 0, 1]), // a function of each
    ...section(5, [1, 0, 1]), // one page of memory
    ...section(7, [STEPS.length + 2, ...exported]),
    ...section(10, [2, 3, 0, 0, 0x0b, 4, 0, 0x41, version, 0x0b]), // their code: unreachable; the version
  ]);
}
