// Links that share a job or a board: the real binary with a real file, before the simulated cloud of the demo.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { documentedJob, endlessJob, request, runBackend, startBackend, until } from './helpers.js';

/** @typedef {import('./helpers.js').Backend} Backend */

const JSON_TYPE = { 'Content-Type': 'application/json' };
const place = { region: 'cn-north-4', service: 'eip', project_id: '-' };
const live = (/** @type {string} */ job) => `/api/cn-north-4/eip/v1/-/jobs/${job}`;
const remembered = (/** @type {string} */ job) => `/api/jobs/cn-north-4/eip/-/${job}`;
const bearer = (/** @type {string} */ token) => ({ Authorization: `Bearer ${token}` });

/** @param {Backend} backend @param {object} order @param {Record<string, string>} [headers] */
async function share(backend, order, headers = {}) {
  const reply = await request(`${backend.url}/api/shares`,
    { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(order) });
  assert.equal(reply.status, 201, reply.text);
  return reply.json();
}

describe('A share link', () => {
  /** @type {string} */
  let folder;
  /** @type {Backend} */
  let backend;

  const start = (/** @type {string[]} */ ...args) => startBackend(
    ['serve', '--demo', '--listen', '127.0.0.1:0', '--data', join(folder, 'data'), '--log-level', 'debug', ...args]);
  const get = (/** @type {string} */ path, headers = {}) => request(backend.url + path, { headers });
  const revoke = (/** @type {number} */ id) => request(`${backend.url}/api/shares/${id}`, { method: 'DELETE' });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jobtree shares '));
    backend = await start();
  });
  after(async () => {
    await backend.stop();
    await rm(folder, { recursive: true });
  });

  it('of a job opens that job, live and remembered, and says what it shows', async () => {
    const { token, links, kind } = await share(backend, { job: { ...place, job_id: documentedJob }, label: 'nightly' });
    assert.match(token, /^jts_[\w-]{43}$/);
    assert.equal(kind, 'job');
    assert.equal((await get(live(documentedJob), bearer(token))).status, 200);
    await until(() => get(remembered(documentedJob), bearer(token)), ({ status }) => status === 200);
    assert.equal((await get(`${remembered(documentedJob)}/events`, bearer(token))).status, 200);
    const { job, label } = (await get('/api/share', bearer(token))).json();
    assert.deepEqual([job, label], [{ ...place, job_id: documentedJob }, 'nightly']);
    assert.equal((await get(live(endlessJob), bearer(token))).status, 404);
    for (const path of ['/api/jobs', '/api/failures', '/api/shares', '/api/discovery']) {
      assert.equal((await get(path, bearer(token))).status, 403, path);
    }
    assert.deepEqual(Object.values(links), [`/s/${token}`, `/badge/${token}.svg`, `/badge/${token}.json`,
      `/feed/${token}.atom`, `/feed/${token}.json`]);
  });

  it('of a job has a badge and feeds that tell what is remembered', async () => {
    const { token } = await share(backend, { job: { ...place, job_id: documentedJob }, label: 'a < b' });
    await get(live(documentedJob), bearer(token));
    const badge = await until(() => get(`/badge/${token}.svg`), ({ text }) => text.includes('succeeded'));
    assert.equal(badge.headers['content-type'], 'image/svg+xml; charset=utf-8');
    assert.equal(badge.headers['cross-origin-resource-policy'], 'cross-origin');
    assert.match(badge.text, /<title>a &lt; b: succeeded.* \(as of 20..-..-..T..:..Z\)<\/title>/);
    assert.match((await get(`/badge/${token}.svg?lang=zh&label=x`)).text, /<title>x: 成功/);
    assert.equal((await get(`/badge/${token}.json`)).json().schemaVersion, 1);
    const atom = await get(`/feed/${token}.atom`);
    assert.equal(atom.headers['content-type'], 'application/atom+xml; charset=utf-8');
    assert.match(atom.text, new RegExp(`<id>tag:jobtree,2026:job/cn-north-4/eip/\\w+/${documentedJob}/succeeded</id>`));
    assert.equal((await get(`/feed/${token}.atom`, { 'If-None-Match': String(atom.headers.etag) })).status, 304);
    assert.equal((await get(`/feed/${token}.json`)).json().items[0].title.startsWith('succeeded: '), true);
  });

  it('of a board shows its jobs and no others, and counts them', async () => {
    await request(`${backend.url}${live(endlessJob)}`);
    await until(() => get('/api/jobs?status=running'), (reply) => reply.json().jobs.length > 0);
    const { token } = await share(backend, { board: 'status=succeeded&service=eip' });
    const { jobs } = (await get('/api/jobs?status=running&limit=2', bearer(token))).json();
    assert.ok(jobs.length > 0 && jobs.length <= 2);
    assert.ok(jobs.every((/** @type {any} */ { status, service }) => status === 'succeeded' && service === 'eip'));
    assert.equal((await get(live(documentedJob), bearer(token))).status, 403);
    assert.match((await get(`/badge/${token}.json`)).json().message, /^\d+ finished$/);
    const feed = (await get(`/feed/${token}.json`)).json();
    assert.ok(feed.items.length > 0 && feed.items.every((/** @type {any} */ { id }) => id.endsWith('/succeeded')));
    const all = await share(backend, { board: '' });
    assert.match((await get(`/badge/${all.token}.json`)).json().message, /\d+ running$/);
  });

  it('has a page whose preview says what is shown only where the link is public', async () => {
    const job = { ...place, job_id: documentedJob };
    const secret = await share(backend, { job, label: 'secret & name' });
    const open = await share(backend, { job, label: 'open & name', public: true });
    const page = await get(`/s/${secret.token}`);
    assert.deepEqual([page.status, page.headers['cache-control'], page.headers['referrer-policy'], page.headers['x-robots-tag']],
      [200, 'no-store', 'no-referrer', 'noindex']);
    assert.match(page.text, /<meta property="og:title" content="A job on jobtree">/);
    assert.doesNotMatch(page.text, /secret|jts_/);
    assert.equal((await get(`/s/jts_${'A'.repeat(43)}`)).text, page.text);
    assert.match((await get(`/s/${open.token}`)).text, /og:title" content="open &amp; name/);
    // What the page loads is where it says.
    const files = [...page.text.matchAll(/ (?:href|src)="(\.\.\/[^"#?]+)"/g)].map(([, path]) => path);
    assert.ok(files.length > 3);
    for (const file of files) assert.equal((await get(new URL(file, `${backend.url}/s/x`).pathname)).status, 200, file);
  });

  it('that is revoked shows nothing from that moment on, also to who waits', async () => {
    const { id, token } = await share(backend, { job: { ...place, job_id: endlessJob } });
    const tag = (await get(live(endlessJob), bearer(token))).headers.etag;
    const waiting = get(live(endlessJob), { ...bearer(token), 'If-None-Match': String(tag), Prefer: 'wait=10' });
    await until(() => get('/metrics'), ({ text }) => /^jobtree_viewers_parked [1-9]/m.test(text));
    assert.equal((await revoke(id)).status, 204);
    assert.equal((await revoke(id)).status, 204);
    const told = await waiting;
    assert.equal(told.status, 410);
    assert.equal(told.json().code, 'jobtree.share_ended');
    assert.equal((await get('/api/share', bearer(token))).status, 410);
    assert.equal((await get(`/feed/${token}.atom`)).status, 410);
    assert.equal((await get(`/badge/${token}.json`)).json().message, 'revoked');
    const listed = (await get('/api/shares')).json().shares.find((/** @type {any} */ one) => one.id === id);
    assert.equal(listed.state, 'revoked');
    assert.equal((await revoke(id + 1000)).status, 404);
  });

  it('is remembered over a restart, with when it was used, and is nowhere in the log nor in the file', async () => {
    const { id, token } = await share(backend, { job: { ...place, job_id: documentedJob } });
    assert.equal((await get(live(documentedJob), bearer(token))).status, 200);
    await get(`/nothing/${token}`);
    await get(`/s/${token}/x`);
    const used = await until(() => get('/api/shares'),
      (reply) => reply.json().shares.find((/** @type {any} */ one) => one.id === id).last_used_at !== null);
    assert.equal(used.text.includes(token), false);
    await backend.stop();
    assert.equal(backend.log().includes(token.slice(4)), false);
    assert.match(backend.log(), new RegExp(`outcome=shared.* share=${id}\\b`));
    for (const name of ['jobtree.db', 'jobtree.db-wal']) {
      const bytes = await readFile(join(folder, 'data', name)).catch(() => Buffer.alloc(0));
      assert.equal(bytes.includes(token.slice(4)), false, name);
    }
    backend = await start('--public-url', 'https://jobs.example.com/');
    assert.equal((await get(live(documentedJob), bearer(token))).status, 200);
    const { links } = await share(backend, { board: 'status=failed' });
    assert.match(links.page, /^https:\/\/jobs\.example\.com\/s\/jts_/);
  });
});

