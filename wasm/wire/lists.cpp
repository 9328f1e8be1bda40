#include "wire/lists.h"

#include "model/error_groups.h"

namespace jobtree::engine {
namespace {

using abi::Attribute;
using abi::Field;

constexpr auto kFirst = static_cast<std::uint32_t>(abi::Slot::first_row);

/// Writes the fields of one entry.
struct Entry {
  CommandBuffer& out;
  std::uint32_t slot;
  Subject subject;

  void text(Field field, void (*put)(String&, const Subject&)) {
    const std::size_t begin = out.string().size();
    put(out.string(), subject);
    out.text(slot, field, begin);
  }
};

void put_row(Entry&& entry) {
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
    const std::uint32_t slot = kFirst + count - 1;
    out.mount(slot);
    put_row({out, slot, {tree, number, input.language, input.now}});
  }
  out.height(count);
  out.end();
}

void put_errors(CommandBuffer& out, const ListInput& input) {
  out.begin();
  std::uint32_t slot = kFirst;
  for (const ErrorGroup& group : error_groups(input.tree, ErrorsBy::code_and_reason)) {
    out.mount(slot);
    Entry entry{out, slot, {input.tree, group.job, input.language, input.now}};
    entry.text(Field::name, put_name);
    entry.text(Field::id, put_id);
    entry.text(Field::error_code, put_error_code);
    entry.text(Field::error_text, put_error_text);
    out.number(slot, Attribute::total, group.count);
    ++slot;
  }
  out.height(slot - kFirst);
  out.end();
}

void put_changes(CommandBuffer& out, const ListInput& input, const Changes& changes) {
  out.begin();
  std::uint32_t slot = kFirst;
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
  out.height(slot - kFirst);
  out.end();
}

}  // namespace jobtree::engine
