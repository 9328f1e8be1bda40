#include "unit/kept_inputs.h"

#include "unit/catch.h"

namespace kept_inputs_test {

extern "C" int fuzz_request_head(const std::uint8_t* data, std::size_t size);

TEST_CASE("Every kept beginning of a connection is a head that holds to its rules, or refused") {
  CHECK(replay("fuzz/request_head", fuzz_request_head) > 20);
}

}  // namespace kept_inputs_test
