#include "simulator/vendors/parts/shown.h"

#include <algorithm>

namespace jobtree::simulator {

void Shown::add_line(std::string_view text) {
  if (text.empty()) return;
  if (!text_.empty()) text_ += '\n';
  text_ += text;
}

void Shown::add_link(std::string_view url) {
  if (!url.empty() && links_.size() < kMost) links_.emplace_back(url);
}

void Shown::mention(std::string_view whom) {
  if (whom.empty() || mentions_.size() >= kMost) return;
  if (std::ranges::find(mentions_, whom) == mentions_.end()) mentions_.emplace_back(whom);
}

}  // namespace jobtree::simulator
