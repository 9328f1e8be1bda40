// A whole watch under random answers, clicks, keys, scrolling and time: the commands stay well
// formed, and no more rows are mounted than a screen holds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>

#include "abi.h"
#include "watcher.h"

using namespace jobtree::engine;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

/// Takes choices from the fuzzer's bytes; when they are used up it answers 0.
class Choices {
 public:
  Choices(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  bool any() const { return size_ != 0; }
  std::uint32_t next(std::uint32_t below) {
    if (size_ == 0) return 0;
    --size_;
    return *data_++ % below;
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
};

std::string answer(Choices& choices, int depth = 0) {
  static constexpr const char* kStatuses[] = {"INIT",    "RUNNING", "SUCCESS", "FAIL",
                                              "SKIPPED", "?",       ""};
  std::string text = R"({"job_id":")" + std::to_string(choices.next(8)) + R"(","job_type":"t)" +
                     std::to_string(choices.next(3)) + R"(","status":")" +
                     kStatuses[choices.next(7)] + R"(","begin_time":"2022-12-05T08:10:)" +
                     std::to_string(10 + choices.next(50)) + R"(Z","entities":{"sub_jobs":[)";
  const std::uint32_t children = depth > 5 ? 0 : choices.next(depth == 0 ? 60 : 4);
  for (std::uint32_t i = 0; i < children && choices.any(); ++i) {
    text += (i == 0 ? "" : ",") + answer(choices, depth + 1);
  }
  return text + "]}}";
}

void check(const std::vector<std::uint32_t>& words, std::set<std::uint32_t>& mounted) {
  std::size_t at = 2;
  const auto word = [&] {
    require(at < words.size());
    return words[at++];
  };
  const auto shown = [&](std::uint32_t slot) {
    require(slot < static_cast<std::uint32_t>(abi::Slot::first_row) || mounted.count(slot) == 1);
  };
  for (;;) {
    switch (static_cast<abi::Op>(word())) {
      case abi::Op::end:
        require(at == words.size());
        require(mounted.size() <= 64);
        return;
      case abi::Op::mount:
        require(mounted.insert(word()).second);
        break;
      case abi::Op::unmount:
        require(mounted.erase(word()) == 1);
        break;
      case abi::Op::text:
        shown(word());
        at += 3;
        break;
      case abi::Op::time:
        shown(word());
        at += 3;
        break;
      case abi::Op::number:
        shown(word());
        at += 2;
        break;
      case abi::Op::focus:
        shown(word());
        break;
      case abi::Op::height:
      case abi::Op::event:
        at += 1;
        break;
      case abi::Op::scroll:
      case abi::Op::wake:
      case abi::Op::announce:
        at += 2;
        break;
      case abi::Op::ask:
        at += 2;
        require(word() <= Holds::kLongest);
        break;
      case abi::Op::drop:
        break;
      default:
        require(false);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr int kHttp[] = {200, 304, 0, -1, 400, 401, 404, 429, 500, 503};
  if (size > 4096) return 0;
  Choices choices(data, size);
  Watcher watcher(1);
  watcher.set_viewport({0, 320, 32});
  std::set<std::uint32_t> mounted;
  double now = 1670227820000;
  while (choices.any()) {
    switch (choices.next(8)) {
      case 0:
        watcher.answer(200, answer(choices), "", -1, 0, now);
        break;
      case 1:
        watcher.answer(kHttp[choices.next(10)], "{}", "e", choices.next(20), 0, now);
        break;
      case 2:
        watcher.click(choices.next(64), choices.next(2) == 0 ? abi::Part::row : abi::Part::toggle);
        break;
      case 3:
        watcher.press(static_cast<abi::Key>(choices.next(13)), choices.next(128), now);
        break;
      case 4:
        watcher.set_viewport({choices.next(256) * 8.0, choices.next(256) * 2.0, 32});
        break;
      case 5:
        watcher.set(static_cast<abi::Option>(choices.next(7)), choices.next(3), now);
        break;
      case 6:
        watcher.refresh(now);
        break;
      default:
        now += choices.next(255) * 100;
    }
    check(watcher.frame(now), mounted);
  }
  return 0;
}
