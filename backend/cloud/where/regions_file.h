// The vendor's SDKs' file of regions: where services live by an operator's word, as YAML.
//
//   EIP:
//     - id: eu-de
//       endpoint: https://vpc.eu-de.otc.t-systems.com      # or endpoints: [URL, ...], or both
//
// Knows: the file's form. Must not know: which services and regions there are, what a URL may be.
// Its source file is the only one of the wing that knows yaml-cpp, whose exceptions stay in it.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace jobtree::cloud {

struct RegionEntry {
  std::string service;    ///< as the SDKs call it, in upper case: "EIP"
  std::string region;     ///< "eu-de"
  std::string endpoints;  ///< as written, with commas between several
  int line = 0;           ///< where it stands, from 1
};

/// All entries, in the file's order. Fails, naming file and line, when the file cannot be read, is
/// larger than 64 KiB, is no YAML or has another form; an empty one has no entries.
Result<std::vector<RegionEntry>> read_regions_file(const std::string& file);

}  // namespace jobtree::cloud
