#include "store/text_cut.h"

#include "base/utf8.h"

namespace jobtree::store {

std::string cut(std::string_view text, std::size_t most) {
  std::string out;
  // Each character is read up to the NUL behind it.
  const std::string bytes(text.substr(0, most + 4));
  for (std::size_t i = 0; i < bytes.size() && out.size() < most;) {
    const std::size_t length = bytes[i] == '\0' ? 0 : engine::utf8_length(&bytes[i]);
    if (out.size() + length > most) break;
    if (length == 0) {
      out += '?';
      ++i;
    } else {
      out.append(bytes, i, length);
      i += length;
    }
  }
  return out;
}

}  // namespace jobtree::store
