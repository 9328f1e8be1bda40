// <job-tree> as a guest: in pages of another origin, however strict, however made, and what it leaves
// behind.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { documentedJob, endlessJob, runBackend, startBackend, until } from '../integration/helpers.js';
import { barriers, painted } from './browser.js';
import { JAVASCRIPT, strictPolicy } from './site.js';
import { backend, page, providePages, provideStage, reached, renewPage, site } from './stage.js';

const TAG = `<job-tree region="cn-north-4" job-id="${documentedJob}"></job-tree>`;

provideStage();
providePages();

/**
 * Opens a page of the portal. Without a policy it is the strictest.
 * @param {string} body
 * @param {{ policy?: string, head?: string }} [options]
 */
async function visit(body, { policy = strictPolicy(backend.url), head = '' } = {}) {
  site.serve('/', `<!doctype html><html lang="en"><head><title>portal</title>${head}` +
    `<script type="module" src="${backend.url}/job-tree.js"></script></head><body><main><h1>Portal</h1>${body}</main></body></html>`,
  { 'Content-Security-Policy': policy });
  await page.goto(site.url);
}

/** A job of `count` parts. @param {number} count */
const job = (count, status = 'SUCCESS') => JSON.stringify({
  job_id: 'root', job_type: 'root', status, begin_time: '2026-01-01T00:00:00Z', end_time: '2026-01-01T00:01:00Z',
  entities: { sub_jobs: Array.from({ length: count }, (_, i) => ({
    job_id: `part${i}`, job_type: `part${i}`, status, begin_time: '2026-01-01T00:00:00Z', end_time: '2026-01-01T00:01:00Z',
    ...(status === 'FAIL' && { error_code: 'X.1', fail_reason: 'It broke.' }),
  })) },
});

/** Loads a document into the first element and waits for its rows. @param {string} json */
async function load(json, selector = 'job-tree') {
  await page.locator(selector).evaluate((tree, text) => /** @type {any} */ (tree).load(text), json);
  await page.locator(`${selector} .row`).nth(1).waitFor();
  await painted(page);
}

