// What open boards cost: 1,000 viewers who wait for a change of the list of jobs, and how soon all hear of one.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { request, simulatorKey, startBackend, startWatchedSimulator, until } from '../integration/helpers.js';
import { coreSeconds, residentKb, threadsOf } from './processes.js';
import { answersOf, askAll, connectViewers, disconnect, requestOf } from './viewers.js';

const WAITING = 1000;
const JOBS = 200;
const SECONDS = 20;
const ROUNDS = 5;
const PATH = '/api/jobs?limit=50';
const BUDGET = { percent: 0.5, kb: 8, ms: 2000 }; // a change is noticed within a second

const jobNamed = (/** @type {string} */ id, status = 'SUCCESS') => ({
  service: 'eip', region: 'cn-north-4', job_id: id,
  document: { job_id: id, job_type: 'aType', status, begin_time: new Date().toISOString(), entities: {} },
});

export default async function boards() {
  console.log(`\n${WAITING.toLocaleString('en')} viewers who wait at a board of ${JOBS} jobs`);
  const folder = mkdtempSync(join(tmpdir(), 'jobtree-bench-'));
  const news = Array.from({ length: ROUNDS }, (_, i) => `news-${i}`);
  const cloud = await startWatchedSimulator({
    scenario: { jobs: [...Array.from({ length: JOBS }, (_, i) => jobNamed(`old-${i}`)), ...news.map((id) => jobNamed(id))] },
  });
  const backend = await startBackend(
    ['serve', '--listen', '127.0.0.1:0', '--endpoint', `*=${cloud.url}`, '--project', simulatorKey.project, '--data', join(folder, 'data')],
    { env: { CLOUD_SDK_AK: simulatorKey.ak, CLOUD_SDK_SK: simulatorKey.sk } });
  const port = Number(new URL(backend.url).port);
  const look = (/** @type {string} */ id) => request(`${backend.url}/api/cn-north-4/eip/v1/-/jobs/${id}`);
  const board = () => request(backend.url + PATH);
  try {
    for (let i = 0; i < JOBS; ++i) await look(`old-${i}`);
    await until(async () => (await request(`${backend.url}/api/jobs?limit=500`)).json().jobs.length, (count) => count === JOBS, { withinMs: 60_000 });
    await pause(2000);
    const before = residentKb(backend.pid);
    const viewers = await connectViewers(port, WAITING);
    const wait = async () => {
      const { headers } = await board();
      askAll(viewers, requestOf(port, PATH, `If-None-Match: ${headers.etag}\r\nPrefer: wait=60\r\n`));
      await pause(3000);
    };
    await wait();
    const [began, used] = [performance.now(), coreSeconds(backend.pid)];
    await pause(SECONDS * 1000);
    const percent = ((coreSeconds(backend.pid) - used) * 100_000) / (performance.now() - began);
    const kb = (residentKb(backend.pid) - before) / WAITING;
    const threads = threadsOf(backend.pid);
    if (viewers.some(({ at }) => at > 0)) throw new Error('not all who were to wait did');
    /** @type {number[]} */
    const times = [];
    let cost = 0;
    for (const id of news) {
      const [from, core] = [performance.now(), coreSeconds(backend.pid)];
      await look(id);
      times.push(...(await answersOf(viewers, /^HTTP\/1\.1 200 /)).map((at) => at - from));
      cost += coreSeconds(backend.pid) - core;
      await wait();
    }
    times.sort((a, b) => a - b);
    const p99 = times[Math.floor(times.length * 0.99)];
    /** @param {string} what @param {string} measured @param {number} ratio */
    const row = (what, measured, ratio) => console.log(`  ${what.padEnd(28)} ${measured.padEnd(28)} ${ratio.toFixed(2)} of the budget`);
    row('of a core while they wait', `${percent.toFixed(2)} %`, percent / BUDGET.percent);
    row('memory of each', `${kb.toFixed(1)} KB`, kb / BUDGET.kb);
    row('a change reaches them, p99', `${p99.toFixed(0)} ms, for ${((cost / ROUNDS) * 1000).toFixed(0)} ms of a core`, p99 / BUDGET.ms);
    console.log(`  ${threads} threads`);
    disconnect(viewers);
  } finally {
    await backend.stop();
    await cloud.stop();
    rmSync(folder, { recursive: true });
  }
}
