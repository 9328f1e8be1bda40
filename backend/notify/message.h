// What is told, worded in one language, without any markup: what all channels for people share.
//
// Knows: which facts a message has, in which order, in which words. Must not know: markup, limits
// or the form of any channel.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "notify/local_time.h"
#include "notify/notice.h"

namespace jobtree::notify {

/// How a channel's readers want it.
struct Style {
  Language language = Language::en;
  Zone zone{0};
};

struct Message {
  enum class Tone : std::uint8_t { neutral, good, bad };
  struct Fact {
    std::string label{};
    std::string value{};
  };

  Tone tone = Tone::neutral;
  std::string title{};              ///< "Failed: Create volume (17/20)"
  std::vector<Fact> facts{};        ///< service, region, counts, times
  std::string error{};              ///< of the first failure: "VPC.0501: quota exceeded"
  std::string advice{};             ///< what the error means and what to do
  std::vector<std::string> list{};  ///< causes or rows, the most frequent first
  std::vector<std::string> notes{};
  std::string link{}, link_text{};
};

Message message_of(const Notice& notice, const Style& style);
Message message_of(const Digest& digest, const Style& style);

/// The note of a message of which something was left out.
std::string cut_note(Language language);

}  // namespace jobtree::notify
