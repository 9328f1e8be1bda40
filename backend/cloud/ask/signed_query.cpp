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
constexpr seconds kLongestQuery{10};  // no new try begins after it
constexpr milliseconds kLongestSpan{4000};
constexpr milliseconds kLongestQueue{3000};  // for a turn of the rate limit
constexpr milliseconds kBreakerLook{50};     // others find out whether the key is good
constexpr minutes kSkewWorthSaying{1};
constexpr minutes kSkewTooLarge{14};  // the gateway takes 15
constexpr minutes kSkewChange{2};     // is said again

constexpr std::size_t kMaxLogText = 2048;

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  if (what.empty()) return;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
}

/// At first glance only; whether it is a job is judged by others.
bool looks_like_json(std::string_view body) {
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  const std::size_t first = body.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (body[first] == '{' || body[first] == '[');
}

Outcome outcome_of(const HttpReply& reply) {
  switch (reply.end) {
    case HttpReply::End::too_large:
    case HttpReply::End::no_room:
      return Outcome::too_large;
    case HttpReply::End::untrusted:
      return Outcome::untrusted;
    case HttpReply::End::unreachable:
    case HttpReply::End::no_connection:
    case HttpReply::End::connection_lost:
    case HttpReply::End::stopped:
      return Outcome::unreachable;
    case HttpReply::End::complete:
      break;
  }
  const int status = reply.status;
  if (status >= 200 && status < 300) {
    if (!looks_like_json(reply.body)) return Outcome::malformed;
    return is_error_body(reply.body) ? Outcome::denied : Outcome::succeeded;
  }
  if (status == 400 || status == 401 || status == 403) return Outcome::denied;
  if (status == 404) return Outcome::not_found;
  if (status == 429) return Outcome::throttled;
  if (status >= 500 && status < 600) return Outcome::failed;
  return Outcome::malformed;
}

Bilingual denied_detail(int status, const std::string& code) {
  if (code == "VPC.0007") {
    return {"The project does not belong to the key.", "该项目不属于此密钥。"};
  }
  if (status == 401) {
    return {"Huawei Cloud refused the key or the signature.", "华为云拒绝了密钥或签名。"};
  }
  if (status == 403) {
    return {"The key has no permission to see this job, or the account is frozen.",
            "密钥无权查看此任务，或账号已冻结。"};
  }
  if (status >= 200 && status < 300) {
    return {"Huawei Cloud sent an error instead of a job.", "华为云返回了错误，而不是任务。"};
  }
  return {"Huawei Cloud refused the request.", "华为云拒绝了该请求。"};
}

/// One sentence that is safe to show: nothing in it comes from the cloud's texts.
Bilingual detail_of(const JobReply& reply, HttpReply::End end) {
  switch (reply.outcome) {
    case Outcome::not_found:
      if (reply.error_code == "APIGW.0101" || reply.error_code == "APIG.0101") {
        return {"Huawei Cloud has no such API at this address; check the region and the service.",
                "华为云在此地址没有该 API，请检查区域和服务。"};
      }
      return {"Job not found. Batch release and unbind operations have no queryable job.",
              "未找到此任务。批量释放和批量解绑操作没有可查询的任务。"};
    case Outcome::denied:
      return denied_detail(reply.http_status, reply.error_code);
    case Outcome::throttled:
      return {"Huawei Cloud limits the rate of requests.", "华为云限制了请求频率。"};
    case Outcome::unreachable:
      if (end == HttpReply::End::stopped) return {"The server is stopping.", "服务端正在停止。"};
      return {"Huawei Cloud could not be reached.", "无法连接华为云。"};
    case Outcome::untrusted:
      return {
          "The certificate of Huawei Cloud's server is not trusted; set a private CA with "
          "--ca-file.",
          "华为云服务器的证书不受信任；私有 CA 请用 --ca-file 指定。"};
    case Outcome::failed:
      return {"Huawei Cloud reported an internal error.", "华为云返回内部错误。"};
    case Outcome::malformed:
      return {"The response is not a job.", "响应不是可识别的任务。"};
    case Outcome::too_large:
      return {"The response is too large.", "响应过大。"};
    case Outcome::succeeded:
    case Outcome::refused:
    case Outcome::no_key:
    case Outcome::unknown_project:
    case Outcome::deferred:
      break;  // not of a reply that came
  }
  return {};
}

