// An internal portal: logs people in, and gives their pages a token for the backend.
//
//   build/bin/backend token portal --tokens-file tokens        prints the token, once
//   build/bin/backend --demo --tokens-file tokens --allow-origin http://127.0.0.1:3000
//   JOBTREE_TOKEN=jt.… PORTAL_PASSWORD=… node server.js
//
// The token never stands in a page, a URL or a log: a page asks for it with the session's cookie, which
// scripts cannot read, and keeps it in memory. Ask for it again and a new one is given, so it can change
// at any time. A real portal has its own login; what matters here is /token.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import http from 'node:http';

const { JOBTREE_URL = 'http://127.0.0.1:8080', JOBTREE_TOKEN, PORTAL_PASSWORD, PORT = '3000' } = process.env;
if (!JOBTREE_TOKEN || !PORTAL_PASSWORD) throw new Error('set JOBTREE_TOKEN and PORTAL_PASSWORD; see the head of this file');

const SESSION = 8 * 3600 * 1000; // milliseconds
const MOST_SESSIONS = 10_000;
const LARGEST_FORM = 4096; // bytes
/** @type {Map<string, number>} when each ends, by id */
const sessions = new Map();

const HEADERS = {
  'Content-Security-Policy':
    `default-src 'none'; script-src 'self' ${JOBTREE_URL} 'wasm-unsafe-eval'; connect-src 'self' ${JOBTREE_URL}; ` +
    "style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; " +
    "require-trusted-types-for 'script'; trusted-types 'none'",
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

const sha256 = (text) => createHash('sha256').update(text).digest();

async function page(name) {
  const text = await readFile(new URL(name, import.meta.url), 'utf8');
  return text.replaceAll('{{JOBTREE_URL}}', JOBTREE_URL);
}

function isLoggedIn({ headers }) {
  const id = /(?:^|; )session=([\w-]+)/.exec(headers.cookie ?? '')?.[1];
  return (sessions.get(id) ?? 0) > Date.now();
}

async function passwordOf(question) {
  let form = '';
  for await (const piece of question) {
    form += piece;
    if (form.length > LARGEST_FORM) return '';
  }
  return new URLSearchParams(form).get('password') ?? '';
}

function logIn() {
  const now = Date.now();
  for (const [id, end] of sessions) {
    if (end <= now || sessions.size >= MOST_SESSIONS) sessions.delete(id); // the oldest come first
  }
  const id = randomBytes(32).toString('base64url');
  sessions.set(id, now + SESSION);
  return { 'Set-Cookie': `session=${id}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${SESSION / 1000}` }; // and Secure, with https
}

const routes = {
  'GET /': async (question) => ({ type: 'text/html', body: await page(isLoggedIn(question) ? 'jobs.html' : 'login.html') }),
  'GET /jobs.js': async () => ({ type: 'text/javascript', body: await page('jobs.js') }),
  'POST /login': async (question) => {
    const isRight = timingSafeEqual(sha256(await passwordOf(question)), sha256(PORTAL_PASSWORD));
    return { status: 303, headers: { Location: '/', ...(isRight && logIn()) } };
  },
  // A POST of this site alone, so that no other page can have it.
  'POST /token': async (question) => {
    if (question.headers['sec-fetch-site'] !== 'same-origin' || !isLoggedIn(question)) return { status: 403 };
    return { type: 'text/plain', body: JOBTREE_TOKEN };
  },
};

const server = http.createServer(async (question, answer) => {
  try {
    const route = routes[`${question.method} ${question.url}`];
    const { status = 200, headers = {}, type = 'text/plain', body = '' } = route ? await route(question) : { status: 404 };
    answer.writeHead(status, { ...HEADERS, ...headers, 'Content-Type': `${type}; charset=utf-8` }).end(body);
  } catch (error) {
    console.error(error);
    if (!answer.headersSent) answer.writeHead(500, HEADERS);
    answer.end();
  }
});
server.listen(Number(PORT), '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
