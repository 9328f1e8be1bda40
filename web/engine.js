// The host of the engine: loads job-tree.wasm, carries answers, clicks and the time to it, and
// hands the commands of its frames to a view.
//
// Knows: WebAssembly, fetch, timers. Must not know: what a job is (the engine does) or what is on
// screen (the view does). When to ask again is the engine's decision; here it is only carried out.

import { Op, Option } from './abi.js';

const TIMEOUT = 30_000; // one query, in milliseconds
const LARGEST_BODY = 16 * 1024 * 1024;
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
 * Asks for the job. `etag` is '' or what If-None-Match should say.
 * @callback Query
 * @param {string} etag
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

  /**
   * @param {WebAssembly.Instance} instance
   * @param {() => void} forget called when this engine is of no use any more
   */
  constructor(instance, forget) {
    this.#exports = /** @type {any} */ (instance.exports);
    this.#memory = /** @type {any} */ (instance.exports.memory);
    this.#forget = forget;
  }

  /** Memory as it is now; it moves whenever it grows, so nobody keeps this. */
  get buffer() {
    return this.#memory.buffer;
  }

  /**
   * Calls an export. Whatever it throws is a trap, after which this engine's memory cannot be
   * trusted: every watch on it is told, and the next loadEngine() starts a new one.
   * @param {string} name
   * @param {...number} numbers
   */
  call(name, ...numbers) {
    if (this.error) return 0;
    try {
      return this.#exports[name](...numbers);
    } catch (cause) {
      this.error = new EngineError('stopped', cause);
      this.#forget();
      for (const watch of [...this.watches]) watch.stop(this.error);
      return 0;
    }
  }

  /**
   * Puts bytes where the next call finds them; false when they are more than the engine takes.
   * @param {...Uint8Array} parts
   */
  put(...parts) {
    const size = parts.reduce((sum, part) => sum + part.length, 0);
    let place = this.call('input', size) >>> 0;
    if (!place) return size === 0;
    for (const part of parts) {
      new Uint8Array(this.buffer, place).set(part);
      place += part.length;
    }
    return true;
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
  #id;
  #timer = 0;
  #scheduled = false;
  /** @type {AbortController | undefined} */
  #request;
  #listening = new AbortController();
  /** The bytes of the answer that is shown. @type {Uint8Array} */
  document = NOTHING;

  /**
   * @param {Engine} engine
   * @param {View} view
   * @param {Query | undefined} query without one, the job comes from load() alone
   * @throws {EngineError} when the engine has failed already
   */
  constructor(engine, view, query) {
    this.#engine = engine;
    this.#view = view;
    this.#query = query;
    if (engine.error) throw engine.error;
    engine.watches.add(this);
    this.#id = engine.call('open', crypto.getRandomValues(new Uint32Array(1))[0]);
    const until = { signal: this.#listening.signal };
    document.addEventListener('visibilitychange', () => this.#setHidden(), until);
    addEventListener('online', () => this.set(Option.offline, 0), until);
    addEventListener('offline', () => this.set(Option.offline, 1), until);
    if (!query) this.set(Option.document, 1);
    if (!navigator.onLine) this.set(Option.offline, 1);
    this.#setHidden();
  }

  close() {
    this.#engine.call('close', this.#id);
    this.#end();
  }

  /** @param {EngineError} error */
  stop(error) {
    this.#end();
    this.#view.stopped(error);
  }

  #end() {
    this.#engine.watches.delete(this);
    this.#listening.abort();
    this.#request?.abort();
    clearTimeout(this.#timer);
    this.#scheduled = true; // no frame comes after this
  }

  #setHidden() {
    this.set(Option.hidden, Number(document.hidden));
    // A background tab gets no animation frames, so one that is waited for must come another way.
    this.#scheduled = false;
    this.#schedule();
  }

  /**
   * @param {number} option
   * @param {number} value
   */
  set(option, value) {
    this.#engine.call('set', this.#id, option, value, Date.now());
    this.#schedule();
  }

  /**
   * @param {number} option one that is a text
   * @param {string} text
   */
  setText(option, text) {
    const bytes = encoder.encode(text);
    if (this.#engine.put(bytes)) this.set(option, bytes.length);
  }

  /** @param {string} id of a job @returns {boolean} false when the tree has none of this id */
  reveal(id) {
    const bytes = encoder.encode(id);
    const found = this.#engine.put(bytes) && this.#engine.call('reveal', this.#id, bytes.length);
    this.#schedule();
    return Boolean(found);
  }

  /** The whole tree as CSV. */
  csv() {
    const at = this.#engine.call('csv', this.#id) >>> 0;
    const { buffer } = this.#engine;
    return at ? decoder.decode(new Uint8Array(buffer, ...new Uint32Array(buffer, at, 2))) : '';
  }

  /** @param {string} json a document to show as if it had been the answer to a query */
  load(json) {
    this.#answer({ status: 200, body: encoder.encode(json) });
  }

  refresh() {
    this.#engine.call('refresh', this.#id, Date.now());
    this.#schedule();
  }

  /**
   * @param {number} top
   * @param {number} height
   * @param {number} rowHeight
   */
  viewport(top, height, rowHeight) {
    this.#engine.call('viewport', this.#id, top, height, rowHeight);
    this.#schedule();
  }

  /**
   * @param {number} slot
   * @param {number} part
   */
  click(slot, part) {
    this.#engine.call('click', this.#id, slot, part);
    this.#schedule();
  }

  /**
   * @param {number} key
   * @param {number} character
   * @returns {boolean} whether the tree used the key
   */
  key(key, character = 0) {
    const used = this.#engine.call('key', this.#id, key, character, Date.now());
    this.#schedule();
    return used !== 0;
  }

  /** Whatever happens between two paintings of the screen ends in one frame. */
  #schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const paint = () => {
      if (!this.#scheduled || this.#listening.signal.aborted) return;
      this.#scheduled = false;
      this.#paint();
    };
    if (document.hidden) setTimeout(paint);
    else requestAnimationFrame(paint);
  }

  #paint() {
    const at = this.#engine.call('frame', this.#id, Date.now()) >>> 0;
    if (!at) return;
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
        case Op.end: return view.painted();
        case Op.mount: view.mount(word()); break;
        case Op.unmount: view.unmount(word()); break;
        case Op.text: view.text(word(), word(), text()); break;
        case Op.time: view.time(word(), word(), double()); break;
        case Op.number: view.number(word(), word(), word()); break;
        case Op.height: view.height(word()); break;
        case Op.focus: view.focus(word()); break;
        case Op.scroll: view.scroll(double()); break;
        case Op.announce: view.announce(text()); break;
        case Op.ask: this.#ask(text()); break;
        case Op.wake: this.#wake(double()); break;
        case Op.event: view.event(word()); break;
        default: throw new Error(`job-tree.wasm and abi.js disagree: no command ${op}`);
      }
    }
  }

  /** @param {number} at milliseconds since 1970 */
  #wake(at) {
    clearTimeout(this.#timer);
    if (at === Infinity) return;
    const delay = Math.min(Math.max(at - Date.now(), 0), LONGEST_TIMER);
    this.#timer = setTimeout(() => this.#schedule(), delay);
  }

  /** @param {string} etag */
  async #ask(etag) {
    if (!this.#query) return;
    this.#request?.abort();
    const request = (this.#request = new AbortController());
    const timer = setTimeout(() => request.abort(), TIMEOUT);
    /** @type {Answer} */
    let answer = { status: 0 };
    try {
      answer = await read(await this.#query(etag, request.signal));
    } catch {
      // No network, or too slow: status 0 says that nothing came.
    }
    clearTimeout(timer);
    if (this.#request === request && !this.#listening.signal.aborted) this.#answer(answer);
  }

  /** @param {Answer} answer */
  #answer({ status, body = NOTHING, etag = '', retryAfter = -1, age = 0 }) {
    const tag = encoder.encode(etag);
    const fits = this.#engine.put(body, tag);
    const isShown = this.#engine.call('answer', this.#id, fits ? status : -1, fits ? body.length : 0,
      fits ? tag.length : 0, retryAfter, age, Date.now());
    if (isShown) this.document = body;
    this.#schedule();
  }
}

const NOTHING = new Uint8Array();

/**
 * What came back: `status` 0 is nothing, -1 more than we take.
 * @typedef {object} Answer
 * @property {number} status
 * @property {Uint8Array} [body]
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
    retryAfter: secondsUntil(response.headers.get('Retry-After')),
    age: Math.max(Number(response.headers.get('Age')), 0) || 0,
  };
}

/**
 * The bytes, or undefined when there are too many: then the rest is not fetched.
 * @param {Response} response
 */
async function readBody(response) {
  if (!response.body) return NOTHING;
  const reader = response.body.getReader();
  /** @type {Uint8Array[]} */
  const chunks = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > LARGEST_BODY) {
      reader.cancel().catch(() => {});
      return undefined;
    }
    chunks.push(value);
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}

/**
 * Retry-After holds seconds or a date; negative when there is none.
 * @param {string | null} value
 */
function secondsUntil(value) {
  if (!value) return -1;
  const seconds = Number.isNaN(Number(value)) ? (Date.parse(value) - Date.now()) / 1000 : Number(value);
  return Number.isNaN(seconds) ? -1 : Math.max(seconds, 0);
}
