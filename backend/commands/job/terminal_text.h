// Text for a terminal: made safe, measured in cells, cut, coloured.
//
// Knows: that a terminal obeys what it is sent, and that a Chinese character takes two cells. Must
// not know: what is said.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace jobtree::commands {

/// Text from outside, as a terminal may be shown it: what would be obeyed rather than shown
/// (control characters, escapes, marks that turn the direction of writing) becomes a visible sign,
/// line breaks and tabs become a blank, bytes that are no UTF-8 become U+FFFD. Longer than `most`
/// cells, it is cut.
std::string safe_text(std::string_view text, std::size_t most = 4000);

/// How many cells a terminal gives to `text`, which is safe.
std::size_t cells(std::string_view text);

/// Up to `width` cells of `text`, which is safe; an ellipsis takes the last when more is cut off.
std::string cut(std::string_view text, std::size_t width);

enum class Ink { plain, strong, faint, green, red, cyan, yellow };

/// One line, of pieces in different colours. All that is added must be safe.
class Line {
 public:
  Line& add(std::string_view text, Ink ink = Ink::plain);
  /// Blanks up to the cell `column`, if the line is not there yet.
  Line& pad_to(std::size_t column);
  std::size_t width() const { return width_; }
  /// The line in at most `most` cells (0: however long), with colours or without.
  std::string str(bool colour, std::size_t most = 0) const;

 private:
  struct Piece {
    std::string text;
    Ink ink;
  };
  std::vector<Piece> pieces_;
  std::size_t width_ = 0;
};

}  // namespace jobtree::commands
