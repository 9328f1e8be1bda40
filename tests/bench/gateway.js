// What it costs to serve many viewers, all in one run and in turn: `backend serve` with a cloud behind it,
// against nginx and Varnish where they do the same, and against nothing but a budget where they cannot.

import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { documentedJob, request, simulatorKey, startBackend, startSimulator } from '../integration/helpers.js';
import { coreSeconds, residentKb, threadsOf } from './processes.js';
import { mustServe, startCachingNginx, startCloud, startStaticNginx, startVarnish } from './servers.js';
import { answersOf, askAll, connectViewers, disconnect, requestOf } from './viewers.js';
import { median, percentile } from './tools.js';

// Many and short, for on a machine with other work the minutes differ more than the programs do.
const RATE_ROUNDS = 11;
const RATE_SECONDS = 1;
const COLD_ROUNDS = 15;
const COLD_VIEWERS = 40;
const COLD_UPSTREAM_MS = 60;
const CHANGE_ROUNDS = 5;
const WAITING = 1000;
const IDLE = 500;
const COST_ROUNDS = 3;
const COST_SECONDS = 10;

const pathOf = (/** @type {string} */ job) => `/api/cn-north-4/eip/v1/${simulatorKey.project}/jobs/${job}`;
const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
const ms = (/** @type {number} */ value) => `${value.toFixed(value < 10 ? 2 : 1)} ms`;
const row = (/** @type {string} */ name, /** @type {string[]} */ ...cells) =>
  console.log(`  ${name.padEnd(30)} ${cells.map((cell) => cell.padStart(12)).join(' ')}`);

/** A backend that asks this cloud. @param {string} cloud */
async function startGateway(cloud) {
  const backend = await startBackend(
    ['serve', '--listen', '127.0.0.1:0', '--metadata', 'off', '--endpoint', `*=${cloud}`,
      '--project', simulatorKey.project],
    { env: { CLOUD_SDK_AK: simulatorKey.ak, CLOUD_SDK_SK: simulatorKey.sk } });
  return { ...backend, port: Number(new URL(backend.url).port) };
}

/**
 * Runs `work` and then ends what it started, in the order opposite to that.
 * @param {(start: <T extends {stop: () => unknown}>(one: Promise<T>) => Promise<T>) => Promise<void>} work
 */
async function withServers(work) {
  /** @type {{stop: () => unknown}[]} */
  const started = [];
  try {
    await work(async (one) => {
      started.push(await one);
      return one;
    });
  } finally {
    for (const one of started.reverse()) await one.stop();
  }
}

// --- A cached answer -------------------------------------------------------------------------------------

/**
 * Requests a second, and the 99th percentile of how long they took, in milliseconds.
 * @param {string} url @param {number} connections
 */
async function wrk(url, connections) {
  const args = ['-t2', `-c${connections}`, `-d${RATE_SECONDS}s`, '--latency', url];
  const child = spawn('wrk', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece) => (text += piece));
  await once(child, 'close');
  const rate = Number(/^Requests\/sec: +([\d.]+)$/m.exec(text)?.[1]);
  const [, late, unit] = /^ +99% +([\d.]+)(us|ms|s)$/m.exec(text) ?? [];
  if (!(rate > 0) || !unit || /Socket errors|Non-2xx/.test(text)) throw new Error(`wrk ${args.join(' ')}:\n${text}`);
  return { rate, late: Number(late) * { us: 0.001, ms: 1, s: 1000 }[/** @type {'us' | 'ms' | 's'} */ (unit)] };
}

const cachedAnswer = () => withServers(async (start) => {
  const cloud = await start(startSimulator());
  const backend = await start(startGateway(cloud.url));
  const ours = `${backend.url}${pathOf(documentedJob)}`;
  const { text, headers } = await request(ours);
  const few = await start(startStaticNginx(text));
  const same = await start(startStaticNginx(text, /** @type {Record<string, string>} */ (headers)));
  /** @type {[string, string][]} */
  const sides = [['ours', ours], ['same', `${same.url}/job`], ['few', `${few.url}/job`]];
  for (const [, url] of sides) await mustServe(url, text);

  console.log(`a cached answer of ${text.length} bytes, against nginx (two workers, a file kept open) that sends ` +
    `the same headers, and its own few; wrk, medians of ${RATE_ROUNDS} rounds`);
  row('', 'a second', 'nginx, same', 'ratio', 'p99', 'nginx, same', 'ratio', 'nginx, few', 'ratio');
  for (const connections of [16, 64, 256]) {
    /** @type {Record<string, {rate: number, late: number}[]>} */
    const seen = { ours: [], same: [], few: [] };
    for (let round = 0; round < RATE_ROUNDS; ++round) {
      // Each goes first in its turn.
      for (let i = 0; i < sides.length; ++i) {
        const [side, url] = sides[(round + i) % sides.length];
        seen[side].push(await wrk(url, connections));
      }
    }
    const rate = (/** @type {string} */ side) => median(seen[side].map((one) => one.rate));
    const late = (/** @type {string} */ side) => median(seen[side].map((one) => one.late));
    const count = (/** @type {number} */ value) => Math.round(value).toLocaleString('en');
    row(`${connections} connections`, count(rate('ours')), count(rate('same')),
      (rate('ours') / rate('same')).toFixed(2), ms(late('ours')), ms(late('same')),
      (late('ours') / late('same')).toFixed(2), count(rate('few')), (rate('ours') / rate('few')).toFixed(2));
  }
  row('budget', '', '', 'from 1.00', '', '', 'to 1.00', '', 'from 0.85');
});

