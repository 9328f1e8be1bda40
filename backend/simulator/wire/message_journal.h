// What was told to the robots of chat channels, so that a test, or a person, can read it.
//
// Knows: messages as they are told to it, without secrets: of headers a few that hold none. Must
// not know: vendors' rules, sockets. Thread-safe. Texts are anybody's: they are shown as text, and
// mean nothing.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "simulator/script/time.h"

namespace jobtree::simulator {

struct JournalMessage {
  WallTime at = {};
  std::string vendor = {};
  std::string robot = {};  ///< its ID; "" when there is none of that ID
  int status = 0;          ///< as it went out
  std::string code = {};   ///< the vendor's own
  bool is_shown = false;   ///< whether people in the channel see it
  std::string faults = {};
  std::string text = {};
  std::vector<std::string> links = {};
  std::vector<std::string> mentions = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
};

class MessageJournal {
 public:
  static constexpr std::size_t kMaxMessages = 1000;

  void add(JournalMessage message);
  void clear();
  /// {"messages": [the last 1,000], "total": 3}
  std::string json() const;

 private:
  mutable Mutex mutex_;
  std::deque<JournalMessage> messages_ JOBTREE_GUARDED_BY(mutex_);
  std::uint64_t total_ JOBTREE_GUARDED_BY(mutex_) = 0;
};

}  // namespace jobtree::simulator
