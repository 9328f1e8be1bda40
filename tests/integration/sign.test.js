// `backend sign` from outside: the published example to the letter, every vector, what is refused
// and how, and that the secret never shows.

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';

import { backendPath, dataFile, runBackend } from './helpers.js';

/** Nothing that a program prints may hold this. */
const secret = 'canary/Secret+Key=0123456789abcdefABCDEF';

/** @type {string} */
let home;

/**
 * @typedef {object} Vector
 * @property {string} id
 * @property {{method: string, scheme: string, host: string, wire_path: string, wire_query: string,
 *   headers: [string, string][], body: string | null, ak: string, sk: string, date: string,
 *   algorithm: string, region?: string, service?: string}} input
 * @property {{canonical_request: string, string_to_sign: string, authorization: string}} expected
 */
/** @type {Vector[]} */
let vectors;

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'jobtree-sign-'));
  vectors = JSON.parse(await readFile(dataFile('signing.json'), 'utf8')).vectors;
});
after(() => rm(home, { recursive: true }));

const key = (sk = secret, ak = 'AKTESTVECTOR00000001') => ({ CLOUD_SDK_AK: ak, CLOUD_SDK_SK: sk });

/** Runs `backend sign` where no key is but those of `env`.
 * @param {string[]} args @param {Record<string, string>} [env] */
async function sign(args, env = key()) {
  const result = await runBackend(['sign', ...args], { HOME: home, ...env });
  assert.ok(!(result.stdout + result.stderr).includes(secret), 'the secret shows');
  return result;
}

/** Signs and expects success.
 * @param {string[]} args @param {Record<string, string>} [env] @returns {Promise<string>} */
async function signed(args, env) {
  const { code, stdout, stderr } = await sign(args, env);
  assert.equal(stderr, '');
  assert.equal(code, 0);
  return stdout;
}

/** Expects one line of complaint, and nothing else.
 * @param {number} exitCode @param {RegExp} words
 * @param {string[]} args @param {Record<string, string>} [env] */
async function refused(exitCode, words, args, env) {
  const { code, stdout, stderr } = await sign(args, env);
  assert.match(stderr, /^[^\n]+\n$/);
  assert.match(stderr, words);
  assert.equal(stdout, '');
  assert.equal(code, exitCode, stderr);
}

/** @param {Vector['input']} input */
async function argumentsOf(input) {
  const query = input.wire_query === '' ? '' : `?${input.wire_query}`;
  const args = [
    `${input.scheme}://${input.host}${input.wire_path}${query}`,
    '--method', input.method, '--date', input.date, '--algorithm', input.algorithm,
    ...input.headers.flatMap(([name, value]) => ['--header', `${name}: ${value}`]),
  ];
  if (input.region) args.push('--region', input.region);
  if (input.service) args.push('--service', input.service);
  if (input.body !== null) {
    await writeFile(join(home, 'body'), input.body);
    args.push('--body-file', join(home, 'body'));
  }
  return args;
}

/** What a shell makes of a pasted command: the arguments curl would get.
 * @param {string} command @returns {Promise<string[]>} */
async function pasted(command) {
  const script = `curl() { printf '%s\\0' "$@"; }\n${command}`;
  const { stdout } = await promisify(execFile)('sh', ['-c', script]);
  return stdout.split('\0').slice(0, -1);
}

const url = 'https://vpc.cn-north-4.myhuaweicloud.com/v1/p/jobs/j';

