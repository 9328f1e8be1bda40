// The dialog that shows the query of a job as code.
//
// Knows: which languages there are. Must not know: how code of a language looks (i18n/snippets.js does).

import { make } from '../../shared/dom.js';
import * as snippets from '../i18n/snippets.js';
import { say } from '../i18n/words.js';
import { openDialog } from '../ui/dialog.js';
import { copy } from '../ui/message.js';
import { find } from '../ui/nodes.js';

/**
 * @typedef {import('../../shared/address.js').Address} Address
 * @typedef {{ services: { name: string, path: string }[], token_required: boolean }} Config
 * @typedef {'curl' | 'cli' | 'python' | 'java' | 'go'} Way
 */

/** @type {Readonly<Record<Way, string>>} */
const NAMES = { curl: 'curl', cli: 'backend job', python: 'Python', java: 'Java', go: 'Go' };
/** @type {Way} */
let way = 'curl';
/** @type {Address | undefined} */
let address;
/** @type {Config | undefined} */
let config;

/** @param {Address} of @param {Config | undefined} known */
export function curlOf(of, known) {
  return snippets.curl(new URL('.', location.href).href, of, known?.token_required ?? false);
}

/** @param {Address} of @param {Config | undefined} known */
export function showCode(of, known) {
  address = of;
  config = known;
  const tabs = /** @type {Way[]} */ (Object.keys(NAMES)).map((name) => {
    const tab = make('button', { type: 'button', role: 'tab', id: `code-${name}`, 'aria-controls': 'code-text' }, NAMES[name]);
    tab.addEventListener('click', () => choose(name));
    return tab;
  });
  find('#code-ways').replaceChildren(...tabs);
  choose(way);
  openDialog('#code');
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
}

function text() {
  if (!address) return '';
  const path = config?.services.find(({ name }) => name === address?.service)?.path ?? '/v1/{project_id}/jobs/{job_id}';
  if (way === 'curl') return curlOf(address, config);
  if (way === 'cli') return snippets.commandLine(address);
  return snippets[way](address, path);
}

function help() {
  if (way === 'curl') return say(config?.token_required ? 'code_backend_token' : 'code_backend_help');
  if (way === 'cli') return say('code_cli_help');
  return say(address && snippets.hasClient(address.service) ? 'code_sdk_help' : 'code_signer_help');
}

find('#code-ways').addEventListener('keydown', (event) => {
  const ways = /** @type {Way[]} */ (Object.keys(NAMES));
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  choose(ways[(ways.indexOf(way) + step + ways.length) % ways.length]);
  find(`#code-${way}`).focus();
});
find('#code-copy').addEventListener('click', () => void copy(text()));
