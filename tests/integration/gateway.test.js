// The real binary as a browser, an operator and an attacker meet it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import {
  backendPath,
  dataFile,
  documentedJob,
  endWithTests,
  request,
  runBackend,
  sanitized,
  seenOutside,
  simulatorKey,
  startBackend,
  startSimulator,
  until,
} from './helpers.js';

const documentedBody = readFileSync(dataFile('jobs/eip-documented.json'), 'utf8');
const webFile = (/** @type {string} */ name) =>
  readFileSync(fileURLToPath(new URL(`../../web/${name}`, import.meta.url)));

const free = ['--listen', '127.0.0.1:0'];
const keyOf = (/** @type {string} */ ak, /** @type {string} */ sk) => ({
  HUAWEICLOUD_SDK_AK: ak,
  HUAWEICLOUD_SDK_SK: sk,
});

/** @param {string} url @param {string} [project] @param {string} [job] */
const jobUrl = (url, project = '-', job = documentedJob) =>
  `${url}/api/cn-north-4/eip/v1/${project}/jobs/${job}`;

/** @param {import('./helpers.js').Reply} reply @param {number} status @param {string} code */
function assertProblem(reply, status, code) {
  assert.equal(reply.status, status, reply.text);
  assert.equal(reply.headers['content-type'], 'application/problem+json; charset=utf-8');
  assert.equal(reply.json().status, status);
  assert.equal(reply.json().code, code);
  assert.equal(reply.headers['x-request-id'], reply.json().request_id);
  assert.equal(reply.headers['www-authenticate'], undefined);
}

/**
 * A server in the place of the cloud that answers as told.
 * @param {http.RequestListener} listener
 */
