// What error codes mean, as the program tells it in a terminal and to programs.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { runBackend } from './helpers.js';

/** @param {string[]} args @param {Record<string, string>} [env] */
const explain = (args, env = {}) => runBackend(['explain', ...args], { LANG: 'en_US.UTF-8', ...env });

describe('backend explain', () => {
  test('It says what a code means and what to do, in any case of letters', async () => {
    const { code, stdout, stderr } = await explain(['ecs.0319']);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, 'Ecs.0319\n  There is not enough capacity for this flavor in the AZ.\n' +
      '  Choose another flavor or AZ, or retry later.\n');
    assert.equal(stderr, '');
  });

  test('The language follows LANG and --lang', async () => {
    const chinese = 'VPC.0532\n  公网 IP 地址池已用完。\n  稍后重试，或更换线路类型、区域。\n';
    assert.equal((await explain(['VPC.0532'], { LANG: 'zh_CN.UTF-8' })).stdout, chinese);
    assert.equal((await explain(['VPC.0532', '--lang', 'zh'])).stdout, chinese);
    assert.match((await explain(['VPC.0532', '--lang', 'en'], { LANG: 'zh_CN.UTF-8' })).stdout, /^ {2}The public IP pool/m);
  });

  test('Several codes are told in their order, a line between them', async () => {
    const { stdout } = await explain(['EVS.2024', 'VPC.0532']);
    assert.deepEqual(stdout.split('\n\n').map((block) => block.split('\n')[0]), ['EVS.2024', 'VPC.0532']);
  });

  test('Of a code that is not known it says so, and what its number says', async () => {
    const { code, stdout } = await explain(['VPC.0299']);
    assert.equal(code, 0);
    assert.match(stdout, /^VPC\.0299\n {2}This code is not known; its number says:\n {2}The subnet operation failed\.\n {2}Read /);
    assert.match((await explain(['VPC.0299', '--lang', 'zh'])).stdout, /\n {2}此错误码未收录，按编号推断：\n {2}子网操作失败。\n/);
  });

  test('Of one of which nothing is known it says that, and exits with 1', async () => {
    const { code, stdout } = await explain(['Ecs.0319', 'XYZ.1\u001b[31m']);
    assert.equal(code, 1);
    assert.match(stdout, /^Ecs\.0319\n/);
    assert.match(stdout, /\n\nXYZ\.1\P{Cc}*\n {2}This code is not known\.\n$/u);
    const json = await explain(['XYZ.1', '--output', 'json']);
    assert.equal(json.code, 1);
    assert.deepEqual(JSON.parse(json.stdout), { codes: [{ code: 'XYZ.1', known: false, meaning: null, remedy: null }] });
  });

  test('As JSON it tells both languages to programs', async () => {
    const { code, stdout } = await explain(['111400035', 'VPC.0299', '--output', 'json']);
    assert.equal(code, 0);
    const [known, byNumber] = JSON.parse(stdout).codes;
    assert.deepEqual(known, {
      code: 'DCS.4035',
      known: true,
      meaning: { en: 'The instance quota is used up.', zh: '实例配额不足。' },
      remedy: {
        en: 'Release unused resources, or request a higher quota, then retry.',
        zh: '释放闲置资源或申请扩大配额后重试。',
      },
    });
    assert.equal(byNumber.code, 'VPC.0299');
    assert.equal(byNumber.known, false);
  });

  test('Without a code it is a usage error', async () => {
    const { code, stdout, stderr } = await explain([]);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /^backend explain: .*\(help: backend explain --help\)\n$/);
  });
});
