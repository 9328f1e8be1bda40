// What the page says for every problem the backend can tell: the engine as it is shipped, asked in both
// languages. New codes of backend/gateway/problem.h are found here by themselves.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, it } from 'node:test';

import { Field, Op, Option, Slot } from '../../web/host/abi.js';

const header = await readFile(new URL('../../backend/gateway/problem.h', import.meta.url), 'utf8');
const problems = [...header.matchAll(/ProblemType k\w+\{\s*(\d+),\s*"([\w.]+)"/g)].map(([, status, code]) => ({ status: Number(status), code }));
const wasm = new URL('../../build/wasm-module/job-tree.wasm', import.meta.url);

/** Those that pass by themselves: there is nothing one could do. */
const NOTHING_TO_DO = new Set(['jobtree.busy', 'jobtree.cloud_failed', 'jobtree.too_large']);

/** @type {any} */
let engine;

before(async () => {
  const { instance } = await WebAssembly.instantiate(await readFile(wasm), {
    env: { emscripten_notify_memory_growth() {} },
    wasi_snapshot_preview1: { proc_exit() { throw new Error('the engine stopped'); } },
  });
  engine = instance.exports;
  engine._initialize();
});

/** @param {string} text */
function put(text) {
  const bytes = new TextEncoder().encode(text);
  new Uint8Array(engine.memory.buffer, engine.input(bytes.length), bytes.length).set(bytes);
  return bytes.length;
}

/** The words a new watch has for this answer. @param {string} lang @param {{ status: number, code: string }} problem */
function wordsFor(lang, { status, code }) {
  const watcher = engine.open(1);
  engine.set(watcher, Option.lang, put(lang), 1);
  engine.frame(watcher, 1);
  engine.answer(watcher, status, put(JSON.stringify({ status, code })), 0, -1, 0, 2);
  const at = engine.frame(watcher, 3);
  const words = new Uint32Array(engine.memory.buffer, at);
  const string = new TextDecoder().decode(new Uint8Array(engine.memory.buffer, words[0], words[1]));
  const said = { message: '', hint: '' };
  const LENGTHS = { [Op.text]: 4, [Op.time]: 4, [Op.number]: 3, [Op.height]: 1, [Op.scroll]: 2, [Op.announce]: 2, [Op.ask]: 3, [Op.drop]: 0, [Op.wake]: 2, [Op.event]: 1 };
  for (let i = 2; words[i] !== Op.end; i += 1 + LENGTHS[words[i]]) {
    assert.ok(words[i] in LENGTHS, `an unexpected command: ${words[i]}`);
    if (words[i] !== Op.text || words[i + 1] !== Slot.summary) continue;
    const text = string.slice(words[i + 3], words[i + 3] + words[i + 4]);
    if (words[i + 2] === Field.message) said.message = text;
    if (words[i + 2] === Field.hint) said.hint = text;
  }
  engine.close(watcher);
  return said;
}

describe('every problem of the backend', () => {
  it('is found', () => assert.ok(problems.length > 25));

  for (const problem of problems) {
    it(`has words, and a way out if there is one: ${problem.status} ${problem.code}`, () => {
      const en = wordsFor('en', problem);
      const zh = wordsFor('zh-CN', problem);
      assert.match(en.message, /^[A-Z].{8,}[^.]$/);
      assert.match(zh.message, /\p{Script=Han}/u);
      assert.equal(en.hint === '', NOTHING_TO_DO.has(problem.code), `the hint is "${en.hint}"`);
      if (en.hint) assert.match(en.hint, /^[A-Z].*[.?]$/);
      assert.equal(en.hint === '', zh.hint === '');
      assert.doesNotMatch(`${en.message}${en.hint}${zh.message}${zh.hint}`, /[{}]/);
    });
  }
});
