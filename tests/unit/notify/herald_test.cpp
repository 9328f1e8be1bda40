// Which messages follow from what happened: to whom the rules say, once, and nothing of long ago.
#include "notify/herald.h"

#include "notify/notice_json.h"
#include "unit/notify/told.h"

namespace jobtree::notify::herald_test {

using namespace tests;
using store::Happening;
using store::News;

namespace {

Rule rule(std::initializer_list<Trigger> on, std::vector<std::string> channels) {
  Rule rule;
  rule.on.reset();
  for (const Trigger trigger : on)
    rule.on.set(static_cast<std::size_t>(trigger));
  rule.channels = std::move(channels);
  return rule;
}

RuleHerald herald_of(std::vector<Rule> rules) {
  const auto setup = std::make_shared<const Setup>(Setup{.rules = std::move(rules)});
  return RuleHerald({.setup = [setup] { return setup; }, .public_url = kPublicUrl});
}

store::FailureGroup quota() {
  return {.error_code = "VPC.0501",
          .error_text = "quota exceeded",
          .count = 2,
          .group = "VPC.0501~1c9e03b7"};
}

std::vector<std::string> told_by(const RuleHerald& herald, const News& news) {
  std::vector<std::string> channels;
  for (const store::OutboxEntry& entry : herald.entries_of(news))
    channels.push_back(entry.channel);
  return channels;
}

Notice only_notice(const std::vector<store::OutboxEntry>& entries) {
  REQUIRE(entries.size() == 1);
  const auto content = content_of(entries[0].payload);
  REQUIRE(content);
  return std::get<Notice>(*content);
}

const Time kSeen = time_at("2026-11-28T22:28:20Z");

}  // namespace

TEST_CASE("Each channel that a rule names is told once") {
  const auto herald =
      herald_of({rule({Trigger::failed}, {"ops", "audit"}), rule({Trigger::settled}, {"ops"})});
  const auto record = failed_record();
  CHECK(told_by(herald, {.job = record, .observed_at = kSeen}) ==
        std::vector<std::string>{"ops", "audit"});
}

TEST_CASE("Without a rule nobody is told") {
  const auto record = failed_record();
  CHECK(told_by(herald_of({}), {.job = record, .observed_at = kSeen}).empty());
  CHECK(told_by(herald_of({rule({Trigger::stuck}, {"ops"})}), {.job = record, .observed_at = kSeen})
            .empty());
}

TEST_CASE("What happened is the same message on every replica and another one in another run") {
  const auto herald = herald_of({rule({Trigger::settled}, {"ops"})});
  const auto record = failed_record();
  auto again = failed_record();
  again.begun_at = time_at("2026-11-29T01:00:00Z");
  again.ended_at = time_at("2026-11-29T01:02:00Z");
  const auto first = herald.entries_of({.job = record, .observed_at = kSeen});
  const auto replica =
      herald.entries_of({.job = record, .observed_at = time_at("2026-11-28T22:31:00Z")});
  const auto second =
      herald.entries_of({.job = again, .observed_at = time_at("2026-11-29T01:03:00Z")});
  CHECK(first.at(0).dedupe == replica.at(0).dedupe);
  CHECK(first.at(0).event_id == replica.at(0).event_id);
  CHECK(first.at(0).dedupe != second.at(0).dedupe);
  CHECK(first.at(0).subject == record.address.key());
  CHECK(first.at(0).occurred_at == *record.ended_at);
}

TEST_CASE("A failure that two jobs have for the first time is told once") {
  const auto herald = herald_of({rule({Trigger::group_new, Trigger::group_back}, {"ops"})});
  const auto group = quota();
  const auto record = failed_record();
  auto other = failed_record();
  other.address = {"cn-north-4", "eip", record.address.project_id(), "another"};
  const News news{
      .happening = Happening::failure_new, .job = record, .observed_at = kSeen, .failure = &group};
  const News same{
      .happening = Happening::failure_new, .job = other, .observed_at = kSeen, .failure = &group};
  CHECK(herald.entries_of(news).at(0).dedupe == herald.entries_of(same).at(0).dedupe);
  const News back{.happening = Happening::failure_back,
                  .job = record,
                  .observed_at = kSeen,
                  .failure = &group,
                  .silent_since = time_at("2026-11-01T00:00:00Z")};
  const News later{.happening = Happening::failure_back,
                   .job = record,
                   .observed_at = kSeen,
                   .failure = &group,
                   .silent_since = time_at("2026-11-11T00:00:00Z")};
  CHECK(herald.entries_of(back).at(0).dedupe != herald.entries_of(later).at(0).dedupe);
  CHECK(only_notice(herald.entries_of(back)).kind == Kind::group_back);
}

TEST_CASE("Rules and messages call a project as the file does") {
  Rule production = rule({Trigger::settled}, {"ops"});
  production.jobs.project = "prod*";
  const auto record = failed_record();
  Setup setup{.rules = {production}};
  CHECK_FALSE(is_awaited(setup, record));
  setup.projects.emplace(record.address.project_id(), "production");
  auto running = record;
  running.status = Status::running;
  running.is_final = false;
  running.ended_at.reset();
  CHECK(is_awaited(setup, running));
  const auto named = std::make_shared<const Setup>(std::move(setup));
  const RuleHerald herald({.setup = [named] { return named; }, .public_url = kPublicUrl});
  const News news{.job = record, .observed_at = kSeen};
  CHECK(only_notice(herald.entries_of(news)).project_alias == "production");
}

TEST_CASE("What ended while nobody looked is told as learned late") {
  const auto herald = herald_of({rule({Trigger::settled}, {"ops"})});
  const auto record = failed_record();
  const auto is_late = [&](const char* observed, std::optional<Time> before) {
    return only_notice(
               herald.entries_of(
                   {.job = record, .observed_at = time_at(observed), .seen_before = before}))
        .is_late;
  };
  CHECK_FALSE(is_late("2026-11-28T22:28:20Z", time_at("2026-11-28T22:28:10Z")));
  // A poll may be so far behind.
  CHECK_FALSE(is_late("2026-11-28T22:48:00Z", time_at("2026-11-28T22:28:10Z")));
  CHECK(is_late("2026-11-28T22:48:20Z", time_at("2026-11-28T22:28:10Z")));
  CHECK(is_late("2026-11-29T08:00:00Z", time_at("2026-11-28T22:28:10Z")));
  CHECK(is_late("2026-11-29T08:00:00Z", std::nullopt));
}

TEST_CASE("What had ended before anybody wanted to be told is not told") {
  auto herald = herald_of({rule({Trigger::settled, Trigger::group_new}, {"ops"})});
  const auto record = failed_record();
  const auto group = quota();
  herald.begin_at(time_at("2026-11-28T23:00:00Z"));
  CHECK(told_by(herald, {.job = record, .observed_at = kSeen}).empty());
  CHECK(told_by(herald, {.happening = Happening::failure_new,
                         .job = record,
                         .observed_at = kSeen,
                         .failure = &group})
            .empty());
  herald.begin_at(time_at("2026-11-28T22:00:00Z"));
  CHECK(told_by(herald, {.job = record, .observed_at = kSeen}).size() == 1);
}

TEST_CASE("Nobody is told of a made-up job of the demo") {
  const auto herald = herald_of({rule({Trigger::settled}, {"ops"})});
  auto record = failed_record();
  record.marks.is_example = true;
  CHECK(told_by(herald, {.job = record, .observed_at = kSeen}).empty());
}

TEST_CASE("Who starts a job can be what a rule goes by and is not told") {
  Rule of_li = rule({Trigger::settled}, {"ops"});
  of_li.jobs.person = "li*";
  const auto herald = herald_of({of_li});
  auto record = failed_record();
  CHECK(told_by(herald, {.job = record, .observed_at = kSeen}).empty());
  record.finding.person = "Li.Lei";
  const auto entries = herald.entries_of({.job = record, .observed_at = kSeen});
  REQUIRE(entries.size() == 1);
  CHECK_FALSE(contains(entries[0].payload, "Lei"));
}

TEST_CASE("A job is awaited when a rule can yet tell of it") {
  Setup setup;
  const auto record = failed_record();
  CHECK_FALSE(is_awaited(setup, record));
  setup.rules = {rule({Trigger::begun}, {"ops"})};
  CHECK_FALSE(is_awaited(setup, record));
  setup.rules = {rule({Trigger::settled}, {"ops"})};
  CHECK(is_awaited(setup, record));
  setup.rules.front().jobs.service = "ecs";
  CHECK_FALSE(is_awaited(setup, record));
}

TEST_CASE("A payload fits the outbox and is UTF-8 whatever the cloud said") {
  const auto herald = herald_of({rule({Trigger::settled}, {"ops"})});
  store::JobRecord record = failed_record();
  record.error_text.assign(200'000, '\xFF');
  record.type.assign(100'000, '\0');
  const auto entries = herald.entries_of({.job = record, .observed_at = kSeen});
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].payload.size() < store::kLargestPayload);
  CHECK(is_utf8(entries[0].payload));
  CHECK_FALSE(contains(entries[0].payload, std::string_view("\0", 1)));
}

}  // namespace jobtree::notify::herald_test
