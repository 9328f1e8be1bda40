// Writes the tables of README.md that say what the elements have, out of their manifest. With --check it
// only says whether they are up to date.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { elementOf, makeManifest } from './manifest.js';
import { web } from './npm_tools.js';

/** @param {string} source */
const beginOf = (source) => `<!-- made from element/${source} by tools/reference.js -->\n`;
const END = '<!-- the end of it -->\n';

const manifest = await makeManifest();
const element = elementOf(manifest);
const board = elementOf(manifest, 'job-board');
const fields = element.members.filter((/** @type {any} */ it) => it.kind === 'field');
/** @param {any} of */
const attributesOf = (of) => [...new Map(of.attributes.filter((/** @type {any} */ it) => !it.inheritedFrom)
  .map((/** @type {any} */ it) => [it.fieldName ?? it.name, it])).entries()];

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

/** @param {any} of */
const attributeTable = (of) => table(['attribute', 'property', 'type', ''],
  attributesOf(of).map(([name, it]) => [code(it.name), code(name), typeOf(it), about(it)]));
/** @param {any} of */
const eventTable = (of) => table(['event', '`detail`', ''], of.events.map((/** @type {any} */ it) => [
  code(it.name), code(it.type.text.replace(/^CustomEvent<(.*)>$/, '$1')), about(it)]));

const treeReference = [
  attributeTable(element),
  table(['property without attribute', 'type', ''], fields
    .filter((/** @type {any} */ it) => !it.attribute)
    .map((/** @type {any} */ it) => [
      code(it.static ? `JobTreeElement.${it.name}` : it.name), typeOf(it), `${it.readonly ? 'Read only. ' : ''}${about(it)}`])),
  table(['method', ''], element.members
    .filter((/** @type {any} */ it) => it.kind === 'method' && !it.name.endsWith('Callback'))
    .map((/** @type {any} */ it) => [signature(it), about(it)])),
  eventTable(element),
  table(['slot', ''], element.slots.map((/** @type {any} */ it) => [code(it.name), about(it)])),
  table(['part', ''], element.cssParts.map((/** @type {any} */ it) => [code(it.name), about(it)])),
  table(['custom property', 'default', ''], element.cssProperties.map((/** @type {any} */ it) => [
    code(it.name), it.default ? code(it.default) : '', about(it)])),
].join('\n\n');

/** Puts a reference in the place of the one that stands there. @param {string} text @param {string} source @param {string} reference */
function withReference(text, source, reference) {
  const begin = text.indexOf(beginOf(source));
  const end = text.indexOf(END, begin);
  if (begin < 0 || end < 0) throw new Error(`${file} has lost the marks between which the tables of ${source} stand`);
  return `${text.slice(0, begin)}${beginOf(source)}\n${reference}\n\n${text.slice(end)}`;
}

const file = join(web, 'README.md');
const before = readFileSync(file, 'utf8');
const now = withReference(withReference(before, 'job_tree_element.js', treeReference),
  'job_board_element.js', [attributeTable(board), eventTable(board)].join('\n\n'));
if (process.argv.includes('--check')) {
  if (now !== before) throw new Error('the tables of web/README.md are not those of the elements; run: npm run reference --prefix web/package');
} else {
  writeFileSync(file, now);
}
