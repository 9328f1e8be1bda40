// What the integration tests share: the real binary as a child process, and bare HTTP requests.
//
// Nothing here mocks anything. The binary is the one JOBTREE_BACKEND names, or the release build's.

import { spawn } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

export const backendPath =
  process.env.JOBTREE_BACKEND ?? fileURLToPath(new URL('../../build/bin/backend', import.meta.url));

/** Whether the binary has a sanitizer in it, which takes memory of its own. */
export const sanitized = /\/build-(asan|tsan)\//.test(backendPath);

/** The simulator's only key pair and its project, fixed and public. */
export const simulatorKey = {
  ak: 'SIMULATEDKEY00000001',
  sk: 'simulated-secret-opens-nothing-real-0001',
  project: '5100000000000000000000000de30001',
  domain: 'd0a100000000000000000000de300001',
};

/** The documented elastic-IP job; every simulator holds it. */
export const documentedJob = 'ff808082843684110184e155fdb36461';

/** A server that keeps running; every simulator holds it. */
export const endlessJob = 'ff8080827e7810fb017f06338a731328';

/** @param {string} name a file of tests/data */
export const dataFile = (name) => fileURLToPath(new URL(`../data/${name}`, import.meta.url));

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
const endAll = () => running.forEach((child) => child.kill('SIGKILL'));
// A test that fails may leave a child behind, whose open pipes would keep this process for ever.
after(endAll);
process.on('exit', endAll);

/**
 * Ends `child` with the tests of this file at the latest.
 * @template {import('node:child_process').ChildProcess} Child
 * @param {Child} child
 */
export function endWithTests(child) {
  running.add(child);
  child.on('close', () => running.delete(child));
  return child;
}

/**
 * @typedef {object} Backend
 * @property {string} url where it listens, "http://127.0.0.1:PORT"
 * @property {number} pid
 * @property {() => string} log all it wrote to standard error so far
 * @property {(pattern: RegExp) => Promise<RegExpMatchArray>} logged waits until the log matches
 * @property {() => Promise<number | null>} stop ends it with SIGTERM; its exit code
 */

/**
 * The environment of a child: ours without anything that configures jobtree, holds a key or chooses a language.
 * Nobody asks the metadata service of the machine the tests run on; a test that wants one gives its address by
 * the flag. Nothing is remembered in the home of who runs the tests; a test of the memory names a folder.
 * @param {Record<string, string>} more
 */
export function cleanEnvironment(more) {
  const configures = /^(JOBTREE_|HUAWEICLOUD_|CLOUD_SDK_|HW_|OS_|LANG$|LC_)/;
  const kept = Object.entries(process.env).filter(([name]) => !configures.test(name));
  return { ...Object.fromEntries(kept), JOBTREE_METADATA: 'off', JOBTREE_DATA: 'none', ...more };
}

/**
 * What other users' programs can see of a process. The kernel shows the environment of one that cannot be
 * dumped to root alone; to everybody else nothing of it is seen.
 * @param {number | undefined} pid
 */
export function seenOutside(pid) {
  const read = (/** @type {string} */ name) => {
    try {
      return readFileSync(`/proc/${pid}/${name}`, 'latin1');
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EACCES') throw error;
      return '';
    }
  };
  return { cmdline: read('cmdline'), environ: read('environ') };
}

/**
 * Starts the binary and waits for its ready line. `files`: how many it may have open; `within`: a command that
 * becomes the one behind it.
 * @param {string[]} args
 * @param {{env?: Record<string, string>, files?: number, readyMs?: number, within?: string[]}} [options]
 * @returns {Promise<Backend>}
 */
