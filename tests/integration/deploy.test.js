// What backend/deploy/ ships, as it ships: a real HAProxy with that very configuration before three
// replicas and one simulated cloud, whose journal tells by the replicas' keys who asked for which job.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import { join } from 'node:path';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';

import {
  ask, certificate, connect, folder, INTERVAL, jobPath, JOBS, NAME, shipped, site, startBalancer, startViewer,
  stopAll, stops,
} from './balancer.js';
import { backendPath, freePort, request, runBackend, simulatorKey, startBackend, startWatchedSimulator, until } from './helpers.js';

const REPLICAS = [1, 2, 3];
const keyOf = (/** @type {number} */ replica) => `SIMULATEDREPLICA000${replica}`;
const SECRET = 'simulated-secret-opens-nothing-real';
/** A job whose answer no buffer on its way holds whole. */
const BIG = 'a-big-one';

/**
 * A pretend cloud with `JOBS`, which change every second, three replicas before it, each with a key of its
 * own, and the balancer before these.
 * @param {Record<string, string>} [more] what the balancer's file is told besides
 */
async function start(more) {
  const children = Array.from({ length: 150 }, (_, i) => ({ type: 'aPart', begin_ms: 0, end_ms: (i + 1) * 1000 }));
  const cloud = await startWatchedSimulator({
    scenario: {
      keys: REPLICAS.map((replica) => ({ access: keyOf(replica), secret: SECRET, project_id: simulatorKey.project })),
      jobs: [
        ...JOBS.map((job) => ({
          service: 'eip', job_id: job, course: { type: 'aCourse', begin_ms: 0, end_ms: 151_000, children },
        })),
        { service: 'rds', job_id: 'in-the-query', document: { job: { id: 'in-the-query', status: 'Running' } } },
        { service: 'eip', job_id: BIG, document: { job_id: BIG, status: 'SUCCESS', entities: { text: 'x'.repeat(400_000) } } },
      ],
    },
  });
  stops.push(cloud.stop);

  /** By number. @type {Map<number, import('./helpers.js').Backend>} */
  const replicas = new Map();
  stops.push(() => Promise.all([...replicas.values()].map((replica) => replica.stop())));
  const startReplica = async (/** @type {number} */ number, port = 0) => {
    replicas.set(number, await startBackend(
      ['serve', '--listen', `127.0.0.1:${port}`, '--allow-host', NAME, '--trust-proxy', '127.0.0.1',
        '--metadata', 'off', '--endpoint', `*=${cloud.url}`, '--project', simulatorKey.project],
      { env: { CLOUD_SDK_AK: keyOf(number), CLOUD_SDK_SK: SECRET } }));
  };
  for (const number of REPLICAS) await startReplica(number);
  const replicaOf = (/** @type {number} */ number) => /** @type {import('./helpers.js').Backend} */ (replicas.get(number));
  const ports = REPLICAS.map((number) => Number(new URL(replicaOf(number).url).port));
  const balancer = await startBalancer(ports, more);

  return {
    ...balancer,
    ports,
    replica: replicaOf,
    /** Starts one again where it was, when it has ended. @param {number} number */
    restart: (number) => startReplica(number, ports[number - 1]),
    /** Of each job the queries for it in order: when, and by which replica. */
    async queries() {
      /** @type {Map<string, {at: number, replica: number}[]>} */
      const asked = new Map();
      for (const { job_id, at, key } of (await cloud.journal()).calls) {
        if (!asked.has(job_id)) asked.set(job_id, []);
        asked.get(job_id)?.push({ at: Date.parse(at), replica: Number(key.at(-1)) });
      }
      return asked;
    },
    /** Of what was asked so far `queries` tells nothing any more. */
    forget: cloud.forget,
  };
}

/**
 * The same with 200 viewers, once each job has been asked for twice.
 */