JobReply breaker_open(seconds wait) {
  return unsent(Outcome::refused,
                {"Huawei Cloud rejected the key three times in a row. Queries are paused, because "
                 "further rejections would lock the key.",
                 "密钥连续三次认证失败，已暂停查询，以免密钥被锁定。"},
                wait);
}

JobReply no_turn(const RateLimit::Turn& turn, const std::string& service) {
  const seconds wait = std::max(seconds(1), std::chrono::ceil<seconds>(turn.wait));
  if (turn.kind == RateLimit::Turn::Kind::budget_used_up) {
    return unsent(Outcome::throttled,
                  {"The request rate set with --budget is used up for now.",
                   "已达到 --budget 设置的请求速率上限。"},
                  wait);
  }
  return unsent(Outcome::throttled,
                bilingual({"Huawei Cloud limits requests to {0}; queries resume when the pause is "
                           "over.",
                           "华为云限制了对 {0} 的请求频率，暂停结束后将继续查询。"},
                          service),
                wait);
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

/// "this machine's clock is 20 minutes behind Huawei Cloud's"
Bilingual skew_words(std::chrono::system_clock::duration skew) {
  const auto whole = std::chrono::round<minutes>(std::chrono::abs(skew)).count();
  return bilingual(
      {"this machine's clock is {0} {1} Huawei Cloud's", "本机时钟比华为云{1} {0} 分钟"},
      whole == 1 ? Bilingual("1 minute", "1")
                 : Bilingual(std::to_string(whole) + " minutes", std::to_string(whole)),
      skew.count() > 0 ? Bilingual("ahead of", "快") : Bilingual("behind", "慢"));
}

/// A wrong clock is the commonest cause of refused signatures, and the reply gives it away.
Bilingual skew_hint(const HttpReply& reply) {
  if (!reply.clock_ahead || std::chrono::abs(*reply.clock_ahead) <= kSkewTooLarge) return {};
  return bilingual({" The cause: {0}; correct it.", "原因：{0}，请校准。"},
                   skew_words(*reply.clock_ahead));
}

}  // namespace

JobReply unsent(Outcome outcome, Bilingual detail, std::optional<seconds> retry_after) {
  JobReply reply;
  reply.outcome = outcome;
  reply.detail = std::move(detail);
  reply.retry_after = retry_after;
  return reply;
}

JobReply deferred(Progress& progress, Progress::Time not_before) {
  progress.not_before = not_before;
  JobReply reply;
  reply.outcome = Outcome::deferred;
  reply.not_before = not_before;
  return reply;
}

