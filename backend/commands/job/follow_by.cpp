#include "commands/job/follow_by.h"

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "commands/job/terminal_text.h"

namespace jobtree::commands {
namespace {

constexpr std::size_t kMostResponse = std::size_t{1} << 20;

/// The first of these that a problem document has; "" of anything else.
std::string member_of(std::string_view body, std::initializer_list<const char*> names) {
  const auto problem = nlohmann::json::parse(body, nullptr, false);
  if (!problem.is_object()) return "";
  for (const char* const name : names) {
    const auto found = problem.find(name);
    if (found != problem.end() && found->is_string()) return safe_text(found->get<std::string>());
  }
  return "";
}

/// Whether a 404 is the cloud's word on the job, and not the server's on an address.
bool is_of_cloud(const std::string& code) {
  return code == "jobtree.job_not_found" || (!code.empty() && !code.starts_with("jobtree."));
}

/// Where the server shows a job, by the path that fits every service.
std::string address_of(const std::string& server, const FollowOrder& order) {
  return server + "/api/" + order.region + "/" + order.service + "/v1/" + order.project + "/jobs/" +
         order.job_id;
}

Failure refused(const FollowOrder& order, const cloud::HttpReply& reply) {
  std::string detail = member_of(reply.body, {"detail", "title"});
  if (detail.empty() && reply.status == 404) {
    return Failure::usage(
        bilingual({"{0} is no jobtree server, or one of an older version (HTTP 404)",
                   "{0} 不是 jobtree 服务端，或版本过旧（HTTP 404）"},
                  order.server));
  }
  if (detail.empty()) detail = "HTTP " + std::to_string(reply.status);
  const Bilingual text = bilingual({"{0} does not follow the job: {1}", "{0} 未接受跟踪任务：{1}"},
                                   order.server, detail);
  const bool may_pass = reply.status == 429 || reply.status >= 500;
  return may_pass ? Failure::unavailable(text) : Failure::usage(text);
}

}  // namespace

Result<Followed> follow_by(cloud::Transport& transport, const FollowOrder& order) {
  std::string server = order.server;
  while (server.ends_with('/'))
    server.pop_back();
  if (!server.starts_with("http://") && !server.starts_with("https://")) {
    return Failure::usage(
        {"--follow-by takes the address of a server, such as "
         "https://jobtree.example.com",
         "--follow-by 需要服务端地址，例如 https://jobtree.example.com"});
  }
  nlohmann::ordered_json body{{"region", order.region},
                              {"service", order.service},
                              {"project_id", order.project},
                              {"job_id", order.job_id}};
  if (!order.label.empty()) body["label"] = order.label;
  std::vector<cloud::Header> headers{{"Content-Type", "application/json"}};
  if (!order.token.empty()) headers.push_back({"Authorization", "Bearer " + order.token});
  const std::string text =
      body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  cloud::HttpRequest request;
  request.method = "POST";
  request.url = server + "/api/jobs";
  request.headers = headers;
  request.body = text;
  request.max_body = kMostResponse;
  const cloud::HttpReply reply = transport.send(request);
  if (reply.end != cloud::HttpReply::End::complete) {
    return Failure::unavailable(
        bilingual({"{0} cannot be reached: {1}", "无法连接 {0}：{1}"}, order.server, reply.why));
  }
  if (reply.status != 200 && reply.status != 201) return refused(order, reply);

  // A wrong ID is best told to who still has the right one at hand.
  cloud::HttpRequest look;
  look.url = address_of(server, order);
  look.headers = headers;
  look.max_body = kMostResponse;
  const cloud::HttpReply seen = transport.send(look);
  const bool is_unknown = seen.status == 404 && is_of_cloud(member_of(seen.body, {"code"}));
  return Followed{.page = server + "/?job=" + order.region + "/" + order.service + "/" +
                          order.project + "/" + order.job_id,
                  .is_unknown = is_unknown};
}

}  // namespace jobtree::commands
