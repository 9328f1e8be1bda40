// What a regions file says, and what is said when it cannot be understood.
#include "cloud/where/regions_file.h"

#include <string>

#include "support/home.h"
#include "unit/catch.h"

namespace regions_file_test {

namespace {

using namespace jobtree;
using namespace jobtree::cloud;  // NOLINT(google-build-using-namespace)
using namespace jobtree::tests;  // NOLINT(google-build-using-namespace)

/// "SERVICE REGION ENDPOINT LINE" of each entry, a line each; else the failure.
std::string read(const std::string& text) {
  const Home home;
  const auto entries = read_regions_file(home.write("regions.yaml", text));
  if (!entries) return entries.error();
  std::string all;
  for (const auto& [service, region, endpoint, line] : entries.value()) {
    all.append(service).append(" ").append(region).append(" ").append(endpoint);
    all.append(" ").append(std::to_string(line)).append("\n");
  }
  return all;
}

bool ends_with(const std::string& text, const std::string& end) {
  INFO(text);
  return text.ends_with(end);
}

}  // namespace

TEST_CASE("A regions file holds endpoints by service, one or several each") {
  CHECK(read("EIP:\n"
             "  - id: eu-de\n"
             "    endpoint: https://vpc.eu-de.otc.t-systems.com\n"
             "  - id: 'eu-nl'\n"
             "    endpoints:\n"
             "      - https://one.example\n"
             "      - https://two.example\n"
             "ecs: [{id: eu-de, endpoint: \"https://ecs.example\"}]\n") ==
        "EIP eu-de https://vpc.eu-de.otc.t-systems.com 2\n"
        "EIP eu-nl https://one.example,https://two.example 4\n"
        "ECS eu-de https://ecs.example 8\n");
}

TEST_CASE("One endpoint beside a list comes after it") {
  CHECK(read("EIP: [{id: eu-de, endpoint: c.example, endpoints: [a.example, b.example]}]") ==
        "EIP eu-de a.example,b.example,c.example 1\n");
}

TEST_CASE("What stands beside id and endpoint does not matter") {
  CHECK(read("# ours\nEIP: [{name: x, id: eu-de, endpoint: https://a.example, more: [1, {}]}]\n") ==
        "EIP eu-de https://a.example 2\n");
}

TEST_CASE("An empty regions file says nothing") {
  for (const char* text : {"", "\n", "# only words\n", "---\n", "{}", "~", "EIP: []"}) {
    CAPTURE(text);
    CHECK(read(text).empty());
  }
}

TEST_CASE("A regions file of another form is refused with the line that has it") {
  struct Case {
    const char* text;
    const char* end;
  };
  for (const auto& [text, end] : std::initializer_list<Case>{
           {"- EIP\n", "line 1: expected SERVICE: and a list"},
           {"EIP", "line 1: expected SERVICE: and a list"},
           {"\nEIP: https://a.example\n", "line 2: expected a list of regions under EIP"},
           {"EIP:\n  id: eu-de\n", "line 2: expected a list of regions under EIP"},
           {"EIP:\n  - eu-de\n", "line 2: expected id: REGION and endpoint: URL"},
           {"EIP:\n  - endpoint: https://a.example\n",
            "line 2: expected id: REGION beside the endpoint"},
           {"EIP:\n  - id: [a]\n    endpoint: {}\n",
            "line 2: expected endpoint: URL beside the id"},
           {"EIP:\n  - id: eu-de\n", "line 2: expected endpoint: URL beside the id"},
           {"EIP:\n  - id: eu-de\n    endpoints: []\n",
            "line 2: expected endpoint: URL beside the id"}}) {
    CAPTURE(text);
    CHECK(ends_with(read(text), end));
  }
}

TEST_CASE("What is no YAML is refused with its line") {
  for (const char* text :
       {"EIP:\n  - {id: eu-de", "EIP:\n\t- id", "EIP: []\n  x: *nobody", "\"", "a: b: c"}) {
    CAPTURE(text);
    const std::string said = read(text);
    CAPTURE(said);
    CHECK(said.find("/regions.yaml, line ") != std::string::npos);
  }
}

TEST_CASE("A regions file that would fill the memory or the stack is refused") {
  CHECK(read(std::string(65537, '#')).ends_with("is larger than 64 KiB"));
  CHECK(read(std::string(65536, '#')).empty());
  CHECK(read(std::string(60000, '[')).find("line 1: ") != std::string::npos);
  CHECK(read("EIP: " + std::string(30000, '[') + std::string(30000, ']')).find("line 1: ") !=
        std::string::npos);
  std::string bomb = "EIP: &list\n";
  for (int i = 0; i < 1000; ++i)
    bomb += "- {id: a, endpoint: https://a.example}\n";
  for (int i = 0; i < 1000; ++i)
    bomb += "S" + std::to_string(i) + ": *list\n";
  CHECK(read(bomb).ends_with("expected no more than 4096 endpoints"));
}

TEST_CASE("A regions file that cannot be read is named with the reason") {
  const Home home;
  const auto missing = read_regions_file(home.path() + "/none.yaml");
  REQUIRE_FALSE(missing);
  CHECK(missing.error() ==
        "cannot read the regions file " + home.path() + "/none.yaml: No such file or directory");
  const auto folder = read_regions_file(home.path());
  REQUIRE_FALSE(folder);
  CHECK(folder.error().find("cannot read the regions file") == 0);
}

}  // namespace regions_file_test
