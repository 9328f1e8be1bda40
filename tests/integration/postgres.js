// A real PostgreSQL for tests that need replicas: a cluster of its own in a folder that goes with it.

import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { endWithTests, freePort, until } from './helpers.js';

const WHERE = '/usr/lib/postgresql';

/** Debian's programs, the newest; PostgreSQL refuses to run as root. */
function installation() {
  const version = existsSync(WHERE) ? readdirSync(WHERE).sort((a, b) => Number(b) - Number(a))[0] : undefined;
  if (version === undefined) {
    throw new Error('PostgreSQL is missing, and without it nothing here can be tested: apt-get install postgresql');
  }
  const id = (/** @type {string} */ flag) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  const owner = process.getuid?.() === 0 ? { uid: id('-u'), gid: id('-g') } : {};
  return { programs: join(WHERE, version, 'bin'), owner };
}

/** Starts a server with an empty database. */
export async function startPostgres() {
  const { programs, owner } = installation();
  const folder = mkdtempSync(join(tmpdir(), 'jobtree-pg-'));
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid);
  const run = (/** @type {string} */ program, /** @type {string[]} */ args) => spawnSync(
    join(programs, program), args, { ...owner, cwd: folder, encoding: 'utf8' });
  const made = run('initdb', ['-D', join(folder, 'data'), '--no-sync', '-A', 'trust', '-U', 'jobtree', '-E', 'UTF8', '--locale=C']);
  if (made.status !== 0) throw new Error(made.stderr);
  const port = await freePort();
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child;

  const start = async () => {
    child = endWithTests(spawn(join(programs, 'postgres'), ['-D', join(folder, 'data'), '-k', folder, '-p', String(port),
      '-c', 'fsync=off', '-c', 'max_connections=60'], { ...owner, cwd: folder, stdio: 'ignore' }));
    await until(async () => run('pg_isready', ['-h', '127.0.0.1', '-p', String(port)]).status, (status) => status === 0);
  };
  /** At once, as a machine that fails. */
  const kill = async () => {
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child?.on('close', resolve));
    child.kill('SIGQUIT');
    await ended;
  };
  await start();
  return {
    url: `postgresql://jobtree@127.0.0.1:${port}/postgres`,
    start,
    kill,
    /** The rows of a query, a line each with "|" between the columns. @param {string} sql */
    query(sql) {
      const { status, stdout, stderr } = run('psql', ['-h', '127.0.0.1', '-p', String(port), '-U', 'jobtree', '-At', '-c', sql, 'postgres']);
      if (status !== 0) throw new Error(stderr);
      return stdout.trimEnd().split('\n').filter((line) => line !== '');
    },
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
