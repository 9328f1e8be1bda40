#include "notify/rules.h"

#include <algorithm>

#include "base/ascii.h"

namespace jobtree::notify {
namespace {

constexpr std::array<std::string_view, kTriggers> kTriggerNames{
    "begun", "settled", "failed", "first_failure", "stuck", "group_new", "group_back"};

bool has(const Triggers& triggers, Trigger trigger) {
  return triggers.test(static_cast<std::size_t>(trigger));
}

bool is_triggered(const Triggers& on, const Notice& notice) {
  switch (notice.kind) {
    case Kind::begun:
      return has(on, Trigger::begun);
    case Kind::settled:
      return has(on, Trigger::settled) ||
             (has(on, Trigger::failed) && notice.status == Status::failed);
    case Kind::first_failure:
      return has(on, Trigger::first_failure);
    case Kind::stuck:
      return has(on, Trigger::stuck);
    case Kind::group_new:
      return has(on, Trigger::group_new);
    case Kind::group_back:
      return has(on, Trigger::group_back);
    case Kind::test:
      break;
  }
  return false;
}

/// A pattern that is there must match something: what is not known is not what a rule names.
bool fits(std::string_view pattern, std::string_view text) {
  return pattern.empty() || matches(pattern, text);
}

bool fits(const JobPattern& jobs, const Notice& notice, std::string_view person) {
  const cloud::JobAddress& address = notice.address;
  return fits(jobs.service, address.service()) && fits(jobs.region, address.region()) &&
         fits(jobs.type, notice.type) && fits(jobs.label, notice.label) &&
         fits(jobs.person, person) &&
         (fits(jobs.project, address.project_id()) || fits(jobs.project, notice.project_alias));
}

}  // namespace

std::string_view name_of(Trigger trigger) {
  return kTriggerNames.at(static_cast<std::size_t>(trigger));
}

std::optional<Trigger> trigger_named(std::string_view name) {
  const auto* const found = std::ranges::find(kTriggerNames, name);
  if (found == kTriggerNames.end()) return std::nullopt;
  return static_cast<Trigger>(found - kTriggerNames.begin());
}

Triggers usual_triggers() {
  Triggers triggers;
  for (const Trigger trigger : {Trigger::settled, Trigger::first_failure, Trigger::stuck})
    triggers.set(static_cast<std::size_t>(trigger));
  return triggers;
}

std::vector<std::string> channels_for(std::span<const Rule> rules, const Notice& notice,
                                      std::string_view person) {
  std::vector<std::string> names;
  for (const Rule& rule : rules) {
    if (!is_triggered(rule.on, notice) || !fits(rule.jobs, notice, person)) continue;
    for (const std::string& name : rule.channels) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

bool awaits(const Rule& rule, const Notice& notice, std::string_view person) {
  Triggers later = rule.on;
  later.reset(static_cast<std::size_t>(Trigger::begun));
  return later.any() && fits(rule.jobs, notice, person);
}

bool matches(std::string_view pattern, std::string_view text) {
  // Only the last "*" is ever tried again: what one before it took can stay as it is.
  std::size_t star = std::string_view::npos;
  std::size_t taken = 0;  // where the text of that "*" ends
  std::size_t p = 0;
  std::size_t t = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = t;
    } else if (p < pattern.size() &&
               (pattern[p] == '?' || to_lower(pattern[p]) == to_lower(text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++taken;
    } else {
      return false;
    }
  }
  return pattern.substr(p).find_first_not_of('*') == std::string_view::npos;
}

}  // namespace jobtree::notify
