#include "cloud/key/environment_source.h"

#include <openssl/crypto.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace jobtree::cloud {
namespace {

constexpr std::array<CredentialNames, 3> kFamilies{{
    {"HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_SECURITY_TOKEN",
     "HUAWEICLOUD_SDK_PROJECT_ID", "HUAWEICLOUD_SDK_DOMAIN_ID"},
    {"CLOUD_SDK_AK", "CLOUD_SDK_SK", nullptr, nullptr, nullptr},
    {"HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN", "HW_PROJECT_ID", "HW_DOMAIN_ID"},
}};

}  // namespace

Result<Finding> EnvironmentSource::find() {
  const auto value = [this](const char* name) {
    return name == nullptr ? std::string_view() : environment_(name);
  };
  std::string pairs;
  for (const CredentialNames& family : kFamilies) {
    pairs += (pairs.empty() ? "" : ", ") + std::string(family.access) + "/" + family.secret;
    const CredentialValues values{value(family.access), value(family.secret), value(family.token),
                                  value(family.project), value(family.domain)};
    if (values.access.empty() && values.secret.empty()) continue;
    auto found = check_credentials(
        values, family, "", bilingual({"environment variable {0}", "环境变量 {0}"}, family.access));
    if (!found) return found.failure();
    return Finding{.credentials = std::move(found.value())};
  }
  return Finding{
      .absence = bilingual(
          {"no key is set in the environment ({0})", "环境变量中未设置密钥（{0}）"}, pairs)};
}

void forget_environment() {
  for (const CredentialNames& family : kFamilies) {
    for (const char* name : {family.access, family.secret, family.token}) {
      char* value = name == nullptr ? nullptr : std::getenv(name);
      if (value == nullptr) continue;
      // Removing alone leaves the text where the kernel shows it: /proc/PID/environ.
      OPENSSL_cleanse(value, std::strlen(value));
      ::unsetenv(name);
    }
  }
}

}  // namespace jobtree::cloud
