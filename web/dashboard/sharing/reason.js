// Why a share link could not be made, listed or ended, in words.
//
// Knows: refusals. Must not know: nodes.

import { say } from '../i18n/words.js';
import { getConfig } from '../state/config.js';
import { Refusal } from '../state/send.js';

/** @param {unknown} error */
export function reasonOf(error) {
  if (!(error instanceof Refusal)) return say('follow_failed', { why: say('state_unreachable') });
  if (error.isForbidden) return say(getConfig()?.token_required ? 'share_token' : 'share_denied');
  return say('follow_failed', { why: error.message });
}
