// The face of the gateway wing: HTTP for browsers.
//
// Knows: browsers, routes, headers, what a page may know. Must not know: keys, signatures, where
// the cloud is. Every query goes through a cloud::JobSource.
#pragma once

#include <cstdint>
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
#include "gateway/addresses.h"
#include "gateway/channels/channels.h"
#include "gateway/jobs/cache/job_limits.h"
#include "gateway/jobs/job_handler.h"
#include "gateway/site/demo.h"
#include "gateway/site/discovery.h"
#include "store/archive.h"
#include "store/shared.h"

namespace jobtree::gateway {

class Tokens;  // access/tokens.h

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
  std::vector<SdkAddress> sdk_addresses;
  std::optional<MetricsAddress> metrics;  ///< none: /metrics is on the main port
  /// "https://jobs.example.com", which links that go elsewhere begin with; "": without a host.
  std::string public_url;
  std::string web_root;  ///< "": the page built into the program
  JobLimits limits{};
  /// What a body says of its job; see JobHandler.
  std::function<Judgement(const cloud::JobAddress& address, std::string_view body)> judge;
  /// What was seen, and when; it must outlive the gateway. Null: nothing is remembered.
  store::Archive* archive = nullptr;
  /// What replicas do together; it must outlive the gateway. Null: there are no others.
  store::Shared* shared = nullptr;
  std::optional<Demo> demo;
  Discovery discovery{};
  Channels channels{};
  std::function<void(const LogEntry&)> log;  ///< thread-safe; may be empty
  /// Lines below it are not made: nobody would see them, and every request has two.
  LogEntry::Level least_log_level = LogEntry::Level::debug;
  std::function<std::uint64_t()> log_lost;  ///< lines that found no room, so far; may be empty
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
  /// The same of each SDK address, in their order.
  virtual std::vector<std::string> sdk_urls() const = 0;
  /// Has a job looked at until it has ended, though nobody views it.
  virtual void follow(const cloud::JobAddress& address) = 0;
  /// Blocks until nothing is served any more: after stop() and the last answer, or when listening
  /// broke.
  virtual void wait() = 0;
  /// Takes no new connection from now on; returns at once. From any thread.
  virtual void stop() = 0;
};

}  // namespace jobtree::gateway
