#include "csv.h"

#include <cstdint>
#include <string_view>

#include "text.h"

namespace jobtree::engine {
namespace {

/// Runs are appended, not characters: a table of a hundred thousand jobs has twenty million of
/// them.
void put_cell(String& out, std::string_view text) {
  bool is_quoted = false;
  for (char c : text) {
    // The four that matter are small, and few other small ones are written.
    if (c <= ',' && (c == '"' || c == ',' || c == '\r' || c == '\n')) is_quoted = true;
  }
  constexpr std::string_view kFormula = "=+-@\t\r\n";
  const bool is_formula = !text.empty() && kFormula.find(text.front()) != std::string_view::npos;
  if (is_quoted) out += '"';
  if (is_formula) out += '\'';
  for (std::size_t quote; is_quoted && (quote = text.find('"')) != std::string_view::npos;) {
    out += text.substr(0, quote + 1);
    out += '"';
    text.remove_prefix(quote + 1);
  }
  out += text;
  out += is_quoted ? "\"," : ",";
}

/// "2022-12-05T08:10:20.000Z"; days to dates as in Howard Hinnant's "chrono-Compatible Low-Level
/// Date Algorithms": years begin in March, so that the leap day is the last.
void put_time(String& out, Instant instant, std::string_view as_sent) {
  constexpr Instant kDay = 86'400'000;
  constexpr Instant kFirst = -62'135'596'800'000;  // the years that have four digits: 1 to 9999
  constexpr Instant kLast = 253'402'300'799'999;
  if (instant < kFirst || instant > kLast) {
    return put_cell(out, as_sent);
  }
  constexpr std::uint32_t kEra = 146'097;                                   // days in 400 years
  const auto since = static_cast<std::uint64_t>(instant + 719'468 * kDay);  // 0000-03-01
  const auto days = static_cast<std::uint32_t>(since / kDay);
  const auto of_day = static_cast<std::uint32_t>(since % kDay);
  const std::uint32_t of_era = days % kEra;
  const std::uint32_t year_of_era =
      (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
  const std::uint32_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::uint32_t from_march = (5 * of_year + 2) / 153;
  const std::uint32_t month = from_march < 10 ? from_march + 3 : from_march - 9;

  struct Part {
    std::uint32_t value;
    std::uint8_t width;
    char behind;
  };
  const Part parts[] = {
      {year_of_era + days / kEra * 400 + (month <= 2 ? 1 : 0), 4, '-'},
      {month, 2, '-'},
      {of_year - (153 * from_march + 2) / 5 + 1, 2, 'T'},
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
  put_digits(out, job.depth + 1U);
  out += ',';
  put_cell(out, tree.view(job.id));
  put_cell(out, job.parent == kNoJob ? std::string_view{} : tree.view(tree.jobs[job.parent].id));
  put_cell(out, tree.view(job.type));
  put_cell(out, status_word(job.status, Language::en));
  put_cell(out, tree.view(job.status_text));
  put_time(out, job.begin, tree.view(job.begin_text));
  put_time(out, job.end, tree.view(job.end_text));
  if (job.begin != kNoInstant && job.end != kNoInstant && job.end >= job.begin) {
    const auto took = static_cast<std::uint64_t>(job.end - job.begin);
    put_digits(out, took / 1000);
    out += '.';
    put_digits(out, took % 1000, 3);
  }
  out += ',';
  put_cell(out, tree.view(job.error_code));
  put_cell(out, tree.view(job.error_text));
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
