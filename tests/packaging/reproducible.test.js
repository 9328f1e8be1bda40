// The same sources are the same package, wherever they are built: dist/ is compared with what a copy in another
// folder makes of them.
//
// Knows: git, ./dev package. Must not know: what a package has in it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('../../', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'jobtree-twice-'));
after(() => rmSync(work, { recursive: true, force: true }));

/** @param {string} command @param {string[]} args its "$1" and so on */
function shell(command, ...args) {
  const run = spawnSync('sh', ['-euc', command, 'sh', ...args], { encoding: 'utf8', maxBuffer: 64 << 20 });
  assert.equal(run.status, 0, run.stdout + run.stderr);
  return run.stdout;
}

describe('The package', () => {
  it('is the same, byte for byte, when it is made in another folder', () => {
    const copy = join(work, 'a folder', 'further down');
    // The commit, and on it the files as they stand.
    shell(`git clone --quiet "$1" "$2"
      cd "$1"
      git ls-files -z --cached --others --exclude-standard | tar --create --null --files-from=- --ignore-failed-read |
        tar --extract --directory "$2"
      cd "$2"
      ./dev package`, top, copy);
    const sums = (/** @type {string} */ folder) => readFileSync(join(folder, 'dist', 'SHA256SUMS'), 'utf8');
    assert.match(sums(top), /\.deb\n/);
    if (sums(copy) === sums(top)) return;
    // Which of the files it is.
    const files = (/** @type {string} */ folder) => {
      const name = readdirSync(join(folder, 'dist')).find((it) => it.endsWith('.deb')) ?? '';
      return shell('mkdir "$2" && dpkg-deb --raw-extract "$1" "$2/x" && cd "$2/x" && find . -type f -exec sha256sum {} + | sort -k 2',
        join(folder, 'dist', name), mkdtempSync(join(work, 'files-')) + '/out').split('\n');
    };
    assert.deepEqual(files(copy), files(top));
    assert.equal(sums(copy), sums(top), 'the files are the same, and their owners, modes or times are not');
  });
});
