// The host of the engine: loads job-tree.wasm, carries answers, clicks and the time to it, and
// hands the commands of its frames to a view.
//
// Knows: WebAssembly, fetch, timers. Must not know: what a job is (the engine does) or what is on
// screen (the view does). When to ask again is the engine's decision; here it is only carried out.

import { Abi, Attribute, Field, Op, Option, Severity, Slot, State, Status } from './abi.js';

const LARGEST_BODY = 64 * 1024 * 1024; // as many as the engine takes
const TOO_LARGE = -1; // the status of what is more than we take
const LONGEST_TIMER = 2 ** 31 - 1;
const RETRY = 1000; // milliseconds
const NO_PAINTING = 100; // milliseconds after which a browser is taken to paint nothing
const CLOCKS_AGREE = 3000; // milliseconds between two clocks that a network and whole seconds explain
const NO_ANSWER = { requestId: '', status: 0 };
const SMALLEST_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/**
 * Why there is no engine: the browser has no WebAssembly, the page's policy forbids it, the file cannot be had, it is of another
 * version than this script, or it ran and failed.
 * @typedef {'unsupported' | 'refused' | 'missing' | 'mismatch' | 'stopped'} Fault
 */

export class EngineError extends Error {
  /**
   * @param {Fault} fault
   * @param {unknown} cause
   */
  constructor(fault, cause) {
    super(`job-tree engine ${fault}: ${cause}`, { cause });
    this.fault = fault;
  }
}

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

/**
 * Asks for the job. `etag` is '' or what If-None-Match should say; `hold`, when it is not 0, for how
 * many seconds the backend may hold the answer until the job changes (RFC 7240: Prefer).
 * @callback Query
 * @param {string} etag
 * @param {number} hold
 * @param {AbortSignal} signal
 * @returns {Promise<Response>}
 */

/** @typedef {keyof typeof Status} StatusName */
/** @typedef {keyof typeof State} StateName */

export const STATUSES = /** @type {StatusName[]} */ (Object.keys(Status));
export const STATES = /** @type {StateName[]} */ (Object.keys(State));
const SEVERITIES = /** @type {(keyof typeof Severity)[]} */ (Object.keys(Severity));

/** @type {Map<string | BufferSource, Promise<Engine>>} one engine serves all elements of a page */
const engines = new Map();

/**
 * The engine of these bytes or at this URL, loaded on the first call. Rejects with an EngineError; a
 * later call then tries again.
 * @param {string | URL | BufferSource} source
 * @returns {Promise<Engine>}
 */
export function loadEngine(source) {
  const key = source instanceof URL ? source.href : source;
  let engine = engines.get(key);
  if (!engine) {
    engine = instantiate(key).then((instance) => new Engine(instance, () => engines.delete(key)));
    engines.set(key, engine);
    engine.catch(() => engines.delete(key));
  }
  return engine;
}

/**
 * The engine asks nothing of its host. What it imports is the C library's: news that memory grew, which
 * needs no answer, and a way to end the program, behind which stands a trap. So this answers to every name.
 * @type {any}
 */
const NOTHING = new Proxy(() => {}, { get: () => NOTHING });

/** @param {string | BufferSource} source */
async function instantiate(source) {
  if (!globalThis.WebAssembly) throw new EngineError('unsupported', '');
  try {
    // Browsers word a policy's refusal differently, so we try a module that can fail for no other reason.
    new WebAssembly.Module(SMALLEST_MODULE);
  } catch (error) {
    throw new EngineError('refused', error);
  }
  try {
    const { instance } = await (typeof source === 'string' ? instantiateAt(source).catch(() => instantiateLater(source))
      : WebAssembly.instantiate(source, NOTHING));
    /** @type {Function | undefined} */ (instance.exports._initialize)?.();
    const version = /** @type {Function | undefined} */ (instance.exports.version)?.();
    if (version !== Abi.version) throw new EngineError('mismatch', `version ${version}, and this script is for ${Abi.version}`);
    return instance;
  } catch (error) {
    throw error instanceof EngineError ? error : new EngineError('missing', error);
  }
}

