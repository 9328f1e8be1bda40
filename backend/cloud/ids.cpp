#include "cloud/ids.h"

namespace jobtree::cloud {
namespace {

std::string folded(std::string_view id) {
  std::string text = lower(id);
  std::erase(text, '-');
  return text;
}

}  // namespace

std::vector<std::string_view> split_ids(std::string_view ids) {
  std::vector<std::string_view> all;
  for (;;) {
    const std::size_t slash = ids.find('/');
    all.push_back(ids.substr(0, slash));
    if (slash == std::string_view::npos) return all;
    ids.remove_prefix(slash + 1);
  }
}

std::string join_ids(const std::vector<std::string_view>& ids) {
  std::string text;
  for (const std::string_view id : ids) {
    if (!text.empty()) text += '/';
    text += id;
  }
  return text;
}

bool is_one_of_ids(std::string_view ids, std::string_view id) {
  return std::ranges::any_of(split_ids(ids), [wanted = folded(id)](std::string_view one) {
    return folded(one) == wanted;
  });
}

}  // namespace jobtree::cloud
