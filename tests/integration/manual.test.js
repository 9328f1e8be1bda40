// The manual pages and what shells complete, as the program writes them for the build, and the name by which it
// speaks of itself.
//
// Knows: roff, bash, zsh. Must not know: which flags there are; --help says it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { backendPath } from './helpers.js';

const folder = mkdtempSync(join(tmpdir(), 'jobtree manual '));
const program = join(folder, 'jobtree');
after(() => rmSync(folder, { recursive: true, force: true }));

/** @param {string[]} args @param {string} [locale] */
function jobtree(args, locale = 'C.UTF-8') {
  const run = spawnSync(program, args, { encoding: 'utf8', env: { PATH: process.env.PATH, LC_ALL: locale, SOURCE_DATE_EPOCH: '1700000000' } });
  return { code: run.status, text: run.stdout + run.stderr };
}

const page = (/** @type {string} */ language, /** @type {string} */ name) => readFileSync(join(folder, language, `${name}.1`), 'utf8');

before(() => {
  symlinkSync(backendPath, program);
  assert.deepEqual(jobtree(['manual', join(folder, 'en')]), { code: 0, text: '' });
  assert.deepEqual(jobtree(['manual', join(folder, 'zh')], 'zh_CN.UTF-8'), { code: 0, text: '' });
});

describe('The program', () => {
  it('speaks of itself by the name with which it was started', () => {
    assert.match(jobtree(['--help']).text, /^Usage: jobtree \[OPTIONS\][^]*\n {2}jobtree --demo /m);
    assert.doesNotMatch(jobtree(['--help-all']).text, /\bbackend (?!services?\b)[a-z-]/);
    const wrong = jobtree(['job', 'x', '--regoin', 'y']);
    assert.deepEqual(wrong, { code: 2, text: 'jobtree job: unknown flag --regoin (help: jobtree job --help)\n' });
    assert.match(jobtree(['services', '--region', 'nowhere']).text, /run "jobtree regions" for the list/);
  });

  it('takes no name that a shell would not, and none that moves a cursor', () => {
    const odd = join(folder, 'x\u001b[2J y');
    symlinkSync(backendPath, odd);
    assert.equal(spawnSync(odd, ['--bad'], { encoding: 'utf8', env: { LC_ALL: 'C' } }).stderr,
      'backend serve: unknown flag --bad (help: backend serve --help)\n');
  });

  it('has no word of its command for the build in help, and suggests it to nobody', () => {
    assert.doesNotMatch(jobtree(['--help-all']).text, /\bmanual\b/);
    assert.doesNotMatch(jobtree(['manul']).text, /Did you mean/);
    assert.equal(jobtree(['manual', '/dev/null/x']).code, 1);
  });
});

