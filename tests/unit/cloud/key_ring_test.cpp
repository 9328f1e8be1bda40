// The key in use: where the first comes from, and when another takes its place.
#include "cloud/key/key_ring.h"

#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/home.h"
#include "support/loopback_server.h"
#include "unit/catch.h"

namespace key_ring_test {

namespace {

using namespace std::chrono;  // NOLINT(google-build-using-namespace)
using namespace jobtree;
using namespace jobtree::cloud;  // NOLINT(google-build-using-namespace)
using namespace jobtree::tests;  // NOLINT(google-build-using-namespace)

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// A folder with a profile, an environment, and a clock that stands until it is moved.
struct Fixture {
  void write(const std::string& text) const {
    home.write("credentials", text);
    ::chmod(file.c_str(), 0600);
  }
  void write_key(const std::string& access, const std::string& secret) const {
    write("[basic]\nak = " + access + "\nsk = " + secret + "\n");
  }
  Clock clock() {
    Clock clock = real_clock();
    clock.wall = [this] { return wall; };
    clock.steady = [this] { return steady; };
    return clock;
  }
  auto open(KeyOptions options = {}) {
    if (options.profile_file.empty() && variables.empty()) options.profile_file = file;
    return KeyRing::open(environment_of(variables), options, clock());
  }
  /// Where only the metadata service has a key, at the time its keys are of.
  auto open_on_instance(const std::string& metadata_url) {
    variables = {{"HOME", folder}};
    wall = sys_days(2026y / 11 / 24);
    return open({.metadata_url = metadata_url});
  }
  /// Long enough for a look, and for a file to count as quiet.
  void wait(seconds time) {
    wall += time;
    steady += time;
  }

