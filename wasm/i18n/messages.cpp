#include "i18n/messages.h"

#include <array>

namespace jobtree::engine {
namespace {

constexpr std::array<Pair, kStatusCount> kStatusNames = {{
    {"waiting", "等待中"},
    {"running", "运行中"},
    {"succeeded", "成功"},
    {"failed", "失败"},
    {"cancelled", "已取消"},
    {"skipped", "已跳过"},
    {"unknown", "未知"},
}};

}  // namespace

std::string_view status_word(Status status, Language language) {
  return kStatusNames[static_cast<std::size_t>(status)].in(language);
}

std::string_view comma(Language language) {
  return Pair{", ", "，"}.in(language);
}

void put_counted(String& out, std::uint32_t count, Status status, Language language) {
  fill(out, {"{0} {1}", "{1} {0}"}, language, {count, status_word(status, language)});
}

void put_done(String& out, std::uint32_t done, std::uint32_t total, Language language) {
  fill(out, {"{0} of {1} done", "已完成 {0} / {1}"}, language, {done, total});
}

void put_list_name(String& out, std::uint32_t count, Language language) {
  if (count == 1) return fill(out, {"{0} job", "共 {0} 个任务"}, language, {count});
  fill(out, {"{0} jobs", "共 {0} 个任务"}, language, {count});
}

void put_matches(String& out, std::uint32_t matches, std::uint32_t total, Language language) {
  fill(out, {"{0} of {1} match", "匹配 {0} 个（共 {1} 个）"}, language, {matches, total});
}

std::string_view cause_words(Language language) {
  return Pair{"first failure", "首个失败"}.in(language);
}

std::string_view way_words(Language language) {
  return Pair{"contains matches", "含匹配项"}.in(language);
}

}  // namespace jobtree::engine
