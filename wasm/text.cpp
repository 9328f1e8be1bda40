#include "text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>

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

/// Puts the arguments where the sentence of this language has {0}, {1} and so on.
std::string fill(const Pair& sentence, Language language,
                 std::initializer_list<std::string_view> arguments) {
  std::string text;
  const std::string_view pattern = sentence.in(language);
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '{') {
      text += arguments.begin()[pattern[i + 1] - '0'];
      i += 2;
    } else {
      text += pattern[i];
    }
  }
  return text;
}

/// Digits, with zeros before them up to `width`.
std::string digits(std::uint64_t value, std::size_t width = 1) {
  std::string text;
  for (; value != 0 || text.size() < width; value /= 10) {
    text.insert(text.begin(), static_cast<char>('0' + value % 10));
  }
  return text;
}

std::string seconds_text(double seconds, Language language) {
  return duration(static_cast<std::int64_t>(std::ceil(seconds)) * 1000, language, true);
}

/// Our own backend's codes that mean something else than a refused key.
const Pair* own_denial(std::string_view code) {
  struct Own {
    std::string_view code;
    Pair words;
  };
  static constexpr Own kOwn[] = {
      {"jobtree.unknown_project",
       {"The key has no project in this region, or several", "密钥在该区域没有项目，或有多个项目"}},
      {"jobtree.key_paused",
       {"Not asked for a few minutes: the cloud refused the key three times in a row",
        "云端连续三次拒绝了密钥，暂停查询几分钟"}},
      {"jobtree.bad_project_id",
       {"This is not a project id: 32 hexadecimal digits, or \"-\"",
        "项目 ID 无效：应为 32 位十六进制数，或“-”"}},
      {"jobtree.bad_job_id",
       {"This is not a job id: 1 to 64 letters, digits, \"-\" and \"_\"",
        "任务 ID 无效：应为 1–64 位字母、数字、“-”或“_”"}},
      {"jobtree.cross_site", {"The backend does not serve this page", "后端不允许此页面访问"}},
      {"jobtree.token_required",
       {"The backend shows jobs to holders of a token alone", "后端仅向持有令牌的人显示任务"}},
      {"jobtree.bad_token", {"The backend does not take this token", "后端不接受此令牌"}},
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
  const auto ms = static_cast<std::uint64_t>(std::max<std::int64_t>(milliseconds, 0));
  if (ms < 10'000 && !whole_seconds) {
    return fill({"{0}.{1}s", "{0}.{1}秒"}, language, {digits(ms / 1000), digits(ms / 100 % 10)});
  }
  const std::uint64_t seconds = ms / 1000;
  if (seconds < 60) return fill({"{0}s", "{0}秒"}, language, {digits(seconds)});
  const std::uint64_t minutes = seconds / 60;
  if (minutes < 60) {
    return fill({"{0}m {1}s", "{0}分{1}秒"}, language, {digits(minutes), digits(seconds % 60, 2)});
  }
  const std::uint64_t hours = minutes / 60;
  if (hours < 24) {
    return fill({"{0}h {1}m", "{0}小时{1}分"}, language, {digits(hours), digits(minutes % 60, 2)});
  }
  return fill({"{0}d {1}h", "{0}天{1}小时"}, language, {digits(hours / 24), digits(hours % 24)});
}

std::string figure(std::uint32_t value) {
  std::string text = digits(value);
  for (std::size_t i = text.size(); i > 3;) {
    i -= 3;
    text.insert(text.begin() + static_cast<std::ptrdiff_t>(i), ',');
  }
  return text;
}

std::string counted(std::uint32_t count, Status status, Language language) {
  return fill({"{0} {1}", "{1} {0}"}, language, {figure(count), status_word(status, language)});
}

std::string done_of(std::uint32_t done, std::uint32_t total, Language language) {
  return fill({"{0} of {1} done", "已完成 {0} / {1}"}, language, {figure(done), figure(total)});
}

std::string list_name(std::uint32_t count, Language language) {
  return fill({"{0} jobs in one answer", "一次返回的 {0} 个任务"}, language, {figure(count)});
}

std::string matches_of(std::uint32_t matches, std::size_t total, Language language) {
  return fill({"{0} of {1} jobs match", "{1} 个任务中有 {0} 个匹配"}, language,
              {figure(matches), figure(static_cast<std::uint32_t>(total))});
}

std::string watch_message(const WatchFacts& facts, Language language) {
  std::string code;
  if (!facts.code.empty()) code = fill({" ({0})", "（{0}）"}, language, {facts.code});
  std::string next;
  if (facts.next >= 0) {
    next =
        fill({"; next try in {0}", "，{0}后重试"}, language, {seconds_text(facts.next, language)});
  }
  const std::string age = seconds_text(std::max(facts.age, 0.0), language);

  // {0}: the code, {1}: when it is tried again, {2}: the age of what is shown.
  Pair sentence;
  switch (facts.state) {
    case State::loading:
      sentence = {"Asking the cloud…", "正在查询…"};
      break;
    case State::live: {
      // A fresh answer needs no clock beside it; one that is late does.
      constexpr double kLate = 15;
      if (facts.age < kLate) {
        sentence = {"Live", "实时"};
      } else {
        sentence = {"Live, confirmed {2} ago", "实时，{2}前确认"};
      }
      break;
    }
    case State::settled:
      sentence = {"The job has ended", "任务已结束"};
      break;
    case State::stale:
      sentence = {"Not confirmed for {2}{0}{1}", "数据为 {2}前，查询失败{0}{1}"};
      break;
    case State::unreachable:
      sentence = {"No answer{0}{1}", "无法连接{0}{1}"};
      break;
    case State::offline:
      sentence = {"The browser is offline", "浏览器已离线"};
      break;
    case State::paused:
      sentence = {"Paused", "已暂停"};
      break;
    case State::denied:
      sentence = {"The cloud refused the request{0}", "云服务拒绝了该请求{0}"};
      if (const Pair* own = own_denial(facts.code)) sentence = *own;
      break;
    case State::not_found:
      sentence = facts.has_tree ? Pair{"The cloud no longer has this job", "云端已不再保存此任务"}
                                : Pair{"The cloud has no such job{0}{1}", "云端没有此任务{0}{1}"};
      break;
    case State::throttled:
      sentence = {"Too many requests{0}{1}", "请求过于频繁{0}{1}"};
      break;
    case State::not_understood:
      sentence = {"The answer is not a job this page understands{0}{1}",
                  "返回内容不是可识别的任务{0}{1}"};
      break;
  }
  return fill(sentence, language, {code, next, age});
}

std::string_view watch_hint(const WatchFacts& facts, Language language) {
  switch (facts.state) {
    case State::denied:
      if (facts.code == "jobtree.unknown_project") {
        return Pair{"Start the backend with --project, or name the project here.",
                    "请用 --project 启动后端，或在此填写项目 ID。"}
            .in(language);
      }
      if (facts.code == "jobtree.key_paused") {
        return Pair{
            "More refusals would lock it for everybody. Correct it at the backend, then "
            "refresh.",
            "继续被拒会导致密钥被锁定。请在后端更正密钥，然后刷新。"}
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
  const Pair cause = words.is_cause ? Pair{"likely root failure", "可能的根因"} : Pair{};
  const Pair way = words.is_on_the_way ? Pair{"holds matches", "含匹配项"} : Pair{};
  std::string label(words.name);
  for (std::string_view part : {words.status, words.duration, words.progress, words.error,
                                cause.in(language), way.in(language)}) {
    if (part.empty()) continue;
    label += comma;
    label += part;
  }
  return label;
}

}  // namespace jobtree::engine
