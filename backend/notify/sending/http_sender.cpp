#include "notify/sending/http_sender.h"

#include <optional>
#include <utility>
#include <variant>

#include "cloud/ask/transport.h"
#include "notify/target_policy.h"

namespace jobtree::notify {
namespace {

using End = cloud::HttpReply::End;

constexpr std::chrono::seconds kConnectTimeout{5};
constexpr std::chrono::seconds kTotalTimeout{20};
constexpr std::size_t kLargestResponse = std::size_t{64} * 1024;

/// Whether the request may have reached the other side although there is no response.
bool may_have_arrived(End end) {
  return end == End::unreachable || end == End::connection_lost || end == End::stopped;
}

Response response_of(cloud::HttpReply reply) {
  // Of a body that is too long the status still tells.
  if (reply.end == End::complete || reply.end == End::too_large) {
    return {
        .status = reply.status, .body = std::move(reply.body), .retry_after = reply.retry_after};
  }
  return {.trouble = std::move(reply.why), .may_have_arrived = may_have_arrived(reply.end)};
}

class HttpSender final : public Sender {
 public:
  HttpSender(const Channel& channel, std::unique_ptr<cloud::Transport> transport)
      : policy_(channel.allowed_networks),
        proxy_(channel.proxy),
        transport_(std::move(transport)) {}

  Result<Response> send(const Dispatch& dispatch) override {
    const auto& request = std::get<HttpRequest>(dispatch);
    if (auto refused = policy_.refused(request.url)) return *std::move(refused);
    std::optional<Failure> refused;
    cloud::HttpRequest sent{.method = "POST",
                            .url = request.url,
                            .headers = request.headers,
                            .body = request.body,
                            .max_body = kLargestResponse,
                            .proxy = proxy_};
    // A proxy is the operator's own; what a name leads to, only the proxy knows.
    if (proxy_.empty()) {
      const bool is_encrypted = request.url.starts_with("https:");
      sent.may_connect = [this, &refused, is_encrypted](const IpAddress& address) {
        auto why = policy_.refused(address, is_encrypted);
        if (why) refused = std::move(why);
        return !refused.has_value();
      };
    }
    cloud::HttpReply reply = transport_->send(sent);
    if (reply.end == End::no_connection && refused) return *std::move(refused);
    return response_of(std::move(reply));
  }

  void stop() override { transport_->stop(); }

 private:
  const TargetPolicy policy_;
  const std::string proxy_;
  const std::unique_ptr<cloud::Transport> transport_;
};

}  // namespace

Result<std::unique_ptr<Sender>> make_http_sender(const Channel& channel) {
  cloud::TransportOptions options;
  options.ca_file = channel.ca_file;
  options.connect_timeout = kConnectTimeout;
  options.total_timeout = kTotalTimeout;
  options.use_proxies = false;
  auto transport = cloud::make_transport(options);
  if (!transport) return transport.failure();
  return std::unique_ptr<Sender>(
      std::make_unique<HttpSender>(channel, std::move(transport.value())));
}

}  // namespace jobtree::notify