describe('a page of another origin', () => {
  it('says how long such jobs take, where its backend knows, and asks it once', async () => {
    /** @type {string[]} */
    const asked = [];
    let answer = /** @type {object} */ ({ json: { count: 9, p50: 86_400, p90: 172_800, p95: 1e9 } });
    await page.route('**/api/stats?*', (route) => {
      asked.push(`${new URL(route.request().url()).search} ${route.request().headers().authorization}`);
      return route.fulfill({ headers: { 'Access-Control-Allow-Origin': '*' }, ...answer });
    });
    const tag = `<job-tree region="cn-north-4" service="ecs" job-id="${endlessJob}"></job-tree>`;
    const estimate = () => page.locator('job-tree').evaluate((tree) => /** @type {any} */ (tree).job.estimate);
    site.serve('/token.js', "document.querySelector('job-tree').token = 'secret'", JAVASCRIPT);
    await visit(tag, { head: '<script src="/token.js" defer></script>' });
    await page.locator('job-tree .estimate', { hasText: 'Usually 1 to 2 days' }).waitFor();
    assert.equal(await estimate(), 'Usually 1 to 2 days');
    await page.locator('job-tree').evaluate((tree) => { /** @type {any} */ (tree).refresh(); });
    await painted(page);
    assert.equal(asked.length, 1);
    assert.match(asked[0], /^\?service=ecs&type=\w+&parts=\d+ Bearer secret$/);
    for (const other of [{ status: 200, body: '<!doctype html>' }, { json: { count: null } }, { json: [] }]) {
      answer = other;
      const answered = page.waitForResponse(/api\/stats/);
      await visit(tag);
      await answered;
      await reached('live');
      assert.equal(await page.locator('job-tree .estimate').innerText(), '');
    }
  });

  it('shows a job under the strictest policy there is, and tells the page of it', async () => {
    site.serve('/app.js', `
      window.heard = [];
      for (const type of ['change', 'settled', 'error', 'select']) {
        addEventListener('job-tree-' + type, (event) => heard.push([type, event.target.localName, event.detail]));
      }`, JAVASCRIPT);
    await visit(TAG, { head: '<script src="/app.js"></script>' });
    await reached('settled');
    await page.locator('job-tree .row').first().click();
    await page.waitForFunction(() => /** @type {any} */ (window).heard.length >= 3);
    const heard = await page.evaluate(() => /** @type {any} */ (window).heard);
    assert.deepEqual(heard.map((/** @type {string[]} */ [type, from]) => [type, from]),
      [['change', 'job-tree'], ['settled', 'job-tree'], ['select', 'job-tree']]);
    assert.equal(heard[1][2].job.status, 'succeeded');
    assert.equal(heard[2][2].status, 'succeeded');
    assert.equal(await page.evaluate(() => document.querySelector('job-tree')?.shadowRoot?.querySelector('[onclick], script, style, link')), null);
  });

  it('is told plainly what is missing where its policy has no WebAssembly', async () => {
    await renewPage({}, /WebAssembly|job-tree engine refused/);
    await visit(TAG, { policy: strictPolicy(backend.url).replace(" 'wasm-unsafe-eval'", '') });
    await reached('broken');
    assert.match(await page.locator('job-tree .state').innerText(),
      /WebAssembly is blocked.*\s.*'wasm-unsafe-eval'/);
  });

  it('finds nothing of it in its globals', async () => {
    await visit('');
    const before = await page.evaluate(() => Reflect.ownKeys(window).map(String));
    await page.evaluate((html) => customElements.whenDefined('job-tree').then(() => {
      const tree = document.createElement('job-tree');
      for (const [, name, value] of html.matchAll(/([\w-]+)="(.*?)"/g)) tree.setAttribute(name, value);
      document.querySelector('main')?.append(tree);
    }), TAG);
    await reached('settled');
    const after = await page.evaluate(() => Reflect.ownKeys(window).map(String));
    assert.deepEqual(after.filter((name) => !before.includes(name)), []);
    assert.deepEqual(await page.evaluate(() => [
      document.adoptedStyleSheets.length, document.head.querySelectorAll('style, link').length,
      localStorage.length, sessionStorage.length, document.cookie,
    ]), [0, 0, 0, 0, '']);
  });

  it('keeps its scroll position, whatever happens in the tree', async () => {
    site.serve('/app.css', 'main { padding-block: 3000px }', { 'Content-Type': 'text/css' });
    await visit(TAG, { head: '<link rel="stylesheet" href="/app.css">' });
    await reached('settled');
    await load(job(500));
    await page.evaluate(() => scrollTo(0, 1500));
    const tree = page.locator('job-tree .tree');
    await page.locator('job-tree .row').first().evaluate((row) => /** @type {HTMLElement} */ (row).focus({ preventScroll: true }));
    for (const key of ['ArrowDown', 'End', 'Home', 'End', 'PageUp', 'Enter', 'Escape', 'p']) {
      await page.keyboard.press(key);
      await painted(page);
    }
    await page.locator('job-tree').evaluate((it) => {
      /** @type {any} */ (it).collapseAll();
      /** @type {any} */ (it).expandAll();
    });
    await painted(page);
    await page.keyboard.press('End');
    await painted(page);
    assert.equal(await page.evaluate(() => scrollY), 1500);
    assert.ok(await tree.evaluate((it) => it.scrollTop > 1000), 'the tree itself has scrolled');
  });
});

