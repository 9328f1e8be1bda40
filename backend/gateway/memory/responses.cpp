#include "gateway/memory/responses.h"

#include <chrono>
#include <utility>

#include "gateway/http_fields.h"

namespace jobtree::gateway {
namespace {

constexpr std::chrono::seconds kTryAgain{5};

}  // namespace

RouteResponse versioned(std::shared_ptr<const std::string> body, const std::string& etag,
                        std::string_view if_none_match) {
  RouteResponse answer;
  httplib::Response& response = answer.response;
  response.set_header("Cache-Control", "private, no-cache");
  response.set_header("ETag", etag);
  response.status = names_version(if_none_match, etag) ? 304 : 200;
  if (response.status == 304) return answer;
  response.set_header("Content-Type", "application/json; charset=utf-8");
  answer.body = std::move(body);
  return answer;
}

RouteResponse versioned(std::string json, std::string_view if_none_match) {
  const std::string etag = etag_of(json);
  return versioned(std::make_shared<const std::string>(std::move(json)), etag, if_none_match);
}

RouteResponse refusal_of(const Failure& failure) {
  // A cursor is the archive's own, and only it knows what one looks like.
  if (failure.kind() == Failure::Kind::usage) {
    return refusal(problems::kBadParameter, failure.message());
  }
  Problem problem = problem_of(problems::kNoMemory);
  problem.retry_after = kTryAgain;
  return refusal(problem);
}

std::string_view name_of(store::ArchiveState::Kind kind) {
  switch (kind) {
    case store::ArchiveState::Kind::good:
      return "good";
    case store::ArchiveState::Kind::trouble:
      return "trouble";
    case store::ArchiveState::Kind::off:
      break;
  }
  return "off";
}

std::string note_of(const store::ArchiveState& state, Language language) {
  if (state.kind != store::ArchiveState::Kind::trouble) return {};
  const auto in = [&](const char* en, const char* zh) {
    return language == Language::zh ? zh : en;
  };
  switch (state.trouble) {
    case store::ArchiveState::Trouble::full:
      return in("Jobs are not stored until there is room on the disk of this server's memory.",
                "本服务端用于保存任务的磁盘空间不足，释放空间之前不会保存任务。");
    case store::ArchiveState::Trouble::read_only:
      return in("Jobs are not stored until this server's memory can be written again.",
                "本服务端保存任务的位置不可写入，恢复之前不会保存任务。");
    case store::ArchiveState::Trouble::away:
      return in("Jobs are not stored until this server reaches its database again.",
                "本服务端暂时无法连接数据库，恢复之前不会保存任务。");
    case store::ArchiveState::Trouble::other:
      break;
  }
  return in("Jobs cannot be stored now. This server tries again by itself; its log says why.",
            "暂时无法保存任务。本服务端会自动重试，原因请查看其日志。");
}

nlohmann::ordered_json memory_json(const store::ArchiveState& state, Language language) {
  using Json = nlohmann::ordered_json;
  const std::string note = note_of(state, language);
  return {{"state", name_of(state.kind)}, {"note", note.empty() ? Json() : Json(note)}};
}

}  // namespace jobtree::gateway
