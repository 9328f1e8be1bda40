// The face of the gateway wing: HTTP for browsers.
//
// Knows: browsers, routes, headers, what a page may know. Must not know: keys, signatures, where
// the cloud is. Every cloud question goes through a cloud::JobSource.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cloud/catalogue.h"
#include "cloud/cloud.h"
#include "cloud/result.h"

namespace jobtree::gateway {

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

/// One line for the operator, who may see more than a browser; never a key or a signature.
struct LogEntry {
  enum class Level { debug, info, warning, error };
  Level level = Level::info;
  std::string message;
  std::vector<std::pair<std::string_view, std::string>> fields{};
};

struct Options {
  std::string host = "127.0.0.1";                     ///< loopback only; anything else is refused
  int port = 8080;                                    ///< 0: any free one
  std::string version;                                ///< for /api/config
  std::shared_ptr<const cloud::Catalogue> catalogue;  ///< what may be asked; never null
  std::string default_region = "cn-north-4";
  std::string default_project = "-";
  std::vector<std::string> allow_hosts;  ///< further names the page may be reached by,
                                         ///< "jobs.example.com[:port]"
  std::string web_root;                  ///< "": the page built into the program
  int max_open_questions = 64;           ///< to the cloud at one time; more are told to come back
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
  /// Blocks until nothing is served any more: after stop() and the last answer, or when listening
  /// broke.
  virtual void wait() = 0;
  /// Takes no new connection from now on; returns at once. From any thread.
  virtual void stop() = 0;
};

}  // namespace jobtree::gateway
