#include "base/file_watch.h"

#include <filesystem>

#include "support/home.h"
#include "unit/catch.h"

namespace file_watch_test {

using namespace jobtree;
using namespace std::chrono_literals;
using News = FileWatch::News;
using tests::Home;

namespace {

/// A file, and clocks that stand until they are moved. The wall's is near the file's own times,
/// which the system sets.
struct Fixture {
  Clock clock() {
    Clock clock = real_clock();
    clock.wall = [this] { return wall; };
    clock.steady = [this] { return steady; };
    return clock;
  }
  void wait(std::chrono::seconds time) {
    wall += time;
    steady += time;
  }

  Home home;
  std::string file = home.path() + "/file";
  std::chrono::system_clock::time_point wall = std::chrono::system_clock::now();
  std::chrono::steady_clock::time_point steady{};
};

}  // namespace

TEST_CASE("What a file holds at the beginning is no news", "[file_watch]") {
  Fixture fixture;
  fixture.home.write("file", "one");
  FileWatch watch(fixture.file, fixture.clock());
  CHECK(watch.existed());
  fixture.wait(1h);
  CHECK(watch.look() == News::none);
}

TEST_CASE("A change is told once, when nobody has written for a while", "[file_watch]") {
  Fixture fixture;
  fixture.home.write("file", "one");
  FileWatch watch(fixture.file, fixture.clock());
  fixture.home.write("file", "one and two");
  fixture.wall = std::chrono::system_clock::now();
  CHECK(watch.look() == News::none);  // it may still be written
  fixture.steady += 1s;
  fixture.home.write("file", "one and two and three");
  CHECK(watch.look() == News::none);  // and it was
  fixture.steady += 2s;
  CHECK(watch.look() == News::changed);
  fixture.wait(1h);
  CHECK(watch.look() == News::none);
}

TEST_CASE("A file that was changed long ago by its own time is not waited for", "[file_watch]") {
  Fixture fixture;
  fixture.home.write("file", "one");
  FileWatch watch(fixture.file, fixture.clock());
  fixture.home.write("file", "another");
  fixture.wait(5s);
  CHECK(watch.look() == News::changed);
}

TEST_CASE("A file that goes is told once, and its return is a change", "[file_watch]") {
  Fixture fixture;
  fixture.home.write("file", "one");
  FileWatch watch(fixture.file, fixture.clock());
  std::filesystem::remove(fixture.file);
  CHECK(watch.look() == News::gone);
  CHECK(watch.look() == News::none);
  fixture.home.write("file", "back");
  fixture.wait(5s);
  CHECK(watch.look() == News::changed);
}

TEST_CASE("A file that was not there is news when it comes", "[file_watch]") {
  Fixture fixture;
  FileWatch watch(fixture.file, fixture.clock());
  CHECK_FALSE(watch.existed());
  CHECK(watch.look() == News::none);
  fixture.home.write("file", "one");
  fixture.wait(5s);
  CHECK(watch.look() == News::changed);
}

TEST_CASE("A file of the same size that takes the place of another is a change", "[file_watch]") {
  Fixture fixture;
  fixture.home.write("file", "one");
  FileWatch watch(fixture.file, fixture.clock());
  std::filesystem::rename(fixture.home.write("other", "two"), fixture.file);
  fixture.wait(5s);
  CHECK(watch.look() == News::changed);
}

TEST_CASE("A file is looked at once a second at most", "[file_watch]") {
  Fixture fixture;
  FileWatch watch(fixture.file, fixture.clock());
  CHECK(watch.is_due());
  watch.look();
  CHECK_FALSE(watch.is_due());
  fixture.steady += 1s;
  CHECK(watch.is_due());
}

}  // namespace file_watch_test
