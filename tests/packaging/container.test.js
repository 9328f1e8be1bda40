// The image of backend/deploy/container/Dockerfile, without the program that makes images: the steps of its last stage
// in a bare Debian, and what it starts, as its user in a root that is read-only.
//
// Knows: the words of a Dockerfile. Must not know: what the steps do.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { endWithTests, runBackend } from '../integration/helpers.js';

const top = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(top, 'backend', 'deploy', 'container');
const script = fileURLToPath(new URL('root.sh', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'jobtree-container-'));
const root = join(work, 'root');
after(() => rmSync(work, { recursive: true, force: true }));

/** The lines of the last stage: word and rest. */
function lastStage() {
  const text = readFileSync(join(folder, 'Dockerfile'), 'utf8').replace(/^#.*\n/gm, '').replace(/\\\n/g, ' ');
  const lines = text.split('\n').filter(Boolean).map((line) => /** @type {[string, string]} */ (
    [/^\w+/.exec(line)?.[0] ?? '', line.replace(/^\w+\s+/, '')]));
  return lines.slice(lines.findLastIndex(([word]) => word === 'FROM') + 1);
}

const stage = lastStage();
const of = (/** @type {string} */ word) => stage.filter(([it]) => it === word).map(([, rest]) => rest);
const environment = of('ENV').flatMap((rest) => rest.split(' '));
const [user, group] = of('USER')[0].split(':');

/** Runs words as the image would. @param {string[]} words @param {string[]} more variables */
const asImage = (words, more = []) => /** @type {const} */ ([script, ['read-only', root, of('VOLUME')[0], 'setpriv',
  `--reuid=${user}`, `--regid=${group}`, '--clear-groups', '--no-new-privs', '--bounding-set=-all', '--', 'env', ...environment, ...more, ...words]]);

describe('The image', () => {
  before(() => {
    const make = spawnSync(script, ['make', process.env.JOBTREE_DEBIAN ?? 'bookworm', root], { encoding: 'utf8' });
    assert.equal(make.status, 0, make.stdout + make.stderr);
    for (const [word, rest] of stage) {
      if (word === 'COPY') {
        const [, from, to] = /^--from=build \/src\/(\S+) (\S+)$/.exec(rest) ?? [];
        cpSync(join(top, from), join(root, to), { recursive: true });
      } else if (word === 'RUN') {
        const run = spawnSync(script, ['in', root, 'sh', '-c', rest], { encoding: 'utf8' });
        assert.equal(run.status, 0, `${rest}\n${run.stdout}${run.stderr}`);
      }
    }
  });

  it('has the program for its user, and no package lists and no package', () => {
    assert.match(user, /^[1-9]\d*$/, 'a number, by which a cluster sees that it is not root');
    const stat = spawnSync(script, ['in', root, 'stat', '-c', '%u:%g %a', '/var/lib/jobtree'], { encoding: 'utf8' });
    assert.equal(stat.stdout, `${user}:${group} 700\n`);
    assert.ok(!existsSync(join(root, 'tmp/dist')));
    assert.equal(spawnSync(script, ['in', root, 'ls', '/var/lib/apt/lists'], { encoding: 'utf8' }).stdout, '');
  });

  it('refuses to serve beyond loopback without tokens', () => {
    const [program, args] = asImage([...JSON.parse(of('ENTRYPOINT')[0]), ...JSON.parse(of('CMD')[0])], ['JOBTREE_DEMO=true']);
    const run = spawnSync(program, args, { encoding: 'utf8' });
    assert.equal(run.status, 2);
    assert.match(run.stderr, /^jobtree serve: --listen 0\.0\.0\.0:8080: without tokens the server only listens on loopback/);
  });

  it('serves in a read-only root, and its health check sees that', async () => {
    const made = await runBackend(['token', 'portal', '--tokens-file', join(root, 'etc/jobtree/tokens')]);
    assert.equal(made.code, 0, made.stderr);
    // As compose.yaml says of its secrets.
    chownSync(join(root, 'etc/jobtree/tokens'), Number(user), Number(group));
    const port = await new Promise((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => resolve(typeof address === 'object' ? address?.port : 0));
      });
    });
    const check = JSON.parse(/ CMD\s+(\[.*\])$/.exec(of('HEALTHCHECK')[0])?.[1] ?? '[]')
      .map((/** @type {string} */ word) => word.replaceAll('8080', String(port)));
    assert.equal(check[0], 'bash');
    const healthy = () => spawnSync(script, ['in', root, ...check], { encoding: 'utf8' }).status;
    assert.notEqual(healthy(), 0, 'nothing answers yet');

    const [program, args] = asImage([...JSON.parse(of('ENTRYPOINT')[0]), ...JSON.parse(of('CMD')[0])],
      ['JOBTREE_DEMO=true', 'JOBTREE_TOKENS_FILE=/etc/jobtree/tokens', `JOBTREE_LISTEN=0.0.0.0:${port}`]);
    const child = endWithTests(spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] }));
    const closed = new Promise((resolve) => child.on('close', resolve));
    try {
      let text = '';
      await new Promise((resolve, reject) => {
        for (const stream of [child.stdout, child.stderr]) {
          stream.setEncoding('utf8').on('data', (piece) => (text += piece).includes('listening on') && resolve(undefined));
        }
        child.on('close', () => reject(new Error(text)));
      });
      assert.equal(healthy(), 0);
      const status = async (/** @type {string} */ path) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
      assert.deepEqual([await status('/readyz'), await status('/api/jobs')], [200, 401]);
      // The volume is all that it can write to.
      assert.ok(existsSync(join(root, 'var/lib/jobtree')));
    } finally {
      if (child.exitCode === null) process.kill(-Number(child.pid), 'SIGTERM');
      await closed;
    }
  });

  it('cannot write to its root', () => {
    const [program, args] = asImage(['sh', '-c', 'touch /etc/x /usr/x; touch /var/lib/jobtree/x && ls /var/lib/jobtree/x']);
    const run = spawnSync(program, args, { encoding: 'utf8' });
    assert.match(run.stderr, /\/etc\/x.*Read-only file system[^]*\/usr\/x.*Read-only file system/);
    assert.equal(run.stdout, '/var/lib/jobtree/x\n');
  });
});

describe('The composition', () => {
  it('hands out only variables that the program and the balancer have, and secrets that exist', async () => {
    const text = readFileSync(join(folder, 'compose.yaml'), 'utf8');
    const help = (await runBackend(['serve', '--help'])).stdout;
    const known = `${help}\n${readFileSync(join(folder, '..', 'haproxy.cfg'), 'utf8')}`;
    const named = [...text.matchAll(/^ +(JOBTREE_\w+):/gm)].map(([, name]) => name);
    assert.ok(named.length > 10);
    for (const name of named) assert.ok(new RegExp(`\\b${name}\\b`).test(known), name);
    const defined = [...text.slice(text.lastIndexOf('\nsecrets:')).matchAll(/^ {2}(\w+): \{file: secrets\//gm)].map(([, name]) => name);
    const used = [...text.matchAll(/^ +secrets: \[(.*)\]$/gm)].flatMap(([, names]) => names.split(', '));
    assert.deepEqual([...new Set(used)].sort(), defined.sort());
    for (const [, name] of text.matchAll(/\/run\/secrets\/(\w+)/g)) assert.ok(used.includes(name), name);
  });
});
