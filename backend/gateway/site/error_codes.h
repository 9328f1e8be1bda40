// /api/error-codes: what error codes mean and what to do, for pages and for programs.
//
// Knows: how both forms are sent. Must not know: codes, routes.
#pragma once

#include <string_view>

#include "gateway/routing/route_response.h"
#include "gateway/site/files.h"

namespace jobtree::gateway {

/// The whole table, as any file. Thread-safe.
class ErrorCodes {
 public:
  ErrorCodes();
  RouteResponse table(const FileQuery& query) const;

 private:
  Files files_;
};

/// One code, in both languages, so that it can be cached whoever reads it; by its number when it is
/// in no table. With "text=…" in the query of the address, the text that came with the code, the
/// cause that the text names goes before. A problem when nothing at all is known.
RouteResponse error_code_response(std::string_view code, std::string_view address_query,
                                  const FileQuery& query);

}  // namespace jobtree::gateway
