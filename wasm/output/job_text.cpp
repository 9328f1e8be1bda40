#include "output/job_text.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

#include "base/min_max.h"
#include "base/text.h"
#include "i18n/type_names.h"

namespace jobtree::engine {
namespace {

void put_fact(String& out, const JobTree& tree, const Fact& fact, std::string_view between) {
  out += tree.view(fact.name);
  out += between;
  out += tree.view(fact.value);
}

/// What a fact's name says of its value; in the order in which a line has them.
enum class FactKind : std::uint8_t { name_or_address, measure, id };

FactKind kind_of(std::string_view name) {
  constexpr std::string_view kIds[] = {"_id", "ID", "Id", "uuid"};
  constexpr std::string_view kNames[] = {"name", "Name", "address", "Address", "_ip", "Ip"};
  if (is_same(name, "id")) return FactKind::id;
  for (const std::string_view end : kIds) {
    if (ends_with(name, end)) return FactKind::id;
  }
  for (const std::string_view end : kNames) {
    if (ends_with(name, end)) return FactKind::name_or_address;
  }
  return FactKind::measure;
}

}  // namespace

bool is_id(std::string_view fact_name) {
  return kind_of(fact_name) == FactKind::id;
}

void put_name(String& out, const Subject& subject) {
  const std::string_view type = subject.tree.view(subject.job().type);
  if (!put_type_name(out, type, subject.language)) put_sent_name(out, subject);
}

void put_sent_name(String& out, const Subject& subject) {
  const Job& job = subject.job();
  if (subject.tree.is_list && subject.number == 0) {
    return put_list_name(out, job.child_count, subject.language);
  }
  out += subject.tree.view(job.type.empty() ? job.id : job.type);
}

void put_id(String& out, const Subject& subject) {
  out += subject.tree.view(subject.job().id);
}

void put_type(String& out, const Subject& subject) {
  out += subject.tree.view(subject.job().type);
}

void put_error_code(String& out, const Subject& subject) {
  out += subject.tree.view(subject.job().error_code);
}

void put_error_text(String& out, const Subject& subject) {
  out += subject.tree.view(subject.job().error_text);
}

void put_status_sent(String& out, const Subject& subject) {
  out += subject.tree.view(subject.job().status_text);
}

void put_error(String& out, const Subject& subject) {
  const Job& job = subject.job();
  out += subject.tree.view(job.error_code);
  if (!job.error_code.empty() && !job.error_text.empty()) out += "  ";
  out += subject.tree.view(job.error_text);
}

void put_status(String& out, const Subject& subject) {
  const Job& job = subject.job();
  const bool is_known = job.status != Status::unknown || job.status_text.empty();
  out += is_known ? status_word(job.status, subject.language) : subject.tree.view(job.status_text);
}

double elapsed(const Subject& subject) {
  const Job& job = subject.job();
  const Instant end = is_ticking(job) ? static_cast<Instant>(subject.now) : job.end;
  if (job.begin == kNoInstant || end == kNoInstant) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(greater(end - job.begin, Instant{0}));
}

void put_time_taken(String& out, const Subject& subject) {
  const double taken = elapsed(subject);
  if (std::isnan(taken)) return;
  put_duration(out, static_cast<Instant>(taken), subject.language, is_ticking(subject.job()));
}

void put_progress(String& out, const Subject& subject) {
  const Job& job = subject.job();
  if (job.child_count != 0) {
    return put_done(out, settled(job.leaves), total(job.leaves), subject.language);
  }
  if (job.progress < 0 || is_settled(job.status)) return;
  put_digits(out, static_cast<std::uint32_t>(job.progress) / 10);
  out += '%';
}

void put_facts_line(String& out, const Subject& subject) {
  constexpr int kMost = 3;
  const Job& job = subject.job();
  int count = 0;
  for (const FactKind kind : {FactKind::name_or_address, FactKind::measure, FactKind::id}) {
    for (std::uint32_t i = 0; i < job.fact_count && count < kMost; ++i) {
      const Fact& fact = subject.tree.facts[job.first_fact + i];
      if (kind_of(subject.tree.view(fact.name)) != kind) continue;
      if (count++ != 0) out += " · ";
      if (kind == FactKind::measure) {
        put_fact(out, subject.tree, fact, " ");
      } else {
        out += subject.tree.view(fact.value);
      }
    }
  }
}

void put_facts_list(String& out, const Subject& subject) {
  const Job& job = subject.job();
  for (std::uint32_t i = 0; i < job.fact_count; ++i) {
    if (i != 0) out += '\n';
    put_fact(out, subject.tree, subject.tree.facts[job.first_fact + i], ": ");
  }
}

void put_label(String& out, const Subject& subject) {
  constexpr void (*kParts[])(String&, const Subject&) = {put_name,
                                                         put_status,
                                                         put_time_taken,
                                                         put_progress,
                                                         [](String& text, const Subject& it) {
                                                           if (it.job().status == Status::failed)
                                                             put_facts_line(text, it);
                                                         },
                                                         put_error,
                                                         [](String& text, const Subject& it) {
                                                           if (it.number == it.tree.root_failure)
                                                             text += cause_words(it.language);
                                                         },
                                                         [](String& text, const Subject& it) {
                                                           if (it.is_on_the_way)
                                                             text += way_words(it.language);
                                                         }};
  for (const auto part : kParts) {
    // A running clock is not read out: the label would change every second.
    if (part == put_time_taken && is_ticking(subject.job())) continue;
    const std::size_t before = out.size();
    if (part != put_name) out += comma(subject.language);
    const std::size_t behind_comma = out.size();
    part(out, subject);
    if (out.size() == behind_comma) out.cut(before);
  }
}

void put_failures(String& out, const JobTree& tree, const Array<ErrorGroup>& groups,
                  Language language) {
  constexpr std::size_t kMost = 4;
  if (groups.size() < 2) return;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i != 0) out += comma(language);
    if (i == kMost) {
      out += "…";
      return;
    }
    const Job& job = tree.jobs[groups[i].job];
    out += tree.view(job.error_code.empty() ? job.error_text : job.error_code);
    out += " × ";
    put_figure(out, groups[i].count);
  }
}

bool hides_failure(const Job& job) {
  return job.status == Status::succeeded && job.failed_below;
}

}  // namespace jobtree::engine
