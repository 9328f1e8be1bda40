#include "cloud/ask/projects.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "cloud/key/shared_key.h"

namespace jobtree::cloud {
namespace {

using Json = nlohmann::json;

constexpr std::chrono::seconds kKeepFailure{10};
constexpr std::size_t kMostKnown = 256;
constexpr std::size_t kMostProjectsNamed = 10;
constexpr std::size_t kMaxList = std::size_t{1} << 20;
constexpr int kListDepth = 4;
constexpr std::chrono::milliseconds kLookAgain{50};  // another query finds out

struct Entry {
  std::string id;
  std::string name;
};

/// The entries of {"projects":[{"id":…,"name":…}]}, those with a good id. What is nested deeper
/// than that is not kept: a small body can nest deeply enough to take gigabytes.
std::optional<std::vector<Entry>> read_list(const std::string& body, const char* list) {
  const auto is_kept = [](int depth, Json::parse_event_t, Json&) { return depth < kListDepth; };
  const Json json = Json::parse(body, is_kept, false);
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
  for (std::size_t i = 0; i < entries.size() && i < kMostProjectsNamed; ++i) {
    text += (i == 0 ? "" : ", ") + entries[i].id + " (" + entries[i].name.substr(0, 64) + ")";
  }
  if (entries.size() > kMostProjectsNamed) text += ", …";
  return text;
}

JobReply not_known(Bilingual detail, std::string log_detail) {
  JobReply reply;
  reply.outcome = Outcome::unknown_project;
  reply.detail = std::move(detail);
  reply.log_detail = std::move(log_detail);
  return reply;
}

/// An account is the same in all regions.
std::string place(Owner owner, std::string_view region) {
  return owner == Owner::domain ? std::string("domain") : std::string(region);
}

/// What the key's own id of this kind is known by.
std::string name_of(const Credentials& credentials, Owner owner, std::string_view region) {
  return credentials.key.access + '/' + place(owner, region);
}

const std::string& given_id(const Credentials& credentials, Owner owner) {
  return owner == Owner::domain ? credentials.domain_id : credentials.project_id;
}

}  // namespace

std::string Projects::known_id(const KeyInUse& key, Owner owner, std::string_view region) {
  const std::string& given = given_id(key.credentials, owner);
  if (!given.empty()) return given;
  const Lock lock(mutex_);
  const auto found = known_.find(name_of(key.credentials, owner, region));
  if (found == known_.end()) return "";
  const auto* const id = std::get_if<std::string>(&found->second.id);
  return id == nullptr ? "" : *id;
}

Projects::OwnId Projects::own_id(KeyInUse& key, Owner owner, std::string_view region,
                                 Progress& job) {
  const Credentials& credentials = key.credentials;
  const std::string& given = given_id(credentials, owner);
  if (!given.empty()) return given;
  const std::string name = name_of(credentials, owner, region);
  const auto now = clock_.steady();
  std::optional<Progress> progress;
  {
    const Lock lock(mutex_);
    // Keys that were renewed many times; what is under way finds its entry again, or makes one.
    if (known_.size() >= kMostKnown && !known_.contains(name)) known_.clear();
    Known& known = known_[name];
    if (now < known.until) return known.id;
    if (known.under_way) return deferred(job, now + kLookAgain);
    if (known.progress && now < known.progress->not_before) {
      return deferred(job, known.progress->not_before);
    }
    known.under_way = true;
    progress = std::exchange(known.progress, std::nullopt);
  }
  return look_up(key, owner, region, name, progress.value_or(Progress(now)), job);
}

Projects::OwnId Projects::look_up(KeyInUse& key, Owner owner, std::string_view region,
                                  const std::string& name, Progress progress, Progress& job) {
  try {
    OwnId id = find(key, owner, region, progress);
    auto* const failure = std::get_if<JobReply>(&id);
    if (failure != nullptr && failure->outcome == Outcome::deferred) {
      settle(name, id, progress);
      return deferred(job, failure->not_before);
    }
    settle(name, id, std::nullopt);
    std::ranges::move(progress.notices, std::back_inserter(job.notices));
    return id;
  } catch (...) {
    settle(name, std::string(), std::nullopt);
    throw;
  }
}

void Projects::settle(const std::string& name, const OwnId& id, std::optional<Progress> progress) {
  const auto now = clock_.steady();
  const Lock lock(mutex_);
  Known& known = known_[name];
  known.under_way = false;
  known.progress = std::move(progress);
  known.id = id;
  known.until = Time::min();
  if (known.progress) return;
  if (const auto* const failure = std::get_if<JobReply>(&id)) {
    known.until =
        now + std::max(kKeepFailure, failure->retry_after.value_or(std::chrono::seconds(0)));
  } else if (!std::get<std::string>(id).empty()) {
    known.until = Time::max();
  }
}

Projects::OwnId Projects::find(KeyInUse& key, Owner owner, std::string_view region,
                               Progress& progress) {
  if (shared_ == nullptr) return fetch(key, owner, region, progress);
  // The key by its digest: nobody need read it in the database.
  const std::string name = shared_name(key.credentials.key).access + '/' + place(owner, region);
  if (const auto known = shared_->owner(name); known && is_project_id(*known)) return *known;
  OwnId id = fetch(key, owner, region, progress);
  if (const auto* const found = std::get_if<std::string>(&id)) shared_->found_owner(name, *found);
  return id;
}

Projects::OwnId Projects::fetch(KeyInUse& key, Owner owner, std::string_view region,
                                Progress& progress) {
  const Credentials& credentials = key.credentials;
  const bool is_domain = owner == Owner::domain;
  const Bilingual what = is_domain ? Bilingual("account", "账号") : Bilingual("project", "项目");
  const auto origins = catalogue_.iam_origins(region, credentials.iam);
  if (!origins) return not_known(origins.failure().text(), "");
  Query query{.origins = origins.value(),
              .target = {"/v3/auth/domains", ""},
              .service = "iam",
              .owner_header = "",
              .owner_id = "",
              .max_body = kMaxList};
  if (!is_domain) query.target = {"/v3/projects", "name=" + std::string(region)};
  JobReply reply = query_.send(key, query, progress);
  if (reply.outcome == Outcome::deferred) return reply;
  if (reply.outcome != Outcome::succeeded) {
    reply.detail =
        bilingual({"The key's {0} could not be looked up. {1}", "无法查询密钥的{0}。{1}"}, what,
                  reply.detail);
    return reply;
  }
  const auto entries = read_list(reply.body, is_domain ? "domains" : "projects");
  if (entries && entries->size() == 1) return entries->front().id;

  const Bilingual place =
      is_domain ? Bilingual() : bilingual({" in region {0}", "在区域 {0} "}, region);
  const Bilingual remedy =
      is_domain ? Bilingual("Set domain_id in the profile, or use the account ID in the address.",
                            "请在密钥文件中设置 domain_id，或在地址中使用账号 ID。")
                : Bilingual(
                      "Set --project or project_id in the profile, or use the project ID in "
                      "the address.",
                      "请设置 --project 或密钥文件中的 project_id，或在地址中使用项目 ID。");
  if (!entries || entries->empty()) {
    return not_known(
        bilingual({"The key has no {0}{1}. {2}", "密钥{1}没有{0}。{2}"}, what, place, remedy),
        "IAM at " + joined(query.origins) + " lists none");
  }
  return not_known(bilingual({"The key has {3} {0}s{1}, so none can be chosen. {2}",
                              "密钥{1}有 {3} 个{0}，无法确定使用哪一个。{2}"},
                             what, place, remedy, std::to_string(entries->size())),
                   "they are " + named(*entries));
}

}  // namespace jobtree::cloud
