#include "cloud/key/credentials.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <system_error>
#include <vector>

#include "cloud/where/catalogue.h"

namespace jobtree::cloud {
namespace {

constexpr std::size_t kMaxAccess = 128;
constexpr std::size_t kMaxSecret = 256;
constexpr std::size_t kMaxToken = std::size_t{16} * 1024;
constexpr std::size_t kMaxProfile = std::size_t{64} * 1024;

/// One convention's names for the same five things; nullptr where it has no name.
struct Family {
  const char* access;
  const char* secret;
  const char* token;
  const char* project;
  const char* domain;
};

constexpr std::array<Family, 3> kFamilies{{
    {"HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_SECURITY_TOKEN",
     "HUAWEICLOUD_SDK_PROJECT_ID", "HUAWEICLOUD_SDK_DOMAIN_ID"},
    {"CLOUD_SDK_AK", "CLOUD_SDK_SK", nullptr, nullptr, nullptr},
    {"HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN", "HW_PROJECT_ID", "HW_DOMAIN_ID"},
}};
constexpr Family kProfileNames{"ak", "sk", "security_token", "project_id", "domain_id"};

/// The values that stand under a family's names.
struct Values {
  std::string_view access;
  std::string_view secret;
  std::string_view token;
  std::string_view project;
  std::string_view domain;
};

bool is_graphic(char c) {
  return c > ' ' && c < '\x7f';
}

/// The sentence that says why `value` cannot be used, if it cannot.
std::optional<Failure> refuse(const std::string& what, std::string_view value, std::size_t max) {
  if (value.size() > max) {
    return Failure::usage(what + " is longer than " + std::to_string(max) + " characters");
  }
  if (!std::ranges::all_of(value, is_graphic)) {
    return Failure::usage(what + " holds a blank, a line break or another character no key has");
  }
  return std::nullopt;
}

/// `place` is put before a name in messages: "" or "FILE, ".
Result<Credentials> credentials_of(const Values& values, const Family& names,
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

std::string_view value_of(const Environment& environment, const char* name) {
  return name == nullptr ? std::string_view() : environment(name);
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/// Takes [basic] out of an INI text. The views point into it.
Result<Values> parse_profile(std::string_view text, const std::string& file) {
  Values values;
  bool in_basic = false;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = trimmed(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[') {
      in_basic = line == "[basic]";
      continue;
    }
    if (!in_basic) continue;
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) {
      return Failure::usage(file + ", line " + std::to_string(number) +
                            ": expected \"name = value\" in section [basic]");
    }
    const std::string_view name = trimmed(line.substr(0, equals));
    const std::string_view value = trimmed(line.substr(equals + 1));
    if (name == kProfileNames.access) values.access = value;
    if (name == kProfileNames.secret) values.secret = value;
    if (name == kProfileNames.token) values.token = value;
    if (name == kProfileNames.project) values.project = value;
    if (name == kProfileNames.domain) values.domain = value;
  }
  return values;
}

/// Reads without a buffered stream: its buffer would keep the secret.
Result<Secret> read_profile(const std::string& file) {
  const auto failure = [&file] {
    return Failure::usage("cannot read the profile file " + file + ": " +
                          std::generic_category().message(errno));
  };
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return failure();
  std::vector<char> bytes(kMaxProfile + 1);
  std::size_t size = 0;
  ssize_t count = 0;
  do {
    count = ::read(descriptor, bytes.data() + size, bytes.size() - size);
    if (count > 0) size += static_cast<std::size_t>(count);
  } while ((count > 0 && size < bytes.size()) || (count < 0 && errno == EINTR));
  const int read_error = errno;
  ::close(descriptor);
  errno = read_error;
  if (count < 0) return failure();
  Secret text({bytes.data(), size});
  OPENSSL_cleanse(bytes.data(), bytes.size());
  if (size > kMaxProfile)
    return Failure::usage("the profile file " + file + " is larger than 64 KiB");
  return text;
}

}  // namespace

Result<std::optional<Credentials>> environment_credentials(const Environment& environment) {
  for (const Family& family : kFamilies) {
    const Values values{value_of(environment, family.access), value_of(environment, family.secret),
                        value_of(environment, family.token), value_of(environment, family.project),
                        value_of(environment, family.domain)};
    if (values.access.empty() && values.secret.empty()) continue;
    auto found = credentials_of(values, family, "", std::string("environment, ") + family.access);
    if (!found) return found.failure();
    return std::optional(std::move(found.value()));
  }
  return std::optional<Credentials>();
}

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

Result<std::optional<Credentials>> profile_credentials(const std::string& file) {
  const auto text = read_profile(file);
  if (!text) return text.failure();
  const auto values = parse_profile(text.value().reveal(), file);
  if (!values) return values.failure();
  if (values.value().access.empty() && values.value().secret.empty()) {
    return std::optional<Credentials>();
  }
  auto found = credentials_of(values.value(), kProfileNames, file + ", ", "profile file " + file);
  if (!found) return found.failure();
  return std::optional(std::move(found.value()));
}

std::string profile_warning(const std::string& file) {
  struct stat state = {};
  if (::stat(file.c_str(), &state) != 0 || (state.st_mode & (S_IRGRP | S_IROTH)) == 0) return "";
  return "others on this machine can read the key in " + file + "; take that away: chmod 600 " +
         file;
}

Failure no_key_found(const ProfilePlace& profile, const std::string& about_metadata) {
  std::string names;
  for (const Family& family : kFamilies) {
    names += (names.empty() ? "" : ", ") + std::string(family.access) + " and " + family.secret;
  }
  std::string about_profile = "there is no HOME to look for .huaweicloud/credentials in";
  if (!profile.file.empty()) {
    about_profile =
        ::access(profile.file.c_str(), F_OK) == 0
            ? "the profile file " + profile.file + " has no ak and sk in a section [basic]"
            : "there is no profile file " + profile.file;
  }
  return Failure::usage("no key found: none of these pairs is in the environment (" + names +
                        "), " + about_profile + ", and " + about_metadata +
                        "; set a pair, or run the demo, which needs none: backend --demo");
}

void forget_environment() {
  for (const Family& family : kFamilies) {
    for (const char* name : {family.access, family.secret, family.token}) {
      char* value = name == nullptr ? nullptr : std::getenv(name);
      if (value == nullptr) continue;
      // Removing alone leaves the text where the kernel shows it: /proc/PID/environ.
      OPENSSL_cleanse(value, std::strlen(value));
      ::unsetenv(name);
    }
  }
}

std::string masked(std::string_view access) {
  return std::string(access.substr(0, 4)) + "…";
}

}  // namespace jobtree::cloud