async function startFakeCloud(listener) {
  const server = http.createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A backend that asks `cloud`. @param {string} cloud @param {string[]} [more] */
const startBefore = (cloud, more = []) =>
  startBackend([...free, '--endpoint', `*=${cloud}`, '--project', simulatorKey.project, ...more], {
    env: keyOf(simulatorKey.ak, simulatorKey.sk),
  });

/** The binary as a bare child, for what startBackend hides. @param {string[]} args @param {Record<string, string>} env */
async function spawnBackend(args, env = {}) {
  const child = endWithTests(spawn(backendPath, args, {
    env: { PATH: process.env.PATH, HOME: '/nonexistent', JOBTREE_METADATA: 'off', JOBTREE_DATA: 'none', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  }));
  const exited = once(child, 'exit');
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (log += text));
  const ready = /^listening on (\S+)\n/;
  await until(async () => log, (text) => ready.test(text));
  const url = ready.exec(log)?.[1] ?? '';
  return { child, url, exited, log: () => log };
}

describe('backend serve --demo', () => {
  /** @type {import('./helpers.js').Backend} */
  let demo;
  before(async () => {
    demo = await startBackend(['--demo', ...free]);
  });
  after(async () => {
    assert.equal(await demo.stop(), 0);
  });

  test('The documented job arrives byte for byte, with the headers of the contract', async () => {
    // By either address it is one job, and one query.
    for (const [project, way] of [['-', 'fwd=miss'], [simulatorKey.project, 'hit']]) {
      const reply = await request(jobUrl(demo.url, project));
      assert.equal(reply.status, 200);
      assert.equal(reply.text, documentedBody);
      assert.equal(reply.headers['content-type'], 'application/json; charset=utf-8');
      assert.equal(reply.headers['cache-control'], 'private, no-cache');
      assert.equal(reply.headers['cache-status'], `jobtree; ${way}`);
      assert.match(reply.headers.age ?? '', /^[01]$/);
      assert.match(reply.headers.etag ?? '', /^"[0-9a-f]{32}"$/);
      assert.ok(reply.headers['x-request-id']);
    }
  });

  test('A client that has the answer gets 304', async () => {
    const { headers } = await request(jobUrl(demo.url));
    const again = await request(jobUrl(demo.url), {
      headers: { 'If-None-Match': String(headers.etag) },
    });
    assert.equal(again.status, 304);
    assert.equal(again.text, '');
    assert.equal(again.headers.etag, headers.etag);
  });

  test('The page is told of regions, services and demo jobs, and every job is there', async () => {
    const config = (await request(`${demo.url}/api/config`)).json();
    assert.match(config.version, /^\d+\.\d+\.\d+$/);
    assert.equal(config.default_region, 'cn-north-4');
    assert.equal(config.default_project, simulatorKey.project);
    assert.equal(config.token_required, false);
    assert.ok(config.regions.includes('cn-north-4'));
    assert.ok(config.demo.jobs.some((/** @type {any} */ job) => job.job_id === documentedJob));
    for (const job of config.demo.jobs) {
      assert.ok(job.title.en && job.title.zh);
      const service = config.services.find((/** @type {any} */ one) => one.name === job.service);
      const ids = job.job_id.split('/');
      assert.equal(ids.length, service.ids.length);
      assert.ok(service.ids.every((/** @type {string} */ id) => config.id_titles[id].en && config.id_titles[id].zh));
      const path = service.path.replace(/\{(project|domain)_id\}/, job.project_id).replace(/\{\w+\}/g, () => ids.shift());
      const reply = await request(`${demo.url}/api/${job.region}/${job.service}${path}`);
      assert.equal(reply.status, 200, `${job.job_id}: ${reply.text.slice(0, 300)}`);
    }
  });

  test('A batch that was ordered runs', async () => {
    const order = await request(`${demo.url}/api/demo/batches`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"count":3,"failing":1}',
    });
    assert.equal(order.status, 201);
    const { region, service, project_id, job_id } = order.json();
    const url = `${demo.url}/api/${region}/${service}/v1/${project_id}/jobs/${job_id}`;
    const first = (await request(url)).json();
    assert.equal(first.job_id, job_id);
    const later = await until(
      async () => (await request(url)).json(),
      (job) => job.entities.sub_jobs.some((/** @type {any} */ sub) => sub.status === 'RUNNING' || sub.status === 'SUCCESS'),
    );
    assert.equal(later.entities.sub_jobs.length, 3);
  });

  test('A batch of 100,000 comes through whole, and its viewers share one copy', async () => {
    const order = await request(`${demo.url}/api/demo/batches`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ count: 100_000, failing: 7 }),
    });
    assert.equal(order.status, 201);
    const job = order.json();
    const url = `${demo.url}/api/${job.region}/${job.service}/v1/${job.project_id}/jobs/${job.job_id}`;
    const first = await request(url);
    assert.equal(first.status, 200);
    assert.ok(first.text.length > 16 << 20, `${first.text.length} bytes`);
    assert.equal(first.json().entities.sub_jobs.length, 100_000);
    // The shared bytes, a newer version of them and what the simulator writes: not one for each.
    const viewers = await Promise.all(Array.from({ length: 12 }, () => request(url)));
    assert.ok(viewers.every(({ status, text }) => status === 200 && text.length > 16 << 20));
    const peak = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${demo.pid}/status`, 'utf8'))?.[1]) * 1024;
    assert.ok(sanitized || peak < 12 * first.text.length, `${peak} bytes`);
  });

  test('A batch out of bounds is refused with a sentence', async () => {
    for (const body of ['{"count":0}', '{"count":100001}', '{"count":2,"failing":3}', '[]']) {
      const reply = await request(`${demo.url}/api/demo/batches`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body,
      });
      assertProblem(reply, 400, 'jobtree.bad_order');
      assert.ok(reply.json().detail.length > 10);
    }
  });

  test('The page and its files arrive as they are written, compressed or not', async () => {
    const files = new Map([
      ['/', ['dashboard/index.html', 'text/html; charset=utf-8']],
      ['/dashboard.css', ['dashboard/dashboard.css', 'text/css; charset=utf-8']],
      ['/favicon.svg', ['shared/favicon.svg', 'image/svg+xml; charset=utf-8']],
    ]);
    for (const [path, [name, type]] of files) {
      const etags = new Set();
      for (const encoding of ['identity', 'gzip', 'br']) {
        const response = await fetch(demo.url + path, {
          headers: { 'Accept-Encoding': encoding },
        });
        assert.equal(response.status, 200);
        assert.equal(response.headers.get('content-type'), type);
        assert.deepEqual(Buffer.from(await response.arrayBuffer()), webFile(name), `${path} ${encoding}`);
        if (response.headers.has('content-encoding')) {
          assert.equal(response.headers.get('content-encoding'), encoding);
        }
        etags.add(response.headers.get('etag'));
      }
      assert.ok(etags.size >= 2, path);
    }
  });

  test('A page that embeds the element loads one script and the engine, no more', async () => {
    const script = async (/** @type {string} */ name) => {
      const response = await fetch(`${demo.url}/${name}`);
      assert.equal(response.headers.get('content-type'), 'text/javascript; charset=utf-8');
      return [...(await response.text()).matchAll(/\b(?:from|import)\s*["']([^"']+)["']/g)].map(([, path]) => path);
    };
    assert.deepEqual(await script('job-tree.js'), []);
    assert.deepEqual(await script('element.js'), []);
    assert.deepEqual(await script('dashboard.js'), []);
  });

  test('Every file the page names is served', async () => {
    const page = webFile('dashboard/index.html').toString();
    const names = [...page.matchAll(/(?:href|src)="([\w-]+\.[\w.]+)"/g)].map(([, name]) => name);
    assert.ok(names.includes('dashboard.js') && names.includes('job-tree.wasm'));
    for (const name of names) {
      assert.equal((await fetch(`${demo.url}/${name}`)).status, 200, name);
    }
  });

  test('The engine is WebAssembly that any page may load', async () => {
    const response = await fetch(`${demo.url}/job-tree.wasm`);
    assert.equal(response.headers.get('content-type'), 'application/wasm');
    assert.equal(response.headers.get('access-control-allow-origin'), '*');
    assert.equal(response.headers.get('cross-origin-resource-policy'), 'cross-origin');
    assert.ok(WebAssembly.validate(await response.arrayBuffer()));
  });

  test('Every answer carries the security headers', async () => {
    for (const [path, status] of /** @type {const} */ ([
      ['/', 200],
      ['/healthz', 200],
      ['/nothing', 404],
      ['/api/cn-north-4/eip/v1/-/jobs/%00', 400],
      [`/${'a'.repeat(7500)}`, 414],
    ])) {
      const reply = await request(demo.url + path);
      assert.equal(reply.status, status);
      assert.match(String(reply.headers['content-security-policy']), /^default-src 'none'/);
      assert.equal(reply.headers['x-content-type-options'], 'nosniff');
      assert.equal(reply.headers['referrer-policy'], 'no-referrer');
      assert.equal(reply.headers['cross-origin-opener-policy'], 'same-origin');
      assert.ok(reply.headers['cross-origin-resource-policy']);
    }
  });

  test('Another host, another site and another method are refused', async () => {
    const { port } = new URL(demo.url);
    for (const host of ['evil.com', `localhost.evil.com:${port}`, `127.0.0.1.:${port}`, '127.0.0.1']) {
      assertProblem(await request(demo.url, { headers: { Host: host } }), 421, 'jobtree.wrong_host');
    }
    const ours = await request(jobUrl(demo.url), { headers: { Host: `LOCALHOST:${port}` } });
    assert.equal(ours.status, 200);
    for (const origin of ['https://evil.com', 'null']) {
      const reply = await request(jobUrl(demo.url), { headers: { Origin: origin } });
      assertProblem(reply, 403, 'jobtree.cross_site');
    }
    for (const [method, allowed] of [['DELETE', 'GET, HEAD'], ['POST', 'GET, HEAD'], ['PUT', 'DELETE, GET, HEAD, OPTIONS, POST']]) {
      const wrong = await request(jobUrl(demo.url), { method });
      assertProblem(wrong, 405, 'jobtree.wrong_method');
      assert.equal(wrong.headers.allow, allowed);
    }
  });

  test('An id the cloud does not have is not found, and a bad one is not asked for', async () => {
    assertProblem(await request(jobUrl(demo.url, '-', 'nosuchjob')), 404, 'Common.0011');
    for (const id of ['%2e%2e', 'a%2fb', '..;', '%E4%BB%BB', '%252e']) {
      assertProblem(await request(jobUrl(demo.url, '-', id)), 400, 'jobtree.bad_job_id');
    }
    assertProblem(await request(jobUrl(demo.url, 'x')), 400, 'jobtree.bad_project_id');
  });

  test('A few hundred viewers keep their connections and are all answered', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 200 });
    const { hostname, port } = new URL(demo.url);
    const ask = () =>
      new Promise((resolve, reject) => {
        http
          .get({ hostname, port, path: '/healthz', agent, timeout: 5000 }, (incoming) => {
            incoming.resume().on('end', () => resolve(incoming.statusCode));
          })
          .on('error', reject);
      });
    for (let round = 0; round < 3; ++round) {
      const statuses = await Promise.all(Array.from({ length: 200 }, ask));
      assert.ok(statuses.every((status) => status === 200));
    }
    agent.destroy();
  });
});

test('Every code of a problem has its line in the README', () => {
  const read = (/** @type {string} */ name) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
  const codes = [...read('backend/gateway/problem.h').matchAll(/ProblemType k\w+\{\s*\d+,\s*"([\w.]+)"/g)].map(([, code]) => code);
  assert.ok(codes.length > 30, `${codes.length} codes`);
  const readme = read('README.md');
  assert.deepEqual(codes.filter((code) => !readme.includes(`\`${code}\``)), []);
});

