// What people are told of a job, as values.
//
// Knows: what happened to which job. Must not know: who is told, by which channel, in which words.
// All texts came from outside: each is one line, cut and UTF-8 (plain_text.h), but none is fit for
// any markup.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bilingual.h"
#include "cloud/job_source.h"
#include "store/records.h"

namespace jobtree::notify {

using store::Status;
using store::Time;

/// Why something is told.
enum class Kind : std::uint8_t {
  begun,          ///< the job runs
  settled,        ///< it has ended, or nobody can say any more how it ended
  first_failure,  ///< a part failed, and the job goes on
  stuck,          ///< it has run far longer than others of its type
  group_new,      ///< a failure that never was before
  group_back,     ///< one that had been silent for long
  test            ///< somebody tries the channel
};
inline constexpr std::size_t kKinds = 7;
/// "first_failure": in rules and in JSON.
std::string_view name_of(Kind kind);
std::optional<Kind> kind_named(std::string_view name);

inline constexpr std::size_t kMostCauses = 10;
inline constexpr std::size_t kLongestNoticeName = 256;   ///< bytes: of types, labels, aliases
inline constexpr std::size_t kLongestNoticeCode = 64;    ///< of an error
inline constexpr std::size_t kLongestNoticeText = 1024;  ///< the same
inline constexpr std::size_t kLongestLink = 2048;

/// Failures for one reason.
struct Cause {
  std::string code{};  ///< "VPC.0501", "" for none
  std::string text{};
  std::string group{};  ///< its name, as in links (store::FailureGroup)
  std::uint32_t count = 0;
};

struct Notice {
  std::string id{};  ///< see event_id(): receivers know a second copy by it
  Kind kind = Kind::test;
  cloud::JobAddress address{};
  std::string project_alias{};  ///< as people call it; "" where it has none
  std::string type{};           ///< as sent
  Bilingual type_name{};        ///< in words; empty where the type has none
  std::string label{};          ///< as a person or a pipeline calls the job
  Status status = Status::unknown;
  store::Counts counts{};
  std::string error_code{}, error_text{};  ///< of the first failure
  std::vector<Cause> causes{};             ///< the largest first, at most kMostCauses
  std::optional<Time> begun_at{}, ended_at{};
  Time observed_at{};
  bool is_late = false;    ///< it happened while nobody looked, and was learned afterwards
  bool is_repeat = false;  ///< an earlier attempt may have arrived
  std::string link{};      ///< "" without --public-url
};

/// What an archive and those who watch it know when something is to be told.
struct Occasion {
  Kind kind = Kind::settled;
  Time observed_at{};
  bool is_late = false;
  std::string_view project_alias{};
  std::string_view public_url{};
  /// Which time it is, of what can happen more than once; "": the job's begin, of a cause of
  /// failure the first time.
  std::string_view run{};
  /// Of group_new and group_back: the failure.
  std::optional<Cause> cause{};
};
Notice notice_of(const store::JobRecord& record, const Occasion& occasion);
/// What `notify test` sends: it names no job.
Notice test_notice(Time now, std::string_view public_url);

/// The first 16 bytes of the SHA-256 of "subject|kind|status|run", as hex: the same on every
/// replica and at every attempt. `subject`: a job's key, or the service and name of a failure.
std::string event_id(std::string_view subject, Kind kind, Status status, std::string_view run);

/// Several notices of one channel in one message.
struct Digest {
  /// Notices of one kind, status and error.
  struct Row {
    Kind kind = Kind::settled;
    Status status = Status::unknown;
    std::string code{}, text{};  ///< of the error
    Bilingual example{};         ///< what the first of these jobs is called
    std::uint32_t count = 0;
  };

  std::string id{};         ///< made of those of the notices
  std::vector<Row> rows{};  ///< the largest first, at most kMostRows
  std::uint32_t count = 0;  ///< of all notices, also of those in no row
  Time first_at{}, last_at{};
  bool is_while_away = false;  ///< they are old: nothing could be sent
  bool is_repeat = false;
  std::string link{};  ///< to the list
};
inline constexpr std::size_t kMostRows = 10;

Digest digest_of(std::span<const Notice> notices, bool is_while_away, std::string_view public_url);

/// What a channel is given to send.
using Content = std::variant<Notice, Digest>;

/// What people call the job: its label, else its type in words or as sent, else its id.
Bilingual title_of(const Notice& notice);

/// Where the page shows the job, or the list; "" without a public URL.
std::string job_link(std::string_view public_url, const cloud::JobAddress& address);
std::string list_link(std::string_view public_url);

}  // namespace jobtree::notify
