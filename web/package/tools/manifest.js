// The custom elements manifest, read out of job_tree_element.js: what editors and the reference in README.md
// know of the element.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { toolPath, web } from './npm_tools.js';

const MODULE = 'dist/element.js';

/** @returns {Promise<any>} as https://github.com/webcomponents/custom-elements-manifest has it */
export async function makeManifest() {
  const { create, ts } = await import(toolPath('@custom-elements-manifest/analyzer/index.js'));
  const source = readFileSync(join(web, 'element', 'job_tree_element.js'), 'utf8');
  const manifest = create({
    modules: [ts.createSourceFile(MODULE, source, ts.ScriptTarget.ES2022, true)],
    plugins: [],
  });
  const element = elementOf(manifest);
  // The analyzer tells of what nobody can reach, of a static setter as of a second field, and of an event
  // named after a variable.
  element.members = element.members.filter((/** @type {any} */ it, /** @type {number} */ at) =>
    it.privacy !== 'private' && element.members.findIndex((/** @type {any} */ other) => other.name === it.name) === at);
  element.events = element.events.filter((/** @type {any} */ it) => it.name.startsWith('job-tree-'));
  for (const it of element.members) {
    // Set by nobody: it has a getter and no setter.
    if (it.kind === 'field' && !source.includes(` set ${it.name}(`)) it.readonly = true;
  }
  element.attributes.sort((/** @type {any} */ a, /** @type {any} */ b) => place(element, a) - place(element, b));
  const declaration = { name: element.name, module: MODULE };
  for (const path of ['dist/job-tree.js', 'dist/inline.js']) {
    manifest.modules.push({
      kind: 'javascript-module',
      path,
      declarations: [],
      exports: [
        { kind: 'custom-element-definition', name: element.tagName, declaration },
        { kind: 'js', name: element.name, declaration },
      ],
    });
  }
  return manifest;
}

/** @param {any} manifest */
export function elementOf(manifest) {
  return manifest.modules[0].declarations.find((/** @type {any} */ it) => it.tagName === 'job-tree');
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
