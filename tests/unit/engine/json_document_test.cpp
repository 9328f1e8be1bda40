// JSON: what must be taken is taken, what must be refused is refused, and another parser agrees.
#include "json/json_document.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "unit/catch.h"

namespace json_document_test {

using namespace jobtree::engine;
using namespace std::string_literals;
using namespace std::string_view_literals;
using nlohmann::json;

namespace {

/// What the document holds, built with the other parser's types. Of members with one name the last
/// stays, as there.
json value_of(const JsonDocument& document, std::uint32_t value) {
  const std::string_view text = document.view(document.text(value));
  switch (document[value].kind) {
    case Kind::null:
      return nullptr;
    case Kind::boolean:
      return text == "true";
    case Kind::number:
      return json::parse(text);
    case Kind::string:
      return std::string(text);
    case Kind::array: {
      json array = json::array();
      for (std::uint32_t i = value + 1; i < document.next(value); i = document.next(i))
        array.push_back(value_of(document, i));
      return array;
    }
    case Kind::object: {
      json object = json::object();
      for (std::uint32_t i = value + 1; i < document.next(value); i = document.next(i)) {
        object[std::string(document.view(document.key(document[i].key)))] = value_of(document, i);
      }
      return object;
    }
  }
  return nullptr;
}

/// A buffer without a byte to spare, so that one read too many is seen by the address sanitizer.
std::string tight(std::string_view text) {
  std::string bytes(text);
  bytes.shrink_to_fit();
  return bytes;
}

JsonError error_of(std::string_view text) {
  return JsonDocument::parse(tight(text)).error();
}

json other(std::string_view text) {
  return json::parse(text, nullptr, false);
}

/// Same verdict, same values.
void agree(std::string_view text) {
  const json expected = other(text);
  const JsonDocument document = JsonDocument::parse(tight(text));
  CAPTURE(text);
  REQUIRE((document.error() == JsonError::none) != expected.is_discarded());
  if (!expected.is_discarded()) REQUIRE(value_of(document, 0) == expected);
}

std::vector<std::string> recorded_answers() {
  std::vector<std::string> answers;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(JOBTREE_TEST_DATA) + "/jobs")) {
    std::ifstream file(entry.path(), std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    answers.push_back(bytes.str());
  }
  std::sort(answers.begin(), answers.end());  // the order of a folder is not the same everywhere
  return answers;
}

const std::string kBom = "\xEF\xBB\xBF";

constexpr std::string_view kTaken[] = {
    // lone values
    "null",
    "true",
    "false",
    "0",
    "-1",
    "\"\"",
    "\"text\"",
    "[]",
    "{}",
    " null ",
    "\n\t\r []\n",
    // arrays
    "[[]   ]",
    "[\"\"]",
    "[null, 1, \"1\", {}]",
    "[1\n]",
    " [1]",
    "[2] ",
    "[1,null,null,null,2]",
    "[[[[[[[[]]]]]]]]",
    "[[],[[]],{},[{}]]",
    // numbers
    "[-0]",
    "[0]",
    "[123]",
    "[-123]",
    "[0e1]",
    "[0e+1]",
    "[20E1]",
    "[1E-2]",
    "[1e+2]",
    "[123e45]",
    "[123.456e78]",
    "[123.456789]",
    "[-0.000000000000000000000000000000000000000000000000001]",
    "[10]",
    "[1234567890123456789012345678901234567890]",
    "[-9223372036854775808]",
    "[18446744073709551615]",
    "[1e-400]",
    // objects
    "{\"a\":1}",
    "{\"\":0}",
    "{\"a\":[]}",
    "{\"a\":{\"a\":{\"a\":null}}}",
    "{ \"a\" : 1 , \"b\" : [ 2 ] }",
    "{\"a\":1,\"a\":2}",
    "{\"a\":\"b\",\"a\":\"b\"}",
    "{\"a\":1,\"b\":2,\"a\":[3]}",
    "{\n\"a\":\"b\"\n}",
    "{\"foo\\u0000bar\":42}",
    "{\"\xE4\xB8\xAD\xE6\x96\x87\":\"\xE4\xB8\xAD\"}",
    // strings
    R"(["\"\\\/\b\f\n\r\t"])",
    R"(["\u0060\u012a\u12AB"])",
    R"(["\u0000"])",
    R"(["\u001f"])",
    R"(["\uD801\udc37"])",
    R"(["\ud83d\ude39\ud83d\udc8d"])",
    R"(["\uDBFF\uDFFF"])",
    R"(["\\u0000"])",
    R"(["\"" ])",
    R"(["a/*b*/c/*d//e"])",
    R"(["\\a"])",
    R"(["\\n"])",
    R"(["new\u000Aline"])",
    R"(["\uFFFF\uFFFE\uFDD0\u200B\u2028\u2064"])",
    "[\"\x7F\"]",
    "[\"a\177a\"]",
    "[\"\xC3\xA9\"]",
    "[\"\xE2\x80\xA8\xE2\x80\xA9\"]",
    "[\"\xEF\xBF\xBF\"]",
    "[\"\xF0\x9F\x98\x80\"]",
    "[\"\xF4\x8F\xBF\xBF\"]",
    "[\"\xED\x9F\xBF\"]",
    "[\" \"]",
    "\"\xCF\x80\"",
    "[\"\xF0\x9B\xBF\xBF\"]",
    // a byte order mark
    "\xEF\xBB\xBF{}",
    "\xEF\xBB\xBF [1]",
};

constexpr std::string_view kRefused[] = {
    // nothing, or too little
    "",
    " ",
    "\xEF\xBB\xBF",
    "\xEF\xBB{}",
    "\xEF",
    "\xFE\xFF\0["sv,
    "[",
    "]",
    "{",
    "}",
    "[[",
    "[{",
    "{[",
    "{\"a\":[",
    "[1",
    "[1,",
    "[\"a",
    "[\"a\"",
    "[\"\\",
    "[\"\\u",
    "[\"\\u00",
    "{\"a",
    "{\"a\"",
    "{\"a\":",
    "{\"a\":1",
    "{\"a\":1,",
    "\"",
    "\"a",
    "-",
    "t",
    "tru",
    "fals",
    "nul",
    "[tru]",
    "[fals]",
    "[nul]",
    "[ false, nul",
    "[1,\n1\n,1",
    // too much
    "[1]x",
    "[1]]",
    "{}}",
    "[][]",
    "1]",
    "2@",
    "\"\"x",
    "{\"a\":1}#",
    "{\"a\":1}/**/",
    "{\"a\":1}//",
    "{\"a\":true} \"x\"",
    "null null",
    "truee",
    // what is not JSON at all
    "<html>",
    "abc",
    "*",
    "\xE5",
    "\xE9",
    "a\xE5",
    "[<null>]",
    "[True]",
    "[NaN]",
    "[Infinity]",
    "[-Infinity]",
    "[Inf]",
    "[+Inf]",
    "[-NaN]",
    "[undefined]",
    "['a']",
    "{'a':0}",
    "{a:1}",
    "{\"a\":/*c*/1}",
    "[\xE2\x81\xA0]",
    "[\xEF\xBB\xBF]",
    "[\f1]",
    "[\v1]",
    "[\xC2\xA0]",
    "[\0]"sv,
    // arrays
    "[1 true]",
    "[\"\": 1]",
    "[\"\"],",
    "[,1]",
    "[1,,2]",
    "[\"x\",,]",
    "[\"x\"]]",
    "[\"\",]",
    "[1,]",
    "[,]",
    "[   , \"\"]",
    "[3[4]]",
    "[1:2]",
    "[a]",
    "[\xFF]",
    "[*]",
    "[1}",
    "[{]",
    "[\"a\" \"b\"]",
    "[{\"a\":1]",
    "[{]}",
    // numbers
    "[+1]",
    "[++1]",
    "[-]",
    "[- 1]",
    "[-a]",
    "[-01]",
    "[012]",
    "[00]",
    "[-00]",
    "[1.]",
    "[-2.]",
    "[.1]",
    "[-.1]",
    "[.]",
    "[0.1.2]",
    "[1e]",
    "[1E]",
    "[1e+]",
    "[1E-]",
    "[0.3e]",
    "[0.3e+]",
    "[0.e1]",
    "[2.e3]",
    "[1.0e]",
    "[1eE2]",
    "[0e+-1]",
    "[1ea]",
    "[1e1.5]",
    "[1 000]",
    "[1+2]",
    "[0x1]",
    "[0x42]",
    "[-1x]",
    "[1.2a-3]",
    "[123\xE5]",
    "[1e1\xE5]",
    "[0\xE5]",
    "[1_000]",
    "[1,5.]",
    "[\xEF\xBC\x91]",
    "[-123.123foo]",
    // objects
    "{,}",
    "{1:1}",
    "{null:1}",
    "{[:\"x\"}",
    "{]",
    "{:1}",
    "{\"a\"}",
    "{\"a\",1}",
    "{\"a\"::1}",
    "{\"a\" 1}",
    "{\"a\":1 2}",
    "{\"a\":1,}",
    "{\"a\":1,,\"b\":2}",
    "{\"a\":1,\"b\"}",
    "{\"a\":1]",
    "{\"a\" \"b\"}",
    "{\"a\":}",
    "{\"a\"b:1}",
    "{\"a\":1 \"b\":2}",
    "{\"a\";1}",
    // strings
    R"(["\a"])",
    R"(["\x00"])",
    R"(["\'"])",
    R"(["\0"])",
    R"(["\U0041"])",
    R"(["\u"])",
    R"(["\u0"])",
    R"(["\u00A"])",
    R"(["\u00g0"])",
    R"(["\uqqqq"])",
    R"(["\u+123"])",
    R"(["\ud834\u"])",
    R"(["\ud834\ud"])",
    R"(["\ud800\u1x"])",
    R"(["\ud800\ud800\x"])",
    R"(["\"])",
    R"([\n])",
    R"([\u0020"a"])",
    "[\"\\\t\"]",
    "[\"\\\xE5\"]",
    "[\"\\u\xE5\"]",
    "[\"\\\0\"]"sv,
    "[\"a\0a\"]"sv,
    "[\"\n\"]",
    "[\"\t\"]",
    "[\"\x1F\"]",
    "[\"eight...\x01 and on\"]",
    // bytes that are no UTF-8
    "[\"\x80\"]",
    "[\"\xBF\"]",
    "[\"\xC0\xAF\"]",
    "[\"\xC1\xBF\"]",
    "[\"\xE0\x80\xAF\"]",
    "[\"\xE0\x9F\xBF\"]",
    "[\"\xED\xA0\x80\"]",
    "[\"\xED\xBF\xBF\"]",
    "[\"\xF0\x80\x80\xAF\"]",
    "[\"\xF0\x8F\xBF\xBF\"]",
    "[\"\xF4\x90\x80\x80\"]",
    "[\"\xF5\x80\x80\x80\"]",
    "[\"\xF8\x88\"]",
    "[\"\xFC\x80\"]",
    "[\"\xFE\"]",
    "[\"\xFF\"]",
    "[\"\xC3\"]",
    "[\"\xC3(\"]",
    "[\"\xE4\xB8\"]",
    "[\"\xE4(\xAD\"]",
    "[\"\xF0\x9F\x98\"]",
    "[\"\xF0\x9F(\x80\"]",
    "{\"\xFF\":1}",
    "[\"\xE9\"]",
    "\"\xC3",
    "\"\xE4\xB8",
    "\"\xF0\x9F\x98",
};

}  // namespace

