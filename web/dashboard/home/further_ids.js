// Fields for the ids that name a job together with its own: of a task, the instance it belongs to.
//
// Knows: which ids a service's jobs have. Must not know: the job's own id, where the job is.

import { make } from '../../shared/dom.js';
import { idTitle, idsOf } from '../i18n/places.js';

/** The fields of one form, after a node of it. */
export class FurtherIds {
  #after;
  /** @type {HTMLInputElement[]} */
  #fields = [];

  /** @param {Element} after */
  constructor(after) {
    this.#after = after;
  }

  /** Shows those of a service in the language of the page; what was entered stays. @param {string} service */
  offer(service) {
    const names = idsOf(service).slice(0, -1);
    const entered = new Map(this.#fields.map((field) => [field.name, field.value]));
    for (const field of this.#fields) field.closest('label')?.remove();
    this.#fields = names.map((name) => {
      const field = make('input', { name, autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', maxlength: '255', required: '', 'aria-describedby': 'job-help' });
      field.value = entered.get(name) ?? '';
      return field;
    });
    this.#after.after(...this.#fields.map((field) => make('label', { class: 'further' }, make('span', {}, idTitle(field.name)), field)));
  }

  /** @returns {string[]} */
  get values() {
    return this.#fields.map((field) => field.value.trim());
  }

  /** The first field without an ID, which then says so. */
  check() {
    for (const field of this.#fields) field.removeAttribute('aria-invalid');
    const missing = this.#fields.find((field) => !field.value.trim());
    missing?.setAttribute('aria-invalid', 'true');
    return missing;
  }
}
