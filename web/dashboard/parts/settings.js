// How dense trees are, and the menu of what is set or looked at seldom.
//
// Knows: the button for density, the menu of the page's head. Must not know: what its choices open.

import { memory } from '../state/memory.js';
import { openJobs } from '../state/open_jobs.js';
import { say } from '../i18n/words.js';
import { showLooks } from '../ui/looks.js';
import { openMenu } from '../ui/menu.js';
import { find, onClick } from '../ui/nodes.js';

/** Shows all as they are now. */
export function showSettings() {
  showLooks();
  find('#density').setAttribute('aria-pressed', String(memory.get('density') === 'compact'));
}

/** Trees stand closer, or less close. */
export function nextDensity() {
  memory.set('density', memory.get('density') ? '' : 'compact');
  for (const job of openJobs.values()) job.spread();
  showSettings();
}

/** Offers actions in the menu. @param {() => import('../ui/keys.js').Action[]} offered those that can be done now */
export function listenForMore(offered) {
  const button = find('#more-open');
  onClick('#more-open', () => openMenu(button, offered().map(({ word, act }) => ({ text: say(word), act: () => act?.() }))));
}

onClick('#density', nextDensity);
