// What the engine has told of a job, as data: names, types and the values of a slot.
//
// Knows: fields and attributes. Must not know: where a frame comes from, what is on screen.

import { Attribute, Field, Severity, State, Status } from './abi.js';

/** @typedef {keyof typeof Status} StatusName */
/** @typedef {keyof typeof State} StateName */
/** @typedef {keyof typeof Severity} SeverityName */

export const STATUSES = /** @type {StatusName[]} */ (Object.keys(Status));
export const STATES = /** @type {StateName[]} */ (Object.keys(State));
const SEVERITIES = /** @type {SeverityName[]} */ (Object.keys(Severity));

/**
 * What is known of one job, as words and as data.
 * @typedef {object} JobFacts
 * @property {string} id
 * @property {string} type as sent, else what it is called
 * @property {string} name its type by name, else as sent, else its id
 * @property {StatusName} status
 * @property {string} statusText in words; a status we do not know, as sent
 * @property {string} statusSent as the service sent it
 * @property {boolean} hasEnded nothing of it will change any more
 * @property {Date | null} begin
 * @property {Date | null} end
 * @property {number | null} durationMs how long it took, or has taken
 * @property {string} duration the same in words
 * @property {string} error code and reason
 * @property {string} errorCode
 * @property {string} errorReason
 */
/**
 * And of the whole job.
 * @typedef {object} Totals
 * @property {string} progress in words
 * @property {number} total units of work: the leaves of the tree
 * @property {number} done those that have ended
 * @property {number} failed those that failed
 * @property {Readonly<Record<StatusName, number>>} counts of each class
 * @property {boolean} warning the job ended well and holds one that failed
 * @property {string} failures what failed how often, when there is more than one error: "VPC.0602 × 25, VPC.0503 × 11"
 * @property {string} estimate how long such jobs take, while it runs: "Usually 1 to 2 min"; empty when the backend does not know
 */
/** @typedef {JobFacts & Totals} JobSummary */
/**
 * A line of a list.
 * @typedef {Pick<JobFacts, 'name' | 'id' | 'status' | 'statusText' | 'duration' | 'error'> & { facts: string, level: number }} JobRow
 */
/**
 * A job that has another status.
 * @typedef {object} Change
 * @property {string} id
 * @property {string} name its type, else its id
 * @property {StatusName | null} from null: there was no such job
 * @property {StatusName} to
 * @property {string} error code and reason
 */
/**
 * A value that all failures of a group have in common, and few that succeeded.
 * @typedef {object} Facet
 * @property {string} name of the fact; empty where it is the type
 * @property {string} value
 * @property {number} succeeded how many that succeeded have it too,
 * @property {number} of of how many
 */
/**
 * Failures for one reason.
 * @typedef {object} ErrorGroup
 * @property {string} code
 * @property {string} reason
 * @property {number} count
 * @property {string} filter what the attribute `filter` shows them by
 * @property {{ id: string, name: string }} first the first that failed so, in the order of the tree
 * @property {Date | null} firstAt when one failed so first,
 * @property {Date | null} lastAt and last
 * @property {Facet[]} facets
 */

/**
 * How long the sub-jobs of one type took, those that have ended.
 * @typedef {object} Durations
 * @property {string} name the type by name, else as sent
 * @property {string} type as sent
 * @property {number} count
 * @property {string} p50 half of them took no longer, in words
 * @property {string} p90
 * @property {string} p99
 * @property {string} longest
 * @property {string} longestId the job that took so long
 */

/**
 * What is said of how the watch goes.
 * @typedef {object} Notice
 * @property {string} message
 * @property {string} hint what to do about it
 * @property {SeverityName} severity
 * @property {boolean} isLost it is not known how the job stands now
 */

/** @type {Readonly<Notice>} */
export const NO_NOTICE = Object.freeze({ message: '', hint: '', severity: 'none', isLost: false });

/** What a frame has told of one slot. */
export class Facts {
  /** @type {Map<number, string>} */
  texts = new Map();
  /** @type {Map<number, number>} */
  times = new Map();
  /** @type {Map<number, number>} */
  numbers = new Map();

