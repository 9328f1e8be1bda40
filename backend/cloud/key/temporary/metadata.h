// A temporary key from the instance this runs on: its metadata service.
//
// Knows: the service's two requests (ECS user guide, "Obtaining metadata"; the vendor's SDKs). Must
// not know: when a key is to be renewed.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "cloud/ask/transport.h"
#include "cloud/key/temporary/temporary_source.h"

namespace jobtree::cloud {

/// Link-local, the same on every instance.
inline constexpr const char* kMetadataUrl = "http://169.254.169.254";

/// Whether metadata may be fetched from there: http to a link-local or loopback address, no path.
/// What listens there can hand out keys, so it must not be far away.
Result<bool> check_metadata_url(const std::string& url);

/// How the service is reached: at once or not at all, and never through a proxy.
TransportOptions metadata_transport();

/// Not thread-safe, but for stop().
class Metadata final : public KeyIssuer {
 public:
  Metadata(std::string url, std::unique_ptr<Transport> transport)
      : url_(std::move(url)), transport_(std::move(transport)) {}

  /// A key good for some hours, with its end. Fails with a sentence that begins with what went
  /// wrong: "the instance metadata service at … did not respond".
  Result<Credentials> fetch() override;
  /// What is under way ends within a second. From any thread.
  void stop() override { transport_->stop(); }

 private:
  /// A session token, which newer services demand; false when one was demanded and not given.
  bool renew_token();
  HttpReply request_key();

  std::string url_;
  std::unique_ptr<Transport> transport_;
  Secret token_;
};

}  // namespace jobtree::cloud
