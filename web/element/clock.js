// Times as people read them, in one language and one time zone, which is always named somewhere.
//
// Knows: Intl. Must not know: whose time it is.

import { languageOf } from './words.js';

const TWO = '2-digit';

export class Clock {
  /**
   * @param {string} lang a BCP 47 tag
   * @param {string} timeZone an IANA name; the browser's own when empty or unknown
   */
  constructor(lang, timeZone) {
    const locale = supported(() => Intl.DateTimeFormat.supportedLocalesOf([languageOf(lang)])[0]) ?? 'en';
    const zone = supported(() => new Intl.DateTimeFormat(locale, { timeZone }) && timeZone);
    /** @param {Intl.DateTimeFormatOptions} options */
    const format = (options) =>
      new Intl.DateTimeFormat(locale, { timeZone: zone, hourCycle: 'h23', ...options });
    /** @type {Intl.DateTimeFormatOptions} */
    const time = { hour: TWO, minute: TWO, second: TWO };
    // In Chinese as Huawei Cloud's console writes it: 2026-11-29 06:28:18 (GMT+08:00).
    this.#isChinese = locale.startsWith('zh');
    this.#full = format(this.#isChinese
      ? { year: 'numeric', month: TWO, day: TWO, ...time, timeZoneName: 'longOffset' }
      : { dateStyle: 'medium', timeStyle: 'long' });
    this.#dayTime = format({ month: 'short', day: 'numeric', ...time });
  }
  #isChinese;
  #full;
  #dayTime;
  /** What brief() was asked last: the jobs of a batch begin in one moment. @type {[number?, number?, string?]} */
  #last = [];
  /** The parts of its reference. @type {Record<string, string> | undefined} */
  #from;

  /** @param {number} time @returns {Record<string, string>} by the names of Intl */
  #parts(time) {
    return Object.fromEntries(this.#full.formatToParts(time).map(({ type, value }) => [type, value]));
  }

  /**
   * Date, time and zone.
   * @param {number} time
   */
  full(time) {
    if (!this.#isChinese) return this.#full.format(time);
    const { year, month, day, hour, minute, second, timeZoneName } = this.#parts(time);
    return `${year}-${month}-${day} ${hour}:${minute}:${second} (${timeZoneName})`;
  }

  /**
   * The time of day; what differs from `reference` is said too: the date, and the zone, when the clocks have been
   * put forward or back in between.
   * @param {number} time
   * @param {number} reference whose zone is named elsewhere
   */
  brief(time, reference) {
    const [lastTime, lastReference, last] = this.#last;
    if (last && time === lastTime && reference === lastReference) return last;
    const { year, month, day, hour, minute, second, timeZoneName } = this.#parts(time);
    const from = (reference === lastReference && this.#from) || (this.#from = this.#parts(reference));
    let brief = `${hour}:${minute}:${second}`;
    if (day !== from.day || month !== from.month || year !== from.year) {
      brief = this.#isChinese ? `${month}-${day} ${brief}` : this.#dayTime.format(time);
    }
    if (timeZoneName !== from.timeZoneName) brief += ` ${timeZoneName}`;
    this.#last = [time, reference, brief];
    return brief;
  }

  /**
   * "GMT+8", as it was in force at `time`.
   * @param {number} time
   */
  zoneName(time) {
    return this.#parts(time).timeZoneName;
  }
}

/**
 * Whether a Date can hold it; NaN stands for no time.
 * @param {number} time
 */
export function isTime(time) {
  return Math.abs(time) <= 8.64e15;
}

/**
 * Intl throws for names it does not know.
 * @template T
 * @param {() => T} ask
 * @returns {T | undefined}
 */
function supported(ask) {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
