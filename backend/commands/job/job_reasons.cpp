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
constexpr std::size_t kMostText = 200;  // cells

/// The code of the job and, where another one explains it, that one.
std::string label_of(std::string_view code, const std::optional<Explanation>& explanation,
                     std::uint32_t count) {
  std::string label = safe_text(code, kMostLabel);
  const std::string inner(explanation ? explanation->code : "");
  if (label.empty()) {
    label = inner;
  } else if (!inner.empty() && label.find(inner) == std::string::npos) {
    label += " (" + inner + ")";
  }
  if (count > 1) label += (label.empty() ? "× " : " × ") + text_of(engine::put_figure, count);
  return label;
}

bool is_same_explanation(const Reason& a, const Reason& b) {
  return a.explanation && b.explanation && a.explanation->meaning.en == b.explanation->meaning.en;
}

/// What is said of a reason, a line each.
std::vector<std::string> sentences_of(const Reason& reason, Language language) {
  std::vector<std::string> all;
  if (!reason.text.empty()) all.push_back(reason.text);
  if (reason.explanation) {
    all.emplace_back(in(reason.explanation->meaning, language));
    all.emplace_back(in(reason.explanation->remedy, language));
  }
  return all;
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
  std::vector<Reason> reasons;
  bool says_more = false;  // than the failed jobs' own lines
  for (const ErrorGroup& group : error_groups(tree, engine::ErrorsBy::code_and_reason)) {
    if (reasons.size() == kMostReasons) break;
    const Job& job = tree.jobs[group.job];
    const auto explanation = explanation_of(tree, group.job);
    says_more = says_more || explanation || group.count > 1;
    reasons.push_back({.label = label_of(tree.view(job.error_code), explanation, group.count),
                       .text = safe_text(tree.view(job.error_text), kMostText),
                       .explanation = explanation});
  }
  if (!says_more) return {};
  // What is explained needs the cloud's words only where two are explained alike.
  std::vector<bool> keeps_text;
  for (const Reason& reason : reasons) {
    const auto alike = std::ranges::count_if(
        reasons, [&](const Reason& other) { return is_same_explanation(reason, other); });
    keeps_text.push_back(!reason.explanation || alike > 1);
  }
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    if (!keeps_text[i]) reasons[i].text.clear();
  }
  return reasons;
}

std::string_view in(const explain::Words& words, Language language) {
  return language == Language::zh ? words.zh : words.en;
}

std::string reason_sentence(const Reason& reason, Language language) {
  std::string line = reason.label + "  ";
  bool is_first = true;
  for (const std::string& sentence : sentences_of(reason, language)) {
    if (!is_first && language == Language::en) line += ' ';
    is_first = false;
    line += sentence;
  }
  return line;
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
  for (const Reason& reason : reasons) {
    Line line;
    line.add("  ").add(reason.label, Ink::red);
    for (const std::string& sentence : sentences_of(reason, picture.language)) {
      lines.push_back(line.pad_to(column).add(sentence).str(colour));
      line = Line();
    }
    if (line.width() != 0) lines.push_back(line.str(colour));
  }
  return lines;
}

}  // namespace jobtree::commands
