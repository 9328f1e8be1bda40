// Whether a request carries the signature its key would have made.
//
// Knows: the published rule of SDK-HMAC-SHA256 and of V11-HMAC-SHA256 (its derived-key sister), as
// an API gateway applies it to a request it received. Must not know: how our own client signs.
// Nothing of the rule is shared with cloud/signer on purpose, not even hex or percent-encoding: the
// two are written from the same rule and checked against the same vectors, so a mistake in one
// shows as a disagreement.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/cloud/request.h"
#include "simulator/script/account.h"

namespace jobtree::simulator {

enum class Verdict {
  genuine,
  no_authorization,         ///< no Authorization header
  malformed_authorization,  ///< not of either form, an unknown algorithm, or two of them
  unknown_key,
  bad_date,         ///< X-Sdk-Date is missing, unsigned or no date
  expired,          ///< X-Sdk-Date is more than 15 minutes from the clock
  bad_header,       ///< a signed header is absent or there twice; Host is missing or there twice
  wrong_signature,  ///< everything is in place and the signature is another
};

struct SignatureResult {
  Verdict verdict = Verdict::malformed_authorization;
  std::string access;  ///< the AK it claims to be from, "" when it could not be read
  /// What was signed as the gateway sees it; "" when the check ended before that.
  std::string canonical_request;
  std::vector<std::string> signed_headers;  ///< names in lower case; empty like `access`
  /// What exactly is wrong, in the words the real gateway puts behind "Incorrect IAM
  /// authentication information: " where they are known, in like words where they are not.
  std::string reason;
};

/// Judges `request` at the time `now`. A known key's name is in `access` also when the request is
/// refused, so that failures can be counted per key.
SignatureResult check_signature(const Request& request, std::span<const Key> keys,
                                std::chrono::system_clock::time_point now);

}  // namespace jobtree::simulator
