// A gateway whose jobs are shared: an archive in a test's hands, and who makes links.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "gateway/access/token_list.h"
#include "unit/gateway/client.h"
#include "unit/gateway/fake_archive.h"
#include "unit/gateway/running.h"

namespace jobtree::gateway {

inline const std::string kSharedProject = "0605767cc80010f42f1ec00bc0e6b7a8";
inline const std::string kOtherProject = "0605767cc80010f42f1ec00bc0e6b7a9";

inline std::string bearer_line(const std::string& token) {
  return "Authorization: Bearer " + token + "\r\n";
}

/// What a gateway of several threads uses from its first moment, and so is whole before it.
struct SharedArchive {
  FakeArchive archive;
};

/// One job "a" of each project, seen long ago.
class SharingGateway : public SharedArchive, public RunningGateway {
 public:
  explicit SharingGateway(const std::string& tokens = "", Options options = {})
      : RunningGateway(with(archive, std::move(options)), tokens) {
    for (const std::string& project : {kSharedProject, kOtherProject}) {
      archive.put({.address = {"cn-north-4", "eip", project, "a"},
                   .type = "createPublicip",
                   .status = store::Status::failed,
                   .is_final = true,
                   .version = 1},
                  "{\"project\":\"" + project + "\"}");
    }
    cloud::JobReply reply;
    reply.outcome = cloud::Outcome::succeeded;
    reply.body = "{\"job_id\":\"a\"}";
    cloud.say(std::move(reply));
  }

  Reply post(const std::string& body, const std::string& headers = "") {
    return request(port, "POST", "/api/shares", "Content-Type: application/json\r\n" + headers,
                   body);
  }
  /// What was made; its token and number.
  nlohmann::json made(const std::string& body, const std::string& headers = "") {
    const Reply reply = post(body, headers);
    INFO(reply.body);
    REQUIRE(reply.status == 201);
    return reply.json();
  }
  std::string token_of(const std::string& body, const std::string& headers = "") {
    return made(body, headers).at("token");
  }
  Reply get_with(const std::string& token, const std::string& path,
                 const std::string& headers = "") {
    return get(port, path, bearer_line(token) + headers);
  }
  Reply revoke(std::int64_t id, const std::string& headers = "") {
    return request(port, "DELETE", "/api/shares/" + std::to_string(id), headers);
  }

 private:
  static Options with(FakeArchive& archive, Options options) {
    options.archive = &archive;
    return options;
  }
};

inline std::string shared_job(const std::string& project = kSharedProject,
                              const std::string& more = "", const std::string& job = "a") {
  return R"({"job":{"region":"cn-north-4","service":"eip","project_id":")" + project +
         R"(","job_id":")" + job + "\"}" + more + "}";
}
inline std::string shared_board(const std::string& query, const std::string& more = "") {
  return "{\"board\":" + nlohmann::json(query).dump() + more + "}";
}

inline std::string live_path(const std::string& project = kSharedProject,
                             const std::string& job = "a") {
  return "/api/cn-north-4/eip/v1/" + project + "/jobs/" + job;
}
inline std::string memory_path(const std::string& project = kSharedProject,
                               const std::string& rest = "a") {
  return "/api/jobs/cn-north-4/eip/" + project + "/" + rest;
}

/// "sharer" sees one project, "reader" too but has no right, "other" shares another project's jobs,
/// "all" shares everything.
inline std::string sharing_tokens() {
  Holder sharer{"sharer", {kSharedProject}, {}};
  sharer.can_share = true;
  sharer.can_see_people = true;
  Holder other{"other", {kOtherProject}, {}};
  other.can_share = true;
  Holder all{"all", {"*"}, {}};
  all.can_share = true;
  return line_of(sharer, "jt.sharer") + "\n" +
         line_of({"reader", {kSharedProject}, {}}, "jt.reader") + "\n" +
         line_of(other, "jt.other") + "\n" + line_of(all, "jt.all") + "\n";
}

}  // namespace jobtree::gateway
