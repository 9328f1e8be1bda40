// Names that users give to jobs, in the place of the job's type.
//
// Knows: names by key. Must not know: where they are shown.

import { memory } from './memory.js';

const MOST = 500;
const LONGEST = 80; // characters

/** @typedef {[key: string, label: string]} Labeled */

/** @param {any} it @returns {Labeled | undefined} */
const readLabel = (it) => (typeof it?.[0] === 'string' && typeof it[1] === 'string' ? [it[0], it[1].slice(0, LONGEST)] : undefined);

/** @returns {Labeled[]} the latest first */
const labels = () => memory.list('labels', readLabel, MOST);

/** @param {string} key of a job @returns {string} "" without one */
export function labelOf(key) {
  return labels().find(([of]) => of === key)?.[1] ?? '';
}

/** @param {string} key of a job @param {string} label "" takes it away */
export function setLabel(key, label) {
  const others = labels().filter(([of]) => of !== key);
  const text = label.trim().slice(0, LONGEST);
  memory.set('labels', JSON.stringify([...(text ? [[key, text]] : []), ...others].slice(0, MOST)));
}
