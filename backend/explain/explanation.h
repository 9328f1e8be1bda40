// What is known of an error, as a value.
//
// Knows: that there is a meaning and a remedy, in two languages. Must not know: where the words
// come from, which language the reader wants. Our words never take the place of the cloud's own
// text: one code can mean several things, and the text says which.
#pragma once

#include <string_view>

namespace jobtree::explain {

struct Words {
  std::string_view en;
  std::string_view zh;
};

/// What an explanation was found by.
enum class Basis {
  code,   ///< its own entry in the table
  text,   ///< a phrase in the text that came with the error
  range,  ///< the number alone: codes of one range are about one thing
};

/// All views are of static storage.
struct Explanation {
  std::string_view code;  ///< of the entry, as the vendor spells it; "" when there is none
  Words meaning;          ///< a sentence each, as is the remedy
  Words remedy;
  Basis basis = Basis::code;
  bool is_wrapper = false;  ///< it says that something failed, and another code or text says why
};

}  // namespace jobtree::explain