describe('backend serve before a cloud', () => {
  test('It signs with the key of the environment, which is seen nowhere', async () => {
    const simulator = await startSimulator();
    const { child, url, exited, log } = await spawnBackend(
      [...free, '--endpoint', `*=${simulator.url}`, '--project', simulatorKey.project, '--log-level', 'debug'],
      keyOf(simulatorKey.ak, simulatorKey.sk),
    );
    const reply = await request(jobUrl(url));
    assert.equal(reply.text, documentedBody);
    const config = await request(`${url}/api/config`);
    assert.equal(config.json().demo, null);
    assert.equal(
      (await request(`${url}/api/demo/batches`, { method: 'POST' })).status,
      404,
    );
    const proc = seenOutside(child.pid);
    assert.match(readFileSync(`/proc/${child.pid}/limits`, 'utf8'), /Max core file size +0 +0/);
    child.kill('SIGTERM');
    assert.deepEqual(await exited, [0, null]);
    const seen = [log(), config.text, JSON.stringify(reply.headers), proc.environ, proc.cmdline].join('\n');
    assert.ok(!seen.includes(simulatorKey.sk), 'the secret key is seen');
    assert.ok(!seen.includes(simulatorKey.ak), 'the whole access key is seen');
    assert.match(log(), /SIMU…/);
    assert.match(log(), /cn-north-4/);
    await simulator.stop();
  });

  test('A wrong secret is 401 with the cloud\'s code, and the words of the cloud stay in the log', async () => {
    const simulator = await startSimulator();
    const secret = 'canary-secret-that-is-wrong-0123456789';
    const backend = await startBackend(
      [...free, '--endpoint', `*=${simulator.url}`, '--project', simulatorKey.project],
      { env: keyOf(simulatorKey.ak, secret) },
    );
    const reply = await request(jobUrl(backend.url));
    assertProblem(reply, 401, 'APIGW.0301');
    assert.ok(!/canonical|x-sdk-date/i.test(reply.text), reply.text);
    await backend.logged(/upstream_message=.*canonicalRequest/);
    await backend.logged(new RegExp(reply.json().request_id));
    assert.ok(!(backend.log() + reply.text).includes(secret));
    assert.ok(!(backend.log() + reply.text).includes(simulatorKey.ak));
    await backend.stop();
    await simulator.stop();
  });

  test('A cloud that cannot be reached is 504, after a few tries', async () => {
    const cloud = await startFakeCloud(() => {});
    cloud.close();
    const backend = await startBefore(cloud.url);
    assertProblem(await request(jobUrl(backend.url)), 504, 'jobtree.unreachable');
    await backend.stop();
  });

  test('Each odd answer of a cloud has its problem, and none of its words', async () => {
    /** @type {[number, Record<string, string>, string, number, string][]} */
    const cases = [
      [200, {}, '<html>canary</html>', 502, 'jobtree.malformed'],
      [200, {}, '', 502, 'jobtree.malformed'],
      [204, {}, '', 502, 'jobtree.malformed'],
      [302, { Location: 'http://127.0.0.1:1/canary' }, 'canary', 502, 'jobtree.malformed'],
      [400, {}, '{"code":"VPC.0007","message":"canary"}', 400, 'VPC.0007'],
      [403, {}, '{"error":{"code":"VPC.0010","message":"canary"}}', 403, 'VPC.0010'],
      [404, {}, '{"itemNotFound":{"code":404,"message":"canary"}}', 404, '404'],
      [404, {}, 'canary', 404, 'jobtree.job_not_found'],
      [500, {}, '{"error_code":"<b>canary</b>"}', 502, 'jobtree.cloud_failed'],
      [503, {}, 'canary', 502, 'jobtree.cloud_failed'],
      // The last: nothing is asked for a while after it.
      [429, { 'Retry-After': '9' }, '{"error_code":"APIGW.0308"}', 429, 'APIGW.0308'],
    ];
    let next = cases[0];
    const cloud = await startFakeCloud((_, response) => {
      response.writeHead(next[0], next[1]).end(next[2]);
    });
    const backend = await startBefore(cloud.url);
    for (const [i, one] of cases.entries()) {
      next = one;
      const reply = await request(jobUrl(backend.url, '-', `job${i}`));  // trouble is remembered
      assertProblem(reply, one[3], one[4]);
      assert.ok(!(reply.text + JSON.stringify(reply.headers)).includes('canary'), reply.text);
      if (one[0] === 429) {
        assert.equal(reply.headers['retry-after'], '9');
        assert.equal(reply.json().retry_after, 9);
      }
    }
    await backend.stop();
    cloud.close();
  });

  test('Nothing of a browser\'s request goes to the cloud but the four parts of the address', async () => {
    /** @type {http.IncomingMessage | undefined} */
    let seen;
    const cloud = await startFakeCloud((incoming, response) => {
      seen = incoming;
      response.end('{}');
    });
    const backend = await startBefore(cloud.url);
    const reply = await request(`${jobUrl(backend.url)}?canary=1`, {
      headers: {
        Authorization: 'Bearer canary',
        Cookie: 'canary=1',
        'X-Canary': 'canary',
        'X-Forwarded-For': 'canary',
        'User-Agent': 'canary',
        'If-None-Match': '"canary"',
      },
    });
    assert.equal(reply.status, 200);
    assert.equal(seen?.url, `/v1/${simulatorKey.project}/jobs/${documentedJob}`);
    assert.ok(!JSON.stringify(seen?.rawHeaders).includes('canary'));
    assert.deepEqual(
      Object.keys(seen?.headers ?? {}).sort(),
      ['accept', 'accept-encoding', 'authorization', 'host', 'user-agent', 'x-project-id', 'x-sdk-date'],
    );
    await backend.stop();
    cloud.close();
  });

  test('A cloud that hangs does not hang the page, and a second signal ends it all', async () => {
    let open = 0;
    let hangs = false;
    const cloud = await startFakeCloud((_, response) => {
      if (!hangs) response.end('{}');
      else ++open;  // and never a word
    });
    const { child, url, exited } = await spawnBackend(
      [...free, '--endpoint', `*=${cloud.url}`, '--project', simulatorKey.project, '--budget', '1000/s'],
      keyOf(simulatorKey.ak, simulatorKey.sk),
    );
    // A key that has not worked yet is asked with three times at once, no more.
    assert.equal((await request(jobUrl(url))).status, 200);
    hangs = true;
    const asked = Array.from({ length: 64 }, (_, i) => request(jobUrl(url, '-', `job${i}`)).catch(() => null));
    // One service gets half of the 64 threads; who finds none waits five seconds for one.
    await until(async () => open, (count) => count === 32);
    const busy = await request(jobUrl(url, '-', 'other'));
    assertProblem(busy, 503, 'jobtree.busy');
    assert.equal(busy.headers['retry-after'], '1');
    assert.equal((await request(`${url}/`)).status, 200);

    const begin = Date.now();
    child.kill('SIGTERM');
    await until(async () => request(`${url}/healthz`).then(() => true, () => false), (up) => !up);
    assert.equal(child.exitCode, null);
    child.kill('SIGTERM');
    await exited;
    assert.ok(Date.now() - begin < 2000, `${Date.now() - begin} ms`);
    await Promise.all(asked);
    cloud.close();
  });
});

