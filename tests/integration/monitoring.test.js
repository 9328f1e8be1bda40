// What watches servers: the alert rules and the Grafana dashboard of backend/deploy, held against a real server by promtool and by
// a real Prometheus. Grafana itself is not in Debian: that the dashboard is drawn is not tested, that its queries work is.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { request, startBackend, until } from './helpers.js';
import { mustHavePrometheus, withPrometheus } from './prometheus.js';

const file = (/** @type {string} */ name) => fileURLToPath(new URL(`../../backend/deploy/monitoring/${name}`, import.meta.url));
const RULES = file('jobtree.rules.yml');

/**
 * What a server shows, minute by minute, for which an alert fires at a time, and what it shows when all is well.
 * @type {{ alert: string, series: string, values: string, at: string, well: string, labels?: string }[]}
 */
const CASES = [
  { alert: 'JobtreeDown', series: 'up', values: '0x30', at: '3m', well: '1x90' },
  { alert: 'JobtreeNoKey', series: 'jobtree_key_present', values: '0x30', at: '6m', well: '1x90' },
  { alert: 'JobtreeKeyPaused', series: 'jobtree_key_guard_shut', values: '0 1x30', at: '2m', well: '0x90' },
  { alert: 'JobtreeCloudFails', series: 'jobtree_upstream_calls_total', labels: ', outcome="unreachable"', values: '0+6x40', at: '16m', well: '7x90' },
  { alert: 'JobtreeCannotRemember', series: 'jobtree_store_up', values: '0x30', at: '6m', well: '1x90' },
  { alert: 'JobtreeForgets', series: 'jobtree_store_dropped_total', values: '0 0 5x30', at: '4m', well: '5x90' },
  { alert: 'JobtreeNotificationsWait', series: 'jobtree_outbox_oldest_seconds', labels: ', channel="ops"', values: '0+60x60', at: '25m', well: '300x90' },
  { alert: 'JobtreeCannotFind', series: 'jobtree_discovery_unread', values: '1x90', at: '65m', well: '0x90' },
  { alert: 'JobtreeLogLost', series: 'jobtree_log_lost_total', values: '0 0 7x30', at: '4m', well: '7x90' },
];

/** @type {string} */
let folder;
/** @type {string} */
let rules;
/** The queries of the dashboard. @type {string[]} */
let queries;

before(async () => {
  mustHavePrometheus();
  folder = await mkdtemp(join(tmpdir(), 'jobtree monitoring '));
  rules = await readFile(RULES, 'utf8');
  const { panels } = JSON.parse(await readFile(file('grafana.json'), 'utf8'));
  queries = panels.flatMap((/** @type {any} */ { targets }) => targets.map((/** @type {any} */ { expr }) => expr));
});
after(() => rm(folder, { recursive: true, force: true }));

describe('The alert rules', () => {
  /** Has promtool play what a server shows. @param {(one: typeof CASES[number]) => string} values @param {(one: typeof CASES[number]) => string} alerts */
  async function play(values, alerts) {
    // promtool compares what is written for people too; labels are what counts here.
    const bare = join(folder, 'bare.yml');
    await writeFile(bare, rules.replace(/^ {8}annotations:\n(?: {10}.*\n?)*/gm, ''));
    const plan = join(folder, 'plan.yml');
    await writeFile(plan, `rule_files: [${JSON.stringify(bare)}]\ntests:\n${CASES.map((one) => `  - interval: 1m
    input_series: [{series: '${one.series}{job="jobtree", instance="a"${one.labels ?? ''}}', values: '${values(one)}'}]
    alert_rule_test: [{eval_time: ${one.at}, alertname: ${one.alert}, exp_alerts: [${alerts(one)}]}]\n`).join('')}`);
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', plan], { encoding: 'utf8' });
    return { status, said: stdout + stderr };
  }
  /** @param {typeof CASES[number]} one */
  const fired = ({ alert, labels = '' }) => {
    const severity = /severity: (\w+)/.exec(rules.slice(rules.indexOf(`alert: ${alert}`)))?.[1];
    const channel = /channel="(\w+)"/.exec(labels)?.[1];
    return `{exp_labels: {severity: ${severity}, job: jobtree, instance: a${channel ? `, channel: ${channel}` : ''}}}`;
  };

  test('are accepted by promtool, and each of them is tried here', () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', RULES], { encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
    assert.deepEqual([...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name), CASES.map(({ alert }) => alert));
  });

  test('fire when something is wrong', async () => {
    const { status, said } = await play(({ values }) => values, fired);
    assert.equal(status, 0, said);
  });

  test('do not fire while all is well', async () => {
    const { status, said } = await play(({ well }) => well, () => '');
    assert.equal(status, 0, said);
    assert.notEqual((await play(({ values }) => values, () => '')).status, 0, 'promtool would see it');
  });
});

describe('Beside a real server', () => {
  test('rules and dashboard name metrics that there are, and Prometheus takes every query', async () => {
    const server = await startBackend(['serve', '--demo', '--listen', '127.0.0.1:0', '--metrics-listen', '127.0.0.1:0'], { env: { JOBTREE_DATA: '' } });
    const [, at] = await server.logged(/^metrics on http:\/\/(\S+)\/metrics$/m);
    const { text } = await request(`http://${at}/metrics`);
    const there = new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name));
    // This one is there only where several servers share a database.
    there.add('jobtree_replicas');
    const named = [...`${rules} ${queries.join(' ')}`.matchAll(/\bjobtree_\w+/g)].map(([name]) => name.replace(/_bucket$/, ''));
    assert.ok(new Set(named).size > 20);
    assert.deepEqual([...new Set(named)].filter((name) => !there.has(name)), []);
    await withPrometheus({ targets: [at], rules: [RULES] }, async (ask, log) => {
      await until(() => ask(`/query?query=${encodeURIComponent('jobtree_build_info')}`), ({ result }) => result.length === 1);
      for (const query of queries) {
        const asked = query.replaceAll('$instance', '.*').replaceAll('$__rate_interval', '1m');
        assert.doesNotMatch(asked, /\$/);
        assert.ok((await ask(`/query?query=${encodeURIComponent(asked)}`)).result, query);
      }
      const { groups } = await until(() => ask('/rules'), (all) => all.groups[0].rules.every((/** @type {any} */ { health }) => health !== 'unknown'), { withinMs: 90_000 });
      for (const { name, health, lastError } of groups[0].rules) assert.deepEqual({ name, health, lastError }, { name, health: 'ok', lastError: undefined });
      assert.equal(groups[0].rules.length, CASES.length);
      assert.doesNotMatch(log(), /level=error/i);
    });
    await server.stop();
  });
});
