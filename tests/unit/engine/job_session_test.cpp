#include "job_session.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "page.h"
#include "unit/catch.h"

namespace job_session_test {

using namespace jobtree::engine;
using abi::Attribute;
using abi::Event;
using abi::Field;
using abi::State;

namespace {

constexpr double kStart = 1670227820000;  // 2022-12-05T08:10:20Z

std::string child(int number, const std::string& status, const std::string& more = "") {
  return R"({"job_id":"c)" + std::to_string(number) +
         R"(","job_type":"createPublicip","status":")" + status +
         R"(","begin_time":"2022-12-05T08:10:20.000Z","end_time":")" +
         (status == "SUCCESS" || status == "FAIL" ? "2022-12-05T08:10:22.500Z" : "") + "\"" + more +
         "}";
}

/// As a text is put whose direction must not reach what stands beside it.
std::string isolated(const std::string& text) {
  return "\u2068" + text + "\u2069";
}

/// A batch of which `done` children have succeeded and the rest run.
std::string batch(int count, int done, const std::string& status = "RUNNING") {
  std::string jobs;
  for (int i = 0; i < count; ++i) {
    jobs += (i == 0 ? "" : ",") + child(i, i < done ? "SUCCESS" : "RUNNING");
  }
  return R"({"job_id":"p","job_type":"createBatchPublicip","begin_time":"2022-12-05T08:10:20.000Z",)"
         R"("end_time":")" +
         std::string(status == "RUNNING" ? "" : "2022-12-05T08:10:40.000Z") + R"(","status":")" +
         status + R"(","entities":{"sub_jobs":[)" + jobs + "]}}";
}

/// A session with a page around it, ten rows high.
struct Fixture {
  JobSession session;
  Page page{session};
  double now = kStart;
  int writes = 0;

  explicit Fixture(std::uint32_t seed = 1) : session(seed) { session.set_viewport({0, 320, 32}); }
  void frame() { writes = page.frame(now); }
  void answer(const std::string& body, int status = 200, const std::string& etag = "",
              double retry_after = -1) {
    session.answer(status, body, etag, retry_after, 0, now);
    frame();
  }
  void wait_and_ask() {
    now = std::max(now, page.wakes_at);
    for (int i = 0; i < 100; ++i) {
      frame();
      if (page.asked) return;
      now = page.wakes_at;
    }
    FAIL("nothing was asked");
  }
};

/// Which texts and numbers of a slot are others than before.
struct News {
  std::set<Field> fields;
  std::set<Attribute> attributes;
  bool operator==(const News&) const = default;
};
News news(const Page::Row& before, const Page::Row& after) {
  News found;
  for (const auto& [field, text] : after.texts) {
    if (before.text(field) != text) found.fields.insert(field);
  }
  for (const auto& [attribute, number] : after.numbers) {
    if (before.number(attribute) != number) found.attributes.insert(attribute);
  }
  return found;
}

}  // namespace

TEST_CASE("A watch asks at once and shows that it does") {
  Fixture it;
  it.frame();
  REQUIRE(it.page.asked);
  CHECK(it.page.asked->empty());
  CHECK(it.page.state() == State::loading);
  CHECK(it.page.rows.empty());
}

TEST_CASE("An answer becomes a header, counts and rows") {
  Fixture it;
  it.frame();
  it.answer(batch(20, 12));
  CHECK(it.page.summary.text(Field::name) == "Create EIPs");
  CHECK(it.page.summary.text(Field::status) == "running");
  CHECK(it.page.summary.text(Field::progress) == "12 of 20 done");
  CHECK(it.page.summary.text(Field::chip_succeeded) == "12 succeeded");
  CHECK(it.page.summary.text(Field::chip_running) == "8 running");
  CHECK(it.page.summary.text(Field::chip_failed).empty());
  CHECK(it.page.summary.number(Attribute::share_succeeded) == 6000);
  CHECK(it.page.summary.number(Attribute::share_running) == 4000);
  CHECK(it.page.summary.times.at(Field::begin) == kStart);
  CHECK(it.page.height_of_tree == 21);
  CHECK(it.page.name(0) == "Create EIPs");
  CHECK(it.page.name(1) == "Create EIP");
  CHECK(it.page.row(1)->text(Field::duration) == "2.5s");
  CHECK(it.page.row(1)->text(Field::label) == "Create EIP, succeeded, 2.5s");
  CHECK(it.page.row(1)->number(Attribute::level) == 2);
  CHECK(it.page.row(1)->number(Attribute::set_size) == 20);
  CHECK(it.page.row(1)->number(Attribute::position) == 1);
  CHECK(it.page.row(0)->number(Attribute::expanded) == 2);
  CHECK(it.page.row(1)->number(Attribute::expanded) == 0);
  CHECK(it.page.state() == State::live);
  CHECK(it.page.heard(Event::change));
}

TEST_CASE(
    "A job whose id was made to have the number that stands for none is shown like any other") {
  Fixture it(0);  // a seed with which that is so
  it.frame();
  it.answer(R"({"job_id":"HP3pss71Xw}P+O!","job_type":"conjure","status":"RUNNING"})");
  REQUIRE(it.page.row(0) != nullptr);
  CHECK(it.page.row(0)->text(Field::name) == "conjure");
  it.session.click(static_cast<std::uint32_t>(abi::Slot::first_row), abi::Part::row);
  it.frame();
  CHECK(it.page.heard(Event::select));
}

TEST_CASE("The answer that is shown can be had as it came, whatever comes after it") {
  JobSession session(1);
  CHECK(session.document().empty());
  const std::string first = R"( {"job_id":"a\u0062", "status":"RUNNING"} )";
  session.answer(200, first, "\"1\"", -1, 0, 1000);
  CHECK(session.document() == first);
  session.answer(304, "", "", -1, 0, 2000);
  session.answer(0, "", "", -1, 0, 3000);
  session.answer(503, R"({"code":"jobtree.upstream"})", "", -1, 0, 4000);
  session.answer(200, "<html>", "", -1, 0, 5000);
  CHECK(session.document() == first);
  const std::string second = R"({"job_id":"ab","status":"SUCCESS"})";
  session.answer(200, second, "\"2\"", -1, 0, 6000);
  CHECK(session.document() == second);
}

