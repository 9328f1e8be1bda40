// The Debian package that ./dev package has put into dist/, in the life it has on a machine: installed in a bare
// Debian, run, upgraded, removed, purged.
//
// JOBTREE_DEBIAN names that Debian, "bookworm" when it does not. The package must have been made on the same one.
//
// Knows: apt, dpkg, lintian. Must not know: how the package is made.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

import { endWithTests } from '../integration/helpers.js';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const script = fileURLToPath(new URL('root.sh', import.meta.url));
const debian = process.env.JOBTREE_DEBIAN ?? 'bookworm';
const work = mkdtempSync(join(tmpdir(), 'jobtree-package-'));
const root = join(work, 'root');
after(() => rmSync(work, { recursive: true, force: true }));

/** Runs a program to its end. @param {string} program @param {string[]} args */
function run(program, ...args) {
  const it = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64 << 20 });
  if (it.error) throw it.error;
  return { code: it.status, text: it.stdout + it.stderr, out: it.stdout };
}

/** The same, where it must succeed. @param {string} program @param {string[]} args */
function done(program, ...args) {
  const it = run(program, ...args);
  assert.equal(it.code, 0, `${program} ${args.join(' ')}\n${it.text}`);
  return it.out;
}

const inside = (/** @type {string[]} */ ...command) => done(script, 'in', root, ...command);
const there = (/** @type {string} */ path) => existsSync(join(root, path));
const read = (/** @type {string} */ path) => readFileSync(join(root, path), 'utf8');

/** Files of the root that bear the program's name, but for what apt itself writes down. */
const traces = () => inside('find', '/', '-xdev', '-name', '*jobtree*', '-not', '-path', '/var/log/*', '-not', '-path', '/tmp/*')
  .split('\n').filter((path) => path !== '' && !path.startsWith('/proc/'));

const packages = readdirSync(dist).filter((name) => name.endsWith('.deb'));
const file = packages[0] ?? '';

/** The package once more, as a later version. @param {string} version */
function laterVersion(version) {
  const folder = join(work, 'later');
  done('dpkg-deb', '--raw-extract', join(dist, file), folder);
  const control = join(folder, 'DEBIAN', 'control');
  writeFileSync(control, readFileSync(control, 'utf8').replace(/^Version: .*$/m, `Version: ${version}`));
  const made = join(root, 'tmp', 'later.deb');
  done('dpkg-deb', '--root-owner-group', '--build', folder, made);
  return '/tmp/later.deb';
}

/** Runs the command line of the unit as the unit's user. @param {Record<string, string>} environment */
async function start(environment) {
  const unit = read('/usr/lib/systemd/system/jobtree.service');
  const command = /^ExecStart=(.*)$/m.exec(unit)?.[1].split(' ') ?? [];
  const user = /^User=(.*)$/m.exec(unit)?.[1] ?? '';
  const words = Object.entries({ STATE_DIRECTORY: '/var/lib/jobtree', ...environment }).map(([name, value]) => `${name}=${value}`);
  // A process group of its own: it ends with all that enters the root.
  const child = endWithTests(spawn(script, ['in', root, 'setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--',
    'env', ...words, ...command], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] }));
  let text = '';
  const url = await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (piece) => {
        text += piece;
        const found = /listening on (http:\S+)/.exec(text);
        if (found) resolve(found[1]);
      });
    }
    child.on('close', (code) => reject(new Error(`ended with ${code}: ${text}`)));
  });
  const stop = () => new Promise((resolve) => {
    child.on('close', resolve);
    process.kill(-Number(child.pid), 'SIGTERM');
  });
  return { url: String(url), stop };
}

describe('The package', () => {
  it('is one file, with its checksum beside it', () => {
    assert.equal(packages.length, 1, `dist/ has ${packages.join(', ') || 'no package; make it: ./dev package'}`);
    assert.match(done('sh', '-c', `cd '${dist}' && sha256sum --strict --check SHA256SUMS`), /\.deb: OK\n/);
  });

  it('has nothing that lintian calls an error or a warning', () => {
    const lintian = run('lintian', '--allow-root', '--fail-on', 'error,warning', join(dist, file));
    assert.deepEqual([lintian.code, lintian.out], [0, '']);
  });

  it('needs what the program links, and no other Debian than the one it was made on', () => {
    const depends = done('dpkg-deb', '--field', join(dist, file), 'Depends');
    for (const name of ['libc6', 'libstdc++6', 'libcpp-httplib0', 'libcurl', 'libpq5', 'libsqlite3-0', 'libssl3', 'adduser']) {
      assert.ok(depends.includes(name), `${name} in ${depends}`);
    }
  });
});

