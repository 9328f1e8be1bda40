/// <reference path="./types/global.d.ts" preserve="true" />
// The script of a page that shows boards, and the jobs on them: registers <job-board> and <job-tree>.

import { JobBoardElement } from '../element/job_board_element.js';
import { JobTreeElement } from '../element/job_tree_element.js';

JobTreeElement.define();
JobBoardElement.define();

export { JobBoardElement, JobTreeElement };
