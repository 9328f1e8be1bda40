// What the server remembers of jobs: the routes /api/jobs, those below it, and /api/failures.
//
// Knows: routes and their records. Must not know: nodes, texts, when to query.

import { formatAddress } from '../../shared/address.js';
import { getConfig } from './config.js';
import { Refusal, send } from './send.js';

/**
 * @typedef {import('../../shared/address.js').Address} Address
 * @typedef {'waiting' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'skipped' | 'unknown'} Status
 *
 * @typedef {object} JobRecord times are ISO 8601 in UTC
 * @property {string} region
 * @property {string} service
 * @property {string} project_id
 * @property {string} job_id
 * @property {string | null} type as sent
 * @property {{ en: string, zh: string } | null} [name] the type by name
 * @property {Status} status
 * @property {string | null} status_text as sent
 * @property {boolean} has_ended
 * @property {string | null} begin_time
 * @property {string | null} end_time
 * @property {string} last_seen
 * @property {string} last_change
 * @property {number} version
 * @property {Record<Status | 'total', number>} counts
 * @property {string | null} error_code of the first failure
 * @property {string | null} error_text
 * @property {string | null} forgotten_at since when the cloud knows it no longer
 * @property {boolean} is_lost nobody saw its end, and the cloud knows it no longer
 * @property {string | null} label
 * @property {boolean} is_followed
 * @property {boolean} is_example
 * @property {Finding | null} [found] what the cloud's own records say of it; null: no record tells of it
 *
 * @typedef {object} Finding
 * @property {string | null} operation as sent
 * @property {string | null} person who started it; null too where this visitor may not know
 * @property {string | null} resource_id
 * @property {string | null} resource_name
 * @property {string} at
 * @property {boolean} is_queryable the cloud can be queried for the job itself
 *
 * @typedef {{ value: string, jobs: number, unfinished: number, failed: number, last_change: string }} JobGroup
 *
 * @typedef {object} Source one list of the cloud's records in one region
 * @property {string} region
 * @property {string} list
 * @property {string} service
 * @property {'waiting' | 'backlog' | 'good' | 'denied' | 'silent' | 'absent' | 'trouble'} state
 * @property {{ en: string, zh: string } | null} detail
 * @property {string | null} permission
 * @property {string | null} read_at
 * @property {number} records
 *
 * @typedef {{ mode: 'off' | 'lists' | 'traces' | 'all', people: boolean, readings: Source[], policy: object, identity_policy: object }} Discovery
 *
 * @typedef {{ state: 'good' | 'trouble' | 'off', note?: string | null }} MemoryState
 * @typedef {{ jobs: JobRecord[], groups?: JobGroup[], next: string | null, memory: MemoryState }} BoardPage
 *
 * @typedef {object} FailureMute ends at its time, or when more have come than remain, whichever is first
 * @property {string | null} until
 * @property {number | null} remaining failures that may still come; null too where this visitor may not know
 * @property {string | null} note
 * @property {string | null} by the name of an access token
 * @property {string} at
 *
 * @typedef {object} FailureRecord failures of one service for one reason, over all jobs that are remembered
 * @property {string} name of the group
 * @property {string} service
 * @property {string | null} code
 * @property {string | null} text of the last of them
 * @property {{ meaning: { en: string, zh: string }, remedy: { en: string, zh: string } } | null} explanation
 * @property {number} count
 * @property {number} jobs
 * @property {string} first_at
 * @property {string} last_at
 * @property {boolean} is_new
 * @property {boolean} is_back
 * @property {number[]} days failures a day, today last
 * @property {{ region: string, service: string, project_id: string, job_id: string, part: string | null }} sample
 * @property {FailureMute | null} mute
 *
 * @typedef {{ failures: FailureRecord[], next: string | null, memory: MemoryState }} FailurePage
 *
 * @typedef {object} RecordedEvent
 * @property {string} at
 * @property {'cloud' | 'seen'} at_is who says the time: the cloud, or the server, which saw the change then
 * @property {number} version
 * @property {string | null} sub_job null: the job itself
 * @property {string | null} name what tells it from those of its type: an address, a resource
 * @property {string | null} type as sent
 * @property {Status | null} from null: it was not known before
 * @property {Status} to
 * @property {string | null} [status_text] as sent
 * @property {string | null} error_code
 * @property {string | null} error_text
 *
 * @typedef {{ version: number, at: string, size: number, has_body: boolean }} Version a response, seen first at that time
 *
 * @typedef {{ count: number, succeeded: number, failed: number, unfinished: number, median: number | null, longest: number | null }} TypeFigures
 *   durations in seconds, of those that succeeded
 * @typedef {{ sub_job: string | null, facts: string | null, status: Status, seconds: number | null, error_code: string | null, error_text: string | null }} ComparedSubJob
 *
 * @typedef {object} Comparison of two runs, which come in the same order everywhere
 * @property {{ job: JobRecord, seconds: number | null, has_sub_jobs: boolean }[]} runs
 * @property {('outcome' | 'duration' | 'errors' | 'sub_jobs')[]} differs
 * @property {{ error_code: string | null, error_text: string | null, counts: number[] }[]} errors
 * @property {{ type: string | null, name: { en: string, zh: string } | null, runs: TypeFigures[], differs: string[] }[]} types
 * @property {{ type: string | null, name: { en: string, zh: string } | null, number: number, runs: ComparedSubJob[], differs: string[] }[]} sub_jobs those that differ
 * @property {number} left_out how many more differ
 * @property {number} unmatched sub-jobs for which the other run has no plain counterpart
 */

