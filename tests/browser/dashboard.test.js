// The dashboard: opening jobs, the URL, the list at the side, languages, colours, narrow screens.

import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';

import { documentedJob, endlessJob } from '../integration/helpers.js';
import { barriers, names, painted } from './browser.js';
import { backend, page, providePages, provideStage, renewPage } from './stage.js';

/** @type {{region: string, service: string, project_id: string, job_id: string, title: {en: string, zh: string}}[]} */
let demoJobs;

provideStage(async () => {
  demoJobs = (await (await fetch(`${backend.url}/api/config`)).json()).demo.jobs;
});
providePages();

/** @param {string} [path] */
const visit = (path = '/') => page.goto(backend.url + path);

/** @param {string} text */
async function open(text) {
  await page.getByLabel('Job ID, link or log').fill(text);
  await page.getByLabel('Job ID, link or log').press('Enter');
}

const shownTree = () => page.locator('job-tree:visible');
const heading = () => shownTree().locator('h2');

/** @param {RegExp} title */
const demoJob = (title) => {
  const job = demoJobs.find((it) => title.test(it.title.en));
  assert.ok(job);
  return job;
};

describe('a first visit', () => {
  it('explains itself, offers the jobs of the demo and says that it is one', async () => {
    await visit();
    assert.match(await page.locator('.lead').innerText(), /Paste a job ID/);
    assert.match(await page.locator('#job-help').innerText(), /job IDs, an API response, a console link or a log/);
    await page.locator('#demo-banner').waitFor();
    assert.equal(await page.locator('#demo-banner').innerText(), 'Demo mode');
    assert.match(await page.locator('#demo').innerText(), /Nothing here is real and nothing is billed/);
    assert.ok((await page.locator('#demo .choices li').count()) >= demoJobs.length);
    assert.equal(await page.title(), 'jobtree');
    assert.equal(await page.locator('nav').isVisible(), false);
  });

  it("looks and works the same again, from the browser's cache", async () => {
    for (let visits = 0; visits < 3; visits += 1) {
      await visit();
      await page.locator('#demo').waitFor();
      assert.equal(await page.evaluate(() => getComputedStyle(document.body).display), 'flex');
    }
  });

  it('opens a demo job by one click, and the link of it in another tab', async () => {
    await visit();
    const link = page.getByRole('link', { name: /The documented example/ });
    const href = String(await link.getAttribute('href'));
    await link.click();
    await heading().getByText('Create EIPs').waitFor();
    await visit(href);
    await heading().getByText('Create EIPs').waitFor();
  });
});

