#include "view/keyboard.h"

#include <string_view>

#include "base/min_max.h"
#include "base/text.h"
#include "i18n/type_names.h"

namespace jobtree::engine {
namespace {

using abi::Key;

void open_or_enter(TreeView& view) {
  const std::uint32_t row = view.active_row();
  if (view.is_open(view.rows()[row])) {
    view.activate(row + 1);
  } else {
    view.toggle(row);
  }
}

void close_or_leave(TreeView& view) {
  const std::uint32_t row = view.active_row();
  const std::uint32_t job = view.rows()[row];
  const std::uint32_t parent = view.tree().jobs[job].parent;
  if (view.is_open(job)) {
    view.toggle(row);
  } else if (parent != kNoJob) {
    view.activate(view.row_of(parent));
  }
}

[[gnu::noinline]] bool begins(std::string_view text, std::string_view small_letters) {
  const std::size_t size = small_letters.size();
  std::size_t i = 0;
  while (i < size && i < text.size() && lower(text[i]) == small_letters[i])
    ++i;
  return i == size;
}

}  // namespace

/// Letters typed within half a second or so are one word; the same letter again goes on to the next
/// row that begins with it.
bool Keyboard::type_ahead(TreeView& view, std::uint32_t character, double now) {
  constexpr double kPause = 600;
  constexpr std::size_t kMost = 32;
  // Types are ASCII at every service; a Chinese name is composed by an input method, whose keys
  // never come here.
  if (character <= ' ' || character > '~') return false;
  if (now - typed_at_ > kPause || typed_.size() >= kMost) typed_.clear();
  typed_at_ = now;
  const char letter = lower(static_cast<char>(character));
  if (typed_.size() != 1 || typed_.front() != letter) typed_ += letter;

  String name;
  std::string_view last;  // type or id, and whether it or its name begins so
  bool is_found = false;
  const auto matches = [&](std::uint32_t job) {
    const Job& it = view.tree().jobs[job];
    const std::string_view type = view.tree().view(it.type.empty() ? it.id : it.type);
    if (!is_same(type, last)) {
      last = type;
      name.clear();
      put_type_name(name, type, language_);
      is_found = begins(name, typed_) || begins(type, typed_);
    }
    return is_found;
  };
  const Array<std::uint32_t>& rows = view.rows();
  const std::size_t from = typed_.size() == 1 ? view.active_row() + 1 : view.active_row();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = static_cast<std::uint32_t>((from + i) % rows.size());
    if (!matches(rows[row])) continue;
    view.activate(row);
    break;
  }
  return true;
}

bool Keyboard::press(TreeView& view, Key key, std::uint32_t character, std::uint32_t page,
                     double now) {
  if (view.rows().empty()) return false;
  const std::uint32_t row = view.active_row();
  const auto last = static_cast<std::uint32_t>(view.rows().size()) - 1;
  if (rtl_ && key == Key::left) {
    key = Key::right;
  } else if (rtl_ && key == Key::right) {
    key = Key::left;
  }
  switch (key) {
    case Key::up:
      page = 1;
      [[fallthrough]];
    case Key::page_up:
      view.activate(row - lesser(row, page));
      break;
    case Key::down:
      page = 1;
      [[fallthrough]];
    case Key::page_down:
      view.activate(lesser(row + page, last));
      break;
    case Key::home:
      view.activate(0);
      break;
    case Key::end:
      view.activate(last);
      break;
    case Key::right:
      open_or_enter(view);
      break;
    case Key::left:
      close_or_leave(view);
      break;
    case Key::enter:
    case Key::space:
      view.select(row);
      break;
    case Key::asterisk:
      view.open_siblings(row);
      break;
    case Key::escape:
      if (view.selected() == kNoJob) return false;
      view.unselect();
      break;
    case Key::character:
      return type_ahead(view, character, now);
    case Key::next_failure:
    case Key::previous_failure: {
      const std::uint32_t job = view.failure_beside(key == Key::next_failure);
      if (job == kNoJob) return false;
      view.go_to(job);
      break;
    }
    case Key::root_failure: {
      const std::uint32_t job = view.tree().root_failure;
      if (job == kNoJob) return false;
      view.reveal_and_select(job);
      break;
    }
  }
  return true;
}

}  // namespace jobtree::engine
