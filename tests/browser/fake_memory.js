// The routes of a server's memory (/api/jobs, /api/stats, /api/compare) for a page, made from a list of jobs that a test holds.
//
// Knows: the contract of these routes. Must not know: how the page shows what comes.

import { createHash } from 'node:crypto';

/**
 * @typedef {import('playwright-core').Page} Page
 * @typedef {import('playwright-core').Route} Route
 * @typedef {import('../../web/dashboard/state/records.js').JobRecord} JobRecord
 * @typedef {import('../../web/dashboard/state/records.js').RecordedEvent} RecordedEvent
 * @typedef {{ status: number, body?: unknown, headers?: Record<string, string> }} Answer
 */

const STATUSES = ['waiting', 'running', 'succeeded', 'failed', 'cancelled', 'skipped', 'unknown'];
const PARAMETERS = ['status', 'service', 'region', 'project', 'type', 'q', 'person', 'resource', 'group', 'label', 'since', 'until', 'ended_since', 'followed', 'sort', 'limit', 'cursor'];
const ENDED = ['succeeded', 'failed', 'cancelled', 'skipped'];
export const PROJECT = '5100000000000000000000000de30001';

/** A job as the routes tell it. @param {Partial<JobRecord> & { job_id: string }} given @returns {JobRecord} */
export function record(given) {
  const status = given.status ?? 'running';
  const hasEnded = ENDED.includes(status);
  const now = new Date().toISOString();
  const counts = { total: 1, ...Object.fromEntries(STATUSES.map((name) => [name, Number(name === status)])), ...given.counts };
  return /** @type {any} */ ({
    region: 'cn-north-4', service: 'ecs', project_id: PROJECT, type: 'createServer', status, status_text: null, has_ended: hasEnded,
    begin_time: now, end_time: hasEnded ? now : null, first_seen: now, last_seen: now, last_change: now, version: 1,
    error_code: null, error_text: null, failed_job: null, failures: [], forgotten_at: null, is_lost: false, label: null, links: [],
    is_followed: false, is_example: false, found: null, ...given, counts,
  });
}

/** @param {number} status @param {string} code @param {string} detail @returns {Answer} */
const problem = (status, code, detail) => ({
  status, body: { status, code, title: code, detail }, headers: { 'Content-Type': 'application/problem+json' },
});

export class FakeMemory {
  /** @type {JobRecord[]} */
  jobs = [];
  /** The newest first, by the job's ID. @type {Map<string, RecordedEvent[]>} */
  events = new Map();
  /** Responses that are stored, by the job's ID: `body` is what came, unless it is kept no longer. @type {Map<string, { version: number, at: string, body?: unknown }[]>} */
  versions = new Map();
  /** @type {{ state: string, note: string | null }} */
  state = { state: 'good', note: null };
  durations = /** @type {Record<string, number | null>} */ ({ count: 0, p50: null, p90: null, p95: null });
  /** How the server finds jobs by itself; undefined: it cannot. @type {import('../../web/dashboard/state/records.js').Discovery | undefined} */
  discovery;
  /** What two jobs that are remembered differ in. @type {Partial<import('../../web/dashboard/state/records.js').Comparison>} */
  comparison = {};
  /** In the place of any answer: the server is an old one, or refuses. @type {Answer | undefined} */
  refusal;
  /** Refuses to follow. @type {Answer | undefined} */
  mayNotFollow;
  /** What was asked for: method, path and query. @type {string[]} */
  asked = [];
  /** Bodies of what was posted. @type {any[]} */
  posted = [];
  /** How many queries were held so far. */
  #holds = 0;
  #untilHeld = new Map();
  /** @type {Set<() => void>} */
  #waiting = new Set();

