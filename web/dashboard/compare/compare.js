// Two jobs side by side: what differs, as the server says, up to date while one of them runs.
//
// Knows: when to query, the state of the page's section. Must not know: what stands in the tables.

import { formatAddress, parseAddress } from '../../shared/address.js';
import { say } from '../i18n/words.js';
import { comparedKeys, compareLink, goToCompare, openAddresses, openJobs, showKey } from '../state/open_jobs.js';
import { fetchComparison, lookAt } from '../state/records.js';
import { Refusal } from '../state/send.js';
import { MOST_JOBS } from '../state/url.js';
import { copy, showMessage } from '../ui/message.js';
import { find, onClick } from '../ui/nodes.js';
import { tablesOf } from './tables.js';

const INTERVAL = 5000; // milliseconds

/** @typedef {import('../state/records.js').Comparison} Comparison */

/** What is compared, of which `latest` is. */
let shown = '';
/** @type {Comparison | undefined} */
let latest;
/** @type {Error | undefined} */
let trouble;
let timer = 0;

/** Shows what the URL says; elsewhere it rests. */
export function showComparison() {
  const keys = comparedKeys();
  find('#compare').hidden = keys.length === 0;
  const now = keys.join();
  if (now !== shown) {
    clearTimeout(timer);
    shown = now;
    latest = trouble = undefined;
    if (now) void load(now);
  }
  if (now) draw();
}

/** Queries again, with another token. */
export function retryComparison() {
  if (shown && trouble) void load(shown);
}

/** Whether the server refuses to compare for this visitor. */
export const isComparisonRefused = () => shown !== '' && trouble instanceof Refusal && trouble.isForbidden;

/** Set by main.js. */
export const comparisonListener = {
  /** The server wants a token, or another one. */
  refused() {},
};

/** @param {string} keys */
async function load(keys) {
  clearTimeout(timer);
  const [a, b] = keys.split(',');
  try {
    const found = await fetchComparison(a, b).catch(async (error) => {
      // What nobody has looked at yet is looked at now.
      if (!(error instanceof Refusal) || error.status !== 404) throw error;
      await look(a, b);
      return fetchComparison(a, b);
    });
    if (keys !== shown) return;
    latest = found;
    trouble = undefined;
  } catch (error) {
    if (keys !== shown) return;
    trouble = /** @type {Error} */ (error);
    if (isComparisonRefused()) comparisonListener.refused();
  }
  draw();
  if (trouble ? !(trouble instanceof Refusal) : latest?.runs.some(goesOn)) timer = window.setTimeout(() => void again(keys), INTERVAL);
}

/** @param {Comparison['runs'][number]} run */
const goesOn = ({ job }) => !job.has_ended && !job.is_lost;

/** @param {string} keys */
async function again(keys) {
  if (document.hidden) {
    timer = window.setTimeout(() => void again(keys), INTERVAL);
    return;
  }
  const running = keys.split(',').filter((_, i) => !latest || goesOn(latest.runs[i]));
  await look(...running);
  if (keys === shown) await load(keys);
}

/** Has the server look at jobs, whatever comes of it. @param {...string} keys */
const look = (...keys) => Promise.allSettled(keys.map((key) => {
  const address = parseAddress(key);
  return address && lookAt(address);
}));

function draw() {
  const status = find('#compare-status');
  status.classList.toggle('late', trouble !== undefined);
  status.textContent = trouble ? say('compare_failed', { why: trouble instanceof Refusal ? trouble.message : say('state_unreachable') })
    : latest ? differences(latest) : say('state_loading');
  const focused = document.activeElement?.id; // a link in a head is made anew
  find('#compare-tables').replaceChildren(...(latest ? tablesOf(latest) : []));
  if (focused?.startsWith('compare-')) find(`#${focused}`)?.focus({ preventScroll: true });
}

/** In a sentence. @param {Comparison} comparison */
function differences({ differs, runs }) {
  const what = differs.map((name) => say(`differs_${name}`)).join(say('comma'));
  const sentence = what ? say('compare_differs', { what }) : say(runs.some(goesOn) ? 'compare_same_yet' : 'compare_same');
  return runs.every((run) => run.has_sub_jobs) ? sentence : `${sentence} ${say('compare_no_body')}`;
}

find('#compare-tables').addEventListener('click', (event) => {
  const link = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest('a'));
  const address = parseAddress(link?.dataset.key ?? '');
  if (!address || event.ctrlKey || event.metaKey || event.shiftKey) return; // another tab is wanted
  event.preventDefault();
  if (openJobs.has(formatAddress(address))) showKey(formatAddress(address));
  else if (!openAddresses([address])) showMessage(say('too_many', { most: MOST_JOBS }));
});
onClick('#compare-link', () => void copy(location.origin + compareLink(comparedKeys()), say('copied_link')));
onClick('#compare-swap', () => goToCompare(comparedKeys().reverse(), false));
