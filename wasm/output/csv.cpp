#include "output/csv.h"

#include <cstdint>
#include <string_view>

#include "base/text.h"
#include "i18n/messages.h"
#include "model/error_groups.h"
#include "output/date_time.h"

namespace jobtree::engine {
namespace {

constexpr std::string_view kHead =
    "level,id,parent_id,type,status,status_sent,begin,end,seconds,error_code,error_text,"
    "error_group,";

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

/// "2022-12-05T08:10:20.000Z", or as sent.
void put_time(String& out, Instant instant, std::string_view as_sent) {
  if (!has_date(instant)) return put_cell(out, as_sent);
  put_date_time(out, instant, 'T');
  out += '.';
  put_digits(out, milliseconds_of(instant), 3);
  out += "Z,";
}

/// The columns of facts: which there are, and what a job has in them.
class FactColumns {
 public:
  explicit FactColumns(const JobTree& tree) : tree_(tree) {
    for (const Job& job : tree.jobs)
      find_places(job);
    is_complete_ = true;
  }

  void put_heads(String& out) const {
    for (const Text column : columns_) {
      String head;
      if (is_taken(tree_.view(column))) head += "fact_";
      head += tree_.view(column);
      put_cell(out, head);
    }
    if (has_more_) out += "facts,";
  }

  void put_cells(String& out, const Job& job) {
    find_places(job);
    const std::size_t size = columns_.size() + (has_more_ ? 1 : 0);
    for (std::size_t column = 0; column < size; ++column) {
      String cell;
      for (std::uint32_t i = 0; i < job.fact_count; ++i) {
        if (places_[i] != column) continue;
        const Fact& fact = tree_.facts[job.first_fact + i];
        if (!cell.empty()) cell += "; ";
        if (column == columns_.size()) {
          cell += tree_.view(fact.name);
          cell += ": ";
        }
        cell += tree_.view(fact.value);
      }
      put_cell(out, cell);
    }
  }

 private:
  static constexpr std::size_t kMost = 100;

  /// Whether one of the other columns is called so.
  static bool is_taken(std::string_view name) {
    for (std::string_view rest = kHead; !rest.empty();) {
      const std::size_t size = place_of(',', rest);
      if (is_same(part(rest, 0, size), name)) return true;
      rest = part(rest, size + 1);
    }
    return is_same(name, "facts");
  }

  /// In which column each fact of a job belongs. Most jobs have the names of the one before, in its
  /// order.
  void find_places(const Job& job) {
    places_.clear();
    std::size_t next = 0;
    for (std::uint32_t i = 0; i < job.fact_count; ++i) {
      const Text name = tree_.facts[job.first_fact + i].name;
      const auto is_at = [&](std::size_t place) {
        return place < columns_.size() && is_same(tree_.view(columns_[place]), tree_.view(name));
      };
      std::size_t place = next;
      if (!is_at(place)) {
        place = 0;
        while (place < columns_.size() && !is_at(place))
          ++place;
      }
      if (place == columns_.size() && !is_complete_) {
        if (place < kMost) {
          columns_.push_back(name);
        } else {
          has_more_ = true;
        }
      }
      places_.push_back(static_cast<std::uint32_t>(place));
      next = place + 1;
    }
  }

  const JobTree& tree_;
  Array<Text> columns_;          // their names
  Array<std::uint32_t> places_;  // of the facts of the job that was looked at last
  bool has_more_ = false;        // there are more names than columns
  bool is_complete_ = false;
};

void put_job(String& out, const JobTree& tree, const Job& job, std::uint64_t error_key,
             FactColumns& columns) {
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
  if (error_key != 0) put_group_name(out, tree.view(job.error_code), error_key);
  out += ',';
  columns.put_cells(out, job);
  out.back() = '\r';  // in the place of the last comma
  out += '\n';
}

}  // namespace

String to_csv(const JobTree& tree) {
  String out = kHead;
  FactColumns columns(tree);
  columns.put_heads(out);
  out.back() = '\r';
  out += '\n';
  const Array<std::uint64_t> error_keys = engine::error_keys(tree, ErrorsBy::code_and_reason);
  out.reserve(tree.bytes.size());  // about as much, and then nothing is copied while it grows
  Array<std::uint32_t> pending;    // to do, the next one last
  if (!tree.empty()) pending.push_back(0);
  while (!pending.empty()) {
    const std::uint32_t number = pending.back();
    const Job& job = tree.jobs[number];
    pending.pop_back();
    put_job(out, tree, job, error_keys[number], columns);
    for (std::uint32_t i = job.child_count; i-- > 0;)
      pending.push_back(job.first_child + i);
  }
  return out;
}

}  // namespace jobtree::engine
