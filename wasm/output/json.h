// A JSON text as people read it.
//
// Knows: where values begin and end. Must not know: what they mean. Every value stays byte for byte
// as it was sent: no digit of a number, no escape and no member of a repeated name is lost, as they
// are in what a program has read and written anew.
#pragma once

#include <string_view>

#include "base/array.h"

namespace jobtree::engine {

/// `json`, which is valid, with each member and item on a line of its own.
String to_indented(std::string_view json);

/// A text as a JSON string, with quotes around it.
void put_json_string(String& out, std::string_view text);

}  // namespace jobtree::engine
