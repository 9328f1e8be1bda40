// A world for the watch in which time passes only when it waits, and answers come as written.
#pragma once

#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "commands/job/job_watch.h"
#include "unit/commands/jobs.h"

namespace jobtree::testing {

inline cloud::JobReply job_answer(const Part& part) {
  cloud::JobReply answer;
  answer.outcome = cloud::Outcome::succeeded;
  answer.http_status = 200;
  answer.body = document(part);
  return answer;
}

inline cloud::JobReply failure(cloud::Outcome outcome, int status, std::string code = "",
                               std::string message = "") {
  cloud::JobReply answer;
  answer.outcome = outcome;
  answer.http_status = status;
  answer.error_code = std::move(code);
  answer.log_detail = std::move(message);
  answer.detail = "Our own sentence.";
  return answer;
}

/// Each query takes 100 ms. When the answers run out the last one comes again and again.
class FakeWorld final : public commands::World {
 public:
  explicit FakeWorld(std::vector<cloud::JobReply> answers) : answers_(std::move(answers)) {}

  /// Happens at this time after the begin, instead of what would happen else.
  void at(double milliseconds, Woke woke) { happenings_.push_back({kStart + milliseconds, woke}); }

  std::vector<double> asked;  ///< when, in milliseconds since the begin
  double passed() const { return now_ - kStart; }
  int suspended = 0;

  double steady() override { return now_; }
  double wall() override { return kBegin + passed(); }
  void ask() override {
    asked.push_back(passed());
    due_ = now_ + 100;
  }
  Woke wait(double until) override {
    const double next = std::min(until, due_);
    if (!happenings_.empty() && happenings_.front().time <= next) {
      const auto [time, woke] = happenings_.front();
      happenings_.pop_front();
      now_ = std::max(now_, time);
      return woke;
    }
    now_ = std::max(now_, next);
    return due_ <= now_ ? Woke::answer : Woke::time;
  }
  cloud::JobReply answer() override {
    due_ = std::numeric_limits<double>::infinity();
    cloud::JobReply answer = answers_.front();
    if (answers_.size() > 1) answers_.erase(answers_.begin());
    return answer;
  }
  void suspend() override { ++suspended; }
  int interrupted_by() override { return 2; }

 private:
  static constexpr double kStart = 1000;
  struct Happening {
    double time;
    Woke woke;
  };
  std::vector<cloud::JobReply> answers_;
  std::deque<Happening> happenings_;
  double now_ = kStart;
  double due_ = std::numeric_limits<double>::infinity();
};

}  // namespace jobtree::testing
