// A job in one line, for a table of a portal or a page of a wiki: how it stands, what it is called, how far it is, and a link
// to all of it.
//
// Knows: the nodes of the line, the job as data. Must not know: where the job comes from, the page around.

import { BUTTON_ICONS, STATUS_ICONS } from '../element/icons.js';
import { icon, make, setShape } from '../shared/dom.js';

/**
 * @typedef {import('../element/job_tree_element.js').JobTreeElement} JobTreeElement
 * @typedef {(english: string, chinese: string) => string} Say
 */

const OPEN = 'M9.5 2.5h4v4M13.5 2.5L7.5 8.5M11.5 9.5v4h-9v-9h4'; // a square that an arrow leaves
const LEAST_SHARE = 0.04; // few failures among many are seen too
const TICK = 1000; // milliseconds

export class Line {
  #tree;
  #say;
  #icon = icon(STATUS_ICONS.waiting, 'icon');
  #name = make('b', {});
  #status = make('span', { class: 'status' });
  #error = make('span', { class: 'error' });
  #count = make('span', { class: 'count' });
  #failed = make('span', { class: 'failed' });
  #time = make('span', { class: 'time' });
  root = make('a', { class: 'strip', target: '_blank', rel: 'noopener' },
    this.#icon, this.#name, this.#status, this.#error, this.#count, this.#failed, this.#time, icon(OPEN, 'open'));

  /** @param {JobTreeElement} tree that is not seen @param {string} href where all of it is @param {Say} say */
  constructor(tree, href, say) {
    this.#tree = tree;
    this.#say = say;
    this.root.href = href;
    for (const type of ['job-tree-change', 'job-tree-settled', 'job-tree-error']) tree.addEventListener(type, () => this.#take());
    setInterval(() => document.hidden || this.draw(), TICK);
    this.draw();
  }

  /** Failures are counted anew each time they are asked for. */
  #take() {
    const { job, groups } = this.#tree;
    put(this.#error, job?.failed ? job.failures || job.error || [groups[0]?.code, groups[0]?.reason].filter(Boolean).join('  ') : '');
    this.draw();
  }

  draw() {
    const { job, notice, jobId } = this.#tree;
    const isLost = notice.isLost || (!job && notice.severity !== 'none' && notice.severity !== 'info');
    const look = isLost ? 'unknown' : !job ? 'waiting' : job.warning ? 'warning' : job.status;
    this.root.dataset.status = look;
    setShape(this.#icon, STATUS_ICONS[look]);
    const parts = job && job.total > 1 ? job : undefined;
    const text = new Intl.NumberFormat('en');
    put(this.#name, job?.name || jobId);
    put(this.#status, isLost || !job ? notice.message || this.#say('Loading…', '正在加载…') : job.statusText);
    put(this.#count, parts ? `${text.format(parts.done)}/${text.format(parts.total)}` : '');
    if (this.#failed.dataset.n !== String(parts?.failed ?? 0)) this.#showFailed(parts?.failed ?? 0, text);
    put(this.#time, job?.duration ?? '');
    this.#time.title = this.#say('Duration', '用时');
    this.root.title = [job?.name, jobId, job?.error].filter(Boolean).join('\n');
    const done = parts ? parts.done / parts.total : Number(job?.hasEnded ?? false);
    const lost = parts ? (parts.failed > 0 ? Math.min(Math.max(parts.failed / parts.total, LEAST_SHARE), done) : 0) : job?.status === 'failed' ? 1 : 0;
    this.root.style.setProperty('--done', String(done));
    this.root.style.setProperty('--lost', String(lost));
  }

  /** Where there is no room for the word, its shape stands for it. @param {number} n @param {Intl.NumberFormat} text */
  #showFailed(n, text) {
    this.#failed.dataset.n = String(n);
    const [before, after] = this.#say('{n}| failed', '失败 |{n}').split('|').map((it) => it.replace('{n}', text.format(n)));
    const isNumberFirst = before === text.format(n);
    this.#failed.replaceChildren(...(n === 0 ? [] : [icon(BUTTON_ICONS.close, 'line'),
      make('span', isNumberFirst ? {} : { class: 'word' }, before), make('span', isNumberFirst ? { class: 'word' } : {}, after)]));
  }
}

/** @param {HTMLElement} node @param {string} text */
function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
