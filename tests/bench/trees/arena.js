// Where a tree is measured, in its page: it answers the tree's questions from memory, and says how long
// a change takes to be on the screen.
//
// Knows: questions, mutations, frames. Must not know: what a tree is made of, but for its face below.

/**
 * What every tree here can do. `search` keeps the jobs that hold a text, `filter` those of a class, and the
 * way to them; '' is all.
 * @typedef {object} Tree
 * @property {Node} root what to watch for changes
 * @property {() => HTMLElement} scroller
 * @property {() => Element[]} rows those that are mounted
 * @property {() => string} progress what it says of the whole job
 * @property {() => void} refresh asks again
 * @property {() => void} expandAll
 * @property {() => void} collapseAll
 * @property {(text: string) => void} search
 * @property {(status: string) => void} filter
 * @property {(what: 'search' | 'filter') => boolean} [can] whether it has that
 * @property {() => void} close
 */

const QUIET = 3; // frames without a change after which no more is expected
const EVERYTHING = { subtree: true, childList: true, attributes: true, characterData: true };
const LONGEST = 60_000; // milliseconds
const PAUSE = 320; // milliseconds; a <job-tree> that is asked to refresh sooner than after 300 puts it off
/** No faster than anybody's eyes: the whole job in so many jumps, one a frame. */
const JUMPS = 300;

/** @type {Tree} */
let tree;
/** What the next answer is. */
let body = new Uint8Array();
let etag = '';

/** Answers the question that waits. */
let respond = () => {};
let asked = () => {};

const nativeFetch = window.fetch;
window.fetch = (where, options) => {
  if (!String(where).includes('/api/')) return nativeFetch(where, options);
  const known = new Headers(options?.headers).get('If-None-Match');
  return new Promise((resolve, reject) => {
    options?.signal?.addEventListener('abort', () => reject(options.signal?.reason));
    respond = () => resolve(known === etag
      ? new Response(null, { status: 304, headers: { ETag: etag } })
      : new Response(body, { headers: { 'Content-Type': 'application/json', 'ETag': etag } }));
    asked();
  });
};

/** @param {() => void} act what makes the tree ask */
const question = (act) => new Promise((resolve) => {
  asked = () => resolve(undefined);
  act();
});

/** What Chromium's own count leaves out. @type {WebAssembly.Memory | undefined} */
let wasm;
const { instantiateStreaming } = WebAssembly;
WebAssembly.instantiateStreaming = async (...given) => {
  const compiled = await instantiateStreaming(...given);
  wasm = /** @type {WebAssembly.Memory} */ (compiled.instance.exports.memory);
  return compiled;
};

const frame = () => new Promise(requestAnimationFrame);

/** What is left to do now has been done. */
const task = () => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = resolve;
  port2.postMessage(0);
});

/**
 * Does something, and waits until all that follows from it has been painted.
 * @param {() => void} act
 * @returns {Promise<number>} milliseconds until the screen shows it
 */
async function toScreen(act) {
  await frame();
  await task();
  const began = performance.now();
  let painted = 0;
  let inFrame = false;
  let unpainted = 0; // frames to begin until what was written last is on the screen
  const observer = new MutationObserver(() => {
    // What is written after a frame's callbacks began is painted with that frame; else, with the next.
    unpainted = inFrame ? 1 : 2;
  });
  observer.observe(tree.root, EVERYTHING);
  act();
  for (let quiet = 0; quiet < QUIET || !painted;) {
    await frame();
    inFrame = true;
    task().then(() => { inFrame = false; });
    if (unpainted > 0 && --unpainted === 0) painted = performance.now();
    quiet = unpainted > 0 ? 0 : quiet + 1;
    if (performance.now() - began > LONGEST) throw new Error('nothing has changed');
  }
  observer.disconnect();
  return painted - began;
}

/** @param {(host: HTMLElement) => Tree} show */
export function enter(show) {
  const arena = {
    /** Takes the next answer into memory. @param {string} url */
    async take(url) {
      body = new Uint8Array(await (await nativeFetch(url)).arrayBuffer());
      etag = `"${url}"`;
    },

    /** Puts up a tree, as far as it comes without an answer. */
    async open() {
      const host = document.createElement('main');
      document.body.replaceChildren(host);
      await question(() => { tree = show(host); });
      for (let i = 0; i < QUIET; ++i) await frame();
    },

    close() { tree.close(); },

    /** Gives the answer that `open` or `ask` waits for. */
    answer: () => toScreen(() => respond()),
    ask: () => question(() => tree.refresh()),

    /** @param {'expandAll' | 'collapseAll' | 'search' | 'filter'} what @param {string} [how] */
    act: (what, how = '') => toScreen(() => tree[what]?.(how)),
    /** @param {'search' | 'filter'} what */
    can: (what) => tree.can?.(what) ?? true,

    /**
     * Asks again and again for what has not changed; or, to compare, without a tree.
     * @param {number} times
     * @param {boolean} byTree
     * @returns {Promise<number>} how often a node was written
     */
    async unchanged(times, byTree) {
      let writes = 0;
      const observer = new MutationObserver((records) => { writes += records.length; });
      observer.observe(tree.root, EVERYTHING);
      const ask = byTree ? () => tree.refresh() : () => { fetch('/api/', { headers: { 'If-None-Match': etag } }); };
      for (let i = 0; i < times; ++i) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE)); // polls find a page at rest
        await question(ask);
        respond();
        await frame();
        await frame();
      }
      observer.disconnect();
      return writes;
    },

    /** From the first row to the last. */
    async scroll() {
      const scroller = tree.scroller();
      let tasks = 0;
      const observer = new PerformanceObserver((list) => { tasks += list.getEntries().length; });
      observer.observe({ type: 'longtask' });
      let rows = 0;
      let longest = 0;
      let before = await frame();
      const height = scroller.scrollHeight - scroller.clientHeight;
      for (let i = 1; i <= JUMPS; ++i) {
        scroller.scrollTop = Math.round(height * i / JUMPS);
        const now = await frame();
        longest = Math.max(longest, now - before);
        before = now;
        rows = Math.max(rows, tree.rows().length);
      }
      await task();
      observer.disconnect();
      scroller.scrollTop = 0;
      return { rows, longest, tasks, frames: JUMPS };
    },

    progress: () => tree.progress(),

    /** Bytes of the page: JavaScript, its buffers, WebAssembly's and nodes, when all garbage is gone. */
    async memory() {
      return (await performance.measureUserAgentSpecificMemory()).bytes + (wasm?.buffer.byteLength ?? 0);
    },
  };
  Object.assign(window, { arena });
}
