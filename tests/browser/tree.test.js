// The tree in a page: rows, keys, clicks, texts, and that only what is on screen exists.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { startBackend } from '../integration/helpers.js';
import {
  barriers, closePage, focusedName, launch, names, newPage, painted, press, showDocument,
} from './browser.js';

/** @param {string} type @param {object[]} [children] @param {object} [more] */
function job(type, children = [], more = {}) {
  return {
    job_id: `id-${type}`, job_type: type, status: 'SUCCESS',
    begin_time: '2026-03-02T01:00:00.000Z', end_time: '2026-03-02T01:00:08.000Z',
    error_code: null, fail_reason: null, entities: { sub_jobs: children }, ...more,
  };
}

const failure = { status: 'FAIL', error_code: 'Ecs.0319', fail_reason: 'Capacity is not enough.' };
const family = job('root', [
  job('alpha', [job('ant'), job('ape', [job('asp')])]),
  job('beta'),
  job('gamma', [job('gnu')]),
]);

/** @type {import('../integration/helpers.js').Backend} */
let backend;
/** @type {import('playwright-core').Browser} */
let browser;
/** @type {import('playwright-core').Page & {complaints: string[]}} */
let page;

before(async () => {
  [backend, browser] = await Promise.all([startBackend(['serve', '--demo', '--listen', '127.0.0.1:0']), launch()]);
  page = await newPage(browser);
  // The page as it is, policy and all, but with the element in the dashboard's place.
  await page.route(`${backend.url}/`, async (route) => {
    const response = await route.fetch();
    const { 'content-encoding': _encoding, 'content-length': _length, ...headers } = response.headers();
    const body = (await response.text()).replace('src="dashboard.js"', 'src="job-tree.js"');
    await route.fulfill({ status: 200, headers, body });
  });
  await page.goto(backend.url);
});
after(async () => {
  await closePage(page);
  await browser.close();
  await backend.stop();
});
// One page serves all tests, each with an element of its own.
afterEach(async () => {
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' });
  assert.deepEqual(page.complaints.splice(0), []);
});

/** @param {string} name */
const row = (name) => page.locator('job-tree .row', { has: page.locator(`.name:text-is("${name}")`) });

describe('the timeline', () => {
  /** @param {number} second */
  const at = (second) => new Date(Date.UTC(2026, 2, 2, 1, 0, second)).toISOString();
  const isZoomed = () => page.locator('job-tree [data-do="zoom"]').getAttribute('aria-pressed');
  /** @param {string} name */
  const bar = (name) => row(name).locator('.lane').evaluate((lane) => {
    const [own, all] = [/** @type {Element} */ (lane.firstElementChild), lane].map((it) => it.getBoundingClientRect());
    return { begin: (own.left - all.left) / all.width, end: (own.right - all.left) / all.width };
  });
  const idle = job('root', [
    job('early', [], { begin_time: at(0), end_time: at(60) }),
    job('late', [], { begin_time: at(7140), end_time: at(7200) }),
  ], { begin_time: at(0), end_time: at(7200) });

  it('cuts an idle hour out, and says how long it was', async () => {
    await showDocument(page, idle);
    assert.match(await page.locator('job-tree .marks .cut').evaluate((it) => /** @type {HTMLElement} */ (it).title), /^⋯ 1h 5\dm$/);
    assert.ok((await bar('early')).end > 0.4);
    assert.ok((await bar('late')).begin < 0.6);
  });

  it('is zoomed by dragging over its head, and shows all again after a double-click', async () => {
    await showDocument(page, idle);
    const box = /** @type {{ x: number, y: number, width: number, height: number }} */ (await page.locator('job-tree .scale').boundingBox());
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * 0.6, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.9, y, { steps: 3 });
    await page.mouse.up();
    await painted(page);
    assert.equal(await isZoomed(), 'true');
    assert.ok((await bar('early')).begin > 1);
    const { begin, end } = await bar('late');
    assert.ok(begin <= 0.01 && end >= 0.99);
    await page.mouse.dblclick(box.x + box.width / 2, y);
    await painted(page);
    assert.equal(await isZoomed(), 'false');
  });

  it('shows the active row alone with its button, by keys, and all again', async () => {
    await showDocument(page, idle);
    await row('early').focus();
    await page.locator('job-tree [data-do="zoom"]').focus();
    await press(page, 'Enter');
    assert.equal(await isZoomed(), 'true');
    assert.ok((await bar('early')).end >= 0.99);
    await press(page, 'Enter');
    assert.equal(await isZoomed(), 'false');
  });
});

