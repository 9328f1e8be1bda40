// <job-board>: the jobs that a backend remembers, as a <job-tree> shows the sub-jobs of one.
//
// Knows: which of them a page can ask for. Must not know: how they are shown, when they are queried.
//
// Importing this file registers nothing and needs no browser; job-board.js registers the element.

import { boardQuery } from '../host/fetch_board.js';
import { read, reflect } from './attributes/attributes.js';
import { JobTreeElement } from './job_tree_element.js';
import { SOURCE } from './source.js';

/** @typedef {import('../host/fetch_board.js').BoardRecord} BoardRecord */

/**
 * What the events carry in `detail`, beside those of a job-tree.
 * @typedef {object} JobBoardEventMap
 * @property {CustomEvent<{ region: string, service: string, projectId: string, jobId: string } | null>} job-board-select
 */

/** Attributes, by the server's parameters. */
const FILTERS = Object.entries({
  region: 'region', service: 'service', project: 'project-id', status: 'status', q: 'q', person: 'person', resource: 'resource',
  since: 'since', ended_since: 'ended-since',
});
const USUAL_MOST = 500;
const LARGEST_MOST = 10_000;

/**
 * Shows the jobs that a backend remembers, live. It has what a `<job-tree>` has: attributes, events, parts, colors
 *
 * @tagname job-board
 *
 * @fires {CustomEvent<{ region: string, service: string, projectId: string, jobId: string } | null>} job-board-select - A job was selected, by what a `<job-tree>` needs to show it; `null`: none is any more
 */
export class JobBoardElement extends JobTreeElement {
  /** @override */
  static get observedAttributes() {
    return [...super.observedAttributes, 'status', 'q', 'person', 'resource', 'since', 'ended-since', 'limit'];
  }

  /**
   * Registers the element, unless there is one of that name already, or no browser
   * @override
   * @param {string} [tag]
   * @param {CustomElementRegistry} [registry]
   */
  static define(tag = 'job-board', registry = globalThis.customElements) {
    super.define(tag, registry);
  }

  /** @type {BoardRecord[]} those that are shown */
  #records = [];

  constructor() {
    super();
    this.addEventListener?.('job-tree-select', (event) => {
      if (event.target !== this) return;
      const { id } = /** @type {CustomEvent} */ (event).detail ?? {};
      const it = this.#records.find(({ job_id: jobId }) => jobId === id);
      if (id !== undefined && !it) return; // the first row, which is none of them
      const detail = it ? { region: it.region, service: it.service, projectId: it.project_id, jobId: it.job_id } : null;
      this.dispatchEvent(new CustomEvent('job-board-select', { detail, bubbles: true, composed: true }));
    });
  }

  /**
   * Of this service alone
   * @override
   * @attr
   * @type {string}
   */
  get service() { return read(this, 'service'); }
  /** @override */
  set service(value) { reflect(this, 'service', value); }

  /**
   * Of this project alone
   * @override
   * @attr project-id
   * @type {string}
   */
  get projectId() { return read(this, 'project-id'); }
  /** @override */
  set projectId(value) { reflect(this, 'project-id', value); }

  /**
   * Of these statuses alone, as in `running,failed`; or one of `unfinished`, `ended` and `lost`
   * @attr
   * @type {string}
   */
  get status() { return read(this, 'status'); }
  set status(value) { reflect(this, 'status', value); }

  /**
   * That hold this text alone: in an ID, a name, an error; or a whole ID, name or IP address of a sub-job
   * @attr
   * @type {string}
   */
  get q() { return read(this, 'q'); }
  set q(value) { reflect(this, 'q', value); }

  /**
   * That this person started alone. Needs a token with the right `people`
   * @attr
   * @type {string}
   */
  get person() { return read(this, 'person'); }
  set person(value) { reflect(this, 'person', value); }

  /**
   * That were for this resource alone, by its ID or name
   * @attr
   * @type {string}
   */
  get resource() { return read(this, 'resource'); }
  set resource(value) { reflect(this, 'resource', value); }

  /**
   * That changed after this time alone, as in `2026-11-30T08:00:00Z`
   * @attr
   * @type {string}
   */
  get since() { return read(this, 'since'); }
  set since(value) { reflect(this, 'since', value); }

  /**
   * That ended after this time alone
   * @attr ended-since
   * @type {string}
   */
  get endedSince() { return read(this, 'ended-since'); }
  set endedSince(value) { reflect(this, 'ended-since', value); }

  /**
   * How many jobs at most, those that changed last first; default 500, at most 10,000
   * @attr
   * @type {number}
   */
  get limit() {
    const wanted = Math.floor(Number(read(this, 'limit')));
    return wanted > 0 ? Math.min(wanted, LARGEST_MOST) : USUAL_MOST;
  }
  set limit(value) { reflect(this, 'limit', value); }

  /**
   * @protected
   * @override
   * @param {import('../host/fetch_job.js').Tokens} tokens
   * @returns {import('./source.js').Source}
   */
  [SOURCE](tokens) {
    const url = new URL(`${this.backend.replace(/\/?$/, '/')}api/jobs`, this.ownerDocument.baseURI);
    for (const [name, attribute] of FILTERS) {
      const value = read(this, attribute);
      if (value) url.searchParams.set(name, value);
    }
    return { isBoard: true, query: boardQuery(url, tokens, this.limit, (records) => { this.#records = records; }) };
  }
}
