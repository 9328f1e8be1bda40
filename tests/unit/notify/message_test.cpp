// What a message says, in both languages, before any channel gives it its form.
#include "notify/message.h"

#include "unit/notify/told.h"

namespace jobtree::notify::message_test {

using namespace tests;

namespace {

constexpr Style kEnglish{.language = Language::en, .zone = Zone(0)};
constexpr Style kChinese{.language = Language::zh, .zone = Zone(480)};

std::string fact(const Message& message, std::string_view label) {
  for (const auto& [known, value] : message.facts) {
    if (known == label) return value;
  }
  return "none";
}

Notice noticed(Kind kind, Status status) {
  store::JobRecord record = failed_record();
  record.status = status;
  Occasion occasion = settled();
  occasion.kind = kind;
  return notice_of(record, occasion);
}

}  // namespace

TEST_CASE("A failed job is told with all that one needs to know") {
  const Message message = message_of(failed_notice(), kEnglish);
  CHECK(message.title == "Failed: Create EIPs (17/20)");
  CHECK(message.tone == Message::Tone::bad);
  CHECK(fact(message, "Service") == "eip");
  CHECK(fact(message, "Region") == "cn-north-4");
  CHECK(fact(message, "Project") == "prod");
  CHECK(fact(message, "Status") == "failed");
  CHECK(fact(message, "Sub-jobs") == "17 succeeded, 3 failed");
  CHECK(fact(message, "Started") == "2026-11-28 22:24:06 (GMT+00:00)");
  CHECK(fact(message, "Finished") == "2026-11-28 22:28:18 (GMT+00:00)");
  CHECK(fact(message, "Duration") == "4m 12s");
  CHECK(fact(message, "Observed") == "none");
  CHECK(message.error == "VPC.0501: quota exceeded");
  CHECK_FALSE(message.advice.empty());
  CHECK(message.list ==
        std::vector<std::string>{"VPC.0501: quota exceeded ×2", "VPC.0532: no free address ×1"});
  CHECK(message.notes.empty());
  CHECK(message.link_text == "Open");
}

TEST_CASE("The same in Chinese, by the clock of China") {
  const Message message = message_of(failed_notice(), kChinese);
  CHECK(message.title == "失败：批量创建弹性公网IP（17/20）");
  CHECK(fact(message, "状态") == "失败");
  CHECK(fact(message, "子任务") == "成功 17，失败 3");
  CHECK(fact(message, "结束时间") == "2026-11-29 06:28:18 (GMT+08:00)");
  CHECK(fact(message, "用时") == "4 分 12 秒");
  CHECK(message.link_text == "打开");
}

TEST_CASE("Each kind and status has a title of its own") {
  const auto title = [](Kind kind, Status status) {
    const std::string text = message_of(noticed(kind, status), kEnglish).title;
    return text.substr(0, text.find(':'));
  };
  CHECK(title(Kind::begun, Status::running) == "Started");
  CHECK(title(Kind::settled, Status::succeeded) == "Succeeded");
  CHECK(title(Kind::settled, Status::cancelled) == "Cancelled");
  CHECK(title(Kind::settled, Status::skipped) == "Skipped");
  CHECK(title(Kind::first_failure, Status::running) == "First failure");
  CHECK(title(Kind::stuck, Status::running) == "Running longer than usual");
  CHECK(title(Kind::group_new, Status::failed) == "New cause of failure");
  CHECK(title(Kind::group_back, Status::failed) == "Cause of failure is back");
  CHECK(title(Kind::test, Status::unknown).starts_with("Test message"));
}

TEST_CASE("A job whose end nobody saw did not fail") {
  const Message message = message_of(noticed(Kind::settled, Status::running), kEnglish);
  CHECK(message.title.starts_with("Outcome unknown: "));
  CHECK(message.tone == Message::Tone::neutral);
}

TEST_CASE("A job that runs is told with the time it has run") {
  Notice notice = noticed(Kind::stuck, Status::running);
  notice.ended_at.reset();
  const Message message = message_of(notice, kEnglish);
  CHECK(fact(message, "Duration") == "4m 14s");
  CHECK(fact(message, "Observed") == "2026-11-28 22:28:20 (GMT+00:00)");
}

TEST_CASE("The project is its alias, else its id, and the key's own needs no name") {
  Notice notice = failed_notice();
  notice.project_alias = "";
  CHECK(fact(message_of(notice, kEnglish), "Project") == "0f1e2d3c4b5a69788796a5b4c3d2e1f0");
  notice.address = {"cn-north-4", "eip", "-", "j"};
  CHECK(fact(message_of(notice, kEnglish), "Project") == "none");
}

TEST_CASE("Learned late, and perhaps told before: the message says so") {
  Notice notice = failed_notice();
  notice.is_late = notice.is_repeat = true;
  const Message en = message_of(notice, kEnglish);
  CHECK(fact(en, "Observed") == "2026-11-28 22:28:20 (GMT+00:00)");
  CHECK(en.notes == std::vector<std::string>{"This happened earlier, and was noticed only now.",
                                             "(may be repeated)"});
  CHECK(message_of(notice, kChinese).notes.back() == "（可能重复发送）");
}

TEST_CASE("What is no link is left out, for vendors refuse the whole message") {
  Notice notice = failed_notice();
  for (const std::string& link :
       {std::string("javascript:alert(1)"), std::string("https://a b"), std::string("/path"),
        std::string("https://x\r\n"), "https://x/" + std::string(kLongestLink, 'x')}) {
    notice.link = link;
    CHECK(message_of(notice, kEnglish).link.empty());
  }
}

TEST_CASE("A test message says what it is, and names no job") {
  const Message message =
      message_of(test_notice(time_at("2026-11-28T22:28:20Z"), kPublicUrl), kEnglish);
  CHECK(message.title == "Test message");
  CHECK(message.error.empty());
  CHECK(fact(message, "Status") == "none");
  CHECK(message.link == "https://jobs.example/#board");
}

TEST_CASE("A digest says how many, of what, and since when") {
  std::vector<Notice> notices(3, failed_notice());
  notices.push_back(noticed(Kind::settled, Status::succeeded));
  notices.back().error_code = notices.back().error_text = "";
  const Message message = message_of(digest_of(notices, false, kPublicUrl), kEnglish);
  CHECK(message.title == "4 notices in one");
  CHECK(message.tone == Message::Tone::bad);
  CHECK(message.list == std::vector<std::string>{"Failed: VPC.0501: quota exceeded ×3",
                                                 "Succeeded: Create EIPs ×1"});
  const Message zh = message_of(digest_of(notices, true, kPublicUrl), kChinese);
  CHECK(zh.title == "无法发送期间的 4 条通知");
  CHECK(zh.list[1] == "成功：批量创建弹性公网IP ×1");
  CHECK(message_of(digest_of(notices, true, kPublicUrl), kEnglish).title ==
        "4 notices from while nothing could be sent");
}

TEST_CASE("A digest says what has no row") {
  std::vector<Notice> notices;
  for (int i = 0; i < 12; ++i) {
    notices.push_back(failed_notice());
    notices.back().error_code = "VPC." + std::to_string(i);
  }
  CHECK(message_of(digest_of(notices, false, ""), kEnglish).notes ==
        std::vector<std::string>{"2 more"});
}

}  // namespace jobtree::notify::message_test
