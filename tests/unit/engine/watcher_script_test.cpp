#include "fuzz/watcher_script.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "unit/catch.h"

namespace {

void play(const std::string& bytes) {
  jobtree::engine::script::run(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

TEST_CASE(
    "What the fuzzer has kept holds: a page that followed shows what one drawn in full shows") {
  int played = 0;
  for (const auto& entry : std::filesystem::directory_iterator(JOBTREE_TEST_DATA "/fuzz/watcher")) {
    std::ifstream file(entry.path(), std::ios::binary);
    play({std::istreambuf_iterator<char>(file), {}});
    ++played;
  }
  CHECK(played > 0);
}

TEST_CASE("So does what nobody has thought of") {
  std::mt19937 random(20221205);
  for (int i = 0; i < 300; ++i) {
    std::string bytes(200 + random() % 1500, '\0');
    for (char& byte : bytes)
      byte = static_cast<char>(random());
    play(bytes);
  }
  SUCCEED();
}
