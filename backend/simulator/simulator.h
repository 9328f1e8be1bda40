// A pretend Huawei Cloud on a loopback port: the demo, and the proving ground of the tests.
//
// Knows: the cloud's wire format and its signature rule, both written here a second time and on
// purpose (signature_check.h), so that a mistake in cloud/signer cannot hide. Must not know:
// anything of gateway/, nor of cloud/ beyond result.h.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cloud/result.h"

namespace jobtree::simulator {

/// The one key pair the simulator accepts. Fixed and public: it opens nothing but a simulator.
struct Key {
  std::string access;
  std::string secret;
};
Key demo_key();

/// The project of that key, 32 hex digits.
std::string demo_project();

/// A job a visitor can open, with words for a list.
struct KnownJob {
  std::string service;  ///< "eip"
  std::string region;   ///< "cn-north-4"
  std::string job_id;
  std::string title_en;
  std::string title_zh;
};

struct Options {
  std::string host = "127.0.0.1";  ///< loopback only; anything else is refused
  int port = 0;                    ///< 0: any free one
  std::uint64_t seed = 1;          ///< same seed, same course of every job
  double speed = 1.0;              ///< 10 makes a 30 s batch run in 3 s
};

/// What in `options` no simulator takes, or "".
std::string check_options(const Options& options);

/// A batch as a visitor orders it.
struct BatchOrder {
  int count = 20;   ///< elastic IPs, 1 to 10000
  int failing = 0;  ///< how many of them fail, 0 to count
};

class Simulator {
 public:
  /// Starts serving on threads of its own; stops when destroyed.
  static Result<std::unique_ptr<Simulator>> start(const Options& options);
  virtual ~Simulator() = default;

  /// "http://127.0.0.1:PORT"
  virtual std::string url() const = 0;
  virtual std::vector<KnownJob> known_jobs() const = 0;
  /// Starts a batch now; the failure says what in the order is out of range.
  virtual Result<KnownJob> start_batch(const BatchOrder& order) = 0;
};

}  // namespace jobtree::simulator
