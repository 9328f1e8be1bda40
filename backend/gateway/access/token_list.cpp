#include "gateway/access/token_list.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <utility>

#include "base/ascii.h"
#include "base/hex.h"
#include "cloud/where/catalogue.h"

namespace jobtree::gateway {
namespace {

constexpr std::size_t kMaxTokens = 1000;
constexpr std::size_t kMaxScope = 100;  // projects, and services, of one token
constexpr std::size_t kMaxWord = 64;    // a name of a token or of a service
constexpr std::size_t kMaxToken = 256;  // more is nobody's
constexpr std::size_t kTokenBytes = 32;
constexpr std::string_view kTokenPrefix = "jt.";
constexpr std::string_view kDigestPrefix = "sha256:";

bool is_token_word(std::string_view text) {
  return !text.empty() && text.size() <= kMaxWord && std::ranges::all_of(text, [](char c) {
    return is_alnum(c) || c == '-' || c == '_' || c == '.';
  });
}

bool is_project(std::string_view text) {
  return text == "-" || text == "*" || cloud::is_project_id(text);
}

/// Takes the first word off a line.
std::string_view take_word(std::string_view& line) {
  const std::string_view word = line.substr(0, line.find_first_of(" \t"));
  line = trimmed(line.substr(word.size()), kSpaceTabReturn);
  return word;
}

TokenDigest digest_of(std::string_view token) {
  TokenDigest digest{};
  EVP_Digest(token.data(), token.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

Result<TokenDigest> parse_digest(std::string_view word) {
  TokenDigest digest{};
  if (word.starts_with(kTokenPrefix)) {
    return Failure::usage(bilingual(
        {"a token is written here in clear; consider it compromised and create a new one with "
         "\"{program} token\": the second word must be sha256: and the token's digest",
         "此处写有明文令牌，应视为已泄露，请用 {program} token 重新创建；第二项应为 sha256: "
         "加令牌的摘要"}));
  }
  if (!word.starts_with(kDigestPrefix) || word.size() != kDigestPrefix.size() + 2 * digest.size()) {
    return Failure::usage(bilingual({"the second word must be sha256: and 64 lower-case hex digits",
                                     "第二项应为 sha256: 加 64 位小写十六进制字符"}));
  }
  word.remove_prefix(kDigestPrefix.size());
  if (!std::ranges::all_of(word, is_lower_hex)) {
    return Failure::usage(bilingual({"the second word must be sha256: and 64 lower-case hex digits",
                                     "第二项应为 sha256: 加 64 位小写十六进制字符"}));
  }
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] =
        static_cast<unsigned char>(hex_value(word[2 * i]) << 4 | hex_value(word[2 * i + 1]));
  }
  return digest;
}

/// Takes over what a word after the digest says.
Result<bool> take_over(std::string_view word, Holder& holder) {
  const std::string_view key = word.substr(0, word.find('='));
  const std::string_view value = word.substr(std::min(key.size() + 1, word.size()));
  if (key == "project") {
    holder.projects.emplace_back(value);
  } else if (key == "service") {
    holder.services.emplace_back(value);
  } else if (key == "expires" && !holder.last_day) {
    const auto day = parse_day(value);
    if (!day) return day.failure();
    holder.last_day = day.value();
  } else if (word == "follow" && !holder.can_follow) {
    holder.can_follow = true;
  } else if (word == "people" && !holder.can_see_people) {
    holder.can_see_people = true;
  } else if (word == "share" && !holder.can_share) {
    holder.can_share = true;
  } else {
    return Failure::usage(
        bilingual({"only project=ID, service=NAME, one expires=YYYY-MM-DD, one follow, one people "
                   "and one share can stand after the digest",
                   "摘要之后只能有 project=ID、service=NAME、一个 expires=YYYY-MM-DD、一个 "
                   "follow、一个 people 和一个 share"}));
  }
  return true;
}

Result<Holder> parse_line(std::string_view line) {
  Holder holder{};
  holder.name = take_word(line);
  const auto digest = parse_digest(take_word(line));
  if (!digest) return digest.failure();
  holder.digest = digest.value();
  while (!line.empty()) {
    if (auto taken = take_over(take_word(line), holder); !taken) return taken.failure();
  }
  if (auto whole = check(holder); !whole) return whole.failure();
  return holder;
}

}  // namespace

bool Holder::may_see(const cloud::JobAddress& address) const {
  if (shared) return shared->job == address;
  const auto names = [](const std::vector<std::string>& words, const std::string& word) {
    return std::ranges::find(words, word) != words.end();
  };
  return (names(projects, address.project_id()) || names(projects, "*")) &&
         (services.empty() || names(services, address.service()));
}

bool Holder::has_ended(std::chrono::system_clock::time_point now) const {
  // In days: a clock that counts nanoseconds ends in 2262, and a token may be good until 9999.
  return last_day && std::chrono::floor<std::chrono::days>(now) > *last_day;
}

Result<bool> check(const Holder& holder) {
  if (!is_token_word(holder.name)) {
    return Failure::usage(
        bilingual({"a token name has 1 to 64 letters, digits, \"-\", \"_\" and \".\"",
                   "令牌名称为 1–64 位字母、数字、“-”、“_”或“.”"}));
  }
  if (holder.projects.empty()) {
    return Failure::usage(bilingual(
        {"a token needs at least one project: an ID, \"-\" for the key's own, or \"*\" for all",
         "令牌至少需要一个项目：项目 ID、“-”（密钥所属的项目）或“*”（全部）"}));
  }
  if (!std::ranges::all_of(holder.projects, is_project)) {
    return Failure::usage(bilingual(
        {"a project is 32 lower-case hex digits, \"-\" for the key's own, or \"*\" for all",
         "项目应为 32 位小写十六进制字符、“-”（密钥所属的项目）或“*”（全部）"}));
  }
  if (!std::ranges::all_of(holder.services, is_token_word)) {
    return Failure::usage(bilingual(
        {"a service must be a name such as service=eip; run \"{program} services\" for the list",
         "服务应为名称，例如 service=eip；可用服务见 {program} services"}));
  }
  if (holder.projects.size() > kMaxScope || holder.services.size() > kMaxScope) {
    return Failure::usage(bilingual({"a token can have at most 100 projects and 100 services",
                                     "一个令牌最多 100 个项目和 100 个服务"}));
  }
  return true;
}

Result<std::chrono::sys_days> parse_day(std::string_view text) {
  const auto number = [text](std::size_t from, std::size_t count) {
    int value = -1;
    const char* const end = text.data() + from + count;
    return std::from_chars(text.data() + from, end, value).ptr == end ? value : -1;
  };
  if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
    const int year = number(0, 4);
    const int month = number(5, 2);
    const int day = number(8, 2);
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (year >= 1970 && month > 0 && day > 0 && date.ok()) return std::chrono::sys_days(date);
  }
  return Failure::usage(bilingual(
      {"a date must be written as in expires=2027-01-31", "日期格式应如 expires=2027-01-31"}));
}

