// What a user looks for in a tree: a text, and classes of status; or a group of failures.
//
// Knows: by which texts of a job it is found. Must not know: what is done with those that are not.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/array.h"
#include "base/text.h"
#include "i18n/format.h"
#include "model/job.h"

namespace jobtree::engine {

class Filter {
 public:
  /// Looks in types and their names, ids, statuses, errors and facts, in any case of ASCII letters.
  /// What is longer than anyone types is cut: text() says what is left. "error:VPC.0521~1c9e03b7"
  /// looks for the failures of that group (model/error_groups.h), "error:VPC.0521" for those of
  /// that code.
  void set_text(std::string_view text, Language language);
  /// A bit for each Status; 0 for all. A status we do not know is never filtered away.
  void set_statuses(std::uint32_t bits) { statuses_ = bits & ((1U << kStatusCount) - 1); }
  void clear() { *this = {}; }

  bool empty() const { return needle_.empty() && statuses_ == 0; }
  bool has_text() const { return !needle_.empty(); }
  /// Whether error_key is looked at.
  bool wants_group() const { return begins_with(text_, kGroup) && text_.size() > kGroup.size(); }
  /// As it was typed, its first 200 characters.
  std::string_view text() const { return text_; }
  std::uint32_t statuses() const { return statuses_; }

  /// `error_key`: see error_keys; of the job.
  bool matches(const JobTree& tree, const Job& job, std::uint64_t error_key) const;

 private:
  static constexpr std::string_view kGroup = "error:";

  bool finds(std::string_view text) const;
  bool finds_name(std::string_view type) const;
  bool finds(const JobTree& tree, const Job& job) const;

  String text_;
  String needle_;                     // the same without spaces around it, in small letters
  std::uint32_t statuses_ = 0;        // wanted
  std::uint32_t named_statuses_ = 0;  // those whose word holds the text
  Language language_ = Language::en;
  /// Whether the name of a type holds the text, the last bit, beside the rest of the type's hash:
  /// the jobs of a tree are of few types.
  mutable std::array<std::uint64_t, 16> names_{};
};

}  // namespace jobtree::engine
