#include "commands/job/job_reasons.h"

#include <algorithm>
#include <string_view>

#include "commands/job/engine_text.h"
#include "commands/job/terminal_text.h"
#include "explain/explain.h"
#include "model/error_groups.h"

namespace jobtree::commands {
namespace {

using engine::ErrorGroup;
using engine::Job;
using engine::JobTree;
using engine::Language;
using explain::Basis;
using explain::Explanation;

constexpr std::size_t kMostReasons = 5;
constexpr std::size_t kMostLabel = 40;  // cells

struct Counted {
  Explanation explanation;
  std::string code;  ///< of the job, as the tree shows it
  std::uint32_t count = 0;
};

/// The code of the job and, where another one explains it, that one.
std::string label_of(const Counted& reason) {
  std::string label = safe_text(reason.code, kMostLabel);
  const std::string inner(reason.explanation.code);
  if (label.empty()) {
    label = inner;
  } else if (!inner.empty() && label.find(inner) == std::string::npos) {
    label += " (" + inner + ")";
  }
  if (reason.count > 1) label += " × " + text_of(engine::put_figure, reason.count);
  return label;
}

}  // namespace

std::optional<Explanation> explanation_of(std::string_view code, std::string_view text) {
  const auto found = explain::explain_failure(code, text);
  return found && found->basis == Basis::range ? std::nullopt : found;
}

std::optional<Explanation> explanation_of(const JobTree& tree, std::uint32_t number) {
  const Job& job = tree.jobs[number];
  if (job.error_code.empty() && job.error_text.empty()) return std::nullopt;
  // The cause can stand in any member of the job's own object. That of a job with parts holds
  // theirs too.
  const engine::Text text =
      job.child_count == 0 && !job.source.empty() ? job.source : job.error_text;
  return explanation_of(tree.view(job.error_code), tree.view(text));
}

std::vector<Reason> reasons_of(const JobTree& tree) {
  std::vector<Counted> all;
  for (const ErrorGroup& group : error_groups(tree, engine::ErrorsBy::code_and_reason)) {
    const auto found = explanation_of(tree, group.job);
    if (!found) continue;
    const std::string code(tree.view(tree.jobs[group.job].error_code));
    const auto same = std::ranges::find_if(all, [&](const Counted& other) {
      return other.code == code && other.explanation.meaning.en == found->meaning.en;
    });
    if (same != all.end()) {
      same->count += group.count;
    } else {
      all.push_back({*found, code, group.count});
    }
  }
  std::ranges::stable_sort(all, std::ranges::greater(), &Counted::count);
  if (all.size() > kMostReasons) all.resize(kMostReasons);
  std::vector<Reason> reasons;
  reasons.reserve(all.size());
  for (const Counted& reason : all)
    reasons.push_back({label_of(reason), reason.explanation});
  return reasons;
}

std::string_view in(const explain::Words& words, Language language) {
  return language == Language::zh ? words.zh : words.en;
}

std::string reason_sentence(const Reason& reason, Language language) {
  std::string text = reason.label + "  ";
  text.append(in(reason.explanation.meaning, language));
  if (language == Language::en) text += ' ';
  return text.append(in(reason.explanation.remedy, language));
}

std::vector<std::string> reason_lines(const Picture& picture, bool colour) {
  const std::vector<Reason> reasons = reasons_of(picture.tree);
  if (reasons.empty()) return {};
  std::size_t column = 0;
  for (const Reason& reason : reasons)
    column = std::max(column, cells(reason.label));
  column += 4;  // two blanks before the label, two behind it

  const bool zh = picture.language == Language::zh;
  std::vector<std::string> lines{
      Line().add(zh ? "失败原因" : "Why it failed", Ink::strong).str(colour)};
  for (const auto& [label, explanation] : reasons) {
    lines.push_back(Line()
                        .add("  ")
                        .add(label, Ink::red)
                        .pad_to(column)
                        .add(in(explanation.meaning, picture.language))
                        .str(colour));
    lines.push_back(
        Line().pad_to(column).add(in(explanation.remedy, picture.language)).str(colour));
  }
  return lines;
}

}  // namespace jobtree::commands
