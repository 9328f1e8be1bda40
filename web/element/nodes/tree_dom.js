// The DOM of one job tree: puts into its nodes what the engine's frames say, and tells the watch of sizes and
// scrolling.
//
// Knows: nodes, words, times. Must not know: where the job comes from, what the user does (input/ does). Text reaches the page through
// textContent and attributes alone, never as HTML.

import { Attribute, Event as Kind, Field, Option, Severity, Slot } from '../../host/abi.js';
import { NO_NOTICE, STATES } from '../../host/job_facts.js';
import { make, setShape } from '../../shared/dom.js';
import { isTime } from '../clock.js';
import { Causes } from './causes.js';
import { makeDetail, showSource } from './detail.js';
import { ExplanationLines, explain } from './explanation.js';
import { formatFilter } from '../attributes/filter.js';
import { BUTTON_ICONS } from '../icons.js';
import { listen } from '../input/listen.js';
import { Panel } from './panel.js';
import { label, writeWords } from './places.js';
import { fit } from '../looks/room.js';
import { Rows } from './row.js';
import { Timeline } from './timeline.js';
import { makeColumns, makeSummary, makeTools, offerLevels, pressChips } from './summary.js';
import { languageOf, wordsFor } from '../words.js';

/**
 * @typedef {import('../clock.js').Clock} Clock
 * @typedef {import('../../host/wasm_engine.js').EngineError} EngineError
 * @typedef {import('../../host/watch.js').View} View
 * @typedef {import('../../host/watch.js').Watch} Watch
 * @typedef {import('../../host/job_facts.js').StateName | 'idle' | 'broken'} StateName `idle`: no job is set; `broken`: no engine
 * @typedef {import('./panel.js').StatusName} StatusName
 */

/**
 * What the view wants of the element around it.
 * @typedef {object} Owner
 * @property {(kind: number) => void} heard an event of abi.js
 * @property {() => void} chosen another filter, order or selection
 * @property {() => boolean} isBoard whether it shows jobs, not the parts of one
 * @property {() => boolean} isCompact
 * @property {() => string} backend ending in a slash; '' when the job is not from there
 * @property {() => void} togglePaused
 * @property {() => void} restart
 */

/** Those of a job-tree-error, in which the page's own words stand in the place of ours. */
const TROUBLE = 'stale unreachable denied not_found not_understood broken'.split(' ');
const LEAST_ROWS = 5; // that are seen however small the element is

