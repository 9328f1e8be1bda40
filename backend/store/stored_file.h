// What one process remembers, read by another: the commands that look while a server writes.
//
// Knows: the file of a folder. Must not know: who writes it; it takes no lock and cannot write.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/records.h"

namespace jobtree::store {

class StoredFile {
 public:
  /// Fails when there is none, or when it is none of ours, or of a newer version.
  static Result<std::unique_ptr<StoredFile>> open(const std::string& folder);
  virtual ~StoredFile() = default;

  virtual Result<BoardPage> board(const BoardQuery& query) = 0;
  /// Of jobs with about as many parts; see Archive.
  virtual Result<Durations> durations(std::string_view service, std::string_view type,
                                      std::uint32_t parts) = 0;
  /// What the copy will take, roughly.
  virtual std::uint64_t bytes() = 0;
  /// A consistent copy, without free pages, for its owner alone. It has its name only when it is
  /// whole; a file that is there already is left alone, and that is a failure.
  virtual Result<bool> copy_to(const std::string& file) = 0;
};

}  // namespace jobtree::store
