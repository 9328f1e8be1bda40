// One watched job, from the bytes of an answer to the commands of a frame.
//
// Joins the schedule, the parser, the view and the renderer; holds the state between frames. Must
// not know: WebAssembly, the DOM, HTTP beyond a status and an ETag.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>

#include "base/array.h"
#include "base/min_max.h"
#include "i18n/format.h"
#include "ingest/job_parser.h"
#include "model/changes.h"
#include "model/critical_path.h"
#include "model/estimate.h"
#include "model/job.h"
#include "output/csv.h"
#include "poll/schedule.h"
#include "view/keyboard.h"
#include "view/scroll_map.h"
#include "view/time_axis.h"
#include "view/tree_view.h"
#include "wire/abi.h"
#include "wire/command_buffer.h"
#include "wire/lists.h"
#include "wire/renderer.h"

namespace jobtree::engine {

class JobSession {
 public:
  /// `slots`: see PollSchedule.
  /// `seed`: chance, for when it is asked and for what keys the jobs have.
  explicit JobSession(std::uint32_t seed, LongPollSlots* slots = nullptr)
      : seed_(seed), schedule_(seed, slots) {}
  // The view points into the tree.
  JobSession(const JobSession&) = delete;
  JobSession& operator=(const JobSession&) = delete;

  void set_language(std::string_view bcp47_tag);
  void set_search(std::string_view text, double now);
  void set(abi::Option option, std::uint32_t value, double now);

  /// What came back; see jobtree_answer in wire/exports.h.
  void answer(std::int32_t http_status, String&& body, std::string_view etag, double retry_after,
              double age, double now);

  void refresh(double now) { schedule_.refresh(now); }
  /// When the cloud said what is shown, in milliseconds since 1970; NaN when nobody knows.
  double confirmed() const;
  /// Any numbers: what cannot be a viewport is brought to the nearest that can.
  void set_viewport(const Viewport& viewport);
  void click(std::uint32_t slot, abi::Part part);
  /// Selects the job of this id and brings it on screen, out of closed branches and over filters;
  /// before there is a tree, as soon as there is. False when the tree has no such job.
  bool reveal(std::string_view id);
  /// The answer that is shown, as it came; empty before there is one.
  std::string_view document() const { return tree().bytes; }
  /// What a list of the tree is made from; see wire/lists.h.
  ListInput list(double now) const { return {tree(), language_, job_time(now)}; }
  /// See critical_path.
  const Array<std::uint8_t>& critical() const { return critical_; }
  /// What changed with the last Event::change.
  const Changes& changes() const { return changes_; }
  /// The whole tree; see output/csv.h.
  String csv() const { return to_csv(tree()); }

  /// True when the tree used the key.
  bool press(abi::Key key, std::uint32_t character, double now);

  /// The page is empty again: the next frame draws all of it.
  void forget_page() { renderer_ = {}; }

  /// Commands since the last frame, valid until the next.
  const Array<std::uint32_t>& frame(double now);
  /// The string those commands cut their texts from.
  std::string_view frame_text() const { return frame_.text(); }

 private:
  const JobTree& tree() const { return parsed_->tree; }
  double job_time(double now) const;
  Estimate estimate(double now) const;
  void put_query(double now);
  PollOutcome read_answer(std::int32_t http_status, String&& body, std::string_view etag,
                          double now);
  PollOutcome take_job(String&& body, std::string_view etag, double now);
  void announce(double now);
  void add_events();
  void show(std::unique_ptr<const ParsedJob> next, double now);
  void filtered(double now);
  void zoom(std::uint32_t value);
  bool scroll_to_active();
  ScrollMap::Sizes sizes() const {
    return {static_cast<std::uint32_t>(view_.rows().size()), viewport_.row_height,
            viewport_.height};
  }
  /// To be called by whatever may change the tree, the view or the language.
  void touch() { version_ = greater(version_ + 1, 1U); }

  const std::uint32_t seed_;
  PollSchedule schedule_;
  std::unique_ptr<const ParsedJob> parsed_{new ParsedJob};  // what is shown
  PastRuns past_;                                           // of its kind
  Pace pace_;                                               // its
  Array<ErrorGroup> errors_;                                // its, by code
  Array<std::uint8_t> critical_;                            // its critical path
  TreeView view_;
  TimeAxis axis_;
  Keyboard keyboard_;
  Renderer renderer_;
  CommandBuffer frame_;
  Viewport viewport_;  // among all rows
  ScrollMap scroll_map_;
  std::uint32_t first_row_ = 0;  // its, in the last frame
  std::uint32_t version_ = 1;    // of all that is drawn but for how the watch goes; see RenderInput
  Language language_ = Language::en;
  bool is_document_ = false;
  bool is_board_ = false;

  String etag_;
  std::uint64_t body_print_ = 0;
  String code_;  // of the last failure
  std::int32_t http_status_ = 0;

  Changes changes_;           // the last event's, or of the one to come
  bool changed_ = false;      // a new tree since the last frame
  bool key_pressed_ = false;  // the active row is to be shown and focused
  bool look_at_ = false;      // the active row is to be shown
  bool moved_ = false;        // the viewport is not where the host put it
  String wanted_;             // an id to reveal when there is a tree
  abi::State told_state_ = abi::State::loading;
  std::uint64_t told_selection_ = 0;
  String announced_;
  double announced_at_ = 0;
  double say_more_at_ = std::numeric_limits<double>::infinity();
  std::uint32_t looked_at_ = 0;  // the version that was announced, or found to have no news
  double say_matches_at_ = std::numeric_limits<double>::infinity();
};

}  // namespace jobtree::engine
