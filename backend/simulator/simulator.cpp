#include "simulator/simulator.h"

#include <arpa/inet.h>
#include <httplib.h>
#include <openssl/rand.h>
#include <sys/socket.h>

#include <array>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "simulator/job_book.h"
#include "simulator/key_lock.h"
#include "simulator/signature_check.h"

namespace jobtree::simulator {
namespace {

using nlohmann::ordered_json;

constexpr int kMaxPort = 65535;
constexpr double kSlowest = 0.01;
constexpr double kFastest = 1000;
constexpr std::size_t kMaxBody = std::size_t{64} * 1024;
constexpr std::size_t kMaxTarget = 1024;
constexpr std::size_t kMaxHeaders = 64;
constexpr std::size_t kThreads = 32;  // one holds one connection
constexpr int kBacklog = 1024;
constexpr time_t kIoSeconds = 5;
constexpr time_t kIdleSeconds = 2;  // also how long stopping may wait for an idle connection

// As the real gateway labels it. The parameter also keeps the library from compressing megabytes
// of JSON at its slowest setting: it does so for the bare "application/json" alone.
constexpr const char* kJson = "application/json;charset=UTF-8";

bool is_loopback(const std::string& host) {
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6{};
  return inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

/// A name may be led elsewhere by a hosts file; the address it should stand for cannot.
std::string numeric(const std::string& host) {
  return host == "localhost" ? "127.0.0.1" : host;
}

std::string new_request_id() {
  std::array<unsigned char, 16> bytes{};
  RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id;
  for (const unsigned char byte : bytes) {
    id += kDigits[byte >> 4];
    id += kDigits[byte & 15];
  }
  return id;
}

/// Every answer has one, also those the library makes.
std::string request_id(httplib::Response& response) {
  constexpr const char* kName = "X-Request-Id";
  if (!response.has_header(kName)) response.set_header(kName, new_request_id());
  return response.get_header_value(kName);
}

void answer(httplib::Response& response, int status, const ordered_json& body) {
  request_id(response);
  response.status = status;
  // The echo of a request may hold any bytes.
  response.set_content(body.dump(-1, ' ', false, ordered_json::error_handler_t::replace), kJson);
}

/// An error of the API gateway, which stands in front of every service.
void gateway_error(httplib::Response& response, int status, std::string_view code,
                   std::string_view text) {
  answer(response, status,
         {{"error_msg", text}, {"error_code", code}, {"request_id", request_id(response)}});
}

/// An error of the service behind it.
void service_error(httplib::Response& response, int status, std::string_view code,
                   std::string_view text) {
  answer(response, status, {{"code", code}, {"message", text}});
}

/// What keeps a request from being read at all, or "". Most are shapes this library would read
/// otherwise than the sender meant them.
std::string_view objection_to(const httplib::Request& request) {
  if (request.target.size() > kMaxTarget) return "the request target is too long";
  if (request.headers.size() > kMaxHeaders) return "there are too many headers";
  if (request.has_header("Content-Encoding")) return "a compressed body is not supported";
  if (request.has_header("Range")) return "a range is not supported";
  const bool takes_body = request.method == "POST";
  const bool has_body =
      request.has_header("Transfer-Encoding") ||
      (request.has_header("Content-Length") && request.get_header_value("Content-Length") != "0");
  if (has_body && !takes_body) return "this request carries no body";
  return {};
}

/// The order in a BatchCreatePublicips body. "simulated_failures" is ours: the real cloud fails
/// unasked. Numbers above the real limit of 50 are taken, for there is nothing here to run out of.
Result<BatchOrder> read_order(const std::string& body) {
  const auto json = ordered_json::parse(body, nullptr, false);
  if (!json.is_object()) return Failure{"The request body is not a JSON object."};
  const auto publicip = json.find("publicip");
  if (publicip == json.end() || !publicip->is_object() || !publicip->contains("type") ||
      !publicip->at("type").is_string()) {
    return Failure{"publicip.type is invalid."};
  }
  const auto bandwidth = json.find("bandwidth");
  if (bandwidth == json.end() || !bandwidth->is_object()) return Failure{"bandwidth is invalid."};
  const auto number = [&json](const char* name, int otherwise) -> std::int64_t {
    const auto found = json.find(name);
    if (found == json.end()) return otherwise;
    return found->is_number_integer() ? found->get<std::int64_t>() : -1;
  };
  const auto count = number("publicip_number", -1);
  const auto failing = number("simulated_failures", 0);
  constexpr std::int64_t kAnyTooLarge = 1000000;
  if (count < 1 || count > kAnyTooLarge) return Failure{"publicip_number is invalid."};
  if (failing < 0 || failing > kAnyTooLarge) return Failure{"simulated_failures is invalid."};
  return BatchOrder{static_cast<int>(count), static_cast<int>(failing)};
}

WallTime wall_time() {
  return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
}

class HttpSimulator final : public Simulator {
 public:
  explicit HttpSimulator(const Options& options)
      : book_(options.seed, options.speed), lock_(options.speed) {
    prepare();
  }

  ~HttpSimulator() override {
    server_.stop();
    if (thread_.joinable()) thread_.join();
  }
  HttpSimulator(const HttpSimulator&) = delete;
  HttpSimulator& operator=(const HttpSimulator&) = delete;

  /// What went wrong, or "".
  std::string listen(const std::string& host, int port) {
    if (port == 0) {
      port = server_.bind_to_any_port(host);
    } else if (!server_.bind_to_port(host, port)) {
      port = -1;
    }
    const std::string shown = host.find(':') == std::string::npos ? host : '[' + host + ']';
    if (port <= 0) return "cannot listen on " + shown + ": the address is in use or not ours";
    // The library asks for a queue of five, which drops connections under a burst.
    ::listen(socket_, kBacklog);
    url_ = "http://" + shown + ':' + std::to_string(port);
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    // stop() does nothing before the loop has begun.
    for (int tries = 0; !server_.is_running(); ++tries) {
      if (tries == 5000) return "the server did not start";
      std::this_thread::sleep_for(Milliseconds(1));
    }
    return {};
  }

  std::string url() const override { return url_; }
  std::vector<KnownJob> known_jobs() const override { return book_.known_jobs(); }
  Result<KnownJob> start_batch(const BatchOrder& order) override {
    return book_.start_batch(order, wall_time());
  }

 private:
  void prepare() {
    server_.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    server_.set_tcp_nodelay(true);
    server_.set_payload_max_length(kMaxBody);
    server_.set_read_timeout(kIoSeconds);
    server_.set_write_timeout(kIoSeconds);
    server_.set_keep_alive_timeout(kIdleSeconds);
    server_.set_keep_alive_max_count(100000);
    server_.set_default_headers({{"X-Simulated", "true"}});
    // Only SO_REUSEADDR: the library's default would let two simulators share a port.
    server_.set_socket_options([this](socket_t socket) {
      const int yes = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
      socket_ = socket;
    });

    using Handled = httplib::Server::HandlerResponse;
    server_.set_pre_routing_handler(
        [](const httplib::Request& request, httplib::Response& response) {
          const std::string_view objection = objection_to(request);
          if (objection.empty()) return Handled::Unhandled;
          response.set_header("Connection", "close");  // what is left of the body is not a request
          gateway_error(response, 400, "APIGW.0201", "Bad request: " + std::string(objection));
          return Handled::Handled;
        });
    server_.Get("/v1/([^/]+)/jobs/([^/]+)",
                [this](const httplib::Request& request, httplib::Response& response) {
                  if (!admits(request, response)) return;
                  show_job(request.matches[2], response);
                });
    server_.Post("/v2/([^/]+)/batchpublicips",
                 [this](const httplib::Request& request, httplib::Response& response) {
                   if (!admits(request, response)) return;
                   create_batch(request.body, response);
                 });
    server_.set_error_handler([](const httplib::Request&, httplib::Response& response) {
      if (!response.body.empty()) return;
      if (response.status == 404) {
        gateway_error(response, 404, "APIGW.0101",
                      "The API does not exist or has not been published in the environment");
      } else {
        gateway_error(response, response.status, "APIGW.0201", "Bad request");
      }
    });
    server_.set_exception_handler(
        [](const httplib::Request&, httplib::Response& response, const std::exception_ptr&) {
          gateway_error(response, 500, "APIGW.0602", "Internal error");
        });
  }

  /// Whether the request is signed by our key and asks for its project; else it is answered.
  /// The library decodes %XX in the values of headers, so a signed value that holds such a triple
  /// is refused though it is good; no header of this API does.
  bool admits(const httplib::Request& request, httplib::Response& response) {
    ReceivedRequest received{request.method, request.target, {}, request.body};
    received.headers.assign(request.headers.begin(), request.headers.end());
    const Key key = demo_key();
    const CheckedRequest checked =
        check_signature(received, {&key, 1}, std::chrono::system_clock::now());
    std::string reason = checked.reason;
    if (checked.access == key.access && is_locked_after(checked.verdict == Verdict::genuine)) {
      reason = "AK access failed to reach the limit,forbidden.";
    }
    if (!reason.empty()) {
      gateway_error(response, 401, "APIGW.0301",
                    "Incorrect IAM authentication information: " + reason);
      return false;
    }
    if (request.matches[1] != demo_project()) {
      service_error(response, 400, "VPC.0007", "urlTenantId is not equal tokenTenantId");
      return false;
    }
    return true;
  }

  /// Counts this outcome for the key, unless the key was locked already.
  bool is_locked_after(bool genuine) {
    const std::lock_guard guard(lock_mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (lock_.is_locked(now)) return true;
    if (genuine) {
      lock_.succeeded();
    } else {
      lock_.failed(now);
    }
    return false;
  }

  void show_job(const std::string& job_id, httplib::Response& response) {
    std::optional<std::string> document = book_.document(job_id, wall_time());
    if (!document) {
      service_error(response, 404, "Common.0011", "The job does not exist.");
      return;
    }
    request_id(response);
    response.set_header("Content-Type", kJson);
    response.body = std::move(*document);
  }

  void create_batch(const std::string& body, httplib::Response& response) {
    const Result<BatchOrder> order = read_order(body);
    if (!order) {
      service_error(response, 400, "VPC.0501", order.error());
      return;
    }
    const Result<KnownJob> job = start_batch(order.value());
    if (!job) {
      service_error(response, 400, "VPC.0501", job.error());
      return;
    }
    answer(response, 200, {{"job_id", job.value().job_id}});
  }

  JobBook book_;
  std::mutex lock_mutex_;
  KeyLock lock_;
  httplib::Server server_;
  socket_t socket_ = INVALID_SOCKET;
  std::string url_;
  std::thread thread_;
};

}  // namespace

Key demo_key() {
  return {"SIMULATEDKEY00000001", "simulated-secret-opens-nothing-real-0001"};
}

std::string demo_project() {
  return "5100000000000000000000000de30001";
}

std::string check_options(const Options& options) {
  if (!is_loopback(numeric(options.host))) {
    return "the simulator listens on a loopback address only, not on " + options.host;
  }
  if (options.port < 0 || options.port > kMaxPort) {
    return "the port must be 0 to 65535, not " + std::to_string(options.port);
  }
  // Written so that a NaN is refused too.
  if (!(options.speed >= kSlowest && options.speed <= kFastest)) {
    return "the speed must be 0.01 to 1000";
  }
  return {};
}

Result<std::unique_ptr<Simulator>> Simulator::start(const Options& options) {
  if (std::string wrong = check_options(options); !wrong.empty()) return Failure{std::move(wrong)};
  auto simulator = std::make_unique<HttpSimulator>(options);
  if (std::string wrong = simulator->listen(numeric(options.host), options.port); !wrong.empty()) {
    return Failure{std::move(wrong)};
  }
  return std::unique_ptr<Simulator>(std::move(simulator));
}

}  // namespace jobtree::simulator
