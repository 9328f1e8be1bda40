// Tokens: how they are made, what their file may hold, and when a change of it counts.
#include "gateway/access/tokens.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "gateway/access/token_file.h"
#include "gateway/access/token_list.h"
#include "support/home.h"
#include "unit/catch.h"

namespace tokens_test {

using namespace std::chrono_literals;
using jobtree::Clock;
using jobtree::real_clock;
using jobtree::cloud::JobAddress;
using jobtree::gateway::append_token;
using jobtree::gateway::check;
using jobtree::gateway::day_text;
using jobtree::gateway::Holder;
using jobtree::gateway::line_of;
using jobtree::gateway::new_token;
using jobtree::gateway::parse_day;
using jobtree::gateway::TokenList;
using jobtree::gateway::Tokens;
using jobtree::tests::Home;

namespace {

const std::string kProject = "0605767cc80010f42f1ec00bc0e6b7a8";
const std::string kOther = "0605767cc80010f42f1ec00bc0e6b7a9";
// echo -n abc | sha256sum
const std::string kAbc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const std::string kSha = "sha256:" + std::string(64, '0');

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

JobAddress job(const std::string& project, const std::string& service = "eip") {
  return {"cn-north-4", service, project, "a"};
}

/// A file of tokens, and a clock that stands until it is moved.
struct Fixture {
  Home home;
  std::string file = home.path() + "/tokens";
  std::chrono::system_clock::time_point wall = std::chrono::system_clock::now();
  std::chrono::steady_clock::time_point steady{1h};

  void write(const std::string& text) const {
    home.write("tokens", text);
    ::chmod(file.c_str(), 0600);
  }
  auto open() {
    Clock clock = real_clock();
    clock.wall = [this] { return wall; };
    clock.steady = [this] { return steady; };
    return Tokens::open(file, clock);
  }
  void pass(std::chrono::seconds time) {
    wall += time;
    steady += time;
  }
};

}  // namespace

TEST_CASE("A token is 256 random bits, and no job id") {
  std::set<std::string> all;
  for (int i = 0; i < 100; ++i) {
    const auto token = new_token();
    REQUIRE(token);
    CHECK(token.value().size() == 3 + 43);
    CHECK(token.value().substr(0, 3) == "jt.");
    CHECK(token.value().substr(3).find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                    "abcdefghijklmnopqrstuvwxyz0123456789-_") ==
          std::string::npos);
    all.insert(token.value());
  }
  CHECK(all.size() == 100);
}

TEST_CASE("The line of a token has its digest and what it may see, not the token") {
  const Holder holder{"portal", {kProject, "-"}, {"eip", "ecs"}};
  const std::string line = line_of(holder, "abc");
  CHECK(line == "portal " + kAbc + " project=" + kProject + " project=- service=eip service=ecs");
  const auto list = TokenList::parse(line);
  REQUIRE(list);
  const Holder* found = list.value().find("abc");
  REQUIRE(found != nullptr);
  CHECK(found->name == "portal");
  CHECK(found->projects == holder.projects);
  CHECK(found->services == holder.services);
}

