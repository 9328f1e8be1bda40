// Reading YAML that somebody wrote by hand: every mistake is named with its line and its place,
// none is let pass.
//
// Knows: members, types and bounds; yaml-cpp, whose exceptions stay here. Must not know: what the
// members mean.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace YAML {
class Node;
}

namespace jobtree::notify {

/// The first thing that is wrong in a file; what is read after it does not matter.
class Mistakes {
 public:
  void add(int line, const std::string& place, const Bilingual& what);
  const std::optional<Failure>& first() const { return first_; }

 private:
  std::optional<Failure> first_;
};

/// One mapping. Members that nobody has read by the end are mistakes, and so are those that stand
/// there twice.
class YamlReader {
 public:
  using Named = std::pair<std::string, YamlReader>;
  using NamedText = std::pair<std::string, std::string>;

  /// All texts are one line of at most kLongest bytes.
  static constexpr std::size_t kLongest = 1024;

  YamlReader(const YAML::Node& node, std::string place, Mistakes& mistakes);

  bool has(const char* name) const;
  /// "" for one that is absent.
  std::string text(const char* name);
  /// The same, of one that must be there.
  std::string required_text(const char* name);
  /// false for one that is absent.
  bool flag(const char* name);
  /// A list of texts, or one text; empty for one that is absent.
  std::vector<std::string> texts(const char* name, std::size_t most);
  /// A mapping of texts, in its order.
  std::vector<NamedText> named_texts(const char* name, std::size_t most);
  /// A mapping, empty for one that is absent.
  YamlReader object(const char* name);
  /// The mappings in a mapping, by their names; in a list, in its order.
  std::vector<Named> objects(const char* name, std::size_t most);
  std::vector<YamlReader> list(const char* name, std::size_t most);

  /// To be called last.
  void done();

  /// Says that a member is wrong, or the mapping itself.
  void fail(const char* name, const Bilingual& what);
  void fail(const Bilingual& what);

 private:
  const YAML::Node* find(const char* name);
  std::string place_of(std::string_view name) const;
  std::string scalar(const YAML::Node& node, const std::string& place);
  /// Whether there is no room for one more, which is a mistake.
  bool is_full(const char* name, std::size_t count, std::size_t most);

  int line_;
  std::string place_;
  Mistakes* mistakes_;
  std::vector<std::pair<std::string, std::shared_ptr<const YAML::Node>>> members_;
  std::set<std::string, std::less<>> read_;
};

/// Calls `read` with the mapping at the top of a text of at most `most` bytes. Fails with the first
/// mistake: "line 3: channels.ops.kind is missing".
std::optional<Failure> read_yaml(std::string_view text, std::size_t most,
                                 const std::function<void(YamlReader&)>& read);

}  // namespace jobtree::notify
