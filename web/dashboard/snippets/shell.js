// The query of a job for a shell: curl, and our own command.
//
// Knows: how a shell quotes. Must not know: nodes, the page.

/** @typedef {import('../../shared/address.js').Address} Address */

/** As one word of a shell. @param {string} text */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * Queries through this backend, which signs.
 * @param {string} base the backend's URL
 * @param {Address} address
 * @param {boolean} needsToken
 */
export function curl(base, { region, service, project, job }, needsToken) {
  const url = `${base.replace(/\/$/, '')}/api/${region}/${service}/v1/${project}/jobs/${job}`;
  return ['curl -sS', ...(needsToken ? ['-H "Authorization: Bearer $JOBTREE_TOKEN"'] : []), quoted(url)].join(' \\\n  ');
}

/** @param {Address} address */
export function commandLine({ region, service, project, job }) {
  const flags = [`--region ${region}`, `--service ${service}`, ...(project === '-' ? [] : [`--project ${project}`]), '--wait'];
  return `backend job ${job} \\\n  ${flags.join(' ')}`;
}
