// The list of what the program is made of (SPDX 2.3), beside the program itself.
//
// Knows: SPDX, ldd, dpkg. Must not know: how the list is made.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'jobtree-sbom-'));
after(() => rmSync(work, { recursive: true, force: true }));

/** @param {string} program @param {string[]} args */
function output(program, ...args) {
  const run = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64 << 20 });
  if (run.error) throw run.error;
  return run.stdout;
}

/** @typedef {{SPDXID: string, name: string, versionInfo: string, licenseDeclared: string, checksums?: {checksumValue: string}[]}} Part */
/** @type {{packages: Part[], relationships: {spdxElementId: string, relationshipType: string, relatedSpdxElement: string}[], [key: string]: unknown}} */
let list;
const digest = (/** @type {string} */ path) => createHash('sha256').update(readFileSync(join(work, path))).digest('hex');
const part = (/** @type {string} */ name) => list.packages.find((it) => it.name === name);
/** The names to which the program has such a relation. @param {string} kind @param {string} [from] */
const related = (kind, from = 'SPDXRef-jobtree') => list.relationships
  .filter((it) => it.spdxElementId === from && it.relationshipType === kind)
  .map((it) => list.packages.find((one) => one.SPDXID === it.relatedSpdxElement)?.name);

before(() => {
  const deb = readdirSync(dist).find((name) => name.endsWith('.deb')) ?? '';
  output('dpkg-deb', '--extract', join(dist, deb), work);
  list = JSON.parse(readFileSync(join(dist, 'jobtree.spdx.json'), 'utf8'));
});

describe('The list of parts', () => {
  it('is a document of SPDX 2.3, each of whose references leads somewhere', () => {
    assert.equal(list.spdxVersion, 'SPDX-2.3');
    assert.equal(list.dataLicense, 'CC0-1.0');
    assert.match(String(list.documentNamespace), /^https:\/\/\S+$/);
    assert.match(JSON.stringify(list.creationInfo), /"created":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ","creators":\["Tool: /);
    const ids = list.packages.map((it) => it.SPDXID);
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^SPDXRef-[A-Za-z0-9.-]+$/);
    for (const { spdxElementId, relatedSpdxElement } of list.relationships) {
      assert.ok(ids.includes(relatedSpdxElement), relatedSpdxElement);
      assert.ok([...ids, 'SPDXRef-DOCUMENT'].includes(spdxElementId), spdxElementId);
    }
    const reached = new Set(list.relationships.map((it) => it.relatedSpdxElement));
    assert.deepEqual(ids.filter((id) => !reached.has(id)), [], 'nothing stands there without a reason');
  });

  it('names the program and the engine of this very package', () => {
    assert.equal(part('jobtree')?.checksums?.[0].checksumValue, digest('usr/bin/jobtree'));
    assert.equal(part('job-tree.wasm')?.checksums?.[0].checksumValue, digest('usr/share/jobtree/web/job-tree.wasm'));
  });

  it('has the package of each library that the program loads, in the version that is there', () => {
    const files = [...output('ldd', join(work, 'usr/bin/jobtree')).matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, path]) => realpathSync(path));
    assert.ok(files.length > 10);
    const owners = new Set(files.map((path) => {
      const owner = output('dpkg', '-S', path) || output('dpkg', '-S', path.replace(/^\/usr/, ''));
      return owner.split(':')[0];
    }));
    assert.deepEqual(related('DYNAMIC_LINK').sort(), [...owners].sort());
    for (const name of owners) {
      assert.equal(part(name)?.versionInfo, output('dpkg-query', '-W', '-f', '${Version}\n', name).split('\n')[0], name);
    }
  });

  it('has what is compiled in, with its license', () => {
    assert.deepEqual(related('CONTAINS').sort(),
      ['job-tree.wasm', 'libcli11-dev', 'libcpp-httplib-dev', 'libyaml-cpp-dev', 'nlohmann-json3-dev']);
    assert.deepEqual(related('CONTAINS', 'SPDXRef-engine'), ['emscripten']);
    assert.equal(part('libcli11-dev')?.licenseDeclared, 'BSD-3-Clause');
    assert.equal(part('nlohmann-json3-dev')?.licenseDeclared, 'MIT');
  });
});
