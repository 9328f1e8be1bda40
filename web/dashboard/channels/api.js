// The channels that the server sends messages to.
//
// Knows: the routes /api/channels. Must not know: nodes, texts.

import { send } from '../state/send.js';

/**
 * @typedef {object} Channel texts are in the reader's language
 * @property {string} name
 * @property {string} kind
 * @property {string} target its address, but for what opens it
 * @property {'zh' | 'en'} language of its messages
 * @property {string} state
 * @property {string} [problem]
 * @property {number} pending
 * @property {number | null} oldest_waits_seconds
 * @property {number} dropped
 * @property {string | null} last_sent_at
 * @property {string | null} last_trouble_at
 * @property {string} last_trouble
 * @property {number | null} shut_for_seconds
 * @property {{ jobs: Record<string, string | string[]>, on: string[] }[]} rules which jobs are told, and what of them
 *
 * @typedef {{ configured: boolean, channels: Channel[] }} Channels
 * @typedef {{ delivered: boolean, code: string | null, meaning: string, took_ms: number }} Trial
 */

/** @param {AbortSignal} [signal] @returns {Promise<Channels>} */
export const fetchChannels = async (signal) => (await send('api/channels', { signal })).json();

/** Has a message sent to try a channel. @param {string} name @returns {Promise<Trial>} */
export async function postTest(name) {
  const response = await send(`api/channels/${encodeURIComponent(name)}/test`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}',
  });
  return response.json();
}
