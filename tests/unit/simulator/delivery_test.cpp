#include "simulator/wire/delivery.h"

#include <zlib.h>

#include <nlohmann/json.hpp>

#include "unit/catch.h"

using namespace jobtree::simulator;

namespace {

const std::string kAnswer =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\nhello, world";

}  // namespace

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
