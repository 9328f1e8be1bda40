// The ends of heads: what belongs to the moment and the connection, worded once a second.
//
// Knows: Date, Connection, Keep-Alive. Must not know: what stands before them. For one thread.
#pragma once

#include <array>
#include <chrono>
#include <ctime>
#include <memory>
#include <string>
#include <utility>

#include "base/utc.h"

namespace jobtree::net {

class Tails {
 public:
  explicit Tails(std::chrono::milliseconds idle_time)
      : keep_("Connection: keep-alive\r\nKeep-Alive: timeout=" +
              std::to_string(std::chrono::duration_cast<std::chrono::seconds>(idle_time).count()) +
              "\r\n\r\n") {}

  /// `has_date`: the head has one of its own. `is_last`: the connection ends after this answer.
  std::shared_ptr<const std::string> get(bool has_date, bool is_last) {
    const std::time_t now = std::time(nullptr);
    if (now != second_) make(now);
    return tails_[(has_date ? 1U : 0U) + (is_last ? 2U : 0U)];
  }

 private:
  void make(std::time_t now) {
    const std::string date =
        "Date: " + http_date(std::chrono::system_clock::from_time_t(now)) + "\r\n";
    const std::string close = "Connection: close\r\n\r\n";
    const auto share = [](std::string tail) {
      return std::make_shared<const std::string>(std::move(tail));
    };
    tails_ = {share(date + keep_), share(keep_), share(date + close), share(close)};
    second_ = now;
  }

  const std::string keep_;
  std::time_t second_ = -1;
  std::array<std::shared_ptr<const std::string>, 4> tails_;
};

}  // namespace jobtree::net
