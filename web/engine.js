// The host of the engine: loads job-tree.wasm, carries answers, clicks and the time to it, and
// hands the commands of its frames to a view.
//
// Knows: WebAssembly, fetch, timers. Must not know: what a job is (the engine does) or what is on
// screen (the view does). When to ask again is the engine's decision; here it is only carried out.

import { Op, Option } from './abi.js';

const TIMEOUT = 30_000; // one query, in milliseconds, beyond what it may be held
const LARGEST_BODY = 64 * 1024 * 1024; // as many as the engine takes
const LONGEST_TIMER = 2 ** 31 - 1;
const SMALLEST_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/**
 * Why there is no engine: the page's policy forbids WebAssembly, the file cannot be had, or it ran
 * and failed.
 * @typedef {'refused' | 'missing' | 'stopped'} Fault
 */

export class EngineError extends Error {
  /**
   * @param {Fault} fault
   * @param {unknown} cause
   */
  constructor(fault, cause) {
    super(`job-tree engine ${fault}: ${cause instanceof Error ? cause.message : cause}`, { cause });
    this.name = 'EngineError';
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

/** @param {string | BufferSource} source */
async function instantiate(source) {
  if (!isWebAssemblyAllowed()) {
    throw new EngineError('refused', "the page's script-src has no 'wasm-unsafe-eval'");
  }
  try {
    const module = await (typeof source === 'string' ? compile(source) : WebAssembly.compile(source));
    const instance = await WebAssembly.instantiate(module, importsOf(module));
    /** @type {Function | undefined} */ (instance.exports._initialize)?.();
    return instance;
  } catch (error) {
    throw new EngineError('missing', error);
  }
}

/** @param {string} url */
async function compile(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const streams = response.headers.get('Content-Type') === 'application/wasm';
  return streams ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

/** Browsers word a policy's refusal differently, so we try a module that can fail for no other reason. */
function isWebAssemblyAllowed() {
  try {
    return Boolean(new WebAssembly.Module(SMALLEST_MODULE));
  } catch {
    return false;
  }
}

/**
 * The engine asks nothing of its host. What remains is the C library's: news that memory grew,
 * which needs no answer, and ways to end the program, which are traps.
 * @param {WebAssembly.Module} module
 */
function importsOf(module) {
  /** @type {Record<string, Record<string, Function>>} */
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    const call = name === 'emscripten_notify_memory_growth'
      ? () => {}
      : () => { throw new Error(`the engine called ${from}.${name}`); };
    (imports[from] ??= {})[name] = call;
  }
  return /** @type {WebAssembly.Imports} */ (imports);
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
  /** @type {Map<Watch, number>} by when each wants one at the latest, milliseconds since 1970 */
  #wakes = new Map();
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
    const size = sizeOf(parts);
    let place = this.call(watch, 'input', size) >>> 0;
    if (!place) return size === 0;
    for (const part of parts) {
      new Uint8Array(this.buffer, place).set(part);
      place += part.length;
    }
    return true;
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
      this.#isDue = false;
      this.draw(...this.#due);
    };
    if (document.hidden) setTimeout(draw);
    else requestAnimationFrame(draw);
  }

  /**
   * Draws these at once: what came from the network or with the clock may have changed nothing, and a
   * browser that is not asked for a painting does none.
   * @param {...Watch} watches
   */
  draw(...watches) {
    for (const watch of watches) {
      this.#due.delete(watch);
      if (!this.watches.has(watch)) continue; // what was painted before it closed it
      try {
        const wake = watch.paint();
        if (this.watches.has(watch)) this.#wakes.set(watch, wake);
      } catch (error) {
        reportError(error); // a fault of one view is not the others'
      }
    }
    this.#setTimer();
  }

  #setTimer() {
    clearTimeout(this.#timer);
    const at = Math.min(...this.#wakes.values());
    if (at === Infinity) return;
    const delay = Math.min(Math.max(at - Date.now(), 0), LONGEST_TIMER);
    this.#timer = setTimeout(() => {
      this.draw(...[...this.#wakes.keys()].filter((watch) => /** @type {number} */ (this.#wakes.get(watch)) <= at));
    }, delay);
  }

  /** @param {Watch} watch */
  leave(watch) {
    this.watches.delete(watch);
    this.#due.delete(watch);
    this.#wakes.delete(watch);
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
  /** @type {AbortController | undefined} of the query under way */
  #request;
  #last = { requestId: '', status: 0 };
  /** The bytes of the answer that is shown, as they came. @type {Uint8Array[]} */
  #shown = [];

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
    this.#engine.call(this, 'close', this.#id);
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
    this.#drop();
  }

  /** Takes in whether there is a network, and whether anybody is looking. */
  look() {
    this.set(Option.offline, Number(!navigator.onLine));
    this.set(Option.hidden, Number(document.hidden));
  }

  /** What came back last: when the cloud said what is shown, and how the latest query went. */
  get lastAnswer() {
    const confirmed = this.#engine.call(this, 'confirmed', this.#id);
    return Object.freeze({ confirmed: confirmed > 0 ? new Date(confirmed) : null, ...this.#last });
  }

  /**
   * @param {number} option
   * @param {number} value
   */
  set(option, value) {
    this.#engine.call(this, 'set', this.#id, option, value, Date.now());
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
    const found = this.#engine.put(this, bytes) && this.#engine.call(this, 'reveal', this.#id, bytes.length);
    this.#schedule();
    return Boolean(found);
  }

  /** The whole tree as CSV. */
  csv() {
    const at = this.#engine.call(this, 'csv', this.#id) >>> 0;
    const { buffer } = this.#engine;
    return at ? decoder.decode(new Uint8Array(buffer, ...new Uint32Array(buffer, at, 2))) : '';
  }

  /** The bytes of the answer that is shown; they are joined when somebody wants them. */
  get document() {
    if (this.#shown.length !== 1) this.#shown = [joined(this.#shown)];
    return this.#shown[0];
  }

  /** @param {string} json a document to show as if it had been the answer to a query */
  load(json) {
    this.#answer({ status: 200, body: [encoder.encode(json)] });
    this.#schedule();
  }

  refresh() {
    this.#engine.call(this, 'refresh', this.#id, Date.now());
    this.#schedule();
  }

  /**
   * Scrolling and sizes are told shortly before the painting in which they can be answered.
   * @param {number} top
   * @param {number} height
   * @param {number} rowHeight
   */
  viewport(top, height, rowHeight) {
    this.#engine.call(this, 'viewport', this.#id, top, height, rowHeight);
    this.#engine.draw(this);
  }

  /**
   * @param {number} slot
   * @param {number} part
   */
  click(slot, part) {
    this.#engine.call(this, 'click', this.#id, slot, part);
    this.#schedule();
  }

  /**
   * @param {number} key
   * @param {number} character
   * @returns {boolean} whether the tree used the key
   */
  key(key, character = 0) {
    const used = this.#engine.call(this, 'key', this.#id, key, character, Date.now());
    this.#schedule();
    return used !== 0;
  }

  #schedule() {
    if (!this.#hasEnded) this.#engine.schedule(this);
  }

  /** @returns {number} by when the next frame is wanted, milliseconds since 1970 */
  paint() {
    let wake = Infinity;
    const at = this.#engine.call(this, 'frame', this.#id, Date.now()) >>> 0;
    if (!at) return wake;
    const view = this.#view;
    const frame = new DataView(this.#engine.buffer, at);
    let offset = 0;
    const word = () => frame.getUint32((offset += 4) - 4, true);
    const double = () => frame.getFloat64((offset += 8) - 8, true);
    const string = decoder.decode(new Uint8Array(this.#engine.buffer, word(), word()));
    const text = () => {
      const start = word();
      return string.slice(start, start + word());
    };
    for (;;) {
      const op = word();
      switch (op) {
        case Op.end:
          view.painted();
          return wake;
        case Op.mount: view.mount(word()); break;
        case Op.unmount: view.unmount(word()); break;
        case Op.text: view.text(word(), word(), text()); break;
        case Op.time: view.time(word(), word(), double()); break;
        case Op.number: view.number(word(), word(), word()); break;
        case Op.height: view.height(word()); break;
        case Op.focus: view.focus(word()); break;
        case Op.scroll: view.scroll(double()); break;
        case Op.announce: view.announce(text()); break;
        case Op.ask: this.#ask(text(), word()); break;
        case Op.drop: this.#drop(); break;
        case Op.wake: wake = double(); break;
        case Op.event: view.event(word()); break;
        default: throw new Error(`job-tree.wasm and abi.js disagree: no command ${op}`);
      }
    }
  }

  /**
   * @param {string} etag
   * @param {number} hold seconds
   */
  async #ask(etag, hold) {
    if (!this.#query) return;
    this.#drop();
    const request = (this.#request = new AbortController());
    const timer = setTimeout(() => request.abort(), TIMEOUT + hold * 1000);
    const last = { requestId: '', status: 0 };
    /** @type {Answer} */
    let answer = { status: 0 };
    try {
      const response = await this.#query(etag, hold, request.signal);
      last.requestId = response.headers.get('X-Request-Id') ?? '';
      last.status = response.status;
      answer = await read(response);
    } catch {
      // No network, or too slow: status 0 says that nothing came.
    }
    clearTimeout(timer);
    if (this.#request !== request) return; // another was asked in its place, or it was dropped
    this.#request = undefined;
    this.#last = last;
    this.#answer(answer);
    this.#engine.draw(this);
  }

  #drop() {
    this.#request?.abort();
    this.#request = undefined;
  }

  /** @param {Answer} answer */
  #answer({ status, body = [], etag = '', retryAfter = -1, age = 0 }) {
    const tag = encoder.encode(etag);
    const fits = this.#engine.put(this, ...body, tag);
    const isShown = this.#engine.call(this, 'answer', this.#id, fits ? status : -1, fits ? sizeOf(body) : 0,
      fits ? tag.length : 0, retryAfter, age, Date.now());
    if (isShown) this.#shown = body;
  }
}

/** @param {Uint8Array[]} parts */
function sizeOf(parts) {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/** @param {Uint8Array[]} parts */
function joined(parts) {
  const whole = new Uint8Array(sizeOf(parts));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * What came back: `status` 0 is nothing, -1 more than we take.
 * @typedef {object} Answer
 * @property {number} status
 * @property {Uint8Array[]} [body] as it came, in pieces: the engine's memory is where they are joined
 * @property {string} [etag]
 * @property {number} [retryAfter] seconds
 * @property {number} [age] seconds
 */

/**
 * @param {Response} response
 * @returns {Promise<Answer>}
 */
async function read(response) {
  const body = await readBody(response);
  if (!body) return { status: -1 };
  return {
    status: response.status,
    body,
    etag: response.headers.get('ETag') ?? '',
    retryAfter: secondsUntil(response.headers.get('Retry-After'), response.headers.get('Date')),
    age: Math.max(Number(response.headers.get('Age')), 0) || 0,
  };
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
 * Retry-After holds seconds or a date, which is meant by the clock of who sent it; negative when there
 * is none.
 * @param {string | null} value
 * @param {string | null} date when it was sent
 */
function secondsUntil(value, date) {
  if (!value) return -1;
  const sent = Date.parse(date ?? '') || Date.now();
  const seconds = Number.isNaN(Number(value)) ? (Date.parse(value) - sent) / 1000 : Number(value);
  return Number.isNaN(seconds) ? -1 : Math.max(seconds, 0);
}
