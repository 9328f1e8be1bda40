// What the engine says of how a watch goes, and what to do about it, in English and Chinese.
//
// Knows: states of a watch, codes of the backend and the cloud. Must not know: when a sentence is
// due.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/array.h"
#include "i18n/format.h"
#include "wire/abi.h"

namespace jobtree::engine {

/// In the place of a status: the job comes from the backend's memory, as the cloud has deleted it
/// (200 with Jobtree-Stored-At).
inline constexpr std::int32_t kStored = 203;

/// What the watch's sentence is made of. Times in whole seconds; negative when not known.
struct WatchFacts {
  abi::State state = abi::State::loading;
  std::string_view code;         ///< the problem's code, "APIGW.0301", may be empty
  std::int32_t http_status = 0;  ///< of the last answer, 0 when none came
  double age = -1;               ///< since what is shown was confirmed
  double next = -1;              ///< until the next query
  bool has_tree = false;

  bool operator==(const WatchFacts& other) const {
    return state == other.state && is_same(code, other.code) && http_status == other.http_status &&
           age == other.age && next == other.next && has_tree == other.has_tree;
  }
};

/// How the watch goes, one sentence, and true when it changes by itself with the clock; and what to
/// do about it, one sentence or nothing.
bool put_watch_message(String& out, const WatchFacts& facts, Language language);
std::string_view watch_hint(const WatchFacts& facts, Language language);

}  // namespace jobtree::engine