/** @implements {View} */
export class TreeView {
  /** @type {Watch | undefined} as long as there is an engine */
  watch;
  #fault = NO_NOTICE;
  owner;
  // As speak() says, which comes before anything is shown: a clock takes its time to be made.
  /** @type {(word: import('../words.js').Word) => string} */
  words = wordsFor('');
  #clock = /** @type {Clock} */ (/** @type {unknown} */ (undefined));
  #tools = makeTools();
  #search = /** @type {HTMLInputElement} */ (this.#tools.querySelector('input'));
  #choices = /** @type {NodeListOf<HTMLSelectElement>} */ (this.#tools.querySelectorAll('select'));
  #began = make('span', { class: 'time' });
  #timeline = new Timeline((begin, end) => this.watch?.set(Option.zoom, begin * 65_536 + end));
  #columns = makeColumns(this.#began, this.#timeline.root);
  #causes = new Causes();
  summary = new Panel(makeSummary([this.#causes.root, this.#causes.why]), this.#tools, this.#columns);
  #explanation = new ExplanationLines();
  #detail = new Panel(makeDetail(this.#explanation.nodes));
  #source = /** @type {HTMLDetailsElement} */ (this.#detail.root.querySelector('details'));
  #notice = this.summary.root.querySelector('slot');
  #probe = make('div', { class: 'probe' });
  #gauge = make('div', {}); // as wide as all, and never higher: what is seen to change by what we do is a loop
  #space = make('div', { class: 'space', role: 'none' }, this.#probe);
  #rows = new Rows(this.#space);
  #tree = make('div', { class: 'tree', part: 'tree', role: 'tree', tabindex: '-1', 'data-label': 'tree' }, this.#space);
  #live = make('div', { class: 'unseen', role: 'status' });
  #list = make('div', { class: 'list' }, this.#columns, this.#tree);
  base = make('div', { class: 'base', 'data-state': 'idle', 'data-empty': '' },
    this.#gauge,
    make('div', { class: 'empty' }, make('slot', { name: 'empty' }, make('span', { 'data-word': 'empty' }))),
    this.summary.root,
    this.#tools,
    make('div', { class: 'body' }, this.#list, this.#detail.root),
    this.#live);
  #sizes;
  #top = 0; // where the tree is scrolled to, as the watch knows
  #toTop = 0; // where to it is to be
  // What waits for the end of the frame.
  #unfocused = false;
  #sourceChanged = false;
  #errorChanged = false;
  #refit = false;
  #isChosen = false;
  /** @type {HTMLElement | undefined} */
  #toFocus;
  /** @type {number[]} */
  #events = [];

  /**
   * Fills the shadow root; whatever it held is gone.
   * @param {ShadowRoot} root
   * @param {Owner} owner
   * @param {string} jobId shown until the engine knows better
   */
  constructor(root, owner, jobId) {
    this.owner = owner;
    this.summary.write(Field.id, jobId);
    listen(this, { search: this.#search, tools: this.#tools, tree: this.#tree });
    this.#source.addEventListener('toggle', () => this.#showSource());
    this.#tree.addEventListener('scroll', () => this.#look(), { passive: true });
    root.replaceChildren(this.base);
    // One of our own window says nothing of nodes in another's document.
    const { ResizeObserver } = this.base.ownerDocument.defaultView ?? globalThis;
    this.#sizes = new ResizeObserver(() => this.#measure());
    this.#sizes.observe(this.#gauge);
  }

  /** @returns {StateName} */
  get state() {
    return /** @type {StateName} */ (this.base.dataset.state);
  }

  set state(state) {
    this.base.dataset.state = state;
    // Under no name, what the page wrote for errors is not shown.
    this.#notice?.setAttribute('name', TROUBLE.includes(state) ? 'error' : 'none');
  }

  /** What is said of how the watch goes. */
  get notice() {
    return this.watch?.notice ?? this.#fault;
  }

  /** What is filtered by, as an attribute says it. */
  get filter() {
    return formatFilter(this.#search.value, this.summary.numbers.get(Attribute.statuses) ?? 0);
  }

  /** The order, by its number. */
  get sort() {
    return this.#choices[0].selectedIndex;
  }

  /**
   * Puts our own words and all times into another language or time zone.
   * @param {string} lang
   * @param {Clock} clock
   */
  speak(lang, clock) {
    this.words = wordsFor(lang, this.owner.isBoard());
    this.base.lang = languageOf(lang);
    this.#clock = clock;
    const { row, cause } = this.#rows.templates;
    for (const root of [this.base, row, cause]) writeWords(root, this.words);
    this.#rows.dropSpare(); // they have words too
    for (const node of this.base.querySelectorAll('[data-label]')) label(node, this.words);
    this.#explanation.write(this.#language);
    this.#writeCauses();
    for (const panel of [this.summary, this.#detail, ...this.#rows.all]) {
      for (const [field, time] of panel.times) this.#writeTime(panel, field, time);
    }
  }

  get #language() {
    return this.base.lang.slice(0, 2);
  }

  /** @param {boolean} paused */
  showPaused(paused) {
    const button = this.base.querySelector('[data-do="pause"]');
    if (!button) return;
    button.setAttribute('data-label', paused ? 'resume' : 'pause');
    label(button, this.words);
    setShape(button.firstElementChild, BUTTON_ICONS[paused ? 'resume' : 'pause']);
  }

  /** @param {boolean} isDocument for which nothing is queried */
  showDocument(isDocument) {
    this.base.toggleAttribute('data-document', isDocument);
  }

  /** There is a job to come. */
  begin() {
    this.state = 'loading';
  }

  /** Observes nothing any more. */
  close() {
    this.watch = undefined;
    this.#sizes.disconnect();
  }

  focusSearch() {
    this.#search.focus({ preventScroll: true });
    this.#search.select();
  }

  /** @param {Watch} watch tells it from now on what happens here */
  attend(watch) {
    this.watch = watch;
    this.#sizes.observe(this.#tree);
    this.#sizes.observe(this.#probe);
  }

  // What the engine's frames say.

  /** @param {number} slot */
  #panel(slot) {
    if (slot === Slot.summary) return this.summary;
    return slot === Slot.detail ? this.#detail : this.#rows.at(slot);
  }

  /** @param {number} slot */
  mount(slot) {
    this.#rows.mount(slot);
  }

  /** @param {number} slot */
  unmount(slot) {
    if (this.#rows.unmount(slot)) this.#unfocused = true;
  }

  /**
   * @param {number} slot
   * @param {number} field
   * @param {string} text
   */
  text(slot, field, text) {
    const panel = this.#panel(slot);
    panel?.times.delete(field);
    panel?.write(field, text);
    if (field === Field.search) this.#isChosen = true;
    if (field === Field.marks) this.#timeline.show(text, this.#list);
    if (slot === Slot.detail && (field === Field.error_code || field === Field.error_text)) this.#errorChanged = true;
  }

  /**
   * @param {number} slot
   * @param {number} field
   * @param {number} time
   */
  time(slot, field, time) {
    const panel = this.#panel(slot);
    if (!panel) return;
    if (!isTime(time)) return this.text(slot, field, '');
    panel.times.set(field, time);
    this.#writeTime(panel, field, time);
  }

  /**
   * @param {Panel} panel
   * @param {number} field
   * @param {number} time
   */
  #writeTime(panel, field, time) {
    const begin = this.summary.times.get(Field.begin);
    const inFull = panel === this.#detail || (panel === this.summary && (field === Field.begin || begin === undefined));
    panel.write(field, inFull ? this.#clock.full(time) : this.#clock.brief(time, begin ?? time));
    if (panel !== this.summary || field !== Field.begin) return;
    this.#began.textContent = `${this.words('began')} ${this.#clock.zoneName(time)}`;
    for (const row of this.#rows.all) {
      for (const [its, begin] of row.times) this.#writeTime(row, its, begin); // they are told from this one
    }
  }

  /**
   * @param {number} slot
   * @param {number} attribute
   * @param {number} value
   */
  number(slot, attribute, value) {
    this.#panel(slot)?.number(attribute, value);
    switch (attribute) {
      case Attribute.index:
        this.#rows.moved();
        break;
      case Attribute.failed:
        if (slot === Slot.summary) this.base.classList.toggle('no-failure', value === 0);
        break;
      case Attribute.cause:
        if (value) this.#rows.showCause(slot);
        break;
      case Attribute.state:
        this.state = STATES[value];
        break;
      case Attribute.severity:
        this.base.dataset.severity = String(value);
        break;
      case Attribute.statuses:
        pressChips(this.summary.root, value);
        this.#isChosen = true;
        break;
      case Attribute.zoomed:
        this.#tools.querySelector('[data-do="zoom"]')?.setAttribute('aria-pressed', String(value === 1));
        break;
      case Attribute.sort:
        this.#choices[0].selectedIndex = value;
        this.#isChosen = true;
        break;
      case Attribute.levels:
        this.base.dataset.levels = String(Math.min(value, 3)); // 3: there is something to choose
        offerLevels(this.#choices[1], value);
        break;
      case Attribute.selected:
        if (slot !== Slot.detail) break;
        this.#refit = true; // it comes or goes, beside the list
        this.base.classList.toggle('detailed', value !== 0);
        break;
      case Attribute.source_begin:
      case Attribute.source_size:
        this.#sourceChanged = true;
    }
  }

  /** @param {number} rows */
  height(rows) {
    for (const node of [this.#tree, this.#space]) node.style.height = `calc(${rows} * var(--row))`;
    this.base.style.setProperty('--least', String(Math.min(rows, LEAST_ROWS)));
    // The first rows need not wait until the browser begins its frame and the observer sees that there is a tree.
    if (rows > 0 && this.base.hasAttribute('data-empty')) queueMicrotask(() => this.#measure());
    this.base.toggleAttribute('data-empty', rows === 0);
  }

  /** @param {number} slot */
  focus(slot) {
    this.#toFocus = this.#rows.at(slot)?.root;
  }

  /** @param {number} top */
  scroll(top) {
    this.#toTop = top;
  }

  /** @param {string} text */
  announce(text) {
    this.#live.textContent = text;
  }

  /** @param {number} kind */
  event(kind) {
    this.#events.push(kind);
  }

  painted() {
    this.#rows.order();
    if (this.#refit) this.fit();
    // Whoever scrolls has all laid out at once.
    if (this.#toTop !== this.#top) this.#tree.scrollTop = this.#top = this.#toTop;
    this.#toFocus?.focus({ preventScroll: true });
    if (this.#unfocused && !this.#toFocus) {
      const row = /** @type {HTMLElement | null} */ (this.#space.querySelector('[tabindex="0"]'));
      (row ?? this.#tree).focus({ preventScroll: true });
    }
    this.#toFocus = undefined;
    this.#unfocused = false;
    if (this.#errorChanged) this.#explain();
    this.#errorChanged = false;
    if (this.#sourceChanged) this.#showSource();
    this.#sourceChanged = false;
    if (this.#events.includes(Kind.change)) this.#findCauses();
    if (this.#isChosen) {
      this.#writeCauses();
      this.owner.chosen();
    }
    this.#isChosen = false;
    for (const kind of this.#events.splice(0)) this.owner.heard(kind);
  }

  /** Asks why it failed: only the engine knows which failures are alike. */
  #findCauses() {
    const hasFailed = Boolean(this.summary.numbers.get(Attribute.failed));
    const groups = (hasFailed && this.watch?.errors) || [];
    this.base.classList.toggle('grouped', groups.length > 0);
    this.#causes.take(groups, ({ code, reason }) => explain(this.owner.backend(), code, reason), () => this.#writeCauses());
    this.#writeCauses();
  }

  #writeCauses() {
    this.#causes.write(this.#search.value, this.#language, this.words);
  }

  /** The timeline shows the active row's time alone, or all again. */
  zoom() {
    const isOn = this.summary.numbers.get(Attribute.zoomed) === 1;
    this.watch?.set(Option.zoom, Number(!isOn));
  }

  /** To the row that Tab reaches when what was just asked for is there. */
  focusTree() {
    this.#unfocused = true;
    this.#look();
  }

  #explain() {
    const { errorCode = '', errorReason = '' } = this.watch?.selection ?? {};
    void this.#explanation.show(this.owner.backend(), errorCode, errorReason, () => this.#language);
  }

  #showSource() {
    if (this.watch) showSource(this.#source, this.watch, this.#detail.numbers.get(Attribute.source_size) ?? 0);
  }

  /** @param {EngineError} error */
  stopped(error) {
    console.error(error);
    this.watch = undefined;
    this.state = 'broken';
    this.base.dataset.severity = String(Severity.error);
    const message = this.words(error.fault);
    const hint = error.fault === 'refused' ? this.words('refused_hint') : '';
    this.#fault = { message, hint, severity: 'error', isLost: true };
    this.summary.write(Field.message, message);
    this.summary.write(Field.hint, hint);
    this.owner.heard(Kind.error);
  }

  // What the user does.

  #measure() {
    this.fit();
    this.#look();
  }

  /** Chooses the looks for the room there is, before anything is painted in others. */
  fit() {
    this.#refit = false;
    fit(this.base, this.#list, this.owner.isCompact());
  }

  #look() {
    const rowHeight = parseFloat(getComputedStyle(this.#probe).height);
    // The heads stand over their columns, where a scroll bar comes and goes.
    this.#list.style.setProperty('--scrollbar', `${this.#tree.offsetWidth - this.#tree.clientWidth}px`);
    this.#top = this.#toTop = this.#tree.scrollTop;
    this.watch?.viewport(this.#top, this.#tree.clientHeight, rowHeight || 1);
  }
}
