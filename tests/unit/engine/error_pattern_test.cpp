#include "model/error_pattern.h"

#include <string>
#include <vector>

#include "unit/catch.h"

namespace error_pattern_test {

using namespace jobtree::engine;

namespace {

std::string pattern(std::string_view text, std::string_view code = "",
                    const KnownNames& names = KnownNames()) {
  String out;
  put_error_pattern(out, text, code, names);
  return std::string(std::string_view(out));
}

}  // namespace

TEST_CASE("What differs from one failure to the next is replaced in its text") {
  CHECK(pattern("Quota exceeded, used 11 of 10.") == "Quota exceeded, used <n> of <n>.");
  CHECK(pattern("used:11/10") == "used:<n>/<n>");
  CHECK(pattern("after 30s, 2.5 min, 80% of 100GB") == "after <n>s, <n> min, <n>% of <n>GB");
  CHECK(pattern("job ff8080814dbd65d7014dbda0ae4e00d8 failed") == "job <id> failed");
  CHECK(pattern("server 1234abcd-1234-1234-1234-123456789abc.") == "server <id>.");
  CHECK(pattern("by a.b@example.com") == "by <email>");
  CHECK(pattern("see https://example.com/a?b=c&d=e.") == "see <url>.");
}

TEST_CASE("Addresses are replaced with their port or prefix") {
  for (const char* const address :
       {"10.0.0.7", "10.0.0.7:8080", "10.0.0.0/16", "fe80::1", "2001:db8::/32", "::1"}) {
    CHECK(pattern(std::string("at ") + address + ", twice") == "at <ip>, twice");
  }
}

TEST_CASE("Times are replaced as services write them") {
  for (const char* const time : {"2026-11-29", "2026-11-29T06:28:18Z",
                                 "2026-11-29T06:28:18.123+08:00", "2026/11/29", "06:28:18"}) {
    CHECK(pattern(std::string("at ") + time + ".") == "at <time>.");
  }
}

TEST_CASE("What names a kind of thing stays: codes, flavors, zones, versions, words") {
  for (const char* const text :
       {"Ecs.0319", "s6.large.2 in cn-north-4a", "version 1.2.3", "/v1/cloudservers", "deadbeef",
        "server-0001", "a//x::y", "...", "::"}) {
    CHECK(pattern(text) == text);
  }
}

TEST_CASE("The error's own code stays, though it is a number") {
  CHECK(pattern("1110001: limit 5", "1110001") == "1110001: limit <n>");
}

TEST_CASE("Between Chinese characters nothing needs a space") {
  CHECK(pattern("配额不足，已用11，上限10，弹性公网IP：10.0.0.7。") ==
        "配额不足，已用<n>，上限<n>，弹性公网IP：<ip>。");
  CHECK(pattern("子网0123456789abcdef0123456789abcdef不存在") == "子网<id>不存在");
}

TEST_CASE("A path and a pair of key and value are looked at part by part") {
  CHECK(pattern("GET /v1/0123456789abcdef0123456789abcdef/servers/7 404") ==
        "GET /v1/<id>/servers/<n> <n>");
  CHECK(pattern("vpc_id=0123456789abcdef0123456789abcdef,port:8080") == "vpc_id=<id>,port:<n>");
  CHECK(pattern(R"({"code":"Ecs.0319","left":5})") == R"({"code":"Ecs.0319","left":<n>})");
}

TEST_CASE("Names of the job's own things are replaced, whatever they look like") {
  KnownNames names(1002);
  names.add("ecs-prod-0001");
  names.add("of");  // too short to be told from a word
  for (int i = 0; i < 1000; ++i) {
    names.add("disk-" + std::to_string(i));
  }
  CHECK(pattern("disk-7 of ecs-prod-0001: gone", "", names) == "<id> of <id>: gone");
  CHECK(pattern("disk-1000 of ecs-prod-0002", "", names) == "disk-1000 of ecs-prod-0002");
}

TEST_CASE("Of names made so that their hashes fall on one another, only some are known") {
  constexpr std::size_t kMost = 1000;
  constexpr std::uint64_t kPlaces = 2048;
  KnownNames names(kMost);
  std::vector<std::string> made;
  for (int i = 0; made.size() < kMost / 2; ++i) {
    const std::string name = "name" + std::to_string(i);
    if ((hash(name) | 1U) % kPlaces == 1) made.push_back(name);
  }
  for (const std::string& name : made)
    names.add(name);
  CHECK(names.contains(made.front()));
  CHECK_FALSE(names.contains(made.back()));
}

TEST_CASE("A long text is read to a bound, and its pattern is cut between characters") {
  std::string text;
  while (text.size() < 100'000)
    text += "配额";
  const std::string found = pattern(text);
  CHECK(found.size() <= kLongestErrorPattern);
  CHECK(found.size() % 3 == 0);
  CHECK(text.starts_with(found));
  CHECK(pattern("https://" + std::string(4086, 'x') + "配额配额") == "<url>");
}

}  // namespace error_pattern_test
