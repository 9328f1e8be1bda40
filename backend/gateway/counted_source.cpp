#include "gateway/counted_source.h"

namespace jobtree::gateway {
namespace {

constexpr std::size_t kMaxDeferred = 10'000;  // past it a query that goes on counts as a new one

}  // namespace

cloud::JobReply CountedSource::job(const cloud::JobAddress& address,
                                   const cloud::HasRoom& has_room) {
  const std::string& key = address.key();
  const Time began = begun(key);
  const auto count = [&](const cloud::JobReply* reply) {
    forget(key);
    metrics_.asked(reply, std::chrono::steady_clock::now() - began,
                   std::chrono::system_clock::now());
  };
  try {
    cloud::JobReply reply = source_.job(address, has_room);
    if (reply.outcome != cloud::Outcome::deferred) count(&reply);
    return reply;
  } catch (...) {
    count(nullptr);
    throw;
  }
}

CountedSource::Time CountedSource::begun(const std::string& key) {
  const auto now = std::chrono::steady_clock::now();
  const Lock lock(mutex_);
  if (deferred_.size() >= kMaxDeferred) deferred_.clear();
  return deferred_.try_emplace(key, now).first->second;
}

void CountedSource::forget(const std::string& key) {
  const Lock lock(mutex_);
  deferred_.erase(key);
}

}  // namespace jobtree::gateway
