#include "cloud/key/temporary/identity_token.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "base/ascii.h"
#include "base/small_file.h"

namespace jobtree::cloud {
namespace {

constexpr std::size_t kMaxIdentityToken = std::size_t{16} * 1024;

}  // namespace

Result<Secret> read_identity_token(const std::string& file) {
  const auto text = read_secret_file(
      file,
      {.what = {"token file", "令牌文件"}, .max_bytes = kMaxIdentityToken, .plain_only = false});
  if (!text) return text.failure();
  const std::string_view token = trimmed(text.value().reveal(), kWhitespace);
  if (token.empty() || !std::ranges::all_of(token, is_graphic)) {
    return Failure::usage(bilingual(
        {"the token file {0} does not hold one token", "令牌文件 {0} 中不是一个令牌"}, file));
  }
  return Secret(token);
}

}  // namespace jobtree::cloud
