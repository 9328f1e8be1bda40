#include "base/array.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "unit/catch.h"

namespace array_test {

using namespace jobtree::engine;
using namespace std::string_view_literals;

TEST_CASE("What was added is there, in order, however often the row had to grow") {
  Array<std::uint64_t> numbers;
  for (std::uint64_t i = 0; i < 10'000; ++i)
    numbers.push_back(i * i);
  REQUIRE(numbers.size() == 10'000);
  std::uint64_t i = 0;
  for (const std::uint64_t number : numbers) {
    if (number != i * i) FAIL("number " << i << " is " << number);
    ++i;
  }
  CHECK(numbers.front() == 0);
  CHECK(numbers.back() == std::uint64_t{9999} * 9999);
}

TEST_CASE("A row has as much room as it was told to have, and more only when it needs it") {
  Array<std::uint32_t> row;
  row.reserve(100);
  CHECK(row.empty());
  CHECK(row.capacity() == 100);
  const std::uint32_t* const place = row.data();
  for (std::uint32_t i = 0; i < 100; ++i)
    row.push_back(i);
  CHECK(row.data() == place);
  row.reserve(10);
  CHECK(row.capacity() == 100);
}

TEST_CASE("Elements that a row is resized by are zeros, those it had before stay") {
  Array<std::uint32_t> row;
  row.push_back(7);
  row.resize(50);
  CHECK(row[0] == 7);
  for (std::size_t i = 1; i < row.size(); ++i)
    CHECK(row[i] == 0);
  row.resize(1);
  row.resize(3);
  CHECK(row[0] == 7);
  CHECK(row[2] == 0);
  CHECK(Array<std::uint8_t>(0).empty());
}

TEST_CASE("A new element has the values of its type") {
  struct Job {
    int number = 3;
  };
  Array<Job> jobs;
  CHECK(jobs.emplace_back().number == 3);
}

TEST_CASE("Who is erased leaves no gap") {
  Array<char> row;
  for (const char c : "abc"sv)
    row.push_back(c);
  row.erase(row.begin() + 1);
  CHECK(std::string_view(row.data(), row.size()) == "ac");
  row.erase(row.begin() + 1);
  CHECK(std::string_view(row.data(), row.size()) == "a");
}

TEST_CASE("What is moved away is gone where it was, and its place can be filled anew") {
  String from("a text that is long enough");
  String to(std::move(from));
  CHECK(to == "a text that is long enough");
  from = String("next");
  CHECK(from == "next");
  to = std::move(from);
  CHECK(to == "next");
}

TEST_CASE("A text holds every byte that was put in, NUL too") {
  String text("a\0b"sv);
  text += '\0';
  text += ""sv;
  text += "\xE4\xB8\xAD"sv;
  CHECK(std::string_view(text) == "a\0b\0\xE4\xB8\xAD"sv);
  text.cut(1);
  CHECK(text == "a");
  text.clear();
  CHECK(text == "");
}

}  // namespace array_test
