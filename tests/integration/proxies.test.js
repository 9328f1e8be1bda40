// Forged heads through Debian's nginx and HAProxy, whose connections to the backend many clients share. Where
// proxy and backend disagree about where a request ends, one client is given the answer to another's.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { forgedHeads, unusualHeads } from './forged_heads.js';
import { freePort, request, simulatorKey, startBackend, startSimulator, until } from './helpers.js';

const NAME = 'jobs.example.com';
/** What hides in a body, what follows on the same connection, and what others ask for afterwards. */
const SMUGGLED = 'smuggled';
const NEXT = 'next';
const OTHERS = ['other-1', 'other-2', 'other-3', 'other-4'];

const ask = (/** @type {string} */ job) =>
  `GET /api/cn-north-4/eip/v1/-/jobs/${job} HTTP/1.1\r\nHost: ${NAME}\r\n\r\n`;

// Daemons live in /usr/sbin, which not everybody's PATH has.
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };

/**
 * Both keep a few connections to the backend for all their clients, ask it once only, and pass on what they
 * may. Of each request they write a line: who answered it, "-" for the proxy itself, its status, its target.
 * @type {Record<string, {args: string[], config: (port: number, backend: string) => string}>}
 */
const PROXIES = {
  nginx: {
    args: ['-p', '.', '-e', 'stderr', '-c'],
    config: (port, backend) => `
      daemon off;
      pid nginx.pid;
      events {}
      http {
        map $upstream_addr $who { "" -; default backend; }
        log_format told "told $who $status $request_uri";
        access_log log told;
        client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
        uwsgi_temp_path uwsgi; scgi_temp_path scgi;
        client_header_timeout 2s; client_body_timeout 2s; keepalive_timeout 2s;
        client_max_body_size 0;
        ignore_invalid_headers off;
        upstream backend { server ${backend}; keepalive 2; }
        server {
          listen 127.0.0.1:${port};
          location / {
            proxy_pass http://backend;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
            proxy_request_buffering off;
            proxy_next_upstream off;
          }
        }
      }\n`,
  },
  haproxy: {
    args: ['-db', '-f'],
    config: (port, backend) => `
      global
        log stderr format raw daemon
      defaults
        mode http
        log global
        option dontlognull
        log-format "told %s %ST %HU"
        timeout client 2s
        timeout connect 2s
        timeout server 5s
        timeout http-request 2s
        timeout http-keep-alive 2s
        retries 0
        http-reuse always
      listen -
        bind 127.0.0.1:${port}
        server backend ${backend} pool-max-conn 2\n`,
  },
};

/** What was started and still runs, last first. @type {(() => Promise<unknown>)[]} */
const stops = [];
after(async () => {
  for (const stop of stops.reverse()) await stop();
});

/** @type {import('./helpers.js').Backend} */
let backend;
/** Where its figures are. @type {string} */
let metrics;
/** @typedef {Awaited<ReturnType<typeof startProxy>>} Proxy */
/** @type {Map<string, Proxy>} */
const proxies = new Map();
before(async () => {
  const document = (/** @type {string} */ id) => ({ job_id: id, status: 'SUCCESS', entities: {} });
  const cloud = await startSimulator({
    scenario: {
      jobs: [SMUGGLED, NEXT, ...OTHERS].map((id) => ({ service: 'eip', job_id: id, document: document(id) })),
    },
  });
  stops.push(cloud.stop);
  backend = await startBackend(
    // On a port of their own, reading the figures does not change them.
    ['serve', '--listen', '127.0.0.1:0', '--allow-host', NAME, '--metadata', 'off', '--metrics-listen', '127.0.0.1:0',
      '--endpoint', `*=${cloud.url}`, '--project', simulatorKey.project],
    { env: { CLOUD_SDK_AK: simulatorKey.ak, CLOUD_SDK_SK: simulatorKey.sk } });
  stops.push(backend.stop);
  [, metrics] = await backend.logged(/^metrics on (\S+)$/m);
  for (const program of Object.keys(PROXIES)) proxies.set(program, await startProxy(program));
});

