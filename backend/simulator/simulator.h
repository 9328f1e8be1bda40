// A pretend Huawei Cloud on a loopback port: the demo, and the proving ground of the tests.
//
// Knows: the cloud's APIs and its signature rule, both written here a second time and on purpose
// (cloud/job_routes.h, cloud/signature_check.h), so that a mistake in the wing cloud/ cannot hide;
// and, by the same rule, what the vendors of chat channels check (vendors/).
// Must not know: the wings gateway/ and cloud/, or who sends messages.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "simulator/script/account.h"
#include "simulator/script/scenario.h"
#include "simulator/script/scripted_job.h"

namespace jobtree::simulator {

/// The key pair of demo_account(), the one a simulator accepts that is not told otherwise.
Key demo_key();

/// The project of that key, 32 hex digits.
std::string demo_project();

/// A robot, and the path of its URL.
struct KnownRobot {
  Robot robot;
  std::string path;
};

struct Options {
  std::string host = "127.0.0.1";  ///< loopback only; anything else is refused
  int port = 0;                    ///< 0: any free one
  std::uint64_t seed = 1;          ///< same seed, same course of every job
  double speed = 1.0;              ///< 10 makes a 30 s batch run in 3 s; divides every duration
  Scenario scenario = {};          ///< its seed and speed do not count here
  std::string admin_host = {};     ///< loopback likewise; "": no admin address
  int admin_port = 0;
};

/// What in `options` no simulator takes, or nothing.
Bilingual check_options(const Options& options);

class Simulator {
 public:
  /// Starts serving on threads of its own; stops when destroyed.
  static Result<std::unique_ptr<Simulator>> start(const Options& options);
  virtual ~Simulator() = default;

  /// "http://127.0.0.1:PORT", with TLS "https://…"
  virtual std::string url() const = 0;
  /// The same of the admin address; "" when there is none.
  virtual std::string admin_url() const = 0;
  /// The authority to trust, as PEM; "" without TLS.
  virtual std::string authority_pem() const = 0;
  virtual std::vector<KnownJob> known_jobs() const = 0;
  /// Those that somebody has removed are not among them.
  virtual std::vector<KnownRobot> known_robots() const = 0;
  /// Starts a batch now; the failure says what in the order is out of range.
  virtual Result<KnownJob> start_batch(const BatchOrder& order) = 0;
};

}  // namespace jobtree::simulator
