// What a command tells the person at the terminal when it cannot go on.
//
// Knows: the form of such a line, the language of the user. Must not know: what went wrong.
#pragma once

#include <string_view>

#include "base/result.h"

namespace jobtree::commands {

/// Writes "PROGRAM COMMAND: MESSAGE" to standard error, without a command "PROGRAM: MESSAGE".
/// Returns `code`, so that a command can end with it.
int fail(std::string_view command, int code, const Bilingual& message);

/// The same for a mistake in the flags: on one line, and with where to find help. Returns
/// kExitUsage.
int usage_error(std::string_view command, const Bilingual& message);

/// Either of them, as the failure's kind wants it: kExitUsage for what the operator wrote,
/// kExitQueryFailed for what may pass by itself, kExitFailed for this machine.
int fail(std::string_view command, const Failure& failure);

/// Writes "PROGRAM COMMAND: note: TEXT" to standard error.
void note(std::string_view command, const Bilingual& text);

/// Writes `text` to standard output and flushes it. Returns kExitOk, or says that it cannot and
/// returns kExitFailed.
int print(std::string_view command, std::string_view text);

}  // namespace jobtree::commands
