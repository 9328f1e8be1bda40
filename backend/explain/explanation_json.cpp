#include "explain/explanation_json.h"

#include "base/ascii.h"
#include "explain/code_text.h"

namespace jobtree::explain {
namespace {

nlohmann::ordered_json json_of(const Words& words) {
  return {{"en", words.en}, {"zh", words.zh}};
}

}  // namespace

nlohmann::ordered_json json_of(const Explanation& explanation, std::string_view looked_up) {
  const bool is_known = explanation.basis == Basis::code;
  const std::string_view code = is_known ? explanation.code : trimmed(looked_up, kWhitespace);
  using Json = nlohmann::ordered_json;
  return {{"code", is_code(code) ? Json(code) : Json()},
          {"known", is_known},
          {"meaning", json_of(explanation.meaning)},
          {"remedy", json_of(explanation.remedy)}};
}

}  // namespace jobtree::explain
