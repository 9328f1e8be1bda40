#include "notify/notice_json.h"

#include <cstdint>
#include <limits>
#include <utility>

#include "base/utc.h"
#include "notify/plain_text.h"
#include "store/record_json.h"

namespace jobtree::notify {
namespace {

using Json = nlohmann::ordered_json;
using store::text_or_null;

constexpr int kSchema = 1;

Json time_or_null(const std::optional<Time>& time) {
  return time ? Json(store::text_of(*time)) : Json();
}

Json json_of(const Bilingual& text) {
  return text.empty() ? Json() : Json{{"en", text.en}, {"zh", text.zh}};
}

Json json_of(const store::Counts& counts) {
  std::uint64_t total = 0;
  for (const std::uint32_t count : counts)
    total += count;
  Json json{{"total", total}};
  for (std::size_t i = 0; i < store::kStatuses; ++i)
    json[std::string(store::name_of(static_cast<Status>(i)))] = counts[i];
  return json;
}

/// Members of an object that may be anything: what is not there, or is of another type, is as if
/// nothing were known.
class Members {
 public:
  explicit Members(const nlohmann::json& json) : json_(json) {}

  const nlohmann::json& at(const char* name) const {
    static const nlohmann::json kNothing;
    const auto found = json_.is_object() ? json_.find(name) : json_.end();
    return json_.is_object() && found != json_.end() ? *found : kNothing;
  }
  std::string text(const char* name, std::size_t most) const {
    const auto* text = at(name).get_ptr<const std::string*>();
    return text == nullptr ? "" : plain_line(*text, most);
  }
  bool flag(const char* name) const { return at(name) == true; }
  std::uint32_t count(const char* name) const {
    const nlohmann::json& json = at(name);
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
    return json.is_number_unsigned()
               ? static_cast<std::uint32_t>(std::min(json.get<std::uint64_t>(), kMost))
               : 0;
  }
  std::optional<Time> time(const char* name) const {
    const auto time = parse_iso_time(text(name, kLongestNoticeName));
    if (!time) return std::nullopt;
    return std::chrono::time_point_cast<Time::duration>(*time);
  }
  Bilingual bilingual(const char* name) const {
    const Members words(at(name));
    return {words.text("en", kLongestNoticeName), words.text("zh", kLongestNoticeName)};
  }
  Status status() const {
    return store::status_named(text("status", kLongestNoticeName)).value_or(Status::unknown);
  }

