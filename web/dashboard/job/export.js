// What the Export button offers: the shown job as a file, or on paper.
//
// Knows: files and their names. Must not know: what is on the paper (ticket.js does).

import { make } from '../../shared/dom.js';
import { count } from '../i18n/times.js';
import { say } from '../i18n/words.js';
import { openMenu } from '../ui/menu.js';
import { showMessage } from '../ui/message.js';
import { copyFailed, copyTicket, shownGroup } from './rows.js';

/** @typedef {import('../state/open_job.js').OpenJob} OpenJob */

/** @param {HTMLElement} button @param {OpenJob} job */
export function offerExport(button, job) {
  openMenu(button, exportChoices(job));
}

/** The ways to take a job elsewhere. @param {OpenJob} job */
export function exportChoices(job) {
  const { tree } = job;
  const group = shownGroup(job);
  /** @param {import('../i18n/words.js').DashboardWord} word */
  const ofGroup = (word) => (group ? say('of_cause', { what: say(word), n: count(group.count) }) : say(word));
  return [
    { text: say('export_json'), off: !tree.job, act: () => save(job, 'json', 'application/json', tree.toJSONText()) },
    { text: say('export_csv'), off: !tree.job, act: () => save(job, 'csv', 'text/csv', tree.toCSV()) },
    { text: ofGroup('copy_ticket_markdown'), off: !tree.job, act: () => void copyTicket(job) },
    { text: ofGroup('copy_failed_ids'), off: !tree.job?.failed, act: () => copyFailed(job, 'jobs') },
    { text: ofGroup('copy_failed_resources'), off: !tree.failedIds('resources', group?.filter), act: () => copyFailed(job, 'resources') },
    { text: ofGroup('copy_failed_json'), off: !tree.job?.failed, act: () => copyFailed(job, 'json') },
    { text: say('export_print'), act: () => window.print() },
  ];
}

/** @param {OpenJob} job @param {string} ending @param {string} type @param {string} text */
function save({ address }, ending, type, text) {
  // A table opens in a spreadsheet as UTF-8 only with a mark at its beginning.
  const url = URL.createObjectURL(new Blob([type === 'text/csv' ? '\uFEFF' : '', text], { type }));
  const name = `${address.service}-${address.job}.${ending}`;
  make('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  showMessage(name);
}
