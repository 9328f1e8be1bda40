// One channel: how it stands, what waits, what went wrong, which jobs are told, and the button that tries it.
//
// Knows: what of a channel stands in a row. Must not know: which channels there are, when they are read.

import { icon, make } from '../../shared/dom.js';
import { STATUS_ICONS } from '../../element/icons.js';
import { regionTitle, serviceTitle } from '../i18n/places.js';
import { ago, count, inFull, span } from '../i18n/times.js';
import { say } from '../i18n/words.js';

/**
 * @typedef {import('../i18n/words.js').DashboardWord} Word
 * @typedef {import('./api.js').Channel} Channel
 * @typedef {{ text: string, isGood?: boolean }} Result of a test message
 */

/** Shape, colour and word by state. @type {Record<string, [keyof typeof STATUS_ICONS, Word]>} */
const STATES = {
  ok: ['succeeded', 'channel_ok'], failing: ['warning', 'channel_failing'], shut: ['warning', 'channel_shut'],
  gone: ['failed', 'channel_gone'], misconfigured: ['failed', 'channel_misconfigured'],
};
/** @type {Record<string, Word>} */
const KINDS = {
  feishu: 'kind_feishu', dingtalk: 'kind_dingtalk', wecom: 'kind_wecom', slack: 'kind_slack', webhook: 'kind_webhook', mail: 'kind_mail', alertmanager: 'kind_alertmanager',
};
/** What is told of a job. @type {Record<string, Word>} */
const EVENTS = {
  begun: 'told_begun', settled: 'told_settled', failed: 'told_failed', first_failure: 'told_first_failure', stuck: 'told_stuck',
  group_new: 'told_group_new', group_back: 'told_group_back',
};
/** By what jobs are chosen. @type {Record<string, Word>} */
const PATTERNS = { service: 'service', region: 'region', project: 'project', type: 'slowest_type', label: 'rule_label', person: 'rule_person' };

/** A name that we have a word for, else as sent. @param {Record<string, Word>} words @param {string} name */
const called = (words, name) => (Object.hasOwn(words, name) ? say(words[name]) : name);

export class ChannelRow {
  #head = make('span', { class: 'name' });
  #where = make('span', { class: 'where-to' });
  #icon = make('span', { class: 'icon-of' });
  #state = make('p', { class: 'state' });
  #course = make('p', { class: 'course-of' });
  #rules = make('ul', { class: 'rules' });
  #result = make('p', { class: 'result', role: 'status' });
  test = make('button', { type: 'button' });
  root = make('li', {}, this.#icon, make('div', { class: 'what-is' }, this.#head, this.#where), this.test, this.#state, this.#course, this.#rules, this.#result);

  /** @param {string} name */
  constructor(name) {
    this.root.dataset.name = name;
  }

  /** All of it, in the language of the page. @param {Channel} channel */
  show(channel) {
    const { name, kind, target, language, state, problem = '', last_trouble: trouble, last_trouble_at: troubledAt } = channel;
    const [shape, word] = STATES[state] ?? ['unknown', undefined];
    this.root.dataset.status = shape;
    this.#icon.replaceChildren(icon(STATUS_ICONS[shape], 'icon'));
    this.#head.textContent = name;
    this.#where.textContent = [called(KINDS, kind), target, say(language === 'zh' ? 'channel_zh' : 'channel_en')].filter(Boolean).join(' · ');
    const shut = state === 'shut' && channel.shut_for_seconds ? say('channel_shut_for', { span: span(channel.shut_for_seconds * 1000) }) : '';
    this.#state.replaceChildren(make('b', {}, shut || (word ? say(word) : state)), ...(problem ? [' ', problem] : []));
    this.#course.replaceChildren(...this.#courseOf(channel).flatMap((it, i) => (i ? [' · ', it] : [it])));
    if (trouble && troubledAt && state !== 'ok') {
      this.#course.append(make('span', { class: 'trouble-of', title: inFull(new Date(troubledAt)) }, `${trouble} (${ago(new Date(troubledAt), Date.now())})`));
    }
    this.#rules.replaceChildren(...channel.rules.map(ruleOf));
    this.#rules.setAttribute('aria-label', say('channel_rules'));
    this.test.textContent = say('channel_test');
    this.test.setAttribute('aria-label', say('channel_test_name', { name }));
  }

  /** What was sent, what waits. @param {Channel} channel */
  #courseOf({ last_sent_at: sent, pending, oldest_waits_seconds: oldest, dropped }) {
    const at = sent ? new Date(sent) : undefined;
    return [
      make('span', at ? { title: inFull(at) } : {}, at ? say('channel_sent', { ago: ago(at, Date.now()) }) : say('channel_unsent')),
      ...(pending > 0 ? [make('span', {}, oldest ? say('channel_waits_since', { n: count(pending), span: span(oldest * 1000) }) : say('channel_waits', { n: count(pending) }))] : []),
      ...(dropped > 0 ? [make('span', { class: 'wrong' }, say('channel_dropped', { n: count(dropped) }))] : []),
    ];
  }

  /** What came of a test message. @param {Result} result */
  tell({ text, isGood }) {
    this.#result.textContent = text;
    this.#result.dataset.is = isGood === undefined ? '' : isGood ? 'good' : 'bad';
  }
}

/** Which jobs are told, and what of them. @param {Channel['rules'][number]} rule */
function ruleOf({ jobs, on }) {
  /** @param {string} name @param {string} value */
  const valueOf = (name, value) => (name === 'service' ? serviceTitle(value) : name === 'region' ? regionTitle(value) : value);
  const which = Object.entries(jobs).map(([name, value]) => say('rule_of', { what: called(PATTERNS, name), value: [value].flat().map((it) => valueOf(name, it)).join(say('comma')) }));
  return make('li', {}, make('span', {}, which.length > 0 ? which.join(' · ') : say('rule_all')), make('small', {}, on.map((it) => called(EVENTS, it)).join(say('comma'))));
}