describe('a job', () => {
  it('opens by its id, in the service and region chosen', async () => {
    await visit();
    await page.locator('#open').getByLabel('Service').selectOption('ecs');
    await open(endlessJob);
    await heading().getByText('Create server').waitFor();
    assert.equal(new URL(page.url()).search, `?job=cn-north-4/ecs/-/${endlessJob}`);
    await page.goto(`${backend.url}/#new`);
    await page.reload();
    await page.locator('#demo').waitFor();
    assert.equal(await page.locator('#open').getByLabel('Service').inputValue(), 'ecs');
    assert.equal(await page.locator('#open').getByLabel('Region').inputValue(), 'cn-north-4');
    assert.equal(await page.locator('#open').getByLabel('Region').locator(':checked').innerText(), 'CN North-Beijing4 (cn-north-4)');
    await page.locator('nav li a').click();
    await heading().getByText('Create server').waitFor();
    assert.equal(await shownTree().evaluate((tree) => /** @type {any} */ (tree).state), 'live');
  });

  it('opens by a text that holds its id', async () => {
    await visit();
    await open(`{"job_id": "${documentedJob}"}`);
    await heading().getByText('Create EIPs').waitFor();
    assert.equal(await shownTree().locator('.summary .id code').innerText(), documentedJob);
    assert.match(await shownTree().locator('.times').innerText(), /Dec 5, 2022, 16:10:19 GMT\+8/);
  });

  it('is not opened by the Enter that confirms what an input method has composed', async () => {
    await visit();
    const field = page.getByLabel('Job ID, link or log');
    await field.fill(documentedJob);
    const enter = (/** @type {number} */ keyCode) => field.evaluate((it, code) => it.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Enter', keyCode: code, bubbles: true, cancelable: true })), keyCode);
    assert.equal(await enter(229), true, 'the key is left to the input method');
    assert.equal(await page.locator('nav li').count(), 0);
    assert.equal(await enter(13), false);
    await page.locator('nav li').waitFor();
  });

  for (const [locale, chosen] of [['en-US', 'CN North-Beijing4 (cn-north-4)'], ['zh-CN', '华北-北京四 (cn-north-4)']]) {
    for (const width of [360, 1366]) {
      it(`is opened where the names of service and region are seen whole, ${locale}, ${width} pixels wide`, async () => {
        await renewPage({ locale, viewport: { width, height: 800 } });
        await visit();
        await page.locator('#open [name="region"] option').first().waitFor({ state: 'attached' });
        assert.equal(await page.locator('#open [name="region"] :checked').innerText(), chosen);
        // A select is as wide as its longest option, if nothing else tells it how wide to be.
        const cut = await page.evaluate(() => /** @type {HTMLSelectElement[]} */ ([...document.querySelectorAll('#open select')]).flatMap((select) => {
          const texts = [...select.selectedOptions, ...select.options].map((it, i) => (i === 0 ? it.text : it.text.replace(/ \(.*/, '')));
          const room = select.offsetWidth;
          select.style.width = 'max-content';
          return texts.filter((text) => {
            select.replaceChildren(new Option(text));
            return select.offsetWidth > room;
          });
        }));
        assert.deepEqual(cut, []);
      });
    }
  }

  it('is asked for again when the text holds none, and so is a project', async () => {
    await visit();
    await open('nothing of the kind in here');
    assert.match(await page.locator('#job-help').innerText(), /No job ID found/);
    assert.equal(await page.getByLabel('Job ID, link or log').getAttribute('aria-invalid'), 'true');
    await page.locator('#open').getByLabel('Project ID').fill('mine');
    await open(documentedJob);
    assert.match(await page.locator('#project-help').innerText(), /32 hexadecimal digits/);
    assert.ok(await page.locator('#open').getByLabel('Project ID').evaluate((input) => input === document.activeElement));
    await page.locator('#open').getByLabel('Project ID').fill('');
    await open(documentedJob);
    await heading().waitFor();
  });

  it('shows its state in the title and the icon of the tab', async () => {
    await visit(`/?job=cn-north-4/ecs/-/${endlessJob}&job=cn-north-4/eip/-/${documentedJob}`);
    await page.waitForFunction(() => document.title === '● Create server');
    const icon = () => page.locator('link[rel="icon"]').getAttribute('href');
    const running = String(await icon());
    assert.match(running, /^data:image\/svg\+xml,/);
    await page.locator('nav li a').nth(1).click();
    await page.waitForFunction(() => document.title === '✓ Create EIPs');
    assert.notEqual(await icon(), running);
    await page.locator('nav .another').click();
    await page.waitForFunction(() => document.title === 'jobtree');
  });

  it('copies its id', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await visit(`/?job=cn-north-4/eip/-/${documentedJob}`);
    await page.getByRole('button', { name: 'Copy job ID' }).first().click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), documentedJob);
    assert.equal(await shownTree().locator('[role="status"]').textContent(), 'Copied');
  });

  it('pauses and goes on by its button', async () => {
    await page.clock.install();
    await visit(`/?job=cn-north-4/ecs/-/${endlessJob}`);
    await heading().waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await shownTree().getByText('Paused').waitFor();
    let asked = 0;
    page.on('request', (request) => { asked += Number(request.url().includes('/jobs/')); });
    await page.clock.runFor(120_000);
    assert.equal(asked, 0);
    await page.getByRole('button', { name: 'Resume' }).click();
    await shownTree().getByText('Live').waitFor();
  });
});

