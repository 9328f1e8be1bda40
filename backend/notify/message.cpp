#include "notify/message.h"

#include <algorithm>
#include <numeric>

#include "base/ascii.h"
#include "explain/explain.h"
#include "i18n/messages.h"
#include "notify/plain_text.h"

namespace jobtree::notify {
namespace {

using Tone = Message::Tone;

constexpr std::size_t kLongestTitle = 200;   // bytes
constexpr std::size_t kLongestCause = 240;   // of a line of a list
constexpr std::size_t kLongestError = 1024;  // a sentence or two

const std::string& in(Language language, const Bilingual& text) {
  return language == Language::zh ? text.zh : text.en;
}

std::string_view word(Status status, Language language) {
  return engine::status_word(static_cast<engine::Status>(status), language);
}

std::uint32_t count_of(const Notice& notice, Status status) {
  return notice.counts[static_cast<std::size_t>(status)];
}

std::uint64_t total_of(const Notice& notice) {
  return std::accumulate(notice.counts.begin(), notice.counts.end(), std::uint64_t{0});
}

/// What happened, as a title begins. A job that has not ended is lost when it settles.
Bilingual heading(Kind kind, Status status) {
  switch (kind) {
    case Kind::begun:
      return {"Started", "已开始"};
    case Kind::first_failure:
      return {"First failure", "首个失败"};
    case Kind::stuck:
      return {"Running longer than usual", "运行时间过长"};
    case Kind::group_new:
      return {"New cause of failure", "新的失败原因"};
    case Kind::group_back:
      return {"Cause of failure is back", "失败原因再次出现"};
    case Kind::test:
      return {"Test message", "测试消息"};
    case Kind::settled:
      break;
  }
  switch (status) {
    case Status::succeeded:
      return {"Succeeded", "成功"};
    case Status::failed:
      return {"Failed", "失败"};
    case Status::cancelled:
      return {"Cancelled", "已取消"};
    case Status::skipped:
      return {"Skipped", "已跳过"};
    default:
      return {"Outcome unknown", "结果未知"};
  }
}

Tone tone_of(Kind kind, Status status) {
  if (kind == Kind::begun || kind == Kind::test) return Tone::neutral;
  if (kind != Kind::settled) return Tone::bad;
  if (status == Status::succeeded) return Tone::good;
  return status == Status::failed ? Tone::bad : Tone::neutral;
}

/// "VPC.0501: quota exceeded", or the one of both that there is.
std::string error_line(const std::string& code, const std::string& text, std::size_t most) {
  const std::string between = code.empty() || text.empty() ? "" : ": ";
  return plain_line(code + between + text, most);
}

/// "17/20": how many parts succeeded; "" for a job without parts.
std::string share_of(const Notice& notice, Language language) {
  if (total_of(notice) < 2) return "";
  const std::string share =
      std::to_string(count_of(notice, Status::succeeded)) + '/' + std::to_string(total_of(notice));
  return language == Language::zh ? "（" + share + "）" : " (" + share + ')';
}

/// "17 succeeded, 3 failed", without those that are none.
std::string counts_text(const Notice& notice, Language language) {
  std::string text;
  for (std::size_t i = 0; i < store::kStatuses; ++i) {
    const auto status = static_cast<Status>(i);
    if (count_of(notice, status) == 0) continue;
    if (!text.empty()) text += engine::comma(language);
    engine::String counted;
    engine::put_counted(counted, count_of(notice, status), static_cast<engine::Status>(status),
                        language);
    text += std::string_view(counted);
  }
  return text;
}

std::vector<Message::Fact> facts_of(const Notice& notice, const Style& style) {
  std::vector<Message::Fact> facts;
  const auto add = [&](const Bilingual& label, std::string value) {
    if (!value.empty()) facts.push_back({in(style.language, label), std::move(value)});
  };
  const auto time = [&style](const std::optional<Time>& at) {
    return at ? local_text(*at, style.zone) : "";
  };
  const cloud::JobAddress& address = notice.address;
  add({"Service", "服务"}, address.service());
  add({"Region", "区域"}, address.region());
  const bool is_own = address.project_id() == "-";
  add({"Project", "项目"},
      !notice.project_alias.empty() || is_own ? notice.project_alias : address.project_id());
  add({"Status", "状态"},
      notice.kind == Kind::test ? "" : std::string(word(notice.status, style.language)));
  add({"Sub-jobs", "子任务"}, total_of(notice) < 2 ? "" : counts_text(notice, style.language));
  add({"Started", "开始时间"}, time(notice.begun_at));
  add({"Finished", "结束时间"}, time(notice.ended_at));
  if (notice.begun_at) {
    const Time until = notice.ended_at.value_or(notice.observed_at);
    add({"Duration", "用时"}, duration_text(until - *notice.begun_at, style.language));
  }
  if (!notice.ended_at || notice.is_late) add({"Observed", "发现时间"}, time(notice.observed_at));
  add({"Job ID", "任务 ID"}, address.job_id());
  return facts;
}

/// Our own words for the error: what it means, and what to do.
std::string advice_of(const std::string& code, const std::string& text, Language language) {
  const auto explanation = explain::explain_failure(code, text);
  if (!explanation) return "";
  const auto said = [language](const explain::Words& words) {
    return std::string(language == Language::zh ? words.zh : words.en);
  };
  return said(explanation->meaning) + (language == Language::zh ? "" : " ") +
         said(explanation->remedy);
}

std::string counted(const std::string& line, std::uint32_t count) {
  return line + " \xC3\x97" + std::to_string(count);  // U+00D7
}

/// Of one cause the error says it all.
std::vector<std::string> causes_text(const Notice& notice) {
  std::vector<std::string> lines;
  if (notice.causes.size() < 2) return lines;
  for (const Cause& cause : notice.causes)
    lines.push_back(counted(error_line(cause.code, cause.text, kLongestCause), cause.count));
  return lines;
}

std::string repeat_note(Language language) {
  return in(language, {"(may be repeated)", "（可能重复发送）"});
}

/// Vendors refuse a whole message for a link that is none.
std::string usable_link(const std::string& link) {
  const bool is_one = (link.starts_with("https://") || link.starts_with("http://")) &&
                      link.size() <= kLongestLink && std::ranges::all_of(link, is_graphic);
  return is_one ? link : "";
}

std::string open_words(Language language) {
  return in(language, {"Open", "打开"});
}

std::string row_text(const Digest::Row& row, Language language) {
  const std::string colon = language == Language::zh ? "：" : ": ";
  std::string line = in(language, heading(row.kind, row.status)) + colon;
  const std::string error = error_line(row.code, row.text, kLongestCause);
  line += error.empty() ? plain_line(in(language, row.example), kLongestCause) : error;
  return counted(line, row.count);
}

bool is_bad(const Digest::Row& row) {
  return tone_of(row.kind, row.status) == Tone::bad;
}

}  // namespace

Message message_of(const Notice& notice, const Style& style) {
  const Language language = style.language;
  Message message;
  message.tone = tone_of(notice.kind, notice.status);
  const std::string name = plain_line(in(language, title_of(notice)), kLongestTitle);
  message.title = in(language, heading(notice.kind, notice.status));
  if (!name.empty()) {
    message.title += (language == Language::zh ? "：" : ": ") + name + share_of(notice, language);
  }
  message.facts = facts_of(notice, style);
  message.error = error_line(notice.error_code, notice.error_text, kLongestError);
  message.advice = advice_of(notice.error_code, notice.error_text, language);
  message.list = causes_text(notice);
  if (notice.is_late) {
    message.notes.push_back(in(language, {"This happened earlier, and was noticed only now.",
                                          "该事件此前已发生，现在才获知。"}));
  }
  if (notice.is_repeat) message.notes.push_back(repeat_note(language));
  message.link = usable_link(notice.link);
  message.link_text = open_words(language);
  return message;
}

Message message_of(const Digest& digest, const Style& style) {
  const Language language = style.language;
  Message message;
  message.title = in(
      language,
      digest.is_while_away
          ? bilingual({"{0} notices from while nothing could be sent", "无法发送期间的 {0} 条通知"},
                      std::to_string(digest.count))
          : bilingual({"{0} notices in one", "{0} 条通知汇总"}, std::to_string(digest.count)));
  message.facts = {{in(language, {"First", "最早"}), local_text(digest.first_at, style.zone)},
                   {in(language, {"Last", "最晚"}), local_text(digest.last_at, style.zone)}};
  std::uint32_t shown = 0;
  for (const Digest::Row& row : digest.rows) {
    message.list.push_back(row_text(row, language));
    if (is_bad(row)) message.tone = Tone::bad;
    shown += row.count;
  }
  if (shown < digest.count) {
    message.notes.push_back(
        in(language, bilingual({"{0} more", "另有 {0} 条"}, std::to_string(digest.count - shown))));
  }
  if (digest.is_repeat) message.notes.push_back(repeat_note(language));
  message.link = usable_link(digest.link);
  message.link_text = open_words(language);
  return message;
}

std::string cut_note(Language language) {
  return in(language, {"(shortened; the link shows all of it)", "（内容已截断，完整内容见链接）"});
}

}  // namespace jobtree::notify
