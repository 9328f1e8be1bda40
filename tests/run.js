// Runs every suite and adds them up; the last line is "N passed, N failed". With arguments, only the
// suites or files so named: node tests/run.js unit browser integration/job
//
// JOBTREE_BUILD names the build folder, "build" when it does not: build-asan, say.
//
// Knows: which suites there are and how each one counts. Must not know: what they test.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const tests = dirname(fileURLToPath(import.meta.url));
const build = join(tests, '..', process.env.JOBTREE_BUILD ?? 'build');
const bin = join(build, 'bin');
process.env.JOBTREE_BACKEND ??= join(bin, 'backend');
const scratch = mkdtempSync(join(tmpdir(), 'jobtree-tests-'));

/** @typedef {{passed: number, failed: number}} Count */

// A program that hangs must end; one on a busy machine may take several times as long as on an idle one.
const LONGEST = 15 * 60_000;

/** How many files of results there are. */
let results = 0;

/** @type {Set<number>} */
const groups = new Set();

/** Ends a program with all that it has started. @param {number} group */
function end(group) {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}

// What we start has process groups of its own, which Ctrl-C does not reach.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    groups.forEach(end);
    rmSync(scratch, { recursive: true, force: true });
    process.exit(130);
  });
}

/**
 * Runs a program to its end, and ends what it leaves behind.
 * @param {string} program
 * @param {string[]} args
 * @param {Record<string, string>} [environment] beside our own
 * @returns {Promise<{ok: boolean, text: string}>} all it wrote; not ok: it failed, or was too slow
 */
function run(program, args, environment = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args,
      { detached: true, env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    const group = child.pid ?? 0;
    if (group !== 0) groups.add(group);
    let text = '';
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      end(group);
    }, LONGEST);
    child.stdout.setEncoding('utf8').on('data', (piece) => (text += piece));
    child.stderr.setEncoding('utf8').on('data', (piece) => (text += piece));
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ ok: false, text: `${error.message}\n` });
    });
    // A grandchild would keep the pipes open, and with them this run.
    child.on('exit', () => group !== 0 && end(group));
    child.on('close', (code) => {
      clearTimeout(timer);
      groups.delete(group);
      if (late) text += `\n${args.at(-1) ?? program}: ended after ${LONGEST / 60_000} minutes\n`;
      resolve({ ok: code === 0 && !late, text });
    });
  });
}

/** @param {string} text @param {RegExp} pattern */
const figure = (text, pattern) => Number(pattern.exec(text)?.[1] ?? 0);

/**
 * Does `work` for each item, in their order, for several at one time: half of a test's time is spent in waiting
 * for what happens by the clock.
 * @template T
 * @param {T[]} items
 * @param {(item: T) => Promise<void>} work
 */
async function together(items, work) {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.ceil(cpus().length * 1.5) }, worker));
}

/**
 * A Catch2 program. Its XML counts test cases; of those that failed, it is shown what it says of them.
 * @param {string} program
 * @returns {Promise<Count>}
 */
async function unit(program) {
  const { ok, text } = await run(program, ['-r', 'xml']);
  const cases = /<OverallResultsCases [^>]*>/.exec(text)?.[0] ?? '';
  const count = {
    passed: figure(cases, /successes="(\d+)"/),
    failed: figure(cases, /failures="(\d+)"/),
  };
  if (!ok) {
    // Not by running it again: what fails once in a hundred times would pass then.
    const failed = text.match(/<TestCase [^]*?<\/TestCase>/g)?.filter((it) => /success="false"|<Fatal/.test(it)) ?? [];
    // A program that was ended says what it was at last.
    console.log(failed.length > 0 ? failed.join('\n') : text.slice(-4_000));
    count.failed = Math.max(count.failed, 1);
  }
  return count;
}

/**
 * Files of a folder, with Node's own runner, one process each.
 * @param {string} folder
 * @param {(name: string) => boolean} [wanted]
 * @param {Record<string, string>} [environment]
 * @returns {Promise<Count>}
 */
