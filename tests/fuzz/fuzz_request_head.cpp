// Any bytes as the beginning of a connection: a head that holds to its own rules, however it is cut
// and whatever follows, or a refusal that stays one; and, for every head that passes, what the
// gateway makes of it before it asks: the names it goes by, the routes, the ids of a job.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "cloud/ids.h"
#include "cloud/where/catalogue.h"
#include "cloud/where/job_ids.h"
#include "gateway/access/bearer.h"
#include "gateway/access/host_policy.h"
#include "gateway/access/origin_policy.h"
#include "gateway/access/security_headers.h"
#include "gateway/http_fields.h"
#include "gateway/jobs/prefer.h"
#include "gateway/routing/route.h"
#include "net/http_server.h"
#include "net/request/request_head.h"

using namespace jobtree::gateway;
using jobtree::net::HeadReading;
using jobtree::net::kMaxHead;
using jobtree::net::kMaxTarget;
using jobtree::net::Refusal;
using jobtree::net::RequestHead;
using jobtree::net::Unfinished;
namespace cloud = jobtree::cloud;

namespace {

using jobtree::net::kMaxBody;

constexpr std::array<std::string_view, 4> kMethods{"GET", "HEAD", "OPTIONS", "POST"};

HeadReading read_head(std::string_view bytes) {
  return jobtree::net::read_head(bytes, kMethods, kMaxBody);
}

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_control(unsigned char c) {
  return c < ' ' || c == 0x7f;
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// As a careless reader decodes it, once.
std::string decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      result += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c != '\t' && is_control(c); });
}

