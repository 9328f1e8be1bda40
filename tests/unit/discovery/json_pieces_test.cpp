// JSON is taken apart level by level, whatever it is.
#include "discovery/json_pieces.h"

#include <string>

#include "unit/catch.h"

namespace json_pieces_test {

namespace {

using namespace jobtree::discovery;  // NOLINT(google-build-using-namespace)

std::string members(std::string_view json, std::size_t most = 100) {
  const Members found = members_of(json, most);
  std::string text;
  for (const auto& [name, value] : found.all)
    text += name + '=' + std::string(value) + ';';
  return text + (found.is_whole ? "whole" : "cut");
}

std::string elements(std::string_view json, std::size_t most = 100) {
  const Elements found = elements_of(json, most);
  std::string text;
  for (const std::string_view value : found.all)
    text += std::string(value) + ';';
  return text + (found.is_whole ? "whole" : "cut");
}

TEST_CASE("An object gives its members as they stand") {
  CHECK(members("{}") == "whole");
  CHECK(members(" { \"a\" : 1 , \"b\":{\"c\": [1, 2]} }\n") == "a=1;b={\"c\": [1, 2]};whole");
  CHECK(members(R"({"a\u00e9":"x\"}{","b":"\\"})") == "a\xc3\xa9=\"x\\\"}{\";b=\"\\\\\";whole");
  CHECK(members(R"({"a":"[","b":[{"]":"}"}]})") == R"(a="[";b=[{"]":"}"}];whole)");
}

TEST_CASE("Of a cut object the complete members count") {
  CHECK(members(R"({"a":1,"b":"tex)") == "a=1;cut");
  CHECK(members(R"({"a":1,"b":{"c":1)") == "a=1;cut");
  CHECK(members(R"({"a":1,"b)") == "a=1;cut");
  CHECK(members(R"({"a":1)") == "cut");  // there may be more digits
  CHECK(members(R"({"a":"1")") == "a=\"1\";cut");
  CHECK(members(R"({"a":"\)") == "cut");
  CHECK(members("{") == "cut");
  CHECK(members("") == "cut");
}

TEST_CASE("What is no object is cut at once") {
  for (const char* json : {"[]", "1", "null", "\"{}\"", "{1:2}", "{,}", "{\"a\"}", "{\"a\":}",
                           "{\"a\":]}", "{\"a\" 1}", "{a:1}"}) {
    CAPTURE(json);
    CHECK(members(json) == "cut");
  }
  CHECK(members(R"({"a":1}{"b":2})") == "a=1;cut");
  CHECK(members(R"({"a":1,})") == "a=1;cut");
  CHECK(members(R"({"a":[1}],"b":2})") == "cut");
}

TEST_CASE("An array gives its elements as they stand") {
  CHECK(elements("[]") == "whole");
  CHECK(elements("[1, \"a\",{\"b\":[]} , null]") == "1;\"a\";{\"b\":[]};null;whole");
  CHECK(elements("[1, 2") == "1;cut");
  CHECK(elements("[1 2]") == "1;cut");
  CHECK(elements("[1],") == "1;cut");
  CHECK(elements("{}") == "cut");
}

TEST_CASE("There is a bound to how many count") {
  CHECK(members(R"({"a":1,"b":2,"c":3})", 2) == "a=1;b=2;cut");
  CHECK(members(R"({"a":1,"b":2})", 2) == "a=1;b=2;whole");
  CHECK(elements("[1,2,3]", 2) == "1;2;cut");
  CHECK(elements("[1,2]", 2) == "1;2;whole");
}

TEST_CASE("A million levels are no trouble") {
  constexpr std::size_t kDeep = 1'000'000;
  const std::string deep = std::string(kDeep, '[') + std::string(kDeep, ']');
  CHECK(elements_of("[" + deep + ",1]", 9).all.size() == 2);
  CHECK_FALSE(elements_of("[" + std::string(kDeep, '['), 9).is_whole);
}

TEST_CASE("A name that stands twice is seen") {
  CHECK(members_of(R"({"a":1,"b":2,"a":1})", 9).has_a_name_twice());
  CHECK(members_of(R"({"a":1,"\u0061":2})", 9).has_a_name_twice());
  CHECK_FALSE(members_of(R"({"a":1,"A":2})", 9).has_a_name_twice());
}

TEST_CASE("A text is read, and mended where it was cut by its length") {
  const auto read = [](std::string_view json) {
    bool is_mended = false;
    const auto text = text_of(json, &is_mended);
    return !text ? "none" : *text + (is_mended ? " (mended)" : "");
  };
  CHECK(read(R"("a\n\u738b\/")") == "a\n\xe7\x8e\x8b/");
  CHECK(read(R"("\ud83d\ude00")") == "\xf0\x9f\x98\x80");
  CHECK(read("\"\xe7\x8e\"") == "?? (mended)");
  CHECK(read("\"a\xff\xfe\"") == "a?? (mended)");
  CHECK(read(R"("a\ud83d")") == "a\xef\xbf\xbd (mended)");
  CHECK(read(R"("\ud83d\u0041")") ==
        "\xef\xbf\xbd"
        "A (mended)");
  CHECK(read(R"("\ude00")") == "\xef\xbf\xbd (mended)");
  CHECK(read("\"a\tb\"") == "a b (mended)");
  CHECK(read(R"("\x")") == "?x (mended)");
  CHECK(read(R"("\u12")") == "?u12 (mended)");
  for (const char* json : {"", "\"", "1", "null", "{}", "a\""}) {
    CAPTURE(json);
    CHECK(read(json) == "none");
  }
}

TEST_CASE("A number counts as its digits, and nothing else as a text") {
  CHECK(scalar_of("12") == "12");
  CHECK(scalar_of("\"12\"") == "12");
  CHECK(scalar_of("-1.50") == "-1.50");
  for (const char* json : {"null", "true", "{}", "[1]", "", "01", "1x", "-", "0x10"}) {
    CAPTURE(json);
    CHECK(scalar_of(json).empty());
  }
  CHECK(scalar_of(std::string(100, '9')).empty());
  CHECK(id_text_of("12") == "12");
  CHECK(id_text_of("\"-a\"") == "-a");
  for (const char* json : {"-1", "1.5", "1e5", "null", ""}) {
    CAPTURE(json);
    CHECK(id_text_of(json).empty());
  }
}

}  // namespace

}  // namespace json_pieces_test
