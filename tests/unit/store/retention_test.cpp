// How long things are stored, as an operator writes it.
#include "store/retention.h"

#include "unit/catch.h"

namespace retention_test {

using namespace jobtree::store;
using namespace std::chrono_literals;

TEST_CASE("A span is a whole number of days, hours, minutes or seconds") {
  CHECK(parse_span("7d").value() == 168h);
  CHECK(parse_span("24h").value() == 24h);
  CHECK(parse_span("30m").value() == 30min);
  CHECK(parse_span("45s").value() == 45s);
  for (const char* text :
       {"", "7", "d", "-1d", "1.5h", "7 d", "7D", "99999999999999999999d", "40000d"}) {
    INFO(text);
    CHECK_FALSE(parse_span(text));
  }
}

TEST_CASE("A retention names what it changes; the rest stays as it is by default") {
  const Retention usual;
  const Retention all = parse_retention("jobs=1d, bodies=2h,versions=0,size=10MiB").value();
  CHECK(all.jobs == 24h);
  CHECK(all.bodies == 2h);
  CHECK(all.versions == 0s);
  CHECK(all.size == 10U << 20U);
  CHECK(all.failures == 9600h);
  CHECK(parse_retention("failures=30d").value().failures == 720h);
  CHECK(parse_retention("").value().jobs == usual.jobs);
  CHECK(parse_retention("size=3GiB").value().size == std::uint64_t{3} << 30U);
  CHECK(parse_retention("size=0").value().size == 0);
  CHECK(parse_retention("size=3gib").value().jobs == usual.jobs);
  for (const char* text : {"jobs", "jobs=", "jobs=x", "jobs=-1d", "events=3d", "size=3", "size=3GB",
                           "size=99999999999TiB", "jobs=1d;size=1GiB", "=1d"}) {
    INFO(text);
    const auto refused = parse_retention(text);
    REQUIRE_FALSE(refused);
    CHECK(refused.failure().kind() == jobtree::Failure::Kind::usage);
  }
}

}  // namespace retention_test
