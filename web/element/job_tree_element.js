// <job-tree>: attributes, properties and events around a view and a watch.
//
// Knows: what pages may set, call and hear; when a watch begins and ends. Must not know: nodes, HTTP.
//
// Importing this file registers nothing and needs no browser; job-tree.js registers the element.

import { styles } from './looks/styles.js'; // first in the bundle, which is packed better so
import { Event as Kind, Expand, FailedIds, Key, Option, Sort } from '../host/abi.js';
import { Clock } from './clock.js';
import { NO_NOTICE } from '../host/job_facts.js';
import { EngineError, loadEngine } from '../host/wasm_engine.js';
import { Watch } from '../host/watch.js';
import { Tokens, jobQuery } from '../host/fetch_job.js';
import { fetchPastRuns } from '../host/past_runs.js';
import { adopt, oneOf, read, reflect } from './attributes/attributes.js';
import { parseFilter } from './attributes/filter.js';
import { Surroundings, languageAround } from './attributes/surroundings.js';
import { TreeView } from './nodes/tree_dom.js';
import { SOURCE } from './source.js';
import { explanations, groupOf, zoneMinutes } from './ticket.js';
import { languageOf } from './words.js';

/**
 * @typedef {import('../host/job_facts.js').Change} Change
 * @typedef {import('../host/job_facts.js').ErrorGroup} ErrorGroup
 * @typedef {import('../host/job_facts.js').Durations} Durations
 * @typedef {import('../host/job_facts.js').JobSummary} JobSummary
 * @typedef {import('../host/job_facts.js').Notice} Notice
 * @typedef {import('./nodes/tree_dom.js').StateName} StateName
 * @typedef {import('../host/job_facts.js').StatusName} StatusName
 * @typedef {keyof typeof Sort} SortName
 */

/** @typedef {import('../host/job_facts.js').JobRow} JobRow */

/**
 * What the events carry in `detail`.
 * @typedef {object} JobTreeEventMap
 * @property {CustomEvent<{ job: Readonly<JobSummary> | null, state: StateName, changes: readonly Change[] }>} job-tree-change
 * @property {CustomEvent<{ job: Readonly<JobSummary> | null, state: StateName }>} job-tree-settled
 * @property {CustomEvent<{ state: StateName, message: string, hint: string }>} job-tree-error
 * @property {CustomEvent<{ id: string, type: string, status: StatusName } | null>} job-tree-select
 * @property {CustomEvent<{ filter: string, sort: SortName, selected: string }>} job-tree-view
 */

const NO_ANSWER = Object.freeze({ confirmed: /** @type {Date | null} */ (null), requestId: '', status: 0, isStored: false });

/** @type {string | URL | BufferSource | undefined} */
let engineSource;

/** @type {('auto' | 'light' | 'dark')[]} */
const THEMES = ['auto', 'light', 'dark'];
const SORTS = /** @type {SortName[]} */ (Object.keys(Sort));
/** @type {('comfortable' | 'compact')[]} */
const DENSITIES = ['comfortable', 'compact'];
const POLICIES = /** @type {(keyof typeof Expand)[]} */ (Object.keys(Expand));

// A server that renders pages has no HTMLElement; importing this file there must not fail.
const Base = /** @type {typeof HTMLElement} */ (globalThis.HTMLElement ?? class {});