 private:
  const nlohmann::json& json_;
};

store::Counts counts_at(const Members& notice) {
  const Members members(notice.at("counts"));
  store::Counts counts{};
  for (std::size_t i = 0; i < store::kStatuses; ++i)
    counts[i] = members.count(std::string(store::name_of(static_cast<Status>(i))).c_str());
  return counts;
}

std::vector<Cause> causes_at(const Members& notice) {
  std::vector<Cause> causes;
  const nlohmann::json& list = notice.at("causes");
  for (std::size_t i = 0; list.is_array() && i < list.size() && i < kMostCauses; ++i) {
    const Members cause(list[i]);
    causes.push_back({.code = cause.text("code", kLongestNoticeCode),
                      .text = cause.text("text", kLongestNoticeText),
                      .group = cause.text("group", kLongestNoticeName),
                      .count = cause.count("count")});
  }
  return causes;
}

Notice notice_at(const Members& json, Kind kind) {
  const auto name = [&json](const char* member) { return json.text(member, kLongestNoticeName); };
  Notice notice;
  notice.id = name("id");
  notice.kind = kind;
  // An id can be three of 255 bytes. A test is of no job.
  if (auto id = json.text("job_id", kLongestNoticeText); !id.empty()) {
    notice.address = {name("region"), name("service"), name("project_id"), std::move(id)};
  }
  notice.project_alias = name("project_alias");
  notice.type = name("type");
  notice.type_name = json.bilingual("name");
  notice.label = name("label");
  notice.status = json.status();
  notice.counts = counts_at(json);
  notice.error_code = json.text("error_code", kLongestNoticeCode);
  notice.error_text = json.text("error_text", kLongestNoticeText);
  notice.causes = causes_at(json);
  notice.begun_at = json.time("begun_at");
  notice.ended_at = json.time("ended_at");
  notice.observed_at = json.time("observed_at").value_or(Time());
  notice.is_late = json.flag("late");
  notice.is_repeat = json.flag("repeat");
  notice.link = json.text("url", kLongestLink);
  return notice;
}

Digest digest_at(const Members& json) {
  Digest digest;
  digest.id = json.text("id", kLongestNoticeName);
  digest.count = json.count("count");
  digest.first_at = json.time("first_at").value_or(Time());
  digest.last_at = json.time("last_at").value_or(Time());
  digest.is_while_away = json.flag("while_away");
  digest.is_repeat = json.flag("repeat");
  digest.link = json.text("url", kLongestLink);
  const nlohmann::json& list = json.at("rows");
  for (std::size_t i = 0; list.is_array() && i < list.size() && i < kMostRows; ++i) {
    const Members row(list[i]);
    const auto kind = kind_named(row.text("kind", kLongestNoticeName));
    if (!kind) continue;
    digest.rows.push_back({.kind = *kind,
                           .status = row.status(),
                           .code = row.text("error_code", kLongestNoticeCode),
                           .text = row.text("error_text", kLongestNoticeText),
                           .example = row.bilingual("example"),
                           .count = row.count("count")});
  }
  return digest;
}

}  // namespace

Json json_of(const Notice& notice) {
  Json causes = Json::array();
  for (const Cause& cause : notice.causes) {
    causes.push_back({{"code", text_or_null(cause.code)},
                      {"text", text_or_null(cause.text)},
                      {"group", text_or_null(cause.group)},
                      {"count", cause.count}});
  }
  return {{"schema", kSchema},
          {"kind", name_of(notice.kind)},
          {"id", notice.id},
          {"region", text_or_null(notice.address.region())},
          {"service", text_or_null(notice.address.service())},
          {"project_id", text_or_null(notice.address.project_id())},
          {"project_alias", text_or_null(notice.project_alias)},
          {"job_id", text_or_null(notice.address.job_id())},
          {"type", text_or_null(notice.type)},
          {"name", json_of(notice.type_name)},
          {"label", text_or_null(notice.label)},
          {"status", store::name_of(notice.status)},
          {"counts", json_of(notice.counts)},
          {"error_code", text_or_null(notice.error_code)},
          {"error_text", text_or_null(notice.error_text)},
          {"causes", std::move(causes)},
          {"begun_at", time_or_null(notice.begun_at)},
          {"ended_at", time_or_null(notice.ended_at)},
          {"observed_at", store::text_of(notice.observed_at)},
          {"late", notice.is_late},
          {"url", text_or_null(notice.link)}};
}

Json json_of(const Digest& digest) {
  Json rows = Json::array();
  for (const Digest::Row& row : digest.rows) {
    rows.push_back({{"kind", name_of(row.kind)},
                    {"status", store::name_of(row.status)},
                    {"error_code", text_or_null(row.code)},
                    {"error_text", text_or_null(row.text)},
                    {"example", json_of(row.example)},
                    {"count", row.count}});
  }
  return {{"schema", kSchema},
          {"kind", "digest"},
          {"id", digest.id},
          {"count", digest.count},
          {"rows", std::move(rows)},
          {"first_at", store::text_of(digest.first_at)},
          {"last_at", store::text_of(digest.last_at)},
          {"while_away", digest.is_while_away},
          {"url", text_or_null(digest.link)}};
}

std::string payload_of(const Content& content) {
  return std::visit(
      [](const auto& told) {
        Json json = json_of(told);
        json["repeat"] = told.is_repeat;
        return store::text_of(json);
      },
      content);
}

std::optional<Content> content_of(std::string_view payload) {
  if (payload.size() > kLargestPayload) return std::nullopt;
  const auto json = nlohmann::json::parse(payload, nullptr, false);
  const Members members(json);
  if (members.at("schema") != kSchema) return std::nullopt;
  const std::string name = members.text("kind", kLongestNoticeName);
  if (name == "digest") return digest_at(members);
  if (const auto kind = kind_named(name)) return notice_at(members, *kind);
  return std::nullopt;
}

}  // namespace jobtree::notify
