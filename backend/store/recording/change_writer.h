// What was seen of a job, made a change of what is stored of it.
//
// Knows: the jobs that were stored last. Must not know: when it is called, what becomes of errors.
// Not thread-safe.
#pragma once

#include "store/archive.h"
#include "store/recording/known_jobs.h"
#include "store/store.h"

namespace jobtree::store {

class ChangeWriter {
 public:
  ChangeWriter();

  /// Whether it differed from what was stored, and was not seen before that was: replicas that come
  /// to a job one after the other may have theirs stored in another order. `now`: by the clock that
  /// observations have.
  Outcome<bool> observed(Store& store, const Observation& observation, Time now);
  /// Whether that was not known before.
  Outcome<bool> forgotten(Store& store, const cloud::JobAddress& address, Time at);

  struct Marked {
    bool is_new = false;     ///< the job was never seen before
    bool is_change = false;  ///< of its marks
  };
  Outcome<Marked> marked(Store& store, const Marking& marking, Time at);
  /// Whether it said anything new. What a record says of a job itself counts until that was read;
  /// of two records, the later.
  Outcome<bool> found(Store& store, const Sighting& sighting, Time now);

  /// Reads all anew: who knows what is on the disk.
  void clear() { known_.clear(); }

 private:
  Outcome<bool> try_observed(Store& store, const Observation& observation, Time now);
  Outcome<bool> try_found(Store& store, const Sighting& sighting, Time now);
  /// What is stored of the job; nullptr when it was never seen.
  Outcome<Known*> known(Store& store, const cloud::JobAddress& address);
  Outcome<Known*> load(Store& store, const cloud::JobAddress& address);

  KnownJobs known_;
};

}  // namespace jobtree::store
