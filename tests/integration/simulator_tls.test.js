// The pretend cloud by https: with a good certificate, and with those a client must refuse.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import {
  dataFile, documentedJob, request, runBackend, sign, simulatorKey, startBackend, startSimulator,
  startWatchedSimulator,
} from './helpers.js';

const path = `/v1/${simulatorKey.project}/jobs/${documentedJob}`;

/** @type {string} */
let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jobtree-tls-'));
});
after(() => rm(folder, { recursive: true }));

/** Every name is this machine: not every machine knows "localhost". @type {import('node:net').LookupFunction} */
const lookup = (_name, { all }, done) =>
  all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);

/** @param {string} url @param {string} ca @returns {Promise<string>} the body, or the error's code */
const ask = (url, ca) =>
  new Promise((resolve) => {
    const outgoing = https.get(url + path, { ca, agent: false, lookup, headers: sign(url + path) }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (piece) => (text += piece)).on('end', () => resolve(text));
      incoming.on('error', (/** @type {NodeJS.ErrnoException} */ error) => resolve(String(error.code)));
    });
    outgoing.on('error', (/** @type {NodeJS.ErrnoException} */ error) => resolve(String(error.code)));
  });

describe('the simulator by https', () => {
  it('has a good certificate, of an authority that can be had in two ways', async (t) => {
    const file = join(folder, 'ca.pem');
    const cloud = await startWatchedSimulator({ args: ['--tls', 'good', '--ca-out', file] });
    t.after(() => cloud.stop());
    assert.match(cloud.url, /^https:\/\/127\.0\.0\.1:\d+$/);
    const ca = await readFile(file, 'utf8');
    assert.equal((await request(`${cloud.admin}/ca.pem`)).text, ca);
    const document = await readFile(dataFile('jobs/eip-documented.json'), 'utf8');
    assert.equal(await ask(cloud.url, ca), document);
    assert.equal(await ask(cloud.url.replace('127.0.0.1', 'localhost'), ca), document);
    assert.equal(await cloud.stop(), 0);
  });

  it('is not trusted without its authority, by another name, or out of date', async (t) => {
    for (const [tls, code] of [['good', ''], ['wrong-name', 'ERR_TLS_CERT_ALTNAME_INVALID'], ['expired', 'CERT_HAS_EXPIRED']]) {
      const cloud = await startWatchedSimulator({ scenario: { tls } });
      t.after(() => cloud.stop());
      const ca = (await request(`${cloud.admin}/ca.pem`)).text;
      if (code !== '') assert.equal(await ask(cloud.url, ca), code);
      const strange = await startWatchedSimulator({ args: ['--tls', 'good'] });
      t.after(() => strange.stop());
      assert.match(await ask(strange.url, ca), /SIGNATURE|SELF_SIGNED|UNABLE_TO/);
      assert.equal(await strange.stop(), 0);
      assert.equal(await cloud.stop(), 0);
    }
  });

  it('breaks its responses as it does in the clear', async (t) => {
    const cloud = await startWatchedSimulator({ args: ['--tls', 'good'] });
    t.after(() => cloud.stop());
    const ca = (await request(`${cloud.admin}/ca.pem`)).text;
    const document = await readFile(dataFile('jobs/eip-documented.json'), 'utf8');
    await cloud.fail({ kind: 'drip', bytes: 100, every_ms: 1 });
    assert.equal(await ask(cloud.url, ca), document);
    for (const kind of ['reset_before', 'reset_within', 'truncated']) {
      await cloud.fail({ kind });
      assert.equal(await ask(cloud.url, ca), 'ECONNRESET', kind);
    }
    await cloud.fail();
    assert.equal(await ask(cloud.url, ca), document);
    assert.equal(await cloud.stop(), 0);
  });

  it('serves our own backend, which trusts it by --ca-file and not otherwise', async (t) => {
    const file = join(folder, 'ours.pem');
    const cloud = await startSimulator({ args: ['--tls', 'good', '--ca-out', file] });
    t.after(() => cloud.stop());
    const env = {
      HUAWEICLOUD_SDK_AK: simulatorKey.ak, HUAWEICLOUD_SDK_SK: simulatorKey.sk, JOBTREE_ENDPOINT: `*=${cloud.url}`,
      JOBTREE_PROJECT: simulatorKey.project, JOBTREE_LISTEN: '127.0.0.1:0',
    };
    const query = `/api/cn-north-4/eip${path}`;
    const trusting = await startBackend(['--ca-file', file], { env });
    t.after(() => trusting.stop());
    assert.equal((await request(trusting.url + query)).status, 200);
    const other = await startBackend([], { env });
    t.after(() => other.stop());
    assert.ok((await request(other.url + query)).status >= 500);
    for (const backend of [trusting, other, cloud]) assert.equal(await backend.stop(), 0);
  });

  it('refuses flags that make no sense', async () => {
    for (const args of [['--tls', 'maybe'], ['--ca-out', join(folder, 'none.pem')]]) {
      const { code, stderr } = await runBackend(['simulate', '--listen', '127.0.0.1:0', ...args]);
      assert.equal(code, 2);
      assert.match(stderr, /^[^\n]*--(tls|ca-out)[^\n]*\n$/);
    }
  });
});
