// Which channels are told.
#include "notify/rules.h"

#include "unit/notify/told.h"

namespace jobtree::notify::rules_test {

using namespace tests;

namespace {

Rule rule(const JobPattern& jobs, std::initializer_list<Trigger> on,
          std::vector<std::string> channels) {
  Rule made{.jobs = jobs, .on = {}, .channels = std::move(channels)};
  for (const Trigger trigger : on)
    made.on.set(static_cast<std::size_t>(trigger));
  return made;
}

std::string told(const std::vector<Rule>& rules, const Notice& notice,
                 std::string_view person = "") {
  std::string all;
  for (const std::string& name : channels_for(rules, notice, person))
    all += (all.empty() ? "" : " ") + name;
  return all;
}

bool fits(const JobPattern& jobs, std::string_view person = "") {
  return !told({rule(jobs, {Trigger::settled}, {"a"})}, failed_notice(), person).empty();
}

Notice noticed(Kind kind, Status status) {
  Notice notice = failed_notice();
  notice.kind = kind;
  notice.status = status;
  return notice;
}

}  // namespace

TEST_CASE("A pattern is a text with \"*\" and \"?\", in letters of either case") {
  CHECK(matches("create*", "createServer"));
  CHECK(matches("*Server", "createServer"));
  CHECK(matches("*e*e*", "createServer"));
  CHECK(matches("CREATE?erver", "createServer"));
  CHECK(matches("*", ""));
  CHECK(matches("**", "x"));
  CHECK(matches("", ""));
  CHECK_FALSE(matches("", "x"));
  CHECK_FALSE(matches("create", "createServer"));
  CHECK_FALSE(matches("?", ""));
  CHECK_FALSE(matches("a*b", "ac"));
  CHECK_FALSE(matches("a.c", "abc"));
  CHECK(matches("a*b*c", "a-b-b-c"));
}

TEST_CASE("A pattern made to take long takes no longer") {
  std::string pattern;
  for (int i = 0; i < 500; ++i)
    pattern += "*a";
  CHECK_FALSE(matches(pattern + 'b', std::string(1000, 'a')));
}

TEST_CASE("A rule goes by every part of a job that it names") {
  CHECK(fits({}));
  CHECK(fits({.service = "eip", .type = "batch*", .region = "cn-*"}));
  CHECK_FALSE(fits({.service = "ecs"}));
  CHECK_FALSE(fits({.service = "eip", .region = "eu-*"}));
  CHECK(fits({.project = "prod"}));
  CHECK(fits({.project = "0f1e2d3c*"}));
  CHECK_FALSE(fits({.project = "test"}));
  CHECK_FALSE(fits({.label = "release-*"}));
  CHECK(fits({.person = "anna"}, "anna"));
}

TEST_CASE("What is not known is nobody whom a rule names") {
  CHECK_FALSE(fits({.person = "anna"}));
  CHECK_FALSE(fits({.person = "an?a"}, ""));
}

TEST_CASE("A rule waits for what it names") {
  const auto on = [](Trigger trigger, const Notice& notice) {
    return !told({rule({}, {trigger}, {"a"})}, notice).empty();
  };
  CHECK(on(Trigger::settled, noticed(Kind::settled, Status::succeeded)));
  CHECK(on(Trigger::settled, noticed(Kind::settled, Status::failed)));
  CHECK(on(Trigger::failed, noticed(Kind::settled, Status::failed)));
  CHECK_FALSE(on(Trigger::failed, noticed(Kind::settled, Status::succeeded)));
  CHECK_FALSE(on(Trigger::failed, noticed(Kind::first_failure, Status::failed)));
  CHECK(on(Trigger::first_failure, noticed(Kind::first_failure, Status::running)));
  CHECK(on(Trigger::begun, noticed(Kind::begun, Status::running)));
  CHECK(on(Trigger::stuck, noticed(Kind::stuck, Status::running)));
  CHECK(on(Trigger::group_new, noticed(Kind::group_new, Status::failed)));
  CHECK(on(Trigger::group_back, noticed(Kind::group_back, Status::failed)));
  CHECK_FALSE(on(Trigger::group_new, noticed(Kind::group_back, Status::failed)));
  CHECK_FALSE(on(Trigger::settled, noticed(Kind::test, Status::unknown)));
}

TEST_CASE("A rule that says nothing of it waits for what one wants to hear") {
  const Rule usual{.channels = {"a"}};
  CHECK(told({usual}, noticed(Kind::settled, Status::succeeded)) == "a");
  CHECK(told({usual}, noticed(Kind::first_failure, Status::running)) == "a");
  CHECK(told({usual}, noticed(Kind::stuck, Status::running)) == "a");
  CHECK(told({usual}, noticed(Kind::begun, Status::running)).empty());
}

TEST_CASE("A channel is told once, however many rules name it") {
  CHECK(told({rule({}, {Trigger::settled}, {"b", "a"}), rule({}, {Trigger::failed}, {"a", "c"}),
              rule({.service = "ecs"}, {Trigger::settled}, {"d"})},
             failed_notice()) == "b a c");
  CHECK(told({}, failed_notice()).empty());
}

}  // namespace jobtree::notify::rules_test
