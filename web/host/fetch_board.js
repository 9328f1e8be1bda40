// Fetches the jobs that a backend remembers, page after page, as one list that the engine reads.
//
// Knows: GET /api/jobs and its records. Must not know: what is on screen, when to fetch (the engine does).

import { jobQuery } from './fetch_job.js';

/**
 * What an element needs of a record.
 * @typedef {object} BoardRecord
 * @property {string} region
 * @property {string} service
 * @property {string} project_id
 * @property {string} job_id
 * @property {string | null} type
 * @property {string} status
 * @property {string | null} status_text
 * @property {boolean} is_lost
 * @property {string | null} begin_time
 * @property {string | null} end_time
 * @property {string} first_seen
 * @property {Record<string, number>} counts
 * @property {string | null} error_code
 * @property {string | null} error_text
 * @property {string | null} label
 * @property {{ operation: string, person?: string | null, resource_id: string | null, resource_name: string | null } | null} found
 */

const MOST_ON_PAGE = 500; // that a backend sends
/** Headers of the first page that are those of the whole. */
const KEPT = ['ETag', 'Date', 'Age', 'X-Request-Id'];
/** In the words of Huawei Cloud, as the engine reads them. @type {Record<string, string>} */
const STATUS = { waiting: 'INIT', running: 'RUNNING', succeeded: 'SUCCESS', failed: 'FAIL', cancelled: 'CANCELLED', skipped: 'SKIPPED' };

/** A job as the cloud would send it. @param {BoardRecord} record */
function jobOf(record) {
  const { counts, found } = record;
  const done = counts.succeeded + counts.failed + counts.cancelled + counts.skipped;
  return {
    job_id: record.job_id,
    job_type: record.label || record.type || found?.operation || undefined,
    status: record.is_lost ? 'LOST' : STATUS[record.status] ?? record.status_text ?? 'UNKNOWN',
    begin_time: record.is_lost ? undefined : record.begin_time ?? record.first_seen, // nobody knows how long it ran
    end_time: record.end_time ?? undefined,
    error_code: record.error_code ?? undefined,
    fail_reason: record.error_text ?? undefined,
    entities: {
      resource_name: found?.resource_name ?? undefined,
      resource_id: found?.resource_id ?? undefined,
      operation: (record.label && (record.type || found?.operation)) || undefined,
      person_name: found?.person ?? undefined, // a name is shown without saying what it is
      service_name: record.service,
      region: record.region,
      sub_jobs_done: counts.total > 1 ? `${done} / ${counts.total}` : undefined,
    },
  };
}

/**
 * @param {URL} url with the filters
 * @param {import('./fetch_job.js').Tokens} tokens
 * @param {number} most jobs
 * @param {(records: BoardRecord[]) => void} heard called with those that are shown from now on
 * @returns {import('./requests.js').Query}
 */
export function boardQuery(url, tokens, most, heard) {
  /** @param {string} cursor */
  const pageAt = (cursor) => {
    const page = new URL(url);
    page.searchParams.set('limit', String(Math.min(most, MOST_ON_PAGE)));
    if (cursor) page.searchParams.set('cursor', cursor);
    return jobQuery(page.href, tokens);
  };
  const first = pageAt('');
  return async (etag, hold, signal) => {
    const response = await first(etag, hold, signal);
    /** By address: a job that changes while pages are read is on two of them. @type {Map<string, BoardRecord>} */
    const records = new Map();
    // As many again for jobs that move from page to page meanwhile, and no more whatever a server says.
    let pagesLeft = 2 * Math.ceil(most / MOST_ON_PAGE);
    for (let page = response; ;) {
      if (page.status !== 200) return page;
      const { jobs, next } = await page.json();
      for (const job of jobs) {
        const key = [job.region, job.service, job.project_id, job.job_id].join('/');
        if (records.size < most && !records.has(key)) records.set(key, job);
      }
      if (!next || records.size >= most || --pagesLeft === 0) break;
      page = await pageAt(next)('', 0, signal);
    }
    const shown = [...records.values()];
    heard(shown);
    const headers = new Headers();
    for (const name of KEPT) headers.set(name, response.headers.get(name) ?? '');
    return new Response(JSON.stringify(shown.map(jobOf)), { headers });
  };
}
