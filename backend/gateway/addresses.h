// Addresses beside the main one, as an operator gives them.
#pragma once

#include <string>

namespace jobtree::gateway {

/// Where the metrics are when they have a port of their own. It may be any address: they tell
/// counts, and nothing of a job.
struct MetricsAddress {
  std::string host;
  int port = 0;  ///< 0: any free one
};

/// An address without a path for the clients of one service in one region: official SDKs, of which
/// some drop the path of an endpoint.
struct SdkAddress {
  std::string service;  ///< both of the catalogue
  std::string region;
  std::string host;
  int port = 0;  ///< 0: any free one
};

}  // namespace jobtree::gateway
