#include "i18n/watch_words.h"

#include <initializer_list>

#include "base/flat_table.h"
#include "base/text.h"

namespace jobtree::engine {
namespace {

using abi::State;

// Seconds. A hidden page queries every half minute; what is older than that is late.
constexpr double kLate = 40;

// In the sentences below {0} is the code, {1} when it is tried again, {2} the age of what is shown.

constexpr Pair kNothing{};
constexpr Pair kRefusedHint{"Check the job ID, region, service and project, then refresh.",
                            "请检查任务 ID、区域、服务和项目，然后刷新。"};
constexpr Pair kTokenHint{"Get one from your administrator.", "请向管理员获取令牌。"};
constexpr Pair kSeeLog{"See the server log for the cause.", "原因请查看服务端日志。"};
constexpr Pair kNoJson{"The response is not JSON{1}", "响应不是 JSON{1}"};
constexpr Pair kNoJsonHint{"A proxy or a sign-in page may have intercepted the request.",
                           "可能被代理或登录页面拦截。"};
constexpr Pair kTooLarge{"The response is too large{1}", "响应过大{1}"};

/// What a problem's code tells beyond the state it leads to. A message or a hint may be nothing:
/// then the state's own is said.
struct CodeWords : Entry<0, 5> {
  constexpr CodeWords(std::string_view code, Pair message, Pair hint)
      : Entry{{}, {code, message.en, message.zh, hint.en, hint.zh}} {}
};
constexpr CodeWords kCodes[] = {
    // The backend's, from the page's side to the cloud's.
    {"jobtree.bad_project_id",
     {"Invalid project ID: it has 32 hexadecimal digits, or is \"-\"",
      "项目 ID 无效：应为 32 位十六进制字符或“-”"},
     kRefusedHint},
    {"jobtree.bad_job_id",
     {"Invalid job ID: it has 1 to 64 letters, digits, \"-\" and \"_\"",
      "任务 ID 无效：应为 1–64 位字母、数字、“-”或“_”"},
     kRefusedHint},
    {"jobtree.token_required", {"Access token required", "需要访问令牌"}, kTokenHint},
    {"jobtree.bad_token", {"Invalid access token", "访问令牌无效"}, kTokenHint},
    {"jobtree.share_ended",
     {"This share link has ended", "分享链接已失效"},
     {"Get a new link from the person who sent it.", "请向发送者获取新的链接。"}},
    {"jobtree.too_many_unknown",
     {"Too many lookups of nonexistent jobs{1}", "查询不存在的任务过于频繁{1}"},
     {"Recently found jobs still work.", "近期查询到的任务不受影响。"}},
    {"jobtree.too_many_connections",
     kNothing,
     {"Too many connections. Close unused tabs.", "连接数过多，请关闭不需要的标签页。"}},
    {"jobtree.internal", kNothing, kSeeLog},
    {"jobtree.no_key",
     {"The server has no Huawei Cloud key{1}", "服务端没有华为云密钥{1}"},
     {"The administrator needs to set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK.",
      "请管理员设置 HUAWEICLOUD_SDK_AK 和 HUAWEICLOUD_SDK_SK。"}},
    {"jobtree.key_paused",
     {"Paused for a few minutes: the key was rejected three times",
      "密钥连续三次认证失败，暂停查询几分钟"},
     {"More failures would lock the key. Fix it on the server, then refresh.",
      "继续失败会导致密钥被锁定。请在服务端更正密钥，然后刷新。"}},
    {"jobtree.unknown_project",
     {"Can't choose a project: the key has none, or several, in this region",
      "无法确定项目：密钥在该区域没有项目，或有多个项目"},
     {"Enter the project ID here, or start the server with --project.",
      "请在此填写项目 ID，或用 --project 启动服务端。"}},
    {"jobtree.unreachable",
     {"The server can't reach Huawei Cloud{1}", "服务端无法连接华为云{1}"},
     {"Check the server's network, proxy and DNS.", "请检查服务端的网络、代理和 DNS。"}},
    {"jobtree.untrusted_certificate",
     {"Huawei Cloud's certificate is not trusted{0}", "华为云的证书不受信任{0}"},
     {"Set a private CA on the server with --ca-file, then refresh.",
      "请在服务端用 --ca-file 指定私有 CA，然后刷新。"}},
    {"jobtree.malformed", kNoJson, kNoJsonHint},
    {"jobtree.too_large", kTooLarge, kNothing},
    // Our own, of answers that came.
    {"JSON", kNoJson, kNoJsonHint},
    {"too large", kTooLarge, kNothing},
    // The cloud's.
    {"APIGW.0101",
     kNothing,
     {"Huawei Cloud has no such API here. Check the service and region.",
      "华为云在此没有该 API，请检查服务和区域。"}},
    {"VPC.0007",
     {"This project doesn't belong to the key{0}", "该项目不属于此密钥{0}"},
     {"Leave the project empty to use the key's own.", "项目留空即使用密钥所属的项目。"}},
};

constexpr auto kFlatCodes = flat<flat_size(kCodes)>(kCodes);

bool is_own(std::string_view code) {
  return begins_with(code, "jobtree.");
}

/// What else, beside the state, must be so for a sentence to be the right one.
enum class When : std::uint8_t {
  always,
  fresh,     // as answers are that need no clock beside them
  never,     // was anything confirmed
  has_tree,  // something is shown
  no_code,   // tells what is wrong
  answered,  // with whatever: somebody is there
  stored,    // by the backend, and by nobody else
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
    case When::stored:
      return facts.http_status == kStored;
    case When::no_place:
      return is_own(facts.code) && !is_same(facts.code, "jobtree.job_not_found");
    case When::on_way:
      return facts.code.empty() && facts.http_status != 0;
    case When::by_backend:
      return is_own(facts.code) && !is_same(facts.code, "jobtree.denied");
    case When::no_key:
      return facts.http_status == 401;
    case When::no_right:
      return facts.http_status == 403;
  }
  return false;
}

constexpr Pair kStale{"No update for {2}{0}{1}", "已有 {2}未更新{0}{1}"};
constexpr Pair kNoAnswer{"No response{0}{1}", "无响应{0}{1}"};
constexpr Pair kNoAnswerHint{
    "Can't reach the jobtree server. Check that it is running and that --allow-origin includes "
    "this site.",
    "无法连接 jobtree 服务端。请确认它已启动，且 --allow-origin 包含此网站。"};
constexpr Pair kOfflineHint{"Updates resume when you're back online.", "网络恢复后将继续更新。"};
constexpr Pair kPausedHint{"Resume to get updates.", "点击继续后恢复更新。"};
constexpr Pair kDeleted{"Huawei Cloud has deleted this job; this is what was last seen, {2} ago",
                        "华为云已删除此任务，显示的是 {2}前最后一次看到的内容"};
constexpr Pair kNotUnderstood{"Unexpected response{0}{1}", "响应无法识别{0}{1}"};

/// What is said of a state. Of several for one, the first that is so is said.
struct StateWords : Entry<2, 4> {
  constexpr StateWords(State state, When when, Pair message, Pair hint)
      : Entry{{static_cast<std::uint8_t>(state), static_cast<std::uint8_t>(when)},
              {message.en, message.zh, hint.en, hint.zh}} {}
};
constexpr StateWords kStates[] = {
    {State::loading, When::always, {"Loading…", "正在加载…"}, kNothing},
    {State::live, When::fresh, {"Live", "实时"}, kNothing},
    {State::live, When::always, {"Updated {2} ago", "更新于 {2}前"}, kNothing},
    {State::settled, When::stored, kDeleted, kNothing},
    {State::settled, When::always, {"Job finished", "任务已结束"}, kNothing},
    {State::stale, When::answered, kStale, kNothing},
    {State::stale, When::always, kStale, kNoAnswerHint},
    {State::unreachable, When::answered, kNoAnswer, kNothing},
    {State::unreachable, When::always, kNoAnswer, kNoAnswerHint},
    {State::offline, When::never, {"You're offline", "网络已断开"}, kOfflineHint},
    {State::offline,
     When::always,
     {"You're offline · updated {2} ago", "网络已断开 · 更新于 {2}前"},
     kOfflineHint},
    {State::paused, When::never, {"Paused", "已暂停"}, kPausedHint},
    {State::paused,
     When::always,
     {"Paused · updated {2} ago", "已暂停 · 更新于 {2}前"},
     kPausedHint},
    {State::waiting,
     When::has_tree,
     {"Huawei Cloud no longer returns this job{0}{1}", "华为云不再返回此任务{0}{1}"},
     {"Retrying for 30 seconds.", "30 秒内将自动重试。"}},
    {State::waiting,
     When::always,
     {"Job not found yet{0}{1}", "暂未查询到此任务{0}{1}"},
     {"New jobs can take a few seconds to appear. Retrying for 30 seconds.",
      "新任务可能有延迟，30 秒内将自动重试。"}},
    {State::not_found, When::has_tree, kDeleted, kNothing},
    {State::not_found,
     When::no_place,
     {"This server doesn't serve that region, service or path{0}",
      "服务端不支持该区域、服务或路径{0}"},
     kRefusedHint},
    {State::not_found,
     When::always,
     {"Job not found{0}", "未找到此任务{0}"},
     {"Check the service, region and project. Finished jobs expire after about a day; batch "
      "release and unbind operations have no queryable job.",
      "请检查服务、区域和项目。已结束的任务约一天后会被清除；批量释放和解绑操作没有可查询的任务"
      "。"}},
    {State::throttled,
     When::always,
     {"Too many requests{0}{1}", "请求过于频繁{0}{1}"},
     {"The limit is shared by everyone using this key. No action needed.",
      "同一密钥的所有使用者共用此限制，无需操作。"}},
    {State::not_understood,
     When::has_tree,
     kNotUnderstood,
     {"Showing the last good result.", "显示的是最后一次有效结果。"}},
    {State::not_understood,
     When::no_code,
     kNotUnderstood,
     {"Check that you chose the right service.", "请检查所选服务是否正确。"}},
    {State::not_understood, When::always, kNotUnderstood, kNothing},
    {State::denied,
     When::on_way,
     {"A proxy in front of the server refused the request", "请求被服务端之前的代理拒绝"},
     {"Reload the page. You may need to sign in again.", "请重新加载页面，可能需要重新登录。"}},
    {State::denied,
     When::by_backend,
     {"The server refused the request{0}", "服务端拒绝了该请求{0}"},
     kSeeLog},
    {State::denied,
     When::no_key,
     {"Authentication failed{0}", "密钥认证失败{0}"},
     {"Stopped retrying so the key isn't locked. Check the key, region and clock on the server, "
      "then refresh.",
      "已停止重试，避免密钥被锁定。请检查服务端的密钥、区域和系统时间，然后刷新。"}},
    {State::denied,
     When::no_right,
     {"Permission denied{0}", "没有权限{0}"},
     {"Check the key's permissions and the account balance, then refresh.",
      "请检查密钥的权限和账号余额，然后刷新。"}},
    {State::denied,
     When::always,
     {"Huawei Cloud refused the request{0}", "华为云拒绝了该请求{0}"},
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
  return text_of(behind(words, static_cast<int>(which) + (language == Language::zh ? 1 : 0)));
}

}  // namespace

bool put_watch_message(String& out, const WatchFacts& facts, Language language) {
  String code;
  if (!facts.code.empty()) fill(code, {" ({0})", "（{0}）"}, language, {facts.code});
  String next;
  const bool is_tried = facts.next >= 0;
  if (is_tried) {
    fill(next, {"; retrying in {0}", "，{0}后重试"}, language, {Given::seconds(facts.next)});
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