bool lies_in(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

/// Who asks, and from where: nothing but what was listed is ever let in.
void check_access(const RequestHead& head) {
  static const HostPolicy hosts = HostPolicy::make("127.0.0.1", 8080, {"jobs.example.com"}).value();
  static const OriginPolicy origins = OriginPolicy::make({"https://portal.example.com"}).value();
  static constexpr std::array<std::string_view, 5> kNames{"127.0.0.1:8080", "localhost:8080",
                                                          "[::1]:8080", "jobs.example.com",
                                                          "jobs.example.com:8080"};
  const std::string host(head.host);
  require((hosts.judge(host) == HostVerdict::ours) ==
          (std::ranges::find(kNames, lower(host)) != kNames.end()));
  const std::string origin = head.header("Origin");
  require(origins.allows(origin) == (origin == "https://portal.example.com"));

  const std::string site = head.header("Sec-Fetch-Site");
  const bool is_same = is_same_origin(host, origin, site);
  const bool is_ours =
      lower(origin) == "http://" + lower(host) || lower(origin) == "https://" + lower(host);
  require(!is_same || origin.empty() || is_ours);
  require(!is_same || site.find("cross") == std::string::npos);
  httplib::Response response;
  origins.add_headers(origin, response);
  add_security_headers(response);
  for (const auto& [name, value] : response.headers) {
    require(!has_control(name) && !has_control(value));
    require(name != "Access-Control-Allow-Origin" || value == "https://portal.example.com");
  }

  const std::string authorization = head.header("Authorization");
  if (const auto bearer = bearer_of(authorization)) {
    require(lies_in(*bearer, authorization) && lower(authorization).starts_with("bearer "));
  }
  const auto wait = seconds_to_wait(head.header("Prefer"));
  require(wait >= std::chrono::seconds(0) && wait <= kLongestWait);
  const std::string etag = "\"0123\"";
  const std::string known = head.header("If-None-Match");
  require(!names_version(known, etag) || known.find("\"0123") != std::string::npos ||
          known.find('*') != std::string::npos);
}

/// Whatever is asked for, the cloud's path has nothing in it but the service's own and good ids.
void check_address(const RequestHead& head) {
  static const cloud::Catalogue catalogue = cloud::Catalogue::make().value();
  const std::size_t question = std::min(head.target.find('?'), head.target.size());
  const std::string_view path = head.target.substr(0, question);
  const std::string_view query = head.target.substr(std::min(question + 1, head.target.size()));
  const auto captures = match("/api/{region}/{service}/{upstream...}", path);
  if (!captures) return;
  const std::string upstream = "/" + std::string((*captures)["upstream"]);
  for (const cloud::Service& service : catalogue.services()) {
    const auto ids = service.pattern.match(upstream, query);
    if (!ids || !std::ranges::equal(ids->ids, service.ids, cloud::is_id)) continue;
    const bool has_owner = service.pattern.has_owner();
    if (has_owner && !cloud::is_project_id(ids->owner)) continue;
    const std::string job = cloud::join_ids(ids->ids);
    const auto [target, asked] = service.pattern.fill(ids->owner, job);
    for (const std::string& part : {target, asked}) {
      require(part.find("..") == std::string::npos && part.find("//") == std::string::npos);
      require(part.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789_-/.=&:") == std::string::npos);
    }
    require((target + asked).size() <= service.path.size() + ids->owner.size() + job.size());
    require(catalogue.is_valid(
        {"cn-north-4", service.name, has_owner ? std::string(ids->owner) : "-", job}));
  }
}

void check(const RequestHead& head, std::string_view bytes) {
  require(head.size <= kMaxHead && head.size <= bytes.size());
  require(bytes.substr(0, head.size).ends_with("\r\n\r\n"));
  require(bytes.substr(0, head.size).find("\r\n\r\n") == head.size - 4);
  require(std::ranges::count(bytes.substr(0, head.size), '\n') ==
          std::ranges::count(bytes.substr(0, head.size), '\r'));
  require(std::ranges::find(kMethods, head.method) != kMethods.end());
  require(head.target.size() <= kMaxTarget && (head.target[0] == '/' || head.target == "*"));
  require(!has_control(decoded(head.target)) && head.target.find(' ') == std::string_view::npos);
  require(head.headers.size() <= 64);
  require(head.body_size <= kMaxBody);
  require(head.body_size == 0 || head.method == "POST");
  for (const auto& [name, value] : head.headers) {
    require(!name.empty() && lies_in(name, bytes) && lies_in(value, bytes));
    require(name.find_first_of(" \t:\r\n") == std::string_view::npos);
    require(!has_control(value));
  }
  require(std::ranges::count_if(head.headers, [](const auto& header) {
            return header.first == "Host" || header.first == "host";
          }) <= 1);
  for (const std::string_view pattern :
       {"/", "/{file}", "/api/config", "/api/{region}/{service}/{upstream...}",
        "/v1/{project_id}/jobs/{job_id}"}) {
    const std::string_view path = head.target.substr(0, head.target.find('?'));
    if (const auto captures = match(pattern, path)) {
      for (const auto& name : {"file", "region", "service", "project_id", "job_id"}) {
        const std::string_view value = (*captures)[name];
        require(lies_in(value, bytes) && value.find('/') == std::string_view::npos);
      }
    }
  }
  check_access(head);
  check_address(head);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const HeadReading reading = read_head(bytes);
  if (const auto* head = std::get_if<RequestHead>(&reading)) {
    check(*head, bytes);
    // What comes before its end is no other head, and no fault.
    const std::size_t cut = size == 0 ? 0 : (size * 31) % head->size;
    require(std::holds_alternative<Unfinished>(read_head(bytes.substr(0, cut))));
    const HeadReading again = read_head(bytes.substr(0, head->size));
    require(std::holds_alternative<RequestHead>(again));
    require(std::get<RequestHead>(again).size == head->size);
  } else if (const auto* refusal = std::get_if<Refusal>(&reading)) {
    require(refusal->status >= 400 && refusal->status <= 431 && !refusal->why.empty());
    const HeadReading later = read_head(std::string(bytes) + "\r\nHost: h\r\n\r\n");
    require(std::holds_alternative<Refusal>(later));
    require(std::get<Refusal>(later).status == refusal->status);
  } else {
    require(size < kMaxHead);
  }
  return 0;
}