async function startWatched() {
  const { secure, log, queries, forget, replica, restart } = await start();
  const viewers = Array.from({ length: 200 }, (_, i) =>
    // Half of them are pages, which ask every two seconds; the others hang on.
    startViewer(secure, JOBS[i % JOBS.length], {
      ...(i % 32 < 16 ? { hold: 3, pause: 2000 } : { hold: 25, pause: 50 }), localAddress: `127.0.1.${1 + i}`,
    }));
  stops.push(() => Promise.all(viewers.map((viewer) => viewer.stop())));

  /**
   * Until every job was asked for twice more, and by the replicas that `at` names, and every viewer has
   * heard something new.
   * @param {Map<string, number | undefined>} [at]
   */
  const settle = async (at) => {
    const since = Date.now();
    const heard = viewers.map(({ news }) => news);
    await until(queries, (asked) => viewers.every(({ news }, i) => news > heard[i]) && JOBS.every((job) => {
      const latest = (asked.get(job) ?? []).filter((query) => query.at >= since).slice(-2);
      return latest.length === 2 && (!at || latest.every((query) => query.replica === at.get(job)));
    }), { everyMs: 200, withinMs: 30_000 });
  };
  /** The replica that asked last for each job. */
  const owners = async () => {
    const asked = await queries();
    return new Map(JOBS.map((job) => [job, asked.get(job)?.at(-1)?.replica]));
  };

  await settle();
  const home = await owners();
  const jobsOf = (/** @type {number} */ number) => JOBS.filter((job) => home.get(job) === number).length;
  return {
    secure, log, replica, restart, queries, forget, settle, owners,
    /** Where each job is when all is well. */
    home,
    /** The replica with most jobs. */
    busiest: [...REPLICAS].sort((a, b) => jobsOf(b) - jobsOf(a))[0],
    failures: () => viewers.flatMap((viewer) => viewer.failures),
    /** How long somebody was without an answer at most, since this was asked last. */
    longestGap: () => Math.max(...viewers.map((viewer) => {
      const gap = viewer.longestGap;
      viewer.longestGap = 0;
      return gap;
    })),
    /** No job was asked for more than so often in any interval, whoever asked. @param {number} most */
    async checkQueries(most) {
      for (const [job, calls] of await queries()) {
        for (const { at } of calls) {
          const close = calls.filter((call) => call.at >= at && call.at < at + INTERVAL);
          assert.ok(close.length <= most,
            `${job}: ${JSON.stringify(close)} of ${JSON.stringify(calls)}; haproxy wrote:\n${log()}`);
        }
      }
    },
  };
}

