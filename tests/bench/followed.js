// What following costs: 1,000 jobs that run and that nobody looks at, before a simulated cloud, once with the
// memory in a file and once in a PostgreSQL.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { request, simulatorKey, startBackend, startWatchedSimulator, until } from '../integration/helpers.js';
import { startPostgres } from '../integration/postgres.js';
import { coreSeconds, residentKb } from './processes.js';

const JOBS = 1000;
const PARTS = 8; // a scenario has 1 MiB at most
const SECONDS = 60;
const BUDGET = 2; // percent of a core
const PLACE = { region: 'cn-north-4', service: 'eip', project_id: simulatorKey.project };

const idOf = (/** @type {number} */ i) => `f${i}`;
const documentOf = (/** @type {string} */ id) => ({
  job_id: id, job_type: 'createBatch', status: 'RUNNING', begin_time: new Date().toISOString(),
  entities: { sub_jobs: Array.from({ length: PARTS }, (_, i) => ({ job_id: `${id}-${i}`, job_type: 'create', status: 'RUNNING' })) },
});

export default async function followed() {
  console.log(`\n${JOBS.toLocaleString('en')} jobs of ${PARTS} parts followed though nobody looks, over ${SECONDS} s`);
  const folder = mkdtempSync(join(tmpdir(), 'jobtree-bench-'));
  const postgres = await startPostgres();
  try {
    await measure('SQLite', ['--data', join(folder, 'data')]);
    await measure('PostgreSQL', ['--database', postgres.url]);
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true });
  }
}

/** @param {string} engine @param {string[]} memory flags */
async function measure(engine, memory) {
  const jobs = Array.from({ length: JOBS }, (_, i) => ({ service: 'eip', region: 'cn-north-4', job_id: idOf(i), document: documentOf(idOf(i)) }));
  const cloud = await startWatchedSimulator({ scenario: { jobs } });
  const backend = await startBackend(
    ['serve', '--listen', '127.0.0.1:0', '--endpoint', `*=${cloud.url}`, '--project', simulatorKey.project, ...memory],
    { env: { CLOUD_SDK_AK: simulatorKey.ak, CLOUD_SDK_SK: simulatorKey.sk } });
  try {
    for (let i = 0; i < JOBS; ++i) {
      const reply = await request(`${backend.url}/api/jobs`, {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ ...PLACE, job_id: idOf(i) }),
      });
      if (reply.status >= 300) throw new Error(`not followed: ${reply.status} ${reply.text}`);
    }
    const queries = async () => Object.values(/** @type {Record<string, number>} */ ((await cloud.journal()).jobs)).reduce((a, b) => a + b, 0);
    // Each was looked at once, and stored.
    await until(async () => Object.keys((await cloud.journal()).jobs).length, (seen) => seen === JOBS, { withinMs: 300_000, everyMs: 1000 });
    const [began, core, before] = [performance.now(), coreSeconds(backend.pid), await queries()];
    await pause(SECONDS * 1000);
    const seconds = (performance.now() - began) / 1000;
    const used = coreSeconds(backend.pid) - core;
    const sent = (await queries()) - before;
    const percent = (used / seconds) * 100;
    console.log(`  ${engine.padEnd(12)} ${percent.toFixed(2)} % of a core, budget ${BUDGET} %, ratio ${(percent / BUDGET).toFixed(2)}; ` +
      `${(sent / seconds).toFixed(1)} queries a second, ${((used / sent) * 1000).toFixed(2)} ms each; ${(residentKb(backend.pid) / 1024).toFixed(0)} MiB`);
  } finally {
    await backend.stop();
    await cloud.stop();
  }
}
