// The texts that users read: both languages say as much, and no word is left that is not ours any more.
//
// Knows: where the tables are, and how a line of them is written. Must not know: what a text is for.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { runBackend } from './helpers.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (/** @type {string} */ path) => readFileSync(join(root, path), 'utf8');

/** Words that were used once, and what is used in their place. @type {[RegExp, string][]} */
const GONE = [
  [/\bask(s|ed|ing)?\b/i, 'query, request'],
  [/\banswers? of\b/i, 'response'],
  [/\balone\b/i, 'only'],
  [/\bso many\b/i, 'a number'],
  [/\bof these\b(?! places)/i, 'a noun'],
  [/\bmay not\b/i, 'cannot, must not'],
  [/\bwhoever\b/i, 'anyone who, clients that'],
  [/\btaken over\b/i, 'loaded, reloaded'],
  [/\b(crew|wish|patience|heir|hush|worth)\b|(?<!in )\bflight\b/i, 'the term of the field'],
  [/\bpretend cloud\b/i, 'simulated cloud'],
  [/\b(Began|Took|Ended)\b/, 'Started, Duration, Finished'],
  [/\b(colour|licence|favour)/, 'US spelling'],
  [/\b([Jj]ob|[Pp]roject|[Rr]equest|[Aa]ccount) ids?\b/, 'ID'],
  [/云端/, '华为云'],
  [/控制台页面/, '看板'],
  [/应答/, '响应'],
];

/** Where such a word stands. @param {string} file @param {{line: number, text: string}[]} texts */
const gone = (file, texts) => texts.flatMap(({ line, text }) => GONE
  .filter(([pattern]) => pattern.test(text))
  .map(([pattern, better]) => `${file}:${line}: ${pattern} in "${text}"; say: ${better}`));

/** The quoted texts of a source, with their lines; not what comments quote. @param {string} source */
const quoted = (source) => source.split('\n').flatMap((row, i) => (/^\s*(\/\/|\*|\/\*|#include)/.test(row) ? [] :
  [...row.replace(/(^|\s)\/\/.*$/, '').matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g)]
    .map(([, single, double, template]) => ({ line: i + 1, text: single ?? double ?? template }))
    .filter(({ text }) => /[ \p{Script=Han}]|^[A-Z][a-z]/u.test(text))));

