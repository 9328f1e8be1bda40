// What an order of a share link may say, and the form of its token.
#include "gateway/sharing/share_order.h"

#include <set>
#include <string>

#include "gateway/sharing/share_token.h"
#include "unit/catch.h"

namespace share_order_test {

using namespace jobtree;
using namespace jobtree::gateway;
using namespace std::chrono_literals;

namespace {

const std::string kJob =
    R"("job":{"region":"cn-north-4","service":"eip","project_id":"-","job_id":"a"})";

store::NewShare order(const std::string& members) {
  auto read = share_order_of("{" + members + "}");
  if (const auto* wrong = std::get_if<WrongParameter>(&read)) FAIL(wrong->detail);
  return std::get<store::NewShare>(read);
}

std::string wrong(const std::string& body) {
  const auto read = share_order_of(body);
  const auto* const wrong = std::get_if<WrongParameter>(&read);
  return wrong == nullptr ? "" : wrong->detail;
}

}  // namespace

TEST_CASE("An order names a job or a board, and lasts for a week unless it says otherwise") {
  const store::NewShare job = order(kJob);
  CHECK(job.thing.job == cloud::JobAddress("cn-north-4", "eip", "-", "a"));
  CHECK(job.lasts == 7 * 24h);
  CHECK(job.label.empty());
  CHECK_FALSE(job.is_public);

  const store::NewShare board =
      order(R"("board":"?status=failed&q=%E4%BB%BB","label":"夜","expires_in":60,"public":true)");
  CHECK_FALSE(board.thing.job);
  CHECK(board.thing.board == "status=failed&q=%E4%BB%BB");
  CHECK(board.label == "夜");
  CHECK(board.lasts == 60s);
  CHECK(board.is_public);
  CHECK(order(R"("board":"")").thing.board.empty());
  CHECK(order(kJob + R"(,"label":null,"expires_in":31622400,"public":false)").lasts == 366 * 24h);
}

TEST_CASE("What cannot be an order of a share link is told by its name") {
  for (const std::string& body : {std::string(""), std::string("[]"), std::string("{"),
                                  std::string("\xff"), std::string(5000, '[')}) {
    CHECK(wrong(body) == "The body must be a JSON object.");
  }
  CHECK(wrong("{}").find("either") != std::string::npos);
  CHECK(wrong("{" + kJob + R"(,"board":""})").find("either") != std::string::npos);
  CHECK(wrong("{" + kJob + R"(,"who":1})").find("not known") != std::string::npos);
  for (const char* job : {R"("job":"a")", R"("job":{})", R"("job":{"region":"cn-north-4"})",
                          R"("job":{"region":"r","service":"s","project_id":"-","job_id":1})",
                          R"("job":{"region":"r","service":"s","project_id":"-","job_id":null})",
                          R"("job":{"region":"r","service":"s","project_id":"-","id":"a"})"}) {
    CAPTURE(job);
    CHECK(wrong("{" + std::string(job) + "}").find("\"job\"") == 0);
  }
  for (const char* value : {"0", "59", "-1", "31622401", "1e3", "60.5", "\"60\"", "true",
                            "18446744073709551615", "99999999999999999999999"}) {
    CAPTURE(value);
    CHECK(wrong("{" + kJob + ",\"expires_in\":" + value + "}").find("\"expires_in\"") == 0);
  }
  CHECK(wrong("{" + kJob + R"(,"public":1})").find("\"public\"") == 0);
  CHECK(wrong("{" + kJob + R"(,"label":1})").find("\"label\"") == 0);
  CHECK(wrong("{" + kJob + R"(,"label":"a\u0000b"})").find("\"label\"") == 0);
  CHECK(wrong("{" + kJob + R"(,"label":")" + std::string(201, 'x') + "\"}").find("\"label\"") == 0);
}

TEST_CASE("A board that is shared is a query of the board without pages, groups and people") {
  for (const char* query :
       {"cursor=1", "limit=5", "group=service", "person=anna", "status=failed&%6cimit=5",
        "colour=red", "status=lost&status=failed", "since=today", "cursor=", "status=a\\nb"}) {
    CAPTURE(query);
    CHECK(wrong("{\"board\":\"" + std::string(query) + "\"}").find("\"board\"") == 0);
  }
  CHECK(wrong("{\"board\":\"q=" + std::string(2000, 'x') + "\"}").find("\"board\"") == 0);
  CHECK(wrong(R"({"board":1})").find("\"board\"") == 0);
}

TEST_CASE("Of a shared board a viewer says which page it wants and nothing else") {
  const auto page = [](const std::string& board, const std::string& query) {
    auto read = page_query_of(board, query);
    if (const auto* wrong = std::get_if<WrongParameter>(&read)) FAIL(wrong->detail);
    return std::get<store::BoardQuery>(read);
  };
  const auto query = page("status=failed&service=ecs",
                          "limit=7&service=eip&status=running&cursor=1.2&person=anna&q=x&&=&#");
  CHECK(query.service == "ecs");
  CHECK(query.statuses == std::vector{store::Status::failed});
  CHECK(query.limit == 7);
  CHECK(query.cursor == "1.2");
  CHECK(query.text.empty());
  CHECK(query.person.empty());
  CHECK(page("", "service=eip").service.empty());
  CHECK(page("service=ecs", "%73ervice=eip&servic%65=eip").service == "ecs");
  CHECK(std::holds_alternative<WrongParameter>(page_query_of("", "limit=501")));
  CHECK(std::holds_alternative<WrongParameter>(page_query_of("", "limit=1&limit=2")));
}

TEST_CASE("A token of a share link is 256 random bits that need no encoding in an address") {
  std::set<std::string> tokens;
  for (int i = 0; i < 50; ++i) {
    const auto token = new_share_token();
    REQUIRE(token);
    CHECK(token.value().size() == 47);
    CHECK(token.value().starts_with("jts_"));
    CHECK(token.value().find_first_not_of(
              "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
          std::string::npos);
    CHECK(digest_of_share_token(token.value()));
    tokens.insert(token.value());
  }
  CHECK(tokens.size() == 50);
  const std::string good = "jts_" + std::string(43, 'A');
  REQUIRE(digest_of_share_token(good));
  CHECK(digest_of_share_token(good) != digest_of_share_token("jts_" + std::string(43, 'B')));
  for (const std::string& bad :
       {std::string(), std::string("jts_"), good + "A", good.substr(1), "jts." + good.substr(4),
        good.substr(0, 46), good.substr(0, 46) + "=", good.substr(0, 46) + "/",
        good.substr(0, 46) + "%", std::string("jts_") + std::string(1000, 'A')}) {
    CAPTURE(bad);
    CHECK_FALSE(digest_of_share_token(bad));
  }
}

}  // namespace share_order_test
