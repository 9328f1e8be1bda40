#include "gateway/query_string.h"

#include <algorithm>
#include <cstddef>

#include "base/hex.h"

namespace jobtree::gateway {
namespace {

std::string decoded(std::string_view value) {
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const int high = i + 2 < value.size() ? hex_value(value[i + 1]) : -1;
    const int low = i + 2 < value.size() ? hex_value(value[i + 2]) : -1;
    if (value[i] == '%' && high >= 0 && low >= 0) {
      text += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      text += value[i] == '+' ? ' ' : value[i];
    }
  }
  return text;
}

}  // namespace

std::vector<Parameter> parameters_of(std::string_view query) {
  std::vector<Parameter> parameters;
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(parameter.size() + 1, query.size()));
    if (parameter.empty()) continue;
    const std::string_view name = parameter.substr(0, parameter.find('='));
    parameters.push_back(
        {decoded(name), decoded(parameter.substr(std::min(name.size() + 1, parameter.size())))});
  }
  return parameters;
}

}  // namespace jobtree::gateway