describe('the rows', () => {
  it('are the job itself and its sub-jobs, further levels closed', async () => {
    await showDocument(page, family);
    assert.deepEqual(await names(page), ['root', 'alpha', 'beta', 'gamma']);
  });

  it('say where they stand among how many', async () => {
    await showDocument(page, family);
    const standing = await row('gamma').evaluate((node) =>
      ['role', 'aria-level', 'aria-setsize', 'aria-posinset', 'aria-expanded', 'aria-selected']
        .map((name) => node.getAttribute(name)));
    assert.deepEqual(standing, ['treeitem', '2', '3', '3', 'false', 'false']);
    assert.equal(await page.getByRole('treeitem', { name: /^gamma, succeeded, 8\.0s, 1 of 1 done$/ }).count(), 1);
    assert.equal(await row('beta').getAttribute('aria-expanded'), null);
  });

  it('are open on the way to a failure, whose code and reason stand beside it', async () => {
    await showDocument(page, job('root', [job('fine', [job('leaf')]), job('broken', [job('culprit', [], failure)], failure)], failure));
    assert.deepEqual(await names(page), ['root', 'fine', 'broken', 'culprit']);
    assert.match(String(await row('culprit').locator('.error').textContent()), /Ecs\.0319.*Capacity is not enough\./);
  });

  it('open and close by a click on the expander, and by nothing else of the row', async () => {
    await showDocument(page, family);
    await row('alpha').locator('.toggle').click();
    await painted(page);
    assert.deepEqual(await names(page), ['root', 'alpha', 'ant', 'ape', 'beta', 'gamma']);
    await row('gamma').locator('.name').click();
    await painted(page);
    assert.equal((await names(page)).includes('gnu'), false);
    await row('alpha').locator('.toggle').click();
    await painted(page);
    assert.deepEqual(await names(page), ['root', 'alpha', 'beta', 'gamma']);
  });

  it('all open and close by the buttons', async () => {
    await showDocument(page, family);
    await page.getByRole('button', { name: 'Expand all' }).click();
    await painted(page);
    assert.deepEqual(await names(page), ['root', 'alpha', 'ant', 'ape', 'asp', 'beta', 'gamma', 'gnu']);
    await page.getByRole('button', { name: 'Collapse all' }).click();
    await painted(page);
    assert.deepEqual(await names(page), ['root']);
  });

  it('show a status we do not know as it was sent', async () => {
    await showDocument(page, job('root', [job('odd', [], { status: 'TELEPORTING', end_time: '' })]));
    assert.equal(await row('odd').locator('.status').textContent(), 'TELEPORTING');
    assert.ok(await row('odd').locator('.status').isVisible());
  });

  it('name the zone of their times, and change it by attribute', async () => {
    await showDocument(page, family, { 'time-zone': 'America/New_York' });
    assert.match(String(await page.locator('.columns .time').textContent()), /EST|GMT-5/);
    assert.equal(await row('beta').locator('.time').textContent(), '20:00:00');
    await page.locator('job-tree').evaluate((tree) => tree.setAttribute('time-zone', 'Asia/Shanghai'));
    assert.equal(await row('beta').locator('.time').textContent(), '09:00:00');
    await page.locator('job-tree').evaluate((tree) => tree.setAttribute('time-zone', 'Nowhere/At_all'));
    assert.equal(await row('beta').locator('.time').textContent(), '09:00:00');
  });

  it('draw a bar for the part of the whole time that they took', async () => {
    await showDocument(page, job('root', [
      job('first', [], { end_time: '2026-03-02T01:00:04.000Z' }),
      job('second', [], { begin_time: '2026-03-02T01:00:04.000Z' }),
      job('never', [], { status: 'INIT', begin_time: '', end_time: '' }),
    ]));
    const lane = await row('root').locator('.lane').boundingBox();
    const [first, second] = await Promise.all(['first', 'second'].map((name) => row(name).locator('.lane i').boundingBox()));
    assert.ok(lane && first && second);
    assert.ok(Math.abs(first.x - lane.x) < 2 && Math.abs(first.width - lane.width / 2) < 4);
    assert.ok(Math.abs(second.x - first.x - first.width) < 5);
    const dot = await row('never').locator('.lane i').boundingBox();
    assert.ok(dot && dot.width < 10 && dot.x + dot.width <= lane.x + lane.width + 1 && dot.x > lane.x + lane.width * 0.9, 'what waits is a dot');
  });

  it('show a text that is cut in full under the pointer', async () => {
    const long = 'No more of what was wanted is there. '.repeat(20).trim();
    await showDocument(page, job('root', [job('short', [], failure), job('long', [], { ...failure, fail_reason: long })], { status: 'FAIL' }));
    await row('long').locator('.error').hover();
    assert.equal(await row('long').locator('.error').getAttribute('title'), `Ecs.0319  ${long}`);
    await row('short').locator('.error').hover();
    assert.ok(!(await row('short').locator('.error').getAttribute('title')));
  });

  it('name what failed, by its resource or else its own id, before they say why', async () => {
    await showDocument(page, job('root', [
      job('made', [], { ...failure, entities: { server_id: '3b6dc0de', sub_jobs: [] } }),
      job('unmade', [], failure),
    ], { status: 'FAIL' }));
    for (const [name, which, absent] of [['made', '.facts', 'code'], ['unmade', 'code', '.facts']]) {
      const [its, why] = await Promise.all([which, '.error'].map((part) => row(name).locator(`.words ${part}`).boundingBox()));
      assert.ok(its && why && its.x + its.width <= why.x && why.width > 40, name);
      assert.equal(await row(name).locator(`.words ${absent}`).isVisible(), false);
    }
    assert.equal(await row('made').locator('.words .facts').textContent(), '3b6dc0de');
  });
});

