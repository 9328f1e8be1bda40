#include "notify/status_json.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "store/record_json.h"

namespace jobtree::notify {
namespace {

using Json = nlohmann::ordered_json;
using std::chrono::duration_cast;
using std::chrono::seconds;

const std::string& in(Language reader, const Bilingual& text) {
  return reader == Language::zh ? text.zh : text.en;
}

Json time_or_null(const std::optional<Time>& time) {
  return time ? Json(store::text_of(*time)) : Json();
}

Json whole_seconds(std::optional<milliseconds> span) {
  return span ? Json(std::chrono::ceil<seconds>(*span).count()) : Json();
}

/// One word for how it stands.
std::string_view state_of(const ChannelStatus& status) {
  const store::ChannelStanding& standing = status.queue.standing;
  if (standing.is_gone) return "gone";
  if (standing.shut_for > milliseconds(0)) return "shut";
  const auto& sent = status.queue.last_sent_at;
  const auto& trouble = status.queue.last_trouble_at;
  const bool is_failing = trouble && (!sent || *sent < *trouble);
  return is_failing ? "failing" : "ok";
}

Json json_of(const Rule& rule) {
  Json jobs = Json::object();
  const JobPattern& patterns = rule.jobs;
  for (const auto& [name, pattern] : {std::pair{"service", &patterns.service},
                                      {"type", &patterns.type},
                                      {"label", &patterns.label},
                                      {"person", &patterns.person},
                                      {"region", &patterns.region},
                                      {"project", &patterns.project}}) {
    if (!pattern->empty()) jobs[name] = *pattern;
  }
  Json on = Json::array();
  for (std::size_t i = 0; i < kTriggers; ++i) {
    if (rule.on.test(i)) on.push_back(name_of(static_cast<Trigger>(i)));
  }
  return {{"jobs", std::move(jobs)}, {"on", std::move(on)}};
}

Json json_of(const ChannelStatus& status, Language reader) {
  const store::ChannelQueue& queue = status.queue;
  Json rules = Json::array();
  for (const Rule& rule : status.rules)
    rules.push_back(json_of(rule));
  return {{"name", status.name},
          {"kind", name_of(status.kind)},
          {"target", status.target},
          {"language", status.language == Language::zh ? "zh" : "en"},
          {"state", state_of(status)},
          {"pending", queue.pending + queue.sending},
          {"oldest_waits_seconds", whole_seconds(queue.oldest_waits)},
          {"dropped", queue.dropped},
          {"last_sent_at", time_or_null(queue.last_sent_at)},
          {"last_trouble_at", time_or_null(queue.last_trouble_at)},
          {"last_trouble", in(reader, status.last_trouble)},
          {"shut_for_seconds", whole_seconds(queue.standing.shut_for)},
          {"rules", std::move(rules)}};
}

}  // namespace

std::string json_of(std::span<const ChannelStatus> channels, Language reader) {
  Json all = Json::array();
  for (const ChannelStatus& status : channels)
    all.push_back(json_of(status, reader));
  return store::text_of({{"configured", true}, {"channels", std::move(all)}});
}

std::string json_of(const Trial& trial, Language reader) {
  return store::text_of({{"delivered", trial.is_delivered},
                         {"code", store::text_or_null(trial.code)},
                         {"meaning", in(reader, trial.meaning)},
                         {"took_ms", trial.took.count()}});
}

}  // namespace jobtree::notify
