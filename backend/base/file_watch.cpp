#include "base/file_watch.h"

#include <sys/stat.h>

#include <utility>

namespace jobtree {
namespace {

constexpr std::chrono::seconds kLookEvery{1};
constexpr std::chrono::seconds kQuietFor{2};  // then nobody is writing it any more

}  // namespace

bool FileWatch::State::operator==(const State& other) const {
  return device == other.device && inode == other.inode && size == other.size &&
         changed.tv_sec == other.changed.tv_sec && changed.tv_nsec == other.changed.tv_nsec;
}

std::optional<FileWatch::State> FileWatch::state_of(const std::string& file) {
  struct stat state = {};
  if (::stat(file.c_str(), &state) != 0) return std::nullopt;
  return State{state.st_dev, state.st_ino, state.st_size, state.st_ctim};
}

FileWatch::FileWatch(std::string file, Clock clock)
    : file_(std::move(file)),
      clock_(std::move(clock)),
      settled_(state_of(file_)),
      existed_(settled_.has_value()) {}

FileWatch::News FileWatch::look() {
  const auto now = clock_.steady();
  next_look_ = now + kLookEvery;
  const auto state = state_of(file_);
  if (state == settled_) return News::none;
  if (!state) {
    settled_ = state;
    return News::gone;
  }
  if (state != seen_) {
    seen_ = state;
    seen_at_ = now;
  }
  const auto changed = std::chrono::system_clock::from_time_t(state->changed.tv_sec);
  const bool is_quiet = now - seen_at_ >= kQuietFor || clock_.wall() - changed > kQuietFor;
  if (!is_quiet) return News::none;
  settled_ = state;
  return News::changed;
}

}  // namespace jobtree
