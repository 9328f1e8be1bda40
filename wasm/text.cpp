#include "text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <iterator>

namespace jobtree::engine {
namespace {

using abi::State;

struct Pair {
  const char* en = "";
  const char* zh = "";
  std::string_view in(Language language) const { return language == Language::zh ? zh : en; }
};

// Seconds. A hidden page asks every half minute; what is older than that is late.
constexpr double kLate = 40;

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
  std::string_view rest = sentence.in(language);
  for (std::size_t place; (place = rest.find('{')) != std::string_view::npos;) {
    text += rest.substr(0, place);
    text += arguments.begin()[rest[place + 1] - '0'];
    rest.remove_prefix(place + 3);
  }
  text += rest;
  return text;
}

std::string digits(std::uint64_t value, int width = 1) {
  std::string text;
  put_digits(text, value, width);
  return text;
}

std::string seconds_text(double seconds, Language language) {
  return duration(static_cast<std::int64_t>(std::ceil(seconds)) * 1000, language, true);
}

// In the sentences below {0} is the code, {1} when it is tried again, {2} the age of what is shown.

constexpr Pair kNothing{};
constexpr Pair kRefusedHint{"Check job id, region, service and project, then refresh.",
                            "请检查任务 ID、区域、服务和项目，然后刷新。"};
constexpr Pair kTokenHint{"Ask whoever runs the backend for a token.", "请向后端管理员索取令牌。"};
constexpr Pair kSeeLog{"The log of the backend says why.", "原因请见后端日志。"};
constexpr Pair kNoJson{"The answer is not JSON{1}", "返回内容不是 JSON{1}"};
constexpr Pair kNoJsonHint{"A proxy or a sign-in page may have answered instead.",
                           "可能是代理或登录页面代为应答。"};
constexpr Pair kTooLarge{"The answer is too large{1}", "返回内容过大{1}"};

/// What a problem's code tells beyond the state it leads to. A message or a hint may be nothing:
/// then the state's own is said.
struct CodeWords {
  const char* code;
  Pair message;
  Pair hint;
};
constexpr CodeWords kCodes[] = {
    // The backend's, from the page's side to the cloud's.
    {"jobtree.bad_project_id",
     {"This is not a project id: 32 hexadecimal digits, or \"-\"",
      "项目 ID 无效：应为 32 位十六进制数，或“-”"},
     kRefusedHint},
    {"jobtree.bad_job_id",
     {"This is not a job id: 1 to 64 letters, digits, \"-\" and \"_\"",
      "任务 ID 无效：应为 1–64 位字母、数字、“-”或“_”"},
     kRefusedHint},
    {"jobtree.token_required",
     {"The backend shows jobs to holders of a token alone", "后端仅向持有令牌的人显示任务"},
     kTokenHint},
    {"jobtree.bad_token", {"The backend does not take this token", "后端不接受此令牌"}, kTokenHint},
    {"jobtree.too_many_unknown",
     {"Too many jobs that do not exist were asked for{1}", "查询了过多不存在的任务{1}"},
     {"Jobs that were there lately can be asked for meanwhile.", "近期查询到的任务仍可继续查询。"}},
    {"jobtree.too_many_connections",
     kNothing,
     {"The backend has no room for more: close tabs that you do not need.",
      "后端连接数已满，请关闭不需要的标签页。"}},
    {"jobtree.internal", kNothing, kSeeLog},
    {"jobtree.no_key",
     {"The backend has no key for the cloud{1}", "后端没有云服务密钥{1}"},
     {"Whoever runs it can set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK.",
      "后端管理员可设置 HUAWEICLOUD_SDK_AK 和 HUAWEICLOUD_SDK_SK。"}},
    {"jobtree.key_paused",
     {"Not asked for a few minutes: the cloud refused the key three times in a row",
      "云端连续三次拒绝了密钥，暂停查询几分钟"},
     {"More refusals would lock it for everybody. Correct it at the backend, then refresh.",
      "继续被拒会导致密钥被锁定。请在后端更正密钥，然后刷新。"}},
    {"jobtree.unknown_project",
     {"The key has no project in this region, or several", "密钥在该区域没有项目，或有多个项目"},
     {"Start the backend with --project, or name the project here.",
      "请用 --project 启动后端，或在此填写项目 ID。"}},
    {"jobtree.unreachable",
     {"The backend does not reach the cloud{1}", "后端无法连接云端{1}"},
     {"Whoever runs it should check its network, proxy and DNS.",
      "后端管理员应检查网络、代理和 DNS。"}},
    {"jobtree.malformed", kNoJson, kNoJsonHint},
    {"jobtree.too_large", kTooLarge, kNothing},
    // Our own, of answers that came.
    {"JSON", kNoJson, kNoJsonHint},
    {"too large", kTooLarge, kNothing},
    // The cloud's.
    {"VPC.0007",
     {"The project is not the key's{0}", "该项目不属于此密钥{0}"},
     {"With the project \"-\" the key's own is asked.", "项目填“-”即查询密钥自己的项目。"}},
};

const CodeWords* words_of(std::string_view code) {
  for (const CodeWords& words : kCodes) {
    if (words.code == code) return &words;
  }
  return nullptr;
}

bool is_own(std::string_view code) {
  return code.substr(0, 8) == "jobtree.";
}

/// A refusal without words of its own: whose it is, and of what kind.
const CodeWords& refusal_of(const WatchFacts& facts) {
  static constexpr CodeWords kOnTheWay{
      "",
      {"The request was refused on its way to the backend", "请求在到达后端之前被拒绝"},
      {"Reload the page; you may have to sign in again.", "请重新加载页面，可能需要重新登录。"}};
  static constexpr CodeWords kByBackend{
      "", {"The backend refused the request{0}", "后端拒绝了该请求{0}"}, kSeeLog};
  static constexpr CodeWords kKey{
      "",
      {"The cloud did not accept the key{0}", "云端未接受该密钥{0}"},
      {"Polling has stopped, so that the key is not locked. Check key, region and clock at the "
       "backend, then refresh.",
       "已停止轮询，以免密钥被锁定。请检查后端的密钥、区域和时钟，然后刷新。"}};
  static constexpr CodeWords kRights{
      "",
      {"The cloud does not allow this{0}", "云端不允许此操作{0}"},
      {"Check the permissions and the balance of the key's account, then refresh.",
       "请检查密钥所属账号的权限和余额，然后刷新。"}};
  static constexpr CodeWords kRequest{
      "", {"The cloud refused the request{0}", "云端拒绝了该请求{0}"}, kRefusedHint};
  // A refusal of the backend or of the cloud has a code.
  if (facts.code.empty() && facts.http_status != 0) return kOnTheWay;
  if (is_own(facts.code) && facts.code != "jobtree.denied") return kByBackend;
  return facts.http_status == 401 ? kKey : facts.http_status == 403 ? kRights : kRequest;
}

/// A 404 of the backend's own for want of anything that could hold a job.
bool is_no_place(const WatchFacts& facts) {
  return is_own(facts.code) && facts.code != "jobtree.job_not_found";
}

/// The sentence, still with its places.
Pair message_of(const WatchFacts& facts) {
  const CodeWords* const of_code = words_of(facts.code);
  const bool tells = of_code != nullptr && *of_code->message.en != 0;
  switch (facts.state) {
    case State::loading:
      return {"Asking the cloud…", "正在查询…"};
    case State::live:
      // An answer as fresh as answers are needs no clock beside it; one that is late does.
      if (facts.age < kLate) return {"Live", "实时"};
      return {"Live, confirmed {2} ago", "实时，{2}前确认"};
    case State::settled:
      return {"The job has ended", "任务已结束"};
    case State::stale:
      return {"Not confirmed for {2}{0}{1}", "{2}前确认，此后查询失败{0}{1}"};
    case State::unreachable:
      return tells ? of_code->message : Pair{"No answer{0}{1}", "没有应答{0}{1}"};
    case State::offline:
      if (facts.age < 0) return {"The browser is offline", "浏览器已离线"};
      return {"The browser is offline; confirmed {2} ago", "浏览器已离线，{2}前确认"};
    case State::paused:
      if (facts.age < 0) return {"Paused", "已暂停"};
      return {"Paused; confirmed {2} ago", "已暂停，{2}前确认"};
    case State::denied:
      return tells ? of_code->message : refusal_of(facts).message;
    case State::waiting:
      if (facts.has_tree) {
        return {"The cloud does not find this job any more{0}{1}", "云端已找不到此任务{0}{1}"};
      }
      return {"The cloud has no such job yet{0}{1}", "云端尚无此任务{0}{1}"};
    case State::not_found:
      if (facts.has_tree) return {"The cloud no longer has this job", "云端已不再保存此任务"};
      if (is_no_place(facts)) {
        return {"The backend has no jobs at this address{0}", "后端在此地址没有任务{0}"};
      }
      return {"The cloud has no such job{0}", "云端没有此任务{0}"};
    case State::throttled:
      return tells ? of_code->message : Pair{"Too many requests{0}{1}", "请求过于频繁{0}{1}"};
    case State::not_understood:
      return tells ? of_code->message
                   : Pair{"The answer is not a job this page understands{0}{1}",
                          "返回内容不是可识别的任务{0}{1}"};
  }
  return kNothing;
}

Pair hint_of(const WatchFacts& facts) {
  // A code is of the last query, which may be long ago.
  const bool is_of_code = facts.state == State::denied || facts.state == State::not_found ||
                          facts.state == State::throttled || facts.state == State::stale ||
                          facts.state == State::unreachable || facts.state == State::not_understood;
  const CodeWords* const of_code = is_of_code ? words_of(facts.code) : nullptr;
  if (of_code != nullptr && *of_code->hint.en != 0) return of_code->hint;
  switch (facts.state) {
    case State::denied:
      return refusal_of(facts).hint;
    case State::waiting:
      if (facts.has_tree) return {"It is looked for for half a minute.", "将继续查询半分钟。"};
      return {"A new job may be stored a little late; it is looked for for half a minute.",
              "新任务可能稍后才会保存，将继续查询半分钟。"};
    case State::not_found:
      if (facts.has_tree) {
        return {"Ended jobs are removed after a while. This is the last that was seen.",
                "已结束的任务会在一段时间后被清除，此处为最后一次结果。"};
      }
      if (is_no_place(facts)) return kRefusedHint;
      return {
          "Check region, service and project. Ids of batch releases and unbindings are "
          "never stored; ended jobs are removed after a while.",
          "请检查区域、服务和项目。批量释放和解绑的任务 ID 不会保存；已结束的任务会被清除。"};
    case State::throttled:
      return {"The limit is for all who use the key. Nothing needs doing.",
              "该限制由同一密钥的所有使用者共用，无需操作。"};
    case State::unreachable:
    case State::stale:
      if (facts.http_status != 0) return kNothing;
      return {"The backend does not answer. Is it running, and does it allow this site?",
              "后端没有应答：是否已启动，是否允许此网站？"};
    case State::offline:
      return {"Polling goes on when the network is back.", "网络恢复后将继续轮询。"};
    case State::paused:
      return {"Nothing is asked until you resume.", "恢复后才会继续查询。"};
    case State::not_understood:
      if (!facts.has_tree && facts.code.empty()) {
        return {"Check that the service is the right one.", "请检查服务是否正确。"};
      }
      if (!facts.has_tree) return kNothing;
      return {"The last good answer stays on screen.", "保留最后一次有效结果。"};
    case State::loading:
    case State::live:
    case State::settled:
      break;
  }
  return kNothing;
}

}  // namespace

