#include "gateway/site/error_codes.h"

#include <array>
#include <string>
#include <utility>

#include "explain/error_codes.h"
#include "explain/explain.h"
#include "explain/explanation_json.h"
#include "gateway/http_fields.h"
#include "gateway/query_string.h"

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

std::string text_in(std::string_view address_query) {
  for (Parameter& parameter : parameters_of(address_query)) {
    if (parameter.name == "text") return std::move(parameter.value);
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
