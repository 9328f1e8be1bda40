// The READMEs: what they name is there, the two languages say the same, and flags are those of the program.
//
// Knows: how our READMEs are written. Must not know: what a file or a flag is for.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { runBackend } from './helpers.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (/** @type {string} */ path) => readFileSync(join(root, path), 'utf8');

/** Files and folders below `folder`, as paths from the root; without what tools put there. @param {string} folder @returns {string[]} */
function below(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (/^(\.git|\.cache|node_modules|build.*|dist)$/.test(entry.name)) return [];
    return entry.isDirectory() ? [path, ...below(path)] : [path];
  });
}

const all = below('');
const READMES = all.filter((path) => /(^|\/)README(\.zh-CN)?\.md$/.test(path)).concat('CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md');

/** A text without its blocks of code. @param {string} text */
const prose = (text) => text.replace(/^```[\s\S]*?^```$/gm, '');
const spans = (/** @type {string} */ text) => [...prose(text).matchAll(/`([^`]+)`/g)].map(([, code]) => code.replace(/\n\s*/g, ' '));
/** The anchor of a heading, as hosts of Markdown make it. @param {string} heading */
const anchor = (heading) => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
const anchors = (/** @type {string} */ text) => [...prose(text).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchor(heading));

/** Links of `text`, which stands in `file`, that lead nowhere. @param {string} file @param {string} text */
const deadLinks = (file, text) => [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link)
  .filter((link) => !/^https?:/.test(link))
  .filter((link) => {
    const [path, fragment] = link.split('#');
    const target = path ? normalize(join(dirname(file), decodeURI(path))) : file;
    if (!existsSync(join(root, target))) return true;
    return fragment !== undefined && !anchors(path ? read(target) : text).includes(decodeURI(fragment));
  });

/** Files that a build makes, or that stand on the machine where jobtree runs. */
const ELSEWHERE = /^(build|job-tree|www|REGION|SERVICE|Asia|application|text|image)\/|NAME|^(job-tree|element|embed|engine_tests|job-tree-[\d.]+)\.(js|wasm|html|tgz)$|^(http|httplib|127|libc)\b/;

/**
 * The words of a README that name a file of this project: those with a folder or an extension, and all in the first
 * column of a table of files. A name may leave out its extension and the folders the README stands in.
 * @param {string} text
 */
function namedFiles(text) {
  const isPath = (/** @type {string} */ word) =>
    /^[\w.][\w./-]*$/.test(word) && (/^(\.\.\/)*[\w-]+(\/[\w.-]+)+\/?$/.test(word) || /\.(h|cpp|js|json|cmake|css|html|sh|md|cfg|service|conf|supp)$/.test(word));
  const tables = [...prose(text).matchAll(/^\|[^\n]*\bfiles?\b[^\n]*\|\n\|[-| ]+\|\n((?:\|.*\n)*)/gm)]
    .flatMap(([, rows]) => rows.split('\n').flatMap((row) => spans(row.split('|').slice(1, 3).find((cell) => cell.trim()) ?? '')));
  return [...new Set([...spans(text).filter(isPath), ...tables])].filter((word) => !ELSEWHERE.test(word));
}

/** Those of `names` that are no file or folder, seen from where `file` stands. @param {string} file @param {string[]} names */
function missing(file, names) {
  const here = dirname(file) === '.' ? '' : `${dirname(file)}/`;
  const known = new Set(all.flatMap((path) => [path, path.replace(/\.\w+$/, ''), path.replace(/(\.test)?\.\w+$/, '')]));
  const near = [...known].filter((path) => path.startsWith(here));
  return names.map((name) => name.replace(/\/$/, '')).filter((name) => {
    if (name.startsWith('..')) return !known.has(normalize(join(here, name)));
    return !near.some((path) => path === here + name || path.endsWith(`/${name}`)) && !known.has(name);
  });
}

describe('A README', () => {
  for (const file of READMES) {
    it(`links only to what is there: ${file}`, () => assert.deepEqual(deadLinks(file, read(file)), []));
    if (file === 'CHANGELOG.md') continue; // names what was there once
    it(`names only files that are there: ${file}`, () => assert.deepEqual(missing(file, namedFiles(read(file))), []));
  }

  it('that names or links what is not there is found out', () => {
    const text = 'See `cloud/nothing.h` and [that](no/such.md), [here](#nowhere).\n\n| files | |\n|---|---|\n| `worker`, `absent` | |\n';
    assert.deepEqual(missing('backend/README.md', namedFiles(text)), ['cloud/nothing.h', 'absent']);
    assert.deepEqual(deadLinks('backend/README.md', text), ['no/such.md', '#nowhere']);
  });
});

describe('README.md and README.zh-CN.md', () => {
  const [en, zh] = ['README.md', 'README.zh-CN.md'].map(read);
  /** Level and text of each section. @param {string} text */
  const sections = (text) => text.replace(/^```[\s\S]*?^```$/gm, (block) => block.replace(/^#/gm, '\\#')).split(/^(?=#+ )/m);
  const levels = (/** @type {string} */ text) => sections(text).map((section) => /^#+/.exec(section)?.[0]);
  /**
   * Blocks of code without what is in the reader's language: comments, and, in a block of no language, all but the
   * word a line begins with.
   * @param {string} text
   */
  const blocks = (text) => [...text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(([, language, block]) =>
    block.split('\n').map((line) => (language ? line.replace(/(^|\s)#.*$/, '').trimEnd() : /^\S*/.exec(line)?.[0])));
  const rows = (/** @type {string} */ text) => sections(text).map((section) => section.match(/^\|/gm)?.length ?? 0);
  const points = (/** @type {string} */ text) => sections(text).map((section) => section.match(/^(\*|\d\.) /gm)?.length ?? 0);

  it('have the same sections, with as many rows and points', () => {
    assert.deepEqual(levels(zh), levels(en));
    assert.deepEqual(rows(zh), rows(en));
    assert.deepEqual(points(zh), points(en));
  });

  it('have the same blocks of code', () => assert.deepEqual(blocks(zh), blocks(en)));

  it('name the same flags, codes, routes and files in each section', () => {
    const named = (/** @type {string} */ text) => sections(text).map((section) => [...new Set(spans(section))].sort());
    assert.deepEqual(named(zh), named(en));
  });

  it('link to the same', () => {
    const links = (/** @type {string} */ text) => [...prose(text).matchAll(/\]\(([^)#\s]+)\)/g)].map(([, link]) => link)
      .filter((link) => !/README(\.zh-CN)?\.md$|\.png$/.test(link) || link.includes('/'))
      .filter((link) => !link.endsWith('.png')).sort();
    assert.deepEqual(links(zh), links(en));
  });
});

describe('The flags', () => {
  const COMMANDS = ['serve', 'job', 'explain', 'history', 'backup', 'sign', 'simulate', 'services', 'regions', 'token'];
  /** @type {Map<string, string[]>} */
  const helped = new Map();

  before(async () => {
    for (const command of COMMANDS) {
      const { stdout } = await runBackend([command, '--help']);
      helped.set(command, [...stdout.matchAll(/^ +(--[a-z-]+)/gm)].map(([, flag]) => flag).filter((flag) => flag !== '--help-all'));
    }
  });

  for (const file of ['README.md', 'README.zh-CN.md']) {
    it(`of each command are those of its --help: ${file}`, () => {
      for (const command of COMMANDS) {
        const row = new RegExp(`^\\| \`backend ${command}\\b.*\\|(.*)\\|$`, 'm').exec(read(file))?.[1] ?? '';
        assert.deepEqual(spans(row), helped.get(command), command);
      }
    });
  }

  it('that a README names are flags of the program', () => {
    const known = new Set([...helped.values()].flat().concat('--help', '--version', '--help-all'));
    const others = /^--(no-demo|preset|build|install|prefix|check|record|job-tree[\w-]*|user|system|now)$/;
    for (const file of ['README.md', 'README.zh-CN.md', 'backend/README.md', 'backend/deploy/README.md', 'backend/simulator/README.md', 'backend/store/README.md']) {
      const flags = spans(read(file)).flatMap((code) => code.match(/(?<![\w-])--[a-z][a-z-]+/g) ?? []);
      assert.deepEqual([...new Set(flags)].filter((flag) => !known.has(flag) && !others.test(flag)), [], file);
    }
  });
});
