#include "base/ascii.h"

#include <string>
#include <vector>

#include "unit/catch.h"

namespace ascii_test {

using namespace jobtree;

TEST_CASE("Only ASCII letters change their case", "[ascii]") {
  CHECK(lower("ECS-Job_7 \xC3\x84") == "ecs-job_7 \xC3\x84");
  CHECK(upper("cn-north-4 \xC3\xA4") == "CN-NORTH-4 \xC3\xA4");
  CHECK(equals_ignoring_case("Content-Length", "content-LENGTH"));
  CHECK_FALSE(equals_ignoring_case("Date", "Dates"));
  // By a Turkish locale, "I" would be the capital of a letter without a dot.
  CHECK(equals_ignoring_case("FILE", "file"));
}

TEST_CASE("What is trimmed is what the format calls blank", "[ascii]") {
  CHECK(trimmed(" \t a b \t", kSpaceTab) == "a b");
  CHECK(trimmed(" a\r", kSpaceTab) == "a\r");
  CHECK(trimmed(" a\r", kSpaceTabReturn) == "a");
  CHECK(trimmed("\r\n a \n", kWhitespace) == "a");
  CHECK(trimmed(" \t ", kSpaceTab).empty());
  CHECK(trimmed("", kSpaceTab).empty());
}

TEST_CASE("A list's elements stand between commas, but for those in quotes", "[ascii]") {
  const auto elements = [](std::string_view list) {
    std::vector<std::string> all;
    any_list_element(list, [&all](std::string_view element) {
      all.emplace_back(element);
      return false;
    });
    return all;
  };
  using List = std::vector<std::string>;
  CHECK(elements("gzip, br;q=0.5 ,identity") == List{"gzip", "br;q=0.5", "identity"});
  CHECK(elements("") == List{});
  CHECK(elements(" ,, \t,a,") == List{"a"});
  CHECK(elements(R"(W/"a,b", "c")") == List{R"(W/"a,b")", R"("c")"});
  CHECK(elements(R"(a="x\", y", b)") == List{R"(a="x\", y")", "b"});
  CHECK(elements("\"open, to the end\\") == List{"\"open, to the end\\"});
}

TEST_CASE("A list is not read further than what is looked for", "[ascii]") {
  int visited = 0;
  CHECK(any_list_element("a, b, c", [&](std::string_view element) {
    ++visited;
    return element == "b";
  }));
  CHECK(visited == 2);
}

TEST_CASE("Words are as far apart as letters must be changed, added or left out") {
  CHECK(letters_between("job", "job") == 0);
  CHECK(letters_between("jbo", "job") == 2);
  CHECK(letters_between("drss", "drs") == 1);
  CHECK(letters_between("", "abc") == 3);
}

}  // namespace ascii_test
