#include "csv.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "text.h"

namespace jobtree::engine {
namespace {

void put_number(std::string& out, std::uint64_t value, int width = 1) {
  char digits[20];
  int count = 0;
  for (; value != 0 || count < width; value /= 10)
    digits[count++] = static_cast<char>('0' + value % 10);
  while (count != 0)
    out += digits[--count];
}

void put_cell(std::string& out, std::string_view text) {
  const auto holds = [text](std::string_view any) {
    return std::any_of(text.begin(), text.end(),
                       [any](char c) { return any.find(c) != std::string_view::npos; });
  };
  constexpr std::string_view kFormula = "=+-@\t\r\n";
  const bool is_formula = !text.empty() && kFormula.find(text.front()) != std::string_view::npos;
  const bool is_quoted = holds("\",\r\n");
  if (is_quoted) out += '"';
  if (is_formula) out += '\'';
  for (std::size_t quote; (quote = text.find('"')) != std::string_view::npos;) {
    out += text.substr(0, quote + 1);
    out += '"';
    text.remove_prefix(quote + 1);
  }
  out += text;
  if (is_quoted) out += '"';
  out += ',';
}

/// "2022-12-05T08:10:20.000Z"; days to dates as in Howard Hinnant's "chrono-Compatible Low-Level
/// Date Algorithms": years begin in March, so that the leap day is the last.
void put_time(std::string& out, Instant instant, std::string_view as_sent) {
  constexpr Instant kDay = 86'400'000;
  constexpr Instant kFirst = -62'135'596'800'000;  // the years that have four digits: 1 to 9999
  constexpr Instant kLast = 253'402'300'799'999;
  if (instant < kFirst || instant > kLast) {
    return put_cell(out, as_sent);
  }
  constexpr Instant kEra = 146'097;              // days in 400 years
  const Instant day = instant + 719'468 * kDay;  // since 0000-03-01
  const Instant days = day / kDay;
  const auto of_day = static_cast<std::uint32_t>(day % kDay);
  const Instant era = days / kEra;
  const Instant of_era = days % kEra;
  const Instant year_of_era = (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
  const Instant of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const Instant from_march = (5 * of_year + 2) / 153;
  const Instant month = from_march < 10 ? from_march + 3 : from_march - 9;
  const auto put = [&](Instant value, int width, char after) {
    put_number(out, static_cast<std::uint64_t>(value), width);
    out += after;
  };
  put(year_of_era + era * 400 + (month <= 2 ? 1 : 0), 4, '-');
  put(month, 2, '-');
  put(of_year - (153 * from_march + 2) / 5 + 1, 2, 'T');
  put(of_day / 3'600'000, 2, ':');
  put(of_day / 60'000 % 60, 2, ':');
  put(of_day / 1000 % 60, 2, '.');
  put(of_day % 1000, 3, 'Z');
  out += ',';
}

void put_job(std::string& out, const JobTree& tree, const Job& job) {
  put_number(out, job.depth + 1);
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
    put_number(out, took / 1000);
    out += '.';
    put_number(out, took % 1000, 3);
  }
  out += ',';
  put_cell(out, tree.view(job.error_code));
  put_cell(out, tree.view(job.error_text));
  std::string facts;
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

std::string to_csv(const JobTree& tree) {
  std::string out =
      "level,id,parent_id,type,status,status_sent,begin,end,seconds,error_code,error_text,"
      "facts\r\n";
  std::vector<std::uint32_t> pending;  // to do, the next one last
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
