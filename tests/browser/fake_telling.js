// The routes of share links (/api/shares, /api/share, /s/TOKEN) and of channels (/api/channels) for a page, made from lists
// that a test holds.
//
// Knows: the contract of these routes. Must not know: how the page shows what comes.

import { backend } from './stage.js';

/**
 * @typedef {import('playwright-core').Page} Page
 * @typedef {import('../../web/dashboard/channels/api.js').Channel} Channel
 * @typedef {import('../../web/dashboard/channels/api.js').Trial} Trial
 * @typedef {import('../../web/dashboard/sharing/api.js').Share} Share
 * @typedef {{ status: number, body?: unknown }} Answer
 */

const DAY = 86_400_000; // milliseconds

/** @param {number} status @param {string} code @param {string} [detail] @returns {Answer} */
export const problem = (status, code, detail = '') => ({ status, body: { status, code, title: code, detail } });

/** @param {import('playwright-core').Route} route @param {Answer} answer */
const fulfill = (route, { status, body }) => route.fulfill({
  status, contentType: status < 400 ? 'application/json' : 'application/problem+json', body: body === undefined ? '' : JSON.stringify(body),
}).catch(() => {});

/** @param {Partial<Share> & { id: number }} given @returns {Share} */
export const share = (given) => ({
  kind: given.board === undefined ? 'job' : 'board', label: null, public: false, created_by: null, created_at: new Date(Date.now() - DAY).toISOString(),
  expires_at: new Date(Date.now() + DAY).toISOString(), last_used_at: null, state: 'live', ...given,
});

export class FakeShares {
  /** The newest first. @type {Share[]} */
  shares = [];
  /** How many older ones are not listed. */
  leftOut = 0;
  /** In the place of any answer. @type {Answer | undefined} */
  refusal;
  /** Bodies of what was posted. @type {any[]} */
  posted = [];
  /** Where links begin, as --public-url says it. */
  publicUrl = '';

  /** @param {Page} page */
  async serve(page) {
    await page.route(/\/api\/shares\b/, (route) => fulfill(route, this.#answer(route.request())));
    await page.route('**/badge/*.svg', (route) => route.fulfill({ contentType: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="20"/>' }));
  }

  /** @param {import('playwright-core').Request} request @returns {Answer} */
  #answer(request) {
    if (this.refusal) return this.refusal;
    const id = new URL(request.url()).pathname.split('/')[3];
    if (request.method() === 'GET') return { status: 200, body: { shares: this.shares, left_out: this.leftOut } };
    if (request.method() === 'DELETE') {
      const it = this.shares.find((one) => String(one.id) === id);
      if (!it) return problem(404, 'jobtree.not_found');
      it.state = 'revoked';
      return { status: 204 };
    }
    const wish = request.postDataJSON();
    this.posted.push(wish);
    const made = share({ id: this.shares.length + 1, job: wish.job, board: wish.board, label: wish.label ?? null, public: wish.public, expires_at: new Date(Date.now() + wish.expires_in * 1000).toISOString() });
    this.shares.unshift(made);
    const token = `jts_token${made.id}`;
    const { publicUrl: at } = this;
    return { status: 201, body: { ...made, token, links: {
      page: `${at}/s/${token}`, badge: `${at}/badge/${token}.svg`, shields: `${at}/badge/${token}.json`, atom: `${at}/feed/${token}.atom`, json_feed: `${at}/feed/${token}.json`,
    } } };
  }
}

/** The page behind a link, as the server sends it: what stands beside it is one folder up. @param {Page} page @param {() => Answer} answer of GET /api/share */
export async function serveShared(page, answer) {
  await page.route('**/s/*', async (route) => {
    const response = await route.fetch({ url: `${backend.url}/share.html` });
    const body = (await response.text()).replace(/ (href|src)="(?=[a-z])/g, ' $1="../');
    await route.fulfill({ response, body });
  });
  await page.route(/\/api\/share$/, (route) => fulfill(route, answer()));
  // Of a link that is played the server knows nothing.
  await page.route(/\/api\/[a-z0-9-]+\/[a-z]+\/v1\//, (route) => {
    const { authorization: _, ...headers } = route.request().headers();
    return route.continue({ headers });
  });
}

/** @param {Partial<Channel> & { name: string }} given @returns {Channel} */
export const channel = (given) => ({
  kind: 'feishu', target: 'https://open.feishu.cn/…9f3c', language: 'zh', state: 'ok', problem: '', pending: 0, oldest_waits_seconds: null, dropped: 0,
  last_sent_at: null, last_trouble_at: null, last_trouble: '', shut_for_seconds: 0, rules: [{ jobs: {}, on: ['settled'] }], ...given,
});

export class FakeChannels {
  configured = true;
  /** @type {Channel[]} */
  channels = [];
  /** @type {Trial} */
  trial = { delivered: true, code: null, meaning: 'The robot has taken the message.', took_ms: 123 };
  /** In the place of any answer. @type {Answer | undefined} */
  refusal;
  /** In the place of the answer to a test message. @type {Answer | undefined} */
  noTest;
  /** What was asked for. @type {string[]} */
  asked = [];

  /** @param {Page} page */
  async serve(page) {
    await page.route(/\/api\/channels\b/, (route) => {
      const request = route.request();
      this.asked.push(`${request.method()} ${new URL(request.url()).pathname} ${request.postData() ?? ''}`.trim());
      const answer = this.refusal ?? (request.method() === 'POST' ? this.noTest ?? { status: 200, body: this.trial }
        : { status: 200, body: { configured: this.configured, channels: this.channels } });
      return fulfill(route, answer);
    });
  }
}
