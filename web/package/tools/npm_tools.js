// The tools from npm, which lie with the tests: nothing else of this project needs any.

import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export const folder = fileURLToPath(new URL('..', import.meta.url)); // of the package
export const web = fileURLToPath(new URL('../..', import.meta.url));

const fromTests = createRequire(new URL('../../../tests/package.json', import.meta.url));

/**
 * The path of a file in a package.
 * @param {string} file "typescript/bin/tsc"
 */
export function toolPath(file) {
  try {
    return fromTests.resolve(file);
  } catch {
    throw new Error(`${file} is missing; install it with: npm ci --prefix tests`);
  }
}
