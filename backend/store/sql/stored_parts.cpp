#include "store/sql/stored_parts.h"

#include <charconv>
#include <utility>
#include <vector>

#include "store/body_codec.h"

namespace jobtree::store {
namespace {

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

std::optional<EventPlace> event_place(std::string_view cursor, bool newest_first) {
  if (cursor.empty()) return newest_first ? EventPlace{INT64_MAX, INT64_MAX} : EventPlace{0, 0};
  EventPlace place{};
  const char* const end = cursor.data() + cursor.size();
  const auto [dot, bad_version] = std::from_chars(cursor.data(), end, place.version);
  if (bad_version != std::errc() || dot == end || *dot != '.') return std::nullopt;
  const auto [rest, bad_part] = std::from_chars(dot + 1, end, place.part);
  if (bad_part != std::errc() || rest != end) return std::nullopt;
  return place;
}

Outcome<bool> EventCollector::add(const StoredEvents& events) {
  if (count_ != 0 && count_ + events.count > limit_) {
    page_.next = std::to_string(last_.version) + "." + std::to_string(last_.part);
    return false;
  }
  const auto json = unpack_body(events.packed, {}, events.size);
  if (!json) return StoreError{StoreError::Kind::corrupt, "events cannot be unpacked"};
  if (!page_.json.empty()) page_.json += ',';
  page_.json += newest_first_ ? reversed(*json) : *json;
  count_ += events.count;
  last_ = events.place;
  return true;
}

Outcome<Done> BodyChain::add(const StoredVersion& version) {
  is_broken_ = is_broken_ || !version.is_there;
  if (is_broken_) return Done();
  auto body = unpack_body(version.packed,
                          version.is_whole ? std::string_view() : std::string_view(read_.body),
                          version.size);
  if (!body) return StoreError{StoreError::Kind::corrupt, "a body cannot be unpacked"};
  read_.body = std::move(*body);
  read_.links = version.is_whole ? 0 : read_.links + 1;
  read_.link_bytes = version.is_whole ? 0 : read_.link_bytes + version.packed.size();
  sha256_ = version.sha256;
  last_ = version.version;
  return Done();
}

Outcome<std::optional<BodyRead>> BodyChain::body_of(std::int64_t version) {
  if (is_broken_ || last_ == 0 || (version != 0 && last_ != version)) {
    return std::optional<BodyRead>();
  }
  if (digest_of(read_.body) != sha256_) {
    return StoreError{StoreError::Kind::corrupt, "a body has another digest than was stored"};
  }
  return std::optional(std::move(read_));
}

}  // namespace jobtree::store
