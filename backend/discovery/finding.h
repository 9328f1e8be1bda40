// How finding jobs goes, as values: for the page, the log and the metrics.
//
// Knows: what can be said of one list in one region. Must not know: how lists are read.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bilingual.h"
#include "base/utc.h"

namespace jobtree::discovery {

/// Which of the cloud's records are read (--discover).
enum class Mode : std::uint8_t { off, lists, traces, all };
std::string_view name_of(Mode mode);

/// How the list of one service in one region stands, or the traces of one region.
struct Reading {
  enum class State : std::uint8_t {
    waiting,  ///< not read yet
    backlog,  ///< what was before the start is being read
    good,     ///< all is read, and what is new is as it comes
    denied,   ///< a permission is missing
    silent,   ///< CTS records nothing: its tracker is disabled, or there is none
    absent,   ///< the service is not there in this region
    trouble   ///< it cannot be read now
  };

  std::string region{};
  std::string list{};     ///< a name of the catalogue's lists
  std::string service{};  ///< whose it is
  State state = State::waiting;
  Bilingual detail{};                    ///< why, in a sentence; "" when there is nothing to say
  std::optional<UtcTime> read_at{};      ///< when a page came last
  std::optional<UtcTime> complete_to{};  ///< everything before it has been read
  std::uint64_t records = 0;             ///< traces or rows since the start
  std::uint64_t jobs = 0;                ///< sightings of jobs in them
  std::uint64_t queries = 0;
};
std::string_view name_of(Reading::State state);
/// Whether somebody has to do something about it.
bool is_unread(Reading::State state);

/// All of it.
struct Finding {
  Mode mode = Mode::off;
  bool with_people = true;  ///< who did what is kept
  std::vector<Reading> readings{};
};

}  // namespace jobtree::discovery
