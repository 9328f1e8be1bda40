// The other sides of the gateway's benchmark: nginx and Varnish on free ports of loopback, as children
// with a temporary folder each, and a cloud of a few lines.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request, until } from '../integration/helpers.js';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
// Not SIGKILL: these have workers of their own to end.
process.on('exit', () => running.forEach((child) => child.kill('SIGTERM')));

/** A port nobody listens on, for programs that cannot choose one and say which. */
async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Starts a program in a temporary folder and waits until it takes connections.
 * @param {string} program
 * @param {number} port
 * @param {Record<string, string>} files to put there
 * @param {(folder: string) => string[]} args
 */
async function start(program, port, files, args) {
  const folder = await mkdtemp(join(tmpdir(), 'jobtree-bench-'));
  await chmod(folder, 0o755);  // their workers may be other users than we are
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const child = spawn(program, args(folder), {
    cwd: folder,
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },  // where Debian has them
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  running.add(child);
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (log += text));
  let ended = false;
  const end = new Promise((resolve) => {
    const over = (/** @type {unknown} */ error) => {
      if (error instanceof Error) log += error.message;
      ended = true;
      running.delete(child);
      resolve(undefined);
    };
    child.on('error', over).on('close', over);
  });
  const stop = async () => {
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await end;
    clearTimeout(force);
    await rm(folder, { recursive: true, force: true });
  };
  const accepts = () => new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
  try {
    await until(async () => ended || (await accepts()), (done) => done === true);
    if (ended) throw new Error(`${program} ended at once:\n${log}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, port, stop };
}

/**
 * nginx with two workers and one server.
 * @param {string} server what stands inside its server block
 * @param {{http?: string, files?: Record<string, string>}} [more] lines of the http block; files to serve
 */
async function startNginx(server, { http: lines = '', files = {} } = {}) {
  const port = await freePort();
  const conf = `
    daemon off;
    worker_processes 2;
    pid nginx.pid;
    events { worker_connections 4096; }
    http {
      access_log off;
      sendfile on;
      tcp_nopush on;
      keepalive_requests 100000000;
      client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
      uwsgi_temp_path uwsgi; scgi_temp_path scgi;
      ${lines}
      server { listen 127.0.0.1:${port} backlog=1024; ${server} }
    }`;
  return start('nginx', port, { ...files, 'nginx.conf': conf },
    (folder) => ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr']);
}

/** What nginx says by itself, and in its own way. */
const ITS_OWN = new Set(['date', 'content-type', 'content-length', 'connection', 'keep-alive', 'accept-ranges']);

/**
 * nginx that serves the bytes from a file, at /job, and keeps the file open. With `headers` it sends those
 * too, so that an answer of it has as many bytes as one of ours.
 * @param {string} bytes @param {Record<string, string>} [headers]
 */
export function startStaticNginx(bytes, headers) {
  const added = Object.entries(headers ?? {}).filter(([name]) => !ITS_OWN.has(name)).map(([name, value]) =>
    `add_header ${name} '${value.replaceAll("'", "\\'")}' always;`);
  const same = headers ? `etag off; add_header Last-Modified ''; keepalive_timeout 60s 60s; ${added.join(' ')}` : '';
  return startNginx(
    `root .; open_file_cache max=16; location = /job { default_type application/json; ${same} }`,
    { files: { job: bytes } });
}

/**
 * nginx as a cache that asks once for all who come meanwhile.
 * @param {string} upstream
 */
export const startCachingNginx = (upstream) =>
  startNginx(
    `location / {
       proxy_pass ${upstream}; proxy_http_version 1.1; proxy_set_header Connection "";
       proxy_cache jobs; proxy_cache_lock on; proxy_cache_valid 200 1m;
     }`,
    { http: 'proxy_cache_path cache keys_zone=jobs:1m;' });

/**
 * Varnish as it comes, with its store in memory.
 * @param {string} upstream
 */
export async function startVarnish(upstream) {
  const port = await freePort();
  const { hostname, port: from } = new URL(upstream);
  const vcl = `vcl 4.1;\nbackend default { .host = "${hostname}"; .port = "${from}"; }\n`;
  return start('varnishd', port, { 'bench.vcl': vcl }, (folder) => [
    '-F', '-j', 'none', '-n', join(folder, 'varnish'), '-a', `127.0.0.1:${port}`,
    '-f', join(folder, 'bench.vcl'), '-s', 'default,16m', '-T', 'none',
  ]);
}

/** What a job's answer looks like, a few hundred bytes of it. */
const documentOf = (/** @type {string} */ job, /** @type {string} */ status) => JSON.stringify({
  job_id: job, job_type: 'createPublicip', begin_time: '2026-01-01T00:00:00.000Z', end_time: '', status,
  error_code: null, fail_reason: null, entities: { publicip_id: '3b6d9436-2b0a-25dc-bfbe-aaaaaaaaaaaa' },
});

/**
 * A cloud in this process that takes every signature: it answers any job after `delayMs`, counts how often
 * it was asked, and says another thing of a job from `change` on. The time it says so first is the promise
 * that `change` returns.
 * @param {{delayMs?: number}} [options]
 */
export async function startCloud({ delayMs = 0 } = {}) {
  /** @type {Map<string, number>} */
  const asked = new Map();
  /** @type {Map<string, (at: number) => void>} */
  const changed = new Map();
  const server = http.createServer((incoming, outgoing) => {
    const job = String(incoming.url).slice(String(incoming.url).lastIndexOf('/') + 1);
    asked.set(job, (asked.get(job) ?? 0) + 1);
    setTimeout(() => {
      const hear = changed.get(job);
      outgoing.setHeader('Content-Type', 'application/json');
      const answer = documentOf(job, hear ? 'ROLLBACK' : 'RUNNING');
      outgoing.setHeader('Content-Length', answer.length);
      hear?.(performance.now());
      outgoing.end(answer);
    }, delayMs);
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    /** @param {string} job */
    asked: (job) => asked.get(job) ?? 0,
    /** @param {string} job @returns {Promise<number>} */
    change: (job) => new Promise((resolve) => changed.set(job, resolve)),
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** @param {string} url @param {string} bytes */
export async function mustServe(url, bytes) {
  const reply = await request(url);
  if (reply.status !== 200 || reply.text !== bytes) throw new Error(`${url} answered ${reply.status} ${reply.text}`);
}
