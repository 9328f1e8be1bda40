// Tokens as values: whose they are, what each may see and until when, the text of their file.
//
// Knows: the lines of a tokens file, SHA-256. Must not know: files, HTTP, routes. No token is ever
// stored or said: a line holds its SHA-256, which is enough, as nobody can guess 256 random bits.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cloud/job_source.h"

namespace jobtree::gateway {

using TokenDigest = std::array<unsigned char, 32>;  ///< SHA-256

/// What a share link shows, and nothing else: the job, or where there is none the board.
struct SharedView {
  std::int64_t share = 0;  ///< its number
  std::optional<cloud::JobAddress> job{};
  std::string board{};  ///< the query
};

/// Whose a token is, what it may see, and until when.
struct Holder {
  std::string name;
  /// As addresses have them: "-" for the key's own project, which is a word of its own here. Who
  /// may ask for it may not, for that, ask for the same project by its id, nor the other way round:
  /// the gateway does not know which one it is. "*" is every project.
  std::vector<std::string> projects;
  std::vector<std::string> services;  ///< empty: all
  /// The last day, in UTC, on which the token opens anything; nothing: it has no end.
  std::optional<std::chrono::sys_days> last_day{};
  bool can_follow = false;      ///< have jobs followed though nobody looks, which is remembered
  bool can_see_people = false;  ///< who started jobs, by name
  bool can_share = false;       ///< make links that show others what it may see
  TokenDigest digest{};         ///< of the token itself, once it stands in a list
  /// The token is of a share link, which stands in no file.
  std::shared_ptr<const SharedView> shared{};

  bool may_see(const cloud::JobAddress& address) const;
  bool has_ended(std::chrono::system_clock::time_point now) const;
};

/// Fails when a token cannot be made for this one: on a name that is not 1 to 64 letters, digits,
/// "-", "_" and ".", on no project, or one that cannot be.
Result<bool> check(const Holder& holder);

/// A day as a tokens file has it, "2027-01-31". Fails on anything else, and on days that no
/// calendar has.
Result<std::chrono::sys_days> parse_day(std::string_view text);
std::string day_text(std::chrono::sys_days day);

/// The tokens of a file. One a line, and lines that begin with "#" are for people:
///
///     portal sha256:HEX project=0605767cc80010f42f1ec00bc0e6b7a8 service=eip expires=2027-01-31
///
/// After the digest there can also stand the words "follow", for can_follow, "people", for
/// can_see_people, and "share", for can_share.
class TokenList {
 public:
  /// Fails at the first line that is not as above, on a name or a digest that came before, and on
  /// more than 1,000 tokens. The failure names the line and quotes nothing of it.
  static Result<TokenList> parse(std::string_view text);

  std::size_t size() const { return holders_.size(); }

  /// Whose token this is, nullptr when it is nobody's. Takes as long for the one as for the other.
  const Holder* find(std::string_view token) const;
  const Holder* find(const TokenDigest& digest) const;
  /// Whose name this is.
  const Holder* named(std::string_view name) const;

 private:
  std::vector<Holder> holders_;
};

/// The line of the file for this token.
std::string line_of(const Holder& holder, std::string_view token);

/// A fresh token: "jt." and 256 random bits in base64url. The dot keeps it from ever passing for a
/// job id, which logs may show. Fails when the machine has no randomness to give.
Result<std::string> new_token();

}  // namespace jobtree::gateway