TEST_CASE("An unchanged answer writes nothing") {
  Fixture it;
  it.frame();
  SECTION("because the server says 304") {
    it.answer(batch(20, 20), 200, "\"v1\"");
    it.answer("", 304);
  }
  SECTION("because the ETag is the same") {
    it.answer(batch(20, 20), 200, "\"v1\"");
    it.answer(batch(20, 20), 200, "\"v1\"");
  }
  SECTION("because the bytes are the same") {
    it.answer(batch(20, 20));
    it.answer(batch(20, 20));
  }
  CHECK(it.writes == 0);
  CHECK_FALSE(it.page.heard(Event::change));
}

TEST_CASE("The ETag of the last answer goes out with every query, whatever came in between") {
  Fixture it;
  it.frame();
  it.answer(batch(2, 1), 200, "\"v7\"");
  for (const int status : {304, 0, 503, 429, 404}) {
    it.wait_and_ask();
    CHECK(*it.page.asked == "\"v7\"");
    it.answer("", status);
  }
  it.wait_and_ask();
  it.answer("<html>", 200, "\"another\"");
  it.wait_and_ask();
  CHECK(*it.page.asked == "\"v7\"");
  it.now += 1000;
  it.session.refresh(it.now);
  it.frame();
  CHECK(*it.page.asked == "\"v7\"");
  it.answer(batch(2, 2), 200, "\"v8\"");
  it.wait_and_ask();
  CHECK(*it.page.asked == "\"v8\"");
}

TEST_CASE("A change writes only what changed") {
  Fixture it;
  it.frame();
  it.answer(batch(8, 3));
  it.now += 500;
  it.answer(batch(8, 4));
  // The row that ended and the header; the others stay untouched.
  CHECK(it.writes > 0);
  CHECK(it.writes < 30);
  CHECK(it.page.row(4)->text(Field::status) == "succeeded");
  CHECK(it.page.summary.text(Field::progress) == "4 of 8 done");
}

TEST_CASE("Running clocks tick once a second, and no row needs a query for it") {
  Fixture it;
  it.now = kStart + 5000;
  it.frame();
  it.answer(batch(2, 1));
  CHECK(it.page.row(2)->text(Field::duration) == "5s");
  CHECK(it.page.wakes_at == kStart + 6000);
  it.now = it.page.wakes_at;
  it.frame();
  CHECK(it.page.row(2)->text(Field::duration) == "6s");
}

