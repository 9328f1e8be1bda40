// What is on screen -> commands for what is not there yet.
//
// Knows: rows, fields, the viewport, and what it last sent. Must not know: polling, or the DOM.
// Every field is compared with what the host already shows, so a frame in which nothing changed
// has no commands at all; and what cannot have changed is not composed to be compared.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/array.h"
#include "i18n/format.h"
#include "i18n/watch_words.h"
#include "model/error_groups.h"
#include "model/estimate.h"
#include "model/job.h"
#include "output/job_text.h"
#include "view/time_axis.h"
#include "view/tree_view.h"
#include "wire/abi.h"
#include "wire/command_buffer.h"

namespace jobtree::engine {

struct Viewport {
  double top = 0;          ///< scroll offset, pixels
  double height = 0;       ///< pixels
  double row_height = 32;  ///< pixels

  bool operator==(const Viewport&) const = default;
};

/// What one drawing is made from.
struct RenderInput {
  const JobTree& tree;
  const TreeView& view;
  const Array<ErrorGroup>& errors;      ///< of the tree, by code
  const Array<std::uint8_t>& critical;  ///< of the tree; see critical_path
  const TimeAxis& axis;
  /// Another number whenever `tree`, `view`, or `language` may have changed; never 0.
  std::uint32_t version;
  Viewport viewport;
  std::uint32_t first_row = 0;      ///< that is laid out
  std::uint32_t laid_out = kNoJob;  ///< how many rows are, at most
  bool is_going_on = true;          ///< the clocks of jobs that run
  double now = 0;  ///< in whole seconds of milliseconds since 1970: how often rows change
  Language language = Language::en;
  Estimate estimate;
  WatchFacts watch;

  Subject subject(std::uint32_t number, bool is_on_the_way = false) const {
    return {tree, number, language, now, is_on_the_way};
  }
};

class Renderer {
 public:
  /// Adds the commands that bring the host's page to `picture`. Returns true when something shown
  /// changes by itself with the clock.
  bool draw(const RenderInput& picture, CommandBuffer& frame);

  /// The row in a slot now, as an index into the view's rows, or kNoJob.
  std::uint32_t row_in(std::uint32_t slot) const;
  /// The slot that shows a row, or 0.
  [[gnu::noinline]] std::uint32_t slot_of(std::uint32_t row) const;

 private:
  static constexpr std::size_t kFieldCount = static_cast<std::size_t>(abi::Field::estimate) + 1;
  static constexpr std::size_t kAttributeCount =
      static_cast<std::size_t>(abi::Attribute::critical) + 1;

  /// What the host shows in one slot: of each field a fingerprint, of each attribute its value.
  struct Shown {
    std::array<std::uint64_t, kFieldCount + kAttributeCount> values;
    void forget();
  };
  struct Slot {
    std::uint64_t key = 0;       // of the job that is shown; 0: the slot is free
    std::uint32_t row = kNoJob;  // its
    bool is_new = false;         // mounted since it was drawn
    Shown shown;
  };
  class Writer;

  /// What may have changed of a slot since it was drawn.
  enum class Due : std::uint8_t { nothing, clock, all };

  void place_rows(const RenderInput& picture, CommandBuffer& frame);
  void draw_row(const RenderInput& picture, std::uint32_t slot, Due due, CommandBuffer& frame);
  static void draw_bar(const RenderInput& picture, const Job& job, Writer& out);
  /// True when what it says changes with the clock.
  bool draw_watch(const RenderInput& picture, Due due, CommandBuffer& frame);
  void draw_summary(const RenderInput& picture, Due due, CommandBuffer& frame);
  void draw_detail(const RenderInput& picture, Due due, CommandBuffer& frame);

  Array<Slot> slots_;  // rows only: the number of slots_[0] is abi::Slot::first_row
  Shown summary_{};
  Shown detail_{};
  std::uint32_t height_ = kNoJob;
  std::uint32_t version_ = 0;  // of the picture that was drawn last; 0: none was
  Viewport viewport_;          // its
  double now_ = 0;             // its
  WatchFacts watch_;           // its, but for the code
  String watch_code_;
  bool watch_ticks_ = false;
};

}  // namespace jobtree::engine