/**
 * As it comes, where the server says what it is: then a browser keeps what it made of it for the next visit.
 * @param {string} url
 */
async function instantiateAt(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.headers.get('Content-Type') === 'application/wasm'
    ? WebAssembly.instantiateStreaming(response, NOTHING)
    : WebAssembly.instantiate(await response.arrayBuffer(), NOTHING);
}

/**
 * Firefox and WebKit abort what a page loads when it is being left, and go on showing it: only what fails twice is said.
 * @param {string} url
 */
async function instantiateLater(url) {
  await new Promise((resolve) => setTimeout(resolve, RETRY));
  return instantiateAt(url);
}

/** One for all elements of a page, with one clock for them all. */
export class Engine {
  /** @type {Record<string, (...numbers: number[]) => number>} */
  #exports;
  /** @type {WebAssembly.Memory} */
  #memory;
  #forget;
  /** @type {EngineError | undefined} set for good when the engine has failed */
  error;
  /** @type {Set<Watch>} */
  watches = new Set();
  /** @type {Set<Watch>} those that want a frame at the next painting of the screen */
  #due = new Set();
  #isDue = false;
  #isDrawing = false;
  /** @type {Set<Watch>} those to be drawn when the frame that is being applied is complete */
  #afterwards = new Set();
  #timer = 0;
  #listening = new AbortController();

