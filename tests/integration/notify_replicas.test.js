// Telling people from several servers at once: two replicas, one database, one robot. Who is killed while it sends has its
// message sent after its lease, which takes a minute.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { request, startWatchedSimulator, until } from './helpers.js';
import { startPostgres } from './postgres.js';
import { LOCAL, course, folderWith, killed, live, paths, places, robots, serve, shown } from './telling.js';

/** @typedef {import('./telling.js').Message} Message */

describe('two replicas with one database and one robot', () => {
  it('send each message once, also when one of them is killed', async () => {
    const postgres = await startPostgres();
    const ids = Array.from({ length: 12 }, (_, i) => `job-${i}`);
    const cloud = await startWatchedSimulator({
      scenario: { robots: [{ ...robots.slack, rates: false }], jobs: ids.map((id, i) => course(id, 2000 + 700 * i)) },
    });
    const folder = await folderWith({
      'slack.url': `${cloud.url}${paths.slack}`,
      'notify.yaml': `
channels:
  slack: {kind: slack, url_file: slack.url, allow_networks: ${LOCAL}}
rules:
  - {on: [settled], to: [slack]}
`,
    });
    const replicas = await Promise.all([0, 1].map(() => serve(cloud.url, folder.path('notify.yaml'), '--database', postgres.url)));
    for (const id of ids) for (const replica of replicas) await request(replica.url + live(id));
    await until(() => shown(cloud, 'slack'), (all) => all.length >= 3, { withinMs: 60_000 });
    await killed(replicas[0]);
    const of = (/** @type {Message[]} */ all) => ids.map((id) => all.filter((one) => places(one).some((link) => link.endsWith(`/${id}`))).length);
    // A message that the killed one was sending may come twice, after its lease.
    const all = await until(() => shown(cloud, 'slack'), (now) => of(now).every((count) => count >= 1), { withinMs: 120_000 });
    const twice = of(all).filter((count) => count > 1);
    assert.ok(twice.length <= 1 && of(all).every((count) => count <= 2), String(of(all)));
    await replicas[1].stop();
    await cloud.stop();
    await postgres.stop();
    await folder.remove();
  });
});