export async function startBackend(args, { env = {}, files, readyMs = 20_000, within = [] } = {}) {
  const bounded = files === undefined ? [] : ['sh', '-c', `ulimit -n ${files}; exec "$@"`, 'sh'];
  const [program, ...rest] = [...bounded, ...within, backendPath, ...args];
  const child = endWithTests(spawn(program, rest, {
    env: cleanEnvironment(env),
    stdio: ['ignore', 'ignore', 'pipe'],
  }));
  let log = '';
  /** @type {Set<() => void>} */
  const listeners = new Set();
  const notify = () => listeners.forEach((listener) => listener());
  child.stderr.setEncoding('utf8').on('data', (text) => {
    log += text;
    notify();
  });
  let ended = false;
  /** @type {Promise<number | null>} */
  const exit = new Promise((resolve) => {
    child.on('error', (error) => {
      log += String(error);
      ended = true;
      notify();
      resolve(null);
    });
    child.on('close', (code) => {
      ended = true;
      notify();
      resolve(code);
    });
  });

  /** @type {Backend['logged']} */
  const logged = (pattern) =>
    new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        listeners.delete(look);
      };
      const fail = (/** @type {string} */ why) => {
        done();
        reject(new Error(`backend ${args.join(' ')}: ${why} before ${pattern}; it wrote:\n${log}`));
      };
      const look = () => {
        const match = log.match(pattern);
        if (match) {
          done();
          resolve(match);
        } else if (ended) {
          fail('ended');
        }
      };
      const timer = setTimeout(() => fail(`${readyMs} ms went by`), readyMs);
      listeners.add(look);
      look();
    });

  const stop = async () => {
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
    const code = await exit;
    clearTimeout(force);
    return code;
  };

  try {
    const [, url] = await logged(/^listening on (https?:\/\/\S+)$/m);
    return { url, pid: Number(child.pid), log: () => log, logged, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Runs the binary to its end.
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 * @returns {Promise<{code: number | null, stdout: string, stderr: string}>}
 */
export function runBackend(args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(backendPath, args, {
      env: cleanEnvironment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 20_000,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/**
 * A simulator on a free port. `scenario` is what a scenario file is to hold.
 * @param {{speed?: number, seed?: number, scenario?: object, args?: string[]}} [options]
 */
export async function startSimulator({ speed, seed, scenario, args = [] } = {}) {
  const all = ['simulate', '--listen', '127.0.0.1:0', ...args];
  if (speed !== undefined) all.push('--speed', String(speed));
  if (seed !== undefined) all.push('--seed', String(seed));
  if (scenario === undefined) return startBackend(all);
  const folder = await mkdtemp(join(tmpdir(), 'jobtree-scenario-'));
  try {
    const file = join(folder, 'scenario.json');
    await writeFile(file, JSON.stringify(scenario));
    return await startBackend([...all, '--scenario', file]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * A simulator with its admin address.
 * @param {Parameters<typeof startSimulator>[0]} [options]
 */
export async function startWatchedSimulator({ args = [], ...options } = {}) {
  const cloud = await startSimulator({ ...options, args: ['--admin-listen', '127.0.0.1:0', ...args] });
  const [, admin] = await cloud.logged(/^admin on (http:\/\/\S+)$/m);
  return {
    ...cloud,
    admin,
    journal: async () => (await request(`${admin}/journal`)).json(),
    forget: () => request(`${admin}/journal`, { method: 'DELETE' }),
    /** @param {object[]} faults */
    fail: (...faults) =>
      request(`${admin}/faults`, { method: 'PUT', body: JSON.stringify(faults) }),
  };
}

/**
 * @typedef {object} Reply
 * @property {number} status
 * @property {import('node:http').IncomingHttpHeaders} headers
 * @property {string} text
 * @property {() => any} json
 */

/**
 * One request exactly as given: nothing is added but Host and the length of a body.
 * @param {string} url
 * @param {{method?: string, headers?: Record<string, string>, body?: string}} [options]
 * @returns {Promise<Reply>}
 */
export function request(url, { method = 'GET', headers = {}, body = '' } = {}) {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    // The path is cut out by hand: URL would tidy what a test wants untidy.
    const path = url.slice(url.indexOf(port, url.indexOf('//')) + port.length) || '/';
    const length = body === '' ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    const outgoing = http.request(
      { hostname, port, path, method, headers: { ...length, ...headers }, agent: false, timeout: 20_000 },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (piece) => (text += piece));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text,
            json: () => JSON.parse(text),
          }),
        );
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer from ${url}`)));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** A port that was free a moment ago, for programs that cannot tell which one they took. */
export const freePort = () => new Promise((/** @type {(port: number) => void} */ resolve) => {
  const server = net.createServer().listen(0, '127.0.0.1', () => {
    const { port } = /** @type {net.AddressInfo} */ (server.address());
    server.close(() => resolve(port));
  });
});

/** @param {Date} date @returns {string} "20261123T141500Z" */
export const sdkDate = (date) => date.toISOString().replace(/[-:]|\.\d+/g, '');

/** @param {string} text */
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

/**
 * Signs by SDK-HMAC-SHA256, for URLs whose path and query need no escapes. The tests have their
 * own few lines of it, so that a server is not tested with the signer of the same program.
 * @param {string} url
 * `headers` are signed too.
 * @param {{method?: string, body?: string, ak?: string, sk?: string, date?: string,
 *   headers?: Record<string, string>}} [options]
 * @returns {Record<string, string>} the headers to send
 */
export function sign(url, options = {}) {
  const { method = 'GET', body = '', ak = simulatorKey.ak, sk = simulatorKey.sk } = options;
  const date = options.date ?? sdkDate(new Date());
  const { host, pathname, searchParams } = new URL(url);
  searchParams.sort();
  /** @type {Record<string, string>} */
  const sent = { Host: host, 'X-Sdk-Date': date, ...options.headers };
  const lines = Object.entries(sent).map(([name, value]) => [name.toLowerCase(), value]).sort();
  const names = lines.map(([name]) => name).join(';');
  const canonical = [
    method,
    pathname.endsWith('/') ? pathname : `${pathname}/`,
    searchParams.toString(),
    ...lines.map((line) => line.join(':')),
    '',
    names,
    sha256(body),
  ].join('\n');
  const signature = createHmac('sha256', sk)
    .update(`SDK-HMAC-SHA256\n${date}\n${sha256(canonical)}`)
    .digest('hex');
  return {
    ...sent,
    Authorization: `SDK-HMAC-SHA256 Access=${ak}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

/**
 * Asks again and again until `done` likes the value; the last value.
 * @template T
 * @param {() => Promise<T>} ask
 * @param {(value: T) => boolean} done
 * @param {{everyMs?: number, withinMs?: number}} [options]
 * @returns {Promise<T>}
 */
export async function until(ask, done, { everyMs = 50, withinMs = 20_000 } = {}) {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = await ask();
    if (done(value)) return value;
    if (Date.now() > deadline) {
      throw new Error(`not within ${withinMs} ms; last: ${JSON.stringify(value)?.slice(0, 500)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
