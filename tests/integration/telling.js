// Telling people, for tests: a server with a notification file, the vendors' robots as the simulated cloud plays them, and
// what people saw of them.
//
// Knows: the file's form, the robots and their addresses, the admin address of a simulated cloud. Must not know: what is tested.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { request, simulatorKey, startBackend } from './helpers.js';

export const PUBLIC = 'https://jobs.example';
export const KEY = { CLOUD_SDK_AK: simulatorKey.ak, CLOUD_SDK_SK: simulatorKey.sk };
export const LOCAL = '[127.0.0.0/8]';

/** A message as a vendor has it. @typedef {{vendor: string, robot: string, text: string, links: string[], mentions: string[], shown: boolean, code: string, status: number, headers: {name: string, value: string}[]}} Message */

/** A job of `parts` that ends after so long, of which the first fails when `failing`. */
export const course = (/** @type {string} */ id, /** @type {number} */ ms, { parts = 3, failing = false } = {}) => ({
  service: 'eip',
  job_id: id,
  course: {
    type: 'createBatchPublicip',
    begin_ms: 0,
    end_ms: ms,
    children: Array.from({ length: parts }, (_, i) => ({
      type: 'createPublicip', begin_ms: 0, end_ms: ms,
      ...(failing && i === 0 ? { error: { code: 'VPC.0501', reason: 'Quota <at id=all></at> exceeded @all' } } : {}),
    })),
  },
});

/**
 * A folder with a notification file and what it names.
 * @param {Record<string, string>} files
 */
export async function folderWith(files) {
  const folder = await mkdtemp(join(tmpdir(), 'jobtree notify '));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, { mode: 0o600 });
  return {
    path: (/** @type {string} */ name) => join(folder, name),
    write: (/** @type {string} */ name, /** @type {string} */ text) => writeFile(join(folder, name), text, { mode: 0o600 }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** @param {string} endpoint @param {string} file @param {string[]} more */
export const serve = (endpoint, file, ...more) => startBackend(
  ['serve', '--listen', '127.0.0.1:0', '--metadata', 'off', '--endpoint', `*=${endpoint}`, '--project', simulatorKey.project,
    '--notify-file', file, '--public-url', `${PUBLIC}/`, ...more],
  { env: KEY });

/** As by kill -9. @param {import('./helpers.js').Backend} backend */
export async function killed(backend) {
  process.kill(backend.pid, 'SIGKILL');
  await backend.stop();
}

/** @param {string} id */
export const live = (id) => `/api/cn-north-4/eip/v1/${simulatorKey.project}/jobs/${id}`;

/** @param {{admin: string}} cloud @returns {Promise<Message[]>} */
export const messages = async (cloud) => (await request(`${cloud.admin}/messages`)).json().messages;
/** Where a message leads: by a button, or by its markup. @param {Message} message */
export const places = ({ links, text }) => [...links, ...text.matchAll(/\]\((\S+?)\)/g)].map((link) => (typeof link === 'string' ? link : link[1]));
/** What people saw. @param {{admin: string}} cloud @param {string} vendor @returns {Promise<Message[]>} */
export const shown = async (cloud, vendor) => (await messages(cloud)).filter((one) => one.shown && one.vendor === vendor);

export const robots = {
  feishu: { vendor: 'feishu', id: 'simulated-ops', secret: 'any-words-nothing-real', keyword: 'jobtree' },
  dingtalk: { vendor: 'dingtalk', id: 'simulated-ops', secret: 'SECsimulated', keyword: 'jobtree' },
  wecom: { vendor: 'wecom', id: 'simulated-ops' },
  slack: { vendor: 'slack', id: 'T0SIMULATED/B0SIMULATED/ops' },
  webhook: { vendor: 'webhook', id: 'simulated-ops', secret: 'whsec_c2ltdWxhdGVkIHNlY3JldCB0aGF0IG9wZW5zIG5vdGhpbmc=' },
  gone: { vendor: 'webhook', id: 'simulated-gone', gone: true },
  alertmanager: { vendor: 'alertmanager', secret: 'simulated' },
};
export const paths = {
  feishu: '/open-apis/bot/v2/hook/simulated-ops',
  dingtalk: '/robot/send?access_token=simulated-ops',
  wecom: '/cgi-bin/webhook/send?key=simulated-ops',
  slack: '/services/T0SIMULATED/B0SIMULATED/ops',
};

/** A channel of each vendor, in the language. @param {string} url @param {'en' | 'zh'} language */
export const channels = (url, language) => `
channels:
  feishu: {kind: feishu, url_file: feishu.url, secret_file: feishu.secret, keyword: jobtree, language: ${language}, allow_networks: ${LOCAL}}
  dingtalk: {kind: dingtalk, url_file: dingtalk.url, secret_file: dingtalk.secret, keyword: jobtree, language: ${language}, allow_networks: ${LOCAL}}
  wecom: {kind: wecom, url_file: wecom.url, language: ${language}, allow_networks: ${LOCAL}}
  slack: {kind: slack, url_file: slack.url, language: ${language}, allow_networks: ${LOCAL}}
  webhook: {kind: webhook, url: "${url}/hook/simulated-ops", secret_file: webhook.secret, language: ${language}, allow_networks: ${LOCAL}}
  alerts: {kind: alertmanager, url: "${url}/api/v2/alerts", secret_file: alerts.secret, language: ${language}, allow_networks: ${LOCAL}}
`;
export const secrets = (/** @type {string} */ url) => ({
  ...Object.fromEntries(Object.entries(paths).map(([vendor, path]) => [`${vendor}.url`, `${url}${path}\n`])),
  'feishu.secret': robots.feishu.secret,
  'dingtalk.secret': robots.dingtalk.secret,
  'webhook.secret': robots.webhook.secret,
  'alerts.secret': robots.alertmanager.secret,
});
