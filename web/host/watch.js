// One watched job: carries responses, clicks and the time to the engine, and its frames to a view.
//
// Knows: the calls of the engine. Must not know: what is on screen (the view does), HTTP, or when to query: that is the
// engine's decision, and is only carried out.

import { Attribute, Option, Slot } from './abi.js';
import { applyFrame, decoder, readFrame } from './frame_decoder.js';
import { Facts, STATES, STATUSES } from './job_facts.js';
import { Requests, TOO_LARGE } from './requests.js';
import { sizeOf } from './response_body.js';

/**
 * @typedef {import('./wasm_engine.js').Engine} Engine
 * @typedef {import('./wasm_engine.js').EngineError} EngineError
 * @typedef {import('./job_facts.js').Change} Change
 * @typedef {import('./job_facts.js').ErrorGroup} ErrorGroup
 * @typedef {import('./job_facts.js').JobFacts} JobFacts
 * @typedef {import('./job_facts.js').JobRow} JobRow
 * @typedef {import('./job_facts.js').Notice} Notice
 * @typedef {import('./job_facts.js').StatusName} StatusName
 * @typedef {import('./job_facts.js').Totals} Totals
 */

const encoder = new TextEncoder();

/**
 * What a frame changes. Slots, fields and attributes are numbers of abi.js. None of these may call
 * the watch before `painted`: a call would end the frame they are part of.
 * @typedef {object} View
 * @property {(slot: number) => void} mount
 * @property {(slot: number) => void} unmount
 * @property {(slot: number, field: number, text: string) => void} text
 * @property {(slot: number, field: number, time: number) => void} time milliseconds since 1970; NaN for none
 * @property {(slot: number, attribute: number, value: number) => void} number
 * @property {(rows: number) => void} height
 * @property {(slot: number) => void} focus
 * @property {(top: number) => void} scroll in pixels
 * @property {(text: string) => void} announce
 * @property {(kind: number) => void} event
 * @property {() => void} painted the frame is complete
 * @property {(error: EngineError) => void} stopped the engine failed; nothing more will come
 */

/** One watched job. */
export class Watch {
  #engine;
  #view;
  #requests;
  #restart;
  #id;
  #hasEnded = false;
  /** By when a frame is wanted at the latest, by the browser's clock, milliseconds since 1970. */
  wake = Infinity;
  #facts = { [Slot.summary]: new Facts(), [Slot.detail]: new Facts() };
  #rows = 0;

