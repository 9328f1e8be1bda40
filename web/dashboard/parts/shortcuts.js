// Which key does what; the help lists them in this order.
//
// Knows: all that has a key. Must not know: when keys are listened to (ui/keys.js does).

import { openBoard, searchBoard } from '../board/board.js';
import { isBoard } from '../state/open_jobs.js';
import { hasMemory } from '../state/records.js';
import { goHome, removeJob, step } from './list.js';
import { copyLink, openCode, openExport, openHistory, withShown } from '../job/facts.js';
import { showRunning } from '../job/rows.js';
import { nextTheme } from './settings.js';
import { showHelp } from '../ui/keys.js';
import { undo } from '../ui/message.js';

/** @type {import('../ui/keys.js').Group[]} */
export const SHORTCUTS = [
  {
    title: 'help_jobs',
    shortcuts: [
      { keys: ['j', 'k'], word: 'help_go', act: (key) => step(key === 'j' ? 1 : -1) },
      { keys: ['a'], word: 'help_add', act: goHome },
      { keys: ['b'], word: 'help_board', act: openBoard, isOffered: hasMemory },
      { keys: ['Alt ↑', 'Alt ↓'], word: 'help_move' },
      { keys: ['F2'], word: 'help_rename' },
      { keys: ['x'], word: 'help_remove', act: withShown(removeJob) },
      { keys: ['u'], word: 'help_undo', act: undo },
    ],
  },
  {
    title: 'help_shown',
    shortcuts: [
      { keys: ['/'], word: 'help_search', act: () => (isBoard() ? searchBoard() : searchTree()) },
      { keys: ['n'], word: 'help_fail', act: withShown(({ tree }) => tree.nextFailure()) },
      { keys: ['g'], word: 'show_running', act: withShown(showRunning) },
      { keys: ['r'], word: 'help_refresh', act: withShown(({ tree }) => tree.refresh()) },
      { keys: ['p'], word: 'help_pause', act: withShown(togglePaused) },
      { keys: ['l'], word: 'help_copy', act: copyLink },
      { keys: ['e'], word: 'export', act: openExport },
      { keys: ['c'], word: 'help_code', act: openCode },
      { keys: ['h'], word: 'help_events', act: openHistory },
    ],
  },
  {
    title: 'help_page',
    shortcuts: [
      { keys: ['t'], word: 'help_theme', act: nextTheme },
      { keys: ['?'], word: 'help_help', act: showHelp },
      { keys: ['Esc'], word: 'help_close' },
    ],
  },
];

const searchTree = withShown(({ tree }) => tree.search());

/** @param {import('../state/open_job.js').OpenJob} job */
function togglePaused({ tree, hasEnded }) {
  if (tree.paused) tree.resume();
  else if (!hasEnded) tree.pause();
}