describe('Three replicas behind the balancer, and 200 viewers of sixteen jobs', () => {
  /** Each test leaves it as it was. @type {Awaited<ReturnType<typeof startWatched>>} */
  let watched;
  before(async () => {
    watched = await startWatched();
  });
  beforeEach(() => watched.forget());
  after(stopAll);

  test('One job is polled by one replica, and the jobs are spread over all', async () => {
    const { home, queries, settle, checkQueries, failures } = watched;
    await settle();
    assert.deepEqual([...new Set(home.values())].sort(), REPLICAS);
    for (const [job, calls] of await queries()) {
      assert.ok(calls.every(({ replica }) => replica === home.get(job)), `${job}: ${JSON.stringify(calls)}`);
    }
    await checkQueries(1);
    assert.deepEqual(failures(), []);
  });

  test('One is killed by kill -9: its jobs move, no others, and no viewer sees a failure or waits for more than one poll', async () => {
    const { home, busiest, replica, restart, settle, owners, checkQueries, failures, longestGap } = watched;
    const usual = longestGap();
    process.kill(replica(busiest).pid, 'SIGKILL');
    await settle();
    for (const [job, owner] of await owners()) {
      if (home.get(job) === busiest) assert.notEqual(owner, busiest);
      else assert.equal(owner, home.get(job));
    }
    assert.deepEqual(failures(), []);
    const gap = longestGap();
    assert.ok(gap < usual + 3000, `${gap} ms instead of ${usual}`);

    await restart(busiest);
    await settle(home);
    assert.deepEqual(failures(), [], 'nor when it is back and has its jobs again');
    await checkQueries(2);
  });

  test('Each is restarted, as for a new version: no viewer sees a failure', async () => {
    const { home, replica, restart, settle, checkQueries, failures } = watched;
    for (const number of REPLICAS) {
      assert.equal(await replica(number).stop(), 0);
      await restart(number);
      await settle(home);
    }
    assert.deepEqual(failures(), []);
    // It may be back in moments: then it has asked before and after, and another in between.
    await checkQueries(3);
  });

  test('One hangs: within seconds its jobs are the others\', and those who come are answered', async () => {
    const { home, busiest, replica, owners, settle, secure, log, checkQueries } = watched;
    const { pid } = replica(busiest);
    await settle();
    process.kill(pid, 'SIGSTOP');
    try {
      await until(async () => log(), (text) => text.includes(`replica${busiest} is DOWN, reason: Layer7 timeout`), { withinMs: 10_000 });
      const session = connect(secure);
      for (const reply of await Promise.all(JOBS.map((job) => ask(session, jobPath(job))))) {
        assert.equal(reply.status, 200, reply.text);
      }
      session.destroy();
      for (const [job, owner] of await owners()) {
        if (home.get(job) === busiest) assert.notEqual(owner, busiest);
        else assert.equal(owner, home.get(job));
      }
      await checkQueries(2);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });
});

describe('The balancer', () => {
  /** @type {Awaited<ReturnType<typeof start>>} */
  let shared;
  before(async () => {
    shared = await start();
  });
  after(stopAll);

  /**
   * @template T
   * @param {(session: http2.ClientHttp2Session) => Promise<T>} use
   * @param {object} [options]
   */
  const connected = async (use, options) => {
    const session = connect(shared.secure, options);
    try {
      return await use(session);
    } finally {
      session.destroy();
    }
  };

  /**
   * Over HTTP/1.1.
   * @param {string} path
   * @returns {Promise<import('node:http').IncomingMessage>}
   */
  const askOldly = (path) => new Promise((resolve, reject) => https.get(
    { host: '127.0.0.1', port: shared.secure, path, ca: certificate, servername: NAME, headers: { Host: NAME }, agent: false },
    (reply) => resolve(reply.resume())).on('error', reject));

  test('has a configuration without a fault or a warning, whatever a site switches on', () => {
    for (const more of /** @type {Record<string, string>[]} */ ([{}, { JOBTREE_ACCEPT_PROXY: '1' }, { JOBTREE_DEMO: '1' }, { JOBTREE_REPLICA_3: '10.0.0.3:8080' },
      { JOBTREE_ALLOW_ORIGINS: 'https://a.example https://b.example' }])) {
      const run = spawnSync('haproxy', ['-c', '-V', '-f', shipped('haproxy.cfg')], { env: site(more), encoding: 'utf8' });
      assert.deepEqual([run.status, run.stdout + run.stderr], [0, 'Configuration file is valid\n'], JSON.stringify(more));
    }
  });

  test('gives a replica as many requests as it lets wait, and fewer than it takes from one address', async () => {
    /** @param {string} file of the backend @param {RegExp} pattern */
    const number = async (file, pattern) => {
      const text = await readFile(fileURLToPath(new URL(`../../backend/${file}`, import.meta.url)), 'utf8');
      const found = pattern.exec(text);
      assert.ok(found, `${pattern} in ${file}`);
      return Number(found[1]);
    };
    const most = await number('deploy/haproxy.cfg', / maxconn (\d+) maxqueue/);
    const waiting = await number('gateway/jobs/cache/job_limits.h', / max_waiting = (\d+);/);
    const parked = await number('gateway/jobs/cache/job_limits.h', / max_parked = (\d+);/);
    const ofOneAddress = await number('net/http_server.h', / max_per_address = (\d+);/);
    assert.ok(most >= waiting + parked && most < ofOneAddress, `${most}: ${waiting} + ${parked}, ${ofOneAddress}`);
    const head = await number('net/request/request_head.h', /kMaxCookie = std::size_t\{(\d+)\} << 10;/) + 16;
    const buffer = await number('deploy/haproxy.cfg', /tune\.bufsize (\d+)/);
    assert.ok(buffer >= head * 1024 + 4096, `${buffer}: ${head} KiB`);
  });

  test('lets read and not write, and says so itself', async () => {
    /** @param {string} method */
    const knock = (method) => connected((session) => ask(session, '/api/demo/batches', { ':method': method }));
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const { status, headers, text } = await knock(method);
      assert.deepEqual([status, headers.allow], [405, 'GET, HEAD, OPTIONS'], method);
      assert.equal(JSON.parse(text).code, 'jobtree.wrong_method');
    }
    assert.notEqual((await knock('OPTIONS')).status, 405);
    // That a job is followed is for a replica to judge.
    const follow = (/** @type {string} */ path) => connected((session) => ask(session, path, { ':method': 'POST' }));
    assert.notEqual(JSON.parse((await follow('/api/jobs')).text).detail, JSON.parse((await knock('POST')).text).detail);
    for (const path of ['/api/shares', '/api/failures', '/api/channels/ops/test']) assert.notEqual((await follow(path)).status, 405, path);
    for (const path of ['/api/jobs/', '/api/channels', '/api/channels/ops/test/']) assert.equal((await follow(path)).status, 405, path);
    assert.equal((await connected((session) => ask(session, '/', { ':method': 'HEAD' }))).status, 200);
  });

  test('lets the pages that a replica answers read what it says in its place', async () => {
    const [portal, wiki] = ['https://portal.example.com', 'http://10.0.0.7:3000'];
    const { secure } = await startBalancer([await freePort(), await freePort()], { JOBTREE_ALLOW_ORIGINS: `${portal} ${wiki}` });
    const session = connect(secure);
    const allowed = async (/** @type {Record<string, string>} */ headers) => {
      const { status, headers: said } = await ask(session, '/api/config', headers);
      return [status, said['access-control-allow-origin'], said.vary];
    };
    try {
      for (const origin of [portal, wiki]) {
        assert.deepEqual(await allowed({ origin, ':method': 'POST' }), [405, origin, 'Origin']);
        assert.deepEqual(await allowed({ origin }), [503, origin, 'Origin']);
      }
      for (const origin of ['https://evil.example', `${portal}.evil.example`, 'null']) {
        assert.deepEqual(await allowed({ origin, ':method': 'POST' }), [405, undefined, undefined], origin);
      }
      assert.deepEqual(await allowed({ ':method': 'POST' }), [405, undefined, undefined]);
    } finally {
      session.destroy();
    }
  });

  test('passes a head with the cookies of a whole domain, and no cookie', async () => {
    const cookie = 'secret-of-another-site='.padEnd(32 << 10, 'x');
    const reply = await connected((session) => ask(session, '/healthz', { cookie }));
    assert.equal(reply.status, 200, reply.text);
  });

  test('speaks HTTP/2 and HTTP/1.1, over TLS that browsers keep to', async () => {
    const reply = await connected((session) => ask(session, '/'));
    assert.equal(reply.status, 200);
    assert.match(reply.text, /<!doctype html>/i);
    assert.equal(reply.headers['strict-transport-security'], 'max-age=31536000');
    const older = await askOldly(jobPath(JOBS[0]));
    assert.deepEqual([older.statusCode, older.httpVersion], [200, '1.1']);
  });

  test('leads a page from http to https, but no token', async () => {
    const page = await request(`${shared.plain}/?job=cn-north-4/eip/-/a`, { headers: { Host: 'evil.example' } });
    assert.deepEqual([page.status, page.headers.location], [308, `https://${NAME}/?job=cn-north-4/eip/-/a`]);
    assert.equal((await request(shared.plain + jobPath(JOBS[0]))).status, 403);
  });

  test('takes a job asked for on either path and by either protocol to one replica', async () => {
    await connected((session) => ask(session, '/api/cn-north-4/rds/v1/-/jobs/in-the-query'));
    const own = '/api/cn-north-4/rds/v3/-/jobs?id=in-the-query';
    for (let i = 0; i < 6; ++i) {
      for (const { headers } of [await connected((session) => ask(session, own)), await askOldly(own)]) {
        assert.match(String(headers['cache-status']), /^jobtree; hit/);
      }
    }
    const asked = (await shared.queries()).get('in-the-query') ?? [];
    assert.equal(new Set(asked.map(({ replica }) => replica)).size, 1);
  });

  test('has each viewer pay for the jobs it looks for in vain, whatever it says of itself', async () => {
    /** @param {string} localAddress */
    const walk = (localAddress) => connected(async (session) => {
      for (let i = 0; i < 400; ++i) {
        const reply = await ask(session, jobPath(`${localAddress.replaceAll('.', '-')}-${i}`), { 'x-forwarded-for': `192.0.2.${i % 250}` });
        if (reply.status === 429) return JSON.parse(reply.text).code;
        assert.equal(reply.status, 404, reply.text);
      }
      return 'goes on';
    }, { localAddress });
    assert.equal(await walk('127.0.0.2'), 'jobtree.too_many_unknown');
    const other = await connected((session) => ask(session, jobPath('another')), { localAddress: '127.0.0.3' });
    assert.equal(other.status, 404);
  });

  test('shows no figures, and serves no other name', async () => {
    await connected(async (session) => {
      for (const path of ['/metrics', '/readyz', '/haproxy?stats']) assert.equal((await ask(session, path)).status, 404, path);
      assert.equal((await ask(session, '/', { ':authority': 'evil.example' })).status, 421);
    });
  });

  test('says in a problem document that no replica is there', async () => {
    const alone = await startBalancer([await freePort(), await freePort()]);
    const session = connect(alone.secure);
    const reply = await ask(session, jobPath(JOBS[0]));
    session.destroy();
    assert.deepEqual([reply.status, reply.headers['content-type'], reply.headers['retry-after']],
      [503, 'application/problem+json', '2']);
    assert.equal(JSON.parse(reply.text).code, 'jobtree.no_replica');
  });
});

