/// <reference path="./types/global.d.ts" preserve="true" />
// The same as job-tree.js in one file, the engine within it: for pages that cannot load another.

import engine from 'job-tree.wasm';

import { JobTreeElement } from '../element/job_tree_element.js';

JobTreeElement.wasm = engine;
JobTreeElement.define();

export { JobTreeElement };