TEST_CASE("A token is found by its whole text alone") {
  const auto list = TokenList::parse("# people's words\n\n  one " + kAbc + "\tproject=-  \r\n" +
                                     "two " + kSha + " project=*");
  REQUIRE(list);
  CHECK(list.value().size() == 2);
  CHECK(list.value().find("abc") != nullptr);
  for (const std::string& token :
       {std::string(), std::string("ab"), std::string("abcd"), std::string("ABC"), kAbc,
        kAbc.substr(7), std::string("abc "), std::string("abc\0", 4), std::string(100'000, 'a')}) {
    INFO(token.substr(0, 80));
    CHECK(list.value().find(token) == nullptr);
  }
}

TEST_CASE("What a token may see is what its line says, word for word") {
  const Holder holder{"portal", {kProject}, {"eip"}};
  CHECK(holder.may_see(job(kProject)));
  CHECK_FALSE(holder.may_see(job(kOther)));
  CHECK_FALSE(holder.may_see(job(kProject, "ecs")));
  // Which project the key's own is, the gateway does not know.
  CHECK_FALSE(holder.may_see(job("-")));
  const Holder own{"own", {"-"}, {}};
  CHECK(own.may_see(job("-")));
  CHECK(own.may_see(job("-", "ecs")));
  CHECK_FALSE(own.may_see(job(kProject)));
  const Holder all{"all", {"*"}, {}};
  CHECK(all.may_see(job("-")));
  CHECK(all.may_see(job(kProject, "rds")));
}

TEST_CASE("A line that is not whole is refused by its number, and nothing of it is quoted") {
  // Words in capitals stand for longer ones.
  const auto filled = [](std::string line) {
    for (const auto& [word, text] :
         std::map<std::string, std::string>{{"SHA", kSha},
                                            {"ABC", kAbc},
                                            {"TOKEN", "jt.canary"},
                                            {"LONG", std::string(65, 'a')},
                                            {"ZEROS", std::string(64, '0')},
                                            {"UPPER", std::string(64, 'A')},
                                            {"OTHER", std::string(64, 'g')}}) {
      for (auto at = line.find(word); at != std::string::npos; at = line.find(word)) {
        line.replace(at, word.size(), text);
      }
    }
    return line;
  };
  for (const char* pattern : {
           "portal",
           "portal project=-",
           "portal SHA",                          // may see nothing
           "portal sha256:0123456789 project=-",  // half written
           "portal SHA0 project=-",
           "portal sha512:ZEROS project=-",
           "portal sha256:UPPER project=-",
           "portal sha256:OTHER project=-",
           "portal TOKEN project=-",  // in clear
           "po/rtal SHA project=-",
           "LONG SHA project=-",
           "portal SHA project=TOKEN",
           "portal SHA project=",
           "portal SHA project=- project=0605767cc80010f42f1ec00bc0e6b7a80",
           "portal SHA project=- service=",
           "portal SHA project=- service=e/p",
           "portal SHA project=- TOKEN",
           "portal SHA project=- Project=-",
           "portal SHA project=- expires=",
           "portal SHA project=- expires=soon",
           "portal SHA project=- expires=2027-02-29",
           "portal SHA project=- expires=2027-1-31",
           "portal SHA project=- expires=2027-01-31 expires=2028-01-31",
           "portal SHA project=-\none SHA project=-",  // the same token
           "one ABC project=-\none SHA project=-",     // the same name
       }) {
    INFO(pattern);
    const std::string line = filled(pattern);
    const auto list = TokenList::parse("# first\n" + line + "\n");
    REQUIRE_FALSE(list);
    const bool is_second = line.find('\n') != std::string::npos;
    CHECK(contains(list.error(), is_second ? "line 3: " : "line 2: "));
    CHECK_FALSE(contains(list.error(), "canary"));
  }
}

TEST_CASE("A day is a date of the calendar, as in a tokens file") {
  for (const char* text : {"2027-01-31", "2028-02-29", "1970-01-01", "9999-12-31"}) {
    INFO(text);
    REQUIRE(parse_day(text));
    CHECK(day_text(parse_day(text).value()) == text);
  }
  for (const char* text :
       {"", "2027", "2027-01", "2027-1-31", "27-01-31", "2027-01-32", "2027-13-01", "2027-00-01",
        "2027-01-00", "2027-02-29", "1969-12-31", "2027/01/31", "2027-01-31T00:00:00Z",
        "2027-01- 1", "-027-01-01", "+027-01-01", "2027-01-3x", "2027--1-31"}) {
    INFO(text);
    CHECK_FALSE(parse_day(text));
  }
}

TEST_CASE("A token opens up to the end of its last day, and one without an end always") {
  Holder holder{"portal", {"-"}, {}};
  const auto day = parse_day("2027-01-31").value();
  CHECK_FALSE(holder.has_ended(day + std::chrono::years(200)));
  holder.last_day = day;
  CHECK_FALSE(holder.has_ended(day - 1s));
  CHECK_FALSE(holder.has_ended(day + 24h - 1ms));
  CHECK(holder.has_ended(day + 24h));
  const auto list = TokenList::parse(line_of(holder, "abc"));
  REQUIRE(list);
  CHECK(list.value().find("abc")->last_day == day);
}

TEST_CASE("The last day of a token may be one that the clock cannot reach") {
  for (const char* text : {"2262-04-11", "2262-04-12", "2500-01-01", "9999-12-31"}) {
    INFO(text);
    const Holder holder{"portal", {"-"}, {}, parse_day(text).value()};
    CHECK_FALSE(holder.has_ended(parse_day("2027-01-31").value()));
  }
}

TEST_CASE("A list has a bound") {
  std::string text;
  for (int i = 0; i < 1000; ++i) {
    text += line_of({std::to_string(i), {"-"}, {}}, std::to_string(i)) + "\n";
  }
  CHECK(TokenList::parse(text));
  CHECK_FALSE(TokenList::parse(text + line_of({"more", {"-"}, {}}, "more")));
  std::vector<std::string> services(101, "eip");
  CHECK_FALSE(check({"portal", {"-"}, services}));
}

TEST_CASE("A line is put at the end of a file, which its owner alone may read") {
  const Fixture fixture;
  const std::string one = line_of({"one", {"-"}, {}}, "1");
  const std::string two = line_of({"two", {"-"}, {}}, "2");
  CHECK(append_token(fixture.file, one));
  struct stat state = {};
  REQUIRE(::stat(fixture.file.c_str(), &state) == 0);
  CHECK((state.st_mode & 07777) == 0600);
  CHECK(append_token(fixture.file, two));
  CHECK_FALSE(append_token(fixture.file, one));
  fixture.write("# no line break at the end");
  CHECK(append_token(fixture.file, one));
  fixture.write("broken\n");
  CHECK_FALSE(append_token(fixture.file, two));
  CHECK_FALSE(append_token("/nonexistent/tokens", two));
  CHECK_FALSE(append_token(fixture.home.path(), two));
}

TEST_CASE("A line for which the disk has no room leaves the file as it was") {
  const Fixture fixture;
  const std::string one = line_of({"one", {"-"}, {}}, "1");
  fixture.write(one + "\n");
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  rlimit narrow = before;
  narrow.rlim_cur = one.size() + 20;
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &narrow) == 0);
  const auto done = append_token(fixture.file, line_of({"two", {"-"}, {}}, "2"));
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  REQUIRE_FALSE(done);
  CHECK(contains(done.error(), "cannot write"));
  CHECK(append_token(fixture.file, line_of({"three", {"-"}, {}}, "3")));
}

