#include "cloud/cloud.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <mutex>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "cloud/catalogue.h"
#include "cloud/credentials.h"
#include "cloud/signer.h"
#include "cloud/transport.h"

namespace jobtree::cloud {
namespace {

using std::chrono::seconds;

constexpr int kRefusalsBeforePause = 3;  // the cloud locks a key after five
constexpr seconds kRefusalPause{330};    // and for five minutes
constexpr seconds kLeastThrottlePause{5};
constexpr seconds kMostThrottlePause{3600};
constexpr std::chrono::minutes kTolerableSkew{10};  // the gateway takes 15

constexpr std::size_t kMaxErrorBody = std::size_t{64} * 1024;
constexpr std::size_t kMaxLogText = 1024;
constexpr std::size_t kMaxErrorCode = 64;
constexpr std::size_t kMaxRequestId = 128;
constexpr int kMaxErrorDepth = 4;

bool is_plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
         c == '_' || c == '-';
}

/// `text` when it is a short word that is safe anywhere, else "".
std::string plain_word(std::string_view text, std::size_t max) {
  return text.size() <= max && std::ranges::all_of(text, is_plain) ? std::string(text) : "";
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  if (what.empty()) return;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
}

// ---- The cloud's error bodies ------------------------------------------------------------------

using Json = nlohmann::json;
using Names = std::span<const std::string_view>;

// Every service has its own spelling. The order is that of the vendor's SDKs.
constexpr std::array<std::string_view, 4> kCodeNames{"error_code", "errorCode", "errCode", "code"};
constexpr std::array<std::string_view, 6> kMessageNames{
    "error_msg", "errorMsg", "errMsg", "errorMessage", "message", "externalMessage"};

/// The first text or integer under one of `names`: on this level, else further down, as in
/// {"itemNotFound":{"code":404,…}}. "" when there is none.
std::string find_text(const Json& node, Names names, int depth = 0) {
  if (!node.is_structured() || depth == kMaxErrorDepth) return "";
  if (node.is_object()) {
    for (const std::string_view name : names) {
      const auto member = node.find(name);
      if (member == node.end()) continue;
      if (const auto* text = member->get_ptr<const std::string*>(); text && !text->empty()) {
        return *text;
      }
      if (member->is_number_integer()) return member->dump();
    }
  }
  for (const Json& child : node) {
    if (std::string found = find_text(child, names, depth + 1); !found.empty()) return found;
  }
  return "";
}

struct CloudError {
  std::string code;
  std::string message;
  std::string request_id;
};

/// Never fails: a body that is no JSON, as from a proxy on the way, becomes the message, in ASCII.
CloudError read_error(const std::string& body) {
  if (body.size() <= kMaxErrorBody) {
    const Json json = Json::parse(body, nullptr, false);
    if (json.is_structured()) {
      constexpr std::array<std::string_view, 1> kIdNames{"request_id"};
      CloudError error{plain_word(find_text(json, kCodeNames), kMaxErrorCode),
                       find_text(json, kMessageNames),
                       plain_word(find_text(json, kIdNames), kMaxRequestId)};
      if (error.message.empty()) error.message = body;
      return error;
    }
  }
  CloudError error{"", body.substr(0, kMaxErrorBody), ""};
  std::ranges::replace_if(
      error.message, [](char c) { return (c & '\x80') != 0; }, '?');
  return error;
}

std::optional<std::uint32_t> take_number(std::string_view& text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// The even pace in "… over ratelimit,limit:200,time:5 minute": 300 s / 200 calls, rounded up.
std::optional<seconds> pace(std::string_view message) {
  const std::size_t at = message.find("limit:");
  if (at == std::string_view::npos) return std::nullopt;
  message.remove_prefix(at + 6);
  const auto calls = take_number(message);
  if (!calls || *calls == 0 || !take(message, ",time:")) return std::nullopt;
  const auto time = take_number(message);
  if (!time || !take(message, " ")) return std::nullopt;
  std::uint64_t unit = 0;
  if (message.starts_with("second")) unit = 1;
  if (message.starts_with("minute")) unit = 60;
  if (message.starts_with("hour")) unit = 3600;
  if (message.starts_with("day")) unit = 86400;
  if (unit == 0) return std::nullopt;
  return seconds((*time * unit + *calls - 1) / *calls);
}

// ---- Answers -----------------------------------------------------------------------------------

/// At first glance only; the engine judges the rest.
bool looks_like_json(std::string_view body) {
  take(body, "\xEF\xBB\xBF");
  const std::size_t first = body.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (body[first] == '{' || body[first] == '[');
}

Outcome outcome_of(const HttpReply& reply) {
  switch (reply.end) {
    case HttpReply::End::too_large:
      return Outcome::too_large;
    case HttpReply::End::unreachable:
    case HttpReply::End::connection_lost:
      return Outcome::unreachable;
    case HttpReply::End::complete:
      break;
  }
  const int status = reply.status;
  if (status >= 200 && status < 300) {
    return looks_like_json(reply.body) ? Outcome::succeeded : Outcome::malformed;
  }
  if (status == 400 || status == 401 || status == 403) return Outcome::denied;
  if (status == 404) return Outcome::not_found;
  if (status == 429) return Outcome::throttled;
  if (status >= 500 && status < 600) return Outcome::failed;
  return Outcome::malformed;
}

std::string denied_detail(int status, const std::string& code) {
  if (code == "VPC.0007") return "The key does not belong to the project that was asked.";
  if (status == 401) return "The cloud refused the key or the signature.";
  if (status == 403) return "The key has no right to see this job, or the account is frozen.";
  return "The cloud refused the request.";
}

/// What to do when "-" was asked and nobody has said what that is.
std::string unknown_owner(Owner owner) {
  if (owner == Owner::domain) {
    return "The domain (account) of the key is not known. Put the domain's id in the address, or "
           "start the backend with HUAWEICLOUD_SDK_DOMAIN_ID set.";
  }
  return "The project of the key is not known. Put the project's id in the address, or start "
         "the backend with --project ID.";
}

/// One sentence that is safe to show: nothing in it comes from the cloud's texts.
std::string detail_of(Outcome outcome, int status, const std::string& code) {
  switch (outcome) {
    case Outcome::succeeded:
      return "";
    case Outcome::not_found:
      if (code == "APIGW.0101") {
        return "The cloud has no such API at this address; check the region and the service.";
      }
      return "The cloud knows no such job. Jobs of batch delete and unbind calls are not kept.";
    case Outcome::denied:
      return denied_detail(status, code);
    case Outcome::throttled:
      return "The cloud takes no more requests for now.";
    case Outcome::unreachable:
      return "The cloud could not be reached.";
    case Outcome::failed:
      return "The cloud has trouble of its own.";
    case Outcome::malformed:
      return "The cloud's answer is not a job.";
    case Outcome::too_large:
      return "The cloud's answer is larger than is taken.";
    case Outcome::unknown_project:
      return unknown_owner(Owner::project);
  }
  return "";
}

Answer unasked(Outcome outcome, std::string detail) {
  Answer answer;
  answer.outcome = outcome;
  answer.detail = std::move(detail);
  return answer;
}

/// Keeps a refused key from being locked. Counts 401s in a row; after three it stays shut for a
/// while, then lets requests through again, and shuts at the first further refusal.
class Breaker {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// How long nothing may be asked yet; zero when it may.
  seconds shut_for(Time now) const {
    const std::lock_guard lock(mutex_);
    return std::max(seconds(0), std::chrono::ceil<seconds>(shut_until_ - now));
  }

  void record(bool key_refused, Time now) {
    const std::lock_guard lock(mutex_);
    refusals_ = key_refused ? refusals_ + 1 : 0;
    if (refusals_ < kRefusalsBeforePause) return;
    shut_until_ = now + kRefusalPause;
    refusals_ = kRefusalsBeforePause - 1;
  }

 private:
  mutable std::mutex mutex_;
  int refusals_ = 0;
  Time shut_until_{};
};

class Cloud final : public JobSource {
 public:
  Cloud(Credentials credentials, std::shared_ptr<const Catalogue> catalogue,
        std::unique_ptr<Transport> transport, Clock clock)
      : credentials_(std::move(credentials)),
        signer_(credentials_.key),
        catalogue_(std::move(catalogue)),
        transport_(std::move(transport)),
        clock_(std::move(clock)) {}

  Answer job(const JobAddress& address) override {
    if (!catalogue_->is_valid(address)) {
      return unasked(Outcome::not_found, "No job can have this address.");
    }
    const Service& service = *catalogue_->find_service(address.service);
    const bool of_domain = service.owner == Owner::domain;
    const std::string& own = of_domain ? credentials_.domain_id : credentials_.project_id;
    const std::string& owner = address.project_id == "-" ? own : address.project_id;
    if (owner.empty()) return unasked(Outcome::unknown_project, unknown_owner(service.owner));
    const auto origin = catalogue_->origin(service, address.region);
    if (!origin) return unasked(Outcome::not_found, origin.error());
    if (const seconds wait = breaker_.shut_for(clock_.steady()); wait > seconds(0)) {
      Answer answer = unasked(Outcome::denied,
                              "The cloud refused the key three times in a row. It is not asked "
                              "again for a while, because more refusals would lock the key.");
      answer.retry_after = wait;
      return answer;
    }
    return ask({origin.value(),
                target_of(service, owner, address.job_id),
                {of_domain ? "X-Domain-Id" : "X-Project-Id", owner}});
  }

 private:
  struct Question {
    std::string origin;  ///< scheme and host
    Target target;
    Header owner;
  };

  Answer ask(const Question& question) {
    const auto& [origin, target, owner] = question;
    const std::string url = origin + target.path + (target.query.empty() ? "" : "?") + target.query;
    HttpReply reply;
    for (int attempt = 0; attempt < 2; ++attempt) {
      const auto headers = headers_for(question);
      if (!headers) {
        Answer answer = unasked(Outcome::denied, "The request could not be signed.");
        answer.log_detail = headers.error();
        return answer;
      }
      reply = transport_->get(url, headers.value());
      if (reply.end != HttpReply::End::connection_lost) break;
    }
    return answer_of(std::move(reply));
  }

  /// All headers of a request, signed now.
  Result<std::vector<Header>> headers_for(const Question& question) const {
    std::vector<Header> headers{question.owner};
    if (!credentials_.security_token.empty()) {
      headers.push_back({"X-Security-Token", std::string(credentials_.security_token.reveal())});
    }
    const auto& [path, query] = question.target;
    const std::string host = question.origin.substr(question.origin.find("://") + 3);
    const std::string date = sdk_date(clock_.wall());
    auto signature =
        signer_.sign({.host = host, .path = path, .query = query, .headers = headers}, date);
    if (!signature) return Failure{signature.error()};
    headers.push_back({"Host", host});
    headers.push_back({"X-Sdk-Date", date});
    headers.push_back({"Authorization", std::move(signature.value().authorization)});
    headers.push_back({"Accept", "application/json"});
    return headers;
  }

  Answer answer_of(HttpReply reply) {
    const bool answered = reply.end == HttpReply::End::complete;
    if (answered) breaker_.record(reply.status == 401, clock_.steady());
    Answer answer;
    answer.outcome = outcome_of(reply);
    answer.http_status = reply.status;
    answer.request_id = plain_word(reply.request_id, kMaxRequestId);
    if (answer.outcome == Outcome::succeeded) {
      answer.body = std::move(reply.body);
      return answer;
    }

    const CloudError error = answered ? read_error(reply.body) : CloudError{"", reply.trouble, ""};
    answer.error_code = error.code;
    if (answer.request_id.empty()) answer.request_id = error.request_id;
    answer.detail = detail_of(answer.outcome, answer.http_status, answer.error_code);
    if (answer.http_status == 401) answer.detail += skew_hint(reply);
    answer.log_detail = safe_for_log(error.message);
    answer.retry_after = reply.retry_after;
    if (answer.outcome == Outcome::throttled) {
      const seconds told = answer.retry_after.value_or(pace(error.message).value_or(seconds(0)));
      answer.retry_after = std::clamp(told, kLeastThrottlePause, kMostThrottlePause);
    }
    return answer;
  }

  /// A wrong clock is the commonest cause of refused signatures, and the answer gives it away.
  std::string skew_hint(const HttpReply& reply) const {
    if (!reply.date) return "";
    const auto skew = std::chrono::round<std::chrono::minutes>(clock_.wall() - *reply.date);
    if (std::chrono::abs(skew) < kTolerableSkew) return "";
    return " The clock of this machine is " + std::to_string(std::chrono::abs(skew).count()) +
           " minutes " + (skew.count() > 0 ? "ahead of" : "behind") + " the cloud's; set it right.";
  }

  /// One line, of bounded length, without what opens doors: errors quote what was sent.
  std::string safe_for_log(std::string text) const {
    replace_all(text, credentials_.security_token.reveal(), "…");
    replace_all(text, credentials_.key.secret.reveal(), "…");
    replace_all(text, credentials_.key.access, masked(credentials_.key.access));
    std::ranges::replace_if(
        text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
    std::size_t end = std::min(text.size(), kMaxLogText);
    while (end < text.size() && (text[end] & '\xC0') == '\x80')
      --end;  // not inside a character
    text.resize(end);
    return text;
  }

  const Credentials credentials_;
  const Signer signer_;
  const std::shared_ptr<const Catalogue> catalogue_;
  const std::unique_ptr<Transport> transport_;
  const Clock clock_;
  Breaker breaker_;
};

}  // namespace

std::unique_ptr<JobSource> make_cloud(Credentials credentials,
                                      std::shared_ptr<const Catalogue> catalogue,
                                      std::unique_ptr<Transport> transport, Clock clock) {
  return std::make_unique<Cloud>(std::move(credentials), std::move(catalogue), std::move(transport),
                                 std::move(clock));
}

}  // namespace jobtree::cloud