TEST_CASE("What must be taken is taken, and means the same to another parser") {
  for (const std::string_view text : kTaken) {
    CAPTURE(text);
    CHECK(error_of(text) == JsonError::none);
    agree(text);
  }
}

TEST_CASE("What must be refused is refused, by another parser too") {
  for (const std::string_view text : kRefused) {
    CAPTURE(text);
    CHECK(error_of(text) != JsonError::none);
    CHECK(other(text).is_discarded());
  }
}

TEST_CASE("A NUL hides nothing of what stands behind it") {
  // The other parser takes it for the end.
  for (const std::string& text : {"123\0"s, "[]\0"s, "[]\0[]"s, "\0"s, "{\0}"s})
    CHECK(error_of(text) == JsonError::syntax);
}

TEST_CASE("Half of a surrogate pair is read as the replacement character") {
  const auto text_of = [](const std::string& escaped) {
    const JsonDocument document = JsonDocument::parse("\"" + escaped + "\"");
    REQUIRE(document.error() == JsonError::none);
    return std::string(document.view(document.text(0)));
  };
  const std::string replacement = "\xEF\xBF\xBD";
  CHECK(text_of(R"(\ud800)") == replacement);
  CHECK(text_of(R"(a\uDFFFb)") == "a" + replacement + "b");
  CHECK(text_of(R"(\ud83dcut)") == replacement + "cut");
  CHECK(text_of(R"(\ud83d\n)") == replacement + "\n");
  CHECK(text_of(R"(\ud83d\u0041)") == replacement + "A");
  CHECK(text_of(R"(\ude00\ud83d)") == replacement + replacement);
  CHECK(text_of(R"(\ud800\ud83d\ude00)") == replacement + "\xF0\x9F\x98\x80");
}

