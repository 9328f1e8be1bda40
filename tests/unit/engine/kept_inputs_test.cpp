// What fuzzing found worth keeping, replayed: the fuzz target itself says what must hold.
#define LLVMFuzzerTestOneInput fuzz_parser
#include "fuzz/fuzz_parser.cpp"
#undef LLVMFuzzerTestOneInput

#include <filesystem>
#include <fstream>
#include <iterator>

#include "unit/catch.h"

TEST_CASE("Every kept input of the parser's fuzzing, and every recorded answer, holds together") {
  int replayed = 0;
  for (const char* folder : {"/fuzz/parser", "/jobs"}) {
    for (const auto& entry :
         std::filesystem::directory_iterator(JOBTREE_TEST_DATA + std::string(folder))) {
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), {}};
      fuzz_parser(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
      ++replayed;
    }
  }
  CHECK(replayed > 100);
}
