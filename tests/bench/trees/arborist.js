// The same tree with react and react-arborist, which shows only the rows on screen too.

import { createElement as h, memo, useEffect, useLayoutEffect, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Tree } from 'react-arborist';
import { make } from '../../../web/shared/dom.js';
import { enter } from './arena.js';
import { CHEVRON, Head, ROW_HEIGHT, STATUS_ICONS, dressed } from './dress.js';
import { countClasses, describe, matches, understand } from './model.js';
import { Poll } from './poll.js';

/** @typedef {import('./model.js').Job} Job */

const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });

/** @param {{shape: string, className: string}} props */
const Icon = memo(({ shape, className }) =>
  h('svg', { 'viewBox': '0 0 16 16', className, 'aria-hidden': true }, h('path', { d: shape })));

/** The place of a row in the list. @param {any} props */
const Place = ({ innerRef, attrs, children }) => h('div', { ...attrs, ref: innerRef }, children);

/** @param {{node: import('react-arborist').NodeApi<Job>}} props */
function Row({ node }) {
  const job = node.data;
  const [now, setNow] = useState(Date.now());
  const isLive = job.status === 'running' || job.status === 'waiting';
  useEffect(() => {
    if (!isLive) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isLive]);
  let root = job;
  while (root.parent) root = root.parent;
  const words = describe(job, root, clock, now);
  return h('div', {
    'className': 'row', 'data-status': words.status, 'data-live': words.live,
    'aria-expanded': job.children ? node.isOpen : undefined,
    'style': { '--level': job.level },
  },
  h('span', { className: 'unseen' }, words.label),
  h('span', { 'className': 'main', 'aria-hidden': true },
    h('span', { className: 'toggle' }, h(Icon, { shape: CHEVRON, className: 'line' })),
    h(Icon, { shape: STATUS_ICONS[words.status], className: 'icon' }),
    h('span', { className: 'words' },
      h('span', { className: 'name' }, words.name), h('span', { className: 'status' }, words.said),
      h('code', {}, words.id), h('span', { className: 'error' }, words.error),
      h('span', { className: 'facts' }, words.facts))),
  h('span', { className: 'lane' }, h('i', { style: { '--begin': words.barBegin, '--end': words.barEnd } })),
  h('time', { 'className': 'time', 'aria-hidden': true }, words.begin),
  h('span', { 'className': 'duration', 'aria-hidden': true }, words.took));
}

/** @typedef {{ jobs: Job[], text: string, status: string }} Shown */

/** What `matches` looks for, in the one text that the list has for it. @param {string} text @param {string} status */
const term = (text, status) => (text || status ? `${status}\n${text.toLowerCase()}` : '');
/** @param {{data: Job}} node @param {string} sought */
const isMatch = ({ data }, sought) => {
  const [status, text] = sought.split('\n');
  return matches(data, text, status);
};

/** @param {{ shown: Shown, list: HTMLElement, api: { current: any } }} props */
function JobTree({ shown, list, api }) {
  const [height, setHeight] = useState(0);
  const root = shown.jobs[0];
  useLayoutEffect(() => setHeight(list.clientHeight), [root === undefined]);
  const data = useMemo(() => (root ? [root] : []), [root]);
  return height > 0 && h(Tree, {
    ref: api, data, idAccessor: 'id', childrenAccessor: 'children', width: '100%', height, rowHeight: ROW_HEIGHT,
    openByDefault: true, disableDrag: true, disableDrop: true, disableEdit: true, className: 'tree',
    renderRow: Place, searchTerm: term(shown.text, shown.status), searchMatch: isMatch,
  }, Row);
}

enter((host) => {
  const root = dressed(host);
  const head = new Head(); // as with the others: what differs is the tree
  const list = make('div', { style: 'flex: 1; min-height: 0' });
  root.append(make('div', { 'class': 'base', 'data-state': 'loading', 'data-empty': '' }, ...head.around(list)));
  const react = createRoot(list);
  /** @type {Shown} */
  let shown = { jobs: [], text: '', status: '' };
  const api = { current: /** @type {any} */ (null) };
  /** @param {Partial<Shown>} change */
  const show = (change) => {
    shown = { ...shown, ...change };
    react.render(h(JobTree, { shown, list, api }));
  };
  const poll = new Poll((answer) => {
    const jobs = understand(answer);
    head.write(jobs, countClasses(jobs));
    show({ jobs });
  });
  show({});
  poll.ask();
  return {
    root,
    scroller: () => /** @type {HTMLElement} */ (root.querySelector('.tree')),
    rows: () => [...root.querySelectorAll('[role=treeitem]')],
    progress: () => head.progress,
    refresh: () => poll.ask(),
    expandAll: () => api.current.openAll(),
    collapseAll: () => api.current.closeAll(),
    search: (text) => show({ text }),
    filter: (status) => show({ status }),
    close() {
      poll.close();
      react.unmount();
    },
  };
});
