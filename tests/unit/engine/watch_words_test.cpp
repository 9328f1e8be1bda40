#include "i18n/watch_words.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "unit/catch.h"
#include "unit/engine/text_of.h"

namespace watch_words_test {

using namespace jobtree::engine;
using abi::State;

TEST_CASE(
    "Every state has one sentence that says what is, and one that says what to do, if anything") {
  struct Row {
    State state;
    bool has_tree;
    const char *en, *zh, *hint, *hint_zh;
  };
  const Row kRows[] = {
      {State::loading, false, "Loading…", "正在加载…", "", ""},
      {State::live, true, "Updated 1m 34s ago", "更新于 1 分 34 秒前", "", ""},
      {State::settled, true, "Job finished", "任务已结束", "", ""},
      {State::stale, true, "No update for 1m 34s; retrying in 8s",
       "已有 1 分 34 秒未更新，8 秒后重试",
       "Can't reach the jobtree server. Check that it is running and that --allow-origin includes "
       "this site.",
       "无法连接 jobtree 服务端。请确认它已启动，且 --allow-origin 包含此网站。"},
      {State::unreachable, false, "No response; retrying in 8s", "无响应，8 秒后重试",
       "Can't reach the jobtree server. Check that it is running and that --allow-origin includes "
       "this site.",
       "无法连接 jobtree 服务端。请确认它已启动，且 --allow-origin 包含此网站。"},
      {State::offline, true, "You're offline · updated 1m 34s ago",
       "网络已断开 · 更新于 1 分 34 秒前", "Updates resume when you're back online.",
       "网络恢复后将继续更新。"},
      {State::offline, false, "You're offline", "网络已断开",
       "Updates resume when you're back online.", "网络恢复后将继续更新。"},
      {State::paused, true, "Paused · updated 1m 34s ago", "已暂停 · 更新于 1 分 34 秒前",
       "Resume to get updates.", "点击继续后恢复更新。"},
      {State::paused, false, "Paused", "已暂停", "Resume to get updates.", "点击继续后恢复更新。"},
      {State::waiting, false, "Job not found yet; retrying in 8s", "暂未查询到此任务，8 秒后重试",
       "New jobs can take a few seconds to appear. Retrying for 30 seconds.",
       "新任务可能有延迟，30 秒内将自动重试。"},
      {State::waiting, true, "Huawei Cloud no longer returns this job; retrying in 8s",
       "华为云不再返回此任务，8 秒后重试", "Retrying for 30 seconds.", "30 秒内将自动重试。"},
      {State::not_found, false, "Job not found", "未找到此任务",
       "Check the service, region and project. Finished jobs expire after about a day; batch "
       "release and unbind operations have no queryable job.",
       "请检查服务、区域和项目。已结束的任务约一天后会被清除；批量释放和解绑操作没有可查询的任务"
       "。"},
      {State::not_found, true,
       "Huawei Cloud has deleted this job; this is what was last seen, 1m 34s ago",
       "华为云已删除此任务，显示的是 1 分 34 秒前最后一次看到的内容", "", ""},
      {State::throttled, true, "Too many requests; retrying in 8s", "请求过于频繁，8 秒后重试",
       "The limit is shared by everyone using this key. No action needed.",
       "同一密钥的所有使用者共用此限制，无需操作。"},
      {State::not_understood, true, "Unexpected response; retrying in 8s",
       "响应无法识别，8 秒后重试", "Showing the last good result.", "显示的是最后一次有效结果。"},
      {State::not_understood, false, "Unexpected response; retrying in 8s",
       "响应无法识别，8 秒后重试", "Check that you chose the right service.",
       "请检查所选服务是否正确。"},
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
    const bool is_tried_again = std::string(row.en).find("retrying") != std::string::npos;
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
      {State::denied, 401, "APIGW.0301", "Authentication failed (APIGW.0301)",
       "Stopped retrying so the key isn't locked. Check the key, region and clock on the server, "
       "then refresh."},
      {State::denied, 403, "APIGW.0302", "Permission denied (APIGW.0302)",
       "Check the key's permissions and the account balance, then refresh."},
      {State::denied, 403, "jobtree.denied", "Permission denied (jobtree.denied)",
       "Check the key's permissions and the account balance, then refresh."},
      {State::denied, 400, "APIGW.0201", "Huawei Cloud refused the request (APIGW.0201)",
       "Check the job ID, region, service and project, then refresh."},
      {State::denied, 400, "VPC.0007", "This project doesn't belong to the key (VPC.0007)",
       "Leave the project empty to use the key's own."},
      {State::denied, 403, "", "A proxy in front of the server refused the request",
       "Reload the page. You may need to sign in again."},
      {State::denied, 415, "jobtree.wrong_type",
       "The server refused the request (jobtree.wrong_type)", "See the server log for the cause."},
      {State::denied, 401, "jobtree.token_required", "Access token required",
       "Get one from your administrator."},
      {State::denied, 401, "jobtree.bad_token", "Invalid access token",
       "Get one from your administrator."},
      {State::denied, 403, "jobtree.key_paused",
       "Paused for a few minutes: the key was rejected three times",
       "More failures would lock the key. Fix it on the server, then refresh."},
      {State::denied, 400, "jobtree.unknown_project",
       "Can't choose a project: the key has none, or several, in this region",
       "Enter the project ID here, or start the server with --project."},
      {State::not_found, 404, "jobtree.unknown_region",
       "This server doesn't serve that region, service or path (jobtree.unknown_region)",
       "Check the job ID, region, service and project, then refresh."},
      {State::not_found, 404, "APIGW.0101", "Job not found (APIGW.0101)",
       "Huawei Cloud has no such API here. Check the service and region."},
      {State::denied, 502, "jobtree.untrusted_certificate",
       "Huawei Cloud's certificate is not trusted (jobtree.untrusted_certificate)",
       "Set a private CA on the server with --ca-file, then refresh."},
      {State::throttled, 429, "APIGW.0308", "Too many requests (APIGW.0308); retrying in 8s",
       "The limit is shared by everyone using this key. No action needed."},
      {State::throttled, 429, "jobtree.too_many_unknown",
       "Too many lookups of nonexistent jobs; retrying in 8s", "Recently found jobs still work."},
      {State::unreachable, 503, "jobtree.no_key",
       "The server has no Huawei Cloud key; retrying in 8s",
       "The administrator needs to set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK."},
      {State::unreachable, 502, "VPC.0514", "No response (VPC.0514); retrying in 8s", ""},
      {State::stale, 504, "jobtree.unreachable",
       "No update for 1m 34s (jobtree.unreachable); retrying in 8s",
       "Check the server's network, proxy and DNS."},
      {State::not_understood, 200, "JSON", "The response is not JSON; retrying in 8s",
       "A proxy or a sign-in page may have intercepted the request."},
      {State::not_understood, -1, "too large", "The response is too large; retrying in 8s", ""},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.code);
    WatchFacts facts;
    facts.state = row.state;
    facts.http_status = row.http_status;
    facts.code = row.code;
    facts.age = 94;
    if (std::string(row.en).find("retrying") != std::string::npos) facts.next = 8;
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
  CHECK(text_of(put_watch_message, facts, Language::en) == "Updated 41s ago");
}

}  // namespace watch_words_test
