// A temporary key of a container: its platform hands it out to who shows the container's token.
//
// Knows: the request of the vendor's SDKs (HC_CONTAINER_CREDENTIALS_FULL_URI and
// HC_CONTAINER_AUTHORIZATION_TOKEN_FILE). Must not know: when a key is to be renewed.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "base/result.h"
#include "cloud/ask/transport.h"
#include "cloud/key/owner_ids.h"
#include "cloud/key/temporary/temporary_source.h"

namespace jobtree::cloud {

/// Whether a container's token may be shown there: https, or http to a link-local or loopback
/// address.
Result<bool> check_container_url(const std::string& url);

/// How the platform is reached: soon or not at all, and never through a proxy.
TransportOptions container_transport();

/// Not thread-safe, but for stop().
class Container final : public KeyIssuer {
 public:
  Container(std::string url, std::string token_file, OwnerIds owner,
            std::unique_ptr<Transport> transport)
      : url_(std::move(url)),
        token_file_(std::move(token_file)),
        owner_(std::move(owner)),
        transport_(std::move(transport)) {}

  Result<Credentials> fetch() override;
  void stop() override { transport_->stop(); }

 private:
  const std::string url_;
  const std::string token_file_;
  const OwnerIds owner_;
  const std::unique_ptr<Transport> transport_;
};

}  // namespace jobtree::cloud
