// What the page says for every problem the backend can tell: the engine as it is shipped, asked in both
// languages. New codes of backend/gateway/problem.h are found here by themselves.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, it } from 'node:test';

import { Field, Option, Slot } from '../../web/host/abi.js';
import { applyFrame, readFrame } from '../../web/host/frame_decoder.js';

const header = await readFile(new URL('../../backend/gateway/problem.h', import.meta.url), 'utf8');
const problems = [...header.matchAll(/ProblemType k\w+\{\s*(\d+),\s*"([\w.]+)"/g)].map(([, status, code]) => ({ status: Number(status), code }));
const wasm = new URL('../../build/wasm-module/job-tree.wasm', import.meta.url);

/** Those that pass by themselves: there is nothing one could do. */
const NOTHING_TO_DO = new Set(['jobtree.busy', 'jobtree.cloud_failed', 'jobtree.too_large', 'jobtree.memory_unavailable']);

/** @type {any} */
let engine;

before(async () => {
  const { instance } = await WebAssembly.instantiate(await readFile(wasm));
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
  const session = engine.open(1);
  engine.set(session, Option.lang, put(lang), 1);
  engine.frame(session, 1);
  engine.answer(session, status, put(JSON.stringify({ status, code })), 0, -1, 0, 2);
  const said = { message: '', hint: '' };
  const { words, string } = readFrame(engine.memory.buffer, engine.frame(session, 3));
  applyFrame(words, string, {
    text: (slot, field, text) => {
      if (slot !== Slot.summary) return;
      if (field === Field.message) said.message = text;
      if (field === Field.hint) said.hint = text;
    },
  });
  engine.close(session);
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