describe('a place in a page', () => {
  /** Row 2 is selected by keys, and its detail is there. */
  async function worksByKeyboard(selector = 'job-tree') {
    await page.locator(`${selector} .row`).first().click();
    for (const key of ['Escape', 'ArrowDown', 'ArrowDown', 'Enter']) {
      await page.keyboard.press(key);
      await painted(page);
    }
    await page.locator(`${selector} .detail h3`).getByText('part1').waitFor();
  }

  it('may be a shadow root', async () => {
    await visit('<portal-panel lang="zh-CN"></portal-panel>');
    await page.evaluate((html) => {
      const root = /** @type {Element} */ (document.querySelector('portal-panel')).attachShadow({ mode: 'open' });
      const tree = document.createElement('job-tree');
      for (const [, name, value] of html.matchAll(/([\w-]+)="(.*?)"/g)) tree.setAttribute(name, value);
      root.append(tree);
      addEventListener('job-tree-settled', (event) => { document.title = String(event.composedPath()[0] === tree); });
    }, TAG);
    await page.waitForFunction(() => document.title === 'true');
    assert.equal(await page.locator('job-tree .badge').first().innerText(), '成功', 'the language reaches through the root');
    await page.locator('portal-panel').evaluate((host) => host.setAttribute('lang', 'en'));
    await page.locator('job-tree .badge').first().getByText('Succeeded').waitFor();
    await load(job(5));
    await worksByKeyboard();
  });

  it('may be a dialog, which Escape closes when there is nothing to unselect', async () => {
    await visit(`<dialog aria-label="Job">${TAG}</dialog>`);
    await reached('settled');
    await page.locator('dialog').evaluate((it) => /** @type {HTMLDialogElement} */ (it).showModal());
    await load(job(5));
    await worksByKeyboard();
    await page.keyboard.press('Escape');
    assert.ok(await page.locator('dialog').evaluate((it) => /** @type {HTMLDialogElement} */ (it).open));
    await page.locator('job-tree .detail').waitFor({ state: 'hidden' });
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => !(/** @type {HTMLDialogElement} */ (document.querySelector('dialog')).open));
  });

  it('may be a narrow column, and the page does not grow by it', async () => {
    site.serve('/app.css', 'main { width: 260px; border: 1px solid } body { margin: 0 }', { 'Content-Type': 'text/css' });
    await visit(TAG, { head: '<link rel="stylesheet" href="/app.css">' });
    await reached('settled');
    await load(job(50, 'FAIL'));
    await worksByKeyboard();
    assert.deepEqual(await page.evaluate(() => {
      const main = /** @type {Element} */ (document.querySelector('main'));
      return [main.scrollWidth > main.clientWidth, document.documentElement.scrollWidth > innerWidth];
    }), [false, false]);
  });

  it('may be an iframe', async () => {
    site.serve('/frame', `<!doctype html><title>frame</title><script type="module" src="${backend.url}/job-tree.js"></script>${TAG}`,
      { 'Content-Security-Policy': strictPolicy(backend.url) });
    await visit('<iframe src="/frame" title="Job" width="600" height="400"></iframe>', { policy: "default-src 'self' 'unsafe-inline' http:" });
    await page.frameLocator('iframe').locator('job-tree .row').first().waitFor();
  });

  it('may be left for another, and the tree comes along', async () => {
    await visit(`<section>${TAG}</section><aside lang="zh-CN" dir="rtl"></aside>`);
    await reached('settled');
    await load(job(5));
    await page.locator('job-tree .row').nth(2).click();
    const same = await page.evaluate(() => {
      const tree = /** @type {Element} */ (document.querySelector('job-tree'));
      const row = tree.shadowRoot?.querySelector('.row');
      document.querySelector('aside')?.append(tree);
      return new Promise((resolve) => { setTimeout(() => resolve(row === tree.shadowRoot?.querySelector('.row'))); });
    });
    assert.ok(same, 'no row is made anew');
    await page.locator('job-tree .badge').first().getByText('成功').waitFor();
    await page.locator('job-tree .detail').waitFor();
  });

  it('may be in another document of the page', async () => {
    site.serve('/empty', '<!doctype html><title>empty</title><body>');
    await visit(`${TAG}<iframe src="/empty" title="Other" width="600" height="400"></iframe>`, { policy: `${strictPolicy(backend.url)}; frame-src 'self'` });
    await reached('settled');
    await page.evaluate(() => {
      const frame = /** @type {HTMLIFrameElement} */ (document.querySelector('iframe'));
      frame.contentDocument?.body.append(/** @type {Element} */ (document.querySelector('job-tree')));
    });
    const summary = page.frameLocator('iframe').locator('job-tree .summary');
    await summary.waitFor();
    await page.frameLocator('iframe').locator('job-tree .row').first().waitFor();
    assert.equal(await page.frameLocator('iframe').locator('job-tree .base').evaluate((it) => getComputedStyle(it).display), 'flex');
  });
});

