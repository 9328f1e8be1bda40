// web/host/abi.js and wasm/wire/abi.h are twins: the same names with the same numbers.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';

import * as twin from '../../web/host/abi.js';

const header = await readFile(new URL('../../wasm/wire/abi.h', import.meta.url), 'utf8');

/** The enums of the header: names and their numbers. */
const enums = Object.fromEntries(
  [...header.matchAll(/enum class (\w+) : std::uint\d+_t \{(.*?)\};/gs)].map(([, name, body]) => [
    name,
    Object.fromEntries(
      [...body.replace(/\/\/.*/g, '').matchAll(/(\w+)\s*=\s*(\d+)/g)].map(([, key, value]) => [key, Number(value)])),
  ]));

describe('the numbers between engine and page', () => {
  it('are read from the header at all', () => {
    assert.ok(Object.keys(enums).length >= 10);
    assert.equal(enums.Op.end, 0);
  });

  it('have the same enums on both sides', () => {
    assert.deepEqual(Object.keys(twin).sort(), Object.keys(enums).sort());
  });

  for (const [name, values] of Object.entries(enums)) {
    it(`mean the same in ${name}`, () => {
      const there = /** @type {Record<string, Record<string, number>>} */ (twin)[name];
      assert.deepEqual({ ...there }, values);
      assert.ok(Object.isFrozen(there));
    });

    if (name === 'Abi') continue;
    it(`count the names of ${name} from 0, as the build takes for granted`, () => {
      assert.deepEqual(Object.values(/** @type {Record<string, Record<string, number>>} */ (twin)[name]), [...Object.keys(values).keys()]);
    });
  }
});