/** Whether this server remembers jobs; an older one does not say so. */
export const hasMemory = () => (getConfig()?.memory?.state ?? 'off') !== 'off';

/** @param {Address} address */
const pathOf = (address) => `api/jobs/${formatAddress(address)}`;

const LONGEST_SEARCH = 200; // bytes that the server takes; IDs are ASCII

/** How the server finds jobs by itself. @returns {Promise<Discovery>} */
export const fetchDiscovery = async () => (await send('api/discovery')).json();

/** The jobs that are remembered with this text in their IDs or names. @param {string} text @returns {Promise<JobRecord[]>} */
export const searchRecords = async (text) => (text.length > LONGEST_SEARCH ? [] : (await (await send(`api/jobs?${new URLSearchParams({ q: text, limit: '20' })}`)).json()).jobs);

/** The job's record, if there is one. A search, as it is no error that a job was not seen yet. @param {Address} address */
export async function findRecord({ region, service, project, job }) {
  const records = (await searchRecords(job)).filter((it) => it.region === region && it.service === service && it.job_id === job);
  return records.find((it) => it.project_id === project) ?? (project === '-' ? records[0] : undefined);
}

/**
 * What changed when, the newest first.
 * @param {Address} address
 * @param {string} [cursor] of the page before
 * @returns {Promise<{ events: RecordedEvent[], next: string | null }>}
 */
export async function fetchEvents(address, cursor = '') {
  const query = new URLSearchParams({ order: 'desc', limit: '100', ...(cursor && { cursor }) });
  return (await send(`${pathOf(address)}/events?${query}`)).json();
}

/** The responses that are stored of a job. @param {Address} address @returns {Promise<Version[]>} */
export const fetchVersions = async (address) => (await (await send(`${pathOf(address)}/versions`)).json()).versions;

/** One of them as it came; undefined when it is not stored any more. @param {Address} address @param {number} version */
export async function fetchVersion(address, version) {
  try {
    return await (await send(`${pathOf(address)}/versions/${version}`)).text();
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return undefined;
    throw error;
  }
}

/** Has the server look at a job. @param {Address} address */
export async function lookAt({ region, service, project, job }) {
  await send(`api/${region}/${service}/v1/${project}/jobs/${job}`, { method: 'HEAD' });
}

/** Two jobs side by side. @param {string} a key of a job @param {string} b @returns {Promise<Comparison>} */
export const fetchComparison = async (a, b) => (await send(`api/compare?${new URLSearchParams({ a, b })}`)).json();

const LONGEST_LABEL = 200; // bytes, of those that the server takes

/** @param {string} label */
function shortened(label) {
  const bytes = new TextEncoder().encode(label);
  return bytes.length <= LONGEST_LABEL ? label : new TextDecoder().decode(bytes.slice(0, LONGEST_LABEL)).replace(/\ufffd+$/, '');
}

/**
 * Has the server follow a job to its end although nobody looks, or not any more.
 * @param {Address} address
 * @param {boolean} follow
 * @param {string} label what the user calls it, or ""
 * @returns {Promise<Partial<JobRecord>>}
 */
export async function postFollow({ region, service, project, job }, follow, label) {
  const response = await send('api/jobs', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ region, service, project_id: project, job_id: job, follow, ...(label && { label: shortened(label) }) }),
  });
  return response.json();
}

/**
 * Mutes a failure, or ends that.
 * @param {FailureRecord} failure
 * @param {{ until?: string, remaining?: number, note: string } | null} mute
 */
export async function postMute({ service, name }, mute) {
  await send('api/failures', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ service, name, mute }),
  });
}

/** @param {Pick<JobRecord, 'region' | 'service' | 'project_id' | 'job_id'>} record @returns {Address} */
export const addressOf = ({ region, service, project_id, job_id }) => ({ region, service, project: project_id, job: job_id });
