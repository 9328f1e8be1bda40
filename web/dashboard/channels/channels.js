// The dialog of the channels that the server sends messages to: read every few seconds while it is open and looked at.
//
// Knows: the dialog, when it is read. Must not know: what stands in a row.

import { say, speech } from '../i18n/words.js';
import { getConfig } from '../state/config.js';
import { Refusal } from '../state/send.js';
import { openDialog } from '../ui/dialog.js';
import { copy } from '../ui/message.js';
import { find, onClick } from '../ui/nodes.js';
import { fetchChannels, postTest } from './api.js';
import { ChannelRow } from './row.js';

/** @typedef {import('./api.js').Channels} Channels */

const INTERVAL = 5000; // milliseconds
/** Addresses of robots, which end in a key. */
const ROBOTS = Object.freeze({ feishu: 'https://open.feishu.cn/open-apis/bot/v2/hook/…', dingtalk: 'https://oapi.dingtalk.com/robot/send?…' });
const FLAG = 'backend --notify-file notify.yaml';

const dialog = /** @type {HTMLDialogElement} */ (find('#channels'));
const list = find('#channels-list');
const note = find('#channels-note');
/** @type {Map<string, ChannelRow>} by name, in the order of the server */
const rows = new Map();
/** @type {Channels | undefined} */
let latest;
/** @type {unknown} */
let trouble;
/** @type {AbortController | undefined} while it is open */
let round;
/** @type {keyof typeof ROBOTS} */
let example = 'feishu';

export function openChannels() {
  if (dialog.open) return;
  latest = trouble = undefined;
  rows.clear();
  speakChannels();
  openDialog('#channels');
  round = new AbortController();
  void keep(round.signal);
}

dialog.addEventListener('close', () => round?.abort());

/** @param {AbortSignal} signal */
async function keep(signal) {
  while (!signal.aborted) {
    if (!document.hidden) {
      try {
        latest = await fetchChannels(signal);
        trouble = undefined;
      } catch (error) {
        trouble = error;
      }
      if (signal.aborted) return;
      speakChannels();
      if (trouble instanceof Refusal && trouble.status < 429) return; // the same would be refused again
    }
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, INTERVAL);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve(undefined);
      }, { once: true });
    });
  }
}

/** Shows what is known, in the language of the page. */
export function speakChannels() {
  const channels = latest?.channels ?? [];
  const isMissing = latest !== undefined && !latest.configured;
  note.textContent = trouble ? reasonOf(trouble) : !latest ? say('state_loading') : !isMissing && channels.length === 0 ? say('channels_none') : '';
  note.hidden = note.textContent === '';
  find('#channels-setup').hidden = !isMissing;
  list.hidden = channels.length === 0;
  for (const name of [...rows.keys()]) if (!channels.some((it) => it.name === name)) rows.delete(name);
  channels.forEach((channel, i) => {
    const row = rows.get(channel.name) ?? new ChannelRow(channel.name);
    rows.set(channel.name, row);
    row.show(channel);
    if (list.children[i] !== row.root) list.insertBefore(row.root, list.children[i] ?? null);
  });
  while (list.children.length > channels.length) list.lastElementChild?.remove();
  showExample();
}

/** @param {unknown} error */
function reasonOf(error) {
  if (!(error instanceof Refusal)) return say('board_trouble', { why: say('state_unreachable') });
  if (error.status === 404) return say('channels_unknown');
  if (error.isForbidden) return say(getConfig()?.token_required ? 'channels_token' : 'channels_denied');
  return say('board_trouble', { why: error.message });
}

list.addEventListener('click', ({ target }) => {
  const row = [...rows.values()].find((it) => it.test.contains(/** @type {Node} */ (target)));
  if (row) void test(row);
});

/** @param {ChannelRow} row */
async function test(row) {
  if (row.test.getAttribute('aria-disabled') === 'true') return;
  row.test.setAttribute('aria-disabled', 'true'); // it keeps the focus
  row.tell({ text: say('channel_testing') });
  try {
    const { delivered, code, meaning, took_ms: took } = await postTest(row.root.dataset.name ?? '');
    const why = [code ?? '', meaning].filter(Boolean).join(say('colon'));
    row.tell({ isGood: delivered, text: delivered ? say('channel_delivered', { ms: took }) : say('channel_undelivered', { meaning: why, ms: took }) });
  } catch (error) {
    const isRight = error instanceof Refusal && error.isForbidden;
    row.tell({ isGood: false, text: isRight ? say(getConfig()?.token_required ? 'channel_test_token' : 'channel_test_denied')
      : say('channel_untested', { why: error instanceof Refusal ? error.message : say('state_unreachable') }) });
  } finally {
    row.test.removeAttribute('aria-disabled');
  }
}

// How channels are set up.

/** The shortest file that sends something. @param {keyof typeof ROBOTS} kind */
const fileFor = (kind) => `channels:
  ops:
    kind: ${kind}
    # ${ROBOTS[kind]}
    url_file: /etc/jobtree/${kind}.url
    # ${say('channels_signed')}
    secret_file: /etc/jobtree/${kind}.secret
    language: ${speech.lang === 'en' ? 'en' : 'zh'}
rules:
  - on: [failed, stuck]
    to: [ops]
`;

function showExample() {
  find('#channels-file code').textContent = fileFor(example);
  find('#channels-flag').textContent = FLAG;
  for (const name of /** @type {(keyof typeof ROBOTS)[]} */ (Object.keys(ROBOTS))) {
    const tab = find(`#channels-${name}`);
    tab.textContent = say(`kind_${name}`);
    tab.setAttribute('aria-selected', String(name === example));
    tab.tabIndex = name === example ? 0 : -1;
  }
  find('#channels-file').setAttribute('aria-labelledby', `channels-${example}`);
}

for (const name of /** @type {(keyof typeof ROBOTS)[]} */ (Object.keys(ROBOTS))) {
  onClick(`#channels-${name}`, () => choose(name));
  find(`#channels-${name}`).addEventListener('keydown', (event) => {
    if (!['ArrowLeft', 'ArrowRight'].includes(event.key)) return;
    event.preventDefault();
    choose(name === 'feishu' ? 'dingtalk' : 'feishu');
    find(`#channels-${example}`).focus();
  });
}

/** @param {keyof typeof ROBOTS} name */
function choose(name) {
  example = name;
  showExample();
}

onClick('#channels-copy', () => void copy(fileFor(example)));
onClick('#bell-channels', openChannels);
