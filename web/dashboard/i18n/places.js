// What regions, services and ids are called, in the language of the page: as the server says, which has the table.
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

/** "Instance ID" for the name of an id, "instance_id". @param {string} name */
export function idTitle(name) {
  const { id_titles: titles = {} } = getConfig() ?? {};
  return (Object.hasOwn(titles, name) && inLanguage(titles[name])) || name;
}

/** Names of the ids of a service's jobs, of which the last is the job's own. @param {string} service */
export function idsOf(service) {
  return getConfig()?.services.find((it) => it.name === service)?.ids ?? ['job_id'];
}

/** Services by group, each group with its title; "" is the title of those that are in none. @returns {{ title: string, names: string[] }[]} */
export function groupedServices() {
  const { services = [], service_groups: groups = [] } = getConfig() ?? {};
  const ofNone = services.filter((it) => !groups.some((group) => group.name === it.group)).map((it) => it.name);
  return [{ title: '', names: ofNone }, ...groups.map((group) => ({
    title: inLanguage(group.title) ?? group.name,
    names: services.filter((it) => it.group === group.name).map((it) => it.name),
  }))].filter(({ names }) => names.length > 0);
}

/** "CN North-Beijing4 (cn-north-4)", for who knows the one or the other. @param {string} title @param {string} name */
export const withName = (title, name) => (title === name ? name : `${title} (${name})`);
