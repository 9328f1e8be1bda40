// What follows the "?" of an address, as names and values.
//
// Knows: the encoding of forms and of URLSearchParams. Must not know: which parameters there are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace jobtree::gateway {

struct Parameter {
  std::string name, value;
};

/// In their order; empty ones are left out. A "%" that begins no byte stays as it is.
std::vector<Parameter> parameters_of(std::string_view query);

}  // namespace jobtree::gateway
