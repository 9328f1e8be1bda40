#include "commands/cli/message.h"

#include <algorithm>
#include <iostream>
#include <string>

#include "commands/cli/exit_code.h"

namespace jobtree::commands {

int fail(std::string_view command, int code, std::string_view message) {
  std::string line = "backend";
  if (!command.empty()) line.append(" ").append(command);
  line.append(": ").append(message).append("\n");
  std::cerr << line << std::flush;
  return code;
}

int usage_error(std::string_view command, std::string_view message) {
  std::string line(message);
  std::ranges::replace(line, '\n', ' ');
  const std::string help = command.empty() ? "" : std::string(command) + " ";
  return fail(command, kExitUsage, line + " (backend " + help + "--help explains every flag)");
}

int fail(std::string_view command, const Failure& failure) {
  switch (failure.kind()) {
    case Failure::Kind::usage:
      return usage_error(command, failure.message());
    case Failure::Kind::unavailable:
      return fail(command, kExitQueryFailed, failure.message());
    case Failure::Kind::system:
      break;
  }
  return fail(command, kExitFailed, failure.message());
}

int print(std::string_view command, std::string_view text) {
  std::cout << text << std::flush;
  return std::cout ? kExitOk : fail(command, kExitFailed, "cannot write to standard output");
}

}  // namespace jobtree::commands
