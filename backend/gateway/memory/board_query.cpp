#include "gateway/memory/board_query.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "base/utc.h"
#include "gateway/query_string.h"

namespace jobtree::gateway {
namespace {

using store::BoardQuery;
using store::Status;

constexpr std::size_t kLongestText = 200;
constexpr std::size_t kLongestCursor = 1024;
constexpr std::size_t kMostEvents = 1000;
constexpr std::size_t kLongestJob = 1000;  // of three ids, and where it is
constexpr std::uint32_t kMostParts = 1'000'000;

/// How a parameter is read: false where its value cannot be.
template <class Query>
struct Rule {
  std::string_view name;
  bool (*read)(std::string_view value, Query& query);
  std::string_view expected;  ///< for who wrote another
};

template <class Query>
std::variant<Query, WrongParameter> query_by(std::span<const Rule<Query>> rules,
                                             std::string_view text) {
  Query query;
  std::vector<std::string_view> seen;
  for (const Parameter& parameter : parameters_of(text)) {
    const auto rule =
        std::ranges::find_if(rules, [&](const auto& it) { return it.name == parameter.name; });
    if (rule == rules.end()) {
      std::string names;
      for (const auto& known : rules) {
        names.append(names.empty() ? "" : ", ").append(known.name);
      }
      return WrongParameter{"There is a parameter that is not known here; known are: " + names +
                            "."};
    }
    const std::string name(rule->name);
    if (std::ranges::find(seen, rule->name) != seen.end()) {
      return WrongParameter{"\"" + name + "\" is given more than once."};
    }
    seen.push_back(rule->name);
    // As a form sends a field that is empty.
    if (parameter.value.empty()) continue;
    if (!rule->read(parameter.value, query)) {
      return WrongParameter{"\"" + name + "\" must be " + std::string(rule->expected) + "."};
    }
  }
  return query;
}

template <class Number>
bool read_number(std::string_view text, Number least, Number most, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number >= least &&
         number <= most;
}

// Of a member of a query: readers of one kind of value each.

template <auto kMember, class Query>
bool read_word(std::string_view text, Query& query) {
  query.*kMember = text;
  return is_word(text);
}

template <auto kMember, class Query>
bool read_text(std::string_view text, Query& query) {
  query.*kMember = text;
  return is_short_text(text, kLongestText);
}

template <auto kMember, class Query>
bool read_time(std::string_view text, Query& query) {
  const auto time = parse_iso_time(text);
  if (!time) return false;
  query.*kMember = std::chrono::time_point_cast<store::Time::duration>(*time);
  return true;
}

std::optional<BoardQuery::State> state_named(std::string_view word) {
  if (word == "unfinished") return BoardQuery::State::unfinished;
  if (word == "ended") return BoardQuery::State::ended;
  if (word == "lost") return BoardQuery::State::lost;
  return std::nullopt;
}

bool read_group(std::string_view word, BoardQuery& query) {
  using Group = BoardQuery::Group;
  if (word == "service") query.group = Group::service;
  if (word == "person") query.group = Group::person;
  if (word == "resource") query.group = Group::resource;
  return query.group.has_value();
}

/// Statuses, of which each is let in; or one of the three words that say more than one.
bool read_status(std::string_view text, BoardQuery& query) {
  if (const auto state = state_named(text)) {
    query.state = *state;
    return true;
  }
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(','));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    const auto status = store::status_named(word);
    if (!status) return false;
    if (std::ranges::find(query.statuses, *status) == query.statuses.end()) {
      query.statuses.push_back(*status);
    }
  }
  return !query.statuses.empty();
}

