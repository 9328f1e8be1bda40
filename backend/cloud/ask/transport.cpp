#include "cloud/ask/transport.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <cstdint>
#include <exception>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "base/mutex.h"
#include "base/utc.h"
#include "cloud/ask/curl_handle.h"
#include "cloud/where/url.h"

namespace jobtree::cloud {
namespace {

constexpr std::size_t kMaxIdleHandles = 16;
constexpr std::size_t kMaxKeptValue = 256;

/// What curl's callbacks fill while one request runs.
struct Exchange {
  Exchange(const TransportOptions& its_options, const HttpRequest& its_request,
           const std::atomic<bool>& stopped)
      : options(its_options),
        request(its_request),
        max_body(request.max_body == 0 ? options.max_body : request.max_body),
        is_stopped(stopped) {}

  /// When it is too late for what has not come yet.
  std::chrono::steady_clock::time_point deadline() const {
    return began + options.total_timeout +
           std::chrono::milliseconds(reply.body.size() * 1000 / options.slowest_pace);
  }

  const TransportOptions& options;
  const HttpRequest& request;
  const std::size_t max_body;
  const std::atomic<bool>& is_stopped;
  const std::chrono::steady_clock::time_point began = options.steady();
  HttpReply reply;
  bool too_large = false;
  bool no_room = false;
  std::size_t room = 0;  ///< there is as much, as far as it was asked for
  bool too_late = false;
  bool bad_length = false;
  bool has_begun = false;  ///< the response
  int sendings = 0;
  std::string length;
  std::string retry_after;
  std::optional<UtcTime> date;
};

/// Whether a body of so many bytes may come.
bool has_room(Exchange& exchange, std::size_t bytes) {
  if (bytes <= exchange.room) return true;
  const auto& has_room = exchange.request.has_room;
  exchange.no_room = has_room && !has_room(bytes);
  if (!exchange.no_room) exchange.room = bytes;
  return !exchange.no_room;
}

/// Makes room for a body once, and refuses one that is too large before it comes; what the header
/// callback is to return. A length that is no number, that no number holds, or that is not the one
/// told before says that somebody on the way is confused or lies (RFC 9112 section 6.3).
std::size_t expect(Exchange& exchange, std::string_view length, std::size_t line_size) {
  const bool is_again = !exchange.length.empty() && exchange.length != length;
  exchange.length = length;
  std::size_t size = 0;
  const char* const end = length.data() + length.size();
  const auto [stop, error] = std::from_chars(length.data(), end, size);
  const bool overflows = error == std::errc::result_out_of_range;
  exchange.bad_length = is_again || stop != end || (error != std::errc() && !overflows);
  if (exchange.bad_length) return 0;
  exchange.too_large = overflows || size > exchange.max_body;
  if (exchange.too_large || !has_room(exchange, size)) return 0;
  exchange.reply.body.reserve(size);
  return line_size;
}

// Exceptions must not pass through curl's C code: each callback turns one into "stop".

std::size_t on_header(char* data, std::size_t one, std::size_t size, void* user) {
  try {
    auto& exchange = *static_cast<Exchange*>(user);
    const std::string_view line(data, one * size);
    exchange.has_begun = true;
    if (line.starts_with("HTTP/")) {  // a new head: those before it were 1xx
      exchange.reply.request_id.clear();
      exchange.reply.wanted_header.clear();
      exchange.reply.clock_ahead.reset();
      exchange.retry_after.clear();
      exchange.length.clear();
      exchange.date.reset();
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return line.size();
    const std::string_view name = line.substr(0, colon);
    const std::string_view whole = trimmed(line.substr(colon + 1), kWhitespace);
    const std::string_view value = whole.substr(0, kMaxKeptValue);
    const std::string_view wanted = exchange.request.wanted_header;
    if (!wanted.empty() && equals_ignoring_case(name, wanted)) exchange.reply.wanted_header = whole;
    if (equals_ignoring_case(name, "x-request-id")) exchange.reply.request_id = value;
    if (equals_ignoring_case(name, "retry-after")) exchange.retry_after = value;
    if (equals_ignoring_case(name, "date")) {
      exchange.date = parse_http_date(value);
      if (exchange.date) exchange.reply.clock_ahead = exchange.options.wall() - *exchange.date;
    }
    if (equals_ignoring_case(name, "content-length")) return expect(exchange, value, line.size());
    return line.size();
  } catch (const std::exception&) {
    return 0;
  }
}

std::size_t on_body(char* data, std::size_t one, std::size_t size, void* user) {
  try {
    auto& exchange = *static_cast<Exchange*>(user);
    const std::string_view piece(data, one * size);
    if (piece.size() > exchange.max_body - exchange.reply.body.size()) {
      exchange.too_large = true;
      return 0;
    }
    if (!has_room(exchange, exchange.reply.body.size() + piece.size())) return 0;
    exchange.reply.body.append(piece);
    return piece.size();
  } catch (const std::exception&) {
    return 0;
  }
}

/// Called before each sending. curl sends again by itself when a kept connection turns out dead;
/// we stop it there, for the second sending is to carry a signature of its own.
int on_sending(void* user, char*, char*, int, int) {
  return ++static_cast<Exchange*>(user)->sendings > 1 ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

/// Called at least once a second.
int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& exchange = *static_cast<Exchange*>(user);
  exchange.too_late = exchange.options.steady() > exchange.deadline();
  return exchange.too_late || exchange.is_stopped ? 1 : 0;
}

/// Whether the other side went away, rather than being slow or not there.
bool is_break(CURLcode code) {
  return code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR ||
         code == CURLE_HTTP2 || code == CURLE_HTTP2_STREAM;
}

/// Seconds, or a date (RFC 9110 section 10.2.3) which is read by the server's own clock.
std::optional<std::chrono::seconds> retry_after(std::string_view text, std::optional<UtcTime> now) {
  constexpr std::chrono::seconds kMost = std::chrono::hours(1);
  std::uint32_t seconds = 0;
  const char* const end = text.data() + text.size();
  if (const auto [stop, error] = std::from_chars(text.data(), end, seconds);
      error == std::errc() && stop == end) {
    return std::min(std::chrono::seconds(seconds), kMost);
  }
  const auto until = parse_http_date(text);
  if (!until || !now) return std::nullopt;
  return std::clamp(std::chrono::floor<std::chrono::seconds>(*until - *now),
                    std::chrono::seconds(0), kMost);
}

/// Easy handles keep their connections, so handing the same few around keeps those open. Sharing
/// connections between handles of different threads is what curl does not support.
class CurlTransport final : public Transport {
 public:
  explicit CurlTransport(TransportOptions options) : options_(std::move(options)) {}

  HttpReply send(const HttpRequest& request) override {
    try {
      Handle handle = take();
      if (handle == nullptr) return failed("libcurl gives no handle");
      HttpReply reply = perform(handle.get(), request);
      give_back(std::move(handle));
      return reply;
    } catch (const std::exception& error) {
      return failed(error.what());
    }
  }

  void stop() override { is_stopped_ = true; }

 private:
  static HttpReply failed(std::string why) {
    HttpReply reply;
    reply.why = std::move(why);
    return reply;
  }

  Handle take() {
    {
      const Lock lock(mutex_);
      if (!idle_.empty()) {
        Handle handle = std::move(idle_.back());  // the last used: its connection is the freshest
        idle_.pop_back();
        return handle;
      }
    }
    Handle handle(curl_easy_init());
    if (handle != nullptr) configure(handle.get());
    return handle;
  }

  void give_back(Handle handle) {
    const Lock lock(mutex_);
    if (idle_.size() < kMaxIdleHandles) idle_.push_back(std::move(handle));
  }

  void configure(CURL* handle) const {
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    // Or curl waits for a name server that is silent, however short the time-outs are.
    curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_2TLS});
    curl_easy_setopt(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(handle, CURLOPT_USERAGENT, "jobtree/" JOBTREE_VERSION);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, long{options_.connect_timeout.count()});
    curl_easy_setopt(handle, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    if (!options_.ca_file.empty()) {
      curl_easy_setopt(handle, CURLOPT_CAINFO, options_.ca_file.c_str());
      curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);  // this file alone
    }
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, on_sending);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  }

