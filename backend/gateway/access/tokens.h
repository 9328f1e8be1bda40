// The tokens that open this server: whose they are, what each may see, the file they stand in.
//
// Knows: the tokens file, SHA-256. Must not know: HTTP, routes. No token is ever stored or said:
// the file holds its SHA-256, which is enough, as nobody can guess 256 random bits.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/file_watch.h"
#include "base/result.h"
#include "cloud/job_source.h"

namespace jobtree::gateway {

/// Whose a token is and what it may see.
struct Holder {
  std::string name;
  /// As addresses have them: "-" for the key's own project, which is a word of its own here. Who
  /// may ask for it may not, for that, ask for the same project by its id, nor the other way round:
  /// the gateway does not know which one it is. "*" is every project.
  std::vector<std::string> projects;
  std::vector<std::string> services;  ///< empty: all

  bool may_see(const cloud::JobAddress& address) const;
};

/// Fails when a token cannot be made for this one: on a name that is not 1 to 64 letters, digits,
/// "-", "_" and ".", on no project, or one that cannot be.
Result<bool> check(const Holder& holder);

/// The tokens of a file. One a line, and lines that begin with "#" are for people:
///
///     portal sha256:HEX project=0605767cc80010f42f1ec00bc0e6b7a8 project=- service=eip
class TokenList {
 public:
  /// Fails at the first line that is not as above, on a name or a digest that came before, and on
  /// more than 1,000 tokens. The failure names the line and quotes nothing of it.
  static Result<TokenList> parse(std::string_view text);

  std::size_t size() const { return entries_.size(); }

  /// Whose token this is, nullptr when it is nobody's. Takes as long for the one as for the other.
  const Holder* find(std::string_view token) const;

 private:
  using Digest = std::array<unsigned char, 32>;
  struct Entry {
    Digest digest;
    Holder holder;
  };

  static Digest digest_of(std::string_view token);
  static Result<Entry> parse_line(std::string_view line);
  friend std::string line_of(const Holder& holder, std::string_view token);

  std::vector<Entry> entries_;
};

/// The line of the file for this token.
std::string line_of(const Holder& holder, std::string_view token);

/// A fresh token: "jt." and 256 random bits in base64url. The dot keeps it from ever passing for a
/// job id, which logs may show. Fails when the machine has no randomness to give.
Result<std::string> new_token();

/// Puts a line at the end of the file, which is made, for its owner alone to read, when it is not
/// there. Fails, and leaves the file as it was, when it cannot be written or would, with the line,
/// not be a whole tokens file.
Result<bool> append_token(const std::string& file, const std::string& line);

/// The file, read again when it changes. Thread-safe.
class Tokens {
 public:
  /// Fails when the file cannot be read, when anyone on the machine may write it, and when it holds
  /// no token.
  static Result<std::shared_ptr<Tokens>> open(const std::string& file, const Clock& clock);

  struct Found {
    std::shared_ptr<const Holder> holder;  ///< null: nobody's token
    std::string notice;  ///< for the operator, once: what changed, or why a change was not taken
  };
  /// Looks at the file first when it is time to. A file that is broken or gone changes nothing;
  /// one without any token left shuts the door.
  Found find(std::string_view token);

 private:
  Tokens(std::string file, FileWatch watch, TokenList list);
  std::string look();

  const std::string file_;
  std::mutex mutex_;
  FileWatch watch_;
  std::shared_ptr<const TokenList> list_;
};

}  // namespace jobtree::gateway
