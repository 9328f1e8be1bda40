// backend token: what it writes, and what it refuses.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { runBackend } from './helpers.js';

/** @type {string} */
let folder;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'jobtree-token-'));
});
after(() => rmSync(folder, { recursive: true }));

/** The day in UTC so many days from now, "2027-01-31". @param {number} days */
const dayIn = (days) => new Date(Date.now() + days * 24 * 3600 * 1000).toISOString().slice(0, 10);

describe('backend token', () => {
  test('prints the token alone on a line, and the file has its digest', async () => {
    const file = join(folder, 'tokens');
    const { code, stdout, stderr } = await runBackend(['token', 'portal', '--service', 'eip', '--tokens-file', file]);
    assert.equal(code, 0, stderr);
    const token = stdout.trimEnd();
    assert.match(token, /^jt\.[\w-]{43}$/);
    const digest = createHash('sha256').update(token).digest('hex');
    assert.equal(readFileSync(file, 'utf8'), `portal sha256:${digest} project=- service=eip\n`);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  test('gives it a last day, as a date or in days from now', async () => {
    const byDate = await runBackend(['token', 'until', '--expires', '2099-12-31']);
    assert.match(byDate.stdout, / expires=2099-12-31\n$/);
    // Midnight may pass while it runs.
    const days = [dayIn(90)];
    const byDays = await runBackend(['token', 'until', '--expires', '90d']);
    days.push(dayIn(90));
    assert.ok(days.some((day) => byDays.stdout.endsWith(` expires=${day}\n`)), byDays.stdout);
    const today = await runBackend(['token', 'until', '--expires', dayIn(0)]);
    assert.equal(today.code, 0, today.stderr);
  });

  test('refuses in one line what is no day to come, and exits 2', async () => {
    for (const expires of ['', 'd', '0d', '-1d', '90', '1.5d', '99999999999d', '2020-01-31', '2099-02-30', '31.01.2099', 'never']) {
      const { code, stdout, stderr } = await runBackend(['token', 'until', `--expires=${expires}`]);
      assert.equal(code, 2, `"${expires}": ${stdout}${stderr}`);
      assert.equal(stdout, '');
      assert.match(stderr, /^backend( token)?: [^\n]+\n$/);
    }
  });
});
