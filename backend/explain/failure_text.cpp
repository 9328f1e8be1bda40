#include "explain/failure_text.h"

#include <algorithm>
#include <cstddef>

#include "base/ascii.h"
#include "explain/code_text.h"
#include "explain/error_codes.h"

namespace jobtree::explain {
namespace {

constexpr std::size_t kMostText = std::size_t{64} * 1024;

struct Cause {
  std::string_view phrase;  ///< in lower case
  Words meaning;
  Words remedy;
};

constexpr Words kQuota{"A quota is used up.", "配额已用完。"};
constexpr Words kRaiseQuota{"Release unused resources, or request a higher quota, then retry.",
                            "释放闲置资源或申请扩大配额后重试。"};
constexpr Words kNoHost{"No host has enough capacity for the server.",
                        "没有主机能为该服务器提供足够的资源。"};
constexpr Words kOtherFlavor{"Choose another flavor or AZ, or retry later.",
                             "更换规格或可用区，或稍后重试。"};
constexpr Words kNoAddress{"The subnet has too few free IPs.", "子网可用 IP 不足。"};
constexpr Words kOtherSubnet{"Release IPs in the subnet, or use another subnet.",
                             "释放子网中的 IP，或更换子网。"};
constexpr Words kInUse{"The resource is still used by another one.", "资源仍被其他资源使用。"};
constexpr Words kRelease{"Delete or unbind what uses it, then retry.",
                         "删除或解绑占用它的资源后重试。"};
constexpr Words kDisk{"The disk ended in error status.", "云硬盘的最终状态为 error。"};
constexpr Words kNewDisk{"Delete the faulty disk, then create it again.", "删除故障盘后重新创建。"};

/// Of compute (Nova), network (Neutron) and block storage (Cinder). The most precise come first.
constexpr Cause kCauses[]{
    {"no valid host", kNoHost, kOtherFlavor},
    {"novalidhost", kNoHost, kOtherFlavor},
    {"ipaddressgenerationfailure", kNoAddress, kOtherSubnet},
    {"no more ip addresses", kNoAddress, kOtherSubnet},
    {"no free address", kNoAddress, kOtherSubnet},
    {"quota exceeded", kQuota, kRaiseQuota},
    {"quotaexceeded", kQuota, kRaiseQuota},
    {"exceeds quota", kQuota, kRaiseQuota},
    {"overquota", kQuota, kRaiseQuota},
    {"routerinuse", kInUse, kRelease},
    {"subnetinuse", kInUse, kRelease},
    {"networkinuse", kInUse, kRelease},
    {"portinuse", kInUse, kRelease},
    {"securitygroupinuse", kInUse, kRelease},
    {"volume is error", kDisk, kNewDisk},
};

bool contains(std::string_view text, std::string_view phrase) {
  const auto is_same = [](char c, char of_phrase) { return to_lower(c) == of_phrase; };
  return std::search(text.begin(), text.end(), phrase.begin(), phrase.end(), is_same) != text.end();
}

/// The next word that may be a code; `text` goes on behind it. "" at the end.
std::string_view take_word(std::string_view& text) {
  const auto* const begin = std::ranges::find_if(text, is_of_code);
  const auto* const end = std::find_if_not(begin, text.end(), is_of_code);
  // In escaped JSON the "n" of a line break stands before the word: \nEcs.0319.
  const bool is_escaped = begin != text.begin() && *(begin - 1) == '\\' && begin != end;
  const std::string_view word(begin + (is_escaped ? 1 : 0), end);
  text = std::string_view(end, text.end());
  return word;
}

/// Without the full stop of a sentence, and without what comes before a hyphen ("Task-Ecs.0319").
std::optional<Explanation> find_word(std::string_view word) {
  while (!word.empty() && !is_digit(word.back()))
    word.remove_suffix(1);
  while (is_code(word)) {
    if (const auto found = find_code(word)) return found;
    const std::size_t hyphen = word.find('-');
    if (hyphen == std::string_view::npos) break;
    word.remove_prefix(hyphen + 1);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Explanation> find_code_in(std::string_view text) {
  text = text.substr(0, kMostText);
  std::optional<Explanation> best;
  while (!text.empty()) {
    const auto found = find_word(take_word(text));
    if (found && (!best || best->is_wrapper || !found->is_wrapper)) best = found;
  }
  return best;
}

std::optional<Explanation> find_cause_in(std::string_view text) {
  text = text.substr(0, kMostText);
  for (const Cause& cause : kCauses) {
    if (!contains(text, cause.phrase)) continue;
    return Explanation{
        .code = {}, .meaning = cause.meaning, .remedy = cause.remedy, .basis = Basis::text};
  }
  return std::nullopt;
}

}  // namespace jobtree::explain