  Home home;
  std::string folder = home.path();
  std::string file = folder + "/credentials";
  Variables variables;
  // Near the files' own times, which the system sets.
  system_clock::time_point wall = system_clock::now();
  steady_clock::time_point steady{};
};

std::string access_of(KeyRing& ring) {
  ring.refresh();  // as the ring's thread does every second
  auto current = ring.current();
  return current ? current.value().key->credentials.key.access : "none";
}

}  // namespace

TEST_CASE("A profile that changes is taken over without a restart, and said once") {
  Fixture fixture;
  fixture.write_key("AKFIRST", "one");
  auto ring = fixture.open();
  REQUIRE(ring);
  CHECK(access_of(*ring.value()) == "AKFIRST");
  fixture.write_key("AKSECOND", "two");
  fixture.wait(5s);
  ring.value()->refresh();
  auto current = ring.value()->current();
  REQUIRE(current);
  CHECK(current.value().key->credentials.key.access == "AKSECOND");
  CHECK(contains(current.value().notice.en, "AKSE…"));
  CHECK_FALSE(contains(current.value().notice.en, "AKSECOND"));
  CHECK(ring.value()->current().value().notice.empty());
}

TEST_CASE("A profile is not taken over while it is still being written") {
  Fixture fixture;
  fixture.write_key("AKFIRST", "one");
  auto ring = fixture.open();
  REQUIRE(ring);
  fixture.write_key("AKSECOND", "tw");  // cut short: the rest comes with the next write
  fixture.wall = system_clock::now();
  fixture.steady += 2s;
  CHECK(access_of(*ring.value()) == "AKFIRST");
  fixture.write_key("AKSECOND", "two-and-the-rest");
  fixture.steady += 1s;
  CHECK(access_of(*ring.value()) == "AKFIRST");
  fixture.steady += 2s;
  ring.value()->refresh();
  auto current = ring.value()->current();
  REQUIRE(current);
  CHECK(current.value().key->credentials.key.secret.reveal() == "two-and-the-rest");
}

TEST_CASE("A profile that holds half a key, nonsense or nothing leaves the old key, and says why") {
  for (const char* text :
       {"[basic]\nak = AKSECOND\n", "[basic]\nnonsense\n", "", "[global]\nak = A\n"}) {
    INFO(text);
    Fixture fixture;
    fixture.write_key("AKFIRST", "one");
    auto ring = fixture.open();
    REQUIRE(ring);
    fixture.write(text);
    fixture.wait(5s);
    ring.value()->refresh();
    auto current = ring.value()->current();
    REQUIRE(current);
    CHECK(current.value().key->credentials.key.access == "AKFIRST");
    CHECK(contains(current.value().notice.en, "stays in use"));
    CHECK(ring.value()->current().value().notice.empty());
    fixture.write_key("AKTHIRD", "three");
    fixture.wait(5s);
    CHECK(access_of(*ring.value()) == "AKTHIRD");
  }
}

TEST_CASE("A profile that goes away leaves the key, and may come back") {
  Fixture fixture;
  fixture.write_key("AKFIRST", "one");
  auto ring = fixture.open();
  REQUIRE(ring);
  std::filesystem::remove(fixture.file);
  fixture.wait(5s);
  ring.value()->refresh();
  auto current = ring.value()->current();
  REQUIRE(current);
  CHECK(contains(current.value().notice.en, "is gone"));
  fixture.write_key("AKSECOND", "two");
  fixture.wait(5s);
  CHECK(access_of(*ring.value()) == "AKSECOND");
}

TEST_CASE("The same key written again keeps its breaker, a new secret of it gets one try") {
  Fixture fixture;
  fixture.write_key("AKFIRST", "one");
  auto ring = fixture.open();
  REQUIRE(ring);
  auto first = ring.value()->current().value().key;
  auto pass = first->breaker->enter();
  pass.settle(CircuitBreaker::Verdict::refused);
  fixture.write("[basic]\nak = AKFIRST\nsk = one\nproject_id = " + std::string(32, 'a') + "\n");
  fixture.wait(5s);
  ring.value()->refresh();
  auto again = ring.value()->current().value().key;
  CHECK(again->credentials.project_id == std::string(32, 'a'));
  CHECK(again->breaker == first->breaker);
  fixture.write_key("AKFIRST", "corrected");
  fixture.wait(5s);
  ring.value()->refresh();
  auto corrected = ring.value()->current().value().key;
  CHECK(corrected->breaker != first->breaker);
  auto probe = corrected->breaker->enter();
  CHECK(probe);
  CHECK_FALSE(corrected->breaker->enter());
}

TEST_CASE("A profile that others can read is complained of, once") {
  Fixture fixture;
  fixture.write_key("AKFIRST", "one");
  ::chmod(fixture.file.c_str(), 0644);
  auto ring = fixture.open();
  REQUIRE(ring);
  CHECK(contains(ring.value()->current().value().notice.en, "chmod 600"));
  CHECK(ring.value()->current().value().notice.empty());
}

TEST_CASE("A key of the environment goes before the profile and stays") {
  Fixture fixture;
  fixture.write_key("AKFILE", "one");
  fixture.variables = {{"CLOUD_SDK_AK", "AKENV"}, {"CLOUD_SDK_SK", "env"}};
  auto ring = fixture.open({.profile_file = fixture.file});
  REQUIRE(ring);
  CHECK(access_of(*ring.value()) == "AKENV");
  fixture.write_key("AKFILE2", "two");
  fixture.wait(5s);
  CHECK(access_of(*ring.value()) == "AKENV");
}

TEST_CASE("The file of a systemd credential goes before the one at home, and after a named one") {
  Fixture fixture;
  const std::string home = fixture.folder + "/home";
  std::filesystem::create_directories(home + "/.huaweicloud");
  std::ofstream(home + "/.huaweicloud/credentials") << "[basic]\nak = AKHOME\nsk = s\n";
  fixture.variables = {{"HOME", home}, {"CREDENTIALS_DIRECTORY", fixture.folder}};
  CHECK(access_of(*fixture.open().value()) == "AKHOME");  // systemd gave other secrets, not this
  fixture.write_key("AKSYSTEMD", "s");
  CHECK(access_of(*fixture.open().value()) == "AKSYSTEMD");
  std::ofstream(fixture.folder + "/named") << "[basic]\nak = AKNAMED\nsk = s\n";
  fixture.variables["HUAWEICLOUD_SDK_CREDENTIALS_FILE"] = fixture.folder + "/named";
  CHECK(access_of(*fixture.open().value()) == "AKNAMED");
}

TEST_CASE("Without any key the ring stands, and names every place that was looked at") {
  Fixture fixture;
  fixture.variables = {{"HOME", fixture.folder}};
  const auto ring = fixture.open();
  REQUIRE(ring);
  const auto current = ring.value()->current();
  REQUIRE_FALSE(current);
  for (const char* part : {"HUAWEICLOUD_SDK_AK", "CLOUD_SDK_AK", "HW_ACCESS_KEY",
                           "/.huaweicloud/credentials", "metadata", "--demo"}) {
    CHECK(contains(current.error(), part));
  }
  // The metadata service is switched off: only the operator can mend this.
  CHECK(current.failure().kind() == Failure::Kind::usage);
  const auto missing = ring.value()->missing();
  REQUIRE(missing);
  CHECK(missing->kind() == Failure::Kind::usage);
  CHECK_FALSE(contains(missing->message(), fixture.folder));  // anybody may read it
  CHECK(ring.value()->peek() == nullptr);
}

TEST_CASE("A key that is written down later is found without a restart, and said") {
  Fixture fixture;
  fixture.variables = {{"HOME", fixture.folder}};
  const auto ring = fixture.open();
  REQUIRE(ring);
  fixture.home.write(".huaweicloud/credentials", "[basic]\nak = AKLATE\nsk = s\n");
  CHECK(access_of(*ring.value()) == "none");  // not looked again yet
  fixture.wait(2s);
  ring.value()->refresh();
  const auto current = ring.value()->current();
  REQUIRE(current);
  CHECK(contains(current.value().notice.en, "AKLA…"));
  CHECK_FALSE(ring.value()->missing());
}

namespace {

/// A source whose n-th search comes out as the test says.
class ScriptedSource final : public CredentialSource {
 public:
  using Script = std::function<Result<Finding>(int search)>;
  ScriptedSource(Script script, int& searches) : script_(std::move(script)), searches_(searches) {}
  Result<Finding> find() override { return script_(++searches_); }

