// What the engine costs next to what the browser has built in, in V8 and in one run: parsing a job's
// answer, against JSON.parse and a walk that finds the same figures.

import { readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { join } from 'node:path';
import { assets, elementFiles, median, ratio } from './tools.js';

const OK = 200;
const now = Date.parse('2026-01-01T00:00:30Z');

/** @param {number} count @param {number} done */
function answer(count, done) {
  const hex = (/** @type {number} */ n) => n.toString(16).padStart(8, '0');
  const jobs = Array.from({ length: count }, (_, i) => ({
    job_id: `ff80808284368411${hex(i)}${hex(i * 7)}`,
    job_type: 'createPublicip',
    begin_time: '2026-01-01T00:00:00.000Z',
    end_time: i < done ? '2026-01-01T00:00:12.345Z' : '',
    status: i < done ? 'SUCCESS' : 'RUNNING',
    error_code: null,
    fail_reason: null,
    entities: { publicip_id: `3b6d9436-2b0a-25dc-bfbe-${hex(i)}aaaa`, public_ip_address: '203.0.113.7' },
  }));
  return JSON.stringify({
    job_id: 'ff808082843684110184e155fdb36461', job_type: 'createBatchPublicip',
    begin_time: '2026-01-01T00:00:00.000Z', end_time: '', status: 'RUNNING',
    error_code: null, fail_reason: null, entities: { sub_jobs: jobs },
  });
}

/** The least a page in JavaScript must do with the same bytes: parse, flatten, count, find by id. */
function inJavaScript(/** @type {Uint8Array} */ bytes) {
  const root = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  /** @type {any[]} */
  const flat = [root];
  const byId = new Map();
  const counts = { SUCCESS: 0, RUNNING: 0 };
  for (let i = 0; i < flat.length; ++i) {
    const job = flat[i];
    byId.set(job.job_id, i);
    job.begin = Date.parse(job.begin_time);
    job.end = Date.parse(job.end_time);
    const children = job.entities?.sub_jobs;
    if (children) flat.push(...children);
    else ++counts[/** @type {'SUCCESS'|'RUNNING'} */ (job.status)];
  }
  return counts.SUCCESS + byId.size;
}

export default async function engine() {
  const wasm = readFileSync(join(assets, 'job-tree.wasm'));
  const { instance } = await WebAssembly.instantiate(wasm, {
    env: { emscripten_notify_memory_growth() {} },
    wasi_snapshot_preview1: { proc_exit() {} },
  });
  const e = /** @type {any} */ (instance.exports);
  e._initialize();

  console.log('one answer to the first screenful of rows, against JSON.parse and a walk');
  for (const count of [1000, 10_000, 50_000]) {
    const versions = [answer(count, count / 2), answer(count, count / 2 + 1)].map((text) => new TextEncoder().encode(text));
    const watcher = e.open(1);
    e.viewport(watcher, 0, 800, 32);
    const give = (/** @type {Uint8Array} */ bytes) => {
      const at = e.input(bytes.length);
      new Uint8Array(e.memory.buffer, at, bytes.length).set(bytes);
      e.answer(watcher, OK, bytes.length, 0, -1, 0, now);
      e.frame(watcher, now);
    };
    const rounds = count > 10_000 ? 9 : 31;
    /** @type {number[]} */ const ours = [];
    /** @type {number[]} */ const theirs = [];
    for (let i = 0; i < rounds; ++i) {
      const bytes = versions[i % 2];
      let began = performance.now();
      give(bytes);
      ours.push(performance.now() - began);
      began = performance.now();
      inJavaScript(bytes);
      theirs.push(performance.now() - began);
    }
    // The same bytes again: nothing to parse and nothing to write.
    const unchanged = [];
    for (let i = 0; i < rounds; ++i) {
      const began = performance.now();
      e.input(0);
      e.answer(watcher, 304, 0, 0, -1, 0, now);
      e.frame(watcher, now);
      unchanged.push(performance.now() - began);
    }
    console.log(
      `  ${String(count).padStart(6)} sub-jobs: engine ${median(ours).toFixed(2)} ms, ` +
      `JSON.parse ${median(theirs).toFixed(2)} ms, ratio ${ratio(ours, theirs)} (budget 1.00); ` +
      `unchanged ${median(unchanged).toFixed(3)} ms; memory ${(e.memory.buffer.byteLength / 2 ** 20).toFixed(1)} MiB`);
    e.close(watcher);
  }

  const files = [...elementFiles(), 'job-tree.wasm'];
  let total = 0;
  console.log('size of the element, brotli');
  for (const file of files) {
    const size = brotliCompressSync(readFileSync(join(assets, file))).length;
    total += size;
    console.log(`  ${file.padEnd(14)} ${String(size).padStart(6)}`);
  }
  console.log(`  ${'all'.padEnd(14)} ${String(total).padStart(6)}, ratio ${(total / 30_720).toFixed(2)} (budget 30 KB)`);
}
