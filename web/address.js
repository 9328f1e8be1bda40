// Where a job is: region, service, project and id; and how to find one in what people paste.

/**
 * @typedef {object} Address
 * @property {string} region
 * @property {string} service
 * @property {string} project 32 hex digits, or "-": the project of the backend's key
 * @property {string} job
 */

const LONGEST_TEXT = 100_000;
const ID = '[A-Za-z0-9_-]{1,64}(?![A-Za-z0-9_-])';
const PROJECT = '(?:[0-9a-f]{32}|-)';
const NAME = '[a-z0-9-]{1,32}';

/** Ways an id is written, the surest first. A project's id looks like a job's, so its place counts. */
const PATTERNS = [
  new RegExp(`[?&#]job=(?<region>${NAME})/(?<service>${NAME})/(?<project>${PROJECT})/(?<job>${ID})`),
  new RegExp(`/api/(?<region>${NAME})/(?<service>${NAME})/v[\\d.]+/(?<project>${PROJECT})/jobs/(?<job>${ID})`),
  new RegExp(`/(?<project>[0-9a-f]{32})/jobs/(?<job>${ID})`),
  new RegExp(`"?job_?id"?\\s*[:=]\\s*"?(?<job>${ID})`, 'i'),
  new RegExp(`^\\s*(?<job>${ID})\\s*$`),
  /\b(?<job>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b/i,
  /\b(?<job>[0-9a-f]{32})\b/i,
];

/**
 * What a pasted text says of a job: at least its id, or undefined.
 * @param {string} text
 * @returns {(Partial<Address> & { job: string }) | undefined}
 */
export function findAddress(text) {
  const bounded = text.slice(0, LONGEST_TEXT);
  const job = idInJson(bounded);
  if (job) return { job };
  for (const pattern of PATTERNS) {
    const found = pattern.exec(bounded)?.groups;
    if (found) return /** @type {{ job: string }} */ ({ ...found });
  }
  return undefined;
}

/**
 * The id of a whole answer. Its sub-jobs have ids too, often written before its own.
 * @param {string} text
 * @returns {string | undefined}
 */
function idInJson(text) {
  try {
    const answer = JSON.parse(text);
    const job = answer.job ?? answer;
    const id = job.job_id ?? job.jobId ?? job.id;
    return new RegExp(`^${ID}$`).test(id) ? id : undefined;
  } catch {
    return undefined; // not JSON, or null: the patterns may still find something
  }
}

/** @param {string} project */
export function isProject(project) {
  return new RegExp(`^${PROJECT}$`).test(project);
}

/**
 * "cn-north-4/eip/-/ff80…", as in the page's URL.
 * @param {Address} address
 */
export function formatAddress({ region, service, project, job }) {
  return `${region}/${service}/${project}/${job}`;
}

/**
 * @param {string} text
 * @returns {Address | undefined}
 */
export function parseAddress(text) {
  const found = new RegExp(`^(?<region>${NAME})/(?<service>${NAME})/(?<project>${PROJECT})/(?<job>${ID})$`).exec(text);
  return found?.groups && /** @type {any} */ ({ ...found.groups });
}
