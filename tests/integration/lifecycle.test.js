// How a server starts, goes on and ends when what it stands on fails: no key yet, a cloud that hangs, a log
// that nobody reads.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import {
  backendPath, cleanEnvironment, documentedJob, freePort, request, runBackend, simulatorKey, startBackend, until,
} from './helpers.js';

/** @type {import('node:child_process').ChildProcess[]} */
const started = [];
after(() => started.forEach((child) => child.kill('SIGKILL'))); // those that a failed test left

const keys = { HUAWEICLOUD_SDK_AK: simulatorKey.ak, HUAWEICLOUD_SDK_SK: simulatorKey.sk };
const jobPath = `/api/cn-north-4/eip/v1/-/jobs/${documentedJob}`;

/** @type {string} a home with nothing in it */
let home;
before(() => {
  home = mkdtempSync(join(tmpdir(), 'jobtree-life-'));
});
after(() => rmSync(home, { recursive: true }));

/** A cloud that takes connections, reads, and never says a word. */
async function startSilentCloud() {
  /** @type {Set<net.Socket>} */
  const sockets = new Set();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', () => server.emit('asked'));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    asked: once(server, 'asked'),
    stop: () => {
      sockets.forEach((socket) => socket.destroy());
      server.close();
    },
  };
}

/**
 * A server of the binary that is a service: no terminal stands behind it.
 * @param {string[]} args @param {Record<string, string>} env
 */
function startService(args, env) {
  const child = spawn(backendPath, ['serve', '--listen', '127.0.0.1:0', ...args], {
    env: cleanEnvironment({ HOME: home, ...env }), stdio: ['ignore', 'ignore', 'pipe'], detached: true,
  });
  started.push(child);
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (log += text));
  /** @type {Promise<[number | null, string | null]>} */
  const exit = new Promise((resolve) => child.on('close', (code, signal) => resolve([code, signal])));
  const logged = (/** @type {RegExp} */ pattern) => until(async () => pattern.exec(log), (match) => match !== null);
  return {
    exit, logged, log: () => log,
    url: async () => (await logged(/^listening on (\S+)$/m))?.[1] ?? '',
    kill: (/** @type {NodeJS.Signals} */ signal) => child.kill(signal),
  };
}

/** Whether `promise` is settled within the time that is promised, with room for a busy machine.
 * @template T @param {Promise<T>} promise @param {number} ms */
function within(promise, ms) {
  return Promise.race([
    promise,
    new Promise((/** @type {(value: never) => void} */ _, reject) => {
      setTimeout(() => reject(new Error(`not within ${ms} ms`)), ms).unref();
    }),
  ]);
}

describe('The end of a server', () => {
  test('comes in good order although the cloud hangs, and viewers get an answer before', async () => {
    const cloud = await startSilentCloud();
    const server = startService(
      ['--endpoint', `*=${cloud.url}`, '--project', simulatorKey.project, '--metadata', 'off'], keys);
    const viewer = request(`${await server.url()}${jobPath}`).then(({ status }) => status, () => 0);
    await cloud.asked;
    server.kill('SIGTERM');
    // README and the unit promise five seconds.
    assert.deepEqual(await within(server.exit, 8000), [0, null]);
    assert.ok([0, 502, 503, 504].includes(await viewer));
    cloud.stop();
  });

  test('comes when the viewer has left, and the query hangs on', async () => {
    const cloud = await startSilentCloud();
    const server = startService(
      ['--endpoint', `*=${cloud.url}`, '--project', simulatorKey.project, '--metadata', 'off'], keys);
    const { hostname, port } = new URL(await server.url());
    const viewer = net.connect(Number(port), hostname);
    viewer.write(`GET ${jobPath} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`);
    await cloud.asked;
    viewer.destroy();
    server.kill('SIGINT');
    assert.deepEqual(await within(server.exit, 8000), [0, null]);
    cloud.stop();
  });

  test('does not come by SIGHUP where no terminal was closed', async () => {
    const server = startService(['--demo'], {});
    const url = await server.url();
    server.kill('SIGHUP');
    await server.logged(/ info SIGHUP ignored: /);
    server.kill('SIGHUP');
    assert.equal((await request(`${url}/healthz`)).status, 200);
    server.kill('SIGTERM');
    assert.deepEqual(await within(server.exit, 8000), [0, null]);
  });
});

