// Which messages follow from what happened to a job: one for each channel that a rule names.
//
// Knows: rules, notices, what is too old to be told. Must not know: how something is sent, where it
// waits.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "notify/setup/setup.h"
#include "store/outbox/news.h"

namespace jobtree::notify {

/// What a herald is made of.
struct HeraldOptions {
  std::function<std::shared_ptr<const Setup>()> setup;  ///< that counts now; must not block
  std::string public_url{};
};

/// Thread-safe.
class RuleHerald final : public store::Herald {
 public:
  explicit RuleHerald(HeraldOptions options) : options_(std::move(options)) {}

  /// What had ended before is not told: else whoever switches messages on would get those of a
  /// week. Without it everything is told.
  void begin_at(Time began);

  std::vector<store::OutboxEntry> entries_of(const store::News& news) const override;

 private:
  const HeraldOptions options_;
  std::atomic<Time::rep> began_{0};
};

/// Whether somebody wants to hear how the job goes on: so it is to be followed.
bool is_awaited(const Setup& setup, const store::JobRecord& record);

/// The row of the outbox. `subject`: see store::OutboxEntry.
store::OutboxEntry entry_of(const Content& content, std::string_view channel,
                            std::string_view subject);

}  // namespace jobtree::notify
