// job-tree.wasm by itself, without a page: what each thing a user or the cloud does costs in the engine,
// frame and all, and what JSON.parse and a walk over the same bytes take.
//
//   node tests/bench/module.js [FILE.wasm]

import { readFileSync } from 'node:fs';
import { argv, cpuUsage, env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { Option } from '../../web/host/abi.js';
import { answer } from './answers.js';

const FILE = argv[2] ?? fileURLToPath(new URL('../../build/wasm-module/job-tree.wasm', import.meta.url));
const ROW_HEIGHT = 32;
const HEIGHT = 18 * ROW_HEIGHT;
const BEGIN = Date.UTC(2026, 0, 1);

const module = new WebAssembly.Module(readFileSync(FILE));

/** An engine with one watch of one job. */
class Host {
  constructor() {
    /** @type {WebAssembly.Imports} */
    const imports = {};
    for (const { module: from, name } of WebAssembly.Module.imports(module)) (imports[from] ??= {})[name] = () => 0;
    const { exports } = new WebAssembly.Instance(module, imports);
    this.wasm = /** @type {Record<string, any>} */ (exports);
    this.wasm._initialize?.();
    this.id = this.wasm.open(1);
    this.now = BEGIN + 60_000;
    this.scroll(0);
    this.frame();
  }

  frame() {
    return this.wasm.frame(this.id, this.now);
  }

  /** @param {number} top */
  scroll(top) {
    this.wasm.viewport(this.id, top, HEIGHT, ROW_HEIGHT);
  }

  /** @param {Uint8Array} bytes */
  put(bytes) {
    const place = this.wasm.input(bytes.length);
    new Uint8Array(this.wasm.memory.buffer, place).set(bytes);
  }

  /** @param {number} status @param {Uint8Array} body @param {string} etag */
  answer(status, body, etag) {
    const name = new TextEncoder().encode(etag);
    const all = new Uint8Array(body.length + name.length);
    all.set(body);
    all.set(name, body.length);
    this.put(all);
    this.wasm.answer(this.id, status, body.length, name.length, -1, 0, this.now);
  }

  /** @param {number} option @param {number | string} value */
  set(option, value) {
    if (typeof value === 'string') {
      const bytes = new TextEncoder().encode(value);
      this.put(bytes);
      value = bytes.length;
    }
    this.wasm.set(this.id, option, value, this.now);
  }
}

/** Time the process had a core, in milliseconds: other work on the machine does not count. */
function clock() {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
}

/** Median milliseconds of `work` after `before`. @param {number} times @param {() => void} work @param {() => void} [before] */
function median(times, work, before = () => {}) {
  const taken = [];
  for (let i = 0; i < times; ++i) {
    before();
    const start = clock();
    work();
    taken.push(clock() - start);
  }
  return taken.sort((a, b) => a - b)[times >> 1];
}

/** JSON.parse and one look at every job. @param {Uint8Array} bytes */
function plain(bytes) {
  const pending = [JSON.parse(new TextDecoder().decode(bytes))];
  let count = 0;
  while (pending.length) {
    const job = pending.pop();
    ++count;
    pending.push(...job.entities?.sub_jobs ?? []);
  }
  return count;
}

/** @type {Record<string, number[]>} */
const table = {};
const SIZES = env.SIZES?.split(",").map(Number) ?? [1000, 10_000, 30_000, 100_000];
for (const [column, count] of SIZES.entries()) {
  const versions = Array.from({ length: 4 }, (_, version) => answer(count, version, BEGIN));
  const none = new Uint8Array();
  const times = Math.max(5, Math.min(51, 300_000 / count | 0));
  /** @param {string} name @param {number} ms */
  const note = (name, ms) => { (table[name] ??= [])[column] = ms; };
  let version = 0;

  note('JSON.parse and walk', median(times, () => plain(versions[0])));
  let host = new Host();
  note('first screenful', median(times, () => {
    host.answer(200, versions[0], 'v0');
    host.frame();
  }, () => { host = new Host(); }));
  note('1 % changed', median(times, () => {
    host.answer(200, versions[version % 4], `v${version}`);
    host.frame();
  }, () => { ++version; }));
  host.set(Option.expand, 1);
  host.frame();

  // What a page does for a poll: the frame that asks, and the one after the answer, within one second.
  const polls = 400;
  note('unchanged poll', median(times, () => {
    for (let i = 0; i < polls; ++i) {
      host.frame();
      host.answer(304, none, '');
      host.frame();
    }
  }) / polls);
  note('clock', median(times, () => {
    for (let i = 0; i < polls; ++i) {
      host.now += 1000;
      host.frame();
    }
  }) / polls);
  note('scroll step', median(times, () => {
    for (let i = 0; i < 100; ++i) {
      host.scroll(i * (count * ROW_HEIGHT / 100));
      host.frame();
    }
  }) / 100);
  note('expand all', median(times, () => { host.set(Option.expand, 1); host.frame(); }, () => { host.set(Option.expand, 2); host.frame(); }));
  note('collapse all', median(times, () => { host.set(Option.expand, 2); host.frame(); }, () => { host.set(Option.expand, 1); host.frame(); }));
  note('search', median(times, () => { host.set(Option.search, 'aaa7'); host.frame(); }, () => { host.set(Option.search, ''); host.frame(); }));
  host.set(Option.search, '');
  note('filter', median(times, () => { host.set(Option.statuses, 2); host.frame(); }, () => { host.set(Option.statuses, 0); host.frame(); }));
  host.set(Option.statuses, 0);
  note('sort', median(times, () => { host.set(Option.sort, 2); host.frame(); }, () => { host.set(Option.sort, 0); host.frame(); }));
  note('CSV', median(Math.min(times, 5), () => { host.wasm.csv(host.id); }));
}
console.log('milliseconds'.padEnd(22), ...SIZES.map((it) => String(it).padStart(9)));
for (const [name, row] of Object.entries(table)) console.log(name.padEnd(22), ...row.map((ms) => ms.toFixed(3).padStart(9)));
