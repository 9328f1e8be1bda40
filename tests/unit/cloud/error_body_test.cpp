// What is read out of refusals.
#include "cloud/ask/error_body.h"

#include <chrono>
#include <string>

#include "unit/catch.h"

namespace error_body_test {

namespace {

using namespace std::chrono;  // NOLINT(google-build-using-namespace)
using namespace jobtree;
using namespace jobtree::cloud;  // NOLINT(google-build-using-namespace)

const std::string kOurs =
    "GET\n/v1/p/jobs/j/\n\nhost:vpc.example.com\nx-sdk-date:20261124T000000Z\n\nhost;x-sdk-date\n"
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

std::string echo_of(std::string canonical) {
  for (char& c : canonical) {
    if (c == '\n') c = '|';
  }
  return "Incorrect IAM authentication information: verify aksk signature fail, canonicalRequest:" +
         canonical;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  return text.replace(text.find(what), what.size(), by);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("The first line that the gateway saw otherwise is named, with both sides") {
  const auto host =
      compare_canonical(echo_of(replaced(kOurs, "vpc.example.com", "proxy.internal")), kOurs).en;
  CHECK(contains(host, "line 4"));
  CHECK(contains(host, "\"host:proxy.internal\""));
  CHECK(contains(host, "\"host:vpc.example.com\""));
  const auto path = compare_canonical(echo_of(replaced(kOurs, "/jobs/j/", "/jobs/J/")), kOurs).en;
  CHECK(contains(path, "line 2"));
  const auto body = compare_canonical(echo_of(replaced(kOurs, "e3b0c4", "44136f")), kOurs).en;
  CHECK(contains(body, "line 8"));
}

TEST_CASE("An echo that is the same points at the secret key") {
  CHECK(contains(compare_canonical(echo_of(kOurs), kOurs).en, "secret key does not belong"));
}

TEST_CASE("An echo that ends early or goes on differs there") {
  CHECK(contains(compare_canonical(echo_of(kOurs.substr(0, kOurs.find("\nhost:"))), kOurs).en,
                 "received nothing"));
  CHECK(contains(compare_canonical(echo_of(kOurs + "\nmore"), kOurs).en, "signed nothing"));
}

TEST_CASE("Where nothing is quoted there is nothing to compare, and long quotes are cut") {
  CHECK(compare_canonical("ak AKIX not exist", kOurs).empty());
  CHECK(compare_canonical("", kOurs).empty());
  CHECK(compare_canonical(echo_of(std::string(100'000, 'x')), kOurs).en.size() < 600);
}

TEST_CASE("A limit is read from its sentence in any unit, and nothing is made up") {
  const auto limit = [](const std::string& text) { return limit_in(text); };
  const auto five = limit("policy user over ratelimit,limit:200,time:5 minute");
  REQUIRE(five);
  CHECK(five->calls == 200);
  CHECK(five->time == 5min);
  CHECK(limit("limit:1,time:1 second")->time == 1s);
  CHECK(limit("limit:1,time:2 hour")->time == 2h);
  CHECK(limit("limit:1,time:1 day")->time == 24h);
  for (const char* bad : {"", "limit:", "limit:x,time:1 minute", "limit:0,time:1 minute",
                          "limit:5,time:0 minute", "limit:5,time:1 fortnight", "limit:5",
                          "limit:99999999999,time:1 minute", "limit:5,time:1minute"}) {
    INFO(bad);
    CHECK_FALSE(limit(bad));
  }
}

TEST_CASE("A message is relayed as one line of bounded length") {
  const auto relayed = [](const std::string& message) {
    return relayed_message({"VPC.0504", message, "", ""});
  };
  CHECK(relayed("The IP does not exist.") == "The IP does not exist.");
  CHECK(relayed("弹性公网IP\n不存在\x7f") == "弹性公网IP 不存在 ");
  CHECK(relayed(std::string(5000, 'a')).size() == 1024);
  // Cut between characters of three bytes, not in one.
  std::string chinese;
  while (chinese.size() < 2000)
    chinese += "错";
  CHECK(relayed(chinese).size() == 1023);
}

TEST_CASE("A message is not relayed where it may quote what was signed, or comes from anybody") {
  for (const char* code : {"APIGW.0301", "APIGW.0307", "APIG.0301", ""}) {
    INFO(code);
    CHECK(
        relayed_message({code, "verify aksk signature fail, canonicalRequest:…", "", ""}).empty());
  }
}

TEST_CASE("The code in an error's details is told beside the error's own") {
  const auto error = read_error(
      R"({"error":{"code":"Ecs.0304","message":"m","details":[{"code":"Ecs.1520","message":"n"}]}})");
  CHECK(error.code == "Ecs.0304");
  CHECK(error.message == "m");
  CHECK(error.inner_code == "Ecs.1520");
  CHECK(read_error(R"({"code":"VPC.0501","details":{"reason":{"code":"VPC.0504"}}})").inner_code ==
        "VPC.0504");
  for (const char* body : {R"({"code":"VPC.0501"})", R"({"code":"VPC.0501","details":"VPC.0504"})",
                           R"({"code":"VPC.0501","details":[]})",
                           R"({"code":"VPC.0501","details":[{"code":"<b>"}]})", "no JSON"}) {
    CHECK(read_error(body).inner_code.empty());
  }
}

}  // namespace error_body_test