describe('the keys of the tree', () => {
  /** @type {[string, string[], string, string[]?][]} keys pressed, the focused row after, the rows after */
  const table = [
    ['Down goes to the next row', ['ArrowDown'], 'alpha'],
    ['Up goes to the row before', ['ArrowDown', 'ArrowDown', 'ArrowUp'], 'alpha'],
    ['Up stays on the first row', ['ArrowUp'], 'root'],
    ['End goes to the last row', ['End'], 'gamma'],
    ['Down stays on the last row', ['End', 'ArrowDown'], 'gamma'],
    ['Home goes to the first row', ['End', 'Home'], 'root'],
    ['Right opens a closed branch and stays', ['ArrowDown', 'ArrowRight'], 'alpha', ['root', 'alpha', 'ant', 'ape', 'beta', 'gamma']],
    ['Right on an open branch goes to its first child', ['ArrowDown', 'ArrowRight', 'ArrowRight'], 'ant'],
    ['Right on a leaf does nothing', ['ArrowDown', 'ArrowDown', 'ArrowRight'], 'beta'],
    ['Left on a leaf goes to its parent', ['ArrowDown', 'ArrowRight', 'ArrowDown', 'ArrowLeft'], 'alpha'],
    ['Left closes an open branch and stays', ['ArrowDown', 'ArrowRight', 'ArrowLeft'], 'alpha', ['root', 'alpha', 'beta', 'gamma']],
    ['Left on a closed root stays', ['ArrowLeft', 'ArrowLeft'], 'root', ['root']],
    ['Star opens all siblings', ['ArrowDown', '*'], 'alpha', ['root', 'alpha', 'ant', 'ape', 'beta', 'gamma', 'gnu']],
    ['A letter goes to the next row that begins with it', ['g'], 'gamma'],
    ['A letter in capitals too', ['B'], 'beta'],
    ['Page Down goes on by a screen', ['PageDown'], 'gamma'],
    ['Page Up goes back by one', ['End', 'PageUp'], 'root'],
  ];
  for (const [what, keys, focused, rows] of table) {
    it(what, async () => {
      await showDocument(page, family);
      await row('root').focus();
      for (const key of keys) await press(page, key);
      assert.equal(await focusedName(page), focused);
      if (rows) assert.deepEqual(await names(page), rows);
    });
  }

  it('they go on from the row that has the focus, however it came there', async () => {
    await showDocument(page, family);
    await row('beta').evaluate((node) => node.focus());
    await painted(page);
    assert.equal(await focusedName(page), 'beta');
    assert.equal(await row('beta').getAttribute('tabindex'), '0');
    await press(page, 'ArrowDown');
    assert.equal(await focusedName(page), 'gamma');
  });

  it('Right and Left swap where text runs from right to left', async () => {
    await page.evaluate(() => { document.documentElement.dir = 'rtl'; });
    await showDocument(page, family);
    await row('root').focus();
    await press(page, 'ArrowRight');
    assert.deepEqual(await names(page), ['root']);
    await page.evaluate(() => { document.documentElement.dir = 'ltr'; });
  });

  it('keys with Control, Alt or Meta are left to the browser', async () => {
    await showDocument(page, family);
    await row('root').focus();
    await press(page, 'Control+ArrowDown');
    assert.equal(await focusedName(page), 'root');
  });

  it('Tab stops at one row alone, the one that was left', async () => {
    await showDocument(page, family);
    await row('root').focus();
    await press(page, 'ArrowDown');
    await press(page, 'Shift+Tab');
    assert.equal(await focusedName(page), null);
    await press(page, 'Tab');
    assert.equal(await focusedName(page), 'alpha');
    await press(page, 'Tab');
    assert.equal(await focusedName(page), null);
  });

  it('Enter shows a row in full, Escape puts it away and the focus stays', async () => {
    await showDocument(page, job('root', [job('culprit', [], { ...failure, entities: { server_id: 'srv-1' } })], failure));
    await row('root').focus();
    await press(page, 'ArrowDown');
    await press(page, 'Enter');
    const detail = page.locator('job-tree .detail');
    assert.equal(await row('culprit').getAttribute('aria-selected'), 'true');
    const text = await detail.innerText();
    for (const part of ['culprit', 'Failed', 'Ecs.0319', 'Capacity is not enough.', 'id-culprit', 'server_id: srv-1', 'GMT+8']) {
      assert.ok(text.includes(part), `${part} in ${text}`);
    }
    await press(page, 'Escape');
    assert.equal(await detail.isVisible(), false);
    assert.equal(await focusedName(page), 'culprit');
  });

  it('closing the details by their button gives the focus back to the row', async () => {
    await showDocument(page, family);
    await row('beta').click();
    await page.getByRole('button', { name: 'Close details' }).click();
    await painted(page);
    assert.equal(await page.locator('job-tree .detail').isVisible(), false);
    assert.equal(await focusedName(page), 'beta');
  });
});

