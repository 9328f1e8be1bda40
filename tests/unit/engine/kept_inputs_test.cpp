#include "unit/kept_inputs.h"

#include <random>
#include <vector>

#include "unit/catch.h"

namespace kept_inputs_test {

extern "C" int fuzz_parser(const std::uint8_t* data, std::size_t size);
extern "C" int fuzz_session(const std::uint8_t* data, std::size_t size);

TEST_CASE("Every kept input of the parser's fuzzing, and every recorded answer, holds together") {
  CHECK(replay("fuzz/parser", fuzz_parser) > 100);
  CHECK(replay("jobs", fuzz_parser) > 0);
}

TEST_CASE(
    "What the fuzzer has kept holds: a page that followed shows what one drawn in full shows") {
  CHECK(replay("fuzz/session", fuzz_session) > 20);
}

TEST_CASE("So does what nobody has thought of") {
  std::mt19937 random(20221205);
  for (int i = 0; i < 300; ++i) {
    std::vector<std::uint8_t> bytes(200 + random() % 1500);
    for (std::uint8_t& byte : bytes)
      byte = static_cast<std::uint8_t>(random());
    fuzz_session(bytes.data(), bytes.size());
  }
  SUCCEED();
}

}  // namespace kept_inputs_test