  /**
   * @param {Engine} engine
   * @param {View} view
   * @param {import('./requests.js').Query | undefined} query without one, the job comes from load() alone
   * @param {() => void} restart called when the engine has failed because of another watch
   * @throws {EngineError} when the engine has failed already
   */
  constructor(engine, view, query, restart) {
    this.#engine = engine;
    this.#view = view;
    this.#requests = new Requests(query, (...response) => {
      this.#answer(...response);
      engine.draw(this);
    });
    this.#restart = restart;
    if (engine.error) throw engine.error;
    engine.watches.add(this);
    this.#id = engine.call(this, 'open', crypto.getRandomValues(new Uint32Array(1))[0]);
    if (!query) this.set(Option.document, 1);
    this.look();
  }

  close() {
    this.#end();
    this.#call('close');
  }

  /**
   * @param {EngineError} error
   * @param {boolean} isOurs whether this watch brought it about
   */
  stop(error, isOurs) {
    this.#end();
    if (isOurs) this.#view.stopped(error);
    else this.#restart();
  }

  #end() {
    this.#hasEnded = true;
    this.#engine.leave(this);
    this.#requests.cancel();
  }

  /**
   * @param {string} name of an export that takes a watch
   * @param {...number} numbers
   */
  #call(name, ...numbers) {
    return this.#engine.call(this, name, this.#id, ...numbers);
  }

  /** Takes in whether there is a network, and whether anybody is looking. */
  look() {
    // A hint: a backend on this machine is there without a network.
    this.set(Option.offline, Number(!navigator.onLine));
    this.set(Option.hidden, Number(document.hidden));
  }

  /** Now, by the backend's clock. */
  get now() {
    return this.#requests.now;
  }

  /**
   * What came back last: when the cloud said what is shown, and how the latest query went.
   */
  get lastAnswer() {
    const confirmed = this.#call('confirmed');
    return Object.freeze({
      confirmed: confirmed > 0 ? new Date(confirmed) : null,
      ...this.#requests.last,
    });
  }

  /** How the watch goes, as a name of State. */
  get state() {
    return STATES[this.#facts[Slot.summary].number(Attribute.state)];
  }

  /** What is said of that. @returns {Readonly<Notice>} */
  get notice() {
    return Object.freeze(this.#facts[Slot.summary].notice);
  }

  /** The whole job, or null before there is one. @returns {Readonly<JobFacts & Totals> | null} */
  get job() {
    const it = this.#facts[Slot.summary];
    return this.#rows === 0 ? null : Object.freeze({ ...it.job, ...it.totals });
  }

  /** The selected job, or null. @returns {Readonly<JobFacts> | null} */
  get selection() {
    const it = this.#facts[Slot.detail];
    return it.number(Attribute.selected) === 1 ? Object.freeze(it.job) : null;
  }

  /** What failed, by error, the most frequent first. @returns {ErrorGroup[]} */
  get errors() {
    return this.#list('errors', this.now).entries.map((it) => it.errorGroup);
  }

  /** How long sub-jobs took, by type, the slowest first. */
  get durations() {
    return this.#list('durations', this.now).entries.map((it) => it.durations);
  }

  /**
   * What the job's duration hangs on, once it has ended.
   * @param {number} most rows at most
   */
  critical(most) {
    const { entries, total } = this.#list('critical', most, this.now);
    return { total, rows: entries.map((it) => it.row) };
  }

  /** Which jobs have another status than at the change before: failures first, a hundred at most. @type {Change[]} */
  get changes() {
    return this.#list('changes', this.now).entries.map((it) => it.change);
  }

  /**
   * The jobs of some classes, each parent before its children.
   * @param {number} most how many at most
   * @param {StatusName[]} [statuses] all without
   * @returns {{ rows: JobRow[], total: number }} `total`: how many there are in all
   */
  rows(most, statuses = []) {
    const bits = statuses.reduce((sum, name) => sum | (1 << STATUSES.indexOf(name)), 0);
    const { entries, total } = this.#list('rows', bits, most, this.now);
    return { total, rows: entries.map((it) => it.row) };
  }

  /**
   * The IDs of what failed itself.
   * @param {string} group its name, or '' for all
   * @param {number} form of abi.js
   */
  failedIds(group, form) {
    const bytes = encoder.encode(group);
    return this.#engine.put(this, bytes) ? this.#text('failed_ids', bytes.length, form) : '';
  }

  /**
   * The job as Markdown for a ticket.
   * @param {string[]} texts as the engine wants them
   * @param {number} zone by how many minutes local time is ahead of UTC
   */
  ticket(texts, zone) {
    const bytes = encoder.encode(texts.map((text) => `${text.replaceAll('\x1e', ' ')}\x1e`).join(''));
    return this.#engine.put(this, bytes) ? this.#text('ticket', bytes.length, zone, this.now) : '';
  }

  /** The response that is shown, byte for byte but for blanks, indented. */
  get json() {
    return this.#text('indented', 0, 0xffffffff);
  }

  /** The selected job's part of it. `most` bytes of it at most. @param {number} [most] */
  selectedJson(most = 0xffffffff) {
    const it = this.#facts[Slot.detail];
    return this.#text('indented', it.number(Attribute.source_begin), Math.min(it.number(Attribute.source_size), most));
  }

  /**
   * @param {string} name of an export that lists something
   * @param {...number} numbers
   */
  #list(name, ...numbers) {
    /** @type {Map<number, Facts>} */
    const slots = new Map();
    let total = 0;
    const at = this.#call(name, ...numbers) >>> 0;
    if (at) {
      /** @param {number} slot */
      const facts = (slot) => /** @type {Facts} */ (slots.get(slot));
      const { words, string } = readFrame(this.#engine.buffer, at);
      applyFrame(words, string, {
        mount: (slot) => slots.set(slot, new Facts()),
        text: (slot, field, text) => facts(slot).texts.set(field, text),
        time: (slot, field, time) => facts(slot).times.set(field, time),
        number: (slot, attribute, value) => facts(slot).numbers.set(attribute, value),
        height: (rows) => { total = rows; },
      });
    }
    this.#engine.call(this, 'release');
    return { entries: [...slots.values()], total };
  }

  /**
   * @param {string} name of an export that says where a text is
   * @param {...number} numbers
   */
  #text(name, ...numbers) {
    const text = decoder.decode(this.#part(name, ...numbers));
    this.#engine.call(this, 'release');
    return text;
  }

  /**
   * @param {number} option
   * @param {number} value
   */
  set(option, value) {
    this.#call('set', option, value, this.now);
    this.#schedule();
  }

  /**
   * @param {number} option one that is a text
   * @param {string} text
   */
  setText(option, text) {
    const bytes = encoder.encode(text);
    if (this.#engine.put(this, bytes)) this.set(option, bytes.length);
  }

  /** @param {string} id of a job @returns {boolean} false when the tree has none of this id */
  reveal(id) {
    const bytes = encoder.encode(id);
    const found = this.#engine.put(this, bytes) && this.#call('reveal', bytes.length);
    this.#schedule();
    return Boolean(found);
  }

  /**
   * A part of the engine's memory, good until the next call.
   * @param {string} name of an export that says where one is
   * @param {...number} numbers
   */
  #part(name, ...numbers) {
    const at = this.#call(name, ...numbers) >>> 0;
    const { buffer } = this.#engine;
    return at ? new Uint8Array(buffer, ...new Uint32Array(buffer, at, 2)) : new Uint8Array();
  }

  /** The whole tree as CSV; empty before there is one. */
  get csv() {
    return this.#rows ? this.#text('csv') : '';
  }

  /** The bytes of the answer that is shown, as they came; good until the next call. */
  get document() {
    return this.#part('document');
  }

  /**
   * @param {string} json a document to show as if it had been the answer to a query
   * @param {Date} [at] when it was: what ran then has run until then
   */
  load(json, at) {
    this.#answer(200, [encoder.encode(json)], '', 0, at && Math.max(this.now - at.getTime(), 0) / 1000);
    this.#schedule();
  }

  /** Asks at once, not with the next painting: nothing on the screen need change for it. */
  refresh() {
    this.#call('refresh', this.now);
    this.#engine.draw(this);
  }

  /**
   * Scrolling and sizes are told shortly before the painting in which they can be answered.
   * @param {number} top
   * @param {number} height
   * @param {number} rowHeight
   */
  viewport(top, height, rowHeight) {
    this.#call('viewport', top, height, rowHeight);
    this.#engine.draw(this);
  }

  /**
   * @param {number} slot
   * @param {number} part
   */
  click(slot, part) {
    this.#call('click', slot, part);
    this.#schedule();
  }

  /**
   * @param {number} key
   * @param {number} character
   * @returns {boolean} whether the tree used the key
   */
  key(key, character = 0) {
    const used = this.#call('key', key, character, this.now);
    this.#schedule();
    return used !== 0;
  }

  #schedule() {
    if (!this.#hasEnded) this.#engine.schedule(this);
  }

  paint() {
    const at = this.#call('frame', this.now) >>> 0;
    if (!at) return;
    const { words, string } = readFrame(this.#engine.buffer, at);
    let wake = Infinity;
    const view = this.#view;
    /** @param {number} slot */
    const facts = (slot) => (slot <= Slot.detail ? this.#facts[/** @type {0 | 1} */ (slot)] : undefined);
    applyFrame(words, string, {
      mount: (slot) => view.mount(slot),
      unmount: (slot) => view.unmount(slot),
      text: (slot, field, text) => {
        facts(slot)?.setText(field, text);
        view.text(slot, field, text);
      },
      time: (slot, field, time) => {
        facts(slot)?.setTime(field, time);
        view.time(slot, field, time);
      },
      number: (slot, attribute, value) => {
        facts(slot)?.numbers.set(attribute, value);
        view.number(slot, attribute, value);
      },
      height: (rows) => {
        this.#rows = rows;
        view.height(rows);
      },
      focus: (slot) => view.focus(slot),
      scroll: (top) => view.scroll(top),
      announce: (text) => view.announce(text),
      query: (etag, hold) => void this.#requests.send(etag, hold),
      cancel: (late) => this.#requests.cancel(late),
      wake: (time) => { wake = time - this.#requests.clockOffset; },
      event: (kind) => view.event(kind),
      complete: () => {
        this.wake = wake;
        view.painted();
      },
    });
  }

  /**
   * The engine takes numbers that are none for none.
   * @param {number} status
   * @param {Uint8Array[]} [body] as it came, in pieces: the engine's memory is where they are joined
   * @param {string} [etag]
   * @param {number} [retryAfter] seconds
   * @param {number} [age] seconds
   */
  #answer(status, body = [], etag = '', retryAfter = 0, age = 0) {
    const tag = encoder.encode(etag);
    const fits = this.#engine.put(this, ...body, tag);
    this.#call('answer', fits ? status : TOO_LARGE, sizeOf(body), tag.length, retryAfter, age, this.now);
  }
}
