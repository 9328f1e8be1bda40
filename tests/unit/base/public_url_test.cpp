// What an operator may write as the address by which people reach a server.
#include "base/protocol/public_url.h"

#include "unit/catch.h"

namespace public_url_test {

using jobtree::parse_public_url;

TEST_CASE("A public address is http or https with a host, and loses the slashes at its end") {
  CHECK(parse_public_url("").value().empty());
  CHECK(parse_public_url("https://jobs.example.com").value() == "https://jobs.example.com");
  CHECK(parse_public_url("https://jobs.example.com///").value() == "https://jobs.example.com");
  CHECK(parse_public_url("http://10.0.0.1:8080/tools/job-tree/").value() ==
        "http://10.0.0.1:8080/tools/job-tree");
  CHECK(parse_public_url("http://[2001:db8::1]:8080").value() == "http://[2001:db8::1]:8080");
  CHECK(parse_public_url("https://[::1]").value() == "https://[::1]");
}

TEST_CASE("A public address with more, or with less, is refused") {
  for (const char* const text : {"jobs.example.com",
                                 "ftp://jobs.example.com",
                                 "https://",
                                 "https:///x",
                                 "http:/",
                                 "/",
                                 "https://user@jobs.example.com",
                                 "https://user:pass@jobs.example.com",
                                 "https://jobs.example.com?x=1",
                                 "https://jobs.example.com/?",
                                 "https://jobs.example.com/#a",
                                 "https://jobs.example.com#",
                                 "https://jobs.example.com:0",
                                 "https://jobs.example.com:65536",
                                 "https://jobs.example.com:",
                                 "https://jobs.example.com:80x",
                                 "https://a b.example.com",
                                 "https://jobs.example.com/\"><script>",
                                 "https://jobs.example.com/a b",
                                 "https://[::1",
                                 "https://::1]",
                                 "https://[]",
                                 "https://\xe4\xbb\xbb.example.com",
                                 "javascript:alert(1)",
                                 "https://jobs.example.com/(x)",
                                 "HTTPS://jobs.example.com"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_public_url(text));
  }
  CHECK_FALSE(parse_public_url("https://jobs.example.com/" + std::string(500, 'a')));
}

}  // namespace public_url_test
