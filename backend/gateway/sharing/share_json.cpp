#include "gateway/sharing/share_json.h"

#include "store/record_json.h"

namespace jobtree::gateway {
namespace {

using Json = nlohmann::ordered_json;

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts)
    text.append(part);
  return text;
}

std::string_view kind_of(const store::Share& share) {
  return share.thing.job ? "job" : "board";
}

/// The member that says what it shows, under the name of its kind.
void put_thing(const store::SharedThing& thing, Json& json) {
  if (!thing.job) {
    json["board"] = thing.board;
    return;
  }
  json["job"] = {{"region", thing.job->region()},
                 {"service", thing.job->service()},
                 {"project_id", thing.job->project_id()},
                 {"job_id", thing.job->job_id()}};
}

Json time_json(const std::optional<store::Time>& time) {
  return time ? Json(store::text_of(*time)) : Json();
}

}  // namespace

std::string page_address(std::string_view public_url, std::string_view token) {
  return joined({public_url, "/s/", token});
}

std::string badge_address(std::string_view public_url, std::string_view token,
                          std::string_view ending) {
  return joined({public_url, "/badge/", token, ending});
}

std::string feed_address(std::string_view public_url, std::string_view token,
                         std::string_view ending) {
  return joined({public_url, "/feed/", token, ending});
}

Json created_json(const store::Share& share, std::string_view token, std::string_view public_url) {
  return {{"id", share.id},
          {"token", token},
          {"label", store::text_or_null(share.label)},
          {"kind", kind_of(share)},
          {"expires_at", store::text_of(share.expires_at)},
          {"public", share.is_public},
          {"links",
           {{"page", page_address(public_url, token)},
            {"badge", badge_address(public_url, token, ".svg")},
            {"shields", badge_address(public_url, token, ".json")},
            {"atom", feed_address(public_url, token, ".atom")},
            {"json_feed", feed_address(public_url, token, ".json")}}}};
}

Json listed_json(const store::Share& share, store::Time now) {
  Json json{{"id", share.id}, {"kind", kind_of(share)}};
  put_thing(share.thing, json);
  json["label"] = store::text_or_null(share.label);
  json["public"] = share.is_public;
  json["created_by"] = store::text_or_null(share.created_by);
  json["created_at"] = store::text_of(share.created_at);
  json["expires_at"] = store::text_of(share.expires_at);
  json["last_used_at"] = time_json(share.last_used_at);
  json["state"] = share.revoked_at ? "revoked" : share.is_live(now) ? "live" : "expired";
  return json;
}

Json shown_json(const store::Share& share) {
  Json json{{"kind", kind_of(share)}};
  put_thing(share.thing, json);
  json["label"] = store::text_or_null(share.label);
  json["expires_at"] = store::text_of(share.expires_at);
  return json;
}

}  // namespace jobtree::gateway