describe('the script', () => {
  const web = fileURLToPath(new URL('../../web/', import.meta.url));

  for (const name of ['element/job_tree_element.js', 'package/job-tree.js']) {
    it(`is imported where there is no browser: ${name}`, () => {
      const text = `import(${JSON.stringify(web + name)}).then(({ JobTreeElement }) => {
        JobTreeElement.define();
        process.stdout.write(JobTreeElement.name);
      })`;
      assert.equal(execFileSync(process.execPath, ['-e', text], { encoding: 'utf8' }), 'JobTreeElement');
    });
  }

  it('may come twice, and from two addresses', async () => {
    await visit(TAG);
    await reached('settled');
    assert.deepEqual(await page.evaluate(async (url) => {
      const modules = await Promise.all(['/job-tree.js', '/job-tree.js?again', '/element.js?again'].map((path) => import(url + path)));
      return modules.map((it) => it.JobTreeElement === customElements.get('job-tree'));
    }, backend.url), [true, false, false], 'the first one has the tag');
    await load(job(3));
  });

  it('may come before the tag', async () => {
    await visit('');
    await page.evaluate(() => customElements.whenDefined('job-tree'));
    await page.evaluate((id) => {
      const tree = /** @type {any} */ (document.createElement('job-tree'));
      Object.assign(tree, { region: 'cn-north-4', jobId: id });
      document.querySelector('main')?.append(tree);
    }, documentedJob);
    await reached('settled');
  });

  it('may come after the tag, which keeps what it was given meanwhile', async () => {
    site.serve('/', '<!doctype html><title>portal</title><main></main>', { 'Content-Security-Policy': strictPolicy(backend.url) });
    await page.goto(site.url);
    const kept = await page.evaluate(async ([url, id]) => {
      const tree = /** @type {any} */ (document.createElement('job-tree'));
      Object.assign(tree, { region: 'cn-north-4', jobId: id, timeZone: 'UTC', paused: false, theme: 'dark', token: 'jt.x', own: 1 });
      document.querySelector('main')?.append(tree);
      await import(`${url}/job-tree.js`);
      return [tree.getAttribute('region'), tree.getAttribute('time-zone'), tree.hasAttribute('paused'), tree.theme,
        Object.keys(tree), tree.token, tree.outerHTML.includes('jt.x')];
    }, /** @type {const} */ ([backend.url, documentedJob]));
    assert.deepEqual(kept, ['cn-north-4', 'UTC', false, 'dark', ['own'], 'jt.x', false]);
    await reached('settled');
    assert.match(await page.locator('job-tree .times').innerText(), /UTC/);
  });

  it('starts one engine, however many elements there are', async () => {
    let engines = 0;
    page.on('request', (request) => { engines += Number(request.url().endsWith('.wasm')); });
    await visit(TAG.repeat(12));
    await page.waitForFunction(() => [...document.querySelectorAll('job-tree')].every((tree) => /** @type {any} */ (tree).state === 'settled'));
    await page.locator('main').evaluate((main, html) => {
      const tree = document.createElement('job-tree');
      for (const [, name, value] of html.matchAll(/([\w-]+)="(.*?)"/g)) tree.setAttribute(name, value);
      main.append(tree);
    }, TAG);
    await reached('settled', 'job-tree:last-child');
    assert.equal(engines, 1);
  });

  it('takes its engine from where the page says, as an address or as bytes', async () => {
    for (const how of ['address', 'bytes']) {
      await renewPage();
      site.serve('/', `<!doctype html><title>portal</title><main>${TAG}</main>`, { 'Content-Security-Policy': strictPolicy(backend.url) });
      /** @type {string[]} */
      const asked = [];
      page.on('request', (request) => { if (request.url().includes('.wasm')) asked.push(new URL(request.url()).search); });
      await page.goto(site.url);
      await page.evaluate(async ([url, way]) => {
        const { JobTreeElement } = await import(`${url}/element.js`);
        const engine = new URL('job-tree.wasm?mine', `${url}/`);
        JobTreeElement.wasm = way === 'address' ? engine : await (await fetch(engine)).arrayBuffer();
        JobTreeElement.define();
      }, /** @type {const} */ ([backend.url, how]));
      await reached('settled');
      assert.deepEqual(asked, ['?mine'], how);
    }
  });
});

