// Names of views at the side: ways to the board.
//
// Knows: which views there are, and which is shown. Must not know: what the board shows of it.

import { icon, make } from '../../shared/dom.js';
import { say } from '../i18n/words.js';
import { boardLink, boardParameters, goToBoard, isBoard } from '../state/open_jobs.js';
import { hasMemory } from '../state/records.js';
import { lastVisit } from '../state/visits.js';
import { ICONS } from '../ui/icons.js';
import { find } from '../ui/nodes.js';
import { VIEWS, readQuery, toParameters } from './query.js';

/** Names of the views stand at the side, where there is a memory. */
export function showViews() {
  const views = find('#views');
  views.hidden = !hasMemory();
  for (const node of document.querySelectorAll('.to-board')) /** @type {HTMLElement} */ (node).hidden = views.hidden;
  if (views.hidden) return;
  const now = isBoard() ? readQuery(boardParameters()).view : undefined;
  /** @type {Record<typeof VIEWS[number], string>} */
  const shapes = { running: ICONS.pulse, failed: ICONS.failed, causes: ICONS.causes, all: ICONS.list, since: ICONS.history };
  const { scrollLeft } = views;
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  const wasFocused = focused && views.contains(focused) ? focused.dataset.view : undefined;
  views.replaceChildren(...offeredViews(now).map((view) => {
    const link = make('a', { href: boardLink(toParameters(queryOf(view))) }, icon(shapes[view], 'line'), make('span', {}, say(`view_${view}`)));
    link.dataset.view = view;
    if (view === now) link.setAttribute('aria-current', 'page');
    return link;
  }));
  for (const link of document.querySelectorAll('.to-board')) link.setAttribute('href', boardLink({}));
  views.scrollLeft = scrollLeft;
  find('[aria-current]', views)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  if (wasFocused) find(`[data-view="${wasFocused}"]`, views)?.focus({ preventScroll: true });
}

/** The views as choices of a menu. */
export const viewChoices = () => offeredViews().map((view) => ({ text: say(`view_${view}`), act: () => goToBoard(toParameters(queryOf(view))) }));

/** Who comes for the first time has no last visit. @param {string} [now] the one that is shown */
const offeredViews = (now) => VIEWS.filter((view) => view !== 'since' || lastVisit() || now === 'since');

/** A view without filters, in the same look. @param {typeof VIEWS[number]} view */
const queryOf = (view) => readQuery({ view, look: readQuery(boardParameters()).look, since: view === 'since' ? lastVisit()?.toISOString() ?? '' : '' });

find('#views').addEventListener('click', goBy);
for (const link of document.querySelectorAll('.to-board')) link.addEventListener('click', goBy);

/** A click on a link to a view, without loading the page again. @param {Event} event */
function goBy(event) {
  const { ctrlKey, metaKey, shiftKey, target } = /** @type {MouseEvent} */ (event);
  const link = /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest('a'));
  if (!link || ctrlKey || metaKey || shiftKey) return; // another tab is wanted
  event.preventDefault();
  const view = VIEWS.find((name) => name === link.dataset.view) ?? 'all';
  goToBoard(toParameters(queryOf(view)));
}
