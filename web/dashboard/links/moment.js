// The line that says which moment of a job is shown, and leads to others.
//
// Knows: one line and its buttons. Must not know: where versions are stored, how a tree shows one.

import { clock, inFull } from '../i18n/times.js';
import { say } from '../i18n/words.js';
import { goToMoment, shareLink, shownJob } from '../state/open_jobs.js';
import { Refusal } from '../state/send.js';
import { copy } from '../ui/message.js';
import { find, onClick } from '../ui/nodes.js';

/** @typedef {import('../state/open_job.js').OpenJob} OpenJob */

const line = find('#moment');
const text = find('#moment-text');

/** @param {OpenJob} job */
export function showMoment({ moment }) {
  line.hidden = !moment;
  if (!moment) return;
  const { state, time, trouble, earlier, later } = moment;
  line.dataset.state = state;
  const at = time ? inFull(time) : '';
  const why = trouble instanceof Refusal ? trouble.message : say('state_unreachable');
  const said = state === 'shown' ? say('moment_seen', { at })
    : state === 'loading' ? say('moment_loading')
      : state === 'failed' ? say('moment_failed', { why })
        : say(at ? 'moment_gone' : 'moment_unknown', { at });
  if (text.textContent !== said) text.textContent = said;
  for (const [selector, version] of /** @type {const} */ ([['#moment-earlier', earlier], ['#moment-later', later]])) {
    const button = /** @type {HTMLButtonElement} */ (find(selector));
    button.hidden = state !== 'shown';
    button.disabled = !version;
    const word = selector === '#moment-earlier' ? 'moment_earlier' : 'moment_later';
    button.title = version ? say('moment_step', { what: say(word), at: clock(new Date(version.at)) }) : say(word);
  }
  find('#moment-link').hidden = state !== 'shown';
}

/** Whether the shown job is shown as it was. */
export const isMoment = () => shownJob()?.isPast === true;

/** @param {(job: OpenJob) => void} act */
const withMoment = (act) => () => {
  const job = shownJob();
  if (job?.moment) act(job);
};

export const copyMomentLink = withMoment((job) => void copy(shareLink(job), say('copied_moment_link')));
export const showNow = withMoment((job) => {
  goToMoment(job, '');
  find('#main').focus(); // the button goes
});
/** @param {'earlier' | 'later'} way */
const step = (way) => withMoment((job) => {
  const version = job.moment?.[way];
  if (version) goToMoment(job, String(version.version));
});

onClick('#moment-link', copyMomentLink);
onClick('#moment-now', showNow);
onClick('#moment-earlier', step('earlier'));
onClick('#moment-later', step('later'));