describe('A server without a key', () => {
  test('listens, says what is missing, and serves jobs once the metadata service is there', async () => {
    const port = await freePort();
    const cloudUrl = `http://127.0.0.1:${port}`;
    const server = startService(
      ['--endpoint', `*=${cloudUrl}`, '--project', simulatorKey.project, '--metadata', cloudUrl], {});
    const url = await server.url();
    await server.logged(/^No key yet/m);
    assert.equal((await request(`${url}/healthz`)).status, 200);
    const unready = await request(`${url}/readyz`);
    assert.equal(unready.status, 503);
    assert.equal(unready.json().status, 'no_key');
    assert.equal((await request(url + jobPath)).status, 503);

    const cloud = await startBackend(['simulate', '--listen', `127.0.0.1:${port}`, '--speed', '1']);
    // It looks after 2, 4, 8, 16 and 32 seconds.
    const ready = await until(() => request(`${url}/readyz`), ({ status }) => status === 200, { withinMs: 60_000 });
    assert.equal(ready.status, 200);
    const job = await until(() => request(url + jobPath), ({ status }) => status === 200);
    assert.equal(job.json().job_id, documentedJob);
    server.kill('SIGTERM');
    assert.deepEqual(await within(server.exit, 8000), [0, null]);
    await cloud.stop();
  });

  test('backend job exits 3 when the key may yet come, and 2 when the flags forbid it', async () => {
    const nowhere = ['job', documentedJob, '--project', simulatorKey.project];
    const later = await runBackend([...nowhere, '--metadata', 'http://127.0.0.1:1'], { HOME: home });
    assert.equal(later.code, 3, later.stderr);
    const never = await runBackend([...nowhere, '--metadata', 'off'], { HOME: home });
    assert.equal(never.code, 2, never.stderr);
    for (const { stderr } of [later, never]) assert.match(stderr, /^backend job: .*HUAWEICLOUD_SDK_AK/);
  });

  test('backend job ends by Ctrl-C also while it waits for a metadata service that hangs', async () => {
    const metadata = await startSilentCloud();
    const child = spawn(backendPath, ['job', documentedJob, '--metadata', metadata.url],
      { env: { PATH: process.env.PATH, HOME: home }, stdio: 'ignore' });
    const exit = once(child, 'exit');
    await metadata.asked;
    child.kill('SIGINT');
    assert.deepEqual(await exit, [130, null]);
    metadata.stop();
  });

  test('backend sign exits as backend job does', async () => {
    const later = await runBackend(['sign', 'https://a.example/', '--metadata', 'http://127.0.0.1:1'], { HOME: home });
    assert.equal(later.code, 3, later.stderr);
    const never = await runBackend(['sign', 'https://a.example/', '--metadata', 'off'], { HOME: home });
    assert.equal(never.code, 2, never.stderr);
  });
});

describe('A log that nobody reads', () => {
  test('hangs nothing: the server answers, and ends by SIGTERM', async () => {
    const port = await freePort();
    // The pipe is full before the server writes its first line, and its reader never reads.
    const script = 'sh -c \'head -c 65536 /dev/zero >&2; echo $$ >&3; exec "$@"\' sh "$@" 2>&1 >/dev/null | sleep 300';
    const shell = spawn('sh', ['-c', script, 'sh', backendPath, '--demo', '--listen', `127.0.0.1:${port}`,
      '--log-level', 'debug'], { env: { PATH: process.env.PATH, HOME: home }, stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      detached: true });
    const pipe = /** @type {import('node:stream').Readable} */ (shell.stdio[3]);
    const [line] = await once(pipe.setEncoding('utf8'), 'data');
    const pid = Number(line);
    try {
      const url = `http://127.0.0.1:${port}`;
      await until(() => request(`${url}/healthz`).then(({ status }) => status, () => 0), (status) => status === 200);
      // Each of these is worth a line or two of log.
      for (let i = 0; i < 300; ++i) {
        const { status } = await request(`${url}/api/cn-north-4/eip/v1/-/jobs/unknown${i}`);
        assert.ok(status === 404 || status === 429, String(status));
      }
      assert.equal((await request(`${url}/healthz`)).status, 200);
      const metrics = await request(`${url}/metrics`);
      assert.equal(metrics.status, 200);
      assert.match(metrics.text, /^jobtree_log_lost_total \d+$/m);
    } finally {
      process.kill(pid, 'SIGTERM');
    }
    const isGone = () => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    };
    await until(async () => isGone(), Boolean, { withinMs: 10_000 });
    process.kill(-(shell.pid ?? 0), 'SIGKILL');
  });
});

describe('The environment of a server', () => {
  const skip = process.getuid?.() === 0 ? false : 'who is not root may not look into such a process';
  test('holds no key, with --demo neither, and the process leaves no core', { skip }, async () => {
    const server = await startBackend(['--demo', '--listen', '127.0.0.1:0'], {
      env: { ...keys, HUAWEICLOUD_SDK_SECURITY_TOKEN: 'TokenOfAnEnvironment', HOME: home } });
    const environ = readFileSync(`/proc/${server.pid}/environ`, 'latin1');
    for (const secret of [simulatorKey.sk, simulatorKey.ak, 'TokenOfAnEnvironment']) {
      assert.ok(!environ.includes(secret));
    }
    assert.match(readFileSync(`/proc/${server.pid}/limits`, 'utf8'), /^Max core file size +0 +0/m);
    assert.equal(await server.stop(), 0);
  });
});
