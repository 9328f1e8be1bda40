// Traces and task lists of the simulated cloud from outside: over sockets, signed, at a speed, and with what
// can go wrong with them.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';

import { request, sign, simulatorKey, startSimulator, startWatchedSimulator, until } from './helpers.js';

const { project, domain } = simulatorKey;

/** @type {Awaited<ReturnType<typeof startWatchedSimulator>>} */
let cloud;

/** @param {string} path @param {Parameters<typeof sign>[1]} [options] @param {{url: string}} [from] */
const get = (path, options = {}, from = cloud) => {
  const url = from.url + path.replace('{p}', project);
  return request(url, { headers: sign(url, options) });
};

const week = () => `trace_type=system&limit=200&from=${Date.now() - 7 * 86_400_000 + 60_000}&to=${Date.now() + 1000}`;

/** @param {string} [filter] @param {{url: string}} [from] */
async function traces(filter = '', from = cloud) {
  const reply = await get(`/v3/{p}/traces?${week()}${filter}`, {}, from);
  assert.equal(reply.status, 200, reply.text);
  return reply.json().traces;
}

/** The job's object in a trace, as text or not. @param {any} trace */
const inside = (trace) => (typeof trace.response === 'string' ? JSON.parse(trace.response) : trace.response);

/** Every list, and where its rows are. @type {[string, (body: any) => any[]][]} */
const lists = [
  ['/v3/{p}/tasklist?limit=50', (body) => body.tasks],
  ['/v3/{p}/tasks?limit=100', (body) => body.tasks],
  ['/v3/{p}/immediate-jobs?limit=50', (body) => body.jobs],
  ['/v3/{p}/jobs', (body) => body.jobs],
  ['/v3.1/{p}/jobs?start_time=2021-07-01T00:00:00%2B0000&end_time=2021-07-20T00:00:00%2B0000', (body) => body.jobs],
  ['/v3/{p}/elb/jobs', (body) => body.jobs],
  ['/api/v2/projects/{p}/jobs', (body) => body],
  ['/autopilot/v2/projects/{p}/jobs', (body) => body],
  ['/v3/{p}/operation-logs?limit=50&offset=0', (body) => body.operation_logs],
  ['/v2/{p}/tasks?limit=100', (body) => body.tasks],
  ['/v2/{p}/jobs', (body) => body.jobs],
];

