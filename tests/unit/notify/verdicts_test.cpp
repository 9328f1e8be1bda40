// What statuses of HTTP, and their absence, mean for every channel.
#include "notify/channels/verdicts.h"

#include "unit/notify/told.h"

namespace jobtree::notify::verdicts_test {

using namespace tests;

namespace {

std::string by_status(int status) {
  const auto refused = refused_by_status({.status = status});
  if (!refused) return "open";
  const std::string text = shown(*refused);
  return text.substr(0, text.find(':'));
}

}  // namespace

TEST_CASE("Trouble that passes is tried again, what needs a person is not") {
  for (const int status : {408, 425, 429, 500, 502, 503, 504, 599}) {
    CAPTURE(status);
    CHECK(by_status(status) == "again");
  }
  for (const int status : {100, 301, 307, 304, 400, 401, 403, 404, 405, 413, 415, 422}) {
    CAPTURE(status);
    CHECK(by_status(status) == "never");
  }
  CHECK(by_status(410) == "gone");
  CHECK(by_status(200) == "open");
  CHECK(by_status(299) == "open");
}

TEST_CASE("No response may be a delivery all the same, and says so") {
  const Response cut{.trouble = "Operation timed out", .may_have_arrived = true};
  CHECK(shown(*refused_by_status(cut)) ==
        "again perhaps: There was no response. The other side said: Operation timed out");
  CHECK_FALSE(refused_by_status({.trouble = "Connection refused"})->may_have_arrived);
}

TEST_CASE("What the other side says is shown in part, on one line") {
  const Verdict verdict =
      *refused_by_status({.status = 400, .body = "a\r\nb" + std::string(10'000, 'x')});
  CHECK(verdict.text.en.size() < 500);
  CHECK(verdict.text.zh.size() < 500);
  CHECK(verdict.text.en.find('\n') == std::string::npos);
  CHECK(verdict.code == "HTTP 400");
}

TEST_CASE("Every channel outlives every response") {
  for (std::size_t kind = 0; kind < kChannelKinds; ++kind) {
    for (const int status : {0, 100, 200, 250, 302, 400, 429, 450, 503, 550, 999, -1}) {
      for (const std::string body :
           {"", "null", "[]", "0", "{", R"({"code":null})", R"({"code":18446744073709551615})",
            R"({"errcode":{}})", R"({"ok":0})", "\xFF\xFE", R"({"code":1e999,"msg":[]})"}) {
        const Verdict verdict =
            judge(static_cast<ChannelKind>(kind), {.status = status, .body = body});
        CHECK_FALSE(verdict.text.en.empty());
        CHECK(is_utf8(verdict.text.zh));
      }
      judge(static_cast<ChannelKind>(kind), {.status = status, .body = std::string(65'536, '[')});
    }
  }
}

}  // namespace jobtree::notify::verdicts_test
