#include "store/sqlite/reader.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "store/body_codec.h"
#include "store/sqlite/board_sql.h"
#include "store/sqlite/job_row.h"

namespace jobtree::store {
namespace {

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Which part of a job's events.
struct Part {
  std::int64_t version;
  std::int64_t part;
};

/// "12.3"; nothing when it is none.
std::optional<Part> part_of(std::string_view cursor) {
  Part part{};
  const char* const end = cursor.data() + cursor.size();
  const auto [dot, bad_version] = std::from_chars(cursor.data(), end, part.version);
  if (bad_version != std::errc() || dot == end || *dot != '.') return std::nullopt;
  const auto [rest, bad_part] = std::from_chars(dot + 1, end, part.part);
  if (bad_part != std::errc() || rest != end) return std::nullopt;
  return part;
}

/// JSON objects with "," between, the last one first. Strings are valid JSON, so a brace counts
/// only outside of them.
std::string reversed(std::string_view objects) {
  std::vector<std::string_view> found;
  bool in_text = false;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const char c = objects[i];
    if (in_text) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_text = false;
      }
    } else if (c == '"') {
      in_text = true;
    } else if (c == '{' && depth++ == 0) {
      begin = i;
    } else if (c == '}' && --depth == 0) {
      found.push_back(objects.substr(begin, i + 1 - begin));
    }
  }
  std::string text;
  text.reserve(objects.size());
  for (auto object = found.rbegin(); object != found.rend(); ++object) {
    if (!text.empty()) text += ',';
    text += *object;
  }
  return text;
}

}  // namespace

Outcome<BoardPage> Reader::board(const BoardQuery& query) {
  const auto sql = board_sql(query);
  if (!sql) return BoardPage();
  auto statement = connection_.prepare(sql->text);
  if (!statement) return statement.error();
  if (const auto bound = statement.value().bind(sql->parameters); !bound) return bound.error();
  BoardPage page;
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMostOnPage);
  std::int64_t last = 0;
  for (;;) {
    const auto row = statement.value().step();
    if (!row) return row.error();
    if (!row.value()) return page;
    if (page.jobs.size() == limit) {
      page.next = cursor_after(page.jobs.back(), last, query.order);
      return page;
    }
    page.jobs.push_back(record_of(statement.value()));
    last = number_of(statement.value());
  }
}

Outcome<std::optional<std::int64_t>> Reader::find(const cloud::JobAddress& address) {
  const bool is_any = address.project_id() == "-";
  auto statement = connection_.prepare(
      is_any ? "SELECT id FROM job WHERE region = ?1 AND service = ?2 AND job_id = ?4 "
               "ORDER BY project = ?3 DESC, last_seen DESC LIMIT 1"
             : "SELECT id FROM job WHERE region = ?1 AND service = ?2 AND project = ?3 "
               "AND job_id = ?4");
  if (!statement) return statement.error();
  const auto bound = statement.value().bind(
      {std::string_view(address.region()), std::string_view(address.service()),
       std::string_view(address.project_id()), std::string_view(address.job_id())});
  if (!bound) return bound.error();
  const auto row = statement.value().step();
  if (!row) return row.error();
  if (!row.value()) return std::optional<std::int64_t>();
  return std::optional(statement.value().integer(0));
}

Outcome<std::optional<JobRecord>> Reader::job(const cloud::JobAddress& address) {
  const auto number = find(address);
  if (!number) return number.error();
  if (!number.value()) return std::optional<JobRecord>();
  auto statement =
      connection_.prepare(std::string("SELECT ") + kJobColumns + " FROM job WHERE id = ?1");
  if (!statement) return statement.error();
  if (const auto bound = statement.value().bind({*number.value()}); !bound) return bound.error();
  const auto row = statement.value().step();
  if (!row) return row.error();
  if (!row.value()) return std::optional<JobRecord>();  // deleted meanwhile
  return std::optional(record_of(statement.value()));
}

Outcome<EventsPage> Reader::events(const cloud::JobAddress& address, std::string_view cursor,
                                   std::size_t limit, bool newest_first) {
  EventsPage page;
  const auto number = find(address);
  if (!number) return number.error();
  Part from = newest_first ? Part{INT64_MAX, INT64_MAX} : Part{0, 0};
  if (!cursor.empty()) {
    const auto after = part_of(cursor);
    if (!after) return page;
    from = *after;
  }
  if (!number.value()) return page;
  auto statement = connection_.prepare(
      newest_first ? "SELECT version, part, count, size, data FROM event WHERE job = ?1 "
                     "AND (version, part) < (?2, ?3) ORDER BY version DESC, part DESC"
                   : "SELECT version, part, count, size, data FROM event WHERE job = ?1 "
                     "AND (version, part) > (?2, ?3) ORDER BY version, part");
  if (!statement) return statement.error();
  Statement& rows = statement.value();
  if (const auto bound = rows.bind({*number.value(), from.version, from.part}); !bound) {
    return bound.error();
  }
  std::size_t count = 0;
  Part last{};
  for (;;) {
    const auto row = rows.step();
    if (!row) return row.error();
    if (!row.value()) return page;
    const auto more = static_cast<std::size_t>(rows.integer(2));
    if (count != 0 && count + more > limit) {
      page.next = std::to_string(last.version) + "." + std::to_string(last.part);
      return page;
    }
    const auto json =
        unpack_body(as_text(rows.bytes(4)), {}, static_cast<std::size_t>(rows.integer(3)));
    if (!json) return StoreError{StoreError::Kind::corrupt, "events cannot be unpacked"};
    if (!page.json.empty()) page.json += ',';
    page.json += newest_first ? reversed(*json) : *json;
    count += more;
    last = {rows.integer(0), rows.integer(1)};
  }
}