/**
 * A connection that a load balancer passed on, of a viewer at `from`.
 * @param {number} port
 * @param {string} from
 */
function passOn(port, from) {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`PROXY TCP4 ${from} 127.0.0.1 40000 443\r\n`);
  return socket;
}

/**
 * Sends `streams` requests on each session, and returns when the balancer has them all: what it is to answer
 * or to refuse at once it has, and no more than `held` are left that it says nothing to.
 * @param {http2.ClientHttp2Session[]} sessions
 * @param {number} streams
 * @param {{held: number, headers: Record<string, string>, begun?: (stream: http2.ClientHttp2Stream) => void}} options
 * @returns {Promise<Map<number, number>>} how many got which status; 0: none, and were ended
 */
async function flood(sessions, streams, { held, headers, begun = () => {} }) {
  /** @type {Map<number, number>} */
  const statuses = new Map();
  let silent = sessions.length * streams;
  for (const session of sessions) {
    for (let i = 0; i < streams; ++i) {
      const stream = session.request({ ':authority': NAME, ...headers }, { endStream: headers[':method'] !== 'POST' });
      let told = false;
      const tell = (/** @type {number} */ status) => {
        if (told) return;
        told = true;
        --silent;
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      };
      stream.on('response', (head) => tell(Number(head[':status']))).on('error', () => {}).on('close', () => tell(0));
      begun(stream);
    }
  }
  await until(async () => silent, (count) => count <= held, { withinMs: 60_000 });
  return statuses;
}

