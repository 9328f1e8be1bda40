// The jobs that were stored last, parsed, so that the next change of one needs no reading.
//
// Knows: which is the one not used for the longest time. Must not know: databases, threads. Not
// thread-safe.
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>
#include <utility>

#include "store/change.h"

namespace jobtree::store {

class KnownJobs {
 public:
  /// `most_bytes`: roughly, of all of them; the last one stays whatever it takes.
  explicit KnownJobs(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  /// nullptr when it is not here. Good until the next call.
  Known* find(const std::string& key);
  Known& put(const std::string& key, Known known);
  void forget(const std::string& key);
  void clear();

 private:
  struct Entry {
    std::string key;
    Known known;
    std::size_t bytes;
  };

  const std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  ///< the one used last first
  std::unordered_map<std::string, std::list<Entry>::iterator> places_;
};

}  // namespace jobtree::store
