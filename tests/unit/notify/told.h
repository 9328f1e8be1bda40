// What the tests of telling have in common: a job that failed, and a channel that is told.
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/utc.h"
#include "notify/channels/channels.h"
#include "notify/notice.h"
#include "unit/catch.h"

namespace jobtree::notify::tests {

using nlohmann::json;

constexpr const char* kPublicUrl = "https://jobs.example";

inline Time time_at(const char* iso) {
  return std::chrono::time_point_cast<Time::duration>(parse_iso_time(iso).value());
}

inline store::JobRecord failed_record() {
  store::JobRecord record;
  record.address = {"cn-north-4", "eip", "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
                    "ff80808290a1b2c301990000aaaa0001"};
  record.type = "batchCreatePublicips";
  record.status = Status::failed;
  record.is_final = true;
  record.begun_at = time_at("2026-11-28T22:24:06Z");
  record.ended_at = time_at("2026-11-28T22:28:18Z");
  record.counts = {0, 0, 17, 3, 0, 0, 0};
  record.error_code = "VPC.0501";
  record.error_text = "quota exceeded";
  record.failures = {{.error_code = "VPC.0501",
                      .error_text = "quota exceeded",
                      .count = 2,
                      .group = "VPC.0501~1c9e03b7"},
                     {.error_code = "VPC.0532",
                      .error_text = "no free address",
                      .count = 1,
                      .group = "VPC.0532~00000001"}};
  return record;
}

inline Occasion settled() {
  return {.kind = Kind::settled,
          .observed_at = time_at("2026-11-28T22:28:20Z"),
          .project_alias = "prod",
          .public_url = kPublicUrl};
}

inline Notice failed_notice() {
  return notice_of(failed_record(), settled());
}

/// Whose texts are what an attacker would have them be.
inline Notice hostile_notice() {
  store::JobRecord record = failed_record();
  const std::string bad =
      "<at id=all></at><at user_id=\"all\">x</at> <!channel> <!here> <@U1> @all @13800000000 "
      "[x](https://evil.example) ![x](https://evil.example/p.png) <font color=\"info\"> & \"\\ "
      "`*#\r\n"
      "Bcc: all@example.com\r\n\r\n#### x\xFF\xE2\x80\xAE";
  record.error_text = bad;
  record.type = bad;
  record.marks.label = bad;
  record.failures[0].error_text = bad;
  record.failures[1].error_text = bad;
  return notice_of(record, settled());
}

/// With as much of everything as a notice can hold, in Chinese.
inline Notice long_notice() {
  store::JobRecord record = failed_record();
  std::string text;
  while (text.size() < 4000)
    text += "配额不足";
  record.error_text = text;
  record.marks.label = text;
  record.failures.clear();
  for (std::uint32_t i = 0; i < 40; ++i)
    record.failures.push_back(
        {.error_code = "VPC.05" + std::to_string(10 + i), .error_text = text, .count = 40 - i});
  return notice_of(record, settled());
}

inline Channel channel_of(ChannelKind kind) {
  Channel channel;
  channel.name = "ops";
  channel.kind = kind;
  channel.url = "https://robot.example/hook";
  if (kind == ChannelKind::mail) {
    channel.url = "smtps://mail.example:465";
    channel.from = "jobs@example.com";
    channel.to = {"li@example.com"};
  }
  return channel;
}

inline ChannelSecrets secrets_of(std::initializer_list<const char*> keys) {
  ChannelSecrets secrets;
  for (const char* key : keys)
    secrets.keys.emplace_back(key);
  return secrets;
}

inline Dispatches made(const Channel& channel, const Content& content,
                       const ChannelSecrets& secrets = {},
                       Time at = time_at("2026-11-28T22:30:00Z")) {
  auto all = dispatches_of({.channel = channel,
                            .secrets = secrets,
                            .content = content,
                            .at = at,
                            .public_url = kPublicUrl});
  REQUIRE(all);
  return std::move(all.value());
}

inline HttpRequest request_of(const Channel& channel, const Content& content,
                              const ChannelSecrets& secrets = {},
                              Time at = time_at("2026-11-28T22:30:00Z")) {
  return std::get<HttpRequest>(made(channel, content, secrets, at).at(0));
}

inline json body_of(const Channel& channel, const Content& content) {
  return json::parse(request_of(channel, content).body);
}

inline std::string header_of(const HttpRequest& request, std::string_view name) {
  for (const auto& [known, value] : request.headers) {
    if (known == name) return value;
  }
  return "";
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

inline bool is_utf8(const std::string& text) {
  return json(text).dump(-1, ' ', false, json::error_handler_t::ignore) ==
         json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

/// "again 60 (19024): …" in English, to be compared as one.
inline std::string shown(const Verdict& verdict) {
  constexpr std::array<const char*, 5> kNames{"delivered", "again", "never", "shut", "gone"};
  std::string text = kNames.at(static_cast<std::size_t>(verdict.kind));
  if (verdict.after) text += ' ' + std::to_string(verdict.after->count());
  if (verdict.may_have_arrived) text += " perhaps";
  return text + ": " + verdict.text.en;
}

inline std::string shown(ChannelKind kind, int status, std::string body) {
  const Verdict verdict = judge(kind, {.status = status, .body = std::move(body)});
  CHECK_FALSE(verdict.text.zh.empty());
  return shown(verdict);
}

}  // namespace jobtree::notify::tests
