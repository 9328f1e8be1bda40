// SHA-256, and HMAC with it.
//
// Knows: OpenSSL's digests. Must not know: what is hashed or signed.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string_view>

#include "base/mutex.h"

struct evp_mac_ctx_st;
struct evp_md_st;

namespace jobtree {

using Digest = std::array<unsigned char, 32>;

inline std::string_view bytes_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// OpenSSL's SHA-256, looked up once: the look-up costs as much as hashing a request.
class Sha256 {
 public:
  Sha256();
  std::optional<Digest> operator()(std::string_view text) const;

 private:
  struct Free {
    void operator()(evp_md_st* algorithm) const;
  };
  std::unique_ptr<evp_md_st, Free> algorithm_;
};

/// HMAC-SHA256 under one key, which is hashed once. Threads may share it, one at a time: a copy of
/// the keyed state for each would cost as much as the digest. With an empty key it never gives one.
class HmacSha256 {
 public:
  explicit HmacSha256(std::string_view key);
  std::optional<Digest> operator()(std::string_view text) const;

 private:
  struct Free {
    void operator()(evp_mac_ctx_st* context) const;
  };
  using Context = std::unique_ptr<evp_mac_ctx_st, Free>;

  mutable Mutex mutex_;
  Context keyed_ JOBTREE_GUARDED_BY(mutex_);
};

}  // namespace jobtree
