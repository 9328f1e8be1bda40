// The command palette: all that can be done, found by a few letters, by the keyboard alone.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { documentedJob, endlessJob } from '../integration/helpers.js';
import { barriers, painted } from './browser.js';
import { backend, page, providePages, provideStage, renewPage } from './stage.js';

const running = `/?job=cn-north-4/ecs/-/${endlessJob}`;
const both = `${running}&job=cn-north-4/eip/-/${documentedJob}`;

provideStage();
providePages();

const palette = () => page.locator('#palette');
const field = () => page.getByRole('combobox', { name: /^(Commands|命令)$/ });
const options = () => palette().getByRole('option').locator('bdi').allTextContents();
const chosen = () => palette().locator('[aria-selected="true"] bdi').allTextContents();

/** @param {string} path */
async function visit(path) {
  await page.goto(backend.url + path);
  await page.locator('job-tree:visible .row').first().waitFor();
}

/** @param {string} text */
async function type(text) {
  await page.keyboard.type(text);
  await painted(page);
}

describe('the palette', () => {
  it('opens by Control K or Command K, wherever the focus is, and closes by it and by Escape to where one was', async () => {
    await visit(running);
    await page.locator('#export').focus();
    for (const [open, close] of [['Control+k', 'Escape'], ['Meta+k', 'Control+k']]) {
      await page.keyboard.press(open);
      await palette().waitFor();
      assert.ok(await field().evaluate((it) => it === document.activeElement));
      await page.keyboard.press(close);
      assert.equal(await palette().isVisible(), false);
      assert.equal(await page.evaluate(() => document.activeElement?.id), 'export');
    }
    await page.locator('job-tree .search input').focus();
    await page.keyboard.press('Control+k');
    await palette().waitFor();
  });

  it('has every action of the page once, each with its key', async () => {
    await visit(both);
    await page.getByRole('button', { name: 'Commands' }).click();
    const all = await options();
    assert.deepEqual(all, [...new Set(all)]);
    for (const action of ['Next job', 'Add jobs', 'Filter sub-jobs', 'Go to running', 'Expand all', 'Pause / resume', 'Copy link', 'Name…', 'Remove',
      'Sub-jobs (CSV)', 'Copy as curl', 'Activity', 'Theme', 'Compact rows', 'Language: 中文', 'Keyboard shortcuts', 'Create EIPs']) {
      assert.ok(all.includes(action), `${action} is not in ${all.join(', ')}`);
    }
    assert.equal(await palette().getByRole('option', { name: 'Activity' }).locator('kbd').innerText(), 'h');
    await page.keyboard.press('Escape');
    await page.locator('main').focus();
    await page.keyboard.press('?');
    for (const word of await page.locator('#help dt').allTextContents()) {
      assert.ok(all.includes(word) || ['Next failed sub-job', 'Jobs on this server', 'Export', 'Use the API', 'Move up', 'Undo removal', 'Commands', 'Close dialog'].includes(word), word);
    }
    assert.equal(await page.locator('#help kbd').getByText(/^(Ctrl|⌘) K$/).count(), 1);
  });

  it('finds by the words that are typed, and does what is chosen by arrows and Enter', async () => {
    await visit(running);
    await page.keyboard.press('Control+k');
    await type('ALL exp');
    assert.deepEqual(await options(), ['Expand all']);
    await page.keyboard.press('Control+a');
    await type('all');
    const [first, second] = await options();
    assert.deepEqual(await chosen(), [first]);
    assert.equal(await field().getAttribute('aria-activedescendant'), 'command-0');
    await page.keyboard.press('ArrowDown');
    assert.deepEqual(await chosen(), [second]);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    assert.deepEqual(await chosen(), (await options()).slice(-1));
    await page.keyboard.press('Control+a');
    await type('activ');
    await page.keyboard.press('Enter');
    await page.locator('#history').waitFor();
    assert.equal(await palette().isVisible(), false);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await type('no such thing');
    assert.equal(await palette().locator('.help').innerText(), 'No such command.');
    await page.keyboard.press('Enter');
    assert.ok(await palette().isVisible());
    assert.deepEqual(await barriers(page), []);
  });

  it('offers what can be done now: without a job nothing of one, and no failure where there is none', async () => {
    await page.goto(`${backend.url}/#new`);
    await page.locator('#demo').waitFor();
    await page.keyboard.press('Control+k');
    const all = await options();
    for (const action of ['Refresh', 'Copy link', 'Activity', 'Next job']) assert.ok(!all.includes(action), action);
    assert.ok(all.includes('Theme'));
    await visit(running);
    await page.keyboard.press('Control+k');
    assert.ok(!(await options()).includes('Next failed sub-job'));
  });

  it('leads to another open job, and changes how dense the rows stand, which is remembered', async () => {
    await visit(both);
    await page.keyboard.press('Control+k');
    await type('eips');
    await page.keyboard.press('Enter');
    await page.locator('job-tree:visible h2', { hasText: 'Create EIPs' }).waitFor();
    const height = () => page.locator('job-tree:visible .row').first().evaluate((row) => row.getBoundingClientRect().height);
    const before = await height();
    await page.keyboard.press('Control+k');
    await type('compact');
    await page.keyboard.press('Enter');
    await painted(page);
    assert.ok((await height()) < before);
    assert.equal(await page.locator('#density').getAttribute('aria-pressed'), 'true');
    await page.reload();
    await page.locator('job-tree:visible .row').first().waitFor();
    await painted(page);
    assert.ok((await height()) < before);
    await page.locator('#density').click();
    await painted(page);
    assert.equal(await height(), before);
  });

  it('speaks Chinese, and has no barriers that axe can find, on a phone too', async () => {
    await renewPage({ locale: 'zh-CN', viewport: { width: 360, height: 640 } });
    await visit(running);
    await page.locator('#commands-open').click();
    await type('展开');
    assert.deepEqual(await options(), ['全部展开']);
    assert.deepEqual(await barriers(page), []);
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
    await palette().getByRole('option').click();
    assert.equal(await palette().isVisible(), false);
  });
});
