#include "gateway/memory/follow_order.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

namespace jobtree::gateway {
namespace {

using OrderJson = nlohmann::json;

constexpr std::array<const char*, 4> kAddress{"region", "service", "project_id", "job_id"};
constexpr std::array<std::string_view, 3> kMarks{"label", "links", "follow"};
constexpr std::size_t kLongestLabel = 200;
constexpr std::size_t kLongestLink = 2048;
constexpr std::size_t kMostLinks = 10;

bool is_link(const OrderJson& link) {
  if (!link.is_string()) return false;
  const auto& text = link.get_ref<const std::string&>();
  return text.starts_with("https://") && is_short_text(text, kLongestLink) &&
         text.find(' ') == std::string::npos;
}

std::optional<std::string> wrong_name(const OrderJson& order) {
  for (const auto& [name, value] : order.items()) {
    if (std::ranges::find(kAddress, name) == kAddress.end() &&
        std::ranges::find(kMarks, name) == kMarks.end()) {
      return "There is a member that is not known here; known are: region, service, project_id, "
             "job_id, label, links, follow.";
    }
  }
  for (const char* const name : kAddress) {
    const OrderJson* const value = member(order, name);
    if (value == nullptr || !value->is_string()) {
      return "\"" + std::string(name) + "\" must be text.";
    }
  }
  return std::nullopt;
}

}  // namespace

const OrderJson* member(const OrderJson& order, std::string_view name) {
  const auto found = order.find(name);
  return found == order.end() || found->is_null() ? nullptr : &*found;
}

std::variant<store::Marking, WrongParameter> follow_order_of(std::string_view body) {
  const OrderJson order = OrderJson::parse(body, nullptr, false);
  if (!order.is_object()) return WrongParameter{"The body must be a JSON object."};
  if (auto wrong = wrong_name(order)) return WrongParameter{std::move(*wrong)};
  store::Marking marking{
      .address = {order["region"], order["service"], order["project_id"], order["job_id"]}};
  if (const OrderJson* const label = member(order, "label")) {
    if (!label->is_string() ||
        !is_short_text(label->get_ref<const std::string&>(), kLongestLabel)) {
      return WrongParameter{"\"label\" must be at most 200 bytes of text."};
    }
    marking.label = label->get<std::string>();
  }
  if (const OrderJson* const links = member(order, "links")) {
    if (!links->is_array() || links->size() > kMostLinks || !std::ranges::all_of(*links, is_link)) {
      return WrongParameter{"\"links\" must be at most 10 addresses that begin with https://."};
    }
    marking.links = links->get<std::vector<std::string>>();
  }
  const OrderJson* const follow = member(order, "follow");
  if (follow != nullptr && !follow->is_boolean()) {
    return WrongParameter{"\"follow\" must be true or false."};
  }
  marking.follow = follow == nullptr || follow->get<bool>();
  return marking;
}

}  // namespace jobtree::gateway
