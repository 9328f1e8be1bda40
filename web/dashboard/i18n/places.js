// What regions and services are called, in the language of the page: as the server says, which has the table.
//
// Knows: what the server says of itself. Must not know: where the names are shown.

import { getConfig } from '../state/config.js';
import { speech } from './words.js';

/** @typedef {import('../state/config.js').Title} Title */

/** @param {Title} [title] */
const inLanguage = (title) => title?.[speech.lang === 'en' ? 'en' : 'zh'];

/** "CN North-Beijing4"; a region without a title is called by its name. @param {string} name */
export function regionTitle(name) {
  const { region_titles: titles = {} } = getConfig() ?? {};
  return (Object.hasOwn(titles, name) && inLanguage(titles[name])) || name;
}

/** "Beijing4", where there is little room; a region without a title is called by its name. @param {string} name */
export function regionCity(name) {
  const title = regionTitle(name);
  return title === name ? name : title.slice(title.indexOf('-') + 1);
}

/** "Elastic Cloud Server" @param {string} name */
export function serviceTitle(name) {
  return inLanguage(getConfig()?.services.find((it) => it.name === name)?.title) ?? name;
}

/** "CN North-Beijing4 (cn-north-4)", for who knows the one or the other. @param {string} title @param {string} name */
export const withName = (title, name) => (title === name ? name : `${title} (${name})`);
