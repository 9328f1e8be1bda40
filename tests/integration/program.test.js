// The program as a file: how it was compiled and linked, and what it says of itself.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { backendPath, runBackend } from './helpers.js';

/** What this test needs of a 64-bit little-endian ELF file (System V ABI, gABI chapters 4 and 5). */
function readElf(/** @type {string} */ path) {
  const file = readFileSync(path);
  assert.equal(file.toString('latin1', 0, 4), '\x7fELF');
  assert.deepEqual([file[4], file[5]], [2, 1], '64 bits, little endian');
  const number = (/** @type {number} */ at) => Number(file.readBigUInt64LE(at));
  const [offset, size, count] = [number(32), file.readUInt16LE(54), file.readUInt16LE(56)];
  const segments = Array.from({ length: count }, (_, index) => {
    const at = offset + index * size;
    return { type: file.readUInt32LE(at), flags: file.readUInt32LE(at + 4), offset: number(at + 8), size: number(at + 32) };
  });
  const dynamic = segments.find(({ type }) => type === 2);
  /** @type {Map<number, number>} */
  const tags = new Map();
  for (let at = dynamic?.offset ?? 0, end = at + (dynamic?.size ?? 0); at < end; at += 16) {
    tags.set(number(at), number(at + 8));
  }
  return { type: file.readUInt16LE(16), segments, tags, text: file.toString('latin1') };
}

describe('The program', () => {
  const elf = readElf(backendPath);
  // A build with sanitizers has protections of its own, which FORTIFY would hide from.
  const isSanitized = /__[at]san_init/.test(elf.text);

  test('is loaded anywhere, with a stack that cannot be run', () => {
    assert.equal(elf.type, 3, 'ET_DYN: position independent');
    assert.ok(((elf.tags.get(0x6ffffffb) ?? 0) & 0x08000000) !== 0, 'DF_1_PIE');
    const stack = elf.segments.find(({ type }) => type === 0x6474e551);
    assert.ok(stack !== undefined && (stack.flags & 1) === 0, 'PT_GNU_STACK without PF_X');
    assert.ok(elf.segments.every(({ type, flags }) => type !== 1 || (flags & 3) !== 3), 'nothing is written and run');
  });

  test('binds all that it links at its start, and makes that read-only', () => {
    assert.ok(elf.segments.some(({ type }) => type === 0x6474e552), 'PT_GNU_RELRO');
    const binds = ((elf.tags.get(30) ?? 0) & 8) !== 0 || ((elf.tags.get(0x6ffffffb) ?? 0) & 1) !== 0;
    assert.ok(binds, 'DF_BIND_NOW or DF_1_NOW');
  });

  test('notices a stack that is written over, and calls of the C library that go too far', { skip: isSanitized }, () => {
    assert.ok(elf.text.includes('__stack_chk_fail'), '-fstack-protector-strong');
    assert.ok(/\0__v?snprintf_chk\0/.test(elf.text), '-D_FORTIFY_SOURCE');
    assert.ok(elf.text.includes('_ZSt21__glibcxx_assert_failPKciS0_S0_'), '-D_GLIBCXX_ASSERTIONS');
  });

  test('says its version, the commit and the libraries', async () => {
    const { code, stdout, stderr } = await runBackend(['--version']);
    assert.equal(code, 0);
    assert.equal(stderr, '');
    const cmake = readFileSync(fileURLToPath(new URL('../../CMakeLists.txt', import.meta.url)), 'utf8');
    const version = /project\(jobtree VERSION (\S+)/.exec(cmake)?.[1];
    const [first, libraries] = stdout.trimEnd().split('\n');
    assert.match(first, /^jobtree (\S+) \(commit ([0-9a-f]{12}\+?|unknown)\)$/);
    assert.ok(first.startsWith(`jobtree ${version} `), first);
    for (const name of ['cpp-httplib', 'OpenSSL', 'libcurl', 'nlohmann_json', 'zlib', 'zstd', 'brotli', 'yaml-cpp', 'CLI11']) {
      assert.match(libraries, new RegExp(`(^|, )${name} \\d+\\.\\d+`));
    }
  });
});
