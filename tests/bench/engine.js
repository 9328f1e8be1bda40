// The engine in a browser, beside what a page would do without it: plain JavaScript, and react with
// react-arborist; the same answers, rows and style sheet, in one run and in turn. See README.md.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';
import { OVER, answer, idOf } from './answers.js';
import { assets, median } from './tools.js';

const here = dirname(fileURLToPath(import.meta.url));
const NAMES = ['job_tree', 'plain', 'arborist'];
/** How many sub-jobs, and how often each figure is taken. @type {[number, number][]} */
const SIZES = [[1000, 21], [10_000, 15], [30_000, 5], [100_000, 5]];
const POLLS = 5; // of what has not changed, in a round
const POLL_ROUNDS = 7;
const FRAME = 1000 / 60; // milliseconds

/** @typedef {import('playwright-core').Page} Page */

/** A server of the pages and the answers. @param {string} scripts */
async function serve(scripts) {
  const begin = Date.now() - 60_000;
  /** @type {Record<string, string>} */
  const types = { '.js': 'text/javascript', '.wasm': 'application/wasm' };
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    // A page may measure its memory only when it is isolated.
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    const [, count, version] = /^\/answers\/(\d+)\/(\d+)$/.exec(path) ?? [];
    const [, page] = /^\/pages\/(\w+)$/.exec(path) ?? [];
    if (count) return response.end(answer(Number(count), Number(version), begin));
    if (page) {
      response.setHeader('Content-Type', 'text/html');
      return response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><title>${page}</title>
        <style>body { margin: 0 } main > * { display: block; height: 800px; --job-tree-max-height: none }</style>
        <body><script type="module" src="/scripts/${page}.js"></script>`);
    }
    const file = path.startsWith('/scripts/') ? join(scripts, path.slice(9)) : join(assets, path);
    response.setHeader('Content-Type', types[extname(path)] ?? 'text/plain');
    try {
      response.end(readFileSync(file));
    } catch {
      response.writeHead(404).end();
    }
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return { server, origin: `http://127.0.0.1:${/** @type {any} */ (server.address()).port}` };
}

/** One tree in a page of its own. */
class Contestant {
  /** @param {import('playwright-core').Browser} browser @param {string} origin @param {string} name */
  static async enter(browser, origin, name) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US',
      reducedMotion: 'reduce' }); // what is measured is the change, not how it is dwelt upon
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    page.on('pageerror', (error) => console.error(`${name}: ${error.stack}`));
    await page.goto(`${origin}/pages/${name}`);
    await page.waitForFunction('window.arena');
    const devtools = await context.newCDPSession(page);
    // CPU time of the main thread: what else the machine does is not counted.
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    return new Contestant(page, devtools);
  }

  /** @param {Page} page @param {import('playwright-core').CDPSession} devtools */
  constructor(page, devtools) {
    this.page = page;
    this.devtools = devtools;
  }

  /** Calls the arena. @param {string} name @param {...unknown} words @returns {Promise<any>} */
  do(name, ...words) {
    return this.page.evaluate(([call, given]) => /** @type {any} */ (window).arena[call](...given),
      /** @type {const} */ ([name, words]));
  }

  /** @returns {Promise<number>} milliseconds */
  async #busy() {
    const { metrics } = await this.devtools.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
  }

  /** As do(), and what the main thread had to do. @param {string} name @param {...unknown} words */
  async cost(name, ...words) {
    const before = await this.#busy();
    const result = await this.do(name, ...words);
    return { result, work: await this.#busy() - before };
  }

  close() { return this.page.context().close(); }
}

/** Figures by what was measured, then by who. @typedef {Map<string, Record<string, number[]>>} Figures */

/** @param {Figures} figures @param {string} what @param {string} name @param {number} figure */
function note(figures, what, name, figure) {
  const all = figures.get(what) ?? {};
  (all[name] ??= []).push(figure);
  figures.set(what, all);
}

/** @param {Figures} figures @param {string} what @param {string} name @param {{result: number, work: number}} cost */
function noteCost(figures, what, name, { result, work }) {
  note(figures, `${what}, on screen (ms)`, name, result);
  note(figures, `${what}, work (ms)`, name, work);
}