// --- A cold burst ----------------------------------------------------------------------------------------

const coldBurst = () => withServers(async (start) => {
  const cloud = await start(startCloud({ delayMs: COLD_UPSTREAM_MS }));
  const backend = await start(startGateway(cloud.url));
  const nginx = await start(startCachingNginx(cloud.url));
  const varnish = await start(startVarnish(cloud.url));

  /** @type {{name: string, port: number, viewers: number, took: number[], last: number[], calls: number}[]} */
  const sides = [
    ['the upstream, to one viewer', cloud.port, 1],
    ['backend', backend.port, COLD_VIEWERS],
    ['nginx, proxy_cache_lock', nginx.port, COLD_VIEWERS],
    ['Varnish', varnish.port, COLD_VIEWERS],
  ].map(([name, port, viewers]) => ({
    name: String(name), port: Number(port), viewers: Number(viewers), took: [], last: [], calls: 0,
  }));
  // Round -1 counts for nobody: connections to the cloud are made, and the key shows that it works.
  for (let round = -1; round < COLD_ROUNDS; ++round) {
    for (const [number, side] of sides.entries()) {
      const job = `cold-${number}-${round + 1}`;
      const viewers = await connectViewers(side.port, side.viewers);
      const began = performance.now();
      askAll(viewers, requestOf(side.port, pathOf(job)));
      const times = (await answersOf(viewers, /^HTTP\/1\.1 200 /)).map((at) => at - began);
      disconnect(viewers);
      if (round < 0) continue;
      side.took.push(median(times));
      side.last.push(Math.max(...times));
      side.calls = Math.max(side.calls, cloud.asked(job));
    }
  }

  console.log(`a cold burst: ${COLD_VIEWERS} viewers at once of a job nobody asked for, ` +
    `${COLD_UPSTREAM_MS} ms upstream; medians of ${COLD_ROUNDS} rounds`);
  row('', 'calls', 'median', 'over', 'the last');
  const own = median(sides[0].took);
  for (const { name, took, last, calls } of sides) {
    row(name, String(calls), ms(median(took)), ms(median(took) - own), ms(median(last)));
  }
  row('budget', '1', '', ms(3));
});

// --- A change --------------------------------------------------------------------------------------------

/**
 * The floor under the next measurement: a process that writes the bytes of one answer to all who are
 * connected, and does nothing else.
 */
async function startTeller() {
  const child = fork(fileURLToPath(new URL('teller.js', import.meta.url)));
  const [port] = await once(child, 'message');
  return {
    port: Number(port),
    /** @param {string} answer */
    tell: (answer) => child.send(answer),
    stop: async () => {
      child.kill();
      await once(child, 'close');
    },
  };
}

/** @param {string} url */
async function etagOf(url) {
  const { status, headers } = await request(url);
  if (status !== 200 || !headers.etag) throw new Error(`${url} answered ${status}`);
  return headers.etag;
}

/** @param {number} port @param {string} job @param {string} etag */
const waitFor = (port, job, etag) => requestOf(port, pathOf(job), `If-None-Match: ${etag}\r\nPrefer: wait=30\r\n`);

/** Of viewers who were waiting when the cloud said something else. */
const TOLD = /^HTTP\/1\.1 200 [^]*\r\nCache-Status: jobtree; fwd=stale; collapsed\r\n[^]*"ROLLBACK"/i;

