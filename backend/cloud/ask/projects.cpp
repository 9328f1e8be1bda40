#include "cloud/ask/projects.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace jobtree::cloud {
namespace {

using Json = nlohmann::json;

constexpr std::chrono::seconds kKeepFailure{10};
constexpr std::size_t kMostKnown = 256;
constexpr std::size_t kMostNamed = 10;

struct Entry {
  std::string id;
  std::string name;
};

/// The entries of {"projects":[{"id":…,"name":…}]}, those with a good id.
std::optional<std::vector<Entry>> read_list(const std::string& body, const char* list) {
  const Json json = Json::parse(body, nullptr, false);
  if (!json.is_object() || !json.contains(list) || !json[list].is_array()) return std::nullopt;
  std::vector<Entry> entries;
  for (const Json& item : json[list]) {
    if (!item.is_object()) continue;
    const auto text = [&item](const char* name) {
      const auto member = item.find(name);
      return member != item.end() && member->is_string() ? member->get<std::string>() : "";
    };
    if (is_project_id(text("id"))) entries.push_back({text("id"), text("name")});
  }
  return entries;
}

std::string named(const std::vector<Entry>& entries) {
  std::string text;
  for (std::size_t i = 0; i < entries.size() && i < kMostNamed; ++i) {
    text += (i == 0 ? "" : ", ") + entries[i].id + " (" + entries[i].name.substr(0, 64) + ")";
  }
  if (entries.size() > kMostNamed) text += ", …";
  return text;
}

JobReply not_known(std::string detail, std::string log_detail) {
  JobReply answer;
  answer.outcome = Outcome::unknown_project;
  answer.detail = std::move(detail);
  answer.log_detail = std::move(log_detail);
  return answer;
}

}  // namespace

std::variant<std::string, JobReply> Projects::own_id(KeyInUse& key, Owner owner,
                                                     std::string_view region,
                                                     std::vector<std::string>& notices) {
  const Credentials& credentials = key.credentials;
  const std::string& given =
      owner == Owner::domain ? credentials.domain_id : credentials.project_id;
  if (!given.empty()) return given;
  const std::string name = credentials.key.access + '/' +
                           (owner == Owner::domain ? std::string("domain") : std::string(region));
  const auto known = known_of(name);
  const std::lock_guard lock(known->mutex);
  if (clock_.steady() < known->until) return known->what;
  known->what = ask(key, owner, region, notices);
  known->until = std::chrono::steady_clock::time_point::max();
  if (const auto* const failure = std::get_if<JobReply>(&known->what)) {
    known->until = clock_.steady() +
                   std::max(kKeepFailure, failure->retry_after.value_or(std::chrono::seconds(0)));
  }
  return known->what;
}

std::shared_ptr<Projects::Known> Projects::known_of(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (const auto found = known_.find(name); found != known_.end()) return found->second;
  if (known_.size() >= kMostKnown) known_.clear();  // keys that were renewed many times
  return known_.emplace(name, std::make_shared<Known>()).first->second;
}

std::variant<std::string, JobReply> Projects::ask(KeyInUse& key, Owner owner,
                                                  std::string_view region,
                                                  std::vector<std::string>& notices) {
  const bool is_domain = owner == Owner::domain;
  const auto origin = catalogue_.iam_origin(region);
  if (!origin) return not_known(origin.error(), "");
  Question question{.origin = origin.value(),
                    .target = {"/v3/auth/domains", ""},
                    .service = "iam",
                    .owner_header = "",
                    .owner_id = ""};
  if (!is_domain) question.target = {"/v3/projects", "name=" + std::string(region)};
  JobReply answer = query_.ask(key, question);
  std::ranges::move(std::exchange(answer.notices, {}), std::back_inserter(notices));
  if (answer.outcome != Outcome::succeeded) {
    answer.detail = std::string("The key's ") + (is_domain ? "account" : "project") +
                    " could not be found out. " + answer.detail;
    return answer;
  }
  const auto entries = read_list(answer.body, is_domain ? "domains" : "projects");
  if (entries && entries->size() == 1) return entries->front().id;

  const std::string what = is_domain ? "account" : "project";
  const std::string place = is_domain ? "" : " in region " + std::string(region);
  const std::string remedy =
      is_domain ? " Put domain_id into the profile, or the account's id into the address."
                : " Start the backend with --project, put project_id into the profile, or the "
                  "project's id into the address.";
  if (!entries || entries->empty()) {
    return not_known("The key has no " + what + place + "." + remedy,
                     "IAM at " + question.origin + " names none");
  }
  return not_known("The key has " + std::to_string(entries->size()) + " " + what + "s" + place +
                       ", and none is picked." + remedy,
                   "they are " + named(*entries));
}

}  // namespace jobtree::cloud
