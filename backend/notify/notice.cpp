#include "notify/notice.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "base/hex.h"
#include "base/protocol/digest.h"
#include "notify/plain_text.h"
#include "store/record_json.h"

namespace jobtree::notify {
namespace {

constexpr std::array<std::string_view, kKinds> kKindNames{
    "begun", "settled", "first_failure", "stuck", "group_new", "group_back", "test"};
constexpr std::size_t kIdBytes = 16;

std::string short_digest(std::string_view text) {
  const auto digest = Sha256()(text);
  return digest ? to_hex(std::span(*digest).first(kIdBytes)) : "";
}

Bilingual words_of_type(std::string_view type) {
  const auto name = store::name_of_type(type);
  if (name.is_null()) return {};
  return {name.value("en", ""), name.value("zh", "")};
}

Cause plain(const Cause& cause) {
  return {.code = plain_line(cause.code, kLongestNoticeCode),
          .text = plain_line(cause.text, kLongestNoticeText),
          .group = plain_line(cause.group, kLongestNoticeName),
          .count = cause.count};
}

std::vector<Cause> causes_of(const store::JobRecord& record) {
  std::vector<Cause> causes;
  for (const store::FailureGroup& failure : record.failures) {
    if (causes.size() == kMostCauses) break;
    causes.push_back(plain({.code = failure.error_code,
                            .text = failure.error_text,
                            .group = failure.group,
                            .count = failure.count}));
  }
  return causes;
}

/// Without the "/" that an operator may have put at its end.
std::string page_at(std::string_view public_url, std::string_view rest) {
  if (public_url.empty()) return "";
  if (public_url.ends_with('/')) public_url.remove_suffix(1);
  return std::string(public_url).append(rest);
}

Digest::Row row_of(const Notice& notice) {
  return {.kind = notice.kind,
          .status = notice.status,
          .code = notice.error_code,
          .text = notice.error_text,
          .example = title_of(notice),
          .count = 1};
}

/// What the notices of one row have in common: of an error its code, where it has one.
std::string key_of(const Digest::Row& row) {
  std::string key(name_of(row.kind));
  key.append(1, '|').append(store::name_of(row.status)).append(1, '|').append(row.code);
  return row.code.empty() ? key.append(1, '|').append(row.text) : key;
}

}  // namespace

std::string_view name_of(Kind kind) {
  return kKindNames.at(static_cast<std::size_t>(kind));
}

std::optional<Kind> kind_named(std::string_view name) {
  const auto* const found = std::ranges::find(kKindNames, name);
  if (found == kKindNames.end()) return std::nullopt;
  return static_cast<Kind>(found - kKindNames.begin());
}

Notice notice_of(const store::JobRecord& record, const Occasion& occasion) {
  Notice notice;
  notice.kind = occasion.kind;
  notice.address = record.address;
  notice.project_alias = plain_line(occasion.project_alias, kLongestNoticeName);
  const std::string& type = record.type.empty() ? record.finding.operation : record.type;
  notice.type = plain_line(type, kLongestNoticeName);
  notice.type_name = words_of_type(type);
  notice.label = plain_line(record.marks.label, kLongestNoticeName);
  notice.status = record.status;
  notice.counts = record.counts;
  notice.error_code = plain_line(record.error_code, kLongestNoticeCode);
  notice.error_text = plain_line(record.error_text, kLongestNoticeText);
  notice.causes = causes_of(record);
  if (occasion.cause) {
    notice.causes = {plain(*occasion.cause)};
    notice.error_code = notice.causes.front().code;
    notice.error_text = notice.causes.front().text;
  }
  notice.begun_at = record.begun_at;
  notice.ended_at = record.ended_at;
  notice.observed_at = occasion.observed_at;
  notice.is_late = occasion.is_late;
  notice.link = job_link(occasion.public_url, record.address);
  const std::string subject = occasion.cause
                                  ? record.address.service() + '/' + occasion.cause->group
                                  : record.address.key();
  std::string run(occasion.run);
  if (run.empty() && !occasion.cause) {
    run = store::text_of(record.begun_at.value_or(record.first_seen));
  }
  // Whichever job has a cause of failure first, and however that job is by now.
  const Status status = occasion.cause ? Status::failed : notice.status;
  notice.id = event_id(subject, notice.kind, status, run);
  return notice;
}

Notice test_notice(Time now, std::string_view public_url) {
  Notice notice;
  notice.kind = Kind::test;
  notice.observed_at = now;
  notice.link = list_link(public_url);
  notice.id = event_id("", notice.kind, notice.status, store::text_of(now));
  return notice;
}

std::string event_id(std::string_view subject, Kind kind, Status status, std::string_view run) {
  std::string text(subject);
  text.append(1, '|').append(name_of(kind)).append(1, '|').append(store::name_of(status));
  return short_digest(text.append(1, '|').append(run));
}

Digest digest_of(std::span<const Notice> notices, bool is_while_away, std::string_view public_url) {
  Digest digest;
  digest.is_while_away = is_while_away;
  digest.count = static_cast<std::uint32_t>(notices.size());
  digest.link = list_link(public_url);
  std::string ids;
  std::unordered_map<std::string, std::size_t> places;
  for (const Notice& notice : notices) {
    ids += notice.id;
    const bool is_first = &notice == &notices.front();
    digest.first_at = is_first ? notice.observed_at : std::min(digest.first_at, notice.observed_at);
    digest.last_at = std::max(digest.last_at, notice.observed_at);
    Digest::Row row = row_of(notice);
    const auto [place, is_new] = places.emplace(key_of(row), digest.rows.size());
    if (is_new) {
      digest.rows.push_back(std::move(row));
    } else {
      ++digest.rows[place->second].count;
    }
  }
  digest.id = short_digest(ids);
  std::ranges::stable_sort(digest.rows, std::ranges::greater(), &Digest::Row::count);
  if (digest.rows.size() > kMostRows) digest.rows.resize(kMostRows);
  return digest;
}

Bilingual title_of(const Notice& notice) {
  if (!notice.label.empty()) return notice.label;
  if (!notice.type_name.empty()) return notice.type_name;
  if (!notice.type.empty()) return notice.type;
  return notice.address.job_id();
}

std::string job_link(std::string_view public_url, const cloud::JobAddress& address) {
  return page_at(public_url, "/?job=" + address.key());
}

std::string list_link(std::string_view public_url) {
  return page_at(public_url, "/#board");
}

}  // namespace jobtree::notify
