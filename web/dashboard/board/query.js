// What the board shows: a view and filters, as the URL of the page says them and as the server is queried.
//
// Knows: names of views and parameters. Must not know: nodes, texts, the browser's history.

/** In the order in which they are offered. */
export const VIEWS = /** @type {const} */ (['running', 'failed', 'causes', 'all', 'since']);
/** Statuses that can be filtered by where the view does not say one. */
export const STATUS_FILTERS = /** @type {const} */ (['unfinished', 'succeeded', 'failed', 'cancelled', 'unknown', 'lost']);

/** By what jobs can be grouped. */
export const GROUPS = /** @type {const} */ (['service', 'person', 'resource']);

/** In the place of rows. */
export const LOOKS = /** @type {const} */ (['timeline']);

/** Failures that are not muted are shown where nothing is said. */
export const CAUSE_FILTERS = /** @type {const} */ (['new', 'back', 'muted', 'all']);

/**
 * @typedef {typeof VIEWS[number]} ViewName
 * @typedef {typeof STATUS_FILTERS[number]} StatusFilter
 * @typedef {typeof CAUSE_FILTERS[number]} CauseFilter
 * @typedef {typeof GROUPS[number]} Group
 * @typedef {typeof LOOKS[number]} Look
 *
 * @typedef {object} BoardQuery "" stands for all
 * @property {ViewName} view
 * @property {string} q
 * @property {StatusFilter | ''} status
 * @property {CauseFilter | ''} state of the view `causes`
 * @property {string} service
 * @property {string} region
 * @property {string} person who started it
 * @property {string} resource the ID or the name of what it was done to
 * @property {Group | ''} group how many jobs there are of each, in the place of the jobs; not of the view `causes`
 * @property {Look | ''} look at the jobs; not of the view `causes`, nor of groups
 * @property {string} since of the view `since`: an ISO time
 */

const LONGEST_TEXT = 200; // characters
const MOST_GROUPS = 100;

/**
 * @template {string} T
 * @param {readonly T[]} names
 * @param {string} [value]
 */
const oneOf = (names, value) => names.find((name) => name === value);

/** @param {string} [time] */
const isTime = (time = '') => !Number.isNaN(Date.parse(time));

/** Whether the view leaves the status open. @param {ViewName} view */
export const hasStatusFilter = (view) => view === 'all' || view === 'since';

/** @param {Readonly<Record<string, string>>} parameters of the URL @returns {BoardQuery} what cannot be meant is left out */
export function readQuery({ view, q = '', status, state, service = '', region = '', person = '', resource = '', group, look, since = '' }) {
  const named = oneOf(VIEWS, view) ?? 'all';
  return {
    view: named,
    q: q.slice(0, LONGEST_TEXT),
    status: (hasStatusFilter(named) && oneOf(STATUS_FILTERS, status)) || '',
    state: (named === 'causes' && oneOf(CAUSE_FILTERS, state)) || '',
    service,
    region,
    person: named === 'causes' ? '' : person.slice(0, LONGEST_TEXT),
    resource: named === 'causes' ? '' : resource.slice(0, LONGEST_TEXT),
    group: (named !== 'causes' && oneOf(GROUPS, group)) || '',
    look: (named !== 'causes' && !oneOf(GROUPS, group) && oneOf(LOOKS, look)) || '',
    since: named === 'since' && isTime(since) ? since : '',
  };
}

/** @param {BoardQuery} query @returns {Record<string, string>} parameters of the URL */
export const toParameters = (query) => Object.fromEntries(Object.entries(query).filter(([, value]) => value));

/** Whether something beside the view is chosen. @param {BoardQuery} query */
export const isFiltered = ({ q, status, state, service, region, person, resource }) => [q.trim(), status, state, service, region, person, resource].some(Boolean);

/** No filter. @type {Partial<BoardQuery>} */
export const UNFILTERED = { q: '', status: '', state: '', service: '', region: '', person: '', resource: '' };

/** The beginning of the day, where the user is. @param {number} now */
function today(now) {
  const day = new Date(now);
  day.setHours(0, 0, 0, 0);
  return day.toISOString();
}

/**
 * The query string for the server.
 * @param {BoardQuery} query
 * @param {{ limit: number, cursor: string }} page
 * @param {number} now
 */
export function toSearch({ view, q, status, state, service, region, person, resource, group, since }, { limit, cursor }, now) {
  /** @type {Record<ViewName, Record<string, string>>} */
  const ofView = {
    running: { status: 'unfinished' },
    failed: { status: 'failed', ended_since: today(now) },
    causes: { state },
    all: { status },
    since: { status, since },
  };
  return new URLSearchParams(Object.entries({ ...ofView[view], q: q.trim(), service, region, person, resource, group, limit: String(group ? MOST_GROUPS : limit), cursor })
    .filter(([, value]) => value)).toString();
}
