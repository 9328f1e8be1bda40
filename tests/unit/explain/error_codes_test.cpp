// The table of error codes: the form it is searched by, its words, and the search.
#include "explain/error_codes.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "unit/catch.h"

namespace error_codes_test {

using namespace jobtree;
using namespace jobtree::explain;
using Json = nlohmann::ordered_json;

namespace {

const Json& table() {
  static const Json file = Json::parse(error_codes_file().plain);
  return file;
}

std::string text_at(const Json& entry, const char* what, const char* language) {
  return entry.at(what).at(language).get<std::string>();
}

/// All sentences of a language, with the code they belong to before them.
std::vector<std::string> sentences(const char* language) {
  std::vector<std::string> all;
  for (const Json& entry : table().at("codes")) {
    if (entry.contains("same_as")) continue;
    for (const char* what : {"meaning", "remedy"}) {
      all.push_back(entry.at("code").get<std::string>() + "\t" + text_at(entry, what, language));
    }
  }
  return all;
}

std::string_view words_of(const std::string& sentence) {
  return std::string_view(sentence).substr(sentence.find('\t') + 1);
}

/// Those for which `is_bad` is true.
template <class IsBad>
std::vector<std::string> bad(const char* language, IsBad is_bad) {
  std::vector<std::string> all = sentences(language);
  std::erase_if(all, [&](const std::string& sentence) { return !is_bad(words_of(sentence)); });
  return all;
}

bool has(std::string_view text, std::string_view what) {
  return text.find(what) != std::string_view::npos;
}

/// A Chinese character of three bytes, U+4E00 to U+9FFF, not its punctuation.
bool is_han_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  return at + 2 < text.size() && byte(at) >= 0xE4 && byte(at) <= 0xE9 &&
         (byte(at + 1) & 0xC0) == 0x80;
}

/// Whether a letter or digit touches a Chinese character; a product's own name may.
bool lacks_blank(std::string text) {
  constexpr std::string_view kName = "弹性公网IP";
  for (std::size_t at = 0; (at = text.find(kName, at)) != std::string::npos;) {
    text.erase(at + kName.size() - 2, 2);
  }
  for (std::size_t at = 0; at + 3 < text.size(); ++at) {
    if (is_han_at(text, at) && is_alnum(text[at + 3])) return true;
    if (is_alnum(text[at]) && is_han_at(text, at + 1)) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("The table has one code a line, sorted without regard to case, each once") {
  const Json codes = table().at("codes");
  CHECK(codes.size() > 1500);
  const std::string_view file = error_codes_file().plain;
  CHECK(static_cast<std::size_t>(std::ranges::count(file, '\n')) == codes.size() + 2);
  CHECK_FALSE(has(file, "\\"));
  std::string last;
  for (const Json& entry : codes) {
    const std::string code = lower(entry.at("code").get<std::string>());
    CHECK(last < code);
    CHECK(code.size() <= 64);
    CHECK(std::ranges::all_of(
        code, [](char c) { return is_alnum(c) || c == '.' || c == '_' || c == '-'; }));
    last = code;
  }
}

TEST_CASE("Every entry is found, and is what a reader of JSON sees") {
  for (const Json& entry : table().at("codes")) {
    const std::string code = entry.at("code").get<std::string>();
    CAPTURE(code);
    const auto found = find_code(code);
    REQUIRE(found);
    CHECK(found->basis == Basis::code);
    if (entry.contains("same_as")) {
      CHECK(entry.size() == 2);
      CHECK(found->code == entry.at("same_as").get<std::string>());
      CHECK_FALSE(found->meaning.en.empty());
      continue;
    }
    CHECK(found->code == code);
    CHECK(found->meaning.en == text_at(entry, "meaning", "en"));
    CHECK(found->meaning.zh == text_at(entry, "meaning", "zh"));
    CHECK(found->remedy.en == text_at(entry, "remedy", "en"));
    CHECK(found->remedy.zh == text_at(entry, "remedy", "zh"));
    CHECK(found->is_wrapper == entry.value("is_wrapper", false));
    CHECK(entry.size() == (found->is_wrapper ? 4 : 3));
  }
}

TEST_CASE("A code is found in any case, with blanks around it, and by another name") {
  for (const char* spelled : {"Ecs.0319", "ecs.0319", "ECS.0319", "  Ecs.0319\n"}) {
    const auto found = find_code(spelled);
    REQUIRE(found);
    CHECK(found->code == "Ecs.0319");
    CHECK(found->meaning.en == "There is not enough capacity for this flavor in the AZ.");
  }
  REQUIRE(find_code("111400035"));
  CHECK(find_code("111400035")->code == "DCS.4035");
}

TEST_CASE("What is no code of the table is not found") {
  for (const char* text : {"", " ", "Ecs", "Ecs.", "Ecs.031", "Ecs.03190", "Ecs.9999", "ecs.0319x",
                           "\"", "}", "A", "zzz", "0", "Ecs.0319\", \"meaning\": {\"en\": \""}) {
    CAPTURE(text);
    CHECK_FALSE(find_code(text));
  }
}

TEST_CASE("English sentences are sentences, in ASCII and of bounded length") {
  CHECK(bad("en", [](std::string_view text) {
          return text.size() < 10 || text.size() > 140 || !is_upper(text.front()) ||
                 text.back() != '.' || has(text, "  ");
        }).empty());
  CHECK(bad("en", [](std::string_view text) {
          return !std::ranges::all_of(text, [](char c) { return c == ' ' || is_graphic(c); });
        }).empty());
}

TEST_CASE("Chinese sentences have Chinese punctuation, and a blank beside letters and digits") {
  CHECK(bad("zh", [](std::string_view text) {
          return text.size() < 12 || text.size() > 180 || !text.ends_with("。") || has(text, "  ");
        }).empty());
  CHECK(bad("zh", [](std::string_view text) {
          return text.find_first_of(",;:?!()") != std::string_view::npos;
        }).empty());
  CHECK(bad("zh", [](std::string_view text) { return lacks_blank(std::string(text)); }).empty());
  CHECK(lacks_blank("检查IP"));
  CHECK(lacks_blank("128字符"));
  CHECK_FALSE(lacks_blank("弹性公网IP 配额不足（4xx）。"));
}

TEST_CASE("Sentences have no word of a machine, and nothing to beg") {
  for (const std::string_view word :
       {"please", "whoever", " may not ", "alone", " ask ", "Ask ", "illegal", "kindly"}) {
    CAPTURE(word);
    CHECK(bad("en", [word](std::string_view text) { return has(text, word); }).empty());
  }
  for (const std::string_view word : {"非法", "云端", "应答", "账户", "校验不通过"}) {
    CAPTURE(word);
    CHECK(bad("zh", [word](std::string_view text) { return has(text, word); }).empty());
  }
}

TEST_CASE("A compressed form is smaller than the plain one") {
  const ErrorCodesFile file = error_codes_file();
  CHECK(file.brotli.size() * 5 < file.plain.size());
  CHECK(file.gzip.size() * 5 < file.plain.size());
}

}  // namespace error_codes_test
