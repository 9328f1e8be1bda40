#include "store/fact_digests.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/ascii.h"

namespace jobtree::store {
namespace {

constexpr std::size_t kShortest = 3;  // bytes; "1" and "ok" are everywhere
constexpr std::size_t kLongest = 256;

/// FNV-1a, of which nobody wants more than that few are alike.
std::uint64_t fnv_of(std::string_view text) {
  std::uint64_t digest = 0xcbf29ce484222325;
  for (const char c : text) {
    digest ^= static_cast<unsigned char>(to_lower(c));
    digest *= 0x100000001b3;
  }
  return digest >> (8 * (sizeof digest - kDigestBytes));
}

bool is_worth_it(std::string_view text) {
  return text.size() >= kShortest && text.size() <= kLongest;
}

void append(std::string& bytes, std::uint64_t digest) {
  for (std::size_t i = 0; i < kDigestBytes; ++i) {
    bytes += static_cast<char>(digest >> (8 * i));
  }
}

}  // namespace

std::string fact_digests(const engine::JobTree& tree) {
  std::vector<std::uint64_t> digests;
  const auto add = [&](engine::Text text) {
    if (const auto words = trimmed(tree.view(text), kWhitespace); is_worth_it(words)) {
      digests.push_back(fnv_of(words));
    }
  };
  for (const engine::Job& job : tree.jobs)
    add(job.id);
  for (const engine::Fact& fact : tree.facts)
    add(fact.value);
  std::ranges::sort(digests);
  const auto last = std::unique(digests.begin(), digests.end());
  digests.erase(last, digests.end());
  if (digests.size() > kMostFactDigests) digests.resize(kMostFactDigests);
  std::string bytes;
  bytes.reserve(digests.size() * kDigestBytes);
  for (const std::uint64_t digest : digests)
    append(bytes, digest);
  return bytes;
}

std::string fact_digest_of(std::string_view text) {
  std::string bytes;
  if (const auto words = trimmed(text, kWhitespace); is_worth_it(words))
    append(bytes, fnv_of(words));
  return bytes;
}

}  // namespace jobtree::store
