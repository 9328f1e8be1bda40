// What finding jobs costs: an account whose operations are 10,000 an hour, each the end of a server's job that is stored
// whole, before a server that plays the Cloud Trace Service and nothing else.

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { request, simulatorKey, startBackend, until } from '../integration/helpers.js';
import { startPostgres } from '../integration/postgres.js';
import { coreSeconds, residentKb } from './processes.js';

const AN_HOUR = 10_000;
const SECONDS = 90;
const BUDGET = 5; // percent of a core
const EVERY = 3_600_000 / AN_HOUR; // milliseconds
const BEFORE = 600_000; // milliseconds of traces that are there at the start
const MOST_PAGE = 200;

/** The trace that was recorded at this time. @param {number} number since 1970, one every EVERY @returns {object} */
function traceOf(number) {
  const end = Math.round(number * EVERY);
  const id = number.toString(16).padStart(32, 'f');
  const job = {
    job_id: id, job_type: 'createSingleServer', begin_time: new Date(end - 40_000).toISOString(), end_time: new Date(end).toISOString(),
    status: 'SUCCESS', error_code: null, fail_reason: null, entities: { server_id: `vm-${number}` },
  };
  return {
    trace_id: `trace-${number}`, trace_name: 'createServer', trace_rating: 'normal', trace_type: 'ConsoleAction', service_type: 'ECS', resource_type: 'ecs',
    resource_name: `web-${number % 5000}`, resource_id: `vm-${number}`, time: end + 1, user: { name: `user-${number % 20}`, id: 'u', domain: { name: 'acme', id: 'd' } },
    request: JSON.stringify({ server: { name: 'web', flavorRef: 's6.large.2', imageRef: 'i', vpcid: 'v', nics: [{ subnet_id: 's' }] } }),
    response: JSON.stringify(job), code: '200', source_ip: '10.0.0.1',
  };
}

export default async function discovery() {
  console.log(`\n${AN_HOUR.toLocaleString('en')} operations an hour, each with a job that is found and stored, over ${SECONDS} s`);
  const began = Date.now();
  const first = Math.ceil((began - BEFORE) / EVERY);
  const cts = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? '', 'http://cts');
    const last = Math.floor(Math.min(Number(url.searchParams.get('to')), Date.now()) / EVERY);
    const from = Math.max(first, Math.ceil(Number(url.searchParams.get('from')) / EVERY));
    const newest = Math.min(last, Number(url.searchParams.get('next') ?? last));
    const oldest = Math.max(from, newest - MOST_PAGE + 1);
    const traces = Array.from({ length: Math.max(newest - oldest + 1, 0) }, (_, i) => traceOf(newest - i));
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ traces, meta_data: { count: traces.length, marker: oldest > from ? String(oldest - 1) : null } }));
  });
  await new Promise((resolve) => cts.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (cts.address());
  const folder = mkdtempSync(join(tmpdir(), 'jobtree-bench-'));
  const postgres = await startPostgres();
  try {
    await measure('SQLite', `http://127.0.0.1:${port}`, ['--data', join(folder, 'data')]);
    await measure('PostgreSQL', `http://127.0.0.1:${port}`, ['--database', postgres.url]);
  } finally {
    await postgres.stop();
    cts.close();
    rmSync(folder, { recursive: true });
  }
}

/** @param {string} engine @param {string} url @param {string[]} memory flags */
async function measure(engine, url, memory) {
  const backend = await startBackend(
    ['serve', '--listen', '127.0.0.1:0', '--endpoint', `*=${url}`, '--project', simulatorKey.project, '--discover', 'traces', ...memory],
    { env: { CLOUD_SDK_AK: simulatorKey.ak, CLOUD_SDK_SK: simulatorKey.sk } });
  try {
    const state = async () => (await request(`${backend.url}/api/discovery`)).json().readings[0];
    await until(state, (it) => it.complete_to !== null, { withinMs: 60_000 });
    const [start, core, before] = [performance.now(), coreSeconds(backend.pid), (await state()).jobs];
    await pause(SECONDS * 1000);
    const seconds = (performance.now() - start) / 1000;
    const percent = ((coreSeconds(backend.pid) - core) / seconds) * 100;
    const found = (await state()).jobs - before;
    console.log(`  ${engine.padEnd(12)} ${percent.toFixed(2)} % of a core, budget ${BUDGET} %, ratio ${(percent / BUDGET).toFixed(2)}; ` +
      `${Math.round((found / seconds) * 3600).toLocaleString('en')} jobs found an hour; ${(residentKb(backend.pid) / 1024).toFixed(0)} MiB`);
  } finally {
    await backend.stop();
  }
}
