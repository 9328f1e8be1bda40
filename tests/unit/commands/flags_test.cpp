#include "commands/cli/flags.h"

#include <string>

#include "unit/catch.h"

namespace flags_test {

using namespace jobtree::commands;

TEST_CASE("A flag's variable has its letters in upper case, and digits as they are") {
  CHECK(variable_of("--ca-file") == "JOBTREE_CA_FILE");
  CHECK(variable_of("--http2-listen") == "JOBTREE_HTTP2_LISTEN");
  CHECK(variable_of("-4") == "JOBTREE_4");
}

}  // namespace flags_test
