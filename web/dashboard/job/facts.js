// What stands above the tree: where the shown job runs, how fresh the data is, and what can be done with the job.
//
// Knows: the bar of facts and its buttons. Must not know: what a button's dialog or menu holds.

import { make } from '../../shared/dom.js';
import { regionTitle, serviceTitle } from '../i18n/places.js';
import { ago, clock, inFull } from '../i18n/times.js';
import { say } from '../i18n/words.js';
import { getConfig } from '../state/config.js';
import { labelOf } from '../state/labels.js';
import { shareLink, shownJob } from '../state/open_jobs.js';
import { openMenu } from '../ui/menu.js';
import { copy } from '../ui/message.js';
import { find, onClick } from '../ui/nodes.js';
import { curlOf, showCode } from './code.js';
import { offerExport } from './export.js';
import { showElsewhere } from './elsewhere.js';
import { showRemembered } from './follow.js';
import { showHistory } from './history.js';
import { showLinks } from '../links/links.js';
import { showMoment } from '../links/moment.js';
import { copyTicket, showRunning } from './rows.js';
import { showSlowest } from './slowest.js';

/** @typedef {import('../state/open_job.js').OpenJob} OpenJob */

/** @param {OpenJob} job */
export function showFacts(job) {
  const { region, service, project } = job.address;
  find('#where').title = [region, project].filter((it) => it !== '-').join(' · ');
  const end = project === '-' ? [] : [make('span', { class: 'project' }, ` · …${project.slice(-8)}`)];
  const label = labelOf(job.key);
  find('#where').replaceChildren(...(label ? [make('b', {}, label), make('span', { class: 'dot' }, ' · ')] : []), make('span', {}, serviceTitle(service)), make('span', { class: 'dot' }, ' · '),
    make('span', {}, regionTitle(region), ...end));
  find('#running').hidden = job.look !== 'running' || (job.tree.job?.total ?? 0) < 2;
  find('#slowest-open').hidden = (job.tree.job?.total ?? 0) < 2;
  find('#ticket-copy').hidden = !job.tree.job?.failed;
  showMoment(job);
  showLinks(job);
  showRequest(job);
  showElsewhere(job);
  showRemembered(job);
  showConfirmed(job, Date.now());
}

/** What support asks for when something goes wrong. @param {OpenJob} job */
function showRequest({ tree, isLost }) {
  const { requestId } = tree.lastAnswer;
  const button = find('#request');
  button.hidden = requestId === '' || !(isLost || (!tree.job && tree.state === 'waiting'));
  button.textContent = button.hidden ? '' : say('request_id', { id: requestId });
  button.title = say('copy_request');
}

/**
 * The true age of what is shown, not that of the last attempt. Of a job that is followed the tree itself says it.
 * @param {OpenJob} job
 * @param {number} now
 */
export function showConfirmed(job, now) {
  if (!getConfig()) return; // the service's name stands before it, and would move it
  const { confirmed: at, isStored } = job.tree.lastAnswer;
  const line = find('#confirmed');
  line.classList.toggle('late', job.isLost || isStored);
  const text = !at ? '' : isStored ? say('confirmed_stored', { at: clock(at) }) : job.isLost ? say('confirmed_late', { ago: ago(at, now) }) : job.hasEnded ? say('confirmed_final') : '';
  if (line.textContent !== text) line.textContent = text;
  line.title = at ? say('confirmed_title', { at: inFull(at) }) : '';
}

/** Does something with the shown job, if there is one. @param {(job: OpenJob) => void} act */
export const withShown = (act) => () => {
  const job = shownJob();
  if (job) act(job);
};

export const copyLink = withShown((job) => void copy(shareLink(job), say('copied_link')));
export const openCode = withShown((job) => showCode(job.address, getConfig()));
export const openHistory = withShown((job) => showHistory(job, true));
export const openExport = withShown((job) => offerExport(find('#export'), job));

/** How the shown job can be queried by others. @param {OpenJob} job */
export function codeChoices({ address, tree }) {
  const request = tree.lastAnswer.requestId;
  return [
    { text: say('copy_curl'), act: () => void copy(curlOf(address, getConfig())) },
    { text: say('code_title'), act: openCode },
    { text: say('copy_request'), off: request === '', act: () => void copy(request) },
  ];
}

onClick('#request', withShown(({ tree }) => void copy(tree.lastAnswer.requestId)));
onClick('#running', withShown(showRunning));
onClick('#copy-link', copyLink);
onClick('#slowest-open', withShown(showSlowest));
onClick('#ticket-copy', withShown((job) => void copyTicket(job)));
onClick('#export', openExport);
onClick('#history-open', openHistory);
onClick('#code-open', withShown((job) => openMenu(find('#code-open'), codeChoices(job))));