describe('backend sign', () => {
  it('prints the published example as the guide has it', async () => {
    const example = [
      'https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs' +
        '?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0',
      '--header', 'Content-Type: application/json', '--date', '20191115T033655Z',
    ];
    const env = key('MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc', 'QTWAOYTTINDUT2QVKYUC');
    assert.equal(
      await signed(example, env),
      'Host: service.region.example.com\n' +
        'X-Sdk-Date: 20191115T033655Z\n' +
        'Content-Type: application/json\n' +
        'Authorization: SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, ' +
        'SignedHeaders=content-type;host;x-sdk-date, ' +
        'Signature=7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe\n',
    );
    assert.equal(
      await signed([...example, '--show', 'string-to-sign'], env),
      'SDK-HMAC-SHA256\n20191115T033655Z\n' +
        'b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a\n',
    );
  });

  it('reproduces every vector', async () => {
    assert.equal(vectors.length, 40);
    for (const { id, input, expected } of vectors) {
      const args = await argumentsOf(input);
      const env = key(input.sk, input.ak);
      const canonical = await signed([...args, '--show', 'canonical'], env);
      assert.equal(canonical, `${expected.canonical_request}\n`, id);
      const headers = await signed(args, env);
      assert.equal(headers.split('\n').at(-2), `Authorization: ${expected.authorization}`, id);
    }
  });

  it('decodes a path once, segment by segment', async () => {
    const canonical = await signed([`${url}%2Fk/%7e%252F?a=%2f+b`, '--show', 'canonical']);
    assert.deepEqual(canonical.split('\n').slice(1, 3), ['/v1/p/jobs/j%2Fk/~%252F/', 'a=%2F%2Bb']);
  });

  it('signs with the time of now when no date is given', async () => {
    const [, date] = (await signed([url])).match(/^X-Sdk-Date: (.*)$/m) ?? [];
    const [year, month, day, hour, minute, second] =
      date.match(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/)?.slice(1).map(Number) ?? [];
    const signedAt = Date.UTC(year, month - 1, day, hour, minute, second);
    assert.ok(Math.abs(Date.now() - signedAt) < 60_000, date);
  });

  it('sends and signs the token of a temporary key, once', async () => {
    const env = {
      HUAWEICLOUD_SDK_AK: 'AK', HUAWEICLOUD_SDK_SK: secret, HUAWEICLOUD_SDK_SECURITY_TOKEN: 'T1',
    };
    const own = await signed([url], env);
    assert.match(own, /^X-Security-Token: T1$/m);
    assert.match(own, /SignedHeaders=host;x-sdk-date;x-security-token,/);
    const given = await signed([url, '--header', 'x-security-token: T2'], env);
    assert.deepEqual(given.match(/^x-security-token: .*$/gim), ['x-security-token: T2']);
  });

  it('takes the key from a profile file', async () => {
    const profile = join(home, 'profile');
    await writeFile(profile, `[basic]\nak = PROFILEKEY\nsk = ${secret}\n`);
    assert.match(await signed([url, '--profile', profile], {}), /Access=PROFILEKEY,/);
    const env = { HUAWEICLOUD_SDK_CREDENTIALS_FILE: profile };
    assert.match(await signed([url], env), /Access=PROFILEKEY,/);
  });

  it('takes flags from variables', async () => {
    const env = { ...key(), JOBTREE_SHOW: 'string-to-sign', JOBTREE_DATE: '20261123T141500Z' };
    assert.match(await signed([url], env), /^SDK-HMAC-SHA256\n20261123T141500Z\n[0-9a-f]{64}\n$/);
  });

  it('prints a curl command that survives being pasted', async () => {
    const body = join(home, "it's $HOME; a `body`");
    await writeFile(body, '{}');
    const args = [
      `https://a.example:8443/x y/it's/../$(touch z)?q='"`, '--method', 'POST', '--body-file', body,
      '--header', "X-Note: it's `$HOME` \\ \"quoted\"", '--header', 'X-Empty:',
      '--date', '20261123T141500Z', '--show',
    ];
    const authorization = (await signed([...args, 'headers'])).match(/^Authorization: .*$/m)?.[0];
    assert.deepEqual(await pasted(await signed([...args, 'curl'])), [
      '--request', 'POST', '--path-as-is',
      'https://a.example:8443/x%20y/it%27s/../%24%28touch%20z%29?q=%27%22',
      '--header', 'Host: a.example:8443',
      '--header', 'X-Sdk-Date: 20261123T141500Z',
      '--header', "X-Note: it's `$HOME` \\ \"quoted\"",
      '--header', 'X-Empty;',
      '--header', authorization,
      '--header', 'Content-Type: application/json',
      '--data-binary', `@${body}`,
    ]);
  });

  it('says where it looked when there is no key, and exits 2', async () => {
    await refused(2, /HUAWEICLOUD_SDK_AK.*CLOUD_SDK_SK.*HW_ACCESS_KEY.*credentials/, [url], {});
    await refused(2, /HUAWEICLOUD_SDK_AK is not/, [url], { HUAWEICLOUD_SDK_SK: secret });
    await refused(2, /CLOUD_SDK_SK contains a space/, [url], key(`${secret} `));
    await refused(2, /cannot read the profile file/, [url, '--profile', join(home, 'none')], {});
  });

  it('refuses bad arguments in one line and exits 2', async () => {
    /** @type {[RegExp, string[]][]} */
    const table = [
      [/url/, []],
      [/https:\/\//, ['vpc.example.com/v1']],
      [/https:\/\//, ['file:///etc/passwd']],
      [/user name/, ['https://user:pw@a.example/']],
      [/fragment/, [`${url}#x`]],
      [/host name/, ['https://a b/']],
      [/port/, ['https://a.example:99999/']],
      [/hex digits/, [`${url}%zz`]],
      [/hex digits/, [`${url}?a=%`]],
      [/longer/, [`${url}${'x'.repeat(9000)}`]],
      [/colon/, [url, '--header', 'no colon here']],
      [/name/, [url, '--header', 'bad name: x']],
      [/control characters/, [url, '--header', 'X-A: b\r\nX-B: c']],
      [/twice/, [url, '--header', 'X-A: b', '--header', 'x-a: c']],
      [/taken from the URL/, [url, '--header', 'host: b']],
      [/--date/, [url, '--header', 'X-Sdk-Date: b']],
      [/cannot be signed/, [url, '--header', 'Authorization: b']],
      [/UTC time such as/, [url, '--date', '2026-11-23']],
      [/UTC time such as/, [url, '--date', '20261323T000000Z']],
      [/method/, [url, '--method', 'GET /']],
      [/body file/, [url, '--body-file', join(home, 'none')]],
      [/body file/, [url, '--body-file', home]],
      [/--algorithm/, [url, '--algorithm', 'MD5']],
      [/--region and --service/, [url, '--algorithm', 'V11-HMAC-SHA256']],
      [/region/, [url, '--algorithm', 'V11-HMAC-SHA256', '--region', 'a/b', '--service', 'c']],
      [/--show/, [url, '--show', 'everything']],
      [/--secret/, [url, '--secret', 'x']],
    ];
    for (const [words, args] of table) await refused(2, words, args);
  });

  it('says that there is nowhere to write, and exits 1', { skip: !existsSync('/dev/full') }, () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(backendPath, ['sign', 'https://example.com/'], {
      env: { HOME: home, ...key() }, stdio: ['ignore', full, 'pipe'], encoding: 'utf8',
    });
    closeSync(full);
    assert.match(stderr, /cannot write/);
    assert.equal(status, 1);
  });

  it('explains every flag with an example', async () => {
    const help = await signed(['--help']);
    for (const flag of [
      'url', '--method', '--header', '--body-file', '--date', '--algorithm', '--region',
      '--service', '--show', '--profile',
    ]) {
      const from = help.indexOf(`\n  ${flag} `);
      assert.ok(from > 0, flag);
      assert.match(help.slice(from + 1).split(/\n {2}(?=\S)/)[0], /Example: /, flag);
    }
  });
});