describe('backend serve at the terminal', () => {
  test('It ends within five seconds of a signal, though viewers keep connections', async () => {
    for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT'])) {
      const { child, url, exited } = await spawnBackend(['--demo', ...free]);
      const { port } = new URL(url);
      const viewer = net.connect(Number(port), '127.0.0.1');
      viewer.on('error', () => {});
      viewer.write(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
      await once(viewer, 'data');
      const begin = Date.now();
      child.kill(signal);
      assert.deepEqual(await exited, [0, null]);
      assert.ok(Date.now() - begin < 5000, `${signal}: ${Date.now() - begin} ms`);
      viewer.destroy();
    }
  });

  test('It says what is simulated and how to use the real cloud', async () => {
    const demo = await startBackend(['serve', '--demo', ...free]);
    await demo.logged(/simulated/);
    await demo.logged(/HUAWEICLOUD_SDK_AK/);
    assert.equal(await demo.stop(), 0);
  });

  test('Without a key it serves, says where it looked, and looks again', async () => {
    const backend = await startBackend(['serve', '--metadata', 'off', ...free], { env: { HOME: '/nonexistent' } });
    for (const word of ['HUAWEICLOUD_SDK_AK', 'CLOUD_SDK_AK', 'HW_ACCESS_KEY', '.huaweicloud/credentials', '--demo']) {
      await backend.logged(new RegExp(word));
    }
    const ready = await request(`${backend.url}/readyz`);
    assert.equal(ready.status, 503);
    assert.equal(ready.json().status, 'no_key');
    // Where it looked is the operator's to know, and a key does not come by itself here.
    assert.match(ready.json().detail, /administrator/);
    assert.equal(ready.json().comes_back, false);
    assert.deepEqual((await request(`${backend.url}/api/config`)).json().cloud, { status: 'no_key', detail: ready.json().detail });
    assertProblem(await request(jobUrl(backend.url)), 503, 'jobtree.no_key');
    assert.equal((await request(`${backend.url}/healthz`)).status, 200);
    await backend.stop();
  });

  test('Bad usage exits 2 with one line that says how to get help', async () => {
    /** @type {[string[], RegExp][]} */
    const cases = [
      [['--nonsense'], /--nonsense/],
      [['serve', '--nonsense=canary'], /--nonsense/],
      [['nonsense'], /unknown command "nonsense"/],
      [['--demo', 'canary'], /unexpected argument/],
      [['--listen'], /--listen/],
      [['--demo', '--listen', '8080'], /HOST:PORT/],
      [['--demo', '--listen', '127.0.0.1:65536'], /HOST:PORT/],
      [['--demo', '--listen', '127.0.0.1:http'], /HOST:PORT/],
      [['--demo', '--listen', '::1:8080'], /HOST:PORT/],
      [['--demo', '--listen', '0.0.0.0:8080'], /loopback/],
      [['--demo', '--listen', '[::]:8080'], /loopback/],
      [['--demo', '--region', 'mars'], /--region/],
      [['--demo', '--project', 'XYZ'], /--project/],
      [['--demo', '--endpoint', 'eip'], /--endpoint/],
      [['--demo', '--endpoint', 'eip=http://example.com'], /https/],
      [['--demo', '--log-level', 'loud'], /debug, info, warning, error/],
      [['--demo', '--log-format', 'xml'], /text, json/],
      [['--demo', '--config', '/nonexistent/file'], /\/nonexistent\/file/],
    ];
    for (const [args, words] of cases) {
      const { code, stdout, stderr } = await runBackend(args);
      assert.equal(code, 2, `${args}: ${stderr}`);
      assert.match(stderr, words);
      assert.match(stderr, /--help/);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
      assert.ok(!stderr.includes('canary'), stderr);
      assert.equal(stdout, '');
    }
  });

  test('What cannot be started exits with a line that says why', async () => {
    const demo = await startBackend(['--demo', ...free]);
    const { host } = new URL(demo.url);
    const second = await runBackend(['--demo', '--listen', host]);
    assert.equal(second.code, 1);
    assert.match(second.stderr, new RegExp(`${host} is in use.*another port`));
    assert.equal((await request(`${demo.url}/healthz`)).status, 200);
    await demo.stop();
    for (const [args, words] of /** @type {[string[], RegExp][]} */ ([
      [['--allow-host', 'http://x/'], /host/],
      [['--web-root', '/nonexistent/folder'], /\/nonexistent\/folder/],
    ])) {
      const { code, stderr } = await runBackend(['--demo', ...free, ...args]);
      assert.equal(code, 2);
      assert.match(stderr, words);
    }
  });

  test('Help explains every flag with its variable, and version tells the version', async () => {
    const flags = [
      'listen', 'demo', 'region', 'project', 'profile', 'config', 'endpoint', 'ca-file', 'allow-host',
      'log-level', 'log-format', 'web-root',
    ];
    for (const args of [['--help-all'], ['serve', '--help'], ['--demo', '--help']]) {
      const { code, stdout, stderr } = await runBackend(args);
      assert.equal(code, 0);
      assert.equal(stderr, '');
      for (const flag of flags) {
        const variable = `JOBTREE_${flag.toUpperCase().replaceAll('-', '_')}`;
        const line = stdout.split('\n').find((text) => text.trim().startsWith(`--${flag} `));
        assert.ok(line?.includes(`(Env:${variable})`), `${flag} in ${args}`);
      }
    }
    assert.match((await runBackend(['--help'])).stdout, /simulate/);
    assert.match((await runBackend(['--version'])).stdout, /^jobtree \d+\.\d+\.\d+ /);
  });

  test('Flags, environment and config file agree, and the first of them wins', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'jobtree-'));
    const file = join(folder, 'jobtree.conf');
    const regionOf = async (/** @type {string[]} */ args, /** @type {Record<string, string>} */ env) => {
      const backend = await startBackend(args, { env });
      const { default_region: region } = (await request(`${backend.url}/api/config`)).json();
      await backend.stop();
      return region;
    };
    try {
      writeFileSync(
        file,
        '# a comment\nlisten = "127.0.0.1:0"\ndemo = true\nregion = cn-south-1\nallow-host = ["a.example", "b.example"]\n' +
          '[simulate]\nseed = 7\n',
      );
      assert.equal(await regionOf(['--config', file], {}), 'cn-south-1');
      assert.equal(await regionOf([], { JOBTREE_CONFIG: file }), 'cn-south-1');
      assert.equal(await regionOf(['serve'], { JOBTREE_CONFIG: file, JOBTREE_REGION: 'cn-east-3' }), 'cn-east-3');
      assert.equal(
        await regionOf(['--region', 'eu-west-101'], { JOBTREE_CONFIG: file, JOBTREE_REGION: 'cn-east-3' }),
        'eu-west-101',
      );
      assert.equal(
        await regionOf([], { JOBTREE_DEMO: '1', JOBTREE_LISTEN: '127.0.0.1:0', JOBTREE_REGION: 'cn-east-3' }),
        'cn-east-3',
      );

      const named = await startBackend(['--config', file, ...free]);
      for (const host of ['a.example', 'b.example']) {
        assert.equal((await request(`${named.url}/healthz`, { headers: { Host: host } })).status, 200);
      }
      await named.stop();

      for (const [text, words] of /** @type {[string, RegExp][]} */ ([
        ['nonsense = 1\n', /nonsense/],
        ['[serve]\nnonsense = 1\n', /nonsense/],
        ['config = other\n', /config/],
        ['demo = perhaps\n', /demo/],
        ['demo = true\nlisten = nowhere\n', /HOST:PORT/],
        [`demo = true\n${'#'.repeat(70000)}\n`, /64 KiB/],
      ])) {
        writeFileSync(file, text);
        const { code, stderr } = await runBackend(['--config', file]);
        assert.equal(code, 2, stderr);
        assert.match(stderr, words);
      }
      assert.equal((await runBackend(free, { JOBTREE_DEMO: 'perhaps' })).code, 2);
      assert.equal((await runBackend(['--demo'], { JOBTREE_LISTEN: 'nowhere' })).code, 2);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('Variables for other commands do not matter', async () => {
    const backend = await startBackend(['--demo', ...free], {
      env: { JOBTREE_METHOD: 'POST', JOBTREE_SPEED: '2', JOBTREE_SHOW: 'curl', JOBTREE_DATE: 'x' },
    });
    assert.equal(await backend.stop(), 0);
  });

  test('The log is text or JSON, one entry a line, whatever is in a request', async () => {
    const backend = await startBackend(['--demo', ...free, '--log-format', 'json', '--log-level', 'debug']);
    const { port } = new URL(backend.url);
    const rude = net.connect(Number(port), '127.0.0.1');
    rude.write(Buffer.from(`GET /a"b\\\x1b[31m\xff HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`, 'latin1'));
    await once(rude, 'data');
    rude.destroy();
    await backend.logged(/"status":"400"/);
    await backend.stop();
    const entries = backend.log().split('\n').filter((line) => line.startsWith('{'));
    assert.ok(entries.length > 0);
    for (const entry of entries) {
      const { time, level, message } = JSON.parse(entry);
      assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000);
      assert.ok(level && message);
    }
    assert.ok(!backend.log().includes('\x1b'));
  });

  test('A folder stands in for the page', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'jobtree-'));
    try {
      writeFileSync(join(folder, 'index.html'), 'mine');
      const backend = await startBackend(['--demo', ...free, '--web-root', folder]);
      assert.equal((await request(`${backend.url}/`)).text, 'mine');
      assert.equal((await request(`${backend.url}/job-tree.js`)).status, 200);
      await backend.stop();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
