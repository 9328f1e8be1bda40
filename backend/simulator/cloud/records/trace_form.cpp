#include "simulator/cloud/records/trace_form.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "simulator/script/built_in/documents.h"
#include "simulator/script/random.h"

namespace jobtree::simulator {
namespace {

using nlohmann::ordered_json;
using Blanks = std::map<std::string, std::string>;

constexpr auto kReplace = ordered_json::error_handler_t::replace;

std::string filled(std::string text, const Blanks& blanks) {
  for (const auto& [name, value] : blanks) {
    for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos; at += value.size()) {
      text.replace(at, name.size(), value);
    }
  }
  return text;
}

/// `value` with the blanks in its texts filled in.
ordered_json filled(ordered_json value, const Blanks& blanks) {
  if (value.is_string()) return filled(value.get<std::string>(), blanks);
  if (!value.is_structured()) return value;
  for (ordered_json& member : value) {
    member = filled(std::move(member), blanks);
  }
  return value;
}

/// "create" of "CreateSingleServer" and of "batchCreateVolume".
std::string verb(std::string_view operation) {
  constexpr std::string_view kBatch = "batch";
  if (operation.starts_with(kBatch)) operation.remove_prefix(kBatch.size());
  if (operation.empty()) return {};
  const auto is_next_word = [](char c) { return !is_lower(c); };
  const bool is_upper_case = operation.size() > 1 && is_upper(operation[1]);
  const auto* const end = is_upper_case
                              ? operation.end()
                              : std::find_if(operation.begin() + 1, operation.end(), is_next_word);
  return lower(std::string_view(operation.begin(), end));
}

ordered_json user_of(const ordered_json& form, const TraceFacts& facts) {
  const ordered_json& all = trace_forms();
  if (form.contains("user") && form["user"].is_null()) return nullptr;
  const bool is_agency =
      form.value("user", "") == "agency" || facts.user.find('/') != std::string::npos;
  ordered_json user = all["agency"];
  if (!is_agency) {
    const ordered_json& people = all["people"];
    user = people[random_of(1, facts.job_id + facts.trace_id).next() % people.size()];
    for (const ordered_json& person : people) {
      if (person["name"] == facts.user) user = person;
    }
  }
  if (!facts.user.empty()) user["name"] = user["user_name"] = facts.user;
  return filled(std::move(user), {{"{domain_id}", facts.account.domain_id}});
}

/// An object, or the text of one, as the form has it.
ordered_json body(const ordered_json& form, ordered_json value) {
  const std::string as = form.value("as", "text");
  if (!value.is_structured() || as == "object") return value;
  return value.dump(-1, ' ', as == "escaped", kReplace);
}

ordered_json response(const ordered_json& form, const TraceFacts& facts, const Blanks& blanks) {
  ordered_json value;
  if (facts.document) {
    value = *facts.document;
  } else if (form.contains("response")) {
    value = body(form, filled(form["response"], blanks));
  }
  std::optional<std::size_t> cut_after = facts.cut_after;
  if (!cut_after && form.contains("cut_after")) cut_after = form["cut_after"].get<std::size_t>();
  if (!cut_after || !value.is_string()) return value;
  return value.get<std::string>().substr(0, *cut_after);
}

ordered_json record_time(const ordered_json& form, WallTime time) {
  const std::int64_t milliseconds = time.time_since_epoch().count();
  if (form.value("record_time", "") == "nanoseconds") {
    return std::to_string(milliseconds) + "765184";
  }
  return milliseconds;
}

}  // namespace

const ordered_json& trace_forms() {
  static const ordered_json forms = ordered_json::parse(document("trace-forms-made"));
  return forms;
}

const ordered_json& form_of_job(std::string_view service, std::string_view operation,
                                std::uint64_t number) {
  const ordered_json& forms = trace_forms()["services"].at(std::string(service));
  const std::string done = verb(operation);
  const std::string whole = lower(operation);
  const auto score = [&](const ordered_json& form) {
    const std::string form_verb = verb(form["trace_name"].get<std::string>());
    const bool has_resource = whole.ends_with(form["resource_type"].get<std::string>());
    int points = has_resource ? 2 : 0;
    if (!done.empty() && form_verb == done) ++points;
    if (!done.empty() && form_verb != done && form_verb == "create") --points;
    return points;
  };
  const ordered_json* best = &forms[number % forms.size()];
  for (std::size_t i = 1; i < forms.size(); ++i) {
    const ordered_json& form = forms[(number + i) % forms.size()];
    if (score(form) > score(*best)) best = &form;
  }
  return *best;
}

ordered_json filled_trace(const ordered_json& form, const TraceFacts& facts) {
  ordered_json name = form.value("resource_name", ordered_json());
  if (name.is_string()) name = filled(name.get<std::string>(), {{"{number}", facts.number}});
  if (!facts.resource_name.empty()) name = facts.resource_name;
  const Blanks blanks{{"{job_id}", facts.job_id.substr(facts.job_id.rfind('/') + 1)},
                      {"{parent_id}", facts.job_id.substr(0, facts.job_id.find('/'))},
                      {"{number}", facts.number},
                      {"{resource_id}", facts.resource_id},
                      {"{resource_name}", name.is_string() ? name.get<std::string>() : ""}};
  const bool is_system = form.contains("user") && form["user"].is_null();
  ordered_json trace;
  trace["trace_id"] = facts.trace_id;
  trace["trace_type"] = form.value("trace_type", "ConsoleAction");
  trace[form.value("rating", "trace_rating")] =
      facts.has_failed ? "warning" : form.value("trace_rating", "normal");
  trace["api_version"] = form.value("api_version", "v1.0");
  trace["source_ip"] = form.contains("source_ip") ? form["source_ip"]
                                                  : ordered_json(is_system ? "" : "203.0.113.10");
  trace["event_type"] = "system";
  trace["tracker_name"] = "system";
  trace["read_only"] = form.value("read_only", false);
  trace["project_id"] = facts.account.project_id;
  trace["domain_id"] = facts.account.domain_id;
  trace["resource_account_id"] = facts.account.domain_id;
  trace["trace_name"] = form["trace_name"];
  trace["service_type"] = form["service_type"];
  trace["resource_type"] = form["resource_type"];
  trace["resource_name"] = name;
  if (form.contains("resource_id")) {
    trace["resource_id"] = form["resource_id"];
  } else if (!facts.resource_id.empty()) {
    trace["resource_id"] = facts.resource_id;
  }
  if (form.contains("code")) trace["code"] = form["code"];
  const std::int64_t milliseconds = facts.time.time_since_epoch().count();
  trace["time"] = form.value("time", "") == "text" ? ordered_json(std::to_string(milliseconds))
                                                   : ordered_json(milliseconds);
  trace["record_time"] = record_time(form, facts.time + facts.recorded_after);
  trace["user"] = user_of(form, facts);
  if (form.contains("message")) trace["message"] = form["message"];
  if (form.contains("request_id")) trace["request_id"] = filled(form["request_id"], blanks);
  if (form.contains("operation_id")) trace["operation_id"] = form["operation_id"];
  trace["request"] = form.contains("request") ? body(form, filled(form["request"], blanks)) : "";
  trace["response"] = response(form, facts, blanks);
  return trace;
}

}  // namespace jobtree::simulator
