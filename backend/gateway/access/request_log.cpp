#include "gateway/access/request_log.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace jobtree::gateway {
namespace {

using Level = LogEntry::Level;

/// Outcomes that cost whoever sets them off nothing. The others are held back by what they cost:
/// a token, or the budget of unknown jobs.
constexpr std::array<std::string_view, 5> kFree{"no_token", "bad_token", "expired_token",
                                                "ended_share", "too_many_unknown"};

/// The method for the log, where nothing that came unchecked belongs.
std::string known_method(std::string_view method) {
  for (const std::string_view known : {"GET", "HEAD", "OPTIONS", "POST", "DELETE"}) {
    if (method == known) return std::string(method);
  }
  return "other";
}

}  // namespace

RequestLog::RequestLog(Sink sink, Level least, bool with_tokens)
    : sink_(std::move(sink)),
      least_(least),
      audit_level_(with_tokens ? Level::info : Level::debug) {}

void RequestLog::write(const LogEntry& entry) const {
  if (wants(entry.level)) sink_(entry);
}

void RequestLog::audit(const Decision& decision) {
  if (!wants(audit_level_)) return;
  LogEntry entry = audit_entry(audit_level_, decision);
  if (std::ranges::find(kFree, decision.outcome) == kFree.end()) return write(entry);
  write_seldom(decision.viewer, "audit " + decision.outcome, std::move(entry));
}

void RequestLog::audit_write(const Decision& decision) {
  write(audit_entry(Level::info, decision));
}

void RequestLog::responded(const Responded& response) {
  const Level level = response.status < 400 ? Level::debug : Level::info;
  if (!wants(level)) return;
  const std::string status = std::to_string(response.status);
  LogEntry entry{level,
                 "response",
                 {{"method", known_method(response.method)},
                  {"route", std::string(response.route)},
                  {"status", status},
                  {"request_id", std::string(response.request_id)},
                  {"viewer", std::string(response.viewer)}}};
  if (response.status < 400) return write(entry);
  write_seldom(response.viewer, "response " + status, std::move(entry));
}

void RequestLog::not_served(int status, std::string_view why, std::string_view request_id,
                            std::string_view viewer) {
  const Level level = status == 500 ? Level::error : Level::info;
  if (!wants(level)) return;
  const std::string text = std::to_string(status);
  LogEntry entry{level,
                 "request refused",
                 {{"status", text},
                  {"reason", std::string(why)},
                  {"request_id", std::string(request_id)},
                  {"viewer", std::string(viewer)}}};
  write_seldom(viewer, "refused " + text, std::move(entry));
}

void RequestLog::notice(const std::string& text) {
  if (!text.empty()) write({Level::warning, "notice", {{"detail", text}}});
}

void RequestLog::write_seldom(std::string_view viewer, const std::string& kind, LogEntry entry) {
  const auto now = std::chrono::steady_clock::now();
  write_rests(now);
  const auto repeated = repeats_.note(viewer, kind, now);
  if (!repeated) return;
  if (*repeated > 0) entry.fields.push_back({"repeated", std::to_string(*repeated)});
  sink_(entry);
}

void RequestLog::write_rests(Repeats::Time now) {
  for (const Repeats::Rest& rest : repeats_.take_rests(now)) {
    sink_({Level::info,
           "lines left out",
           {{"reason", rest.kind},
            {"viewer", rest.viewer},
            {"repeated", std::to_string(rest.left_out)}}});
  }
}

}  // namespace jobtree::gateway
