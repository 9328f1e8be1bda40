// What remembering costs, on the disk of the temporary folder: bench_store's figures, beside the budgets.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, median, ratio } from './tools.js';

const ms = (/** @type {number} */ seconds) => `${(seconds * 1000).toFixed(2)} ms`.padStart(10);
const mib = (/** @type {number} */ bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`.padStart(10);

export default function store() {
  const folder = mkdtempSync(join(tmpdir(), 'jobtree-bench-'));
  try {
    const { status, stdout, stderr } = spawnSync(join(build, 'bin', 'bench_store'), [folder], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`bench_store: ${stderr}`);
    for (const [engine, figures] of Object.entries(JSON.parse(stdout))) print(engine, figures);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {string} engine @param {any} figures */
function print(engine, { week, change, board, many }) {
  const sizes = week.map((/** @type {any} */ day) => (day.store_bytes / 2 ** 20).toFixed(1));
  const peaks = week.map((/** @type {any} */ day) => (day.peak / 2 ** 20).toFixed(0));
  console.log(`\n10,000 jobs over a week, jobs stored for 2 days (${engine})`);
  console.log(`  the store, day by day, MiB  ${sizes.join(' ')}`);
  console.log(`  peak of memory, MiB         ${peaks.join(' ')}`);
  console.log(`\nstoring one change of a job with 1,000 parts (${engine})`);
  console.log(`  processor time              ${ms(median(change.cpu))}   budget 5.00 ms`);
  console.log(`  until it is on the disk     ${ms(median(change.wall))}`);
  console.log(`  the whole body, bare SQLite ${ms(median(change.bare_cpu))}   ratio ${ratio(change.cpu, change.bare_cpu)}`);
  console.log(`  bytes of 200 changes        ${mib(change.store_bytes)}   bare ${mib(change.bare_bytes).trim()}, ratio ${ratio([change.store_bytes], [change.bare_bytes])}`);
  console.log(`\nthe first page of a board of 100,000 jobs (${engine})`);
  for (const [name, { seconds, rows }] of Object.entries(board)) {
    console.log(`  ${name.padEnd(27)} ${ms(median(seconds))}   budget 20.00 ms, ${rows} rows`);
  }
  console.log(`\n250,000 parts that end at once (${engine})`);
  console.log(`  processor time              ${ms(many.cpu)}`);
  // Of one process the peak is told once, and SQLite comes first.
  if (engine === 'SQLite') console.log(`  memory beyond before        ${mib(many.peak - many.peak_before)}   the body has ${mib(many.body_bytes).trim()}`);
  console.log(`  bytes on the disk           ${mib(many.store_bytes)}`);
}