describe('a new batch', () => {
  it('starts by the form and is shown', async () => {
    await visit();
    await page.getByRole('spinbutton', { name: 'Number of IPs' }).fill('3');
    await page.getByLabel('Failure rate').fill('33');
    assert.equal(await page.locator('#batch .help').innerText(), '1 will fail.');
    await page.getByRole('button', { name: 'Create and watch' }).click();
    await heading().getByText('Create EIPs').waitFor();
    await page.waitForFunction(() => /** @type {any} */ (document.querySelector('job-tree:not([hidden])'))?.job?.total === 3);
  });

  it('of a hundred thousand takes one click, and its rate of failure another', async () => {
    await visit();
    await page.locator('#sizes').getByRole('button', { name: '100,000' }).click();
    assert.equal(await page.getByRole('spinbutton', { name: 'Number of IPs' }).inputValue(), '100000');
    await page.getByLabel('Failure rate').fill('0.5');
    assert.equal(await page.locator('#batch .help').innerText(), '500 will fail.');
  });

  it('is refused in words when it is none', async () => {
    await visit();
    await page.locator('#demo').waitFor();
    for (const [size, rate] of [['0', '0'], ['1000001', '0'], ['2.5', '0'], ['20', '101'], ['20', '-1'], ['', '0']]) {
      await page.getByRole('spinbutton', { name: 'Number of IPs' }).fill(size);
      await page.getByLabel('Failure rate').fill(rate);
      await page.getByRole('button', { name: 'Create and watch' }).click();
      assert.match(await page.locator('#batch .help').innerText(), /Enter 1–/, `${size} ${rate}`);
    }
    assert.equal(new URL(page.url()).search, '');
  });
});

describe('the dashboard in Chinese', () => {
  beforeEach(async () => {
    await renewPage({ locale: 'zh-CN' });
  });

  /** Everything a visitor reads or is told, without the data of the cloud. */
  const words = () => page.evaluate(() => {
    const data = '[data-field="name"], [data-field="id"], [data-field="error"], [data-field="facts"], .name, .place, #where, code, kbd, option, #language';
    /** @param {ParentNode} root @returns {string[]} */
    const collect = (root) => [...root.querySelectorAll('*')].flatMap((node) => [
      ...(node.shadowRoot ? collect(node.shadowRoot) : []),
      ...(node.closest(data) || node.localName === 'script' || node.localName === 'noscript' ? [] : [...node.childNodes]
        .filter((child) => child.nodeType === Node.TEXT_NODE).map((child) => child.textContent ?? '')),
      ...['aria-label', 'title', 'aria-valuetext'].map((name) => node.getAttribute(name) ?? ''),
    ]);
    return collect(document.body).filter((text) => text.trim());
  });

  /** @param {string[]} texts */
  const english = (texts) => texts
    .map((text) => text.replace(/jobtree|cn-north-4|createServer|Create server|Create EIPs|createSingleServer|createBatchPublicip|GMT[+-]\d+|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{32}\b/g, ''))
    .filter((text) => /[A-Za-z]{2}/.test(text.replace(/\b(ID|IP|URL|JSON|API|CSV|GET|IAM|Webhook|Markdown|Atom|Home|End|Enter|Esc|F8|Shift\+F8)\b/g, '')));

  it('has no English left on the first page', async () => {
    await visit();
    await page.getByText('示例任务').waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN');
    assert.deepEqual(english(await words()), []);
    const titles = await page.locator('#demo .choices .name').allTextContents();
    assert.deepEqual(titles.slice(0, demoJobs.length), demoJobs.map((job) => job.title.zh));
  });

  it('has none around a running job with a row selected, either', async () => {
    await visit(`/?job=cn-north-4/ecs/-/${endlessJob}`);
    await page.locator('job-tree .row').nth(1).click();
    await page.locator('job-tree .detail').waitFor();
    await painted(page);
    assert.match(await page.locator('job-tree .badge').first().innerText(), /运行中/);
    assert.deepEqual(english(await words()), []);
  });

  it('changes the language at once, and remembers it', async () => {
    await visit(`/?job=cn-north-4/ecs/-/${endlessJob}`);
    await page.locator('job-tree .badge').getByText('运行中').first().waitFor();
    await page.getByRole('button', { name: 'English' }).click();
    await page.locator('job-tree .badge').getByText('Running', { exact: false }).first().waitFor();
    assert.equal(await page.locator('nav h2').innerText(), 'Jobs');
    await page.reload();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
  });
});

