// The document of the HTTP API, docs/openapi.yaml as a server sends it: valid, whole, and true of the server that sends it.
//
// Each operation is requested of a real server before the simulated cloud of the demo. Members that a schema does not name are
// mistakes here, though clients must expect them.

import { Validator } from '@seriousme/openapi-schema-validator';
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { documentedJob, endlessJob, request, runBackend, startBackend, until } from './helpers.js';

const load = createRequire(import.meta.url);
/** @type {typeof import('ajv/dist/2020.js').default} */
const Ajv = load('ajv/dist/2020.js').default;
/** @type {typeof import('ajv-formats').default} */
const addFormats = load('ajv-formats').default;

/** @typedef {{ parameters?: any[], requestBody?: object, responses: Record<string, any>, security?: object[], operationId: string }} Operation */

const source = (/** @type {string} */ path) => readFile(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const METHODS = ['get', 'post', 'delete'];
const JSON_TYPE = { 'Content-Type': 'application/json' };

/** @type {import('./helpers.js').Backend} */
let server;
/** @type {string} */
let folder;
/** @type {any} */
let api;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jobtree api '));
  server = await startBackend(['serve', '--demo', '--listen', '127.0.0.1:0', '--data', join(folder, 'data')]);
  api = (await request(`${server.url}/openapi.json`)).json();
});
after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What a "$ref" stands for. @param {any} node @returns {any} */
const resolved = (node) => (node?.$ref ? resolved(node.$ref.slice(2).split('/').reduce((/** @type {any} */ at, /** @type {string} */ name) => at[name], api)) : node);

/** All operations. @returns {{ path: string, method: string, operation: Operation }[]} */
const operations = () => Object.entries(api.paths).flatMap(([path, item]) =>
  METHODS.filter((method) => item[method]).map((method) => ({ path, method, operation: item[method] })));

/** The rows of the server's table: method, pattern, whether a token is needed and a body taken. */
async function routes() {
  const table = await source('backend/gateway/route_table.cpp');
  const rows = [...table.matchAll(/\{"([A-Z]+)", "(\/[^"]*)", From::\w+, (true|false), (true|false|choices\.has_demo),/g)];
  return rows.map(([, method, pattern, token, body]) => ({ method: method.toLowerCase(), pattern, needsToken: token === 'true', takesBody: body !== 'false' }));
}

/** Whether a path of the document is one of a route's, where "{name...}" is any number of parts. @param {string} pattern @param {string} path */
function fits(pattern, path) {
  const [want, have] = [pattern.split('/'), path.split('/')];
  const rest = want.findIndex((part) => part.endsWith('...}'));
  if (rest < 0 ? want.length !== have.length : have.length <= rest) return false;
  return want.slice(0, rest < 0 ? undefined : rest).every((part, i) => part.startsWith('{') || part === have[i]);
}

/** The route that serves a path: the first that fits. @param {Awaited<ReturnType<typeof routes>>} table @param {string} path @param {string} method */
function routeOf(table, path, method) {
  const first = table.find(({ pattern }) => fits(pattern, path));
  return table.find((row) => row.pattern === first?.pattern && row.method === method);
}

describe('The document of the HTTP API', () => {
  it('is valid OpenAPI 3.1, of the version of the program', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(api));
    assert.ok(valid, JSON.stringify(errors, null, 1));
    assert.equal(api.openapi, '3.1.0');
    assert.match((await runBackend(['--version'])).stdout, new RegExp(`^jobtree ${api.info.version.replaceAll('.', '\\.')}\\b`));
    const ids = operations().map(({ operation }) => operation.operationId);
    assert.equal(new Set(ids).size, ids.length);
    const tags = new Set(api.tags.map((/** @type {{name: string}} */ { name }) => name));
    for (const { operation } of operations()) for (const tag of /** @type {any} */ (operation).tags) assert.ok(tags.has(tag), tag);
  });

  it('has every route of the server, and no other, with who needs a token and what takes a body', async () => {
    const table = await routes();
    assert.ok(table.length > 30, String(table.length));
    const served = new Set();
    for (const { path, method, operation } of operations()) {
      const row = routeOf(table, path, method);
      assert.ok(row, `${method} ${path} is no route`);
      served.add(`${row.method} ${row.pattern}`);
      const isOpen = operation.security?.length === 1 && Object.keys(operation.security[0]).length === 0;
      assert.equal(!isOpen, row.needsToken, `${method} ${path}: token`);
      assert.equal(operation.requestBody !== undefined, row.takesBody, `${method} ${path}: body`);
    }
    assert.deepEqual(table.filter((row) => !served.has(`${row.method} ${row.pattern}`)), []);
  });

  it('names each parameter in a path, and each of a query that the server reads', async () => {
    for (const { path, method, operation } of operations()) {
      const named = (operation.parameters ?? []).map(resolved).filter((one) => one.in === 'path').map((one) => one.name).sort();
      assert.deepEqual(named, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort(), `${method} ${path}`);
    }
    const tables = await source('backend/gateway/memory/board_query.cpp');
    for (const [table, path] of [
      ['kBoard', '/api/jobs'], ['kEvents', '/api/jobs/{region}/{service}/{project_id}/{job_id}/events'], ['kStats', '/api/stats'],
      ['kCompare', '/api/compare'], ['kFailures', '/api/failures'],
    ]) {
      const rules = tables.slice(tables.indexOf(`${table}[] = {`)).split('\n};')[0];
      const read = [...rules.matchAll(/^ {4}\{"(\w+)",/gm)].map(([, name]) => name).sort();
      assert.ok(read.length > 1, table);
      const named = api.paths[path].get.parameters.map(resolved).filter((/** @type {any} */ one) => one.in === 'query');
      assert.deepEqual(named.map((/** @type {any} */ one) => one.name).sort(), read, path);
    }
  });

  it('has the error codes of the program, each', async () => {
    const types = await source('backend/gateway/problem.h');
    const codes = [...new Set([...types.matchAll(/"(jobtree\.\w+)"/g)].map(([, code]) => code))].sort();
    assert.ok(codes.length > 30);
    assert.deepEqual(api.components.schemas.ProblemCode.enum, codes);
  });
});

