#include "store/postgres/bounded_calls.h"

#include <algorithm>
#include <exception>

namespace jobtree::store {
namespace {

constexpr std::size_t kMostPosted = 2000;
constexpr int kMostPostTries = 3;
constexpr int kLongestAwayPause = 16;  // times the first

bool is_away(const StoreError& error) {
  return error.kind == StoreError::Kind::away;
}

}  // namespace

BoundedCalls::BoundedCalls(Options options)
    : options_(std::move(options)), pause_(options_.first_pause) {
  thread_ = std::thread([this] { run(); });
}

BoundedCalls::~BoundedCalls() {
  {
    const Lock lock(mutex_);
    is_closing_ = true;
  }
  work_.notify_all();
  thread_.join();
}

bool BoundedCalls::is_up() const {
  const Lock lock(mutex_);
  return is_up_;
}

void BoundedCalls::post(Work work) {
  auto call = std::make_shared<Call>();
  call->work = std::move(work);
  call->is_posted = true;
  const Lock lock(mutex_);
  if (queue_.size() >= kMostPosted) queue_.pop_front();
  queue_.push_back(std::move(call));
  work_.notify_one();
}

bool BoundedCalls::call(Work work, std::function<void(PgConnection&)> undo) {
  const auto call = std::make_shared<Call>();
  call->work = std::move(work);
  call->undo = std::move(undo);
  const Time until = std::chrono::steady_clock::now() + options_.most_wait;
  const Lock lock(mutex_);
  if (!is_up_) return false;
  queue_.push_back(call);
  work_.notify_one();
  while (!call->is_over) {
    if (over_.wait_until(mutex_, until)) continue;
    if (call->is_over) break;
    call->is_left = true;
    is_up_ = false;  // the others need not wait for the same
    return false;
  }
  return call->went_well;
}

void BoundedCalls::run() {
  for (;;) {
    if (!connection_ && !connect()) {
      const Lock lock(mutex_);
      const Time until = std::chrono::steady_clock::now() + pause_;
      pause_ = std::min(pause_ * 2, options_.first_pause * kLongestAwayPause);
      while (!is_closing_ && work_.wait_until(mutex_, until)) {
      }
      if (is_closing_) return;
      continue;
    }
    std::shared_ptr<Call> call;
    if (!next(call)) return;
    run_one(call);
  }
}

bool BoundedCalls::connect() {
  {
    const Lock lock(mutex_);
    if (is_closing_) return false;
    next_routine_ = {};
  }
  auto opened = PgConnection::open(options_.url);
  if (!opened) return false;
  connection_.emplace(std::move(opened.value()));
  return true;
}

bool BoundedCalls::next(std::shared_ptr<Call>& call) {
  const Lock lock(mutex_);
  for (;;) {
    // What was posted before the end is said yet: it costs a moment.
    if (is_closing_ && (queue_.empty() || !is_up_)) return false;
    // A connection that is new is tried by the routine: nobody waits for it.
    if (std::chrono::steady_clock::now() >= next_routine_) {
      next_routine_ = std::chrono::steady_clock::now() + options_.routine_every;
      return true;
    }
    if (is_up_ && !queue_.empty()) {
      call = std::move(queue_.front());
      queue_.pop_front();
      if (!call->is_left) return true;
      call = nullptr;
      continue;
    }
    work_.wait_until(mutex_, next_routine_);
  }
}

void BoundedCalls::run_one(const std::shared_ptr<Call>& call) {
  const Work& work = call ? call->work : options_.routine;
  StoreError error;
  bool went_well = false;
  try {
    const auto outcome = work(*connection_);
    went_well = static_cast<bool>(outcome);
    if (!went_well) error = outcome.error();
  } catch (const std::exception& exception) {
    error = {StoreError::Kind::other, exception.what()};
  }
  const bool is_gone = !went_well && (is_away(error) || !connection_->is_good());
  bool is_left = false;
  {
    const Lock lock(mutex_);
    if (went_well) {
      is_up_ = true;
      pause_ = options_.first_pause;
    }
    if (call) {
      call->is_over = true;
      call->went_well = went_well;
      is_left = call->is_left;
      if (!went_well && call->is_posted && (is_gone || ++call->tries < kMostPostTries)) {
        queue_.push_front(call);
      }
    }
    // A routine that fails on a good connection has no tables yet.
    if (is_gone || (!went_well && !call)) went_down();
    over_.notify_all();
  }
  if (is_left && went_well && call->undo) call->undo(*connection_);
  if (is_gone) connection_.reset();
}

void BoundedCalls::went_down() {
  is_up_ = false;
  for (const auto& waiting : queue_) {
    if (!waiting->is_posted) waiting->is_over = true;
  }
  std::erase_if(queue_, [](const auto& waiting) { return !waiting->is_posted; });
}

}  // namespace jobtree::store