 private:
  Script script_;
  int& searches_;
};

Finding found(const char* access) {
  return {.credentials = Credentials{{access, Secret("s")}, Secret(), "", "", "script"}};
}

auto open_scripted(Fixture& fixture, ScriptedSource::Script script, int& searches) {
  CredentialChain chain;
  chain.push_back(std::make_unique<ScriptedSource>(std::move(script), searches));
  return KeyRing::open(std::move(chain), "", fixture.clock());
}

}  // namespace

TEST_CASE("No network at the start is not fatal: the key is looked for after 2, 4, 8, 16, 32 s") {
  Fixture fixture;
  int searches = 0;
  const auto script = [](int search) -> Result<Finding> {
    if (search < 8) return Failure::unavailable("the metadata service did not respond");
    return found("AKATLAST");
  };
  auto ring = open_scripted(fixture, script, searches);
  REQUIRE(ring);
  const auto missing = ring.value()->missing();
  REQUIRE(missing);
  CHECK(missing->kind() == Failure::Kind::unavailable);
  CHECK(missing->message() == "The server has no key yet: the metadata service did not respond.");
  CHECK(ring.value()->current().failure().kind() == Failure::Kind::unavailable);
  CHECK(contains(ring.value()->current().error(), "did not respond"));
  for (const seconds pause : {2s, 4s, 8s, 16s, 32s, 32s, 32s}) {
    const int before = searches;
    fixture.wait(pause - 1s);
    ring.value()->refresh();
    CHECK(searches == before);
    fixture.wait(1s);
    ring.value()->refresh();
    CHECK(searches == before + 1);
  }
  const auto current = ring.value()->current();
  REQUIRE(current);
  CHECK(current.value().key->credentials.key.access == "AKATLAST");
  CHECK(contains(current.value().notice.en, "AKAT…"));
  CHECK_FALSE(ring.value()->missing());
}

TEST_CASE("What the operator has to mend is fatal at the start, and is not afterwards") {
  Fixture fixture;
  int searches = 0;
  const auto wrong = [](int) -> Result<Finding> { return Failure::usage("half a pair"); };
  const auto never = open_scripted(fixture, wrong, searches);
  REQUIRE_FALSE(never);
  CHECK(never.failure().kind() == Failure::Kind::usage);
  CHECK(never.error() == "half a pair");
  const auto later = [](int search) -> Result<Finding> {
    if (search == 1) return Finding{.absence = "nothing is there"};
    if (search == 2) return Failure::usage("half a pair");
    return found("AKWHOLE");
  };
  searches = 0;
  const auto ring = open_scripted(fixture, later, searches);
  REQUIRE(ring);
  fixture.wait(2s);
  CHECK(access_of(*ring.value()) == "none");
  CHECK(ring.value()->current().error() == "half a pair");
  fixture.wait(4s);
  CHECK(access_of(*ring.value()) == "AKWHOLE");
}

TEST_CASE("A source that throws leaves the ring as it was, and is looked at again") {
  Fixture fixture;
  int searches = 0;
  const auto script = [](int search) -> Result<Finding> {
    if (search == 1) return Failure::unavailable("not yet");
    if (search == 2) throw std::runtime_error("out of something");
    return found("AKTHIRD");
  };
  const auto ring = open_scripted(fixture, script, searches);
  REQUIRE(ring);
  fixture.wait(2s);
  CHECK_THROWS(ring.value()->refresh());
  fixture.wait(4s);
  CHECK(access_of(*ring.value()) == "AKTHIRD");
}

TEST_CASE("The ring's thread looks by itself, and ends at once when it is told to") {
  int searches = 0;
  std::promise<void> looked;
  CredentialChain chain;
  chain.push_back(std::make_unique<ScriptedSource>(
      [&looked](int search) -> Result<Finding> {
        if (search == 2) looked.set_value();
        return search == 1 ? Result<Finding>(Failure::unavailable("not yet")) : found("AKSECOND");
      },
      searches));
  Clock hurried = real_clock();
  hurried.steady = [start = steady_clock::now()] {
    return start + 100 * (steady_clock::now() - start);
  };
  auto ring = KeyRing::open(std::move(chain), "", hurried);
  REQUIRE(ring);
  ring.value()->start();
  REQUIRE(looked.get_future().wait_for(60s) == std::future_status::ready);
  ring.value()->stop();
}

TEST_CASE("A project given by flag goes before the profile's, also after a change") {
  Fixture fixture;
  const std::string ours(32, 'b');
  fixture.write("[basic]\nak = A\nsk = s\nproject_id = " + std::string(32, 'a') + "\n");
  auto ring = fixture.open({.project_id = ours});
  REQUIRE(ring);
  CHECK(ring.value()->current().value().key->credentials.project_id == ours);
  fixture.write("[basic]\nak = A\nsk = t\nproject_id = " + std::string(32, 'c') + "\n");
  fixture.wait(5s);
  ring.value()->refresh();
  CHECK(ring.value()->current().value().key->credentials.project_id == ours);
}

namespace {

/// A metadata service whose n-th key is AKn and ends an hour after `begin` + n hours.
class MetadataServer {
 public:
  std::string url() const { return server_.url(); }
  std::atomic<int> keys = 0;
  std::atomic<bool> broken = false;

