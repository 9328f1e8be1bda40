#include "i18n/messages.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <iterator>

#include "base/flat_table.h"
#include "base/min_max.h"

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

/// What a sentence has a place for: a text, a figure, a number with at least so many digits, or how
/// long something takes in seconds.
struct Given {
  Given(std::string_view text) : text(text) {}  // NOLINT(google-explicit-constructor)
  Given(std::uint64_t number, int width = 0) : number(number), width(width) {}  // NOLINT
  static Given seconds(double seconds) {
    return {static_cast<std::uint64_t>(std::ceil(greater(seconds, 0.0))), kSeconds};
  }
  std::string_view text;
  std::uint64_t number = 0;
  int width = kText;
  static constexpr int kText = -1;
  static constexpr int kSeconds = -2;
};

/// Puts what is given where the sentence has {0}, {1} and so on; true when it has the last of them.
bool fill_places(String& out, std::string_view sentence, Language language,
                 std::initializer_list<Given> all) {
  bool has_last = false;
  for (std::size_t i = 0; i < sentence.size(); ++i) {
    if (sentence[i] != '{') {
      out += sentence[i];
      continue;
    }
    const Given& given = all.begin()[sentence[i + 1] - '0'];
    has_last = has_last || &given + 1 == all.end();
    i += 2;
    if (given.width == Given::kText) {
      out += given.text;
    } else if (given.width == Given::kSeconds) {
      put_duration(out, static_cast<std::int64_t>(given.number) * 1000, language, true);
    } else if (given.width == 0) {
      put_figure(out, static_cast<std::uint32_t>(given.number));
    } else {
      put_digits(out, given.number, given.width);
    }
  }
  return has_last;
}