JobReply SignedQuery::send(KeyInUse& key, const Query& query, Progress& progress) {
  for (;;) {
    if (auto unsent = wait_for_turn(key, query, progress)) return std::move(*unsent);
    auto pass = key.breaker->enter();
    if (!pass) {
      if (const seconds wait = key.breaker->open_for(); wait > seconds(0)) {
        return breaker_open(wait);
      }
      return wait_for_key(key, progress);
    }
    const std::size_t host = failover_.current(query.origins);
    auto sent = send_once(key, query, query.origins[host]);
    if (sent && fails_over(query, host, sent.value().reply, progress)) continue;
    progress.has_turn = false;
    ++progress.tries;
    if (!sent) {
      JobReply reply =
          unsent(Outcome::denied, {"The request could not be signed.", "无法为请求签名。"});
      reply.log_detail = sent.error();
      return reply;
    }
    const HttpReply::End end = sent.value().reply.end;
    if (end == HttpReply::End::complete) {
      pass.settle(sent.value().reply.status == 401 ? CircuitBreaker::Verdict::refused
                                                   : CircuitBreaker::Verdict::accepted);
    }
    JobReply reply = reply_of(key, query, std::move(sent.value()), progress.notices);

    const bool was_lost = end == HttpReply::End::connection_lost;
    const bool may_pass = end == HttpReply::End::unreachable ||
                          end == HttpReply::End::no_connection || reply.outcome == Outcome::failed;
    if (!was_lost && !may_pass) return reply;
    milliseconds pause{0};
    if (may_pass || progress.lost_connection) {
      pause = std::max<milliseconds>(
          std::chrono::floor<milliseconds>(clock_.chance() * progress.pause_span),
          reply.retry_after.value_or(seconds(0)));
      progress.pause_span = std::min(progress.pause_span * 2, kLongestSpan);
    }
    progress.lost_connection = progress.lost_connection || was_lost;
    const auto next = clock_.steady() + pause;
    if (progress.tries == kMostTries || next >= progress.began + kLongestQuery) return reply;
    if (pause > milliseconds(0)) return deferred(progress, next);
  }
}

JobReply SignedQuery::wait_for_key(const KeyInUse& key, Progress& progress) {
  const auto now = clock_.steady();
  if (now - progress.began < kLongestQuery) return deferred(progress, now + kBreakerLook);
  if (key.breaker->is_cut_off()) {
    return unsent(Outcome::unreachable,
                  {"This server cannot reach its database, where servers with the same key count "
                   "rejections, and does not use the key without it.",
                   "服务端无法连接数据库，而使用同一密钥的各服务端在其中记录认证失败次数，"
                   "因此暂不使用密钥。"});
  }
  return unsent(Outcome::unreachable, {"The first queries with this key have no response yet.",
                                       "使用此密钥的首批查询尚无响应。"});
}

bool SignedQuery::fails_over(const Query& query, std::size_t host, const HttpReply& reply,
                             Progress& progress) {
  const bool was_reached =
      reply.end != HttpReply::End::no_connection && reply.end != HttpReply::End::untrusted;
  if (was_reached || query.origins.size() < 2) {
    progress.unreached = 0;
    return false;
  }
  failover_.move_on(query.origins, host);
  const bool was_last = ++progress.unreached == query.origins.size();
  if (was_last || clock_.steady() >= progress.began + kLongestQuery) {
    progress.unreached = 0;
    return false;
  }
  progress.notices.push_back(bilingual(
      {"{0} could not be reached ({1}); using {2} in its place", "无法连接 {0}（{1}），改用 {2}"},
      query.origins[host].text(), one_line(reply.why, kMaxLogText),
      query.origins[failover_.current(query.origins)].text()));
  return true;
}

std::optional<JobReply> SignedQuery::wait_for_turn(KeyInUse& key, const Query& query,
                                                   Progress& progress) {
  const auto now = clock_.steady();
  if (now < progress.not_before) return deferred(progress, progress.not_before);
  if (const seconds wait = key.breaker->open_for(); wait > seconds(0)) return breaker_open(wait);
  if (progress.has_turn) return std::nullopt;
  if (key.breaker->is_starting()) return wait_for_key(key, progress);
  const auto left = std::chrono::ceil<milliseconds>(progress.began + kLongestQuery - now);
  const auto turn =
      rate_limit_.take(query.service, now, std::clamp(left, milliseconds(0), kLongestQueue));
  if (turn.kind != RateLimit::Turn::Kind::given) return no_turn(turn, query.service);
  progress.has_turn = true;
  if (turn.wait > milliseconds(0)) return deferred(progress, now + turn.wait);
  return std::nullopt;
}

