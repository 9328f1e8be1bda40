// The custom elements manifest, read out of the elements' sources: what editors and the reference in README.md know
// of them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { toolPath, web } from './npm_tools.js';

const MODULE = 'dist/element.js';

const TREE = 'job-tree';
const BOARD = 'job-board';
/** Where each stands in the package, and in which source. */
const MODULES = { [TREE]: [MODULE, 'job_tree_element.js'], [BOARD]: ['dist/job-board.js', 'job_board_element.js'] };

/** @returns {Promise<any>} as https://github.com/webcomponents/custom-elements-manifest has it */
export async function makeManifest() {
  const { create, ts } = await import(toolPath('@custom-elements-manifest/analyzer/index.js'));
  const sources = Object.entries(MODULES).map(([tag, [module, name]]) => ({ tag, module, text: readFileSync(join(web, 'element', name), 'utf8') }));
  const manifest = create({
    modules: sources.map(({ module, text }) => ts.createSourceFile(module, text, ts.ScriptTarget.ES2022, true)),
    plugins: [],
  });
  for (const { tag, text } of sources) tidy(elementOf(manifest, tag), text);
  for (const [path, tag] of [['dist/job-tree.js', TREE], ['dist/inline.js', TREE]]) {
    manifest.modules.push({ kind: 'javascript-module', path, declarations: [], exports: exportsOf(elementOf(manifest, tag), MODULE) });
  }
  const board = manifest.modules[1];
  board.exports = exportsOf(elementOf(manifest, BOARD), board.path);
  return manifest;
}

/**
 * The analyzer tells of what nobody can reach, of a static setter as of a second field, of what is inherited, and of an
 * event named after a variable.
 * @param {any} element
 * @param {string} source
 */
function tidy(element, source) {
  element.members = element.members.filter((/** @type {any} */ it, /** @type {number} */ at) => (it.privacy ?? 'public') === 'public' &&
    !it.name.startsWith('[') && element.members.findIndex((/** @type {any} */ other) => other.name === it.name) === at);
  element.events = element.events.filter((/** @type {any} */ it) => it.name.startsWith(`${element.tagName}-`));
  for (const it of element.members) {
    // Set by nobody: it has a getter and no setter.
    if (it.kind === 'field' && !source.includes(` set ${it.name}(`)) it.readonly = true;
  }
  element.attributes?.sort((/** @type {any} */ a, /** @type {any} */ b) => place(element, a) - place(element, b));
}

/** @param {any} element @param {string} module */
function exportsOf(element, module) {
  const declaration = { name: element.name, module };
  return [
    { kind: 'custom-element-definition', name: element.tagName, declaration },
    { kind: 'js', name: element.name, declaration },
  ];
}

/** @param {any} manifest @param {string} tag */
export function elementOf(manifest, tag = TREE) {
  return manifest.modules.flatMap((/** @type {any} */ it) => it.declarations).find((/** @type {any} */ it) => it.tagName === tag);
}

/**
 * Attributes in the order of their properties; those of the browser's own properties last.
 * @param {any} element
 * @param {any} attribute
 */
function place(element, attribute) {
  const at = element.members.findIndex((/** @type {any} */ it) => it.name === attribute.fieldName);
  return at < 0 ? element.members.length : at;
}
