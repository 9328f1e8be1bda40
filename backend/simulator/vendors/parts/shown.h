// What people in a channel see of a message: its text, and whom it calls.
//
// Knows: lines and names. Must not know: which vendor shows it. Markup stays as it was sent.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace jobtree::simulator {

class Shown {
 public:
  static constexpr std::size_t kMaxMentions = 100;

  void add_line(std::string_view text);
  /// Once each, and no more than so many.
  void mention(std::string_view whom);

  const std::string& text() const { return text_; }
  const std::vector<std::string>& mentions() const { return mentions_; }

 private:
  std::string text_;
  std::vector<std::string> mentions_;
};

}  // namespace jobtree::simulator
