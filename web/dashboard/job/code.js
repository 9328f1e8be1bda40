// The dialog that shows the query of a job as code.
//
// Knows: which languages there are. Must not know: how code of a language looks (snippets/ does).

import { make } from '../../shared/dom.js';
import { say, speech } from '../i18n/words.js';
import { clientOf } from '../snippets/clients.js';
import { cpp } from '../snippets/cpp.js';
import { go } from '../snippets/go.js';
import { java } from '../snippets/java.js';
import { node } from '../snippets/node.js';
import { python } from '../snippets/python.js';
import { commandLine, curl } from '../snippets/shell.js';
import { through } from '../snippets/through.js';
import { ROOT } from '../state/root.js';
import { openDialog } from '../ui/dialog.js';
import { copy } from '../ui/message.js';
import { find } from '../ui/nodes.js';

/**
 * @typedef {import('../../shared/address.js').Address} Address
 * @typedef {import('../snippets/through.js').Language} Language
 * @typedef {'curl' | 'cli' | Language} Way
 * @typedef {object} Config
 * @property {{ name: string, sdk_name?: string, path: string }[]} services
 * @property {{ service: string, region: string, url: string }[]} [sdk_endpoints]
 * @property {boolean} token_required
 */

/** @type {Readonly<Record<Way, string>>} */
const NAMES = { curl: 'curl', cli: 'backend job', python: 'Python', java: 'Java', go: 'Go', node: 'Node.js', cpp: 'C++' };
/** @type {Readonly<Record<Language, (address: Address, path: string) => string>>} */
const SNIPPETS = { python, java, go, node, cpp };
/** @type {Way} */
let way = 'curl';
/** @type {Address | undefined} */
let address;
/** @type {Config | undefined} */
let config;

/** @param {Address} of @param {Config | undefined} known */
export function curlOf(of, known) {
  return curl(ROOT, of, known?.token_required ?? false);
}

/** @param {Address} of @param {Config | undefined} known */
export function showCode(of, known) {
  address = of;
  config = known;
  if (!ways().includes(way)) way = 'curl';
  const tabs = ways().map((name) => {
    const tab = make('button', { type: 'button', role: 'tab', id: `code-${name}`, 'aria-controls': 'code-text' }, NAMES[name]);
    tab.addEventListener('click', () => choose(name));
    return tab;
  });
  find('#code-ways').replaceChildren(...tabs);
  choose(way);
  openDialog('#code');
}

/** Those there is code in for the service. */
function ways() {
  const hasClient = address !== undefined && clientOf(address.service) !== undefined;
  return /** @type {Way[]} */ (Object.keys(NAMES)).filter((name) => name !== 'cpp' || hasClient);
}

/** @param {Way} chosen */
function choose(chosen) {
  way = chosen;
  for (const tab of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('#code-ways button'))) {
    const isChosen = tab.id === `code-${way}`;
    tab.setAttribute('aria-selected', String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
  }
  find('#code-text').setAttribute('aria-labelledby', `code-${way}`);
  find('#code-text code').textContent = text();
  find('#code-help').textContent = help();
  showServer();
}

function service() {
  return config?.services.find(({ name }) => name === address?.service);
}

function text() {
  if (!address) return '';
  if (way === 'curl') return curlOf(address, config);
  if (way === 'cli') return commandLine(address);
  return SNIPPETS[way](address, service()?.path ?? '/v1/{project_id}/jobs/{job_id}');
}

function help() {
  if (way === 'curl') return say(config?.token_required ? 'code_backend_token' : 'code_backend_help');
  if (way === 'cli') return say('code_cli_help');
  if (way === 'node' || way === 'cpp') return say('code_endpoint_help');
  return say(address && clientOf(address.service) ? 'code_sdk_help' : 'code_signer_help');
}

/** How the same program gets its answers from this server. */
function showServer() {
  const section = find('#code-server');
  section.hidden = way === 'curl' || way === 'cli' || !address;
  if (way === 'curl' || way === 'cli' || !address) return;
  const { lines, flag, iam } = through(way, address, {
    base: ROOT,
    sdkEndpoints: config?.sdk_endpoints ?? [],
    sdkName: service()?.sdk_name ?? address.service.toUpperCase(),
    hasClient: clientOf(address.service) !== undefined,
  });
  const sentences = flag
    ? [say('code_server_flag', { flag })]
    : [say('code_server_help'), ...(config?.token_required ? [say('code_server_token')] : []),
      ...(iam ? [say('code_server_go', { call: iam })] : []), say('code_server_set')];
  find('#code-server p').textContent = sentences.join(speech.lang === 'en' ? ' ' : '');
  find('#code-server pre').hidden = lines.length === 0;
  find('#code-server code').textContent = lines.join('\n');
}

find('#code-ways').addEventListener('keydown', (event) => {
  const shown = ways();
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  choose(shown[(shown.indexOf(way) + step + shown.length) % shown.length]);
  find(`#code-${way}`).focus();
});
find('#code-copy').addEventListener('click', () => void copy(text()));