/**
 * Shows a job and its sub-jobs, live.
 *
 * @tagname job-tree
 *
 * @attr {string} lang - The language, `en` or `zh-CN`; default: that of the nearest ancestor which has one, now and when it changes
 *
 * @slot empty - In the place of the sentence that no job is set
 * @slot detail - In the details of the selected job: what a page can do with it
 * @slot why - Below what is said of the failures that are shown, while those of one reason are
 * @slot error - In the place of the sentence that says what is wrong, as long as it is what `job-tree-error` told
 *
 * @csspart toolbar - The buttons
 * @csspart summary - What the whole job does
 * @csspart tree - The list of rows
 * @csspart row - One job
 * @csspart status - A status in words
 * @csspart name - A job's type
 * @csspart time - When something began or ended
 * @csspart duration - How long it took
 * @csspart error - Code and reason of a failure
 * @csspart causes - The buttons that say why it failed
 * @csspart why - What to do about the failures that are shown
 * @csspart detail - The selected job in full
 *
 * @cssproperty --job-tree-font - The typeface
 * @cssproperty [--job-tree-font-size=14px] - All lengths follow it
 * @cssproperty --job-tree-mono - The typeface of ids
 * @cssproperty [--job-tree-row-height=2.5em] - Of one row
 * @cssproperty [--job-tree-max-height=36em] - Of the list, which scrolls beyond it
 * @cssproperty --job-tree-ink - Colour of the text
 * @cssproperty --job-tree-muted - Colour of what matters less
 * @cssproperty --job-tree-surface - Colour behind all
 * @cssproperty --job-tree-sunken - Colour behind the detail, and behind the row under the pointer
 * @cssproperty --job-tree-line - Colour of lines
 * @cssproperty --job-tree-accent - Colour of what is selected or has the keyboard's focus
 * @cssproperty --job-tree-waiting - Colour of a status
 * @cssproperty --job-tree-running - Colour of a status
 * @cssproperty --job-tree-succeeded - Colour of a status
 * @cssproperty --job-tree-failed - Colour of a status
 * @cssproperty --job-tree-cancelled - Colour of a status
 * @cssproperty --job-tree-skipped - Colour of a status
 * @cssproperty --job-tree-unknown - Colour of a status, and of warnings
 *
 * @fires {CustomEvent<{ job: JobSummary | null, state: StateName, changes: Change[] }>} job-tree-change - The job is not what it was; `changes`: which jobs have another status, failures first, a hundred at most
 * @fires {CustomEvent<{ job: JobSummary | null, state: StateName }>} job-tree-settled - It has ended; no more queries are sent
 * @fires {CustomEvent<{ state: StateName, message: string, hint: string }>} job-tree-error - Something is wrong with the queries; they may go on
 * @fires {CustomEvent<{ id: string, type: string, status: StatusName } | null>} job-tree-select - A row was selected; `null`: none is any more
 * @fires {CustomEvent<{ filter: string, sort: SortName, selected: string }>} job-tree-view - The user has chosen another filter, order or selection: the attributes of these names say it too
 */
export class JobTreeElement extends Base {
  // A getter: for a static field esbuild rewrites the whole class, private names and all.
  static get observedAttributes() {
    return [
      'backend', 'region', 'service', 'project-id', 'job-id', 'density', 'expand', 'filter', 'sort', 'selected', 'time-zone', 'paused',
    ];
  }

  /**
   * The engine of all elements: its URL, or its bytes; default: `job-tree.wasm` beside the script. Set it before the first element starts
   * @type {string | URL | BufferSource | undefined}
   */
  static get wasm() { return engineSource; }
  static set wasm(value) { engineSource = value; }

  /**
   * Registers the element, unless there is one of that name already, or no browser
   * @param {string} [tag]
   * @param {CustomElementRegistry} [registry]
   */
  static define(tag = 'job-tree', registry = globalThis.customElements) {
    if (registry && !registry.get(tag)) registry.define(tag, this);
  }

  /** @type {TreeView | undefined} made when connected */
  #view;
  /** @type {Watch | undefined} */
  #watch;
  /** @type {string | undefined} what load() was given */
  #document;
  /** @type {Date | undefined} when that was so; undefined: it is of no known job */
  #at;
  #wanted = ''; // the id of a job to reveal when there is a tree
  #isFollowing = false;
  /** What was set before there was a watch, by option. @type {Map<number, (watch: Watch) => void>} */
  #waiting = new Map();
  #spoken = ''; // the language, direction and time zone that are shown
  #starts = 0;
  /** @type {Watch | undefined} whose job was compared with those before */
  #compared;
  /** @type {Surroundings | undefined} */
  #surroundings;

  #tokens = new Tokens();
  /** @type {import('./source.js').Source | undefined} undefined: a document is shown, or nothing */
  #source;

