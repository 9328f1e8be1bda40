#include "gateway/site/error_codes.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include "base/hex.h"
#include "explain/error_codes.h"
#include "explain/explain.h"
#include "explain/explanation_json.h"
#include "gateway/http_fields.h"

namespace jobtree::gateway {
namespace {

constexpr std::string_view kName = "error-codes.json";

Files table_file() {
  const explain::ErrorCodesFile file = explain::error_codes_file();
  const std::array<Asset, 1> assets{{{.path = "/error-codes.json",
                                      .plain = file.plain,
                                      .brotli = file.brotli,
                                      .gzip = file.gzip}}};
  // What fails is a folder, and there is none.
  return std::move(Files::make(assets, "").value());
}

/// What a form or URLSearchParams encoded; a "%" that begins no byte stays.
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

std::string text_in(std::string_view address_query) {
  constexpr std::string_view kText = "text=";
  while (!address_query.empty()) {
    const std::string_view parameter = address_query.substr(0, address_query.find('&'));
    if (parameter.starts_with(kText)) return decoded(parameter.substr(kText.size()));
    address_query.remove_prefix(std::min(parameter.size() + 1, address_query.size()));
  }
  return "";
}

}  // namespace

ErrorCodes::ErrorCodes() : files_(table_file()) {}

RouteResponse ErrorCodes::table(const FileQuery& query) const {
  return std::move(*files_.get(kName, query));
}

RouteResponse error_code_response(std::string_view code, std::string_view address_query,
                                  const FileQuery& query) {
  const auto found = explain::explain_failure(code, text_in(address_query));
  if (!found) return refusal(problems::kNotFound, "This error code is not known.");
  using Json = nlohmann::ordered_json;
  const std::string body =
      explain::json_of(*found, code).dump(-1, ' ', false, Json::error_handler_t::replace);
  const std::string etag = etag_of(body);
  RouteResponse answer;
  httplib::Response& response = answer.response;
  response.set_header("Cache-Control", "no-cache");
  response.set_header("ETag", etag);
  response.status = names_version(query.if_none_match, etag) ? 304 : 200;
  if (response.status == 200) response.set_content(body, "application/json; charset=utf-8");
  return answer;
}

}  // namespace jobtree::gateway
