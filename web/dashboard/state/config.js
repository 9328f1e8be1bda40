// What the server says of itself (/api/config): read until it is known, and again while something is wrong.
//
// Knows: one URL. Must not know: nodes, texts.

import { ROOT } from './root.js';

/**
 * @typedef {import('../home/demo.js').Demo} Demo
 * @typedef {{ en: string, zh: string }} Title
 * @typedef {object} Config
 * @property {string[]} regions names, as in `cn-north-4`
 * @property {Readonly<Record<string, Title>>} [region_titles] by name; a region without one is shown by its name
 * @property {Readonly<Record<string, Title>>} [id_titles] what the ids of paths are called, by name
 * @property {{ name: string, title: Title }[]} [service_groups]
 * @property {{ name: string, sdk_name?: string, path: string, ids: string[], group?: string, title: Title }[]} services
 * @property {{ service: string, region: string, url: string }[]} [sdk_endpoints] addresses without a path, for official SDKs
 * @property {string} default_region
 * @property {boolean} token_required
 * @property {{ status: string }} [cloud] whether queries are sent now
 * @property {import('./records.js').MemoryState} [memory] whether the server remembers jobs
 * @property {{ mode: string }} [discovery] whether the server finds jobs by itself; an older one does not say so
 * @property {Demo | null} demo
 */

const RETRY = 5000; // milliseconds

/** @type {Config | undefined} */
let config;

/** @returns {Config | undefined} undefined until it is known */
export const getConfig = () => config;

/** Why no job can be queried now: the server does not respond, has no key, or has paused its key. @returns {'down' | 'no_key' | 'paused' | ''} */
function troubleOf() {
  const { status = 'ready' } = config?.cloud ?? {};
  if (status === 'ready') return '';
  return status === 'no_key' ? 'no_key' : 'paused';
}

/**
 * Reads it now, and every few seconds while there is trouble.
 * @param {(trouble: ReturnType<typeof troubleOf>, isFirst: boolean) => void} listener
 */
export async function loadConfig(listener) {
  let trouble = /** @type {ReturnType<typeof troubleOf>} */ ('down');
  const isFirst = !config;
  try {
    const response = await fetch(`${ROOT}api/config`);
    if (!response.ok) throw new Error(`status ${response.status}`);
    config = await response.json();
    trouble = troubleOf();
  } catch {} // not there: it is tried again
  listener(trouble, isFirst && config !== undefined);
  if (trouble) setTimeout(() => void loadConfig(listener), RETRY);
}
