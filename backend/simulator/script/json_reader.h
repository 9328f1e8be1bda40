// Reading JSON that somebody wrote by hand: every mistake is named with its place, none is let
// pass.
//
// Knows: members, types and bounds. Must not know: what they mean.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/bilingual.h"

namespace jobtree::simulator {

/// One JSON value at `place` ("jobs[3].course"). All readers of a file share `wrong`, which holds
/// the first thing that is wrong in it; from then on they give back whatever, and nobody looks.
class JsonReader {
 public:
  JsonReader(const nlohmann::ordered_json& value, std::string place, Bilingual& wrong)
      : value_(&value), place_(std::move(place)), wrong_(&wrong) {}

  /// Says that it has to be an object, unless it is one.
  bool must_be_object();

  bool has(const char* name) const;
  /// Each reads a member. `otherwise` stands for one that is absent; without it the member must be
  /// there.
  std::string text(const char* name, std::size_t max_size);
  std::string text(const char* name, std::size_t max_size, std::string otherwise);
  std::int64_t integer(const char* name, std::int64_t low, std::int64_t high);
  std::int64_t integer(const char* name, std::int64_t low, std::int64_t high,
                       std::int64_t otherwise);
  double number(const char* name, double low, double high, double otherwise);
  bool flag(const char* name, bool otherwise);
  /// Null when it is absent or something is wrong.
  const nlohmann::ordered_json* any(const char* name);
  /// The member as an object; the caller looks with has() whether it is there.
  JsonReader object(const char* name);
  /// The members of an array, which may be absent.
  std::vector<JsonReader> list(const char* name, std::size_t max_size);
  std::vector<JsonReader> list(std::size_t max_size);
  /// A member that is one of these words; its index.
  std::size_t word(const char* name, const std::vector<std::string_view>& words,
                   std::size_t otherwise);

  /// Says so when a member was there that nobody has read. To be called last.
  void done();

  /// "jobs[3].title: …" unless something is wrong already.
  void fail(const char* name, const Bilingual& what);
  void fail(const Bilingual& what);
  bool failed() const { return !wrong_->empty(); }

 private:
  const nlohmann::ordered_json* member(const char* name, bool required);
  std::string place_of(const char* name) const;

  const nlohmann::ordered_json* value_;
  std::string place_;
  Bilingual* wrong_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace jobtree::simulator
