#include "cloud/key/profile_file.h"

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "base/small_file.h"
#include "cloud/key/owner_ids.h"

namespace jobtree::cloud {
namespace {

constexpr std::size_t kMaxProfile = std::size_t{64} * 1024;
constexpr std::size_t kMaxShownName = 64;  // to be shown
constexpr CredentialNames kNames{"ak", "sk", "security_token", "project_id", "domain_id"};

/// What stands in [basic]. The views point into the text.
struct Basic {
  CredentialValues key{};
  std::string_view iam_endpoint{};
  std::string_view idp_id{};
  std::string_view id_token_file{};
  std::string unused{};     ///< names that mean nothing here, "a, b"
  bool has_global = false;  ///< there is a section [global] too
};

/// Where the value of that name goes; nullptr for a name that means nothing here.
std::string_view* place_of(Basic& basic, std::string_view name) {
  if (name == kNames.access) return &basic.key.access;
  if (name == kNames.secret) return &basic.key.secret;
  if (name == kNames.token) return &basic.key.token;
  if (name == kNames.project) return &basic.key.project;
  if (name == kNames.domain) return &basic.key.domain;
  if (name == "iam_endpoint") return &basic.iam_endpoint;
  if (name == "idp_id") return &basic.idp_id;
  if (name == "id_token_file") return &basic.id_token_file;
  return nullptr;
}

Result<Basic> parse_profile(std::string_view text, const std::string& file) {
  Basic basic;
  bool in_basic = false;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = trimmed(text.substr(0, text.find('\n')), kSpaceTabReturn);
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[') {
      in_basic = line == "[basic]";
      basic.has_global = basic.has_global || line == "[global]";
      continue;
    }
    if (!in_basic) continue;
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) {
      return Failure::usage(
          bilingual({"{0}, line {1}: expected \"name = value\" in section [basic]",
                     "{0} 第 {1} 行：[basic] 段中应为“名称 = 值”"},
                    file, std::to_string(number)));
    }
    const std::string_view name = trimmed(line.substr(0, equals), kSpaceTabReturn);
    if (std::string_view* const place = place_of(basic, name)) {
      *place = trimmed(line.substr(equals + 1), kSpaceTabReturn);
    } else if (name.size() <= kMaxShownName && std::ranges::all_of(name, is_graphic)) {
      basic.unused.append(basic.unused.empty() ? "" : ", ").append(name);
    }
  }
  return basic;
}

Bilingual notice_of(const Basic& basic, const std::string& file) {
  Bilingual notice;
  if (!basic.unused.empty()) {
    notice = bilingual({"names in {0} that are not used: {1}", "{0} 中未使用的名称：{1}"}, file,
                       basic.unused);
  }
  if (basic.has_global) {
    if (!notice.empty()) notice += {"; ", "；"};
    notice += bilingual({"section [global] of {0} is not used; [basic] is for all services",
                         "未使用 {0} 的 [global] 段；[basic] 段用于所有服务"},
                        file);
  }
  return notice;
}

}  // namespace

ProfilePlace profile_place(const Environment& environment, const std::string& named) {
  if (!named.empty()) return {named, true};
  if (const auto file = environment("HUAWEICLOUD_SDK_CREDENTIALS_FILE"); !file.empty()) {
    return {std::string(file), true};
  }
  if (const auto folder = environment("CREDENTIALS_DIRECTORY"); !folder.empty()) {
    std::string file = std::string(folder) + "/credentials";
    // The service may have been given other secrets of systemd's, and not this one.
    if (::access(file.c_str(), F_OK) == 0) return {std::move(file), true};
  }
  if (const auto home = environment("HOME"); !home.empty()) {
    return {std::string(home) + "/.huaweicloud/credentials", false};
  }
  return {};
}

Result<Profile> read_profile(const std::string& file) {
  const auto text = read_secret_file(file, {.what = {"profile file", "密钥文件"},
                                            .max_bytes = kMaxProfile,
                                            .plain_only = false,
                                            .refuse_world_writable = true});
  if (!text) return text.failure();
  const auto basic = parse_profile(text.value().reveal(), file);
  if (!basic) return basic.failure();
  Profile profile{.notice = notice_of(basic.value(), file)};
  const auto& [key, iam_endpoint, idp_id, id_token_file, unused, has_global] = basic.value();
  const Bilingual place = bilingual({"{0}, ", "{0}："}, file);
  Origins iam;
  if (!iam_endpoint.empty()) {
    auto parsed = parse_origins(iam_endpoint);
    if (!parsed) {
      return parsed.failure().prefixed(place + Bilingual("iam_endpoint: ", "iam_endpoint："));
    }
    iam = std::move(parsed.value());
  }
  if (idp_id.empty() != id_token_file.empty()) {
    return half_set(idp_id.empty() ? "id_token_file" : "idp_id",
                    idp_id.empty() ? "idp_id" : "id_token_file")
        .prefixed(place);
  }
  if (!idp_id.empty()) {
    auto owner = check_owner({std::string(key.project), std::string(key.domain)}, kNames.project,
                             kNames.domain);
    if (!owner) return owner.failure().prefixed(place);
    profile.federation = Federation{.idp_id = std::string(idp_id),
                                    .id_token_file = std::string(id_token_file),
                                    .owner = std::move(owner.value()),
                                    .iam = iam};
  }
  if (key.access.empty() && key.secret.empty()) return profile;
  auto found =
      check_credentials(key, kNames, place, bilingual({"profile file {0}", "密钥文件 {0}"}, file));
  if (!found) return found.failure();
  profile.credentials = std::move(found.value());
  profile.credentials->iam = std::move(iam);
  return profile;
}

}  // namespace jobtree::cloud
