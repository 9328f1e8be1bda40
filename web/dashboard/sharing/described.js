// What a share link shows, in words.
//
// Knows: names of parameters. Must not know: nodes.

import { regionTitle, serviceTitle } from '../i18n/places.js';
import { clock } from '../i18n/times.js';
import { say } from '../i18n/words.js';

/** @typedef {import('../i18n/words.js').DashboardWord} Word */

/** @param {string} status several with "," between */
const statusWords = (status) => status.split(',').map((it) => say(/** @type {Word} */ (
  it === 'unfinished' || it === 'lost' ? `filter_${it}` : `status_${it}`))).join(say('comma'));

/** A list of jobs, by its query: "failed · Elastic IP · since 08:00:00". @param {string} board */
export function boardWords(board) {
  const given = new URLSearchParams(board);
  /** @type {Record<string, (value: string) => string>} */
  const words = {
    status: statusWords,
    service: serviceTitle,
    region: regionTitle,
    q: (q) => say('share_text', { text: q }),
    person: (what) => say('chip_person', { what }),
    resource: (what) => say('chip_resource', { what }),
    since: (at) => say('board_since', { at: clock(new Date(at)) }),
    ended_since: (at) => say('share_ended_since', { at: clock(new Date(at)) }),
  };
  const parts = [...given].filter(([, value]) => value).map(([name, value]) => words[name]?.(value) ?? `${name}: ${value}`);
  const text = parts.length > 0 ? parts.join(' · ') : say('view_all');
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