Outcome<std::vector<VersionRecord>> Reader::versions(const cloud::JobAddress& address) {
  std::vector<VersionRecord> versions;
  const auto number = find(address);
  if (!number) return number.error();
  if (!number.value()) return versions;
  auto statement = connection_.prepare(
      "SELECT version, at, size, sha256, data IS NOT NULL FROM version WHERE job = ?1 "
      "ORDER BY version DESC LIMIT 10000");
  if (!statement) return statement.error();
  Statement& rows = statement.value();
  if (const auto bound = rows.bind({*number.value()}); !bound) return bound.error();
  for (;;) {
    const auto row = rows.step();
    if (!row) return row.error();
    if (!row.value()) return versions;
    versions.push_back({.version = rows.integer(0),
                        .at = time_of(rows.integer(1)),
                        .size = static_cast<std::size_t>(rows.integer(2)),
                        .sha256 = std::string(rows.text(3)),
                        .has_body = rows.integer(4) != 0});
  }
}

Outcome<std::optional<BodyRead>> Reader::body(const cloud::JobAddress& address,
                                              std::int64_t version) {
  const auto number = find(address);
  if (!number) return number.error();
  if (!number.value()) return std::optional<BodyRead>();
  // From the last whole body up to the one that is wanted.
  auto statement = connection_.prepare(
      "SELECT version, size, sha256, data, is_whole FROM version WHERE job = ?1 "
      "AND version <= ?2 AND version >= (SELECT max(version) FROM version WHERE job = ?1 "
      "AND version <= ?2 AND is_whole = 1) ORDER BY version");
  if (!statement) return statement.error();
  Statement& rows = statement.value();
  const std::int64_t wanted = version == 0 ? INT64_MAX : version;
  if (const auto bound = rows.bind({*number.value(), wanted}); !bound) return bound.error();
  BodyRead read;
  std::string digest;
  std::int64_t last = 0;
  for (;;) {
    const auto row = rows.step();
    if (!row) return row.error();
    if (!row.value()) break;
    if (rows.is_null(3)) return std::optional<BodyRead>();
    const std::string_view packed = as_text(rows.bytes(3));
    const bool is_whole = rows.integer(4) != 0;
    auto body = unpack_body(packed, is_whole ? std::string_view() : std::string_view(read.body),
                            static_cast<std::size_t>(rows.integer(1)));
    if (!body) return StoreError{StoreError::Kind::corrupt, "a body cannot be unpacked"};
    read.body = std::move(*body);
    read.links = is_whole ? 0 : read.links + 1;
    read.link_bytes = is_whole ? 0 : read.link_bytes + packed.size();
    digest = rows.text(2);
    last = rows.integer(0);
  }
  if (last == 0 || (version != 0 && last != version)) return std::optional<BodyRead>();
  if (digest_of(read.body) != digest) {
    return StoreError{StoreError::Kind::corrupt, "a body has another digest than was stored"};
  }
  return std::optional(std::move(read));
}

Outcome<std::vector<double>> Reader::durations(std::string_view service, std::string_view type,
                                               int size_class) {
  std::vector<double> seconds;
  auto statement = connection_.prepare(
      "SELECT seconds FROM duration WHERE service = ?1 AND type = ?2 AND size_class = ?3");
  if (!statement) return statement.error();
  Statement& rows = statement.value();
  const auto bound = rows.bind({service, type, static_cast<std::int64_t>(size_class)});
  if (!bound) return bound.error();
  for (;;) {
    const auto row = rows.step();
    if (!row) return row.error();
    if (!row.value()) return seconds;
    seconds.push_back(rows.real(0));
  }
}

Outcome<std::vector<JobRecord>> Reader::unfinished(std::size_t limit) {
  std::vector<JobRecord> jobs;
  auto statement = connection_.prepare(std::string("SELECT ") + kJobColumns +
                                       " FROM job WHERE is_final = 0 AND forgotten_at IS NULL "
                                       "ORDER BY last_seen LIMIT ?1");
  if (!statement) return statement.error();
  Statement& rows = statement.value();
  if (const auto bound = rows.bind({static_cast<std::int64_t>(limit)}); !bound) {
    return bound.error();
  }
  for (;;) {
    const auto row = rows.step();
    if (!row) return row.error();
    if (!row.value()) return jobs;
    jobs.push_back(record_of(rows));
  }
}

}  // namespace jobtree::store
