#include "cloud/key/credentials.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "base/ascii.h"
#include "cloud/ids.h"

namespace jobtree::cloud {
namespace {

/// Why `value` cannot be used, if it cannot.
std::optional<Failure> refuse(const Bilingual& what, std::string_view value, std::size_t max) {
  if (value.size() > max) {
    return Failure::usage(bilingual({"{0} is longer than {1} characters", "{0} 超过 {1} 个字符"},
                                    what, std::to_string(max)));
  }
  if (!std::ranges::all_of(value, is_graphic)) {
    return Failure::usage(
        bilingual({"{0} contains a space, a line break or another character that keys do not have",
                   "{0} 含有空格、换行等密钥中不会出现的字符"},
                  what));
  }
  return std::nullopt;
}

}  // namespace

Result<Credentials> check_credentials(const CredentialValues& values, const CredentialNames& names,
                                      const Bilingual& place, const Bilingual& source) {
  if (values.access.empty() || values.secret.empty()) {
    const bool no_access = values.access.empty();
    return Failure::usage(place + bilingual({"{0} is set but {1} is not; a key needs both",
                                             "已设置 {0}，但未设置 {1}，两者缺一不可"},
                                            no_access ? names.secret : names.access,
                                            no_access ? names.access : names.secret));
  }
  if (auto failure = refuse(place + names.access, values.access, kMaxAccess)) return *failure;
  if (auto failure = refuse(place + names.secret, values.secret, kMaxSecret)) return *failure;
  if (!values.token.empty()) {
    if (auto failure = refuse(place + names.token, values.token, kMaxToken)) return *failure;
  }
  if (!values.project.empty() && !is_project_id(values.project)) {
    return Failure::usage(place + bilingual({"{0} is not a project ID (32 lower-case hex digits)",
                                             "{0} 不是项目 ID（32 位小写十六进制字符）"},
                                            names.project));
  }
  if (!values.domain.empty() && !is_project_id(values.domain)) {
    return Failure::usage(place +
                          bilingual({"{0} is not an account (domain) ID (32 lower-case hex digits)",
                                     "{0} 不是账号（domain）ID（32 位小写十六进制字符）"},
                                    names.domain));
  }
  return Credentials{{std::string(values.access), Secret(values.secret)},
                     Secret(values.token),
                     std::string(values.project),
                     std::string(values.domain),
                     source,
                     std::nullopt,
                     {}};
}

bool is_same(const Credentials& a, const Credentials& b) {
  return a.key.access == b.key.access && a.key.secret.reveal() == b.key.secret.reveal() &&
         a.security_token.reveal() == b.security_token.reveal() && a.project_id == b.project_id &&
         a.domain_id == b.domain_id && a.iam == b.iam;
}

std::string masked(std::string_view access) {
  return std::string(access.substr(0, 4)) + "…";
}

}  // namespace jobtree::cloud