void fill(String& out, const Pair& sentence, Language language, std::initializer_list<Given> all) {
  fill_places(out, sentence.in(language), language, all);
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
struct CodeWords : Entry<0, 5> {
  constexpr CodeWords(std::string_view code, Pair message, Pair hint)
      : Entry{{}, {code, message.en, message.zh, hint.en, hint.zh}} {}
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

constexpr auto kFlatCodes = flat<flat_size(kCodes)>(kCodes);

bool is_own(std::string_view code) {
  return code.starts_with("jobtree.");
}

/// What else, beside the state, must be so for a sentence to be the right one.
enum class When : std::uint8_t {
  always,
  fresh,     // as answers are that need no clock beside them
  never,     // was anything confirmed
  has_tree,  // something is shown
  no_code,   // tells what is wrong
  answered,  // with whatever: somebody is there
  no_place,  // a 404 of the backend's own, for want of anything that could hold a job
  on_way,  // refused by who stands before the backend: a refusal of ours or the cloud's has a code
  by_backend,
  no_key,
  no_right,
};

bool is_so(When when, const WatchFacts& facts) {
  switch (when) {
    case When::always:
      return true;
    case When::fresh:
      return facts.age < kLate;
    case When::never:
      return facts.age < 0;
    case When::has_tree:
      return facts.has_tree;
    case When::no_code:
      return facts.code.empty();
    case When::answered:
      return facts.http_status != 0;
    case When::no_place:
      return is_own(facts.code) && facts.code != "jobtree.job_not_found";
    case When::on_way:
      return facts.code.empty() && facts.http_status != 0;
    case When::by_backend:
      return is_own(facts.code) && facts.code != "jobtree.denied";
    case When::no_key:
      return facts.http_status == 401;
    case When::no_right:
      return facts.http_status == 403;
  }
  return false;
}

constexpr Pair kStale{"Not confirmed for {2}{0}{1}", "{2}前确认，此后查询失败{0}{1}"};
constexpr Pair kNoAnswer{"No answer{0}{1}", "没有应答{0}{1}"};
constexpr Pair kNoAnswerHint{
    "The backend does not answer. Is it running, and does it allow this site?",
    "后端没有应答：是否已启动，是否允许此网站？"};
constexpr Pair kOfflineHint{"Polling goes on when the network is back.", "网络恢复后将继续轮询。"};
constexpr Pair kPausedHint{"Nothing is asked until you resume.", "恢复后才会继续查询。"};
constexpr Pair kNoJob{"The answer is not a job this page understands{0}{1}",
                      "返回内容不是可识别的任务{0}{1}"};

/// What is said of a state. Of several for one, the first that is so is said.
struct StateWords : Entry<2, 4> {
  constexpr StateWords(State state, When when, Pair message, Pair hint)
      : Entry{{static_cast<std::uint8_t>(state), static_cast<std::uint8_t>(when)},
              {message.en, message.zh, hint.en, hint.zh}} {}
};
constexpr StateWords kStates[] = {
    {State::loading, When::always, {"Asking the cloud…", "正在查询…"}, kNothing},
    {State::live, When::fresh, {"Live", "实时"}, kNothing},
    {State::live, When::always, {"Live, confirmed {2} ago", "实时，{2}前确认"}, kNothing},
    {State::settled, When::always, {"The job has ended", "任务已结束"}, kNothing},
    {State::stale, When::answered, kStale, kNothing},
    {State::stale, When::always, kStale, kNoAnswerHint},
    {State::unreachable, When::answered, kNoAnswer, kNothing},
    {State::unreachable, When::always, kNoAnswer, kNoAnswerHint},
    {State::offline, When::never, {"The browser is offline", "浏览器已离线"}, kOfflineHint},
    {State::offline,
     When::always,
     {"The browser is offline; confirmed {2} ago", "浏览器已离线，{2}前确认"},
     kOfflineHint},
    {State::paused, When::never, {"Paused", "已暂停"}, kPausedHint},
    {State::paused, When::always, {"Paused; confirmed {2} ago", "已暂停，{2}前确认"}, kPausedHint},
    {State::waiting,
     When::has_tree,
     {"The cloud does not find this job any more{0}{1}", "云端已找不到此任务{0}{1}"},
     {"It is looked for for half a minute.", "将继续查询半分钟。"}},
    {State::waiting,
     When::always,
     {"The cloud has no such job yet{0}{1}", "云端尚无此任务{0}{1}"},
     {"A new job may be stored a little late; it is looked for for half a minute.",
      "新任务可能稍后才会保存，将继续查询半分钟。"}},
    {State::not_found,
     When::has_tree,
     {"The cloud no longer has this job", "云端已不再保存此任务"},
     {"Ended jobs are removed after a while. This is the last that was seen.",
      "已结束的任务会在一段时间后被清除，此处为最后一次结果。"}},
    {State::not_found,
     When::no_place,
     {"The backend has no jobs at this address{0}", "后端在此地址没有任务{0}"},
     kRefusedHint},
    {State::not_found,
     When::always,
     {"The cloud has no such job{0}", "云端没有此任务{0}"},
     {"Check region, service and project. Ids of batch releases and unbindings are "
      "never stored; ended jobs are removed after a while.",
      "请检查区域、服务和项目。批量释放和解绑的任务 ID 不会保存；已结束的任务会被清除。"}},
    {State::throttled,
     When::always,
     {"Too many requests{0}{1}", "请求过于频繁{0}{1}"},
     {"The limit is for all who use the key. Nothing needs doing.",
      "该限制由同一密钥的所有使用者共用，无需操作。"}},
    {State::not_understood,
     When::has_tree,
     kNoJob,
     {"The last good answer stays on screen.", "保留最后一次有效结果。"}},
    {State::not_understood,
     When::no_code,
     kNoJob,
     {"Check that the service is the right one.", "请检查服务是否正确。"}},
    {State::not_understood, When::always, kNoJob, kNothing},
    {State::denied,
     When::on_way,
     {"The request was refused on its way to the backend", "请求在到达后端之前被拒绝"},
     {"Reload the page; you may have to sign in again.", "请重新加载页面，可能需要重新登录。"}},
    {State::denied,
     When::by_backend,
     {"The backend refused the request{0}", "后端拒绝了该请求{0}"},
     kSeeLog},
    {State::denied,
     When::no_key,
     {"The cloud did not accept the key{0}", "云端未接受该密钥{0}"},
     {"Polling has stopped, so that the key is not locked. Check key, region and clock at the "
      "backend, then refresh.",
      "已停止轮询，以免密钥被锁定。请检查后端的密钥、区域和时钟，然后刷新。"}},
    {State::denied,
     When::no_right,
     {"The cloud does not allow this{0}", "云端不允许此操作{0}"},
     {"Check the permissions and the balance of the key's account, then refresh.",
      "请检查密钥所属账号的权限和余额，然后刷新。"}},
    {State::denied,
     When::always,
     {"The cloud refused the request{0}", "云端拒绝了该请求{0}"},
     kRefusedHint},
};

constexpr bool has_words(State state) {
  for (const StateWords& words : kStates) {
    if (words.bytes == decltype(words.bytes){static_cast<std::uint8_t>(state),
                                             static_cast<std::uint8_t>(When::always)}) {
      return true;
    }
  }
  return false;
}
/// Else the search for a state's words would not end.
static_assert([] {
  for (int state = 0; state <= static_cast<int>(State::waiting); ++state) {
    if (!has_words(static_cast<State>(state))) return false;
  }
  return true;
}());

constexpr auto kFlatStates = flat<flat_size(kStates)>(kStates);

/// A message and a hint, in flat tables: two words in each language.
using Sentences = const char*;
constexpr int kEntryWords = 4;
enum class Which : std::uint8_t { message = 0, hint = 2 };

Sentences state_words(const WatchFacts& facts) {
  const char* at = kFlatStates.data();
  while (*at != static_cast<char>(facts.state) || !is_so(static_cast<When>(at[1]), facts))
    at = behind(at + 2, kEntryWords);
  return at + 2;
}

/// A code is of the last query, which may be long ago: of some states it tells nothing. nullptr
/// when there is nothing to tell.
Sentences code_words(const WatchFacts& facts) {
  switch (facts.state) {
    case State::denied:
    case State::not_found:
    case State::throttled:
    case State::stale:
    case State::unreachable:
    case State::not_understood:
      break;
    default:
      return nullptr;
  }
  const char* at = kFlatCodes.data();
  while (at != kFlatCodes.data() + kFlatCodes.size()) {
    const char* const sentences = behind(at);
    if (is_word(at, facts.code)) return sentences;
    at = behind(sentences, kEntryWords);
  }
  return nullptr;
}

/// One sentence; a message still with its places.
std::string_view words_of(const WatchFacts& facts, Which which, Language language) {
  const bool is_late = facts.state == State::stale || facts.state == State::not_found;
  Sentences words = which == Which::message && is_late ? nullptr : code_words(facts);
  if (words == nullptr || *behind(words, static_cast<int>(which)) == 0) words = state_words(facts);
  const char* const word =
      behind(words, static_cast<int>(which) + (language == Language::zh ? 1 : 0));
  return {word, static_cast<std::size_t>(behind(word) - word) - 1};
}

}  // namespace

Language language_of(std::string_view bcp47_tag) {
  const bool zh = bcp47_tag.size() >= 2 && (bcp47_tag[0] | 0x20) == 'z' &&
                  (bcp47_tag[1] | 0x20) == 'h' && (bcp47_tag.size() == 2 || bcp47_tag[2] == '-');
  return zh ? Language::zh : Language::en;
}

void put_digits(String& out, std::uint64_t value, int width) {
  char text[20];
  char* const end = std::end(text);
  char* first = end;
  for (; value != 0 || end - first < width; value /= 10)
    *--first = static_cast<char>('0' + value % 10);
  out += std::string_view(first, static_cast<std::size_t>(end - first));
}

void put_figure(String& out, std::uint32_t value) {
  if (value < 1000) return put_digits(out, value);
  put_figure(out, value / 1000);
  out += ',';
  put_digits(out, value % 1000, 3);
}

std::string_view status_word(Status status, Language language) {
  return kStatusNames[static_cast<std::size_t>(status)].in(language);
}

std::string_view comma(Language language) {
  return Pair{", ", "，"}.in(language);
}

void put_duration(String& out, std::int64_t milliseconds, Language language, bool whole_seconds) {
  const auto ms = static_cast<std::uint64_t>(greater<std::int64_t>(milliseconds, 0));
  const std::uint64_t seconds = ms / 1000;
  const std::uint64_t minutes = seconds / 60;
  const std::uint64_t hours = minutes / 60;
  if (seconds < 10 && !whole_seconds) {
    fill(out, {"{0}.{1}s", "{0}.{1}秒"}, language, {{seconds, 1}, {ms / 100 % 10, 1}});
  } else if (minutes == 0) {
    fill(out, {"{0}s", "{0}秒"}, language, {{seconds, 1}});
  } else if (hours == 0) {
    fill(out, {"{0}m {1}s", "{0}分{1}秒"}, language, {{minutes, 1}, {seconds % 60, 2}});
  } else if (hours < 24) {
    fill(out, {"{0}h {1}m", "{0}小时{1}分"}, language, {{hours, 1}, {minutes % 60, 2}});
  } else {
    fill(out, {"{0}d {1}h", "{0}天{1}小时"}, language, {{hours / 24, 1}, {hours % 24, 1}});
  }
}

void put_counted(String& out, std::uint32_t count, Status status, Language language) {
  fill(out, {"{0} {1}", "{1} {0}"}, language, {count, status_word(status, language)});
}

void put_done(String& out, std::uint32_t done, std::uint32_t total, Language language) {
  fill(out, {"{0} of {1} done", "已完成 {0} / {1}"}, language, {done, total});
}

void put_list_name(String& out, std::uint32_t count, Language language) {
  fill(out, {"{0} jobs in one answer", "一次返回的 {0} 个任务"}, language, {count});
}

void put_matches(String& out, std::uint32_t matches, std::uint32_t total, Language language) {
  fill(out, {"{0} of {1} jobs match", "{1} 个任务中有 {0} 个匹配"}, language, {matches, total});
}

std::string_view cause_words(Language language) {
  return Pair{"likely root failure", "可能的根因"}.in(language);
}

std::string_view way_words(Language language) {
  return Pair{"holds matches", "含匹配项"}.in(language);
}

bool put_watch_message(String& out, const WatchFacts& facts, Language language) {
  String code;
  if (!facts.code.empty()) fill(code, {" ({0})", "（{0}）"}, language, {facts.code});
  String next;
  const bool is_tried = facts.next >= 0;
  if (is_tried) {
    fill(next, {"; next try in {0}", "，{0}后重试"}, language, {Given::seconds(facts.next)});
  }
  const bool says_age =
      fill_places(out, words_of(facts, Which::message, language), language,
                  {std::string_view(code), std::string_view(next), Given::seconds(facts.age)});
  return facts.state == State::live || is_tried || says_age;
}

std::string_view watch_hint(const WatchFacts& facts, Language language) {
  return words_of(facts, Which::hint, language);
}

}  // namespace jobtree::engine
