// A key and what belongs to it, checked: whatever the source, its five values are judged here.
//
// Knows: what a good value is. Must not know: where values come from, what a key is used for.
// Messages name places and variables, never values.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "cloud/key/signer.h"
#include "cloud/where/url.h"

namespace jobtree::cloud {

// What a key's values may take.
inline constexpr std::size_t kMaxAccess = 128;
inline constexpr std::size_t kMaxSecret = 256;
inline constexpr std::size_t kMaxToken = std::size_t{16} * 1024;

struct Credentials {
  Key key;
  Secret security_token;   ///< only with temporary keys, else empty
  std::string project_id;  ///< 32 lower-case hex digits, "" when not known
  std::string domain_id;   ///< the account's, of the same form, "" when not known
  Bilingual source;        ///< where the key was found, for a message
  /// Only of temporary keys whose end is known.
  std::optional<std::chrono::system_clock::time_point> expires{};
  Origins iam{};  ///< where IAM is by the word of who wrote the key down; may be empty
};

/// One convention's names for the same five things; nullptr where it has no name.
struct CredentialNames {
  const char* access;
  const char* secret;
  const char* token;
  const char* project;
  const char* domain;
};

/// The values under those names; "" where there is none.
struct CredentialValues {
  std::string_view access;
  std::string_view secret;
  std::string_view token;
  std::string_view project;
  std::string_view domain;
};

/// Fails on half a pair, on a value that holds blanks or control characters or is too long, and on
/// an ID that is none. `place` is put before a name in messages: "" or "FILE, ".
Result<Credentials> check_credentials(const CredentialValues& values, const CredentialNames& names,
                                      const Bilingual& place, const Bilingual& source);

/// The same key and all that belongs to it.
bool is_same(const Credentials& a, const Credentials& b);

/// The access key as it may be shown: its first four characters and "…".
std::string masked(std::string_view access);

}  // namespace jobtree::cloud
