// The host of the engine: loads job-tree.wasm, carries answers, clicks and the time to it, and
// hands the commands of its frames to a view.
//
// Knows: WebAssembly, fetch, timers. Must not know: what a job is (the engine does) or what is on
// screen (the view does). When to ask again is the engine's decision; here it is only carried out.

import { Op, Option } from './abi.js';

const LARGEST_BODY = 64 * 1024 * 1024; // as many as the engine takes
const TOO_LARGE = -1; // the status of what is more than we take
const LONGEST_TIMER = 2 ** 31 - 1;
const NO_ANSWER = { requestId: '', status: 0 };
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
  try {
    // Browsers word a policy's refusal differently, so we try a module that can fail for no other reason.
    new WebAssembly.Module(SMALLEST_MODULE);
  } catch (error) {
    throw new EngineError('refused', error);
  }
  try {
    const { instance } = await (typeof source === 'string' ? instantiateAt(source) : WebAssembly.instantiate(source, NOTHING));
    /** @type {Function | undefined} */ (instance.exports._initialize)?.();
    return instance;
  } catch (error) {
    throw new EngineError('missing', error);
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
        watch.paint();
      } catch (error) {
        reportError(error); // a fault of one view is not the others'
      }
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
  /** By when a frame is wanted at the latest, milliseconds since 1970. */
  wake = Infinity;
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
    this.#drop();
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
    this.set(Option.offline, Number(!navigator.onLine));
    this.set(Option.hidden, Number(document.hidden));
  }

  /** What came back last: when the cloud said what is shown, and how the latest query went. */
  get lastAnswer() {
    const confirmed = this.#call('confirmed');
    return Object.freeze({ confirmed: confirmed > 0 ? new Date(confirmed) : null, ...this.#last });
  }

  /**
   * @param {number} option
   * @param {number} value
   */
  set(option, value) {
    this.#call('set', option, value, Date.now());
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
   */
  #part(name) {
    const at = this.#call(name) >>> 0;
    const { buffer } = this.#engine;
    return at ? new Uint8Array(buffer, ...new Uint32Array(buffer, at, 2)) : new Uint8Array();
  }

  /** The whole tree as CSV. */
  csv() {
    return decoder.decode(this.#part('csv'));
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
    this.#call('refresh', Date.now());
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
    const used = this.#call('key', key, character, Date.now());
    this.#schedule();
    return used !== 0;
  }

  #schedule() {
    if (!this.#hasEnded) this.#engine.schedule(this);
  }

  paint() {
    let wake = Infinity;
    const at = this.#call('frame', Date.now()) >>> 0;
    if (!at) return;
    const view = this.#view;
    const frame = new DataView(this.#engine.buffer, at);
    let offset = 0;
    const word = () => frame.getUint32((offset += 4) - 4, true);
    const double = () => frame.getFloat64((offset += 8) - 8, true);
    const [place, size] = [word(), word()];
    const string = size ? decoder.decode(new Uint8Array(this.#engine.buffer, place, size)) : '';
    const text = () => {
      const start = word();
      return string.slice(start, start + word());
    };
    for (;;) {
      const op = word();
      switch (op) {
        case Op.end:
          this.wake = wake;
          return view.painted();
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
        case Op.drop: this.#drop(word()); break;
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
    this.#last = { requestId: header('X-Request-Id'), status: response?.status ?? 0 };
    this.#answer(status, body, header('ETag'), secondsUntil(header('Retry-After'), header('Date')), Number(header('Age')));
    this.#engine.draw(this);
  }

  /** @param {number} [late] 1: what came of it is nothing */
  #drop(late) {
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
    this.#call('answer', fits ? status : TOO_LARGE, sizeOf(body), tag.length, retryAfter, age, Date.now());
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