describe('what is done with the tree as a whole', () => {
  const wide = job('root', [
    job('alpha', [job('ant'), job('ape', [job('asp', [], { ...failure, end_time: '2026-03-02T01:00:03.000Z' })])]),
    job('beta', [], { status: 'RUNNING', end_time: '' }),
    job('gamma', [job('gnu', [], failure), job('gull')], { status: 'FAIL' }),
    job('odd', [], { status: 'TELEPORTING', end_time: '' }),
  ], { status: 'RUNNING', end_time: '' });
  const search = () => page.getByRole('searchbox', { name: 'Filter sub-jobs…' });
  const matches = () => page.locator('job-tree [data-field="matches"]').textContent();
  /** @param {string} name */
  const chip = (name) => page.getByRole('button', { name, exact: true });

  it('a search finds jobs in closed branches while it is typed, and says how many', async () => {
    await showDocument(page, family);
    await search().fill('ASP');
    await painted(page);
    assert.deepEqual(await names(page), ['root', 'alpha', 'ape', 'asp']);
    assert.equal(await matches(), '1 of 7 match');
    assert.equal(await row('ape').getAttribute('data-way'), '1');
    assert.equal(await row('asp').getAttribute('data-way'), '0');
    assert.deepEqual(await barriers(page), []);
    await page.waitForFunction(() => document.querySelector('job-tree')?.shadowRoot
      ?.querySelector('[role="status"]')?.textContent === '1 of 7 match');
  });

  it('a slash goes to the search, Enter to what it found, Escape back with all rows', async () => {
    await showDocument(page, family);
    await row('root').focus();
    await press(page, '/');
    await page.keyboard.type('gn');
    await press(page, 'Enter');
    assert.equal(await focusedName(page), 'gnu');
    await press(page, '/');
    await press(page, 'Escape');
    assert.equal(await search().inputValue(), '');
    // Whoever was not sent there by hand finds the tree as it was.
    assert.deepEqual(await names(page), ['root', 'alpha', 'beta', 'gamma']);
    assert.equal(await focusedName(page), 'gamma');
  });

  it('a chip shows the jobs of its class, as many as it says, and those of no known class', async () => {
    await showDocument(page, wide);
    await chip('2 failed').click();
    await painted(page);
    assert.deepEqual(await names(page), ['root', 'alpha', 'ape', 'asp', 'gamma', 'gnu', 'odd']);
    assert.equal(await chip('2 failed').getAttribute('aria-pressed'), 'true');
    assert.equal(await row('gnu').getAttribute('aria-setsize'), '1');
    await chip('2 failed').press('Space');
    await painted(page);
    assert.equal(await chip('2 failed').getAttribute('aria-pressed'), 'false');
    assert.equal((await names(page)).includes('beta'), true);
  });

  it('the button beside the count shows all again', async () => {
    await showDocument(page, wide);
    await chip('1 running').click();
    await search().fill('beta');
    await page.getByRole('button', { name: 'Show all' }).click();
    await painted(page);
    assert.equal(await search().inputValue(), '');
    assert.equal(await chip('1 running').getAttribute('aria-pressed'), 'false');
    assert.equal(await matches(), '');
    assert.equal(await focusedName(page), 'beta');
  });

  it('the order is chosen', async () => {
    await showDocument(page, wide, { expand: 'none' });
    await press(page, 'Tab');
    await page.getByLabel('Sort').selectOption('Failed first');
    await page.getByLabel('Expand to level').selectOption('1');
    await painted(page);
    assert.deepEqual(await names(page), ['root', 'alpha', 'gamma', 'odd', 'beta']);
    await page.getByLabel('Sort').selectOption('Original order');
    await painted(page);
    assert.deepEqual(await names(page), ['root', 'alpha', 'beta', 'gamma', 'odd']);
  });

  it('so many levels are opened as are chosen', async () => {
    await showDocument(page, family);
    const levels = page.getByLabel('Expand to level');
    assert.deepEqual(await levels.locator('option').allTextContents(), ['Depth', '1', '2', '3']);
    await levels.selectOption('2');
    await painted(page);
    assert.deepEqual(await names(page), ['root', 'alpha', 'ant', 'ape', 'beta', 'gamma', 'gnu']);
    assert.equal(await levels.inputValue(), 'Depth');
  });

  it('F8 goes from failure to failure, out of closed branches, with Shift back; so do . and ,', async () => {
    await showDocument(page, wide, { expand: 'none' });
    await row('root').focus();
    for (const [key, name] of [['F8', 'asp'], ['F8', 'gnu'], ['F8', 'asp'], ['Shift+F8', 'gnu'], [',', 'asp'], ['.', 'gnu']]) {
      await press(page, key);
      assert.equal(await focusedName(page), name, key);
    }
    await page.getByRole('button', { name: 'Next failure' }).click();
    await painted(page);
    assert.equal(await focusedName(page), 'asp');
  });

  it('the first failure is marked in words where it is, and a button above goes there', async () => {
    await showDocument(page, wide, { expand: 'none' });
    await page.getByRole('button', { name: 'First failure', exact: true }).click();
    await painted(page);
    assert.equal(await focusedName(page), 'asp');
    assert.ok(await row('asp').locator('.cause').isVisible());
    assert.equal(await row('gamma').locator('.cause').isVisible(), false);
    assert.ok(await page.locator('job-tree .detail .cause').isVisible());
    assert.equal(await page.getByRole('treeitem', { name: /asp, failed, .*first failure/ }).count(), 1);
  });

  it('a single job has nothing to search', async () => {
    await showDocument(page, job('alone'));
    assert.equal(await page.locator('job-tree .tools').isVisible(), false);
  });

  it('the details show the job as it was answered, and copy it and its error', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await showDocument(page, wide);
    await row('gnu').click();
    await page.locator('job-tree .detail summary').click();
    await painted(page);
    const shown = JSON.parse(await page.locator('job-tree .detail pre').innerText());
    assert.deepEqual(shown, job('gnu', [], failure));
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await page.getByRole('button', { name: 'Copy JSON' }).click();
    await page.locator('job-tree [role="status"]', { hasText: 'Copied' }).waitFor({ state: 'attached' });
    assert.deepEqual(JSON.parse(await copied()), shown);
    await page.getByRole('button', { name: 'Copy error' }).click();
    await page.waitForFunction(async () => (await navigator.clipboard.readText()).startsWith('Ecs.'));
    assert.equal(await copied(), 'Ecs.0319  Capacity is not enough.');
    await page.locator('job-tree').evaluate((tree) => /** @type {any} */ (tree).reveal('id-alpha'));
    await painted(page);
    assert.equal(JSON.parse(await page.locator('job-tree .detail pre').innerText()).job_id, 'id-alpha');
  });

  it('the element reveals a job by its id, gives the document back, and a table of it', async () => {
    await showDocument(page, wide, { expand: 'none' });
    const found = await page.locator('job-tree').evaluate((it) => {
      const tree = /** @type {any} */ (it);
      return { yes: tree.reveal('id-gull'), no: tree.reveal('nobody'), json: JSON.parse(JSON.stringify(tree)), csv: tree.toCSV() };
    });
    await painted(page);
    assert.equal(found.yes, true);
    assert.equal(found.no, false);
    assert.deepEqual(found.json, wide);
    assert.equal(found.csv.split('\r\n').length, 1 + 10 + 1);
    assert.match(found.csv, /^level,id,.*\r\n1,id-root,,root,running,/);
    assert.equal(await row('gull').getAttribute('aria-selected'), 'true');
  });

  it('fits on a narrow screen, and the details have it to themselves', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    await showDocument(page, wide);
    assert.ok(await search().isVisible());
    const width = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(width[0] <= width[1], String(width));
    await row('root').click();
    await painted(page);
    assert.equal(await search().isVisible(), false);
    await page.getByRole('button', { name: 'Close details' }).click();
    await painted(page);
    assert.ok(await search().isVisible());
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('speaks Chinese', async () => {
    await showDocument(page, wide, { lang: 'zh-CN' });
    await page.getByRole('searchbox', { name: '搜索子任务' }).fill('失败');
    await painted(page);
    assert.equal(await matches(), '匹配 3 个（共 9 个）');
    assert.match(await page.locator('job-tree .tools').innerText(), /显示全部[\s\S]*下一个失败项[\s\S]*默认顺序/);
  });
});

