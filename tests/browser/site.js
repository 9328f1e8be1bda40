// A web site of another origin than the backend's, for pages that show job trees: a portal.

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, symlinkSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startBackend } from '../integration/helpers.js';
import { launch } from './browser.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * @typedef {object} Site
 * @property {string} url "http://127.0.0.1:PORT"
 * @property {(path: string, body: string | Buffer, headers?: Record<string, string>) => void} serve what is
 *   there from now on, a page unless `headers` say otherwise
 * @property {() => void} close
 */

/** @returns {Promise<Site>} */
export async function startSite() {
  /** @type {Map<string, { body: string | Buffer, headers: Record<string, string> }>} */
  const files = new Map();
  const server = http.createServer((question, answer) => {
    const file = files.get(new URL(question.url ?? '/', 'http://site').pathname);
    // Of an error code nothing is known, unless the test says what.
    if (!file && question.url?.startsWith('/api/error-codes/')) return void answer.writeHead(200, { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': '*' }).end('{}');
    if (!file) return void answer.writeHead(404).end();
    answer.writeHead(200, file.headers).end(file.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const site = {
    url: `http://127.0.0.1:${port}`,
    /** @type {Site['serve']} */
    serve: (path, body, headers = {}) => {
      files.set(path, { body, headers: { 'Content-Type': 'text/html; charset=utf-8', ...headers } });
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  site.serve('/favicon.ico', '', { 'Content-Type': 'image/x-icon' });
  return site;
}

/** A site, a backend of the demo that answers its pages, a browser; and the end of them all. */
export async function startStage() {
  const site = await startSite();
  const [backend, browser] = await Promise.all([
    startBackend(['serve', '--demo', '--listen', '127.0.0.1:0', '--allow-origin', site.url]),
    launch(),
  ]);
  const close = async () => {
    await browser.close();
    await backend.stop();
    site.close();
  };
  return { site, backend, browser, close };
}

/**
 * The strictest policy under which a page can show job trees of `backend`.
 * @param {string} backend
 */
export const strictPolicy = (backend) =>
  `default-src 'none'; script-src 'self' ${backend} 'wasm-unsafe-eval'; connect-src ${backend}; style-src 'self'; ` +
  "img-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

export const JAVASCRIPT = { 'Content-Type': 'text/javascript; charset=utf-8' };

/**
 * Packs the page's npm package and installs it in a folder, once; where it lies there.
 * @param {string} folder
 */
export function packInto(folder) {
  const installed = join(folder, 'node_modules', 'job-tree');
  if (existsSync(installed)) return installed;
  // A copy of web/, as two tests that pack at once would share its dist/.
  const copy = join(folder, 'jobtree', 'web');
  cpSync(join(root, 'web'), copy, { recursive: true, filter: (path) => !/\/(dist|screenshots)$/.test(path) });
  for (const name of ['tests', 'build']) symlinkSync(join(root, name), join(folder, 'jobtree', name));
  /** @param {string[]} args @param {string} cwd */
  const npm = (args, cwd) => execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const [{ filename }] = JSON.parse(npm(['pack', '--json', '--silent', '--pack-destination', folder], join(copy, 'package')));
  writeFileSync(join(folder, 'package.json'), '{"name": "portal", "private": true, "type": "module"}');
  npm(['install', '--offline', '--no-audit', '--no-fund', '--loglevel=error', `./${filename}`], folder);
  return installed;
}
