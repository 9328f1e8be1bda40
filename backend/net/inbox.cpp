#include "net/inbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

namespace jobtree::net {

Inbox::Inbox() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void Inbox::post(Message message) {
  bool was_empty = false;
  {
    const Lock lock(mutex_);
    if (is_closed_) return;
    was_empty = messages_.empty();
    messages_.push_back(std::move(message));
    has_messages_.store(true, std::memory_order_release);
  }
  if (was_empty && owner_.load(std::memory_order_relaxed) != std::this_thread::get_id()) wake();
}

void Inbox::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(event_, &one, sizeof one);
}

std::vector<Message> Inbox::take() {
  if (!has_messages_.load(std::memory_order_acquire)) return {};
  const Lock lock(mutex_);
  has_messages_.store(false, std::memory_order_relaxed);
  return std::exchange(messages_, {});
}

void Inbox::rest() const {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto read = ::read(event_, &count, sizeof count);
}

void Inbox::close() {
  std::vector<Message> dropped;
  const Lock lock(mutex_);
  is_closed_ = true;
  dropped.swap(messages_);
}

}  // namespace jobtree::net