/** @param {string} program */
async function startProxy(program) {
  if (spawnSync(program, ['-v'], { env }).error) {
    throw new Error(`${program} is missing, and without it this cannot be tested: apt-get install ${program}`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'jobtree-proxy-'));
  await chmod(folder, 0o755);  // its workers may be other users than we are
  const port = await freePort();
  const file = join(folder, 'config');
  await writeFile(file, PROXIES[program].config(port, new URL(backend.url).host));
  const output = openSync(join(folder, 'log'), 'a');
  const child = spawn(program, [...PROXIES[program].args, file], { cwd: folder, env, stdio: ['ignore', output, output] });
  closeSync(output);
  const kill = () => child.kill('SIGTERM');
  process.on('exit', kill);
  const log = () => readFileSync(join(folder, 'log'), 'latin1');
  /** The requests it has told of. */
  const told = () => [...log().matchAll(/^told (\S+) (\d+) (.*)$/gm)].map(([, who, status, target]) => ({
    passed: who === 'backend',
    status: Number(status),
    job: status === '200' ? /\/jobs\/([\w-]+)/.exec(target)?.[1] : undefined,
  }));
  const ended = new Promise((resolve) => child.on('close', resolve));
  stops.push(async () => {
    process.off('exit', kill);
    kill();
    await ended;
    await rm(folder, { recursive: true });
  });
  const reached = () => exchange(port, ask(NEXT), NEXT).then((answers) => answers.length, () => 0);
  await until(reached, (count) => count === 1)
    .catch((error) => assert.fail(`${error.message}; ${program} wrote:\n${log()}`));
  return { port, told };
}

/** How many requests it answered, and turned away before any route saw them. */
async function seenByBackend() {
  const { text } = await request(metrics);
  const counts = [...text.matchAll(/^jobtree_http_requests_total\{.*\} (\d+)$/gm)].map(([, count]) => Number(count));
  return counts.reduce((sum, count) => sum + count, 0);
}

/**
 * Sends bytes that end in a request for the job `last`, and reads until that was answered or nothing comes any
 * more. Of each answer its status, and which job it shows.
 * @param {number} port
 * @param {string} bytes
 * @param {string} last
 */
async function exchange(port, bytes, last) {
  const socket = net.connect(port, '127.0.0.1');
  let received = '';
  try {
    await once(socket, 'connect');
    let closed = false;
    socket.on('data', (piece) => (received += piece.toString('latin1')));
    socket.on('error', () => {}).on('close', () => (closed = true));
    socket.write(Buffer.from(bytes, 'latin1'));
    await until(async () => closed || received.includes(`"${last}"`), (over) => over, { everyMs: 5 });
  } finally {
    socket.destroy();
  }
  const final = received.replaceAll('HTTP/1.1 100 Continue\r\n\r\n', '');
  return final.split(/(?=HTTP\/1\.[01] \d{3} )/).filter((text) => text !== '').map((text) => ({
    // HTTP/0.9 has no head, only what our problem document says.
    status: Number(/(?:^HTTP\/1\.[01] |"status":)(\d{3})/.exec(text)?.[1]),
    job: /"job_id":"([^"]*)"/.exec(text)?.[1],
  }));
}

for (const program of Object.keys(PROXIES)) {
  describe(`Behind ${program}`, () => {
    const forged = forgedHeads(NAME, ask(SMUGGLED)).map(([name, , head]) => [name, head]);
    for (const [name, head] of [...forged, ...unusualHeads(NAME)]) {
      test(`${name}: proxy and backend see the same requests, and each has its own answer`, async () => {
        const { port, told } = /** @type {Proxy} */ (proxies.get(program));
        const [toldBefore, seenBefore] = [told().length, await seenByBackend()];
        const answers = await exchange(port, head + ask(SMUGGLED) + ask(NEXT), NEXT);
        const ofOthers = await Promise.all(OTHERS.map((job) => exchange(port, ask(job), job)));
        assert.deepEqual(ofOthers.flat(), OTHERS.map((job) => ({ status: 200, job })));
        const requests = await until(async () => told().slice(toldBefore), (all) => all.length >= answers.length + OTHERS.length);
        const ours = requests.filter(({ job }) => !OTHERS.includes(job ?? ''));
        assert.deepEqual(ours.map(({ status, job }) => ({ status, job })), answers);
        assert.equal(await seenByBackend() - seenBefore, requests.filter(({ passed }) => passed).length);
      });
    }
  });
}
