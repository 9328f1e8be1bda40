// Makes dist/, which is what the npm package holds: the element bundled, with the engine beside it
// and within it, its types and its manifest. `npm pack` runs this.
//
// Needs the built engine: build/wasm-module/job-tree.wasm, or what JOBTREE_WASM names.

import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { makeManifest } from './manifest.js';
import { folder, toolPath, web } from './npm_tools.js';

const dist = join(folder, 'dist');
const wasm = process.env.JOBTREE_WASM ?? join(web, '..', 'build', 'wasm-module', 'job-tree.wasm');
if (!existsSync(wasm)) throw new Error(`${wasm} is missing; build it with: ./dev build`);

/** @param {string} tool @param {...string} args */
function run(tool, ...args) {
  execFileSync(tool, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}

const modules = mkdtempSync(join(tmpdir(), 'job-tree-'));

/** @param {string} name @param {string} entry @param {...string} options */
function bundle(name, entry, ...options) {
  run('esbuild', join(modules, entry), '--bundle', '--minify', '--format=esm', '--target=es2022', '--charset=utf8',
    '--loader:.js=ts', '--log-level=warning', `--outfile=${join(dist, name)}`, ...options);
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, 'types'), { recursive: true });

run('cmake', `-DFROM=${web}`, `-DTO=${modules}`, '-P', join(web, 'bundle', 'squeeze.cmake'));
bundle('element.js', 'element/job_tree_element.js');
// In the package the class stands in element.js alone, so that whoever imports several has one.
for (const name of ['package/job-tree.js', 'package/job-board.js', 'element/job_board_element.js']) {
  const file = join(modules, name);
  writeFileSync(file, readFileSync(file, 'utf8').replace(/'(\.\.\/element|\.)\/job_tree_element\.js'/, "'./element.js'"));
}
bundle('job-tree.js', 'package/job-tree.js', '--external:./element.js');
bundle('job-board.js', 'package/job-board.js', '--external:./element.js');
// Beside this one there is nothing to load, and a bundler must not look for it.
bundle('inline.js', 'package/inline.js', `--alias:job-tree.wasm=${wasm}`, '--loader:.wasm=binary', '--define:import.meta.url=document.baseURI');
rmSync(modules, { recursive: true });
copyFileSync(wasm, join(dist, 'job-tree.wasm'));
copyFileSync(join(web, 'README.md'), join(folder, 'README.md'));

run(process.execPath, toolPath('typescript/bin/tsc'), '-p', 'tools/tsconfig.json');
mkdirSync(join(dist, 'types', 'package', 'types'));
copyFileSync(join(folder, 'types', 'global.d.ts'), join(dist, 'types', 'package', 'types', 'global.d.ts'));
for (const name of ['job-tree.d.ts', 'job-board.d.ts', 'inline.d.ts']) {
  // The compiler still names it where it lay.
  const file = join(dist, 'types', 'package', name);
  writeFileSync(file, readFileSync(file, 'utf8').replace('../../../types/global.d.ts', './types/global.d.ts'));
}

writeFileSync(join(dist, 'custom-elements.json'), `${JSON.stringify(await makeManifest(), null, 2)}\n`);
