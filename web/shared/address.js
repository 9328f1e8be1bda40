// Where a job is: region, service, project and ids; and how to find such in what people paste.

/**
 * @typedef {object} Address
 * @property {string} region
 * @property {string} service
 * @property {string} project 32 hex digits, or "-": the project of the backend's key
 * @property {string} job its id; before it, with "/" between, those of what it belongs to: "INSTANCE/TASK"
 *
 * @typedef {Partial<Address> & { job: string }} Found what a text says of a job: at least its id
 *
 * @typedef {object} Known what the backend says there is
 * @property {readonly string[]} regions
 * @property {readonly { name: string, path: string }[]} services `path` as in "/v1/{project_id}/jobs/{job_id}"
 */

const LONGEST_TEXT = 1_000_000;
const MOST_FOUND = 500;
const ID = '[A-Za-z0-9_-]{1,64}(?![A-Za-z0-9_-])';
const BARE_ID = '(?<![A-Za-z0-9_-])(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(?![A-Za-z0-9_-])';
const PROJECT = '(?:[0-9a-f]{32}|-)';
const NAME = '[a-z0-9-]{1,32}';
const WHOLE_ID = new RegExp(`^${ID}$`);
/** What may stand for an id in an address: also a name that users give. The server knows which ids are good. */
const PART = '[A-Za-z0-9_-](?:[A-Za-z0-9_.:-]{0,253}[A-Za-z0-9_-])?(?![A-Za-z0-9_-])';
/** All ids of a job. */
const JOB = `${PART}(?:/${PART}){0,2}`;
const WHOLE_JOB = new RegExp(`^${JOB}$`);

