// Verdicts that several channels come to.
//
// Knows: statuses of HTTP, and how vendors put a code into a body. Must not know: which channel it
// is, what a vendor's codes mean.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "notify/channels/dispatch.h"

namespace jobtree::notify {

Verdict delivered();
/// `code`: of the other side; `text`: what to do. What the other side said, cut and on one line,
/// comes after it.
Verdict verdict(Verdict::Kind kind, std::string code, const Bilingual& text,
                std::string_view said = {});

/// By the status (RFC 9110; CloudEvents "Web Hooks for Event Delivery", 1.0.2, 2.2): nothing for
/// 2xx, which is for the channel to judge further.
std::optional<Verdict> refused_by_status(const Response& response);

/// A code that a vendor documents, or that was seen.
struct KnownCode {
  std::int64_t code;
  Verdict::Kind kind;
  Sentence<0> text;
  std::chrono::seconds after{0};  ///< only of `shut`
};

/// How chat vendors respond: JSON with a number under `name`, 0 for what is delivered, and a text
/// under `text_name`; with status 200 whatever happened, so that the body is judged first. A code
/// that is not known is tried again.
Verdict judged_by_code(const Response& response, const char* name, const char* text_name,
                       std::span<const KnownCode> known);

/// The body as an object; anything else is an empty one.
nlohmann::json object_in(std::string_view body);

}  // namespace jobtree::notify
