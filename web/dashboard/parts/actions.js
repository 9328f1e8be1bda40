// What can be done on the page. The keys, the help and the command palette are all made of this table, in its order.
//
// Knows: all that can be done, and its key. Must not know: when keys are listened to (ui/keys.js does), how the
// palette looks (ui/palette.js does).

import { hasTimeline, openBoard, searchBoard, showJobsWith, toggleTimeline } from '../board/board.js';
import { hasFinding, openFinding } from '../board/finding.js';
import { viewChoices } from '../board/views.js';
import { exportChoices } from '../job/export.js';
import { codeChoices, openCode, openExport, openHistory, withShown } from '../job/facts.js';
import { toggleFollowed } from '../job/follow.js';
import { copyTicket, showRunning, shownGroup } from '../job/rows.js';
import { showSlowest } from '../job/slowest.js';
import { copyCauseLink, copySubJobLink } from '../links/links.js';
import { copyMomentLink, isMoment, showNow } from '../links/moment.js';
import { isBoard, openJobs, showKey, shownJob } from '../state/open_jobs.js';
import { hasMemory } from '../state/records.js';
import { say, speech } from '../i18n/words.js';
import { showHelp } from '../ui/keys.js';
import { canUndo, undo } from '../ui/message.js';
import { PALETTE_KEY, openPalette } from '../ui/palette.js';
import { find } from '../ui/nodes.js';
import { JOB_ACTIONS, LIST_ACTIONS, goHome, step } from './list.js';
import { openBell } from './notice.js';
import { nextDensity } from './settings.js';
import { nextTheme } from '../ui/looks.js';
import { canShare, openShare, openShares } from '../sharing/share.js';
import { openChannels } from '../channels/channels.js';

/** @typedef {import('../state/open_job.js').OpenJob} OpenJob */

const isShown = () => shownJob() !== undefined;
const hasTree = () => Boolean(shownJob()?.tree.job);
const hasFailed = () => Boolean(shownJob()?.tree.job?.failed);

/** What the shown job offers, if there is one. @param {(job: OpenJob) => import('../ui/menu.js').Choice[]} choices */
const ofShown = (choices) => () => {
  const job = shownJob();
  return job ? choices(job) : [];
};

/** @type {import('../ui/keys.js').Group[]} */
export const ACTIONS = [
  {
    title: 'help_jobs',
    actions: [
      { keys: ['j'], word: 'help_next', act: () => step(1), isPossible: () => openJobs.size > 0 },
      { keys: ['k'], word: 'help_previous', act: () => step(-1), isPossible: () => openJobs.size > 0 },
      { keys: ['a'], word: 'add', act: goHome },
      { keys: ['b'], word: 'views', act: openBoard, isOffered: hasMemory, choices: viewChoices },
      { word: 'board_timeline', act: toggleTimeline, isOffered: hasMemory, isPossible: hasTimeline },
      { word: 'finding_title', act: openFinding, isOffered: hasMemory, isPossible: hasFinding },
      ...LIST_ACTIONS,
      { keys: ['u'], word: 'help_undo', act: undo, isPossible: canUndo },
    ],
  },
  {
    title: 'help_shown',
    actions: [
      { keys: ['/'], word: 'help_search', act: () => (isBoard() ? searchBoard() : searchTree()), isPossible: () => isBoard() || hasTree() },
      { keys: ['n'], word: 'help_fail', act: withShown(({ tree }) => tree.nextFailure()), isPossible: hasFailed },
      { keys: ['g'], word: 'show_running', act: withShown(showRunning), isPossible: () => hasTree() && !shownJob()?.hasEnded },
      { word: 'expand_all', act: withShown(({ tree }) => tree.expandAll()), isPossible: hasTree },
      { word: 'collapse_all', act: withShown(({ tree }) => tree.collapseAll()), isPossible: hasTree },
      { keys: ['r'], word: 'help_refresh', act: () => (isMoment() ? showNow() : withShown(({ tree }) => tree.refresh())()), isPossible: isShown },
      { keys: ['p'], word: 'help_pause', act: withShown(togglePaused), isPossible: () => isShown() && !shownJob()?.hasEnded && !isMoment() },
      { word: 'follow', act: toggleFollowed, isPossible: () => isShown() && !find('#follow').hidden },
      ...JOB_ACTIONS.map(({ keys, word, act, isOff }) => ({
        keys, word, act: withShown(act), isPossible: () => { const job = shownJob(); return job !== undefined && !isOff?.(job); },
      })),
      { keys: ['f'], word: 'share', act: openShare, isOffered: hasMemory, isPossible: canShare },
      { word: 'copy_sub_job_link', act: withShown(copySubJobLink), isPossible: () => Boolean(shownJob()?.tree.selected) && hasTree() },
      { word: 'copy_cause_link', act: withShown(copyCauseLink), isPossible: () => { const job = shownJob(); return job !== undefined && shownGroup(job) !== undefined; } },
      { word: 'copy_moment_link', act: copyMomentLink, isPossible: isMoment },
      { word: 'moment_now', act: showNow, isPossible: isMoment },
      { keys: ['s'], word: 'slowest_title', also: 'slowest', act: withShown(showSlowest), isPossible: hasTree },
      { keys: ['z'], word: 'zoom', act: withShown(({ tree }) => tree.zoom()), isPossible: hasTree },
      { keys: ['m'], word: 'copy_ticket', act: withShown((job) => void copyTicket(job)), isPossible: hasTree },
      { keys: ['e'], word: 'export', act: openExport, choices: ofShown(exportChoices) },
      { keys: ['c'], word: 'code', act: openCode, choices: ofShown(codeChoices) },
      { keys: ['h'], word: 'events', act: openHistory, isPossible: isShown },
    ],
  },
  {
    title: 'help_page',
    actions: [
      { keys: ['t'], word: 'help_theme', act: nextTheme },
      { keys: ['d'], word: 'density', act: nextDensity },
      { word: 'language_name', act: () => speech.toggle() },
      { word: 'bell', act: openBell },
      { word: 'channels', also: 'channels_help', act: openChannels },
      { word: 'shares', act: openShares, isOffered: hasMemory },
      { keys: [PALETTE_KEY], word: 'commands', act: openPalette, isPossible: () => false },
      { keys: ['?'], word: 'help', act: showHelp },
      { keys: ['Esc'], word: 'help_close' },
    ],
  },
  {
    title: 'jobs',
    actions: [{ word: 'jobs', choices: () => [...openJobs.values()].filter((job) => job !== shownJob()).map((job) => ({ text: job.name, also: job.key, act: () => showKey(job.key) })) }],
  },
];

/** What is done seldom, or has no button of its own where there is little room. */
export const moreActions = () => [openChannels, openShares, openFinding, showHelp]
  .flatMap((wanted) => ACTIONS.flatMap(({ actions }) => actions).filter(({ act }) => act === wanted))
  .filter(({ isOffered, isPossible }) => isOffered?.() !== false && isPossible?.() !== false);

/** What is no command may be of a job. @param {string} text @returns {import('../ui/palette.js').Command | undefined} */
export const searchCommand = (text) => (hasMemory() && text
  ? { text: say('board_search_for', { text }), also: '', group: say('view_all'), key: '', act: () => showJobsWith(text) } : undefined);

const searchTree = withShown(({ tree }) => tree.search());

/** @param {OpenJob} job */
function togglePaused({ tree, hasEnded, isPast }) {
  if (tree.paused) tree.resume();
  else if (!hasEnded && !isPast) tree.pause();
}
