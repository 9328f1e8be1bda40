// backend job, as a person and as a pipeline meet it: the real binary asks a simulated cloud over a
// real socket, its output goes into pipes and into terminals.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import {
  backendPath, dataFile, documentedJob, endWithTests, runBackend, simulatorKey, startSimulator, until,
} from './helpers.js';

/** @typedef {import('./helpers.js').Backend} Backend */

/** Jobs run through at once here. @type {Backend} */
let fast;
/** Ten thousand sub-jobs take a few seconds here. @type {Backend} */
let brisk;
/** A batch takes some seconds here, so that one can look at it. @type {Backend} */
let slow;

const key = { CLOUD_SDK_AK: simulatorKey.ak, CLOUD_SDK_SK: simulatorKey.sk, LANG: 'C.UTF-8' };

/** The id of the simulator's job with this title. @param {Backend} cloud @param {string} title */
function idOf(cloud, title) {
  const line = cloud.log().split('\n').find((text) => text.endsWith(`  ${title}`));
  assert.ok(line, `no job "${title}" in:\n${cloud.log()}`);
  return line.trim().split(' ')[0];
}

/** @param {Backend} cloud @param {string[]} args */
const jobArgs = (cloud, args) =>
  ['job', '--endpoint', `*=${cloud.url}`, '--project', simulatorKey.project, ...args];

/** @param {Backend} cloud @param {string[]} args @param {Record<string, string>} [env] */
const job = (cloud, args, env = {}) => runBackend(jobArgs(cloud, args), { ...key, ...env });

/** Asks until the job has ended. @param {string} id */
const ended = (id) =>
  until(
    () => job(fast, [id, '--output', 'events']),
    ({ stdout }) => stdout.includes(`"event":"settled","job_id":"${id}"`));

/** For a shell. @param {Backend} cloud @param {string[]} args */
const commandLine = (cloud, args) =>
  [backendPath, ...jobArgs(cloud, args)].map((arg) => `'${arg}'`).join(' ');

/**
 * A shell command in a terminal of its own.
 * @param {string} command
 * @param {Record<string, string>} [env]
 */
function terminalOf(command, env = {}) {
  const child = endWithTests(spawn('script', ['-qefc', command, '/dev/null'], {
    env: { PATH: process.env.PATH, SHELL: '/bin/sh', TERM: 'xterm', ...key, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: 60_000,
  }));
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece) => (text += piece));
  /** @type {Promise<number | null>} */
  const exit = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return {
    exit,
    text: () => text,
    type: (/** @type {string} */ keys) => child.stdin.write(keys),
    shows: (/** @type {string} */ what) => until(async () => text, (all) => all.includes(what)),
  };
}

/**
 * The job command in a terminal of its own.
 * @param {Backend} cloud
 * @param {string[]} args
 * @param {{cols?: number, rows?: number, env?: Record<string, string>, first?: string}} [options]
 *   `first`: what the terminal's shell does before, up to its ";" or "&"
 */
function inTerminal(cloud, args, { cols = 100, rows = 30, env = {}, first = '' } = {}) {
  return terminalOf(
    `stty cols ${cols} rows ${rows}; ${first} exec ${commandLine(cloud, args)}`, env);
}

