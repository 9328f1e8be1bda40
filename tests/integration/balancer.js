// HAProxy with the configuration that backend/deploy/ ships, and viewers that come through it: for tests of
// several replicas.
//
// Knows: the balancer's file, what a browser does. Must not know: replicas beyond their ports, the cloud.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http2 from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { endWithTests, freePort, request, until } from './helpers.js';

export const shipped = (/** @type {string} */ name) => fileURLToPath(new URL(`../../backend/deploy/${name}`, import.meta.url));
export const NAME = 'jobs.example.com';
/** Sixteen jobs like those of one account: all the same but for the last digit. */
export const JOBS = Array.from({ length: 16 }, (_, i) => `ff808082843684110184e155fdb3646${i.toString(16)}`);
/** The least time between two queries of one replica for one job: two seconds less the jitter, also of a busy machine. */
export const INTERVAL = 1500;

export const jobPath = (/** @type {string} */ job) => `/api/cn-north-4/eip/v1/-/jobs/${job}`;
export const wait = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
// Daemons live in /usr/sbin, which not everybody's PATH has.
export const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };

if (spawnSync('haproxy', ['-v'], { env }).error) {
  throw new Error('HAProxy is missing, and without it nothing here can be tested: apt-get install haproxy');
}
export const folder = mkdtempSync(join(tmpdir(), 'jobtree-deploy-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

export const certificate = makeCertificate();

function makeCertificate() {
  const [key, chain] = [join(folder, 'key.pem'), join(folder, 'chain.pem')];
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
    '-nodes', '-days', '2', '-subj', `/CN=${NAME}`, '-addext', `subjectAltName=DNS:${NAME}`,
    '-keyout', key, '-out', chain], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  const text = readFileSync(chain, 'utf8');
  writeFileSync(join(folder, 'both.pem'), readFileSync(key, 'utf8') + text);
  return text;
}

/** What was started and still runs. @type {(() => Promise<unknown>)[]} */
export const stops = [];
export const stopAll = () => Promise.all(stops.splice(0).map((stop) => stop()));

/**
 * What the shipped file is told of this site.
 * @param {Record<string, string>} more
 */
export const site = (more) => ({ ...env, JOBTREE_ROOTLESS: '1', JOBTREE_CERTIFICATE: join(folder, 'both.pem'), ...more });

/**
 * @param {number[]} replicas their ports
 * @param {Record<string, string>} [more] what the file is told besides
 */
export async function startBalancer(replicas, more = {}) {
  const [secure, plain] = [await freePort(), await freePort()];
  const child = endWithTests(spawn('haproxy', ['-db', '-f', shipped('haproxy.cfg')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: site({
      JOBTREE_HTTPS: `127.0.0.1:${secure}`,
      JOBTREE_HTTP: `127.0.0.1:${plain}`,
      ...Object.fromEntries(replicas.map((port, i) => [`JOBTREE_REPLICA_${i + 1}`, `127.0.0.1:${port}`])),
      ...more,
    }),
  }));
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (log += text));
  const ended = new Promise((resolve) => child.on('close', resolve));
  stops.push(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const balancer = { secure, plain: `http://127.0.0.1:${plain}`, log: () => log };
  // Behind a load balancer nobody is heard without the PROXY protocol, so that any end of the connection is
  // a sign of life.
  const alive = () => request(balancer.plain).then(() => true, ({ code }) => code !== 'ECONNREFUSED');
  await until(alive, (is) => is)
    .catch((error) => assert.fail(`${error.message}; haproxy wrote:\n${log}`));
  return balancer;
}

/**
 * A browser's connection: TLS, HTTP/2.
 * @param {number} port
 * @param {object} [options]
 */
export function connect(port, options = {}) {
  const session = http2.connect(`https://127.0.0.1:${port}`, { ca: certificate, servername: NAME, ...options });
  session.on('error', () => {});  // each request tells of it
  return session;
}

/**
 * @typedef {{status: number, headers: http2.IncomingHttpHeaders, text: string}} Answer
 * @param {http2.ClientHttp2Session} session
 * @param {string} path
 * @param {Record<string, string>} [headers]
 * @returns {Promise<Answer>}
 */
export const ask = (session, path, headers = {}) => new Promise((resolve, reject) => {
  const stream = session.request({ ':path': path, ':authority': NAME, ...headers });
  /** @type {http2.IncomingHttpHeaders} */
  let head = {};
  let text = '';
  stream.setEncoding('utf8');
  stream.on('response', (received) => (head = received));
  stream.on('data', (piece) => (text += piece));
  stream.on('error', reject);
  stream.on('close', () => {
    if (head[':status'] === undefined) return reject(new Error('closed without an answer'));
    resolve({ status: Number(head[':status']), headers: head, text });
  });
  stream.end();
});

/**
 * As a browser asks: a stream that was refused was not looked at, and is asked for again without a word
 * (RFC 9113, 8.7). The balancer refuses one whose replica closed its connection just before. Once: a second
 * refusal is the viewer's to see.
 * @type {typeof ask}
 */
const askAsBrowser = (session, path, headers) => ask(session, path, headers).catch((error) => {
  if (!String(error).includes('NGHTTP2_REFUSED_STREAM')) throw error;
  return ask(session, path, headers);
});

/**
 * Polls a job as the page does until it is told to stop: what it has is named, an answer may be held for
 * `hold` seconds, the next is asked for `pause` ms later, and after a failure at once.
 * @param {number} port
 * @param {string} job
 * @param {{hold: number, pause: number, localAddress: string}} manner
 */
export function startViewer(port, job, { hold, pause, localAddress }) {
  const viewer = {
    job,
    news: 0,
    /** What one asking brought that was no answer. @type {{at: number, what: string}[]} */
    failures: [],
    longestGap: 0,
    stop: async () => {},
  };
  let session = connect(port, { localAddress });
  let goesOn = true;
  const run = async () => {
    let etag = '';
    let answered = performance.now();
    while (goesOn) {
      const held = etag && { 'if-none-match': etag, prefer: `wait=${hold}` };
      const reply = await askAsBrowser(session, jobPath(job), { ...held }).catch((error) => error);
      if (reply.status === 200 || reply.status === 304) {
        if (etag !== '') viewer.longestGap = Math.max(viewer.longestGap, performance.now() - answered);
        answered = performance.now();
        if (etag !== reply.headers.etag) ++viewer.news;
        etag = String(reply.headers.etag);
        await wait(pause * (0.9 + 0.2 * Math.random()));
      } else if (goesOn) {
        viewer.failures.push({ at: Date.now(), what: reply.status ? `${reply.status} ${reply.text}` : String(reply) });
        if (session.destroyed || session.closed) session = connect(port, { localAddress });
      }
    }
  };
  const ended = run();
  viewer.stop = async () => {
    goesOn = false;
    session.destroy();
    await ended;
  };
  return viewer;
}
