// <job-tree>: attributes, properties and events around a view and a watch.
//
// Importing this file registers nothing and needs no browser; job-tree.js registers the element.

import { Event as Kind, Expand, Option } from './abi.js';
import { Clock } from './clock.js';
import { EngineError, Watch, loadEngine } from './engine.js';
import { styles } from './styles.js';
import { TreeView } from './view.js';

/** The backend may hold an answer until the job changes (RFC 7240); not for long, since pressing
 * refresh waits for it too. */
const HOLD = 'wait=3';
/** A browser opens six connections to a server, and others need some. */
const MOST_HELD = 4;
let held = 0;

/**
 * @typedef {import('./view.js').JobSummary} JobSummary
 * @typedef {import('./view.js').StateName} StateName
 * @typedef {import('./view.js').StatusName} StatusName
 */

/**
 * What the events carry in `detail`.
 * @typedef {object} JobTreeEventMap
 * @property {CustomEvent<{ job: Readonly<JobSummary> | null, state: StateName }>} job-tree-change
 * @property {CustomEvent<{ job: Readonly<JobSummary> | null, state: StateName }>} job-tree-settled
 * @property {CustomEvent<{ state: StateName, message: string, hint: string }>} job-tree-error
 * @property {CustomEvent<{ id: string, type: string, status: StatusName } | null>} job-tree-select
 */

const WASM = new URL('job-tree.wasm', import.meta.url).href;

/** How a portal gets the token for a backend that wants one. @typedef {() => string | Promise<string>} TokenProvider */

/**
 * What `provider` gives, unless the query is over before.
 * @param {TokenProvider} provider
 * @param {AbortSignal} signal
 * @returns {Promise<string>}
 */
function settled(provider, signal) {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    Promise.resolve(provider()).then(resolve, reject);
  });
}

// A server that renders pages has no HTMLElement; importing this file there must not fail.
const Base = /** @type {typeof HTMLElement} */ (globalThis.HTMLElement ?? class {});

/**
 * Shows a job and its sub-jobs, live.
 *
 * @attr {string} backend - Where to ask; default: where this script came from.
 * @attr {string} region - "cn-north-4".
 * @attr {string} service - A name of the backend's catalogue; default "eip".
 * @attr {string} project-id - 32 hex digits; default "-": the project of the backend's key.
 * @attr {string} job-id - The job to watch.
 * @attr {string} lang - Default: that of the nearest ancestor which has one.
 * @attr {string} theme - "auto" (default: the colour scheme of the page around), "light", "dark".
 * @attr {string} expand - Branches open at first: "failed" (default), "all", "none".
 * @attr {string} time-zone - An IANA name; default: the browser's.
 * @attr {boolean} paused - While present, nothing is asked.
 *
 * @fires job-tree-change - The job is not what it was.
 * @fires job-tree-settled - The job has ended; nothing more will be asked.
 * @fires job-tree-error - The watch is in trouble; asking may go on.
 * @fires job-tree-select - A row was selected; with detail null, none is any more.
 *
 * @cssproperty --job-tree-font, --job-tree-mono, --job-tree-font-size
 * @cssproperty --job-tree-row-height, --job-tree-max-height - Of one row; of the list (default 36em).
 * @cssproperty --job-tree-ink, -muted, -surface, -sunken, -line, -accent - Colours.
 * @cssproperty --job-tree-waiting, -running, -succeeded, -failed, -cancelled, -skipped, -unknown
 *   Colours of the status classes.
 *
 * @csspart toolbar - The buttons.
 * @csspart summary - What the whole job does.
 * @csspart tree - The list of rows.
 * @csspart row - One job.
 * @csspart status - A status in words.
 * @csspart name - A job's type.
 * @csspart time - When something began or ended.
 * @csspart duration - How long it took.
 * @csspart error - Code and reason of a failure.
 * @csspart detail - The selected job in full.
 */
