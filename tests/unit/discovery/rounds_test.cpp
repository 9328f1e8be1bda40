// Which pages of a list are read, and in which order.
#include "discovery/rounds.h"

#include <chrono>

#include "unit/catch.h"

namespace rounds_test {

using namespace std::chrono_literals;
using jobtree::UtcTime;
using jobtree::cloud::ListPlace;
using jobtree::discovery::Rounds;

namespace {

const UtcTime kStart{500'000h};

/// A list and its clock.
struct List {
  explicit List(std::optional<UtcTime> until = std::nullopt) : rounds({}, until, now) {}
  void pass(std::chrono::seconds time) {
    now.wall += time;
    now.steady += time;
  }
  Rounds::Page next() { return rounds.next(now); }
  void last_page(bool has_news = true) { rounds.read(std::nullopt, has_news, now); }
  void page(const char* following, bool has_news = true) {
    rounds.read(ListPlace{.marker = following}, has_news, now);
  }
  bool is_due() const { return rounds.due() <= now.steady; }

  Rounds::Now now{.wall = kStart, .steady = Rounds::Steady(1h)};
  Rounds rounds;
};

/// A list whose backlog is read.
List read_list() {
  List list;
  list.next();
  list.last_page();
  return list;
}

}  // namespace

TEST_CASE("The first start reads the last seven days, a later one from where the last had come") {
  CHECK(List().next().window.from == kStart - 7 * 24h);
  CHECK(List().next().window.to == kStart);
  CHECK(List(kStart - 2h).next().window.from == kStart - 2h - 600s);
  CHECK(List(kStart - 900h).next().window.from == kStart - 7 * 24h);
  // A clock that is wrong by now.
  CHECK(List(kStart + 900h).next().window.from == kStart);
}

TEST_CASE("A page is the next until it was read, and then the one behind it is") {
  List list;
  CHECK(list.next().place == ListPlace());
  CHECK(list.next().place == ListPlace());
  list.page("b");
  CHECK(list.next().place.marker == "b");
  CHECK(list.next().window.to == kStart);
}

TEST_CASE("Nothing counts as read as long as there is a backlog") {
  List list;
  CHECK_FALSE(list.rounds.read_until());
  list.next();
  list.page("b");
  CHECK_FALSE(list.rounds.read_until());
  list.next();
  list.last_page();
  CHECK(list.rounds.read_until() == kStart);
}

TEST_CASE("What is new is read every half minute, and goes before the backlog") {
  List list;
  list.next();
  list.page("b");
  list.pass(30s);
  const auto head = list.next();
  CHECK(head.place == ListPlace());
  CHECK(head.window.from == kStart - 600s);
  CHECK(head.window.to == kStart + 30s);
  list.last_page();
  CHECK(list.next().place.marker == "b");
  CHECK_FALSE(list.rounds.read_until());
  list.last_page();
  CHECK(list.rounds.read_until() == kStart + 30s);
}

TEST_CASE("Each window begins before the end of the last, as records come late") {
  List list = read_list();
  CHECK_FALSE(list.is_due());
  list.pass(30s);
  CHECK(list.is_due());
  list.next();
  list.last_page();
  CHECK(list.rounds.read_until() == kStart + 30s);
  list.pass(5h);
  CHECK(list.next().window.from == kStart + 30s - 600s);
}

TEST_CASE("A head ends where nothing is new; every tenth goes through all the same") {
  List list = read_list();
  int whole = 0;
  for (int i = 0; i < 20; ++i) {
    list.pass(30s);
    list.next();
    list.page("b", false);
    if (list.next().place.marker != "b") continue;
    ++whole;
    list.last_page(false);
  }
  CHECK(whole == 2);
}

TEST_CASE("The backlog goes on over pages without news") {
  List list;
  list.next();
  list.page("b", false);
  CHECK(list.next().place.marker == "b");
}

TEST_CASE("A marker that comes again ends the round") {
  List list;
  list.next();
  list.page("b");
  list.next();
  list.page("c");
  list.next();
  list.page("b");
  CHECK(list.rounds.read_until() == kStart);
}

TEST_CASE("A list without an end is left after so many pages") {
  List list;
  std::size_t pages = 0;
  for (; !list.rounds.read_until() && pages < 2 * Rounds::kMostPages; ++pages) {
    list.next();
    list.rounds.read(ListPlace{.offset = pages + 1}, true, list.now);
  }
  CHECK(pages == Rounds::kMostPages);
}

TEST_CASE("A page that cannot be read begins its round anew") {
  List list;
  list.next();
  list.page("b");
  list.rounds.restart();
  CHECK(list.next().place == ListPlace());
  CHECK(list.next().window.from == kStart - 7 * 24h);

  List head = read_list();
  head.pass(30s);
  head.next();
  head.page("b");
  head.rounds.restart();
  head.pass(10s);
  CHECK(head.next().place == ListPlace());
  CHECK(head.next().window.from == kStart - 600s);
  CHECK(head.next().window.to == kStart + 40s);
}

TEST_CASE("A clock that was set back leaves no gap and no window that ends before it begins") {
  List list = read_list();
  list.now.wall -= 2h;
  list.now.steady += 30s;
  const auto page = list.next();
  CHECK(page.window.from == kStart - 2h - 600s);
  CHECK(page.window.to == kStart - 2h);
  list.last_page();
  list.pass(30s);
  CHECK(list.next().window.from < list.next().window.to);
}

}  // namespace rounds_test
