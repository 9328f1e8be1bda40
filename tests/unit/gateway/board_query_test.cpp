#include "gateway/memory/board_query.h"

#include <string>
#include <variant>
#include <vector>

#include "gateway/memory/follow_order.h"
#include "unit/catch.h"

namespace board_query_test {

using jobtree::gateway::board_query_of;
using jobtree::gateway::events_query_of;
using jobtree::gateway::EventsQuery;
using jobtree::gateway::follow_order_of;
using jobtree::gateway::stats_query_of;
using jobtree::gateway::StatsQuery;
using jobtree::gateway::text_of;
using jobtree::gateway::WrongParameter;
using jobtree::store::BoardQuery;
using jobtree::store::Marking;
using jobtree::store::Status;

namespace {

BoardQuery board(std::string_view text) {
  auto query = board_query_of(text);
  REQUIRE(std::holds_alternative<BoardQuery>(query));
  return std::get<BoardQuery>(query);
}

template <class Query>
std::string wrong(const std::variant<Query, WrongParameter>& query) {
  const auto* const it = std::get_if<WrongParameter>(&query);
  return it == nullptr ? "" : it->detail;
}

}  // namespace

TEST_CASE("Without parameters the board has the last fifty changes") {
  const BoardQuery query = board("");
  CHECK(query.limit == 50);
  CHECK(query.order == BoardQuery::Order::changed);
  CHECK(query.state == BoardQuery::State::any);
  CHECK(query.statuses.empty());
  CHECK_FALSE(query.only_followed);
}

TEST_CASE("Every parameter of the board is read, decoded") {
  const BoardQuery query = board(
      "status=failed,running,failed&service=eip&region=cn-north-4&project=-&type=create%20IP&q=a%"
      "2Bb+"
      "c&person=anna%20li&resource=web-01&group=person&label=%E5%A4%9C&since=2026-11-29T12:00:00."
      "5Z&until=2026-11-30T00%3A00%3A00Z&followed=1&"
      "sort=begun&limit=500&cursor=a.b_1~==");
  CHECK(query.statuses == std::vector{Status::failed, Status::running});
  CHECK(query.service == "eip");
  CHECK(query.region == "cn-north-4");
  CHECK(query.project == "-");
  CHECK(query.type == "create IP");
  CHECK(query.text == "a+b c");
  CHECK(query.label == "夜");
  CHECK(query.person == "anna li");
  CHECK(query.resource == "web-01");
  CHECK(query.group == BoardQuery::Group::person);
  REQUIRE(query.since);
  CHECK(query.since->time_since_epoch().count() == 1795953600500000);
  CHECK(query.until);
  CHECK(query.only_followed);
  CHECK(query.order == BoardQuery::Order::begun);
  CHECK(query.limit == 500);
  CHECK(query.cursor == "a.b_1~==");
}

TEST_CASE("Words that say more than one status stand by themselves") {
  CHECK(board("status=unfinished").state == BoardQuery::State::unfinished);
  CHECK(board("status=ended").state == BoardQuery::State::ended);
  CHECK(board("status=lost").state == BoardQuery::State::lost);
}

TEST_CASE("A field that is left empty is none") {
  CHECK(text_of(board("status=&q=&limit=&since=&&")) == text_of(board("")));
}

TEST_CASE("A parameter that cannot be is named, and not quoted") {
  const std::string long_text(201, 'a');
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"status", "canary"},   {"status", "failed,lost"},
           {"status", ","},        {"service", "canary/.."},
           {"region", "a b"},      {"project", std::string(65, 'a')},
           {"type", long_text},    {"q", long_text},
           {"q", "a%00b"},         {"label", "a%0Ab"},
           {"since", "yesterday"}, {"until", "2026-02-30T00:00:00Z"},
           {"followed", "yes"},    {"sort", "canary"},
           {"group", "canary"},    {"person", long_text},
           {"limit", "0"},         {"limit", "501"},
           {"limit", "5x"},        {"limit", "99999999999999999999999"},
           {"cursor", "a%20b"},    {"cursor", std::string(1025, 'a')},
       }) {
    INFO(name << "=" << value);
    const std::string why = wrong(board_query_of(std::string(name).append("=").append(value)));
    CHECK(why.find("\"" + name + "\"") != std::string::npos);
    CHECK(why.find("canary") == std::string::npos);
  }
  CHECK(wrong(board_query_of("canary=1")).find("known are: status, ") != std::string::npos);
  CHECK(wrong(board_query_of("limit=1&limit=2")).find("\"limit\"") != std::string::npos);
}