describe('the simulator\'s traces and task lists', () => {
  before(async () => {
    cloud = await startWatchedSimulator({ speed: 100 });
  });
  after(async () => {
    assert.equal(await cloud.stop(), 0);
  });
  beforeEach(async () => {
    assert.equal((await cloud.fail()).status, 200);
  });

  it('are signed like every other request', async () => {
    for (const path of ['/v3/{p}/traces?trace_type=system', '/v3/{p}/trackers', ...lists.map(([list]) => list)]) {
      const url = cloud.url + path.replace('{p}', project);
      assert.equal((await request(url)).json().error_code, 'APIGW.0301', path);
      assert.equal((await request(`${url}${url.includes('?') ? '&' : '?'}limit=9`, { headers: sign(url) })).status, 401, path);
      assert.equal((await get(path)).status, 200, path);
    }
  });

  it('page by marker from the newest to the oldest, each trace once', async () => {
    const window = week().replace('limit=200', 'limit=9');
    /** @type {any[]} */
    const all = [];
    for (let next = ''; ;) {
      const { traces: page, meta_data: meta } = (await get(`/v3/{p}/traces?${window}${next}`)).json();
      all.push(...page);
      assert.equal(meta.count, page.length);
      if (meta.marker === null) break;
      assert.ok(page.every((/** @type {any} */ trace) => trace.trace_id !== meta.marker));
      next = `&next=${meta.marker}`;
    }
    assert.ok(all.length > 50, `${all.length} traces`);
    assert.equal(new Set(all.map((trace) => trace.trace_id)).size, all.length);
    const times = all.map((trace) => Number(trace.time));
    assert.deepEqual(times, [...times].sort((a, b) => b - a));
  });

  it('name the batch that was just ordered, after a delay that the speed shortens', async () => {
    const url = `${cloud.url}/v2/${project}/batchpublicips`;
    const body = JSON.stringify({ publicip: { type: '5_bgp' }, bandwidth: { size: 5 }, publicip_number: 4 });
    const ordered = await request(url, { method: 'POST', body, headers: sign(url, { method: 'POST', body }) });
    const { job_id: id } = ordered.json();
    const found = await until(
      async () => (await traces('&service_type=VPC')).find((/** @type {any} */ trace) => JSON.stringify(trace.response).includes(id)),
      (trace) => trace !== undefined,
    );
    assert.equal(inside(found).job_id, id);
    assert.ok(Math.abs(found.time - Date.now()) < 60_000);
  });

  it('name a server only when its job has ended, with the job as its own query has it', async () => {
    const id = 'ff8080829b1d40a7019c20aa10010008';
    const trace = await until(
      async () => (await traces('&service_type=ECS')).find((/** @type {any} */ one) => String(one.response).includes(id)),
      (one) => one !== undefined,
    );
    const job = (await get(`/v1/{p}/jobs/${id}`)).json();
    assert.deepEqual(inside(trace), job);
    assert.equal(trace.time, Date.parse(job.end_time) + 1);
  });

  for (const [path, rows] of lists) {
    it(`list jobs at ${path.replace(/\?.*/, '')}`, async () => {
      const reply = await get(path);
      assert.equal(reply.status, 200, reply.text);
      assert.ok(rows(reply.json()).length > 0, reply.text);
    });
  }

  it('list the jobs of the whole account under its domain', async () => {
    const path = `/v3/${domain}/geip/jobs`;
    const reply = await get(path, { headers: { 'X-Domain-Id': domain } });
    assert.equal(reply.json().jobs[0].action, 'CreateGEIPGraph');
    assert.equal((await get(path)).status, 400);
    assert.equal((await get(`/v3/${'0'.repeat(32)}/tasklist`)).status, 400);
    assert.equal((await get(`/v3/${'0'.repeat(32)}/traces?trace_type=system`)).json().error_code, 'CTS.0002');
  });

  it('have a state and a progress that agree with the job', async () => {
    const id = '5c0e1a01-7b2f-4d10-8c3e-00000000bee6';
    const row = await until(
      async () => (await get('/v3/{p}/tasklist?limit=50')).json().tasks.find((/** @type {any} */ task) => task.id === id),
      (task) => task.status === 'Completed',
    );
    const { job } = (await get(`/v3/{p}/jobs?id=${id}`)).json();
    assert.equal(job.status, 'Completed');
    assert.equal(Date.parse(row.end_time.replace('+0800', '+08:00')), Date.parse(job.ended.replace('+0000', 'Z')));
  });

  it('can be without a tracker, forbidden, throttled, slow and cut, each by a fault', async () => {
    await cloud.fail({ kind: 'tracker_disabled' });
    assert.deepEqual(await traces(), []);
    assert.equal((await get('/v3/{p}/trackers')).json().trackers[0].status, 'disabled');
    assert.equal((await get('/v3/{p}/traces')).status, 400, 'a bad query stays one');
    assert.equal((await get('/v3/{p}/tasklist')).json().tasks.length > 0, true);
    await cloud.fail();
    assert.equal((await get('/v3/{p}/trackers')).json().trackers[0].status, 'enabled');

    await cloud.fail(
      { kind: 'error', service: 'rds', status: 403, code: 'DBS.280005', message: 'Access denied.' },
      { kind: 'error', service: 'cts', times: 1, status: 429, code: 'APIGW.0308', message: 'Too many requests.' },
      { kind: 'truncated', path: `/v3/${project}/traces`, after_bytes: 400 },
      { kind: 'latency', service: 'elb', ms: 20_000 },
    );
    assert.equal((await get('/v3/{p}/tasklist')).json().error_code, 'DBS.280005');
    assert.equal((await get('/v3/{p}/traces?trace_type=system')).status, 429);
    await assert.rejects(get('/v3/{p}/traces?trace_type=system'));
    assert.equal((await get('/v3/{p}/tasks')).status, 200);
    const since = performance.now();
    assert.equal((await get('/v3/{p}/elb/jobs')).status, 200);
    assert.ok(performance.now() - since >= 200);
  });
});

describe('a scenario\'s traces', () => {
  it('play what the file says of the tracker, the delay, the start of a job and its trace', async (t) => {
    const jobs = [
      { service: 'rds', job_id: 'rds-1', starts_after_ms: -3_600_000, document: { job: { id: 'rds-1', instance: { id: 'i-1', name: 'crm' } } },
        trace: { user: 'acme/ops' } },
      { service: 'ecs', job_id: 'server-1', starts_after_ms: 100, course: { type: 'createServer', end_ms: 300 } },
    ];
    const playing = await startSimulator({ scenario: { jobs, traces: { delay_seconds: 0, others: 'none' } } });
    t.after(() => playing.stop());
    const [server, database] = await until(() => traces('', playing), (all) => all.length === 2);
    assert.equal(inside(server).job_id, 'server-1');
    assert.equal(database.resource_name, 'crm');
    assert.ok(Object.values(inside(database)).includes('rds-1'));
    assert.equal(database.user.name, 'acme/ops');
    assert.ok(Math.abs(database.time - Date.now() + 3_600_000) < 60_000);

    const off = await startSimulator({ scenario: { jobs, traces: { tracker: 'none', delay_seconds: 0 } } });
    t.after(() => off.stop());
    assert.deepEqual(await traces('', off), []);
    assert.deepEqual((await get('/v3/{p}/trackers', {}, off)).json(), { trackers: [] });
  });
});
