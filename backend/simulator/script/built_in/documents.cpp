#include "simulator/script/built_in/documents.h"

#include <algorithm>
#include <string>

namespace jobtree::simulator {

std::string_view document(std::string_view name) {
  const std::string file = std::string(name) + ".json";
  const auto found = std::ranges::find(documents(), file, &Embedded::name);
  return found == documents().end() ? std::string_view() : found->bytes;
}

}  // namespace jobtree::simulator
