#include "cloud/key/temporary/metadata.h"

#include <algorithm>
#include <vector>

#include "base/ascii.h"
#include "cloud/key/temporary/issued_key.h"
#include "cloud/where/url.h"

namespace jobtree::cloud {
namespace {

constexpr const char* kTokenSeconds = "21600";
constexpr const char* kMetadataTokenPath = "/meta-data/latest/api/token";
constexpr const char* kMetadataKeyPath = "/openstack/latest/securitykey";
constexpr std::size_t kMaxMetadataToken = 4096;

Failure failed(const Sentence<1>& sentence, const std::string& url) {
  return Failure::unavailable(bilingual(sentence, url));
}

Failure no_response(const std::string& url) {
  return failed(
      {"the instance metadata service at {0} did not respond", "实例元数据服务 {0} 无响应"}, url);
}

}  // namespace

Result<bool> check_metadata_url(const std::string& url) {
  const auto parsed = parse_url(url);
  if (!parsed) return parsed.failure();
  const auto& [scheme, host, path, query] = parsed.value();
  if (scheme != "http" || !(is_loopback(parsed.value()) || is_link_local(parsed.value()))) {
    return Failure::usage(
        bilingual({"instance metadata is only read from http://169.254.… or a loopback address",
                   "实例元数据地址仅限 http://169.254.… 或回环地址"}));
  }
  if ((!path.empty() && path != "/") || !query.empty()) {
    return Failure::usage(
        bilingual({"the URL must not have a path or a query", "URL 不能包含路径或查询参数"}));
  }
  return true;
}

TransportOptions metadata_transport() {
  TransportOptions options;
  options.connect_timeout = std::chrono::milliseconds(1000);
  options.total_timeout = std::chrono::milliseconds(3000);
  options.max_body = std::size_t{64} * 1024;
  options.use_proxies = false;
  return options;
}

bool Metadata::renew_token() {
  const std::vector<Header> headers{{"X-Metadata-Token-Ttl-Seconds", kTokenSeconds}};
  const HttpReply reply =
      transport_->send({.method = "PUT", .url = url_ + kMetadataTokenPath, .headers = headers});
  token_ = Secret();
  if (reply.end != HttpReply::End::complete) return false;
  // Older services have no tokens and say so with one of these.
  if (reply.status == 404 || reply.status == 405 || reply.status == 503) return true;
  const bool is_token = reply.status == 200 && !reply.body.empty() &&
                        reply.body.size() <= kMaxMetadataToken &&
                        std::ranges::all_of(reply.body, is_graphic);
  if (is_token) token_ = Secret(reply.body);
  return is_token;
}

HttpReply Metadata::request_key() {
  std::vector<Header> headers;
  if (!token_.empty()) headers.push_back({"X-Metadata-Token", std::string(token_.reveal())});
  return transport_->send({.url = url_ + kMetadataKeyPath, .headers = headers});
}

Result<Credentials> Metadata::fetch() {
  if (token_.empty() && !renew_token()) return no_response(url_);
  HttpReply reply = request_key();
  // A session token ends too; but without an agency a new one would not help.
  const bool has_no_agency = reply.body.find("configure Cloud Service Agency") != std::string::npos;
  if (reply.end == HttpReply::End::complete && reply.status == 401 && !has_no_agency) {
    if (!renew_token()) return no_response(url_);
    reply = request_key();
  }
  if (reply.end != HttpReply::End::complete) return no_response(url_);
  if (has_no_agency || reply.status == 404) {
    return failed({"the instance metadata service at {0} has no key: the instance has no agency; "
                   "assign one that can read jobs",
                   "实例元数据服务 {0} 没有密钥：实例未配置委托，请为其配置可查询任务的委托"},
                  url_);
  }
  if (reply.status != 200) {
    return Failure::unavailable(
        bilingual({"the instance metadata service at {0} returned status {1}",
                   "实例元数据服务 {0} 返回状态码 {1}"},
                  url_, std::to_string(reply.status)));
  }
  return read_issued_key(
      reply.body, bilingual({"the instance metadata service at {0}", "实例元数据服务 {0}"}, url_),
      {"instance metadata", "实例元数据"});
}

}  // namespace jobtree::cloud
