// Which addresses the simulator may listen on, and may be called by.
//
// Knows: addresses of this machine. Must not know: sockets, names that DNS tells.
#pragma once

#include <string>

namespace jobtree::simulator {

/// Whether a host is a loopback address, or "localhost".
bool is_loopback_host(const std::string& host);

/// "127.0.0.1" for "localhost", which a hosts file may lead elsewhere; any other host as it is.
std::string numeric_host(const std::string& host);

}  // namespace jobtree::simulator
