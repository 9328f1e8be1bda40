// The texts that users read: both languages say as much, and no word is left that is not ours any more.
//
// Knows: where the tables are, and how a line of them is written. Must not know: what a text is for.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

import { runBackend } from './helpers.js';

const read = (/** @type {string} */ path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Words that were used once, and what is used in their place. @type {[RegExp, string][]} */
const GONE = [
  [/\bask(s|ed|ing)?\b/i, 'query, request'],
  [/\banswers? of\b/i, 'response'],
  [/\b(token|loopback|browser|job) alone\b/i, 'only'],
  [/\bso many\b/i, 'a number'],
  [/\bof these\b/i, 'a noun'],
  [/\b(crew|wish|flight|patience|heir|hush)\b/i, 'the term of the field'],
  [/\bpretend cloud\b/i, 'simulated cloud'],
  [/\b(Began|Took|Ended)\b/, 'Started, Duration, Finished'],
  [/\bcolour/i, 'color'],
  [/\b(Job|Project) ids?\b/, 'ID'],
  [/控制台页面/, '看板'],
  [/应答/, '响应'],
];

/** Where such a word stands. @param {string} file @param {{line: number, text: string}[]} texts */
const gone = (file, texts) => texts.flatMap(({ line, text }) => GONE
  .filter(([pattern]) => pattern.test(text))
  .map(([pattern, better]) => `${file}:${line}: ${pattern} in "${text}"; say: ${better}`));

/** The quoted texts of a source, with their lines. @param {string} source */
const quoted = (source) => source.split('\n').flatMap((row, i) => (/^\s*(\/\/|\*|\/\*|#include)/.test(row) ? [] :
  [...row.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g)]
    .map(([, single, double]) => ({ line: i + 1, text: single ?? double }))
    .filter(({ text }) => /[ \p{Script=Han}]|^[A-Z][a-z]/u.test(text))));

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

const TEXTS = [
  'wasm/i18n/messages.cpp', 'web/element/words.js', 'web/dashboard/i18n/en.js', 'web/dashboard/i18n/zh.js', 'backend/main.cpp',
  ...['job', 'regions', 'serve', 'services', 'sign', 'simulate', 'token', 'cli/cloud_connection', 'cli/flags', 'cli/message', 'job/job_text', 'job/job_lines']
    .map((name) => `backend/commands/${name}.cpp`),
];

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

  for (const command of ['', 'serve', 'job', 'sign', 'simulate', 'services', 'regions', 'token']) {
    it(`of "${`backend ${command}`.trim()} --help" follow the locale, and explain the same flags`, async () => {
      const help = async (/** @type {string} */ locale) =>
        (await runBackend([...(command ? [command] : []), '--help'], { LANG: locale })).stdout;
      const [en, zh, c] = await Promise.all(['en_US.UTF-8', 'zh_CN.UTF-8', 'C'].map(help));
      const flags = (/** @type {string} */ text) => [...text.matchAll(/^ {2}(-\S+)/gm)].map(([, flag]) => flag);
      assert.ok(flags(en).length > 1);
      assert.deepEqual(flags(zh), flags(en));
      assert.equal(c, en);
      assert.doesNotMatch(en, /\p{Script=Han}/u);
      for (const line of zh.split('\n').filter((text) => /^ {20,}\S/.test(text))) assert.match(line, /\p{Script=Han}/u);
    });
  }

  it('have no word that is not ours any more', () => {
    const found = TEXTS.flatMap((file) => gone(file, quoted(read(file))));
    assert.equal(found.length, 0, `\n${found.join('\n')}`);
  });

  it('with such a word are seen, with file and line', () => {
    const source = "// asks\nconst A = {\n  a: 'Ask again now',\n  b: 'ask',\n  c: \"没有应答。\",\n};";
    assert.deepEqual(gone('x.js', quoted(source)).map((text) => text.split(': ')[0]), ['x.js:3', 'x.js:5']);
  });
});