template <class Query>
bool read_cursor(std::string_view text, Query& query) {
  query.cursor = text;
  return text.size() <= kLongestCursor &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

constexpr std::string_view kWord = "at most 64 letters, digits, \"-\", \"_\" and \".\"";
constexpr std::string_view kText = "at most 200 bytes of text";
constexpr std::string_view kTime = "a time such as 2026-11-29T12:00:00Z";
constexpr std::string_view kCursor = "the \"next\" of a response";

constexpr Rule<BoardQuery> kBoard[] = {
    {"status", read_status,
     "a list of waiting, running, succeeded, failed, cancelled, skipped and unknown, or only one "
     "of "
     "unfinished, ended and lost"},
    {"service", read_word<&BoardQuery::service>, kWord},
    {"region", read_word<&BoardQuery::region>, kWord},
    {"project", read_word<&BoardQuery::project>, kWord},
    {"type", read_text<&BoardQuery::type>, kText},
    {"q", read_text<&BoardQuery::text>, kText},
    {"person", read_text<&BoardQuery::person>, kText},
    {"resource", read_text<&BoardQuery::resource>, kText},
    {"group", read_group, "service, person or resource"},
    {"label", read_text<&BoardQuery::label>, kText},
    {"since", read_time<&BoardQuery::since>, kTime},
    {"until", read_time<&BoardQuery::until>, kTime},
    {"ended_since", read_time<&BoardQuery::ended_since>, kTime},
    {"followed",
     [](std::string_view text, BoardQuery& query) {
       query.only_followed = text == "1";
       return text == "1" || text == "0";
     },
     "0 or 1"},
    {"sort",
     [](std::string_view text, BoardQuery& query) {
       const bool by_begin = text == "begun";
       query.order = by_begin ? BoardQuery::Order::begun : BoardQuery::Order::changed;
       return by_begin || text == "changed";
     },
     "changed or begun"},
    {"limit",
     [](std::string_view text, BoardQuery& query) {
       return read_number(text, std::size_t{1}, store::kMostOnPage, query.limit);
     },
     "a number from 1 to 500"},
    {"cursor", read_cursor<BoardQuery>, kCursor},
};

constexpr Rule<EventsQuery> kEvents[] = {
    {"cursor", read_cursor<EventsQuery>, kCursor},
    {"limit",
     [](std::string_view text, EventsQuery& query) {
       return read_number(text, std::size_t{1}, kMostEvents, query.limit);
     },
     "a number from 1 to 1000"},
    {"order",
     [](std::string_view text, EventsQuery& query) {
       query.newest_first = text == "desc";
       return text == "asc" || text == "desc";
     },
     "asc or desc"},
};

constexpr Rule<StatsQuery> kStats[] = {
    {"service",
     [](std::string_view text, StatsQuery& query) {
       query.service = text;
       return is_word(text);
     },
     kWord},
    {"type",
     [](std::string_view text, StatsQuery& query) {
       query.type = text;
       return is_short_text(text, kLongestText);
     },
     kText},
    {"parts",
     [](std::string_view text, StatsQuery& query) {
       return read_number(text, std::uint32_t{0}, kMostParts, query.parts);
     },
     "a number from 0 to 1000000"},
};

template <std::size_t kIndex>
bool read_job(std::string_view text, CompareQuery& query) {
  query.jobs[kIndex] = text;
  return is_short_text(text, kLongestJob);
}

constexpr std::string_view kJob = "a job as REGION/SERVICE/PROJECT_ID/JOB_ID";

constexpr Rule<CompareQuery> kCompare[] = {
    {"a", read_job<0>, kJob},
    {"b", read_job<1>, kJob},
};

using store::FailureQuery;

constexpr Rule<FailureQuery> kFailures[] = {
    {"service", read_word<&FailureQuery::service>, kWord},
    {"region", read_word<&FailureQuery::region>, kWord},
    {"project", read_word<&FailureQuery::project>, kWord},
    {"state",
     [](std::string_view text, FailureQuery& query) {
       using State = FailureQuery::State;
       constexpr std::pair<std::string_view, State> kStates[] = {{"new", State::fresh},
                                                                 {"back", State::back},
                                                                 {"muted", State::muted},
                                                                 {"all", State::any}};
       const auto* const found =
           std::ranges::find(kStates, text, &std::pair<std::string_view, State>::first);
       if (found == std::end(kStates)) return false;
       query.state = found->second;
       return true;
     },
     "new, back, muted or all"},
    {"q", read_text<&FailureQuery::text>, kText},
    {"since", read_time<&FailureQuery::since>, kTime},
    {"limit",
     [](std::string_view text, FailureQuery& query) {
       return read_number(text, std::size_t{1}, store::kMostFailuresOnPage, query.limit);
     },
     "a number from 1 to 100"},
    {"cursor", read_cursor<FailureQuery>, kCursor},
};

}  // namespace

