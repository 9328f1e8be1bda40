// Share links, as the server makes, lists and ends them.
//
// Knows: the routes /api/shares. Must not know: nodes, texts.

import { send } from '../state/send.js';

/**
 * @typedef {import('../../shared/address.js').Address} Address
 *
 * @typedef {{ job: Address } | { board: string }} Thing what is shared; `board`: a query string as GET /api/jobs takes it
 * @typedef {{ region: string, service: string, project_id: string, job_id: string }} SharedJob
 *
 * @typedef {object} MadeShare
 * @property {number | string} id
 * @property {string} token
 * @property {string} expires_at
 * @property {{ page: string, badge: string, atom: string }} links which may be relative to the server's address
 *
 * @typedef {object} Share without its token, which nobody knows any more
 * @property {number | string} id
 * @property {'job' | 'board'} kind
 * @property {SharedJob} [job]
 * @property {string} [board]
 * @property {string | null} label
 * @property {boolean} public
 * @property {string | null} created_by the name of an access token
 * @property {string} created_at
 * @property {string} expires_at
 * @property {string | null} last_used_at
 * @property {'live' | 'expired' | 'revoked'} state
 */

/** @param {Thing} thing @returns {object} as the server names it */
const wire = (thing) => ('board' in thing ? thing
  : { job: { region: thing.job.region, service: thing.job.service, project_id: thing.job.project, job_id: thing.job.job } });

/**
 * @param {Thing} thing
 * @param {{ label: string, expires_in: number, public: boolean }} how `expires_in` seconds
 * @returns {Promise<MadeShare>}
 */
export async function postShare(thing, { label, ...how }) {
  const response = await send('api/shares', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...wire(thing), ...how, ...(label && { label }) }),
  });
  return response.json();
}

/** The newest first; `left_out`: how many older ones the server does not list. @returns {Promise<{ shares: Share[], left_out: number }>} */
export const fetchShares = async () => (await send('api/shares')).json();

/** @param {Share} share */
export const revokeShare = async ({ id }) => void await send(`api/shares/${encodeURIComponent(id)}`, { method: 'DELETE' });

/** Whether a link shows this. @param {Share} share @param {Thing} thing */
export function isOf(share, thing) {
  if ('board' in thing) return share.kind === 'board' && share.board === thing.board;
  const { region, service, project, job } = thing.job;
  // The default project has an ID too, which only the server knows.
  return share.job !== undefined && share.job.region === region && share.job.service === service && share.job.job_id === job
    && (project === '-' || share.job.project_id === '-' || share.job.project_id === project);
}