export class JobTreeElement extends Base {
  static observedAttributes = [
    'backend', 'region', 'service', 'project-id', 'job-id', 'lang', 'expand', 'time-zone', 'paused',
  ];

  /** Registers the element, unless the page has one of that name. */
  static define(tag = 'job-tree', registry = customElements) {
    if (!registry.get(tag)) registry.define(tag, this);
  }

  /** @type {TreeView | undefined} made when connected */
  #view;
  /** @type {Watch | undefined} */
  #watch;
  /** @type {string | undefined} what load() was given */
  #document;
  #starts = 0;

  /** @type {string | undefined} */
  #token;
  /** @type {TokenProvider | undefined} */
  #tokenProvider;

  /** What opens a backend that wants a token. A property and no attribute: it must not stand in a document. */
  get token() { return this.#token; }
  set token(value) {
    if (value === this.#token) return;
    this.#token = value;
    this.refresh();
  }
  /** Called for a token when there is none, and once more when the backend does not take it. */
  get tokenProvider() { return this.#tokenProvider; }
  set tokenProvider(value) {
    this.#tokenProvider = value;
    this.refresh();
  }

  get backend() { return this.getAttribute('backend') ?? new URL('.', import.meta.url).href; }
  set backend(value) { this.setAttribute('backend', value); }
  get region() { return this.getAttribute('region') ?? ''; }
  set region(value) { this.setAttribute('region', value); }
  get service() { return this.getAttribute('service') ?? 'eip'; }
  set service(value) { this.setAttribute('service', value); }
  get projectId() { return this.getAttribute('project-id') ?? '-'; }
  set projectId(value) { this.setAttribute('project-id', value); }
  get jobId() { return this.getAttribute('job-id') ?? ''; }
  set jobId(value) { this.setAttribute('job-id', value); }
  get theme() { return this.getAttribute('theme') ?? 'auto'; }
  set theme(value) { this.setAttribute('theme', value); }
  get expand() { return this.getAttribute('expand') ?? 'failed'; }
  set expand(value) { this.setAttribute('expand', value); }
  get timeZone() { return this.getAttribute('time-zone') ?? ''; }
  set timeZone(value) { this.setAttribute('time-zone', value); }
  get paused() { return this.hasAttribute('paused'); }
  set paused(value) { this.toggleAttribute('paused', value); }

  /** The job in a few words; null until something is known. */
  get job() { return this.#view?.job ?? null; }

  /** How the watch goes. */
  get state() { return this.#view?.state ?? 'idle'; }

  /**
   * Shows a document instead of asking a backend: an answer of the cloud, as text or parsed.
   * @param {unknown} json
   */
  load(json) {
    this.#document = typeof json === 'string' ? json : JSON.stringify(json);
    this.#restart();
  }

  /** Asks again now, whatever the state. */
  refresh() { this.#watch?.refresh(); }
  pause() { this.paused = true; }
  resume() { this.paused = false; }
  expandAll() { this.#watch?.set(Option.expand, Expand.all); }
  collapseAll() { this.#watch?.set(Option.expand, Expand.none); }

  connectedCallback() {
    this.#adopt('token');
    this.#adopt('tokenProvider');
    if (!this.#view) this.#restart();
  }

  disconnectedCallback() {
    // An element that is moved is connected again at once, and keeps its tree.
    queueMicrotask(() => {
      if (!this.isConnected) this.#stop();
    });
  }

  /**
   * @param {string} name
   * @param {string | null} before
   * @param {string | null} after
   */
  attributeChangedCallback(name, before, after) {
    if (before === after) return;
    switch (name) {
      case 'paused':
        this.#view?.showPaused(this.paused);
        return this.#watch?.set(Option.paused, Number(this.paused));
      case 'expand':
        return this.#watch?.set(Option.expand, this.#policy);
      case 'lang':
      case 'time-zone':
        return this.#speak();
      case 'job-id':
        this.#document = undefined;
        // fall through: another job, another watch
      default:
        this.#restart();
    }
  }

  get #policy() {
    return Expand[/** @type {keyof typeof Expand} */ (this.expand)] ?? Expand.failed;
  }

  #speak() {
    /** @type {HTMLElement | null} */
    const speaker = this.closest('[lang]');
    const lang = speaker?.lang ?? document.documentElement.lang;
    this.#view?.speak(lang, new Clock(lang, this.timeZone));
    this.#watch?.setLang(lang);
  }

  #stop() {
    this.#starts += 1;
    this.#watch?.close();
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
    root.adoptedStyleSheets = [styles()];
    const view = (this.#view = new TreeView(root, this.#owner, this.jobId));
    view.showPaused(this.paused);
    this.#speak();
    const document = this.#document;
    if (document === undefined && !this.jobId) return;
    try {
      const engine = await loadEngine(WASM);
      if (start !== this.#starts) return;
      this.#watch = new Watch(engine, view, document === undefined ? this.#query() : undefined);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (start === this.#starts) view.stopped(error);
      return;
    }
    this.#watch.set(Option.rtl, Number(getComputedStyle(this).direction === 'rtl'));
    this.#watch.set(Option.expand, this.#policy);
    this.#watch.set(Option.paused, Number(this.paused));
    this.#speak();
    view.attend(this.#watch);
    if (document !== undefined) this.#watch.load(document);
  }

  /** A property that was set before the element was defined hides ours. @param {'token' | 'tokenProvider'} name */
  #adopt(name) {
    if (!Object.hasOwn(this, name)) return;
    const value = this[name];
    delete this[name];
    /** @type {any} */ (this)[name] = value;
  }

  /** @returns {import('./engine.js').Query} */
  #query() {
    const [region, service, project, job] =
      [this.region, this.service, this.projectId, this.jobId].map(encodeURIComponent);
    const base = this.backend.replace(/\/$/, '');
    const url = `${base}/api/${region}/${service}/v1/${project}/jobs/${job}`;
    /** @param {string} etag @param {AbortSignal} signal */
    const ask = async (etag, signal) => {
      const mayHold = etag !== '' && held < MOST_HELD && !document.hidden;
      if (mayHold) ++held;
      try {
        return await fetch(url, {
          signal,
          cache: 'no-store', // the ETag is ours to send; the browser's cache would hide a 304
          headers: {
            Accept: 'application/json',
            ...(etag && { 'If-None-Match': etag }),
            ...(mayHold && { Prefer: HOLD }),
            ...(this.#token && { Authorization: `Bearer ${this.#token}` }),
          },
        });
      } finally {
        if (mayHold) --held;
      }
    };
    return async (etag, signal) => {
      const provider = this.#tokenProvider;
      if (!provider) return ask(etag, signal);
      const before = this.#token;
      this.#token ??= await settled(provider, signal);
      const response = await ask(etag, signal);
      // A refusal of the cloud, which never names a scheme, must not be asked for twice.
      const isOurs = response.status === 401 && response.headers.has('WWW-Authenticate');
      if (!isOurs || before === undefined || signal.aborted) return response;
      this.#token = await settled(provider, signal);
      return ask(etag, signal);
    };
  }

  /** @type {import('./view.js').Owner} */
  #owner = {
    heard: (kind) => this.#heard(kind),
    togglePaused: () => { this.paused = !this.paused; },
    restart: () => this.#restart(),
  };

  /** @param {number} kind */
  #heard(kind) {
    const view = this.#view;
    if (!view) return;
    const { job, state } = view;
    if (kind === Kind.change) this.#tell('job-tree-change', { job, state });
    if (kind === Kind.settled) this.#tell('job-tree-settled', { job, state });
    if (kind === Kind.error) this.#tell('job-tree-error', { state, ...view.notice });
    if (kind === Kind.select) this.#tell('job-tree-select', view.selection);
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
