// The looks of the trees written in JavaScript: those of <job-tree>, nodes and style sheet alike, so that the
// browser has the same to lay out and paint.

import { make, icon } from '../../../web/dom.js';
import { BUTTON_ICONS, STATUS_ICONS } from '../../../web/icons.js';
import { styles } from '../../../web/styles.js';

export { STATUS_ICONS };
export const CHEVRON = BUTTON_ICONS.chevron;
export const ROW_HEIGHT = 35; // pixels, of the style sheet

/** A shadow root in the style sheet. @param {HTMLElement} host */
export function dressed(host) {
  const element = make('div', { class: 'host' });
  host.append(element);
  const root = element.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [styles(document)];
  return root;
}

/** The head of <job-tree> says more, which costs it a little; the lists are as high as one another. */
export const HEAD_HEIGHT = 262; // pixels

/** The head of a tree: what the whole job does. */
export function makeSummary() {
  const name = make('h2', {});
  const progress = make('span', {});
  /** @type {Record<string, HTMLElement>} */
  const chips = {};
  for (const status of Object.keys(STATUS_ICONS)) {
    if (status !== 'warning') chips[status] = make('span', {});
  }
  const root = make('div', { class: 'summary', style: `height: ${HEAD_HEIGHT}px` }, make('div', { class: 'head' }, name),
    make('div', { class: 'counts' }, progress, ...Object.entries(chips).map(([status, text]) =>
      make('span', { 'class': 'chip', 'data-status': status },
        icon(STATUS_ICONS[/** @type {keyof typeof STATUS_ICONS} */ (status)], 'icon'), text))));
  return {
    root,
    progress,
    /** @param {import('./model.js').Job} job @param {Record<string, number>} counts */
    write(job, counts) {
      name.textContent = job.name;
      progress.textContent = `${job.done} of ${job.total} done`;
      for (const [status, text] of Object.entries(chips)) {
        text.textContent = counts[status] ? `${counts[status]} ${status}` : '';
      }
    },
  };
}