/** @param {import('playwright-core').Browser} browser @param {string} origin @param {number} count @param {number} rounds */
async function measure(browser, origin, count, rounds) {
  /** @type {Figures} */
  const figures = new Map();
  /** @type {Record<string, Contestant>} */
  const contestants = {};
  /** Everyone has the first turn as often. @param {number} round */
  const inTurn = (round) => NAMES.map((_, i) => NAMES[(i + round) % NAMES.length]);

  for (let round = 0; round < rounds; ++round) {
    for (const name of inTurn(round)) {
      // Each time a page that has shown one small job, as a page has that was opened a moment ago.
      const it = contestants[name] = await Contestant.enter(browser, origin, name);
      await it.do('take', '/answers/100/0');
      await it.do('open');
      await it.do('answer');
      await it.do('close');
      await it.do('take', `/answers/${count}/0`);
      const before = await it.do('memory');
      await it.do('open');
      noteCost(figures, 'first tree', name, await it.cost('answer'));
      note(figures, 'memory (MiB)', name, (await it.do('memory') - before) / 2 ** 20);
      if (round < rounds - 1) await it.close();
    }
  }
  for (let version = 1; version <= rounds; ++version) {
    for (const name of inTurn(version)) {
      const it = contestants[name];
      await it.do('take', `/answers/${count}/${version}`);
      await it.do('ask');
      noteCost(figures, 'poll, 1 % changed', name, await it.cost('answer'));
    }
    // Digits alone: one writes 5,000 where others write 5000.
    const progress = await Promise.all(NAMES.map(async (name) =>
      (await contestants[name].do('progress')).replace(/[^\d ]/g, '')));
    if (new Set(progress).size > 1) throw new Error(`they do not agree: ${progress.join('; ')}`);
  }
  for (let round = 0; round < rounds; ++round) {
    for (const name of inTurn(round)) {
      for (const [what, call, how] of acts(count)) {
        const it = contestants[name];
        if (how !== undefined && !await it.do('can', call)) continue;
        noteCost(figures, what, name, await it.cost('act', call, how));
      }
    }
  }
  for (const name of NAMES) {
    const it = contestants[name];
    const { result, work } = await it.cost('scroll');
    note(figures, 'scroll, rows mounted', name, result.rows);
    note(figures, 'scroll, tasks over 50 ms', name, result.tasks);
    note(figures, 'scroll, longest frame (ms)', name, result.longest);
    note(figures, 'scroll, work a frame (ms)', name, work / result.frames);
    // The clock of a job that runs would write too, so this one is over.
    await it.do('take', `/answers/${count}/${OVER}`);
    await it.do('ask');
    await it.do('answer');
    for (let round = 0; round < POLL_ROUNDS; ++round) {
      const idle = await it.cost('unchanged', POLLS, false);
      const polls = await it.cost('unchanged', POLLS, true);
      note(figures, 'poll, unchanged, writes', name, polls.result);
      note(figures, 'poll, unchanged, work (ms)', name, (polls.work - idle.work) / POLLS);
    }
    await it.close();
  }
  return figures;
}

/** What a reader does, as calls of the arena. @param {number} count @returns {[string, string, string?][]} */
const acts = (count) => [
  ['collapse all', 'collapseAll'], ['expand all', 'expandAll'],
  ['search', 'search', idOf(count / 2)], ['end of search', 'search', ''],
  ['filter', 'filter', 'failed'], ['end of filter', 'filter', ''],
];

/**
 * What is allowed: a figure, or a share of another's.
 * @type {{of: RegExp, than?: string, most: number, from?: number, to?: number}[]}
 */
const BUDGETS = [
  { of: /^first tree/, than: 'plain', most: 1 },
  { of: /^first tree/, than: 'arborist', most: 1 / 3 },
  { of: /^poll, 1 %/, than: 'plain', most: 1 },
  { of: /^poll, unchanged, writes/, most: 0 },
  { of: /^poll, unchanged, work/, most: 0.2 },
  { of: /^(collapse|expand|search|filter).*work/, most: FRAME, to: 30_000 },
  { of: /^(collapse|expand|search|filter).*work/, most: 50, from: 30_001 },
  { of: /^scroll, tasks/, most: 0 },
  { of: /^memory/, than: 'arborist', most: 1 / 2 },
];

/** @param {number} count @param {Figures} figures */
function print(count, figures) {
  /** @param {string[]} cells */
  const row = ([name, ...cells]) => console.log(`  ${name.padEnd(34)}${cells.map((it) => it.padStart(10)).join('')}`);
  const number = (/** @type {number} */ it) => it.toFixed(Number.isInteger(it) || it >= 100 ? 0 : it < 10 ? 2 : 1);
  console.log(`${count.toLocaleString('en')} sub-jobs`);
  row(['', ...NAMES, 'of plain', 'of react']);
  for (const [what, by] of figures) {
    if (!by[NAMES[0]]) continue;
    const [ours, plain, arborist] = NAMES.map((name) => median(by[name]));
    const budgets = BUDGETS.filter(({ of, from = 0, to = Infinity }) => of.test(what) && count >= from && count <= to)
      .map(({ than, most }) => {
        const is = than ? ours / median(by[than]) : ours;
        return `   at most ${number(most)}${than ? ` of ${than}` : ''}${is <= most ? '' : ': missed'}`;
      });
    row([what, ...[ours, plain, arborist].map(number), ...[plain, arborist].map((it) => it > 0 ? number(ours / it) : ''), ...budgets]);
  }
}

export default async function engine() {
  const scripts = mkdtempSync(join(tmpdir(), 'jobtree-bench-'));
  execFileSync('esbuild', [...NAMES.map((name) => join(here, 'trees', `${name}.js`)), '--bundle', '--minify', '--format=esm',
    '--target=es2022', '--external:/job-tree.js', '--define:process.env.NODE_ENV="production"', '--log-level=warning',
    `--outdir=${scripts}`], { stdio: 'inherit' });
  const { server, origin } = await serve(scripts);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--enable-blink-features=ForceEagerMeasureMemory'],
  });
  console.log(`in Chromium ${browser.version()}, medians`);
  for (const [count, rounds] of SIZES) print(count, await measure(browser, origin, count, rounds));

  await browser.close();
  server.close();
  rmSync(scripts, { recursive: true });
}
