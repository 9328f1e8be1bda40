// The exit codes of the program: README.md lists them for scripts.
//
// Knows: the numbers. Must not know: which command ends with which.
#pragma once

namespace jobtree::commands {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;  ///< this machine, or (backend job) the job itself failed
inline constexpr int kExitUsage = 2;   ///< the flags, or a file they name, are wrong
inline constexpr int kExitQueryFailed =
    3;  ///< the cloud, or what gives the key, did not answer as hoped
inline constexpr int kExitTimedOut = 4;    ///< backend job: --timeout went by
inline constexpr int kExitBySignal = 128;  ///< plus the signal's number, as shells count

}  // namespace jobtree::commands