  /**
   * @param {WebAssembly.Instance} instance
   * @param {() => void} forget called when this engine is of no use any more
   */
  constructor(instance, forget) {
    this.#exports = /** @type {any} */ (instance.exports);
    this.#memory = /** @type {any} */ (instance.exports.memory);
    this.#forget = forget;
    const until = { signal: this.#listening.signal };
    const look = () => {
      // A background tab gets no animation frames, so those that are waited for must come another way.
      this.#isDue = false;
      for (const watch of this.watches) watch.look();
    };
    document.addEventListener('visibilitychange', look, until);
    addEventListener('online', look, until);
    addEventListener('offline', look, until);
  }

  /** Memory as it is now; it moves whenever it grows, so nobody keeps this. */
  get buffer() {
    return this.#memory.buffer;
  }

  /**
   * Calls an export for a watch. Whatever it throws is a trap, after which this engine's memory cannot
   * be trusted. The watch that brought it about is stopped, for it might do so again; all others start
   * anew, on another engine. So every trap leaves one watch less to trap.
   * @param {Watch} watch
   * @param {string} name
   * @param {...number} numbers
   */
  call(watch, name, ...numbers) {
    if (this.error) return 0;
    try {
      return this.#exports[name](...numbers);
    } catch (cause) {
      this.error = new EngineError('stopped', cause);
      this.#listening.abort();
      clearTimeout(this.#timer);
      this.#forget();
      for (const it of [...this.watches]) it.stop(this.error, it === watch);
      return 0;
    }
  }

  /**
   * Puts bytes where the next call finds them; false when they are more than the engine takes.
   * @param {Watch} watch
   * @param {...Uint8Array} parts
   */
  put(watch, ...parts) {
    const place = this.call(watch, 'input', sizeOf(parts)) >>> 0;
    if (place) fill(new Uint8Array(this.buffer, place), parts);
    return place !== 0;
  }

  /**
   * Whatever users and pages do between two paintings of the screen ends in one frame.
   * @param {Watch} watch
   */
  schedule(watch) {
    this.#due.add(watch);
    if (this.#isDue) return;
    this.#isDue = true;
    const draw = () => {
      clearTimeout(timer);
      if (!this.#isDue) return;
      this.#isDue = false;
      this.draw(...this.#due);
    };
    // A frame of another origin gets no animation frames while it is out of sight, nor does a page in the background.
    const timer = setTimeout(draw, document.hidden ? 0 : NO_PAINTING);
    if (!document.hidden) requestAnimationFrame(draw);
  }

  /**
   * Draws these at once: what came from the network or with the clock may have changed nothing, and a
   * browser that is not asked for a painting does none. What a listener wants drawn while a frame is applied comes
   * after it, for a frame within a frame would change what the outer one speaks of.
   * @param {...Watch} watches
   */
  draw(...watches) {
    if (this.#isDrawing) {
      for (const watch of watches) this.#afterwards.add(watch);
      return;
    }
    this.#isDrawing = true;
    for (const watch of watches) {
      this.#due.delete(watch);
      if (!this.watches.has(watch)) continue; // what was painted before it closed it
      try {
        watch.paint();
      } catch (error) {
        reportError(error); // a fault of one view is not the others'
      }
    }
    this.#isDrawing = false;
    if (this.#afterwards.size) {
      const more = [...this.#afterwards];
      this.#afterwards.clear();
      queueMicrotask(() => this.draw(...more));
    }
    this.#setTimer();
  }

  #setTimer() {
    clearTimeout(this.#timer);
    const watches = [...this.watches];
    const at = Math.min(...watches.map((watch) => watch.wake));
    if (at === Infinity) return;
    const delay = Math.min(at - Date.now(), LONGEST_TIMER);
    this.#timer = setTimeout(() => this.draw(...watches.filter((watch) => watch.wake <= at)), delay);
  }

  /** @param {Watch} watch */
  leave(watch) {
    this.watches.delete(watch);
    this.#due.delete(watch);
  }
}

const encoder = new TextEncoder();
// The engine counts every UTF-16 unit of the frame's string, a leading byte order mark too.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** One watched job. */
export class Watch {
  #engine;
  #view;
  #query;
  #restart;
  #id;
  #hasEnded = false;
  /** By when a frame is wanted at the latest, by the browser's clock, milliseconds since 1970. */
  wake = Infinity;
  /** What the backend's clock is ahead of the browser's, in milliseconds. All times of jobs go by the former. */
  clockOffset = 0;
  #facts = { [Slot.summary]: new Facts(), [Slot.detail]: new Facts() };
  #rows = 0;
  /** @type {AbortController | undefined} of the query under way */
  #request;
  #last = NO_ANSWER;

  /**
   * @param {Engine} engine
   * @param {View} view
   * @param {Query | undefined} query without one, the job comes from load() alone
   * @param {() => void} restart called when the engine has failed because of another watch
   * @throws {EngineError} when the engine has failed already
   */
  constructor(engine, view, query, restart) {
    this.#engine = engine;
    this.#view = view;
    this.#query = query;
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
    this.#cancel();
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
    return Date.now() + this.clockOffset;
  }

  /**
   * What came back last: when the cloud said what is shown, and how the latest query went.
   */
  get lastAnswer() {
    const confirmed = this.#call('confirmed');
    return Object.freeze({
      confirmed: confirmed > 0 ? new Date(confirmed) : null,
      ...this.#last,
    });
  }

  /** How the watch goes, as a name of State. */
  get state() {
    return STATES[this.#facts[Slot.summary].number(Attribute.state)];
  }

  /** What is said of that. `isLost`: it is not known how the job stands now. */
  get notice() {
    const it = this.#facts[Slot.summary];
    return Object.freeze({
      message: it.text(Field.message),
      hint: it.text(Field.hint),
      severity: SEVERITIES[it.number(Attribute.severity)],
      isLost: it.number(Attribute.is_lost) === 1,
    });
  }

  /** The whole job, or null before there is one. @returns {Readonly<JobFacts & Totals> | null} */
  get job() {
    if (this.#rows === 0) return null;
    const it = this.#facts[Slot.summary];
    return Object.freeze({
      ...it.job,
      progress: it.text(Field.progress),
      total: it.number(Attribute.total),
      done: it.number(Attribute.done),
      failed: it.number(Attribute.failed),
      counts: Object.freeze(/** @type {Record<StatusName, number>} */ (Object.fromEntries(
        STATUSES.map((name, i) => [name, it.number(Attribute.count_waiting + i)])))),
      warning: it.number(Attribute.warning) === 1,
      failures: it.text(Field.failures),
    });
  }

  /** The selected job, or null. @returns {Readonly<JobFacts> | null} */
  get selection() {
    const it = this.#facts[Slot.detail];
    return it.number(Attribute.selected) === 1 ? Object.freeze(it.job) : null;
  }

  /** What failed, by error, the most frequent first. @returns {ErrorGroup[]} */
  get errors() {
    return this.#list('errors', this.now).entries.map((it) => ({
      code: it.text(Field.error_code),
      reason: it.text(Field.error_text),
      count: it.number(Attribute.total),
      first: { id: it.text(Field.id), name: it.text(Field.name) },
    }));
  }

  /** Which jobs have another status than at the change before: failures first, a hundred at most. @type {Change[]} */
  get changes() {
    return this.#list('changes', this.now).entries.map((it) => ({
      id: it.text(Field.id),
      name: it.text(Field.name),
      from: STATUSES[it.numbers.get(Attribute.status_before) ?? -1] ?? null,
      to: STATUSES[it.number(Attribute.status)],
      error: it.text(Field.error),
    }));
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
    return {
      total,
      rows: entries.map((it) => ({
        name: it.text(Field.name),
        id: it.text(Field.id),
        status: STATUSES[it.number(Attribute.status)],
        statusText: it.text(Field.status),
        duration: it.text(Field.duration),
        error: it.text(Field.error),
        facts: it.text(Field.facts),
        level: it.number(Attribute.level),
      })),
    };
  }

  /** A duration in words, as the tree has it. @param {number} milliseconds */
  durationText(milliseconds) {
    return this.#text('duration', milliseconds);
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

  /** The whole tree as CSV. */
  csv() {
    return this.#text('csv');
  }

  /** The bytes of the answer that is shown, as they came; good until the next call. */
  get document() {
    return this.#part('document');
  }

  /** @param {string} json a document to show as if it had been the answer to a query */
  load(json) {
    this.#answer(200, [encoder.encode(json)]);
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
      query: (etag, hold) => void this.#fetch(etag, hold),
      cancel: (late) => this.#cancel(late),
      wake: (time) => { wake = time - this.clockOffset; },
      event: (kind) => view.event(kind),
      complete: () => {
        this.wake = wake;
        view.painted();
      },
    });
  }

  /**
   * @param {string} etag
   * @param {number} hold seconds
   */
  async #fetch(etag, hold) {
    if (!this.#query) return;
    this.#cancel();
    const request = (this.#request = new AbortController());
    let status = 0; // nothing came
    /** @type {Response | undefined} */
    let response;
    /** @type {Uint8Array[] | undefined} */
    let body;
    try {
      response = await this.#query(etag, hold, request.signal);
      body = await readBody(response);
      status = body ? response.status : TOO_LARGE;
    } catch {}
    if (this.#request !== request) return; // another was asked in its place, or it was dropped
    this.#request = undefined;
    /** @param {string} name */
    const header = (name) => response?.headers.get(name) ?? '';
    this.#setClock(header('Date'), header('Age'));
    this.#last = { requestId: header('X-Request-Id'), status: response?.status ?? 0 };
    this.#answer(status, body, header('ETag'), secondsUntil(header('Retry-After'), header('Date')), Number(header('Age')));
    this.#engine.draw(this);
  }

  /**
   * Jobs have begun and ended by the clocks of servers; one of a browser may be hours off.
   * @param {string} date when it was sent, in whole seconds
   * @param {string} age how long it lay in caches since, in seconds
   */
  #setClock(date, age) {
    const offset = Date.parse(date) + Number(age) * 1000 - Date.now();
    if (Number.isNaN(offset)) return;
    const isFine = Math.abs(offset) < CLOCKS_AGREE;
    if (isFine ? this.clockOffset !== 0 : Math.abs(offset - this.clockOffset) >= CLOCKS_AGREE) {
      this.clockOffset = isFine ? 0 : offset;
    }
  }

  /** @param {number} [late] 1: what came of it is nothing */
  #cancel(late) {
    if (late) this.#last = NO_ANSWER;
    this.#request?.abort();
    this.#request = undefined;
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

/**
 * What is known of one job, as words and as data.
 * @typedef {object} JobFacts
 * @property {string} id
 * @property {string} type '' when the service sent none
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
 */
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
 * Failures for one reason.
 * @typedef {object} ErrorGroup
 * @property {string} code
 * @property {string} reason
 * @property {number} count
 * @property {{ id: string, name: string }} first the first that failed so
 */

/** What a frame has told of one slot. */
class Facts {
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
    return time === undefined ? null : new Date(time);
  }

  /** @returns {JobFacts} */
  get job() {
    const durationMs = this.times.get(Field.elapsed) ?? NaN;
    return {
      id: this.text(Field.id),
      type: this.text(Field.type),
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
}

/**
 * Who takes the commands of a frame; those that are missing are passed over.
 * @typedef {Partial<Omit<View, 'painted' | 'stopped'>> & {
 *   query?: (etag: string, hold: number) => void, cancel?: (late: number) => void,
 *   wake?: (time: number) => void, complete?: () => void }} FrameHost
 */

/**
 * A frame out of the engine's memory, which any call may move or write to.
 * @param {ArrayBufferLike} buffer
 * @param {number} at
 */
export function readFrame(buffer, at) {
  const [place, size, count] = new Uint32Array(buffer, at, 3);
  const words = new DataView(buffer.slice(at, at + 4 * count));
  return { words, string: size ? decoder.decode(new Uint8Array(buffer, place, size)) : '' };
}

/**
 * Carries out the commands of a frame, in order and all of them: what one of them throws is thrown when the last is done.
 * @param {DataView} words
 * @param {string} string that texts are cut from
 * @param {FrameHost} host
 */
export function applyFrame(words, string, host) {
  let offset = 12;
  const word = () => words.getUint32((offset += 4) - 4, true);
  const double = () => words.getFloat64((offset += 8) - 8, true);
  const text = () => {
    const start = word();
    return string.slice(start, start + word());
  };
  /** @type {unknown[]} */
  const errors = [];
  /** @template {unknown[]} Values @param {((...values: Values) => void) | undefined} command @param {Values} values */
  const run = (command, ...values) => {
    try {
      command?.(...values);
    } catch (error) {
      errors.push(error);
    }
  };
  for (;;) {
    const op = word();
    switch (op) {
      case Op.end:
        run(host.complete);
        if (errors.length) throw errors[0];
        return;
      case Op.mount: run(host.mount, word()); break;
      case Op.unmount: run(host.unmount, word()); break;
      case Op.text: run(host.text, word(), word(), text()); break;
      case Op.time: run(host.time, word(), word(), double()); break;
      case Op.number: run(host.number, word(), word(), word() | 0); break;
      case Op.height: run(host.height, word()); break;
      case Op.focus: run(host.focus, word()); break;
      case Op.scroll: run(host.scroll, double()); break;
      case Op.announce: run(host.announce, text()); break;
      case Op.query: run(host.query, text(), word()); break;
      case Op.cancel: run(host.cancel, word()); break;
      case Op.wake: run(host.wake, double()); break;
      case Op.event: run(host.event, word()); break;
      default: throw new Error(`job-tree.wasm and abi.js disagree: no command ${op}`);
    }
  }
}

/** @param {Uint8Array[]} parts */
function sizeOf(parts) {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/**
 * @param {Uint8Array} bytes where the parts go, one after another
 * @param {Uint8Array[]} parts
 */
function fill(bytes, parts) {
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * The bytes in pieces, or undefined when there are too many: then the rest is not fetched.
 * @param {Response} response
 */
async function readBody(response) {
  /** @type {Uint8Array[]} */
  const chunks = [];
  if (!response.body) return chunks;
  const reader = response.body.getReader();
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return chunks;
    size += value.length;
    if (size > LARGEST_BODY) {
      reader.cancel().catch(() => {});
      return undefined;
    }
    chunks.push(value);
  }
}

/**
 * Retry-After holds seconds or a date, which is meant by the clock of who sent it; NaN when it holds neither.
 * @param {string} value
 * @param {string} date when it was sent
 */
function secondsUntil(value, date) {
  return value ? Number(value) || (Date.parse(value) - (Date.parse(date) || Date.now())) / 1000 : NaN;
}
