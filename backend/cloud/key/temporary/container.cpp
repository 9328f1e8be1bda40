#include "cloud/key/temporary/container.h"

#include <vector>

#include "cloud/key/temporary/identity_token.h"
#include "cloud/key/temporary/issued_key.h"
#include "cloud/where/url.h"

namespace jobtree::cloud {
namespace {

// Shown to anybody, so without the URL.
constexpr Sentence<0> kIssuer{"the container's credential service", "容器凭据服务"};

}  // namespace

Result<bool> check_container_url(const std::string& url) {
  const auto parsed = parse_url(url);
  if (!parsed) return parsed.failure();
  if (parsed.value().scheme == "http" && !is_loopback(parsed.value()) &&
      !is_link_local(parsed.value())) {
    return Failure::usage(
        bilingual({"http is only for link-local (169.254.…) and loopback addresses; use https",
                   "http 仅可用于链路本地地址（169.254.…）和回环地址，请使用 https"}));
  }
  return true;
}

TransportOptions container_transport() {
  TransportOptions options;
  options.connect_timeout = std::chrono::milliseconds(5000);
  options.total_timeout = std::chrono::milliseconds(5000);
  options.max_body = std::size_t{64} * 1024;
  options.use_proxies = false;
  return options;
}

Result<Credentials> Container::fetch() {
  const auto token = read_identity_token(token_file_);
  if (!token) return token.failure();
  const std::vector<Header> headers{{"Authorization", std::string(token.value().reveal())},
                                    {"Content-Type", "application/json"},
                                    {"Accept", "application/json"}};
  const HttpReply reply =
      transport_->send({.method = "POST", .url = url_, .headers = headers, .body = "{}"});
  const Bilingual issuer = bilingual(kIssuer);
  if (reply.end != HttpReply::End::complete) {
    return Failure::unavailable(bilingual({"{0} did not respond", "{0}无响应"}, issuer));
  }
  if (reply.status < 200 || reply.status > 299) {
    return Failure::unavailable(bilingual({"{0} returned status {1}", "{0}返回状态码 {1}"}, issuer,
                                          std::to_string(reply.status)));
  }
  auto credentials = read_issued_key(reply.body, issuer, {"container credentials", "容器凭据"});
  if (credentials) {
    credentials.value().project_id = owner_.project;
    credentials.value().domain_id = owner_.domain;
  }
  return credentials;
}

}  // namespace jobtree::cloud
