#include "cloud/ask/signed_query.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/utc.h"
#include "cloud/ask/error_body.h"

namespace jobtree::cloud {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int kMostTries = 5;
constexpr seconds kPatience{10};  // no new try begins after it
constexpr milliseconds kFirstSpan{200};
constexpr milliseconds kLastSpan{4000};
constexpr milliseconds kMostQueued{3000};
constexpr minutes kSkewWorthSaying{1};
constexpr minutes kSkewTooLarge{14};  // the gateway takes 15
constexpr minutes kSkewChange{2};     // is said again

constexpr std::size_t kMaxLogText = 2048;
constexpr std::size_t kMaxRequestId = 128;

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  if (what.empty()) return;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
}

/// At first glance only; the engine judges the rest.
bool looks_like_json(std::string_view body) {
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  const std::size_t first = body.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (body[first] == '{' || body[first] == '[');
}

Outcome outcome_of(const HttpReply& reply) {
  switch (reply.end) {
    case HttpReply::End::too_large:
      return Outcome::too_large;
    case HttpReply::End::unreachable:
    case HttpReply::End::untrusted:
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

/// One sentence that is safe to show: nothing in it comes from the cloud's texts.
std::string detail_of(const JobReply& answer, HttpReply::End end) {
  switch (answer.outcome) {
    case Outcome::not_found:
      if (answer.error_code == "APIGW.0101") {
        return "The cloud has no such API at this address; check the region and the service.";
      }
      return "The cloud knows no such job. Jobs of batch delete and unbind calls are not kept.";
    case Outcome::denied:
      return denied_detail(answer.http_status, answer.error_code);
    case Outcome::throttled:
      return "The cloud takes no more requests for now.";
    case Outcome::unreachable:
      return end == HttpReply::End::untrusted
                 ? "The certificate of the cloud's server is not trusted; a private authority is "
                   "named with --ca-file."
                 : "The cloud could not be reached.";
    case Outcome::failed:
      return "The cloud has trouble of its own.";
    case Outcome::malformed:
      return "The cloud's answer is not a job.";
    case Outcome::too_large:
      return "The cloud's answer is larger than is taken.";
    case Outcome::succeeded:
    case Outcome::refused:
    case Outcome::no_key:
    case Outcome::unknown_project:
    case Outcome::deferred:
      break;  // not of an answer that came
  }
  return "";
}

JobReply unasked(Outcome outcome, std::string detail, std::optional<seconds> retry_after) {
  JobReply answer;
  answer.outcome = outcome;
  answer.detail = std::move(detail);
  answer.retry_after = retry_after;
  return answer;
}

JobReply refused(seconds wait) {
  return unasked(Outcome::refused,
                 "The cloud refused the key three times in a row. It is not asked again for a "
                 "while, because more refusals would lock the key.",
                 wait);
}

/// One line, of bounded length.
std::string line_for_log(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
  std::size_t end = std::min(text.size(), kMaxLogText);
  while (end > 0 && end < text.size() && (text[end] & '\xC0') == '\x80')
    --end;  // not inside a character
  text.resize(end);
  return text;
}

/// Without what opens doors: errors quote what was sent.
std::string without_secrets(std::string text, const Credentials& credentials,
                            std::string_view signature) {
  replace_all(text, credentials.security_token.reveal(), "…");
  replace_all(text, credentials.key.secret.reveal(), "…");
  replace_all(text, signature, "…");
  replace_all(text, credentials.key.access, masked(credentials.key.access));
  return text;
}

/// How far this machine's clock is ahead of the one that answered.
std::optional<std::chrono::system_clock::duration> skew_of(
    const HttpReply& reply, std::chrono::system_clock::time_point now) {
  if (!reply.date) return std::nullopt;
  return now - *reply.date;
}

std::string skew_words(std::chrono::system_clock::duration skew) {
  const auto whole = std::chrono::round<minutes>(std::chrono::abs(skew)).count();
  return "the clock of this machine is " + std::to_string(whole) +
         (whole == 1 ? " minute " : " minutes ") + (skew.count() > 0 ? "ahead of" : "behind") +
         " the cloud's";
}

}  // namespace

JobReply SignedQuery::ask(KeyInUse& key, const Question& question) {
  const auto began = clock_.steady();
  const auto left = [&] {
    return std::chrono::ceil<milliseconds>(kPatience - (clock_.steady() - began));
  };
  bool has_broken = false;
  milliseconds span = kFirstSpan;
  std::vector<std::string> notices;
  for (int tries = 1;; ++tries) {
    auto [answer, again] = try_once(key, question, std::max(left(), milliseconds(0)));
    std::ranges::move(answer.notices, std::back_inserter(notices));
    milliseconds pause{0};
    if (again == Try::Again::later || (again == Try::Again::at_once && has_broken)) {
      pause = std::max<milliseconds>(std::chrono::floor<milliseconds>(clock_.chance() * span),
                                     answer.retry_after.value_or(seconds(0)));
      span = std::min(span * 2, kLastSpan);
    }
    if (again == Try::Again::never || tries == kMostTries || pause >= left()) {
      answer.notices = std::move(notices);
      return std::move(answer);
    }
    has_broken = has_broken || again == Try::Again::at_once;
    if (pause > milliseconds(0)) clock_.sleep(pause);
  }
}

SignedQuery::Try SignedQuery::try_once(KeyInUse& key, const Question& question,
                                       milliseconds patience) {
  if (const seconds wait = key.guard->shut_for(); wait > seconds(0)) return {refused(wait)};
  const auto turn =
      budget_.take(question.service, clock_.steady(), std::min(patience, kMostQueued));
  if (!turn.is_given) {
    return {unasked(Outcome::throttled,
                    "The budget of questions to the cloud is used up for now (see --budget).",
                    std::max(seconds(1), std::chrono::ceil<seconds>(turn.wait)))};
  }
  if (turn.wait > milliseconds(0)) clock_.sleep(turn.wait);
  auto pass = key.guard->enter(patience);
  if (!pass) {
    const seconds wait = key.guard->shut_for();  // by those who went before
    if (wait > seconds(0)) return {refused(wait)};
    return {unasked(Outcome::unreachable, "The cloud has not answered the first questions yet.",
                    std::nullopt)};
  }
  auto sent = send(key, question);
  if (!sent) {
    JobReply answer = unasked(Outcome::denied, "The request could not be signed.", std::nullopt);
    answer.log_detail = sent.error();
    return {std::move(answer)};
  }
  const HttpReply::End end = sent.value().reply.end;
  if (end == HttpReply::End::complete) {
    pass.settle(sent.value().reply.status == 401 ? CircuitBreaker::Verdict::refused
                                                 : CircuitBreaker::Verdict::accepted);
  }
  JobReply answer = answer_of(key, question, std::move(sent.value()));
  auto again = Try::Again::never;
  if (end == HttpReply::End::connection_lost) {
    again = Try::Again::at_once;
  } else if (end == HttpReply::End::unreachable || answer.outcome == Outcome::failed) {
    again = Try::Again::later;
  }
  return {std::move(answer), again};
}

Result<SignedQuery::Sent> SignedQuery::send(const KeyInUse& key, const Question& question) {
  std::vector<Header> headers;
  if (!question.owner_header.empty()) headers.push_back({question.owner_header, question.owner_id});
  if (const auto& token = key.credentials.security_token; !token.empty()) {
    headers.push_back({"X-Security-Token", std::string(token.reveal())});
  }
  const std::string host = question.origin.substr(question.origin.find("://") + 3);
  const std::string date = sdk_date(clock_.wall());
  auto signature = key.signer.sign({.host = host,
                                    .path = question.target.path,
                                    .query = question.target.query,
                                    .headers = headers},
                                   date);
  if (!signature) return signature.failure();
  headers.push_back({"Host", host});
  headers.push_back({"X-Sdk-Date", date});
  headers.push_back({"Authorization", signature.value().authorization});
  headers.push_back({"Accept", "application/json"});
  std::string url = question.origin + question.target.path;
  if (!question.target.query.empty()) url += '?' + question.target.query;
  Sent sent{transport_->send("GET", url, headers), std::move(signature.value())};
  // The cloud has counted this refusal, whether or not its words came whole.
  if (sent.reply.status == 401) sent.reply.end = HttpReply::End::complete;
  return sent;
}

JobReply SignedQuery::answer_of(const KeyInUse& key, const Question& question, Sent sent) {
  HttpReply& reply = sent.reply;
  const bool answered = reply.end == HttpReply::End::complete;
  JobReply answer;
  answer.outcome = outcome_of(reply);
  answer.http_status = reply.status;
  answer.request_id = plain_word(reply.request_id, kMaxRequestId);
  if (std::string notice = skew_notice(reply); !notice.empty()) {
    answer.notices.push_back(std::move(notice));
  }
  if (answer.outcome == Outcome::succeeded) {
    budget_.accepted(question.service);
    answer.body = std::move(reply.body);
    return answer;
  }

  ErrorBody error = answered ? read_error(reply.body) : ErrorBody{"", reply.trouble, ""};
  const auto cleaned = [&](std::string text) {
    return without_secrets(std::move(text), key.credentials, sent.signature.signature);
  };
  error.message = cleaned(std::move(error.message));
  answer.error_code = error.code;
  if (answer.request_id.empty()) answer.request_id = error.request_id;
  answer.detail = detail_of(answer, reply.end);
  answer.log_detail = line_for_log(error.message);
  answer.retry_after = reply.retry_after;
  if (answer.http_status == 401) {
    answer.detail += skew_hint(reply);
    // Cleaned before they are compared, for what is quoted of a line is only its beginning.
    const std::string found =
        compare_canonical(error.message, cleaned(std::move(sent.signature.canonical_request)));
    if (!found.empty()) answer.notices.push_back(line_for_log(found));
  }
  if (answer.outcome == Outcome::throttled) {
    answer.retry_after = budget_.throttled(question.service, limit_in(error.message),
                                           reply.retry_after, clock_.steady());
  }
  return answer;
}

std::string SignedQuery::skew_notice(const HttpReply& reply) {
  const auto skew = skew_of(reply, clock_.wall());
  if (!skew) return "";
  const std::lock_guard lock(mutex_);
  if (std::chrono::abs(*skew) <= kSkewWorthSaying) {
    told_skew_.reset();
    return "";
  }
  if (told_skew_ && std::chrono::abs(*skew - *told_skew_) < kSkewChange) return "";
  told_skew_ = *skew;
  return skew_words(*skew) +
         "; set it right: the cloud refuses signatures more than 15 minutes off";
}

/// A wrong clock is the commonest cause of refused signatures, and the answer gives it away.
std::string SignedQuery::skew_hint(const HttpReply& reply) const {
  const auto skew = skew_of(reply, clock_.wall());
  if (!skew || std::chrono::abs(*skew) <= kSkewTooLarge) return "";
  return " The cause: " + skew_words(*skew) + "; set it right.";
}

}  // namespace jobtree::cloud