 private:
  LoopbackServer server_{[this](int number) -> LoopbackServer::Reaction {
    if (broken) return {answer(500, "")};
    if (number == 1) return {answer(200, "TOKEN")};
    const int n = ++keys;
    const auto end = sys_days(2026y / 11 / 24) + hours(n);
    const hh_mm_ss time(end - floor<days>(end));
    const std::string hour = std::to_string(100 + time.hours().count()).substr(1);
    return {answer(200, R"({"credential":{"access":"AK)" + std::to_string(n) +
                            R"(","secret":"s","securitytoken":"t","expires_at":"2026-11-24T)" +
                            hour + R"(:00:00Z"}})")};
  }};
  static std::string answer(int status, const std::string& body) {
    return "HTTP/1.1 " + std::to_string(status) +
           " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
};

}  // namespace

TEST_CASE("A temporary key is renewed before it ends") {
  MetadataServer metadata;
  Fixture fixture;
  auto ring = fixture.open_on_instance(metadata.url());
  REQUIRE(ring);
  CHECK(access_of(*ring.value()) == "AK1");
  fixture.wall += 39min;  // of its hour a third is left at 40
  CHECK(access_of(*ring.value()) == "AK1");
  fixture.wall += 2min;
  CHECK(access_of(*ring.value()) == "AK2");
  CHECK(metadata.keys == 2);
}

TEST_CASE("A temporary key that cannot be renewed serves to its end, and then says so") {
  MetadataServer metadata;
  Fixture fixture;
  auto ring = fixture.open_on_instance(metadata.url());
  REQUIRE(ring);
  metadata.broken = true;
  fixture.wall += 50min;
  ring.value()->refresh();
  auto current = ring.value()->current();
  REQUIRE(current);
  CHECK(contains(current.value().notice.en, "could not be renewed"));
  fixture.wall += 11min;
  CHECK_FALSE(ring.value()->current());
  REQUIRE(ring.value()->missing());
  CHECK(ring.value()->missing()->kind() == Failure::Kind::unavailable);
  metadata.broken = false;
  fixture.wall += 11s;
  CHECK(access_of(*ring.value()) == "AK2");
}

TEST_CASE("A clock that is set far ahead and back again leaves no backend without a key") {
  MetadataServer metadata;
  Fixture fixture;
  auto ring = fixture.open_on_instance(metadata.url());
  REQUIRE(ring);
  fixture.wall += days(400);
  for (int i = 0; i < 5; ++i)
    CHECK(access_of(*ring.value()) == "none");  // as far as anybody can tell
  CHECK(metadata.keys == 2);                    // and the service is not flooded meanwhile
  fixture.wall -= days(400);
  for (int i = 0; i < 20; ++i) {
    fixture.wait(10min);
    CHECK(access_of(*ring.value()) != "none");
  }
}

TEST_CASE("A renewal that fails again and again is said once, and to who signs") {
  MetadataServer metadata;
  Fixture fixture;
  auto ring = fixture.open_on_instance(metadata.url());
  REQUIRE(ring);
  metadata.broken = true;
  fixture.wall += 61min;
  for (int i = 0; i < 5; ++i) {
    ring.value()->refresh();
    CHECK(ring.value()->peek() == nullptr);
    fixture.wall += 11s;
  }
  const auto current = ring.value()->current();
  REQUIRE_FALSE(current);
  const std::string words = current.error();
  REQUIRE(contains(words, "could not be renewed"));
  CHECK(words.find("could not be renewed") == words.rfind("could not be renewed"));
  metadata.broken = false;
  ring.value()->refresh();
  const auto key = ring.value()->peek();
  REQUIRE(key);
  CHECK(key->credentials.key.access == "AK2");
}

}  // namespace key_ring_test
