// The DOM of one job tree: makes the nodes, puts into them what the engine's frames say, and tells
// the watch of clicks, keys and scrolling.
//
// Knows: nodes, words, times. Must not know: where the job comes from. Text reaches the page through
// textContent and attributes alone, never as HTML.

import {
  Attribute, Event as Kind, Expand, Field, Key, Option, Part, Slot, Sort, State, Status,
} from '../host/abi.js';
import { isTime } from './clock.js';
import { copyText } from '../shared/copy.js';
import { icon, make, setShape } from '../shared/dom.js';
import { BUTTON_ICONS, STATUS_ICONS } from './icons.js';
import { languageOf, wordsFor } from './words.js';

/**
 * @typedef {import('./clock.js').Clock} Clock
 * @typedef {import('../host/engine.js').EngineError} EngineError
 * @typedef {import('../host/engine.js').View} View
 * @typedef {import('../host/engine.js').Watch} Watch
 * @typedef {import('./words.js').Word} Word
 * @typedef {keyof typeof Field} FieldName
 * @typedef {keyof typeof Status} StatusName
 * @typedef {keyof typeof State | 'idle' | 'broken'} StateName `idle`: no job is set; `broken`: no engine
 */

/**
 * A job in a few words.
 * @typedef {object} JobSummary
 * @property {string} id
 * @property {string} type
 * @property {StatusName} status
 * @property {string} statusText in words; a status we do not know, as sent
 * @property {Date | null} begin
 * @property {Date | null} end
 * @property {string} duration
 * @property {string} error code and reason
 * @property {string} progress in words
 * @property {number} total units of work: the leaves of the tree
 * @property {number} done those that have ended
 * @property {number} failed those that failed
 * @property {boolean} warning the job ended well and holds one that failed
 */

const FIELD_NAMES = Object.keys(Field);
const STATUS_NAMES = /** @type {StatusName[]} */ (Object.keys(Status));
const STATE_NAMES = /** @type {StateName[]} */ (Object.keys(State));
/** Those of a job-tree-error, in which the page's own words stand in the place of ours. */
const TROUBLE = 'stale unreachable denied not_found not_understood broken'.split(' ');
const COPIED = 1500; // milliseconds for which a copy is confirmed
const FLASH = 1200; // milliseconds for which a change is marked
/** Looks for widths below, in em. */
const WIDTHS = /** @type {const} */ ([['slim', 60], ['narrow', 34]]);
/** Shown only with what stands in it. A class, as not every browser looks at `:has()` again when a text changes. */
const AROUND = '.chip, .badge, button.cause, .found, .detail dl > div';
const SHORT_ID = 8; // characters of an id in a row
const LEAST_ROWS = 5; // that are seen however small the element is
const MOST_LEVELS = 8; // to choose from
const MOST_SOURCE = 0x10000; // bytes of JSON that are shown; the rest can be copied

const COMPOSING = 229; // the code of a key that an input method takes, also after it has ended composing
/** @type {Record<string, number>} */
const KEYS = {
  ArrowUp: Key.up,
  ArrowDown: Key.down,
  ArrowLeft: Key.left,
  ArrowRight: Key.right,
  Home: Key.home,
  End: Key.end,
  PageUp: Key.page_up,
  PageDown: Key.page_down,
  Enter: Key.enter,
  ' ': Key.space,
  '*': Key.asterisk,
  Escape: Key.escape,
  '.': Key.next_failure,
  ',': Key.previous_failure,
};

// In the nodes below, data-field marks a place for the engine's text; data-word a text, and
// data-label a name, of ours.

/**
 * @param {FieldName} field
 * @param {'span' | 'h2' | 'h3' | 'p' | 'code' | 'time'} tag
 * @param {Record<string, string>} attributes
 */
function place(field, tag = 'span', attributes = { class: field }) {
  return make(tag, { 'data-field': field, ...attributes });
}

/**
 * @param {keyof typeof BUTTON_ICONS & Word} name
 * @param {Record<string, string>} attributes
 */
function button(name, attributes = {}) {
  return make('button', { 'data-do': name, 'data-label': name, ...attributes }, icon(BUTTON_ICONS[name], 'line'));
}

