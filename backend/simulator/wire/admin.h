// The admin address: what was asked, which faults there are, whom to trust.
//
// Knows: its few routes. Must not know: jobs, keys.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "simulator/cloud/request.h"
#include "simulator/cloud/response.h"
#include "simulator/wire/fault_injector.h"
#include "simulator/wire/journal.h"

namespace jobtree::simulator {

/// GET and DELETE /journal, GET and PUT /faults, GET /ca.pem (with TLS alone). Thread-safe.
class Admin {
 public:
  Admin(Journal& journal, FaultInjector& faults, std::string authority_pem)
      : journal_(journal), faults_(faults), authority_pem_(std::move(authority_pem)) {}

  Response handle(const Request& request);
  static Response refusal(int status, std::string_view why);

 private:
  Journal& journal_;
  FaultInjector& faults_;
  const std::string authority_pem_;
};

}  // namespace jobtree::simulator
