// What can be asked and where, as the two commands print it and as the gateway asks it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { backendPath, request, runBackend, simulatorKey, startBackend } from './helpers.js';

const job = 'ff808082843684110184e155fdb36461';
const domain = 'd'.repeat(32);

/** @type {string} */
let folder;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'jobtree-services-'));
});
after(() => rmSync(folder, { recursive: true }));

/** @param {string} name @param {string} text */
function write(name, text) {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** Runs a command that must succeed, in a home with nothing in it. @param {string[]} args @param {Record<string, string>} [env] */
async function run(args, env = {}) {
  const { code, stdout, stderr } = await runBackend(args, { HOME: folder, ...env });
  assert.equal(code, 0, stderr);
  assert.equal(stderr, '');
  return stdout;
}

/** How many cells of a terminal a line takes. @param {string} line */
const cells = (line) => [...line].reduce((sum, sign) => sum + (/[\u1100-\uffef]/.test(sign) ? 2 : 1), 0);

/** What `backend services` says of one service. @param {string} name @param {string[]} args @param {Record<string, string>} [env] */
async function serviceOf(name, args, env) {
  const { services } = JSON.parse(await run(['services', '--output', 'json', ...args], env));
  return services.find((/** @type {any} */ one) => one.name === name);
}

describe('backend services', () => {
  test('In brief it prints a line a service with its ids, grouped, in eighty columns of either language', async () => {
    for (const [lang, group, title] of [['C', 'Networking', 'Elastic IP'], ['zh_CN.UTF-8', '网络', '弹性公网IP']]) {
      const lines = (await run(['services', '--output', 'brief'], { LANG: lang })).trimEnd().split('\n');
      assert.match(lines[0], /^NAME +IDS +TITLE$/);
      assert.ok(lines.indexOf(group) > 0);
      assert.ok(lines.includes(`eip                job_id                   ${title}`));
      assert.match(lines.join('\n'), /^dms +instance_id\/task_id +\S/m);
      for (const line of lines) assert.ok(cells(line) <= 80, line);
    }
  });

  test('Its path and where it lives stand beside each', async () => {
    const lines = (await run(['services'])).trimEnd().split('\n');
    assert.match(lines[0], /^NAME +PATH +ENDPOINT +TITLE$/);
    assert.equal(lines.length, 96);
    const eip = lines.find((line) => line.startsWith('eip '));
    assert.match(
      eip ?? '',
      /^eip +\/v1\/\{project_id\}\/jobs\/\{job_id\} +https:\/\/vpc\.cn-north-4\.myhuaweicloud\.com +Elastic IP$/,
    );
    const column = lines[0].indexOf('ENDPOINT');
    for (const line of lines.slice(1)) assert.match(line.slice(column - 2), /^ {2}https:\/\//);
  });

  test('As JSON it tells the same to programs', async () => {
    const all = JSON.parse(await run(['services', '--output', 'json', '--region', 'cn-south-1']));
    assert.equal(all.region, 'cn-south-1');
    assert.deepEqual(all.services.find((/** @type {any} */ one) => one.name === 'geip'), {
      name: 'geip',
      path: '/v3/{domain_id}/geip/jobs/{job_id}',
      ids: ['job_id'],
      group: 'network',
      origin: 'https://eip.myhuaweicloud.com',
      origins: ['https://eip.myhuaweicloud.com'],
      origin_source: null,
      global: true,
      title: { en: 'Global EIP', zh: '全域弹性公网IP' },
    });
  });

  test('What an operator says of a place is shown with who said it', async () => {
    const moved = ['--endpoint', 'eip=https://vpc.example.com'];
    assert.match(await run(['services', ...moved]), /^eip .* https:\/\/vpc\.example\.com \(--endpoint\) +Elastic IP$/m);
    const variable = 'HUAWEICLOUD_SDK_REGION_EIP_CN_NORTH_4';
    const said = await serviceOf('eip', [], { [variable]: 'https://one.example,https://two.example' });
    assert.deepEqual([said.origin, said.origin_source], ['https://one.example', variable]);
    assert.deepEqual(said.origins, ['https://one.example', 'https://two.example']);
    const file = write('named.yaml', 'EIP: [{id: eu-de, endpoint: https://vpc.eu-de.example}]\n');
    const there = ['--regions-file', file, '--region', 'eu-de'];
    const told = await serviceOf('eip', there);
    assert.deepEqual([told.origin, told.origin_source], ['https://vpc.eu-de.example', file]);
    const untold = await serviceOf('ecs', there);
    assert.deepEqual([untold.origin, untold.origin_source], [null, null]);
    assert.match(await run(['services', ...there]), /^ecs .* not in eu-de +Elastic Cloud Server$/m);
  });

  test('A region is known by an endpoint or a variable alone', async () => {
    const there = ['--region', 'cn-north-3'];
    const flags = ['--endpoint', 'eip=vpc.example,vpc2.example', '--endpoint', 'iam=iam.example'];
    const told = await serviceOf('eip', [...there, ...flags]);
    assert.deepEqual(told.origins, ['https://vpc.example', 'https://vpc2.example']);
    const together = await serviceOf('eip', there, { JOBTREE_ENDPOINT: 'eip=vpc.example,iam=iam.example' });
    assert.deepEqual(together.origins, ['https://vpc.example']);
    const variable = 'HUAWEICLOUD_SDK_REGION_EIP_CN_NORTH_3';
    const said = await serviceOf('eip', there, { [variable]: 'vpc.example' });
    assert.deepEqual([said.origin, said.origin_source], ['https://vpc.example', variable]);
    assert.match(await run(['regions'], { [variable]: 'vpc.example' }), new RegExp(`^cn-north-3 {2}\\(${variable}\\)$`, 'm'));
  });

  test('What is said and not used is told, beside the list', async () => {
    for (const command of ['services', 'regions']) {
      const { code, stdout, stderr } = await runBackend(
        [command], { HOME: folder, HUAWEICLOUD_SDK_REGION_OBS_CN_NORTH_4: 'obs.example' });
      assert.equal(code, 0);
      assert.match(stdout, /^(eip|cn-north-4)/m);
      assert.equal(stderr, `backend ${command}: note: HUAWEICLOUD_SDK_REGION_OBS_CN_NORTH_4 is not used: ` +
        'there is no service OBS here\n');
    }
  });
});

describe('backend regions', () => {
  test('It prints a line a region, and who named those that are not the vendor\'s', async () => {
    const home = join(folder, 'home');
    const file = write('home/.huaweicloud/regions.yaml', 'ECS: [{id: eu-de, endpoint: https://ecs.example}]\n');
    const lines = (await run(['regions'], { HOME: home })).trimEnd().split('\n');
    assert.equal(lines.length, 36);
    assert.ok(lines.includes('cn-north-4'));
    assert.ok(lines.includes(`eu-de  (${file})`));
    const { regions } = JSON.parse(await run(['regions', '--output', 'json'], { HOME: home }));
    assert.deepEqual(regions.filter((/** @type {any} */ one) => one.source), [{ name: 'eu-de', source: file }]);
  });
});

describe('Both commands', () => {
  test('Bad usage exits 2 with one line that says how to get help', async () => {
    const broken = write('broken.yaml', 'EIP:\n  - id: eu-de\n');
    /** @type {[string[], RegExp][]} */
    const cases = [
      [['services', '--region', 'mars'], /--region.*backend regions.*--endpoint eip=URL.*_EIP_MARS=URL.*--regions-file/],
      [['services', '--endpoint', 'obs=https://a.example'], /--endpoint.*backend services/],
      [['services', '--endpoint', 'eip=http://a.example'], /https/],
      [['services', '--output', 'xml'], /text.*json/],
      [['services', '--nonsense'], /--nonsense/],
      [['services', '--regions-file', '/nonexistent/file'], /\/nonexistent\/file/],
      [['regions', '--regions-file', broken], /broken\.yaml, line 2: expected endpoint/],
      [['regions', '--region', 'cn-north-4'], /--region/],
      [['--demo', '--regions-file', broken], /broken\.yaml, line 2: expected endpoint/],
    ];
    for (const [args, words] of cases) {
      const { code, stdout, stderr } = await runBackend(args, { HOME: folder });
      assert.equal(code, 2, `${args}: ${stderr}`);
      assert.match(stderr, words);
      assert.match(stderr, /--help/);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
      assert.equal(stdout, '');
    }
  });

  test('Help explains their flags with the variables', async () => {
    for (const [command, flags] of /** @type {[string, string[]][]} */ ([
      ['services', ['region', 'endpoint', 'regions-file', 'output', 'config']],
      ['regions', ['regions-file', 'output', 'config']],
    ])) {
      const stdout = await run([command, '--help']);
      for (const flag of flags) {
        const variable = `JOBTREE_${flag.toUpperCase().replaceAll('-', '_')}`;
        const line = stdout.split('\n').find((text) => text.trim().startsWith(`--${flag} `));
        assert.ok(line?.includes(`(Env:${variable})`), `${flag} of ${command}`);
      }
    }
  });

  test('A full disk is said and exits 1', { skip: !existsSync('/dev/full') }, () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(backendPath, ['services'], {
      env: { HOME: folder },
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    assert.equal(status, 1);
    assert.match(stderr, /cannot write/);
  });
});

describe('A config file', () => {
  test('It stands in for the flags of every command that has them', async () => {
    const file = write(
      'jobtree.conf',
      'region = cn-south-1\nlisten = "127.0.0.1:0"\n[services]\noutput = json\n[simulate]\nseed = 7\nspeed = 2\n' +
        '[sign]\nshow = canonical\n',
    );
    assert.equal(JSON.parse(await run(['services', '--config', file])).region, 'cn-south-1');
    assert.equal(JSON.parse(await run(['services'], { JOBTREE_CONFIG: file })).region, 'cn-south-1');
    assert.match(await run(['regions', '--config', file]), /^cn-north-4$/m);
    const signed = ['sign', '--config', file, '--date', '20260101T000000Z', 'https://a.example/x'];
    const keys = { CLOUD_SDK_AK: simulatorKey.ak, CLOUD_SDK_SK: simulatorKey.sk };
    assert.match(await run(signed, keys), /^GET\n\/x\/\n/);
    const simulator = await startBackend(['simulate', '--config', file]);
    assert.doesNotMatch(simulator.url, /:9443$/);
    assert.equal(await simulator.stop(), 0);
  });

  test('A name no command has, and one that is not the section\'s, are refused', async () => {
    for (const [text, name] of [
      ['nonsense = 1\n', 'nonsense'],
      ['[services]\nseed = 7\n', 'services.seed'],
      ['[regions]\nregion = cn-north-4\n', 'regions.region'],
    ]) {
      const file = write('wrong.conf', text);
      const command = name.startsWith('regions') ? 'regions' : 'services';
      const { code, stderr } = await runBackend([command, '--config', file], { HOME: folder });
      assert.equal(code, 2);
      assert.ok(stderr.includes(`"${name}"`), stderr);
    }
  });
});

describe('The gateway', () => {
  test('Every service is asked at its own path, in whichever form it was asked for', async () => {
    /** @type {http.IncomingMessage[]} */
    const seen = [];
    const cloud = http.createServer((incoming, response) => {
      seen.push(incoming);
      response.end('{}');
    });
    cloud.listen(0, '127.0.0.1');
    await once(cloud, 'listening');
    const { port } = /** @type {import('node:net').AddressInfo} */ (cloud.address());
    const backend = await startBackend(
      ['--listen', '127.0.0.1:0', '--endpoint', `*=http://127.0.0.1:${port}`, '--project', simulatorKey.project],
      { env: { HUAWEICLOUD_SDK_AK: simulatorKey.ak, HUAWEICLOUD_SDK_SK: simulatorKey.sk, HOME: folder } },
    );
    const { services } = (await request(`${backend.url}/api/config`)).json();
    assert.equal(services.length, 95);
    for (const { name, path, ids } of services) {
      const ofDomain = path.includes('{domain_id}');
      const ofProject = path.includes('{project_id}');
      const owner = ofDomain ? domain : simulatorKey.project;
      const idsOf = (/** @type {string} */ last) => [...ids.slice(1).map((/** @type {string} */ _, /** @type {number} */ i) => `id-${i}`), last];
      const targetOf = (/** @type {string} */ last) => {
        const given = idsOf(last);
        return path.replace(/\{(project|domain)_id\}/, owner).replace(/\{\w+\}/g, () => given.shift());
      };
      const base = `${backend.url}/api/cn-north-4/${name}`;
      // Of a job each: the answer to the first would do for the second.
      for (const [form, target] of [
        [targetOf(job), targetOf(job)],
        [`/v1/${owner}/jobs/${idsOf(`${job}-2`).join('/')}`, targetOf(`${job}-2`)],
      ]) {
        seen.length = 0;
        assert.equal((await request(base + form)).status, 200, base + form);
        assert.equal(seen[0].url, target);
        assert.equal(seen[0].headers['x-domain-id'], ofDomain ? domain : undefined);
        if (ofProject) assert.equal(seen[0].headers['x-project-id'], owner);
      }
    }
    await backend.stop();
    cloud.closeAllConnections();
    cloud.close();
  });
});
