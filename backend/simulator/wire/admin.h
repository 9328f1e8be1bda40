// The admin address: what was asked, which faults there are, whom to trust.
//
// Knows: its few routes. Must not know: jobs, keys.
#pragma once

#include <string>

#include "simulator/wire/faults.h"
#include "simulator/wire/front.h"
#include "simulator/wire/journal.h"

namespace jobtree::simulator {

/// GET and DELETE /journal, GET and PUT /faults, GET /ca.pem (with TLS alone). Thread-safe.
class Admin {
 public:
  Admin(Journal& journal, FaultBook& faults, std::string authority_pem)
      : journal_(journal), faults_(faults), authority_pem_(std::move(authority_pem)) {}

  Answer handle(const ReceivedRequest& request);
  static Answer refuse(int status, std::string_view why);

 private:
  Journal& journal_;
  FaultBook& faults_;
  const std::string authority_pem_;
};

}  // namespace jobtree::simulator