describe('a job of 10,000 sub-jobs', () => {
  const crowd = () => job('crowd', Array.from({ length: 10_000 }, (_, i) => job(`n${i}`)));
  const mounted = () => page.locator('job-tree .row').count();

  it('has only the rows on screen and a few more, wherever one scrolls', async () => {
    await showDocument(page, crowd());
    assert.equal(await page.locator('job-tree').evaluate((tree) => /** @type {any} */ (tree).job.total), 10_000);
    for (const top of [0, 17, 1000, 123_456, 1e9]) {
      await page.locator('job-tree .tree').evaluate((tree, to) => { tree.scrollTop = to; }, top);
      await painted(page);
      const count = await mounted();
      assert.ok(count > 5 && count < 60, `${count} rows at ${top}`);
    }
    assert.equal((await names(page)).at(-1), 'n9999');
  });

  it('leaves no row of the screen empty', async () => {
    await showDocument(page, crowd());
    await page.locator('job-tree .tree').evaluate((tree) => { tree.scrollTop = 50_000; });
    await painted(page);
    const gaps = await page.locator('job-tree .tree').evaluate((tree) => {
      const box = tree.getBoundingClientRect();
      const root = /** @type {ShadowRoot} */ (tree.getRootNode());
      return Array.from({ length: 20 }, (_, i) => box.top + ((i + 0.5) * box.height) / 20)
        .filter((y) => !root.elementFromPoint(box.left + 40, y)?.closest('.row'));
    });
    assert.deepEqual(gaps, []);
  });

  it('is walked by keys without losing the focus', async () => {
    await showDocument(page, crowd());
    await row('crowd').focus();
    await press(page, 'End');
    assert.equal(await focusedName(page), 'n9999');
    assert.ok((await page.locator('job-tree .row:focus').boundingBox()) !== null);
    await press(page, 'PageUp');
    assert.match(String(await focusedName(page)), /^n99[789]\d$/);
    // Scrolled out of sight, the focused row stays, and the keys go on from it.
    const before = await focusedName(page);
    await page.locator('job-tree .tree').evaluate((tree) => { tree.scrollTop = 0; });
    await painted(page);
    assert.equal(await focusedName(page), before);
    await press(page, 'Home');
    assert.equal(await focusedName(page), 'crowd');
  });

  it('has its rows in the document in the order of the screen', async () => {
    await showDocument(page, crowd());
    for (const top of [5000, 2000, 2300, 900_000, 0]) {
      await page.locator('job-tree .tree').evaluate((tree, to) => { tree.scrollTop = to; }, top);
      await painted(page);
    }
    const shown = (await names(page)).slice(1).map((name) => Number(name.slice(1)));
    assert.deepEqual(shown, [...shown].sort((a, b) => a - b));
  });

  it('is searched, and closed and opened as a whole, at once', async () => {
    await showDocument(page, crowd());
    await page.getByRole('searchbox', { name: 'Filter sub-jobs…' }).fill('n9999');
    await painted(page);
    assert.deepEqual(await names(page), ['crowd', 'n9999']);
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByRole('button', { name: 'Collapse all' }).click();
    await painted(page);
    assert.deepEqual(await names(page), ['crowd']);
  });
});