describe('the face of the element', () => {
  const defaults = {
    backend: '', region: '', service: 'eip', projectId: '-', jobId: '', theme: 'auto', expand: 'failed', timeZone: '', paused: false,
    token: undefined, tokenProvider: undefined, job: null, state: 'idle',
  };
  /** @type {[string, string, string][]} property, attribute, value */
  const reflected = [
    ['backend', 'backend', 'https://jobs.example.com/'], ['region', 'region', 'cn-east-3'], ['service', 'service', 'ecs'],
    ['projectId', 'project-id', '5100000000000000000000000de30001'], ['jobId', 'job-id', 'x'], ['theme', 'theme', 'dark'],
    ['expand', 'expand', 'all'], ['timeZone', 'time-zone', 'Asia/Shanghai'], ['lang', 'lang', 'zh-CN'],
  ];

  it('has a default for every property', async () => {
    await visit('');
    await page.evaluate(() => customElements.whenDefined('job-tree'));
    const found = await page.evaluate((names) => {
      const tree = /** @type {any} */ (document.createElement('job-tree'));
      return Object.fromEntries(names.map((name) => [name, tree[name]]));
    }, Object.keys(defaults));
    assert.deepEqual(found, { ...defaults, backend: `${backend.url}/` });
  });

  it('has each attribute as a property and each such property as an attribute', async () => {
    await visit('');
    await page.evaluate(() => customElements.whenDefined('job-tree'));
    assert.deepEqual(await page.evaluate((rows) => rows.map(([property, attribute, value]) => {
      const tree = /** @type {any} */ (document.createElement('job-tree'));
      tree[property] = value;
      const there = tree.getAttribute(attribute);
      const other = /** @type {any} */ (document.createElement('job-tree'));
      other.setAttribute(attribute, value);
      if (property !== 'lang') tree[property] = null; // the browser's own
      return [property, there === value, other[property] === value, property === 'lang' || !tree.hasAttribute(attribute)];
    }), reflected), reflected.map(([property]) => [property, true, true, true]));
    assert.deepEqual(await page.evaluate(() => {
      const tree = /** @type {any} */ (document.createElement('job-tree'));
      const seen = [];
      tree.pause();
      seen.push(tree.paused, tree.getAttribute('paused'));
      tree.resume();
      seen.push(tree.paused);
      tree.paused = true;
      seen.push(tree.hasAttribute('paused'));
      tree.setAttribute('theme', 'pink');
      tree.setAttribute('expand', 'some');
      seen.push(tree.theme, tree.expand);
      return seen;
    }), [true, '', false, true, 'auto', 'failed']);
  });

  it('follows every attribute while it runs', async () => {
    await visit(TAG);
    await reached('settled');
    const tree = page.locator('job-tree');
    await tree.evaluate((it) => it.setAttribute('lang', 'zh'));
    await page.locator('job-tree .badge').first().getByText('成功').waitFor();
    await tree.evaluate((it) => it.setAttribute('time-zone', 'America/New_York'));
    await page.locator('job-tree .times').getByText(/GMT-05:00/).first().waitFor();
    await tree.evaluate((it) => it.setAttribute('expand', 'none'));
    await page.waitForFunction(() => document.querySelector('job-tree')?.shadowRoot?.querySelectorAll('.row').length === 1);
    await tree.evaluate((it, id) => {
      it.setAttribute('service', 'ecs');
      it.setAttribute('job-id', id);
    }, endlessJob);
    await reached('live');
    await tree.evaluate((it) => it.toggleAttribute('paused', true));
    await reached('paused');
    await page.getByRole('button', { name: '继续' }).click();
    assert.equal(await tree.getAttribute('paused'), null);
    await reached('live');
    await tree.evaluate((it) => it.removeAttribute('job-id'));
    await reached('idle');
  });

  it('notices the language and direction of what is around it', async () => {
    await visit(`<section>${TAG}</section>`);
    await reached('settled');
    await page.evaluate(() => document.documentElement.setAttribute('lang', 'zh-Hans'));
    await page.locator('job-tree .badge').first().getByText('成功').waitFor();
    await page.evaluate(() => document.querySelector('section')?.setAttribute('lang', 'en-GB'));
    await page.locator('job-tree .badge').first().getByText('Succeeded').waitFor();
    await load(job(3));
    await page.evaluate(() => document.body.setAttribute('dir', 'rtl'));
    await painted(page);
    await page.locator('job-tree .row').first().focus();
    await page.keyboard.press('ArrowRight'); // to the right is out of a branch now
    await page.waitForFunction(() => document.querySelector('job-tree')?.shadowRoot?.querySelector('.row')?.getAttribute('aria-expanded') === 'false');
  });

  it('shows what the page wrote for no job and for trouble, in their time alone', async () => {
    await renewPage({}, /status of 403/);
    await visit(`<job-tree region="cn-north-4"><p slot="empty">Choose one on the left.</p><p slot="error">Call 110.</p></job-tree>`);
    const [empty, error] = [page.getByText('Choose one on the left.'), page.getByText('Call 110.')];
    await empty.waitFor();
    assert.equal(await error.isVisible(), false);
    await page.locator('job-tree').evaluate((it, id) => it.setAttribute('job-id', id), documentedJob);
    await reached('settled');
    assert.deepEqual([await empty.isVisible(), await error.isVisible()], [false, false]);
    await page.route('**/jobs/**', (route) => route.fulfill({ status: 403, headers: { 'Access-Control-Allow-Origin': site.url } }));
    await page.locator('job-tree').evaluate((it) => it.setAttribute('job-id', '0'.repeat(32)));
    await reached('denied');
    await error.waitFor();
    assert.doesNotMatch(await page.locator('job-tree .state').innerText(), /refused/);
    assert.deepEqual(await barriers(page), []);
  });

  it('has words of its own for no job', async () => {
    await visit('<job-tree></job-tree>');
    await page.getByText('No job selected.').waitFor();
    assert.equal(await page.getByRole('button').count(), 0, 'and nothing to press');
    await page.locator('job-tree').evaluate((it) => it.setAttribute('lang', 'zh-CN'));
    await page.getByText('未选择任务。').waitFor();
  });

  it('lets the page style its parts and set its properties', async () => {
    const parts = ['toolbar', 'summary', 'tree', 'row', 'status', 'name', 'time', 'duration', 'error', 'detail'];
    site.serve('/app.css', `job-tree { --job-tree-surface: rgb(1, 2, 3); --job-tree-failed: rgb(4, 5, 6); --job-tree-row-height: 50px; --job-tree-font-size: 20px }
      ${parts.map((part, i) => `job-tree::part(${part}) { outline-color: rgb(9, 9, ${i}) }`).join('\n')}`, { 'Content-Type': 'text/css' });
    await visit(TAG, { head: '<link rel="stylesheet" href="/app.css">' });
    await reached('settled');
    await load(job(4, 'FAIL'));
    await page.locator('job-tree .row').nth(1).click();
    await painted(page);
    const seen = await page.locator('job-tree').evaluate((tree, names) => {
      const root = /** @type {ShadowRoot} */ (tree.shadowRoot);
      const style = (/** @type {string} */ selector) => getComputedStyle(/** @type {Element} */ (root.querySelector(selector)));
      return {
        parts: names.map((name) => style(`[part="${name}"]`).outlineColor),
        host: [getComputedStyle(tree).backgroundColor, getComputedStyle(tree).fontSize],
        row: style('.row').height,
        icon: style('.row .icon').color,
      };
    }, parts);
    assert.deepEqual(seen, {
      parts: parts.map((_, i) => `rgb(9, 9, ${i})`), host: ['rgb(1, 2, 3)', '20px'], row: '50px', icon: 'rgb(4, 5, 6)',
    });
  });
});

