#include "explain/explanation_json.h"

#include "base/ascii.h"

namespace jobtree::explain {
namespace {

nlohmann::ordered_json json_of(const Words& words) {
  return {{"en", words.en}, {"zh", words.zh}};
}

}  // namespace

nlohmann::ordered_json json_of(const Explanation& explanation, std::string_view looked_up) {
  const bool is_known = explanation.basis == Basis::code;
  return {{"code", is_known ? explanation.code : trimmed(looked_up, kWhitespace)},
          {"known", is_known},
          {"meaning", json_of(explanation.meaning)},
          {"remedy", json_of(explanation.remedy)}};
}

}  // namespace jobtree::explain