Language language_of(std::string_view bcp47_tag) {
  const bool zh = bcp47_tag.size() >= 2 && (bcp47_tag[0] | 0x20) == 'z' &&
                  (bcp47_tag[1] | 0x20) == 'h' && (bcp47_tag.size() == 2 || bcp47_tag[2] == '-');
  return zh ? Language::zh : Language::en;
}

void put_digits(std::string& out, std::uint64_t value, int width) {
  char text[20];
  char* const end = std::end(text);
  char* first = end;
  for (; value != 0 || end - first < width; value /= 10)
    *--first = static_cast<char>('0' + value % 10);
  out.append(first, end);
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
  return fill(message_of(facts), language, {code, next, age});
}

bool watch_message_ticks(const WatchFacts& facts) {
  return facts.state == State::live || facts.next >= 0 ||
         std::string_view(message_of(facts).en).find("{2}") != std::string_view::npos;
}

std::string_view watch_hint(const WatchFacts& facts, Language language) {
  return hint_of(facts).in(language);
}

std::string row_label(const RowWords& words, Language language) {
  const std::string_view comma = language == Language::zh ? "，" : ", ";
  std::string_view cause;
  if (words.is_cause) cause = Pair{"likely root failure", "可能的根因"}.in(language);
  std::string_view way;
  if (words.is_on_the_way) way = Pair{"holds matches", "含匹配项"}.in(language);
  std::string label(words.name);
  for (std::string_view part :
       {words.status, words.duration, words.progress, words.error, cause, way}) {
    if (part.empty()) continue;
    label += comma;
    label += part;
  }
  return label;
}

}  // namespace jobtree::engine
