// Where rows are laid out when all of them are higher than a browser can lay out.
//
// Firefox ends at 17.8 million pixels, others at 33.5. So a part of the rows is laid out, and which
// one follows the scroll bar: a long way is taken as a share of all rows, a short one to the pixel.
//
// Knows: pixels, numbers of rows. Must not know: what is in a row.
#pragma once

#include <cstdint>

namespace jobtree::engine {

class ScrollMap {
 public:
  static constexpr double kMostPixels = 7e6;

  struct Sizes {
    std::uint32_t rows = 0;  ///< in all
    double row_height = 32;  ///< pixels
    double height = 0;       ///< of what is seen of them, pixels
  };

  /// The host has scrolled to `top`. Returns where that is among all rows, in pixels.
  double take(double top, const Sizes& sizes);
  /// What is at `position` among all rows is to be on top; or there are other rows now. True when
  /// rows are laid out elsewhere than before.
  bool bring(double position, const Sizes& sizes);

  /// Where the host is to be scrolled to.
  double top() const { return top_; }
  /// The first row that is laid out.
  std::uint32_t first() const { return first_; }
  /// How many are.
  static std::uint32_t count(const Sizes& sizes);

 private:
  void lay_out(double share, double hidden);

  std::uint32_t first_ = 0;
  double top_ = 0;
};

}  // namespace jobtree::engine
