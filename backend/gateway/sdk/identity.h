// The two lists of IAM that an official SDK asks for when its program names no project or account:
// each with the key's own, and with no other.
//
// Knows: the form of IAM's lists. Must not know: how an id is found, who asks.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "cloud/job_source.h"
#include "cloud/where/catalogue.h"
#include "gateway/jobs/executor.h"
#include "gateway/routing/routes.h"

namespace jobtree::gateway {

class Identity {
 public:
  /// Is told of each reply that names no id, and of notices.
  using Heard = std::function<void(const std::string& region, cloud::JobReply& reply)>;

  /// All must outlive it.
  Identity(const cloud::Catalogue& catalogue, cloud::JobSource& source, Executor& executor,
           Heard heard)
      : catalogue_(catalogue), source_(source), heard_(std::move(heard)), tasks_(executor) {}

  /// Looks the region's project up on another thread, for those who will name it: a program that
  /// found it out before this one was started does not ask again.
  void learn_project(const std::string& region);

  /// GET …/v3/projects?name=REGION: the project of the region that is named, else of the one in the
  /// address.
  std::optional<RouteResponse> projects(RoutedRequest& request) const;
  /// GET …/v3/auth/domains
  std::optional<RouteResponse> domains(RoutedRequest& request) const;

 private:
  using Time = std::chrono::steady_clock::time_point;

  std::optional<RouteResponse> list(RoutedRequest& request, cloud::Owner owner,
                                    const std::string& region) const;
  /// One try; `end`: after which there is no other.
  Later look_up(cloud::Owner owner, const std::string& region, Time end) const;
  /// The id, or that it comes later, also where too many are looked up already.
  cloud::JobReply query(cloud::Owner owner, const std::string& region) const;
  void learn_until(const std::string& region, Time end);

  const cloud::Catalogue& catalogue_;
  cloud::JobSource& source_;
  const Heard heard_;
  mutable std::atomic<int> running_ = 0;  ///< look-ups that hold a thread
  TaskScope tasks_;                       ///< last: they use all of the above
};

}  // namespace jobtree::gateway
