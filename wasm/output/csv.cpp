#include "output/csv.h"

#include <cstdint>
#include <string_view>

#include "base/text.h"
#include "i18n/messages.h"
#include "ingest/timestamp.h"

namespace jobtree::engine {
namespace {

/// Whether a spreadsheet would calculate it. Some take full-width signs, too: U+FF1D ＝, U+FF0B ＋,
/// U+FF0D －, U+FF20 ＠.
bool begins_formula(std::string_view text) {
  constexpr std::string_view kSigns = "=+-@\t\r\n";
  constexpr std::string_view kWide = "\xEF\xBC";
  constexpr std::string_view kWideEnds = "\x9D\x8B\x8D\xA0";
  if (text.size() > kWide.size() && begins_with(text, kWide)) {
    return place_of(text[kWide.size()], kWideEnds) < kWideEnds.size();
  }
  return !text.empty() && place_of(text.front(), kSigns) < kSigns.size();
}

/// Runs are appended, not characters: a table of a hundred thousand jobs has twenty million of
/// them.
void put_cell(String& out, std::string_view text) {
  bool is_quoted = false;
  for (char c : text) {
    // The four that matter are small, and few other small ones are written.
    if (c <= ',' && (c == '"' || c == ',' || c == '\r' || c == '\n')) is_quoted = true;
  }
  if (is_quoted) out += '"';
  if (begins_formula(text)) out += '\'';
  // A quote is written twice: as the last of one run, and as the first of the next.
  std::size_t begin = 0;
  for (std::size_t i = 0; is_quoted && i < text.size(); ++i) {
    if (text[i] != '"') continue;
    out += std::string_view(text.data() + begin, i + 1 - begin);
    begin = i;
  }
  out += std::string_view(text.data() + begin, text.size() - begin);
  if (is_quoted) out += '"';
  out += ',';
}

/// "2022-12-05T08:10:20.000Z"
void put_time(String& out, Instant instant, std::string_view as_sent) {
  constexpr Instant kDay = 86'400'000;
  constexpr Instant kFirst = -62'135'596'800'000;  // the years that have four digits: 1 to 9999
  constexpr Instant kLast = 253'402'300'799'999;
  if (instant < kFirst || instant > kLast) {
    return put_cell(out, as_sent);
  }
  const auto since = static_cast<std::uint64_t>(instant - kFirst);
  const auto days = static_cast<int>(since / kDay + kFirst / kDay);
  const auto of_day = static_cast<std::uint32_t>(since % kDay);
  // From a year that is never too early, and but a few too late.
  int year = static_cast<int>(since / (365 * kDay)) + 1;
  while (days_since_1970(year, 1, 1) > days)
    --year;
  int month = 12;
  while (days_since_1970(year, month, 1) > days)
    --month;

  struct Part {
    std::uint32_t value;
    std::uint8_t width;
    char behind;
  };
  const Part parts[] = {
      {static_cast<std::uint32_t>(year), 4, '-'},
      {static_cast<std::uint32_t>(month), 2, '-'},
      {static_cast<std::uint32_t>(days - days_since_1970(year, month, 1) + 1), 2, 'T'},
      {of_day / 3'600'000, 2, ':'},
      {of_day / 60'000 % 60, 2, ':'},
      {of_day / 1000 % 60, 2, '.'},
      {of_day % 1000, 3, 'Z'},
  };
  for (const Part& part : parts) {
    put_digits(out, part.value, part.width);
    out += part.behind;
  }
  out += ',';
}

void put_job(String& out, const JobTree& tree, const Job& job) {
  const auto put = [&](Text text) { put_cell(out, tree.view(text)); };
  put_digits(out, job.depth + 1U);
  out += ',';
  put(job.id);
  put(job.parent == kNoJob ? Text{} : tree.jobs[job.parent].id);
  put(job.type);
  put_cell(out, status_word(job.status, Language::en));
  put(job.status_text);
  put_time(out, job.begin, tree.view(job.begin_text));
  put_time(out, job.end, tree.view(job.end_text));
  if (job.begin != kNoInstant && job.end >= job.begin) {
    const auto took = static_cast<std::uint64_t>(job.end - job.begin);
    put_digits(out, took / 1000);
    out += '.';
    put_digits(out, took % 1000, 3);
  }
  out += ',';
  put(job.error_code);
  put(job.error_text);
  String facts;
  for (std::uint32_t i = 0; i < job.fact_count; ++i) {
    const Fact& fact = tree.facts[job.first_fact + i];
    if (i != 0) facts += "; ";
    facts += tree.view(fact.name);
    facts += ": ";
    facts += tree.view(fact.value);
  }
  put_cell(out, facts);
  out.back() = '\r';  // in the place of the last comma
  out += '\n';
}

}  // namespace

String to_csv(const JobTree& tree) {
  String out =
      "level,id,parent_id,type,status,status_sent,begin,end,seconds,error_code,error_text,"
      "facts\r\n";
  out.reserve(tree.bytes.size());  // about as much, and then nothing is copied while it grows
  Array<std::uint32_t> pending;    // to do, the next one last
  if (!tree.empty()) pending.push_back(0);
  while (!pending.empty()) {
    const Job& job = tree.jobs[pending.back()];
    pending.pop_back();
    put_job(out, tree, job);
    for (std::uint32_t i = job.child_count; i-- > 0;)
      pending.push_back(job.first_child + i);
  }
  return out;
}

}  // namespace jobtree::engine