/** @param {Word} word */
function say(word, tag = /** @type {'span' | 'option' | 'summary'} */ ('span')) {
  return make(tag, { 'data-word': word });
}

/**
 * @param {Word} word
 * @param {Node} value
 */
function entry(word, value) {
  return make('div', {}, make('dt', { 'data-word': word }), make('dd', {}, value));
}

function badge() {
  return make('div', { class: 'badge' }, icon(STATUS_ICONS.unknown, 'icon'),
    place('status', 'span', { class: 'status', part: 'status' }));
}

function idLine() {
  return make('div', { class: 'id' }, place('id', 'code'), button('copy'));
}

function errorLine() {
  return place('error', 'p', { class: 'failure', part: 'error' });
}

/** @param {'begin' | 'end'} field */
function time(field) {
  return place(field, 'time', { class: 'time', part: 'time' });
}

/** What the whole job does. */
export function makeSummary() {
  const bar = make('div', { class: 'bar', role: 'progressbar', 'aria-valuemin': '0', 'data-label': 'progress' },
    ...['succeeded', 'failed', 'running', 'skipped'].map((part) => make('i', { class: part })));
  const chips = STATUS_NAMES.map((status) => make('button',
    { class: 'chip', 'data-do': 'status', 'data-status': status, 'aria-pressed': 'false' },
    icon(STATUS_ICONS[status], 'icon'), place(/** @type {FieldName} */ (`chip_${status}`))));
  return make('div', { class: 'summary', part: 'summary' },
    make('div', { class: 'head' },
      place('name', 'h2', { part: 'name' }),
      badge(),
      make('div', { class: 'toolbar', part: 'toolbar' }, button('refresh'), button('pause'))),
    idLine(),
    make('dl', { class: 'times' }, entry('began', time('begin')), entry('ended', time('end')),
      entry('took', place('duration', 'span', { class: 'duration', part: 'duration' }))),
    make('div', { class: 'course' }, bar,
      make('div', { class: 'counts' }, place('progress'), ...chips)),
    errorLine(),
    make('button', { class: 'cause', 'data-do': 'root_failure' },
      icon(BUTTON_ICONS.cause, 'line'), say('cause'), place('cause', 'span', {})),
    make('div', { class: 'state' }, make('slot', {}, place('message'), place('hint')),
      make('button', { 'data-do': 'again', 'data-word': 'again' })));
}

/** What is done with the tree as a whole. Its places belong to the summary. */
export function makeTools() {
  const next = button('next_failure', { 'aria-keyshortcuts': 'F8' });
  next.append(say('next_failure'));
  return make('div', { class: 'tools', part: 'toolbar' },
    make('label', { class: 'search' }, icon(BUTTON_ICONS.search, 'line'), make('input', {
      type: 'search', 'data-field': 'search', 'data-label': 'search', maxlength: '200', autocomplete: 'off',
      autocapitalize: 'off', spellcheck: 'false', 'aria-keyshortcuts': '/',
    })),
    make('span', { class: 'found' }, place('matches'),
      make('button', { 'data-do': 'show_all', 'data-word': 'show_all' })),
    make('span', { class: 'failures' }, button('previous_failure', { 'aria-keyshortcuts': 'Shift+F8' }), next),
    make('select', { 'data-choice': 'sort', 'data-label': 'sort' },
      ...Object.keys(Sort).map((name) => say(/** @type {Word} */ (name), 'option'))),
    make('select', { 'data-choice': 'levels', 'data-label': 'open_levels' }, say('levels', 'option')),
    make('span', {}, button('expand'), button('collapse')));
}

/** What the columns of the rows are. @param {Node} began */
export function makeColumns(began) {
  return make('div', { class: 'columns', 'aria-hidden': 'true' }, say('job'), say('timeline'), began, say('took'));
}

