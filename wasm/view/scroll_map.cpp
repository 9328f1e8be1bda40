#include "view/scroll_map.h"

#include <cmath>

#include "base/min_max.h"

namespace jobtree::engine {
namespace {

constexpr double kLongWay = 10;  // screens

/// How far down `top` is, from 0 to 1, where `count` rows can be scrolled.
double share_of(double top, double count, const ScrollMap::Sizes& sizes) {
  const double lowest = count * sizes.row_height - sizes.height;
  // Browsers round sizes, so the end may be a pixel early.
  return top >= lowest - 1 ? 1 : bounded(top / lowest, 0.0, 1.0);
}

}  // namespace

std::uint32_t ScrollMap::count(const Sizes& sizes) {
  return lesser(sizes.rows, static_cast<std::uint32_t>(kMostPixels / sizes.row_height));
}

/// Rounded towards the nearer end, which can be reached then.
void ScrollMap::lay_out(double share, double hidden) {
  first_ = static_cast<std::uint32_t>(share < 0.5 ? share * hidden : std::ceil(share * hidden));
}

double ScrollMap::take(double top, const Sizes& sizes) {
  const double laid_out = count(sizes);
  const double hidden = sizes.rows - laid_out;
  const bool is_long = std::abs(top - top_) > kLongWay * sizes.height;
  if (is_long || first_ > hidden) lay_out(share_of(top, laid_out, sizes), hidden);
  top_ = top;
  return top + first_ * sizes.row_height;
}

bool ScrollMap::bring(double position, const Sizes& sizes) {
  const double laid_out = count(sizes);
  const double hidden = sizes.rows - laid_out;
  const std::uint32_t before = first_;
  const double top = position - first_ * sizes.row_height;
  const double lowest = laid_out * sizes.row_height - sizes.height;
  const bool is_long = std::abs(top - top_) > kLongWay * sizes.height;
  const bool is_at_top = first_ > 0 && top < sizes.row_height;
  const bool is_at_end = first_ < hidden && top > lowest - sizes.row_height;
  if (is_long || is_at_top || is_at_end || first_ > hidden)
    lay_out(share_of(position, sizes.rows, sizes), hidden);
  top_ = position - first_ * sizes.row_height;
  return first_ != before;
}

}  // namespace jobtree::engine
