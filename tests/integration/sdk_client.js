// A client of an official SDK, by its rules in data/sdk_clients.json: what it sends, and what it makes of an error.
//
// Knows: those rules. Must not know: what a server should answer. The Node.js clients run for real in
// official_client.test.js; this stands in for the languages that no package brings here.

import { readFileSync } from 'node:fs';

import { dataFile, request, sign, simulatorKey } from './helpers.js';

/**
 * @typedef {object} Client
 * @property {string} name
 * @property {'kept' | 'dropped'} endpoint_path
 * @property {boolean} path_unquoted
 * @property {'name' | 'none'} project_query
 * @property {Record<string, string>} sends
 * @property {{ from: number, media_types: string[] | null, members: [string, string][], needs_both: boolean,
 *   others: 'ignored' | 'fatal', request_id: string }} errors
 *
 * @typedef {{ status: number, requestId: string | undefined, code: string | undefined, message: string | undefined }} Facts
 */

/** @type {{ clients: Client[] }} */
export const { clients } = JSON.parse(readFileSync(dataFile('sdk_clients.json'), 'utf8'));

/**
 * A client's GET. `key`: what it signs with, which a gateway never looks at.
 * @param {Client} client
 * @param {string} endpoint
 * @param {string} target path and query of the service
 * @param {{ project?: string, token?: string, key?: { ak: string, sk: string }, method?: string, headers?: Record<string, string> }} [options]
 */
export function send(client, endpoint, target, { project, token, key = simulatorKey, method = 'GET', headers } = {}) {
  const base = new URL(endpoint);
  const kept = client.endpoint_path === 'kept' ? base.pathname.replace(/\/$/, '') : '';
  const url = base.origin + kept + target;
  const all = {
    ...client.sends,
    ...(project === undefined ? {} : { 'X-Project-Id': project }),
    ...(token === undefined ? {} : { 'X-Security-Token': token }),
    ...headers,
  };
  return request(url, { method, headers: { ...all, ...sign(url, { ak: key.ak, sk: key.sk, method }) } });
}

/**
 * The project it would fill into its paths when the program names none.
 * @param {Client} client
 * @param {string} iam
 * @param {string} region
 * @param {{ token?: string }} [options]
 * @returns {Promise<string>}
 */
export async function ownProject(client, iam, region, options) {
  const reply = await send(client, iam, `/v3/projects${client.project_query === 'name' ? `?name=${region}` : ''}`, options);
  if (reply.status >= 400) throw new Error(`${reply.status} ${reply.text}`);
  const { projects } = reply.json();
  if (projects.length !== 1) throw new Error(`${projects.length} projects`);
  return projects[0].id;
}

/** @param {import('./helpers.js').Reply} reply */
const headerId = (reply) => reply.headers['x-request-id']?.toString();

/**
 * The four facts of a failure, as the client's exception has them. Throws where the client breaks.
 * @param {Client} client
 * @param {import('./helpers.js').Reply} reply
 * @returns {Facts}
 */
export function factsOf({ errors }, reply) {
  if (reply.status < errors.from) throw new Error(`${reply.status} is no failure`);
  /** @type {Facts} */
  const facts = { status: reply.status, requestId: errors.request_id === 'body' ? undefined : headerId(reply), code: undefined, message: undefined };
  const type = reply.headers['content-type']?.split(';')[0].trim() ?? '';
  if (errors.media_types && !errors.media_types.includes(type)) return { ...facts, requestId: undefined };
  const body = reply.json(); // C++ breaks here on what is no JSON; for the others the text would be the message
  if (errors.others === 'fatal') {
    for (const [name, value] of Object.entries(body)) {
      const isKnown = name === 'request_id' || errors.members.some((pair) => pair.includes(name));
      if (!isKnown && (typeof value !== 'object' || value === null)) throw new Error(`the member ${name} is no object`);
    }
  }
  for (const [code, message] of errors.members) {
    const has = (/** @type {string} */ name) => typeof body[name] === 'string' && body[name] !== '';
    if (errors.needs_both ? has(code) && has(message) : has(code) || has(message)) {
      facts.code = body[code];
      facts.message = body[message];
      break;
    }
  }
  if (errors.request_id.startsWith('body')) facts.requestId = body.request_id ?? facts.requestId;
  return facts;
}