function makeDetail() {
  return make('div', { class: 'detail', part: 'detail', role: 'group', 'data-label': 'detail', hidden: '' },
    // Of the level of the job's own heading, in whose place it stands on a phone.
    make('div', { class: 'head' }, place('name', 'h3', { part: 'name', 'aria-level': '2' }), button('close')),
    badge(),
    causeTag(),
    make('dl', {}, entry('reason', make('div', { class: 'copied' }, errorLine(), button('copy', { 'data-label': 'copy_error' }))), entry('id', idLine()), entry('began', time('begin')),
      entry('ended', time('end')), entry('took', place('duration')), entry('progress', place('progress')),
      entry('resources', place('facts'))),
    make('details', {}, say('source', 'summary'),
      make('div', { class: 'copied' }, make('pre', { tabindex: '0', 'data-label': 'source', role: 'group' }),
        button('copy', { 'data-label': 'copy_source' }))));
}

function causeTag() {
  return make('span', { class: 'cause' }, icon(BUTTON_ICONS.cause, 'line'), say('cause'));
}

/** Those who listen get one label in the place of all that a row shows. */
function makeRow() {
  return make('div', { class: 'row', part: 'row', role: 'treeitem', tabindex: '-1' },
    place('label', 'span', { class: 'unseen' }),
    make('span', { class: 'main', 'aria-hidden': 'true' },
      make('span', { class: 'toggle' }, icon(BUTTON_ICONS.chevron, 'line')),
      icon(STATUS_ICONS.unknown, 'icon'),
      make('span', { class: 'words' },
        place('name', 'span', { class: 'name', part: 'name' }),
        place('status', 'span', { class: 'status', part: 'status' }),
        place('id', 'code', { 'data-short': '' }),
        place('error', 'span', { class: 'error', part: 'error' }),
        place('facts'))),
    make('span', { class: 'lane' }, make('i', {})),
    place('begin', 'time', { class: 'time', part: 'time', 'aria-hidden': 'true' }),
    place('duration', 'span', { class: 'duration', part: 'duration', 'aria-hidden': 'true' }));
}

/**
 * Numbers that styles.js computes with: the property, and where it is set. All nodes below that one are
 * styled anew, so what changes with the clock is set on a node that has none.
 * @type {Readonly<Record<number, [string, string?]>>}
 */
const STYLE = {
  [Attribute.level]: ['--level'],
  [Attribute.bar_begin]: ['--begin', '.lane i'],
  [Attribute.bar_end]: ['--end', '.lane i'],
  [Attribute.share_succeeded]: ['--share', '.bar .succeeded'],
  [Attribute.share_failed]: ['--share', '.bar .failed'],
  [Attribute.share_running]: ['--share', '.bar .running'],
  [Attribute.share_skipped]: ['--share', '.bar .skipped'],
};

/** Attributes; those of the summary are its bar's. @type {Readonly<Record<number, string>>} */
const NAMES = {
  [Attribute.level]: 'aria-level',
  [Attribute.set_size]: 'aria-setsize',
  [Attribute.position]: 'aria-posinset',
  [Attribute.total]: 'aria-valuemax',
  [Attribute.done]: 'aria-valuenow',
  [Attribute.live]: 'data-live',
  [Attribute.cause]: 'data-cause',
  [Attribute.on_the_way]: 'data-way',
  [Attribute.failed]: 'data-failed',
};

/** The nodes of one slot, and what the engine said of it. */
class Panel {
  /** @type {Map<number, any>} */
  #places = new Map();
  /** What is not shown while a place in it is empty. @type {Map<number, Element>} */
  #around = new Map();
  /** @type {Map<number, string>} what they say */
  #texts = new Map();
  #icon;
  #bar;
  /** @type {Map<number, number>} milliseconds since 1970, by field */
  times = new Map();
  /** @type {Map<number, number>} by attribute */
  numbers = new Map();
  /** It does not show the job yet that it showed last. */
  #isNew = true;
  /** @type {Animation | undefined} */
  #flashing;

  /**
   * @param {HTMLElement} root
   * @param {HTMLElement[]} more nodes that have places of this slot
   */
  constructor(root, ...more) {
    this.root = root;
    this.#icon = root.querySelector('.icon');
    this.#bar = root.querySelector('.bar');
    for (const node of [root, ...more]) {
      for (const place of /** @type {NodeListOf<HTMLElement>} */ (node.querySelectorAll('[data-field]'))) {
        const field = FIELD_NAMES.indexOf(String(place.dataset.field));
        this.#places.set(field, place);
        const around = place.closest(AROUND);
        around?.classList.add('blank');
        if (around) this.#around.set(field, around);
      }
    }
  }

