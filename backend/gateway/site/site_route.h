// What the server shows of itself: the files of the page, its configuration, how it is, its
// figures.
//
// Knows: where each of them comes from. Must not know: jobs, tokens, the addresses of routes.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "cloud/job_source.h"
#include "gateway/access/origin_policy.h"
#include "gateway/metrics.h"
#include "gateway/routing/routes.h"
#include "gateway/site/config.h"
#include "gateway/site/demo.h"
#include "gateway/site/discovery.h"
#include "gateway/site/error_codes.h"
#include "gateway/site/files.h"
#include "store/archive.h"

namespace jobtree::gateway {

/// Thread-safe.
class SiteRoute {
 public:
  /// Whom it asks; all must outlive it.
  struct Neighbours {
    const Files& files;
    const OriginPolicy& origins;
    cloud::JobSource& source;
    const store::Archive& archive;
    const Metrics& metrics;
    std::function<ConfigFacts()> facts;
    std::function<Metrics::Now()> figures;
    std::function<std::string()> discovery;  ///< empty: there is nothing
    std::optional<Demo> demo;
  };
  explicit SiteRoute(Neighbours neighbours) : with_(std::move(neighbours)) {}

  /// A file of the page. Those of a folder are read where that may block.
  std::optional<RouteResponse> page(std::string_view name, RoutedRequest& request) const;
  std::optional<RouteResponse> config(RoutedRequest& request) const;
  RouteResponse error_codes(const RoutedRequest& request) const;
  static RouteResponse error_code(const RoutedRequest& request);
  RouteResponse discovery() const;
  RouteResponse readyz() const;
  RouteResponse figures() const;
  /// Starts a batch of the demo.
  RouteResponse batch(const RoutedRequest& request) const;

  /// No new request is taken from now on, and readyz() says so.
  void stop() { is_stopping_ = true; }

 private:
  RouteResponse file(std::string_view name, const FileQuery& query) const;

  const Neighbours with_;
  const ErrorCodes error_codes_{};
  std::atomic<bool> is_stopping_ = false;
};

}  // namespace jobtree::gateway
