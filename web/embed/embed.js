// The page for iframes: the one job that its URL names, and what the page around it needs to know.
//
//   embed.html?job=REGION/SERVICE/PROJECT/ID
//     &lang= &theme= &density= &expand= &filter= &sort= &selected= &time-zone=
//     &compact    in one line, 40 pixels high, with a link to the whole
//
// Pages that may frame it are those the backend was told of, --allow-origin; the backend says so in
// frame-ancestors. So whoever is around may hear of the job, and be asked for a token:
//
//   to the parent    { type: 'job-tree-token' }                        a token is wanted
//                    { type: 'job-tree-change' | …, detail }           the element's events
//   from the parent  { type: 'job-tree-token', token: 'jt.…' }         at any time
//
// Knows: its URL, the page around. Must not know: what a job is.

import { formatAddress, parseAddress } from '../shared/address.js';
import { make } from '../shared/dom.js';
import { Line } from './line.js';

/** @typedef {import('../element/job_tree_element.js').JobTreeElement} JobTreeElement */

const PASSED_ON = ['lang', 'theme', 'density', 'expand', 'filter', 'sort', 'selected', 'time-zone'];
const EVENTS = /** @type {const} */ (['job-tree-change', 'job-tree-settled', 'job-tree-error', 'job-tree-select', 'job-tree-view']);
const TOKEN = 'job-tree-token';
const isFramed = parent !== window;

const query = new URLSearchParams(location.search);
const job = query.get('job') ?? '';
const address = parseAddress(job);
const tree = /** @type {JobTreeElement} */ (document.createElement('job-tree'));

for (const attribute of PASSED_ON) {
  const value = query.get(attribute);
  if (value !== null) tree.setAttribute(attribute, value);
}
document.documentElement.lang = tree.lang || navigator.language;
document.documentElement.dataset.theme = tree.theme;

if (origin === 'null') {
  // A sandbox has taken the origin, without which a query is one of a stranger.
  explain(say('Add allow-same-origin to the sandbox attribute of this frame.', '请在此框架的 sandbox 属性中添加 allow-same-origin。'));
} else if (address) {
  const { region, service, project, job: jobId } = address;
  Object.assign(tree, { region, service, projectId: project, jobId });
  name(formatAddress(address));
} else {
  explain(job ? say(`“${job}” is not a job.`, `“${job}”不是任务。`) : say('No job in this address.', '地址中没有任务。'),
    say('Name one like this:', '请按此格式指定：'), 'embed.html?job=REGION/SERVICE/PROJECT/ID');
}

/** @param {string} english @param {string} chinese */
function say(english, chinese) {
  return /^zh\b/i.test(document.documentElement.lang) ? chinese : english;
}

/** In the place of a job. @param {...string} lines */
function explain(...lines) {
  tree.append(make('div', { slot: 'empty' }, ...lines.map((line) => make('p', {}, line))));
}

/** @param {string} title */
function name(title) {
  document.title = title;
  const heading = document.querySelector('h1');
  if (heading) heading.textContent = title;
}

/** @param {object} message */
function tell(message) {
  // To any origin: no page but an allowed one can be there (frame-ancestors).
  if (isFramed) parent.postMessage(message, '*');
}

for (const type of EVENTS) {
  tree.addEventListener(type, ({ detail }) => {
    tell({ type, detail });
    if (tree.job) name(`${tree.job.statusText}: ${tree.job.name}`);
  });
}

addEventListener('message', ({ source, data }) => {
  if (!isFramed || source !== parent || data?.type !== TOKEN || typeof data.token !== 'string') return;
  tree.token = data.token;
});
tree.addEventListener('job-tree-error', () => {
  if (tree.state === 'denied') tell({ type: TOKEN });
});

const main = /** @type {HTMLElement} */ (document.querySelector('main'));
main.append(tree);
if (query.has('compact') && address && origin !== 'null') {
  document.documentElement.classList.add('compact');
  tree.hidden = true;
  main.append(new Line(tree, `./?job=${formatAddress(address)}`, say).root);
}