describe('a job of 100,000 sub-jobs', () => {
  it('is scrolled through from end to end, every row in its place', async () => {
    const lean = { job_id: 'p', job_type: 'huge', status: 'RUNNING', sub_jobs: Array.from({ length: 100_000 }, (_, i) => ({ job_id: `h${i}`, status: 'SUCCESS' })) };
    await showDocument(page, lean);
    const tree = page.locator('job-tree .tree');
    const rowHeight = await tree.evaluate((node) => node.scrollHeight / 100_001);
    assert.equal(rowHeight, 35); // 3,500,035 pixels: a tenth of what a browser can lay out
    for (const at of [1, 500, 49_999, 99_000, 100_000]) {
      await tree.evaluate((node, top) => { node.scrollTop = top; }, at * rowHeight);
      await painted(page);
      const shown = await names(page);
      assert.ok(shown.includes(`h${at - 1}`), `h${at - 1} in ${shown}`);
      assert.ok(shown.length < 60);
    }
  });
});

describe('a job higher than a browser can lay out', () => {
  it('is scrolled to its last row, and each step is as long as it looks', async () => {
    await showDocument(page, job('root', Array.from({ length: 40_000 }, (_, i) => job(`n${i}`))));
    await page.locator('job-tree').evaluate((tree) => tree.style.setProperty('--job-tree-row-height', '1000px'));
    const list = page.locator('job-tree .tree');
    /** @param {number} top */
    const scrollTo = async (top) => {
      await list.evaluate((node, to) => { node.scrollTop = to; }, top);
      await painted(page);
    };
    /** What is seen at the top, by its name, and how far it is above the edge. */
    const seen = () => list.evaluate((node) => {
      const { top } = node.getBoundingClientRect();
      const rows = [...node.querySelectorAll('.row')].map((row) => ({ row, box: row.getBoundingClientRect() }));
      const first = rows.find(({ box }) => box.top <= top && box.bottom > top);
      return { name: first?.row.querySelector('.name')?.textContent, above: Math.round(top - (first?.box.top ?? 0)) };
    });
    await painted(page);
    assert.ok(await list.evaluate((node) => node.scrollHeight) <= 7e6);
    await scrollTo(1e9);
    assert.ok((await names(page)).includes('n39999'));
    await scrollTo(3_000_400);
    const before = await seen();
    assert.match(String(before.name), /^n1[67]\d\d\d$/);
    await scrollTo(await list.evaluate((node) => node.scrollTop) + 1000);
    assert.deepEqual(await seen(), { name: `n${Number(before.name?.slice(1)) + 1}`, above: before.above });
    await row('root').focus();
    await press(page, 'End');
    assert.equal(await focusedName(page), 'n39999');
    await press(page, 'Home');
    assert.equal(await focusedName(page), 'root');
  });
});