  /**
   * URL of the backend, which may be relative to the page's. Default: where the script came from
   * @attr
   * @type {string}
   */
  get backend() {
    const script = import.meta.url; // in a name of its own, or a bundler takes the folder for a file
    return read(this, 'backend', new URL('.', script).href);
  }
  set backend(value) { reflect(this, 'backend', value); }

  /**
   * As in `cn-north-4`
   * @attr
   * @type {string}
   */
  get region() { return read(this, 'region'); }
  set region(value) { reflect(this, 'region', value); }

  /**
   * A name of the backend's `/api/config`; default `eip`
   * @attr
   * @type {string}
   */
  get service() { return read(this, 'service', 'eip'); }
  set service(value) { reflect(this, 'service', value); }

  /**
   * 32 hexadecimal digits; default `-`, the project of the backend's key
   * @attr project-id
   * @type {string}
   */
  get projectId() { return read(this, 'project-id', '-'); }
  set projectId(value) { reflect(this, 'project-id', value); }

  /**
   * The job to watch: its ID, or, where several name it, all of them with `/` between
   * @attr job-id
   * @type {string}
   */
  get jobId() { return read(this, 'job-id'); }
  set jobId(value) { reflect(this, 'job-id', value); }

  /**
   * The colors; `auto`, the default, follows the page around (its `color-scheme`)
   * @attr
   * @type {'auto' | 'light' | 'dark'}
   */
  get theme() { return oneOf(this, 'theme', THEMES); }
  set theme(value) { reflect(this, 'theme', value); }

  /**
   * How close everything stands; default `comfortable`. In a low window it is always close
   * @attr
   * @type {'comfortable' | 'compact'}
   */
  get density() { return oneOf(this, 'density', DENSITIES); }
  set density(value) { reflect(this, 'density', value); }

  /**
   * Branches open at first; default `failed`
   * @attr
   * @type {'failed' | 'all' | 'none'}
   */
  get expand() { return oneOf(this, 'expand', POLICIES); }
  set expand(value) { reflect(this, 'expand', value); }

  /**
   * Shows only the jobs that hold a text, are of some statuses, or failed for one reason, as in `VPC.0602`, `status:failed,running eip` or the `filter` of one of the `groups`. Follows what the user does
   * @attr
   * @type {string}
   */
  get filter() { return read(this, 'filter'); }
  set filter(value) { reflect(this, 'filter', value); }

  /**
   * The order of siblings; default `as_sent`. Follows what the user does
   * @attr
   * @type {'as_sent' | 'failed_first' | 'longest_first'}
   */
  get sort() { return oneOf(this, 'sort', SORTS); }
  set sort(value) { reflect(this, 'sort', value); }

  /**
   * The ID of the selected job, which is brought on screen. Follows what the user does
   * @attr
   * @type {string}
   */
  get selected() { return read(this, 'selected'); }
  set selected(value) { reflect(this, 'selected', value); }

  /**
   * An IANA name, `Asia/Shanghai`; default: the browser's
   * @attr time-zone
   * @type {string}
   */
  get timeZone() { return read(this, 'time-zone'); }
  set timeZone(value) { reflect(this, 'time-zone', value); }

  /**
   * While present, no query is sent
   * @attr
   * @type {boolean}
   */
  get paused() { return this.hasAttribute('paused'); }
  set paused(value) { this.toggleAttribute('paused', Boolean(value)); }

