// A canary in the place of the secret key: it is planted and then looked for in everything the
// program shows, writes and leaves behind.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import {
  backendPath, cleanEnvironment, documentedJob, endWithTests, request, runBackend, seenOutside, simulatorKey,
  startWatchedSimulator, until,
} from './helpers.js';

const SECRET = 'Canary+Secret/0123456789abcdefABCDEF';
const TOKEN = 'CanaryToken0123456789abcdef';
const ACCESS = 'SIMULATEDCANARY00001';

/** @typedef {Awaited<ReturnType<typeof startWatchedSimulator>>} Cloud */
/** @type {Cloud} */
let cloud;
/** @type {string} */
let folder;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'jobtree-canary-'));
  cloud = await startWatchedSimulator({
    scenario: {
      keys: [{ access: ACCESS, secret: SECRET, security_token: TOKEN, project_id: simulatorKey.project }],
    },
  });
});
after(async () => {
  await cloud.stop();
  rmSync(folder, { recursive: true });
});

/** @param {string} text @param {string} where */
function assertClean(text, where) {
  for (const [name, value] of Object.entries({ SECRET, TOKEN, ACCESS })) {
    assert.ok(!text.includes(value), `${name} stands in ${where}`);
  }
  assert.ok(!/Signature=[0-9a-f]{64}/.test(text), `a signature stands in ${where}`);
}

/** Ways to give the key, each with the flags and variables it takes.
 * @type {() => [string, string[], Record<string, string>][]} */
const ways = () => {
  const profile = join(folder, 'profile');
  writeFileSync(profile, `[basic]\nak = ${ACCESS}\nsk = ${SECRET}\nsecurity_token = ${TOKEN}\n`, { mode: 0o600 });
  return [
    ['environment', [], {
      HUAWEICLOUD_SDK_AK: ACCESS, HUAWEICLOUD_SDK_SK: SECRET, HUAWEICLOUD_SDK_SECURITY_TOKEN: TOKEN }],
    ['profile', ['--profile', profile], {}],
  ];
};

/** @param {string[]} args @param {Record<string, string>} env */
async function withServer(args, env, /** @type {(url: string, child: import('node:child_process').ChildProcess) => Promise<void>} */ use) {
  const child = endWithTests(spawn(backendPath, args, {
    cwd: folder, env: cleanEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'],
  }));
  let output = '';
  child.stdout.setEncoding('latin1').on('data', (text) => (output += text));
  child.stderr.setEncoding('latin1').on('data', (text) => (output += text));
  const closed = new Promise((resolve) => child.on('close', resolve));
  try {
    const line = await until(async () => /^listening on (\S+)$/m.exec(output), (match) => match !== null);
    await use(line?.[1] ?? '', child);
  } finally {
    child.kill('SIGTERM');
    await closed;
  }
  return output;
}

describe('A planted key', () => {
  for (const [index, format] of ['text', 'json'].entries()) {
    test(`is seen nowhere around a server, with the log as ${format} and at its most talkative`, async () => {
      for (const [way, flags, env] of [ways()[index]]) {
        const output = await withServer(
          ['serve', '--listen', '127.0.0.1:0', '--endpoint', `*=${cloud.url}`, '--metadata', 'off',
            '--log-level', 'debug', '--log-format', format, ...flags], env,
          async (url, child) => {
            const ask = async (/** @type {string} */ path) => {
              const reply = await request(url + path);
              assertClean(reply.text + JSON.stringify(reply.headers), `${path}, ${way}`);
              return reply;
            };
            const job = `/api/cn-north-4/eip/v1/-/jobs/${documentedJob}`;
            assert.equal((await ask(job)).status, 200);
            for (const path of ['/', '/api/config', '/healthz', '/readyz', '/metrics', '/nothing', '/api/x',
              `/api/cn-north-4/eip/v1/${'0'.repeat(32)}/jobs/a`, '/api/cn-north-4/rds/v1/-/jobs/unknown']) {
              await ask(path);
            }
            // Every way an answer can go wrong, the gateway's echo of signed headers among them.
            for (const fault of [
              { kind: 'error', status: 401, code: 'APIGW.0301',
                message: `verify aksk signature fail, canonicalRequest:GET|/|x-security-token:${TOKEN}|${SECRET}|${ACCESS}` },
              { kind: 'error', status: 403, code: 'VPC.0010', message: `${ACCESS} ${SECRET}` },
              { kind: 'error', status: 500, code: 'X', message: `${TOKEN}` },
              { kind: 'html_error', status: 502 }, { kind: 'reset_before' }, { kind: 'gzip_bomb' },
            ]) {
              await cloud.fail(fault);
              await ask(job);
            }
            await cloud.fail();
            for (const [name, text] of Object.entries(seenOutside(/** @type {number} */ (child.pid)))) {
              assertClean(text, `/proc/PID/${name}, ${way}`);
            }
            const limits = readFileSync(`/proc/${child.pid}/limits`, 'utf8');
            assert.match(limits, /^Max core file size +0 +0/m);
          });
        assertClean(output, `the output, ${way}`);
        assert.ok(output.includes('SIMU…') || output.includes('SIMU\xe2\x80\xa6'), 'the key is shown masked');
      }
      const { calls } = await cloud.journal();
      assert.ok(calls.some((/** @type {any} */ call) => call.status === 200), 'the key was really used');
    });
  }

  test('is seen nowhere around a job in the terminal', async () => {
    for (const [way, flags, env] of ways()) {
      for (const output of ['tree', 'json', 'events']) {
        for (const message of [undefined, `${SECRET} ${TOKEN} ${ACCESS}`]) {
          if (message) await cloud.fail({ kind: 'error', status: 403, code: 'A.1', message });
          else await cloud.fail();
          const { code, stdout, stderr } = await runBackend(
            ['job', documentedJob, '--endpoint', `*=${cloud.url}`, '--metadata', 'off', '--output', output, ...flags],
            env);
          assert.equal(code, message ? 3 : 0, stderr);
          assertClean(stdout + stderr, `job --output ${output}, ${way}`);
        }
      }
    }
    await cloud.fail();
  });

  test('is quoted by no complaint about it', async () => {
    const broken = join(folder, 'broken');
    for (const text of [
      `[basic]\nak = ${ACCESS}\nsk = ${SECRET} ${TOKEN}\n`, `[basic]\nak = ${ACCESS}\n`, `[basic]\n${SECRET}\n`,
      `[basic]\nsk = ${SECRET}\n`, `[basic]\nak = ${ACCESS}\nsk = ${SECRET}\nproject_id = ${TOKEN}\n`,
    ]) {
      writeFileSync(broken, text);
      const { code, stderr } = await runBackend(['job', 'a', '--profile', broken, '--metadata', 'off']);
      assert.equal(code, 2);
      assertClean(stderr, 'a complaint');
    }
    // Put where it does not belong, it is not repeated either.
    for (const args of [['--sk', SECRET], [`--sk=${SECRET}`], ['sign', SECRET, '--show', 'curl', TOKEN]]) {
      const { code, stdout, stderr } = await runBackend(args);
      assert.equal(code, 2);
      assertClean(stdout + stderr, args[0]);
    }
  });

  test('leaves no file behind', () => {
    const left = readdirSync(folder).filter((name) => !['profile', 'broken'].includes(name));
    assert.deepEqual(left, []);
  });
});
