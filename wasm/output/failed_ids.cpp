#include "output/failed_ids.h"

#include "model/error_groups.h"
#include "output/job_text.h"
#include "output/json.h"

namespace jobtree::engine {
namespace {

void put_line(String& out, std::string_view text) {
  if (text.empty()) return;
  out += text;
  out += '\n';
}

void put_member(String& out, std::string_view name, std::string_view value) {
  put_json_string(out, name);
  out += ": ";
  put_json_string(out, value);
}

void put_object(String& out, const JobTree& tree, const Job& job, std::uint64_t key) {
  String group;
  put_group_name(group, tree.view(job.error_code), key);
  const struct {
    std::string_view name;
    std::string_view value;
  } members[] = {{"job_id", tree.view(job.id)},
                 {"type", tree.view(job.type)},
                 {"error_code", tree.view(job.error_code)},
                 {"error_text", tree.view(job.error_text)},
                 {"group", group}};
  out += "  { ";
  for (const auto& [name, value] : members) {
    put_member(out, name, value);
    out += ", ";
  }
  out += "\"facts\": {";
  for (std::uint32_t i = 0; i < job.fact_count; ++i) {
    const Fact& fact = tree.facts[job.first_fact + i];
    out += i == 0 ? " " : ", ";
    put_member(out, tree.view(fact.name), tree.view(fact.value));
  }
  out += " } }";
}

}  // namespace

String failed_ids(const JobTree& tree, std::string_view group, FailedIds form) {
  String out;
  const Array<std::uint64_t> keys = error_keys(tree, ErrorsBy::code_and_reason);
  for (std::uint32_t i = 0; i < keys.size(); ++i) {
    const Job& job = tree.jobs[i];
    if (keys[i] == 0) continue;
    if (!group.empty() && !is_in_group(tree.view(job.error_code), keys[i], group)) continue;
    if (form == FailedIds::jobs) {
      put_line(out, tree.view(job.id));
    } else if (form == FailedIds::resources) {
      for (std::uint32_t k = 0; k < job.fact_count; ++k) {
        const Fact& fact = tree.facts[job.first_fact + k];
        if (is_id(tree.view(fact.name))) put_line(out, tree.view(fact.value));
      }
    } else {
      out += out.empty() ? "[\n" : ",\n";
      put_object(out, tree, job, keys[i]);
    }
  }
  if (form == FailedIds::json) out += out.empty() ? "[]\n" : "\n]\n";
  return out;
}

}  // namespace jobtree::engine
