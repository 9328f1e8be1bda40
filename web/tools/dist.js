// Makes dist/, which is what the npm package holds: the element bundled, with the engine beside it
// and within it, its types and its manifest. `npm pack` runs this.
//
// Needs the built engine: build/wasm-module/job-tree.wasm, or what JOBTREE_WASM names.

import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { makeManifest } from './manifest.js';
import { toolPath, web } from './npm_tools.js';

const dist = join(web, 'dist');
const wasm = process.env.JOBTREE_WASM ?? join(web, '..', 'build', 'wasm-module', 'job-tree.wasm');
if (!existsSync(wasm)) throw new Error(`${wasm} is missing; build it with: ./dev build`);

/** @param {string} tool @param {...string} args */
function run(tool, ...args) {
  execFileSync(tool, args, { cwd: web, stdio: ['ignore', 'ignore', 'inherit'] });
}

const modules = mkdtempSync(join(tmpdir(), 'job-tree-'));

/** @param {string} name @param {...string} options */
function bundle(name, ...options) {
  run('esbuild', join(modules, name), '--bundle', '--minify', '--format=esm', '--target=es2022', '--charset=utf8',
    '--loader:.js=ts', '--log-level=warning', `--outfile=${join(dist, name)}`, ...options);
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, 'types'), { recursive: true });

run('cmake', `-DFROM=${web}`, `-DTO=${modules}`, '-P', 'squeeze.cmake');
bundle('element.js');
bundle('job-tree.js', '--external:./element.js');
// Beside this one there is nothing to load, and a bundler must not look for it.
bundle('inline.js', `--alias:job-tree.wasm=${wasm}`, '--loader:.wasm=binary', '--define:import.meta.url=document.baseURI');
rmSync(modules, { recursive: true });
copyFileSync(wasm, join(dist, 'job-tree.wasm'));

run(process.execPath, toolPath('typescript/bin/tsc'), '-p', 'tools/tsconfig.json');
copyFileSync(join(web, 'types', 'global.d.ts'), join(dist, 'types', 'global.d.ts'));
for (const name of ['job-tree.d.ts', 'inline.d.ts']) {
  // The compiler still names it where it lay.
  const types = readFileSync(join(dist, name), 'utf8');
  writeFileSync(join(dist, name), types.replace('../types/global.d.ts', './types/global.d.ts'));
}

writeFileSync(join(dist, 'custom-elements.json'), `${JSON.stringify(await makeManifest(), null, 2)}\n`);
