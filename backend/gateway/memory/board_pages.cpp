#include "gateway/memory/board_pages.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "gateway/memory/board_query.h"
#include "gateway/memory/responses.h"
#include "store/record_json.h"

namespace jobtree::gateway {
namespace {

using Json = nlohmann::ordered_json;

// Less than the second after which those who wait look again, so that none of their looks is lost.
constexpr std::chrono::milliseconds kPace{900};
constexpr std::chrono::milliseconds kLookAgain{20};
constexpr std::chrono::seconds kLookEvery{10};  // at the jobs of a page
constexpr std::size_t kMostPages = 256;

BoardPages::Content content_of(const store::BoardQuery& query, const store::BoardPage& page,
                               const store::ArchiveState& state, Language language) {
  const auto people = query.may_see_people ? store::People::shown : store::People::hidden;
  Json body{{"jobs", Json::array()},
            {"next", page.next.empty() ? Json() : Json(page.next)},
            {"memory", memory_json(state, language)}};
  auto content = std::make_shared<BoardContent>();
  for (const store::JobRecord& job : page.jobs) {
    body["jobs"].push_back(store::json_of(job, people));
    const bool may_change = !job.is_final && !job.forgotten_at && job.finding.is_queryable;
    if (may_change) content->unfinished.push_back(job.address);
  }
  if (query.group) {
    body["groups"] = Json::array();
    for (const store::JobGroup& group : page.groups)
      body["groups"].push_back(store::json_of(group));
  }
  content->json = store::text_of(body);
  for (Json& job : body["jobs"]) {
    job.erase("last_seen");
  }
  content->etag = "W/" + etag_of(store::text_of(body));
  return content;
}

}  // namespace

std::string BoardPages::key_of(const store::BoardQuery& query, Language language) {
  return text_of(query) + (language == Language::zh ? "zh" : "en");
}

BoardPages::Content BoardPages::known(const Look& look, Time now) {
  const std::uint64_t revision = archive_.revision();
  const auto state = archive_.state().kind;
  const Lock lock(mutex_);
  const auto found = pages_.find(look.key);
  if (found == pages_.end()) return nullptr;
  const Page& page = found->second;
  const bool is_current = page.revision == revision && page.state == state;
  const bool is_good_enough = look.may_lag && (page.is_being_read || now < page.read_at + kPace);
  return is_current || is_good_enough ? page.content : nullptr;
}

std::variant<BoardPages::Content, BoardPages::Time, Failure> BoardPages::get(const Look& look,
                                                                             Time now) {
  if (Content content = known(look, now)) return content;
  // Looked at before the query, so that what changes meanwhile is a change.
  const std::uint64_t revision = archive_.revision();
  const auto state = archive_.state().kind;
  {
    const Lock lock(mutex_);
    make_room(now);
    Page& page = pages_[look.key];
    if (page.is_being_read) return now + kLookAgain;
    page.is_being_read = true;
  }
  auto came = read(look);
  const Lock lock(mutex_);
  Page& page = pages_[look.key];
  page.is_being_read = false;
  page.read_at = now;
  if (const auto* const content = std::get_if<Content>(&came)) {
    page.revision = revision;
    page.state = state;
    page.content = *content;
  }
  return came;
}

bool BoardPages::is_being_read(const Look& look) {
  const Lock lock(mutex_);
  const auto found = pages_.find(look.key);
  return found != pages_.end() && found->second.is_being_read;
}

bool BoardPages::is_look_due(const Look& look, Time now) {
  const Lock lock(mutex_);
  const auto found = pages_.find(look.key);
  if (found == pages_.end() || now < found->second.next_look) return false;
  found->second.next_look = now + kLookEvery;
  return true;
}

std::variant<BoardPages::Content, BoardPages::Time, Failure> BoardPages::read(const Look& look) {
  try {
    const auto page = archive_.board(look.query);
    if (!page) return page.failure();
    return content_of(look.query, page.value(), archive_.state(), look.language);
  } catch (const std::exception& exception) {
    return Failure::unavailable(Bilingual(exception.what(), exception.what()));
  }
}

void BoardPages::make_room(Time now) {
  if (pages_.size() < kMostPages) return;
  std::erase_if(pages_, [now](const auto& entry) {
    return !entry.second.is_being_read && now >= entry.second.read_at + kPace;
  });
}

}  // namespace jobtree::gateway
