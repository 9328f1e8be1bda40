// What each state of the watch means: whether it is an error, how much it matters, and whether the
// job is still known. Said here once; hosts are given the result.
//
// Must not know: words, or how a state comes about (schedule.h).
#pragma once

#include "wire/abi.h"

namespace jobtree::engine {

/// A failure that a page is told of as an event.
inline bool is_failure(abi::State state) {
  using abi::State;
  return state == State::stale || state == State::unreachable || state == State::denied ||
         state == State::not_found || state == State::not_understood;
}

/// Whether it is not known how the job stands now: what is shown, if anything, is how it stood.
inline bool is_lost(abi::State state) {
  return is_failure(state) || state == abi::State::offline || state == abi::State::throttled;
}

/// Whether what runs is known to run on: its clocks do.
inline bool is_going_on(abi::State state) {
  return state == abi::State::live || state == abi::State::loading;
}

/// How much the message about the watch matters.
inline abi::Severity severity_of(abi::State state) {
  using abi::Severity;
  using abi::State;
  switch (state) {
    case State::live:
    case State::settled:
      return Severity::none;
    case State::loading:
    case State::paused:
    case State::waiting:
      return Severity::info;
    case State::stale:
    case State::offline:
    case State::throttled:
      return Severity::warning;
    case State::unreachable:
    case State::denied:
    case State::not_found:
    case State::not_understood:
      return Severity::error;
  }
  return Severity::none;
}

}  // namespace jobtree::engine
