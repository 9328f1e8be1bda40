// Runs the benchmarks named, or all: ./dev bench [engine] [size] [sign] [gateway] [store] [followed] [discovery] [boards]
// Each measures both sides in one run and prints a ratio; figures of different runs do not compare.

import { cpus } from 'node:os';
import boards from './boards.js';
import discovery from './discovery.js';
import engine from './engine.js';
import followed from './followed.js';
import gateway from './gateway.js';
import sign from './sign.js';
import size from './size.js';
import store from './store.js';

/** @type {Record<string, () => Promise<void> | void>} */
const benches = { engine, size, sign, gateway, store, followed, discovery, boards };

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !(name in benches));
if (unknown) {
  console.error(`no benchmark "${unknown}"; there are: ${Object.keys(benches).join(', ')}`);
  process.exit(2);
}
console.log(`on ${cpus().length} x ${cpus()[0].model.trim()}, Node.js ${process.version}`);
for (const [name, run] of Object.entries(benches)) {
  if (wanted.length === 0 || wanted.includes(name)) await run();
}
