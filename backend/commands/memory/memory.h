// What a server remembers, as its flags want it.
//
// Knows: --data, --database, --retention. Must not know: what is stored, who reads it.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/environment.h"
#include "base/log_entry.h"
#include "base/result.h"
#include "commands/memory/data_folder.h"
#include "store/archive.h"
#include "store/shared.h"

namespace jobtree::commands {

struct MemoryFlags {
  std::string data;
  std::string database;
  std::string retention;
};
void add_memory_flags(CLI::App& command, MemoryFlags& flags);

/// Fails on what is none.
Result<store::Retention> retention_of(const MemoryFlags& flags);

/// What is remembered, and where.
struct Memory {
  std::optional<PassingFolder> passing;  ///< above the archive, which has a file there
  std::unique_ptr<store::Archive> archive;
  std::vector<Bilingual> words;  ///< for the operator
};

/// Beside what the flags say.
struct MemoryParts {
  store::Retention retention{};
  std::shared_ptr<const store::Herald> herald{};  ///< says what people are told; null: nothing
  std::function<void(const LogEntry&)> log{};     ///< thread-safe
};
/// With `is_demo` in a folder that goes with the process, unless one is named.
Result<Memory> open_memory(const Environment& environment, const MemoryFlags& flags, bool is_demo,
                           MemoryParts parts);

/// What this server has in common with others on its database; null where it is alone. A demo is:
/// its cloud is its own.
Result<std::unique_ptr<store::Shared>> open_shared(const Environment& environment,
                                                   const MemoryFlags& flags, bool is_demo);

}  // namespace jobtree::commands
