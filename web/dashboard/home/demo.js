// In demo mode: sample jobs, and batches of any size to create.
//
// Knows: the form of a batch, the sample jobs. Must not know: how they are simulated.

import { count } from '../i18n/times.js';
import { say, speech } from '../i18n/words.js';
import { ROOT } from '../state/root.js';
import { token } from '../state/token.js';
import { find } from '../ui/nodes.js';
import { makeJobLink, openJob } from './recent.js';

/**
 * @typedef {import('../state/config.js').Title} Title
 * @typedef {{ region: string, service: string, project_id: string, job_id: string, title: Title }} DemoJob
 * @typedef {{ jobs: DemoJob[], max_batch?: number }} Demo
 */

const form = /** @type {HTMLFormElement} */ (find('#batch'));
const size = /** @type {HTMLInputElement} */ (find('[name="count"]', form));
const rate = /** @type {HTMLInputElement} */ (find('[name="failing"]', form));
const help = find('.help', form);

/** @param {Demo | null} demo */
export function showDemo(demo) {
  find('#demo-banner').hidden = find('#demo').hidden = !demo;
  if (!demo) return;
  if (demo.max_batch) size.max = String(demo.max_batch);
  const most = Number(size.max);
  find('#sizes').replaceChildren(...[20, 1000, 10_000, 100_000].filter((n) => n <= most).map((n) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.value = String(n);
    button.textContent = count(n);
    return button;
  }));
  find('#demo .choices').replaceChildren(...demo.jobs.map((job) => // all of them are in one region
    makeJobLink(addressOf(job), speech.lang === 'en' ? job.title.en : job.title.zh, job.service)));
  look();
}

/** @param {DemoJob} job */
function addressOf({ region, service, project_id, job_id }) {
  return { region, service, project: project_id, job: job_id };
}

/** @returns {{ count: number, failing: number } | undefined} what the form asks for, if it is valid */
function order() {
  const [all, percent] = [size.valueAsNumber, rate.valueAsNumber];
  const isGood = Number.isInteger(all) && all >= 1 && all <= Number(size.max) && percent >= 0 && percent <= 100;
  if (!isGood) return undefined;
  // A rate above zero means one failure at least.
  const failing = percent > 0 ? Math.max(Math.round((all * percent) / 100), 1) : 0;
  return { count: all, failing };
}

function look() {
  const it = order();
  const some = it && it.failing > 0 ? say('batch_some', { n: count(it.failing) }) : say('batch_none');
  showHelp(it ? some : say('batch_bad', { most: count(Number(size.max)) }), !it);
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll('#sizes button'))) {
    button.setAttribute('aria-pressed', String(button.value === size.value));
  }
}

/** @param {string} text @param {boolean} isWrong */
function showHelp(text, isWrong) {
  help.textContent = text;
  help.classList.toggle('wrong', isWrong);
}

form.addEventListener('input', look);
find('#sizes').addEventListener('click', (event) => {
  const button = /** @type {HTMLButtonElement | null} */ (/** @type {Element} */ (event.target).closest('button'));
  if (!button) return;
  size.value = button.value;
  look();
});
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const it = order();
  if (!it) return look();
  try {
    const response = await fetch(`${ROOT}api/demo/batches`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(token.now && { Authorization: `Bearer ${token.now}` }) },
      body: JSON.stringify(it),
    });
    const body = await response.json();
    if (!response.ok) throw new Error(body.detail ?? body.title ?? response.status);
    openJob(addressOf(body));
  } catch (error) {
    showHelp(say('batch_failed', { why: error instanceof Error ? error.message : String(error) }), true);
  }
});