const change = () => withServers(async (start) => {
  const cloud = await start(startCloud());
  const backend = await start(startGateway(cloud.url));
  const teller = await start(startTeller());
  const there = await connectViewers(teller.port, WAITING);
  const here = await connectViewers(backend.port, WAITING);

  /** @type {Record<'ours' | 'floor', number[][]>} */
  const took = { ours: [], floor: [] };
  // Round -1 counts for nobody: connections and code are warm after it.
  for (let round = -1; round < CHANGE_ROUNDS; ++round) {
    const job = `change-${round + 1}`;
    askAll(here, waitFor(backend.port, job, await etagOf(`${backend.url}${pathOf(job)}`)));
    const began = await cloud.change(job);
    const times = (await answersOf(here, TOLD)).map((at) => at - began);

    askAll(there, Buffer.alloc(0));
    const beganThere = performance.now();
    teller.tell(here[0].text);
    const timesThere = (await answersOf(there, TOLD)).map((at) => at - beganThere);
    if (round < 0) continue;
    took.ours.push(times);
    took.floor.push(timesThere);
  }
  disconnect([...here, ...there]);

  console.log(`a change to ${WAITING.toLocaleString('en')} viewers who wait, from the moment the cloud says it ` +
    `to their first bytes; medians of ${CHANGE_ROUNDS} rounds`);
  row('', 'median', 'p99', 'the last');
  for (const [name, all] of /** @type {const} */ ([
    ['backend', took.ours], ['a process that only writes', took.floor],
  ])) {
    row(name, ...[0.5, 0.99, 1].map((part) => ms(median(all.map((times) => percentile(times, part))))));
  }
  const [late, floor] = [took.ours, took.floor].map((all) => median(all.map((times) => percentile(times, 0.99))));
  row('beyond it', '', ms(late - floor));
  row('budget', '', ms(10));
  console.log('  the second row is what the viewers themselves, in one process, and the kernel need');
});

// --- Those who wait, and those who do nothing ------------------------------------------------------------

/** Waits until the process has hardly anything to do. @param {number} pid */
async function quiet(pid) {
  for (let before = -1; ;) {
    const now = coreSeconds(pid);
    if (before >= 0 && now - before < 0.02) return;
    before = now;
    await pause(500);
  }
}

/** The share of a core it uses from now on. @param {number} pid */
async function shareOfCore(pid) {
  const [began, before] = [performance.now(), coreSeconds(pid)];
  await pause(COST_SECONDS * 1000);
  return ((coreSeconds(pid) - before) * 1000) / (performance.now() - began);
}

async function waitingAndIdle() {
  /** @type {Record<'kb' | 'waiting' | 'threads' | 'idle', number[]>} */
  const seen = { kb: [], waiting: [], threads: [], idle: [] };
  for (let round = 0; round < COST_ROUNDS; ++round) {
    await withServers(async (start) => {
      const cloud = await start(startCloud());
      // Another one every round: memory that was used once stays with a process.
      const backend = await start(startGateway(cloud.url));
      const etag = await etagOf(`${backend.url}${pathOf('standing')}`);
      await quiet(backend.pid);
      const before = residentKb(backend.pid);
      const waiting = await connectViewers(backend.port, WAITING);
      askAll(waiting, waitFor(backend.port, 'standing', etag));
      await quiet(backend.pid);
      seen.kb.push((residentKb(backend.pid) - before) / WAITING);
      seen.waiting.push(await shareOfCore(backend.pid));
      seen.threads.push(threadsOf(backend.pid));
      if (waiting.some(({ at }) => at > 0)) throw new Error('not all who were to wait did');
      cloud.change('standing');
      await answersOf(waiting, TOLD);
      disconnect(waiting);

      const idle = await connectViewers(backend.port, IDLE);
      askAll(idle, requestOf(backend.port, pathOf('standing')));
      await answersOf(idle, /^HTTP\/1\.1 200 /);
      await quiet(backend.pid);
      seen.idle.push(await shareOfCore(backend.pid));
      if (idle.some(({ socket }) => socket.closed)) throw new Error('not all connections were kept');
      disconnect(idle);
    });
  }
  const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(2)} %`;
  console.log(`who waits and who does nothing; medians of ${COST_ROUNDS} rounds of ${COST_SECONDS} s`);
  row('', 'measured', 'budget', 'ratio');
  const [kb, busy, threads, idle] = [seen.kb, seen.waiting, seen.threads, seen.idle].map(median);
  const many = WAITING.toLocaleString('en');
  const most = cpus().length + 8;
  row(`${many} wait: memory of each`, `${kb.toFixed(1)} KB`, '4 KB', (kb / 4).toFixed(2));
  row(`${many} wait: of a core`, percent(busy), '0.3 %', (busy / 0.003).toFixed(2));
  row(`${many} wait: threads`, String(threads), String(most), (threads / most).toFixed(2));
  row(`${IDLE} idle connections: of a core`, percent(idle), '0.3 %', (idle / 0.003).toFixed(2));
}

export default async function gateway() {
  const [load] = loadavg();
  console.log(`${cpus().length} processors: ${cpus()[0].model.trim()}`);
  if (load > 0.5) console.log(`the machine has other work (load ${load.toFixed(1)}): measure again when it is idle`);
  await cachedAnswer();
  await coldBurst();
  await change();
  await waitingAndIdle();
}
