#include "simulator/simulator.h"

#include <chrono>
#include <optional>
#include <utility>

#include "base/utc.h"
#include "net/http_server.h"
#include "simulator/cloud/cloud_api.h"
#include "simulator/cloud/job_routes.h"
#include "simulator/cloud/request_ids.h"
#include "simulator/vendors/vendor_api.h"
#include "simulator/vendors/vendor_routes.h"
#include "simulator/wire/admin.h"
#include "simulator/wire/certificates.h"
#include "simulator/wire/delivery.h"
#include "simulator/wire/exchange.h"
#include "simulator/wire/fault_injector.h"
#include "simulator/wire/fault_response.h"
#include "simulator/wire/journal.h"
#include "simulator/wire/loopback.h"
#include "simulator/wire/message_journal.h"

namespace jobtree::simulator {
namespace {

constexpr int kMaxPort = 65535;
/// A document of 100,000 sub-jobs takes a worker a tenth of a second; others go on meanwhile.
constexpr std::size_t kWorkers = 2;
constexpr std::size_t kMaxAdminBody = std::size_t{1} << 20;

/// All that the server can read: which of them there is an API for is the API's to say.
std::vector<std::string_view> all_methods() {
  return {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"};
}

std::string url_of(const std::string& scheme, const std::string& host, int port) {
  const std::string name = numeric_host(host);
  const bool is_v6 = name.find(':') != std::string::npos;
  return scheme + "://" + (is_v6 ? '[' + name + ']' : name) + ':' + std::to_string(port);
}

class HttpSimulator final : public Simulator {
 public:
  explicit HttpSimulator(const Options& options)
      : account_(options.scenario.accounts.front()),
        clock_offset_(options.scenario.clock_offset),
        api_(options.scenario, options.seed, options.speed, now()),
        vendors_(options.scenario.robots, options.speed),
        faults_(options.seed, options.speed),
        request_ids_(options.seed) {
    faults_.replace(options.scenario.faults);
  }

  /// Takes its addresses and starts to serve.
  std::optional<Failure> open(const Options& options) {
    if (options.scenario.tls != Tls::none) {
      auto made = make_certificates(options.scenario.tls);
      if (!made) return made.failure();
      certificates_ = std::move(made.value());
    }
    auto server = net::HttpServer::bind({.host = numeric_host(options.host),
                                         .port = options.port,
                                         .workers = kWorkers,
                                         .methods = all_methods(),
                                         .tls = certificates_.context.get()});
    if (!server) return server.failure();
    server_ = std::move(server.value());
    url_ = url_of(certificates_.context ? "https" : "http", options.host, server_->port());

    if (!options.admin_host.empty()) {
      auto admin_server = net::HttpServer::bind({.host = numeric_host(options.admin_host),
                                                 .port = options.admin_port,
                                                 .workers = 1,
                                                 .methods = all_methods(),
                                                 .max_body = kMaxAdminBody});
      if (!admin_server) return admin_server.failure();
      admin_server_ = std::move(admin_server.value());
      admin_url_ = url_of("http", options.admin_host, admin_server_->port());
      admin_.emplace(journal_, messages_, faults_, certificates_.authority_pem);
      admin_server_->serve([this](net::Exchange& exchange) { serve_admin(exchange); },
                           [](const net::RequestError& error, httplib::Response& response) {
                             fill(response, marked(Admin::refusal(error.status, error.why)));
                           });
    }
    server_->serve([this](net::Exchange& exchange) { serve(exchange); },
                   [this](const net::RequestError& error, httplib::Response& response) {
                     fill(response, refusal(error.status, error.why));
                   });
    return std::nullopt;
  }

  std::string url() const override { return url_; }
  std::string admin_url() const override { return admin_url_; }
  std::string authority_pem() const override { return certificates_.authority_pem; }
  std::vector<KnownJob> known_jobs() const override {
    std::vector<KnownJob> jobs = api_.book().known_jobs();
    for (KnownJob& job : jobs) {
      job.path = path_of_job(job);
    }
    return jobs;
  }
  std::vector<KnownRobot> known_robots() const override {
    std::vector<KnownRobot> known;
    for (const Robot& robot : vendors_.robots()) {
      if (!robot.is_gone) known.push_back({robot, path_of(robot)});
    }
    return known;
  }
  Result<KnownJob> start_batch(const BatchOrder& order) override {
    auto job = api_.book().start_batch(order, now());
    if (job) job.value().path = path_of_job(job.value());
    return job;
  }

 private:
  WallTime now() const {
    return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now()) + clock_offset_;
  }

  std::string path_of_job(const KnownJob& job) const {
    for (const JobRoute& route : job_routes()) {
      if (route.service != job.service) continue;
      return path_of(route, account_.project_id, account_.domain_id, job.job_id);
    }
    return {};
  }

  static Response marked(Response response) {
    response.headers.emplace_back("X-Simulated", "true");
    return response;
  }

  Response finished(Response response, const std::string& request_id, WallTime time) const {
    response = marked(std::move(response));
    response.headers.emplace_back("X-Request-Id", request_id);
    response.headers.emplace_back("Date", http_date(time));
    return response;
  }

  /// Only what would have been a list: who is refused is refused without a tracker too.
  std::optional<Response> without_tracker(const Request& request, const CallResult& result) const {
    const auto match = find_traces(request);
    if (!match || result.response.status != 200) return std::nullopt;
    return untracked(*match, Tracker::disabled, account_);
  }

  /// A vendor's response, as that of a service.
  static CallResult result_of(const VendorResult& message) {
    return {.response = message.receipt.response,
            .service = std::string(vendor_name(message.vendor))};
  }

  /// Puts in the place of a response what a fault responds, if it does.
  void replace_response(const Fault& fault, const Call& call, CallResult& result,
                        std::optional<VendorResult>& message) const {
    std::optional<Response> other;
    std::string code;
    if (fault.kind == FaultKind::tracker_disabled) {
      other = without_tracker(call.request, result);
    } else if (fault.kind == FaultKind::busy && message) {
      Receipt refusal = busy(message->vendor);
      code = std::move(refusal.code);
      other = std::move(refusal.response);
    } else {
      other = fault_response(fault, call.request_id);
    }
    if (!other) return;
    result.response = std::move(*other);
    if (!message) return;
    message->receipt.is_accepted = false;
    message->receipt.code = std::move(code);
  }

  void note(const VendorResult& message, const Request& request, int status,
            const std::string& faults, WallTime time) {
    messages_.add({.at = time,
                   .vendor = std::string(vendor_name(message.vendor)),
                   .robot = message.robot,
                   .status = status,
                   .code = message.receipt.code,
                   .is_shown = message.receipt.is_accepted,
                   .faults = faults,
                   .text = message.receipt.shown.text(),
                   .links = message.receipt.shown.links(),
                   .mentions = message.receipt.shown.mentions(),
                   .headers = request.headers});
  }

  void serve(net::Exchange& exchange) {
    if (!exchange.has_body()) return exchange.await_body();
    const Request request = request_of(exchange);
    const std::string request_id = request_ids_.next();
    const WallTime time = now();
    const Call call{request, request_id, time, std::chrono::steady_clock::now()};
    std::optional<VendorResult> message = vendors_.handle(call);
    CallResult result = message ? result_of(*message) : api_.handle(call);
    const InjectedFaults faults = faults_.draw({request.target, result.job_id, result.service});
    if (faults.breaks) replace_response(*faults.breaks, call, result, message);
    if (message) note(*message, request, result.response.status, faults.names, time);
    journal_.add({.at = time,
                  .method = std::string(request.method),
                  .target = message ? message->target : std::string(request.target),
                  .job_id = std::move(result.job_id),
                  .key = std::move(result.access),
                  .status = result.response.status,
                  .faults = faults.names,
                  .headers = request.headers});
    WireResponse wire =
        wire_response(finished(std::move(result.response), request_id, time), faults);
    exchange.send(std::move(wire.prepared), wire.delivery);
  }

  void serve_admin(net::Exchange& exchange) {
    if (!exchange.has_body()) return exchange.await_body();
    fill(exchange.response, marked(admin_->handle(request_of(exchange))));
  }

  /// What the API gateway says of a request that it does not understand.
  Response refusal(int status, std::string_view why) {
    const std::string request_id = request_ids_.next();
    Response response;
    if (status == 405) {
      response = no_such_api(request_id);
    } else if (status >= 500) {
      response =
          gateway_error(status, "APIGW.0602", "Internal error: " + std::string(why), request_id);
    } else {
      response =
          gateway_error(status, "APIGW.0201", "Bad request: " + std::string(why), request_id);
    }
    return finished(std::move(response), request_id, now());
  }

  const Account account_;
  const std::chrono::seconds clock_offset_;
  CloudApi api_;
  VendorApi vendors_;
  FaultInjector faults_;
  Journal journal_;
  MessageJournal messages_;
  RequestIds request_ids_;
  Certificates certificates_;
  std::optional<Admin> admin_;
  std::string url_;
  std::string admin_url_;
  // The servers go first: their threads use all the rest.
  std::unique_ptr<net::HttpServer> admin_server_;
  std::unique_ptr<net::HttpServer> server_;
};

Bilingual check_address(const std::string& host, int port) {
  if (!is_loopback_host(host)) {
    return bilingual({"the simulator listens only on loopback addresses, not on {0}",
                      "模拟云仅监听回环地址，不能监听 {0}"},
                     host);
  }
  if (port < 0 || port > kMaxPort) {
    return bilingual({"the port must be 0 to 65535, not {0}", "端口应为 0 到 65535，不能为 {0}"},
                     std::to_string(port));
  }
  return {};
}

}  // namespace

Key demo_key() {
  return demo_account().key;
}

std::string demo_project() {
  return demo_account().project_id;
}

Bilingual check_options(const Options& options) {
  if (Bilingual wrong = check_address(options.host, options.port); !wrong.empty()) return wrong;
  if (!options.admin_host.empty()) {
    Bilingual wrong = check_address(options.admin_host, options.admin_port);
    if (!wrong.empty()) return wrong;
  }
  // Written so that a NaN is refused too.
  if (!(options.speed >= kMinSpeed && options.speed <= kMaxSpeed)) {
    return {"the speed must be 0.01 to 1000", "速度倍数应为 0.01 到 1000"};
  }
  if (options.scenario.accounts.empty()) {
    return {"the simulator needs at least one key", "模拟云至少需要一个密钥"};
  }
  for (const Account& account : options.scenario.accounts) {
    if (account.key.access.starts_with(kKeyMark)) continue;
    return {"a key that does not begin with SIMULATED may be a real one and is not accepted",
            "未以 SIMULATED 开头的密钥可能是真实密钥，不予接受"};
  }
  return {};
}

Result<std::unique_ptr<Simulator>> Simulator::start(const Options& options) {
  if (Bilingual wrong = check_options(options); !wrong.empty()) {
    return Failure::usage(std::move(wrong));
  }
  auto simulator = std::make_unique<HttpSimulator>(options);
  if (auto failure = simulator->open(options)) return std::move(*failure);
  return std::unique_ptr<Simulator>(std::move(simulator));
}

}  // namespace jobtree::simulator
