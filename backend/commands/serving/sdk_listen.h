// --sdk-listen: addresses for official SDKs, and what a program sets to use one.
//
// Knows: the flag's form, the variables that SDKs read. Must not know: who serves there.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "cloud/where/catalogue.h"
#include "gateway/gateway.h"

namespace jobtree::commands {

/// Of "eip@cn-north-4=127.0.0.1:8081", each of them. Fails on another form, on a service or a
/// region that the catalogue does not have, and on a pair that is there twice.
Result<std::vector<gateway::SdkAddress>> parse_sdk_addresses(std::span<const std::string> texts,
                                                             const cloud::Catalogue& catalogue);

/// Lines for the person who started the server: where each address is, and what to set. Python,
/// Java and Go read the first variable, Python and Java the second; all have a call for either.
Bilingual sdk_lines(std::span<const gateway::SdkAddress> addresses,
                    std::span<const std::string> urls, const cloud::Catalogue& catalogue);

}  // namespace jobtree::commands