/** The text alone of what a terminal is told. @param {string} text */
const withoutEscapes = (text) => text.replace(/\x1b\[[?0-9;]*[A-Za-z]|\r(?!\n)/g, '');

describe('backend job', () => {
  before(async () => {
    [fast, brisk, slow] = await Promise.all([
      startSimulator({ speed: 200 }), startSimulator({ speed: 40 }), startSimulator({ speed: 12 }),
    ]);
    await Promise.all([fast, brisk, slow].map((cloud) => cloud.logged(/--project [0-9a-f]{32}/)));
  });
  after(async () => {
    await Promise.all([fast, brisk, slow].map((cloud) => cloud.stop()));
  });

  describe('asked once', () => {
    it('prints the tree and exits 0 when the job succeeded', async () => {
      const { code, stdout, stderr } = await job(fast, [documentedJob]);
      assert.equal(stderr, '');
      assert.equal(
        stdout,
        `succeeded · 1.9s\n✓ createBatchPublicip  succeeded  1.9s  ${documentedJob}\n`);
      assert.equal(code, 0);
    });

    it('prints every sub-job and exits 1 when the job failed', async () => {
      const id = idOf(fast, '4 servers, 2 fail deep down');
      await ended(id);
      const { code, stdout } = await job(fast, [id, '--service', 'ecs']);
      assert.equal(code, 1);
      const lines = stdout.trimEnd().split('\n');
      assert.match(lines[0], /^failed · \d+ of \d+ done · .* · 2 failed/);
      assert.match(stdout, /│ {2}[├└]─ ✗ allocateHost +failed .*Ecs\.0319 {2}Check capacity/);
      assert.doesNotMatch(stdout, /… /);
      assert.doesNotMatch(stdout, /\x1b/);
    });

    it('exits 0 for a job that goes on: the question was answered', async () => {
      const { code, stdout } =
        await job(fast, [idOf(fast, 'A server that keeps running'), '--service', 'ecs']);
      assert.match(stdout, /^running · /);
      assert.equal(code, 0);
    });

    it('gives out the cloud\'s answer byte for byte as JSON', async () => {
      const { code, stdout } = await job(fast, [documentedJob, '--output', 'json']);
      assert.equal(stdout, await readFile(dataFile('jobs/eip-documented.json'), 'utf8'));
      assert.equal(code, 0);
    });

    it('exits 3 when what it says cannot be written', async () => {
      const command = `${commandLine(fast, [documentedJob])} > /dev/full`;
      const shell = endWithTests(spawn('sh', ['-c', command], {
        env: { PATH: process.env.PATH, ...key }, stdio: ['ignore', 'ignore', 'pipe'],
      }));
      let stderr = '';
      shell.stderr.setEncoding('utf8').on('data', (piece) => (stderr += piece));
      const code = await new Promise((resolve) => shell.on('close', resolve));
      assert.equal(stderr, 'backend job: cannot write to standard output: No space left on device\n');
      assert.equal(code, 3);
    });

    it('sends hostile texts as text', async () => {
      const { stdout } = await job(fast, [idOf(fast, 'Hostile and very long texts'), '--service', 'evs', '--color', 'never']);
      assert.doesNotMatch(stdout, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
      assert.match(stdout, /␇/);
    });
  });

  describe('with --wait', { concurrency: true }, () => {
    it('prints a line a change into a pipe, sums up, and exits by the job\'s end', async () => {
      const { code, stdout, stderr } = await job(slow, [idOf(slow, '20 elastic IPs, 4 fail'), '--wait']);
      assert.equal(stderr, '');
      assert.equal(code, 1);
      const lines = stdout.trimEnd().split('\n');
      for (const line of lines) assert.match(line, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}\S/);
      assert.match(lines[0], /Z {2}createBatchPublicip ff80[0-9a-f]+ {2}(waiting|running)/);
      assert.ok(lines.some((line) => /createPublicip \w+ {2}(waiting|running) -> succeeded/.test(line)), stdout);
      assert.equal(lines.filter((line) => /createPublicip .* -> failed {2}.*VPC\./.test(line)).length, 4, stdout);
      const whole = lines.findIndex((line) => /createBatchPublicip \w+ {2}running -> failed/.test(line));
      assert.ok(whole > 0, stdout);
      for (const line of lines.slice(whole + 1, -1)) assert.match(line, /Z {2}VPC\.\d{4}( × \d)? {2}[A-Z].*\. [A-Z].*\.$/);
      assert.match(lines.at(-1) ?? '', /Z {2}failed · 20 of 20 done · [\d.]+s · 4 failed, 16 succeeded/);
    });

    it('gives out JSON Lines, the whole job\'s end last', async () => {
      const id = idOf(slow, '20 elastic IPs');
      const { code, stdout, stderr } = await job(slow, [id, '--wait', '--output', 'events']);
      assert.equal(stderr, '');
      assert.equal(code, 0);
      const events = stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
      for (const event of events) {
        assert.deepEqual(Object.keys(event), [
          'time', 'event', 'job_id', 'type', 'status', 'status_text', 'from', 'path', 'progress',
          'begin_time', 'end_time', 'error_code', 'error_text', 'explanation', 'remedy',
        ]);
        assert.equal(event.path.at(-1), event.job_id);
      }
      const settled = events.filter(({ event }) => event === 'settled');
      assert.equal(new Set(settled.map((event) => event.job_id)).size, 21);
      assert.equal(settled.length, 21);
      assert.equal(events.at(-1).job_id, id);
      assert.equal(events.at(-1).status, 'succeeded');
    });

    it('gives out the final answer alone as JSON', async () => {
      const id = idOf(slow, '4 servers, three levels deep');
      const { code, stdout } = await job(slow, [id, '--service', 'ecs', '--wait', '--output', 'json']);
      assert.equal(code, 0);
      assert.equal(JSON.parse(stdout).status, 'SUCCESS');
    });

    it('gives up after --timeout with exit code 4 and says how the job stood', async () => {
      const id = idOf(fast, 'A server that keeps running');
      const args = [id, '--service', 'ecs', '--wait', '--timeout', '1'];
      const { code, stdout, stderr } = await job(fast, args);
      assert.equal(code, 4);
      assert.match(stdout, /Z {2}running · /);
      assert.match(stderr, /^backend job: timed out after 1s; last status: running · /);
      const events = await job(fast, [...args, '--output', 'events']);
      assert.equal(events.code, 4);
      assert.equal(JSON.parse(events.stdout.trimEnd().split('\n').at(-1) ?? '').event, 'timeout');
    });

    it('ends at once with 130 when it is interrupted', async () => {
      const id = idOf(fast, 'A server that keeps running');
      const child = endWithTests(spawn(
        backendPath, jobArgs(fast, [id, '--service', 'ecs', '--wait']),
        { env: { ...key }, stdio: ['ignore', 'pipe', 'pipe'] }));
      let [stdout, stderr] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (piece) => (stdout += piece));
      child.stderr.setEncoding('utf8').on('data', (piece) => (stderr += piece));
      const exit = new Promise((resolve) => child.on('close', resolve));
      await until(async () => stdout, (text) => text.includes('running'));
      child.kill('SIGINT');
      assert.equal(await exit, 130);
      assert.equal(stderr, 'backend job: interrupted; the job itself continues in Huawei Cloud.\n');
    });

    it('ends quietly when its reader goes away', async () => {
      const id = idOf(fast, 'A server that keeps running');
      const command = commandLine(fast, [id, '--service', 'ecs', '--wait']);
      const shell = endWithTests(spawn('sh', ['-c', `{ ${command}; echo "exit $?" >&2; } | head -1`], {
        env: { PATH: process.env.PATH, ...key }, stdio: ['ignore', 'pipe', 'pipe'], timeout: 20_000,
      }));
      let [stdout, stderr] = ['', ''];
      shell.stdout.setEncoding('utf8').on('data', (piece) => (stdout += piece));
      shell.stderr.setEncoding('utf8').on('data', (piece) => (stderr += piece));
      await new Promise((resolve) => shell.on('close', resolve));
      assert.equal(stdout.split('\n').length, 2, stdout);
      assert.equal(stderr, 'exit 141\n');
    });
  });

  describe('when the cloud cannot be asked', () => {
    it('exits 3 with the four things of an exception, and without the key', async () => {
      const wrong = 'not-the-secret-of-this-key-0000000000000';
      const { code, stdout, stderr } = await job(fast, [documentedJob], { CLOUD_SDK_SK: wrong });
      assert.equal(code, 3);
      assert.equal(stdout, '');
      const lines = stderr.trimEnd().split('\n');
      assert.equal(lines.length, 8, stderr);
      assert.match(String(lines.shift()), /secret key does not belong to the access key$/);
      assert.match(lines[0], /^backend job: Huawei Cloud refused the key or the signature\. .*date -u/);
      assert.equal(lines[1], '  HTTP status: 401');
      assert.match(lines[2], /^ {2}request ID: [0-9a-f]{32}$/);
      assert.equal(lines[3], '  error code: APIGW.0301');
      assert.match(lines[4], /^ {2}error message: .*verify aksk signature fail/);
      assert.match(lines[5], /^ {2}explanation: IAM authentication failed: /);
      assert.match(lines[6], /^ {2}remedy: Check the AK\/SK/);
      assert.ok(!stderr.includes(wrong) && !stderr.includes(simulatorKey.ak), stderr);
      // A good query clears the count of failures, which would lock the key for the other tests.
      assert.equal((await job(fast, [documentedJob])).code, 0);
    });

    it('does not wait when the key is refused', async () => {
      const wrong = { CLOUD_SDK_SK: 'not-the-secret-of-this-key-0000000000000' };
      const { code, stdout } = await job(fast, [documentedJob, '--wait', '--output', 'events'], wrong);
      assert.equal(code, 3);
      const event = JSON.parse(stdout);
      assert.equal(event.event, 'error');
      assert.equal(event.http_status, 401);
      assert.equal(event.error_code, 'APIGW.0301');
      assert.equal((await job(fast, [documentedJob])).code, 0);
    });

    it('exits 3 for a job that is not there', async () => {
      const { code, stderr } = await job(fast, ['0'.repeat(32)]);
      assert.equal(code, 3);
      assert.match(stderr, /^backend job: Job not found\./);
      assert.match(stderr, /\n {2}HTTP status: 404\n/);
      assert.match(stderr, /\n {2}error code: Common\.0011\n/);
    });

    it('exits 3 when nobody answers, and keeps trying with --wait until the time is over', async () => {
      const nobody = ['job', documentedJob, '--endpoint', '*=http://127.0.0.1:1', '--project', simulatorKey.project];
      const once = await runBackend(nobody, key);
      assert.equal(once.code, 3);
      assert.match(once.stderr, /\n {2}HTTP status: none\n {2}request ID: none\n/);
      const waiting = await runBackend([...nobody, '--wait', '--timeout', '6'], key);
      assert.equal(waiting.code, 4);
      assert.match(waiting.stderr, /^backend job: No response; retrying in \ds: /);
      assert.match(waiting.stderr, /timed out after 6s; the job was not seen/);
    });

    it('exits 2 for what no query can be made of', async () => {
      for (const args of [
        ['bad!id'], [`${documentedJob}/`], [`a/${documentedJob}`], [documentedJob, '--service', 'dms'], ['a/..', '--service', 'dms'],
        [documentedJob, '--service', 'none'], [documentedJob, '--region', 'atlantis'],
        [documentedJob, '--output', 'xml'], [documentedJob, '--timeout', '0'], [],
      ]) {
        const { code, stdout, stderr } = await job(fast, args);
        assert.equal(code, 2, `${args}: ${stderr}`);
        assert.equal(stdout, '');
        assert.match(stderr, /^backend( job)?: [^\n]+\n$/);
      }
    });
  });

  describe('of a service whose jobs have other addresses', () => {
    /** @type {[string, string, RegExp, number][]} the service, how many ids, what is told, the exit code */
    const services = [
      ['dms', '9d8c7b6a-5f4e-4d3c-8b2a-1908f7e6d5c4/8abfa7b27da211df017da34a1d7e0b4d', /DATABASE_INSTANCE_EXPAND +running/, 0],
      ['mrs', '2b460e01-3351-4170-b0a7-57b9dd5ffef3/431b135e-c090-489f-b1db-0abe3822b8aa', /SparkSubmit +succeeded/, 0],
      ['dli', '208b08d4-0dc2-4dd7-8879-ddd4c020d7aa', /QUERY +running/, 0],
      ['sms', 'cab6ad8f-8e0a-4a9d-9a7a-2c7f4f0b5d21', /MIGRATE_LINUX_FILE +running/, 0],
      ['mpc', '1024', /succeeded/, 0],
      ['codearts-pipeline',
        '41ca8a5b4c3d4e2f9a1b0c9d8e7f6a50/5e4d3c2b1a09483f9e8d7c6b5a403921/00a5e0c6ed5a4a7ca6fd4b9a7e000001', /compile +failed/, 1],
    ];
    for (const [service, id, told, exit] of services) {
      it(`shows a job of ${service}, by ${id.split('/').length} ids`, async () => {
        const { code, stdout, stderr } = await job(fast, [id, '--service', service]);
        assert.equal(code, exit, stderr);
        assert.match(stdout, told);
      });
    }

    it('finds no task of another instance', async () => {
      const { code, stderr } = await job(fast, ['another/8abfa7b27da211df017da34a1d7e0b4d', '--service', 'dms']);
      assert.equal(code, 3);
      assert.match(stderr, /Common\.0011/);
    });

    it('names what is wrong, and what was perhaps meant, before it looks for a key', async () => {
      const said = async (/** @type {string[]} */ args, lang = 'C') => (await runBackend(['job', ...args], { LANG: lang })).stderr;
      assert.match(await said(['x', '--service', 'drss']),
        /^backend job: --service: unknown service "drss" \(did you mean "drs".*\?\); run "backend services" for the list/);
      assert.match(await said(['x', '--service', 'kafka'], 'zh_CN'), /未知服务“kafka”（是否想输入“dms”？），可用服务见 backend services/);
      assert.match(await said(['x', '--region', 'cn-noth-4']), /--region: unknown region "cn-noth-4" \(did you mean "cn-north-4"/);
      assert.match(await said(['x', '--service', 'dms']), /job-id: dms expects 2 IDs: INSTANCE_ID\/TASK_ID/);
      assert.match(await said(['x/y']), /job-id: eip expects one ID: JOB_ID/);
      assert.match(await said(['x/..', '--service', 'dms']), /job-id: invalid TASK_ID: it has 1 to 64/);
    });
  });

  describe('by the user\'s wishes', () => {
    it('speaks Chinese by the locale or by --lang', async () => {
      const byLocale = await job(fast, [documentedJob], { LANG: 'zh_CN.UTF-8' });
      assert.match(byLocale.stdout, /^成功 · 1\.9 秒\n/);
      assert.equal((await job(fast, [documentedJob, '--lang', 'zh'])).stdout, byLocale.stdout);
      const stronger = await job(fast, [documentedJob], { LANG: 'en_US.UTF-8', LC_ALL: 'zh_CN' });
      assert.equal(stronger.stdout, byLocale.stdout);
      const missing = await job(fast, ['0'.repeat(32), '--lang', 'zh']);
      assert.match(missing.stderr, /^backend job: 未找到此任务。[\s\S]*\n {2}错误码：Common\.0011\n/);
    });

    it('takes every flag from the environment and from a file', async () => {
      const byEnvironment = await job(fast, [documentedJob], { JOBTREE_OUTPUT: 'json' });
      assert.equal(JSON.parse(byEnvironment.stdout).job_id, documentedJob);
      const folder = await mkdtemp(join(tmpdir(), 'jobtree-job-'));
      try {
        const file = join(folder, 'job.conf');
        await writeFile(file, '[job]\noutput = "json"\nlang = "zh"\nwait = true\n');
        const byFile = await job(fast, [documentedJob, '--config', file]);
        assert.equal(byFile.stderr, '');
        assert.equal(JSON.parse(byFile.stdout).job_id, documentedJob);
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  });

  describe('in a terminal', () => {
    it('draws in colour, redraws in place, keeps what runs in view, and exits by the job', async () => {
      const terminal = inTerminal(brisk, [idOf(brisk, '10,000 elastic IPs, 36 fail'), '--wait', '--timeout', '60'], { cols: 90, rows: 20 });
      assert.equal(await terminal.exit, 1, terminal.text());
      const text = terminal.text();
      assert.match(text, /\x1b\[\?25l/);
      assert.ok(text.endsWith('\x1b[?25h'), 'the cursor is back');
      assert.match(text, /\x1b\[31m✗/);
      const frames = text.split('\x1b[?2026h').slice(1, -1);
      assert.ok(frames.length >= 3);
      for (const frame of frames) {
        const lines = withoutEscapes(frame.split('\x1b[?2026l')[0]).split('\r\n').slice(0, -1);
        assert.ok(lines.length <= 19, `${lines.length} lines`);
        for (const line of lines) assert.ok([...line].length <= 89, line);
      }
      const running = frames.map(withoutEscapes).find((frame) => frame.includes('✗ createPublicip'));
      assert.ok(running && running.includes('● createPublicip'), 'both kinds are in view');
      assert.match(running, /└─ … [\d,]+ more/);
      assert.match(withoutEscapes(text), /failed · 10,000 of 10,000 done · .* · 36 failed, 9,964 succeeded/);
    });

    it('gives the cursor back and leaves the tree when Ctrl-C is typed', async () => {
      const terminal = inTerminal(fast, [idOf(fast, 'A server that keeps running'), '--service', 'ecs', '--wait']);
      await terminal.shows(' createServer ');
      terminal.type('\x03');
      assert.equal(await terminal.exit, 130);
      assert.match(terminal.text(), /\x1b\[\?25h.*interrupted/);
    });

    it('gives the terminal back when Ctrl-Z is typed, and draws again when it is wanted', async () => {
      const id = idOf(fast, 'A server that keeps running');
      const command = commandLine(fast, [id, '--service', 'ecs', '--wait']);
      const terminal = terminalOf('exec bash --norc --noprofile -i');
      terminal.type(`${command}\n`);
      await terminal.shows(' createServer ');
      terminal.type('\x1a');
      await terminal.shows('Stopped');
      assert.match(terminal.text(), /\x1b\[\?25h[^]*Stopped/);
      const before = terminal.text().length;
      terminal.type('fg\n');
      await until(async () => terminal.text().slice(before), (text) => /\x1b\[\?25l[^]* createServer /.test(text));
      terminal.type('\x03');
      await terminal.shows('interrupted');
      terminal.type('exit\n');
      await terminal.exit;
    });

    it('follows the window when it shrinks', async () => {
      // A line typed makes the window smaller, from within the same terminal.
      const terminal = inTerminal(
        fast, [idOf(fast, 'A server that keeps running'), '--service', 'ecs', '--wait'],
        { first: '{ read line < /dev/tty; stty cols 40 rows 12 < /dev/tty; } &' });
      await terminal.shows(' createServer ');
      terminal.type('\n');
      await terminal.shows('\x1b[H\x1b[2J');
      terminal.type('\x03');
      await terminal.exit;
      const frame = terminal.text().split('\x1b[H\x1b[2J')[1].split('\x1b[?2026l')[0];
      const lines = withoutEscapes(frame).trimEnd().split('\r\n');
      assert.equal(lines.length, 4);  // summary, two jobs, status
      for (const line of lines) assert.ok([...line].length <= 39, line);
    });

    it('keeps colours out when NO_COLOR is set, and draws nothing when the terminal is dumb', async () => {
      const plain = inTerminal(fast, [documentedJob], { env: { NO_COLOR: '1' } });
      assert.equal(await plain.exit, 0);
      assert.doesNotMatch(plain.text(), /\x1b/);
      const colourful = inTerminal(fast, [documentedJob]);
      assert.equal(await colourful.exit, 0);
      assert.match(colourful.text(), /\x1b\[32m✓/);
      const dumb = inTerminal(fast, [documentedJob, '--wait'], { env: { TERM: 'dumb' } });
      assert.equal(await dumb.exit, 0);
      assert.doesNotMatch(dumb.text(), /\x1b/);
      assert.match(dumb.text(), /Z {2}succeeded · 1\.9s/);
    });
  });
});
