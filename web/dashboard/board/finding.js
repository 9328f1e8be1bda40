// Whether the server finds jobs by itself, and what it cannot read: a line on the board, and a dialog that says what to do.
//
// Knows: /api/discovery, the nodes of both. Must not know: how jobs are found.

import { make } from '../../shared/dom.js';
import { regionTitle, serviceTitle } from '../i18n/places.js';
import { ago } from '../i18n/times.js';
import { say, speech } from '../i18n/words.js';
import { getConfig } from '../state/config.js';
import { isBoard } from '../state/open_jobs.js';
import { fetchDiscovery } from '../state/records.js';
import { openDialog } from '../ui/dialog.js';
import { copy } from '../ui/message.js';
import { find, onClick } from '../ui/nodes.js';

/**
 * @typedef {import('../state/records.js').Discovery} Discovery
 * @typedef {import('../state/records.js').Source} Source
 */

const EVERY = 15_000; // milliseconds, while the board is shown
const FLAG = 'backend --discover all';
const UNREAD = ['denied', 'silent', 'trouble'];

/** @type {Discovery | undefined} */
let latest;
let readAt = -Infinity;

const button = find('#board-finding');

/** Keeps the line up to date while the board is shown. @param {number} now */
export function showFinding(now) {
  const isKnown = getConfig()?.discovery !== undefined; // an older server knows nothing of it
  if (isBoard() && isKnown && now - readAt >= EVERY) void read(now);
  speak();
}

/** @param {number} now */
async function read(now) {
  readAt = now;
  try {
    latest = await fetchDiscovery();
  } catch {
    latest = undefined; // the board says why
  }
  speak();
}

/** @param {Discovery} discovery */
function summaryOf({ mode, readings }) {
  if (mode === 'off') return say('finding_off');
  const unread = readings.filter(({ state }) => UNREAD.includes(state)).length;
  if (unread > 0) return say('finding_unread', { n: unread });
  const isReading = readings.some(({ state }) => state === 'waiting' || state === 'backlog');
  return say(isReading ? 'finding_backlog' : 'finding_on');
}

function speak() {
  button.hidden = !latest;
  if (!latest) return;
  const text = summaryOf(latest);
  if (button.textContent !== text) button.textContent = text;
  const isBad = latest.readings.some(({ state }) => UNREAD.includes(state));
  button.classList.toggle('wrong', isBad);
  find('#finding-text').textContent = say(latest.mode === 'off' ? 'finding_text_off' : 'finding_text');
  find('#finding-flag').hidden = latest.mode !== 'off';
  find('#finding-flag').textContent = FLAG;
  find('#finding-sources').replaceChildren(...latest.readings.map(sourceRow));
}

/** @param {Source} source */
function sourceRow({ region, list, service, state, detail, read_at: at }) {
  const isBad = UNREAD.includes(state);
  const said = detail?.[speech.lang === 'en' ? 'en' : 'zh'];
  const row = make('li', {},
    make('span', { class: 'name' }, list === 'traces' ? say('finding_traces') : say('finding_tasks', { service: serviceTitle(service) })),
    make('span', { class: 'place' }, regionTitle(region)),
    make('span', { class: isBad ? 'state wrong' : 'state' }, said || (at ? say('finding_read', { ago: ago(new Date(at), Date.now()) }) : say('finding_waiting'))));
  row.dataset.state = state;
  return row;
}

/** @param {object | undefined} policy */
const copyPolicy = (policy) => void copy(JSON.stringify(policy, null, 2), say('finding_copied'));

export const openFinding = () => {
  speak();
  openDialog('#finding');
};

/** Whether there is something to open. */
export const hasFinding = () => latest !== undefined;

onClick('#board-finding', openFinding);
onClick('#finding-policy', () => copyPolicy(latest?.policy));
onClick('#finding-identity', () => copyPolicy(latest?.identity_policy));