  /**
   * @param {number} field
   * @param {string} text
   */
  setText(field, text) {
    this.times.delete(field);
    this.texts.set(field, text);
  }

  /**
   * @param {number} field
   * @param {number} time
   */
  setTime(field, time) {
    this.texts.delete(field);
    this.times.set(field, time);
  }

  /** @param {number} field */
  text(field) {
    return this.texts.get(field) ?? '';
  }

  /** @param {number} attribute */
  number(attribute) {
    return this.numbers.get(attribute) ?? 0;
  }

  /** @param {number} field @returns {Date | null} */
  date(field) {
    const time = this.times.get(field);
    return time === undefined || Number.isNaN(time) ? null : new Date(time);
  }

  /** @returns {JobFacts} */
  get job() {
    const durationMs = this.times.get(Field.elapsed) ?? NaN;
    return {
      id: this.text(Field.id),
      type: this.text(Field.type) || this.text(Field.name),
      name: this.text(Field.name),
      status: STATUSES[this.number(Attribute.status)],
      statusText: this.text(Field.status),
      statusSent: this.text(Field.status_sent),
      hasEnded: this.number(Attribute.has_ended) === 1,
      begin: this.date(Field.begin),
      end: this.date(Field.end),
      durationMs: Number.isNaN(durationMs) ? null : durationMs,
      duration: this.text(Field.duration),
      error: this.text(Field.error),
      errorCode: this.text(Field.error_code),
      errorReason: this.text(Field.error_text),
    };
  }
  /** @returns {Totals} */
  get totals() {
    return {
      progress: this.text(Field.progress),
      total: this.number(Attribute.total),
      done: this.number(Attribute.done),
      failed: this.number(Attribute.failed),
      counts: Object.freeze(/** @type {Record<StatusName, number>} */ (Object.fromEntries(
        STATUSES.map((name, i) => [name, this.number(Attribute.count_waiting + i)])))),
      warning: this.number(Attribute.warning) === 1,
      failures: this.text(Field.failures),
      estimate: this.text(Field.estimate),
    };
  }

  /** @returns {Notice} */
  get notice() {
    return {
      message: this.text(Field.message),
      hint: this.text(Field.hint),
      severity: SEVERITIES[this.number(Attribute.severity)],
      isLost: this.number(Attribute.is_lost) === 1,
    };
  }

  /** @returns {ErrorGroup} */
  get errorGroup() {
    return {
      code: this.text(Field.error_code),
      reason: this.text(Field.error_text),
      count: this.number(Attribute.total),
      filter: `error:${this.text(Field.group)}`,
      first: { id: this.text(Field.id), name: this.text(Field.name) },
      firstAt: this.date(Field.begin),
      lastAt: this.date(Field.end),
      facets: this.text(Field.facets).split('\x1e').slice(0, -1).map((facet) => {
        const [name, value, succeeded, of] = facet.split('\x1f');
        return { name, value, succeeded: Number(succeeded), of: Number(of) };
      }),
    };
  }

  /** @returns {Durations} */
  get durations() {
    const [p50, p90, p99, longest] = this.text(Field.percentiles).split('\x1f');
    return {
      name: this.text(Field.name),
      type: this.text(Field.type),
      count: this.number(Attribute.total),
      p50, p90, p99, longest,
      longestId: this.text(Field.id),
    };
  }

  /** @returns {Change} */
  get change() {
    return {
      id: this.text(Field.id),
      name: this.text(Field.name),
      from: STATUSES[this.numbers.get(Attribute.status_before) ?? -1] ?? null,
      to: STATUSES[this.number(Attribute.status)],
      error: this.text(Field.error),
    };
  }

  /** @returns {JobRow} */
  get row() {
    return {
      name: this.text(Field.name),
      id: this.text(Field.id),
      status: STATUSES[this.number(Attribute.status)],
      statusText: this.text(Field.status),
      duration: this.text(Field.duration),
      error: this.text(Field.error),
      facts: this.text(Field.facts),
      level: this.number(Attribute.level),
    };
  }
}
