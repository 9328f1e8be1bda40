#include "cloud/cloud.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/mutex.h"
#include "cloud/ask/projects.h"
#include "cloud/ask/signed_query.h"
#include "cloud/ask/transport.h"
#include "cloud/key/key_ring.h"
#include "cloud/where/catalogue.h"

namespace jobtree::cloud {
namespace {

constexpr std::chrono::seconds kKeyPause{10};
/// Who does not come back for so long after its time has given up.
constexpr std::chrono::seconds kGivenUp{10};
constexpr std::size_t kMostDeferred = 1024;

/// How far the queries have come that were deferred, by the job's key. Thread-safe.
class DeferredQueries {
 public:
  using Time = Progress::Time;

  /// That of an earlier call, or a new one.
  Progress take(const std::string& job, Time now) {
    const Lock lock(mutex_);
    auto found = progress_.extract(job);
    if (found.empty() || now - found.mapped().not_before > kGivenUp) return Progress(now);
    return std::move(found.mapped());
  }

  void keep(const std::string& job, Progress progress, Time now) {
    const Lock lock(mutex_);
    if (progress_.size() >= kMostDeferred) {
      std::erase_if(progress_,
                    [now](const auto& entry) { return now - entry.second.not_before > kGivenUp; });
    }
    if (progress_.size() < kMostDeferred) progress_.insert_or_assign(job, std::move(progress));
  }

 private:
  Mutex mutex_;
  std::map<std::string, Progress> progress_ JOBTREE_GUARDED_BY(mutex_);
};

class Cloud final : public Source {
 public:
  Cloud(std::unique_ptr<KeyRing> keys, std::shared_ptr<const Catalogue> catalogue,
        std::unique_ptr<Transport> transport, Rate budget, const Clock& clock, SharedLimits* shared)
      : keys_(std::move(keys)),
        catalogue_(std::move(catalogue)),
        clock_(clock),
        query_(std::move(transport), budget, clock, shared),
        projects_(query_, *catalogue_, clock, shared) {
    keys_->start();
  }

  JobReply job(const JobAddress& address, const HasRoom& has_room) override {
    if (!catalogue_->is_valid(address)) {
      return unsent(Outcome::not_found, {"No job can have this address.", "任务地址无效。"});
    }
    auto current = keys_->current();
    if (!current) return no_key(current.failure());
    const std::string& key = address.key();
    Progress progress = deferred_.take(key, clock_.steady());
    if (auto& notice = current.value().notice; !notice.empty()) {
      progress.notices.push_back(std::move(notice));
    }
    JobReply reply = query(*current.value().key, address, has_room, progress);
    if (reply.outcome == Outcome::deferred) {
      deferred_.keep(key, std::move(progress), clock_.steady());
    } else {
      reply.notices = std::move(progress.notices);
    }
    return reply;
  }

  JobReply records(const RecordQuery& query) override {
    auto current = keys_->current();
    if (!current) return no_key(current.failure());
    const std::string key = query.key();
    Progress progress = deferred_.take(key, clock_.steady());
    if (auto& notice = current.value().notice; !notice.empty()) {
      progress.notices.push_back(std::move(notice));
    }
    JobReply reply = page(*current.value().key, query, progress);
    if (reply.outcome == Outcome::deferred) {
      deferred_.keep(key, std::move(progress), clock_.steady());
    } else {
      reply.notices = std::move(progress.notices);
    }
    return reply;
  }

  JobReply own_id(Owner owner, std::string_view region) override {
    auto current = keys_->current();
    if (!current) return no_key(current.failure());
    Progress progress(clock_.steady());
    auto own = projects_.own_id(*current.value().key, owner, region, progress);
    JobReply reply;
    if (auto* const failure = std::get_if<JobReply>(&own)) {
      reply = std::move(*failure);
    } else {
      reply.outcome = Outcome::succeeded;
      reply.body = std::move(std::get<std::string>(own));
    }
    if (auto& notice = current.value().notice; !notice.empty()) {
      progress.notices.push_back(std::move(notice));
    }
    reply.notices = std::move(progress.notices);
    return reply;
  }

  std::string known_own_id(Owner owner, std::string_view region) override {
    const auto key = keys_->peek();
    return key ? projects_.known_id(*key, owner, region) : "";
  }

