// What a request says its body is.
//
// Knows: the form of Content-Type. Must not know: who takes which.
#pragma once

#include <string>
#include <string_view>

#include "base/ascii.h"
#include "simulator/cloud/request.h"

namespace jobtree::simulator {

/// "application/json" of "application/JSON; charset=utf-8"; "" when it says nothing.
inline std::string media_type_of(const Request& request) {
  const std::string_view type = header(request, "content-type");
  return lower(trimmed(type.substr(0, type.find(';')), kSpaceTab));
}

}  // namespace jobtree::simulator
