#include "i18n/messages.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "unit/catch.h"
#include "unit/engine/text_of.h"

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
  const auto en = [](std::int64_t ms) { return text_of(put_duration, ms, Language::en, false); };
  CHECK(en(0) == "0.0s");
  CHECK(en(1913) == "1.9s");
  CHECK(en(9999) == "9.9s");
  CHECK(en(34'000) == "34s");
  CHECK(en(154'000) == "2m 34s");
  CHECK(en(61'000) == "1m 01s");
  CHECK(en(11'100'000) == "3h 05m");
  CHECK(en(187'200'000) == "2d 4h");
  CHECK(en(-5) == "0.0s");
  CHECK(text_of(put_duration, 1913, Language::en, true) == "1s");
  CHECK(text_of(put_duration, 154'000, Language::zh, false) == "2分34秒");
  CHECK(text_of(put_duration, 1913, Language::zh, false) == "1.9秒");
}

TEST_CASE("Large counts have separators") {
  CHECK(text_of(put_figure, 0) == "0");
  CHECK(text_of(put_figure, 999) == "999");
  CHECK(text_of(put_figure, 10'000) == "10,000");
  CHECK(text_of(put_figure, 1'234'567) == "1,234,567");
  CHECK(text_of(put_done, 12, 20, Language::en) == "12 of 20 done");
  CHECK(text_of(put_done, 12, 20, Language::zh) == "已完成 12 / 20");
}

TEST_CASE(
    "Every state has one sentence that says what is, and one that says what to do, if anything") {
  struct Row {
    State state;
    bool has_tree;
    const char *en, *zh, *hint, *hint_zh;
  };
  const Row kRows[] = {
      {State::loading, false, "Asking the cloud…", "正在查询…", "", ""},
      {State::live, true, "Live, confirmed 1m 34s ago", "实时，1分34秒前确认", "", ""},
      {State::settled, true, "The job has ended", "任务已结束", "", ""},
      {State::stale, true, "Not confirmed for 1m 34s; next try in 8s",
       "1分34秒前确认，此后查询失败，8秒后重试",
       "The backend does not answer. Is it running, and does it allow this site?",
       "后端没有应答：是否已启动，是否允许此网站？"},
      {State::unreachable, false, "No answer; next try in 8s", "没有应答，8秒后重试",
       "The backend does not answer. Is it running, and does it allow this site?",
       "后端没有应答：是否已启动，是否允许此网站？"},
      {State::offline, true, "The browser is offline; confirmed 1m 34s ago",
       "浏览器已离线，1分34秒前确认", "Polling goes on when the network is back.",
       "网络恢复后将继续轮询。"},
      {State::offline, false, "The browser is offline", "浏览器已离线",
       "Polling goes on when the network is back.", "网络恢复后将继续轮询。"},
      {State::paused, true, "Paused; confirmed 1m 34s ago", "已暂停，1分34秒前确认",
       "Nothing is asked until you resume.", "恢复后才会继续查询。"},
      {State::paused, false, "Paused", "已暂停", "Nothing is asked until you resume.",
       "恢复后才会继续查询。"},
      {State::waiting, false, "The cloud has no such job yet; next try in 8s",
       "云端尚无此任务，8秒后重试",
       "A new job may be stored a little late; it is looked for for half a minute.",
       "新任务可能稍后才会保存，将继续查询半分钟。"},
      {State::waiting, true, "The cloud does not find this job any more; next try in 8s",
       "云端已找不到此任务，8秒后重试", "It is looked for for half a minute.",
       "将继续查询半分钟。"},
      {State::not_found, false, "The cloud has no such job", "云端没有此任务",
       "Check region, service and project. Ids of batch releases and unbindings are never stored; "
       "ended jobs are removed after a while.",
       "请检查区域、服务和项目。批量释放和解绑的任务 ID 不会保存；已结束的任务会被清除。"},
      {State::not_found, true, "The cloud no longer has this job", "云端已不再保存此任务",
       "Ended jobs are removed after a while. This is the last that was seen.",
       "已结束的任务会在一段时间后被清除，此处为最后一次结果。"},
      {State::throttled, true, "Too many requests; next try in 8s", "请求过于频繁，8秒后重试",
       "The limit is for all who use the key. Nothing needs doing.",
       "该限制由同一密钥的所有使用者共用，无需操作。"},
      {State::not_understood, true, "The answer is not a job this page understands; next try in 8s",
       "返回内容不是可识别的任务，8秒后重试", "The last good answer stays on screen.",
       "保留最后一次有效结果。"},
      {State::not_understood, false,
       "The answer is not a job this page understands; next try in 8s",
       "返回内容不是可识别的任务，8秒后重试", "Check that the service is the right one.",
       "请检查服务是否正确。"},
  };
  for (std::uint32_t i = 0; i <= static_cast<std::uint32_t>(State::waiting); ++i) {
    const auto state = static_cast<State>(i);
    // Of a refusal the sentence is that of its code: see below.
    const bool has_row = std::any_of(std::begin(kRows), std::end(kRows),
                                     [&](const Row& row) { return row.state == state; });
    CHECK(has_row == (state != State::denied));
  }
  for (const Row& row : kRows) {
    WatchFacts facts;
    facts.state = row.state;
    facts.has_tree = row.has_tree;
    facts.age = row.has_tree ? 94 : -1;
    const bool is_tried_again = std::string(row.en).find("next try") != std::string::npos;
    if (is_tried_again) facts.next = 7.2;
    CHECK(text_of(put_watch_message, facts, Language::en) == row.en);
    CHECK(text_of(put_watch_message, facts, Language::zh) == row.zh);
    CHECK(watch_hint(facts, Language::en) == row.hint);
    CHECK(watch_hint(facts, Language::zh) == row.hint_zh);
    const bool ticks = is_tried_again || std::string(row.en).find("1m 34s") != std::string::npos;
    String message;
    CHECK(put_watch_message(message, facts, Language::en) == ticks);
  }
}

TEST_CASE("What a code tells, and what helps, in both languages") {
  struct Row {
    State state;
    int http_status;
    const char *code, *en, *hint;
  };
  const Row kRows[] = {
      {State::denied, 401, "APIGW.0301", "The cloud did not accept the key (APIGW.0301)",
       "Polling has stopped, so that the key is not locked. Check key, region and clock at the "
       "backend, then refresh."},
      {State::denied, 403, "APIGW.0302", "The cloud does not allow this (APIGW.0302)",
       "Check the permissions and the balance of the key's account, then refresh."},
      {State::denied, 403, "jobtree.denied", "The cloud does not allow this (jobtree.denied)",
       "Check the permissions and the balance of the key's account, then refresh."},
      {State::denied, 400, "APIGW.0201", "The cloud refused the request (APIGW.0201)",
       "Check job id, region, service and project, then refresh."},
      {State::denied, 400, "VPC.0007", "The project is not the key's (VPC.0007)",
       "With the project \"-\" the key's own is asked."},
      {State::denied, 403, "", "The request was refused on its way to the backend",
       "Reload the page; you may have to sign in again."},
      {State::denied, 415, "jobtree.wrong_type",
       "The backend refused the request (jobtree.wrong_type)", "The log of the backend says why."},
      {State::denied, 401, "jobtree.token_required",
       "The backend shows jobs to holders of a token alone",
       "Ask whoever runs the backend for a token."},
      {State::denied, 401, "jobtree.bad_token", "The backend does not take this token",
       "Ask whoever runs the backend for a token."},
      {State::denied, 403, "jobtree.key_paused",
       "Not asked for a few minutes: the cloud refused the key three times in a row",
       "More refusals would lock it for everybody. Correct it at the backend, then refresh."},
      {State::denied, 400, "jobtree.unknown_project",
       "The key has no project in this region, or several",
       "Start the backend with --project, or name the project here."},
      {State::not_found, 404, "jobtree.unknown_region",
       "The backend has no jobs at this address (jobtree.unknown_region)",
       "Check job id, region, service and project, then refresh."},
      {State::not_found, 404, "APIGW.0101", "The cloud has no such job (APIGW.0101)",
       "Check region, service and project. Ids of batch releases and unbindings are never stored; "
       "ended jobs are removed after a while."},
      {State::throttled, 429, "APIGW.0308", "Too many requests (APIGW.0308); next try in 8s",
       "The limit is for all who use the key. Nothing needs doing."},
      {State::throttled, 429, "jobtree.too_many_unknown",
       "Too many jobs that do not exist were asked for; next try in 8s",
       "Jobs that were there lately can be asked for meanwhile."},
      {State::unreachable, 503, "jobtree.no_key",
       "The backend has no key for the cloud; next try in 8s",
       "Whoever runs it can set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK."},
      {State::unreachable, 502, "VPC.0514", "No answer (VPC.0514); next try in 8s", ""},
      {State::stale, 504, "jobtree.unreachable",
       "Not confirmed for 1m 34s (jobtree.unreachable); next try in 8s",
       "Whoever runs it should check its network, proxy and DNS."},
      {State::not_understood, 200, "JSON", "The answer is not JSON; next try in 8s",
       "A proxy or a sign-in page may have answered instead."},
      {State::not_understood, -1, "too large", "The answer is too large; next try in 8s", ""},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.code);
    WatchFacts facts;
    facts.state = row.state;
    facts.http_status = row.http_status;
    facts.code = row.code;
    facts.age = 94;
    if (std::string(row.en).find("next try") != std::string::npos) facts.next = 8;
    CHECK(text_of(put_watch_message, facts, Language::en) == row.en);
    CHECK(watch_hint(facts, Language::en) == row.hint);
    CHECK(text_of(put_watch_message, facts, Language::zh) != row.en);
    CHECK((watch_hint(facts, Language::zh) == row.hint) == std::string(row.hint).empty());
  }
}

TEST_CASE("Words of a code are said while it is of the last query, and not after") {
  WatchFacts facts;
  facts.code = "jobtree.unreachable";
  for (const State state : {State::loading, State::live, State::settled, State::paused,
                            State::offline, State::waiting}) {
    facts.state = state;
    WatchFacts without = facts;
    without.code = {};
    CHECK(watch_hint(facts, Language::en) == watch_hint(without, Language::en));
  }
}

TEST_CASE("A live watch needs no clock while answers are as fresh as answers are") {
  WatchFacts facts;
  facts.state = State::live;
  facts.age = 36;
  CHECK(text_of(put_watch_message, facts, Language::en) == "Live");
  CHECK(text_of(put_watch_message, facts, Language::zh) == "实时");
  facts.age = 41;
  CHECK(text_of(put_watch_message, facts, Language::en) == "Live, confirmed 41s ago");
}