describe('an element that is gone', () => {
  it('leaves no timer, no listener, no request and no memory behind', async () => {
    await page.addInitScript(() => {
      const open = /** @type {any} */ (window).open = { timers: new Set(), listeners: 0, requests: 0 };
      const { setTimeout, clearTimeout, fetch } = window;
      /** @type {any} */ (window).setTimeout = (/** @type {Function} */ call, /** @type {number} */ delay) => {
        const id = setTimeout(() => {
          open.timers.delete(id);
          call();
        }, delay);
        open.timers.add(id);
        return id;
      };
      window.clearTimeout = (id) => {
        open.timers.delete(id);
        clearTimeout(id);
      };
      window.fetch = (...question) => {
        open.requests += 1;
        return fetch(...question).finally(() => { open.requests -= 1; });
      };
      for (const target of [window, document]) {
        const add = target.addEventListener;
        target.addEventListener = (/** @type {any} */ type, /** @type {any} */ listener, /** @type {any} */ options) => {
          const isOurs = new Error().stack?.includes('/job-tree.js'); // and not the test's driver's
          if (isOurs) {
            open.listeners += 1;
            options?.signal?.addEventListener('abort', () => { open.listeners -= 1; });
          }
          add.call(target, type, listener, options);
        };
      }
    });
    await visit('');
    await page.evaluate(() => customElements.whenDefined('job-tree'));
    const count = () => page.evaluate(() => {
      const { timers, listeners, requests } = /** @type {any} */ (window).open;
      return { timers: timers.size, listeners, requests };
    });
    /** Shows so many elements, and takes them away when all are live. @param {number} many */
    const showAndRemove = async (many) => {
      await page.evaluate(([id, number]) => {
        for (let i = 0; i < number; i += 1) {
          const tree = document.createElement('job-tree');
          tree.setAttribute('region', 'cn-north-4');
          tree.setAttribute('service', 'ecs');
          tree.setAttribute('job-id', id);
          document.querySelector('main')?.append(tree);
        }
      }, /** @type {const} */ ([endlessJob, many]));
      await page.waitForFunction(() => [...document.querySelectorAll('job-tree')].every((tree) => /** @type {any} */ (tree).state === 'live'));
      const { timers, listeners } = await count();
      assert.ok(timers > 0, 'they wait for their time');
      await page.evaluate(() => {
        const trees = [...document.querySelectorAll('job-tree')];
        /** @type {any} */ (window).trees = trees.map((tree) => new WeakRef(tree));
        for (const tree of trees) tree.remove();
      });
      return listeners;
    };
    // The engine stays for the elements to come, with its ear for the browser.
    const listeners = await showAndRemove(1);
    assert.equal(await showAndRemove(6), listeners, 'one clock and one ear for all');
    const left = { timers: 0, listeners, requests: 0 };
    assert.deepEqual(await until(count, (now) => now.timers === 0 && now.requests === 0), left);
    const session = await page.context().newCDPSession(page);
    const alive = await until(async () => {
      await session.send('HeapProfiler.collectGarbage');
      return page.evaluate(() => /** @type {any} */ (window).trees.filter((/** @type {WeakRef<any>} */ it) => it.deref()).length);
    }, (left) => left === 0);
    assert.equal(alive, 0);
  });

  it('asks nothing any more, even when it goes while its engine or its answer is on the way', async () => {
    await visit('');
    await page.evaluate(() => customElements.whenDefined('job-tree'));
    let asked = 0;
    page.on('request', (request) => { asked += Number(request.url().includes('/jobs/')); });
    await page.evaluate((id) => {
      const tree = document.createElement('job-tree');
      tree.setAttribute('region', 'cn-north-4');
      tree.setAttribute('job-id', id);
      document.querySelector('main')?.append(tree);
      queueMicrotask(() => tree.remove());
    }, documentedJob);
    await page.evaluate((html) => {
      const tree = document.createElement('job-tree');
      for (const [, name, value] of html.matchAll(/([\w-]+)="(.*?)"/g)) tree.setAttribute(name, value);
      document.querySelector('main')?.append(tree);
    }, TAG);
    await reached('settled');
    assert.equal(asked, 1, 'only the one that stayed has asked');
  });
});

