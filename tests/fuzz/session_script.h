// A whole watch under random answers, clicks, keys, searches, scrolling and time, with what must
// hold after every frame: the commands are well formed, counts add up, rows are in range, no more
// are mounted than a screen holds, and a page that applied all commands one by one shows what an
// empty page that is drawn in full shows.
//
// The fuzzer's and, for the inputs it has kept, the unit tests'.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "job_session.h"
#include "support/frame_decoder.h"
#include "wire/abi.h"

namespace jobtree::engine::script {

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

/// Takes choices from the given bytes; when they are used up it answers 0.
class Choices {
 public:
  Choices(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  bool any() const { return size_ != 0; }
  std::uint32_t next(std::uint32_t below) {
    if (size_ == 0) return 0;
    --size_;
    return *data_++ % below;
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
};

inline std::string answer(Choices& choices, int depth = 0) {
  static constexpr const char* kStatuses[] = {"INIT",    "RUNNING", "SUCCESS", "FAIL",
                                              "SKIPPED", "?",       ""};
  std::string text = R"({"job_id":")" + std::to_string(choices.next(8)) + R"(","job_type":"t)" +
                     std::to_string(choices.next(3)) + R"(","status":")" +
                     kStatuses[choices.next(7)] + R"(","begin_time":"2022-12-05T08:10:)" +
                     std::to_string(10 + choices.next(50)) + R"(Z","entities":{"sub_jobs":[)";
  const std::uint32_t children = depth > 5 ? 0 : choices.next(depth == 0 ? 60 : 4);
  for (std::uint32_t i = 0; i < children && choices.any(); ++i) {
    text += (i == 0 ? "" : ",") + answer(choices, depth + 1);
  }
  return text + "]}}";
}

/// What a page shows: of each slot its texts, times and numbers.
struct Page : test::FrameHost {
  struct Slot {
    std::map<std::uint32_t, std::string> fields;
    std::map<std::uint32_t, std::uint32_t> numbers;
    std::uint32_t number(abi::Attribute attribute) const {
      const auto found = numbers.find(static_cast<std::uint32_t>(attribute));
      return found == numbers.end() ? 0 : found->second;
    }
    bool operator==(const Slot& other) const {
      return fields == other.fields && numbers == other.numbers;
    }
  };
  std::map<std::uint32_t, Slot> slots{{0, {}}, {1, {}}};
  std::uint32_t row_count = 0;

  const Slot& summary() const { return slots.at(0); }
  const Slot& detail() const { return slots.at(1); }

  void take_frame(JobSession& session, double now) {
    const auto& words = session.frame(now);
    test::decode(words, session.frame_text(), *this);
  }

  void mount(std::uint32_t slot) override {
    require(slots.emplace(slot, Slot{}).second, "a slot is mounted once");
  }
  void unmount(std::uint32_t slot) override {
    require(slots.erase(slot) == 1, "what is unmounted was mounted");
  }
  void text(std::uint32_t slot, Field field, const std::string& text) override {
    shown(slot).fields[static_cast<std::uint32_t>(field)] = text;
  }
  void time(std::uint32_t slot, Field field, double value) override {
    shown(slot).fields[static_cast<std::uint32_t>(field)] = "time " + std::to_string(value);
  }
  void number(std::uint32_t slot, Attribute attribute, std::uint32_t value) override {
    shown(slot).numbers[static_cast<std::uint32_t>(attribute)] = value;
  }
  void focus(std::uint32_t slot) override { shown(slot); }
  void height(std::uint32_t rows) override { row_count = rows; }
  void query(const std::string&, std::uint32_t hold) override {
    require(hold <= LongPollSlots::kLongest, "a response is held no longer than is allowed");
  }

  Slot& shown(std::uint32_t number) {
    const auto slot = slots.find(number);
    require(slot != slots.end(), "a slot that is written to is there");
    return slot->second;
  }

  /// The rows by their place, whatever slots they are in.
  std::map<std::uint32_t, Slot> rows() const {
    std::map<std::uint32_t, Slot> rows;
    for (const auto& [number, slot] : slots) {
      if (number < static_cast<std::uint32_t>(abi::Slot::first_row)) continue;
      const std::uint32_t index = slot.number(abi::Attribute::index);
      require(index < row_count, "a row is within the tree");
      require(rows.emplace(index, slot).second, "no two rows are in one place");
    }
    return rows;
  }

  void check() const {
    using abi::Attribute;
    const auto all = rows();
    require(all.size() <= 64, "no more rows than a screen holds");
    std::uint32_t stops = 0;
    for (const auto& [index, row] : all) {
      stops += row.number(Attribute::tab_stop);
      const std::uint32_t position = row.number(Attribute::position);
      require(position >= 1 && position <= row.number(Attribute::set_size),
              "a place is among the siblings");
      require(row.number(Attribute::level) >= 1, "levels count from one");
    }
    require(all.empty() || stops == 1, "Tab reaches one row");
    const Slot& it = summary();
    const std::uint32_t total = it.number(Attribute::total);
    require(it.number(Attribute::done) <= total, "no more are done than there are");
    require(it.number(Attribute::failed) <= it.number(Attribute::done), "failed ones are done");
    require(it.number(Attribute::share_succeeded) + it.number(Attribute::share_failed) +
                    it.number(Attribute::share_running) + it.number(Attribute::share_skipped) <=
                10000,
            "shares are of one whole");
  }
};

inline void run(const std::uint8_t* data, std::size_t size) {
  static constexpr int kHttp[] = {200, 304, 0, -1, 400, 401, 404, 429, 500, 503};
  static constexpr const char* kTexts[] = {"", "t", "T1", "run", "7", " ", "\xE5\xA4\xB1", "zz"};
  if (size > 4096) return;
  Choices choices(data, size);
  JobSession session(1);
  session.set_viewport({0, 320, 32});
  Page page;
  double now = 1670227820000;
  page.take_frame(session, now);
  while (choices.any()) {
    switch (choices.next(11)) {
      case 0:
        session.answer(200, answer(choices), "", -1, 0, now);
        break;
      case 1:
        session.answer(kHttp[choices.next(10)], "{}", "e", choices.next(20), 0, now);
        break;
      case 2:
        session.click(choices.next(64), choices.next(2) == 0 ? abi::Part::row : abi::Part::toggle);
        break;
      case 3:
        session.press(static_cast<abi::Key>(choices.next(16)), choices.next(128), now);
        break;
      case 4:
        session.set_viewport({choices.next(256) * 8.0, choices.next(256) * 2.0, 32});
        break;
      case 5:
        session.set(static_cast<abi::Option>(choices.next(14)), choices.next(6), now);
        break;
      case 6:
        session.refresh(now);
        break;
      case 7:
        session.set_search(kTexts[choices.next(8)], now);
        break;
      case 8:
        session.reveal(std::to_string(choices.next(8)));
        break;
      case 9: {
        // The page as it came about, and one drawn in full.
        session.forget_page();
        Page fresh;
        fresh.take_frame(session, now);
        require(fresh.rows() == page.rows(), "the rows are those of a page drawn in full");
        require(fresh.row_count == page.row_count, "so is their number");
        require(fresh.summary() == page.summary(), "so is the summary");
        const bool is_selected = fresh.detail().number(abi::Attribute::selected) == 1;
        require(!is_selected || fresh.detail() == page.detail(), "so are the details");
        page = std::move(fresh);
        break;
      }
      default:
        now += choices.next(255) * 100;
    }
    page.take_frame(session, now);
    page.check();
  }
  require(std::string_view(session.csv()).ends_with("\r\n"), "the table's last line ends");
}

}  // namespace jobtree::engine::script
