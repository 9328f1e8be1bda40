// What a program sets to query through this server in the place of the cloud.
//
// Knows: which endpoint each official SDK can be given, and how. Must not know: nodes, the page's words.

/** @typedef {import('../../shared/address.js').Address} Address */
/** @typedef {'python' | 'java' | 'go' | 'node' | 'cpp'} Language */
/**
 * @typedef {object} Server
 * @property {string} base its URL
 * @property {{ service: string, region: string, url: string }[]} sdkEndpoints addresses without a path
 * @property {string} sdkName of the service, as in the variables of the SDKs; "" where it is not known
 * @property {boolean} hasClient whether the snippet uses a client of the service
 */

/** These drop the path of an endpoint. @type {Language[]} */
const WITHOUT_PATH = ['python', 'go'];

/** An address that listens everywhere is reached by the name the page was. @param {string} url @param {string} base */
const reachable = (url, base) => url.replace(/\/\/(0\.0\.0\.0|\[::\])(?=[:/]|$)/, `//${new URL(base).hostname}`);

/**
 * The lines for a shell, or the flag without which this language's SDK cannot get here.
 * @param {Language} language
 * @param {Address} address
 * @param {Server} server
 * @returns {{ lines: string[], flag: string, iam: string }} `iam`: what Go's code must be told besides
 */
export function through(language, { region, service }, { base, sdkEndpoints, sdkName, hasClient }) {
  const own = sdkEndpoints.find((it) => it.service === service && it.region === region);
  const flag = `--sdk-listen ${service}@${region}=127.0.0.1:8081`;
  const byPath = `${base.replace(/\/$/, '')}/api/${region}/${service}`;
  const reads = hasClient && language !== 'node' && language !== 'cpp';
  if (!own && reads && WITHOUT_PATH.includes(language)) return { lines: [], flag, iam: '' };
  const url = own ? reachable(own.url, base) : byPath;
  if (!reads) return { lines: [`export ENDPOINT=${url}`], flag: '', iam: '' };
  const variable = `HUAWEICLOUD_SDK_REGION_${sdkName}_${region.toUpperCase().replaceAll('-', '_')}`;
  const lines = [`export ${variable}=${url}`];
  if (language !== 'go') lines.push(`export HUAWEICLOUD_SDK_IAM_ENDPOINT=${url}`);
  return { lines, flag: '', iam: language === 'go' ? `.WithIamEndpointOverride("${url}")` : '' };
}
