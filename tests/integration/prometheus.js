// A real Prometheus, for tests.
//
// Knows: how it is configured and read. Must not know: what is measured.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort, request, until } from './helpers.js';

/** Throws where it, or its tool, is missing. */
export function mustHavePrometheus() {
  for (const program of ['prometheus', 'promtool']) {
    if (spawnSync(program, ['--version']).error) {
      throw new Error(`${program} is missing, and without it nothing here can be tested: apt-get install prometheus`);
    }
  }
}

/**
 * Runs `use` beside a Prometheus that reads these targets twice a second.
 * @param {{ targets: string[], more?: string, rules?: string[] }} what `more`: lines of the scrape configuration; `rules`: files
 * @param {(ask: (path: string) => Promise<any>, log: () => string) => Promise<void>} use
 */
export async function withPrometheus({ targets, more = '', rules = [] }, use) {
  const folder = await mkdtemp(join(tmpdir(), 'jobtree prometheus '));
  const port = await freePort();
  const config = join(folder, `prometheus-${port}.yml`);
  await writeFile(config, `rule_files: ${JSON.stringify(rules)}
scrape_configs:
  - job_name: jobtree
    scrape_interval: 500ms
    scrape_timeout: 500ms
${more}    static_configs: [{targets: ${JSON.stringify(targets)}}]
`);
  const child = spawn('prometheus', [`--config.file=${config}`, `--web.listen-address=127.0.0.1:${port}`,
    `--storage.tsdb.path=${join(folder, `data-${port}`)}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  const stop = () => child.kill('SIGKILL');
  process.on('exit', stop);
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (log += text));
  const ended = new Promise((resolve) => child.on('close', resolve));
  const ask = async (/** @type {string} */ path) => {
    const reply = await request(`http://127.0.0.1:${port}/api/v1${path}`);
    assert.equal(reply.status, 200, reply.text);
    return reply.json().data;
  };
  try {
    await until(() => request(`http://127.0.0.1:${port}/-/ready`).then(({ status }) => status, () => 0),
      (status) => status === 200).catch((error) => assert.fail(`${error.message}; it wrote:\n${log}`));
    await use(ask, () => log);
  } finally {
    process.off('exit', stop);
    stop();
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}