describe('a backend that wants a token', () => {
  /** @type {import('../integration/helpers.js').Backend} */
  let guarded;
  /** @type {string} */
  let token;
  const folder = mkdtempSync(join(tmpdir(), 'jobtree-portal-'));

  before(async () => {
    const file = join(folder, 'tokens');
    token = (await runBackend(['token', 'portal', '--tokens-file', file])).stdout.trim();
    guarded = await startBackend(['serve', '--demo', '--listen', '127.0.0.1:0', '--tokens-file', file, '--allow-origin', site.url]);
  });
  after(async () => {
    await guarded.stop();
    rmSync(folder, { recursive: true });
  });

  /**
   * One element, whose provider gives these one after another; what the backend was asked with.
   * @param {string | undefined} first
   * @param {(string | null)[] | undefined} provided null: the provider fails
   * @param {string} [id]
   */
  async function show(first, provided, id = documentedJob) {
    /** @type {(string | undefined)[]} */
    const asked = [];
    page.on('request', (request) => {
      assert.ok(!request.url().includes('jt.'), 'no token in an address');
      if (request.method() === 'GET' && request.url().includes('/jobs/')) asked.push(request.headers().authorization?.slice(7));
    });
    site.serve('/', '<!doctype html><title>portal</title><main></main>', { 'Content-Security-Policy': strictPolicy(guarded.url) });
    await page.goto(site.url);
    await page.evaluate(async ([url, job, service, own, gifts]) => {
      await import(`${url}/job-tree.js`);
      const tree = /** @type {any} */ (document.createElement('job-tree'));
      Object.assign(tree, { region: 'cn-north-4', service, jobId: job, token: own, calls: 0 });
      if (gifts) {
        tree.tokenProvider = async () => {
          tree.calls += 1;
          await new Promise(requestAnimationFrame);
          const gift = gifts.shift();
          if (!gift) throw new Error('the login has ended');
          return gift;
        };
      }
      document.querySelector('main')?.append(tree);
    }, /** @type {const} */ ([guarded.url, id, id === endlessJob ? 'ecs' : 'eip', first, provided]));
    return asked;
  }
  const calls = () => page.locator('job-tree').evaluate((tree) => /** @type {any} */ (tree).calls);

  it('gets the one that a provider gives', async () => {
    const asked = await show(undefined, [token]);
    await reached('settled');
    assert.deepEqual([asked, await calls()], [[token], 1]);
    assert.ok(!(await page.content()).includes('jt.'), 'no token in the document');
  });

  it('is asked once more with another when one has ended, and the watch goes on', async () => {
    await renewPage({}, /status of 401/);
    const asked = await show(undefined, ['jt.old', token, 'jt.never'], endlessJob);
    await reached('denied');
    assert.deepEqual([asked, await calls()], [['jt.old'], 1], 'a new one that is refused is not asked for twice');
    await page.getByRole('button', { name: 'Refresh' }).click();
    await reached('live');
    assert.deepEqual([asked.slice(0, 3), await calls()], [['jt.old', 'jt.old', token], 2]);
  });

  it('is asked without one where the provider fails, whose failure the page sees', async () => {
    await renewPage({}, /status of 401|the login has ended/);
    await page.addInitScript(() => addEventListener('error', ({ error }) => { document.title = error.message; }));
    const asked = await show(undefined, [null, token]);
    await reached('denied');
    assert.deepEqual(asked, [undefined]);
    assert.equal(await page.title(), 'the login has ended');
    assert.match(await page.locator('job-tree .state').innerText(), /Access token required/);
    await page.locator('job-tree').evaluate((tree) => /** @type {any} */ (tree).refresh());
    await reached('settled');
  });

  it('gets no token of a provider that was replaced', async () => {
    await renewPage({}, /status of 401/);
    const asked = await show(undefined, ['jt.of-another']);
    await reached('denied');
    await page.locator('job-tree').evaluate((tree, good) => { /** @type {any} */ (tree).tokenProvider = () => good; }, token);
    await reached('settled');
    assert.deepEqual(asked, ['jt.of-another', token]);
  });
});

