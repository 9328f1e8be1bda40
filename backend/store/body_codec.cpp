#include "store/body_codec.h"

#include <openssl/evp.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <memory>

#include "base/hex.h"

namespace jobtree::store {
namespace {

// Fast, and smaller than the slower ones on these documents by next to nothing.
constexpr int kLevel = 3;
// What frames may want of a reader: the two bodies must fit into the window.
constexpr int kLargestWindow = 28;

struct Free {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

/// So that all of the body before can be referred to from anywhere in this one.
int window_for(std::size_t body, std::size_t before) {
  const int bits = static_cast<int>(std::bit_width(body + before));
  return std::clamp(bits, 10, kLargestWindow);
}

}  // namespace

std::optional<std::string> pack_body(std::string_view body, std::string_view before) {
  const std::unique_ptr<ZSTD_CCtx, Free> context(ZSTD_createCCtx());
  if (!context || body.size() > kMostBodyBytes || before.size() > kMostBodyBytes) return {};
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kLevel);
  if (!before.empty()) {
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_windowLog, window_for(body.size(), before.size()));
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_enableLongDistanceMatching, 1);
    ZSTD_CCtx_refPrefix(context.get(), before.data(), before.size());
  }
  std::string packed(ZSTD_compressBound(body.size()), '\0');
  const std::size_t size =
      ZSTD_compress2(context.get(), packed.data(), packed.size(), body.data(), body.size());
  if (ZSTD_isError(size) != 0) return std::nullopt;
  packed.resize(size);
  packed.shrink_to_fit();
  return packed;
}

std::optional<std::string> unpack_body(std::string_view packed, std::string_view before,
                                       std::size_t size) {
  const std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
  if (!context || size > kMostBodyBytes) return std::nullopt;
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kLargestWindow);
  if (!before.empty()) ZSTD_DCtx_refPrefix(context.get(), before.data(), before.size());
  std::string body(size, '\0');
  const std::size_t came =
      ZSTD_decompressDCtx(context.get(), body.data(), body.size(), packed.data(), packed.size());
  if (ZSTD_isError(came) != 0 || came != size) return std::nullopt;
  return body;
}

std::string digest_of(std::string_view body) {
  std::array<unsigned char, 32> digest{};
  unsigned int size = 0;
  EVP_Digest(body.data(), body.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return to_hex(digest);
}

}  // namespace jobtree::store
