#include "gateway/sharing/share_order.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "gateway/memory/follow_order.h"
#include "gateway/query_string.h"

namespace jobtree::gateway {
namespace {

using ShareJson = nlohmann::json;

constexpr std::array<std::string_view, 5> kShareMembers{"job", "board", "label", "expires_in",
                                                        "public"};
constexpr std::array<const char*, 4> kSharedAddress{"region", "service", "project_id", "job_id"};
constexpr std::size_t kLongestShareLabel = 200;
constexpr std::size_t kLongestBoard = 2000;
/// Pages and groups are the viewer's; of people a link shows nothing, and is not to find any.
constexpr std::array<std::string_view, 4> kNotShared{"cursor", "limit", "group", "person"};

WrongParameter wrong_order(std::string_view detail) {
  return {std::string(detail)};
}

std::variant<store::SharedThing, WrongParameter> shared_job_of(const ShareJson& job) {
  if (!job.is_object() || job.size() != kSharedAddress.size() ||
      !std::ranges::all_of(kSharedAddress, [&job](const char* name) {
        const ShareJson* const part = member(job, name);
        return part != nullptr && part->is_string();
      })) {
    return wrong_order(
        "\"job\" must be an object with the texts region, service, project_id and job_id.");
  }
  return store::SharedThing{
      .job = cloud::JobAddress(job["region"], job["service"], job["project_id"], job["job_id"])};
}

std::variant<store::SharedThing, WrongParameter> shared_board_of(const ShareJson& board) {
  if (!board.is_string()) return wrong_order("\"board\" must be the text of a query.");
  std::string query = board.get<std::string>();
  if (query.starts_with('?')) query.erase(0, 1);
  if (!is_short_text(query, kLongestBoard)) {
    return wrong_order("\"board\" must be at most 2000 bytes of text.");
  }
  for (const Parameter& parameter : parameters_of(query)) {
    if (std::ranges::find(kNotShared, parameter.name) != kNotShared.end()) {
      return wrong_order("\"board\" cannot have cursor, limit, group or person.");
    }
  }
  auto read = board_query_of(query);
  if (auto* const bad = std::get_if<WrongParameter>(&read)) {
    return wrong_order("\"board\": " + bad->detail);
  }
  return store::SharedThing{.job = std::nullopt, .board = std::move(query)};
}

std::variant<store::SharedThing, WrongParameter> shared_thing_of(const ShareJson& order) {
  const ShareJson* const job = member(order, "job");
  const ShareJson* const board = member(order, "board");
  if ((job == nullptr) == (board == nullptr)) {
    return wrong_order("There must be either \"job\" or \"board\".");
  }
  return job != nullptr ? shared_job_of(*job) : shared_board_of(*board);
}

/// The rest; what is wrong with it.
std::optional<WrongParameter> read_marks(const ShareJson& order, store::NewShare& share) {
  if (const ShareJson* const label = member(order, "label")) {
    if (!label->is_string() ||
        !is_short_text(label->get_ref<const std::string&>(), kLongestShareLabel)) {
      return wrong_order("\"label\" must be at most 200 bytes of text.");
    }
    share.label = label->get<std::string>();
  }
  if (const ShareJson* const lasts = member(order, "expires_in")) {
    const bool is_span = lasts->is_number_unsigned() &&
                         lasts->get<std::uint64_t>() >= std::uint64_t(kShortestShare.count()) &&
                         lasts->get<std::uint64_t>() <= std::uint64_t(kLongestShare.count());
    if (!is_span) {
      return wrong_order(
          "\"expires_in\" must be a number of seconds, from 60 to 31622400 (366 days).");
    }
    share.lasts = std::chrono::seconds(lasts->get<std::int64_t>());
  }
  const ShareJson* const is_public = member(order, "public");
  if (is_public != nullptr && !is_public->is_boolean()) {
    return wrong_order("\"public\" must be true or false.");
  }
  share.is_public = is_public != nullptr && is_public->get<bool>();
  return std::nullopt;
}

}  // namespace

std::variant<store::NewShare, WrongParameter> share_order_of(std::string_view body) {
  const ShareJson order = ShareJson::parse(body, nullptr, false);
  if (!order.is_object()) return wrong_order("The body must be a JSON object.");
  for (const auto& [name, value] : order.items()) {
    if (std::ranges::find(kShareMembers, name) == kShareMembers.end()) {
      return wrong_order(
          "There is a member that is not known here; known are: job, board, label, expires_in, "
          "public.");
    }
  }
  auto thing = shared_thing_of(order);
  if (auto* const bad = std::get_if<WrongParameter>(&thing)) return std::move(*bad);
  store::NewShare share;
  share.thing = std::move(std::get<store::SharedThing>(thing));
  share.lasts = kShareLasts;
  if (auto bad = read_marks(order, share)) return std::move(*bad);
  return share;
}

}  // namespace jobtree::gateway