describe('an element among the styles and the scripts of a page', () => {
  it('takes over no capitals, indents or spaced letters', async () => {
    await visit(TAG, { head: '<style>main { text-transform: uppercase; letter-spacing: 3px; text-indent: 2em; word-spacing: 9px; white-space: pre }</style>',
      policy: strictPolicy(backend.url).replace("style-src 'self'", "style-src 'unsafe-inline'") });
    await reached('settled');
    assert.deepEqual(await page.locator('job-tree .row .name').first().evaluate((node) => {
      const style = getComputedStyle(node);
      return [style.textTransform, style.letterSpacing, style.textIndent, style.wordSpacing];
    }), ['none', 'normal', '0px', '0px']);
  });

  it('goes back from a document that was loaded to the job it watches', async () => {
    await visit(TAG);
    await reached('settled');
    const heading = page.locator('job-tree h2');
    for (const back of ['refresh', 'job-id']) {
      await load(job(3));
      assert.equal(await heading.innerText(), 'root');
      await page.locator('job-tree').evaluate((tree, how) => {
        const it = /** @type {any} */ (tree);
        if (how === 'refresh') it.refresh();
        else it.jobId = it.jobId;
      }, back);
      await page.waitForFunction(() => /** @type {any} */ (document.querySelector('job-tree')).job?.type === 'createBatchPublicip');
    }
  });

  it('remembers what is searched for before it has begun', async () => {
    await visit('');
    await page.evaluate(async () => {
      await customElements.whenDefined('job-tree');
      const tree = /** @type {any} */ (document.createElement('job-tree'));
      document.querySelector('main')?.append(tree);
      tree.load({ job_id: 'r', status: 'SUCCESS', entities: { sub_jobs: [{ job_id: 'one', status: 'SUCCESS' }, { job_id: 'two', status: 'SUCCESS' }] } });
      tree.search('two');
    });
    await page.locator('job-tree .found:not(.blank)').waitFor();
    assert.equal(await page.locator('job-tree input').inputValue(), 'two');
  });

  it('shows numbers of a document to the digit', async () => {
    await visit('<job-tree></job-tree>');
    await load('{"job_id":"r","status":"SUCCESS","size":12345678901234567890,"entities":{"sub_jobs":[{"job_id":"a","status":"SUCCESS"}]}}');
    await page.locator('job-tree .row').first().click();
    await page.locator('job-tree details summary').click();
    const source = page.locator('job-tree pre');
    await source.getByText('job_id').waitFor();
    assert.match(await source.innerText(), /"size": 12345678901234567890,/);
  });

  it('speaks one language, and says which', async () => {
    await visit('<div lang="fr"><job-tree></job-tree></div><div lang="zh-CN"><job-tree time-zone="Asia/Shanghai"></job-tree></div>');
    for (const at of [0, 1]) {
      await page.locator('job-tree').nth(at).evaluate((tree, text) => /** @type {any} */ (tree).load(text), job(2));
      await page.locator('job-tree').nth(at).locator('.row').first().waitFor();
    }
    assert.deepEqual(await page.locator('job-tree .base').evaluateAll((all) => all.map((it) => /** @type {HTMLElement} */ (it).lang)), ['en', 'zh-CN']);
    assert.match(await page.locator('job-tree').first().locator('.times time').first().innerText(), /^Jan 1, 2026/);
    assert.equal(await page.locator('job-tree').nth(1).locator('.times time').first().innerText(), '2026-01-01 08:00:00 (GMT+08:00)');
  });

  it('copies where the page has no clipboard, or says that it cannot', async () => {
    await visit(TAG);
    await reached('settled');
    const said = page.locator('job-tree [role="status"]');
    for (const [can, words] of /** @type {const} */ ([[true, 'Copied'], [false, 'Could not copy']])) {
      await page.evaluate((works) => {
        Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true });
        document.execCommand = () => works;
      }, can);
      await page.locator('job-tree .summary [data-do="copy"]').click();
      await said.filter({ hasText: words }).waitFor();
    }
  });

  it('leaves five rows to be seen in a small frame', async () => {
    await page.setViewportSize({ width: 360, height: 300 });
    await page.goto(`${backend.url}/embed.html?job=cn-north-4/eip/-/${documentedJob}`);
    await reached('settled');
    await painted(page);
    const { rows, tree } = await page.locator('job-tree .tree').evaluate((it) => ({
      tree: it.clientHeight, rows: it.querySelectorAll('.row').length && /** @type {HTMLElement} */ (it.querySelector('.row')).offsetHeight }));
    assert.ok(tree >= rows * Math.min(5, await page.locator('job-tree .row').count()), `${tree} of ${rows}`);
  });
});
