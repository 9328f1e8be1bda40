#include "discovery/finding.h"

#include <array>

namespace jobtree::discovery {

std::string_view name_of(Mode mode) {
  constexpr std::array<std::string_view, 4> kNames{"off", "lists", "traces", "all"};
  return kNames.at(static_cast<std::size_t>(mode));
}

std::string_view name_of(Reading::State state) {
  constexpr std::array<std::string_view, 7> kNames{"waiting", "backlog", "good",   "denied",
                                                   "silent",  "absent",  "trouble"};
  return kNames.at(static_cast<std::size_t>(state));
}

bool is_unread(Reading::State state) {
  using State = Reading::State;
  return state == State::denied || state == State::silent || state == State::trouble;
}

}  // namespace jobtree::discovery
