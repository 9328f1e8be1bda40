#include "text.h"

#include "unit/catch.h"

using namespace jobtree::engine;
using abi::State;

TEST_CASE("Every Chinese tag is Chinese, and all else English") {
  for (const char* tag : {"zh", "zh-CN", "ZH-Hans-CN", "zh-TW"}) {
    CHECK(language_of(tag) == Language::zh);
  }
  for (const char* tag : {"", "en", "en-US", "zha", "z", "de-zh", "fr"}) {
    CHECK(language_of(tag) == Language::en);
  }
}

TEST_CASE("Durations are as short as they can be") {
  const auto en = [](std::int64_t ms) { return duration(ms, Language::en, false); };
  CHECK(en(0) == "0.0s");
  CHECK(en(1913) == "1.9s");
  CHECK(en(9999) == "9.9s");
  CHECK(en(34'000) == "34s");
  CHECK(en(154'000) == "2m 34s");
  CHECK(en(61'000) == "1m 01s");
  CHECK(en(11'100'000) == "3h 05m");
  CHECK(en(187'200'000) == "2d 4h");
  CHECK(en(-5) == "0.0s");
  CHECK(duration(1913, Language::en, true) == "1s");
  CHECK(duration(154'000, Language::zh, false) == "2分34秒");
  CHECK(duration(1913, Language::zh, false) == "1.9秒");
}

TEST_CASE("Large counts have separators") {
  CHECK(figure(0) == "0");
  CHECK(figure(999) == "999");
  CHECK(figure(10'000) == "10,000");
  CHECK(figure(1'234'567) == "1,234,567");
  CHECK(done_of(12, 20, Language::en) == "12 of 20 done");
  CHECK(done_of(12, 20, Language::zh) == "已完成 12 / 20");
}

TEST_CASE("Every state has a sentence in both languages, and Chinese ones hold no English words") {
  for (std::uint32_t i = 0; i <= static_cast<std::uint32_t>(State::not_understood); ++i) {
    for (bool has_tree : {false, true}) {
      WatchFacts facts;
      facts.state = static_cast<State>(i);
      facts.age = 20;
      facts.next = 8;
      facts.has_tree = has_tree;
      CHECK_FALSE(watch_message(facts, Language::en).empty());
      const std::string zh =
          watch_message(facts, Language::zh) + std::string(watch_hint(facts, Language::zh));
      CHECK_FALSE(zh.empty());
      const bool latin = std::any_of(zh.begin(), zh.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      });
      // "ID" is what Chinese speakers call it, too.
      CHECK((!latin || zh.find("ID") != std::string::npos));
    }
  }
}

TEST_CASE("A refusal names the code and says what to do") {
  WatchFacts facts;
  facts.state = State::denied;
  facts.code = "APIGW.0301";
  CHECK(watch_message(facts, Language::en) == "The cloud refused the request (APIGW.0301)");
  CHECK_FALSE(watch_hint(facts, Language::en).empty());
}

TEST_CASE("A backend that wants a token is not taken for the cloud") {
  WatchFacts facts;
  facts.state = State::denied;
  facts.code = "jobtree.token_required";
  CHECK(watch_message(facts, Language::en) == "The backend shows jobs to holders of a token alone");
  facts.code = "jobtree.bad_token";
  CHECK(watch_message(facts, Language::en) == "The backend does not take this token");
  CHECK(watch_hint(facts, Language::en).empty());
}

TEST_CASE("A fresh live watch says no more than that") {
  WatchFacts facts;
  facts.state = State::live;
  facts.age = 3;
  CHECK(watch_message(facts, Language::en) == "Live");
  facts.age = 20;
  CHECK(watch_message(facts, Language::en) == "Live, confirmed 20s ago");
}

TEST_CASE("What the backend itself holds back is told in its own words, in both languages") {
  WatchFacts facts;
  facts.state = abi::State::denied;
  facts.http_status = 403;
  facts.code = "jobtree.key_paused";
  CHECK(watch_message(facts, Language::en).find("refused the key three times") !=
        std::string::npos);
  CHECK(watch_message(facts, Language::zh).find("三次") != std::string::npos);
  facts.code = "jobtree.unknown_project";
  CHECK(watch_message(facts, Language::en).find("no project in this region, or several") !=
        std::string::npos);
  CHECK(watch_message(facts, Language::zh).find("项目") != std::string::npos);
}

TEST_CASE("A row's accessible name leaves out what there is not") {
  CHECK(row_label({"attachVolume", "failed", "2m 03s", "", "Ecs.0319"}, Language::en) ==
        "attachVolume, failed, 2m 03s, Ecs.0319");
}
