// A temporary key for a workload that another identity provider knows: IAM takes the provider's
// token, and issues a key.
//
// Knows: IAM's two requests for that. Must not know: when a key is to be renewed, where the
// settings come from. Neither request is signed, for there is no key yet.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>

#include "base/result.h"
#include "cloud/ask/transport.h"
#include "cloud/key/owner_ids.h"
#include "cloud/key/temporary/temporary_source.h"
#include "cloud/where/url.h"

namespace jobtree::cloud {

struct Federation {
  std::string idp_id;         ///< IAM's name for the identity provider
  std::string id_token_file;  ///< whose token is in it
  OwnerIds owner{};
  Origins iam{};  ///< by the profile's word; may be empty
};

/// How IAM is reached for this. `ca_file` as of TransportOptions.
TransportOptions federated_transport(const std::string& ca_file);

/// Not thread-safe, but for stop().
class Federated final : public KeyIssuer {
 public:
  /// `iam`: where IAM is; the next is used where nobody is reached.
  Federated(Federation federation, Origins iam, std::shared_ptr<Transport> transport)
      : federation_(std::move(federation)),
        iam_(std::move(iam)),
        transport_(std::move(transport)) {}

  Result<Credentials> fetch() override;
  void stop() override { transport_->stop(); }

 private:
  HttpReply send(const std::string& path, std::span<const Header> headers, std::string_view body);

  const Federation federation_;
  const Origins iam_;
  const std::shared_ptr<Transport> transport_;
};

}  // namespace jobtree::cloud
