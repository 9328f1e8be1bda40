// The dialog that makes a share link of a job or of a list of jobs, and shows it once; and the one that lists all links.
//
// Knows: the nodes of both. Must not know: what stands in a row of the list, what the link shows.

import { make } from '../../shared/dom.js';
import { readQuery, toSearch } from '../board/query.js';
import { count, inFull } from '../i18n/times.js';
import { say } from '../i18n/words.js';
import { labelOf } from '../state/labels.js';
import { boardParameters, isBoard, shownJob } from '../state/open_jobs.js';
import { hasMemory } from '../state/records.js';
import { ROOT } from '../state/root.js';
import { openDialog } from '../ui/dialog.js';
import { copy } from '../ui/message.js';
import { find, onClick } from '../ui/nodes.js';
import { fetchShares, isOf, postShare } from './api.js';
import { boardWords } from './described.js';
import { ShareList } from './list.js';
import { reasonOf } from './reason.js';

/**
 * @typedef {import('../state/open_job.js').OpenJob} OpenJob
 * @typedef {import('./api.js').MadeShare} MadeShare
 * @typedef {import('./api.js').Thing} Thing
 */

const dialog = /** @type {HTMLDialogElement} */ (find('#share'));
const form = /** @type {HTMLFormElement} */ (find('form', dialog));
/** @param {string} name */
const field = (name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
/** What the dialog is about. @type {Thing | undefined} */
let thing;
/** @type {MadeShare | undefined} which is shown now, and never again */
let made;

/** Whether something is shown that can be shared. */
export const canShare = () => hasMemory() && (shownJob() !== undefined || isShareableBoard());

function isShareableBoard() {
  const { view, group, person } = readQuery(boardParameters());
  return isBoard() && view !== 'causes' && group === '' && person === ''; // who did what is shared with nobody
}

/** Shares what is shown. */
export function openShare() {
  const job = shownJob();
  if (job) return shareJob(job);
  if (isShareableBoard()) open({ board: boardQuery() }, '');
}

/** What the board shows, but for how many of it. */
function boardQuery() {
  const search = new URLSearchParams(toSearch(readQuery(boardParameters()), { limit: 0, cursor: '' }, Date.now()));
  search.delete('limit');
  return search.toString();
}

/** @param {OpenJob} job */
export const shareJob = ({ address, key }) => open({ job: address }, labelOf(key));

/** @param {Thing} what @param {string} label */
function open(what, label) {
  thing = what;
  form.reset();
  field('label').value = label;
  showMade(undefined);
  showWrong('');
  speakShare();
  openDialog('#share');
  void readOthers();
}

/** Puts the dialogs into the language of the page. */
export function speakShare() {
  if (!thing) return;
  const job = shownJob();
  find('#share-what').textContent = 'board' in thing ? say('share_what_board', { what: boardWords(thing.board) })
    : say('share_what_job', { name: job && job.address.job === thing.job.job ? job.name : thing.job.job });
  others.draw();
  all.draw();
}

/** @param {string} text */
function showWrong(text) {
  const line = find('#share-wrong');
  line.hidden = text === '';
  line.textContent = text;
}

/** An address for others. @param {string} link */
const absolute = (link) => new URL(link, new URL('/', ROOT)).href;

/** @param {MadeShare | undefined} share */
function showMade(share) {
  made = share;
  form.hidden = share !== undefined;
  find('#share-made').hidden = share === undefined;
  find('#share-badge').replaceChildren();
  if (!share || !thing) return;
  const page = absolute(share.links.page);
  const badge = absolute(share.links.badge);
  find('#share-once').textContent = say('board' in thing ? 'share_once_board' : 'share_once_job', { at: inFull(new Date(share.expires_at)) });
  /** @type {Record<string, string>} */
  const texts = { page, badge: `[![jobtree](${badge})](${page})`, feed: absolute(share.links.atom) };
  for (const [name, text] of Object.entries(texts)) /** @type {HTMLInputElement} */ (find(`#share-${name}-text`)).value = text;
  // From here, whatever the address for others is: only pictures of this server are shown.
  find('#share-badge').append(make('img', { src: `${ROOT}badge/${encodeURIComponent(share.token)}.svg`, alt: say('share_badge') }));
  /** @type {HTMLInputElement} */ (find('#share-page-text')).select();
  find('#share-page-text').focus();
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (!thing) return;
  const wanted = thing;
  const button = /** @type {HTMLButtonElement} */ (find('.primary', form));
  button.disabled = true;
  try {
    const share = await postShare(wanted, {
      label: field('label').value.trim(), expires_in: Number(new FormData(form).get('ends')), public: field('public').checked,
    });
    showWrong('');
    if (thing === wanted && dialog.open) showMade(share);
    void readOthers();
  } catch (error) {
    showWrong(reasonOf(error));
  } finally {
    button.disabled = false;
  }
});
for (const name of ['page', 'badge', 'feed']) {
  onClick(`#share-${name}-copy`, () => void copy(/** @type {HTMLInputElement} */ (find(`#share-${name}-text`)).value));
}
onClick('#share-again', () => {
  showMade(undefined);
  find('.primary', form).focus();
});
dialog.addEventListener('close', () => {
  if (made) showMade(undefined); // the token is gone with it
});

// Lists of links.

const others = new ShareList(find('#share-others-list'), () => {});
const all = new ShareList(find('#shares-list'), () => {});

/** Links that show the same. */
async function readOthers() {
  const of = thing;
  if (!of) return;
  const { shares } = await fetchShares().catch(() => ({ shares: [] }));
  if (thing !== of) return;
  const same = shares.filter((share) => isOf(share, of));
  others.show(same);
  find('#share-others').hidden = same.length === 0;
}

/** Opens the list of all links. */
export async function openShares() {
  const note = find('#shares-note');
  note.textContent = say('state_loading');
  all.show([]);
  openDialog('#shares');
  try {
    const { shares, left_out: rest } = await fetchShares();
    all.show(shares);
    note.textContent = shares.length === 0 ? say('shares_empty') : rest > 0 ? say('shares_left_out', { n: count(rest) }) : '';
  } catch (error) {
    note.textContent = reasonOf(error);
  }
  note.hidden = note.textContent === '';
}

onClick('#share-open', openShare);
onClick('#board-share', openShare);
