#include "simulator/script/fault_json.h"

#include "unit/catch.h"

namespace fault_json_test {

using namespace jobtree::simulator;

namespace {

/// What is said about a list of this one fault; "" when it is taken.
std::string wrong(const std::string& fault) {
  const auto faults = parse_faults('[' + fault + ']');
  return faults ? std::string() : faults.error();
}

Fault parsed(const std::string& fault) {
  const auto faults = parse_faults('[' + fault + ']');
  INFO((faults ? std::string() : faults.error()));
  REQUIRE(faults);
  REQUIRE(faults.value().size() == 1);
  return faults.value().front();
}

}  // namespace

TEST_CASE("Faults are the same after they were written and read again") {
  const std::string text =
      R"([{"kind":"latency","job_id":"j","ms":5,"jitter_ms":1},)"
      R"({"kind":"drip","service":"rds","times":3,"chance":0.25,"bytes":2,"every_ms":10},)"
      R"({"kind":"reset_before"},{"kind":"reset_within"},{"kind":"truncated","after_bytes":7},)"
      R"({"kind":"wrong_length","by":-1},{"kind":"not_modified_without_length"},)"
      R"({"kind":"oversized","bytes":9},{"kind":"gzip_bomb","bytes":10},)"
      R"({"kind":"html_error","status":504},)"
      R"({"kind":"redirect","path":"/v1","status":301,"location":"https://a/"},)"
      R"({"kind":"error","status":500,"code":"c","message":"m"},)"
      R"({"kind":"tracker_disabled","service":"cts"},)"
      R"({"kind":"busy","service":"feishu","times":1},{"kind":"close_before","after_ms":4}])";
  const auto faults = parse_faults(text);
  REQUIRE(faults);
  CHECK(faults.value().size() == 15);
  CHECK(faults_text(faults.value()) == text);
}

TEST_CASE("What is left out of a fault has a value that makes it happen to every call") {
  const Fault fault = parsed(R"({"kind": "html_error"})");
  CHECK(fault.kind == FaultKind::html_error);
  CHECK((fault.job_id.empty() && fault.service.empty() && fault.path.empty()));
  CHECK(fault.times == Fault::kForever);
  CHECK(fault.chance == 1);
  CHECK(fault.status == 502);
  CHECK(parsed(R"({"kind": "latency"})").ms == 0);
  CHECK(parsed(R"({"kind": "drip"})").bytes == 1);
  CHECK(parsed(R"({"kind": "drip"})").every_ms == 100);
  CHECK(parsed(R"({"kind": "truncated"})").after_bytes == Fault::kHalfWay);
  CHECK(parsed(R"({"kind": "wrong_length"})").by == 10);
  CHECK(parsed(R"({"kind": "oversized"})").bytes == 80 << 20);
  CHECK(parsed(R"({"kind": "gzip_bomb"})").bytes == 64 << 20);
  CHECK(parsed(R"({"kind": "redirect"})").location == "http://192.0.2.1/elsewhere");
  CHECK(parsed(R"({"kind": "error"})").status == 503);
  CHECK(parsed(R"({"kind": "error"})").code == "APIGW.0602");
}

TEST_CASE("A member of another kind of fault is unknown, and so is a kind that is none") {
  CHECK(wrong(R"({"kind": "latency", "bytes": 1})") == "faults[0] has an unknown member \"bytes\"");
  CHECK(wrong(R"({"kind": "reset_before", "after_bytes": 1})").ends_with("\"after_bytes\""));
  CHECK(wrong(R"({"kind": "flood"})").starts_with("faults[0].kind must be one of latency, drip"));
  CHECK(wrong("{}") == "faults[0].kind is missing");
  CHECK(wrong(R"({"kind": 1})").starts_with("faults[0].kind must be one of"));
  CHECK(wrong("1") == "faults[0] must be an object");
}

TEST_CASE("A value out of its bounds is named with them, and the bounds themselves are taken") {
  const auto is_taken = [](const std::string& kind, const std::string& member) {
    return wrong(R"({"kind": ")" + kind + "\", " + member + '}').empty();
  };
  CHECK(wrong(R"({"kind": "latency", "ms": 600001})") ==
        "faults[0].ms must be a whole number from 0 to 600000");
  CHECK(is_taken("latency", R"("ms": 600000)"));
  CHECK_FALSE(is_taken("latency", R"("ms": -1)"));
  CHECK_FALSE(is_taken("latency", R"("ms": 1.5)"));
  CHECK_FALSE(is_taken("drip", R"("bytes": 0)"));
  CHECK_FALSE(is_taken("drip", R"("every_ms": 0)"));
  CHECK(is_taken("oversized", R"("bytes": 268435456)"));
  CHECK_FALSE(is_taken("oversized", R"("bytes": 268435457)"));
  CHECK(is_taken("gzip_bomb", R"("bytes": 1073741824)"));
  CHECK_FALSE(is_taken("gzip_bomb", R"("bytes": 1073741825)"));
  CHECK_FALSE(is_taken("html_error", R"("status": 399)"));
  CHECK_FALSE(is_taken("redirect", R"("status": 300)"));
  CHECK_FALSE(is_taken("error", R"("status": 600)"));
  CHECK(is_taken("error", R"("chance": 0)"));
  CHECK_FALSE(is_taken("error", R"("chance": 1.01)"));
  CHECK_FALSE(is_taken("error", R"("times": -1)"));
  CHECK_FALSE(is_taken("error", R"("service": "nothing")"));
  CHECK(is_taken("error", R"("service": "feishu")"));
}

TEST_CASE("A wrong length is wrong, and a location is a header's value") {
  CHECK(wrong(R"({"kind": "wrong_length", "by": 0})") == "faults[0].by must not be 0");
  CHECK(wrong(R"({"kind": "redirect", "location": "a\r\nSet-Cookie: b"})") ==
        "faults[0].location must be printable ASCII");
  CHECK_FALSE(wrong(R"({"kind": "redirect", "location": "http://\u00e9/"})").empty());
}

TEST_CASE("A list of faults has bounds of its own") {
  CHECK(parse_faults("[]").value().empty());
  CHECK(parse_faults("").error() == "the faults are not JSON");
  CHECK(parse_faults("{}").error() == "faults must be a list");
  CHECK(parse_faults(std::string((1U << 20U) + 1, ' ')).error() ==
        "the faults are longer than 1 MiB");
  std::string many = "[";
  for (std::size_t i = 0; i <= kMaxFaults; ++i)
    many += R"({"kind":"latency"},)";
  many.back() = ']';
  CHECK(parse_faults(many).error() == "faults has more than 1000 entries");
}

TEST_CASE("How often a fault is still to happen is told, and never again is 0 times") {
  Fault fault = parsed(R"({"kind": "reset_before", "times": 2})");
  --fault.times;
  CHECK(faults_text({fault}) == R"([{"kind":"reset_before","times":1}])");
  --fault.times;
  CHECK(faults_text({fault}) == R"([{"kind":"reset_before","times":0}])");
}

}  // namespace fault_json_test
