// A job as the trees written in JavaScript understand it: what a page would do with the answer, once
// for both of them. It finds what the engine finds: classes, times, counts of every branch, the words of a row.

/** @typedef {'waiting' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'skipped' | 'unknown'} Status */

/**
 * @typedef {object} Job
 * @property {string} id
 * @property {string} name
 * @property {Status} status
 * @property {string} said the status as sent
 * @property {number} begin milliseconds since 1970; NaN for none
 * @property {number} end
 * @property {string} error
 * @property {any} entities
 * @property {Job[] | null} children
 * @property {Job | null} parent
 * @property {number} level from 1
 * @property {number} position from 1, among its siblings
 * @property {number} total leaves below
 * @property {number} done
 * @property {number} failed
 * @property {boolean} shown passes the search
 */

/** @type {Readonly<Record<string, Status>>} */
const CLASSES = {
  INIT: 'waiting', WAITING: 'waiting', PENDING: 'waiting', QUEUED: 'waiting',
  RUNNING: 'running', PROCESSING: 'running', EXECUTING: 'running',
  SUCCESS: 'succeeded', SUCCEEDED: 'succeeded', COMPLETED: 'succeeded', FINISHED: 'succeeded',
  FAIL: 'failed', FAILED: 'failed', ERROR: 'failed',
  CANCELLED: 'cancelled', CANCELED: 'cancelled', SKIPPED: 'skipped',
};

/**
 * Every job of an answer in the order of their rows, the whole one first.
 * @param {any} answer parsed
 */
export function understand(answer) {
  /** @type {Job[]} */
  const jobs = [];
  /** @param {any} raw @param {Job | null} parent @param {number} position @returns {Job} */
  const read = (raw, parent, position) => {
    const said = String(raw.status ?? raw.state ?? '');
    const code = raw.error_code ?? raw.errorCode;
    const reason = raw.fail_reason ?? raw.failReason ?? raw.error_msg;
    /** @type {Job} */
    const job = {
      id: raw.job_id ?? raw.jobId ?? raw.id ?? '',
      name: raw.job_type ?? raw.type ?? raw.name ?? '',
      status: CLASSES[said] ?? CLASSES[said.toUpperCase()] ?? 'unknown',
      said,
      begin: Date.parse(raw.begin_time ?? raw.created_at ?? ''),
      end: Date.parse(raw.end_time ?? raw.finished_at ?? ''),
      error: code && reason ? `${code}: ${reason}` : code ?? reason ?? '',
      entities: raw.entities,
      children: null,
      parent,
      level: parent ? parent.level + 1 : 1,
      position,
      total: 0, done: 0, failed: 0,
      shown: true,
    };
    jobs.push(job);
    const children = raw.entities?.sub_jobs ?? raw.sub_jobs ?? raw.children;
    if (children?.length > 0) {
      job.children = children.map((/** @type {any} */ child, /** @type {number} */ i) => read(child, job, i + 1));
      for (const child of /** @type {Job[]} */ (job.children)) {
        job.total += child.total;
        job.done += child.done;
        job.failed += child.failed;
      }
    } else {
      job.total = 1;
      job.done = Number(isOver(job.status));
      job.failed = Number(job.status === 'failed');
    }
    return job;
  };
  read(answer.job ?? answer, null, 1);
  return jobs;
}

/** @param {Status} status */
const isOver = (status) => status === 'succeeded' || status === 'failed' || status === 'cancelled' || status === 'skipped';

/** How many leaves each class has. @param {Job[]} jobs */
export function countClasses(jobs) {
  /** @type {Record<Status, number>} */
  const counts = { waiting: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0, skipped: 0, unknown: 0 };
  for (const job of jobs) if (!job.children) counts[job.status] += 1;
  return counts;
}

/** Of what failed with nothing failed below it, the first in time. @param {Job[]} jobs */
export function rootFailure(jobs) {
  /** @type {Job | undefined} */
  let first;
  for (const job of jobs) {
    if (!job.children && job.status === 'failed' && !(first && first.end <= job.end)) first = job;
  }
  return first;
}

/** Whether a job is what is looked for: a text in what its row says, or a class. @param {Job} job @param {string} text in lower case @param {string} status '' for all */
export function matches(job, text, status) {
  if (status && job.status !== status) return false;
  if (!text) return true;
  return [job.id, job.name, job.said, job.error, facts(job)].some((it) => it.toLowerCase().includes(text));
}

/** The resources of a job in a line. @param {Job} job */
export function facts(job) {
  if (job.children || !job.entities) return '';
  return Object.entries(job.entities).filter(([, value]) => typeof value !== 'object')
    .map(([name, value]) => `${name} ${value}`).join('   ');
}

/** What a row says, in the order of its places. @param {Job} job @param {Job} root @param {Intl.DateTimeFormat} clock @param {number} now */
export function describe(job, root, clock, now) {
  const warning = job.status === 'succeeded' && job.failed > 0;
  const end = Number.isNaN(job.end) ? now : job.end;
  const took = Number.isNaN(job.begin) ? '' : duration(end - job.begin);
  const rootEnd = Number.isNaN(root.end) ? now : root.end;
  /** @param {number} time */
  const share = (time) => Math.round(10_000 * (time - root.begin) / (rootEnd - root.begin || 1)) || 0;
  return {
    status: warning ? 'warning' : job.status,
    live: Number(!isOver(job.status)),
    label: [job.name, job.said.toLowerCase(), took, job.children && `${job.done} of ${job.total} done`, job.error]
      .filter(Boolean).join(', '),
    name: job.name,
    said: job.said.toLowerCase(),
    id: job.id.length > 10 ? `…${job.id.slice(-8)}` : job.id,
    error: job.error,
    facts: facts(job),
    begin: Number.isNaN(job.begin) ? '' : clock.format(job.begin),
    took,
    barBegin: share(job.begin),
    barEnd: share(end),
  };
}

/** @param {number} time in milliseconds */
function duration(time) {
  const seconds = Math.floor(time / 1000);
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
  const hours = Math.floor(seconds / 3600);
  return hours < 48 ? `${hours}h ${Math.floor(seconds / 60) % 60}m` : `${Math.floor(hours / 24)}d ${hours % 24}h`;
}