TEST_CASE("Two boards have one text where they show the same, and two where not") {
  BoardQuery mine = board("q=a");
  mine.scope = BoardQuery::Scope{.projects = {"-"}, .services = {}};
  BoardQuery others = mine;
  others.scope->projects = {"*"};
  const std::vector<BoardQuery> all{board(""),
                                    board("q=a"),
                                    board("type=a"),
                                    board("label=a"),
                                    board("q=a&limit=9"),
                                    board("status=lost"),
                                    board("followed=1"),
                                    board("person=a"),
                                    board("resource=a"),
                                    board("group=person"),
                                    board("group=resource"),
                                    mine,
                                    others};
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t k = 0; k < all.size(); ++k)
      CHECK((text_of(all[i]) == text_of(all[k])) == (i == k));
  }
}

TEST_CASE("Events are read in pages, in either order") {
  const auto query = std::get<EventsQuery>(events_query_of("cursor=7&limit=1000&order=desc"));
  CHECK(query.cursor == "7");
  CHECK(query.limit == 1000);
  CHECK(query.newest_first);
  CHECK_FALSE(std::get<EventsQuery>(events_query_of("order=asc")).newest_first);
  for (const char* const text : {"order=up", "limit=1001", "limit=-1", "status=failed"}) {
    INFO(text);
    CHECK_FALSE(wrong(events_query_of(text)).empty());
  }
}

TEST_CASE("Statistics are of a service") {
  const auto query = std::get<StatsQuery>(stats_query_of("service=eip&type=a%20b&parts=20"));
  CHECK(query.service == "eip");
  CHECK(query.type == "a b");
  CHECK(query.parts == 20);
  for (const char* const text : {"", "type=a", "service=", "service=eip&parts=many"}) {
    INFO(text);
    CHECK_FALSE(wrong(stats_query_of(text)).empty());
  }
}

TEST_CASE("An order names a job, and follows it unless it says otherwise") {
  const std::string job =
      R"("region":"cn-north-4","service":"dms","project_id":"-","job_id":"i/t")";
  const auto order = std::get<Marking>(follow_order_of("{" + job + "}"));
  CHECK(order.address.key() == "cn-north-4/dms/-/i/t");
  CHECK(order.follow == true);
  CHECK_FALSE(order.label);
  CHECK_FALSE(order.links);
  const auto all = std::get<Marking>(follow_order_of(
      "{" + job + R"(,"label":"夜","links":["https://ci.example/1"],"follow":false})"));
  CHECK(all.follow == false);
  CHECK(all.label == "夜");
  CHECK(all.links == std::vector<std::string>{"https://ci.example/1"});

  for (const auto& [name, member] : std::vector<std::pair<std::string, std::string>>{
           {"label", "7"},
           {"label", "\"" + std::string(201, 'a') + "\""},
           {"label", R"("a\nb")"},
           {"links", R"("https://a")"},
           {"links", R"(["http://a"])"},
           {"links", R"(["javascript:canary"])"},
           {"links", R"(["https://a b"])"},
           {"links", "[1]"},
           {"links", R"(["https://)" + std::string(2048, 'a') + "\"]"},
           {"follow", "1"},
       }) {
    INFO(member.substr(0, 80));
    const std::string why = wrong(follow_order_of(
        std::string("{").append(job).append(",\"").append(name).append("\":").append(member).append(
            "}")));
    CHECK(why.find("\"" + name + "\"") != std::string::npos);
    CHECK(why.find("canary") == std::string::npos);
  }
  for (const std::string& body :
       {std::string("canary"), std::string("[]"), std::string("{}"),
        std::string(R"({"region":1,"service":"a","project_id":"-","job_id":"a"})"),
        "{" + job + R"(,"canary":1})"}) {
    INFO(body);
    const std::string why = wrong(follow_order_of(body));
    CHECK_FALSE(why.empty());
    CHECK(why.find("canary") == std::string::npos);
  }
}

}  // namespace board_query_test
