#include "gateway/http_fields.h"

#include <string>
#include <utility>
#include <vector>

#include "unit/catch.h"

namespace http_fields_test {

using jobtree::gateway::AcceptedCodings;
using jobtree::gateway::Coding;
using jobtree::gateway::etag_of;
using jobtree::gateway::Language;
using jobtree::gateway::named_coding;
using jobtree::gateway::names_version;
using jobtree::gateway::preferred_language;

TEST_CASE("A tag is quoted, of the bytes alone, and another in each coding") {
  const std::string etag = etag_of("body");
  CHECK(etag.size() == 34);
  CHECK(etag.front() == '"');
  CHECK(etag.back() == '"');
  CHECK(etag == etag_of("body"));
  CHECK(etag != etag_of("bodY"));
  CHECK(etag_of("\"abc\"", Coding::identity) == "\"abc\"");
  CHECK(etag_of("\"abc\"", Coding::gzip) == "\"abc-gzip\"");
  CHECK(etag_of("\"abc\"", Coding::br) == "\"abc-br\"");
  CHECK(etag_of("\"abc\"", Coding::zstd) == "\"abc-zstd\"");
}

TEST_CASE(
    "A version goes by its tag, weak or strong, in any coding, and with what proxies append") {
  for (const char* header :
       {"\"abc\"", "W/\"abc\"", "\"abc-zstd\"", "W/\"abc-br\"", "\"abc-gzip\"", "\"abc--gzip\"",
        "\"abc;gzip\"", "\"abc;br\"", "\"abc-gz\"", "\"abc-zstd-gzip\"", "\"abc-deflate\"",
        "\"x\", \"abc\"", " \"x\" ,W/\"abc-br\" ,\"y\"", "*"}) {
    INFO(header);
    CHECK(names_version(header, "\"abc\""));
  }
}

TEST_CASE("Another version does not go by it") {
  for (const char* header :
       {"", "abc", "\"ab\"", "\"abcd\"", "\"abc-\"", "\"abc-x\"", "\"abc-gzipp\"", "\"abcgzip\"",
        "\"-gzip\"", "\"\"", "\"", "w/\"abc\"", "W/abc", "\"ABC\"", "\"abc-gzip-\"", "\"x,abc\""}) {
    INFO(header);
    CHECK_FALSE(names_version(header, "\"abc\""));
  }
}

TEST_CASE("The coding a viewer has is that of the tag it names") {
  CHECK(named_coding("\"abc\"", "\"abc\"") == Coding::identity);
  CHECK(named_coding("\"x\", W/\"abc-zstd\"", "\"abc\"") == Coding::zstd);
  CHECK(named_coding("\"abc-br\", \"abc\"", "\"abc\"") == Coding::br);
  CHECK_FALSE(named_coding("\"abc;gzip\"", "\"abc\""));
  CHECK_FALSE(named_coding("*", "\"abc\""));
  CHECK_FALSE(named_coding("", "\"abc\""));
}

TEST_CASE("The coding that is wanted most is taken, and of equals the one that packs best") {
  const std::vector<std::pair<const char*, Coding>> cases{
      {"", Coding::identity},
      {"gzip", Coding::gzip},
      {"GZIP", Coding::gzip},
      {"x-gzip", Coding::gzip},
      {"Br", Coding::br},
      {"gzip, deflate, br, zstd", Coding::zstd},
      {"gzip, deflate, br", Coding::br},
      {"gzip;q=1.0, br;q=0.5, zstd;q=0.4", Coding::gzip},
      {"zstd;q=0, br;q=0.001, gzip;q=0.002", Coding::gzip},
      {"br;Q=0.9 , gzip ; q=0.8", Coding::br},
      {"identity", Coding::identity},
      {"identity, gzip;q=0.5", Coding::identity},
      {"identity;q=0.5, gzip;q=0.5", Coding::gzip},
      {"identity;q=0", Coding::identity},  // nothing else is allowed either
      {"identity;q=0, gzip;q=0.1", Coding::gzip},
      {"*", Coding::zstd},
      {"*;q=0", Coding::identity},
      {"*;q=0, br", Coding::br},
      {"zstd;q=0, *", Coding::br},
      {"gzip;q=0", Coding::identity},
      {"gzip;q=0.000", Coding::identity},
      {"gzip;q=1.001", Coding::identity},
      {"gzip;q=-1", Coding::identity},
      {"gzip;q=", Coding::identity},
      {"gzip;q=0.1234", Coding::identity},
      {"gzip;q=nan, br;q=0.1", Coding::br},
      {"gzipp", Coding::identity},
      {"deflate, compress", Coding::identity},
      {",, gzip ,,", Coding::gzip},
      {"gzip;level=9;q=0.3, br;q=0.2", Coding::gzip},
  };
  for (const auto& [header, best] : cases) {
    INFO(header);
    CHECK(AcceptedCodings(header).best() == best);
  }
}

TEST_CASE("Whether the plain body may be sent is said by name, or by the star") {
  CHECK(AcceptedCodings("gzip").takes(Coding::identity));
  CHECK(AcceptedCodings("").takes(Coding::identity));
  CHECK_FALSE(AcceptedCodings("gzip, identity;q=0").takes(Coding::identity));
  CHECK_FALSE(AcceptedCodings("gzip, *;q=0").takes(Coding::identity));
  CHECK(AcceptedCodings("identity;q=0.1, *;q=0").takes(Coding::identity));
}

TEST_CASE("Of English and Chinese the one that is wanted more is taken, else English") {
  struct Case {
    const char* header;
    Language language;
  };
  const std::vector<Case> cases{
      {"", Language::en},
      {"zh", Language::zh},
      {"zh-CN,zh;q=0.9,en;q=0.8", Language::zh},
      {"ZH-Hant-TW", Language::zh},
      {"en-US,en;q=0.9,zh;q=0.8", Language::en},
      {"en;q=0.1, zh;q=0.2", Language::zh},
      {"en, zh", Language::en},
      {"zh, en", Language::zh},
      {"de, fr;q=0.9, zh;q=0.1", Language::zh},
      {"de", Language::en},
      {"*", Language::en},
      {"zh;q=0", Language::en},
      {"zh;q=2", Language::en},
      {"zhx", Language::en},
      {", ,;,zh", Language::zh},
  };
  for (const auto& [header, language] : cases) {
    INFO(header);
    CHECK(preferred_language(header) == language);
  }
}

}  // namespace http_fields_test
