// What the Host header tells: which service is meant, and in which region.
//
// Knows: the form of the services' host names. Must not know: which services there are.
// On a bare loopback address it tells nothing.
#pragma once

#include <algorithm>
#include <string_view>

#include "base/ascii.h"
#include "simulator/cloud/request.h"

namespace jobtree::simulator {

struct HostParts {
  std::string_view service{};  ///< "cts", or ""
  std::string_view region{};   ///< "cn-north-4", or ""
};

/// Of "cts.cn-north-4.myhuaweicloud.com".
inline HostParts host_parts(const Request& request) {
  const std::string_view host = single_header(request, "host").value_or(std::string_view());
  const auto first = std::min(host.find('.'), host.size());
  const std::string_view rest = host.substr(std::min(first + 1, host.size()));
  const auto second = rest.find('.');
  if (second == std::string_view::npos) return {};
  const std::string_view region = rest.substr(0, second);
  const bool is_region = region.find('-') != std::string_view::npos && is_digit(region.back());
  if (!is_region) return {};
  return {host.substr(0, first), region};
}

}  // namespace jobtree::simulator
