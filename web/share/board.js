// The list of jobs of a share link, live while somebody looks. It leads nowhere: the link opens the list alone.
//
// Knows: rows as on the board of the dashboard. Must not know: the link, which jobs there are.

import { formatAddress } from '../shared/address.js';
import { BoardPoll } from '../dashboard/board/poll.js';
import { BoardRow } from '../dashboard/board/row.js';
import { say } from '../dashboard/i18n/words.js';
import { boardWords } from '../dashboard/sharing/described.js';
import { addressOf } from '../dashboard/state/records.js';
import { Refusal } from '../dashboard/state/send.js';
import { find, onClick } from '../dashboard/ui/nodes.js';

/** @typedef {import('../dashboard/state/records.js').BoardPage} BoardPage */

const STEP = 50; // rows that "load more" adds
const MOST_ROWS = 300;
const TICK = 1000; // milliseconds

/** @type {Map<string, BoardRow>} by key, in the order of the list */
const rows = new Map();
const list = find('#board-rows');
/** What is shared, and what it is called. @type {{ board: string, label: string | null } | undefined} */
let shown;
let limit = STEP;
let lost = () => {};
/** @type {BoardPage | undefined} */
let latest;
/** @type {Error | undefined} */
let trouble;

/** @type {BoardPoll<BoardPage>} */
const poll = new BoardPoll({
  page(page) {
    latest = page;
    show(page);
    speakAround();
  },
  went(error) {
    trouble = error;
    speakAround();
    if (error instanceof Refusal && error.status < 429) lost();
  },
}, 'api/jobs');

/** @param {string} board @param {string | null} label @param {() => void} isLost called when it cannot be had */
export function showBoard(board, label, isLost) {
  shown = { board, label };
  lost = isLost;
  find('#board').hidden = false;
  find('#main').tabIndex = 0; // it scrolls, and nothing in it takes the focus
  speakBoard();
  follow();
}

export function closeBoard() {
  shown = undefined;
  poll.watch(undefined);
  find('#board').hidden = true;
}

/** The server knows what is shared: only how much of it is said. */
const follow = () => poll.watch(`limit=${limit}`);

/** In the language of the page. */
export function speakBoard() {
  if (!shown) return;
  for (const row of rows.values()) row.speak();
  speakAround();
}

function speakAround() {
  if (!shown) return;
  const { board, label } = shown;
  const title = label || boardWords(board);
  find('#board-title').textContent = title;
  find('#board-since').textContent = label ? boardWords(board) : '';
  document.title = title;
  const status = find('#board-live');
  status.dataset.is = trouble ? 'trouble' : latest ? 'live' : 'loading';
  const text = trouble ? say('board_trouble', { why: trouble instanceof Refusal ? trouble.message : say('state_unreachable') })
    : say(latest ? 'state_live' : 'state_loading');
  if (status.textContent !== text) status.textContent = text;
  find('#board-empty').hidden = latest?.jobs.length !== 0;
  find('#board-empty').textContent = say('shared_empty');
  const { state, note } = latest?.memory ?? { state: 'good' };
  find('#board-note').hidden = state !== 'trouble';
  find('#board-note').textContent = state === 'trouble' ? say('memory_trouble', { why: note ?? '' }) : '';
  find('#board-more').hidden = !latest?.next || limit >= MOST_ROWS;
}

/** @param {BoardPage} page */
function show({ jobs }) {
  const old = new Map(rows);
  rows.clear();
  jobs.forEach((record, i) => {
    const key = formatAddress(addressOf(record));
    const row = old.get(key) ?? made(key, record);
    if (old.delete(key)) row.update(record, false);
    rows.set(key, row);
    if (list.children[i] !== row.root) list.insertBefore(row.root, list.children[i] ?? null);
  });
  for (const { root } of old.values()) root.remove();
}

/** @param {string} key @param {import('../dashboard/state/records.js').JobRecord} record */
function made(key, record) {
  const row = new BoardRow(key, record, false);
  row.compare.remove();
  row.pin.remove();
  return row;
}

onClick('#board-more', () => {
  limit += STEP;
  follow();
});
setInterval(() => {
  if (document.hidden || !shown) return;
  for (const row of rows.values()) row.tick(Date.now());
}, TICK);
