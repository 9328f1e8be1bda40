// What the body of a refusal says.
//
// Knows: the spellings of all services, and the API gateway's texts. Must not know: what follows
// from them. Texts may quote what was sent, signed headers among it: they are for the operator.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "cloud/ask/rate_limit.h"

namespace jobtree::cloud {

inline constexpr std::size_t kMaxRequestId = 128;  // what is longer is none

struct ErrorBody {
  std::string code;        ///< "APIGW.0301": [A-Za-z0-9._-], "" when there is none
  std::string message;     ///< as sent; the body itself when it is no JSON or names none
  std::string request_id;  ///< [A-Za-z0-9._-], "" when there is none
  std::string inner_code;  ///< what its details name: the cause; "" when they name none
};

/// Never fails: a body that is no JSON, as from a proxy on the way, becomes the message, in ASCII.
ErrorBody read_error(std::string_view body);

/// Whether a body that came with status 200 is an error all the same, and no job: it has a code and
/// a message and nothing else that a job would have. Several services answer so: the query's own
/// error stands where the job would.
bool is_error_body(std::string_view body);

/// One line of at most so many bytes; a character that does not fit whole is left out.
std::string one_line(std::string text, std::size_t max);

/// The message as a program may be told it that sent no key of its own: one line, cut. "" where the
/// body had no code, so that it may come from anybody on the way, and where a signature was refused
/// (APIGW.03xx), for such a message quotes the headers that were signed.
std::string relayed_message(const ErrorBody& error);

/// `text` when it is a word of [A-Za-z0-9._-] that is safe anywhere, else "".
std::string plain_word(std::string_view text, std::size_t max);

/// The limit in "… over ratelimit,limit:200,time:5 minute".
std::optional<Rate> limit_in(std::string_view message);

/// What to look for when a signature was refused: the gateway quotes the canonical request it made
/// of what it received, with "|" for line ends. Compares it with the one that was signed and names
/// the first line that differs. Empty when nothing is quoted.
Bilingual compare_canonical(std::string_view message, std::string_view signed_request);

}  // namespace jobtree::cloud