describe('the looks of the dashboard', () => {
  it('follow the system, or the visitor, and are remembered', async () => {
    await visit();
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await ground();
    assert.notEqual(dark, light);
    await page.getByRole('button', { name: 'Theme: system' }).click();
    assert.equal(await ground(), light);
    await visit();
    assert.equal(await ground(), light);
    await page.getByRole('button', { name: 'Theme: light' }).click();
    await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
    assert.equal(await ground(), dark);
  });

  for (const width of [320, 768, 1280, 3840]) {
    it(`fit a screen of ${width} pixels`, async () => {
      await page.setViewportSize({ width, height: 700 });
      await visit();
      await page.locator('#demo').waitFor();
      const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok((await sideways()) <= 0);
      await visit(`/?job=cn-north-4/ecs/-/${endlessJob}`);
      await page.locator('job-tree .row').first().waitFor();
      assert.ok((await sideways()) <= 0);
      assert.ok((await page.locator('job-tree .tree').evaluate((tree) => tree.clientHeight)) >= 90);
    });
  }

  /** What of the tree is seen without scrolling. */
  const seenOfTree = () => page.locator('job-tree').evaluate((it) => {
    const tree = /** @type {Element} */ (it.shadowRoot?.querySelector('.tree')).getBoundingClientRect();
    const row = /** @type {Element} */ (it.shadowRoot?.querySelector('.row')).getBoundingClientRect();
    const height = Math.min(tree.bottom, innerHeight) - tree.top;
    return { share: height / innerHeight, rows: height / row.height };
  });

  for (const locale of ['en-US', 'zh-CN']) {
    for (const [what, title] of /** @type {const} */ ([['failed', /20 elastic IPs, 4 fail/], ['huge', /10,000/]])) {
      it(`leave three fifths of a laptop's and six rows of a phone's to the tree of a ${what} job, ${locale}`, async () => {
        const job = demoJob(title);
        await renewPage({ locale, viewport: { width: 1366, height: 768 } });
        await visit(`/?job=${job.region}/${job.service}/-/${job.job_id}`);
        await page.locator('job-tree .row').nth(6).waitFor();
        await painted(page);
        const { share } = await seenOfTree();
        assert.ok(share >= 0.6, `${share} of the screen`);
        await page.setViewportSize({ width: 360, height: 640 });
        await painted(page);
        await painted(page);
        const { rows } = await seenOfTree();
        assert.ok(rows >= 6, `${rows} rows`);
        assert.deepEqual(await barriers(page), []);
      });
    }
  }

  it('show the first samples of a laptop\'s screen without scrolling', async () => {
    await page.setViewportSize({ width: 1366, height: 768 });
    await visit();
    await page.locator('#demo .choices li').first().waitFor();
    for (const it of [page.locator('#batch button').first(), page.locator('#demo .choices li').nth(3)]) {
      const box = await it.boundingBox();
      assert.ok(box && box.y + box.height <= 768, JSON.stringify(box));
    }
  });

  for (const [width, height] of [[911, 512], [683, 384], [360, 740]]) {
    it(`show five rows at once, though all of it may have to scroll, on a screen of ${width} by ${height}`, async () => {
      const job = demoJob(/20 elastic IPs, 4 fail/);
      await page.setViewportSize({ width, height });
      await visit(`/?job=${job.region}/${job.service}/-/${job.job_id}`);
      await page.locator('job-tree .row').nth(5).waitFor();
      const tree = page.locator('job-tree .tree');
      await tree.scrollIntoViewIfNeeded();
      const rows = await page.locator('job-tree').evaluate((it) => {
        const all = [...(it.shadowRoot?.querySelectorAll('.row') ?? [])];
        const [first] = all.map((row) => row.getBoundingClientRect()).sort((a, b) => a.top - b.top);
        const box = it.shadowRoot?.querySelector('.tree')?.getBoundingClientRect();
        return (box?.height ?? 0) / first.height;
      });
      assert.ok(rows >= 4.9, `${rows} rows`);
      const end = page.locator('job-tree .row').nth(4);
      await end.scrollIntoViewIfNeeded();
      assert.ok(await end.evaluate((row) => {
        const { left, bottom } = row.getBoundingClientRect();
        return bottom <= innerHeight + 1 && document.elementFromPoint(left + 40, bottom - 4)?.localName === 'job-tree';
      }));
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
    });
  }

  for (const [width, height] of [[320, 568], [667, 375], [320, 256]]) {
    it(`let its rows be reached on a screen of ${width} by ${height} pixels, and by the keyboard`, async () => {
      await page.setViewportSize({ width, height });
      await visit(`/?job=cn-north-4/ecs/-/${endlessJob}`);
      const row = page.locator('job-tree .row').nth(1);
      await row.scrollIntoViewIfNeeded();
      const isSeen = () => row.evaluate((it) => {
        const { left, bottom } = it.getBoundingClientRect();
        return bottom < innerHeight + 1 && document.elementFromPoint(left + 40, bottom - 4)?.localName === 'job-tree';
      });
      assert.ok(await isSeen());
      await page.locator('#help-open').focus();
      await page.evaluate(() => scrollTo(0, 0));
      await page.locator('job-tree .row').first().focus();
      await page.keyboard.press('ArrowDown');
      await painted(page);
      assert.ok(await isSeen());
    });
  }

  it('print the page where no job is shown', async () => {
    await visit('/#new');
    await page.emulateMedia({ media: 'print' });
    assert.ok(await page.locator('#headline').isVisible());
  });

  it('move nothing for those who want no motion', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await visit(`/?job=cn-north-4/ecs/-/${endlessJob}`);
    await page.locator('job-tree .row').first().waitFor();
    const moving = await page.locator('job-tree').evaluate((tree) =>
      [...(tree.shadowRoot?.querySelectorAll('*') ?? [])].filter((node) => getComputedStyle(node).transitionDuration !== '0s').length);
    assert.equal(moving, 0);
  });

  it('work by the keyboard alone, from the id to a row in full', async () => {
    await visit();
    await page.locator('#demo').waitFor();
    for (let i = 0; i < 10 && !(await page.evaluate(() => document.activeElement?.id === 'job')); i += 1) await page.keyboard.press('Tab');
    await page.keyboard.type(documentedJob);
    await page.keyboard.press('Enter');
    await heading().waitFor();
    const inTree = () => page.evaluate(() => document.querySelector('job-tree')?.shadowRoot?.activeElement?.role === 'treeitem');
    for (let i = 0; i < 20 && !(await inTree()); i += 1) await page.keyboard.press('Tab');
    assert.ok(await inTree());
    await page.keyboard.press('Enter');
    await page.locator('job-tree .detail').waitFor();
    assert.deepEqual(await names(page), ['Create EIPs']);
  });
});

