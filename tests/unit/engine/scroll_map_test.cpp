#include "view/scroll_map.h"

#include <cmath>

#include "unit/catch.h"

namespace scroll_map_test {

using namespace jobtree::engine;

namespace {

/// A list in a browser, which lays out no more than it is told to and scrolls no further than that.
struct List {
  ScrollMap map;
  ScrollMap::Sizes sizes{240'000, 160, 800};
  double position = 0;

  double lowest() const { return ScrollMap::count(sizes) * sizes.row_height - sizes.height; }
  /// The user scrolls to a place of the scroll bar; then a frame is drawn.
  void scroll_to(double top) {
    position = map.take(std::fmin(std::fmax(top, 0), lowest()), sizes);
    map.bring(position, sizes);
  }
  void scroll_by(double pixels) { scroll_to(map.top() + pixels); }
  double end() const { return sizes.rows * sizes.row_height - sizes.height; }
};

}  // namespace

TEST_CASE("A list that a browser can lay out is laid out as it is") {
  List list;
  list.sizes.rows = 10'000;
  list.scroll_to(1'234'567);
  CHECK(list.position == 1'234'567);
  CHECK(list.map.first() == 0);
  CHECK(list.map.top() == 1'234'567);
  CHECK(ScrollMap::count(list.sizes) == 10'000);
}

TEST_CASE("No more is laid out than every browser can, however many rows there are") {
  const List list;
  CHECK(ScrollMap::count(list.sizes) * list.sizes.row_height <= ScrollMap::kMostPixels);
}

TEST_CASE("The ends of the scroll bar are the first row and the last") {
  List list;
  list.scroll_to(list.lowest());
  CHECK(list.position == list.end());
  list.scroll_to(list.lowest() / 2);
  CHECK(std::abs(list.position - list.end() / 2) < 2 * list.sizes.row_height);
  list.scroll_to(0);
  CHECK(list.position == 0);
  CHECK(list.map.first() == 0);
}

TEST_CASE("A short way is as long among the rows as on the screen, wherever one is") {
  List list;
  for (const double place : {0.1, 0.37, 0.5, 0.83}) {
    list.scroll_to(list.lowest() * place);
    const double before = list.position;
    list.scroll_by(133);
    CHECK(list.position == before + 133);
    list.scroll_by(-400);
    CHECK(list.position == before - 267);
  }
}

TEST_CASE("Step by step every row is reached, up to the first and down to the last") {
  List list;
  list.scroll_to(20'000);
  for (int step = 0; step < 2000 && list.position > 0; ++step)
    list.scroll_by(-120);
  CHECK(list.position == 0);
  list.scroll_to(list.lowest() - 20'000);
  for (int step = 0; step < 2000 && list.position < list.end(); ++step) {
    const double before = list.position;
    list.scroll_by(120);
    REQUIRE(list.position > before);
  }
  CHECK(list.position == list.end());
}

TEST_CASE("Where a key goes is laid out, as far as it may be") {
  List list;
  for (const double position : {0.0, 160.0 * 120'000, list.end(), 160.0 * 200'000, 160.0}) {
    list.map.bring(position, list.sizes);
    CHECK(list.map.top() + list.map.first() * list.sizes.row_height == position);
    CHECK(list.map.top() >= 0);
    CHECK(list.map.top() <= list.lowest());
  }
}

TEST_CASE("When rows go, what is left is laid out from the first on") {
  List list;
  list.scroll_to(list.lowest());
  list.sizes.rows = 100;
  list.map.bring(list.position, list.sizes);
  CHECK(list.map.first() == 0);
}

}  // namespace scroll_map_test
