// A message to a robot, as the vendors' files get it, for their tests.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "simulator/vendors/receipt.h"
#include "unit/catch.h"

namespace jobtree::simulator {

/// The moment of the vectors.
inline constexpr WallTime kNow{std::chrono::seconds(1599360473)};

using Headers = std::vector<std::pair<std::string, std::string>>;
using Receive = Receipt (*)(const Incoming&);

struct Posted {
  std::string body;
  std::string target = "/";
  Headers headers = {{"Content-Type", "application/json; charset=utf-8"}};
  WallTime now = kNow;
  std::optional<Excess> excess = {};
};

inline Receipt post(Receive receive, const Robot& robot, const Posted& posted) {
  const Request request{
      .method = "POST", .target = posted.target, .headers = posted.headers, .body = posted.body};
  return receive({.request = request, .robot = &robot, .now = posted.now, .excess = posted.excess});
}

/// What a vendor says to a robot that nobody has made.
inline Receipt post_to_nobody(Receive receive) {
  const Request request{.method = "POST", .target = "/", .headers = {}, .body = "{}"};
  return receive({.request = request, .now = kNow});
}

/// A list of JSON. Braces around one value are a list to one compiler and the value to another.
template <class... Items>
nlohmann::json listed(const Items&... items) {
  nlohmann::json list = nlohmann::json::array();
  (list.push_back(nlohmann::json(items)), ...);
  return list;
}

/// `count` times `text`.
inline std::string repeated(std::string_view text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i)
    all += text;
  return all;
}

}  // namespace jobtree::simulator
