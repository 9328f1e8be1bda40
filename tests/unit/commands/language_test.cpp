#include "commands/cli/language.h"

#include <map>
#include <string>

#include "unit/catch.h"

namespace language_test {

using namespace jobtree;
using namespace jobtree::commands;

TEST_CASE("Every locale of Chinese speaks Chinese, and all others English") {
  CHECK(language_of_locale("zh_CN.UTF-8") == Language::zh);
  CHECK(language_of_locale("zh") == Language::zh);
  CHECK(language_of_locale("zh-TW") == Language::zh);
  CHECK(language_of_locale("en_US.UTF-8") == Language::en);
  CHECK(language_of_locale("C.UTF-8") == Language::en);
  CHECK(language_of_locale("zhuang") == Language::en);
  CHECK(language_of_locale("") == Language::en);
}

TEST_CASE("LC_ALL goes before LC_MESSAGES, and that before LANG; what is empty is not there") {
  std::map<std::string, std::string> values{{"LANG", "zh_CN.UTF-8"}};
  const Environment environment = [&values](const char* name) {
    return std::string_view(values[name]);
  };
  CHECK(language_of_environment(environment) == Language::zh);
  values["LC_MESSAGES"] = "en_US.UTF-8";
  CHECK(language_of_environment(environment) == Language::en);
  values["LC_ALL"] = "zh_CN";
  CHECK(language_of_environment(environment) == Language::zh);
  values["LC_ALL"] = "C";
  CHECK(language_of_environment(environment) == Language::en);
}

TEST_CASE("A sentence is filled alike in both languages, and may turn its gaps around") {
  const Bilingual text =
      bilingual({"{0} of {1}, {0}", "共 {1} 个，{0}"}, "3", Bilingual("ten", "十"));
  CHECK(text.en == "3 of ten, 3");
  CHECK(text.zh == "共 十 个，3");
  CHECK(bilingual({"{braces} stay", "{braces}"}).en == "{braces} stay");
}

}  // namespace language_test
