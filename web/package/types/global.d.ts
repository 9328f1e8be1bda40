// What importing the element adds to the browser's own types: the tag, and its events, which bubble
// through every element above it.

import type { JobBoardElement, JobBoardEventMap } from '../../element/job_board_element.js';
import type { JobTreeElement, JobTreeEventMap } from '../../element/job_tree_element.js';

declare global {
  interface HTMLElementTagNameMap {
    'job-board': JobBoardElement;
    'job-tree': JobTreeElement;
  }
  interface GlobalEventHandlersEventMap extends JobTreeEventMap, JobBoardEventMap {}
}
