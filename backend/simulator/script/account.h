// The keys of the pretend cloud, and whose they are.
//
// Knows: values. Must not know: how a request is checked (cloud/signature_check.h).
#pragma once

#include <string>
#include <string_view>

namespace jobtree::simulator {

/// Every access key of the simulator begins so, and it accepts no other: a key that does not may be
/// a real one, and has no business here.
inline constexpr std::string_view kKeyMark = "SIMULATED";

/// A key pair. It opens nothing but a simulator.
struct Key {
  std::string access;
  std::string secret;
};

/// A key and whose it is.
struct Account {
  Key key;
  std::string project_id;           ///< 32 hex digits
  std::string domain_id;            ///< 32 hex digits
  std::string security_token = {};  ///< "" for a permanent key
};

/// The key pair, project and domain of a simulator that is given none; fixed and public.
Account demo_account();

}  // namespace jobtree::simulator
