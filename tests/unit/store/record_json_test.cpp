// A record as JSON, as HTTP and the command line show it.
#include "store/record_json.h"

#include "unit/catch.h"
#include "unit/store/observations.h"

namespace record_json_test {

using namespace jobtree::store;

TEST_CASE("A job has the name of its type in both languages, or none") {
  JobRecord record{.address = jobtree::testing::address_of("j")};
  const auto name = [&](const char* type) {
    record.type = type;
    return json_of(record, People::shown)["name"];
  };
  CHECK(name("createVolume") ==
        nlohmann::ordered_json{{"en", "Create volume"}, {"zh", "创建云硬盘"}});
  CHECK(name("somethingElse") == nullptr);
  CHECK(name("") == nullptr);
}

}  // namespace record_json_test
