// What goes to the other side and what comes back, as values.
//
// Knows: requests of HTTP, messages of mail, verdicts. Must not know: how they are sent, and which
// channel it is.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/bilingual.h"
#include "cloud/header.h"

namespace jobtree::notify {

/// To be sent by POST, without following redirects.
struct HttpRequest {
  std::string url{};
  std::vector<cloud::Header> headers{};
  std::string body{};
};

/// To be sent to the channel's server.
struct Mail {
  std::string from{};
  std::string to{};       ///< one: a mail each, so that none who has it gets it again
  std::string message{};  ///< header and body (RFC 5322), lines end in CRLF
};

using Dispatch = std::variant<HttpRequest, Mail>;

struct Response {
  int status = 0;      ///< of HTTP; of mail the code of the last reply (RFC 5321); 0: none came
  std::string body{};  ///< its first 64 KiB; of mail the text of that reply
  std::optional<std::chrono::seconds> retry_after{};  ///< of the header, read by its own date
  std::string trouble{};                              ///< with no status: why, without URLs
  bool may_have_arrived = false;                      ///< with no status: the request had left
};

struct Verdict {
  enum class Kind : std::uint8_t {
    delivered,
    again,  ///< try later: after `after`, else by the schedule
    never,  ///< another attempt gives the same: somebody must do what `text` says
    shut,   ///< as again, and nothing else may be sent by the channel for `after`
    gone    ///< the other side wants no more: nothing is sent until the channel is changed
  };

  Kind kind = Kind::again;
  std::optional<std::chrono::seconds> after{};
  bool may_have_arrived = false;  ///< the next attempt says so in its text
  std::string code{};             ///< the other side's own: "19024", "HTTP 503", "SMTP 550"
  Bilingual text{};               ///< what the other side said, and what to do about it
};

}  // namespace jobtree::notify
