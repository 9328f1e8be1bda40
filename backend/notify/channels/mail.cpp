#include "notify/channels/mail.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/hex.h"
#include "base/protocol/base64.h"
#include "base/protocol/digest.h"
#include "base/utc.h"
#include "base/utf8.h"
#include "notify/channels/fitting.h"
#include "notify/channels/verdicts.h"

namespace jobtree::notify::mail {
namespace {

constexpr std::size_t kLongestAddress = 254;  // RFC 5321, erratum 1690
constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestPlainSubject = 66;  // with the field's name 76 in all
constexpr std::size_t kWordBytes = 39;            // 52 of base64, 12 around it, the field's name
constexpr std::size_t kLineBytes = 57;            // 76 of base64
constexpr std::string_view kLineEnd = "\r\n";

/// Of a "dot-atom" (RFC 5322 section 3.2.3).
bool is_atom_text(char c) {
  constexpr std::string_view kSigns = "!#$%&'*+-/=?^_`{|}~.";
  return is_alnum(c) || kSigns.find(c) != std::string_view::npos;
}

/// The text in pieces of at most `most` bytes, none of which ends inside a character.
std::vector<std::string_view> pieces_of(std::string_view text, std::size_t most) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    std::size_t end = std::min(most, text.size());
    while (end > 1 && end < text.size() && (text[end] & '\xC0') == '\x80')
      --end;
    pieces.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return pieces;
}

/// As it can stand in a header: plain, or in encoded words, one a line.
std::string header_text(const std::string& text) {
  const bool is_plain = text.size() <= kLongestPlainSubject &&
                        text.find("=?") == std::string::npos &&
                        std::ranges::all_of(text, [](char c) { return is_graphic(c) || c == ' '; });
  if (is_plain) return text;
  std::string encoded;
  for (const std::string_view piece : pieces_of(text, kWordBytes)) {
    if (!encoded.empty()) encoded.append(kLineEnd).append(" ");
    encoded.append("=?UTF-8?B?").append(to_base64(piece)).append("?=");
  }
  return encoded;
}

/// Lines end as in all mail, inside of base64 too (RFC 2045 section 6.8).
std::string body_text(const Message& message) {
  std::string text;
  const auto add = [&text](const std::string& line) { text.append(line).append(kLineEnd); };
  const auto add_paragraph = [&](const std::string& paragraph) {
    if (paragraph.empty()) return;
    add("");
    add(paragraph);
  };
  add(message.title);
  if (!message.facts.empty()) add("");
  for (const auto& [label, value] : message.facts)
    add(std::string(label).append(": ").append(value));
  add_paragraph(message.error);
  add_paragraph(message.advice);
  if (!message.list.empty()) add("");
  for (const std::string& line : message.list)
    add("- " + line);
  for (const std::string& note : message.notes)
    add_paragraph(note);
  add_paragraph(message.link);
  return text;
}

/// The same on every replica and at every attempt: a second copy can be known by it.
std::string message_id(const std::string& event, const std::string& from, const std::string& to) {
  const auto digest = Sha256()(to);
  const std::string recipient = digest ? to_hex(std::span(*digest).first(8)) : "";
  return '<' + event + '.' + recipient + from.substr(from.find('@')) + '>';
}

/// "Sun, 29 Nov 2026 22:28:18 +0000": that of HTTP has a zone that is obsolete in mail.
std::string date_text(Time time) {
  std::string text = http_date(time);
  text.resize(text.size() - std::string_view("GMT").size());
  return text + "+0000";
}

std::string message_text(const Message& message, const std::vector<cloud::Header>& fields) {
  std::string text;
  for (const auto& [name, value] : fields)
    text.append(name).append(": ").append(value).append(kLineEnd);
  text += kLineEnd;
  const std::string body = body_text(message);
  for (std::size_t at = 0; at < body.size(); at += kLineBytes)
    text.append(to_base64(std::string_view(body).substr(at, kLineBytes))).append(kLineEnd);
  return text;
}

}  // namespace

bool is_address(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || text.size() > kLongestAddress) return false;
  const std::string_view name = text.substr(0, at);
  const std::string_view domain = text.substr(at + 1);
  const auto is_dotted = [](std::string_view part) {
    return !part.empty() && part.front() != '.' && part.back() != '.' &&
           part.find("..") == std::string_view::npos;
  };
  return is_dotted(name) && is_dotted(domain) && name.size() <= kLongestName &&
         std::ranges::all_of(name, is_atom_text) &&
         std::ranges::all_of(domain, [](char c) { return is_alnum(c) || c == '-' || c == '.'; });
}

Result<Dispatches> make(const Outgoing& outgoing) {
  const Channel& channel = outgoing.channel;
  const Message message = worded(channel, outgoing.content);
  const std::string event = std::visit([](const auto& told) { return told.id; }, outgoing.content);
  Dispatches all;
  for (const std::string& to : channel.to) {
    if (!is_address(channel.from) || !is_address(to)) {
      return Failure::usage({"a mail address of the channel is none, such as jobs@example.com",
                             "通道的邮件地址无效，应类似 jobs@example.com"});
    }
    const std::vector<cloud::Header> fields{{"Date", date_text(outgoing.at)},
                                            {"From", "jobtree <" + channel.from + '>'},
                                            {"To", '<' + to + '>'},
                                            {"Subject", header_text(message.title)},
                                            {"Message-ID", message_id(event, channel.from, to)},
                                            {"Auto-Submitted", "auto-generated"},  // RFC 3834
                                            {"MIME-Version", "1.0"},
                                            {"Content-Type", "text/plain; charset=utf-8"},
                                            {"Content-Transfer-Encoding", "base64"}};
    all.emplace_back(
        Mail{.from = channel.from, .to = to, .message = message_text(message, fields)});
  }
  return all;
}

Verdict judge(const Response& response) {
  const int status = response.status;
  // A connection that fails is the same for all.
  if (status == 0) return *refused_by_status(response);
  const std::string code = "SMTP " + std::to_string(status);
  if (status >= 200 && status < 300) return delivered();
  if (status < 500) {
    return verdict(Verdict::Kind::again, code,
                   {"The mail server is busy or has trouble; it will be tried again.",
                    "邮件服务器繁忙或出现故障，稍后将重试。"},
                   response.body);
  }
  if (status == 530 || status == 534 || status == 535) {  // RFC 4954 section 6
    return verdict(Verdict::Kind::never, code,
                   {"The mail server refused the user or password; check user and secret_file.",
                    "邮件服务器拒绝了用户名或密码，请检查 user 和 secret_file。"},
                   response.body);
  }
  return verdict(Verdict::Kind::never, code,
                 {"The mail server refused the message or an address; check from and to.",
                  "邮件服务器拒绝了邮件或地址，请检查 from 和 to。"},
                 response.body);
}

}  // namespace jobtree::notify::mail
