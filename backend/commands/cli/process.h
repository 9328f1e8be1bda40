// What the process is from its first moment on, whichever command it runs.
//
// Knows: the system's limits and switches for a process. Must not know: commands, flags.
#pragma once

#include "base/environment.h"

namespace jobtree::commands {

/// Call it first, before any thread starts. From then on
/// - no file holds this process's memory, and no other user's process may read it;
/// - the process's own environment holds no key: /proc/PID/environ shows it to whoever may look;
/// - a reader that is gone is an error of write(), not a signal;
/// - as many files may be open as the system allows;
/// - large blocks of memory go back to the system when they are freed.
/// Returns the environment as it was, keys and all; its values are wiped when the last copy goes.
Environment prepare_process();

}  // namespace jobtree::commands
