#include "simulator/wire/faults.h"

#include <zlib.h>
#include <nlohmann/json.hpp>

#include "simulator/wire/delivery.h"
#include "simulator/wire/fault_json.h"
#include "unit/catch.h"

using namespace std::chrono_literals;
using namespace jobtree::simulator;

namespace {

constexpr CallMarks kCall{"/v1/p/jobs/j", "j", "eip"};

const std::string kAnswer =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\nhello, world";

}  // namespace

TEST_CASE("A fault meets whom it is meant for") {
  const auto is_met = [](Fault fault, const CallMarks& call) {
    FaultBook book(1, 1);
    fault.kind = FaultKind::html_error;
    book.replace({std::move(fault)});
    return book.draw(call).breaks.has_value();
  };
  CHECK(is_met({}, kCall));
  CHECK(is_met({.job_id = "j"}, kCall));
  CHECK_FALSE(is_met({.job_id = "k"}, kCall));
  CHECK(is_met({.service = "eip"}, kCall));
  CHECK_FALSE(is_met({.service = "ecs"}, kCall));
  CHECK(is_met({.path = "/v1/p"}, kCall));
  CHECK_FALSE(is_met({.path = "/v2"}, kCall));
  CHECK_FALSE(is_met({.job_id = "j", .path = "/v2"}, kCall));
}

TEST_CASE("A fault that is to happen so many times does, and then no more") {
  FaultBook book(1, 1);
  book.replace({{.kind = FaultKind::truncated, .times = 2}});
  CHECK(book.draw(kCall).breaks);
  CHECK(book.faults().at(0).times == 1);
  CHECK(book.draw(kCall).breaks);
  CHECK_FALSE(book.draw(kCall).breaks);
}

TEST_CASE("Latencies add up, and of the breaking faults the first happens") {
  FaultBook book(1, 10);
  book.replace({{.kind = FaultKind::latency, .ms = 100},
                {.kind = FaultKind::truncated, .times = 1},
                {.kind = FaultKind::html_error, .times = 1},
                {.kind = FaultKind::drip, .bytes = 3, .every_ms = 50},
                {.kind = FaultKind::latency, .ms = 200}});
  const Mishap first = book.draw(kCall);
  CHECK(first.delay == 30ms);
  CHECK(first.drip_bytes == 3);
  CHECK(first.drip_every == 5ms);
  CHECK(first.breaks->kind == FaultKind::truncated);
  CHECK(first.names == "latency, truncated, drip, latency");
  CHECK(book.draw(kCall).breaks->kind == FaultKind::html_error);
  CHECK_FALSE(book.draw(kCall).breaks);
}

TEST_CASE("Chance comes from the seed, and is about what was asked for") {
  const auto drawn = [](std::uint64_t seed) {
    FaultBook book(seed, 1);
    book.replace({{.kind = FaultKind::truncated, .chance = 0.3},
                  {.kind = FaultKind::latency, .ms = 10, .jitter_ms = 90}});
    std::string all;
    int broken = 0;
    for (int i = 0; i < 1000; ++i) {
      const Mishap mishap = book.draw(kCall);
      broken += mishap.breaks ? 1 : 0;
      CHECK((mishap.delay >= 10ms && mishap.delay <= 100ms));
      all += std::to_string(mishap.delay.count()) + (mishap.breaks ? "!" : ".");
    }
    CHECK((broken > 240 && broken < 360));
    return all;
  };
  const std::string once = drawn(5);
  CHECK(drawn(5) == once);
  CHECK(drawn(6) != once);
}

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
      R"({"kind":"close_before","after_ms":4}])";
  const auto faults = parse_faults(text);
  REQUIRE(faults);
  CHECK(faults.value().size() == 13);
  CHECK(faults_text(faults.value()) == text);
}

TEST_CASE("An answer is cut, lengthened and shortened as the fault says") {
  CHECK(altered(kAnswer, {.kind = FaultKind::reset_before}).empty());
  CHECK(altered(kAnswer, {.kind = FaultKind::truncated}).size() == kAnswer.size() / 2);
  CHECK(altered(kAnswer, {.kind = FaultKind::reset_within, .after_bytes = 5}) == "HTTP/");
  CHECK(altered(kAnswer, {.kind = FaultKind::truncated, .after_bytes = 5000}) == kAnswer);
  CHECK(altered(kAnswer, {.kind = FaultKind::latency}) == kAnswer);
  CHECK(altered(kAnswer, {.kind = FaultKind::wrong_length, .by = 10}) ==
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 22\r\n\r\nhello, world");
  CHECK(altered(kAnswer, {.kind = FaultKind::wrong_length, .by = -50}).find("Length: 0\r\n") !=
        std::string::npos);
  CHECK(altered("HTTP/1.1 304 Not Modified\r\nDate: x\r\nContent-Length: 0\r\n\r\n",
                {.kind = FaultKind::not_modified_without_length}) ==
        "HTTP/1.1 304 Not Modified\r\nDate: x\r\n\r\n");
}

TEST_CASE("A made-up body has the size that was asked for and is JSON, packed or not") {
  const auto big = replacement({.kind = FaultKind::oversized, .bytes = 5000}, "id");
  REQUIRE(big);
  CHECK(big->body.size() == 5000);
  CHECK(nlohmann::json::accept(big->body));

  const auto bomb = replacement({.kind = FaultKind::gzip_bomb, .bytes = 1'000'000}, "id");
  REQUIRE(bomb);
  CHECK(bomb->body.size() < 10'000);
  std::string unpacked(2'000'000, '\0');
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
  std::string packed = bomb->body;
  stream.next_in = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(unpacked.data());
  stream.avail_out = static_cast<uInt>(unpacked.size());
  CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  unpacked.resize(stream.total_out);
  inflateEnd(&stream);
  CHECK(unpacked.size() >= 1'000'000);
  CHECK(nlohmann::json::accept(unpacked));
}