bool is_word(std::string_view text) {
  return text.size() <= 64 && std::ranges::all_of(text, [](char c) {
           return is_alnum(c) || c == '-' || c == '_' || c == '.';
         });
}

std::variant<FailureQuery, WrongParameter> failure_query_of(std::string_view query) {
  return query_by<FailureQuery>(kFailures, query);
}

std::variant<BoardQuery, WrongParameter> board_query_of(std::string_view query) {
  return query_by<BoardQuery>(kBoard, query);
}

std::variant<BoardQuery, WrongParameter> page_query_of(std::string_view board,
                                                       std::string_view query) {
  std::string text(board);
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(parameter.size() + 1, query.size()));
    const std::string_view name = parameter.substr(0, parameter.find('='));
    if (name == "cursor" || name == "limit") text.append("&").append(parameter);
  }
  return board_query_of(text);
}

std::variant<EventsQuery, WrongParameter> events_query_of(std::string_view query) {
  return query_by<EventsQuery>(kEvents, query);
}

std::variant<StatsQuery, WrongParameter> stats_query_of(std::string_view query) {
  auto found = query_by<StatsQuery>(kStats, query);
  if (const auto* const stats = std::get_if<StatsQuery>(&found); stats && stats->service.empty()) {
    return WrongParameter{"\"service\" is missing."};
  }
  return found;
}

std::variant<CompareQuery, WrongParameter> compare_query_of(std::string_view query) {
  auto found = query_by<CompareQuery>(kCompare, query);
  if (const auto* const compare = std::get_if<CompareQuery>(&found)) {
    if (compare->jobs[0].empty()) return WrongParameter{"\"a\" is missing."};
    if (compare->jobs[1].empty()) return WrongParameter{"\"b\" is missing."};
  }
  return found;
}

bool is_short_text(std::string_view text, std::size_t longest) {
  return text.size() <= longest && std::ranges::all_of(text, [](char c) {
           return static_cast<unsigned char>(c) >= ' ' && c != '\x7f';
         });
}

std::string text_of(const BoardQuery& query) {
  std::string text;
  const auto add = [&text](std::string_view part) {
    text.append(std::to_string(part.size())).append(":").append(part).append(";");
  };
  const auto add_time = [&add](const std::optional<store::Time>& time) {
    add(time ? std::to_string(time->time_since_epoch().count()) : "");
  };
  add(std::to_string(static_cast<int>(query.state)));
  for (const Status status : query.statuses)
    text.append(store::name_of(status)).append(",");
  for (const std::string* part :
       {&query.region, &query.service, &query.project, &query.type, &query.label, &query.text,
        &query.person, &query.resource, &query.cursor}) {
    add(*part);
  }
  add_time(query.since);
  add_time(query.until);
  add_time(query.ended_since);
  add(query.only_followed ? "followed" : "");
  add(query.may_see_people ? "people" : "");
  add(query.group ? std::to_string(static_cast<int>(*query.group)) : "");
  add(std::to_string(static_cast<int>(query.order)));
  add(std::to_string(query.limit));
  if (!query.scope) return text;
  text += "scope;";
  for (const auto* const list : {&query.scope->projects, &query.scope->services}) {
    for (const std::string& part : *list)
      add(part);
    text += "|";
  }
  return text;
}

}  // namespace jobtree::gateway
