#include "cloud/where/lists.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <span>

#include "base/ascii.h"
#include "base/embed.h"
#include "base/protocol/percent.h"
#include "cloud/ids.h"

namespace jobtree::cloud {

std::span<const Embedded> catalogue_file();  // made by jobtree_embed

namespace {

using Json = nlohmann::json;

constexpr std::size_t kLongestMarker = 512;
constexpr std::size_t kLastOffset = 1'000'000;  // no list is as long; a number of any service

/// `direction`: away from the window, for who leaves out its ends.
std::optional<std::string> written(UtcTime time, std::string_view form, int direction) {
  using std::chrono::milliseconds;
  const auto since_1970 = std::chrono::floor<milliseconds>(time.time_since_epoch()).count();
  if (form == "ms") return std::to_string(since_1970);
  if (form == "ms_excluded") return std::to_string(since_1970 + direction);
  std::string text = iso_time(time);
  if (form == "z") return text;
  text.pop_back();
  if (form == "zone") return text + "+0000";
  if (form != "digits") return std::nullopt;
  std::erase_if(text, [](char c) { return !is_digit(c); });
  return text;
}

/// What stands for a parameter's value; "" for one that is left out, nothing when it cannot be.
std::optional<std::string> filled(const List& list, std::string_view value,
                                  const ListWindow& window, const ListPlace& place) {
  if (!value.starts_with('{')) return std::string(value);
  if (value == "{limit}") return std::to_string(list.limit);
  if (value == "{offset}") return std::to_string(place.offset);
  if (value == "{marker}") return place.marker;
  constexpr std::string_view kFrom = "{from:";
  constexpr std::string_view kTo = "{to:";
  value.remove_suffix(1);
  if (value.starts_with(kFrom)) return written(window.from, value.substr(kFrom.size()), -1);
  if (value.starts_with(kTo)) return written(window.to, value.substr(kTo.size()), 1);
  return std::nullopt;
}

bool has_parameter(const List& list, std::string_view begin) {
  return std::ranges::any_of(
      list.parameters, [&](const auto& parameter) { return parameter.second.starts_with(begin); });
}

}  // namespace

bool List::has_window() const {
  return has_parameter(*this, "{from:");
}

// Throws when the file is not as it should be, which the unit tests see before any user does.
std::vector<List> known_lists() {
  const Json json = Json::parse(catalogue_file().front().bytes);
  std::vector<List> lists;
  for (const Json& entry : json.at("lists")) {
    List list;
    entry.at("name").get_to(list.name);
    entry.at("service").get_to(list.service);
    entry.at("path").get_to(list.path);
    for (const auto& [name, value] : entry.at("parameters").items()) {
      list.parameters.emplace_back(name, value.get<std::string>());
    }
    entry.at("limit").get_to(list.limit);
    entry.at("permission").get_to(list.permission);
    list.identity_permission = entry.value("identity_permission", "");
    lists.push_back(std::move(list));
  }
  return lists;
}

std::optional<Target> target_of(const List& list, std::string_view project_id,
                                const ListWindow& window, const ListPlace& place) {
  if (!is_project_id(project_id) || window.to < window.from) return std::nullopt;
  const bool has_offset = has_parameter(list, "{offset}");
  const bool has_marker = has_parameter(list, "{marker}");
  const bool is_place = (has_offset || place.offset == 0) && place.offset <= kLastOffset &&
                        (has_marker || place.marker.empty()) &&
                        place.marker.size() <= kLongestMarker &&
                        std::ranges::all_of(place.marker, is_graphic);
  if (!is_place) return std::nullopt;
  Target target = PathPattern(list.path).fill(project_id, "");
  for (const auto& [name, value] : list.parameters) {
    const auto text = filled(list, value, window, place);
    if (!text) return std::nullopt;
    if (text->empty()) continue;
    if (!target.query.empty()) target.query += '&';
    target.query.append(name).append("=").append(percent_encoded(*text));
  }
  return target;
}

}  // namespace jobtree::cloud
