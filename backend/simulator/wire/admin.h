// The admin address: what was asked and told, which faults there are, whom to trust.
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
#include "simulator/wire/message_journal.h"

namespace jobtree::simulator {

/// GET and DELETE /journal and /messages, GET and PUT /faults, GET /ca.pem (with TLS alone).
/// Thread-safe.
class Admin {
 public:
  Admin(Journal& journal, MessageJournal& messages, FaultInjector& faults,
        std::string authority_pem)
      : journal_(journal),
        messages_(messages),
        faults_(faults),
        authority_pem_(std::move(authority_pem)) {}

  Response handle(const Request& request);
  static Response refusal(int status, std::string_view why);

 private:
  Journal& journal_;
  MessageJournal& messages_;
  FaultInjector& faults_;
  const std::string authority_pem_;
};

}  // namespace jobtree::simulator
