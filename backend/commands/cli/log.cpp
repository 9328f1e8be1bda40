#include "commands/cli/log.h"

#include <poll.h>
#include <pthread.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <deque>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "base/ascii.h"
#include "base/mutex.h"
#include "base/utc.h"

namespace jobtree::commands {
namespace {

using Json = nlohmann::ordered_json;
using Level = LogEntry::Level;
using std::chrono::system_clock;

// So much a pipe takes at once when poll() says that it takes anything (POSIX: PIPE_BUF).
constexpr std::size_t kMaxWrite = 4096;

/// From the least on.
constexpr std::array<std::pair<std::string_view, Level>, 4> kLevels{{
    {"debug", Level::debug},
    {"info", Level::info},
    {"warning", Level::warning},
    {"error", Level::error},
}};

std::size_t rank_of(Level level) {
  const auto* found = std::ranges::find(kLevels, level, &decltype(kLevels)::value_type::second);
  return static_cast<std::size_t>(found - kLevels.begin());
}

std::string_view name_of(Level level) {
  return kLevels.at(rank_of(level)).first;
}

/// C1 controls, the separators of lines and paragraphs, and what turns the direction of text
/// (UAX #9): JSON lets them through, and a terminal obeys them.
bool is_obeyed(char32_t c) {
  return (c >= 0x7f && c <= 0x9f) || c == 0x61c || c == 0x200e || c == 0x200f ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

/// `json`: what nlohmann has written, so whole UTF-8 without C0 controls. All that is_obeyed()
/// names takes one to three bytes.
std::string with_escapes(const std::string& json) {
  std::string out;
  out.reserve(json.size());
  const auto byte = [&json](std::size_t at) {
    return at < json.size() ? static_cast<unsigned char>(json[at]) : 0U;
  };
  for (std::size_t at = 0; at < json.size();) {
    const unsigned lead = byte(at);
    std::size_t size = 1;
    char32_t c = lead;
    if (lead >= 0xf0) {
      size = 4;
      c = 0x10000;  // none of ours
    } else if (lead >= 0xe0) {
      size = 3;
      c = (lead & 0xfU) << 12U | (byte(at + 1) & 0x3fU) << 6U | (byte(at + 2) & 0x3fU);
    } else if (lead >= 0xc0) {
      size = 2;
      c = (lead & 0x1fU) << 6U | (byte(at + 1) & 0x3fU);
    }
    if (is_obeyed(c)) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      out += escape;
    } else {
      out.append(json, at, size);
    }
    at += size;
  }
  return out;
}

std::string dumped(const Json& json) {
  return with_escapes(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

/// Quoted and escaped: what came from outside cannot begin a line or end a string.
std::string quoted(const std::string& text) {
  return dumped(Json(text));
}

}  // namespace

std::string log_line_text(const LogEntry& entry, system_clock::time_point time) {
  const std::string message = quoted(entry.message);
  std::string line = iso_time_with_milliseconds(time);
  line.append(" ").append(name_of(entry.level)).append(" ");
  line.append(message, 1, message.size() - 2);
  for (const auto& [name, value] : entry.fields) {
    if (value.empty()) continue;
    const bool plain = std::ranges::all_of(
        value, [](char c) { return is_graphic(c) && c != '"' && c != '\\' && c != '='; });
    line.append(" ").append(name).append("=").append(plain ? value : quoted(value));
  }
  return line;
}

std::string log_line_json(const LogEntry& entry, system_clock::time_point time) {
  Json line{{"time", iso_time_with_milliseconds(time)},
            {"level", name_of(entry.level)},
            {"message", entry.message}};
  for (const auto& [name, value] : entry.fields) {
    line[std::string(name)] = value;
  }
  return dumped(line);
}

/// Shared with the thread that writes, which is not waited for at the end: it may hang for ever.
class Log::Queue {
 public:
  Queue(Level least, bool as_json, const Options& options)
      : least_(least), as_json_(as_json), file_(options.file), max_bytes_(options.max_bytes) {}

  void write(const LogEntry& entry) {
    if (rank_of(entry.level) < rank_of(least_)) return;
    std::string line = line_of(entry);
    const Lock lock(mutex_);
    if (!has_room(line.size())) {
      ++unsaid_;
      lost_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    say_losses();
    put(std::move(line));
  }

  void print(std::string_view text) {
    const Lock lock(mutex_);
    put(std::string(text));
  }

  Level least() const { return least_; }
  std::uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }

  bool flush(std::chrono::milliseconds time) {
    const auto deadline = std::chrono::steady_clock::now() + time;
    const Lock lock(mutex_);
    while (!lines_.empty() || is_writing_) {
      if (!written_.wait_until(mutex_, deadline)) return lines_.empty() && !is_writing_;
    }
    return true;
  }

  /// The writing thread's loop.
  void run() {
    for (;;) {
      std::string line = take();
      write_out(line);
    }
  }

 private:
  std::string line_of(const LogEntry& entry) const {
    const auto now = system_clock::now();
    return (as_json_ ? log_line_json(entry, now) : log_line_text(entry, now)) + "\n";
  }

  /// After a loss only once half of the queue is free, so that not every other line is lost.
  bool has_room(std::size_t size) const JOBTREE_REQUIRES(mutex_) {
    return bytes_ + size <= (unsaid_ == 0 ? max_bytes_ : max_bytes_ / 2);
  }

  void put(std::string line) JOBTREE_REQUIRES(mutex_) {
    bytes_ += line.size();
    lines_.push_back(std::move(line));
    put_.notify_one();
  }

  void say_losses() JOBTREE_REQUIRES(mutex_) {
    if (unsaid_ == 0) return;
    const std::string count = std::to_string(std::exchange(unsaid_, 0));
    put(line_of({Level::warning, count + " log lines were lost: nobody read them in time"}));
  }

  std::string take() {
    const Lock lock(mutex_);
    is_writing_ = false;
    if (lines_.empty()) say_losses();
    if (lines_.empty()) written_.notify_all();
    while (lines_.empty())
      put_.wait(mutex_);
    std::string line = std::move(lines_.front());
    lines_.pop_front();
    bytes_ -= line.size();
    is_writing_ = true;
    return line;
  }

  /// The file may be shared with other processes, so it is not made non-blocking.
  void write_out(std::string_view bytes) {
    while (!bytes.empty()) {
      pollfd ready{.fd = file_, .events = POLLOUT, .revents = 0};
      ::poll(&ready, 1, -1);
      const ssize_t count = ::write(file_, bytes.data(), std::min(bytes.size(), kMaxWrite));
      if (count >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(count));
      } else if (errno != EINTR && errno != EAGAIN) {
        lost_.fetch_add(1, std::memory_order_relaxed);  // the reader is gone, or the disk is full
        return;
      }
    }
  }

  const Level least_;
  const bool as_json_;
  const int file_;
  const std::size_t max_bytes_;
  std::atomic<std::uint64_t> lost_ = 0;
  Mutex mutex_;
  Condition put_;
  Condition written_;
  std::deque<std::string> lines_ JOBTREE_GUARDED_BY(mutex_);
  std::size_t bytes_ JOBTREE_GUARDED_BY(mutex_) = 0;     // of lines_
  std::uint64_t unsaid_ JOBTREE_GUARDED_BY(mutex_) = 0;  // lost, and no line has said so
  bool is_writing_ JOBTREE_GUARDED_BY(mutex_) = false;
};

Result<Log> Log::open(const Options& options) {
  const auto* least =
      std::ranges::find(kLevels, options.level, &decltype(kLevels)::value_type::first);
  if (least == kLevels.end()) {
    return Failure::usage(
        bilingual({"--log-level: \"{0}\" is not one of debug, info, warning, error",
                   "--log-level：“{0}”应为 debug、info、warning、error 之一"},
                  options.level));
  }
  if (options.format != "text" && options.format != "json") {
    return Failure::usage(bilingual({"--log-format: \"{0}\" is not one of text, json",
                                     "--log-format：“{0}”应为 text、json 之一"},
                                    options.format));
  }
  const auto queue = std::make_shared<Queue>(least->second, options.format == "json", options);
  // No signal is this thread's business, whatever others wait for.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::string error;  // of the system
  try {
    std::thread([queue] { queue->run(); }).detach();
  } catch (const std::system_error& thrown) {
    error = thrown.what();
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (!error.empty()) {
    return Failure::system(bilingual({"cannot start a thread: {0}", "无法启动线程：{0}"}, error));
  }
  return Log(queue);
}

void Log::write(const LogEntry& entry) const {
  queue_->write(entry);
}
void Log::print(std::string_view text) const {
  queue_->print(text);
}
LogEntry::Level Log::least() const {
  return queue_->least();
}
std::uint64_t Log::lost() const {
  return queue_->lost();
}
bool Log::flush(std::chrono::milliseconds time) const {
  return queue_->flush(time);
}

}  // namespace jobtree::commands
