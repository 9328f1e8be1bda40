// Which channels are told of a notice.
//
// Knows: rules, notices. Must not know: channels beyond their names, how they are told.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "notify/notice.h"

namespace jobtree::notify {

/// What a rule waits for. `failed`: a job that settled and failed; `settled`: however it did.
enum class Trigger : std::uint8_t {
  begun,
  settled,
  failed,
  first_failure,
  stuck,
  group_new,
  group_back
};
inline constexpr std::size_t kTriggers = 7;
std::string_view name_of(Trigger trigger);
std::optional<Trigger> trigger_named(std::string_view name);
using Triggers = std::bitset<kTriggers>;
/// Of a rule that names none: settled, first_failure, stuck.
Triggers usual_triggers();

/// In each pattern "*" stands for any text, "?" for one character (of UTF-8, one byte), all else
/// for itself, in capital or small letters. "" and "*" leave all in.
struct JobPattern {
  std::string service{}, type{}, label{}, person{}, region{};
  std::string project{};  ///< its id or its alias
};

struct Rule {
  JobPattern jobs{};
  Triggers on = usual_triggers();
  std::vector<std::string> channels{};  ///< names
};

/// The names of the channels, each once, in the order of the rules. `person`: who started the job,
/// which rules may go by and no notice says; "" where that is not known. Nobody is told of a test:
/// that goes to the channel it is for.
std::vector<std::string> channels_for(std::span<const Rule> rules, const Notice& notice,
                                      std::string_view person);

/// Whether the rule can yet have something to tell of the job, which goes on.
bool awaits(const Rule& rule, const Notice& notice, std::string_view person);

/// Takes time in the product of both lengths at most, however many "*" there are.
bool matches(std::string_view pattern, std::string_view text);

}  // namespace jobtree::notify
