// Writes the tables of README.md that say what the element has, out of its manifest. With --check it
// only says whether they are up to date.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { elementOf, makeManifest } from './manifest.js';
import { web } from './npm_tools.js';

const BEGIN = '<!-- made from element/job_tree_element.js by tools/reference.js -->\n';
const END = '<!-- the end of it -->\n';

const element = elementOf(await makeManifest());
const fields = element.members.filter((/** @type {any} */ it) => it.kind === 'field');
const attributes = new Map(element.attributes.map((/** @type {any} */ it) => [it.fieldName ?? it.name, it]));

/** @param {string} text */
const code = (text) => `\`${text.replaceAll('|', '\\|')}\``;
/** @param {any} it */
const typeOf = (it) => code(it.type?.text ?? '');
/** @param {any} it */
const about = (it) => (it.description ?? '').replaceAll('\n', ' ').replaceAll('|', '\\|');
/** @param {any} it */
const signature = (it) => code(`${it.static ? 'JobTreeElement.' : ''}${it.name}(${(it.parameters ?? []).map((/** @type {any} */ p) => p.name + (p.optional ? '?' : '')).join(', ')})`);

/**
 * @param {string[]} head
 * @param {string[][]} rows
 */
function table(head, rows) {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |')).join('\n');
}

const reference = [
  table(['attribute', 'property', 'type', ''], [...attributes.entries()].map(([name, it]) => [code(it.name), code(name), typeOf(it), about(it)])),
  table(['property without attribute', 'type', ''], fields
    .filter((/** @type {any} */ it) => !it.attribute)
    .map((/** @type {any} */ it) => [
      code(it.static ? `JobTreeElement.${it.name}` : it.name), typeOf(it), `${it.readonly ? 'Read only. ' : ''}${about(it)}`])),
  table(['method', ''], element.members
    .filter((/** @type {any} */ it) => it.kind === 'method' && !it.name.endsWith('Callback'))
    .map((/** @type {any} */ it) => [signature(it), about(it)])),
  table(['event', '`detail`', ''], element.events.map((/** @type {any} */ it) => [
    code(it.name), code(it.type.text.replace(/^CustomEvent<(.*)>$/, '$1')), about(it)])),
  table(['slot', ''], element.slots.map((/** @type {any} */ it) => [code(it.name), about(it)])),
  table(['part', ''], element.cssParts.map((/** @type {any} */ it) => [code(it.name), about(it)])),
  table(['custom property', 'default', ''], element.cssProperties.map((/** @type {any} */ it) => [
    code(it.name), it.default ? code(it.default) : '', about(it)])),
].join('\n\n');

const file = join(web, 'README.md');
const before = readFileSync(file, 'utf8');
const [begin, end] = [before.indexOf(BEGIN), before.indexOf(END)];
if (begin < 0 || end < begin) throw new Error(`${file} has lost the marks between which the tables stand`);
const now = `${before.slice(0, begin)}${BEGIN}\n${reference}\n\n${before.slice(end)}`;
if (process.argv.includes('--check')) {
  if (now !== before) throw new Error('the tables of web/README.md are not those of the element; run: npm run reference --prefix web/package');
} else {
  writeFileSync(file, now);
}
