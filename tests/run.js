// Runs every suite and adds them up; the last line is "N passed, N failed". With arguments, only the
// suites so named: node tests/run.js unit browser
//
// Knows: which suites there are and how each one counts. Must not know: what they test.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const tests = dirname(fileURLToPath(import.meta.url));
const bin = join(tests, '..', 'build', 'bin');
const scratch = mkdtempSync(join(tmpdir(), 'jobtree-tests-'));

/** @typedef {{passed: number, failed: number}} Count */

// A suite that hangs must end; one on a busy machine may take several times as long as on an idle one.
const LONGEST = 30 * 60_000;

/** @param {string} text @param {RegExp} pattern */
const figure = (text, pattern) => Number(pattern.exec(text)?.[1] ?? 0);

/**
 * A Catch2 program. Its XML counts test cases; when one failed it runs again for human eyes.
 * @param {string} program
 * @returns {Count}
 */
function unit(program) {
  const run = spawnSync(program, ['-r', 'xml'], { encoding: 'utf8', maxBuffer: 1 << 28, timeout: 300_000 });
  const cases = /<OverallResultsCases [^>]*>/.exec(run.stdout ?? '')?.[0] ?? '';
  const count = {
    passed: figure(cases, /successes="(\d+)"/),
    failed: figure(cases, /failures="(\d+)"/),
  };
  if (run.status !== 0) {
    spawnSync(program, [], { stdio: 'inherit', timeout: 300_000 });
    count.failed = Math.max(count.failed, 1);
  }
  return count;
}

/**
 * The *.test.js of a folder, with Node's own runner.
 * @param {string} folder
 * @returns {Count}
 */
function node(folder) {
  const files = readdirSync(join(tests, folder))
    .filter((name) => name.endsWith('.test.js'))
    .map((name) => join(tests, folder, name));
  const tap = join(scratch, `${folder}.tap`);
  const run = spawnSync(
    process.execPath,
    ['--test', '--test-reporter=spec', '--test-reporter-destination=stdout', '--test-reporter=tap',
      `--test-reporter-destination=${tap}`, ...files],
    { stdio: 'inherit', timeout: LONGEST });
  if (run.error) console.log(`${folder}: ${run.error.message}`);
  const text = existsSync(tap) ? readFileSync(tap, 'utf8') : '';
  const count = { passed: figure(text, /^# pass (\d+)/m), failed: figure(text, /^# fail (\d+)/m) };
  if (run.status !== 0) count.failed = Math.max(count.failed, 1);
  return count;
}

/**
 * The types of the page's JavaScript, as one test.
 * @returns {Count}
 */
function types() {
  const run = spawnSync(
    process.execPath,
    [join(tests, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', join(tests, '..', 'web')],
    { stdio: 'inherit', timeout: 300_000 });
  return run.status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** @type {[string, () => Count][]} */
const suites = [
  ...['engine', 'cloud', 'simulator', 'gateway', 'commands'].map(
    (wing) => /** @type {[string, () => Count]} */ ([`unit ${wing}`, () => unit(join(bin, `${wing}_tests`))])),
  ['types', types],
  ['integration', () => node('integration')],
  ['browser', () => node('browser')],
];

const wanted = process.argv.slice(2);
const total = { passed: 0, failed: 0 };
for (const [name, run] of suites) {
  if (wanted.length > 0 && !wanted.some((word) => name.split(' ').includes(word))) continue;
  const began = Date.now();
  const count = run();
  // A suite that ran nothing has not passed.
  if (count.passed + count.failed === 0) count.failed = 1;
  console.log(`${name}: ${count.passed} passed, ${count.failed} failed (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  total.passed += count.passed;
  total.failed += count.failed;
}
rmSync(scratch, { recursive: true, force: true });
if (total.passed + total.failed === 0) total.failed = 1;
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);
