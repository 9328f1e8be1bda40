#include "base/small_file.h"

#include <sys/stat.h>

#include "support/home.h"
#include "unit/catch.h"

namespace small_file_test {

using namespace jobtree;
using tests::Home;

namespace {

const SmallFileRules kRules{.what = "list file", .max_bytes = 1024};

}  // namespace

TEST_CASE("A file is read whole, byte for byte", "[small_file]") {
  const Home home;
  const std::string bytes("a\0b\r\n\xFF", 6);
  CHECK(read_small_file(home.write("list", bytes), kRules).value() == bytes);
  CHECK(read_small_file(home.write("list", ""), kRules).value().empty());
  CHECK(read_small_file(home.write("list", std::string(1024, 'x')), kRules).value().size() == 1024);
  CHECK(read_secret_file(home.write("list", bytes), kRules).value().reveal() == bytes);
}

TEST_CASE("A file that is too large is refused, not cut", "[small_file]") {
  const Home home;
  const std::string file = home.write("list", std::string(1025, 'x'));
  const auto text = read_small_file(file, kRules);
  REQUIRE_FALSE(text);
  CHECK(text.error() == "the list file " + file + " is larger than 1 KiB");
  CHECK(text.failure().kind() == Failure::Kind::usage);
  CHECK_FALSE(read_secret_file(file, kRules));
}

TEST_CASE("What cannot be read is named, with the system's reason", "[small_file]") {
  const Home home;
  const auto missing = read_small_file(home.path() + "/none", kRules);
  REQUIRE_FALSE(missing);
  CHECK(missing.error() ==
        "cannot read the list file " + home.path() + "/none: No such file or directory");
}

TEST_CASE("A folder or a pipe is no plain file, and nobody waits for one", "[small_file]") {
  const Home home;
  const std::string pipe = home.path() + "/pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  for (const std::string& path : {home.path(), pipe}) {
    const auto text = read_small_file(path, kRules);
    REQUIRE_FALSE(text);
    CHECK(text.error() == "the list file " + path + " is not a regular file");
  }
}

TEST_CASE("Whoever can write a file of secrets decides what it says, so it is refused",
          "[small_file]") {
  const Home home;
  const std::string file = home.write("list", "x");
  SmallFileRules rules = kRules;
  rules.refuse_world_writable = true;
  REQUIRE(::chmod(file.c_str(), 0646) == 0);
  const auto text = read_small_file(file, rules);
  REQUIRE_FALSE(text);
  CHECK(text.error() ==
        "anyone on this machine can write the list file " + file + "; run: chmod 600 " + file);
  CHECK(read_small_file(file, kRules));
  REQUIRE(::chmod(file.c_str(), 0640) == 0);
  CHECK(read_small_file(file, rules));
}

}  // namespace small_file_test
