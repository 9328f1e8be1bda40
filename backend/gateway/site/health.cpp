#include "gateway/site/health.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "gateway/memory/responses.h"

namespace jobtree::gateway {
namespace {

using Json = nlohmann::ordered_json;
using Wall = std::chrono::system_clock::time_point;

Json age_of(std::optional<Wall> last_success) {
  if (!last_success) return nullptr;
  const auto passed =
      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now() - *last_success);
  return std::max<std::int64_t>(passed.count(), 0);  // the clock may have been set back
}

}  // namespace

Readiness readiness_of(const cloud::Health& health) {
  if (health.no_key) {
    const bool comes_back = health.no_key->kind() == Failure::Kind::unavailable;
    return {.status = "no_key",
            .detail = health.no_key->message() + (comes_back ? " Retrying." : ""),
            .comes_back = comes_back};
  }
  if (health.shut_for.count() > 0) {
    return {
        .status = "key_paused",
        .detail =
            "Huawei Cloud rejected the key three times in a row. Queries are paused, so that the "
            "key is not locked. Correct the key.",
        .comes_back = true,
        .retry_after = health.shut_for};
  }
  return {.status = "ready", .detail = "", .comes_back = true};
}

RouteResponse healthz_response() {
  return json_response(200, Json{{"status", "ok"}}.dump());
}

RouteResponse readyz_response(const Readiness& readiness, const store::ArchiveState& memory,
                              std::optional<Wall> last_success) {
  Json body{{"status", readiness.status},
            {"last_success_age", age_of(last_success)},
            {"memory", name_of(memory.kind)}};
  if (const std::string note = note_of(memory, Language::en); !note.empty()) {
    body["memory_note"] = note;
  }
  if (readiness.detail.empty()) {
    return json_response(200, body.dump(-1, ' ', false, Json::error_handler_t::replace));
  }
  body["detail"] = readiness.detail;
  body["comes_back"] = readiness.comes_back;
  RouteResponse answer =
      json_response(503, body.dump(-1, ' ', false, Json::error_handler_t::replace));
  if (readiness.retry_after) {
    answer.response.set_header("Retry-After", std::to_string(readiness.retry_after->count()));
  }
  return answer;
}

RouteResponse stopping_response(const store::ArchiveState& memory,
                                std::optional<Wall> last_success) {
  return readyz_response({.status = "stopping", .detail = "This server is stopping."}, memory,
                         last_success);
}

}  // namespace jobtree::gateway