/** The lines of a text for people, without its code. @param {string} text */
const prose = (text) => text.replace(/^```[\s\S]*?^```$/gm, (block) => block.replace(/./g, '')).split('\n')
  .map((row, i) => ({ line: i + 1, text: row.replace(/`[^`]*`/g, '') }));

/** Files below a folder. @param {string} folder @returns {string[]} */
const below = (folder) => readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
  const path = join(folder, entry.name);
  if (/^(node_modules|build|dist|examples)$/.test(entry.name)) return [];
  return entry.isDirectory() ? below(path) : [path];
});

const placeholders = (/** @type {string} */ text) => [...new Set(text.match(/\{\w+\}/g))].sort().join(' ');

/** "key: 'text'," line by line. @param {string} part */
const table = (part) => new Map([...part.matchAll(/^ {2}(\w+): (?:'((?:[^'\\]|\\.)*)'|"([^"]*)"),$/gm)]
  .map(([, key, single, double]) => /** @type {const} */ ([key, single ?? double])));

/** What two tables do not say alike. @param {Map<string, string>} en @param {Map<string, string>} zh */
function differences(en, zh) {
  const keys = [...new Set([...en.keys(), ...zh.keys()])];
  return keys.flatMap((key) => {
    const [english, chinese] = [en.get(key), zh.get(key)];
    if (!english || !chinese) return [`${key}: only in one language`];
    return english.split('|').concat(chinese.split('|')).every((form) => placeholders(form) === placeholders(english)) ? [] :
      [`${key}: other placeholders`];
  });
}

/** All that can show a person a text. */
const SOURCES = ['backend', 'wasm', 'web'].flatMap(below).filter((path) => /\.(cpp|h|js)$/.test(path));
const PAPERS = ['README.md', 'README.zh-CN.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CODE_OF_CONDUCT.md', 'backend/README.md', 'backend/deploy/README.md',
  'backend/simulator/README.md', 'tests/README.md'];

/** A failure with a sentence of one language. */
const ONE_LANGUAGE = /Failure::(?:usage|unavailable|system)\(\s*(?:std::string\()?"[^"]* [^"]*"/;
/** A mistake of a caller within the program, and what an API that is played says. */
const MEANT_FOR_CODE = /a gateway needs a catalogue|^backend\/simulator\/cloud\/cloud_api\.cpp/;

describe('The texts', () => {
  it('of the dashboard are there in both languages, with the same placeholders', () => {
    const [en, zh] = ['en', 'zh'].map((language) => table(read(`web/dashboard/i18n/${language}.js`)));
    assert.ok(en.size > 100, `only ${en.size} texts were found`);
    assert.deepEqual(differences(en, zh), []);
  });

  it('of the element too', () => {
    const both = table(read('web/element/words.js'));
    assert.ok(both.size > 30, `only ${both.size} texts were found`);
    const part = (/** @type {number} */ index) => new Map([...both].map(([key, text]) => [key, text.split('|')[index] ?? '']));
    assert.deepEqual(differences(part(0), part(1)), []);
  });

  it('that differ are seen', () => {
    const differ = (/** @type {string} */ en, /** @type {string} */ zh) =>
      differences(table(`  a: '${en}',`), table(zh && `  a: '${zh}',`));
    assert.deepEqual(differ('{n} job|{n} jobs', '{n} 个任务'), []);
    assert.deepEqual(differ('{n} jobs', '任务'), ['a: other placeholders']);
    assert.deepEqual(differ('jobs', ''), ['a: only in one language']);
  });

  for (const command of ['', 'serve', 'job', 'explain', 'sign', 'simulate', 'services', 'regions', 'token', 'history', 'backup', 'notify test']) {
    it(`of "${`backend ${command}`.trim()} --help" follow the locale, and explain the same flags`, async () => {
      const help = async (/** @type {string} */ locale) =>
        (await runBackend([...(command ? command.split(' ') : []), '--help'], { LANG: locale })).stdout;
      const [en, zh, c] = await Promise.all(['en_US.UTF-8', 'zh_CN.UTF-8', 'C'].map(help));
      const flags = (/** @type {string} */ text) => [...text.matchAll(/^ {2}(-\S+)/gm)].map(([, flag]) => flag);
      assert.ok(flags(en).length > 1);
      assert.deepEqual(flags(zh), flags(en));
      assert.equal(c, en);
      assert.doesNotMatch(en, /\p{Script=Han}/u);
      for (const line of zh.split('\n').filter((text) => /^ {20,}\S/.test(text))) assert.match(line, /\p{Script=Han}/u);
    });
  }

  it('of mistakes deep in the program follow the locale too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'jobtree-'));
    after(() => rmSync(folder, { recursive: true, force: true }));
    const file = (/** @type {string} */ name, /** @type {string} */ text) => {
      writeFileSync(join(folder, name), text, { mode: 0o600 });
      return join(folder, name);
    };
    const key = { HUAWEICLOUD_SDK_AK: 'AKEXAMPLE', HUAWEICLOUD_SDK_SK: 'example' };
    /** @type {[string[], Record<string, string>?][]} */
    const mistakes = [
      [['--region', 'cn-north-4', '--endpoint', 'eip']],
      [['--endpoint', 'eip=http://example.com']],
      [['--budget', 'many']],
      [['--metadata', 'http://192.0.2.1']],
      [['--listen', '0.0.0.0:0']],
      [['--demo', '--allow-host', 'http://x/']],
      [['--demo', '--allow-origin', 'x']],
      [['--demo', '--trust-proxy', 'x']],
      [['--demo', '--web-root', '/nonexistent']],
      [['--demo', '--log-level', 'loud']],
      [['--demo', '--tokens-file', file('empty', '')]],
      [['--demo', '--tokens-file', file('clear', 'portal jt.abc')]],
      [['--regions-file', file('regions', 'EIP: 1')]],
      [['--profile', file('half', '[basic]\nak = A\n')]],
      [['sign', 'ftp://example.com'], key],
      [['sign', 'https://example.com/%'], key],
      [['sign', '--date', 'today', 'https://example.com/'], key],
      [['sign', '--header', 'Authorization: x', 'https://example.com/'], key],
      [['sign', 'https://example.com/'], { HOME: folder }],
      [['job', 'a', '--budget', '1/x'], key],
      [['simulate', '--listen', '192.0.2.1:0']],
      [['simulate', '--scenario', file('json', '{')]],
      [['simulate', '--scenario', file('unknown', '{"sed": 1}')]],
      [['simulate', '--scenario', file('speed', '{"speed": 0}')]],
      [['simulate', '--scenario', file('real', '{"keys": [{"access": "REAL", "secret": "x"}]}')]],
      [['token', 'a b']],
      [['token', 'a', '--project', 'b']],
      [['token', 'a', '--service', '?']],
    ];
    for (const [args, more] of mistakes) {
      const { code, stderr } = await runBackend(args, { LANG: 'zh_CN.UTF-8', ...more });
      assert.equal(code, 2, `${args}: ${stderr}`);
      assert.match(stderr, /\p{Script=Han}/u);
      assert.doesNotMatch(stderr.replace(/backend [a-z]+|NAME|--[a-z-]+|FILE/g, ''), /[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}/, `${args}`);
    }
  });

  it('have no word that is not ours any more', () => {
    assert.ok(SOURCES.length > 200, `only ${SOURCES.length} sources were found`);
    const found = [
      ...SOURCES.flatMap((file) => gone(file, quoted(read(file)))),
      ...PAPERS.flatMap((file) => gone(file, prose(read(file)))),
      ...['web/dashboard/index.html', 'web/embed/embed.html', 'web/share/share.html', 'backend/deploy/haproxy.cfg']
        .flatMap((file) => gone(file, read(file).split('\n').map((text, i) => ({ line: i + 1, text: text.replace(/^\s*#.*/, '') })))),
    ];
    assert.equal(found.length, 0, `\n${found.join('\n')}`);
  });

  it('of failures are in both languages', () => {
    // A sentence in one language compiles as text for both; only names and texts of the system are meant to.
    const inOne = SOURCES.filter((path) => path.startsWith('backend/')).flatMap((file) => [...read(file).matchAll(new RegExp(ONE_LANGUAGE, 'g'))]
      .map(([match]) => `${file}: ${match}`));
    assert.deepEqual(inOne.filter((text) => !MEANT_FOR_CODE.test(text)), []);
    assert.ok(ONE_LANGUAGE.test('return Failure::usage("the file " + name + " is gone");'));
    assert.doesNotMatch('return Failure::usage(bilingual({"a b", "一"}));', ONE_LANGUAGE);
  });

  it('with such a word are seen, with file and line', () => {
    const source = "// asks\nconst A = {\n  a: 'Ask again now',\n  b: 'ask',\n  c: \"没有应答。\",\n};";
    assert.deepEqual(gone('x.js', quoted(source)).map((text) => text.split(': ')[0]), ['x.js:3', 'x.js:5']);
  });
});