  HttpReply perform(CURL* handle, const HttpRequest& request) {
    CurlList list(curl_slist_append(nullptr, "Accept-Encoding: identity"));
    if (!request.body.empty() && curl_slist_append(list.get(), "Expect:") == nullptr) {
      return failed("out of memory");  // without that line, curl waits before a large body
    }
    for (const auto& [name, value] : request.headers) {
      // "Name;" is how curl is told of a header with an empty value.
      std::string line = name;
      line.append(value.empty() ? ";" : ": ").append(value);
      curl_slist* longer = curl_slist_append(list.get(), line.c_str());
      if (longer == nullptr) return failed("out of memory");
      (void)list.release();
      list.reset(longer);
    }
    const auto parsed = parse_url(request.url);
    if (!parsed) return failed(parsed.error());

    const std::string method(request.method);
    const bool is_direct =
        request.proxy.empty() && (!options_.use_proxies || is_loopback(parsed.value()));
    Exchange exchange(options_, request, is_stopped_);
    std::array<char, CURL_ERROR_SIZE> error{};
    curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
    if (method == "POST") {
      curl_easy_setopt(handle, CURLOPT_POST, 1L);
      curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
      curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                       static_cast<curl_off_t>(request.body.size()));
    } else {
      curl_easy_setopt(handle, CURLOPT_HTTPGET, 1L);
    }
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, method == "PUT" ? "PUT" : nullptr);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, list.get());
    curl_easy_setopt(handle, CURLOPT_PROXY,
                     request.proxy.empty() ? nullptr : request.proxy.c_str());
    const char* const by_variables = request.proxy.empty() ? nullptr : "";
    curl_easy_setopt(handle, CURLOPT_NOPROXY, is_direct ? "*" : by_variables);
    judge_addresses(handle, &request.may_connect);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &exchange);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &exchange);
    curl_easy_setopt(handle, CURLOPT_PREREQDATA, &exchange);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &exchange);
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, error.data());
    const CURLcode code = curl_easy_perform(handle);
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, nullptr);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, nullptr);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, nullptr);  // the body is the caller's
    judge_addresses(handle, nullptr);

    HttpReply reply = std::move(exchange.reply);
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    reply.status = static_cast<int>(status);
    reply.retry_after = retry_after(exchange.retry_after, exchange.date);
    if (code == CURLE_OK) {
      reply.end = HttpReply::End::complete;
      return reply;
    }
    reply.body.clear();
    reply.why = error[0] != '\0' ? error.data() : curl_easy_strerror(code);
    if (is_stopped_) {
      reply.end = HttpReply::End::stopped;
      reply.why = "the program is about to end";
    } else if (exchange.too_large) {
      reply.end = HttpReply::End::too_large;
      reply.why = "the body is larger than " + std::to_string(exchange.max_body) + " bytes";
    } else if (exchange.bad_length) {
      reply.why = "the Content-Length is no number, or told twice";
    } else if (exchange.no_room) {
      reply.end = HttpReply::End::no_room;
      reply.why = "there is no memory left for the body";
    } else if (code == CURLE_PEER_FAILED_VERIFICATION) {
      reply.end = HttpReply::End::untrusted;
    } else if (exchange.sendings == 0) {
      reply.end = HttpReply::End::no_connection;
      if (exchange.too_late) reply.why = "no connection in time";
    } else if (exchange.too_late) {
      reply.why = "no whole response in time";
    } else if (exchange.sendings > 1) {
      reply.end = HttpReply::End::connection_lost;
      reply.why = "the kept connection was dead";
    } else if (exchange.sendings == 1 && !exchange.has_begun && is_break(code)) {
      reply.end = HttpReply::End::connection_lost;
    }
    return reply;
  }

  const TransportOptions options_;
  std::atomic<bool> is_stopped_ = false;
  Mutex mutex_;
  std::vector<Handle> idle_ JOBTREE_GUARDED_BY(mutex_);
};

}  // namespace

Result<std::unique_ptr<Transport>> make_transport(const TransportOptions& options) {
  if (auto failure = start_curl()) return *std::move(failure);
  if (!options.ca_file.empty() && ::access(options.ca_file.c_str(), R_OK) != 0) {
    return Failure::usage(
        bilingual({"cannot read the CA file {0}", "无法读取 CA 证书文件 {0}"}, options.ca_file));
  }
  return std::unique_ptr<Transport>(std::make_unique<CurlTransport>(options));
}

}  // namespace jobtree::cloud
