// What the snippets of all languages need: which services have a client in the official SDKs, and a service's
// path with the job in it.
//
// Knows: names of clients, paths. Must not know: how code of a language looks.

/** @typedef {import('../../shared/address.js').Address} Address */
/** @typedef {{ client: string, version: string, request: string }} Client */

/**
 * Clients of the official SDKs that query a job. For a service without one here, a snippet signs the request
 * itself.
 * @type {Readonly<Record<string, Client>>}
 */
const CLIENTS = {
  eip: { client: 'Eip', version: 'v2', request: 'ShowResourcesJobDetail' },
  ecs: { client: 'Ecs', version: 'v2', request: 'ShowJob' },
  evs: { client: 'Evs', version: 'v2', request: 'ShowJob' },
  ims: { client: 'Ims', version: 'v2', request: 'ShowJob' },
  elb: { client: 'Elb', version: 'v3', request: 'ShowJob' },
  bms: { client: 'Bms', version: 'v1', request: 'ShowJobInfos' },
  sdrs: { client: 'Sdrs', version: 'v1', request: 'ShowJobStatus' },
};

/**
 * The service stands in a link that anybody can write, so it may be any word.
 * @param {string} service
 * @returns {Client | undefined}
 */
export const clientOf = (service) => (Object.hasOwn(CLIENTS, service) ? CLIENTS[service] : undefined);

/** @param {string} name "ShowJobInfos" @returns "showJobInfos" */
export const camel = (name) => name[0].toLowerCase() + name.slice(1);

/**
 * The path cut where its owner stands, with the ids of the job filled in; what is not known here comes from the
 * environment.
 * @param {Address} address
 * @param {string} path of the service, "/v1/{project_id}/jobs/{job_id}"
 */
export function partsOf({ project, job }, path) {
  const ids = job.split('/');
  const filled = path.replace(/\{(?!project_id|domain_id)\w+\}/g, () => ids.shift() ?? '');
  const owner = /\{(project|domain)_id\}/.exec(filled);
  const isDomain = owner?.[1] === 'domain';
  const [before, after] = owner ? filled.split(owner[0]) : [filled, ''];
  return {
    before,
    after,
    /** Whether an owner stands in the path. */
    hasOwner: owner !== null,
    /** "" where only the environment knows it. */
    id: project === '-' ? '' : project,
    variable: isDomain ? 'HUAWEICLOUD_SDK_DOMAIN_ID' : 'HUAWEICLOUD_SDK_PROJECT_ID',
    header: isDomain ? 'X-Domain-Id' : 'X-Project-Id',
  };
}
