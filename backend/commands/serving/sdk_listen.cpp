#include "commands/serving/sdk_listen.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "commands/cli/host_port.h"

namespace jobtree::commands {
namespace {

Result<gateway::SdkAddress> parse(std::string_view text, const cloud::Catalogue& catalogue) {
  const std::size_t at = text.find('@');
  const std::size_t equals = text.find('=');
  if (at == std::string_view::npos || equals == std::string_view::npos || equals < at) {
    return Failure::usage(
        bilingual({"\"{0}\" is not SERVICE@REGION=HOST:PORT, such as eip@cn-north-4=127.0.0.1:8081",
                   "“{0}”不是 SERVICE@REGION=HOST:PORT 格式，例如 eip@cn-north-4=127.0.0.1:8081"},
                  text));
  }
  const std::string service(text.substr(0, at));
  const std::string region(text.substr(at + 1, equals - at - 1));
  if (catalogue.find_service(service) == nullptr) {
    return Failure::usage(bilingual({"unknown service \"{0}\"; \"{program} services\" lists them",
                                     "未知服务“{0}”，可用 {program} services 列出全部服务"},
                                    service));
  }
  if (!catalogue.has_region(region)) {
    return Failure::usage(bilingual({"unknown region \"{0}\"; \"{program} regions\" lists them",
                                     "未知区域“{0}”，可用 {program} regions 列出全部区域"},
                                    region));
  }
  const auto address = parse_host_port(text.substr(equals + 1));
  if (!address) return address.failure();
  return gateway::SdkAddress{service, region, address.value().host, address.value().port};
}

}  // namespace

Result<std::vector<gateway::SdkAddress>> parse_sdk_addresses(std::span<const std::string> texts,
                                                             const cloud::Catalogue& catalogue) {
  std::vector<gateway::SdkAddress> addresses;
  for (const std::string& text : texts) {
    auto parsed = parse(text, catalogue);
    if (!parsed) return parsed.failure().prefixed({"--sdk-listen: ", "--sdk-listen："});
    const auto is_same = [&](const gateway::SdkAddress& other) {
      return other.service == parsed.value().service && other.region == parsed.value().region;
    };
    if (std::ranges::any_of(addresses, is_same)) {
      return Failure::usage(
          bilingual({"--sdk-listen: {0}@{1} is given twice", "--sdk-listen：{0}@{1} 重复"},
                    parsed.value().service, parsed.value().region));
    }
    addresses.push_back(std::move(parsed.value()));
  }
  return addresses;
}

Bilingual sdk_lines(std::span<const gateway::SdkAddress> addresses,
                    std::span<const std::string> urls, const cloud::Catalogue& catalogue) {
  Bilingual lines;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const cloud::Service* service = catalogue.find_service(addresses[i].service);
    if (service == nullptr) continue;
    lines += bilingual({"SDKs of {0} in {1} on {2}\n"
                        "  export {3}={2}\n"
                        "  export {4}={2}\n",
                        "{1} 的 {0} SDK 地址：{2}\n"
                        "  export {3}={2}\n"
                        "  export {4}={2}\n"},
                       service->name, addresses[i].region, urls[i],
                       cloud::endpoint_variable(service->sdk_name, addresses[i].region),
                       cloud::kIamEndpointVariable);
  }
  if (!addresses.empty()) {
    lines +=
        {"  Node.js and C++ read no variables: use withEndpoint(URL). Go wants https in the "
         "second: use WithIamEndpointOverride(URL).\n",
         "  Node.js 和 C++ 不读取环境变量，请使用 withEndpoint(URL)；Go 对第二个变量要求 "
         "https，请使用 WithIamEndpointOverride(URL)。\n"};
  }
  return lines;
}

}  // namespace jobtree::commands
