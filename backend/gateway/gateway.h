// The face of the gateway wing: HTTP for browsers.
//
// Knows: browsers, routes, headers, what a page may know. Must not know: keys, signatures, where
// the cloud is. Every cloud question goes through a cloud::JobSource.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log_entry.h"
#include "base/result.h"
#include "cloud/job_source.h"
#include "cloud/where/catalogue.h"

namespace jobtree::gateway {

class Tokens;  // tokens.h

/// A job the demo offers.
struct DemoJob {
  std::string region, service, project_id, job_id;
  std::string title_en, title_zh;
};

/// What a demo adds to the page. Plain functions, so that the gateway need not know the simulator.
struct Demo {
  std::function<std::vector<DemoJob>()> jobs;
  /// Starts a batch of `count` elastic IPs of which `failing` fail.
  std::function<Result<DemoJob>(int count, int failing)> start_batch;
};

/// Where the metrics are when they have a port of their own. It may be any address: they tell
/// counts, and nothing of a job.
struct MetricsAddress {
  std::string host;
  int port = 0;  ///< 0: any free one
};

struct Options {
  std::string host = "127.0.0.1";  ///< without tokens loopback only; anything else is refused
  int port = 8080;                 ///< 0: any free one
  std::string version;             ///< for /api/config
  std::shared_ptr<const cloud::Catalogue> catalogue;  ///< what may be asked; never null
  std::string default_region = "cn-north-4";
  std::string default_project = "-";
  std::vector<std::string> allow_hosts;      ///< further names the page may be reached by,
                                             ///< "jobs.example.com[:port]"
  std::vector<std::string> allow_origins;    ///< of other pages that may ask: "https://example.com"
  std::vector<std::string> trusted_proxies;  ///< addresses whose X-Forwarded-For counts
  /// Who may ask; null: whoever reaches the port.
  std::shared_ptr<Tokens> tokens;
  std::optional<MetricsAddress> metrics;  ///< none: /metrics is on the main port
  std::string web_root;                   ///< "": the page built into the program
  int max_open_questions = 64;            ///< to the cloud at one time
  /// Viewers who wait for an answer, and viewers who have one and wait for another ("Prefer:
  /// wait"). Each holds a thread of the server; others are told to come back, or that there is no
  /// change.
  int max_waiting = 128;
  int max_parked = 1000;
  std::size_t max_jobs = 10'000;  ///< remembered
  std::size_t max_job_bytes = std::size_t{512} << 20;
  /// Whether a job's answer is final, so that the cloud need not be asked again; see JobCache.
  std::function<bool(std::string_view body)> is_settled;
  std::optional<Demo> demo;
  std::function<void(const LogEntry&)> log;  ///< thread-safe; may be empty
};

class Gateway {
 public:
  /// Binds and serves on threads of its own; stops when destroyed. `source` must outlive it.
  static Result<std::unique_ptr<Gateway>> start(const Options& options, cloud::JobSource& source);
  virtual ~Gateway() = default;
  /// "http://127.0.0.1:8080", with the port that was really taken.
  virtual std::string url() const = 0;
  /// The same of the metrics' own port; "" when they have none.
  virtual std::string metrics_url() const = 0;
  /// Blocks until nothing is served any more: after stop() and the last answer, or when listening
  /// broke.
  virtual void wait() = 0;
  /// Takes no new connection from now on; returns at once. From any thread.
  virtual void stop() = 0;
};

}  // namespace jobtree::gateway