describe(`In a bare ${debian} the package`, () => {
  before(() => {
    done(script, 'make', debian, root);
    cpSync(join(dist, file), join(root, 'tmp', 'jobtree.deb'));
    assert.deepEqual(traces(), []);
    inside('apt-get', 'install', '-q', '-y', '--no-install-recommends', '/tmp/jobtree.deb');
  });

  it('brings the program, its user, and a folder that only this user can read', () => {
    assert.match(inside('jobtree', '--version'), /^jobtree \d+\.\d+\.\d+ \(commit /);
    assert.match(inside('getent', 'passwd', 'jobtree'), /^jobtree:x:\d{3}:\d{3}:jobtree server[^:]*:\/var\/lib\/jobtree:\/usr\/sbin\/nologin$/m);
    assert.equal(inside('stat', '-c', '%U:%G %a', '/var/lib/jobtree'), 'jobtree:jobtree 700\n');
    assert.equal(inside('stat', '-c', '%U:%G %a', '/etc/jobtree/jobtree.conf'), 'root:root 644\n');
  });

  it('brings manual pages in two languages, completion for two shells, examples and the page\'s files', () => {
    const page = (/** @type {string} */ path) => gunzipSync(readFileSync(join(root, '/usr/share/man', path))).toString();
    assert.match(page('man1/jobtree-job.1.gz'), /^\.SH SYNOPSIS$/m);
    assert.match(page('zh_CN/man1/jobtree-job.1.gz'), /^\.SH 概要$/m);
    assert.match(inside('bash', '-c', '. /usr/share/bash-completion/completions/jobtree && complete -p jobtree'), /_jobtree/);
    assert.match(read('/usr/share/zsh/vendor-completions/_jobtree'), /^#compdef jobtree\n/);
    for (const name of ['examples/notify.yaml', 'examples/regions.yaml', 'examples/credentials', 'deploy/haproxy.cfg', 'copyright', 'NOTICE']) {
      assert.ok(there(`/usr/share/doc/jobtree/${name}`), name);
    }
    for (const name of ['element.js', 'job-tree.js', 'job-board.js', 'job-tree.wasm', 'embed.html', 'embed.js', 'embed.css']) {
      assert.ok(statSync(join(root, '/usr/share/jobtree/web', name)).size > 100, name);
    }
  });

  it('brings samples that the program takes', () => {
    const samples = '/usr/share/doc/jobtree/examples';
    assert.match(inside('jobtree', 'regions', '--regions-file', `${samples}/regions.yaml`), /^ *eu-de\b/m);
    // Whole but for the secrets, which are no sample's.
    const notify = inside('sh', '-euc', `mkdir /tmp/n && cd /tmp/n && cp ${samples}/notify.yaml . && umask 077
      echo https://open.feishu.cn/open-apis/bot/v2/hook/x >ops.url && echo abc >ops.secret
      echo 'https://oapi.dingtalk.com/robot/send?access_token=x' >oncall.url && echo SECabc >oncall.secret
      jobtree notify test nobody --notify-file notify.yaml 2>&1 || true`);
    assert.match(notify, /there is no channel "nobody" in notify\.yaml; it has: ops, oncall/);
    // A line that only lacks its "#" is a flag.
    const flags = inside('jobtree', 'serve', '--help');
    const named = [...read('/etc/jobtree/jobtree.conf').matchAll(/^#? ?([a-z-]+) = /gm)].map(([, name]) => name);
    assert.ok(named.length > 10);
    for (const name of named) assert.ok(flags.includes(`  --${name} `), name);
  });

  it('enables nothing', () => {
    assert.ok(there('/usr/lib/systemd/system/jobtree.service'));
    assert.equal(inside('sh', '-c', 'ls /etc/systemd/system/*/jobtree.service 2>/dev/null || true'), '');
  });

  it('has a unit that systemd understands', () => {
    // The program stands in the root, and systemd-analyze outside of it.
    const unit = join(work, 'jobtree.service');
    const text = read('/usr/lib/systemd/system/jobtree.service');
    assert.match(text, /^ExecStart=\/usr\/bin\/jobtree --config \/etc\/jobtree\/jobtree\.conf$/m);
    writeFileSync(unit, text.replaceAll('/usr/bin/jobtree', join(root, '/usr/bin/jobtree')));
    assert.deepEqual(run('systemd-analyze', 'verify', '--man=no', unit), { code: 0, text: '', out: '' });
  });

  it('serves as it comes, and says that it has no key yet', async () => {
    const { url, stop } = await start({ JOBTREE_LISTEN: '127.0.0.1:0', JOBTREE_METADATA: 'off' });
    try {
      assert.equal((await fetch(`${url}/healthz`)).status, 200);
      const ready = await fetch(`${url}/readyz`);
      assert.equal(ready.status, 503);
      assert.match(await ready.text(), /key/);
    } finally {
      await stop();
    }
  });

  it('serves with a changed configuration, remembers in its folder, and keeps both when it is upgraded', async () => {
    const path = '/etc/jobtree/jobtree.conf';
    const changed = read(path).replace('# demo = true', 'demo = true').replace('127.0.0.1:8080', '127.0.0.1:0')
      .concat('data = /var/lib/jobtree\n');
    assert.notEqual(changed, read(path));
    writeFileSync(join(root, path), changed);
    const serves = async () => {
      const { url, stop } = await start({});
      try {
        assert.equal((await fetch(`${url}/readyz`)).status, 200);
        assert.match(await (await fetch(url)).text(), /<script/);
      } finally {
        await stop();
      }
    };
    await serves();
    const remembered = inside('find', '/var/lib/jobtree', '-type', 'f');
    assert.match(remembered, /\.db|jobs/);

    inside('apt-get', 'install', '-q', '-y', laterVersion('99.0-1'));
    assert.equal(inside('dpkg-query', '-W', '-f', '${Version}', 'jobtree'), '99.0-1');
    assert.equal(read(path), changed);
    assert.ok(!there(`${path}.dpkg-dist`));
    assert.equal(inside('find', '/var/lib/jobtree', '-type', 'f'), remembered);
    await serves();
  });

  it('leaves configuration and what is remembered when it is removed, and nothing when it is purged', () => {
    inside('apt-get', 'remove', '-q', '-y', 'jobtree');
    assert.ok(!there('/usr/bin/jobtree') && !there('/usr/lib/systemd/system/jobtree.service'));
    assert.ok(there('/etc/jobtree/jobtree.conf') && there('/var/lib/jobtree'));
    inside('apt-get', 'purge', '-q', '-y', 'jobtree');
    assert.deepEqual(traces(), []);
    assert.equal(inside('sh', '-c', 'getent passwd jobtree; getent group jobtree; true'), '');
  });
});
