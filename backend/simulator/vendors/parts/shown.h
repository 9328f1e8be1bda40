// What people in a channel see of a message: its text, where it leads, and whom it calls.
//
// Knows: lines, URLs and names. Must not know: which vendor shows it. Markup stays as it was sent.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace jobtree::simulator {

class Shown {
 public:
  /// Of links, and of mentions.
  static constexpr std::size_t kMost = 100;

  void add_line(std::string_view text);
  /// The URL behind a button or a word, which is no text: no keyword is found in it.
  void add_link(std::string_view url);
  /// Once each.
  void mention(std::string_view whom);

  const std::string& text() const { return text_; }
  const std::vector<std::string>& links() const { return links_; }
  const std::vector<std::string>& mentions() const { return mentions_; }

 private:
  std::string text_;
  std::vector<std::string> links_;
  std::vector<std::string> mentions_;
};

}  // namespace jobtree::simulator
