// Events for the watch: time passes only when it waits, and replies come as written.
#pragma once

#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "commands/job/job_watch.h"
#include "unit/jobs.h"

namespace jobtree::testing {

inline cloud::JobReply job_reply(const Part& part) {
  cloud::JobReply reply;
  reply.outcome = cloud::Outcome::succeeded;
  reply.http_status = 200;
  reply.body = document(part);
  return reply;
}

inline cloud::JobReply failure(cloud::Outcome outcome, int status, std::string code = "",
                               std::string message = "") {
  cloud::JobReply reply;
  reply.outcome = outcome;
  reply.http_status = status;
  reply.error_code = std::move(code);
  reply.log_detail = std::move(message);
  reply.detail = "Our own sentence.";
  return reply;
}

/// Each query takes 100 ms. When the replies run out the last one comes again and again.
class FakeEvents final : public commands::EventLoop {
 public:
  explicit FakeEvents(std::vector<cloud::JobReply> replies) : replies_(std::move(replies)) {}

  /// Happens at this time after the begin, instead of what would happen else.
  void at(double milliseconds, Event event) {
    happenings_.push_back({kStart + milliseconds, event});
  }

  std::vector<double> asked;  ///< when, in milliseconds since the begin
  double passed() const { return now_ - kStart; }
  int suspended = 0;

  double steady() override { return now_; }
  double wall() override { return kBegin + passed(); }
  void fetch() override {
    asked.push_back(passed());
    due_ = now_ + 100;
  }
  Event wait(double until) override {
    const double next = std::min(until, due_);
    if (!happenings_.empty() && happenings_.front().time <= next) {
      const auto [time, event] = happenings_.front();
      happenings_.pop_front();
      now_ = std::max(now_, time);
      return event;
    }
    now_ = std::max(now_, next);
    return due_ <= now_ ? Event::reply : Event::time;
  }
  cloud::JobReply reply() override {
    due_ = std::numeric_limits<double>::infinity();
    cloud::JobReply reply = replies_.front();
    if (replies_.size() > 1) replies_.erase(replies_.begin());
    return reply;
  }
  void suspend() override { ++suspended; }
  int interrupted_by() override { return 2; }

 private:
  static constexpr double kStart = 1000;
  struct Happening {
    double time;
    Event event;
  };
  std::vector<cloud::JobReply> replies_;
  std::deque<Happening> happenings_;
  double now_ = kStart;
  double due_ = std::numeric_limits<double>::infinity();
};

}  // namespace jobtree::testing
