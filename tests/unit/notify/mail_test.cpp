// Mail: the form of the message, what cannot get into its header, and what replies mean.
#include "notify/channels/mail.h"

#include "base/ascii.h"
#include "base/protocol/base64.h"
#include "unit/notify/told.h"

namespace jobtree::notify::mail_test {

using namespace tests;

namespace {

constexpr auto kKind = ChannelKind::mail;

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find("\r\n");
    REQUIRE(end != std::string_view::npos);
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 2);
  }
  return lines;
}

/// The header's lines, and what the body says.
struct Parts {
  std::vector<std::string> header;
  std::string body;
};

Parts parts_of(const std::string& message) {
  const std::size_t end = message.find("\r\n\r\n");
  REQUIRE(end != std::string::npos);
  Parts parts{.header = lines_of(message.substr(0, end + 2)), .body = {}};
  for (const std::string& line : lines_of(message.substr(end + 4))) {
    REQUIRE(line.size() <= 76);
    const auto bytes = from_base64(line);
    REQUIRE(bytes);
    parts.body += *bytes;
  }
  return parts;
}

std::string field(const Parts& parts, std::string_view name) {
  std::string value;
  bool is_in = false;
  for (const std::string& line : parts.header) {
    const bool goes_on = line.starts_with(' ');
    if (!goes_on) is_in = line.starts_with(std::string(name) + ": ");
    if (is_in) value += goes_on ? line : line.substr(name.size() + 2);
  }
  return value;
}

/// Of encoded words with blanks between.
std::string decoded(const std::string& text) {
  std::string all;
  for (std::size_t at = 0; (at = text.find("=?UTF-8?B?", at)) != std::string::npos;) {
    const std::size_t end = text.find("?=", at + 10);
    const std::string word = from_base64(text.substr(at + 10, end - at - 10)).value();
    CHECK(is_utf8(word));
    CHECK(end + 2 - at <= 75);
    all += word;
    at = end;
  }
  return all;
}

Parts mail_of(const Content& content, Language language = Language::en) {
  Channel channel = channel_of(kKind);
  channel.style.language = language;
  return parts_of(std::get<Mail>(made(channel, content).at(0)).message);
}

}  // namespace

TEST_CASE("A mail has the fields that it needs, and says what happened") {
  const Parts mail = mail_of(failed_notice());
  CHECK(field(mail, "Date") == "Sat, 28 Nov 2026 22:30:00 +0000");
  CHECK(field(mail, "From") == "jobtree <jobs@example.com>");
  CHECK(field(mail, "To") == "<li@example.com>");
  CHECK(field(mail, "Subject") == "Failed: Create EIPs (17/20)");
  CHECK(field(mail, "Auto-Submitted") == "auto-generated");
  CHECK(field(mail, "Content-Type") == "text/plain; charset=utf-8");
  CHECK(field(mail, "Content-Transfer-Encoding") == "base64");
  CHECK(mail.body.starts_with(
      "Failed: Create EIPs (17/20)\r\n\r\nService: eip\r\nRegion: cn-north-4\r\n"));
  CHECK(contains(mail.body, "\r\n- VPC.0532: no free address ×1\r\n"));
  CHECK(mail.body.ends_with("\r\n\r\n" + failed_notice().link + "\r\n"));
}

TEST_CASE("A Chinese subject is in encoded words, folded between characters") {
  const Parts mail = mail_of(long_notice(), Language::zh);
  CHECK(decoded(field(mail, "Subject")).starts_with("失败：配额不足配额不足"));
  CHECK(mail.header.size() > 10);
  for (const std::string& line : mail.header) {
    CHECK(line.size() <= 78);
    CHECK(std::ranges::all_of(line, [](char c) { return is_graphic(c) || c == ' '; }));
  }
}

TEST_CASE("A subject that looks like an encoded word is encoded, so that it shows as it is") {
  store::JobRecord record = failed_record();
  record.marks.label = "=?UTF-8?B?eA==?=";
  CHECK(contains(decoded(field(mail_of(notice_of(record, settled())), "Subject")),
                 "=?UTF-8?B?eA==?="));
}

TEST_CASE("Nothing from the cloud gets into the header by itself") {
  const Parts mail = mail_of(hostile_notice());
  for (const std::string& line : mail.header) {
    CAPTURE(line);
    CHECK_FALSE(line.starts_with("Bcc"));
    CHECK_FALSE(contains(line, "evil"));
  }
  CHECK(field(mail, "To") == "<li@example.com>");
  CHECK(mail.body.find("\r\nBcc") == std::string::npos);
}

TEST_CASE("Each recipient has a mail, and its id is the same at each attempt") {
  Channel channel = channel_of(kKind);
  channel.to = {"li@example.com", "wang@example.com"};
  const auto ids = [&channel](const char* at) {
    std::vector<std::string> all;
    for (const Dispatch& dispatch : made(channel, failed_notice(), {}, time_at(at))) {
      const auto& mail = std::get<Mail>(dispatch);
      all.push_back(mail.to + field(parts_of(mail.message), "Message-ID"));
    }
    return all;
  };
  const auto first = ids("2026-11-28T22:30:00Z");
  REQUIRE(first.size() == 2);
  CHECK(first == ids("2026-11-29T22:30:00Z"));
  CHECK(first[0].starts_with("li@example.com<" + failed_notice().id + '.'));
  CHECK(first[0].ends_with("@example.com>"));
  CHECK(first[0].substr(first[0].find('<')) != first[1].substr(first[1].find('<')));
}

TEST_CASE("An address is one that needs no quotes") {
  for (const char* text : {"a@b", "first.last+tag@sub.example.com", "o'neil@example.com"}) {
    CAPTURE(text);
    CHECK(mail::is_address(text));
  }
  for (const std::string text : {"",
                                 "a",
                                 "@b",
                                 "a@",
                                 "a@@b",
                                 "a b@c",
                                 "<a@b>",
                                 "a@b>",
                                 "a@b\r\nBcc: c@d",
                                 "a,b@c",
                                 "a@b,c@d",
                                 "\"a\"@b",
                                 "a..b@c",
                                 ".a@b",
                                 "a.@b",
                                 "a@.b",
                                 "a@b..c",
                                 "a@[127.0.0.1]",
                                 "李@example.com",
                                 "a(c)@b"}) {
    CAPTURE(text);
    CHECK_FALSE(mail::is_address(text));
  }
  CHECK_FALSE(mail::is_address(std::string(65, 'a') + "@b"));
  CHECK_FALSE(mail::is_address("a@" + std::string(300, 'b')));
}

TEST_CASE("A mail to what is no address is not made") {
  Channel channel = channel_of(kKind);
  channel.to = {"li@example.com\r\nBcc: all@example.com"};
  CHECK(fault_of(channel, {}));
  channel = channel_of(kKind);
  channel.from = "x\r\nBcc: all@example.com";
  CHECK(fault_of(channel, {}));
}

TEST_CASE("A reply of SMTP says now, later or never") {
  CHECK(shown(kKind, 250, "2.0.0 Ok: queued").starts_with("delivered"));
  CHECK(shown(kKind, 421, "try later").starts_with("again: SMTP 421"));
  CHECK(shown(kKind, 451, "greylisted").starts_with("again"));
  CHECK(
      shown(kKind, 550, "no such user") ==
      "never: SMTP 550: The mail server refused the message or an address; check from and to. The "
      "other side said: no such user");
  CHECK(shown(kKind, 535, "").starts_with("never: SMTP 535: The mail server refused the user"));
  CHECK(shown(kKind, 0, "").starts_with("again: There was no response."));
}

}  // namespace jobtree::notify::mail_test