  /**
   * The access token of a backend that requires one; setting it sends a query. Not an attribute, as it must not stand in a document
   * @type {string | undefined}
   */
  get token() { return this.#tokens.given; }
  set token(value) {
    if (this.#tokens.set('given', value)) this.#watch?.refresh();
  }

  /**
   * Returns a token, or a promise of one: called when there is none, and once more when the backend refuses it
   * @type {(() => string | Promise<string>) | undefined}
   */
  get tokenProvider() { return this.#tokens.provider; }
  set tokenProvider(value) {
    if (this.#tokens.set('provider', value)) this.#watch?.refresh();
  }

  /**
   * The job as data: `id`, `type` as sent, `name`, `status`, `statusText`, `statusSent`, `hasEnded`, `begin`, `end`, `duration`, `durationMs`, `error`, `errorCode`, `errorReason`, `progress`, `total`, `done`, `failed`, `counts` by status, `failures` by error, `warning`, `estimate` in words; `null` until something is known
   * @type {Readonly<JobSummary> | null}
   */
  get job() { return this.#view?.watch?.job ?? null; }

  /**
   * What failed, by error, the most frequent first: `code`, `reason`, `count`, the `filter` that shows them, the `id` and `name` of the `first`, when the first and the last failed (`firstAt`, `lastAt`), and as `facets` what all have in common and at most half of those that succeeded: `name` of the fact, empty where it is the type, `value`, how many that `succeeded` have it too, `of` how many. Reasons that differ only in ids, names, addresses, times and numbers are one
   * @type {ErrorGroup[]}
   */
  get groups() { return this.#view?.watch?.errors ?? []; }

  /**
   * How long the sub-jobs that have ended took, by type, the slowest first: `name`, `type`, `count`, in words `p50`, `p90`, `p99` and `longest`, and `longestId`, the job that took so long
   * @type {Durations[]}
   */
  get durations() { return this.#watch?.durations ?? []; }

  /**
   * How the queries go: `idle` (no job is set), `loading`, `live`, `settled`, `paused`, `waiting`, `offline`, `throttled`, `stale`, `unreachable`, `denied`, `not_found`, `not_understood`, `broken` (no engine)
   * @type {StateName}
   */
  get state() { return this.#view?.state ?? 'idle'; }

  /**
   * What is said of that: `message`, `hint`, `severity` (`none`, `info`, `warning`, `error`); `isLost`: it is not known how the job stands now
   * @type {Readonly<Notice>}
   */
  get notice() { return this.#view?.notice ?? NO_NOTICE; }

  /**
   * `confirmed`: when Huawei Cloud last confirmed what is shown, which no failure moves; `requestId` and HTTP `status` of the latest response, `''` and 0 when none came; `isStored`: Huawei Cloud has deleted the job, and the backend remembers it
   * @type {Readonly<{ confirmed: Date | null, requestId: string, status: number, isStored: boolean }>}
   */
  get lastAnswer() { return this.#watch?.lastAnswer ?? NO_ANSWER; }

  /**
   * Shows a document, a response of Huawei Cloud as text or parsed, instead of querying a backend. `at`: it is of the job that is set, as it was at that time
   * @param {unknown} json
   * @param {Date} [at]
   * @returns {void}
   */
  load(json, at) {
    this.#document = typeof json === 'string' ? json : JSON.stringify(json);
    this.#at = at;
    this.#restart();
  }

  /**
   * Sends a query now, whatever the state
   * @returns {void}
   */
  refresh() {
    if (this.#document === undefined || !this.jobId) return this.#watch?.refresh();
    this.#document = undefined; // back to watching
    this.#restart();
  }

  /**
   * Sets `paused`
   * @returns {void}
   */
  pause() { this.paused = true; }

  /**
   * Removes `paused`
   * @returns {void}
   */
  resume() { this.paused = false; }

  /**
   * Opens every branch
   * @returns {void}
   */
  expandAll() { this.#expand(Expand.all); }

  /**
   * Closes every branch
   * @returns {void}
   */
  collapseAll() { this.#expand(Expand.none); }

  /**
   * Opens that many levels of branches, and closes those below
   * @param {number} levels
   * @returns {void}
   */
  expandTo(levels) { this.#expand(Expand.none + Math.max(levels, 0)); }

  /**
   * The timeline shows the time of the active row alone, or all of it again
   * @returns {void}
   */
  zoom() { this.#view?.zoom(); }

  /**
   * Selects a job and brings it on screen, out of closed branches and over filters; before anything is known, as
   * soon as there is. `false` when the tree has no such job
   * @param {string} jobId
   * @returns {boolean}
   */
  reveal(jobId) {
    if (this.#watch) return this.#watch.reveal(jobId);
    this.#wanted = jobId;
    return true;
  }

  /**
   * Shows the jobs that hold a text, in closed branches too, and the way to them; `""` shows all again. Without a
   * text, the search field takes the focus
   * @param {string} [text]
   * @returns {void}
   */
  search(text) {
    if (text === undefined) this.#view?.focusSearch();
    else this.#set(Option.search, (watch) => watch.setText(Option.search, text));
  }

  /**
   * Goes to the next job that failed
   * @returns {void}
   */
  nextFailure() { this.#watch?.key(Key.next_failure); }

  /**
   * Goes to the one before
   * @returns {void}
   */
  previousFailure() { this.#watch?.key(Key.previous_failure); }

  /**
   * The document that is shown, parsed; `null` until there is one. A number beyond JavaScript's loses digits: `toJSONText()` keeps them
   * @returns {any}
   */
  toJSON() {
    const bytes = this.#watch?.document;
    return bytes?.length ? JSON.parse(new TextDecoder().decode(bytes)) : null;
  }

  /**
   * The document that is shown, indented, every value as it was received; empty until there is one
   * @returns {string}
   */
  toJSONText() { return this.#watch?.json ?? ''; }

  /**
   * The whole tree as CSV, a line for every job, safe to open in a spreadsheet; empty until there is one
   * @returns {string}
   */
  toCSV() { return this.#watch?.csv ?? ''; }

  /**
   * What the duration of a job that has ended hangs on: had one of these been faster, the job would have been. As `rows()`
   * @param {number} most how many at most
   * @returns {{ rows: JobRow[], total: number } | undefined}
   */
  criticalPath(most) { return this.#watch?.critical(most); }

  /**
   * The IDs of the jobs that failed themselves: `jobs` and `resources`, those of what was to be made or changed, are one
   * a line, `json` is an array of objects with all that is known of each
   * @param {'jobs' | 'resources' | 'json'} form
   * @param {string} [filter] of one of the `groups`: of these alone
   * @returns {string}
   */
  failedIds(form, filter = '') { return this.#watch?.failedIds(groupOf(filter), FailedIds[form]) ?? ''; }

  /**
   * The job as Markdown for a ticket, in the language of the element: what it is, when it ran, why it failed
   * @param {string} [link] where it can be seen
   * @param {string} [filter] of one of the `groups`: of this alone
   * @returns {Promise<string>}
   */
  async toMarkdown(link = '', filter = '') {
    const { service, region, projectId, jobId, timeZone, job, groups } = this;
    const isDocument = this.#isForeign;
    const known = await explanations(groups, filter, isDocument ? '' : this.#base, languageOf(languageAround(this)).slice(0, 2));
    const place = isDocument ? ['', '', '', ''] : [service, region, projectId, jobId];
    return this.#watch?.ticket([...place, link, this.lastAnswer.requestId, groupOf(filter), ...known],
      zoneMinutes(timeZone, job?.begin ?? new Date())) ?? '';
  }

  /**
   * The jobs of some statuses, each parent before its children: `name`, `id`, `status`, `statusText`, `duration`, `error`, `facts`, `level`; `total`: how many there are in all; `undefined` until there is an engine
   * @param {number} most how many at most
   * @param {StatusName[]} [statuses] all without
   * @returns {{ rows: JobRow[], total: number } | undefined}
   */
  rows(most, statuses) { return this.#watch?.rows(most, statuses); }

  connectedCallback() {
    adopt(this, this.constructor);
    if (this.#view) this.#settle();
    else this.#restart();
  }

  disconnectedCallback() {
    // An element that is moved is connected again at once, and keeps its tree.
    queueMicrotask(() => {
      if (!this.isConnected) this.#stop();
    });
  }

  /** In another document, whose style sheets are its own. */
  adoptedCallback() {
    if (this.#view) this.#restart();
  }

  /**
   * @param {string} name
   * @param {string | null} before
   * @param {string | null} after
   */
  attributeChangedCallback(name, before, after) {
    if (this.#isFollowing) return;
    // The same job again is what leads back from load() to watching.
    if (before === after && !(name === 'job-id' && this.#document !== undefined)) return;
    switch (name) {
      case 'paused':
        this.#view?.showPaused(this.paused);
        return this.#watch?.set(Option.paused, Number(this.paused));
      case 'expand':
        return this.#watch?.set(Option.expand, POLICIES.indexOf(this.expand));
      case 'density':
        return this.#view?.fit();
      case 'filter':
        return this.#watch && this.#filter(this.#watch);
      case 'sort':
        return this.#watch?.set(Option.sort, SORTS.indexOf(this.sort));
      case 'selected':
        return this.#select();
      case 'time-zone':
        return this.#speak();
      case 'job-id':
        this.#document = undefined;
        // What was selected is of the job before, unless the page has just said otherwise.
        if (before !== after && this.#watch?.selection?.id === this.selected) this.#follow('selected', '');
        // fall through: another job, another watch
      default:
        this.#restart();
    }
  }

  /** @param {number} policy */
  #expand(policy) {
    this.#set(Option.expand, (watch) => watch.set(Option.expand, policy));
  }

  /** @param {Watch} watch */
  #filter(watch) {
    const { text, statuses } = parseFilter(this.filter);
    watch.setText(Option.search, text);
    watch.set(Option.statuses, statuses);
  }

  #select() {
    const { selected } = this;
    if (selected || !this.#watch) this.reveal(selected);
    else if (this.#watch.selection) this.#watch.key(Key.escape);
  }

  /**
   * Now, or as soon as there is a watch.
   * @param {number} option
   * @param {(watch: Watch) => void} how
   */
  #set(option, how) {
    if (this.#watch) how(this.#watch);
    else this.#waiting.set(option, how);
  }

  /** Looks where it stands now, and from now on. */
  #settle() {
    this.#surroundings ??= new Surroundings(() => this.#speak());
    this.#surroundings.observe(this);
    this.#speak();
  }

  #speak() {
    const lang = languageAround(this);
    const { direction } = getComputedStyle(this);
    // Whatever else changes on the page needs no new clocks.
    const spoken = [lang, direction, this.timeZone, Boolean(this.#watch)].join();
    if (spoken === this.#spoken) return;
    this.#spoken = spoken;
    this.#view?.speak(lang, new Clock(lang, this.timeZone));
    this.#watch?.setText(Option.lang, lang);
    this.#watch?.set(Option.rtl, Number(direction === 'rtl'));
  }

  #stop() {
    this.#starts += 1;
    this.#surroundings?.disconnect();
    this.#watch?.close();
    this.#view?.close();
    this.#spoken = '';
    this.#watch = undefined;
    this.#view = undefined;
  }

  /** Attributes change one after another; one new start follows them all. */
  #restart() {
    const start = (this.#starts += 1);
    queueMicrotask(() => {
      if (start === this.#starts && this.isConnected) this.#start();
    });
  }

  async #start() {
    this.#stop();
    const start = this.#starts;
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [styles(this.ownerDocument)];
    const view = (this.#view = new TreeView(root, this.#owner, this.jobId));
    const document = this.#document;
    view.showDocument(document !== undefined);
    const source = (this.#source = document === undefined ? this[SOURCE](this.#tokens) : undefined);
    this.#settle();
    view.showPaused(this.paused);
    if (document === undefined && !source) return;
    view.begin();
    try {
      const engine = await loadEngine(engineSource ?? new URL('./job-tree.wasm', import.meta.url));
      if (start !== this.#starts) return;
      this.#watch = new Watch(engine, view, source?.query, () => this.#restart());
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (start !== this.#starts) return;
      // Another element made the engine fail before this one had begun: the next one is another.
      return error.fault === 'stopped' ? this.#restart() : view.stopped(error);
    }
    if (source?.isBoard) this.#watch.set(Option.board, 1);
    this.#watch.set(Option.expand, POLICIES.indexOf(this.expand));
    this.#watch.set(Option.paused, Number(this.paused));
    this.#watch.set(Option.sort, SORTS.indexOf(this.sort));
    this.#filter(this.#watch);
    this.#speak();
    view.attend(this.#watch);
    this.#wanted ||= this.selected;
    if (this.#wanted) this.#watch.reveal(this.#wanted);
    this.#wanted = '';
    for (const how of this.#waiting.values()) how(this.#watch);
    this.#waiting.clear();
    if (document !== undefined) this.#watch.load(document, this.#at);
  }

  /**
   * What is queried; `undefined`: nothing is set
   * @protected
   * @param {Tokens} tokens
   * @returns {import('./source.js').Source | undefined}
   */
  [SOURCE](tokens) {
    return this.jobId ? { query: jobQuery(this.#url, tokens) } : undefined;
  }

  /** Where the backend has the job. */
  get #url() {
    const path = ['api', this.region, this.service, 'v1', this.projectId, 'jobs', ...this.jobId.split('/')].map(encodeURIComponent);
    return this.#base + path.join('/');
  }

  /** A document is shown of which nothing else is known. */
  get #isForeign() {
    return this.#document !== undefined && !this.#at;
  }

  get #base() {
    return this.backend.replace(/\/?$/, '/');
  }

  /** @type {import('./nodes/tree_dom.js').Owner} */
  #owner = {
    heard: (kind) => this.#heard(kind),
    chosen: () => this.#chosen(),
    isBoard: () => Boolean(this.#source?.isBoard),
    isCompact: () => this.density === 'compact',
    backend: () => (this.#isForeign ? '' : this.#base),
    togglePaused: () => { this.paused = !this.paused; },
    restart: () => this.#restart(),
  };

  /** @param {number} kind */
  #heard(kind) {
    const view = this.#view;
    if (!view) return;
    const { job, state } = this;
    const { message, hint } = view.notice;
    if (kind === Kind.change) {
      this.#tell('job-tree-change', { job, state, changes: view.watch?.changes ?? [] });
      this.#compare().catch(() => {}); // an estimate is not worth a word about why there is none
    }
    if (kind === Kind.settled) this.#tell('job-tree-settled', { job, state });
    if (kind === Kind.error) this.#tell('job-tree-error', { state, message, hint });
    if (kind !== Kind.select) return;
    const it = view.watch?.selection;
    const selection = it ? { id: it.id, type: it.type, status: it.status } : null;
    this.#chosen(selection?.id ?? '');
    this.#tell('job-tree-select', selection);
  }

  /** With those that ran before, once a watch. */
  async #compare() {
    const { job } = this;
    const watch = this.#watch;
    if (!watch || !job || job.hasEnded || job.type === job.id || !this.#source || this.#source.isBoard || this.#compared === watch) return;
    this.#compared = watch;
    const { count, p50, p90, p95 } = await fetchPastRuns(this.#base, this.service, job, this.#tokens.current);
    if (this.#watch === watch) [count, p50, p90, p95].forEach((value, i) => watch.set(Option.past_runs + i, value));
  }

  /** What the user has chosen stands in the attributes. @param {string} [selection] */
  #chosen(selection = this.selected) {
    const view = this.#view;
    if (!view?.watch) return;
    const changes = [
      this.#follow('filter', view.filter),
      this.#follow('sort', view.sort && SORTS[view.sort]),
      this.#follow('selected', selection),
    ];
    const { filter, sort, selected } = this;
    if (changes.includes(true)) this.#tell('job-tree-view', { filter, sort, selected });
  }

  /**
   * An attribute follows the view, and nothing follows from that.
   * @param {string} attribute
   * @param {string | 0} value none takes the attribute away
   * @returns {boolean} whether it said something else
   */
  #follow(attribute, value) {
    if (read(this, attribute) === (value || '')) return false;
    this.#isFollowing = true;
    reflect(this, attribute, value || undefined);
    this.#isFollowing = false;
    return true;
  }

  /**
   * @template {keyof JobTreeEventMap} Type
   * @param {Type} type
   * @param {JobTreeEventMap[Type]['detail']} detail
   */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}
