// The rules of which file of the backend and the engine may include which, and a reader that holds a tree
// of sources against them. backend/README.md draws the same picture for people.
//
// Knows: folders, #include lines. Must not know: what the code does.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What each wing may include besides itself. "engine" is wasm/, seen from the backend. The simulator leaves
 * out the cloud on purpose: a server is not to be tested with the code of its own client.
 * @type {Record<string, string[]>}
 */
const FLOORS = {
  main: ['commands', 'base'],
  commands: ['gateway', 'discovery', 'notify', 'simulator', 'store', 'cloud', 'explain', 'net', 'base'],
  gateway: ['store', 'cloud', 'explain', 'net', 'base'],
  discovery: ['store', 'cloud', 'explain', 'net', 'base'],
  notify: ['store', 'cloud', 'explain', 'net', 'base'],
  store: ['cloud', 'base'],
  simulator: ['net', 'base'],
  cloud: ['base'],
  explain: ['base'],
  net: ['base'],
  base: [],
  engine: [],
};

/**
 * What each room of the engine may include besides itself, from the lowest. `abi`: the numbers both sides of the
 * wire share, which the whole engine speaks in. `session` joins the rooms, `exports` is what a host calls.
 * @type {Record<string, string[]>}
 */
const ENGINE_FLOORS = {
  abi: [],
  base: [],
  json: ['base'],
  model: ['json', 'base', 'abi'],
  i18n: ['model', 'base', 'abi'],
  ingest: ['model', 'json', 'base', 'abi'],
  poll: ['base', 'abi'],
  view: ['i18n', 'model', 'base', 'abi'],
  output: ['ingest', 'i18n', 'model', 'json', 'base', 'abi'],
  wire: ['output', 'view', 'poll', 'i18n', 'model', 'base', 'abi'],
  session: ['wire', 'output', 'view', 'poll', 'ingest', 'i18n', 'model', 'json', 'base', 'abi'],
  exports: ['session', 'wire', 'output', 'i18n', 'base', 'abi'],
};

/** Files of the engine whose floor is not their folder's. @type {[RegExp, string][]} */
const ENGINE_PLACES = [[/^wire\/abi\./, 'abi'], [/^wire\/exports\./, 'exports'], [/^job_session\./, 'session']];

/** Who reads jobs with the engine, or times and status words as it does, or says them in its words, beside the page. */
const USES_ENGINE = /^backend\/(commands\/(job|history)[./]|discovery\/|notify\/|gateway\/(jobs\/|sharing\/|memory\/compar)|store\/)/;

