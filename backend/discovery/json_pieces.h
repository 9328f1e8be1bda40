// JSON text taken apart level by level, as views of its own bytes.
//
// Knows: where a value of JSON begins and ends. Must not know: what any of them means. A page of
// records is never held as a tree: one hostile record costs no more than its bytes, none spoils
// those beside it, and what is inside a record can be passed on byte for byte. No function recurses
// or throws, and each takes time in the length of its text.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobtree::discovery {

struct Member {
  std::string name;
  std::string_view value;  ///< its JSON, without blanks around it
};

/// What an object has on its own level, in its order.
struct Members {
  std::vector<Member> all{};
  /// It is an object that is closed, and nothing stands behind it. Of one that is not, `all` has
  /// what is complete before that place.
  bool is_whole = false;

  /// The value of exactly this name, "" when there is none.
  std::string_view find(std::string_view name) const;
  /// Two readers could take two different values of such an object.
  bool has_a_name_twice() const;
};

struct Elements {
  std::vector<std::string_view> all{};
  bool is_whole = false;  ///< as of Members
};

/// An object of more than `most` members counts as cut there, and so does an array.
Members members_of(std::string_view object, std::size_t most);
Elements elements_of(std::string_view array, std::size_t most);

/// Of a JSON string what it says. Bytes that are no UTF-8, halves of characters and bare control
/// characters, as a text has that was cut by its length, become "?" or U+FFFD; `is_mended` says so.
std::optional<std::string> text_of(std::string_view value, bool* is_mended = nullptr);

/// Of a JSON string what it says, of a number its digits as written, of anything else "". Services
/// write numbers as texts and texts as numbers.
std::string scalar_of(std::string_view value);

/// The same of what can be an id: a number counts when it is nothing but digits.
std::string id_text_of(std::string_view value);

}  // namespace jobtree::discovery
