// What a page with a <job-tree> loads, against tests/data/size.json: bytes, and what the engine imports and
// exports. Any of it changes on purpose only:
//
//   node tests/bench/size.js            what it is
//   node tests/bench/size.js --record   from now on that is how it should be
//
// Compilers differ, so bytes are recorded by compiler, with a tight tolerance; one of which nothing is
// recorded is compared to the others with a wide one. Imports and exports are compared to the letter, but
// for exports that the compiler adds of its own accord.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { assets, elementFiles } from './tools.js';

export const BUDGET = 40 * 1024; // bytes, brotli
const SAME = 0.02; // of what the same compiler made
const OTHER = 0.2; // of what another made
const FILE = fileURLToPath(new URL('../data/size.json', import.meta.url));

/** What emcc exports besides our functions, in one version or another. */
const OF_THE_COMPILER = /^(memory|_initialize|__indirect_function_table|__errno_location|_?(emscripten_)?stack\w+)$/i;

/**
 * @typedef {{bytes: number, brotli: number}} Size
 * @typedef {{sizes: Record<string, Record<string, Size>>, exports: string[]}} Sizes `sizes` by
 *   compiler, then by file
 */

/** The versions that decide the bytes. */
export function compilers() {
  const [emscripten, esbuild] = ['em++', 'esbuild'].map((program) =>
    /\d+\.\d+\.\d+/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))?.[0]);
  return `emscripten ${emscripten}, esbuild ${esbuild}`;
}

/** What has been built. @returns {Sizes} */
export function measured() {
  const files = [...elementFiles(), 'job-tree.wasm'];
  const sizes = Object.fromEntries(files.map((file) => {
    const content = readFileSync(join(assets, file));
    return [file, { bytes: content.length, brotli: brotliCompressSync(content).length }];
  }));
  const module = new WebAssembly.Module(readFileSync(join(assets, 'job-tree.wasm')));
  return {
    sizes: { [compilers()]: sizes },
    exports: WebAssembly.Module.exports(module).map((it) => it.name).filter((name) => !OF_THE_COMPILER.test(name)).sort(),
  };
}

/** What the engine wants of whoever loads it. */
export function imports() {
  const module = new WebAssembly.Module(readFileSync(join(assets, 'job-tree.wasm')));
  return WebAssembly.Module.imports(module).map((it) => `${it.module}.${it.name}`);
}

/** @returns {Sizes} */
export function recorded() {
  return JSON.parse(readFileSync(FILE, 'utf8'));
}

/**
 * Where sizes have changed, in a line each.
 * @param {Sizes} now
 * @param {Sizes} before
 */
export function differences(now, before) {
  const [[compiler, files]] = Object.entries(now.sizes);
  const known = before.sizes[compiler];
  const expected = known ?? Object.values(before.sizes)[0];
  const tolerance = known ? SAME : OTHER;
  return [...new Set([...Object.keys(files), ...Object.keys(expected)])].flatMap((file) => {
    const [is, was] = [files[file], expected[file]];
    if (!is || !was) return [`${file} is ${is ? 'new' : 'gone'}`];
    return /** @type {const} */ (['bytes', 'brotli']).filter((unit) => Math.abs(is[unit] / was[unit] - 1) > tolerance)
      .map((unit) => `${file} has ${is[unit]} bytes${unit === 'brotli' ? ' in brotli' : ''}, ${was[unit]} are recorded`);
  });
}

/** @param {Sizes} now what a page loads, in bytes of brotli */
export function total(now) {
  return Object.values(Object.values(now.sizes)[0]).reduce((sum, { brotli }) => sum + brotli, 0);
}

export default function size() {
  const now = measured();
  const [[compiler, files]] = Object.entries(now.sizes);
  console.log(`what a page with a <job-tree> loads (${compiler})`);
  for (const [file, { bytes, brotli }] of Object.entries(files)) {
    console.log(`  ${file.padEnd(16)} ${String(bytes).padStart(7)} bytes, ${String(brotli).padStart(6)} in brotli`);
  }
  console.log(`  ${'all'.padEnd(16)} ${String(total(now)).padStart(28)} in brotli, ${(total(now) / BUDGET).toFixed(2)} of the budget`);
  if (argv.includes('--record')) {
    writeFileSync(FILE, `${JSON.stringify({ ...now, sizes: { ...recorded().sizes, ...now.sizes } }, null, 2)}\n`);
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) size();
