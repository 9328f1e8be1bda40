#include "i18n/format.h"

#include <iterator>

namespace jobtree::engine {

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

void put_duration(String& out, std::int64_t milliseconds, Language language, bool whole_seconds) {
  const auto ms = static_cast<std::uint64_t>(greater<std::int64_t>(milliseconds, 0));
  const std::uint64_t seconds = ms / 1000;
  const std::uint64_t minutes = seconds / 60;
  const std::uint64_t hours = minutes / 60;
  if (seconds < 10 && !whole_seconds) {
    fill(out, {"{0}.{1}s", "{0}.{1} 秒"}, language, {{seconds, 1}, {ms / 100 % 10, 1}});
  } else if (minutes == 0) {
    fill(out, {"{0}s", "{0} 秒"}, language, {{seconds, 1}});
  } else if (hours == 0) {
    fill(out, {"{0}m {1}s", "{0} 分 {1} 秒"}, language, {{minutes, 1}, {seconds % 60, 2}});
  } else if (hours < 24) {
    fill(out, {"{0}h {1}m", "{0} 小时 {1} 分"}, language, {{hours, 1}, {minutes % 60, 2}});
  } else {
    fill(out, {"{0}d {1}h", "{0} 天 {1} 小时"}, language, {{hours / 24, 1}, {hours % 24, 1}});
  }
}

}  // namespace jobtree::engine
