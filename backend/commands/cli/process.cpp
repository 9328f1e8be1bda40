#include "commands/cli/process.h"

#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "cloud/key/environment_source.h"

namespace jobtree::commands {
namespace {

constexpr int kOwnMapping = 1 << 20;  // bytes from which a block is mapped by itself

void keep_memory_private() {
#if !defined(__SANITIZE_ADDRESS__)  // its search for leaks reads the process as a debugger would
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
}

void allow_many_files() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

/// glibc raises the threshold to 32 MiB once such a block was freed, and answers of the cloud then
/// stay in the heaps of the threads that read them. A threshold that is set stays.
void give_memory_back() {
#if defined(__GLIBC__)
  ::mallopt(M_MMAP_THRESHOLD, kOwnMapping);
#endif
}

Environment copy_of_environment() {
  const auto copy = std::make_shared<std::map<std::string, Secret, std::less<>>>();
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    // The first of a name counts, as with getenv().
    copy->emplace(text.substr(0, equals), Secret(text.substr(equals + 1)));
  }
  const auto value = [copy](const char* name) {
    const auto found = copy->find(std::string_view(name));
    return found == copy->end() ? std::string_view() : found->second.reveal();
  };
  const auto names = [copy] {
    std::vector<std::string> names;
    for (const auto& [name, secret] : *copy)
      names.push_back(name);
    return names;
  };
  return {value, names};
}

}  // namespace

Environment prepare_process() {
  keep_memory_private();
  allow_many_files();
  give_memory_back();
  std::signal(SIGPIPE, SIG_IGN);
  Environment environment = copy_of_environment();
  cloud::forget_environment();
  return environment;
}

}  // namespace jobtree::commands
