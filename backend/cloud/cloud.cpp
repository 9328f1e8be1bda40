#include "cloud/cloud.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "cloud/ask/projects.h"
#include "cloud/ask/signed_query.h"
#include "cloud/ask/transport.h"
#include "cloud/key/key_ring.h"
#include "cloud/where/catalogue.h"

namespace jobtree::cloud {
namespace {

constexpr std::chrono::seconds kKeyPause{10};

JobReply unasked(Outcome outcome, std::string detail) {
  JobReply answer;
  answer.outcome = outcome;
  answer.detail = std::move(detail);
  return answer;
}

class Cloud final : public JobSource {
 public:
  Cloud(std::unique_ptr<KeyRing> keys, std::shared_ptr<const Catalogue> catalogue,
        std::unique_ptr<Transport> transport, Rate budget, const Clock& clock)
      : keys_(std::move(keys)),
        catalogue_(std::move(catalogue)),
        query_(std::move(transport), budget, clock),
        projects_(query_, *catalogue_, clock) {}

  JobReply job(const JobAddress& address) override {
    if (!catalogue_->is_valid(address)) {
      return unasked(Outcome::not_found, "No job can have this address.");
    }
    auto current = keys_->current();
    if (!current) {
      JobReply answer = unasked(
          Outcome::no_key, "The backend's temporary key has ended, and it got no new one yet.");
      answer.log_detail = current.error();
      answer.retry_after = kKeyPause;
      return answer;
    }
    auto& [key, notice] = current.value();
    std::vector<std::string> notices;
    if (!notice.empty()) notices.push_back(std::move(notice));
    JobReply answer = ask(*key, address, notices);
    std::ranges::move(answer.notices, std::back_inserter(notices));
    answer.notices = std::move(notices);
    return answer;
  }

  Health health() override {
    const auto key = keys_->look();
    std::optional<Failure> no_key;
    if (!key) {
      no_key =
          Failure::unavailable("The backend's temporary key has ended, and it got no new one yet.");
    }
    return {.no_key = std::move(no_key),
            .shut_for = key ? key->guard->shut_for() : std::chrono::seconds(0),
            .budget = query_.budget()};
  }

 private:
  /// `notices`: to which is added what the way to the answer brought.
  JobReply ask(KeyInUse& key, const JobAddress& address, std::vector<std::string>& notices) {
    const Service& service = *catalogue_->find_service(address.service);
    const auto origin = catalogue_->origin(service, address.region);
    if (!origin) return unasked(Outcome::not_found, origin.error());
    std::string owner_id = address.project_id;
    if (owner_id == "-") {
      auto own = projects_.own_id(key, service.owner, address.region, notices);
      if (auto* const failure = std::get_if<JobReply>(&own)) return std::move(*failure);
      owner_id = std::get<std::string>(own);
    }
    const bool is_domain = service.owner == Owner::domain;
    return query_.ask(key, {.origin = origin.value(),
                            .target = service.pattern.fill(owner_id, address.job_id),
                            .service = service.name,
                            .owner_header = is_domain ? "X-Domain-Id" : "X-Project-Id",
                            .owner_id = owner_id});
  }

  const std::unique_ptr<KeyRing> keys_;
  const std::shared_ptr<const Catalogue> catalogue_;
  SignedQuery query_;
  Projects projects_;
};

}  // namespace

std::unique_ptr<JobSource> make_cloud(std::unique_ptr<KeyRing> keys,
                                      std::shared_ptr<const Catalogue> catalogue,
                                      std::unique_ptr<Transport> transport, Rate budget,
                                      const Clock& clock) {
  return std::make_unique<Cloud>(std::move(keys), std::move(catalogue), std::move(transport),
                                 budget, clock);
}

}  // namespace jobtree::cloud
