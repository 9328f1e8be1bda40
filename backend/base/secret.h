// Text that must not be seen: a secret key, a security token.
//
// It cannot be printed or copied by accident, and its memory is wiped when it goes.
// Knows: bytes. Must not know: what they open.
#pragma once

#include <openssl/crypto.h>

#include <cstddef>
#include <memory>
#include <string_view>

namespace jobtree {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view text) : text_(new char[text.size()], Wipe{text.size()}) {
    text.copy(text_.get(), text.size());
  }

  bool empty() const { return reveal().empty(); }
  /// The text itself: for a digest or a request, never for a message.
  std::string_view reveal() const { return {text_.get(), text_ ? text_.get_deleter().size : 0}; }

  template <class Stream>
  friend Stream& operator<<(Stream&, const Secret&) = delete;

 private:
  // On the heap even when short: a std::string moves short text by copying it, and leaves it
  // behind.
  struct Wipe {
    std::size_t size;
    void operator()(char* text) const {
      OPENSSL_cleanse(text, size);
      delete[] text;
    }
  };
  std::unique_ptr<char[], Wipe> text_;
};

}  // namespace jobtree