describe('One stranger with hundreds of connections', () => {
  afterEach(stopAll);

  /** Somebody else sees every job, and the page. @param {number} port */
  const checkOther = async (port) => {
    const session = connect(port, { localAddress: '127.0.0.3' });
    try {
      for (const path of ['/', '/dashboard.js', ...JOBS.map(jobPath)]) {
        const reply = await ask(session, path);
        assert.equal(reply.status, 200, `${path}: ${reply.text}`);
      }
    } finally {
      session.destroy();
    }
  };

  /** @param {number} port @param {number} count @param {object} [options] */
  const strange = (port, count, options) =>
    Array.from({ length: count }, () => connect(port, { localAddress: '127.0.0.2', ...options }));

  test('who takes no byte of what it asks for holds no place of others', async () => {
    const { secure } = await start();
    await checkOther(secure);
    const sessions = strange(secure, 30, { settings: { initialWindowSize: 0 } });
    try {
      const statuses = await flood(sessions, 100, { held: 0, headers: { ':path': jobPath(BIG) } });
      // Those that are answered at all have begun, and are not over.
      assert.ok((statuses.get(200) ?? 0) <= 150, JSON.stringify([...statuses]));
      await checkOther(secure);
    } finally {
      sessions.forEach((session) => session.destroy());
    }
  });

  for (const demo of [false, true]) {
    const where = demo ? 'where batches may be started' : 'where nothing may be posted';
    test(`who sends bodies byte by byte ${where} holds no place of others`, async () => {
      const { secure, log } = await start(demo ? { JOBTREE_DEMO: '1' } : {});
      await checkOther(secure);
      const sessions = strange(secure, 32);
      /** @type {http2.ClientHttp2Stream[]} */
      const streams = [];
      const drip = setInterval(() => streams.forEach((stream) => stream.writable && stream.write('{')), 500);
      try {
        const statuses = await flood(sessions, 100, {
          held: demo ? 150 : 0,
          headers: {
            ':method': 'POST', ':path': '/api/demo/batches', 'content-type': 'application/json', 'content-length': '60000',
          },
          begun: (stream) => streams.push(stream),
        });
        await checkOther(secure);
        const refused = (statuses.get(405) ?? 0) + (statuses.get(429) ?? 0) + (statuses.get(0) ?? 0);
        assert.ok(refused >= 3050, JSON.stringify([...statuses]));
        // It is in the log, and does not fill it.
        const lines = log().split('\n').filter((line) => line.startsWith('127.0.0.2 '));
        assert.ok(lines.length > 0 && lines.length < 300, `${lines.length} lines`);
      } finally {
        clearInterval(drip);
        sessions.forEach((session) => session.destroy());
      }
    });
  }

  test('is told so, and is served again when it has fewer', async () => {
    const { secure } = await start();
    const slow = strange(secure, 2, { settings: { initialWindowSize: 0 } });
    const [session] = strange(secure, 1);
    try {
      assert.equal((await ask(session, jobPath(BIG))).status, 200);
      await flood(slow, 75, { held: 0, headers: { ':path': jobPath(BIG) } });
      const refused = await ask(session, '/');
      assert.deepEqual([refused.status, refused.headers['retry-after'], refused.headers['content-type']],
        [429, '2', 'application/problem+json']);
      assert.equal(JSON.parse(refused.text).code, 'jobtree.too_many_requests');
      slow.forEach((one) => one.destroy());
      await until(() => ask(session, '/'), ({ status }) => status === 200);
    } finally {
      [...slow, session].forEach((one) => one.destroy());
    }
  });

  for (const behind of [false, true]) {
    const where = behind ? 'behind a load balancer that names the viewers' : 'that comes by itself';
    test(`fills its share of connections and nobody else's, as one ${where}`, async () => {
      const balancer = await startBalancer([await freePort()], behind ? { JOBTREE_ACCEPT_PROXY: '1' } : {});
      const port = Number(new URL(balancer.plain).port);
      /** @param {number} viewer */
      const come = (viewer) => {
        if (behind) return passOn(port, `192.0.2.${viewer}`);
        return net.connect({ port, host: '127.0.0.1', localAddress: `127.0.0.${viewer}` }).on('error', () => {});
      };
      /** What the balancer says to one more request of a viewer; "" when it hangs up. @param {number} viewer */
      const answer = async (viewer) => {
        const socket = come(viewer);
        let text = '';
        socket.setEncoding('utf8').on('data', (piece) => (text += piece));
        socket.write(`GET / HTTP/1.1\r\nHost: ${NAME}\r\nConnection: close\r\n\r\n`);
        await new Promise((resolve) => socket.on('close', resolve));
        return text.split('\r\n')[0];
      };
      const many = Array.from({ length: 1000 }, () => come(2));
      try {
        // Whoever asks meanwhile takes the place of one of them, so that one more may be needed.
        await until(() => (many.push(come(2)), answer(2)), (line) => line === '');
        assert.match(await answer(3), /^HTTP\/1\.1 308 /);
      } finally {
        many.forEach((socket) => socket.destroy());
      }
      await until(() => answer(2), (line) => line !== '');
    });
  }

  test('is one of many viewers behind a load balancer, each with requests of its own', async () => {
    const { secure } = await start({ JOBTREE_ACCEPT_PROXY: '1' });
    /** @param {string} from @param {object} [options] */
    const through = (from, options = {}) => connect(secure, {
      createConnection: () => tls.connect({
        socket: passOn(secure, from), ca: certificate, servername: NAME, ALPNProtocols: ['h2'],
      }), ...options,
    });
    const greedy = [1, 2].map(() => through('192.0.2.2', { settings: { initialWindowSize: 0 } }));
    const [same, other] = [through('192.0.2.2'), through('192.0.2.3')];
    try {
      await flood(greedy, 75, { held: 0, headers: { ':path': jobPath(BIG) } });
      assert.equal((await ask(same, '/')).status, 429);
      assert.equal((await ask(other, '/')).status, 200);
    } finally {
      [...greedy, same, other].forEach((session) => session.destroy());
    }
  });
});

