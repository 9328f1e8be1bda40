#include "cloud/key/temporary/issued_key.h"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/ascii.h"
#include "base/utc.h"

namespace jobtree::cloud {
namespace {

using Json = nlohmann::json;

/// The text under the first of the names that has one.
std::string text_of(const Json& object, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto member = object.find(name);
    if (member != object.end() && member->is_string()) return member->get<std::string>();
  }
  return "";
}

bool is_good(std::string_view value, std::size_t max) {
  return !value.empty() && value.size() <= max && std::ranges::all_of(value, is_graphic);
}

}  // namespace

Result<Credentials> read_issued_key(const std::string& body, const Bilingual& issuer,
                                    const Bilingual& source) {
  const Json json = Json::parse(body, nullptr, false);
  const auto no_key =
      Failure::unavailable(bilingual({"{0} returned no key", "{0} 未返回密钥"}, issuer));
  if (!json.is_object()) return no_key;
  const auto one = json.find("credential");
  const auto found = one == json.end() ? json.find("credentials") : one;
  if (found == json.end() || !found->is_object()) return no_key;
  const std::string access = text_of(*found, {"access", "accessKeyId"});
  const std::string secret = text_of(*found, {"secret", "secretAccessKey"});
  const std::string token = text_of(*found, {"securitytoken", "securityToken"});
  if (!is_good(access, kMaxAccess) || !is_good(secret, kMaxSecret) || !is_good(token, kMaxToken)) {
    return no_key;
  }
  const auto expires = parse_iso_time(text_of(*found, {"expires_at", "expiration"}));
  if (!expires) {
    return Failure::unavailable(
        bilingual({"the key of {0} has no expiry time", "{0} 返回的密钥没有过期时间"}, issuer));
  }
  return Credentials{{access, Secret(secret)}, Secret(token), "", "", source, expires, {}};
}

}  // namespace jobtree::cloud