describe('the jobs of the demo', () => {
  it('of hostile texts hurt nothing', async () => {
    const job = demoJob(/Hostile/);
    page.on('dialog', () => assert.fail('a script of the cloud ran'));
    await visit(`/?job=${job.region}/${job.service}/-/${job.job_id}`);
    await page.locator('job-tree .row').nth(1).click();
    await painted(page);
    assert.equal(await page.locator('job-tree').locator('img, script').count(), 0);
    assert.match(await heading().innerText(), /<img src=x/);
  });

  it('of odd shapes are shown with their statuses', async () => {
    const job = demoJob(/Odd/);
    await visit(`/?job=${job.region}/${job.service}/-/${job.job_id}`);
    await page.locator('job-tree .row .status', { hasText: 'TELEPORTING' }).waitFor();
  });

  it('of ten thousand have few rows in the page', async () => {
    const job = demoJob(/10,000/);
    await visit(`/?job=${job.region}/${job.service}/-/${job.job_id}`);
    await page.waitForFunction(() => /** @type {any} */ (document.querySelector('job-tree'))?.job?.total === 10_000);
    await page.locator('job-tree .tree').evaluate((tree) => { tree.scrollTop = 100_000; });
    await painted(page);
    assert.ok((await page.locator('job-tree .row').count()) < 60);
  });
});
