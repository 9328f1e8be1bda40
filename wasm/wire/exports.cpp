// The one file that knows the engine is called from outside, by number. Holds the page's watchers:
// the only state of the module that is not inside one of them.
#include "wire/exports.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string_view>
#include <utility>

#include "job_session.h"
#include "wire/abi.h"

namespace {

using namespace jobtree::engine;  // NOLINT(google-build-using-namespace): this is its outer face

constexpr std::uint32_t kMostInput = DocumentLimits{}.bytes + 1024;  // a body and its ETag

struct Module {
  Holds holds;  // first: the watchers give their places back
  Array<Watcher*> watchers;
  String input;
};

Module& module() {
  static Module instance;
  return instance;
}

Watcher* find(std::uint32_t watcher) {
  auto& watchers = module().watchers;
  return watcher < watchers.size() ? watchers[watcher] : nullptr;
}

/// The first `size` bytes of the input, or fewer when the host promised more than it asked room
/// for.
std::string_view input(std::uint32_t offset, std::uint32_t size) {
  const String& all = module().input;
  const std::size_t begin = lesser(all.size(), offset);
  return {all.data() + begin, lesser(all.size() - begin, size)};
}

/// Where a text is and how long, for a host to read.
const std::uint32_t* run(std::string_view text) {
  static std::uint32_t words[2];
  words[0] = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(text.data()));
  words[1] = static_cast<std::uint32_t>(text.size());
  return words;
}

/// Numbers a host read from headers may be none.
double finite_or(double value, double otherwise) {
  return std::isfinite(value) ? value : otherwise;
}

}  // namespace

extern "C" {

std::uint32_t jobtree_open(std::uint32_t seed) {
  auto& watchers = module().watchers;
  const auto free = std::find(watchers.begin(), watchers.end(), nullptr);
  const auto number = static_cast<std::uint32_t>(free - watchers.begin());
  if (free == watchers.end()) watchers.emplace_back();
  watchers[number] = new Watcher(seed, &module().holds);
  return number;
}

void jobtree_close(std::uint32_t watcher) {
  delete find(watcher);
  if (watcher < module().watchers.size()) module().watchers[watcher] = nullptr;
}

char* jobtree_input(std::uint32_t size) {
  if (size > kMostInput) return nullptr;
  String& input = module().input;
  input.stretch(size + 1);  // one more for the parser's NUL
  input.pop_back();
  return input.data();
}

void jobtree_set(std::uint32_t watcher, std::uint32_t option, std::uint32_t value, double now) {
  Watcher* it = find(watcher);
  if (it == nullptr) return;
  switch (static_cast<abi::Option>(option)) {
    case abi::Option::lang:
      return it->set_language(input(0, value));
    case abi::Option::search:
      return it->set_search(input(0, value), now);
    default:
      return it->set(static_cast<abi::Option>(option), value, now);
  }
}

void jobtree_answer(std::uint32_t watcher, std::int32_t http_status, std::uint32_t body_size,
                    std::uint32_t etag_size, double retry_after, double age, double now) {
  Watcher* it = find(watcher);
  if (it == nullptr) return;
  const String etag(input(body_size, etag_size));
  // The input becomes the document: no copy of what may be megabytes.
  String body = std::exchange(module().input, {});
  body.resize(lesser<std::size_t>(body.size(), body_size));
  it->answer(http_status, std::move(body), etag, finite_or(retry_after, -1), finite_or(age, 0),
             now);
}

double jobtree_confirmed(std::uint32_t watcher) {
  const Watcher* it = find(watcher);
  return it == nullptr ? std::numeric_limits<double>::quiet_NaN() : it->confirmed();
}

void jobtree_refresh(std::uint32_t watcher, double now) {
  if (Watcher* it = find(watcher)) it->refresh(now);
}

void jobtree_viewport(std::uint32_t watcher, double scroll_top, double height, double row_height) {
  if (Watcher* it = find(watcher)) it->set_viewport({scroll_top, height, row_height});
}

void jobtree_click(std::uint32_t watcher, std::uint32_t slot, std::uint32_t part) {
  if (Watcher* it = find(watcher)) {
    it->click(slot, part == 1 ? abi::Part::toggle : abi::Part::row);
  }
}

std::uint32_t jobtree_key(std::uint32_t watcher, std::uint32_t key, std::uint32_t character,
                          double now) {
  Watcher* it = find(watcher);
  if (it == nullptr || key > static_cast<std::uint32_t>(abi::Key::root_failure)) return 0;
  return it->press(static_cast<abi::Key>(key), character, now) ? 1 : 0;
}

std::uint32_t jobtree_reveal(std::uint32_t watcher, std::uint32_t id_size) {
  Watcher* it = find(watcher);
  return it != nullptr && it->reveal(input(0, id_size)) ? 1 : 0;
}

const std::uint32_t* jobtree_document(std::uint32_t watcher) {
  const Watcher* it = find(watcher);
  return run(it == nullptr ? std::string_view{} : it->document());
}

const std::uint32_t* jobtree_csv(std::uint32_t watcher) {
  const Watcher* it = find(watcher);
  String& text = module().input;  // let go of by whatever comes next
  text = {};                      // which may be a table already, and large
  text = it == nullptr ? String{} : it->csv();
  return run(text);
}

const std::uint32_t* jobtree_frame(std::uint32_t watcher, double now) {
  Watcher* it = find(watcher);
  if (it == nullptr) {
    static constexpr std::uint32_t kNothing[] = {0, 0, static_cast<std::uint32_t>(abi::Op::end)};
    return kNothing;
  }
  return it->frame(now).data();
}

}  // extern "C"
