// The dialog in which a user names a job.
//
// Knows: one name. Must not know: where names are shown.

import { say } from '../i18n/words.js';
import { labelOf, setLabel } from '../state/labels.js';
import { hasMemory } from '../state/records.js';
import { openDialog } from '../ui/dialog.js';
import { find } from '../ui/nodes.js';

/** @typedef {import('../state/open_job.js').OpenJob} OpenJob */

const dialog = /** @type {HTMLDialogElement} */ (find('#rename'));
const field = /** @type {HTMLInputElement} */ (find('#label'));
/** @type {(() => void) | undefined} */
let save;

/** @param {OpenJob} job @param {() => void} renamed called when it has another name */
export function renameJob(job, renamed) {
  field.value = labelOf(job.key);
  field.placeholder = job.tree.job?.name || job.tree.jobId;
  find('#rename-help').textContent = say(hasMemory() ? 'rename_help_shared' : 'rename_help', { id: job.tree.jobId });
  save = () => {
    setLabel(job.key, field.value);
    renamed();
  };
  openDialog('#rename');
  field.select();
}

find('form', dialog).addEventListener('submit', (event) => {
  event.preventDefault();
  dialog.close();
  save?.();
});
