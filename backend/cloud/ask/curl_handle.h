// What every use of libcurl needs: handles that free themselves, and a look at each address before
// it is connected to.
//
// Knows: libcurl, sockets. Must not know: protocols, which addresses are good.
#pragma once

#include <curl/curl.h>

#include <functional>
#include <memory>
#include <optional>

#include "base/protocol/ip_address.h"
#include "base/result.h"

namespace jobtree::cloud {

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, FreeHandle>;

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlList = std::unique_ptr<curl_slist, FreeList>;

/// Whether this address may be connected to. Must not throw.
using MayConnect = std::function<bool(const IpAddress&)>;

/// Has each address judged that the handle is about to connect to, after its name was resolved: so
/// a name cannot lead elsewhere than where it was judged. `may_connect` must outlive the transfer;
/// null: all are good.
void judge_addresses(CURL* handle, const MayConnect* may_connect);

/// Starts libcurl, once a process; why it does not work.
std::optional<Failure> start_curl();

}  // namespace jobtree::cloud
