// What the benchmarks share: where things are, and how figures are taken.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const build = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'build');

/** The page's files as they are served. */
export const assets = join(build, 'web', 'assets');

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** @param {number[]} values @param {number} part from 0 to 1, which is the largest */
export function percentile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
}

/** @param {number[]} ours @param {number[]} theirs */
export const ratio = (ours, theirs) => (median(ours) / median(theirs)).toFixed(2);

/** The scripts that a page with a <job-tree> loads, by following their imports. */
export function elementFiles() {
  const seen = new Set(['job-tree.js']);
  for (const file of seen) {
    const text = readFileSync(join(assets, file), 'utf8');
    for (const [, name] of text.matchAll(/\b(?:from|import)\s*["']\.\/([\w.-]+)["']/g)) seen.add(name);
  }
  return [...seen];
}