TEST_CASE("A number too large for a double is still its text") {
  const JsonDocument document = JsonDocument::parse("[1e99999, -123123e100000]");
  REQUIRE(document.error() == JsonError::none);
  CHECK(document.view(document.text(1)) == "1e99999");
  CHECK(document.view(document.text(2)) == "-123123e100000");
}

TEST_CASE("Every recorded answer means the same to another parser") {
  for (const std::string& answer : recorded_answers())
    agree(answer);
}

TEST_CASE(
    "Answers with a few bytes changed at random mean the same to another parser, or nothing") {
  // What JSON is made of is more telling than any byte.
  const std::string_view pieces[] = {"\"",   "\\",      "{",    "}",   "[",  "]",    ",",
                                     ":",    " ",       "0",    "-",   ".",  "e",    "t",
                                     "null", "\\u00e9", "\\\"", "\\n", "\t", "\xC3", "\xE4\xB8\xAD",
                                     "\x80", "\"a\":1,"};
  std::mt19937 random(20220);
  const auto below = [&](std::size_t limit) { return random() % limit; };
  for (const std::string& answer : recorded_answers()) {
    for (int round = 0; round < 60; ++round) {
      std::string text = answer;
      for (std::size_t changes = 1 + below(3); changes != 0; --changes) {
        const std::size_t at = below(text.size());
        const std::string_view piece = pieces[below(std::size(pieces))];
        switch (below(5)) {
          case 0:
            text.erase(at, 1 + below(4));
            break;
          case 1:
            text.insert(at, piece);
            break;
          case 2:
            text.replace(at, std::min(piece.size(), text.size() - at), piece);
            break;
          case 3:
            text[at] = static_cast<char>(below(256));
            break;
          default:
            text.insert(below(text.size()), text.substr(at, below(40)));
        }
        if (text.empty()) break;
      }
      // Where the two differ by choice; see above.
      const auto has = [&](const char* part) { return text.find(part) != std::string::npos; };
      if (has("\\ud") || has("\\uD") || text.find('\0') != std::string::npos) continue;
      const bool huge = json::parse(text, nullptr, false).is_discarded() &&
                        text.find_first_of("eE") != std::string::npos &&
                        JsonDocument::parse(text).error() == JsonError::none;
      if (huge) {
        CHECK_THROWS_AS(json::parse(text), json::out_of_range);
        continue;
      }
      agree(text);
    }
  }
}