  /** Tells those who wait that something changed. @param {Partial<JobRecord> & { job_id: string }} [change] of one job */
  change(change) {
    const at = this.jobs.findIndex(({ job_id }) => job_id === change?.job_id);
    const { has_ended, end_time, ...before } = this.jobs[at] ?? {};
    if (change && at >= 0) this.jobs[at] = record({ ...before, last_change: new Date().toISOString(), ...change });
    else if (change) this.jobs.push(record(change));
    for (const tell of this.#waiting) tell();
  }

  /** When the next query is held after so many. @param {number} before @returns {Promise<number>} how many there were then */
  held(before = 0) {
    if (this.#holds > before) return Promise.resolve(this.#holds);
    return new Promise((resolve) => this.#untilHeld.set(resolve, before));
  }

  /** Answers for the server from now on. @param {Page} page @param {{ config?: object }} [more] what /api/config says beside */
  async serve(page, { config = {} } = {}) {
    await page.route(/\/api\/(jobs|stats|compare|discovery)\b/, async (route) => {
      const answer = await this.#answer(route);
      const headers = { 'Content-Type': 'application/json', ...answer.headers };
      await route.fulfill({ status: answer.status, headers, body: answer.body === undefined ? '' : JSON.stringify(answer.body) }).catch(() => {});
    });
    await page.route('**/api/config', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...await response.json(), memory: this.state, discovery: this.discovery && { mode: this.discovery.mode }, ...config } });
    });
  }

  /** @param {Route} route @returns {Promise<Answer>} */
  async #answer(route) {
    const request = route.request();
    const url = new URL(request.url());
    this.asked.push(`${request.method()} ${url.pathname}${url.search}`);
    if (this.refusal) return this.refusal;
    if (url.pathname === '/api/discovery') return this.discovery ? { status: 200, body: this.discovery } : problem(404, 'jobtree.not_found', 'There is nothing at this address.');
    if (url.pathname === '/api/compare') return this.#comparison(url.searchParams);
    if (url.pathname === '/api/stats') return { status: 200, body: this.durations };
    if (request.method() === 'POST') return this.#follow(request.postDataJSON());
    const [region, service, project, ...rest] = url.pathname.split('/').slice(3);
    if (!region) return this.#board(url.searchParams, request.headers());
    const id = rest[0];
    const job = this.jobs.find((it) => it.job_id === id && it.region === region && it.service === service && ['-', it.project_id].includes(project));
    if (!job) return problem(404, 'jobtree.job_not_found', 'No such job is remembered.');
    if (rest[1] === 'versions') return this.#versionsOf(id, rest[2]);
    return rest[1] === 'events' ? this.#eventsOf(id, url.searchParams) : { status: 200, body: job };
  }

  /** @param {URLSearchParams} query @returns {Answer} */
  #comparison(query) {
    const jobs = ['a', 'b'].map((name) => this.jobs.find(({ job_id }) => job_id === query.get(name)?.split('/').at(-1)));
    if (jobs.includes(undefined)) return problem(404, 'jobtree.job_not_found', 'This job is not remembered; look at it first.');
    const runs = jobs.map((job) => ({
      job, has_sub_jobs: true,
      seconds: job?.begin_time && job.end_time ? (Date.parse(job.end_time) - Date.parse(job.begin_time)) / 1000 : null,
    }));
    return { status: 200, body: { runs, differs: [], errors: [], types: [], sub_jobs: [], left_out: 0, unmatched: 0, ...this.comparison } };
  }

  /** @param {any} wish @returns {Answer} */
  #follow(wish) {
    this.posted.push(wish);
    if (this.mayNotFollow) return this.mayNotFollow;
    const job = this.jobs.find(({ job_id }) => job_id === wish.job_id);
    if (!job) return { status: 201, body: { ...wish, is_followed: wish.follow } };
    this.change({ job_id: job.job_id, is_followed: wish.follow, label: wish.label ?? job.label });
    return { status: 200, body: this.jobs.find(({ job_id }) => job_id === wish.job_id) };
  }

  /** @param {URLSearchParams} query @param {Record<string, string>} headers @returns {Promise<Answer>} */
  async #board(query, headers) {
    const unknown = [...query.keys()].find((name) => !PARAMETERS.includes(name));
    if (unknown) return problem(400, 'jobtree.bad_parameter', `There is no parameter "${unknown}".`);
    const hold = Number(/^wait=(\d+)$/.exec(headers.prefer ?? '')?.[1] ?? 0);
    let answer = this.#page(query);
    if (hold > 0 && answer.headers.ETag === headers['if-none-match']) {
      this.#holds += 1;
      for (const [resolve, before] of this.#untilHeld) if (this.#holds > before) resolve(this.#holds);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, hold * 1000);
        timer.unref();
        const tell = () => {
          clearTimeout(timer);
          this.#waiting.delete(tell);
          resolve(undefined);
        };
        this.#waiting.add(tell);
      });
      answer = this.#page(query);
    }
    return answer.headers.ETag === headers['if-none-match'] ? { status: 304, headers: answer.headers } : answer;
  }

  /** @param {URLSearchParams} query */
  #page(query) {
    /** @param {string} name */
    const given = (name) => query.get(name) ?? '';
    const wanted = given('status').split(',').filter(Boolean);
    /** @param {JobRecord} job @param {string} word */
    const is = (job, word) => (word === 'lost' ? job.is_lost : word === 'ended' ? job.has_ended : word === 'unfinished' ? !job.has_ended && !job.is_lost : job.status === word);
    /** @param {JobRecord} job */
    const text = (job) => [job.job_id, job.type, job.label, job.error_code, job.error_text, job.found?.resource_name, job.found?.person].join('\n').toLowerCase();
    const found = this.jobs.filter((job) => (wanted.length === 0 || wanted.some((word) => is(job, word)))
      && (!given('service') || job.service === given('service'))
      && (!given('region') || job.region === given('region'))
      && (!given('person') || job.found?.person === given('person'))
      && (!given('resource') || [job.found?.resource_id, job.found?.resource_name].includes(given('resource')))
      && (!given('since') || job.last_change >= given('since'))
      && (!given('ended_since') || (job.end_time ?? job.last_change) >= given('ended_since'))
      && text(job).includes(given('q').toLowerCase()))
      .sort((a, b) => (a.last_change < b.last_change ? 1 : -1));
    if (given('group')) return this.#groups(found, given('group'));
    const from = Number(given('cursor') || 0);
    const to = from + Number(given('limit') || 50);
    const body = { jobs: found.slice(from, to), next: to < found.length ? String(to) : null, memory: this.state };
    const ETag = `"${createHash('sha1').update(JSON.stringify(body)).digest('hex')}"`;
    return { status: 200, body, headers: { ETag } };
  }

  /** @param {JobRecord[]} jobs @param {string} by */
  #groups(jobs, by) {
    /** @param {JobRecord} job */
    const value = (job) => (by === 'service' ? job.service : by === 'person' ? job.found?.person : job.found?.resource_name || job.found?.resource_id) ?? '';
    const groups = [...new Set(jobs.map(value))].filter(Boolean).map((it) => {
      const own = jobs.filter((job) => value(job) === it);
      return { value: it, jobs: own.length, unfinished: own.filter((job) => !job.has_ended && !job.is_lost).length, failed: own.filter(({ status }) => status === 'failed').length, last_change: own[0].last_change };
    });
    const body = { jobs: [], next: null, memory: this.state, groups };
    return { status: 200, body, headers: { ETag: `"${createHash('sha1').update(JSON.stringify(body)).digest('hex')}"` } };
  }

  /** @param {string} id @param {string} [version] @returns {Answer} */
  #versionsOf(id, version) {
    const all = this.versions.get(id) ?? [];
    if (version === undefined) {
      const list = all.map(({ body, ...it }) => ({ ...it, size: 1, sha256: '', has_body: body !== undefined })).reverse();
      return { status: 200, body: { versions: list } };
    }
    const body = all.find((it) => it.version === Number(version))?.body;
    return body === undefined ? problem(404, 'jobtree.not_found', 'The body of this version is not kept, or never was.') : { status: 200, body };
  }

  /** @param {string} id @param {URLSearchParams} query @returns {Answer} */
  #eventsOf(id, query) {
    const all = this.events.get(id) ?? [];
    const from = Number(query.get('cursor') ?? 0);
    const to = from + Number(query.get('limit') ?? 50);
    return { status: 200, body: { events: all.slice(from, to), next: to < all.length ? String(to) : null } };
  }
}
