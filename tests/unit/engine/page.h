// A host without a browser: applies frames as the page does, and remembers what it was told, so
// that a test can ask what a user would see.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "job_session.h"
#include "support/frame_decoder.h"
#include "unit/catch.h"
#include "wire/abi.h"

namespace jobtree::engine {

class Page : private test::FrameHost {
 public:
  struct Row {
    std::map<abi::Field, std::string> texts;
    std::map<abi::Field, double> times;
    std::map<abi::Attribute, std::uint32_t> numbers;

    std::string text(abi::Field field) const {
      const auto found = texts.find(field);
      return found == texts.end() ? std::string() : found->second;
    }
    std::uint32_t number(abi::Attribute attribute) const {
      const auto found = numbers.find(attribute);
      return found == numbers.end() ? 0 : found->second;
    }
  };

  explicit Page(JobSession& session) : session_(session) {}

  /// Takes one frame; returns how many of its commands change the DOM.
  int frame(double now) {
    asked.reset();
    dropped = false;
    late = false;
    events.clear();
    announced.clear();
    focused.reset();
    scrolled.reset();
    writes_ = 0;
    const auto& words = session_.frame(now);
    test::decode(words, session_.frame_text(), *this);
    return writes_;
  }

  /// The mounted row at a position from the top.
  const Row* row(std::uint32_t index) const {
    for (const auto& [slot, it] : rows) {
      if (it.number(abi::Attribute::index) == index) return &it;
    }
    return nullptr;
  }
  std::uint32_t slot(std::uint32_t index) const {
    for (const auto& [slot, it] : rows) {
      if (it.number(abi::Attribute::index) == index) return slot;
    }
    return 0;
  }
  std::string name(std::uint32_t index) const {
    const Row* it = row(index);
    return it == nullptr ? "(not mounted)" : it->text(abi::Field::name);
  }
  abi::State state() const {
    return static_cast<abi::State>(summary.number(abi::Attribute::state));
  }
  bool heard(abi::Event event) const {
    return std::find(events.begin(), events.end(), event) != events.end();
  }

  Row summary, detail;
  std::map<std::uint32_t, Row> rows;
  std::uint32_t height_of_tree = 0;
  double wakes_at = 0;
  std::optional<std::string> asked;
  std::uint32_t hold = 0;  // of the last query, seconds
  bool dropped = false;
  bool late = false;  // what was dropped had taken too long
  std::optional<std::uint32_t> focused;
  std::optional<double> scrolled;
  std::string announced;
  std::vector<abi::Event> events;

 private:
  Row& at_slot(std::uint32_t slot) {
    if (slot == static_cast<std::uint32_t>(abi::Slot::summary)) return summary;
    if (slot == static_cast<std::uint32_t>(abi::Slot::detail)) return detail;
    CHECK(rows.count(slot) == 1);
    return rows[slot];
  }
  void mount(std::uint32_t slot) override {
    CHECK(rows.count(slot) == 0);
    rows[slot];
    ++writes_;
  }
  void unmount(std::uint32_t slot) override {
    CHECK(rows.erase(slot) == 1);
    ++writes_;
  }
  void text(std::uint32_t slot, Field field, const std::string& text) override {
    Row& it = at_slot(slot);
    it.times.erase(field);
    it.texts[field] = text;
    ++writes_;
  }
  void time(std::uint32_t slot, Field field, double value) override {
    Row& it = at_slot(slot);
    it.texts.erase(field);
    it.times[field] = value;
    ++writes_;
  }
  void number(std::uint32_t slot, Attribute attribute, std::uint32_t value) override {
    at_slot(slot).numbers[attribute] = value;
    ++writes_;
  }
  void height(std::uint32_t rows) override {
    height_of_tree = rows;
    ++writes_;
  }
  void focus(std::uint32_t slot) override {
    focused = slot;
    CHECK(rows.count(slot) == 1);
  }
  void scroll(double top) override { scrolled = top; }
  void announce(const std::string& text) override { announced = text; }
  void query(const std::string& etag, std::uint32_t seconds) override {
    asked = etag;
    hold = seconds;
  }
  void cancel(bool is_late) override {
    dropped = true;
    late = is_late;
  }
  void wake(double time) override { wakes_at = time; }
  void event(Event event) override { events.push_back(event); }

  JobSession& session_;
  int writes_ = 0;
};

}  // namespace jobtree::engine