describe('The service', () => {
  before(() => {
    if (spawnSync('systemd-analyze', ['--version']).error) {
      throw new Error('systemd-analyze is missing, and without it no unit can be judged: apt-get install systemd');
    }
  });

  after(stopAll);

  test('is a unit that systemd understands, every line of it', async () => {
    const unit = join(folder, 'jobtree.service');
    const text = await readFile(shipped('jobtree.service'), 'utf8');
    assert.match(text, /^ExecStart=\/usr\/local\/bin\/backend /m);
    await writeFile(unit, text.replaceAll('/usr/local/bin/backend', backendPath.replaceAll(' ', '\\x20')));
    const run = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
    assert.deepEqual([run.status, run.stdout + run.stderr], [0, '']);
  });

  test('is exposed to next to nothing', () => {
    const run = spawnSync('systemd-analyze', ['security', '--offline=yes', '--no-pager', shipped('jobtree.service')],
      { encoding: 'utf8' });
    const level = Number(/exposure level for jobtree\.service: ([\d.]+)/.exec(run.stdout)?.[1]);
    assert.ok(level <= 1.2, run.stdout + run.stderr);
  });

  test('starts with the configuration that comes with it', async () => {
    const tokens = join(folder, 'tokens');
    const made = await runBackend(['token', 'portal', '--project', '-', '--tokens-file', tokens]);
    assert.equal(made.code, 0, made.stderr);
    // These flags go before what the file says of this site.
    const backend = await startBackend(['--config', shipped('jobtree.conf'), '--listen', '127.0.0.1:0',
      '--metrics-listen', '127.0.0.1:0', '--tokens-file', tokens],
    { env: { CLOUD_SDK_AK: simulatorKey.ak, CLOUD_SDK_SK: simulatorKey.sk } });
    stops.push(backend.stop);
    assert.equal((await request(`${backend.url}/healthz`, { headers: { Host: NAME } })).status, 200);
    assert.equal((await request(backend.url + jobPath(JOBS[0]))).status, 401);
  });
});
