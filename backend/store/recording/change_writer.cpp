#include "store/recording/change_writer.h"

#include <utility>

#include "store/change.h"
#include "store/sighting.h"

namespace jobtree::store {
namespace {

constexpr std::size_t kKnownBytes = std::size_t{64} << 20;

/// Whether it was seen before what another replica has stored. What this one stored came in order,
/// and what was stored in the future tells of a clock that was set back.
bool is_late(const Known& before, const Observation& observation, Time now) {
  const Time stored = before.record.last_change;
  return before.is_read && observation.at < stored && stored <= now;
}

}  // namespace

ChangeWriter::ChangeWriter() : known_(kKnownBytes) {}

Outcome<bool> ChangeWriter::observed(Store& store, const Observation& observation, Time now) {
  auto done = try_observed(store, observation, now);
  if (done || done.error().kind != StoreError::Kind::conflict) return done;
  // Somebody else has stored a change of it: this one is what differs from that.
  known_.forget(observation.address.key());
  return try_observed(store, observation, now);
}

Outcome<bool> ChangeWriter::try_observed(Store& store, const Observation& observation, Time now) {
  const auto before = known(store, observation.address);
  if (!before) return before.error();
  Known after;
  auto change = change_between(before.value(), observation, after);
  if (!change) return false;
  if (before.value() != nullptr && is_late(*before.value(), observation, now) &&
      !change->record.is_final) {
    return false;
  }
  if (auto done = store.write(*change); !done) return done.error();
  known_.put(observation.address.key(), std::move(after));
  return true;
}

Outcome<bool> ChangeWriter::forgotten(Store& store, const cloud::JobAddress& address, Time at) {
  auto is_news = store.forget(address, at);
  if (is_news) known_.forget(address.key());
  return is_news;
}

Outcome<ChangeWriter::Marked> ChangeWriter::marked(Store& store, const Marking& marking, Time at) {
  known_.forget(marking.address.key());  // its marks may be another's by now
  const auto before = known(store, marking.address);
  if (!before) return before.error();
  const bool is_new = before.value() == nullptr;
  Marks marks = is_new ? Marks() : before.value()->record.marks;
  if (marking.label) marks.label = *marking.label;
  if (marking.links) marks.links = *marking.links;
  if (marking.follow) marks.is_followed = *marking.follow;
  const bool is_change = is_new || before.value()->record.marks != marks;
  if (is_change) {
    if (auto done = store.mark(marking.address, marks, at); !done) return done.error();
    if (!is_new) before.value()->record.marks = marks;
  }
  return Marked{.is_new = is_new, .is_change = is_change};
}

Outcome<bool> ChangeWriter::found(Store& store, const Sighting& sighting, Time now) {
  auto done = try_found(store, sighting, now);
  if (done || done.error().kind != StoreError::Kind::conflict) return done;
  known_.forget(sighting.address.key());
  return try_found(store, sighting, now);
}

Outcome<bool> ChangeWriter::try_found(Store& store, const Sighting& sighting, Time now) {
  const auto before = known(store, sighting.address);
  if (!before) return before.error();
  if (before.value() == nullptr) {
    const JobRecord record = record_of(sighting, now);
    auto done = store.put_finding(record, happenings_between(nullptr, record, now));
    if (!done) return done.error();
    return true;
  }
  const JobRecord& was = before.value()->record;
  JobRecord record = was;
  if (!add(sighting, now, record)) return false;
  auto done = store.put_finding(record, happenings_between(&was, record, now));
  if (!done) return done.error();
  before.value()->record = std::move(record);
  return true;
}

Outcome<Known*> ChangeWriter::known(Store& store, const cloud::JobAddress& address) {
  if (Known* const known = known_.find(address.key())) return known;
  return load(store, address);
}

Outcome<Known*> ChangeWriter::load(Store& store, const cloud::JobAddress& address) {
  auto record = store.job(address);
  if (!record) return record.error();
  if (!record.value()) return static_cast<Known*>(nullptr);
  auto body = store.body(address, 0);
  if (!body) return body.error();
  Known known;
  if (body.value()) {
    auto parsed = known_of(*record.value(), body.value()->body);
    if (parsed) known = std::move(*parsed);
    known.links = body.value()->links;
    known.link_bytes = body.value()->link_bytes;
  }
  known.record = std::move(*record.value());
  known.is_read = true;
  return &known_.put(address.key(), std::move(known));
}

}  // namespace jobtree::store