describe('A server', () => {
  /** Schemas that refuse what they do not name. @param {any} node @returns {any} */
  function strict(node) {
    if (Array.isArray(node)) return node.map(strict);
    if (node === null || typeof node !== 'object') return node;
    /** @type {any} */
    const copy = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, strict(value)]));
    if (copy.properties && copy.type && !('additionalProperties' in copy)) copy.additionalProperties = false;
    return copy;
  }
  /** @type {InstanceType<typeof Ajv>} */
  let ajv;
  /** Which operations were seen to succeed. @type {Set<string>} */
  const seen = new Set();
  /** @type {{ region: string, service: string, project_id: string, job_id: string }} */
  let job;
  /** @type {string} */
  let share;
  /** @type {any} */
  let failure;

  before(() => {
    ajv = new Ajv({ allErrors: true, strict: false });
    addFormats(ajv);
    ajv.addSchema(strict({ $id: 'api', components: api.components }));
  });

  /** Holds a response against what the document says of it. @param {string} method @param {string} path @param {import('./helpers.js').Reply} reply */
  function hold(method, path, reply) {
    const { responses } = api.paths[path][method];
    const named = resolved(responses[reply.status]) ?? (reply.status >= 400 ? resolved(responses.default) : undefined);
    const where = `${method} ${path}: ${reply.status} ${reply.text.slice(0, 300)}`;
    assert.ok(named, `${where}: not in the document`);
    // Other headers depend on the moment.
    for (const header of ['ETag', 'X-Request-Id'].filter((name) => named.headers?.[name])) assert.ok(reply.headers[header.toLowerCase()], `${where}: no ${header}`);
    if (reply.status < 300) seen.add(`${method} ${path}`);
    if (!named.content) return assert.equal(reply.text, '', where);
    const type = String(reply.headers['content-type']).split(';')[0];
    const media = named.content[type] ?? named.content['*/*'];
    assert.ok(media, `${where}: ${type}`);
    if (!/json/.test(type)) return;
    const inside = JSON.parse(JSON.stringify(strict(media.schema)).replaceAll('"#/', '"api#/'));
    const check = ajv.compile(inside);
    assert.ok(check(reply.json()), `${where}: ${JSON.stringify(check.errors, null, 1)}`);
  }

  /**
   * Sends a request to an operation and holds the response against it.
   * @param {string} method @param {string} path as the document has it
   * @param {{ values?: Record<string, string>, query?: string, body?: unknown, headers?: Record<string, string>, status?: number, url?: string }} [how]
   */
  async function call(method, path, { values = {}, query = '', body, headers = {}, status = 200, url = server.url } = {}) {
    const at = path.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
    assert.doesNotMatch(at, /[{}]/);
    const reply = await request(url + at + (query && `?${query}`), {
      method: method.toUpperCase(), headers: { ...(body === undefined ? {} : JSON_TYPE), ...headers }, body: body === undefined ? '' : JSON.stringify(body),
    });
    assert.equal(reply.status, status, `${method} ${at}: ${reply.text.slice(0, 400)}`);
    hold(method, path, reply);
    return reply;
  }

  const JOB = '/api/jobs/{region}/{service}/{project_id}/{job_id}';
  const LIVE = '/api/{region}/{service}/v1/{project_id}/jobs/{job_id}';

  it('shows a job, live and remembered, as the document says', async () => {
    const made = (await call('post', '/api/demo/batches', { body: { count: 4, failing: 2 }, status: 201 })).json();
    await call('post', '/api/demo/batches', { body: { count: 0 }, status: 400 });
    const values = { region: made.region, service: made.service, project_id: made.project_id, job_id: made.job_id };
    await until(async () => (await request(`${server.url}${LIVE.replace(/\{(\w+)\}/g, (_, name) => /** @type {any} */ (values)[name])}`)).json().status, (it) => it === 'FAIL',
      { withinMs: 60_000, everyMs: 300 });
    job = values;
    const live = await call('get', LIVE, { values });
    const again = await request(`${server.url}${LIVE.replace(/\{(\w+)\}/g, (_, name) => /** @type {any} */ (values)[name])}`, { headers: { 'If-None-Match': String(live.headers.etag) } });
    assert.equal(again.status, 304);
    hold('get', LIVE, again);
    await call('get', LIVE, { values: { ...values, job_id: 'f'.repeat(32) }, status: 404 });
    await call('get', LIVE, { values: { ...values, region: 'nowhere-1' }, status: 404 });
    await call('get', LIVE, { values: { ...values, project_id: 'x' }, status: 400 });
    await until(async () => (await request(`${server.url}/api/jobs?q=${made.job_id}`)).json().jobs, (jobs) => jobs.length === 1 && jobs[0].has_ended);
    await call('get', JOB, { values });
    const { versions } = (await call('get', `${JOB}/versions`, { values })).json();
    await call('get', `${JOB}/versions/{version}`, { values: { ...values, version: String(versions[0].version) } });
    await call('get', `${JOB}/versions/{version}`, { values: { ...values, version: '999' }, status: 404 });
    await call('get', `${JOB}/events`, { values });
    await call('get', `${JOB}/events`, { values, query: 'limit=1&order=desc' });
    await call('get', `${JOB}/events`, { values, query: 'limit=1001', status: 400 });
    const place = Object.values(values).join('/');
    const other = `cn-north-4/eip/-/${documentedJob}`;
    await request(`${server.url}/api/cn-north-4/eip/v1/-/jobs/${documentedJob}`);
    await until(async () => (await request(`${server.url}/api/jobs?q=${documentedJob}`)).json().jobs, (jobs) => jobs.length === 1);
    await call('get', '/api/compare', { query: `a=${place}&b=${other}` });
    await call('get', '/api/compare', { query: `a=${place}`, status: 400 });
    await call('get', '/api/stats', { query: 'service=eip&type=createPublicIps&parts=20' });
    await call('get', '/api/stats', { query: 'service=nothing&type=x' });
    await call('get', '/api/stats', { status: 400 });
  });

  it('lists jobs and failures, follows and mutes, as the document says', async () => {
    const filters = api.paths['/api/jobs'].get.parameters.map(resolved).filter((/** @type {any} */ one) => one.in === 'query' && one.name !== 'cursor');
    for (const { name, schema } of filters) {
      const { enum: words, examples, minimum } = resolved(schema);
      await call('get', '/api/jobs', { query: `${name}=${words?.[0] ?? examples?.[0] ?? minimum ?? 'x'}` });
    }
    const { next } = (await call('get', '/api/jobs', { query: 'limit=1' })).json();
    await call('get', '/api/jobs', { query: `limit=1&cursor=${encodeURIComponent(next)}` });
    await call('get', '/api/jobs', { query: 'nothing=1', status: 400 });
    await call('post', '/api/jobs', { body: { ...job, label: 'nightly', links: ['https://ci.example/1'] } });
    await call('post', '/api/jobs', { body: { ...job, job_id: documentedJob.replace(/.$/, '7'), follow: false }, status: 201 });
    await call('post', '/api/jobs', { body: { region: 'cn-north-4' }, status: 400 });
    const { failures } = (await call('get', '/api/failures', { query: 'state=all&limit=100' })).json();
    failure = failures.find((/** @type {any} */ one) => one.code !== null) ?? failures[0];
    const mute = { until: new Date(Date.now() + 86_400_000).toISOString(), remaining: 3, note: 'known' };
    const muted = await call('post', '/api/failures', { body: { service: failure.service, name: failure.name, mute } });
    assert.equal(muted.json().mute.note, 'known');
    await call('get', '/api/failures', { query: 'state=muted&service=eip&region=cn-north-4&q=x&since=2026-11-29T06:28:18Z' });
    await call('post', '/api/failures', { body: { service: failure.service, name: failure.name, mute: null } });
    await call('post', '/api/failures', { body: { service: 'eip', name: 'none', mute: null }, status: 404 });
    await call('get', '/api/failures', { query: 'state=odd', status: 400 });
  });

  it('shares, tells and explains, as the document says', async () => {
    const made = (await call('post', '/api/shares', { body: { job, label: 'x' }, status: 201 })).json();
    share = made.token;
    const board = (await call('post', '/api/shares', { body: { board: 'status=failed' }, status: 201 })).json();
    await call('post', '/api/shares', { body: {}, status: 400 });
    await call('get', '/api/shares');
    const token = { token: share };
    await call('get', '/api/share', { headers: { Authorization: `Bearer ${share}` } });
    await call('get', '/api/share', { headers: { Authorization: `Bearer ${board.token}` } });
    await call('get', '/api/failures', { headers: { Authorization: `Bearer ${share}` }, status: 403 });
    await call('get', '/s/{token}', { values: token });
    for (const path of ['/badge/{token}.svg', '/badge/{token}.json', '/feed/{token}.atom', '/feed/{token}.json']) {
      await call('get', path, { values: token, query: 'lang=zh' });
      await call('get', path, { values: { token: board.token } });
    }
    await call('delete', '/api/shares/{id}', { values: { id: String(made.id) }, status: 204 });
    await call('get', '/api/share', { headers: { Authorization: `Bearer ${share}` }, status: 410 });
    await call('get', '/badge/{token}.json', { values: token });
    await call('get', '/feed/{token}.json', { values: token, status: 410 });
    const { channels } = (await call('get', '/api/channels')).json();
    await call('post', '/api/channels/{name}/test', { values: { name: channels[0].name }, body: {} });
    await call('post', '/api/channels/{name}/test', { values: { name: 'none' }, body: {}, status: 404 });
    await call('get', '/api/error-codes/{code}', { values: { code: 'VPC.0521' } });
    await call('get', '/api/error-codes/{code}', { values: { code: '-' }, query: 'text=Quota%20exceeded' });
    await call('get', '/api/error-codes/{code}', { values: { code: 'zzz' }, status: 404 });
    await call('get', '/api/error-codes.json');
  });

  it('says how it stands, as the document says', async () => {
    for (const path of ['/', '/embed.html', '/healthz', '/readyz', '/metrics', '/api/config', '/api/discovery']) await call('get', path);
    await call('get', '/{file}', { values: { file: 'openapi.json' } });
    await call('get', '/{file}', { values: { file: 'job-tree.wasm' } });
    await call('get', '/{file}', { values: { file: 'none.js' }, status: 404 });
    for (const path of ['/api/{region}/v3/projects', '/api/{region}/v3/auth/domains', '/api/{region}/{service}/v3/projects', '/api/{region}/{service}/v3/auth/domains']) {
      await call('get', path, { values: { region: 'cn-north-4', service: 'eip' } });
    }
  });

  it('without a key, and with tokens, responds as the document says too', async () => {
    const tokens = join(folder, 'tokens');
    await writeFile(tokens, (await runBackend(['token', 'anna', '--project', '*'])).stdout.split('\n').find((line) => line.includes('sha256:')) + '\n', { mode: 0o600 });
    const closed = await startBackend(['serve', '--listen', '127.0.0.1:0', '--metadata', 'off', '--region', 'cn-north-4', '--tokens-file', tokens, '--data', join(folder, 'closed')]);
    await call('get', '/readyz', { url: closed.url, status: 503 });
    await call('get', '/api/config', { url: closed.url });
    await call('get', '/api/jobs', { url: closed.url, status: 401 });
    await call('get', '/api/jobs', { url: closed.url, status: 401, headers: { Authorization: 'Bearer jt.wrong' } });
    const parts = { region: 'cn-north-4', service: 'eip', project_id: '-', job_id: documentedJob, version: '1', id: '1', name: 'x' };
    for (const { path, method, operation } of operations()) {
      const isOpen = operation.security?.length === 1 && Object.keys(operation.security[0]).length === 0;
      // This server has no demo.
      if (isOpen || path.startsWith('/api/demo/')) continue;
      const refused = await call(method, path, { values: parts, body: operation.requestBody && {}, url: closed.url, status: 401 });
      assert.match(String(refused.headers['www-authenticate']), /^Bearer/, `${method} ${path}`);
    }
    await closed.stop();
  });

  it('refuses methods it does not have, and too many tries for jobs that are not there, as the document says', async () => {
    const other = await startBackend(['serve', '--demo', '--listen', '127.0.0.1:0']);
    for (const [path, item] of Object.entries(api.paths)) {
      const has = METHODS.filter((method) => item[method]);
      const allowed = [...has.map((method) => method.toUpperCase()), ...(item.get ? ['HEAD'] : [])].sort();
      for (const method of METHODS.filter((one) => !item[one])) {
        const reply = await request(other.url + path.replace(/\{\w+\}/g, 'x'), { method: method.toUpperCase() });
        assert.equal(reply.status, 405, `${method} ${path}`);
        assert.deepEqual(String(reply.headers.allow).split(', ').sort(), allowed, `${method} ${path}`);
        hold(has[0], path, reply);
      }
    }
    const values = { region: 'cn-north-4', service: 'eip', project_id: '-', job_id: documentedJob };
    const live = LIVE.replace(/\{(\w+)\}/g, (_, name) => /** @type {any} */ (values)[name]);
    let limited;
    for (let i = 0; i < 2000 && limited?.status !== 429; ++i) {
      limited = await request(other.url + live.replace(documentedJob, i.toString(16).padStart(32, '0')));
    }
    assert.equal(limited?.status, 429);
    assert.match(String(limited?.headers['retry-after']), /^[1-9]\d*$/);
    hold('get', LIVE, /** @type {import('./helpers.js').Reply} */ (limited));
    await other.stop();
  });

  it('waits for a change where the request prefers it, as the document says', async () => {
    const values = { region: 'cn-north-4', service: 'ecs', project_id: '-', job_id: endlessJob };
    const first = await call('get', LIVE, { values });
    const waited = await request(server.url + LIVE.replace(/\{(\w+)\}/g, (_, name) => /** @type {any} */ (values)[name]),
      { headers: { Prefer: 'wait=1', 'If-None-Match': String(first.headers.etag) } });
    assert.ok([200, 304].includes(waited.status), String(waited.status));
    assert.match(String(waited.headers['preference-applied']), /^wait=1$/);
    hold('get', LIVE, waited);
  });

  it('was seen to succeed in every operation of the document', () => {
    assert.deepEqual(operations().map(({ path, method }) => `${method} ${path}`).filter((one) => !seen.has(one)), []);
  });
});
