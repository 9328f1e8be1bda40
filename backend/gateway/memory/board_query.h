// The parameters of the board, of events, of statistics, of comparisons and of failures: judged,
// and bounded.
//
// Knows: which parameters there are, what each may say. Must not know: HTTP, tokens, what an
// archive makes of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "store/failures.h"
#include "store/records.h"

namespace jobtree::gateway {

/// What is wrong with a query, in a sentence that names the parameter and quotes no value.
struct WrongParameter {
  std::string detail;
};

std::variant<store::BoardQuery, WrongParameter> board_query_of(std::string_view query);

/// The same of a board that is given, of which `query` says no more than which page.
std::variant<store::BoardQuery, WrongParameter> page_query_of(std::string_view board,
                                                              std::string_view query);

struct EventsQuery {
  std::string cursor;  ///< "" for the first page
  std::size_t limit = 200;
  bool newest_first = false;
};
std::variant<EventsQuery, WrongParameter> events_query_of(std::string_view query);

struct StatsQuery {
  std::string service, type;
  std::uint32_t parts = 1;
};
std::variant<StatsQuery, WrongParameter> stats_query_of(std::string_view query);

/// Two jobs, as "region/service/project/job".
struct CompareQuery {
  std::array<std::string, 2> jobs;
};
std::variant<CompareQuery, WrongParameter> compare_query_of(std::string_view query);

std::variant<store::FailureQuery, WrongParameter> failure_query_of(std::string_view query);

/// Whether a text can be what people call a job, or part of one: without control characters, and no
/// longer than this.
bool is_short_text(std::string_view text, std::size_t longest);
/// As names of services and regions are written, and ids.
bool is_word(std::string_view text);

/// Two queries of one text see the same: for who keeps what came of one.
std::string text_of(const store::BoardQuery& query);

}  // namespace jobtree::gateway
