#include "gateway/channels/channels_route.h"

#include <chrono>
#include <memory>
#include <utility>

#include "gateway/memory/write_right.h"

namespace jobtree::gateway {
namespace {

// Who is told of what is not for everybody who may see one project's jobs.
constexpr RefusedWrite kRefused{
    .to_token =
        "This token cannot see or test notification channels; an administrator can create one with "
        "\"jobtree token NAME --follow\".",
    .to_visitor =
        "Without access tokens only viewers on the server's own machine can see or test "
        "notification channels."};

}  // namespace

struct ChannelsRoute::Wish {
  std::string channel;
  Language language;
  std::string viewer;
  std::string token;
};

std::optional<RouteResponse> ChannelsRoute::list(RoutedRequest& request) {
  if (!channels_.json) return refusal(problems::kNotFound);
  if (auto refused = refused_writer(request, kRefused, log_)) return refused;
  return json_response(
      200, channels_.json(preferred_language(request.exchange.header("Accept-Language"))));
}

std::optional<RouteResponse> ChannelsRoute::test(RoutedRequest& request) {
  if (!channels_.test) return refusal(problems::kNotFound);
  if (auto refused = refused_writer(request, kRefused, log_)) return refused;
  const auto wish = std::make_shared<const Wish>(
      Wish{std::string(request.captures["name"]),
           preferred_language(request.exchange.header("Accept-Language")), request.facts.viewer,
           request.token ? request.token->name : ""});
  request.make_later = [this, wish] { return carry_out(*wish); };
  return std::nullopt;
}

Later ChannelsRoute::carry_out(const Wish& wish) {
  return tests_.run([&]() -> Later {
    ChannelTrial trial = channels_.test(wish.channel, wish.language);
    switch (trial.kind) {
      case ChannelTrial::Kind::unknown:
        return refusal(problems::kNotFound, "There is no channel of this name.");
      case ChannelTrial::Kind::paced: {
        RouteResponse refused =
            refusal(problems::kThrottled, "As much is sent through this channel as it can take.");
        const auto wait = std::chrono::ceil<std::chrono::seconds>(trial.wait);
        refused.response.set_header("Retry-After", std::to_string(wait.count()));
        return refused;
      }
      case ChannelTrial::Kind::done:
        break;
    }
    RouteResponse made = json_response(200, trial.json);
    Decision decision;
    decision.request_id = made.request_id;
    decision.viewer = wish.viewer;
    decision.token = wish.token;
    decision.outcome = "channel_tested";
    log_.audit_write(decision);
    return made;
  });
}

}  // namespace jobtree::gateway
