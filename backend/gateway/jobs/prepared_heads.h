// The heads of one version's answers: worded once a second, and shared by all viewers.
//
// Age and Cache-Status change by the second; who reads within one gets the same bytes.
//
// Knows: which facts tell two heads apart. Must not know: how a head is worded. Thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/utc.h"
#include "gateway/http_fields.h"
#include "gateway/jobs/cache/job_limits.h"

namespace jobtree::gateway {

/// What is the same for all who read at one time.
struct HeadMoment {
  std::chrono::seconds age{};
  std::chrono::seconds overdue{};  ///< past its time; zero: it is not, or nobody cares
  bool is_bridged = false;         ///< shown although it could not be confirmed
  std::string_view request_id{};
  std::optional<UtcTime> stored_at{};  ///< it is what was remembered
};

/// What differs between those.
struct HeadVariant {
  int status = 200;
  Coding coding = Coding::identity;
  Way way = Way::hit;
  bool had_content = false;
  std::chrono::seconds waited{};  ///< as it had asked to; zero: it was not made to
  std::string_view lines{};       ///< its own

  bool operator==(const HeadVariant&) const = default;
};

class PreparedHeads {
 public:
  using Head = std::shared_ptr<const std::string>;

  /// The head of this moment and variant, made by `word()` when there is none.
  template <class Word>
  Head get(const HeadMoment& moment, const HeadVariant& variant, Word word) {
    const Lock lock(mutex_);
    if (!is_of(moment)) {
      heads_.clear();
      moment_ = moment;
      request_id_ = moment.request_id;
    }
    for (const Kept& kept : heads_) {
      if (kept.variant.status == variant.status && is_same(kept, variant)) return kept.head;
    }
    Head head = std::make_shared<const std::string>(word());
    if (heads_.size() < kMostVariants) {
      heads_.push_back({variant, std::string(variant.lines), head});
      heads_.back().variant.lines = {};
    }
    return head;
  }

 private:
  struct Kept {
    HeadVariant variant;  ///< its lines stand beside it
    std::string lines;
    Head head;
  };
  // One or two codings, hit or not, a handful of origins.
  static constexpr std::size_t kMostVariants = 32;

  bool is_of(const HeadMoment& moment) const JOBTREE_REQUIRES(mutex_) {
    return moment_.age == moment.age && moment_.overdue == moment.overdue &&
           moment_.is_bridged == moment.is_bridged && request_id_ == moment.request_id &&
           moment_.stored_at == moment.stored_at;
  }
  static bool is_same(const Kept& kept, HeadVariant variant) {
    if (kept.lines != variant.lines) return false;
    variant.lines = {};
    return kept.variant == variant;
  }

  Mutex mutex_;
  HeadMoment moment_ JOBTREE_GUARDED_BY(mutex_){};
  std::string request_id_ JOBTREE_GUARDED_BY(mutex_);
  std::vector<Kept> heads_ JOBTREE_GUARDED_BY(mutex_);
};

}  // namespace jobtree::gateway
