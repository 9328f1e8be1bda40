#include "simulator/wire/request_head.h"

#include "unit/catch.h"

using namespace jobtree::simulator;

TEST_CASE("A head is read as it stands, nothing decoded") {
  const auto head = parse_head(
      "GET /v1/a%20b?x=%41 HTTP/1.1\r\nHost: h:1\r\nX-Odd:  %0d%0a \t\r\nContent-Length: 12");
  REQUIRE(head);
  CHECK(head->method == "GET");
  CHECK(head->target == "/v1/a%20b?x=%41");
  CHECK(head->headers.at(1) == std::pair<std::string, std::string>("X-Odd", "%0d%0a"));
  CHECK(head->body_size == 12);
  CHECK(head->keeps_connection);
  CHECK_FALSE(head->waits_for_word);
}

TEST_CASE("A connection is kept or closed as the head says") {
  CHECK_FALSE(parse_head("GET / HTTP/1.1\r\nconnection: Close")->keeps_connection);
  CHECK_FALSE(parse_head("GET / HTTP/1.0")->keeps_connection);
  CHECK(parse_head("GET / HTTP/1.0\r\nConnection: keep-alive")->keeps_connection);
  CHECK(parse_head("PUT / HTTP/1.1\r\nExpect: 100-continue")->waits_for_word);
}

TEST_CASE("What is no head is refused") {
  for (const std::string_view text : {"",
                                      "GET",
                                      "GET /",
                                      "GET  HTTP/1.1",
                                      "GET / HTTP/2.0",
                                      "GET / HTTP/1.1 ",
                                      "G T / HTTP/1.1",
                                      "GET http://a/ HTTP/1.1",
                                      "GET /\x01 HTTP/1.1",
                                      "GET /a b HTTP/1.1",
                                      "GET /\xc3\xa9 HTTP/1.1",
                                      "GET / HTTP/1.1\r\nHost",
                                      "GET / HTTP/1.1\r\n: a",
                                      "GET / HTTP/1.1\r\nA : b",
                                      "GET / HTTP/1.1\r\nA: b\r\n folded",
                                      "GET / HTTP/1.1\r\nA: b\nC: d",
                                      "GET / HTTP/1.1\r\nA: \x7f",
                                      "GET / HTTP/1.1\r\nContent-Length: -1",
                                      "GET / HTTP/1.1\r\nContent-Length: 1x",
                                      "GET / HTTP/1.1\r\nContent-Length: ",
                                      "GET / HTTP/1.1\r\nContent-Length: 99999999999999999999",
                                      "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1"}) {
    INFO(text);
    CHECK_FALSE(parse_head(text));
  }
}

TEST_CASE("What is too much or too odd is refused with a status") {
  const auto status = [](const std::string& text) {
    const auto head = parse_head(text);
    REQUIRE(head);
    const auto refusal = objection_to(*head, 100);
    return refusal ? refusal->status : 0;
  };
  CHECK(status("GET / HTTP/1.1") == 0);
  CHECK(status("POST / HTTP/1.1\r\nContent-Length: 100") == 0);
  CHECK(status("POST / HTTP/1.1\r\nContent-Length: 101") == 413);
  CHECK(status("GET / HTTP/1.1\r\nContent-Length: 1") == 400);
  CHECK(status("GET /" + std::string(1024, 'a') + " HTTP/1.1") == 400);
  CHECK(status("GET / HTTP/1.1\r\nRange: bytes=0-1") == 400);
  CHECK(status("POST / HTTP/1.1\r\nTransfer-Encoding: chunked") == 400);
  CHECK(status("POST / HTTP/1.1\r\nContent-Encoding: gzip") == 400);
  std::string many = "GET / HTTP/1.1";
  for (int i = 0; i < 65; ++i)
    many += "\r\nX: y";
  CHECK(status(many) == 400);
}
