// One header of an HTTP request, as text.
//
// Knows: a name and a value. Must not know: who signs it or sends it.
#pragma once

#include <string>

namespace jobtree::cloud {

struct Header {
  std::string name;
  std::string value;
};

}  // namespace jobtree::cloud
