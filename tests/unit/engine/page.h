// A host without a browser: applies frames as web/host/engine.js does, and remembers what it was told,
// so that a test can ask what a user would see.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "job_session.h"
#include "unit/catch.h"
#include "wire/abi.h"

namespace jobtree::engine {

class Page {
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
    const auto& frame = session_.frame(now);
    const std::vector<std::uint32_t> words(frame.begin(), frame.end());
    const std::u16string text = utf16(session_.frame_text());
    asked.reset();
    dropped = false;
    late = false;
    events.clear();
    announced.clear();
    focused.reset();
    scrolled.reset();
    int writes = 0;
    std::size_t at = 2;
    const auto word = [&] { return words.at(at++); };
    const auto real = [&] {
      const std::uint64_t low = word();
      const std::uint64_t bits = low | (static_cast<std::uint64_t>(word()) << 32U);
      double value = 0;
      std::memcpy(&value, &bits, sizeof value);
      return value;
    };
    const auto run = [&] {
      const std::uint32_t start = word();
      return utf8(text.substr(start, word()));
    };
    for (;;) {
      switch (static_cast<abi::Op>(word())) {
        case abi::Op::end:
          CHECK(at == words.size());
          return writes;
        case abi::Op::mount: {
          const std::uint32_t slot = word();
          CHECK(rows.count(slot) == 0);
          rows[slot];
          ++writes;
          break;
        }
        case abi::Op::unmount:
          CHECK(rows.erase(word()) == 1);
          ++writes;
          break;
        case abi::Op::text: {
          Row& it = at_slot(word());
          const auto field = static_cast<abi::Field>(word());
          it.times.erase(field);
          it.texts[field] = run();
          ++writes;
          break;
        }
        case abi::Op::time: {
          Row& it = at_slot(word());
          const auto field = static_cast<abi::Field>(word());
          it.texts.erase(field);
          it.times[field] = real();
          ++writes;
          break;
        }
        case abi::Op::number: {
          Row& it = at_slot(word());
          const auto attribute = static_cast<abi::Attribute>(word());
          it.numbers[attribute] = word();
          ++writes;
          break;
        }
        case abi::Op::height:
          height = word();
          ++writes;
          break;
        case abi::Op::focus:
          focused = word();
          CHECK(rows.count(*focused) == 1);
          break;
        case abi::Op::scroll:
          scrolled = real();
          break;
        case abi::Op::announce:
          announced = run();
          break;
        case abi::Op::ask:
          asked = run();
          hold = word();
          break;
        case abi::Op::drop:
          dropped = true;
          late = word() != 0;
          break;
        case abi::Op::wake:
          wake = real();
          break;
        case abi::Op::event:
          events.push_back(static_cast<abi::Event>(word()));
          break;
        default:
          FAIL("an unknown command");
      }
    }
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
  std::uint32_t height = 0;
  double wake = 0;
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
  static std::u16string utf16(std::string_view text) {
    std::u16string units;
    for (std::size_t i = 0; i < text.size();) {
      const auto first = static_cast<unsigned char>(text[i]);
      const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
      char32_t code = size == 1 ? first : first & (0x7FU >> size);
      for (std::size_t k = 1; k < size; ++k) {
        code = (code << 6U) | (static_cast<unsigned char>(text.at(i + k)) & 0x3FU);
      }
      i += size;
      if (code < 0x10000) {
        units += static_cast<char16_t>(code);
      } else {
        units += static_cast<char16_t>(0xD7C0U + (code >> 10U));
        units += static_cast<char16_t>(0xDC00U + (code & 0x3FFU));
      }
    }
    return units;
  }
  static std::string utf8(std::u16string_view units) {
    std::string text;
    for (std::size_t i = 0; i < units.size(); ++i) {
      char32_t code = units[i];
      if (code >= 0xD800 && code < 0xDC00) {
        code = 0x10000 + ((code - 0xD800) << 10U) + (units.at(++i) - 0xDC00U);
      }
      if (code < 0x80) {
        text += static_cast<char>(code);
      } else if (code < 0x800) {
        text += static_cast<char>(0xC0U | (code >> 6U));
        text += static_cast<char>(0x80U | (code & 0x3FU));
      } else if (code < 0x10000) {
        text += static_cast<char>(0xE0U | (code >> 12U));
        text += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
        text += static_cast<char>(0x80U | (code & 0x3FU));
      } else {
        text += static_cast<char>(0xF0U | (code >> 18U));
        text += static_cast<char>(0x80U | ((code >> 12U) & 0x3FU));
        text += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
        text += static_cast<char>(0x80U | (code & 0x3FU));
      }
    }
    return text;
  }

  JobSession& session_;
};

}  // namespace jobtree::engine
