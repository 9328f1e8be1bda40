// The vendor's own services and regions: what catalogue.json says, which is built into the program.
//
// Knows: the form of that file. Must not know: what an operator says otherwise; catalogue.h joins
// it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cloud/where/catalogue.h"

namespace jobtree::cloud {

struct KnownServices {
  std::vector<Service> services;
  Service iam;  ///< has no jobs: neither path nor title
  Service cts;  ///< the same: it has lists
  std::vector<Group> groups;
  std::map<std::string, Bilingual, std::less<>> id_titles;
  std::map<std::string, Region, std::less<>> regions;  ///< by name
};

/// Parses it anew with each call.
KnownServices known_services();

}  // namespace jobtree::cloud
