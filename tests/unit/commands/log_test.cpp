#include "commands/cli/log.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <string>
#include <utility>

#include "unit/catch.h"
#include "unit/jobs.h"

namespace log_test {

using namespace jobtree;
using namespace jobtree::commands;
using testing::contains;

namespace {

const std::chrono::system_clock::time_point kTime{std::chrono::milliseconds(1'795'521'600'123)};
constexpr std::chrono::seconds kLongest{60};

std::string text(std::string value) {
  return log_line_text({LogEntry::Level::info, "said", {{"detail", std::move(value)}}}, kTime);
}
std::string json(std::string value) {
  return log_line_json({LogEntry::Level::info, "said", {{"detail", std::move(value)}}}, kTime);
}

/// A pipe whose reader may be slow.
class Pipe {
 public:
  Pipe() { REQUIRE(::pipe2(files_, O_CLOEXEC) == 0); }
  ~Pipe() {
    ::close(files_[0]);
    ::close(files_[1]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  int writer() const { return files_[1]; }

  /// Reads up to the end of `what`, or until nothing comes any more.
  std::string read_until(std::string_view what) {
    std::string all = std::exchange(rest_, {});
    char piece[4096];
    pollfd ready{.fd = files_[0], .events = POLLIN, .revents = 0};
    while (!contains(all, what) && ::poll(&ready, 1, 60'000) == 1) {
      const ssize_t count = ::read(files_[0], piece, sizeof piece);
      if (count <= 0) break;
      all.append(piece, static_cast<std::size_t>(count));
    }
    if (const std::size_t at = all.find(what); at != std::string::npos) {
      rest_ = all.substr(at + what.size());
      all.resize(at + what.size());
    }
    return all;
  }

 private:
  int files_[2];
  std::string rest_;  ///< read already, and not asked for yet
};

Log open_log(const Log::Options& options) {
  auto log = Log::open(options);
  REQUIRE(log);
  return log.value();
}

}  // namespace

TEST_CASE("A log line has its time, level, message and fields") {
  const LogEntry entry{LogEntry::Level::warning,
                       "no job",
                       {{"status", "404"}, {"detail", "not there"}, {"reason", ""}}};
  CHECK(log_line_text(entry, kTime) ==
        "2026-11-24T12:00:00.123Z warning no job status=404 detail=\"not there\"");
  CHECK(log_line_json(entry, kTime) ==
        R"({"time":"2026-11-24T12:00:00.123Z","level":"warning","message":"no job",)"
        R"("status":"404","detail":"not there","reason":""})");
}

TEST_CASE("Nothing in a log line is obeyed by a terminal, as text or as JSON") {
  // C0 and DEL, C1 (CSI, next line), separators, and what turns the direction of text.
  for (const auto& [sent, shown] : {std::pair{"\x1b[2J", "\\u001b[2J"},
                                    {"a\nb", "a\\nb"},
                                    {"\x7f", "\\u007f"},
                                    {"\xc2\x85", "\\u0085"},
                                    {"\xc2\x9b", "\\u009b"},
                                    {"\xe2\x80\xa8", "\\u2028"},
                                    {"\xe2\x80\xa9", "\\u2029"},
                                    {"\xe2\x80\xae", "\\u202e"},
                                    {"\xe2\x81\xa6", "\\u2066"},
                                    {"\xd8\x9c", "\\u061c"}}) {
    INFO(shown);
    CHECK(contains(json(sent), shown));
    CHECK_FALSE(contains(json(sent), sent));
    CHECK(contains(text(sent), shown));
    CHECK_FALSE(contains(text(sent), sent));
    const std::string message = log_line_text({LogEntry::Level::info, sent}, kTime);
    CHECK_FALSE(contains(message, sent));
  }
}

TEST_CASE("Other texts stay readable in a log line, and bytes that are no text are replaced") {
  CHECK(contains(json("\xe5\xbc\xb9\xe6\x80\xa7 \xf0\x9f\x9a\x80 \xc3\xa9"),
                 "\xe5\xbc\xb9\xe6\x80\xa7 \xf0\x9f\x9a\x80 \xc3\xa9"));
  CHECK(contains(text("\xff\xc2"), "\xef\xbf\xbd"));
}

TEST_CASE("A log writes what is at least of its level") {
  Pipe pipe;
  const Log log = open_log({.level = "warning", .file = pipe.writer()});
  log.write({LogEntry::Level::info, "too little"});
  log.write({LogEntry::Level::error, "enough"});
  const std::string written = pipe.read_until("enough\n");
  CHECK(contains(written, " error enough\n"));
  CHECK_FALSE(contains(written, "too little"));
  CHECK(log.flush(kLongest));
  CHECK(log.lost() == 0);
}

TEST_CASE("Unknown words for level and format are mistakes of the operator") {
  for (const auto& log : {Log::open({.level = "loud"}), Log::open({.format = "xml"})}) {
    REQUIRE_FALSE(log);
    CHECK(log.failure().kind() == Failure::Kind::usage);
  }
}

TEST_CASE(
    "Who logs never waits for a reader; lines that are lost are counted, and each is told once") {
  Pipe pipe;
  const Log log = open_log({.file = pipe.writer(), .max_bytes = std::size_t{64} * 1024});
  // More than pipe and queue hold.
  const std::string filler(1000, 'x');
  for (int i = 0; i < 1000; ++i)
    log.write({LogEntry::Level::info, filler});
  const std::uint64_t lost = log.lost();
  CHECK(lost > 0);
  CHECK(lost < 1000);
  CHECK_FALSE(log.flush(std::chrono::milliseconds(1)));

  // A slow writer may find room, tell of losses and lose again: together they are all of them.
  const std::string sentence = " log lines were lost: nobody read them in time";
  std::uint64_t told = 0;
  while (told < lost) {
    const std::string written = pipe.read_until(sentence);
    const std::size_t end = written.find(sentence);
    REQUIRE(end != std::string::npos);
    const std::size_t begin = written.rfind(' ', end - 1) + 1;
    CHECK(written.substr(0, begin).ends_with(" warning "));
    told += std::stoull(written.substr(begin, end - begin));
  }
  CHECK(told == lost);
  log.write({LogEntry::Level::info, "it flows again"});
  CHECK_FALSE(contains(pipe.read_until("it flows again\n"), sentence));
  CHECK(log.lost() == lost);
}

TEST_CASE("A reader that is gone costs lines, and nothing else") {
  int files[2];
  REQUIRE(::pipe2(files, O_CLOEXEC) == 0);
  ::close(files[0]);
  std::signal(SIGPIPE, SIG_IGN);
  const Log log = open_log({.file = files[1]});
  log.write({LogEntry::Level::info, "unheard"});
  CHECK(log.flush(kLongest));
  CHECK(log.lost() == 1);
  ::close(files[1]);
}

}  // namespace log_test