/** Libraries that only some wings may know: a library that all use would bind all of them to it. */
const LIBRARIES = [
  { header: /^httplib\.h$/, wings: ['net', 'gateway', 'simulator'], name: 'cpp-httplib' },
  { header: /^curl\//, wings: ['cloud'], name: 'libcurl' },
  { header: /^sqlite3\.h$/, wings: ['store'], name: 'SQLite' },
  { header: /^CLI\//, wings: ['commands'], name: 'CLI11' },
  { header: /^nlohmann\//, wings: ['cloud', 'discovery', 'notify', 'explain', 'store', 'gateway', 'simulator', 'commands'], name: 'nlohmann_json' },
];

/** Units (a name without its extension) that a folder holds before it wants rooms. */
const UNITS = 14;

/** @param {string} file @returns {string} the wing, or "" for a place that has no floor */
function wingOf(file) {
  if (file.startsWith('wasm/')) return 'engine';
  if (file === 'backend/main.cpp') return 'main';
  const [, wing, rest] = file.split('/');
  return rest !== undefined && wing in FLOORS ? wing : '';
}

/** @param {string} file below wasm/ @returns {string} its floor, or "" for a place that has none */
function engineFloorOf(file) {
  const path = file.slice('wasm/'.length);
  const [, floor] = ENGINE_PLACES.find(([pattern]) => pattern.test(path)) ?? [];
  if (floor !== undefined) return floor;
  const [room, rest] = path.split('/');
  return rest !== undefined && room in ENGINE_FLOORS ? room : '';
}

/**
 * The file that `#include "name"` in `from` means, as the compiler looks: beside it, then in the backend,
 * the engine and the tests. No name may be found in two of these places.
 * @param {string} name @param {string} from @param {Map<string, string>} tree
 */
function resolve(name, from, tree) {
  const beside = from.slice(0, from.lastIndexOf('/') + 1);
  const places = [beside, 'backend/', 'wasm/', 'tests/'];
  return places.map((place) => place + name).find((file) => tree.has(file));
}

/**
 * What breaks a rule, one line each: "file:line: what, and the rule".
 * @param {Map<string, string>} tree texts by path, such as "backend/base/clock.h"; those of tests/ count
 *   only as what may not be included
 * @returns {string[]}
 */
export function violations(tree) {
  /** @type {string[]} */
  const found = [];
  /** @type {Map<string, Set<string>>} */
  const units = new Map();
  for (const [file, text] of tree) {
    if (file.startsWith('tests/')) continue;
    const slash = file.lastIndexOf('/');
    const folder = file.slice(0, slash);
    units.set(folder, (units.get(folder) ?? new Set()).add(file.slice(slash + 1).replace(/\.\w+$/, '')));
    const wing = wingOf(file);
    if (wing === '' || (wing === 'engine' && engineFloorOf(file) === '')) {
      found.push(`${file}:1: stands on no floor: tests/support/floors.js names those there are`);
      continue;
    }
    if (wing === 'engine' && tree.has(file.replace('wasm/', 'backend/'))) {
      found.push(`${file}:1: the backend has a file of this name: an include could mean either`);
    }
    text.split('\n').forEach((line, index) => {
      const why = judge(file, wing, line, tree);
      if (why !== '') found.push(`${file}:${index + 1}: ${why}`);
    });
  }
  for (const [folder, names] of units) {
    if (names.size > UNITS) found.push(`${folder}: ${names.size} units in one folder, at most ${UNITS}: it wants rooms`);
  }
  return found;
}

/**
 * @param {string} file @param {string} wing @param {string} line @param {Map<string, string>} tree
 * @returns {string} what is wrong with the line, "" when nothing is
 */
function judge(file, wing, line, tree) {
  const [, quote, name] = /^\s*#\s*include\s*(["<])([^">]+)[">]/.exec(line) ?? [];
  if (name === undefined) return '';
  const written = quote === '<' ? `<${name}>` : `"${name}"`;
  if (quote === '<') {
    const library = LIBRARIES.find(({ header }) => header.test(name));
    if (library === undefined || library.wings.includes(wing)) return '';
    return `${written}: ${library.name} is for ${library.wings.join(', ')} alone`;
  }
  const target = resolve(name, file, tree);
  if (target === undefined) return `${written} is no file of the project`;
  if (target.startsWith('tests/')) return `${written}: what is shipped includes nothing of the tests`;
  const other = wingOf(target);
  if (other === wing && wing === 'engine') {
    const [from, to] = [engineFloorOf(file), engineFloorOf(target)];
    return from === to || ENGINE_FLOORS[from].includes(to) ? '' : `${written}: ${belongs(from, ENGINE_FLOORS[from])}`;
  }
  if (other === wing) {
    // The file that joins a wing is for those above. Its own definition apart, a part that includes it would
    // depend on every other part.
    const facade = `backend/${wing}/${wing}.h`;
    const definition = `backend/${wing}/${wing}.cpp`;
    if (target === facade && file !== definition && tree.has(definition)) {
      return `${written}: no part of a wing includes the wing's own facade`;
    }
    return '';
  }
  if (other === 'engine' && USES_ENGINE.test(file)) return '';
  if (FLOORS[wing].includes(other)) return '';
  return `${written}: ${belongs(wing, FLOORS[wing])}`;
}

/** @param {string} floor @param {string[]} below */
function belongs(floor, below) {
  return `${floor} includes ${['itself', ...below].join(', ').replace(/^itself$/, 'nothing but itself')}`;
}

/**
 * The C++ sources below a project's folder, as violations() takes them.
 * @param {string} root
 * @returns {Map<string, string>}
 */
export function sources(root) {
  const tree = new Map();
  /** @param {string} folder */
  const walk = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory() && entry.name !== 'node_modules') walk(path);
      else if (/\.(h|cpp)$/.test(entry.name)) tree.set(path, readFileSync(join(root, path), 'utf8'));
    }
  };
  for (const folder of ['backend', 'wasm', 'tests']) walk(folder);
  return tree;
}
