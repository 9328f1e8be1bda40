// What a signature costs, all in one run: against the bare digests in the same process (bench_sign),
// against what `openssl speed` says of the same sizes, and against the official signer from npm,
// which must first make the same signature. Two threads that sign at once wait for each other's HMAC:
// with some twenty signatures a second they hardly ever do, so that has a figure and no budget.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { AKSKSigner } from '@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js';
import { build, median, ratio } from './tools.js';

const BUDGET = '3.00';
const TURNS = 9;
const ROUNDS_A_TURN = 5;
const NPM_SIGNATURES_A_ROUND = 500;

// bench_sign.cpp has the same.
const key = {
  getAk: () => 'AKTESTVECTOR00000001',
  getSk: () => 'sk/Test+Vector=Key0123456789abcdefABCDEF',
};
const request = {
  endpoint: 'https://vpc.cn-north-4.myhuaweicloud.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/jobs/ff808082843684110184e155fdb36461',
  method: 'GET',
  headers: { 'X-Project-Id': '77b6a44cba5143ab91d13ab9a8ff44fd' },
};
const date = '20261123T141500Z';

/**
 * The official signer's headers.
 * @param {Record<string, string>} headers with X-Sdk-Date, or the signer takes the clock's
 * @returns {Record<string, string>}
 */
const npmSign = (headers) => AKSKSigner.sign(/** @type {any} */ ({ ...request, headers }), /** @type {any} */ (key));

/** @param {string} program @param {string[]} args */
function outputOf(program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
  return stdout;
}

/**
 * Nanoseconds that `openssl speed` needs for so many bytes.
 * @param {string[]} algorithm @param {number} bytes
 */
function opensslSpeed(algorithm, bytes) {
  const text = outputOf('openssl', ['speed', '-mr', '-seconds', '1', '-bytes', String(bytes), ...algorithm]);
  const bytesASecond = Number(/^\+F:\d+:[^:]+:([\d.]+)/m.exec(text)?.[1]);
  if (!(bytesASecond > 0)) throw new Error(`openssl speed ${algorithm.join(' ')} printed no figure:\n${text}`);
  return (bytes / bytesASecond) * 1e9;
}

const ns = (/** @type {number} */ value) => Math.round(value).toLocaleString('en').padStart(10);

export default function sign() {
  /** @type {number[]} */ const npm = [];
  /** @type {Record<string, number[]>} */ const ours = {};
  let sizes = { canonical: 0, toSign: 0 };
  for (let turn = 0; turn < TURNS; ++turn) {
    const report = JSON.parse(outputOf(join(build, 'bin', 'bench_sign'), [String(ROUNDS_A_TURN)]));
    sizes = { canonical: report.canonical_bytes, toSign: report.to_sign_bytes };
    const theirs = npmSign({ ...request.headers, 'X-Sdk-Date': date }).Authorization;
    if (theirs !== report.authorization) {
      throw new Error(`the official signer and ours differ:\n  ${theirs}\n  ${report.authorization}`);
    }
    const { date: dates, one, two } = report;
    for (const [name, values] of Object.entries({
      date: dates,
      bare1: one.bare.each, all1: one.signature.each,
      bare2: two.bare.each, all2: two.signature.each,
      bareTogether: two.bare.in_all, allTogether: two.signature.in_all,
    })) (ours[name] ??= []).push(...values);

    for (let round = 0; round < ROUNDS_A_TURN; ++round) {
      const began = performance.now();
      for (let i = 0; i < NPM_SIGNATURES_A_ROUND; ++i) npmSign(request.headers);
      npm.push(((performance.now() - began) * 1e6) / NPM_SIGNATURES_A_ROUND);
    }
  }

  console.log(`one signature: date, strings, digests of ${sizes.canonical} + ${sizes.toSign} bytes, hex; ` +
    `nanoseconds, medians of ${TURNS * ROUNDS_A_TURN} rounds`);
  console.log(`  ${''.padEnd(24)} ${'signature'.padStart(10)} ${'digests'.padStart(10)}      ratio`);
  for (const [name, all, bare] of /** @type {const} */ ([
    ['in one thread', 'all1', 'bare1'],
    ['in two threads, each', 'all2', 'bare2'],
    ['in two threads, together', 'allTogether', 'bareTogether'],
  ])) {
    console.log(`  ${name.padEnd(24)} ${ns(median(ours[all]))} ${ns(median(ours[bare]))} ` +
      `${ratio(ours[all], ours[bare]).padStart(10)}${name === 'in one thread' ? ` (budget ${BUDGET})` : ''}`);
  }
  // With a core for each, two threads that share nothing need half the time of one.
  if (median(ours.bareTogether) > 0.65 * median(ours.bare1)) {
    console.log('  the two threads did not have a core each: measure them again when the machine is idle');
  }
  const [all, bare, day] = [ours.all1, ours.bare1, ours.date].map(median);
  console.log(`  of it: date ${ns(day).trim()}, digests ${ns(bare).trim()}, ` +
    `strings and hex ${ns(all - day - bare).trim()}`);

  const sha256 = opensslSpeed(['-evp', 'sha256'], sizes.canonical);
  const hmac = opensslSpeed(['-hmac', 'sha256'], sizes.toSign);
  console.log(`  openssl speed: SHA-256 ${ns(sha256).trim()}, HMAC ${ns(hmac).trim()}, ` +
    `ratio ${(all / (sha256 + hmac)).toFixed(2)} (budget ${BUDGET})`);
  console.log(`  official npm signer, the same signature: ${ns(median(npm)).trim()}, ` +
    `ours / theirs ${(all / median(npm)).toFixed(3)}`);
}
