#include "simulator/wire/fault_response.h"

#include <zlib.h>

#include <nlohmann/json.hpp>
#include <string>

#include "unit/catch.h"

namespace fault_response_test {

using namespace jobtree::simulator;

namespace {

Response response_of(const Fault& fault) {
  auto response = fault_response(fault, "id");
  REQUIRE(response);
  return std::move(*response);
}

/// The gzip unpacked, which has to be whole and to have the sum it says.
std::string unpacked(std::string packed, std::size_t room) {
  std::string text(room, '\0');
  z_stream stream{};
  constexpr int kGzip = 15 + 16;
  REQUIRE(inflateInit2(&stream, kGzip) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  CHECK(stream.avail_in == 0);
  text.resize(stream.total_out);
  inflateEnd(&stream);
  return text;
}

}  // namespace

TEST_CASE("An oversized body is JSON of the size that was asked for") {
  const Response big = response_of({.kind = FaultKind::oversized, .bytes = 5000});
  CHECK(big.status == 200);
  CHECK(big.body.size() == 5000);
  CHECK(nlohmann::json::accept(big.body));
  CHECK(nlohmann::json::accept(response_of({.kind = FaultKind::oversized, .bytes = 1}).body));
}

TEST_CASE("A bomb is a small gzip of much JSON, whatever its size") {
  constexpr std::int64_t kPiece = std::int64_t{1} << 20;
  for (const std::int64_t size :
       {std::int64_t{1}, std::int64_t{1'000'000}, kPiece, 3 * kPiece + 7}) {
    INFO(size);
    const Response bomb = response_of({.kind = FaultKind::gzip_bomb, .bytes = size});
    CHECK(bomb.headers.front() == std::pair<std::string, std::string>("Content-Encoding", "gzip"));
    CHECK(bomb.body.size() < 200 + static_cast<std::size_t>(size) / 500);
    const std::string text = unpacked(bomb.body, static_cast<std::size_t>(size) + 100);
    CHECK(text.size() > static_cast<std::size_t>(size));
    CHECK(nlohmann::json::accept(text));
  }
}

TEST_CASE("Faults with a response of their own answer as proxies and gateways do") {
  const Response page = response_of({.kind = FaultKind::html_error, .status = 504});
  CHECK(page.status == 504);
  CHECK(page.type == "text/html");
  CHECK(page.body.starts_with("<html>"));

  const Response away =
      response_of({.kind = FaultKind::redirect, .status = 307, .location = "http://192.0.2.7/"});
  CHECK(away.status == 307);
  CHECK(away.body.empty());
  CHECK(away.headers.front() ==
        std::pair<std::string, std::string>("Location", "http://192.0.2.7/"));

  const Response error =
      response_of({.kind = FaultKind::error, .status = 503, .code = "c", .message = "m"});
  CHECK(error.status == 503);
  CHECK(error.body == R"({"error_msg":"m","error_code":"c","request_id":"id"})");

  CHECK(response_of({.kind = FaultKind::not_modified_without_length}).status == 304);
}

TEST_CASE("Faults of the way leave the response as it is") {
  for (const FaultKind kind :
       {FaultKind::latency, FaultKind::drip, FaultKind::reset_before, FaultKind::reset_within,
        FaultKind::truncated, FaultKind::wrong_length, FaultKind::close_before}) {
    INFO(name_of(kind));
    CHECK_FALSE(fault_response({.kind = kind}, "id"));
  }
}

}  // namespace fault_response_test