async function node(folder, wanted = () => true, environment = {}) {
  // What takes long first, which large files do, and this one: the last one to end has little left to do alone.
  const size = (/** @type {string} */ name) =>
    name === 'dashboard_accessibility.test.js' ? Infinity : statSync(join(tests, folder, name)).size;
  const names = readdirSync(join(tests, folder)).filter((name) => name.endsWith('.test.js') && wanted(name))
    .sort((a, b) => size(b) - size(a));
  const total = { passed: 0, failed: 0 };
  await together(names, async (name) => {
    const tap = join(scratch, `${results++}.tap`);
    const { ok, text } = await run(process.execPath,
      ['--test', '--test-reporter=spec', '--test-reporter-destination=stdout', '--test-reporter=tap',
        `--test-reporter-destination=${tap}`, join(tests, folder, name)], environment);
    process.stdout.write(text);
    const sums = existsSync(tap) ? readFileSync(tap, 'utf8') : '';
    // A test is cancelled when what stands around it fails or ends: it has not passed.
    const failed = figure(sums, /^# fail (\d+)/m) + figure(sums, /^# cancelled (\d+)/m);
    total.passed += figure(sums, /^# pass (\d+)/m);
    total.failed += ok ? failed : Math.max(failed, 1);
  });
  return total;
}

/**
 * The types of JavaScript, the page's and the tests', as one test each.
 * @returns {Promise<Count>}
 */
async function types() {
  const total = { passed: 0, failed: 0 };
  for (const folder of [join(tests, '..', 'web'), tests]) {
    const { ok, text } = await run(process.execPath, [join(tests, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', folder]);
    process.stdout.write(text);
    total[ok ? 'passed' : 'failed'] += 1;
  }
  return total;
}

/** What the build says there is; the folder may hold programs of yesterday. What waits for a disk begins. */
const unitPrograms = () => {
  const list = join(bin, 'unit_tests.txt');
  const names = existsSync(list) ? readFileSync(list, 'utf8').split('\n').filter(Boolean) : [];
  return names.sort((a, b) => Number(b === 'store_tests') - Number(a === 'store_tests'));
};

/** The whole server on real sockets under what strangers send: what the sanitizers look at. */
const server = (/** @type {string} */ name) =>
  /^(access|attacks|cloud|gateway|http_server|job|job_cache|lifecycle|metrics|proxies|secrets|simulator.*)\.test\.js$/.test(name);

/** What every browser must do alike, in one that is not Chromium. @param {string} name */
const otherBrowser = (name) => /** @type {[string, () => Promise<Count>]} */ (
  [`browser ${name}`, () => node('browser', (file) => file === 'every_browser.test.js', { JOBTREE_BROWSER: name })]);

/**
 * Those of a line run together, the lines one after the other: what waits for a disk leaves the processors to
 * what computes.
 * @type {[string, () => Promise<Count>][][]}
 */
const stages = [
  [
    ...unitPrograms().map((name) => /** @type {[string, () => Promise<Count>]} */ (
      [`unit ${name.replace(/_tests$/, '')}`, () => unit(join(bin, name))])),
    // What reads the bytes of strangers, with the address and undefined-behaviour sanitizers in it.
    ['sanitized', () => unit(join(tests, '..', 'build-asan', 'bin', 'net_tests'))],
    ['types', types],
  ],
  [['integration', () => node('integration')]],
  [['server', () => node('integration', server)]],
  [['browser chromium', () => node('browser')]],
  [otherBrowser('firefox'), otherBrowser('webkit')],
  [['package', () => node('packaging')]],
];

/**
 * What sanitizers found, wherever: each process writes a file of its own, since its output may be read by
 * nobody, and its exit code too.
 * @param {string} folder
 * @returns {number} how many processes found something
 */
function sanitizerReports(folder) {
  const files = readdirSync(folder);
  for (const file of files.slice(0, 5)) console.log(readFileSync(join(folder, file), 'utf8').slice(0, 20_000));
  return files.length;
}

/** Has sanitizers, if the build has any, write to a folder. */
function watchSanitizers() {
  const folder = join(scratch, 'sanitizers');
  mkdirSync(folder);
  const log = `log_path='${join(folder, 'report')}'`;
  // The program cannot be traced, by design, and the search for leaks traces: only root may.
  const leaks = `detect_leaks=${process.getuid?.() === 0 ? 1 : 0}`;
  process.env.ASAN_OPTIONS = [leaks, log, process.env.ASAN_OPTIONS].join(':');
  process.env.UBSAN_OPTIONS = ['print_stacktrace=1', log, process.env.UBSAN_OPTIONS].join(':');
  // A server that is told twice to end does so at once, and joins no thread.
  process.env.TSAN_OPTIONS = [`suppressions='${join(tests, 'tsan.supp')}'`, 'report_thread_leaks=0', log,
    process.env.TSAN_OPTIONS].join(':');
  return folder;
}

const wanted = process.argv.slice(2);
for (const word of wanted) {
  const [folder, file] = word.split('/');
  if (file !== undefined && existsSync(join(tests, folder, `${file}.test.js`))) {
    stages.push([[word, () => node(folder, (name) => name === `${file}.test.js`)]]);
  } else if (!stages.flat().some(([name]) => name.split(' ').includes(word))) {
    console.log(`no suite "${word}"; there are ${stages.flat().map(([name]) => name).join(', ')}, and each file, as in integration/job`);
    process.exit(2);
  }
}
// "server" is a part of "integration"; "package" needs root, a package in dist/, and minutes.
const runs = (/** @type {string} */ name) =>
  wanted.length === 0 ? name !== 'server' && name !== 'package' : wanted.some((word) => [name, ...name.split(' ')].includes(word));
const reports = watchSanitizers();
const total = { passed: 0, failed: 0 };
for (const stage of stages) {
  await together(stage.filter(([name]) => runs(name)), async ([name, start]) => {
    const began = Date.now();
    const count = await start();
    // A suite that ran nothing has not passed.
    if (count.passed + count.failed === 0) count.failed = 1;
    console.log(`${name}: ${count.passed} passed, ${count.failed} failed (${((Date.now() - began) / 1000).toFixed(1)} s)`);
    total.passed += count.passed;
    total.failed += count.failed;
  });
}
total.failed += sanitizerReports(reports);
rmSync(scratch, { recursive: true, force: true });
if (total.passed + total.failed === 0) total.failed = 1;
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);