  /** @returns {StatusName} */
  get status() {
    return STATUS_NAMES[this.numbers.get(Attribute.status) ?? Status.unknown];
  }

  /**
   * @param {number} field
   * @param {string} text
   */
  write(field, text) {
    const place = this.#places.get(field);
    if (field === Field.search && place.value !== text) place.value = text;
    if (this.#texts.get(field) === text) return;
    this.#texts.set(field, text);
    this.#around.get(field)?.classList.toggle('blank', text === '');
    // Ids made one after another differ at their ends.
    const isLong = place?.hasAttribute('data-short') && text.length > SHORT_ID + 2;
    if (place) place.textContent = isLong ? `…${text.slice(-SHORT_ID)}` : text;
    if (field === Field.progress) this.#bar?.setAttribute('aria-valuetext', text);
  }

  /**
   * @param {number} attribute
   * @param {number} value
   */
  number(attribute, value) {
    const before = this.numbers.get(attribute);
    if (before === value) return;
    this.numbers.set(attribute, value);
    const { root } = this;
    if (attribute in STYLE) {
      const [property, place] = STYLE[attribute];
      const node = place ? /** @type {HTMLElement} */ (root.querySelector(place)) : root;
      node.style.setProperty(property, String(value));
    }
    if (attribute in NAMES) (this.#bar ?? root).setAttribute(NAMES[attribute], String(value));
    switch (attribute) {
      case Attribute.index:
        root.style.transform = `translateY(calc(${value} * var(--row)))`;
        break;
      case Attribute.status:
        if (!this.#isNew) this.#flash();
        // fall through: both decide the icon
      case Attribute.warning: {
        const shown = this.numbers.get(Attribute.warning) ? 'warning' : this.status;
        root.dataset.status = shown;
        setShape(this.#icon, STATUS_ICONS[shown]);
        break;
      }
      case Attribute.expanded:
        if (value) root.setAttribute('aria-expanded', String(value === 2));
        else root.removeAttribute('aria-expanded');
        break;
      case Attribute.selected:
        if (root.role === 'treeitem') root.setAttribute('aria-selected', String(value === 1));
        else root.hidden = value === 0;
        break;
      case Attribute.tab_stop:
        root.tabIndex = value - 1;
        break;
      case Attribute.bar_begin:
      case Attribute.bar_end:
        root.classList.toggle('unbegun',
          (this.numbers.get(Attribute.bar_end) ?? 0) < (this.numbers.get(Attribute.bar_begin) ?? 0));
    }
  }

  /** From now on it shows another job; what that has in common with the last one stays. */
  renew() {
    this.#isNew = true;
    this.#flashing?.cancel();
  }

  /** All that is known of the job has been said. */
  settle() {
    this.#isNew = false;
  }

  /** Draws the eye to what has just changed. */
  #flash() {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    this.#flashing = this.root.animate({ backgroundColor: ['color-mix(in srgb, var(--status) 20%, transparent)', 'transparent'] }, FLASH);
  }
}

/**
 * What the view wants of the element around it.
 * @typedef {object} Owner
 * @property {(kind: number) => void} heard an event of abi.js
 * @property {() => void} togglePaused
 * @property {() => void} restart
 */

/** @implements {View} */
export class TreeView {
  #owner;
  // As speak() says, which comes before anything is shown: a clock takes its time to be made.
  #words = wordsFor('');
  #clock = /** @type {Clock} */ (/** @type {unknown} */ (undefined));
  #root;
  #tools = makeTools();
  #search = /** @type {HTMLInputElement} */ (this.#tools.querySelector('input'));
  #choices = /** @type {NodeListOf<HTMLSelectElement>} */ (this.#tools.querySelectorAll('select'));
  #summary = new Panel(makeSummary(), this.#tools);
  #detail = new Panel(makeDetail());
  #source = /** @type {HTMLDetailsElement} */ (this.#detail.root.querySelector('details'));
  #notice = this.#summary.root.querySelector('slot');
  /** @type {Map<number, Panel>} by slot */
  #rows = new Map();
  /** @type {Map<number, Panel>} those whose slots have no row now: a row that comes finds most of its nodes there */
  #spare = new Map();
  #row = makeRow();
  #causeTag = causeTag(); // the row that has one gets a copy
  #probe = make('div', { class: 'probe' });
  #gauge = make('div', {}); // as wide as all, and never higher: what is seen to change by what we do is a loop
  #space = make('div', { class: 'space', role: 'none' }, this.#probe);
  #tree = make('div', { class: 'tree', part: 'tree', role: 'tree', tabindex: '-1', 'data-label': 'tree' }, this.#space);
  #live = make('div', { class: 'unseen', role: 'status' });
  #began = make('span', { class: 'time' });
  #list = make('div', { class: 'list' }, makeColumns(this.#began), this.#tree);
  #base = make('div', { class: 'base', 'data-state': 'idle', 'data-empty': '' },
    this.#gauge,
    make('div', { class: 'empty' }, make('slot', { name: 'empty' }, make('span', { 'data-word': 'empty' }))),
    this.#summary.root,
    this.#tools,
    make('div', { class: 'body' }, this.#list, this.#detail.root),
    this.#live);
  /** @type {Watch | undefined} */
  #watch;
  #sizes;
  #top = 0; // where the tree is scrolled to, as the watch knows
  #toTop = 0; // where to it is to be
  // What waits for the end of the frame.
  #unordered = false;
  #unfocused = false;
  #sourceChanged = false;
  #refit = false;
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
    this.#root = root;
    this.#owner = owner;
    this.#summary.write(Field.id, jobId);
    this.#base.addEventListener('click', (event) => this.#click(event));
    this.#base.addEventListener('keydown', (event) => this.#press(event));
    this.#search.addEventListener('input', () => this.#watch?.setText(Option.search, this.#search.value));
    this.#tools.addEventListener('change', (event) => this.#choose(/** @type {HTMLElement} */ (event.target)));
    this.#source.addEventListener('toggle', () => this.#showSource());
    this.#tree.addEventListener('scroll', () => this.#look(), { passive: true });
    root.replaceChildren(this.#base);
    // One of our own window says nothing of nodes in another's document.
    const { ResizeObserver } = this.#base.ownerDocument.defaultView ?? globalThis;
    this.#sizes = new ResizeObserver(() => this.#measure());
    this.#sizes.observe(this.#gauge);
  }

  /** @returns {StateName} */
  get state() {
    return /** @type {StateName} */ (this.#base.dataset.state);
  }

  set state(state) {
    this.#base.dataset.state = state;
    // Under no name, what the page wrote for errors is not shown.
    this.#notice?.setAttribute('name', TROUBLE.includes(state) ? 'error' : 'none');
  }

  // As the engine gave them: what stands on the screen may have been translated since.

  /** @returns {Readonly<JobSummary> | null} */
  get job() {
    const it = this.#watch?.job;
    if (!it) return null;
    const { id, name, status, statusText, begin, end, duration, error, progress, total, done, failed, warning } = it;
    return Object.freeze({
      id, type: name, status, statusText, begin, end, duration, error, progress, total, done, failed, warning,
    });
  }

  /** The selected job, or null. */
  get selection() {
    const it = this.#watch?.selection;
    return it ? { id: it.id, type: it.name, status: it.status } : null;
  }

  /** How the watch goes, in a sentence; and what to do about it. */
  get notice() {
    const { message = '', hint = '' } = this.#watch?.notice ?? {};
    return { message, hint };
  }

  /**
   * Puts our own words and all times into another language or time zone.
   * @param {string} lang
   * @param {Clock} clock
   */
  speak(lang, clock) {
    this.#words = wordsFor(lang);
    this.#base.lang = languageOf(lang);
    this.#clock = clock;
    for (const root of [this.#base, this.#row, this.#causeTag]) {
      for (const node of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll('[data-word]'))) {
        node.textContent = this.#words(/** @type {Word} */ (node.dataset.word));
      }
    }
    this.#spare.clear(); // they have words too
    for (const node of this.#base.querySelectorAll('[data-label]')) this.#label(node);
    for (const panel of [this.#summary, this.#detail, ...this.#rows.values()]) {
      for (const [field, time] of panel.times) this.#writeTime(panel, field, time);
    }
  }

  /** @param {Element} node */
  #label(node) {
    const text = this.#words(/** @type {Word} */ (node.getAttribute('data-label')));
    node.setAttribute('aria-label', text);
    const key = node.getAttribute('aria-keyshortcuts');
    if (node.localName === 'input') node.setAttribute('placeholder', text);
    if (node.localName !== 'div') node.setAttribute('title', key ? `${text} (${key})` : text);
  }

  /** @param {boolean} paused */
  showPaused(paused) {
    const button = this.#base.querySelector('[data-do="pause"]');
    if (!button) return;
    button.setAttribute('data-label', paused ? 'resume' : 'pause');
    this.#label(button);
    setShape(button.firstElementChild, BUTTON_ICONS[paused ? 'resume' : 'pause']);
  }

  /** There is a job to come. */
  begin() {
    this.state = 'loading';
  }

  /** Observes nothing any more. */
  close() {
    this.#watch = undefined;
    this.#sizes.disconnect();
  }

  focusSearch() {
    this.#search.focus({ preventScroll: true });
    this.#search.select();
  }

  /** @param {Watch} watch tells it from now on what happens here */
  attend(watch) {
    this.#watch = watch;
    this.#sizes.observe(this.#tree);
    this.#sizes.observe(this.#probe);
  }

  // What the engine's frames say.

  /** @param {number} slot */
  #panel(slot) {
    if (slot === Slot.summary) return this.#summary;
    return slot === Slot.detail ? this.#detail : this.#rows.get(slot);
  }

  /** @param {number} slot */
  mount(slot) {
    const row = this.#spare.get(slot) ?? this.#makeRow(slot);
    this.#spare.delete(slot);
    this.#rows.set(slot, row); // its index follows
    row.renew();
  }

  /** @param {number} slot */
  #makeRow(slot) {
    const root = /** @type {HTMLElement} */ (this.#row.cloneNode(true));
    root.dataset.slot = String(slot);
    return new Panel(root);
  }

  /** @param {number} slot */
  unmount(slot) {
    const row = this.#rows.get(slot);
    if (!row) return;
    this.#rows.delete(slot);
    this.#spare.set(slot, row);
    this.#unordered = true;
    if (row.root !== this.#root.activeElement) return;
    // The keyboard's focus must not fall off the page with its row, nor go on to another job unsaid.
    this.#unfocused = true;
    row.root.remove();
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
    const inFull = panel === this.#summary || panel === this.#detail;
    panel.write(field, inFull
      ? this.#clock.full(time)
      : this.#clock.brief(time, this.#summary.times.get(Field.begin)));
    if (panel === this.#summary && field === Field.begin) {
      this.#began.textContent = `${this.#words('began')} ${this.#clock.zoneName(time)}`;
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
        this.#unordered = true;
        break;
      case Attribute.failed:
        if (slot === Slot.summary) this.#base.classList.toggle('no-failure', value === 0);
        break;
      case Attribute.cause:
        if (value) this.#showCause(slot);
        break;
      case Attribute.state:
        this.state = STATE_NAMES[value];
        break;
      case Attribute.statuses:
        this.#summary.root.querySelectorAll('.chip').forEach((chip, status) => {
          chip.setAttribute('aria-pressed', String((value >> status) % 2 === 1));
        });
        break;
      case Attribute.sort:
        this.#choices[0].selectedIndex = value;
        break;
      case Attribute.levels: {
        this.#base.dataset.levels = String(Math.min(value, 3)); // 3: there is something to choose
        const levels = Array.from({ length: Math.min(value - 1, MOST_LEVELS) }, (_, i) => make('option', {}, String(i + 1)));
        this.#choices[1].replaceChildren(this.#choices[1].options[0], ...levels);
        break;
      }
      case Attribute.selected:
        if (slot !== Slot.detail) break;
        this.#refit = true; // it comes or goes, beside the list
        this.#base.classList.toggle('detailed', value !== 0);
        break;
      case Attribute.source_begin:
      case Attribute.source_size:
        this.#sourceChanged = true;
    }
  }

  /** @param {number} slot */
  #showCause(slot) {
    const status = this.#rows.get(slot)?.root.querySelector('.words .status');
    if (!status?.parentElement?.querySelector('.cause')) status?.after(this.#causeTag.cloneNode(true));
  }

  /** @param {number} rows */
  height(rows) {
    for (const node of [this.#tree, this.#space]) node.style.height = `calc(${rows} * var(--row))`;
    this.#base.style.setProperty('--least', String(Math.min(rows, LEAST_ROWS)));
    // The first rows need not wait until the browser begins its frame and the observer sees that there is a tree.
    if (rows > 0 && this.#base.hasAttribute('data-empty')) queueMicrotask(() => this.#measure());
    this.#base.toggleAttribute('data-empty', rows === 0);
  }

  /** @param {number} slot */
  focus(slot) {
    this.#toFocus = this.#rows.get(slot)?.root;
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
    if (this.#unordered) this.#order();
    if (this.#refit) this.#fit();
    // Whoever scrolls has all laid out at once.
    if (this.#toTop !== this.#top) this.#tree.scrollTop = this.#top = this.#toTop;
    this.#toFocus?.focus({ preventScroll: true });
    if (this.#unfocused && !this.#toFocus) {
      const row = /** @type {HTMLElement | null} */ (this.#space.querySelector('[tabindex="0"]'));
      (row ?? this.#tree).focus({ preventScroll: true });
    }
    this.#toFocus = undefined;
    this.#unfocused = false;
    if (this.#sourceChanged) this.#showSource();
    this.#sourceChanged = false;
    for (const kind of this.#events.splice(0)) this.#owner.heard(kind);
  }

  /** Puts new rows into the document where they belong, for those who read it from top to bottom; takes out old ones. */
  #order() {
    this.#unordered = false;
    for (const { root } of this.#spare.values()) root.remove();
    /** @param {Panel} row */
    const index = (row) => row.numbers.get(Attribute.index) ?? 0;
    const focused = this.#root.activeElement; // which, when it is moved, loses the focus; so others move around it
    /** @type {Element | null} */
    let next = null;
    for (const row of [...this.#rows.values()].sort((a, b) => index(b) - index(a))) {
      const { root } = row;
      row.settle();
      const isInPlace = root.isConnected && root.nextElementSibling === next;
      if (!isInPlace && root !== focused) this.#space.insertBefore(root, next);
      next = root;
    }
  }

  /** To the row that Tab reaches when what was just asked for is there. */
  #focusTree() {
    this.#unfocused = true;
    this.#look();
  }

  /** The selected job as it was answered. */
  get #sourceBytes() {
    const begin = this.#detail.numbers.get(Attribute.source_begin) ?? 0;
    return this.#watch?.document.subarray(begin, begin + (this.#detail.numbers.get(Attribute.source_size) ?? 0));
  }

  #showSource() {
    const bytes = this.#sourceBytes;
    const pre = this.#source.querySelector('pre');
    if (!pre || !bytes || !this.#source.open) return;
    pre.textContent = bytes.length > MOST_SOURCE
      ? `${new TextDecoder().decode(bytes.subarray(0, MOST_SOURCE), { stream: true })}…`
      : this.#watch?.selectedJson() ?? '';
  }

  /** @param {EngineError} error */
  stopped(error) {
    console.error(error);
    this.#watch = undefined;
    this.state = 'broken';
    this.#summary.write(Field.message, this.#words(error.fault));
    this.#summary.write(Field.hint, error.fault === 'refused' ? this.#words('refused_hint') : '');
    this.#owner.heard(Kind.error);
  }

  // What the user does.

  #measure() {
    this.#fit();
    this.#look();
  }

  /** Chooses the looks for the width, before anything is painted in others. */
  #fit() {
    this.#refit = false;
    const em = parseFloat(getComputedStyle(this.#base).fontSize);
    for (const node of [this.#base, this.#list]) {
      const width = node.clientWidth / em;
      if (!width) continue; // not shown
      for (const [name, least] of WIDTHS) {
        // The way back is longer than a scroll bar is wide, which may come and go with what we do.
        node.classList.toggle(name, width < least + (node.classList.contains(name) ? 1.5 : 0));
      }
    }
  }

  #look() {
    const rowHeight = parseFloat(getComputedStyle(this.#probe).height);
    this.#top = this.#toTop = this.#tree.scrollTop;
    this.#watch?.viewport(this.#top, this.#tree.clientHeight, rowHeight || 1);
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const target = /** @type {Element} */ (event.target);
    const button = /** @type {HTMLElement | null} */ (target.closest('[data-do]'));
    if (button) return this.#do(button);
    const row = /** @type {HTMLElement | null} */ (target.closest('.row'));
    if (row) this.#watch?.click(Number(row.dataset.slot), target.closest('.toggle') ? Part.toggle : Part.row);
  }

  /** @param {HTMLElement} button */
  #do(button) {
    switch (button.dataset.do) {
      case 'refresh': return this.#watch?.refresh();
      case 'pause': return this.#owner.togglePaused();
      case 'expand': return this.#watch?.set(Option.expand, Expand.all);
      case 'collapse': return this.#watch?.set(Option.expand, Expand.none);
      case 'close': return void this.#watch?.key(Key.escape);
      case 'next_failure': return void this.#watch?.key(Key.next_failure);
      case 'previous_failure': return void this.#watch?.key(Key.previous_failure);
      case 'root_failure': return void this.#watch?.key(Key.root_failure);
      case 'status': return this.#watch?.set(Option.statuses, (this.#summary.numbers.get(Attribute.statuses) ?? 0)
        ^ (1 << STATUS_NAMES.indexOf(/** @type {StatusName} */ (button.dataset.status))));
      case 'show_all': return this.#showAll();
      case 'again': return this.#owner.restart();
      case 'copy': return void this.#copy(button);
    }
  }

  #showAll() {
    this.#watch?.setText(Option.search, '');
    this.#watch?.set(Option.statuses, 0);
    this.#focusTree(); // the button goes
  }

  /** @param {HTMLElement} choice */
  #choose(choice) {
    const [sort, levels] = this.#choices;
    if (choice === sort) this.#watch?.set(Option.sort, sort.selectedIndex);
    if (choice !== levels) return;
    this.#watch?.set(Option.expand, Expand.none + levels.selectedIndex);
    levels.selectedIndex = 0;
  }

  /** @param {HTMLElement} button */
  async #copy(button) {
    const from = button.previousElementSibling;
    const text = from?.localName === 'pre' ? new TextDecoder().decode(this.#sourceBytes) : from?.textContent ?? '';
    const isCopied = await copyText(text, this.#base);
    const said = this.#words(isCopied ? 'copied' : 'not_copied');
    this.announce(said);
    button.title = said;
    if (!isCopied) return;
    setTimeout(() => this.#label(button), COPIED);
    setShape(button.firstElementChild, BUTTON_ICONS.copied);
    setTimeout(() => setShape(button.firstElementChild, BUTTON_ICONS.copy), COPIED);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing || event.keyCode === COMPOSING) return;
    const target = /** @type {Node} */ (event.target);
    if (target === this.#search && ['Escape', 'Enter', 'ArrowDown'].includes(event.key)) {
      if (event.key === 'Escape') this.#watch?.setText(Option.search, '');
      this.#focusTree();
      return event.preventDefault();
    }
    const inTree = this.#tree.contains(target);
    if (inTree && event.key === '/' && this.#search.checkVisibility()) {
      this.focusSearch();
      return event.preventDefault();
    }
    const isAnywhere = event.key === 'Escape' || event.key === 'F8';
    if (!inTree && !isAnywhere) return;
    const [character, ...more] = event.key;
    const key = event.key === 'F8'
      ? event.shiftKey ? Key.previous_failure : Key.next_failure
      : KEYS[event.key] ?? (more.length === 0 ? Key.character : undefined);
    if (key === undefined) return;
    if (this.#watch?.key(key, character.codePointAt(0))) event.preventDefault();
  }
}
