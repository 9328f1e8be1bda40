// What several replicas with one key have to agree on, as plain values: whoever joins the program
// puts a database behind it.
//
// A call that blocks does so for kLongestWait at most, and gives nothing when the others cannot be
// heard: then each replica goes by what it knows alone. Where there is but one replica there is no
// such thing, and nothing is asked.
//
// Knows: keys by a name that is no secret, rates, times. Must not know: databases, queries, jobs.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace jobtree::cloud {

/// What the cloud made of a query's signature.
enum class Verdict {
  accepted,  ///< any status but 401: the key is good
  refused,   ///< 401
  unknown    ///< no response
};

/// A key as replicas call it: digests, which open nothing.
struct SharedKeyName {
  std::string access;  ///< of the access key, by which the cloud counts refusals
  std::string pair;    ///< of it and its secret, which alone can be proven
};

/// What is known of a key.
struct KeyStanding {
  bool is_proven = false;  ///< the last verdict on this very pair was "accepted"
  int refusals = 0;        ///< in a row
  std::chrono::seconds shut_for{0};
};

/// Whether a query may be sent with a key.
struct KeyTurn {
  enum class Kind {
    given,  ///< with `pass`, to be settled
    wait,   ///< others find out whether the key is good
    shut    ///< for `standing.shut_for`
  };
  Kind kind = Kind::wait;
  std::int64_t pass = 0;  ///< 0: of a proven key, which needs none
  KeyStanding standing{};
};

/// How fast, and how much at once after a rest.
struct Pace {
  double per_second = 1;
  double burst = 1;
};

/// What was taken of a rate that all share.
struct SharedTurns {
  int count = 0;                      ///< 0: none
  std::chrono::milliseconds wait{0};  ///< until they may be used; with none: until there may be one
  double left = 0;                    ///< to all; below zero by those that wait
};

/// A service that said it was too much.
struct SharedThrottle {
  std::string service;
  Pace pace{};
  int times_in_a_row = 0;
  bool limit_is_told = false;
  std::chrono::milliseconds pause{0};  ///< what is left of it
  std::chrono::seconds since{0};       ///< it was said last
};

/// Thread-safe.
class SharedLimits {
 public:
  static constexpr std::chrono::milliseconds kLongestWait{1000};

  virtual ~SharedLimits() = default;

  // Never block. What others did is known within a second or two.

  /// Whether the others can be heard.
  virtual bool is_in_touch() const = 0;
  /// How many replicas there were when they were heard last, this one too; 0: never heard.
  virtual int replicas() const = 0;
  /// As it was heard last, and with what this replica has settled since; nothing: never heard.
  virtual std::optional<KeyStanding> standing(const SharedKeyName& key) const = 0;
  /// `pass`: of the turn. Is told to the others, later when they cannot be heard now.
  virtual void settle(const SharedKeyName& key, std::int64_t pass, Verdict verdict) = 0;
  /// Services that were throttled within the last hour.
  virtual std::vector<SharedThrottle> throttles() const = 0;
  /// A service has throttled a query, or taken one after it had.
  virtual void throttled(const SharedThrottle& throttle) = 0;
  virtual void eased(const SharedThrottle& throttle) = 0;
  /// Which project, or account, is a key's own.
  virtual void found_owner(const std::string& name, const std::string& id) = 0;

  // Block.

  /// Asks to send one query with an unproven key: three refusals in all shut it.
  virtual std::optional<KeyTurn> enter(const SharedKeyName& key) = 0;
  /// Takes `most` at once, or else one that may be used within `most_wait`.
  virtual std::optional<SharedTurns> take(const std::string& name, Pace pace, int most,
                                          std::chrono::milliseconds most_wait) = 0;
  /// The id that some replica found, or "".
  virtual std::optional<std::string> owner(const std::string& name) = 0;
};

}  // namespace jobtree::cloud
