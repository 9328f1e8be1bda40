// Fields that say where a job is: service, region, project.
//
// Knows: what the server offers, what was used last. Must not know: which job is meant.

import { isProject } from '../../shared/address.js';
import { make } from '../../shared/dom.js';
import { groupedServices, regionTitle, serviceTitle, withName } from '../i18n/places.js';
import { memory } from '../state/memory.js';
import { find } from '../ui/nodes.js';

/**
 * @typedef {import('../../shared/address.js').Address} Address
 * @typedef {import('../state/config.js').Config} Config
 * @typedef {Omit<Address, 'job'>} Place
 */

const MOST_PROJECTS = 8;
/** In an address: the default project of the server's key. */
const DEFAULT_PROJECT = '-';

/** @returns {string[]} */
function usedProjects() {
  return memory.list('projects', (it) => (isProject(String(it)) && it !== DEFAULT_PROJECT ? String(it) : undefined), MOST_PROJECTS);
}

function offerProjects() {
  find('#projects').replaceChildren(...usedProjects().map((value) => make('option', { value })));
}

/** What was used last. @returns {Partial<Place>} */
export function lastPlace() {
  const [region, service, project] = memory.get('place').split('/');
  return { region, service, project };
}

/** Offers this place first from now on. @param {Place} place */
export function rememberPlace({ region, service, project }) {
  memory.set('place', `${region}/${service}/${project}`);
  if (project === DEFAULT_PROJECT) return;
  memory.set('projects', JSON.stringify([project, ...usedProjects().filter((it) => it !== project)].slice(0, MOST_PROJECTS)));
  offerProjects();
}

/** The three fields of one form. */
export class PlaceFields {
  #region;
  #service;
  #project;

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.#region = /** @type {HTMLSelectElement} */ (find('[name="region"]', form));
    this.#service = /** @type {HTMLSelectElement} */ (find('[name="service"]', form));
    this.#project = /** @type {HTMLInputElement} */ (find('[name="project"]', form));
  }

  /**
   * Offers what the server serves, in the language of the page; what is chosen stays.
   * @param {Config} config
   * @param {Partial<Place>} otherwise chosen when nothing is
   * @param {number} [ids] only services whose jobs have so many
   */
  offer(config, otherwise, ids) {
    const { region, service } = this.value;
    const names = config.services.filter((it) => !ids || (it.ids?.length ?? 1) === ids).map((it) => it.name);
    const groups = groupedServices().map(({ title, names: all }) => {
      const options = all.filter((name) => names.includes(name)).map((name) => make('option', { value: name }, withName(serviceTitle(name), name)));
      return { title, options };
    }).filter(({ options }) => options.length > 0);
    this.#region.replaceChildren(...config.regions.map((name) => make('option', { value: name }, withName(regionTitle(name), name))));
    this.#service.replaceChildren(...groups.flatMap(({ title, options }) => (title ? [make('optgroup', { label: title }, ...options)] : options)));
    this.#region.value = [region, otherwise.region].find((it) => it && config.regions.includes(it)) ?? config.default_region;
    this.#service.value = [service, otherwise.service].find((it) => it && names.includes(it)) ?? names[0] ?? '';
    if (!this.#project.value) this.project = otherwise.project ?? '';
    offerProjects();
  }

  /** Names of the services that are offered. */
  get services() {
    return [...this.#service.options].map((option) => option.value);
  }

  /** @returns {Place} */
  get value() {
    return { region: this.#region.value, service: this.#service.value, project: this.#project.value.trim() || DEFAULT_PROJECT };
  }

  set value({ region, service, project }) {
    this.#region.value = region;
    this.#service.value = service;
    this.project = project;
  }

  /** @param {string} project the default one is what an empty field means */
  set project(project) {
    this.#project.value = isProject(project) && project !== DEFAULT_PROJECT ? project : '';
  }

  /** Whether the project is none, or has the form of one; if not, its field says so. */
  check() {
    const isGood = isProject(this.value.project);
    if (isGood) this.#project.removeAttribute('aria-invalid');
    else this.#project.setAttribute('aria-invalid', 'true');
    return isGood;
  }

  focusProject() {
    this.#project.focus();
  }
}