describe('With tokens, a share link', () => {
  it('needs the right to share, and ends with the token that made it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'jobtree shares '));
    const file = join(folder, 'tokens');
    try {
      const make = async (/** @type {string[]} */ ...args) => {
        const { code, stdout, stderr } = await runBackend(['token', ...args, '--tokens-file', file]);
        assert.equal(code, 0, stderr);
        return stdout.trim();
      };
      const sharer = await make('sharer', '--share');
      const reader = await make('reader');
      assert.match(await readFile(file, 'utf8'), /^sharer sha256:\w+ project=- share$/m);
      const backend = await startBackend(
        ['serve', '--demo', '--listen', '127.0.0.1:0', '--data', join(folder, 'data'), '--tokens-file', file]);
      const order = { job: { ...place, job_id: documentedJob } };
      const refused = await request(`${backend.url}/api/shares`,
        { method: 'POST', headers: { ...JSON_TYPE, ...bearer(reader) }, body: JSON.stringify(order) });
      assert.deepEqual([refused.status, refused.json().code], [403, 'jobtree.not_permitted']);
      const { token } = await share(backend, order, bearer(sharer));
      const look = () => request(backend.url + live(documentedJob), { headers: bearer(token) });
      assert.equal((await look()).status, 200);
      await writeFile(file, (await readFile(file, 'utf8')).replace(/^sharer .*\n/m, ''), { mode: 0o600 });
      const ended = await until(look, ({ status }) => status !== 200);
      assert.deepEqual([ended.status, ended.json().code], [410, 'jobtree.share_ended']);
      await backend.stop();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('The address that links begin with', () => {
  for (const text of ['jobs.example.com', 'https://user@jobs.example.com', 'https://jobs.example.com/?x', 'https://jobs.example.com/#x']) {
    it(`cannot be ${text}`, async () => {
      const { code, stderr } = await runBackend(['serve', '--demo', '--public-url', text]);
      assert.equal(code, 2);
      assert.match(stderr, /--public-url: /);
    });
  }
});
