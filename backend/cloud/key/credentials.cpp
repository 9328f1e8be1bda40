#include "cloud/key/credentials.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "base/ascii.h"
#include "cloud/ids.h"

namespace jobtree::cloud {
namespace {

constexpr std::size_t kMaxAccess = 128;
constexpr std::size_t kMaxSecret = 256;
constexpr std::size_t kMaxToken = std::size_t{16} * 1024;

/// Why `value` cannot be used, if it cannot.
std::optional<Failure> refuse(const std::string& what, std::string_view value, std::size_t max) {
  if (value.size() > max) {
    return Failure::usage(what + " is longer than " + std::to_string(max) + " characters");
  }
  if (!std::ranges::all_of(value, is_graphic)) {
    return Failure::usage(what + " holds a blank, a line break or another character no key has");
  }
  return std::nullopt;
}

}  // namespace

Result<Credentials> check_credentials(const CredentialValues& values, const CredentialNames& names,
                                      const std::string& place, const std::string& source) {
  if (values.access.empty() || values.secret.empty()) {
    const bool no_access = values.access.empty();
    return Failure::usage(place + (no_access ? names.secret : names.access) + " is set but " +
                          (no_access ? names.access : names.secret) + " is not; a key needs both");
  }
  if (auto failure = refuse(place + names.access, values.access, kMaxAccess)) return *failure;
  if (auto failure = refuse(place + names.secret, values.secret, kMaxSecret)) return *failure;
  if (!values.token.empty()) {
    if (auto failure = refuse(place + names.token, values.token, kMaxToken)) return *failure;
  }
  if (!values.project.empty() && !is_project_id(values.project)) {
    return Failure::usage(place + names.project + " is not a project id: 32 lower-case hex digits");
  }
  if (!values.domain.empty() && !is_project_id(values.domain)) {
    return Failure::usage(place + names.domain +
                          " is not an account (domain) id: 32 lower-case hex digits");
  }
  return Credentials{{std::string(values.access), Secret(values.secret)},
                     Secret(values.token),
                     std::string(values.project),
                     std::string(values.domain),
                     source};
}

bool is_same(const Credentials& a, const Credentials& b) {
  return a.key.access == b.key.access && a.key.secret.reveal() == b.key.secret.reveal() &&
         a.security_token.reveal() == b.security_token.reveal() && a.project_id == b.project_id &&
         a.domain_id == b.domain_id;
}

std::string masked(std::string_view access) {
  return std::string(access.substr(0, 4)) + "…";
}

}  // namespace jobtree::cloud