Result<SignedQuery::Sent> SignedQuery::send_once(const KeyInUse& key, const Query& query,
                                                 const Origin& origin) {
  std::vector<Header> headers;
  if (!query.owner_header.empty()) headers.push_back({query.owner_header, query.owner_id});
  if (const auto& token = key.credentials.security_token; !token.empty()) {
    headers.push_back({"X-Security-Token", std::string(token.reveal())});
  }
  const std::string date = sdk_date(clock_.wall());
  auto signature = key.signer.sign({.host = origin.host,
                                    .path = query.target.path,
                                    .query = query.target.query,
                                    .headers = headers},
                                   date);
  if (!signature) return signature.failure();
  headers.push_back({"Host", origin.host});
  headers.push_back({"X-Sdk-Date", date});
  headers.push_back({"Authorization", signature.value().authorization});
  headers.push_back({"Accept", "application/json"});
  std::string url = origin.text() + query.target.path;
  if (!query.target.query.empty()) url += '?' + query.target.query;
  Sent sent{transport_->send({.url = std::move(url),
                              .headers = headers,
                              .max_body = query.max_body,
                              .has_room = query.has_room}),
            std::move(signature.value())};
  // The cloud has counted this refusal, whether or not its words came whole.
  if (sent.reply.status == 401) sent.reply.end = HttpReply::End::complete;
  return sent;
}

JobReply SignedQuery::reply_of(const KeyInUse& key, const Query& query, Sent sent,
                               std::vector<Bilingual>& notices) {
  HttpReply& http = sent.reply;
  const bool is_complete = http.end == HttpReply::End::complete;
  JobReply reply;
  reply.outcome = outcome_of(http);
  reply.http_status = http.status;
  reply.request_id = plain_word(http.request_id, kMaxRequestId);
  if (Bilingual notice = skew_notice(http); !notice.empty()) notices.push_back(std::move(notice));
  if (reply.outcome == Outcome::succeeded) {
    rate_limit_.accepted(query.service);
    reply.body = std::move(http.body);
    return reply;
  }

  ErrorBody error = is_complete ? read_error(http.body) : ErrorBody{"", http.why, "", ""};
  const auto cleaned = [&](std::string text) {
    return without_secrets(std::move(text), key.credentials, sent.signature.signature);
  };
  error.message = cleaned(std::move(error.message));
  reply.error_code = error.code;
  reply.inner_error_code = error.inner_code;
  if (reply.request_id.empty()) reply.request_id = error.request_id;
  reply.detail = detail_of(reply, http.end);
  reply.log_detail = one_line(error.message, kMaxLogText);
  reply.message = relayed_message(error);
  reply.retry_after = http.retry_after;
  if (reply.http_status == 401) {
    reply.detail += skew_hint(http);
    // Cleaned before they are compared, for what is quoted of a line is only its beginning.
    const Bilingual found =
        compare_canonical(error.message, cleaned(std::move(sent.signature.canonical_request)));
    if (!found.empty())
      notices.push_back({one_line(found.en, kMaxLogText), one_line(found.zh, kMaxLogText)});
  }
  if (reply.outcome == Outcome::throttled) {
    reply.retry_after = rate_limit_.throttled(query.service, limit_in(error.message),
                                              http.retry_after, clock_.steady());
  }
  return reply;
}

Bilingual SignedQuery::skew_notice(const HttpReply& reply) {
  if (!reply.clock_ahead) return {};
  const auto skew = *reply.clock_ahead;
  const Lock lock(mutex_);
  if (std::chrono::abs(skew) <= kSkewWorthSaying) {
    told_skew_.reset();
    return {};
  }
  if (told_skew_ && std::chrono::abs(skew - *told_skew_) < kSkewChange) return {};
  told_skew_ = skew;
  return bilingual({"{0}; correct it: signatures more than 15 minutes off are refused",
                    "{0}，请校准：时间偏差超过 15 分钟的签名会被拒绝"},
                   skew_words(skew));
}

}  // namespace jobtree::cloud
