#include "text.h"

#include <array>
#include <cmath>

namespace jobtree::engine {
namespace {

using abi::State;

struct Pair {
  std::string_view en;
  std::string_view zh;
  std::string_view in(Language language) const { return language == Language::zh ? zh : en; }
};

constexpr std::array<Pair, kStatusCount> kStatusNames = {{
    {"waiting", "等待中"},
    {"running", "运行中"},
    {"succeeded", "成功"},
    {"failed", "失败"},
    {"cancelled", "已取消"},
    {"skipped", "已跳过"},
    {"unknown", "未知"},
}};

std::string two_digits(std::int64_t value) {
  std::string text = std::to_string(value);
  return text.size() < 2 ? "0" + text : text;
}

std::string seconds_text(double seconds, Language language) {
  return duration(static_cast<std::int64_t>(std::ceil(seconds)) * 1000, language, true);
}

/// " (APIGW.0301)", or nothing.
std::string in_brackets(std::string_view code, Language language) {
  if (code.empty()) return {};
  std::string text = language == Language::zh ? "（" : " (";
  text += code;
  text += language == Language::zh ? "）" : ")";
  return text;
}

/// "; next try in 8s", or nothing.
std::string next_try(const WatchFacts& facts, Language language) {
  if (facts.next < 0) return {};
  const std::string time = seconds_text(facts.next, language);
  return language == Language::zh ? "，" + time + "后重试" : "; next try in " + time;
}

std::string not_understood(const WatchFacts& facts, Language language) {
  const Pair words = {"The answer is not a job this page understands", "返回内容不是可识别的任务"};
  return std::string(words.in(language)) + in_brackets(facts.code, language);
}

/// Our own backend's codes that mean something else than a refused key.
const Pair* own_denial(std::string_view code) {
  struct Own {
    std::string_view code;
    Pair words;
  };
  static constexpr Own kOwn[] = {
      {"jobtree.unknown_project",
       {"The backend does not know its key's project", "后端不知道密钥所属的项目"}},
      {"jobtree.bad_project_id",
       {"This is not a project id: 32 hexadecimal digits, or \"-\"",
        "项目 ID 无效：应为 32 位十六进制数，或“-”"}},
      {"jobtree.bad_job_id",
       {"This is not a job id: 1 to 64 letters, digits, \"-\" and \"_\"",
        "任务 ID 无效：应为 1–64 位字母、数字、“-”或“_”"}},
      {"jobtree.bad_origin", {"The backend does not serve this page", "后端不允许此页面访问"}},
  };
  for (const Own& own : kOwn) {
    if (own.code == code) return &own.words;
  }
  return nullptr;
}

}  // namespace

Language language_of(std::string_view bcp47_tag) {
  const bool zh = bcp47_tag.size() >= 2 && (bcp47_tag[0] | 0x20) == 'z' &&
                  (bcp47_tag[1] | 0x20) == 'h' && (bcp47_tag.size() == 2 || bcp47_tag[2] == '-');
  return zh ? Language::zh : Language::en;
}

std::string_view status_word(Status status, Language language) {
  return kStatusNames[static_cast<std::size_t>(status)].in(language);
}

std::string duration(std::int64_t milliseconds, Language language, bool whole_seconds) {
  const bool zh = language == Language::zh;
  if (milliseconds < 0) milliseconds = 0;
  if (milliseconds < 10'000 && !whole_seconds) {
    const std::int64_t tenths = milliseconds / 100;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + (zh ? "秒" : "s");
  }
  const std::int64_t seconds = milliseconds / 1000;
  if (seconds < 60) return std::to_string(seconds) + (zh ? "秒" : "s");
  const std::int64_t minutes = seconds / 60;
  if (minutes < 60) {
    return std::to_string(minutes) + (zh ? "分" : "m ") + two_digits(seconds % 60) +
           (zh ? "秒" : "s");
  }
  const std::int64_t hours = minutes / 60;
  if (hours < 24) {
    return std::to_string(hours) + (zh ? "小时" : "h ") + two_digits(minutes % 60) +
           (zh ? "分" : "m");
  }
  return std::to_string(hours / 24) + (zh ? "天" : "d ") + std::to_string(hours % 24) +
         (zh ? "小时" : "h");
}

std::string figure(std::uint32_t value) {
  std::string text = std::to_string(value);
  for (std::size_t i = text.size(); i > 3;) {
    i -= 3;
    text.insert(i, ",");
  }
  return text;
}

std::string counted(std::uint32_t count, Status status, Language language) {
  const std::string_view word = status_word(status, language);
  if (language == Language::zh) return std::string(word) + " " + figure(count);
  return figure(count) + " " + std::string(word);
}

std::string done_of(std::uint32_t done, std::uint32_t total, Language language) {
  if (language == Language::zh) return "已完成 " + figure(done) + " / " + figure(total);
  return figure(done) + " of " + figure(total) + " done";
}

std::string list_name(std::uint32_t count, Language language) {
  if (language == Language::zh) return "一次返回的 " + figure(count) + " 个任务";
  return figure(count) + " jobs in one answer";
}

std::string watch_message(const WatchFacts& facts, Language language) {
  const bool zh = language == Language::zh;
  const std::string next = next_try(facts, language);
  const std::string code = in_brackets(facts.code, language);
  switch (facts.state) {
    case State::loading:
      return zh ? "正在查询…" : "Asking the cloud…";
    case State::live: {
      // A fresh answer needs no clock beside it; one that is late does.
      constexpr double kLate = 15;
      if (facts.age < kLate) return zh ? "实时" : "Live";
      const std::string age = seconds_text(facts.age, language);
      return zh ? "实时，" + age + "前确认" : "Live, confirmed " + age + " ago";
    }
    case State::settled:
      return zh ? "任务已结束" : "The job has ended";
    case State::stale: {
      const std::string age = seconds_text(facts.age < 0 ? 0 : facts.age, language);
      return (zh ? "数据为 " + age + "前，查询失败" : "Not confirmed for " + age) + code + next;
    }
    case State::unreachable:
      return (zh ? "无法连接" : "No answer") + code + next;
    case State::offline:
      return zh ? "浏览器已离线" : "The browser is offline";
    case State::paused:
      return zh ? "已暂停" : "Paused";
    case State::denied: {
      const Pair* own = own_denial(facts.code);
      if (own != nullptr) return std::string(own->in(language));
      return (zh ? "云服务拒绝了该请求" : "The cloud refused the request") + code;
    }
    case State::not_found:
      if (facts.has_tree) return (zh ? "云端已不再保存此任务" : "The cloud no longer has this job");
      return (zh ? "云端没有此任务" : "The cloud has no such job") + code;
    case State::throttled:
      return (zh ? "请求过于频繁" : "Too many requests") + code + next;
    case State::not_understood:
      return not_understood(facts, language) + next;
  }
  return {};
}

std::string_view watch_hint(const WatchFacts& facts, Language language) {
  switch (facts.state) {
    case State::denied:
      if (facts.code == "jobtree.unknown_project") {
        return Pair{"Start the backend with --project, or name the project here.",
                    "请用 --project 启动后端，或在此填写项目 ID。"}
            .in(language);
      }
      if (own_denial(facts.code) != nullptr) return {};
      return Pair{
          "Polling has stopped, so that the key is not locked. Check key, project and "
          "region at the backend, then refresh.",
          "已停止轮询，以免密钥被锁定。请检查后端的密钥、项目和区域，然后刷新。"}
          .in(language);
    case State::not_found:
      if (facts.has_tree) {
        return Pair{"Ended jobs are removed after a while. This is the last that was seen.",
                    "已结束的任务会在一段时间后被清除，此处为最后一次结果。"}
            .in(language);
      }
      return Pair{
          "Check region, service and project. Ids of batch releases and unbindings are "
          "never stored; ended jobs are removed after a while.",
          "请检查区域、服务和项目。批量释放和解绑的任务 ID 不会保存；已结束的任务会被清除。"}
          .in(language);
    case State::unreachable:
    case State::stale:
      if (facts.http_status != 0) return {};
      return Pair{"The backend does not answer. Is it running?", "后端没有响应，是否已启动？"}.in(
          language);
    case State::offline:
      return Pair{"Polling goes on when the network is back.", "网络恢复后将继续轮询。"}.in(
          language);
    case State::not_understood:
      return facts.has_tree
                 ? Pair{"The last good answer stays on screen.", "保留最后一次有效结果。"}.in(
                       language)
                 : std::string_view{};
    default:
      return {};
  }
}

std::string row_label(const RowWords& words, Language language) {
  const std::string_view comma = language == Language::zh ? "，" : ", ";
  std::string label(words.name);
  for (std::string_view part : {words.status, words.duration, words.progress, words.error}) {
    if (part.empty()) continue;
    label += comma;
    label += part;
  }
  return label;
}

}  // namespace jobtree::engine
