#include "notify/channels/verdicts.h"

#include <algorithm>

#include "notify/plain_text.h"

namespace jobtree::notify {
namespace {

constexpr std::size_t kLongestSaid = 300;  // bytes

Verdict by_status(Verdict::Kind kind, const Response& response, const Bilingual& text) {
  Verdict made = verdict(kind, "HTTP " + std::to_string(response.status), text, response.body);
  if (kind == Verdict::Kind::again) made.after = response.retry_after;
  return made;
}

Verdict no_response(const Response& response) {
  Verdict made = verdict(Verdict::Kind::again, "", {"There was no response.", "没有收到响应。"},
                         response.trouble);
  made.may_have_arrived = response.may_have_arrived;
  return made;
}

}  // namespace

Verdict delivered() {
  return {.kind = Verdict::Kind::delivered, .text = {"Delivered.", "已送达。"}};
}

Verdict verdict(Verdict::Kind kind, std::string code, const Bilingual& text,
                std::string_view said) {
  const std::string line = plain_line(said, kLongestSaid);
  Verdict made{.kind = kind, .code = std::move(code), .text = text};
  if (!made.code.empty()) made.text = bilingual({"{0}: {1}", "{0}：{1}"}, made.code, made.text);
  if (!line.empty()) {
    made.text += bilingual({" The other side said: {0}", " 对方返回：{0}"}, line);
  }
  return made;
}

std::optional<Verdict> refused_by_status(const Response& response) {
  const int status = response.status;
  if (status == 0) return no_response(response);
  if (status >= 200 && status < 300) return std::nullopt;
  if (status == 408 || status == 425 || status == 429 || status >= 500) {
    return by_status(Verdict::Kind::again, response,
                     {"The other side is busy or has trouble; it will be tried again.",
                      "对方繁忙或出现故障，稍后将重试。"});
  }
  if (status == 410) {
    return by_status(Verdict::Kind::gone, response,
                     {"The other side wants no more messages at this URL; set a new one.",
                      "对方不再接收该 URL 的消息，请更换 URL。"});
  }
  if (status == 401 || status == 403) {
    return by_status(Verdict::Kind::never, response,
                     {"The other side refused the key, token or signature; check the channel's "
                      "URL and secret.",
                      "对方拒绝了密钥、令牌或签名，请检查通道的 URL 和密钥。"});
  }
  if (status == 404) {
    return by_status(Verdict::Kind::never, response,
                     {"There is nothing at this URL; check it.", "该 URL 不存在，请检查。"});
  }
  if (status >= 300 && status < 400) {
    return by_status(Verdict::Kind::never, response,
                     {"The URL redirects, which is not followed; set the URL that it leads to.",
                      "该 URL 会重定向（不予跟随），请填写最终的 URL。"});
  }
  return by_status(Verdict::Kind::never, response,
                   {"The other side refused the message.", "对方拒绝了该消息。"});
}

Verdict judged_by_code(const Response& response, const char* name, const char* text_name,
                       std::span<const KnownCode> known) {
  const nlohmann::json body = object_in(response.body);
  const auto member = body.find(name);
  if (member == body.end() || !member->is_number_integer()) {
    if (auto refused = refused_by_status(response)) return *std::move(refused);
    return verdict(Verdict::Kind::again, "HTTP " + std::to_string(response.status),
                   {"The response is not the vendor's; check the URL, and what is between.",
                    "响应不是来自该厂商，请检查 URL 及中间的代理。"},
                   response.body);
  }
  const auto code = member->get<std::int64_t>();
  const bool is_good_status = response.status >= 200 && response.status < 300;
  if (code == 0 && is_good_status) return delivered();
  const auto text = body.find(text_name);
  const std::string said =
      text != body.end() && text->is_string() ? text->get<std::string>() : std::string();
  const auto found = std::ranges::find(known, code, &KnownCode::code);
  if (found == known.end()) {
    Verdict made = verdict(Verdict::Kind::again, std::to_string(code),
                           {"The other side did not take the message; it will be tried again.",
                            "对方未接收该消息，稍后将重试。"},
                           said);
    made.after = response.retry_after;
    return made;
  }
  Verdict made = verdict(found->kind, std::to_string(code), bilingual(found->text), said);
  if (found->kind == Verdict::Kind::shut) made.after = found->after;
  return made;
}

nlohmann::json object_in(std::string_view body) {
  auto json = nlohmann::json::parse(body, nullptr, false);
  return json.is_object() ? json : nlohmann::json::object();
}

}  // namespace jobtree::notify