describe('texts of the cloud', () => {
  it('stay text, whatever they hold', async () => {
    const evil = '<img src=x onerror="window.hurt=1"><script>window.hurt=1</script>';
    await showDocument(page, job(evil, [job(evil, [], {
      status: evil, job_id: evil, begin_time: evil, end_time: evil, error_code: evil, fail_reason: evil,
      entities: { [evil]: evil },
    })], { fail_reason: evil }));
    await page.locator('job-tree .row').nth(1).click();
    await painted(page);
    const found = await page.evaluate(() => {
      const root = document.querySelector('job-tree')?.shadowRoot;
      return { hurt: 'hurt' in window, nodes: root?.querySelectorAll('img, script, b').length, text: root?.textContent };
    });
    assert.equal(found.hurt, false);
    assert.equal(found.nodes, 0);
    assert.ok(found.text?.includes(evil));
  });

  it('of great length break nothing', async () => {
    const long = 'x'.repeat(5000);
    await showDocument(page, job(long, [job(long, [], { ...failure, fail_reason: long })]));
    await page.locator('job-tree .row').nth(1).click();
    await painted(page);
    const width = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(width[0] <= width[1]);
  });
});

describe('the element', () => {
  it('gives the job in a few words, and tells of a selection', async () => {
    await showDocument(page, family);
    const heard = page.evaluate(() => new Promise((resolve) => {
      document.addEventListener('job-tree-select', (event) => resolve(/** @type {CustomEvent} */ (event).detail), { once: true });
    }));
    await row('beta').click();
    assert.deepEqual(await heard, { id: 'id-beta', type: 'beta', status: 'succeeded' });
    const summary = await page.locator('job-tree').evaluate((tree) => {
      const { job: it, state } = /** @type {any} */ (tree);
      return { ...it, begin: it.begin.toISOString(), end: it.end.toISOString(), state, frozen: Object.isFrozen(it) };
    });
    assert.deepEqual(summary, {
      id: 'id-root', type: 'root', name: 'root',
      status: 'succeeded', statusText: 'succeeded', statusSent: 'SUCCESS', hasEnded: true,
      begin: '2026-03-02T01:00:00.000Z', end: '2026-03-02T01:00:08.000Z', duration: '8.0s', durationMs: 8000,
      error: '', errorCode: '', errorReason: '', failures: '', estimate: '',
      progress: '4 of 4 done', total: 4, done: 4, failed: 0, warning: false, state: 'settled', frozen: true,
      counts: { waiting: 0, running: 0, succeeded: 4, failed: 0, cancelled: 0, skipped: 0, unknown: 0 },
    });
  });

  it('loses nothing of what it was about to draw when a listener goes on in the midst of it', async () => {
    await showDocument(page, family);
    await page.locator('job-tree').evaluate((node) => {
      const tree = /** @type {any} */ (node);
      tree.addEventListener('job-tree-select', () => {
        tree.filter = 'ant';
        tree.reveal('id-ant');
      }, { once: true });
    });
    await row('beta').click();
    await painted(page);
    await painted(page);
    assert.ok((await names(page)).includes('ant'));
    assert.equal((await names(page)).includes('beta'), false);
    assert.equal(await page.locator('job-tree .row[aria-selected="true"] .name').innerText(), 'ant');
    assert.match(await page.locator('job-tree .detail h3').innerText(), /ant/);
    assert.equal(await page.locator('job-tree').getAttribute('selected'), 'id-ant');
  });

  it('keeps its tree when it is moved in the page, and lets go of it when it leaves', async () => {
    await showDocument(page, family);
    await row('alpha').locator('.toggle').click();
    await painted(page);
    await page.locator('job-tree').evaluate((tree) => document.body.append(tree));
    await painted(page);
    assert.equal((await names(page)).includes('ant'), true);
    await page.locator('job-tree').evaluate((tree) => tree.remove());
    await painted(page);
  });

  it('shows a document of another shape as not understood, and a later good one', async () => {
    await page.evaluate(() => {
      const tree = /** @type {any} */ (document.createElement('job-tree'));
      document.body.replaceChildren(tree);
      tree.load('{"hello": [1, 2');
    });
    await page.waitForFunction(() => /** @type {any} */ (document.querySelector('job-tree')).state === 'not_understood');
    assert.match(await page.locator('job-tree .state').innerText(), /not JSON/);
    await page.evaluate((good) => /** @type {any} */ (document.querySelector('job-tree')).load(good), family);
    await page.locator('job-tree .row').first().waitFor();
  });

  it('follows its theme, or else the page around it', async () => {
    await showDocument(page, family);
    const surface = () => page.locator('job-tree').evaluate((tree) => getComputedStyle(tree).backgroundColor);
    const light = await surface();
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await surface();
    assert.notEqual(dark, light);
    await page.locator('job-tree').evaluate((tree) => tree.setAttribute('theme', 'light'));
    assert.equal(await surface(), light);
  });

  it('has no barriers that axe can find, in light, dark and narrow, with a row selected', async () => {
    await showDocument(page, job('root', [
      job('broken', [], failure), job('running', [], { status: 'RUNNING', end_time: '' }),
      job('waiting', [], { status: 'INIT' }), job('odd', [], { status: 'TELEPORTING' }),
      job('gone', [], { status: 'CANCEL' }), job('left', [], { status: 'SKIPPED' }), job('fine'),
    ], { status: 'RUNNING', end_time: '' }));
    await row('broken').click();
    await painted(page);
    await page.locator('job-tree').evaluate((tree) =>
      Promise.all((tree.shadowRoot?.getAnimations() ?? []).map((it) => it.finished.catch(() => {}))));
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await barriers(page), [], colorScheme);
    }
    await page.setViewportSize({ width: 320, height: 640 });
    await press(page, 'Escape');
    assert.deepEqual(await barriers(page), [], 'narrow');
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('tells the status by shape where colours are forced', async () => {
    await page.emulateMedia({ forcedColors: 'active' });
    await showDocument(page, job('root', [job('broken', [], failure), job('fine')]));
    const shapes = await Promise.all(['broken', 'fine'].map((name) => row(name).locator('.icon path').getAttribute('d')));
    assert.notEqual(shapes[0], shapes[1]);
    assert.deepEqual(await barriers(page), []);
  });
});
