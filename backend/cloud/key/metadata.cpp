#include "cloud/key/metadata.h"

#include <arpa/inet.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/ascii.h"
#include "base/utc.h"

#include "cloud/where/url.h"

namespace jobtree::cloud {
namespace {

constexpr const char* kTokenSeconds = "21600";
constexpr const char* kTokenPath = "/meta-data/latest/api/token";
constexpr const char* kKeyPath = "/openstack/latest/securitykey";
constexpr std::size_t kMaxToken = 4096;

std::string text_of(const nlohmann::json& object, const char* name) {
  const auto member = object.find(name);
  return member != object.end() && member->is_string() ? member->get<std::string>() : "";
}

Result<Credentials> read_key(const std::string& body, const std::string& place) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  const Failure failure = Failure::unavailable(place + " gave an answer that holds no key");
  if (!json.is_object() || !json.contains("credential") || !json["credential"].is_object()) {
    return failure;
  }
  const auto& credential = json["credential"];
  const std::string access = text_of(credential, "access");
  const std::string secret = text_of(credential, "secret");
  const std::string token = text_of(credential, "securitytoken");
  const auto expires = parse_iso_time(text_of(credential, "expires_at"));
  for (const std::string& value : {access, secret, token}) {
    if (value.empty() || !std::ranges::all_of(value, is_graphic)) return failure;
  }
  if (!expires) return Failure::unavailable(place + " does not say when its key ends");
  return Credentials{{access, Secret(secret)}, Secret(token), "", "", "instance metadata", expires};
}

/// 169.254.0.0/16, with or without a port (RFC 3927).
bool is_link_local(const std::string& host) {
  in_addr address{};
  return inet_pton(AF_INET, host.substr(0, host.find(':')).c_str(), &address) == 1 &&
         ntohl(address.s_addr) >> 16U == 0xA9FE;
}

}  // namespace

Result<bool> check_metadata_url(const std::string& url) {
  const auto parsed = parse_url(url);
  if (!parsed) return parsed.failure();
  const auto& [scheme, host, path, query] = parsed.value();
  if (scheme != "http" || !(is_loopback(parsed.value()) || is_link_local(host))) {
    return Failure::usage(
        "instance metadata is fetched from http://169.254.… or at loopback alone");
  }
  if ((!path.empty() && path != "/") || !query.empty()) {
    return Failure::usage("the URL ends after the host; paths are added to it");
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
      transport_->send({.method = "PUT", .url = url_ + kTokenPath, .headers = headers});
  token_ = Secret();
  if (reply.end != HttpReply::End::complete) return false;
  // Older services have no tokens and say so with one of these.
  if (reply.status == 404 || reply.status == 405 || reply.status == 503) return true;
  const bool is_token = reply.status == 200 && !reply.body.empty() &&
                        reply.body.size() <= kMaxToken &&
                        std::ranges::all_of(reply.body, is_graphic);
  if (is_token) token_ = Secret(reply.body);
  return is_token;
}

HttpReply Metadata::request_key() {
  std::vector<Header> headers;
  if (!token_.empty()) headers.push_back({"X-Metadata-Token", std::string(token_.reveal())});
  return transport_->send({.url = url_ + kKeyPath, .headers = headers});
}

Result<Credentials> Metadata::fetch() {
  const std::string place = "the instance metadata service at " + url_;
  if (token_.empty() && !renew_token()) return Failure::unavailable(place + " did not answer");
  HttpReply reply = request_key();
  // A session token ends too; but without an agency a new one would not help.
  const bool has_no_agency = reply.body.find("configure Cloud Service Agency") != std::string::npos;
  if (reply.end == HttpReply::End::complete && reply.status == 401 && !has_no_agency) {
    if (!renew_token()) return Failure::unavailable(place + " did not answer");
    reply = request_key();
  }
  if (reply.end != HttpReply::End::complete) return Failure::unavailable(place + " did not answer");
  if (has_no_agency || reply.status == 404) {
    return Failure::unavailable(
        place +
        " has no key: the instance has no agency; give it one that may read "
        "jobs");
  }
  if (reply.status != 200) {
    return Failure::unavailable(place + " answered with status " + std::to_string(reply.status));
  }
  return read_key(reply.body, place);
}

}  // namespace jobtree::cloud