TEST_CASE("A file that opens nothing, or that anyone may write, is not opened") {
  Fixture fixture;
  CHECK_FALSE(fixture.open());
  fixture.write("# none yet\n");
  CHECK_FALSE(fixture.open());
  fixture.write("one " + kAbc + "\n");
  CHECK(contains(fixture.open().error(), fixture.file + ", line 1: "));
  fixture.write("one " + kAbc + " project=-\n");
  CHECK(fixture.open());
  ::chmod(fixture.file.c_str(), 0666);
  CHECK(contains(fixture.open().error(), "chmod 600"));
  fixture.write(std::string(600'000, '#'));
  CHECK_FALSE(fixture.open());
  fixture.file = fixture.home.path();
  CHECK_FALSE(fixture.open());
}

TEST_CASE("A change of the file is taken over when it is written to its end") {
  Fixture fixture;
  fixture.write("one " + kAbc + " project=-\n");
  const auto tokens = fixture.open().value();
  const auto held = tokens->find("abc");
  REQUIRE(held.holder);
  CHECK(tokens->look().empty());
  fixture.write(line_of({"two", {"-"}, {}}, "2") + "\n");
  fixture.pass(1s);
  CHECK(tokens->look().empty());  // somebody may still be writing
  CHECK(tokens->find("abc").holder);
  fixture.pass(3s);
  CHECK(contains(tokens->look(), "in force: 1"));
  CHECK_FALSE(tokens->find("abc").holder);
  CHECK(tokens->find("2").holder);
  fixture.pass(3s);
  CHECK(tokens->look().empty());
  CHECK(held.holder->name == "one");  // who holds it may finish
}

TEST_CASE("Who asks reads no file, however old what was read is") {
  Fixture fixture;
  fixture.write("one " + kAbc + " project=-\n");
  const auto tokens = fixture.open().value();
  const auto held = tokens->find("abc").holder;
  fixture.write("# nobody\n");
  fixture.pass(1h);
  CHECK(tokens->find("abc").holder == held);
  CHECK(tokens->find_again(held).holder == held);
  CHECK_FALSE(tokens->look().empty());
  CHECK_FALSE(tokens->find("abc").holder);
  CHECK_FALSE(tokens->find_again(held).holder);
}

TEST_CASE("A broken file is said once and changes nothing, and one that is gone neither") {
  Fixture fixture;
  fixture.write("one " + kAbc + " project=-\n");
  const auto tokens = fixture.open().value();
  fixture.write("one " + kAbc + " project=-\ntwo sha256:12");
  fixture.pass(4s);
  const std::string broken = tokens->look();
  CHECK(contains(broken, "line 2: "));
  CHECK(contains(broken, "was not loaded"));
  CHECK(tokens->find("abc").holder);
  fixture.pass(4s);
  CHECK(tokens->look().empty());
  std::filesystem::remove(fixture.file);
  fixture.pass(4s);
  CHECK(contains(tokens->look(), "is gone"));
  CHECK(tokens->find("abc").holder);
  fixture.pass(4s);
  CHECK(tokens->look().empty());
}

TEST_CASE("A file whose last token was taken out shuts the door") {
  Fixture fixture;
  fixture.write("one " + kAbc + " project=-\n");
  const auto tokens = fixture.open().value();
  fixture.write("# nobody\n");
  fixture.pass(4s);
  CHECK(contains(tokens->look(), "in force: 0"));
  CHECK_FALSE(tokens->find("abc").holder);
}

TEST_CASE("A token that has ended is nobody's any more, and it is known whose it was") {
  Fixture fixture;
  const auto today = std::chrono::floor<std::chrono::days>(fixture.wall);
  fixture.write("one " + kAbc + " project=- expires=" + day_text(today) + "\n");
  const auto tokens = fixture.open().value();
  const auto held = tokens->find("abc");
  REQUIRE(held.holder);
  CHECK_FALSE(held.ended);
  fixture.pass(24h);
  const auto ended = tokens->find("abc");
  CHECK_FALSE(ended.holder);
  REQUIRE(ended.ended);
  CHECK(ended.ended->name == "one");
  CHECK_FALSE(tokens->find_again(held.holder).holder);
  CHECK_FALSE(tokens->find("abd").ended);
}

TEST_CASE("Who was let in some time ago is looked for again, by the token and not by its name") {
  Fixture fixture;
  fixture.write("one " + kAbc + " project=-\n");
  const auto tokens = fixture.open().value();
  const auto held = tokens->find("abc").holder;
  REQUIRE(held);
  CHECK(tokens->find_again(held).holder == held);

  // The same token with another scope: what it may see now counts.
  fixture.write("one " + kAbc + " project=" + kProject + "\n");
  fixture.pass(4s);
  CHECK(contains(tokens->look(), "in force: 1"));
  const auto changed = tokens->find_again(held);
  REQUIRE(changed.holder);
  CHECK(held->may_see(job("-")));
  CHECK_FALSE(changed.holder->may_see(job("-")));

  // Another token under the same name.
  fixture.write(line_of({"one", {"-"}, {}}, "another") + "\n");
  fixture.pass(4s);
  CHECK_FALSE(tokens->look().empty());
  CHECK_FALSE(tokens->find_again(held).holder);
}

}  // namespace tokens_test
