// Times and durations as the dashboard writes them: times as the tree does.
//
// Knows: the language of the page. Must not know: what happened at a time.

import { Clock } from '../../element/clock.js';
import { say, speech } from './words.js';

const UNITS = /** @type {const} */ ([['day', 86_400], ['hour', 3600], ['minute', 60], ['second', 1]]);
const LONG_UNITS = /** @type {const} */ ([['year', 31_556_952], ['month', 2_629_746], ...UNITS]);

/** @type {Map<string, Intl.RelativeTimeFormat | Intl.NumberFormat | Clock>} each takes its time to make */
const formats = new Map();

/**
 * @template {Intl.RelativeTimeFormat | Intl.NumberFormat | Clock} T
 * @param {string} name
 * @param {(lang: string) => T} make
 */
function format(name, make) {
  const key = `${name} ${speech.lang}`;
  const made = formats.get(key) ?? make(speech.lang);
  formats.set(key, made);
  return /** @type {T} */ (made);
}

/** "12,345". @param {number} value */
export function count(value) {
  return format('count', (lang) => new Intl.NumberFormat(lang)).format(value);
}

/** In Chinese a blank stands between a number and its unit, as in the tree: "3 秒". @param {string} text */
const spaced = (text) => (speech.lang === 'en' ? text : text.replace(/(\d)(?=\p{Script=Han})/gu, '$1 '));

/**
 * "3m ago", of its largest unit.
 * @param {Date} date
 * @param {number} now
 */
export function ago(date, now) {
  const seconds = Math.max(Math.round((now - date.getTime()) / 1000), 0);
  const [unit, size] = LONG_UNITS.find(([, least]) => seconds >= least) ?? [];
  if (!unit) return say('now');
  return spaced(format('ago', (lang) => new Intl.RelativeTimeFormat(lang, { numeric: 'auto', style: 'narrow' }))
    .format(-Math.floor(seconds / size), unit));
}

/**
 * "2m 07s": at most two units, and of days no more.
 * @param {number} milliseconds
 * @param {boolean} [isExact] "3.7s" below ten seconds, for what does not go on
 */
export function span(milliseconds, isExact = false) {
  const seconds = Math.max(Math.floor(milliseconds / 1000), 0);
  const names = speech.lang === 'en' ? ['d', 'h', 'm', 's'] : ['天', '小时', '分', '秒'];
  const amounts = UNITS.map(([, size], i) => Math.floor(seconds / size) % (i === 0 ? Infinity : UNITS[i - 1][1] / size));
  const first = amounts.findIndex(Boolean);
  if (isExact && seconds < 10) return `${(Math.floor(milliseconds / 100) / 10).toFixed(1)}${speech.lang === 'en' ? 's' : ' 秒'}`;
  if (first < 0) return speech.lang === 'en' ? '0s' : '0 秒';
  // As the tree writes them: two digits after the first unit.
  const blank = speech.lang === 'en' ? '' : ' ';
  return amounts.slice(first, first === 0 ? 1 : first + 2)
    .map((amount, i) => `${String(amount).padStart(i === 0 ? 1 : 2, '0')}${blank}${names[first + i]}`).join(' ');
}

/** The clock of the tree, in the language of the page. */
const treeClock = () => format('clock', (lang) => new Clock(lang, ''));

/** "14:03:11", the day before it when it is not today. @param {Date} date */
export function clock(date) {
  return treeClock().brief(date.getTime(), Date.now());
}

/** Date, time and zone. @param {Date} date */
export function inFull(date) {
  return treeClock().full(date.getTime());
}

/** "GMT+8", in Chinese "GMT+08:00". @param {Date} date */
export function zone(date) {
  return treeClock().zoneName(date.getTime());
}
