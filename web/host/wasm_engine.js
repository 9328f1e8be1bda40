// The engine: loads job-tree.wasm once for all elements of a page, calls it, and draws each watch when it is due.
//
// Knows: WebAssembly, timers, animation frames. Must not know: what a job is, or what a frame says.

import { Abi } from './abi.js';
import { fill, sizeOf } from './response_body.js';

/** @typedef {import('./watch.js').Watch} Watch */

const LONGEST_TIMER = 2 ** 31 - 1;
const RETRY = 1000; // milliseconds
const NO_PAINTING = 100; // milliseconds after which a browser is taken to paint nothing
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
 * The engine imports nothing; but some versions of the compiler let it name functions of the C library, none of which
 * it needs. So this answers to every name.
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
  if (!response.ok) throw new Error(`${url} returned ${response.status}`);
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
  #timer = /** @type {ReturnType<typeof setTimeout> | number} */ (0);
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
