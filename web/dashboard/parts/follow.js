// Pins: a job that is followed is polled to its end by the server although nobody looks.
//
// Knows: what is said when somebody pins a job. Must not know: where pins are.

import { say } from '../i18n/words.js';
import { labelOf } from '../state/labels.js';
import { getConfig } from '../state/config.js';
import { postFollow } from '../state/records.js';
import { Refusal } from '../state/send.js';
import { formatAddress } from '../../shared/address.js';
import { showMessage } from '../ui/message.js';

/** @typedef {import('../../shared/address.js').Address} Address */

/** @param {unknown} error */
function reasonOf(error) {
  if (!(error instanceof Refusal)) return say('follow_failed', { why: say('state_unreachable') });
  if (error.isForbidden && getConfig()?.token_required) return say('follow_token');
  return say(error.isForbidden ? 'follow_denied' : 'follow_failed', { why: error.message });
}

/**
 * Follows a job, or ends that, and says what came of it.
 * @param {Address} address
 * @param {boolean} follow
 * @returns {Promise<boolean>} whether it is followed now
 */
export async function setFollowed(address, follow) {
  try {
    const record = await postFollow(address, follow, labelOf(formatAddress(address)));
    const isFollowed = record.is_followed ?? follow;
    showMessage(say(isFollowed ? 'followed_now' : 'unfollowed_now'));
    return isFollowed;
  } catch (error) {
    showMessage(reasonOf(error));
    return !follow;
  }
}
