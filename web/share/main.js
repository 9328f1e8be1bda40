// The page of a share link, /s/TOKEN: one job, or one list of jobs, and nothing else.
//
// The token of the address opens that on the server. It is held in memory alone: nothing of it, nor of what it opens, is
// written into the browser.
//
// Knows: the link, until when it is valid. Must not know: how a job or a list is shown (job.js and board.js do).

import { say, sayAll, speech } from '../dashboard/i18n/words.js';
import { inFull } from '../dashboard/i18n/times.js';
import { loadConfig } from '../dashboard/state/config.js';
import { Refusal, send } from '../dashboard/state/send.js';
import { token } from '../dashboard/state/token.js';
import { showLooks } from '../dashboard/ui/looks.js';
import { find } from '../dashboard/ui/nodes.js';
import { closeBoard, showBoard, speakBoard } from './board.js';
import { closeJob, showJob, speakJob } from './job.js';

/**
 * @typedef {object} Shared
 * @property {'job' | 'board'} kind
 * @property {{ region: string, service: string, project_id: string, job_id: string }} [job]
 * @property {string} [board] a query string as GET /api/jobs takes it
 * @property {string | null} label
 * @property {string} expires_at
 */

const RETRY = 5000; // milliseconds
const LONGEST_TIMER = 0x7fffffff; // milliseconds that a browser can wait
const GONE = 410; // the status of a link that has ended

/** @type {Shared | undefined} */
let shared;
/** Why nothing is shown. @type {unknown} */
let trouble;
let timer = 0;

const TOKEN = /\/s\/([\w.~-]{1,256})$/.exec(location.pathname)?.[1] ?? '';
token.hold(TOKEN);

/** What the server says once more is no another time. @param {unknown} error */
const isFinal = (error) => error instanceof Refusal && error.status < 429;

/** Reads what the link shows, and again when it seems to show it no more. */
async function load() {
  clearTimeout(timer);
  try {
    if (!TOKEN) throw new Refusal(404, {});
    /** @type {Shared} */
    const now = await (await send('api/share')).json();
    trouble = undefined;
    if (!shared) show(now);
    shared = now;
    timer = window.setTimeout(load, Math.min(Math.max(Date.parse(now.expires_at) - Date.now(), 0) + RETRY, LONGEST_TIMER));
  } catch (error) {
    trouble = error;
    if (isFinal(error)) close();
    else timer = window.setTimeout(load, RETRY);
  }
  speakLink();
}

/** @param {Shared} now */
function show(now) {
  document.body.classList.toggle('watching', now.kind === 'job');
  if (now.job) showJob(now.job, now.label, load);
  else showBoard(now.board ?? '', now.label, load);
}

/** It shows nothing any more. */
function close() {
  shared = undefined;
  document.body.classList.remove('watching');
  closeJob();
  closeBoard();
  document.title = 'jobtree';
}

/** What is said of the link itself. */
function speakLink() {
  const isEnded = isFinal(trouble);
  find('#shared').hidden = !shared;
  find('#shared').textContent = shared ? say('shared_until', { at: inFull(new Date(shared.expires_at)) }) : '';
  find('#trouble').hidden = trouble === undefined || isEnded;
  find('#trouble').textContent = trouble instanceof Refusal ? say('board_trouble', { why: trouble.message }) : say('backend_down');
  find('#ended').hidden = !isEnded;
  const wasValid = trouble instanceof Refusal && trouble.status === GONE;
  find('#ended-title').textContent = isEnded ? say(wasValid ? 'shared_ended' : 'shared_unknown') : '';
  find('#ended-text').textContent = isEnded ? say(wasValid ? 'shared_ended_help' : 'shared_unknown_help') : '';
}

/** Puts all into the language of the page. */
function speak() {
  sayAll();
  showLooks();
  speakLink();
  speakJob();
  speakBoard();
}
speech.listeners.push(speak);

find('.skip').addEventListener('click', (event) => {
  event.preventDefault(); // the fragment of the URL says how the job is looked at
  find('#main').focus();
});
speak();
document.body.classList.add('ready');
void loadConfig((_, isFirst) => {
  document.body.classList.add('known');
  if (isFirst) speak();
});
void load();
