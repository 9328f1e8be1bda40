// What a page loads grows on purpose only; see tests/bench/size.js, which also records what is meant.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compilers, differences, imports, measured, recorded } from '../bench/size.js';

const now = measured();
const before = recorded();
const TO_RECORD = 'when that is meant: node tests/bench/size.js --record';

describe('what a page with a <job-tree> loads', () => {
  it('is as large as recorded', () => {
    assert.deepEqual(differences(now, before), [], TO_RECORD);
  });

  it('imports nothing, since the page would not load it', () => {
    assert.deepEqual(imports(), []);
  });

  it('exports the functions recorded, and none that the engine does not have', () => {
    assert.deepEqual(now.exports, before.exports, TO_RECORD);
  });

  it('is found to have grown by three in a hundred, and by more with another compiler', () => {
    const file = 'job-tree.wasm';
    const is = now.sizes[compilers()][file];
    const was = (/** @type {number} */ share) => ({ [file]: { bytes: is.bytes * share, brotli: is.brotli * share } });
    const found = (/** @type {string} */ compiler, /** @type {number} */ share) => differences(
      { ...now, sizes: { [compilers()]: { [file]: is } } }, { ...now, sizes: { [compiler]: was(share) } }).length;
    assert.equal(found(compilers(), 0.97), 2);
    assert.equal(found(compilers(), 0.99), 0);
    assert.equal(found('another', 0.97), 0);
    assert.equal(found('another', 0.75), 2);
  });
});
