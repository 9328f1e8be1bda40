/// <reference path="./types/global.d.ts" preserve="true" />
// The script of a page that shows job trees: registers <job-tree>.

import { JobTreeElement } from '../element/job_tree_element.js';

JobTreeElement.define();

export { JobTreeElement };
