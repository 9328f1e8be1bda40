// GET /api/jobs: the jobs that are remembered, for who may see them; now, or when they change.
//
// Knows: long polls, tokens while somebody waits, the audit. Must not know: how a page of the board
// is read, or what stands in one.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "gateway/access/authenticator.h"
#include "gateway/access/request_log.h"
#include "gateway/jobs/own_ids.h"
#include "gateway/memory/archive_reads.h"
#include "gateway/memory/board_pages.h"
#include "gateway/routing/routes.h"

namespace jobtree::gateway {

/// Thread-safe.
class BoardRoute {
 public:
  /// Whom it asks and tells; all must outlive it.
  struct Neighbours {
    store::Archive& archive;
    ArchiveReads& reads;
    const OwnIds& own_ids;
    Authenticator& tokens;
    RequestLog& log;
    /// Is told every few seconds which unfinished jobs somebody sees; may be empty.
    std::function<void(std::span<const cloud::JobAddress>)> watch{};
    std::size_t max_waiting = 1000;  ///< more are told at once
  };
  explicit BoardRoute(Neighbours neighbours)
      : with_(std::move(neighbours)), pages_(with_.archive) {}

  std::optional<RouteResponse> handle(RoutedRequest& request);
  /// Tells all who wait that there was no change; from now on nobody is made to wait.
  void release_all() { is_releasing_ = true; }
  std::size_t waiting() const { return waiting_; }

 private:
  struct Viewer;
  /// What the viewer's token lets it see, now.
  void set_sight(Viewer& viewer) const;
  Later look(Viewer& viewer);
  /// When to look again, if there is nothing to be told or read for the viewer yet.
  std::optional<std::chrono::steady_clock::time_point> wait_on(const Viewer& viewer);
  /// Has the unfinished jobs of a page that somebody sees looked at, when it is time.
  void watch(const BoardPages::Look& look, const BoardPages::Content& content,
             std::chrono::steady_clock::time_point now);
  Later shown(Viewer& viewer, const BoardPages::Content& content,
              std::chrono::steady_clock::time_point now);
  RouteResponse told(const Viewer& viewer, RouteResponse answer, std::string_view outcome) const;
  /// The scope may have changed while somebody waited; nothing: there is none to wait for.
  std::optional<RouteResponse> refused(Viewer& viewer) const;
  bool may_wait(Viewer& viewer, std::chrono::steady_clock::time_point now);

  const Neighbours with_;
  BoardPages pages_;
  std::atomic<std::size_t> waiting_ = 0;
  std::atomic<bool> is_releasing_ = false;
};

}  // namespace jobtree::gateway
