// The npm package: packed, installed and run as a portal's developer does.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { documentedJob } from '../integration/helpers.js';
import { closePage, newPage } from './browser.js';
import { JAVASCRIPT, packInto, startStage, strictPolicy } from './site.js';

const web = fileURLToPath(new URL('../../web/', import.meta.url));
const tools = fileURLToPath(new URL('../node_modules/', import.meta.url));
const ELEMENT = `<job-tree region="cn-north-4" job-id="${documentedJob}"`;

/** @type {import('../integration/helpers.js').Backend} */
let backend;
/** @type {import('playwright-core').Browser} */
let browser;
/** @type {import('playwright-core').Page & {complaints: string[]}} */
let page;
/** @type {import('./site.js').Site} */
let site;
/** A folder with the package installed. @type {string} */
let folder;
/** @type {string} */
let packed;

/** @param {string} command @param {string[]} args @param {string} cwd */
const run = (command, args, cwd) => execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
/** @type {Awaited<ReturnType<typeof startStage>>} */
let stage;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'jobtree-package-'));
  packed = packInto(folder);
  stage = await startStage();
  ({ site, backend, browser } = stage);
});
after(async () => {
  await stage?.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => page && closePage(page));

/** Opens the site, and waits until its element has shown the job. */
async function seesTheJob() {
  page = await newPage(browser);
  /** @type {string[]} */
  const engines = [];
  page.on('request', (request) => { if (request.url().includes('.wasm')) engines.push(request.url()); });
  await page.goto(site.url);
  await page.waitForFunction(() => /** @type {any} */ (document.querySelector('job-tree'))?.state === 'settled');
  assert.equal(await page.locator('job-tree h2').innerText(), 'Create EIPs');
  return engines;
}

const own = () => strictPolicy(backend.url).replace('connect-src', "connect-src 'self'");

describe('the package', () => {
  it('needs no other, and holds what it names and no more', () => {
    const about = JSON.parse(readFileSync(join(packed, 'package.json'), 'utf8'));
    assert.deepEqual([about.dependencies, about.peerDependencies], [undefined, undefined]);
    const files = run('find', ['.', '-type', 'f'], packed).trim().split('\n').sort();
    for (const file of files) assert.match(file, /^\.\/(package\.json|README\.md|dist\/(types\/(\w+\/){0,2})?[\w.-]+\.(js|d\.ts|wasm|json))$/);
    for (const entry of Object.values(about.exports)) {
      for (const path of typeof entry === 'string' ? [entry] : Object.values(entry)) assert.ok(files.includes(path), path);
    }
  });

  it('is imported by a server that renders pages, every entry of it', () => {
    for (const entry of ['job-tree', 'job-tree/job-board', 'job-tree/element.js', 'job-tree/inline']) {
      const text = `import(${JSON.stringify(entry)}).then(({ JobTreeElement }) => process.stdout.write(JobTreeElement.name.length + ''))`;
      assert.ok(Number(run(process.execPath, ['-e', text], folder)) > 0, entry);
    }
  });

  it('describes the element to editors', () => {
    const manifest = JSON.parse(readFileSync(createRequire(join(folder, 'x.js')).resolve('job-tree/custom-elements.json'), 'utf8'));
    const definitions = manifest.modules.flatMap((/** @type {any} */ it) => it.exports).filter((/** @type {any} */ it) => it.kind === 'custom-element-definition');
    assert.deepEqual([...new Set(definitions.map((/** @type {any} */ it) => it.name))].sort(), ['job-board', 'job-tree']);
    for (const { path } of manifest.modules) assert.ok(readFileSync(join(packed, path)));
  });

  it('has in its README the tables that its manifest makes', () => {
    run(process.execPath, [join(web, 'package', 'tools', 'reference.js'), '--check'], web);
  });

  it('has types, those of the events too', () => {
    const right = `
      import { JobTreeElement } from 'job-tree';
      import type { JobTreeEventMap, JobSummary } from 'job-tree/element.js';
      import 'job-tree/inline';
      import { JobBoardElement } from 'job-tree/job-board';
      const board: JobBoardElement = document.createElement('job-board');
      board.status = 'failed'; board.limit = 1000;
      board.addEventListener('job-board-select', ({ detail }) => { if (detail) tree.jobId = detail.jobId; });
      const tree = document.createElement('job-tree');
      tree.jobId = 'x'; tree.theme = 'dark'; tree.tokenProvider = async () => 'jt.x';
      const same: JobTreeElement = tree;
      JobTreeElement.wasm = new URL('https://x/');
      tree.addEventListener('job-tree-settled', ({ detail }) => {
        const job: Readonly<JobSummary> | null = detail.job;
        const done: number | undefined = job?.done;
        if (detail.state === 'settled') console.log(done, same);
      });
      document.body.addEventListener('job-tree-error', (event: JobTreeEventMap['job-tree-error']) => console.log(event.detail.hint));
    `;
    writeFileSync(join(folder, 'right.ts'), right);
    const tsc = [join(tools, 'typescript/bin/tsc'), '--noEmit', '--strict', '--skipDefaultLibCheck', '--target', 'es2022', '--lib', 'es2023,dom'];
    for (const how of [['--module', 'node16', '--moduleResolution', 'node16'], ['--module', 'esnext', '--moduleResolution', 'bundler']]) {
      run(process.execPath, [...tsc, ...how, 'right.ts'], folder);
    }
    writeFileSync(join(folder, 'wrong.ts'), `
      import 'job-tree';
      const tree = document.createElement('job-tree');
      tree.theme = 'pink';
      tree.state = 'live';
      tree.addEventListener('job-tree-settled', ({ detail }) => console.log(detail.nothing));
    `);
    assert.throws(() => run(process.execPath, [...tsc, '--module', 'esnext', '--moduleResolution', 'bundler', 'wrong.ts'], folder),
      (/** @type {any} */ error) => ['theme', 'state', 'nothing'].every((_, i) => error.stdout.includes(`wrong.ts(${i + 4},`)));
  });
});

describe('a plain page with the package beside it', () => {
  /** @param {string} name @param {Record<string, string>} headers */
  const put = (name, headers) => site.serve(`/${name}`, readFileSync(join(packed, 'dist', name)), headers);

  it('shows a job', async () => {
    for (const name of ['job-tree.js', 'element.js']) put(name, JAVASCRIPT);
    put('job-tree.wasm', { 'Content-Type': 'application/octet-stream' }); // many servers know no better
    site.serve('/', `<!doctype html><title>plain</title><script type="module" src="/job-tree.js"></script>${ELEMENT} backend="${backend.url}"></job-tree>`,
      { 'Content-Security-Policy': own() });
    assert.deepEqual(await seesTheJob(), [`${site.url}/job-tree.wasm`]);
  });

  it('shows a job with the engine in the script, and asks for no other file', async () => {
    put('inline.js', JAVASCRIPT);
    site.serve('/', `<!doctype html><title>inline</title><script type="module" src="/inline.js"></script>${ELEMENT} backend="${backend.url}"></job-tree>`,
      { 'Content-Security-Policy': strictPolicy(backend.url) });
    assert.deepEqual(await seesTheJob(), []);
  });
});

describe('a Vite project with the package', () => {
  /**
   * Builds a project of this script and puts it on the site.
   * @param {string} script
   */
  async function build(script) {
    const { build: bundle } = await import('vite');
    const root = mkdtempSync(join(folder, 'vite-'));
    mkdirSync(join(root, 'node_modules'));
    symlinkSync(packed, join(root, 'node_modules', 'job-tree'));
    writeFileSync(join(root, 'index.html'), `<!doctype html><title>vite</title>${ELEMENT} backend="${backend.url}"></job-tree><script type="module" src="/main.js"></script>`);
    writeFileSync(join(root, 'main.js'), script);
    const { output } = /** @type {import('vite').Rollup.RollupOutput} */ (await bundle({ root, logLevel: 'error', configFile: false, build: { write: false } }));
    /** @type {Record<string, string>} */
    const types = { js: 'text/javascript', html: 'text/html', wasm: 'application/wasm' };
    for (const file of output) {
      const headers = { 'Content-Type': types[file.fileName.split('.').at(-1) ?? ''] };
      /** @type {Record<string, string>} */
      const policy = file.fileName.endsWith('.html') ? { 'Content-Security-Policy': own() } : {};
      site.serve(file.fileName === 'index.html' ? '/' : `/${file.fileName}`,
        file.type === 'chunk' ? file.code : Buffer.from(file.source), { ...headers, ...policy });
    }
    return output.map(({ fileName }) => fileName);
  }

  it('finds the engine by itself', async () => {
    const files = await build("import 'job-tree';");
    const engine = files.find((name) => name.endsWith('.wasm'));
    assert.deepEqual(await seesTheJob(), [`${site.url}/${engine}`]);
  });

  it('may say where the engine is, and when the element is defined', async () => {
    await build(`
      import engine from 'job-tree/job-tree.wasm?url';
      import { JobTreeElement } from 'job-tree/element.js';
      JobTreeElement.wasm = engine + '?mine';
      JobTreeElement.define();`);
    const [engine, ...more] = await seesTheJob();
    assert.match(engine, /\?mine$/);
    assert.deepEqual(more, []);
  });

  it('may have it all in one script', async () => {
    const files = await build("import 'job-tree/inline';");
    assert.deepEqual(files.filter((name) => name.endsWith('.wasm')), []);
    assert.deepEqual(await seesTheJob(), []);
  });

  it('is not made to keep what it only names', async () => {
    await build("import { JobTreeElement } from 'job-tree/element.js'; document.title = 'empty';");
    page = await newPage(browser);
    const sizes = await page.goto(site.url).then(() => page.evaluate(() => performance.getEntriesByType('resource').reduce((sum, it) => sum + /** @type {any} */ (it).decodedBodySize, 0)));
    assert.ok(sizes < 2000, `${sizes} bytes`);
  });
});