  Health health() override {
    const auto key = keys_->peek();
    return {.no_key = key ? std::nullopt : keys_->missing(),
            .shut_for = key ? key->breaker->open_for() : std::chrono::seconds(0),
            .budget = query_.budget()};
  }

  double rate_of(std::string_view service) override { return query_.rate_of(service); }

  void stop() override {
    query_.stop();
    keys_->stop();
  }

 private:
  JobReply no_key(const Failure& why) {
    const auto missing = keys_->missing();
    JobReply reply = unsent(Outcome::no_key, missing ? missing->text() : why.text());
    reply.log_detail = why.message();
    reply.retry_after = kKeyPause;
    return reply;
  }

  JobReply query(KeyInUse& key, const JobAddress& address, const HasRoom& has_room,
                 Progress& progress) {
    const Service& service = *catalogue_->find_service(address.service());
    const auto origins = catalogue_->origins(service, address.region());
    if (!origins) return unsent(Outcome::not_found, origins.failure().text());
    const bool is_domain = service.owner == Owner::domain;
    std::string owner_id = address.project_id();
    if (!service.pattern.has_owner()) {
      // A header alone: without it the cloud takes the key's own, so nobody need look that up.
      owner_id = is_domain ? key.credentials.domain_id : key.credentials.project_id;
    } else if (owner_id == "-") {
      auto own = projects_.own_id(key, service.owner, address.region(), progress);
      if (auto* const failure = std::get_if<JobReply>(&own)) return std::move(*failure);
      owner_id = std::get<std::string>(own);
    }
    return query_.send(key,
                       {.origins = origins.value(),
                        .target = service.pattern.fill(owner_id, address.job_id()),
                        .service = service.name,
                        .owner_header = owner_id.empty() ? ""
                                        : is_domain      ? "X-Domain-Id"
                                                         : "X-Project-Id",
                        .owner_id = owner_id,
                        .has_room = has_room},
                       progress);
  }

  JobReply page(KeyInUse& key, const RecordQuery& query, Progress& progress) {
    const auto lists = catalogue_->lists();
    const auto list = std::ranges::find(lists, query.list, &List::name);
    if (list == lists.end() || !catalogue_->has_region(query.region)) {
      return unsent(Outcome::not_found, {"There is no such list.", "没有这样的列表。"});
    }
    const auto origins = catalogue_->list_origins(*list, query.region);
    if (!origins) return unsent(Outcome::not_found, origins.failure().text());
    auto own = projects_.own_id(key, Owner::project, query.region, progress);
    if (auto* const failure = std::get_if<JobReply>(&own)) return std::move(*failure);
    const std::string& project = std::get<std::string>(own);
    const auto target = target_of(*list, project, query.window, query.place);
    if (!target) {
      return unsent(Outcome::not_found,
                    {"This page of the list cannot be queried.", "无法查询列表的这一页。"});
    }
    return query_.send(key,
                       {.origins = origins.value(),
                        .target = *target,
                        .service = list->service,
                        .owner_header = "X-Project-Id",
                        .owner_id = project,
                        .max_body = kLargestPage},
                       progress);
  }

  const std::unique_ptr<KeyRing> keys_;
  const std::shared_ptr<const Catalogue> catalogue_;
  const Clock clock_;
  SignedQuery query_;
  Projects projects_;
  DeferredQueries deferred_;
};

}  // namespace

std::string RecordQuery::key() const {
  const auto ms = [](UtcTime time) {
    return std::to_string(
        std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
  };
  return "records/" + region + '/' + list + '/' + ms(window.from) + '/' + ms(window.to) + '/' +
         std::to_string(place.offset) + '/' + place.marker;
}

std::unique_ptr<Source> make_cloud(std::unique_ptr<KeyRing> keys,
                                   std::shared_ptr<const Catalogue> catalogue,
                                   std::unique_ptr<Transport> transport, Rate budget,
                                   const Clock& clock, SharedLimits* shared) {
  if (shared != nullptr) keys->share(*shared);
  return std::make_unique<Cloud>(std::move(keys), std::move(catalogue), std::move(transport),
                                 budget, clock, shared);
}

}  // namespace jobtree::cloud