TEST_CASE("Within a second nothing is written of what runs, then only its clocks and bars") {
  Fixture it;
  it.now = kStart + 5000;
  it.frame();
  it.answer(batch(2, 1));
  it.session.click(it.page.slot(2), abi::Part::row);
  it.frame();
  for (const int milliseconds : {0, 1, 250, 999}) {
    it.now = kStart + 5000 + milliseconds;
    it.frame();
    CHECK(it.writes == 0);
    CHECK(it.page.wakes_at == kStart + 6000);
  }
  const Page::Row summary = it.page.summary;
  const Page::Row detail = it.page.detail;
  const Page::Row root = *it.page.row(0);
  const Page::Row ended = *it.page.row(1);
  const Page::Row running = *it.page.row(2);
  it.now = kStart + 6000;
  it.frame();
  CHECK(news(summary, it.page.summary) == News{{Field::duration, Field::marks}, {}});
  CHECK(news(detail, it.page.detail) == News{{Field::duration}, {}});
  // Those that run reach to the end of the lane as before; the one that ended is a smaller part.
  CHECK(news(root, *it.page.row(0)) == News{{Field::duration}, {}});
  CHECK(news(ended, *it.page.row(1)) == News{{}, {Attribute::bar_end}});
  CHECK(news(running, *it.page.row(2)) == News{{Field::duration}, {}});
  CHECK(it.writes == 8);  // these, and how long in milliseconds of the summary and the detail
  CHECK(it.page.row(1)->number(Attribute::bar_end) == 10'000 * 2500 / 6000);
}

TEST_CASE("However often a frame is drawn, the clocks write once a second") {
  Fixture it;
  it.now = kStart + 5000;
  it.frame();
  it.answer(batch(20, 12), 200, "\"v1\"");
  constexpr int kSeconds = 60;
  for (int second = 1; second <= kSeconds; ++second) {
    int frames_that_write = 0;
    for (int step = 0; step < 20; ++step) {
      it.now = kStart + 5000 + second * 1000 + step * 50;
      it.frame();
      frames_that_write += it.writes > 0 ? 1 : 0;
      if (!it.page.asked) continue;
      it.answer("", 304);
      CHECK(it.writes == 0);
    }
    CHECK(frames_that_write == 1);
  }
  CHECK(it.page.summary.text(Field::duration) == "1m 05s");
}

TEST_CASE("Of ten thousand jobs only those on screen are mounted") {
  Fixture it;
  it.frame();
  it.answer(batch(10'000, 5000));
  CHECK(it.page.height_of_tree == 10'001);
  CHECK(it.page.rows.size() <= 20);
  it.session.set_viewport({32.0 * 7000, 320, 32});
  it.frame();
  CHECK(it.page.rows.size() <= 21);  // and the active row, wherever it is
  CHECK(it.page.row(7005) != nullptr);
  CHECK(it.page.row(0) != nullptr);
}

TEST_CASE("A row keeps its slot while it is on screen") {
  Fixture it;
  it.frame();
  it.answer(batch(100, 5));
  const std::uint32_t slot = it.page.slot(8);
  it.session.set_viewport({64, 320, 32});
  it.frame();
  CHECK(it.page.slot(8) == slot);
}

TEST_CASE("A hostile viewport mounts no more than a screen can hold") {
  Fixture it;
  it.frame();
  it.answer(batch(10'000, 0));
  for (const Viewport& viewport :
       {Viewport{-1e300, 1e300, 1}, Viewport{1e300, 1e300, 1e-300}, Viewport{0, -5, -5},
        Viewport{NAN, NAN, NAN}, Viewport{1e18, 100, 32}}) {
    it.session.set_viewport(viewport);
    it.frame();
    CHECK(it.page.rows.size() <= 1100);
  }
}

TEST_CASE("A click on the expander closes a branch, and a click on a row selects it") {
  Fixture it;
  it.frame();
  it.answer(batch(3, 1));
  it.session.click(it.page.slot(0), abi::Part::toggle);
  it.frame();
  CHECK(it.page.height_of_tree == 1);
  it.session.click(it.page.slot(0), abi::Part::toggle);
  it.frame();
  CHECK(it.page.height_of_tree == 4);
  it.session.click(it.page.slot(2), abi::Part::row);
  it.frame();
  CHECK(it.page.row(2)->number(Attribute::selected) == 1);
  CHECK(it.page.detail.number(Attribute::selected) == 1);
  CHECK(it.page.detail.text(Field::id) == "c1");
  CHECK(it.page.heard(Event::select));
  it.session.click(9999, abi::Part::row);
  it.frame();
  CHECK(it.writes == 0);
}

TEST_CASE("A row that gets the focus by whatever way is the one that keys go on from") {
  Fixture it;
  it.frame();
  it.answer(batch(10, 0));
  it.session.click(it.page.slot(4), abi::Part::focus);
  it.frame();
  CHECK(it.page.row(4)->number(Attribute::tab_stop) == 1);
  CHECK(it.page.row(0)->number(Attribute::tab_stop) == 0);
  CHECK_FALSE(it.page.focused);  // it has it
  CHECK_FALSE(it.page.heard(Event::select));
  CHECK(it.session.press(abi::Key::down, 0, it.now));
  it.frame();
  CHECK(*it.page.focused == it.page.slot(5));
}

TEST_CASE("The keyboard scrolls no further than it must, and takes the focus along") {
  Fixture it;
  it.frame();
  it.answer(batch(100, 5));
  for (int i = 0; i < 9; ++i)
    it.session.press(abi::Key::down, 0, it.now);
  it.frame();
  CHECK_FALSE(it.page.scrolled);
  CHECK(*it.page.focused == it.page.slot(9));
  it.session.press(abi::Key::down, 0, it.now);
  it.frame();
  CHECK(*it.page.scrolled == 32);
  it.session.press(abi::Key::end, 0, it.now);
  it.frame();
  CHECK(*it.page.scrolled == 101 * 32 - 320);
  CHECK(*it.page.focused == it.page.slot(100));
  it.session.press(abi::Key::home, 0, it.now);
  it.frame();
  CHECK(*it.page.scrolled == 0);
}

TEST_CASE("Exactly one mounted row can be reached with Tab") {
  Fixture it;
  it.frame();
  it.answer(batch(100, 5));
  it.session.press(abi::Key::down, 0, it.now);
  it.session.set_viewport({1600, 320, 32});
  it.frame();
  int stops = 0;
  for (const auto& [slot, row] : it.page.rows)
    stops += static_cast<int>(row.number(Attribute::tab_stop));
  CHECK(stops == 1);
}

TEST_CASE("Code and reason stand beside what failed") {
  Fixture it;
  it.frame();
  it.answer(R"({"job_id":"p","job_type":"createServer","status":"FAIL","error_code":"Ecs.0005",
               "fail_reason":"sub-job failed","entities":{"sub_jobs":[)" +
            child(0, "FAIL", R"(,"error_code":"Ecs.0319","fail_reason":"no capacity left")") +
            "]}}");
  CHECK(it.page.summary.text(Field::error) == "Ecs.0005  sub-job failed");
  CHECK(it.page.row(1)->text(Field::error) == "Ecs.0319  no capacity left");
  CHECK(it.page.state() == State::settled);
  CHECK(it.page.heard(Event::settled));
}

TEST_CASE("A row names addresses and names before ids, which are cut first") {
  Fixture it;
  it.frame();
  it.answer(
      R"({"job_id":"p","status":"SUCCESS","entities":{"publicip_id":"3b6d-9436","serverID":"s",
               "public_ip_address":"203.0.113.7","size":5}})");
  CHECK(it.page.row(0)->text(Field::facts) == "203.0.113.7 · size 5 · 3b6d-9436");
  CHECK(it.page.summary.text(Field::facts) ==
        "publicip_id: 3b6d-9436\nserverID: s\npublic_ip_address: 203.0.113.7\nsize: 5");
}

TEST_CASE("A job that ended well but holds a failure is flagged, not overruled") {
  Fixture it;
  it.frame();
  it.answer(R"({"job_id":"p","status":"SUCCESS","sub_jobs":[)" + child(0, "FAIL") + "]}");
  CHECK(it.page.summary.text(Field::status) == "succeeded");
  CHECK(it.page.summary.number(Attribute::warning) == 1);
}

TEST_CASE("After a bad answer the last good tree stays on screen and polling goes on") {
  Fixture it;
  it.frame();
  it.answer(batch(3, 1));
  const std::size_t rows = it.page.rows.size();
  for (const std::string& bad : {std::string("<html>"), std::string("{"), std::string("[]"),
                                 std::string(R"({"other":1})"), std::string()}) {
    it.wait_and_ask();
    it.answer(bad);
    CHECK(it.page.state() == State::not_understood);
    CHECK(it.page.rows.size() == rows);
    CHECK(it.page.summary.text(Field::progress) == "1 of 3 done");
  }
  it.wait_and_ask();
  it.answer(batch(3, 2));
  CHECK(it.page.state() == State::live);
  CHECK(it.page.summary.text(Field::hint).empty());
}

TEST_CASE("A refused key stops the watch and the tree stays") {
  Fixture it;
  it.frame();
  it.answer(batch(3, 1));
  it.wait_and_ask();
  it.answer(R"({"code":"APIGW.0301","status":401})", 401);
  CHECK(it.page.state() == State::denied);
  CHECK(it.page.summary.text(Field::message) == "Authentication failed (APIGW.0301)");
  CHECK(it.page.height_of_tree == 4);
  it.now += 3'600'000;
  it.frame();
  CHECK_FALSE(it.page.asked);
  it.session.refresh(it.now);
  it.frame();
  CHECK(it.page.asked);
}

TEST_CASE("Every HTTP status says how the watch goes on, whether with a tree or without") {
  struct Row {
    int status;
    State state, state_with_tree;
    bool is_asked_again;
  };
  const Row row = GENERATE(
      Row{400, State::denied, State::denied, false}, Row{401, State::denied, State::denied, false},
      Row{403, State::denied, State::denied, false}, Row{415, State::denied, State::denied, false},
      Row{404, State::waiting, State::waiting, true},
      Row{408, State::unreachable, State::stale, true},
      Row{425, State::unreachable, State::stale, true},
      Row{429, State::throttled, State::throttled, true},
      Row{500, State::unreachable, State::stale, true},
      Row{502, State::unreachable, State::stale, true},
      Row{503, State::unreachable, State::stale, true},
      Row{504, State::unreachable, State::stale, true},
      Row{0, State::unreachable, State::stale, true},
      // Nobody sent a version that would not have changed.
      Row{304, State::unreachable, State::live, true});
  const bool has_tree = GENERATE(false, true);
  CAPTURE(row.status, has_tree);
  Fixture it;
  it.frame();
  if (has_tree) {
    it.answer(batch(3, 1), 200, "\"v1\"");
    it.wait_and_ask();
  }
  it.answer(R"({"code":"Some.0001"})", row.status);
  CHECK(it.page.state() == (has_tree ? row.state_with_tree : row.state));
  CHECK(it.page.height_of_tree == (has_tree ? 4 : 0));
  CHECK(std::isfinite(it.page.wakes_at) == row.is_asked_again);
  it.now += 60'000;
  it.frame();
  CHECK(it.page.asked.has_value() == row.is_asked_again);
}

TEST_CASE("An answer beyond a limit is said to be too large, and the last good tree stays") {
  Fixture it;
  it.frame();
  it.answer(batch(3, 1));
  it.wait_and_ask();
  SECTION("more jobs than can be shown") {
    std::string body = R"({"job_id":"p","status":"RUNNING","sub_jobs":[{})";
    for (std::uint32_t i = 0; i < kMaxJobs; ++i)
      body += ",{}";
    it.answer(body + "]}");
  }
  SECTION("ten thousand levels") {
    it.answer(R"({"job_id":"p","status":"RUNNING","sub_jobs":)" + std::string(10'000, '[') +
              std::string(10'000, ']') + "}");
  }
  SECTION("more bytes than the host takes in") {
    it.answer("", -1);
  }
  SECTION("more bytes than the backend passes on") {
    it.answer(R"({"code":"jobtree.too_large"})", 502);
  }
  CHECK(it.page.state() == State::not_understood);
  CHECK(it.page.summary.text(Field::message).find("The response is too large") == 0);
  CHECK(it.page.summary.text(Field::hint) == "Showing the last good result.");
  CHECK(it.page.height_of_tree == 4);
}

TEST_CASE("A job that is not found is said so at once, and when it is looked for again") {
  Fixture it;
  it.frame();
  it.answer(R"({"code":"Common.0011","status":404})", 404);
  CHECK(it.page.state() == State::waiting);
  CHECK(it.page.summary.text(Field::message) == "Job not found yet (Common.0011); retrying in 3s");
  it.wait_and_ask();
  it.answer(batch(3, 1));
  CHECK(it.page.state() == State::live);
}

TEST_CASE("A code that came over the network is shown only when it looks like one") {
  Fixture it;
  it.frame();
  it.answer(R"({"code":"<script>alert(1)</script>"})", 403);
  CHECK(it.page.summary.text(Field::message) ==
        "A proxy in front of the server refused the request");
}

TEST_CASE("A job that is never stored is given up after half a minute, and that is an error") {
  Fixture it;
  it.frame();
  for (int i = 0; i < 20 && it.page.state() != State::not_found; ++i) {
    CHECK_FALSE(it.page.heard(Event::error));
    if (i != 0) it.wait_and_ask();
    it.answer(R"({"code":"Common.0011","status":404})", 404);
  }
  CHECK(it.page.heard(Event::error));
  CHECK(it.now - kStart >= 30'000);
  CHECK(it.page.summary.text(Field::message) == "Job not found (Common.0011)");
  CHECK_FALSE(it.page.summary.text(Field::hint).empty());
}

TEST_CASE("An address without jobs is not asked again") {
  const char* const code = GENERATE("jobtree.unknown_region", "jobtree.unknown_service",
                                    "jobtree.unknown_path", "jobtree.not_found", "APIGW.0101");
  Fixture it;
  it.frame();
  it.answer(R"({"status":404,"code":")" + std::string(code) + "\"}", 404);
  CHECK(it.page.state() == State::not_found);
  CHECK(std::isinf(it.page.wakes_at));
  CHECK(it.page.heard(Event::error));
}

TEST_CASE("A known job is asked for with time to hold the answer, and a refresh without") {
  LongPollSlots slots;
  JobSession session(1, &slots);
  Page page(session);
  double now = kStart;
  page.frame(now);
  REQUIRE(page.asked);
  CHECK(page.hold == 0);
  SECTION("by its ETag") {
    session.answer(200, batch(3, 1), "\"v1\"", -1, 0, now);
    page.frame(now);
    now = page.wakes_at;
    while (!page.asked) {
      page.frame(now);
      if (!page.asked) now = page.wakes_at;
    }
    CHECK(*page.asked == "\"v1\"");
    CHECK(page.hold == 25);
    now += 5000;
    session.refresh(now);
    page.frame(now);
    CHECK(page.asked);
    CHECK(page.hold == 0);
  }
  SECTION("but not without one") {
    session.answer(200, batch(3, 1), "", -1, 0, now);
    now += 60'000;
    page.frame(now);
    REQUIRE(page.asked);
    CHECK(page.hold == 0);
  }
}

TEST_CASE("A pause gives up the query under way, so that nothing moves any more") {
  Fixture it;
  it.frame();
  it.answer(batch(3, 1));
  it.wait_and_ask();
  it.session.set(abi::Option::paused, 1, it.now);
  it.frame();
  CHECK(it.page.dropped);
  it.frame();
  CHECK_FALSE(it.page.dropped);
  it.now += 5000;
  it.session.set(abi::Option::paused, 0, it.now);
  it.frame();
  CHECK(it.page.asked);
}

TEST_CASE("A query that takes too long is given up as one that nothing came of, and asked again") {
  Fixture it;
  it.frame();
  SECTION("the first") {
    it.now = it.page.wakes_at;
    it.frame();
    CHECK(it.page.state() == State::unreachable);
  }
  SECTION("a later one: what is known stays") {
    it.answer(batch(3, 1));
    it.wait_and_ask();
    const double asked = it.now;
    while (!it.page.dropped && it.now < asked + 60'000) {
      it.now = it.page.wakes_at;
      it.frame();
    }
    CHECK(it.now == asked + 30'000);
    CHECK(it.page.state() == State::stale);
    CHECK(it.page.rows.size() == 4);
  }
  CHECK(it.page.dropped);
  CHECK(it.page.late);
  CHECK(it.page.events == std::vector{Event::error});
  it.wait_and_ask();
  CHECK_FALSE(it.page.dropped);
}

TEST_CASE("What is shown is confirmed when the cloud said so, and by no failure") {
  Fixture it;
  CHECK(std::isnan(it.session.confirmed()));
  it.frame();
  it.session.answer(200, batch(3, 1), "\"v1\"", -1, 4, it.now);
  it.frame();
  CHECK(it.session.confirmed() == kStart - 4000);
  for (const int status : {0, 500, 429, 404, 200}) {
    it.now += 120'000;
    it.frame();
    it.answer("{", status, "\"v2\"");
    CHECK(it.session.confirmed() == kStart - 4000);
  }
  it.now += 120'000;
  it.frame();
  it.answer("", 304);
  CHECK(it.session.confirmed() == it.now);
}

TEST_CASE("Nobody knows when a document was true") {
  Fixture it;
  it.session.set(abi::Option::document, 1, it.now);
  it.answer(batch(3, 1));
  CHECK(std::isnan(it.session.confirmed()));
}

TEST_CASE("With the network gone the tree stays, and the age is told") {
  Fixture it;
  it.frame();
  it.answer(batch(3, 1));
  it.wait_and_ask();
  it.now += 30'000;
  it.answer("", 0);
  CHECK(it.page.state() == State::stale);
  CHECK(it.page.summary.text(Field::message).find("No update for") == 0);
  CHECK(it.page.summary.text(Field::message).find("retrying in") != std::string::npos);
  CHECK(it.page.height_of_tree == 4);
  CHECK(it.page.heard(Event::error));
}

TEST_CASE("What is not known to go on does not: clocks stand where it was last known") {
  Fixture it;
  it.frame();
  it.answer(batch(3, 1));
  it.now += 9000;
  it.frame();
  REQUIRE(it.page.row(2)->text(Field::duration) == "9s");
  SECTION("as the way to the backend is broken") {
    it.answer("", 0);
    REQUIRE(it.page.state() == State::stale);
  }
  SECTION("as the backend itself gets no answer") {
    it.session.answer(200, batch(3, 2), "", -1, 34, it.now);
    it.frame();
    REQUIRE(it.page.state() == State::stale);
  }
  SECTION("as the user wants no answers") {
    it.session.set(abi::Option::paused, 1, it.now);
    it.frame();
    REQUIRE(it.page.state() == State::paused);
  }
  const std::string told = it.page.row(3)->text(Field::duration);
  CHECK(told == "0s");
  const std::uint32_t bar = it.page.row(3)->number(Attribute::bar_end);
  it.now += 70'000;
  it.frame();
  CHECK(it.page.row(3)->text(Field::duration) == told);
  CHECK(it.page.row(3)->number(Attribute::bar_end) == bar);
  CHECK(it.page.summary.text(Field::duration) == told);
  it.session.set(abi::Option::paused, 0, it.now);
  it.answer(batch(3, 2));
  CHECK(it.page.row(3)->text(Field::duration) == "1m 19s");
}

TEST_CASE("Answers that are old are said to be, and nothing is called live") {
  Fixture it;
  it.frame();
  it.session.answer(200, batch(3, 1), "", -1, 34, it.now);
  it.frame();
  CHECK(it.page.state() == State::stale);
  CHECK(it.page.summary.text(Field::message).find("No update for 34s; retrying in ") == 0);
  CHECK(it.page.summary.number(Attribute::is_lost) == 1);
  CHECK(it.page.heard(Event::error));
}

TEST_CASE("Higher than a browser can lay out, every row is reached by scrolling and by keys") {
  constexpr std::uint32_t kRows = 10'001;
  constexpr double kHigh = 1000;
  Fixture it;
  it.session.set_viewport({0, 2000, kHigh});
  it.frame();
  it.answer(batch(static_cast<int>(kRows) - 1, 5));
  const std::uint32_t laid_out = it.page.height_of_tree;
  CHECK(laid_out * kHigh <= 7e6);
  CHECK(laid_out > 6000);
  const auto ids = [&] {
    std::set<std::string> found;
    for (const auto& [slot, row] : it.page.rows) {
      if (row.number(Attribute::index) < laid_out) found.insert(row.text(Field::id));
    }
    return found;
  };
  SECTION("the end of the scroll bar is the last row") {
    it.session.set_viewport({laid_out * kHigh - 2000, 2000, kHigh});
    it.frame();
    CHECK(ids().count("c9999") == 1);
    CHECK(it.page.row(laid_out - 1)->text(Field::id) == "c9999");
    CHECK_FALSE(it.page.scrolled);
    // The active one, far above, is in the page and out of sight.
    CHECK(it.page.row(0xFFFFFFFF)->text(Field::id) == "p");
  }
  SECTION("so is the key End, and Home goes back") {
    CHECK(it.session.press(abi::Key::end, 0, it.now));
    it.frame();
    CHECK(*it.page.scrolled == laid_out * kHigh - 2000);
    CHECK(*it.page.focused == it.page.slot(laid_out - 1));
    CHECK(it.page.row(laid_out - 1)->text(Field::id) == "c9999");
    CHECK(it.session.press(abi::Key::home, 0, it.now));
    it.frame();
    CHECK(*it.page.scrolled == 0);
    CHECK(it.page.row(0)->text(Field::id) == "p");
  }
  SECTION("a step is a step") {
    it.session.set_viewport({3'000'000, 2000, kHigh});
    it.frame();
    const auto before = ids();
    it.session.set_viewport({3'001'000, 2000, kHigh});
    it.frame();
    const auto after = ids();
    CHECK(before != after);
    CHECK(std::count_if(before.begin(), before.end(), [&](const auto& id) {
            return after.count(id) == 1;
          }) == static_cast<std::ptrdiff_t>(before.size()) - 1);
  }
}

TEST_CASE("What the backend alone remembers is said to be old, and is not asked for again") {
  struct Row {
    const char* status;
    State state;
    abi::Severity severity;
  };
  constexpr Row kRows[] = {{"SUCCESS", State::settled, abi::Severity::info},
                           {"RUNNING", State::not_found, abi::Severity::warning}};
  for (const Row& row : kRows) {
    Fixture fixture;
    fixture.frame();
    fixture.session.answer(kStored, batch(2, 1, row.status).c_str(), "\"1\"", -1, 94, fixture.now);
    fixture.frame();
    const auto holds = [&] {
      CHECK(fixture.page.state() == row.state);
      CHECK(fixture.page.summary.text(Field::message) ==
            "Huawei Cloud has deleted this job; this is what was last seen, 1m 34s ago");
      CHECK(fixture.page.summary.number(Attribute::severity) ==
            static_cast<std::uint32_t>(row.severity));
      CHECK(fixture.page.rows.size() == 3);
      CHECK(fixture.session.confirmed() == fixture.now - 94'000);
    };
    holds();
    for (int i = 0; i < 100; ++i) {
      fixture.now += 10'000;
      fixture.frame();
      REQUIRE(!fixture.page.asked);
    }
    fixture.session.refresh(fixture.now);
    fixture.frame();
    REQUIRE(fixture.page.asked);
    fixture.session.answer(kStored, "", "\"1\"", -1, 94, fixture.now);  // it was 304
    fixture.frame();
    holds();
  }
}

TEST_CASE("A board goes on asking though all its jobs have ended, and though it has none") {
  Fixture it;
  it.session.set(abi::Option::board, 1, it.now);
  it.frame();
  it.answer("[]", 200, "v1");
  CHECK(it.page.state() == State::live);
  CHECK(it.page.summary.text(Field::name) == "0 jobs");
  it.wait_and_ask();
  CHECK(*it.page.asked == "v1");
  it.answer("[" + child(1, "SUCCESS") + "]", 200, "v2");
  CHECK(it.page.state() == State::live);
  CHECK(it.page.summary.text(Field::name) == "1 job");
  it.wait_and_ask();
  it.answer("[" + child(1, "SUCCESS") + "," + child(2, "FAIL") + "]", 200, "v3");
  CHECK(it.page.state() == State::live);
  CHECK(it.page.summary.text(Field::name) == "2 jobs");
  CHECK_FALSE(it.page.heard(Event::settled));
  it.wait_and_ask();
}

TEST_CASE("A settled job asks for nothing more, ever") {
  Fixture it;
  it.frame();
  it.answer(batch(3, 3, "SUCCESS"));
  CHECK(it.page.wakes_at == std::numeric_limits<double>::infinity());
  it.now += 1e9;
  it.frame();
  CHECK_FALSE(it.page.asked);
  CHECK(it.writes == 0);
}

TEST_CASE("A document that was handed over is shown and never asked for") {
  Fixture it;
  it.session.set(abi::Option::document, 1, it.now);
  it.frame();
  CHECK_FALSE(it.page.asked);
  it.answer(batch(3, 1));
  CHECK(it.page.height_of_tree == 4);
  it.now += 1e9;
  it.frame();
  CHECK_FALSE(it.page.asked);
}

TEST_CASE("Switching the language rewrites what is on screen") {
  Fixture it;
  it.frame();
  it.answer(batch(3, 1));
  it.session.set_language("zh-CN");
  it.frame();
  CHECK(it.page.summary.text(Field::progress) == "已完成 1 / 3");
  CHECK(it.page.row(1)->text(Field::status) == "成功");
}

TEST_CASE("Texts beyond the basic plane arrive whole") {
  Fixture it;
  it.frame();
  it.answer(
      R"({"job_id":"a","job_type":"批量😀创建","status":"FAIL","fail_reason":"磁盘𠮷不足","begin_time":"昨天"})");
  CHECK(it.page.row(0)->text(Field::name) == "批量😀创建");
  CHECK(it.page.row(0)->text(Field::error) == "磁盘𠮷不足");
  CHECK(it.page.row(0)->text(Field::begin) == "昨天");
}

TEST_CASE("The progress is announced, but not more often than one can listen") {
  Fixture it;
  it.frame();
  it.answer(batch(20, 1));
  CHECK(it.page.announced == "running, 1 of 20 done");
  int spoken = 0;
  for (int done = 2; done < 12; ++done) {
    it.now += 1000;
    it.answer(batch(20, done));
    spoken += it.page.announced.empty() ? 0 : 1;
  }
  CHECK(spoken == 1);
  it.answer(batch(20, 20, "SUCCESS"));
  CHECK(it.page.announced == "succeeded, 20 of 20 done");
}

TEST_CASE("A search shows what it finds, says how much, and echoes what was typed") {
  Fixture it;
  it.frame();
  it.answer(batch(1000, 5));
  it.session.set_search("C12", it.now);
  it.frame();
  CHECK(it.page.summary.text(Field::search) == "C12");
  CHECK(it.page.summary.text(Field::matches) == "11 of 1,000 match");
  CHECK(it.page.height_of_tree == 12);
  CHECK(it.page.row(0)->number(Attribute::on_the_way) == 1);
  CHECK(it.page.row(0)->text(Field::label).find(", contains matches") != std::string::npos);
  CHECK(it.page.row(1)->number(Attribute::on_the_way) == 0);
  CHECK(it.page.row(1)->number(Attribute::set_size) == 11);
  CHECK(it.page.row(1)->number(Attribute::position) == 1);
  CHECK(it.page.row(1)->number(Attribute::tab_stop) == 1);
  CHECK_FALSE(it.page.focused);
  it.session.set_search("", it.now);
  it.frame();
  CHECK(it.page.summary.text(Field::matches).empty());
  CHECK(it.page.height_of_tree == 1001);
}

TEST_CASE("How much a search found is announced when the typing pauses") {
  Fixture it;
  it.frame();
  it.answer(batch(100, 5));
  for (const char* text : {"c", "c1", "c12"}) {
    it.now += 200;
    it.session.set_search(text, it.now);
    it.frame();
    CHECK(it.page.announced.empty());
  }
  CHECK(it.page.wakes_at <= it.now + 700);
  it.now += 700;
  it.frame();
  CHECK(it.page.announced == "1 of 100 match");
}

TEST_CASE("What is searched for before there is a tree wakes nobody for it") {
  Fixture it;
  it.session.set(abi::Option::statuses, 1U << static_cast<unsigned>(Status::failed), it.now);
  it.frame();
  it.now += 5000;
  it.frame();
  CHECK(it.page.wakes_at == kStart + 30'000);  // when the query is given up
}

TEST_CASE("A chip filters, and what is filtered is said in the summary") {
  Fixture it;
  it.frame();
  it.answer(batch(20, 12));
  it.session.set(abi::Option::statuses, 1U << static_cast<unsigned>(Status::running), it.now);
  it.frame();
  CHECK(it.page.summary.number(Attribute::statuses) == 2);
  CHECK(it.page.summary.text(Field::matches) == "8 of 20 match");
  CHECK(it.page.summary.text(Field::chip_succeeded) == "12 succeeded");
  CHECK(it.page.height_of_tree == 9);
  it.wait_and_ask();
  it.answer(batch(20, 15));
  CHECK(it.page.height_of_tree == 6);
  CHECK(it.page.row(5)->number(Attribute::set_size) == 5);
}

TEST_CASE("The head of the bars has marks at round times, from the first begin to the last end") {
  Fixture it;
  it.frame();
  it.answer(R"({"job_id":"p","job_type":"createServer","status":"INIT"})");
  CHECK(it.page.summary.text(Field::marks).empty());
  it.wait_and_ask();
  it.answer(batch(2, 1));
  const std::string before = it.page.summary.text(Field::marks);
  it.now += 3'600'000;
  it.wait_and_ask();
  CHECK(it.page.summary.text(Field::marks) != before);
  it.answer(batch(2, 2, "SUCCESS"));
  CHECK(it.page.summary.text(Field::marks) ==
        "2500\x1F"
        "5s\n5000\x1F"
        "10s\n7500\x1F"
        "15s\n10000\x1F"
        "20s");
  it.session.set_language("zh-CN");
  it.frame();
  CHECK(it.page.summary.text(Field::marks) ==
        "2500\x1F"
        "5秒\n5000\x1F"
        "10秒\n7500\x1F"
        "15秒\n10000\x1F"
        "20秒");
}

TEST_CASE("The timeline is zoomed to the active job or to a part of it, and back") {
  Fixture it;
  it.frame();
  it.answer(batch(2, 2, "SUCCESS"));
  const std::uint32_t whole = it.page.row(1)->number(Attribute::bar_end);
  it.session.press(abi::Key::down, 0, it.now);
  it.session.set(abi::Option::zoom, 1, it.now);
  it.frame();
  CHECK(it.page.summary.number(Attribute::zoomed) == 1);
  CHECK(it.page.row(1)->number(Attribute::bar_begin) == 0);
  CHECK(it.page.row(1)->number(Attribute::bar_end) == 10000);
  it.session.set(abi::Option::zoom, 0, it.now);
  it.frame();
  CHECK(it.page.summary.number(Attribute::zoomed) == 0);
  CHECK(it.page.row(1)->number(Attribute::bar_end) == whole);
  it.session.set(abi::Option::zoom, (5000U << 16U) | 9999U, it.now);
  it.frame();
  CHECK(it.page.summary.number(Attribute::zoomed) == 1);
  it.session.set(abi::Option::zoom, 0xFFFFFFFF, it.now);  // nothing lies beyond the end
  it.frame();
  CHECK(it.page.summary.number(Attribute::zoomed) == 0);
}

TEST_CASE("Matches are counted among the sub-jobs, though the job itself matches too") {
  Fixture it;
  it.frame();
  it.answer(R"({"job_id":"p","status":"FAIL","sub_jobs":[{"job_id":"a","status":"FAIL"},)"
            R"({"job_id":"b","status":"SUCCESS"}]})");
  it.session.set_search("failed", it.now);
  it.frame();
  CHECK(it.page.summary.text(Field::matches) == "1 of 2 match");
}

TEST_CASE("The row that the timeline is zoomed to comes into sight") {
  Fixture it;
  it.frame();
  it.answer(batch(100, 100, "SUCCESS"));
  it.session.press(abi::Key::down, 0, it.now);
  it.frame();
  it.session.set_viewport({32 * 60, 320, 32});
  it.frame();
  it.session.set(abi::Option::zoom, 1, it.now);
  it.frame();
  CHECK(it.page.scrolled == 32);
}

TEST_CASE("The first failure is marked where it stands, and named above") {
  Fixture it;
  it.frame();
  it.answer(R"({"job_id":"p","job_type":"createServer","status":"FAIL","sub_jobs":[)" +
            child(0, "SUCCESS") + "," +
            child(1, "FAIL", R"(,"error_code":"Ecs.0319","fail_reason":"no capacity left")") + "," +
            child(2, "FAIL") + "]}");
  CHECK(it.page.summary.text(Field::cause) ==
        isolated("Create EIP") + "  " + isolated("Ecs.0319  no capacity left"));
  CHECK(it.page.row(1)->number(Attribute::cause) == 0);
  CHECK(it.page.row(2)->number(Attribute::cause) == 1);
  CHECK(it.page.row(3)->number(Attribute::cause) == 0);
  CHECK(it.page.row(2)->text(Field::label).find(", first failure") != std::string::npos);
  CHECK(it.session.press(abi::Key::root_failure, 0, it.now));
  it.frame();
  CHECK(it.page.detail.text(Field::id) == "c1");
  CHECK(it.page.detail.number(Attribute::cause) == 1);
  CHECK(*it.page.focused == it.page.slot(2));
  it.session.set_language("zh");
  it.frame();
  CHECK(it.page.row(2)->text(Field::label).find("，首个失败") != std::string::npos);
}

TEST_CASE("The details say where in the answer the job was written") {
  Fixture it;
  it.frame();
  const std::string body = batch(3, 1);
  it.answer(body);
  it.session.click(it.page.slot(2), abi::Part::row);
  it.frame();
  const std::uint32_t begin = it.page.detail.number(Attribute::source_begin);
  CHECK(body.substr(begin, it.page.detail.number(Attribute::source_size)) == child(1, "RUNNING"));
}

TEST_CASE("A job is revealed by its id: selected, and scrolled to as far as needed") {
  Fixture it;
  it.frame();
  it.answer(batch(1000, 5));
  it.session.set_search("c1", it.now);
  CHECK(it.session.reveal("c700"));
  it.frame();
  CHECK(it.page.summary.text(Field::search).empty());
  CHECK(it.page.detail.text(Field::id) == "c700");
  CHECK(*it.page.scrolled == 702 * 32 - 320);
  CHECK(it.page.heard(Event::select));
  CHECK_FALSE(it.session.reveal("c1000"));
  CHECK_FALSE(it.session.reveal(""));
}

TEST_CASE("A job that is to be revealed before there is a tree is revealed when there is") {
  Fixture it;
  it.frame();
  CHECK(it.session.reveal("c70"));
  it.answer(batch(100, 5));
  CHECK(it.page.detail.text(Field::id) == "c70");
  CHECK(it.page.scrolled);
}

TEST_CASE("What is at the top of the screen stays there when an answer puts rows above it") {
  const auto with = [](int before) {
    std::string jobs;
    for (int i = 100 - before; i < 200; ++i)
      jobs += (jobs.empty() ? "" : ",") + child(i, "RUNNING");
    return R"({"job_id":"p","status":"RUNNING","sub_jobs":[)" + jobs + "]}";
  };
  Fixture it;
  it.frame();
  it.answer(with(10));
  it.session.set_viewport({32 * 20 + 5, 320, 32});
  it.frame();
  REQUIRE(it.page.row(20)->text(Field::id) == "c109");
  SECTION("more of them") {
    it.answer(with(15));
    CHECK(*it.page.scrolled == 32 * 25 + 5);
    CHECK(it.page.row(25)->text(Field::id) == "c109");
  }
  SECTION("fewer") {
    it.answer(with(5));
    CHECK(*it.page.scrolled == 32 * 15 + 5);
  }
  SECTION("so few that it is now among the first") {
    it.answer(with(-15));
    CHECK(*it.page.scrolled == 0);
    CHECK(it.page.row(0)->text(Field::id) == "p");
  }
  SECTION("but at the very top one sees what comes") {
    it.session.set_viewport({0, 320, 32});
    it.answer(with(15));
    CHECK_FALSE(it.page.scrolled);
    CHECK(it.page.row(1)->text(Field::id) == "c85");
  }
}

TEST_CASE("Under an order, a row that is sorted to another place does not take the eye along") {
  // Of 300, the first `failed` have failed but for one, and the others run.
  const auto with = [](int failed, int but, const char* what, int ended = 300) {
    std::string jobs;
    for (int i = 0; i < 300; ++i) {
      const char* status = i == but     ? what
                           : i < failed ? "FAIL"
                           : i < ended  ? "RUNNING"
                                        : "SUCCESS";
      jobs += (jobs.empty() ? "" : ",") + child(i, status);
    }
    return R"({"job_id":"p","status":"RUNNING","sub_jobs":[)" + jobs + "]}";
  };
  Fixture it;
  it.frame();
  it.answer(with(150, -1, ""));
  it.session.set(abi::Option::sort, static_cast<std::uint32_t>(abi::Sort::failed_first), it.now);
  it.frame();
  it.session.set_viewport({32 * 100, 320, 32});
  it.frame();
  REQUIRE(it.page.row(100)->text(Field::id) == "c99");
  SECTION("the one at the top succeeds: those below it stay where they are") {
    it.answer(with(150, 99, "SUCCESS"));
    CHECK(*it.page.scrolled == 32 * 99);
    CHECK(it.page.row(100)->text(Field::id) == "c100");
  }
  SECTION("one that ran fails, above in the order: what is seen stays") {
    it.answer(with(150, 299, "FAIL"));
    CHECK_FALSE(it.page.scrolled);  // it stands behind the others
    CHECK(it.page.row(100)->text(Field::id) == "c99");
  }
  SECTION("all that is seen is sorted elsewhere: one stays at this height") {
    it.answer(with(90, -1, "", 90));
    CHECK_FALSE(it.page.scrolled);
  }
}

TEST_CASE("Longest first, those that go on running are what one looks at") {
  const auto with = [](int ended) {
    std::string jobs;
    for (int i = 0; i < 100; ++i) {
      const std::string second = std::to_string(10 + i / 10);
      jobs += std::string(i == 0 ? "" : ",") + R"({"job_id":"c)" + std::to_string(i) +
              R"(","status":")" + (i == ended ? "SUCCESS" : "RUNNING") +
              R"(","begin_time":"2022-12-05T08:10:)" + second + R"(Z","end_time":")" +
              (i == ended ? "2022-12-05T08:10:" + second + "Z" : "") + "\"}";
    }
    return R"({"job_id":"p","status":"RUNNING","sub_jobs":[)" + jobs + "]}";
  };
  Fixture it;
  it.now += 60'000;
  it.frame();
  it.answer(with(-1));
  it.session.set(abi::Option::sort, static_cast<std::uint32_t>(abi::Sort::longest_first), it.now);
  it.frame();
  it.session.set_viewport({32 * 20, 320, 32});
  it.frame();
  REQUIRE(it.page.row(20)->text(Field::id) == "c19");
  it.now += 10'000;
  it.answer(with(19));
  CHECK(*it.page.scrolled == 32 * 19);
  CHECK(it.page.row(20)->text(Field::id) == "c20");
}

TEST_CASE("When there are fewer rows than the screen was scrolled by, it is not left empty") {
  Fixture it;
  it.frame();
  it.answer(batch(1000, 5));
  it.session.set_viewport({32 * 900, 320, 32});
  it.frame();
  it.session.set(abi::Option::statuses, 1U << static_cast<unsigned>(Status::succeeded), it.now);
  it.frame();
  CHECK(it.page.height_of_tree == 6);
  CHECK(it.page.rows.size() == 6);
}

TEST_CASE("Another order begins at the top, and stays while nothing is answered") {
  Fixture it;
  it.frame();
  it.answer(R"({"job_id":"p","status":"RUNNING","sub_jobs":[)" + child(0, "SUCCESS") + "," +
            child(1, "FAIL") + "]}");
  it.session.set(abi::Option::sort, static_cast<std::uint32_t>(abi::Sort::failed_first), it.now);
  it.frame();
  CHECK(*it.page.scrolled == 0);
  CHECK(it.page.row(1)->text(Field::id) == "c1");
  CHECK(it.page.row(1)->number(Attribute::position) == 1);
  CHECK(it.page.summary.number(Attribute::sort) == 1);
  it.session.set(abi::Option::sort, 77, it.now);
  it.frame();
  CHECK(it.writes == 0);
}

TEST_CASE("Whatever happens, the page shows what a fresh page would show") {
  Fixture it;
  it.frame();
  for (int step = 0; step < 60; ++step) {
    it.now += 700;
    it.answer(batch(40, step % 41));
    it.session.set_viewport({32.0 * ((step * 7) % 30), 320, 32});
    if (step % 5 == 0) it.session.click(it.page.slot(0), abi::Part::toggle);
    if (step % 3 == 0) it.session.press(abi::Key::down, 0, it.now);
    it.frame();
    for (const auto& [slot, row] : it.page.rows) {
      const std::uint32_t index = row.number(Attribute::index);
      REQUIRE(index < it.page.height_of_tree);
      if (index == 0) continue;
      const bool done = static_cast<int>(index) <= step % 41;
      CHECK(row.text(Field::status) == (done ? "succeeded" : "running"));
      CHECK(row.text(Field::id) == "c" + std::to_string(index - 1));
      CHECK(row.number(Attribute::position) == index);
    }
  }
}

}  // namespace job_session_test
