#include "output/json.h"

#include <nlohmann/json.hpp>
#include <string>

#include "unit/catch.h"

namespace json_test {

using jobtree::engine::to_indented;

namespace {

std::string indented(const std::string& json) {
  return std::string(std::string_view(to_indented(json)));
}

}  // namespace

TEST_CASE("Each member and item of an indented text has a line") {
  CHECK(indented(R"( {"a":1,"b":[true,{"c":null}] ,"d":{},"e":[ ]})") ==
        "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    {\n      \"c\": null\n    }\n  ],\n"
        "  \"d\": {},\n  \"e\": []\n}");
}

TEST_CASE("An indented text has every value byte for byte, also those that programs round") {
  CHECK(indented(R"({"n":12345678901234567890,"n":1e400,"x":-0.10})") ==
        "{\n  \"n\": 12345678901234567890,\n  \"n\": 1e400,\n  \"x\": -0.10\n}");
  CHECK(indented(R"(["\u0041\/","a,b: {c}","quote \" and \\"])") ==
        "[\n  \"\\u0041\\/\",\n  \"a,b: {c}\",\n  \"quote \\\" and \\\\\"\n]");
}

TEST_CASE("An indented text means what it did, however deep it is") {
  std::string json = "1";
  for (int depth = 0; depth < 200; ++depth) {
    json.insert(0, depth % 2 == 0 ? "[" : R"({"k":)").append(depth % 2 == 0 ? "]" : "}");
  }
  CHECK(nlohmann::json::parse(indented(json)) == nlohmann::json::parse(json));
}

TEST_CASE("A text that was cut is indented as far as it goes") {
  CHECK(indented(R"({"a":"b)") == "{\n  \"a\": \"b");
  CHECK(indented(R"(["\)") == "[\n  \"\\");
  CHECK(indented("]]").size() >= 2);
}

}  // namespace json_test
