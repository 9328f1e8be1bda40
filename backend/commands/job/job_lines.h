// A tree of jobs -> lines of text: the picture `backend job` draws.
//
// Pure: the time, the size of the window and whether there are colours are arguments. Knows:
// jobs, columns. Must not know: terminals, queries, or when it is drawn.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "i18n/messages.h"
#include "model/estimate.h"
#include "model/job.h"
#include "output/job_text.h"

namespace jobtree::commands {

struct Picture {
  const engine::JobTree& tree;  ///< not empty
  double now = 0;               ///< milliseconds since 1970
  engine::Language language = engine::Language::en;
  engine::Estimate estimate{};

  engine::Subject subject(std::uint32_t number) const { return {tree, number, language, now}; }
};

struct Frame {
  std::size_t width = 0;   ///< cells a line may have; 0: any number
  std::size_t height = 0;  ///< lines there may be; 0: any number
  bool colour = false;
  bool whole_errors = false;  ///< reasons of failures go past the width, to be wrapped
};

/// "failed · 20 of 20 done · 34s · 4 failed, 16 succeeded", in one line without colour.
std::string summary_line(const Picture& picture);

/// The summary and below it the tree, a line a job. When there are more jobs than lines, what
/// failed and what runs is shown first, and "… 37 more succeeded" stands for those left out. A line
/// holds no line break and nothing a terminal would obey but our own colours.
std::vector<std::string> tree_lines(const Picture& picture, const Frame& frame);

}  // namespace jobtree::commands