const URLS = /https?:\/\/[^\s"'<>\\]{1,2000}/g;
/** A line of this server's own log, as text or as JSON. */
const OWN_LOG = ['(?<i>NAME)', '(?<j>NAME)', '(?<k>PROJECT)', '(?<l>JOB)'].map((value, i) => `\\b${['region', 'service', 'project', 'job'][i]}(?:=|":")${
  value.replace('NAME', NAME).replace('PROJECT', PROJECT).replace('JOB', JOB)}`).join('(?: |",")');
/** Ways an id is written when it says that it is a job's, but for whole URLs. */
const NAMED = new RegExp([
  `[?&#]job=(?<a>${NAME}/${NAME}/${PROJECT}/${JOB})`,
  `/api/(?<b>${NAME}/${NAME})/v[\\d.]{1,5}/(?<c>${PROJECT})/jobs/(?<d>${JOB})`,
  `/(?<e>[0-9a-f]{32})/jobs/(?<f>${ID})`,
  `#/(?:[\\w-]{1,40}/){0,4}jobs?/(?<h>${ID})`,
  OWN_LOG,
  `\\bjob_?id(?:\\\\?["'])?\\s{0,9}[:=]\\s{0,9}(?:\\\\?["'])?(?<g>${ID})`,
].join('|'), 'gi');
/** Any other id in a line, with the name before it: "request_id=5ec9…" is not a job. */
const BARE = new RegExp(`(?:(?<name>[A-Za-z][\\w-]{0,40})(?:\\\\?["'])?\\s{0,9}[:=]\\s{0,9}(?:\\\\?["'])?)?(?<id>${BARE_ID})`, 'g');
const A_REGION = /(?<![a-z0-9-])[a-z]{2}-[a-z]{2,12}-\d{1,3}(?![a-z0-9-])/g;

/** What services are called in host names and in the console, where that is not their name here. */
const ALIASES = new Map(Object.entries({
  vpc: 'eip', ecm: 'ecs', 'swr-api': 'swr', gaussdbformysql: 'taurusdb', gaussdb: 'taurusdb',
  'gaussdb-opengauss': 'gaussdb', 'gaussdb-nosql': 'geminidb', nosql: 'geminidb',
}));

/**
 * The jobs a text speaks of, each once, in its order, at most 500 of the first million characters.
 * Ids that say they are a job's count; only when there is none, any that could be one.
 * @param {string} text an id, an answer of the cloud, a URL, a log, anything
 * @param {Known} [known]
 * @returns {Found[]}
 */
export function findAddresses(text, known = { regions: [], services: [] }) {
  const bounded = text.slice(0, LONGEST_TEXT).trim();
  const ids = idsInJson(bounded) ?? idsAlone(bounded);
  if (ids) return ids.slice(0, MOST_FOUND).map((job) => ({ job }));
  /** @type {Map<string, Found>} */
  const sure = new Map();
  /** @type {Map<string, Found>} */
  const likely = new Map();
  for (const line of bounded.split('\n')) {
    if (sure.size >= MOST_FOUND) break;
    const region = line.match(A_REGION)?.find((name) => known.regions.includes(name));
    for (const found of namedIn(line, known)) {
      if (!sure.has(found.job)) sure.set(found.job, { ...(region && { region }), ...found });
    }
    if (sure.size > 0 || likely.size >= MOST_FOUND) continue;
    for (const match of line.matchAll(BARE)) {
      const { name, id } = /** @type {{ name?: string, id: string }} */ (match.groups);
      if (!name || /^(job|task|id$)/i.test(name)) likely.set(id, { job: id, ...(region && { region }) });
    }
  }
  return [...(sure.size > 0 ? sure : likely).values()].slice(0, MOST_FOUND);
}

/**
 * Other ids that stand in a text beside the jobs that were found in it, each once, and what they are called there.
 * Nobody takes a project or an account for a job, so these are left out.
 * @param {string} text
 * @param {Found[]} found in it
 * @returns {{ id: string, name: string }[]}
 */
export function otherIds(text, found) {
  const bounded = text.slice(0, LONGEST_TEXT).trim();
  if (found.length === 0 || idsInJson(bounded)) return []; // the sub-jobs of an answer have ids too
  const taken = new Set(found.flatMap(({ job, project }) => [...job.split('/'), project]));
  /** @type {Map<string, string>} */
  const others = new Map();
  for (const match of bounded.matchAll(BARE)) {
    const { name = '', id } = /** @type {{ name?: string, id: string }} */ (match.groups);
    if (!taken.has(id) && !/project|domain|tenant|account|user/i.test(name)) others.set(id, name);
    if (others.size === MOST_FOUND) break;
  }
  return [...others].map(([id, name]) => ({ id, name }));
}

/**
 * @param {string} line
 * @param {Known} known
 * @returns {Found[]}
 */
function namedIn(line, known) {
  const inUrls = (line.match(URLS) ?? []).flatMap((url) => findInUrl(url, known) ?? []);
  const named = [...line.matchAll(NAMED)].flatMap(({ groups: it }) => {
    if (it?.a) return parseAddress(it.a) ?? [];
    if (it?.d) return parseAddress(`${it.b}/${it.c}/${it.d}`) ?? [];
    if (it?.l) return parseAddress(`${it.i}/${it.j}/${it.k}/${it.l}`) ?? [];
    if (it?.f) return { project: it.e.toLowerCase(), job: it.f };
    const job = it?.g ?? it?.h;
    return job ? { job } : [];
  });
  // What the URL says comes first, as it says more.
  return [...inUrls, ...named];
}

/**
 * @param {string} text
 * @param {Known} known
 * @returns {Found | undefined}
 */
function findInUrl(text, { regions, services }) {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const ours = /^\/?(.*)\/api\/([a-z0-9-]+)\/([a-z0-9-]+)(\/.*)$/.exec(url.pathname);
  if (ours) {
    const own = services.filter(({ name }) => name === ours[3]).map((it) => it.path);
    const it = [...own, ...COMMON].map((pattern) => idsInPath(pattern, ours[4] + url.search)).find(Boolean);
    if (it) return parseAddress(`${ours[2]}/${ours[3]}/${it.project}/${it.job}`);
  }
  const path = url.pathname + url.search; // a service's own may begin with /api too
  const fitting = services.flatMap((service) => {
    const ids = idsInPath(service.path, path);
    return ids ? [{ service: service.name, ...ids }] : [];
  });
  const labels = url.hostname.split('.');
  const region = [labels[1], url.searchParams.get('region')].find((name) => name && regions.includes(name));
  const called = url.hostname.startsWith('console') ? url.pathname.split('/')[1] : labels[0];
  const service = services.find(({ name }) => name === (ALIASES.get(called) ?? called))?.name;
  // A path that only one service has names it; most share one. Other paths at a service's host are services too.
  const it = fitting.find((fit) => fit.service === service) ?? fitting.find((fit) => fit.service.startsWith(`${service}-`))
    ?? (fitting.length === 1 ? fitting[0] : undefined);
  const where = { ...(region && { region }), ...(service && { service }) };
  if (it) return { ...where, ...it };
  const shared = fitting[0] ?? idsInPath(COMMON[0], path);
  if (shared) return { ...where, project: shared.project, job: shared.job };
  const named = /(?:[?&#/]job_?id=|^#\/(?:[\w-]{1,40}\/){0,4}jobs?\/|[^?]*#\/(?:[\w-]{1,40}\/){0,4}jobs?\/)([A-Za-z0-9_-]{1,64})(?![A-Za-z0-9_-])/i.exec(url.search + url.hash);
  return named ? { ...where, job: named[1] } : undefined;
}

/** The form of the backend's own that fits all services, for jobs of one id to three. */
const COMMON = ['{a}', '{a}/{b}', '{a}/{b}/{c}'].map((ids) => `/v1/{project_id}/jobs/${ids}`);

/**
 * @param {string} pattern
 * @param {string} path
 * @returns {{ project: string, job: string } | undefined} without a project in the pattern, it is "-"
 */
function idsInPath(pattern, path) {
  const source = pattern.replace(/[.?+*^$()[\]\\|]/g, '\\$&')
    .replace(/\{(\w+)\}/g, (_, name) => (/^(project|domain)_id$/.test(name) ? `(?<project>${PROJECT})` : `(${PART})`));
  const found = new RegExp(`^${source}(?!/?[\\w-])`).exec(path);
  if (!found) return undefined;
  const project = found.groups?.project;
  const ids = found.slice(1);
  if (project) ids.splice(ids.indexOf(project), 1);
  return { project: project ?? '-', job: ids.join('/') };
}

/**
 * The ids of a whole answer, or of a list of such. Sub-jobs have ids too, often written before the
 * job's own, and are not meant.
 * @param {string} text
 * @returns {string[] | undefined}
 */
function idsInJson(text) {
  if (!/^[[{]/.test(text)) return undefined;
  /** @type {any} */
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    return undefined; // not JSON, or one cut off: it may still be read as text
  }
  const jobs = [answer, answer.jobs, answer.job_ids].find(Array.isArray) ?? [answer.job ?? answer];
  const ids = jobs.map((/** @type {any} */ job) => (typeof job === 'string' ? job : job?.job_id ?? job?.jobId ?? job?.id));
  const good = ids.filter((/** @type {unknown} */ id) => typeof id === 'string' && WHOLE_ID.test(id));
  return good.length > 0 ? [...new Set(/** @type {string[]} */ (good))] : undefined;
}

/**
 * One id of any shape, or several that look like ids and nothing beside them.
 * @param {string} text
 * @returns {string[] | undefined}
 */
function idsAlone(text) {
  if (WHOLE_ID.test(text) || (text.includes('/') && WHOLE_JOB.test(text))) return [text];
  const words = text.split(/[\s,;"']+/, MOST_FOUND + 2).filter(Boolean);
  const areIds = words.length > 0 && words.every((word) => WHOLE_JOB.test(word) && /\d/.test(word) && word.length >= 16);
  return areIds ? [...new Set(words)] : undefined;
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
  const found = new RegExp(`^(?<region>${NAME})/(?<service>${NAME})/(?<project>${PROJECT})/(?<job>${JOB})$`).exec(text);
  return found?.groups && /** @type {any} */ ({ ...found.groups });
}
