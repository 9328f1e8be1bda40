// The jobs of the board on one timeline, up to ten thousand of them: a <job-board>.
//
// Knows: how the board's query is said to the element. Must not know: the fields of the filters, how a job is opened.

import { say, speech } from '../i18n/words.js';
import { memory } from '../state/memory.js';
import { ROOT } from '../state/root.js';
import { token } from '../state/token.js';
import { showMessage } from '../ui/message.js';
import { find } from '../ui/nodes.js';

/**
 * @typedef {import('../../shared/address.js').Address} Address
 * @typedef {import('../../element/job_board_element.js').JobBoardElement} JobBoardElement
 */

const MOST_JOBS = 10_000; // that the element shows
/** Its attributes, by the server's parameters. */
const ATTRIBUTES = Object.entries({
  status: 'status', q: 'q', service: 'service', region: 'region', person: 'person', resource: 'resource', since: 'since', ended_since: 'ended-since',
});

const place = find('#board-timeline');
/** @type {JobBoardElement | undefined} made when it is wanted first */
let board;

/** Set by board.js. */
export const timelineListener = {
  /** A job was chosen. @param {Address} address */
  chosen(address) { void address; },
};

/** Shows what this query finds. @param {string | undefined} search of the server; undefined: nothing, and nothing is queried */
export function showTimeline(search) {
  place.hidden = search === undefined;
  if (search === undefined) return board?.remove();
  board ??= make();
  const parameters = new URLSearchParams(search);
  for (const [name, attribute] of ATTRIBUTES) {
    const value = parameters.get(name) ?? '';
    if (value !== (board.getAttribute(attribute) ?? '')) board.setAttribute(attribute, value);
  }
  speakTimeline();
  if (!board.isConnected) place.append(board);
}

/** In the language of the page, as dense as the user wants all lists, with the token there is. */
export function speakTimeline() {
  if (!board) return;
  if (board.lang !== speech.lang) board.lang = speech.lang;
  board.setAttribute('density', memory.get('density') === 'compact' ? 'compact' : 'comfortable');
  if (token.now && board.token !== token.now) board.token = token.now;
}

/** The script of the element is fetched when it is wanted first: until then the node waits. */
function make() {
  import(`${ROOT}job-board.js`).catch(() => showMessage(say('state_unreachable')));
  const made = /** @type {JobBoardElement} */ (document.createElement('job-board'));
  made.setAttribute('limit', String(MOST_JOBS));
  made.addEventListener('job-board-select', (event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    if (!detail) return;
    made.removeAttribute('selected'); // it is looked at elsewhere
    timelineListener.chosen({ region: detail.region, service: detail.service, project: detail.projectId, job: detail.jobId });
  });
  return made;
}
