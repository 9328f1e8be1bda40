// How the first failure and the end of a job are noticed: the tab's title and icon, and, where wanted, a notification of the
// desktop and a sound.
//
// Knows: the tab, notifications, sounds, the bell. Must not know: how these are recognized.

import { icon, setShape } from '../../shared/dom.js';
import { STATUS_ICONS } from '../../element/icons.js';
import { isolated } from '../i18n/bidi.js';
import { regionTitle } from '../i18n/places.js';
import { say } from '../i18n/words.js';
import { memory } from '../state/memory.js';
import { showKey, shownJob } from '../state/open_jobs.js';
import { ROOT } from '../state/root.js';
import { ICONS } from '../ui/icons.js';
import { showMessage } from '../ui/message.js';
import { find, onClick } from '../ui/nodes.js';
import { togglePopup } from '../ui/popup.js';

/** @typedef {import('../state/open_job.js').OpenJob} OpenJob */

// The tab's icon is drawn outside the page's colors.
const COLORS = {
  waiting: '#7f8b97', running: '#2f83e6', succeeded: '#2f9e63', failed: '#e0444c',
  cancelled: '#9a63bd', skipped: '#7f8b97', unknown: '#c98a10', warning: '#c98a10',
};
const MARKS = {
  waiting: '○', running: '●', succeeded: '✓', failed: '✕', cancelled: '⊘', skipped: '–', unknown: '?', warning: '!',
};

/** Jobs that failed or ended while nobody looked. @type {Set<string>} */
const unseen = new Set();

const wants = {
  /** Asked for, and still allowed. */
  get notice() { return memory.get('notice') === 'yes' && globalThis.Notification?.permission === 'granted'; },
  get sound() { return memory.get('sound') === 'yes'; },
};

/** The title and the icon of the browser's tab tell how the shown job stands. */
export function showTab() {
  const job = shownJob();
  const link = find('link[rel="icon"]');
  const prefix = unseen.size > 0 ? `(${unseen.size}) ` : '';
  if (!job) {
    document.title = `${prefix}jobtree`;
    link.setAttribute('href', `${ROOT}favicon.svg`);
    return;
  }
  document.title = `${prefix}${MARKS[job.look]} ${[job.progress, isolated(job.name)].filter(Boolean).join(' · ')}`;
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill-rule="evenodd" ' +
    `fill="${COLORS[job.look]}" d="${STATUS_ICONS[job.look]}"/></svg>`;
  link.setAttribute('href', `data:image/svg+xml,${encodeURIComponent(svg)}`);
}

/** A job has ended. @param {OpenJob} job */
export function noticeEnd(job) {
  const status = job.tree.job?.statusText || say(`status_${job.look}`);
  tell(job, say('notice_title', { status, name: job.name }), job.look === 'succeeded' || job.look === 'skipped');
}

/** A first part of a job has failed, long before its end perhaps. @param {OpenJob} job */
export function noticeFailure(job) {
  tell(job, say('notice_failure', { name: job.name }), false);
}

/** @param {OpenJob} job @param {string} title @param {boolean} isGood */
function tell(job, title, isGood) {
  if (wants.sound) play(isGood);
  if (!document.hidden) return;
  unseen.add(job.key);
  showTab();
  if (!wants.notice) return;
  try {
    const notification = new Notification(title, {
      body: [job.failure, job.progress, `${job.address.service} · ${regionTitle(job.address.region)}`].filter(Boolean).join('\n'),
      tag: `${job.key} ${title}`, icon: `${ROOT}favicon.svg`, // the end does not silently take the place of the first failure
    });
    notification.onclick = () => {
      window.focus();
      showKey(job.key);
      notification.close();
    };
  } catch {
    showMessage(title); // browsers of phones leave notifications to service workers
  }
}

/** @type {AudioContext | undefined} */
let audio;

/** Two tones up, or three low ones. @param {boolean} isGood */
function play(isGood) {
  audio ??= new AudioContext();
  if (audio.state === 'suspended') audio.resume().catch(() => {});
  const tones = isGood ? [660, 880] : [330, 330, 262];
  tones.forEach((frequency, i) => {
    const context = /** @type {AudioContext} */ (audio);
    const tone = new OscillatorNode(context, { frequency });
    const level = new GainNode(context, { gain: 0 });
    const at = context.currentTime + i * 0.16;
    level.gain.setValueAtTime(0, at);
    level.gain.linearRampToValueAtTime(0.12, at + 0.02);
    level.gain.exponentialRampToValueAtTime(0.001, at + 0.15);
    tone.connect(level).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.16);
  });
  document.documentElement.dataset.played = isGood ? 'good' : 'bad';
}

// A browser lets a page sound only after something was done in it.
for (const type of ['pointerdown', 'keydown']) {
  addEventListener(type, () => {
    if (!wants.sound) return;
    audio ??= new AudioContext();
    if (audio.state === 'suspended') audio.resume().catch(() => {});
  }, { capture: true, passive: true });
}

// The bell, and what it offers.

/** Opens what the bell offers, or closes it. */
export function openBell() {
  togglePopup(find('#bell-choices'), bell);
}

const bell = find('#bell');
bell.append(icon(ICONS.bell, 'line'));
onClick('#bell', openBell);

const notice = /** @type {HTMLInputElement} */ (find('#notice'));
const sound = /** @type {HTMLInputElement} */ (find('#sound'));

export function showBell() {
  notice.checked = wants.notice;
  sound.checked = wants.sound;
  bell.dataset.on = String(wants.notice || wants.sound);
  setShape(bell.firstElementChild, wants.notice || wants.sound ? ICONS.bell_on : ICONS.bell);
}

// Only this click asks for the browser's permission.
notice.addEventListener('change', async () => {
  memory.set('notice', notice.checked ? 'yes' : '');
  if (notice.checked && (await globalThis.Notification?.requestPermission()) !== 'granted') showMessage(say('bell_blocked'));
  showBell();
});
sound.addEventListener('change', () => {
  memory.set('sound', sound.checked ? 'yes' : '');
  if (sound.checked) play(true);
  showBell();
});
document.addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  unseen.clear();
  showTab();
});