describe('The manual', () => {
  /** "notify test" of "jobtree-notify-test.1" */
  const commandOf = (/** @type {string} */ name) => name.replace(/^jobtree-?|\.1$/g, '').split('-').filter(Boolean);
  const pages = () => readdirSync(join(folder, 'en')).filter((name) => name.endsWith('.1'));

  it('has a page for each command of --help, in both languages', () => {
    const help = jobtree(['--help']).text;
    const commands = [.../^Commands:\n([^]*?)\n\n/m.exec(help)?.[1].matchAll(/^ {2}(\w+)/gm) ?? []].map(([, name]) => name);
    assert.ok(commands.length > 8);
    assert.deepEqual(pages().map((name) => commandOf(name)[0] ?? '').filter(Boolean).sort(), commands.sort());
    assert.deepEqual(readdirSync(join(folder, 'zh')), readdirSync(join(folder, 'en')));
  });

  it('has each flag of --help with its text, variable and default', () => {
    for (const name of pages()) {
      const help = jobtree([...commandOf(name), '--help']).text;
      const written = page('en', name.slice(0, -2)).replaceAll('\\-', '-').replaceAll('\\(aq', '\'').replaceAll('\\(ti', '~');
      const flags = [...help.matchAll(/^ {2}(?:-\w,)?(--[a-z-]+)(?:.*\(Env:(\w+)\))?/gm)];
      assert.ok(flags.length > 1, name);
      for (const [, flag, variable] of flags) {
        assert.ok(written.includes(`\\fB${flag}\\fR`), `${name}: ${flag}`);
        if (variable) assert.ok(written.includes(`Environment: ${variable}\n`), `${name}: ${variable}`);
      }
      for (const [, text] of help.matchAll(/^ {20,}(\S.*)$/gm)) assert.ok(written.includes(text), `${name}: ${text}`);
    }
    assert.match(page('en', 'jobtree-serve'), /Default: 127\.0\.0\.1:8080/);
    assert.match(page('en', 'jobtree-job'), /Values: tree, json, events, markdown/);
  });

  it('has the sections of a manual page, and its date is that of the sources', () => {
    const sections = (/** @type {string} */ text) => [...text.matchAll(/^\.SH (.*)$/gm)].map(([, title]) => title);
    assert.deepEqual(sections(page('en', 'jobtree')),
      ['NAME', 'SYNOPSIS', 'DESCRIPTION', 'OPTIONS', 'ENVIRONMENT', 'FILES', 'EXIT STATUS', 'EXAMPLES', 'SEE ALSO']);
    assert.deepEqual(sections(page('zh', 'jobtree-job')),
      ['名称', '概要', '描述', '参数', '选项', '环境变量', '文件', '退出状态', '示例', '参见']);
    assert.match(page('en', 'jobtree'), /^\.TH JOBTREE 1 "2023-11-14" "jobtree \d/);
    assert.match(page('en', 'jobtree-job'), /\\fB130\\fR\ninterrupted/);
  });

  it('is roff without a mistake', () => {
    for (const language of ['en', 'zh']) {
      for (const name of pages()) {
        const run = spawnSync('groff', ['-ww', '-K', 'utf-8', '-man', '-T', 'utf8', join(folder, language, name)], { encoding: 'utf8' });
        if (run.error) throw new Error('groff is missing: apt-get install groff-base');
        // A line of Chinese has no blanks to break at, which this roff of Debian 12 tells of.
        const said = run.stderr.split('\n').filter((line) => line !== '' && !(language === 'zh' && /can't break line/.test(line)));
        assert.deepEqual([run.status, said], [0, []], name);
        assert.ok(run.stdout.length > 1000);
      }
    }
  });
});

describe('Completion', () => {
  /** What bash offers for the last of the words. @param {string[]} words */
  function bash(...words) {
    const script = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _jobtree; printf "%s\\n" "${COMPREPLY[@]}"';
    const run = spawnSync('bash', ['--norc', '-euc', script, 'bash', join(folder, 'en', 'jobtree'), 'jobtree', ...words], { encoding: 'utf8' });
    assert.equal(run.stderr, '');
    return run.stdout.split('\n').filter(Boolean);
  }

  it('offers commands, flags and known values in bash', () => {
    assert.deepEqual(bash('se'), ['serve', 'services']);
    assert.deepEqual(bash('--ver'), ['--version']);
    assert.ok(bash('--li').includes('--listen'), 'serve can be left out');
    assert.deepEqual(bash('notify', ''), ['test']);
    assert.deepEqual(bash('notify', 'test', '--not'), ['--notify-file']);
    assert.deepEqual(bash('job', 'ID', '--out'), ['--output']);
    assert.deepEqual(bash('job', '--output', ''), ['tree', 'json', 'events', 'markdown']);
    assert.deepEqual(bash('job', '--output', '=', 'm'), ['markdown']);
    assert.deepEqual(bash('job', '--output', '='), ['tree', 'json', 'events', 'markdown']);
  });

  it('leaves files and folders to bash', () => {
    assert.deepEqual(bash('--ca-file', ''), []);
    assert.deepEqual(bash('job', ''), []);
    const complete = spawnSync('bash', ['--norc', '-c', 'source "$1"; complete -p jobtree', 'bash', join(folder, 'en', 'jobtree')], { encoding: 'utf8' });
    assert.match(complete.stdout, /-o default .*-F _jobtree jobtree/);
  });

  /** What a line becomes when Tab is pressed in zsh. @param {string} line */
  function zsh(line) {
    const script = join(folder, 'tab.zsh');
    // The line as it is then, written by a widget: what a terminal shows is full of its own codes.
    writeFileSync(script, `zmodload zsh/zpty
zpty tab zsh -f -i
zpty -w tab "fpath=(\${(q)1} \\$fpath); autoload -Uz compinit; compinit -u -D; unsetopt list_beep"
zpty -w tab 'report() { print -r -- ":\${BUFFER}:" >"$OUT"; exit }; zle -N report; bindkey "^X^R" report; bindkey "^I" complete-word; echo rea\\dy'
zpty -r tab text '*ready*'
zpty -n -w tab "$2"$'\\t\\C-x\\C-r'
for ((i = 0; i < 100; i++)) { [[ -s $OUT ]] && break; zpty -r -t tab text; sleep 0.1 }
cat "$OUT"
`);
    const out = join(folder, 'line');
    rmSync(out, { force: true });
    const run = spawnSync('zsh', ['-f', script, join(folder, 'en'), line],
      { encoding: 'utf8', timeout: 60_000, env: { ...process.env, OUT: out, TERM: 'dumb', LC_ALL: 'C.UTF-8' } });
    if (run.error) throw new Error(`zsh is missing, or hangs: apt-get install zsh (${run.error.message})`);
    return run.stdout.trimEnd();
  }

  it('offers the same in zsh', () => {
    assert.equal(zsh('jobtree hist'), ':jobtree history :');
    assert.equal(zsh('jobtree notify t'), ':jobtree notify test :');
    assert.equal(zsh('jobtree job --outp'), ':jobtree job --output=:');
    assert.equal(zsh('jobtree job --output m'), ':jobtree job --output markdown :');
    assert.equal(zsh('jobtree --meta'), ':jobtree --metadata=:');
  });
});