std::string day_text(std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  std::array<char, 32> text{};
  const int size =
      std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return {text.data(), static_cast<std::size_t>(size)};
}

// The list

Result<TokenList> TokenList::parse(std::string_view text) {
  TokenList list;
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = trimmed(text.substr(0, text.find('\n')), kSpaceTabReturn);
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    if (line.empty() || line.front() == '#') continue;
    const Bilingual place = bilingual({"line {0}: ", "第 {0} 行："}, std::to_string(number));
    auto holder = parse_line(line);
    if (!holder) return holder.failure().prefixed(place);
    for (const Holder& other : list.holders_) {
      if (other.name == holder.value().name) {
        return Failure::usage(place +
                              Bilingual("another token above has this name", "上方已有同名令牌"));
      }
      if (other.digest == holder.value().digest) {
        return Failure::usage(place +
                              Bilingual("this token is listed above already", "上方已有此令牌"));
      }
    }
    if (list.size() == kMaxTokens) {
      return Failure::usage(place + Bilingual("more than 1000 tokens", "令牌超过 1000 个"));
    }
    list.holders_.push_back(std::move(holder.value()));
  }
  return list;
}

const Holder* TokenList::find(std::string_view token) const {
  if (token.empty() || token.size() > kMaxToken) return nullptr;
  return find(digest_of(token));
}

const Holder* TokenList::find(const TokenDigest& digest) const {
  const Holder* found = nullptr;
  for (const Holder& holder : holders_) {
    if (CRYPTO_memcmp(digest.data(), holder.digest.data(), digest.size()) == 0) found = &holder;
  }
  return found;
}

const Holder* TokenList::named(std::string_view name) const {
  const auto found = std::ranges::find(holders_, name, &Holder::name);
  return found == holders_.end() ? nullptr : &*found;
}

// Making one

std::string line_of(const Holder& holder, std::string_view token) {
  std::string line = holder.name;
  line.append(" ").append(kDigestPrefix).append(to_hex(digest_of(token)));
  for (const std::string& project : holder.projects) {
    line.append(" project=").append(project);
  }
  for (const std::string& service : holder.services) {
    line.append(" service=").append(service);
  }
  if (holder.can_follow) line.append(" follow");
  if (holder.can_see_people) line.append(" people");
  if (holder.can_share) line.append(" share");
  if (holder.last_day) line.append(" expires=").append(day_text(*holder.last_day));
  return line;
}

Result<std::string> new_token() {
  std::array<unsigned char, kTokenBytes> bytes{};
  if (RAND_bytes(bytes.data(), bytes.size()) != 1) {
    return Failure::system(bilingual({"this machine has no random bytes; no token was created",
                                      "本机无法提供随机数，未创建令牌"}));
  }
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string token(kTokenPrefix);
  unsigned waiting = 0;  // bits not written yet
  int count = 0;
  for (const unsigned char byte : bytes) {
    waiting = (waiting << 8 | byte) & 0xffff;
    for (count += 8; count >= 6; count -= 6) {
      token += kDigits[waiting >> (count - 6) & 63];
    }
  }
  token += kDigits[waiting << (6 - count) & 63];
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return token;
}

}  // namespace jobtree::gateway
