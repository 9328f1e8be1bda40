#include "explain/explain.h"

#include "explain/code_ranges.h"
#include "explain/error_codes.h"
#include "explain/failure_text.h"

namespace jobtree::explain {

std::optional<Explanation> explain_code(std::string_view code) {
  if (const auto found = find_code(code)) return found;
  return explain_by_range(code);
}

std::optional<Explanation> explain_failure(std::string_view code, std::string_view text) {
  auto own = find_code(code);
  if (!own) own = find_code_in(code);  // "CreateTask-fail:Ecs.0319"
  const auto inner = find_code_in(text);
  for (const auto& found : {inner, own}) {
    if (found && !found->is_wrapper) return found;
  }
  if (const auto cause = find_cause_in(text)) return cause;
  if (own) return own;
  return inner ? inner : explain_by_range(code);
}

}  // namespace jobtree::explain