TEST_CASE("What ends a plain run of text is seen at every place of it") {
  for (const std::string& piece :
       {"\\n"s, "\\u00e9"s, "\xC3\xA9"s, "\xE4\xB8\xAD"s, "\xF0\x9F\x98\x80"s, "\x01"s, "\xFF"s,
        "\x7F"s, "!"s, "#"s, "["s, "]"s, "\x1F"s, "\""s, "\\"s, "\0"s}) {
    for (std::size_t before = 0; before < 35; ++before) {
      for (std::size_t after = 0; after < 20; ++after) {
        agree("[\"" + std::string(before, 'a') + piece + std::string(after, 'z') + "\"]");
        agree("{\"" + std::string(before, 'a') + piece + std::string(after, 'z') + "\":1}");
      }
    }
  }
}

TEST_CASE("A name that is foreseen is still read as it was written") {
  agree(R"([{"ab":1,"c":2},{"ab":3,"c":4},{"abc":5,"c":6},{"a":7,"c":8},{"ab":9}])");
  agree(R"([{"n\u00e4":1,"x":2},{"nä":1,"x":2},{"n\u00e4":1,"x":2}])");
  agree(R"([{"a\"b":1,"x":2},{"a\"b":1,"x":2}])");
  // A quote that was escaped the first time ends the name the second time.
  agree(R"([{"a\"b":1,"x":2},{"a"b":1,"x":2}])");
  agree(R"([{"a":1},{"a\u":1}])");
  agree(R"([{"long name":1},{"long name)");
  agree(R"([{"":1},{"":2},{)");
  agree(R"([{"a":{"b":1}},{"a":{"b":1}},{"b":{"a":1}}])");
}

