#include "simulator/wire/fault_injector.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "simulator/cloud/job_routes.h"
#include "simulator/script/robots/robot.h"

namespace jobtree::simulator {
namespace {

bool is_meant(const Fault& fault, const CallLabels& call) {
  return (fault.job_id.empty() || fault.job_id == call.job_id) &&
         (fault.service.empty() || fault.service == call.service) &&
         call.target.starts_with(fault.path) &&
         (fault.kind != FaultKind::tracker_disabled || call.service == kTraceService) &&
         (fault.kind != FaultKind::busy || is_vendor(call.service));
}

/// True with the probability `chance`. Drawn also when it is certain, so that a change of one
/// fault's chance does not change what else the seed decides.
bool happens(Random& random, double chance) {
  constexpr double kUnit = 1.0 / 9007199254740992.0;  // 2^-53
  return static_cast<double>(random.next() >> 11) * kUnit < chance;
}

}  // namespace

void FaultInjector::replace(std::vector<Fault> faults) {
  std::vector<Entry> entries;
  entries.reserve(faults.size());
  for (Fault& fault : faults) {
    entries.push_back({std::move(fault), Random(seed_ + 0x5bd1e995 * (entries.size() + 1))});
  }
  const Lock lock(mutex_);
  entries_ = std::move(entries);
}

std::vector<Fault> FaultInjector::faults() const {
  const Lock lock(mutex_);
  std::vector<Fault> faults;
  std::ranges::transform(entries_, std::back_inserter(faults), &Entry::fault);
  return faults;
}

InjectedFaults FaultInjector::draw(const CallLabels& call) {
  const Lock lock(mutex_);
  InjectedFaults injected;
  for (auto& [fault, random] : entries_) {
    if (fault.times == 0 || !is_meant(fault, call)) continue;
    const bool is_latency = fault.kind == FaultKind::latency;
    const bool is_drip = fault.kind == FaultKind::drip;
    if (is_drip && injected.drip_bytes > 0) continue;
    if (!is_latency && !is_drip && injected.breaks) continue;
    if (!happens(random, fault.chance)) continue;
    if (fault.times != Fault::kForever) --fault.times;
    if (is_latency) {
      injected.delay +=
          at_speed(Milliseconds(fault.ms + random.between(0, fault.jitter_ms)), speed_);
    } else if (is_drip) {
      injected.drip_bytes = static_cast<std::size_t>(fault.bytes);
      injected.drip_every = at_speed(Milliseconds(fault.every_ms), speed_);
    } else {
      injected.breaks = fault;
      injected.breaks->after_ms = at_speed(Milliseconds(fault.after_ms), speed_).count();
    }
    if (!injected.names.empty()) injected.names += ", ";
    injected.names += name_of(fault.kind);
  }
  return injected;
}

}  // namespace jobtree::simulator
