// A job as it was: brings the tree of a job to the response that the server stored at a moment, and back to now.
//
// `at` names the moment: the number of a version, or a time, which stands for the newest version not after it.
//
// Knows: stored versions, when a tree shows one. Must not know: nodes, texts, the URL.

import { fetchVersion, fetchVersions } from './records.js';

/**
 * @typedef {import('../../shared/address.js').Address} Address
 * @typedef {import('./records.js').Version} Version
 *
 * @typedef {object} Moment
 * @property {string} at as the URL names it
 * @property {'loading' | 'shown' | 'gone' | 'failed'} state `gone`: nothing is stored of it, `failed`: it cannot be read
 * @property {Date} [time] of what is shown, or was named
 * @property {Version} [version]
 * @property {Version} [earlier] the stored version before
 * @property {Version} [later] and after
 * @property {Error} [trouble]
 */

/** Whether this can name a moment. @param {string} at */
export const isMoment = (at) => /^\d{1,15}$/.test(at) || (/^\d{4}-/.test(at) && !Number.isNaN(Date.parse(at)));

/** The versions of a job, the oldest first. @param {Address} address */
export const versionsOf = async (address) => (await fetchVersions(address)).sort((a, b) => a.version - b.version);

/** @param {readonly Version[]} versions the oldest first @param {string} at */
function choose(versions, at) {
  if (/^\d+$/.test(at)) return versions.find(({ version }) => version === Number(at));
  const time = Date.parse(at);
  return versions.findLast((it) => Date.parse(it.at) <= time);
}

/**
 * What the server stored of that moment.
 * @param {Address} address
 * @param {string} at
 * @returns {Promise<{ moment: Moment, body?: string }>} `body` when there is one
 */
export async function readMoment(address, at) {
  try {
    const versions = await versionsOf(address);
    const version = choose(versions, at);
    const named = version?.at ?? (/^\d+$/.test(at) ? undefined : at);
    const time = named ? new Date(named) : undefined;
    const body = version?.has_body ? await fetchVersion(address, version.version) : undefined;
    if (!version || body === undefined) return { moment: { at, state: 'gone', time } };
    const stored = versions.filter((it) => it.has_body);
    return { body, moment: {
      at, state: 'shown', time, version,
      earlier: stored.findLast((it) => it.version < version.version),
      later: stored.find((it) => it.version > version.version),
    } };
  } catch (error) {
    return { moment: { at, state: 'failed', trouble: /** @type {Error} */ (error) } };
  }
}
