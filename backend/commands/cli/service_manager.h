// Tells systemd how this service stands, where it wants to know (sd_notify(3)).
//
// Knows: the datagrams of $NOTIFY_SOCKET. Must not know: what makes a service healthy.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/environment.h"

namespace jobtree::commands {

/// Says nothing at all where nobody wants to know.
class ServiceManager {
 public:
  explicit ServiceManager(const Environment& environment);

  /// "READY=1", "STOPPING=1", "WATCHDOG=1". Never blocks for long; what cannot be sent is not sent.
  void notify(std::string_view state) const;
  /// How often the manager wants WATCHDOG=1 at least; zero when it does not.
  std::chrono::microseconds watchdog() const { return watchdog_; }

 private:
  std::string socket_;
  std::chrono::microseconds watchdog_{0};
};

/// Tells the manager that the service is well, twice as often as it wants, for as long as `is_well`
/// says so and this object lives. `is_well` runs on a thread of its own and may take as long as it
/// needs: one that hangs is not well.
class Watchdog {
 public:
  Watchdog(ServiceManager manager, std::function<bool()> is_well);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// Whether a server of this process accepts a connection and answers a request on it with anything
/// at all, each within `time`. `url`: "http://127.0.0.1:8080".
bool answers(const std::string& url, std::chrono::milliseconds time);

}  // namespace jobtree::commands
