// Failures as the official SDKs read them.
//
// Knows: the three members that the clients of all five languages understand, and no other. Must
// not know: routes, what went wrong.
#pragma once

#include "gateway/routing/route_response.h"
#include "net/request/request_head.h"

namespace jobtree::gateway {

/// Every request that one of them signs has the time of the signature in a header of its own; a
/// page never sends it.
inline constexpr const char* kSdkDate = "X-Sdk-Date";

/// Words a problem as Huawei Cloud would have: with its status, and its message where that may be
/// relayed. A client of Java reads nothing but application/json; one of C++ breaks on any member
/// beside these three that is no object; one of Go takes a message without a code for no message.
/// A response that is no problem stays as it is.
void word_for_sdk(RouteResponse& answer);

}  // namespace jobtree::gateway
