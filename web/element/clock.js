// Times as people read them, in one language and one time zone, which is always named somewhere.
//
// Knows: Intl. Must not know: whose time it is.

import { languageOf } from './words.js';

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
    // In Chinese as Huawei Cloud's console writes it: 2026-11-29 06:28:18 (GMT+08:00).
    this.#isChinese = locale.startsWith('zh');
    this.#full = format(this.#isChinese
      ? { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'longOffset' }
      : { dateStyle: 'medium', timeStyle: 'long' });
    this.#day = format({ dateStyle: 'short' });
    this.#time = format({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
    this.#dayTime = format({ month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' });
  }
  #isChinese;
  #full;
  #day;
  #time;
  #dayTime;
  /** What brief() was asked last: the jobs of a batch begin in one moment. @type {[number?, number?, string?]} */
  #last = [];

  /**
   * Date, time and zone.
   * @param {number} time
   */
  full(time) {
    if (!this.#isChinese) return this.#full.format(time);
    const { year, month, day, hour, minute, second } = Object.fromEntries(
      this.#full.formatToParts(time).map(({ type, value }) => [type, value]));
    return `${year}-${month}-${day} ${hour}:${minute}:${second} (${this.zoneName(time)})`;
  }

  /**
   * The time of day; with the date when that is not the day of `reference`.
   * @param {number} time
   * @param {number | undefined} reference
   */
  brief(time, reference) {
    const [lastTime, lastReference, text] = this.#last;
    if (text && time === lastTime && reference === lastReference) return text;
    const sameDay = reference !== undefined && this.#day.format(time) === this.#day.format(reference);
    const brief = (sameDay ? this.#time : this.#dayTime).format(time);
    this.#last = [time, reference, brief];
    return brief;
  }

  /**
   * "GMT+8", as it was in force at `time`.
   * @param {number} time
   */
  zoneName(time) {
    return this.#full.formatToParts(time).find((part) => part.type === 'timeZoneName')?.value ?? '';
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
