// The dashboard: starts its parts and carries the news between them.
//
//   home/   the page where jobs are added       job/    what stands around the shown job
//   board/  the jobs that the server remembers  compare/ two of them side by side
//   parts/  the list at the side, and the rest  state/  which jobs are open, what is remembered
//   ui/     nodes, menu, dialog, message, keys  i18n/   texts, times, code of other languages
//
// Knows: which part wants which news. Must not know: how a part shows them.

import { icon, setShape } from '../shared/dom.js';
import { BUTTON_ICONS } from '../element/icons.js';
import { sayAll, speech } from './i18n/words.js';
import { ACTIONS, moreActions, searchCommand } from './parts/actions.js';
import { access, showTokenForm, showTrouble } from './parts/access.js';
import { isBoardRefused, listener as board, retryBoard, showBoard, speakBoard, tickBoard } from './board/board.js';
import { comparisonListener, isComparisonRefused, retryComparison, showComparison } from './compare/compare.js';
import { offerPlaces, speakAdd } from './home/add.js';
import { showDemo } from './home/demo.js';
import { offerElsewhere } from './job/elsewhere.js';
import { showConfirmed, showFacts, withShown } from './job/facts.js';
import { showHistory } from './job/history.js';
import { refreshItem, refreshLink, showList, speakList, tickList } from './parts/list.js';
import { noticeEnd, noticeFailure, showBell, showTab } from './parts/notice.js';
import { rememberJob, showRecent } from './home/recent.js';
import { listenForMore, showSettings } from './parts/settings.js';
import { canShare, speakShare } from './sharing/share.js';
import { speakChannels } from './channels/channels.js';
import { fillTicket } from './job/ticket.js';
import { getConfig, loadConfig } from './state/config.js';
import { comparedKeys, isBoard, listeners, openJobs, retryMoments, shownJob, startJobs } from './state/open_jobs.js';
import { hasMemory } from './state/records.js';
import { ROOT } from './state/root.js';
import { noteVisit } from './state/visits.js';
import { ICONS } from './ui/icons.js';
import { followFocus, listenForKeys } from './ui/keys.js';
import { find } from './ui/nodes.js';
import { listenForPalette } from './ui/palette.js';

const TICK = 1000; // milliseconds

listeners.places = () => {
  const job = shownJob();
  // Until it is known whether this server has a memory, there is neither.
  const isCompared = comparedKeys().length > 0;
  find('#home').hidden = job !== undefined || isCompared || (isBoard() && (hasMemory() || !getConfig()));
  find('#watch').hidden = job === undefined;
  document.body.classList.toggle('watching', job !== undefined);
  document.body.classList.toggle('listing', isBoard() || isCompared);
  showBoard();
  showComparison();
  showList();
  showRecent();
  showTab();
  showToken();
  find('#share-open').hidden = find('#board-share').hidden = !canShare();
  if (job) showFacts(job);
  if (job) rememberJob(job);
};

listeners.job = (job) => {
  refreshItem(job);
  showToken();
  if (job !== shownJob()) return;
  rememberJob(job);
  showTab();
  showFacts(job);
  showHistory(job);
};

/** The form for a token, while something is refused for want of one. */
const showToken = () => showTokenForm(isBoardRefused() || isComparisonRefused());
board.refused = comparisonListener.refused = showToken;
access.given = () => {
  retryBoard();
  retryComparison();
  retryMoments();
};

listeners.view = refreshLink;
listeners.failure = noticeFailure;
listeners.end = noticeEnd;

setInterval(() => {
  if (document.hidden) return;
  const now = Date.now();
  tickList(now);
  tickBoard(now);
  noteVisit(now);
  for (const job of openJobs.values()) {
    if (!job.isNews) continue;
    job.note(now);
    listeners.job(job);
  }
  const shown = shownJob();
  if (shown) showConfirmed(shown, now);
}, TICK);

/** Shows what the server says of itself. */
function showConfig() {
  const config = getConfig();
  if (!config) return;
  offerPlaces(config);
  offerElsewhere(config);
  showDemo(config.demo);
  speakList(); // regions have names now
  speakBoard();
  listeners.places();
}

/** Puts all into the language of the page. */
function speak() {
  sayAll();
  showSettings();
  for (const job of openJobs.values()) job.speak();
  speakList();
  speakAdd();
  showTrouble();
  speakShare();
  speakChannels();
  showConfig();
  listeners.places();
}
speech.listeners.push(speak);

// Shapes of the buttons that index.html holds.
for (const [selector, shape] of Object.entries({
  '.another': ICONS.add, '#help-open': ICONS.help, '#running': ICONS.pulse, '#copy-link': ICONS.link, '#export': ICONS.export, '#ticket-copy': ICONS.ticket, '#slowest-open': ICONS.clock,
  '#code-open': ICONS.code, '#history-open': ICONS.history, '#clear': ICONS.clear, '#copy-all': ICONS.link,
  '#follow': ICONS.pin, '#commands-open': ICONS.commands, '#density': ICONS.dense, '.to-board': ICONS.list, '#board-link': ICONS.link, '#board-look': ICONS.timeline, '#board-clear': ICONS.clear, '#compare-link': ICONS.link,
  '#moment-earlier': ICONS.earlier, '#moment-later': ICONS.later, '#moment-link': ICONS.link, '#share-open': ICONS.share, '#board-share': ICONS.share, '#more-open': ICONS.more,
})) find(selector).prepend(icon(shape, 'line'));
setShape(find('#history-then svg'), ICONS.history);
for (const button of document.querySelectorAll('[data-close]')) button.append(icon(BUTTON_ICONS.close, 'line'));

find('.skip').addEventListener('click', (event) => {
  event.preventDefault(); // the fragment of the URL says which job is shown
  const row = shownJob()?.tree.shadowRoot?.querySelector('[part="row"][tabindex="0"]');
  /** @type {HTMLElement} */ (row ?? find('#main')).focus();
});
addEventListener('beforeprint', withShown(fillTicket));
listenForKeys(ACTIONS);
listenForPalette(ACTIONS, searchCommand);
listenForMore(moreActions);
followFocus();
showBell();
noteVisit(Date.now());
document.addEventListener('visibilitychange', () => document.hidden || noteVisit(Date.now()));
speak();
startJobs();
document.body.classList.add('ready');
// The first job that is opened will find the engine here.
if (openJobs.size === 0) fetch(`${ROOT}job-tree.wasm`).then((response) => response.arrayBuffer()).catch(() => {});
void loadConfig((trouble, isFirst) => {
  document.body.classList.add('known');
  showTrouble(trouble);
  if (isFirst) showConfig();
  showToken();
});
