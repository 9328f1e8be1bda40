#include "store/recording/observation_queue.h"

#include <utility>

namespace jobtree::store {
namespace {

std::size_t bytes_of(const Pending& pending) {
  return pending.observation.body ? pending.observation.body->size() : 0;
}

const std::string& key_of(const Pending& pending) {
  return pending.kind == Pending::Kind::marking ? pending.marking.address.key()
                                                : pending.observation.address.key();
}

}  // namespace

bool ObservationQueue::is_short_of_room(std::size_t more) const {
  return bytes_ + more > most_bytes_ || entries_.size() >= most_entries_;
}

void ObservationQueue::remember_last(Entries::iterator entry) {
  if (entry->kind == Pending::Kind::observed) {
    last_[key_of(*entry)] = entry;
  } else {
    last_.erase(key_of(*entry));
  }
}

void ObservationQueue::push(Pending pending) {
  const std::size_t more = bytes_of(pending);
  if (!pending.done && is_short_of_room(more)) {
    const auto earlier = last_.find(key_of(pending));
    const bool takes_place = pending.kind == Pending::Kind::observed && earlier != last_.end();
    if (!takes_place) {
      ++dropped_;
      return;
    }
    bytes_ = bytes_ - bytes_of(*earlier->second) + more;
    *earlier->second = std::move(pending);
    ++superseded_;
    return;
  }
  bytes_ += more;
  entries_.push_back(std::move(pending));
  remember_last(std::prev(entries_.end()));
}

std::optional<Pending> ObservationQueue::pop() {
  if (entries_.empty()) return std::nullopt;
  const auto first = entries_.begin();
  const auto last = last_.find(key_of(*first));
  if (last != last_.end() && last->second == first) last_.erase(last);
  Pending pending = std::move(*first);
  entries_.erase(first);
  bytes_ -= bytes_of(pending);
  return pending;
}

void ObservationQueue::put_back(Pending pending) {
  bytes_ += bytes_of(pending);
  entries_.push_front(std::move(pending));
}

}  // namespace jobtree::store
