// The sheet that shows what happened to a job.
//
// Knows: how an event is worded. Must not know: what is an event (state/history.js does).

import { icon, make } from '../../shared/dom.js';
import { STATUS_ICONS } from '../../element/icons.js';
import { clock, count, inFull, zone } from '../i18n/times.js';
import { say } from '../i18n/words.js';
import { openDialog } from '../ui/dialog.js';
import { find } from '../ui/nodes.js';

/**
 * @typedef {import('../i18n/words.js').DashboardWord} Word
 * @typedef {import('../state/history.js').Event} Event
 * @typedef {import('../state/history.js').History} History
 */

/** @param {Event} event */
function wordsOf({ what, status = '', text = '', name = '', state = '', done = 0, total = 0, failed = 0 }) {
  if (what === 'lost') return say('event_lost', { state: say(/** @type {Word} */ (`state_${state}`)) });
  if (what === 'found') return say('event_recovered');
  if (what === 'counts') {
    const values = { done: count(done), total: count(total), failed: count(failed) };
    return say(failed > 0 ? 'event_counts_failed' : 'event_counts', values);
  }
  if (what === 'failure') return say(text ? 'event_failure' : 'event_failure_bare', { name, text });
  const called = status in STATUS_ICONS ? say(/** @type {Word} */ (`status_${status}`)) : status;
  return called && text ? say('event_status', { status: called, text }) : called || text;
}

/** @param {Event} event */
function lookOf({ what, status = '', failed = 0 }) {
  if (what === 'status' || what === 'failure') return status in STATUS_ICONS ? /** @type {keyof typeof STATUS_ICONS} */ (status) : 'unknown';
  if (what === 'lost') return 'warning';
  return failed > 0 ? 'failed' : 'running';
}

/** Fills the sheet, if it is open; opens it when asked to. @param {History} history */
export function showHistory(history, opens = false) {
  const sheet = /** @type {HTMLDialogElement} */ (find('#history'));
  if (!sheet.open && !opens) return;
  const list = history.events.toReversed().map((event) => {
    const at = new Date(event.at);
    const look = lookOf(event);
    const time = make('time', { datetime: at.toISOString(), title: inFull(at) }, clock(at));
    const words = event.isReported === true ? say('event_reported', { event: wordsOf(event) }) : wordsOf(event);
    const line = make('li', {}, icon(STATUS_ICONS[look], 'icon'), make('span', {}, words), time);
    line.dataset.status = look;
    line.dataset.what = event.what;
    return line;
  });
  find('#history-zone').textContent = say('events_zone', { zone: zone(new Date()) });
  find('#history-list').replaceChildren(...list);
  find('#history-empty').hidden = list.length > 0;
  if (opens) openDialog('#history');
}
