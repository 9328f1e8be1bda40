#include "wire/lists.h"

#include <limits>

#include "model/durations.h"
#include "model/error_facets.h"
#include "model/error_groups.h"

namespace jobtree::engine {
namespace {

using abi::Attribute;
using abi::Field;
using abi::kBetween;
using abi::kFirstRow;

/// Writes the fields of one entry.
struct ListEntry {
  CommandBuffer& out;
  std::uint32_t slot;
  Subject subject;

  void text(Field field, void (*put)(String&, const Subject&)) {
    const std::size_t begin = out.string().size();
    put(out.string(), subject);
    out.text(slot, field, begin);
  }
};

void put_row(ListEntry&& entry) {
  entry.text(Field::name, put_name);
  entry.text(Field::id, put_id);
  entry.text(Field::status, put_status);
  entry.text(Field::duration, put_time_taken);
  entry.text(Field::error, put_error);
  entry.text(Field::error_code, put_error_code);
  entry.text(Field::error_text, put_error_text);
  entry.text(Field::facts, put_facts_line);
  const Job& job = entry.subject.job();
  entry.out.number(entry.slot, Attribute::status, static_cast<std::uint32_t>(job.status));
  entry.out.number(entry.slot, Attribute::level, job.depth + 1U);
}

double time_of(Instant instant) {
  return instant == kNoInstant ? std::numeric_limits<double>::quiet_NaN()
                               : static_cast<double>(instant);
}

void put_facet(String& out, const JobTree& tree, const Facet& facet) {
  constexpr char kBehind = '\x1E';
  // What the cloud sent may hold these, too.
  const auto put = [&](Text text) {
    for (const char c : tree.view(text))
      out += c == kBetween || c == kBehind ? ' ' : c;
  };
  put(facet.name);
  out += kBetween;
  put(facet.value);
  out += kBetween;
  put_digits(out, facet.succeeded);
  out += kBetween;
  put_digits(out, facet.of);
  out += kBehind;
}

}  // namespace

void put_rows(CommandBuffer& out, const ListInput& input, std::uint32_t statuses,
              std::uint32_t most) {
  const JobTree& tree = input.tree;
  out.begin();
  std::uint32_t count = 0;
  Array<std::uint32_t> pending;  // to do, the next one last
  if (!tree.empty()) pending.push_back(0);
  while (!pending.empty()) {
    const std::uint32_t number = pending.back();
    const Job& job = tree.jobs[number];
    pending.pop_back();
    for (std::uint32_t i = job.child_count; i-- > 0;)
      pending.push_back(job.first_child + i);
    if (statuses != 0 && (statuses >> static_cast<unsigned>(job.status) & 1U) == 0) continue;
    if (count++ >= most) continue;
    const std::uint32_t slot = kFirstRow + count - 1;
    out.mount(slot);
    put_row({out, slot, {tree, number, input.language, input.now}});
  }
  out.height(count);
  out.end();
}

void put_errors(CommandBuffer& out, const ListInput& input) {
  out.begin();
  std::uint32_t slot = kFirstRow;
  const JobTree& tree = input.tree;
  const Array<std::uint64_t> keys = error_keys(tree, ErrorsBy::code_and_reason);
  const Array<ErrorGroup> groups = error_groups(tree, keys);
  const Array<Facet> facets = error_facets(tree, keys, groups);
  const Facet* facet = facets.begin();
  for (const ErrorGroup& group : groups) {
    out.mount(slot);
    ListEntry entry{out, slot, {tree, group.job, input.language, input.now}};
    entry.text(Field::name, put_name);
    entry.text(Field::id, put_id);
    entry.text(Field::error_code, put_error_code);
    entry.text(Field::error_text, put_error_text);
    out.number(slot, Attribute::total, group.count);
    out.time(slot, Field::begin, time_of(group.first));
    out.time(slot, Field::end, time_of(group.last));
    std::size_t begin = out.string().size();
    put_group_name(out.string(), tree, group);
    out.text(slot, Field::group, begin);
    begin = out.string().size();
    for (; facet != facets.end() && facet->group == slot - kFirstRow; ++facet)
      put_facet(out.string(), tree, *facet);
    out.text(slot, Field::facets, begin);
    ++slot;
  }
  out.height(slot - kFirstRow);
  out.end();
}

void put_durations(CommandBuffer& out, const ListInput& input) {
  out.begin();
  std::uint32_t slot = kFirstRow;
  for (const Durations& it : durations_of(input.tree)) {
    out.mount(slot);
    ListEntry entry{out, slot, {input.tree, it.job, input.language, input.now}};
    entry.text(Field::name, put_name);
    entry.text(Field::type, put_type);
    entry.text(Field::id, put_id);
    out.number(slot, Attribute::total, it.count);
    const std::size_t begin = out.string().size();
    for (const Instant took : {it.p50, it.p90, it.p99, it.longest}) {
      if (out.string().size() != begin) out.string() += kBetween;
      put_duration(out.string(), took, input.language, false);
    }
    out.text(slot, Field::percentiles, begin);
    ++slot;
  }
  out.height(slot - kFirstRow);
  out.end();
}

void put_critical(CommandBuffer& out, const ListInput& input, const Array<std::uint8_t>& path,
                  std::uint32_t most) {
  out.begin();
  std::uint32_t count = 0;
  for (std::uint32_t i = 1; i < path.size(); ++i) {
    if (path[i] == 0 || count++ >= most) continue;
    out.mount(kFirstRow + count - 1);
    put_row({out, kFirstRow + count - 1, {input.tree, i, input.language, input.now}});
  }
  out.height(count);
  out.end();
}

void put_changes(CommandBuffer& out, const ListInput& input, const Changes& changes) {
  out.begin();
  std::uint32_t slot = kFirstRow;
  changes.each([&](const Change& change) {
    const std::uint32_t number = input.tree.find(change.key);
    if (number == kNoJob) return;  // it came and went
    out.mount(slot);
    put_row({out, slot, {input.tree, number, input.language, input.now}});
    if (!change.is_new) {
      out.number(slot, Attribute::status_before, static_cast<std::uint32_t>(change.before));
    }
    ++slot;
  });
  out.height(slot - kFirstRow);
  out.end();
}

}  // namespace jobtree::engine
