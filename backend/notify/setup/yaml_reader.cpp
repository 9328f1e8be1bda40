#include "notify/setup/yaml_reader.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <memory>

#include "notify/plain_text.h"

namespace jobtree::notify {
namespace {

constexpr std::size_t kLongestShownName = 40;  // bytes
constexpr std::size_t kMostMembers = 100;      // of a mapping

int line_of(const YAML::Node& node) {
  return node.Mark().line + 1;
}

}  // namespace

void Mistakes::add(int line, const std::string& place, const Bilingual& what) {
  if (first_) return;
  const Bilingual where = place.empty() ? Bilingual("the top", "顶层") : Bilingual(place);
  first_ = Failure::usage(
      bilingual({"line {0}: {1} {2}", "第 {0} 行：{1} {2}"}, std::to_string(line), where, what));
}

YamlReader::YamlReader(const YAML::Node& node, std::string place, Mistakes& mistakes)
    : line_(line_of(node)), place_(std::move(place)), mistakes_(&mistakes) {
  if (node.IsNull()) return;
  if (!node.IsMap()) {
    fail({"must be a mapping (name: value)", "应为映射（名称: 值）"});
    return;
  }
  for (const auto& member : node) {
    if (members_.size() == kMostMembers) {
      fail(bilingual({"has more than {0} entries", "超过 {0} 项"}, std::to_string(kMostMembers)));
      return;
    }
    const std::string name = member.first.IsScalar() ? member.first.Scalar() : "";
    const auto is_same = [&name](const auto& other) { return other.first == name; };
    if (std::ranges::any_of(members_, is_same)) {
      fail(bilingual({"has \"{0}\" twice", "重复出现“{0}”"}, plain_line(name, kLongestShownName)));
      return;
    }
    members_.emplace_back(name, std::make_shared<const YAML::Node>(member.second));
  }
}

std::string YamlReader::place_of(std::string_view name) const {
  return (place_.empty() ? "" : place_ + '.').append(name);
}

void YamlReader::fail(const Bilingual& what) {
  mistakes_->add(line_, place_, what);
}

void YamlReader::fail(const char* name, const Bilingual& what) {
  const YAML::Node* node = find(name);
  mistakes_->add(node == nullptr ? line_ : line_of(*node), place_of(name), what);
}

const YAML::Node* YamlReader::find(const char* name) {
  read_.insert(name);
  const auto found =
      std::ranges::find_if(members_, [name](const auto& member) { return member.first == name; });
  return found == members_.end() ? nullptr : found->second.get();
}

bool YamlReader::has(const char* name) const {
  return std::ranges::any_of(members_, [name](const auto& member) { return member.first == name; });
}

std::string YamlReader::scalar(const YAML::Node& node, const std::string& place) {
  std::string text = node.IsScalar() ? node.Scalar() : "";
  if (text.empty()) {
    mistakes_->add(line_of(node), place, {"must be a text", "应为文本"});
  } else if (plain_line(text, kLongest) != text) {
    mistakes_->add(line_of(node), place,
                   bilingual({"must be one line of UTF-8 of at most {0} bytes",
                              "应为单行 UTF-8 文本，最多 {0} 字节"},
                             std::to_string(kLongest)));
  }
  return text;
}

std::string YamlReader::text(const char* name) {
  const YAML::Node* node = find(name);
  return node == nullptr ? "" : scalar(*node, place_of(name));
}

std::string YamlReader::required_text(const char* name) {
  if (!has(name)) fail(name, {"is missing", "缺失"});
  return text(name);
}

bool YamlReader::flag(const char* name) {
  const std::string word = text(name);
  if (!word.empty() && word != "true" && word != "false") {
    fail(name, {"must be true or false", "应为 true 或 false"});
  }
  return word == "true";
}

bool YamlReader::is_full(const char* name, std::size_t count, std::size_t most) {
  if (count < most) return false;
  fail(name, bilingual({"has more than {0} entries", "超过 {0} 项"}, std::to_string(most)));
  return true;
}

std::vector<std::string> YamlReader::texts(const char* name, std::size_t most) {
  const YAML::Node* node = find(name);
  if (node == nullptr) return {};
  if (!node->IsSequence()) return {scalar(*node, place_of(name))};
  std::vector<std::string> all;
  for (const auto& item : *node) {
    if (is_full(name, all.size(), most)) break;
    all.push_back(scalar(item, place_of(name) + '[' + std::to_string(all.size()) + ']'));
  }
  return all;
}

std::vector<YamlReader::NamedText> YamlReader::named_texts(const char* name, std::size_t most) {
  std::vector<NamedText> all;
  const YamlReader inside = object(name);
  for (const auto& [member, node] : inside.members_) {
    if (is_full(name, all.size(), most)) break;
    if (member.empty() || plain_line(member, kLongestShownName) != member) {
      fail(name, bilingual({"has a name that is not one line of 1 to {0} bytes",
                            "中的名称应为单行、1–{0} 字节"},
                           std::to_string(kLongestShownName)));
    }
    all.emplace_back(member, scalar(*node, inside.place_of(plain_line(member, kLongestShownName))));
  }
  return all;
}

YamlReader YamlReader::object(const char* name) {
  const YAML::Node* node = find(name);
  return {node == nullptr ? YAML::Node() : *node, place_of(name), *mistakes_};
}

std::vector<YamlReader::Named> YamlReader::objects(const char* name, std::size_t most) {
  std::vector<Named> all;
  const YamlReader inside = object(name);
  for (const auto& [member, node] : inside.members_) {
    if (is_full(name, all.size(), most)) break;
    all.emplace_back(
        member,
        YamlReader(*node, inside.place_of(plain_line(member, kLongestShownName)), *mistakes_));
  }
  return all;
}

std::vector<YamlReader> YamlReader::list(const char* name, std::size_t most) {
  const YAML::Node* node = find(name);
  std::vector<YamlReader> all;
  if (node == nullptr || node->IsNull()) return all;
  if (!node->IsSequence()) {
    fail(name, {"must be a list", "应为列表"});
    return all;
  }
  for (const auto& item : *node) {
    if (is_full(name, all.size(), most)) break;
    all.emplace_back(item, place_of(name) + '[' + std::to_string(all.size()) + ']', *mistakes_);
  }
  return all;
}

void YamlReader::done() {
  for (const auto& [name, node] : members_) {
    if (read_.contains(name)) continue;
    mistakes_->add(line_of(*node), place_,
                   bilingual({"has an unknown member \"{0}\"", "含有未知成员“{0}”"},
                             plain_line(name, kLongestShownName)));
  }
}

std::optional<Failure> read_yaml(std::string_view text, std::size_t most,
                                 const std::function<void(YamlReader&)>& read) {
  if (text.size() > most) {
    return Failure::usage(
        bilingual({"there are more than {0} KiB", "超过 {0} KiB"}, std::to_string(most / 1024)));
  }
  Mistakes mistakes;
  try {
    const YAML::Node root = YAML::Load(std::string(text));
    YamlReader reader(root, "", mistakes);
    read(reader);
    reader.done();
  } catch (const YAML::Exception& error) {
    // The library's words are English.
    return Failure::usage(bilingual({"line {0}: {1}", "第 {0} 行：{1}"},
                                    std::to_string(error.mark.line + 1), error.msg));
  }
  return mistakes.first();
}

}  // namespace jobtree::notify
