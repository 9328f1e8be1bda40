#include "simulator/wire/faults.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace jobtree::simulator {
namespace {

bool is_meant(const Fault& fault, const CallMarks& call) {
  return (fault.job_id.empty() || fault.job_id == call.job_id) &&
         (fault.service.empty() || fault.service == call.service) &&
         call.target.starts_with(fault.path);
}

/// True with the probability `share`. Drawn also when it is certain, so that a change of one
/// fault's share does not change what else the seed decides.
bool happens(Chance& chance, double share) {
  constexpr double kUnit = 1.0 / 9007199254740992.0;  // 2^-53
  return static_cast<double>(chance.next() >> 11) * kUnit < share;
}

}  // namespace

std::string_view name_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::latency:
      return "latency";
    case FaultKind::drip:
      return "drip";
    case FaultKind::reset_before:
      return "reset_before";
    case FaultKind::reset_within:
      return "reset_within";
    case FaultKind::truncated:
      return "truncated";
    case FaultKind::wrong_length:
      return "wrong_length";
    case FaultKind::not_modified_without_length:
      return "not_modified_without_length";
    case FaultKind::oversized:
      return "oversized";
    case FaultKind::gzip_bomb:
      return "gzip_bomb";
    case FaultKind::html_error:
      return "html_error";
    case FaultKind::redirect:
      return "redirect";
    case FaultKind::error:
      return "error";
    case FaultKind::close_before:
      return "close_before";
  }
  return "";
}

void FaultBook::replace(std::vector<Fault> faults) {
  std::vector<Entry> entries;
  entries.reserve(faults.size());
  for (Fault& fault : faults) {
    entries.push_back({std::move(fault), Chance(seed_ + 0x5bd1e995 * (entries.size() + 1))});
  }
  const std::lock_guard lock(mutex_);
  entries_ = std::move(entries);
}

std::vector<Fault> FaultBook::faults() const {
  const std::lock_guard lock(mutex_);
  std::vector<Fault> faults;
  std::ranges::transform(entries_, std::back_inserter(faults), &Entry::fault);
  return faults;
}

Milliseconds FaultBook::real_time(std::int64_t ms) const {
  return Milliseconds(static_cast<std::int64_t>(static_cast<double>(ms) / speed_));
}

Mishap FaultBook::draw(const CallMarks& call) {
  const std::lock_guard lock(mutex_);
  Mishap mishap;
  for (auto& [fault, chance] : entries_) {
    if (fault.times == 0 || !is_meant(fault, call)) continue;
    const bool is_latency = fault.kind == FaultKind::latency;
    const bool is_drip = fault.kind == FaultKind::drip;
    if (is_drip && mishap.drip_bytes > 0) continue;
    if (!is_latency && !is_drip && mishap.breaks) continue;
    if (!happens(chance, fault.chance)) continue;
    if (fault.times != Fault::kForever) --fault.times;
    if (is_latency) {
      mishap.delay += real_time(fault.ms + chance.between(0, fault.jitter_ms));
    } else if (is_drip) {
      mishap.drip_bytes = static_cast<std::size_t>(fault.bytes);
      mishap.drip_every = real_time(fault.every_ms);
    } else {
      mishap.breaks = fault;
      mishap.breaks->after_ms = real_time(fault.after_ms).count();
    }
    if (!mishap.names.empty()) mishap.names += ", ";
    mishap.names += name_of(fault.kind);
  }
  return mishap;
}

}  // namespace jobtree::simulator
