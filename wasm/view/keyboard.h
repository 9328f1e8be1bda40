// What a key does to a tree.
//
// Knows: the keys of the WAI-ARIA tree pattern, and those of ours for failures. Must not know:
// which keys of a keyboard they are (the host does), pixels.
#pragma once

#include <cstdint>

#include "base/array.h"
#include "i18n/format.h"
#include "view/tree_view.h"
#include "wire/abi.h"

namespace jobtree::engine {

class Keyboard {
 public:
  void set_rtl(bool rtl) { rtl_ = rtl; }
  /// In which rows have names.
  void set_language(Language language) { language_ = language; }
  /// `page` is how many rows fit on screen, `now` in milliseconds. False: the tree has no use for
  /// the key.
  bool press(TreeView& view, abi::Key key, std::uint32_t character, std::uint32_t page, double now);

 private:
  bool type_ahead(TreeView& view, std::uint32_t character, double now);

  String typed_;
  double typed_at_ = 0;
  bool rtl_ = false;
  Language language_ = Language::en;
};

}  // namespace jobtree::engine
