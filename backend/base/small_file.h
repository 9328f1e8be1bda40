// Files that an operator writes: read whole, up to a limit.
//
// Knows: how a file is opened and bounded, and what is wrong with one. Must not know: what stands
// in it. A failure names the file and what to do; it is of kind usage, for somebody named the file.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace jobtree {

struct SmallFileRules {
  Bilingual what;          ///< how messages call it: {"profile file", "密钥文件"}
  std::size_t max_bytes;   ///< more is refused, not cut
  bool plain_only = true;  ///< false: pipes are read too, as in --profile <(command)
  /// Whoever can write a file of keys or tokens decides what this program does with them.
  bool refuse_world_writable = false;
};

Result<std::string> read_small_file(const std::string& path, const SmallFileRules& rules);

/// The same for a file with a key in it: no copy of the text is left behind in memory.
Result<Secret> read_secret_file(const std::string& path, const SmallFileRules& rules);

}  // namespace jobtree
