// What of the archive a viewer may see: as much as of the cloud.
//
// Knows: what a token may see, whose an id is. Must not know: HTTP, the archive itself.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "gateway/access/token_list.h"
#include "gateway/jobs/own_ids.h"
#include "store/record_json.h"
#include "store/records.h"

namespace jobtree::gateway {

/// Whether the job may be seen with this token; null: no tokens are in use.
inline bool may_see(const Holder* token, const OwnIds& own_ids, const cloud::JobAddress& address) {
  if (token == nullptr || token->may_see(address)) return true;
  const auto own = own_ids.as_own(address);
  return own && token->may_see(*own);
}

/// Who may know who did what.
inline store::People people_for(const Holder* token) {
  return token == nullptr || token->can_see_people ? store::People::shown : store::People::hidden;
}

/// The same for lists. The archive has the key's own jobs under their project's id; under "-" only
/// those for which it was never known.
inline std::optional<store::BoardQuery::Scope> scope_of(const Holder* token,
                                                        const OwnIds& own_ids) {
  if (token == nullptr) return std::nullopt;
  store::BoardQuery::Scope scope{.projects = token->projects, .services = token->services};
  if (std::ranges::find(token->projects, "-") != token->projects.end()) {
    for (std::string& id : own_ids.all()) {
      scope.projects.push_back(std::move(id));
    }
  }
  return scope;
}

}  // namespace jobtree::gateway
