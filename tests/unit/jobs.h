// Jobs for tests: documents in the classic form, and trees of them.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/job_parser.h"
#include "model/job.h"

namespace jobtree::testing {

/// 2026-11-24T12:00:00Z, when the jobs here begin.
constexpr double kBegin = 1'795'521'600'000;

struct Part {
  std::string id, type, status;
  std::string code{}, reason{};
  std::string facts{};  ///< members of entities: "\"size\":10"
  std::vector<Part> parts{};
};

inline std::string document(const Part& part) {
  const bool begun = part.status != "INIT";
  const bool ended = part.status == "SUCCESS" || part.status == "FAIL";
  std::string text = R"({"job_id":")" + part.id + R"(","job_type":")" + part.type +
                     R"(","status":")" + part.status + R"(","begin_time":")" +
                     (begun ? "2026-11-24T12:00:00.000Z" : "") + R"(","end_time":")" +
                     (ended ? "2026-11-24T12:00:02.500Z" : "") + R"(","error_code":")" + part.code +
                     R"(","fail_reason":")" + part.reason + R"(","entities":{)" + part.facts;
  if (!part.parts.empty()) {
    text += part.facts.empty() ? R"("sub_jobs":[)" : R"(,"sub_jobs":[)";
    for (const Part& child : part.parts)
      text += document(child) + ",";
    text.back() = ']';
  }
  return text + "}}";
}

inline engine::JobTree tree_of(const Part& part) {
  return engine::parse_job(document(part)).tree;
}

/// A batch with a part a status, named p0, p1, …
inline Part batch(std::string status, const std::vector<std::string>& statuses) {
  Part root{.id = "root", .type = "createBatch", .status = std::move(status)};
  for (const std::string& each : statuses) {
    Part part{.id = "p" + std::to_string(root.parts.size()), .type = "create", .status = each};
    if (each == "FAIL") part.code = "VPC.0532", part.reason = "No more addresses.";
    root.parts.push_back(std::move(part));
  }
  return root;
}

inline bool contains(std::string_view text, std::string_view what) {
  return text.find(what) != std::string_view::npos;
}

}  // namespace jobtree::testing