TEST_CASE("Names are numbered once, however often they stand there") {
  std::string text = "[";
  for (int i = 0; i < 1000; ++i)
    text += R"({"id":1,"name":"a","inner":{"id":2}},)";
  const JsonDocument document = JsonDocument::parse(text + "0]");
  REQUIRE(document.error() == JsonError::none);
  CHECK(document.key_count() < 10);
}

TEST_CASE("As many different names as there are members are read in their order") {
  std::string text = "{";
  for (int i = 0; i < 20'000; ++i)
    text += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":" + std::to_string(i);
  agree(text + "}");
}

TEST_CASE("An answer whose parts are unlike each other keeps all its values") {
  // The array of values grows by what the text so far lets expect, which misleads here.
  std::string numbers;
  for (int i = 0; i < 50'000; ++i)
    numbers += "," + std::to_string(i);
  agree("[\"" + std::string(100'000, 'a') + "\"" + numbers + "]");
  agree("[0" + numbers + ",\"" + std::string(100'000, 'a') + "\"" + numbers + "]");
}

TEST_CASE("Every object and array knows where it stood before escapes were read") {
  const std::string text = kBom + R"( {"\u0061" : [ {"b\n":"\\"} , [] ] } )";
  const JsonDocument document = JsonDocument::parse(text);
  const auto source = [&](std::uint32_t value) {
    return text.substr(document.source(value).offset, document.source(value).size);
  };
  CHECK(source(0) == R"({"\u0061" : [ {"b\n":"\\"} , [] ] })");
  CHECK(source(1) == R"([ {"b\n":"\\"} , [] ])");
  CHECK(source(2) == R"({"b\n":"\\"})");
  CHECK(source(4) == "[]");
}

TEST_CASE("Objects that stand in arrays are counted") {
  CHECK(JsonDocument::parse("[{},[{}],{\"a\":{},\"b\":[{},1,null]},[]]").item_count() == 4);
  CHECK(JsonDocument::parse("{\"a\":{}}").item_count() == 0);
}

TEST_CASE("Limits are kept to the last one that fits, and say which was passed") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  const JsonLimits limits{.bytes = 1000, .depth = 10, .values = 100};
  const auto error = [&](const std::string& text) {
    return JsonDocument::parse(text, limits).error();
  };
  const auto numbers = [](int count) {
    std::string text = "[0";
    for (int i = 1; i < count; ++i)
      text += ",0";
    return text + "]";
  };
  CHECK(error(nested(10)) == JsonError::none);
  CHECK(error(nested(11)) == JsonError::too_deep);
  CHECK(error(numbers(99)) == JsonError::none);
  CHECK(error(numbers(100)) == JsonError::too_many);
  CHECK(error("\"" + std::string(998, 'a') + "\"") == JsonError::none);
  CHECK(error("\"" + std::string(999, 'a') + "\"") == JsonError::too_large);
  CHECK(error_of(nested(JsonLimits{}.depth)) == JsonError::none);
  CHECK(error_of(nested(10'000)) == JsonError::too_deep);
  CHECK(error_of(std::string(5'000'000, '[')) == JsonError::too_deep);
}

TEST_CASE("A text that is refused says how far it was understood, and leaves nothing") {
  const JsonDocument document = JsonDocument::parse(R"({"a":1,"b":tru})");
  CHECK(document.error() == JsonError::syntax);
  CHECK(document.error_offset() == 11);
  CHECK(document.size() == 0);
  CHECK(error_of("[\"\xFF\"]") == JsonError::encoding);
}

}  // namespace json_document_test
